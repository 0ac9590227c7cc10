"""The closing inventory: what still lies elsewhere than the ledger says, people set right with what the shop has.

The parts keeper counts with the scanner, the manager approves; then book = physical in every bin (I03). A count that
the floor does not let the manager approve yet stays visible, with its reason.
"""

from collections.abc import Iterator
from typing import Final

from shopfloor.contract.actor import MINUTE, Device
from shopfloor.contract.events import AdjustmentApproved, BinCounted, CountMade
from shopfloor.core.books import Books
from simulations.storm.shop import StormShop
from simulations.storm.truth_stock import differing
from simulations.twin.fittings import seen_in

WITHIN: Final = 2 * MINUTE
AT_ONCE: Final = 60
"""So many bins are counted in one go."""


def take_inventory(shop: StormShop) -> Iterator[str]:
    """Lets some minutes pass. What could not be set right comes back."""
    handheld = _keeper(shop)
    if handheld is None:
        return
    for bin_, found in list(_differing(shop))[:AT_ONCE]:
        shop.appliances[handheld].touch(CountMade(counted=BinCounted(bin=bin_, units=found)))
    shop.env.run(until=shop.env.now + WITHIN)
    board = shop.world.device("board")
    for count in list(shop.office.floor.books.counts):
        shop.appliances[board].touch(AdjustmentApproved(count=count, reason="closing inventory"))
    shop.env.run(until=shop.env.now + WITHIN)
    books = shop.office.floor.books
    for bin_, found in _differing(shop):
        if not _still_waits(books, bin_, found):
            ledger = tuple(books.bins[bin_].units)
            yield f"I03: after the inventory {found} lie in bin {bin_}, and the ledger has {ledger}"


def _keeper(shop: StormShop) -> Device | None:
    present = shop.office.floor.books.present
    return next((present[name].device for name in shop.plan.layout.parts_keepers if name in present), None)


def _differing(shop: StormShop) -> Iterator[tuple[str, tuple[str, ...]]]:
    books = shop.office.floor.books
    for device, memory in shop.fittings.cabinets.items():
        for bin_ in differing(books, device.partition("/")[2], memory.truth):
            yield bin_, seen_in(memory.truth, bin_)


def _still_waits(books: Books, bin_: str, found: tuple[str, ...]) -> bool:
    """Its count is there, and is what really lies there."""
    count = books.counts.get(books.bins[bin_].count)
    if count is None:
        return False
    units = [unit for unit in books.bins[bin_].units if unit not in count.missing]
    return sorted((*units, *count.surplus)) == sorted(found)

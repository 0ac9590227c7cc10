"""Where every part really is, against the ledger (I01, I03, I23, P5).

A bin may hold something else than the ledger says only if that is visible (the bin is to be counted, its count waits
for the manager, an alarm names bin or unit), or if nobody can know it yet: a unit was moved with a key or given out in
another's place unnoticed, and no pick of it has failed since. What a person has scanned as fetched is on its way.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from devices.cabinet_body import CabinetTruth
from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.facts import Fact, PickMissed, UnitMoved
from shopfloor.core.books import Books
from simulations.storm.shop import StormShop


class Doubt(Struct, frozen=True):
    """Wrong, unless nobody can have known: then it was ``unknown``, and nobody has looked for it in vain."""

    sentence: str
    unit: str
    bin: str


def stock_broken(shop: StormShop) -> Iterator[str | Doubt]:
    """As it is now."""
    books = shop.office.floor.books
    for device, memory in shop.fittings.cabinets.items():
        name = device.partition("/")[2]
        for bin_ in differing(books, name, memory.truth):
            if not is_visible(books, bin_):
                yield from _bin_broken(books, memory.truth, bin_)
        for unit in books.cabinets[name].outlet:
            if unit not in memory.truth.outlet and unit not in books.alarms:
                yield f"I03/P5: {unit} lies in the outlet of {name} by the ledger only"
    yield from _twice(shop, books)
    yield from _totes(shop, books, shop.stage.now)


def differing(books: Books, cabinet: str, truth: CabinetTruth) -> list[str]:
    """Bins with other contents than the ledger has."""
    empty: tuple[str, ...] = ()
    found = []
    for name, bin_ in books.bins.items():
        if name.rpartition(".")[0] == cabinet:
            lies = truth.bins[name].units if name in truth.bins else empty
            if len(lies) != len(bin_.units) or any(unit not in bin_.units for unit in lies):
                found.append(name)
    return found


def is_visible(books: Books, bin_: str) -> bool:
    """Somebody knows that something is wrong there."""
    cabinet = books.cabinets[bin_.rpartition(".")[0]]
    return bool(books.bins[bin_].count) or bin_ in books.alarms or bin_ in (*cabinet.bins_to_count, *cabinet.hand_bins)


def _bin_broken(books: Books, truth: CabinetTruth, bin_: str) -> Iterator[Doubt]:
    lies = truth.bins[bin_].units if bin_ in truth.bins else []
    for unit in books.bins[bin_].units:
        if unit not in lies and unit not in books.alarms:
            yield Doubt(f"I03/P5: {unit} lies in bin {bin_} by the ledger only", unit, bin_)
    for unit in lies:
        place = books.units[unit].place if unit in books.units else "nowhere"
        if unit not in books.bins[bin_].units and unit not in books.alarms and not place.startswith("HAND:"):
            yield Doubt(f"I03/P5: {unit} lies in bin {bin_}, and the ledger has it at {place}", unit, bin_)


def settled(doubts: Sequence[str | Doubt], facts: Sequence[Fact], unknown: Mapping[str, None]) -> Iterator[str]:
    """What of it is wrong. ``unknown``: units that were moved or swapped without anybody's knowledge."""
    missed = missed_in(facts)
    for doubt in doubts:
        if not isinstance(doubt, Doubt):
            yield doubt
        elif doubt.unit not in unknown or missed.get(doubt.unit) == doubt.bin:
            yield doubt.sentence


def missed_in(facts: Sequence[Fact]) -> dict[str, str]:
    """Units that were not found in their bin, and which; unless they have moved since."""
    found: dict[str, str] = {}
    for fact in facts:
        if isinstance(fact, PickMissed) and fact.why == "incomplete":
            found[fact.unit] = fact.bin
        elif isinstance(fact, UnitMoved):
            found.pop(fact.unit, None)
    return found


def _twice(shop: StormShop, books: Books) -> Iterator[str]:
    """I23: a thing is in one place."""
    places: Counter[str] = Counter()
    for memory in shop.fittings.cabinets.values():
        truth = memory.truth
        for bin_ in truth.bins.values():
            places.update(bin_.units)
        places.update((*(truth.strange.get(unit, unit) for unit in truth.outlet), *truth.inlet, *truth.vanished))
    yield from (f"I23: {unit} lies in {count} places" for unit, count in places.items() if count > 1)
    known = Counter(unit.sku for unit in books.units.values())
    known.update(sku for sku, tallied in _tallies(books).items() for _ in range(tallied))
    for sku, count in books.received.items():
        if known[sku] != count:
            yield f"I01: of {sku} {count} came in, and {known[sku]} are somewhere"


def _tallies(books: Books) -> dict[str, int]:
    found: Counter[str] = Counter()
    for tally in books.tallies.values():
        found[tally.sku] += tally.quantity
    return dict(found)


def _totes(shop: StormShop, books: Books, now: Instant) -> Iterator[str]:
    """I23: by the ledger in a robot's tote, and in truth on its back; unless somebody is to look at the robot."""
    aboard: dict[Device, dict[str, None]] = {
        device: {load.load_id: None for load in body.read(now).aboard} for device, body in shop.fittings.bodies.items()
    }
    for unit in books.units.values():
        kind, _, tote = unit.place.partition(":")
        device = f"robot/{tote.partition('.')[0]}"
        if kind == "TOTE" and unit.id not in aboard.get(device, {}) and device not in books.alarms:
            yield f"I23: {unit.id} is in tote {tote} by the ledger only"

"""A shop with a parts counter: shelves without machinery, a keeper who looks, an engineer who walks."""

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.commands import CountBin, PickUnit
from shopfloor.contract.events import (
    DeviceConnected,
    ModeSet,
    PartsOrdered,
    UnitAccepted,
    UnitBrought,
    UnitCollected,
    UnitRefused,
    WorkStarted,
)
from shopfloor.contract.facts import PartBackordered
from shopfloor.contract.layout import Layout
from shopfloor.core.opening import opening_books, stock_levels
from shopfloor.core.policies import Policy
from tests.core import at_the_desk
from tests.core.at_the_bench import colleague
from tests.core.at_the_cabinet import BOARD, KEEPER, SKU, opened, refused, the_order, the_repair, the_unit
from tests.core.at_the_desk import BATTERY, HANDHELD
from tests.core.story import CATALOGUE, LAYOUT, Story

CABINET_ROW = """[[cabinets]]
id = "c1"
bins = 240
outlet_station = "cabinet-outlet"
inlet_station = "cabinet-inlet"
outlet_totes = 4
"""
BESIDE = CABINET_ROW + CABINET_ROW.replace('"c1"', '"sh1"').replace("240", "10") + "shelves = true\n"
INSTEAD = CABINET_ROW.replace("outlet_totes", "shelves = true\noutlet_totes")


def layout(cabinets: str) -> Layout:
    side = LAYOUT.source.side
    assert CABINET_ROW in side
    return Layout.from_texts(LAYOUT.source.lif, side.replace(CABINET_ROW, cabinets))


COUNTER = layout(INSTEAD)


def waits_on_the_shelf(policy: Policy | None = None) -> Story:
    story = Story(policy, layout=COUNTER)
    opened(story)
    return story


def test_h8_shelves_are_always_worked_by_hand():
    """h8: nobody asks a machine for anything, and the manager cannot switch it on or off."""
    story = waits_on_the_shelf()
    assert story.books.cabinets["c1"].state == "SHELVES"
    assert (the_order(story).state, the_unit(story).place[:4]) == ("PICK_FAILED", "BIN:")
    assert not story.all(PickUnit)
    assert refused(story, BOARD, ModeSet(what="cabinet-by-hand", on=False, about="c1")) == "shelves"
    story.believed("cabinet/c1", DeviceConnected())
    assert story.books.cabinets["c1"].state == "SHELVES"


def test_p11_p14_p16_the_keeper_looks_the_engineer_carries():
    """Two scans at the counter, one at the desk, and the ledger follows the unit from hand to hand."""
    story = waits_on_the_shelf()
    order = the_order(story)
    story.believed(HANDHELD, WorkStarted(repair=order.repair))
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    assert (order.state, the_unit(story).place) == ("IN_TRANSIT(manual)", "HAND:pk1")
    story.believed(HANDHELD, UnitCollected(unit=order.unit))
    assert (order.state, the_unit(story).place) == ("IN_TRANSIT(manual)", "HAND:e1")
    story.believed(HANDHELD, UnitBrought(unit=order.unit, desk="d1"))
    story.believed(HANDHELD, UnitAccepted(unit=order.unit, desk="d1"))
    assert (order.state, the_unit(story).place) == ("ACCEPTED", "DESK:d1")


def test_p11_who_does_not_own_the_repair_is_handed_nothing():
    story = waits_on_the_shelf()
    order = the_order(story)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    colleague(story)
    assert refused(story, "handheld/h2", UnitCollected(unit=order.unit)) == "not-the-owner"
    assert refused(story, HANDHELD, UnitCollected(unit="nothing")) == "unknown"


def test_p11_there_is_time_to_stand_in_line():
    """A machine's failed pick is given up after ten minutes; a shelf's unit waits for a person for hours."""
    story = waits_on_the_shelf()
    story.wait(90 * MINUTE)
    assert the_order(story).state == "PICK_FAILED"
    assert not story.all(PartBackordered)
    story.wait(91 * MINUTE)
    assert story.all(PartBackordered)


def test_p17_a_wrong_part_from_the_shelf_puts_its_bin_in_no_doubt():
    """Whoever took it saw what lies there: the replacement is reserved at once, and nobody counts."""
    story = waits_on_the_shelf()
    order = the_order(story)
    story.believed(HANDHELD, WorkStarted(repair=order.repair))
    for device in (KEEPER, HANDHELD):
        story.believed(device, UnitCollected(unit=order.unit))
    story.believed(HANDHELD, UnitBrought(unit=order.unit, desk="d1"))
    story.believed(HANDHELD, UnitRefused(unit=order.unit, desk="d1", reason="wrong"))
    again = the_order(story)
    assert (order.state, again.replaces, again.state) == ("RETURNING", order.id, "PICK_FAILED")
    assert again.unit != order.unit
    assert not story.all(CountBin)
    assert not story.all(PartBackordered)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    assert story.books.units[order.unit].place == "HAND:pk1"


def test_p1_without_prefetch_the_engineer_orders():
    """The signed line waits until somebody asks for its part."""
    story = Story(Policy(prefetch=False), layout=COUNTER)
    repair = at_the_desk.approved(story, BATTERY)
    assert not story.books.parts_orders
    story.believed(HANDHELD, PartsOrdered(repair=repair.id, sku=SKU))
    assert (the_order(story).by, the_repair(story).id) == ("e1", repair.id)


def test_what_is_wanted_least_lies_on_the_shelves_beside_a_cabinet():
    books = opening_books(layout(BESIDE), CATALOGUE)
    levels = stock_levels(CATALOGUE)
    shelved = {bin_.sku for name, bin_ in books.bins.items() if name.startswith("sh1.")}
    inside = {bin_.sku for name, bin_ in books.bins.items() if name.startswith("c1.")}
    assert len(shelved) == 10
    assert not shelved & inside
    assert shelved | inside == set(levels)
    assert max(levels[sku].maximum for sku in shelved) <= min(levels[sku].maximum for sku in inside)


def test_shelves_alone_have_everything():
    books = opening_books(COUNTER, CATALOGUE)
    assert {bin_.sku for bin_ in books.bins.values()} == set(stock_levels(CATALOGUE))


def test_a_shop_for_more_repairs_is_laid_in_with_more():
    usual, busy = (opening_books(LAYOUT, CATALOGUE, repairs_a_day) for repairs_a_day in (40, 80))
    assert len(busy.units) > 1.5 * len(usual.units)

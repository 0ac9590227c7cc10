"""A repair whose quote was just signed, and what cabinet, robot and people do with its part."""

from shopfloor.contract.commands import AllowInput, Command, CountBin, PickUnit
from shopfloor.contract.events import (
    BinCounted,
    CountMade,
    EngineerSignedOn,
    Event,
    GoodsReceived,
    InputAsked,
    OverrideGiven,
    PickFailed,
    PickQueued,
    UnitAccepted,
    UnitCollected,
    UnitPicked,
    UnitStored,
    WorkStarted,
)
from shopfloor.contract.facts import Fact, JobArrived, JobByHand, JobLoaded
from shopfloor.contract.kinds import OverrideRule
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder, Repair, Unit
from tests.core import at_the_desk
from tests.core.at_the_desk import BATTERY, HANDHELD
from tests.core.story import Story

CABINET = "cabinet/c1"
KEEPER = "handheld/h11"
BOARD = "board/b1"
SKU = "AST-M60-BAT"
TOTE = "TOTE:r1.1"


def opened(story: Story) -> PartsOrder:
    """A battery is signed for at desk d1: its parts order has just been opened, the pick sent."""
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    at_the_desk.approved(story, BATTERY)
    return the_order(story)


def the_order(story: Story, number: int = -1) -> PartsOrder:
    return list(story.books.parts_orders.values())[number]


def the_repair(story: Story) -> Repair:
    return story.books.repairs[the_order(story).repair]


def the_unit(story: Story) -> Unit:
    return story.books.units[the_order(story).unit]


def picked(story: Story) -> PartsOrder:
    """The unit lies in the outlet."""
    order = opened(story)
    story.believed(CABINET, PickQueued(command=order.pick))
    story.believed(CABINET, UnitPicked(command=order.pick, units=(order.unit,)))
    return order


def failed(story: Story, order: PartsOrder) -> None:
    story.believed(CABINET, PickFailed(command=order.pick, why="unknown"))


def entered(story: Story, unit: str, target: str, *facts: Fact) -> list[Command | Fact]:
    """As if jobs and robots had done it: a move in the ledger, and what is known after it."""
    floor = story.floor
    shop = floor._begin(story.now)
    if shop.books.units[unit].place != target:
        stock.move(shop, shop.books.units[unit], target, "m4", "robot/r1")
    for fact in facts:
        shop.note(fact)
    floor._tell_rooms()
    floor._dispatch()
    return story._keep(shop.outs)


def loaded(story: Story) -> PartsOrder:
    """In the robot's tote, on the way."""
    order = picked(story)
    fact = JobLoaded(job=order.job, robot="robot/r1", tote="r1.1", unit=order.unit, parts_order=order.id)
    entered(story, order.unit, TOTE, fact)
    return order


def arrive(story: Story, order: PartsOrder) -> None:
    fact = JobArrived(job=order.job, robot="robot/r1", station="desk-1", unit=order.unit, parts_order=order.id)
    entered(story, order.unit, TOTE, fact)


def at_desk(story: Story) -> PartsOrder:
    """The robot stands at desk d1."""
    order = loaded(story)
    arrive(story, order)
    return order


def accepted(story: Story) -> PartsOrder:
    """On the desk, taken by its engineer, who has begun to work."""
    order = at_desk(story)
    story.believed(HANDHELD, UnitAccepted(unit=order.unit, desk="d1"))
    story.believed(HANDHELD, WorkStarted(repair=order.repair))
    return order


def nobody_drives(story: Story, order: PartsOrder) -> None:
    """E8: a person is to carry it."""
    story.noted(JobByHand(job=order.job, unit=order.unit, parts_order=order.id))


def stored(story: Story, unit: str) -> str:
    """The unit is in the inlet, asked for, allowed and stored: the place it was given."""
    story.believed(CABINET, InputAsked(unit=unit))
    allowed = story.last(AllowInput)
    assert allowed.unit == unit
    story.believed(CABINET, UnitStored(command=allowed.id, unit=unit, bin=allowed.bin))
    return allowed.bin


def carried_back(story: Story, unit: str) -> str:
    """By the parts keeper's hand to the inlet."""
    if not story.books.units[unit].place.startswith("HAND:"):
        story.believed(KEEPER, UnitCollected(unit=unit))
    return stored(story, unit)


def count(story: Story, bin_: str, *units: str) -> None:
    """The cabinet answers its order to count."""
    asked = [work for work in story.all(CountBin) if work.bin == bin_][-1]
    story.believed(CABINET, CountMade(counted=BinCounted(bin=bin_, units=units), command=asked.id))


def in_the_inlet(story: Story, serial: str = "N1") -> None:
    """A new battery was delivered, and the cabinet is asked to let it in."""
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    story.believed(KEEPER, GoodsReceived(sku=SKU, units=(serial,)))
    story.believed(CABINET, InputAsked(unit=serial))


def allow(story: Story, about: str, rule: OverrideRule) -> None:
    story.believed(BOARD, OverrideGiven(about=about, rule=rule, reason="seen it"))


def units_of(story: Story, sku: str = SKU) -> list[Unit]:
    return [unit for unit in story.books.units.values() if unit.sku == sku]


def pick_for(story: Story, order: PartsOrder) -> PickUnit:
    return next(work for work in story.all(PickUnit) if work.id == order.pick)


def refused(story: Story, device: str, event: Event) -> str:
    """The code; not a byte of the books has changed."""
    return at_the_desk.refused(story, device, event)


def balanced(story: Story) -> None:
    """B5, B6, B7: each index tells what units and reservations tell."""
    books = story.books
    kept = {sku: tuple(sorted(units)) for sku, units in sorted(books.free.items()) if units}
    assert kept == stock.recount_free(books)
    bins = {name: tuple(sorted(bin_.units)) for name, bin_ in sorted(books.bins.items()) if bin_.units}
    assert bins == dict(sorted(stock.recount_bins(books).items()))
    for sku, quantity in books.received.items():
        assert stock.on_hand(books, sku) == quantity
    reserved = {order.unit: order.id for order in books.parts_orders.values() if order.reserved}
    assert reserved == books.reservations
    outlets = [unit.id for unit in books.units.values() if unit.place == "OUTLET:c1"]
    assert sorted(outlets) == sorted(books.cabinets["c1"].outlet)
    wanting = {o.id for o in books.parts_orders.values() if o.state in ("REQUESTED", "BACKORDERED", "PICK_FAILED")}
    assert wanting == {name for shelf in books.wanted.values() for name in shelf}
    assert list(books.to_pick) == [o.id for o in books.parts_orders.values() if o.state == "RESERVED"]
    assert not books.to_reserve

"""Whatever cabinet and people say, in whatever order: the ledger balances, a refusal changes nothing (B5–B7, F44)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shopfloor.contract.events import (
    BinCounted,
    CommandDone,
    CommandRefused,
    CountMade,
    DefectReported,
    DeviceConnected,
    DeviceLost,
    Event,
    InputAsked,
    ModeSet,
    ModuleFailed,
    ModuleRecovered,
    PartInstalled,
    PartRemoved,
    PartsOrderCancelled,
    PartsOrdered,
    PickAborted,
    PickFailed,
    PickQueued,
    ReturnRequested,
    UnitAccepted,
    UnitBrought,
    UnitCollected,
    UnitDispensedAtMachine,
    UnitPicked,
    UnitRefused,
    UnitStored,
    UnitStoredByHand,
    WorkStarted,
)
from shopfloor.contract.facts import EventRefused
from tests.core.at_the_cabinet import (
    BOARD,
    CABINET,
    KEEPER,
    SKU,
    TOTE,
    arrive,
    balanced,
    entered,
    nobody_drives,
    opened,
    units_of,
)
from tests.core.at_the_desk import HANDHELD
from tests.core.story import Story

STEPS_MAX = 30
KINDS = 31


def claim(story: Story, kind: int, which: int) -> tuple[str, Event] | None:
    """What somebody may say next about one of the parts orders and one of the batteries; mostly to the point."""
    books = story.books
    orders = list(books.parts_orders.values())
    order = orders[which % len(orders)]
    batteries = units_of(story)
    some = batteries[which % len(batteries)]
    unit = order.unit or some.id
    bin_ = order.bin or "c1.1"
    command = order.pick or "C0"
    repair = order.repair
    said: dict[int, tuple[str, Event]] = {
        0: (CABINET, PickQueued(command=command)),
        1: (CABINET, UnitPicked(command=command, units=(unit,))),
        2: (CABINET, UnitPicked(command=command, units=(some.id,))),
        3: (CABINET, PickFailed(command=command, why="unknown")),
        4: (CABINET, PickAborted(command=order.cancel or command)),
        5: (CABINET, CountMade(counted=BinCounted(bin=bin_, units=tuple(books.bins[bin_].units)))),
        6: (CABINET, CountMade(counted=BinCounted(bin=bin_, units=()))),
        7: (CABINET, InputAsked(unit=unit)),
        8: (CABINET, UnitStored(command="C0", unit=some.id, bin=bin_)),
        9: (CABINET, UnitDispensedAtMachine(unit=unit, bin=bin_)),
        10: (CABINET, ModuleFailed(module="lift")),
        11: (CABINET, ModuleRecovered(module="lift")),
        12: (KEEPER, UnitCollected(unit=unit)),
        13: (KEEPER, UnitCollected(unit=some.id)),
        14: (KEEPER, UnitBrought(unit=unit, desk="d1")),
        15: (KEEPER, UnitStoredByHand(unit=unit, bin=bin_)),
        16: (HANDHELD, UnitAccepted(unit=unit, desk="d1")),
        17: (HANDHELD, UnitRefused(unit=unit, desk="d1", reason="wrong")),
        18: (HANDHELD, UnitRefused(unit=some.id, desk="d1", reason="damaged")),
        19: (HANDHELD, WorkStarted(repair=repair)),
        20: (HANDHELD, PartInstalled(repair=repair, unit=unit)),
        21: (HANDHELD, PartRemoved(repair=repair, unit=unit)),
        22: (HANDHELD, ReturnRequested(unit=unit, seal_intact=which % 2 == 0)),
        23: (HANDHELD, DefectReported(unit=unit, blame="supplier")),
        24: (HANDHELD, PartsOrderCancelled(parts_order=order.id)),
        25: (HANDHELD, PartsOrdered(repair=repair, sku=SKU, reason="spare")),
        26: (BOARD, ModeSet(what="cabinet-by-hand", on=which % 2 == 0, about="c1")),
        27: (CABINET, CommandRefused(command=command, reason="no")),
        28: (CABINET, DeviceLost() if which % 2 else DeviceConnected()),
        29: (CABINET, CommandDone(command=next(iter(books.pending), "C0"))),
    }
    return said.get(kind)


def carry(story: Story, which: int) -> None:
    """A robot brings what lies in the outlet, or people have to."""
    orders = list(story.books.parts_orders.values())
    order = orders[which % len(orders)]
    if order.state == "PICKED":
        nobody_drives(story, order)
    elif order.state == "IN_TRANSIT(robot)":
        arrive(story, order)
    elif order.state == "RETURNING" and story.books.units[order.unit].place.startswith("DESK:"):
        entered(story, order.unit, TOTE)


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, KINDS), st.integers(0, 9), st.sampled_from((0, 0, 0, 1, 5_000, 130_000))),
        max_size=STEPS_MAX,
    )
)
def test_b5_b6_b7_whatever_is_said_the_ledger_balances(steps: list[tuple[int, int, int]]) -> None:
    story = Story()
    opened(story)
    for kind, which, pause in steps:
        story.wait(pause)
        said = claim(story, kind, which)
        if said is None:
            carry(story, which)
            continue
        story.books.now = story.now
        before = story.floor.digest()
        outs = story.say(*said)
        if any(isinstance(out, EventRefused) for out in outs):
            assert story.floor.digest() == before, f"{said} was refused and changed the books"
        balanced(story)

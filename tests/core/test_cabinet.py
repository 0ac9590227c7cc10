"""The cabinet's machinery, its doors, and counts (E4, E9, F40, F42, F45; m13, m14)."""

import pytest

from shopfloor.contract.actor import SECOND
from shopfloor.contract.commands import AlertHandheld, CountBin, OpenByHand
from shopfloor.contract.events import (
    AdjustmentApproved,
    BinCounted,
    CommandRefused,
    CountMade,
    DeviceConnected,
    DeviceLost,
    DoorClosed,
    DoorOpened,
    EngineerSignedOn,
    GoodsReceived,
    ModeSet,
    ModuleFailed,
    ModuleRecovered,
    PickFailed,
    UnitCollected,
    UnitDispensedAtMachine,
)
from shopfloor.contract.facts import (
    BinAgreed,
    CabinetChanged,
    CountAdjusted,
    CountDiffered,
    CountListed,
    PickMissed,
    UnitMoved,
)
from shopfloor.core import stock
from shopfloor.core.books import CabinetState
from shopfloor.core.counts import list_bin
from tests.core.at_the_cabinet import (
    BOARD,
    CABINET,
    KEEPER,
    SKU,
    balanced,
    count,
    entered,
    failed,
    opened,
    refused,
    units_of,
)
from tests.core.story import Story


@pytest.fixture
def story() -> Story:
    story = Story()
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    return story


def the_cabinet(story: Story) -> CabinetState:
    return story.books.cabinets["c1"]


def listed(story: Story, bin_: str) -> None:
    """This bin is to be counted."""
    floor = story.floor
    shop = floor._begin(story.now)
    list_bin(shop, bin_, "a story")
    floor._tell_rooms()
    floor._dispatch()
    story._keep(shop.outs)


# ── machinery ────────────────────────────────────────────────────────────────────────────────────


def test_f42_h1_h3_h6_an_open_door_is_seen_and_after_thirty_seconds_the_picks_are_held(story: Story) -> None:
    story.believed(CABINET, DoorOpened(door="inlet"))
    assert the_cabinet(story).state == "DOOR_OPEN"
    story.wait(29 * SECOND)
    assert the_cabinet(story).state == "DOOR_OPEN"
    story.wait(SECOND)
    changed = story.last(CabinetChanged)
    assert (the_cabinet(story).state, changed.ready, changed.why) == ("HELD", False, "door inlet was left open")
    story.believed(CABINET, DoorClosed(door="inlet"))
    assert (the_cabinet(story).state, story.last(CabinetChanged).ready) == ("READY", True)


def test_f42_h2_the_last_door_that_is_closed_in_time_holds_nothing(story: Story) -> None:
    story.believed(CABINET, DoorOpened(door="inlet"))
    story.wait(20 * SECOND)
    story.believed(CABINET, DoorOpened(door="outlet"))
    story.believed(CABINET, DoorClosed(door="inlet"))
    story.wait(29 * SECOND)
    assert the_cabinet(story).state == "DOOR_OPEN"
    story.believed(CABINET, DoorClosed(door="outlet"))
    story.minutes(5)
    assert the_cabinet(story).state == "READY"
    assert not story.all(CabinetChanged)


def test_doors_and_modules_say_things_once(story: Story) -> None:
    story.believed(CABINET, DoorOpened(door="inlet"))
    assert refused(story, CABINET, DoorOpened(door="inlet")) == "already"
    assert refused(story, CABINET, DoorClosed(door="outlet")) == "already"
    assert refused(story, CABINET, ModuleRecovered(module="lift")) == "already"
    assert refused(story, "cabinet/c9", DoorOpened(door="inlet")) == "unknown"


def test_e9_h3_h4_h6_jammed_then_by_hand_then_mended(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift", reason="jam"))
    assert the_cabinet(story).state == "HELD"
    assert any(alert.to == KEEPER for alert in story.all(AlertHandheld))
    story.minutes(1)
    assert (the_cabinet(story).state, the_cabinet(story).by_hand) == ("BY_HAND", True)
    key = story.last(OpenByHand)
    assert key.to == CABINET
    story.believed(CABINET, ModuleRecovered(module="lift"))
    assert (the_cabinet(story).state, the_cabinet(story).by_hand) == ("READY", False)
    assert key.id not in story.books.pending


def test_e9_h3_h6_last_will_and_back_again(story: Story) -> None:
    story.believed(CABINET, DeviceConnected())
    story.believed(CABINET, DeviceLost())
    assert story.last(CabinetChanged).why == "offline"
    story.believed(CABINET, DeviceConnected())
    assert story.last(CabinetChanged).ready


def test_e9_p6_asked_four_times_without_a_word(story: Story) -> None:
    order = opened(story)
    assert order.state == "PICK_SENT"
    story.wait(20 * SECOND)
    assert (the_cabinet(story).state, story.last(CabinetChanged).why) == ("HELD", "does not answer")
    story.believed(CABINET, PickFailed(command=order.pick, why="unknown"))
    assert the_cabinet(story).state == "READY"


def test_e9_h5_h7_by_the_managers_order_it_stays_by_hand_until_the_manager_ends_it(story: Story) -> None:
    story.believed(BOARD, ModeSet(what="cabinet-by-hand", on=True, about="c1"))
    assert the_cabinet(story).state == "BY_HAND"
    story.believed(CABINET, DoorOpened(door="front"))
    story.believed(CABINET, DoorClosed(door="front"))
    assert the_cabinet(story).state == "BY_HAND"
    story.believed(CABINET, ModuleFailed(module="lift"))
    story.believed(BOARD, ModeSet(what="cabinet-by-hand", on=False, about="c1"))
    assert the_cabinet(story).state == "HELD"
    story.believed(CABINET, ModuleRecovered(module="lift"))
    assert the_cabinet(story).state == "READY"


def test_h4_mended_within_the_minute_nobody_fetches_the_key(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    story.wait(59 * SECOND)
    story.believed(CABINET, ModuleRecovered(module="lift"))
    story.minutes(5)
    assert the_cabinet(story).state == "READY"
    assert not story.all(OpenByHand)


def test_h6_one_of_two_modules_mended_is_not_enough(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    story.believed(CABINET, ModuleFailed(module="gate"))
    story.believed(CABINET, ModuleRecovered(module="lift"))
    assert the_cabinet(story).state == "HELD"
    story.believed(CABINET, ModuleRecovered(module="gate"))
    assert the_cabinet(story).state == "READY"


def test_h5_h6_the_managers_order_ends_with_nothing_wrong_and_the_cabinet_serves_at_once(story: Story) -> None:
    """The sister of h7: held only if something is wrong when the order ends."""
    story.believed(BOARD, ModeSet(what="cabinet-by-hand", on=True, about="c1"))
    assert not story.last(CabinetChanged).ready
    story.believed(BOARD, ModeSet(what="cabinet-by-hand", on=False, about="c1"))
    assert (the_cabinet(story).state, story.last(CabinetChanged).ready) == ("READY", True)
    assert opened(story).state == "PICK_SENT"
    assert refused(story, BOARD, ModeSet(what="cabinet-by-hand", on=True, about="c9")) == "unknown"


def test_e9_bins_opened_with_the_key_are_counted_afterwards(story: Story) -> None:
    story.believed(BOARD, ModeSet(what="cabinet-by-hand", on=True, about="c1"))
    order = opened(story)
    bin_ = order.bin
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    assert not story.all(CountBin)
    story.believed(BOARD, ModeSet(what="cabinet-by-hand", on=False, about="c1"))
    assert story.last(CountBin).bin == bin_
    balanced(story)


# ── counts ───────────────────────────────────────────────────────────────────────────────────────


def test_m13_an_equal_count_closes_the_matter(story: Story) -> None:
    bin_ = stock.bin_of(units_of(story)[0])
    listed(story, bin_)
    count(story, bin_, *story.books.bins[bin_].units)
    assert story.last(BinAgreed).bin == bin_
    assert not the_cabinet(story).bins_to_count
    assert not the_cabinet(story).counting
    assert not story.books.counts


def test_m13_what_a_count_misses_is_lost_only_when_the_manager_says_so(story: Story) -> None:
    unit = units_of(story)[0]
    bin_ = stock.bin_of(unit)
    listed(story, bin_)
    count(story, bin_, *(name for name in story.books.bins[bin_].units if name != unit.id))
    differs = story.last(CountDiffered)
    assert (differs.missing, differs.surplus) == ((unit.id,), ())
    assert (unit.place, unit.status) == (f"BIN:{bin_}", "ATTENTION")
    assert not stock.is_free(story.books, unit)
    story.believed(BOARD, AdjustmentApproved(count=differs.count, reason="searched twice"))
    assert (unit.place, unit.status) == ("LOST", "LOST")
    assert story.last(UnitMoved).cause == "m13 searched twice"
    assert story.last(CountAdjusted).missing == (unit.id,)
    assert refused(story, BOARD, AdjustmentApproved(count=differs.count, reason="again")) == "unknown"
    balanced(story)


def test_m13_what_was_lost_is_found(story: Story) -> None:
    unit = units_of(story)[0]
    bin_ = stock.bin_of(unit)
    entered(story, unit.id, "LOST")
    unit.status = "LOST"
    listed(story, bin_)
    count(story, bin_, *story.books.bins[bin_].units, unit.id)
    assert story.last(CountDiffered).surplus == (unit.id,)
    story.believed(BOARD, AdjustmentApproved(count=story.last(CountDiffered).count, reason="behind the drawer"))
    moved = story.last(UnitMoved)
    assert (moved.source, moved.target, unit.status) == ("LOST", f"BIN:{bin_}", "OK")
    balanced(story)


def test_m13_a_stranger_is_received_first(story: Story) -> None:
    bin_ = stock.bin_of(units_of(story)[0])
    listed(story, bin_)
    count(story, bin_, *story.books.bins[bin_].units, "STRANGER")
    event = AdjustmentApproved(count=story.last(CountDiffered).count, reason="never seen")
    assert refused(story, BOARD, event) == "unknown-serial"
    story.believed(KEEPER, GoodsReceived(sku=SKU, units=("STRANGER",)))
    story.believed(BOARD, event)
    assert story.books.units["STRANGER"].place == f"BIN:{bin_}"
    balanced(story)


def test_e5_nothing_is_given_out_of_a_bin_with_strange_units(story: Story) -> None:
    order = opened(story)
    bin_ = order.bin
    failed(story, order)
    count(story, bin_, *story.books.bins[bin_].units, "STRANGER")
    assert order.bin != bin_
    for unit in units_of(story):
        if unit.place.startswith("BIN:") and stock.bin_of(unit) != bin_ and unit.id != order.unit:
            entered(story, unit.id, "OTHER_SHOP")
    failed(story, order)
    assert order.state == "PICK_FAILED"


def test_m13_a_newer_count_overtakes_the_one_that_waits(story: Story) -> None:
    unit = units_of(story)[0]
    bin_ = stock.bin_of(unit)
    full = tuple(story.books.bins[bin_].units)
    story.believed(KEEPER, CountMade(counted=BinCounted(bin=bin_, units=())))
    assert bin_ in story.books.alarms
    story.believed(KEEPER, CountMade(counted=BinCounted(bin=bin_, units=full)))
    assert not story.books.counts
    assert unit.status == "OK"
    assert bin_ not in story.books.alarms
    balanced(story)


def test_m13_a_missing_unit_that_turns_up_settles_the_count(story: Story) -> None:
    unit = units_of(story)[0]
    bin_ = stock.bin_of(unit)
    left = tuple(name for name in story.books.bins[bin_].units if name != unit.id)
    story.believed(KEEPER, CountMade(counted=BinCounted(bin=bin_, units=left)))
    story.believed(KEEPER, UnitCollected(unit=unit.id))
    assert (unit.place, unit.status) == ("HAND:pk1", "OK")
    assert story.last(BinAgreed).bin == bin_
    assert not story.books.counts
    balanced(story)


def test_m13_who_counts_what(story: Story) -> None:
    bin_ = stock.bin_of(units_of(story)[0])
    unknown = CountMade(counted=BinCounted(bin="c1.999", units=()))
    assert refused(story, CABINET, unknown) == "unknown"
    assert refused(story, CABINET, CountMade(counted=BinCounted(bin=bin_, units=()), command="C99")) == "not-asked"
    assert refused(story, KEEPER, CountMade(counted=BinCounted(bin=bin_, units=("A", "A")))) == "twice"
    story.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))
    by_engineer = CountMade(counted=BinCounted(bin=bin_, units=()))
    assert refused(story, "handheld/h1", by_engineer) == "not-the-parts-keeper"


def test_m13_what_the_machine_cannot_count_the_keeper_does(story: Story) -> None:
    bin_ = stock.bin_of(units_of(story)[0])
    listed(story, bin_)
    story.believed(CABINET, CommandRefused(command=story.last(CountBin).id, reason="no scales"))
    assert bin_ in the_cabinet(story).bins_to_count
    assert "by hand" in story.last(AlertHandheld).words
    story.believed(KEEPER, CountMade(counted=BinCounted(bin=bin_, units=tuple(story.books.bins[bin_].units))))
    assert bin_ not in the_cabinet(story).bins_to_count


def test_m13_a_surplus_that_was_issued_is_settled_first(story: Story) -> None:
    order = opened(story)
    unit = story.books.units[order.unit]
    unit.parts_order = order.id
    other = next(bin_ for bin_ in story.books.bins.values() if bin_.sku == SKU and bin_.id != order.bin)
    story.believed(KEEPER, CountMade(counted=BinCounted(bin=other.id, units=(*other.units, unit.id))))
    event = AdjustmentApproved(count=story.last(CountDiffered).count, reason="it lies here")
    assert story.refused(BOARD, event) == "issued"


def test_m13_a_reserved_unit_that_a_count_misses_is_not_sent_for(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    order = opened(story)
    unit, bin_ = order.unit, order.bin
    story.believed(KEEPER, CountMade(counted=BinCounted(bin=bin_, units=())))
    assert (order.state, story.last(PickMissed).why) == ("PICK_FAILED", "count")
    story.believed(BOARD, AdjustmentApproved(count=story.last(CountDiffered).count, reason="gone"))
    assert story.books.units[unit].place == "LOST"
    assert not order.reserved
    story.believed(CABINET, ModuleRecovered(module="lift"))
    assert (order.state, order.unit != unit) == ("PICK_SENT", True)
    balanced(story)


# ── taken at the machine ─────────────────────────────────────────────────────────────────────────


def test_m14_taken_at_the_machine_is_an_alarm_and_a_count(story: Story) -> None:
    unit = units_of(story)[0]
    bin_ = stock.bin_of(unit)
    story.believed(CABINET, UnitDispensedAtMachine(unit=unit.id, bin=bin_))
    assert unit.place == "HAND:unknown"
    assert unit.id in story.books.alarms
    assert story.last(CountListed).bin == bin_
    balanced(story)


def test_m14_whose_reserved_unit_it_was_gets_another(story: Story) -> None:
    order = opened(story)
    unit, bin_ = order.unit, order.bin
    story.believed(CABINET, UnitDispensedAtMachine(unit=unit, bin=bin_, person="e7"))
    assert story.books.units[unit].place == "HAND:e7"
    assert story.all(PickMissed)[-1].why == "gone"
    assert (order.state, order.unit != unit) == ("PICK_SENT", True)
    balanced(story)


def test_m14_not_what_is_not_in_that_bin(story: Story) -> None:
    unit = units_of(story)[0]
    assert refused(story, CABINET, UnitDispensedAtMachine(unit=unit.id, bin="c1.200")) == "not-in-bin"


def test_m13_the_shelf_of_counts_never_grows_beyond_the_bins(story: Story) -> None:
    bin_ = stock.bin_of(units_of(story)[0])
    for _ in range(5):
        story.believed(KEEPER, CountMade(counted=BinCounted(bin=bin_, units=())))
    assert len(story.books.counts) == 1
    balanced(story)


def test_e9_mended_with_a_door_left_open_the_keeper_is_told_of_the_door(story: Story) -> None:
    """Found by the storm (seed 254): whoever had freed the picker left the door open, and nobody heard of it."""
    story.believed(CABINET, ModuleFailed(module="lift", reason="jam"))
    story.minutes(1)
    story.believed(CABINET, DoorOpened(door="by-hand"))
    story.minutes(2)
    told = len(story.all(AlertHandheld))
    story.believed(CABINET, ModuleRecovered(module="lift"))
    assert [alert.words for alert in story.all(AlertHandheld)[told:]] == [
        "Cabinet c1: door by-hand was left open. Picks are held."
    ]
    story.believed(CABINET, DoorClosed(door="by-hand"))
    assert the_cabinet(story).state == "READY"

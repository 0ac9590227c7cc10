"""The parts cabinet on a day without faults: picks, cancels, the outlet, the inlet, counts, doors (p7–p9, p22–p24)."""

from random import Random

import msgspec

from devices.cabinet import PERMISSION_PATIENCE, WAITING_MAX, Cabinet
from devices.cabinet_body import Bin
from devices.cabinet_memory import CabinetMemory
from devices.cabinet_simulation import CabinetDials, SimulatedCabinet
from devices.cabinet_touches import CloseDoor, PutByHand, TakeAtMachine, TakeByHand
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.events import BinCounted
from tests.devices.held import MORNING, Held

TO = "cabinet/c1"
STOCK = {"c1.1": ["BAT#1", "BAT#2"], "c1.2": ["SCR#1"]}


def cabinet(memory=None, now=MORNING, stock=STOCK, **dials):
    if memory is None:
        memory = CabinetMemory()
        memory.truth.bins = {name: Bin(list(units)) for name, units in stock.items()}
    body = SimulatedCabinet(CabinetDials(**dials), Random("cabinet"), memory.truth, now)
    held = Held(Cabinet(TO, body, memory, now), now)
    held.memory, held.body = memory, body
    return held


def restarted(held, **dials):
    """The power has gone; what was on disk is all that is left."""
    kept = msgspec.json.decode(msgspec.json.encode(held.memory), type=CabinetMemory)
    return cabinet(kept, held.now, **dials)


def pick(unit="BAT#1", bin_="c1.1", id_="C1"):
    return c.PickUnit(id=id_, to=TO, unit=unit, sku=unit[:3], bin=bin_)


def cancel(pick_id="C1", id_="C9"):
    return c.CancelPick(id=id_, to=TO, pick=pick_id)


def open_outlet(*units, id_="C5", tote="r1/tote-1"):
    return c.OpenOutlet(id=id_, to=TO, units=units, tote=tote)


def open_inlet(*units, id_="C6"):
    return c.OpenInlet(id=id_, to=TO, units=units, tote="r1/tote-1")


def allow(unit, bin_, id_="C7"):
    return c.AllowInput(id=id_, to=TO, unit=unit, bin=bin_)


def names(events):
    return [type(event).__name__ for event in events]


# ── picks ──


def test_p7_p8_a_pick_is_queued_started_and_lies_in_the_outlet():
    held = cabinet()
    assert held.tell(pick()) == [e.PickQueued(command="C1"), e.PickStarted(command="C1")]
    assert held.wait(30 * SECOND - 1) == []
    assert held.wait(66 * SECOND + 1) == [e.UnitPicked(command="C1", units=("BAT#1",))]
    assert held.memory.truth.outlet == ["BAT#1"]
    assert held.memory.truth.bins["c1.1"].units == ["BAT#2"]


def test_one_pick_at_a_time_in_the_order_asked():
    held = cabinet()
    held.tell(pick())
    assert held.tell(pick("SCR#1", "c1.2", "C2")) == [e.PickQueued(command="C2")]
    assert held.client.screen.waiting == 1
    done = held.wait(4 * MINUTE)
    assert names(done) == ["UnitPicked", "PickStarted", "UnitPicked"]


def test_b25_the_same_pick_twice_is_one_pick_and_two_answers():
    held = cabinet()
    held.tell(pick())
    assert held.tell(pick()) == []
    (picked,) = held.wait(2 * MINUTE)
    assert held.tell(pick()) == [picked]
    assert held.memory.truth.outlet == ["BAT#1"]


def test_p9_a_bin_that_is_known_to_be_empty_is_told_as_incomplete():
    held = cabinet(stock={"c1.1": []})
    held.tell(pick())
    assert held.wait(2 * MINUTE) == [e.PickFailed(command="C1", why="incomplete")]


def test_a_bin_never_heard_of_holds_what_the_pick_names():
    held = cabinet(stock={})
    held.tell(pick())
    assert names(held.wait(2 * MINUTE)) == ["UnitPicked"]
    held.tell(pick(id_="C2"))
    assert held.wait(2 * MINUTE)[-1] == e.PickFailed(command="C2", why="incomplete")


def test_too_many_picks_are_refused_with_a_reason():
    held = cabinet()
    for number in range(WAITING_MAX + 1):
        held.tell(pick(id_=f"P{number}"))
    (refused,) = held.tell(pick(id_="P999"))
    assert refused.command == "P999"


# ── cancels ──


def test_p24_a_waiting_pick_is_cancelled():
    held = cabinet()
    held.tell(pick())
    held.tell(pick("SCR#1", "c1.2", "C2"))
    assert held.tell(cancel("C2")) == [e.PickAborted(command="C2")]
    assert names(held.wait(5 * MINUTE)) == ["UnitPicked"]


def test_p24_a_pick_under_way_turns_back_while_its_gripper_is_empty():
    held = cabinet()
    held.tell(pick())
    held.wait(5 * SECOND)
    assert held.tell(cancel()) == [e.PickAborted(command="C1")]
    assert held.wait(5 * MINUTE) == []
    assert held.memory.truth.bins["c1.1"].units == ["BAT#1", "BAT#2"]


def test_p25_too_late_to_cancel_and_the_unit_comes_out():
    held = cabinet()
    held.tell(pick())
    held.wait(held.client.deadline - held.now - 1)
    (refused,) = held.tell(cancel())
    assert refused.command == "C9"
    assert names(held.wait(2 * MINUTE)) == ["UnitPicked"]
    assert isinstance(held.tell(cancel())[0], e.CommandRefused)


def test_p23_a_cancel_that_overtakes_its_pick_means_that_it_is_never_picked():
    held = cabinet()
    assert held.tell(cancel()) == [e.PickAborted(command="C1")]
    assert held.tell(pick()) == [e.PickAborted(command="C1")]
    assert held.wait(5 * MINUTE) == []


def test_p23_cancelling_twice_is_answered_twice():
    held = cabinet()
    held.tell(pick())
    assert held.tell(cancel()) == held.tell(cancel()) == held.tell(cancel(id_="C10"))


def test_after_a_failed_pick_a_cancel_says_that_nothing_came_out():
    held = cabinet(stock={"c1.1": []})
    held.tell(pick())
    held.wait(2 * MINUTE)
    assert held.tell(cancel()) == [e.PickAborted(command="C1")]


# ── outlet ──


def test_j4_the_outlet_gives_its_units_to_the_tote_and_shuts():
    held = cabinet()
    held.tell(pick())
    held.wait(2 * MINUTE)
    assert held.tell(open_outlet("BAT#1")) == [e.DoorOpened(door="outlet")]
    assert held.wait(4 * SECOND) == [
        e.OutletEmptied(command="C5", units=("BAT#1",), tote="r1/tote-1"),
        e.DoorClosed(door="outlet"),
    ]
    assert held.memory.truth.outlet == []


def test_j4_what_does_not_lie_there_cannot_be_given():
    (refused,) = cabinet().tell(open_outlet("BAT#1"))
    assert "BAT#1" in refused.reason


def test_j4_more_than_a_tote_holds_is_refused():
    (refused,) = cabinet().tell(open_outlet(*(f"BAT#{number}" for number in range(17))))
    assert "16 units" in refused.reason


def test_j4_two_robots_are_served_one_after_the_other():
    held = cabinet()
    held.tell(pick())
    held.tell(pick("SCR#1", "c1.2", "C2"))
    held.wait(5 * MINUTE)
    held.tell(open_outlet("BAT#1"))
    held.tell(open_outlet("SCR#1", id_="C8", tote="hand/pk1"))
    held.tell(open_outlet("SCR#1", id_="C8", tote="hand/pk1"))
    emptied = [event for event in held.wait(MINUTE) if isinstance(event, e.OutletEmptied)]
    assert [(event.units, event.tote) for event in emptied] == [(("BAT#1",), "r1/tote-1"), (("SCR#1",), "hand/pk1")]


def test_b11_the_cabinet_tells_what_really_went_not_what_was_asked():
    held = cabinet()
    held.tell(pick())
    held.wait(2 * MINUTE)
    held.tell(open_outlet("BAT#1", "SCR#1"))
    (emptied,) = [event for event in held.wait(MINUTE) if isinstance(event, e.OutletEmptied)]
    assert emptied.units == ("BAT#1",)


# ── inlet ──


def test_p22_each_unit_is_asked_for_and_stored_where_it_is_allowed():
    held = cabinet()
    assert held.tell(open_inlet("CAM#1", "CAM#2")) == []
    assert held.wait(6 * SECOND) == [e.InputAsked(unit="CAM#1")]
    held.tell(allow("CAM#1", "c1.9"))
    assert held.wait(26 * SECOND) == [
        e.UnitStored(command="C7", unit="CAM#1", bin="c1.9"),
        e.InputAsked(unit="CAM#2"),
    ]
    held.tell(allow("CAM#2", "QUARANTINE", "C8"))
    assert names(held.wait(20 * SECOND)) == ["UnitStored", "CommandDone"]
    assert held.body.bin_of("CAM#1") == "c1.9"
    assert held.memory.truth.inlet == []


def test_p22_a_unit_that_is_not_wanted_goes_back():
    held = cabinet()
    held.tell(open_inlet("CAM#1"))
    held.wait(6 * SECOND)
    refuse = c.RefuseInput(id="C8", to=TO, unit="CAM#1", reason="not ours")
    assert held.tell(refuse) == [e.CommandDone(command="C8"), e.CommandDone(command="C6")]
    assert held.memory.truth.inlet == []
    assert held.tell(refuse) == [e.CommandDone(command="C8")]


def test_p22_nothing_goes_in_without_having_been_asked_for():
    held = cabinet()
    assert isinstance(held.tell(allow("CAM#1", "c1.9"))[0], e.CommandRefused)
    held.tell(open_inlet("CAM#1"))
    held.wait(6 * SECOND)
    assert isinstance(held.tell(allow("CAM#2", "c1.9"))[0], e.CommandRefused)
    held.tell(allow("CAM#1", "c1.9"))
    late = c.RefuseInput(id="C8", to=TO, unit="CAM#1", reason="changed my mind")
    assert isinstance(held.tell(late)[0], e.CommandRefused)


def test_p22_without_an_answer_it_asks_again_and_then_gives_the_unit_back():
    held = cabinet()
    held.tell(open_inlet("CAM#1"))
    held.wait(6 * SECOND)
    assert held.wait(2 * PERMISSION_PATIENCE) == 2 * [e.InputAsked(unit="CAM#1")]
    (refused,) = held.wait(PERMISSION_PATIENCE)
    assert "CAM#1" in refused.reason
    assert held.memory.truth.inlet == []


def test_p22_an_empty_delivery_is_refused_and_a_repeated_one_is_the_same():
    held = cabinet()
    assert isinstance(held.tell(open_inlet())[0], e.CommandRefused)
    held.tell(open_inlet("CAM#1"))
    held.tell(open_inlet("CAM#1"))
    assert held.wait(6 * SECOND) == [e.InputAsked(unit="CAM#1")]
    assert len(held.memory.incoming) == 1


# ── counts, doors, hands ──


def test_m13_a_count_tells_what_really_lies_there():
    held = cabinet()
    held.tell(TakeByHand("BAT#2", "c1.1"))
    assert held.said == []
    held.tell(c.CountBin(id="C3", to=TO, bin="c1.1"))
    assert held.wait(20 * SECOND) == [e.CountMade(counted=BinCounted(bin="c1.1", units=("BAT#1",)), command="C3")]


def test_f45_what_was_laid_in_by_hand_is_found_by_the_count():
    held = cabinet()
    held.tell(PutByHand("CAM#7", "c1.2"))
    held.tell(c.CountBin(id="C3", to=TO, bin="c1.2"))
    (count,) = held.wait(20 * SECOND)
    assert count.counted.units == ("SCR#1", "CAM#7")


def test_a_bin_of_which_the_machine_knows_only_a_part_is_counted_by_hand():
    held = cabinet(stock={})
    held.tell(pick())
    held.wait(2 * MINUTE)
    held.tell(c.CountBin(id="C3", to=TO, bin="c1.1"))
    (refused,) = held.wait(20 * SECOND)
    assert "by hand" in refused.reason


def test_m14_who_takes_at_the_machine_is_told_and_what_is_not_there_is_not_given():
    held = cabinet()
    taken = held.tell(TakeAtMachine("SCR#1", "c1.2", "pk1"))
    assert taken == [e.UnitDispensedAtMachine(unit="SCR#1", bin="c1.2", person="pk1")]
    assert held.tell(TakeAtMachine("SCR#1", "c1.2")) == []
    assert "does not lie" in held.last_message


def test_e9_opened_by_hand_it_picks_nothing_until_it_is_shut():
    held = cabinet()
    unlocked = held.tell(c.OpenByHand(id="C4", to=TO, reason="jam"))
    assert unlocked == [e.CommandDone(command="C4"), e.DoorOpened(door="by-hand")]
    held.tell(pick())
    assert held.wait(10 * MINUTE) == []
    assert names(held.tell(CloseDoor("by-hand"))) == ["DoorClosed", "PickStarted"]
    assert held.tell(CloseDoor("by-hand")) == []


def test_how_it_is_is_told_whenever_it_changes():
    held = cabinet()
    held.tell(pick())
    assert held.words == {"at_work": "C1", "waiting": 0, "outlet": 0, "open_doors": "", "broken": ""}
    held.wait(2 * MINUTE)
    assert held.words["outlet"] == 1

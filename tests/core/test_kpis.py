"""KPIs: each from the facts that carry it; three clocks; and a dash, not a nought, where there is nothing."""

import msgspec
import pytest

from shopfloor.contract import facts as f
from shopfloor.contract.actor import DAY, HOUR, MINUTE
from shopfloor.core.kpi_memory import VALUES_MAX
from shopfloor.core.kpi_reckoning import percentile, spread
from shopfloor.core.kpis import KPIS, Kpis
from tests.core import at_the_bench as bench
from tests.core import at_the_cabinet as cabinet
from tests.core.kpi_day import LINE, Day, issued
from tests.core.story import MORNING, Story


@pytest.fixture
def day() -> Day:
    return Day()


# ── nothing, and the definitions ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kpi", KPIS)
def test_without_data_nothing_is_said(kpi: str) -> None:
    """A dash, not a nought: everything but counts is None before the first fact."""
    numbers = Kpis().summary()[kpi]
    counts = {
        name for name in numbers if name == "n" or name.endswith("_n") or name in ("reinstated", "units_adjusted")
    }
    assert {name for name, value in numbers.items() if value is not None} <= counts
    assert numbers["n"] == 0


def test_every_kpi_is_defined_in_words() -> None:
    assert list(KPIS) == [f"K{n}" for n in range(1, 27)]
    for kpi in KPIS.values():
        assert kpi.name
        assert kpi.formula
        assert kpi.unit
    for number in ("K24", "K26"):
        assert "not" in KPIS[number].formula
        assert Kpis().summary()[number] == {"n": 0, "value": None}


def test_the_numbers_are_plain_data() -> None:
    """They go into checkpoints, and go on from there."""
    day = Day()
    day.repaired()
    day.at(60, f.RobotBecame(robot="r1", availability="BUSY"))
    again = msgspec.json.decode(msgspec.json.encode(day.kpis), type=Kpis)
    assert again == day.kpis
    again.note(issued("T2"), MORNING + HOUR)
    assert again.summary()["K3"]["n"] == 2


def test_values_have_a_limit_and_the_oldest_goes(day: Day) -> None:
    for n in range(VALUES_MAX + 10):
        day.kpis.measure("tat", n)
    kept = day.kpis.values["tat"]
    assert (len(kept), kept[0]) == (VALUES_MAX, 10)


def test_percentiles_are_values_that_occurred() -> None:
    assert percentile([], 50) is None
    assert [percentile([5, 1, 3], p) for p in (0, 50, 90, 100)] == [1, 3, 5, 5]
    assert spread([MINUTE, 3 * MINUTE]) == {"n": 2, "mean": 2.0, "p50": 1.0, "p90": 3.0}
    assert spread([]) == {"n": 0, "mean": None, "p50": None, "p90": None}


def test_a_new_page_keeps_what_is_open(day: Day) -> None:
    day.waits(0, "T1")
    day.at(0, f.EngineerCameOn(engineer="e1", desk="d1", device="handheld/h1"))
    day.called(5, "T1")
    day.kpis.turn_the_page()
    assert day.told("K3", "n") == 0
    day.seated(6, "T1")
    assert day.told("K1", "mean") == 5.0
    assert day.told("K10", "n") == 1


# ── the hall ────────────────────────────────────────────────────────────────────────────────────


def test_k1_from_issue_to_the_last_call(day: Day) -> None:
    day.waits(0, "T1")
    day.called(4, "T1")
    day.at(6, f.TicketRecalled(ticket="T1", number="A001", desk="d1", calls=2))
    day.seated(7, "T1")
    day.waits(8, "T2")
    day.at(18, f.DeviceCameOnline(device="pad/pad-1"))
    assert day.kpis.summary()["K1"] == {"n": 1, "mean": 6.0, "p50": 6.0, "p90": 6.0, "longest_now": 10.0}


def test_k1_a_booking_waits_from_the_booked_time(day: Day) -> None:
    day.waits(0, "T1", anchor=MORNING + 15 * MINUTE)
    day.called(18, "T1")
    day.seated(19, "T1")
    assert day.told("K1", "mean") == 3.0


def test_k2_within_ten_minutes_and_strictly_with_those_who_left(day: Day) -> None:
    for ticket, minutes in (("T1", 5), ("T2", 12)):
        day.waits(0, ticket)
        day.called(minutes, ticket)
        day.seated(minutes + 1, ticket)
    day.waits(0, "T3")
    day.at(20, f.TicketLeft(ticket="T3", number="A003", reason=""))
    day.waits(20, "T4")
    day.at(21, f.TicketLeft(ticket="T4", number="A004", reason=""))
    assert (day.told("K2"), day.told("K2", "strict")) == (1 / 2, 1 / 3)
    assert (day.told("K3"), day.told("K3", "n")) == (1 / 2, 4)


def test_k4_called_and_booked_are_two_numbers(day: Day) -> None:
    day.at(0, f.TicketExpected(ticket="T1", booking="T1", at=MORNING))
    day.at(15, f.TicketMissed(ticket="T1", number="", booked=True))
    day.waits(0, "T2")
    day.called(1, "T2")
    day.at(9, f.TicketMissed(ticket="T2", number="A002", desk="d1"))
    day.at(10, f.TicketReinstated(ticket="T2", number="A002"))
    assert day.kpis.summary()["K4"] == {"n": 1, "value": 1.0, "booked_n": 1, "booked": 1.0, "reinstated": 1}


def test_k10_desk_time_by_what_the_repair_waits_for(day: Day) -> None:
    day.at(0, f.EngineerCameOn(engineer="e1", desk="d1", device="handheld/h1"))
    day.waits(0, "T1")
    day.called(0, "T1")
    day.seated(10, "T1")
    day.opened(10, "R1", "T1")
    day.at(20, f.QuoteFrozen(repair="R1", version=1, sha256="", total=1, valid_until=0))
    day.approved(30, "R1")
    day.at(40, f.RepairBlocked(repair="R1"))
    day.at(60, f.RepairUnblocked(repair="R1"))
    day.at(70, f.PaymentRequested(payment="Y1", repair="R1", amount=1, payment_kind="CHARGE", attempt=1, pos="pos/p"))
    day.at(75, f.RepairPaid(repair="R1"))
    day.out(80, "R1", "T1")
    day.at(100, f.EngineerWentOff(engineer="e1", desk="d1"))
    numbers = day.kpis.summary()["K10"]
    assert numbers == {"n": 1, "value": 0.7, "working": 0.3, "part": 0.2, "customer": 0.15, "payment": 0.05}


# ── repairs ─────────────────────────────────────────────────────────────────────────────────────


def test_k5_three_clocks(day: Day) -> None:
    day.repaired()
    numbers = day.kpis.summary()["K5"]
    assert (numbers["n"], numbers["mean"], numbers["bench_mean"], numbers["tat_mean"]) == (1, 45.0, 23.0, 57.0)


def test_k5_not_the_time_that_the_customer_chose(day: Day) -> None:
    day.waits(0, "T1")
    day.called(0, "T1")
    day.seated(0, "T1")
    day.opened(0, "R1", "T1")
    day.at(10, f.RepairHeld(repair="R1", reason="undecided", back_to="QUOTED"))
    day.approved(30, "R1")
    day.checked(50, "R1")
    day.out(60, "R1", "T1")
    assert (day.told("K5", "mean"), day.told("K5", "tat_mean")) == (40.0, 60.0)


@pytest.mark.parametrize(
    "fact",
    [
        f.RepairHeld(repair="R1", reason="part", back_to="PARTS_WAIT"),
        f.RepairHeld(repair="R1", reason="overnight", back_to="REPAIRING"),
        f.PickupAwaited(repair="R1", locker="locker/1"),
        f.DeviceShipped(repair="R1", waybill="W"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_k5_only_one_visit_counts(day: Day, fact: f.Fact) -> None:
    day.waits(0, "T1")
    day.called(0, "T1")
    day.seated(0, "T1")
    day.opened(0, "R1", "T1")
    day.approved(5, "R1")
    day.at(10, fact)
    day.checked(50, "R1")
    day.out(60, "R1", "T1")
    assert (day.told("K5", "n"), day.told("K5", "tat_n")) == (0, 1)


def test_k5_software_is_no_hardware_repair(day: Day) -> None:
    day.waits(0, "T1")
    day.called(0, "T1")
    day.seated(0, "T1")
    day.opened(0, "R1", "T1")
    day.approved(5, "R1", line=msgspec.structs.replace(LINE, sku="", fault="SFT"))
    day.checked(20, "R1")
    day.out(30, "R1", "T1")
    assert (day.told("K5", "n"), day.told("K5", "bench_n")) == (0, 1)


def test_k6_by_the_signed_promise(day: Day) -> None:
    for repair, promised_in in (("R1", 60), ("R2", 20)):
        day.opened(0, repair, "")
        day.approved(0, repair, promised_in)
        day.at(30, f.PromiseChanged(repair=repair, promised=MORNING + DAY, why="late"))
        day.checked(40, repair)
    assert (day.told("K6"), day.told("K6", "n")) == (1 / 2, 2)


def test_k7_first_pass_and_right_first_time(day: Day) -> None:
    for n in (1, 2, 3, 4):
        day.repaired(f"T{n}", f"R{n}", start=n * 100)
    day.opened(600, "R5", "")
    day.at(610, f.QualityCheckFailed(repair="R5", checker="e2", reason="loose"))
    day.checked(620, "R5", first_pass=False)
    day.at(700, f.ReworkOpened(repair="R6", parent="R5", line=1), f.ReworkOpened(repair="R7", parent="R1", line=1))
    assert day.told("K7", "first_pass") == 4 / 5
    assert day.told("K7") == 1 - 2 / 4


def test_k16_shown_once_for_each_repair(day: Day) -> None:
    for repair in ("R1", "R2"):
        day.opened(0, repair, "")
    for request, repair in (("S1", "R1"), ("S2", "R1"), ("S3", "R2")):
        frozen = f.DocumentFrozen(request=request, repair=repair, document="QUOTE", sha256="", pages=2)
        day.at(1, frozen, f.SignatureShown(request=request, repair=repair, sha256=""))
    day.approved(5, "R1")
    day.at(6, f.SupplementNeeded(repair="R1", fault="SCR"))
    assert (day.told("K16", "n"), day.told("K16"), day.told("K16", "supplements")) == (2, 1 / 2, 1.0)


def test_k17_charged_is_signed_is_reported(day: Day) -> None:
    day.repaired("T1", "R1")
    day.opened(100, "R2", "")
    day.approved(110, "R2")
    day.checked(120, "R2")
    day.out(130, "R2", "", charged=9_901)
    assert (day.told("K17", "n"), day.told("K17")) == (2, 1 / 2)


def test_k23_one_engineer(day: Day) -> None:
    day.repaired("T1", "R1")
    day.opened(100, "R2", "")
    day.at(110, f.OwnerChanged(repair="R2", old="e1", new="e2"))
    day.approved(120, "R2")
    day.checked(130, "R2")
    day.out(140, "R2", "")
    assert day.told("K23") == 1 / 2


# ── a real visit ────────────────────────────────────────────────────────────────────────────────


def test_a_whole_visit_told_by_the_floor_itself() -> None:
    """No facts by hand: what the floor says is enough for the clocks."""
    story, kpis = Story(), Kpis()
    bench.handed_over(story)
    for out in story.outs:
        if isinstance(out, f.Fact):
            kpis.note(out, story.now)
    told = kpis.summary()
    assert (told["K1"]["n"], told["K5"]["tat_n"], told["K17"]["value"], told["K23"]["value"]) == (1, 1, 1.0, 1.0)
    assert told["K5"]["n"] == 0, "no part was needed"
    assert told["K18"]["value"] == 1.0
    assert told["K7"]["first_pass"] == 1.0


def test_a_part_brought_by_the_floor_itself() -> None:
    story, kpis = Story(), Kpis()
    cabinet.accepted(story)
    for out in story.outs:
        if isinstance(out, f.Fact):
            kpis.note(out, story.now)
    told = kpis.summary()
    assert (told["K8"]["n"], told["K13"]["fill"], told["K15"]["wrong"]) == (1, 1.0, 0.0)

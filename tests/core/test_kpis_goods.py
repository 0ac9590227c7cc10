"""KPIs of parts, stock, robots, papers, money and what customers say; each from the facts that carry it."""

import pytest

from shopfloor.contract import facts as f
from shopfloor.contract.actor import SECOND
from shopfloor.core.kpi_folds import SEAMS
from shopfloor.core.touchpoints import AUTOMATIC, BY_ENGINEER, BY_INSPECTOR, EVERY_VISIT, TOUCHPOINTS
from tests.core.kpi_day import Day


@pytest.fixture
def day() -> Day:
    return Day()


# ── parts, stock, robots ────────────────────────────────────────────────────────────────────────


def ordered(parts_order: str) -> f.PartsOrderOpened:
    return f.PartsOrderOpened(parts_order=parts_order, repair="R1", sku="A", desk="d1", line=1, by="FL")


def reserved(parts_order: str) -> f.UnitReserved:
    return f.UnitReserved(parts_order=parts_order, repair="R1", unit="A#1", sku="A", bin="c1.1")


def accepted(parts_order: str) -> f.PartAccepted:
    return f.PartAccepted(parts_order=parts_order, repair="R1", unit="A#1", sku="A", desk="d1", engineer="e1")


def moved(source: str, target: str, cause: str = "m4") -> f.UnitMoved:
    return f.UnitMoved(move=1, unit="A#1", sku="A", source=source, target=target, cause=cause, actor="x")


def test_k8_waiting_and_blocking(day: Day) -> None:
    day.at(0, ordered("P1"), reserved("P1"))
    day.at(2, f.RepairBlocked(repair="R1"))
    day.at(5, accepted("P1"), f.RepairUnblocked(repair="R1"))
    day.at(6, ordered("P2"))
    day.at(9, f.PartsOrderEnded(parts_order="P2", repair="R1", state="CANCELLED"))
    numbers = day.kpis.summary()["K8"]
    assert (numbers["n"], numbers["mean"], numbers["blocking_n"], numbers["blocking_mean"]) == (1, 5.0, 1, 3.0)


def test_k9_k12_only_who_has_a_desk_walks(day: Day) -> None:
    day.at(0, f.EngineerCameOn(engineer="e1", desk="d1", device="handheld/h1"))
    day.at(0, f.EngineerCameOn(engineer="pk1", desk="", device="handheld/h11"))
    day.repaired()
    day.at(60, moved("OUTLET:c1", "HAND:e1"))
    day.at(64, moved("HAND:e1", "DESK:d1"), accepted("P1"))
    day.at(70, moved("OUTLET:c1", "HAND:pk1"))
    day.at(80, moved("HAND:pk1", "INLET:c1"), moved("INLET:c1", "BIN:c1.1", "m2"))
    day.at(120, f.EngineerWentOff(engineer="pk1", desk=""))
    assert day.told("K9") == 4.0
    assert day.kpis.summary()["K12"] == {
        "n": 2,
        "staff_hours": pytest.approx(124 / 60),
        "value": pytest.approx(2 / (124 / 60)),
        "baseline": None,
    }


def test_k11_fault_and_silence_are_not_available(day: Day) -> None:
    day.at(0, f.RobotBecame(robot="r1", availability="AVAILABLE"))
    day.at(0, f.JobOpened(job="J1", job_kind="DELIVER", unit="A#1", source="s", target="d"))
    day.at(10, f.JobAssigned(job="J1", robot="r1", attempt=1))
    day.at(16, f.JobRetried(job="J1", robot="r1", why="slow"))
    day.at(22, f.JobDone(job="J1", robot="r1"))
    day.at(30, f.RobotBecame(robot="r1", availability="FAULT"))
    day.at(60, f.RobotBecame(robot="r1", availability="AVAILABLE"))
    numbers = day.kpis.summary()["K11"]
    assert numbers == {
        "n": 1,
        "value": 12 / 30,
        "availability": 0.5,
        "jobs_per_hour": 1.0,
        "retries": 1.0,
        "by_hand": 0.0,
    }


def test_k13_the_first_answer_counts(day: Day) -> None:
    late = f.PartBackordered(parts_order="P2", repair="R1", sku="A")
    day.at(0, ordered("P1"), reserved("P1"), ordered("P2"), late)
    day.at(5, f.PartBackordered(parts_order="P1", repair="R1", sku="A"), reserved("P2"))
    assert (day.told("K13"), day.told("K13", "fill")) == (1 / 2, 1 / 2)


def test_k14_counted_right(day: Day) -> None:
    day.at(
        0, f.BinAgreed(count="K1", bin="c1.1"), f.CountDiffered(count="K2", bin="c1.2", missing=("A#1",), surplus=())
    )
    day.at(1, f.CountAdjusted(count="K2", bin="c1.2", missing=("A#1",), surplus=()))
    assert day.kpis.summary()["K14"] == {"n": 2, "value": 1 / 2, "units_adjusted": 1}


def test_k15_three_codes(day: Day) -> None:
    for n in range(4):
        day.at(0, ordered(f"P{n}"))
    for reason in ("wrong", "damaged", "not-mine"):
        day.at(1, f.PartRefused(parts_order="P1", repair="R1", unit="A#1", reason=reason))
    day.at(2, f.PartDefective(parts_order="P2", repair="R1", unit="A#2", blame="supplier"))
    day.at(2, f.PartDefective(parts_order="P3", repair="R1", unit="A#3", blame="ours"))
    assert day.kpis.summary()["K15"] == {"n": 4, "wrong": 1 / 4, "dead": 2 / 4, "damaged_by_us": 1 / 4}


# ── papers, money, words ────────────────────────────────────────────────────────────────────────


def signed(request: str, pages: int) -> f.DocumentSigned:
    return f.DocumentSigned(
        request=request, repair="R1", document="QUOTE", sha256="", sealed_sha256="", pages=pages, version=1
    )


def test_k18_k21_sealed_refused_and_pages(day: Day) -> None:
    for n in range(4):
        day.at(0, f.SignatureShown(request=f"S{n}", repair="R1", sha256=""))
    day.at(0.5, signed("S0", 2))
    day.at(1.5, signed("S1", 4))
    day.at(2, f.SignatureDeclined(request="S2", repair="R1", document="QUOTE", reason=""))
    day.at(5, f.SignatureExpired(request="S3", repair="R1", document="QUOTE"))
    assert day.kpis.summary()["K18"] == {
        "n": 4,
        "value": 2 / 4,
        "refused": 1 / 4,
        "expired": 1 / 4,
        "median_s": 30 * SECOND / SECOND,
        "verified": None,
    }
    assert (day.told("K21"), day.told("K21", "of_120"), day.told("K21", "per_year")) == (6, 6 / 120, 6 * 365)


def test_k21_days_are_counted_by_their_close(day: Day) -> None:
    day.at(0, signed("S0", 6), f.DayEnded(date="2026-11-23"))
    day.at(24 * 60, signed("S1", 2))
    assert (day.told("K21", "n"), day.told("K21", "per_day")) == (8, 4.0)


def test_k19_how_long_nobody_knew(day: Day) -> None:
    asked = f.PaymentRequested(payment="Y1", repair="R1", amount=1, payment_kind="CHARGE", attempt=1, pos="pos/p")
    day.at(0, asked)
    day.at(2, f.PaymentLost(payment="Y1", repair="R1", why="silent"))
    assert day.told("K19", "day_differences") is None
    day.at(6, f.PaymentFound(payment="Y1", repair="R1", status="approved"))
    day.at(9, f.PaymentReconciled(pos="pos/p", taken=1, undone=0, differences=("Y1",)))
    numbers = day.kpis.summary()["K19"]
    assert (numbers["value"], numbers["resolve_mean"], numbers["day_differences"]) == (1.0, 4.0, 1)


def test_k20_scores_and_the_call_back(day: Day) -> None:
    day.waits(0, "T1")
    day.opened(0, "R1", "T1")
    for repair, score, recommend in (("R1", 2, 3), ("R2", 5, 10), ("R3", 4, 9), ("R4", 5, 7)):
        day.at(1, f.FollowUpStarted(repair=repair))
        day.at(2, f.SurveyReceived(repair=repair, score=score, recommend=recommend))
    day.at(3, f.FollowUpStarted(repair="R5"))
    day.at(60, f.TouchpointEvidenced(touchpoint=57, ticket="T1", engineer="e1"))
    assert day.kpis.summary()["K20"] == {
        "n": 4,
        "value": 3 / 4,
        "answer_rate": 4 / 5,
        "nps": 25.0,
        "low_n": 1,
        "called_back": 1.0,
    }


def test_k20_a_call_after_two_days_is_too_late(day: Day) -> None:
    day.opened(0, "R1", "T1")
    day.at(0, f.SurveyReceived(repair="R1", score=1, recommend=0))
    day.at(49 * 60, f.TouchpointEvidenced(touchpoint=57, ticket="T1", engineer="e1"))
    assert day.told("K20", "called_back") == 0.0


def test_k22_the_greeting_before_and_the_goodbye_after(day: Day) -> None:
    day.waits(0, "T1")
    day.at(1, f.TouchpointEvidenced(touchpoint=9, ticket="T1", engineer="e1"))
    day.called(2, "T1")
    day.seated(3, "T1")
    day.opened(3, "R1", "T1")
    day.approved(5, "R1")
    day.checked(9, "R1")
    day.out(10, "R1", "T1")
    before = day.told("K22", "automatic")
    assert before == pytest.approx(len({10, 11, 12, 16, 33, 37, 46}) / len(EVERY_VISIT))
    day.at(11, f.TouchpointEvidenced(touchpoint=54, ticket="T1", engineer="e1"))
    day.at(11, f.TouchpointEvidenced(touchpoint=54, ticket="T1", engineer="e1"))
    assert day.told("K22", "observed") == pytest.approx(2 / 10)
    assert day.told("K22", "automatic") == before


def test_k22_fifty_eight_touchpoints_in_three_kinds() -> None:
    assert (len(AUTOMATIC), len(BY_ENGINEER), len(BY_INSPECTOR)) == (40, 14, 4)
    assert sorted((*AUTOMATIC, *BY_ENGINEER, *BY_INSPECTOR)) == list(range(1, TOUCHPOINTS + 1))


def test_k25_each_seam_is_measured(day: Day) -> None:
    day.called(0, "T1")
    day.seated(2, "T1")
    day.called(3, "T2")
    day.at(4, f.TicketMissed(ticket="T2", number="A002"))
    day.seated(5, "T2")
    numbers = day.kpis.summary()["K25"]
    assert (numbers["n"], numbers["called-seated_mean"]) == (1, 2.0)
    assert all(f"{seam.name}_p90" in numbers for seam in SEAMS)

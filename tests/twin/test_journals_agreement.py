"""The live demo and the twin agree, as far as wires and eyes allow; and what does not agree is said in words."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from benchmarks.host import Theft
from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.core.policies import Policy
from shopfloor.service.opening import Opening
from shopfloor.service.serve import open_shop
from simulations.commands.line import obey
from simulations.journals.agreement import KPI_ROWS, REACH_S, Agreement, Check, Demo, KpiRow, agreement, play_like
from simulations.journals.agreement_printed import agreement_tables
from simulations.journals.side_by_side import CLOSE, UNEXPLAINED, SideBySide, side_by_side
from simulations.journals.stories import Step
from simulations.live import demo_day
from simulations.scenarios.scenario import Scenario
from simulations.streams import Streams
from simulations.twin.day import Plan
from tests.conftest import Mosquitto
from tests.shop.day_book import CATALOGUE, DATA, LAYOUT, MORNING

BOUND_S = 100.0
RECORDINGS_MAX = 3
DEMO = Demo(seed=7, hours=0.7, customers=2, speed=240)
ASKED = ("--seed", "7", "--hours", "0.7", "--customers", "2", "--speed", "240")


def told(result: Agreement) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(agreement_tables(result))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def failed(result: Agreement) -> list[str]:
    return [check.what for check in result.checks if not check.holds]


# ── a real demo ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """At this pace each second that the machine gives to others is four minutes of the shop: a demo of a machine that
    was taken away meanwhile is recorded again."""
    for _ in range(RECORDINGS_MAX):
        theft = Theft()
        journal = _record(tmp_path_factory.mktemp("demo"))
        if theft.is_petty or agreement(str(journal), DEMO).agrees:
            break
    return journal


def _record(directory: Path) -> Path:
    """A demo with all its processes, to its end, over a broker that costs no time."""
    broker = Mosquitto(directory)
    broker.start()
    to = ["--db", f"sqlite:///{directory / 'shop.db'}", "--broker", broker.url]
    words = ["-m", "simulations.live.demo", "--headless", *to, *ASKED]
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen([sys.executable, *words], stdout=log, stderr=log, cwd=Path(__file__).parents[2]) as demo,
    ):
        try:
            assert demo.wait(BOUND_S) == 0, (directory / "log").read_text()
        finally:
            demo.terminate()
            broker.stop()
    return directory / "shop.db"


@pytest.mark.alone
@pytest.mark.timeout(RECORDINGS_MAX * BOUND_S)
def test_a_demo_and_the_twin_on_the_same_draws_agree(recorded: Path) -> None:
    result = agreement(str(recorded), DEMO)
    assert result.agrees, told(result)
    assert "this demo and the twin agree" in told(result)
    assert result.visits >= 4
    assert result.facts.pairs > 1_000


@pytest.mark.alone
def test_a_demo_does_not_agree_with_the_draws_of_another_seed(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ["8" if word == "7" else word for word in ASKED]
    assert obey(["agree", str(recorded), *other]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "do not agree" in said
    assert "phones that nobody drew" in said
    assert "These are not this demo's draws: check seed, hours, customers and speed." in said


@given(
    ready=st.integers(min_value=0, max_value=10**7),
    speed=st.floats(min_value=1, max_value=600),
    late=st.floats(min_value=0, max_value=0.99),
)
def test_the_journal_shows_when_people_came_in(ready: int, speed: float, late: float) -> None:
    """On a whole second of the wall: whoever signs on within the next one tells which it was."""
    begins = demo_day.begins_after(MORNING, MORNING + ready, speed)
    assert begins >= MORNING + max(ready - 1, round(demo_day.STARTUP_S * SECOND * speed))
    assert demo_day.began_before(MORNING, begins + round(late * SECOND * speed), speed) == begins


# ── a day of the twin in the place of a demo ────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The very day, played without wires."""
    return like_a_demo(tmp_path_factory.mktemp("own") / "day.db", demo_day.scenario_of(DEMO.customers))


def like_a_demo(file: Path, scenario: Scenario) -> Path:
    begins = demo_day.begins_after(MORNING, MORNING, DEMO.speed)
    closes = begins + round(DEMO.hours * 60 * MINUTE)
    plan = Plan(
        layout=LAYOUT,
        catalogue=CATALOGUE,
        seed=DEMO.seed,
        opens=begins,
        doors_close_at=closes,
        scenario=scenario,
        dials=demo_day.MACHINES,
    )
    visits = demo_day.comers(CATALOGUE, scenario, Streams(DEMO.seed), begins, closes)
    play_like(DEMO, plan, visits, str(file))
    return file


def test_the_twin_agrees_with_itself_to_the_last_repair(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert obey(["agree", str(own), *ASKED]) == 0
    assert "agree" in capsys.readouterr().out
    result = agreement(str(own), DEMO)
    facts = result.facts
    assert (facts.same, facts.turned, facts.close, facts.seated_once) == (facts.threads, 0, 0, ())
    assert all(check.off == 0 for check in result.checks if check.what.startswith("K") and check.off is not None)


def test_hands_that_are_slower_than_drawn_do_not_agree(tmp_path: Path) -> None:
    """The same customers in a shop where every repair takes half as long again."""
    slower = demo_day.scenario_of(DEMO.customers).replaced({"work.scale": 1.5})
    result = agreement(str(like_a_demo(tmp_path / "day.db", slower)), DEMO)
    assert not result.agrees
    assert any(what.startswith("repair, mean of") for what in failed(result))
    assert "K5 repair time, mean" in failed(result)
    assert "phones that nobody drew" not in failed(result), "the customers are the same"


def test_a_day_with_more_customers_does_not_agree(own: Path) -> None:
    result = agreement(str(own), Demo(seed=7, hours=0.7, customers=0.5, speed=240))
    assert "numbers taken or booked" in failed(result)


def test_a_file_that_is_no_journal_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.db").write_bytes(b"only some words of a letter" * 40)
    assert obey(["agree", str(tmp_path / "letter.db"), *ASKED]) == 1
    assert str(tmp_path / "letter.db") in capsys.readouterr().err


def test_a_journal_without_customers_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opening = Opening(LAYOUT.source, (DATA / "catalogue.json").read_text(encoding="utf-8"), Policy())
    open_shop(f"sqlite:///{tmp_path / 'new.db'}", opening, MORNING).close()
    assert obey(["agree", str(tmp_path / "new.db"), *ASKED]) == 1
    assert "nobody took a number" in capsys.readouterr().err


# ── facts side by side ──────────────────────────────────────────────────────────────────────────


def steps(*told: tuple[int, str, str]) -> tuple[Step, ...]:
    seated = Step(0, "hall", "TicketSeated")
    return (seated, *(Step(second * SECOND, thread, kind) for second, thread, kind in told))


def beside(live: tuple[Step, ...], twin: tuple[Step, ...]) -> SideBySide:
    return side_by_side({1: live}, {1: twin}, [1], reach=10 * SECOND)


def test_a_close_call_is_known_as_one() -> None:
    """The report was sealed two seconds before it was superseded; in the twin it was superseded first."""
    live = steps((100, "REPORT 1", "DocumentFrozen"), (102, "REPORT 1", "SignatureSuperseded"))
    twin = steps((100, "REPORT 1", "SignatureSuperseded"))
    (difference,) = beside(live, twin).differences
    assert (difference.live, difference.twin, difference.why) == (("DocumentFrozen",), (), CLOSE)


def test_a_fact_that_is_missing_for_no_reason_is_not_explained() -> None:
    """The negative sister: a minute apart is no close call."""
    live = steps((100, "REPORT 1", "DocumentFrozen"), (160, "REPORT 1", "SignatureSuperseded"))
    twin = steps((100, "REPORT 1", "SignatureSuperseded"))
    (difference,) = beside(live, twin).differences
    assert difference.why == UNEXPLAINED


def test_a_lost_payment_is_luck_and_the_next_one_follows() -> None:
    taken = steps((10, "payment 1", "PaymentRequested"), (99, "payment 1", "PaymentTaken"))
    lost = (*steps((10, "payment 1", "PaymentRequested"), (99, "payment 1", "PaymentLost")),
            Step(200 * SECOND, "payment 2", "PaymentTaken"))  # fmt: skip
    first, second = beside(taken, lost).differences
    assert "luck" in first.why
    assert second.why == f"follows: {first.why}"


def test_only_facts_that_are_far_apart_must_keep_their_order() -> None:
    twin = steps((10, "repair", "RepairStarted"), (15, "phone", "CustodyMoved"), (90, "part", "PartArrived"))
    near = steps((15, "repair", "RepairStarted"), (10, "phone", "CustodyMoved"), (90, "part", "PartArrived"))
    far = steps((60, "repair", "RepairStarted"), (65, "phone", "CustodyMoved"), (20, "part", "PartArrived"))
    assert (beside(near, twin).turned, beside(near, twin).close) == (0, 1)
    result = beside(far, twin)
    assert result.turned == 2
    assert result.farthest is not None
    assert result.farthest.apart == 45 * SECOND


def test_who_gave_up_on_one_of_the_days_is_one_difference() -> None:
    result = beside((Step(0, "hall", "TicketLeft"),), steps((10, "repair", "RepairStarted")))
    assert (result.seated_once, result.threads, result.differences) == ((1,), 0, ())


# ── tolerance ───────────────────────────────────────────────────────────────────────────────────


def test_the_tolerance_grows_with_the_speed_of_the_clock() -> None:
    """At speed 1 hardly a second; a wire is as slow on the wall as ever."""
    (repair_time,) = (row for row in KPI_ROWS if (row.kpi, row.number) == ("K5", "mean"))
    assert repair_time.tolerance(48, 120, 20) == pytest.approx(0.03 * 48 + 1.25)
    assert repair_time.tolerance(48, 1, 20) == pytest.approx(0.03 * 48 + 1.25 / 120)
    assert KpiRow(kpi="K5", number="n", share=0.1, least=1).tolerance(3, 120, 20) == 1
    assert 120 * REACH_S == 12


def test_two_days_without_a_number_agree_and_one_without_does_not() -> None:
    assert Check(what="K5", live=None, twin=None, tolerance=1, unit="min").holds
    assert not Check(what="K5", live=None, twin=40.0, tolerance=1, unit="min").holds

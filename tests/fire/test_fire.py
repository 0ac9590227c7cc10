"""The real process under fire, in short: one day with a death at every seam, and brokers that die; and whether the
judge would notice. ``python -m tests.fire --kills 300`` is the long form."""

import logging
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from shopfloor.service.seams import SEAMS
from tests.fire.broken_serve import BREAK
from tests.fire.doomed_serve import dying_at
from tests.fire.evidence import Journal, read_journal
from tests.fire.house import DayPlan, Evidence, House
from tests.fire.judge import BACK_S, Violation, judge
from tests.fire.plans import AtRandom, AtSeam, BrokerKilled, Fate, WhileLeaving, deaths, drawn, name_of

SPEED = 360.0
DEATHS: list[Fate] = [
    AtSeam("received", 3),
    AtSeam("handled", 8),
    AtSeam("written", 5),
    AtRandom(1.6),
    AtSeam("committed", 2),
    AtSeam("receipted", 4),
    AtSeam("published", 6),
    AtSeam("acknowledged", 7),
    WhileLeaving(0.3),
    AtSeam("replaying", 20),
    AtSeam("replaying", 1),
    AtRandom(0.4),
]


@pytest.fixture(autouse=True, scope="module")
def quiet() -> Iterator[None]:
    """Thirty devices would each tell of every broker that dies."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def played(plan: DayPlan, folder: Path) -> tuple[Evidence, Journal, list[Violation]]:
    evidence = House(plan, folder).play()
    journal = read_journal(evidence.url)
    return evidence, journal, judge(evidence, journal)


# ── the day ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.alone
def test_f01_to_f07_a_day_with_a_death_at_every_seam_and_two_dead_brokers_ends_complete(tmp_path: Path) -> None:
    """Nothing acknowledged is lost, nothing is done twice, the replay is the day that was, and each time the shop is
    back within five seconds; also after the broker was killed (F17), and killed with all that it remembered (F16)."""
    brokers: list[Fate] = [BrokerKilled(0.5, wiped=False), BrokerKilled(0.5, wiped=True)]
    fates = [*DEATHS[:6], brokers[0], *DEATHS[6:], brokers[1]]
    plan = DayPlan(fates=fates, seed=7, speed=SPEED, hours=1.2, customers=4)
    evidence, journal, violations = played(plan, tmp_path)
    assert violations == []
    assert deaths(life.fate for life in evidence.lives) >= len(DEATHS)
    missed = [life.fate for life in evidence.lives if not life.reached]
    assert missed == []
    assert {name_of(life.fate) for life in evidence.lives} >= set(SEAMS)
    served = [life.waited_s for life in evidence.lives if isinstance(life.fate, BrokerKilled)]
    assert [again is not None and again <= BACK_S for again in served] == [True, True]
    # it was a day worth the trouble: phones were taken in, things were done, and commands came more than once
    assert journal.books is not None
    assert journal.books.counters["R"] > 0
    assert len(evidence.witness.promised) >= len(evidence.witness.told) > 100
    assert len(evidence.witness.ordered) > len(evidence.witness.executed) > 25


# ── would the judge notice? ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sort", "noticed"),
    [("lazy", {"P1", "P3"}), ("forgetful", {"P1", "P2"})],
)
def test_a_coordinator_that_breaks_its_promises_is_caught(
    sort: str, noticed: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BREAK, sort)
    fates: list[Fate] = [AtSeam(seam, n) for n in (6, 9, 13) for seam in ("receipted", "committed", "published")]
    module = "tests.fire.broken_serve"
    plan = DayPlan(fates=fates, seed=8, speed=SPEED, customers=5, hours=2, module=module, whole=False)
    _, _, violations = played(plan, tmp_path)
    assert {violation.promise for violation in violations} >= noticed


# ── the plans ───────────────────────────────────────────────────────────────────────────────────


def test_a_plan_has_the_deaths_asked_for_at_every_seam_and_is_the_same_for_the_same_seed() -> None:
    fates = drawn(300, Random(1))
    assert deaths(fates) == 300
    assert {name_of(fate) for fate in fates} >= {*SEAMS, "at random", "broker killed", "broker killed, wiped"}
    assert max(fate.n for fate in fates if isinstance(fate, AtSeam) and fate.seam == "committed") == 50
    assert drawn(300, Random(1)) == fates
    assert drawn(300, Random(2)) != fates


def test_a_seam_that_nobody_knows_is_refused_by_the_start_script() -> None:
    dying_at("")("committed")
    dying_at("committed:2")("committed")  # not yet
    with pytest.raises(AssertionError, match="no seam"):
        dying_at("comitted:1")

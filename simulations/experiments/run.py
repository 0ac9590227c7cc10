"""Days of one or several shops, each by itself: as many as were asked for, or as many as a precision needs."""

from collections.abc import Sequence
from typing import Final

from simulations.experiments.diary import Diary
from simulations.experiments.figures import mean, said_by_days
from simulations.experiments.finding import Estimate, Finding, Shop
from simulations.experiments.question import Question, QuestionError
from simulations.experiments.replications import Replications
from simulations.experiments.result import FIGURES
from simulations.experiments.telling import finding
from simulations.experiments.words import results
from simulations.statistics.stopping import Goal, fresh_days

PILOT_DAYS: Final = 48
"""They say how many days a precision needs, and are then set aside: the intervals come from fresh days only."""


def run(question: Question, replications: Replications) -> tuple[Finding, list[Diary]]:
    """``question.days`` days of every shop. Raises DayFailed, Stopped."""
    diaries = replications.play(question.scenarios, question.seed, range(question.days))
    return _told(question, diaries, []), diaries


def run_until(question: Question, precision: float, replications: Replications) -> tuple[Finding, list[Diary]]:
    """Until half of each named figure's interval is this share of its mean, but at most ``question.days`` days.

    Two stages: a pilot decides how many days, the same for all shops. Raises DayFailed, Stopped, QuestionError.
    """
    pilot = replications.play(question.scenarios, question.seed, range(PILOT_DAYS))
    needed = max(_needed(diary, question.kpis, precision) for diary in pilot)
    remarks = [f"The first {PILOT_DAYS} days decided how many to play and are not among the figures."]
    if needed > question.days:
        remarks.append(f"±{precision:.2%} would need --days {needed}; {question.days} were allowed.")
    fresh = range(PILOT_DAYS, PILOT_DAYS + min(needed, question.days))
    diaries = replications.play(question.scenarios, question.seed, fresh)
    remarks += [words for diary in diaries for words in _missed(diary, question.kpis, precision)]
    return _told(question, diaries, remarks), diaries


def _told(question: Question, diaries: Sequence[Diary], remarks: Sequence[str]) -> Finding:
    return finding(question, diaries, lambda shops: answer(question, shops), kind="run", remarks=remarks)


def answer(question: Question, shops: Sequence[Shop]) -> str:
    """In one sentence."""
    rows = [(shop.name, row) for kpi in question.kpis for shop in shops for row in shop.figures if row.figure == kpi]
    return f"Over {shops[0].days} days, seed {question.seed} — {results(rows)}."


def _needed(diary: Diary, kpis: Sequence[str], precision: float) -> int:
    goals = [Goal(metric=kpi, relative=precision) for kpi in kpis]
    try:
        return fresh_days({kpi: said_by_days(diary, FIGURES[kpi]) for kpi in kpis}, goals)
    except ValueError as fault:
        raise QuestionError(f"--until-precision in {diary.scenario.name}: {fault}.") from fault


def _missed(diary: Diary, kpis: Sequence[str], precision: float) -> list[str]:
    """The pilot was luckier than the days after it."""
    reached = [(kpi, _relative(mean(diary, FIGURES[kpi]))) for kpi in kpis]
    return [
        f"{kpi} of {diary.scenario.name} came out at ±{share:.2%}, not ±{precision:.2%}."
        for kpi, share in reached
        if share is not None and share > precision
    ]


def _relative(found: Estimate) -> float | None:
    """Half the interval, as a share of the value."""
    if not found.value or found.low is None or found.high is None:
        return None
    return (found.high - found.low) / 2 / abs(found.value)

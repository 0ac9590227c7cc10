"""Two shops or more on the same days: what a change is worth."""

from collections.abc import Sequence

from simulations.experiments.diary import Diary
from simulations.experiments.differences import differences
from simulations.experiments.finding import LEVEL, Difference, Finding, Shop
from simulations.experiments.question import Question, refuse_twins
from simulations.experiments.replications import Replications
from simulations.experiments.telling import finding
from simulations.experiments.words import amount, name_of
from simulations.reports.words import number


def compare(question: Question, replications: Replications) -> tuple[Finding, list[Diary]]:
    """Each shop beside the first. Raises DayFailed, Stopped, QuestionError."""
    refuse_twins(question.scenarios)
    diaries = replications.play(question.scenarios, question.seed, range(question.days))
    found = differences(diaries, question.kpis)
    remarks = [*_intervals_hold_together(found), *other_customers(question), *_choice_is_possible(question)]

    def answer(_shops: Sequence[Shop]) -> str:
        kpi = question.kpis[0]
        rows = [one for one in found if (one.kpi, one.part) == (kpi, "mean")]
        return f"On the same {question.days} days, seed {question.seed} — {'; '.join(map(_words, rows))}."

    return finding(question, diaries, answer, kind="compare", differences=found, remarks=remarks), diaries


def other_customers(question: Question) -> list[str]:
    """The days are the same, but not all who come are."""
    base, *others = question.scenarios
    return [
        f"{base.name} and {other.name} differ in who comes (demand, opening hours): the difference is not that of the "
        "shops alone."
        for other in others
        if (base.demand, base.opening.hours) != (other.demand, other.opening.hours)
    ]


def _words(one: Difference) -> str:
    found, name = one.difference, name_of(one.kpi)
    if found.value is None:
        return f"{name} of {one.shop} less {one.base}: {found.note}"
    if found.low is None or found.high is None:
        return f"{name} of {one.shop} was {_apart(found.value, one)} than of {one.base}; no claim, {found.note}"
    if one.verdict == "not distinguishable":
        return (
            f"nothing tells {one.shop} and {one.base} apart in {name}: the difference lies between "
            f"{number(found.low)} and {amount(found.high, one.unit)}"
        )
    least, most = sorted((abs(found.low), abs(found.high)))
    return (
        f"{name} of {one.shop} is {_apart(found.value, one)} than of {one.base} "
        f"({number(least)} to {number(most)}, {LEVEL:.0%})"
    )


def _apart(value: float, one: Difference) -> str:
    return f"{amount(abs(value), one.unit)} {'less' if value < 0 else 'more'}"


def _intervals_hold_together(found: Sequence[Difference]) -> list[str]:
    if len(found) < 2:
        return []
    return [f"The {len(found)} intervals of differences hold together with {LEVEL:.0%} (Bonferroni)."]


def _choice_is_possible(question: Question) -> list[str]:
    if len(question.scenarios) < 3:
        return []
    return ["To choose the best of these, give --delta, the smallest difference that matters to you."]

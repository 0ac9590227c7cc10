"""From days to a finding: everything of it that is no answer to the question itself."""

import hashlib
from collections.abc import Callable, Sequence

from simulations.experiments.diary import CURVES, HISTOGRAMS, MS_A_SLOT, Diary, Real, Whole
from simulations.experiments.figures import measured
from simulations.experiments.finding import Difference, Finding, Kind, Selection, Setting, Shop
from simulations.experiments.program import machine, program_hash, release
from simulations.experiments.question import Question
from simulations.reports.words import value_words
from simulations.scenarios.scenario import Scenario
from simulations.scenarios.table import ROWS

ASSUMED = (
    "The shop's numbers are assumed unless their row names a source; the figures follow if those numbers hold. "
    "Nothing here was measured on a real floor."
)


def finding(
    question: Question,
    diaries: Sequence[Diary],
    answer: Callable[[Sequence[Shop]], str],
    *,
    kind: Kind,
    differences: Sequence[Difference] = (),
    selection: Selection | None = None,
    remarks: Sequence[str] = (),
) -> Finding:
    """All that was found, with what is needed to find it again."""
    shops = [shop_of(diary) for diary in diaries]
    return Finding(
        kind=kind,
        answer=answer(shops),
        command=question.command,
        seed=question.seed,
        days=question.days,
        kpis=list(question.kpis),
        release=release(),
        program=program_hash(),
        machine=machine(),
        digest=hashlib.sha256("".join(diary.digest() for diary in diaries).encode()).hexdigest(),
        shops=shops,
        differences=list(differences),
        selection=selection,
        remarks=[*remarks, *_broken(shops), ASSUMED],
    )


def shop_of(diary: Diary) -> Shop:
    """One scenario and its days, added up."""
    scenario = diary.scenario
    return Shop(
        name=scenario.name,
        title=scenario.title,
        scenario=scenario.hash(),
        settings=settings(scenario),
        first_day=diary.days.start,
        days=len(diary.days),
        digests=list(diary.digests),
        figures=measured(diary),
        histograms={name: histogram(diary, name) for name in HISTOGRAMS},
        curves={name: _at_once(diary.curve(name) / len(diary.days)) for name in CURVES},
        queue_p90=_at_once(diary.queue_not_exceeded(0.9)),
        lanes=diary.lanes,
        ways=diary.ways,
        broken=[f"day {day}: {words}" for day, words in diary.broken],
        broken_days=diary.broken_days,
    )


def settings(scenario: Scenario) -> list[Setting]:
    """Every parameter as it was played."""
    return [
        Setting(
            key=row.key,
            value=value_words(scenario.value(row.key)),
            unit=row.unit,
            source=row.source,
            words=row.words,
            default=value_words(row.default),
        )
        for row in ROWS.values()
    ]


def histogram(diary: Diary, name: str) -> list[int]:
    """All days together; empty when nothing was counted."""
    counts = diary.histogram(name).sum(axis=0)
    return [int(count) for count in counts] if counts.any() else []


def _at_once(slots_ms: Whole | Real) -> list[float]:
    """How many at the same time."""
    return [float(ms) for ms in slots_ms / MS_A_SLOT]


def _broken(shops: Sequence[Shop]) -> list[str]:
    return [
        f"On {shop.broken_days} of {shop.days} days of {shop.name} the program broke a rule of its own; do not trust "
        f"these figures. First: {shop.broken[0]}"
        for shop in shops
        if shop.broken_days
    ]

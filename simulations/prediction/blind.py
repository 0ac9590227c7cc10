"""The protocol from its first day to its last: calibrate the old shop, predict the new one, attribute, draw.

Of what was published about the new shop nothing reaches what is played here: it is only counted against, at the end.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, structs

from simulations.experiments.diary import Diary
from simulations.experiments.finding import Finding
from simulations.experiments.question import Question, QuestionError
from simulations.experiments.replications import Replications
from simulations.experiments.telling import finding
from simulations.prediction.calibration import Calibrated, Goal, Start, Task, calibrate
from simulations.prediction.cells import attribution, cells_of
from simulations.prediction.chances import chances
from simulations.prediction.draws import drawn
from simulations.prediction.found import Draw, Fit, Pair, Predicted, Read
from simulations.prediction.pairs import paired
from simulations.prediction.plays import Plays
from simulations.prediction.protocol import SCALE, Protocol, definition_of
from simulations.prediction.told import answer, broken_words, out_of_reach, sentences

NEAR_MIN: Final = 0.05
"""So near the old shop is brought to the published time, in minutes, on its calibration days."""


class Fresh(Struct, frozen=True, kw_only=True):
    """What was played on the fresh days."""

    sides: list[tuple[Diary, Diary] | None]
    """Before and after, by each reading; None: its old shop cannot be calibrated."""
    cells: list[Diary]

    def diaries(self) -> list[Diary]:
        """Each once, the first reading's sides first."""
        every = [*(diary for pair in self.sides if pair is not None for diary in pair), *self.cells]
        return list({id(diary): diary for diary in every}.values())


def predict(protocol: Protocol, words: Sequence[str], replications: Replications) -> tuple[Predicted, list[Diary]]:
    """The answer, and the days it rests on; ``words`` of the command line ask for the same again.

    Raises DayFailed, Stopped, QuestionError when the old shop cannot show the published time by the first reading.
    """
    plays = Plays(replications, protocol.seed)
    goals = goals_of(protocol)
    fits = calibrated(protocol, goals, plays)
    fresh = _fresh(protocol, fits, plays)
    draws = drawn(protocol, goals, start_of(fits[0]), plays) if protocol.counts.draws else []
    return _told(protocol, words, fits, fresh, draws, plays), fresh.diaries()


def goals_of(protocol: Protocol) -> list[Goal]:
    """What the old shop's clocks have to show: one and the same time."""
    return [
        Goal(figure=reading.figure, minutes=protocol.published.before_min, within_min=protocol.published.within_min)
        for reading in protocol.readings
    ]


def calibrated(protocol: Protocol, goals: Sequence[Goal], plays: Plays) -> list[Calibrated]:
    """The old shop by every reading. Raises QuestionError when the first cannot be had: then there is no question."""
    tasks = [Task(baseline=protocol.baseline, goal=goal) for goal in goals]
    fits = calibrate(tasks, protocol.counts.to_calibrate, plays, near_min=NEAR_MIN)
    if not fits[0].is_feasible:
        raise QuestionError(out_of_reach(protocol, fits[0]))
    return fits


def start_of(fit: Calibrated) -> Start:
    """Draws begin where the middle of the ranges ended."""
    return Start(scale=fit.scale, slope_min=fit.repair_min / fit.scale)


def _fresh(protocol: Protocol, fits: Sequence[Calibrated], plays: Plays) -> Fresh:
    """All shops on the fresh days, in one question."""
    feasible = [place for place, fit in enumerate(fits) if fit.is_feasible]
    shops = [
        shop.replaced({SCALE: fits[place].scale}, _name(protocol, shop.name, place))
        for place in feasible
        for shop in (protocol.baseline.shop, protocol.smart)
    ]
    cells = cells_of(fits[0].baseline)
    diaries = plays.days([*shops, *cells], protocol.counts.fresh)
    pairs = dict(zip(feasible, zip(diaries[: len(shops) : 2], diaries[1 : len(shops) : 2], strict=True), strict=True))
    return Fresh(sides=[pairs.get(place) for place in range(len(fits))], cells=diaries[len(shops) :])


def _name(protocol: Protocol, name: str, place: int) -> str:
    """Another reading's shop is another shop."""
    return name if place == 0 else f"{name}-{protocol.readings[place].letter}"


def _told(
    protocol: Protocol,
    words: Sequence[str],
    fits: Sequence[Calibrated],
    fresh: Fresh,
    draws: Sequence[Draw],
    plays: Plays,
) -> Predicted:
    reads = [_read(protocol, place, fits[place], fresh.sides[place], draws) for place in range(len(fits))]
    chosen = definition_of(protocol, protocol.chosen)
    credit = attribution(fresh.cells, protocol.readings[0].figure, chosen)
    beside = [*broken_words(plays.broken_days, plays.broken), *sentences(protocol, reads, credit)]
    return Predicted(
        protocol=protocol,
        protocol_hash=protocol.hash(),
        finding=_finding(protocol, words, reads, fresh, beside),
        readings=reads,
        attributed=credit,
        draws=list(draws),
        broken_days=plays.broken_days,
        broken=plays.broken,
        sentences=beside,
    )


def _read(
    protocol: Protocol, place: int, fit: Calibrated, sides: tuple[Diary, Diary] | None, draws: Sequence[Draw]
) -> Read:
    reading = protocol.readings[place]
    own = [draw for draw in draws if draw.reading == reading.letter]
    return Read(
        reading=reading,
        fit=Fit(
            scale=fit.scale,
            shown_min=fit.shown_min,
            repair_min=fit.repair_min,
            clerk_busy=fit.clerk_busy,
            tries=fit.tries,
            flaws=fit.flaws,
        ),
        pair=None if sides is None else _pair(protocol, place, sides),
        chances=chances(own, protocol.published, protocol.chosen) if own else None,
    )


def _pair(protocol: Protocol, place: int, sides: tuple[Diary, Diary]) -> Pair:
    clock = protocol.readings[place].figure
    return paired(*sides, clock, protocol.definitions, protocol.counts.draw_days)


def _finding(
    protocol: Protocol, words: Sequence[str], reads: Sequence[Read], fresh: Fresh, beside: Sequence[str]
) -> Finding:
    first, pair = fresh.sides[0], reads[0].pair
    assert first is not None
    assert pair is not None
    question = Question(
        scenarios=tuple(diary.scenario for diary in first),
        seed=protocol.seed,
        days=protocol.counts.days,
        kpis=tuple(reading.figure for reading in protocol.readings),
        words=tuple(words),
    )
    said = answer(protocol, reads[0])
    found = finding(question, first, lambda _shops: said, kind="predict", differences=pair.differences, remarks=beside)
    every = "".join(diary.digest() for diary in fresh.diaries())
    return structs.replace(found, digest=hashlib.sha256(every.encode()).hexdigest())

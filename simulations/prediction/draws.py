"""Draws from all ranges at once. Each is a shop of its own: its old side is calibrated, its new side then played.

A draw whose old shop cannot show the published time, or only with hands or a clerk that nobody has, is not feasible: it
is counted and told, and its new side is not played.
"""

from collections.abc import Sequence
from typing import Final

from simulations.experiments.diary import Diary
from simulations.prediction.calibration import Calibrated, Goal, Start, Task, calibrate, minutes
from simulations.prediction.found import Draw
from simulations.prediction.pairs import ratio
from simulations.prediction.plays import Plays
from simulations.prediction.protocol import SCALE, Protocol, Reading, definition_of, drawn_value
from simulations.scenarios.scenario import Scenario
from simulations.scenarios.table import Value
from simulations.statistics.hypercube import Draws, latin_hypercube

NEAR_MIN: Final = 0.25
"""So near each draw's old shop is brought to its goal, in minutes."""


def latin(protocol: Protocol) -> Draws:
    """The same for the same protocol's ranges, number of draws and seed."""
    ranges = {span.key: (span.low, span.high) for span in protocol.ranges}
    return latin_hypercube(ranges, protocol.counts.draws, seed=protocol.seed)


def values_of(draws: Draws, draw: int) -> dict[str, Value]:
    """As a scenario takes them."""
    return {key: drawn_value(key, value) for key, value in draws.row(draw).items()}


def drawn(protocol: Protocol, goals: Sequence[Goal], start: Start, plays: Plays) -> list[Draw]:
    """Every draw by every reading, the draws of a reading together. Raises DayFailed, Stopped, QuestionError."""
    draws = latin(protocol)
    asked = [
        (reading, goal, draw)
        for reading, goal in zip(protocol.readings, goals, strict=True)
        for draw in range(protocol.counts.draws)
    ]
    tasks = [
        Task(baseline=protocol.baseline.replaced(values_of(draws, draw)), goal=goal, start=start)
        for _, goal, draw in asked
    ]
    days = protocol.counts.of_draws
    fits = calibrate(tasks, days, plays, near_min=NEAR_MIN)
    rows = [(reading, draw, fit) for (reading, _, draw), fit in zip(asked, fits, strict=True)]
    smart = [_smart(protocol, draws, draw, fit) for _, draw, fit in rows if fit.is_feasible]
    after = iter(plays.days(smart, days))
    return [
        _draw(protocol, reading, draws, draw, fit, next(after) if fit.is_feasible else None)
        for reading, draw, fit in rows
    ]


def _smart(protocol: Protocol, draws: Draws, draw: int, fit: Calibrated) -> Scenario:
    """The new shop of this draw: its values, and the number that its old shop was given."""
    return protocol.smart.replaced({**values_of(draws, draw), SCALE: fit.scale})


def _draw(protocol: Protocol, reading: Reading, draws: Draws, draw: int, fit: Calibrated, after: Diary | None) -> Draw:
    chosen = definition_of(protocol, protocol.chosen)
    return Draw(
        number=draw,
        reading=reading.letter,
        values=draws.row(draw),
        scale=fit.scale,
        before_min=fit.shown_min,
        repair_min=fit.repair_min,
        clerk_busy=fit.clerk_busy,
        flaws=fit.flaws,
        after_min=None if after is None else minutes(after, reading.figure),
        ratio=None if after is None else ratio(chosen, fit.diary, after),
    )

"""Queue and work by the hour."""

from collections.abc import Sequence
from typing import Final

from simulations.experiments.result import MS_A_MIN, SLOT_MIN
from simulations.reports.experiment import Experiment, Played
from simulations.reports.pictures import clock
from simulations.reports.pieces import Curves, Piece, Section, Series, Table
from simulations.reports.words import NOTHING, number

SLOT_MS: Final = SLOT_MIN * MS_A_MIN
SLOTS_AN_HOUR: Final = 60 // SLOT_MIN
DAYS_FOR_P90: Final = 20
"""Of fewer days a "nine in ten" is two bad days, or none."""
SHORTEST_STAFFED: Final = 0.05
"""Of a slot, by one engineer, averaged over days: below that a share of it says nothing."""

WORKED: Final = {
    "engineers": "Desks taken, of the engineers there",
    "clerk": "Clerks at work",
    "robots": "Robots on an errand",
}


def over_the_day(experiment: Experiment) -> Section:
    """The queue and the three kinds of hands, in quarter hours, means over days."""
    played = experiment.played
    doors = tuple(sorted({(_closes_min(one), "doors close") for one in played}))[:1]
    pieces: list[Piece] = [
        Curves(
            title="People waiting",
            words="Mean number of people waiting for a desk in each quarter hour"
            + (
                ", and (thin) what nine days in ten stay under."
                if _has_p90(played)
                else f"; {DAYS_FOR_P90} days would show what nine days in ten stay under."
            ),
            x_label="time of day",
            y_label="people",
            x_as="clock",
            series=tuple(series for one in played for series in _queues(one)),
            lines=doors,
        )
    ]
    for name, title in WORKED.items():
        pieces.append(
            Curves(
                title=title,
                words="Share of their time in each quarter hour, mean over days, a line a scenario.",
                x_label="time of day",
                y_label="share of time",
                x_as="clock",
                y_as="share",
                series=tuple(_series(one, one.scenario.name, worked(one, name)) for one in played),
                lines=doors,
            )
        )
    pieces += [_by_hour(one) for one in played if one.curves]
    return Section(anchor="day", title="Over the day", pieces=tuple(pieces))


def worked(one: Played, name: str) -> list[float | None]:
    """Share of the time of those who were there, by slot; None where nobody was, and for a shop without robots."""
    busy = one.curves.get(name, [])
    there = _there_ms(one, name, len(busy))
    least = SHORTEST_STAFFED * SLOT_MS * one.days
    return [ms / of if of > least else None for ms, of in zip(busy, there, strict=True)]


def _there_ms(one: Played, name: str, slots: int) -> list[float]:
    scenario = one.scenario
    if name == "engineers":
        staffed = [float(ms) for ms in one.curves.get("staffed", [])]
        return (staffed + [0.0] * slots)[:slots]
    robots = scenario.robots.count if scenario.switches.cabinet else 0
    heads = scenario.counter.clerks if name == "clerk" else robots
    return [float(heads * SLOT_MS * one.days)] * slots


def _queues(one: Played) -> list[Series]:
    mean = _waiting(one)
    shown = [_series(one, one.scenario.name, mean)]
    if one.days >= DAYS_FOR_P90 and one.queue_p90:
        ninetieth: list[float | None] = [ms / SLOT_MS for ms in one.queue_p90]
        thin = _series(one, f"{one.scenario.name}, nine days in ten under", ninetieth)
        shown.append(Series(label=thin.label, xs=thin.xs, ys=thin.ys, look="faint"))
    return shown


def _waiting(one: Played) -> list[float | None]:
    return [ms / SLOT_MS / one.days for ms in one.curves.get("queue", [])]


def _has_p90(played: Sequence[Played]) -> bool:
    return any(one.days >= DAYS_FOR_P90 and one.queue_p90 for one in played)


def _series(one: Played, label: str, ys: list[float | None]) -> Series:
    """Each slot's value at its middle."""
    xs = tuple(one.opens_min + SLOT_MIN * (at + 0.5) for at in range(len(ys)))
    return Series(label=label, xs=xs, ys=tuple(ys))


def _closes_min(one: Played) -> float:
    return one.opens_min + one.scenario.opening.hours * 60


def _by_hour(one: Played) -> Table:
    queue = _waiting(one)
    shares = [worked(one, name) for name in WORKED]
    rows = []
    for first in range(0, max(len(queue), *(len(share) for share in shares)), SLOTS_AN_HOUR):
        hour = slice(first, first + SLOTS_AN_HOUR)
        cells = [_mean_words(queue[hour]), *(_percent_words(share[hour]) for share in shares)]
        rows.append((clock(one.opens_min + first * SLOT_MIN), *cells))
    return Table(
        caption=f"By the hour, scenario {one.scenario.name}: means over {one.days} days",
        head=("hour from", "people waiting", *(f"{title}, %" for title in WORKED.values())),
        rows=tuple(rows),
        numeric=(1, 2, 3, 4),
        folded=True,
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _mean_words(values: list[float | None]) -> str:
    mean = _mean(values)
    return NOTHING if mean is None else number(mean)


def _percent_words(values: list[float | None]) -> str:
    mean = _mean(values)
    return NOTHING if mean is None else f"{100 * mean:.0f}"

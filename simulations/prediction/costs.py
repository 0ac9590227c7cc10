"""What stands beside a gain: the clerks' other work, what the cabinet does not hold, how full everybody's day is."""

from collections.abc import Sequence
from typing import Final

from simulations.experiments.diary import Diary
from simulations.experiments.finding import Estimate, Measured
from simulations.prediction.found import Cost, row_of

BESIDE: Final = ("clerk_busy", "engineers_busy", "robots_busy", "waiting", "gave_up", "served", "overtime")
NONE_THERE: Final = Estimate(value=None, note="no cabinet")


def costs(before: Sequence[Measured], after: Sequence[Measured], smart: Diary) -> list[Cost]:
    """Figures of both shops, then what only a cabinet brings."""
    rows = [(row_of(before, name), row_of(after, name)) for name in BESIDE]
    return [
        *(Cost(words=old.words, unit=old.unit, before=old.mean, after=new.mean) for old, new in rows),
        Cost(
            words="clerks' work to load bins: issued lines times cabinet.bin_loading_min (among their work above)",
            unit="min a day",
            before=NONE_THERE,
            after=Estimate(value=_bin_loading_min(smart), note="from the assumed minutes of a line"),
        ),
        Cost(
            words="lines that the cabinet does not hold: 1 less cabinet.cover",
            unit="%",
            before=NONE_THERE,
            after=Estimate(value=100 * (1 - smart.scenario.cabinet.cover), note="as assumed"),
        ),
        Cost(
            words="picks that jam the cabinet: cabinet.jam",
            unit="%",
            before=NONE_THERE,
            after=Estimate(value=100 * smart.scenario.cabinet.jam, note="as assumed; robots do not break down"),
        ),
    ]


def _bin_loading_min(smart: Diary) -> float:
    lines = float(smart.sums("lines").sum()) / len(smart.days)
    return lines * smart.scenario.cabinet.bin_loading_min

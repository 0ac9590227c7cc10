"""The hand-written reference shop in figures, beside the ones that any twin of it has to meet.

``python -m benchmarks.idiomatic_anchors --days 200``: the anchors of both shops, the service day, and what each switch
does alone and with the others (C cabinet and robots, P prefetch, S tidy stock, E e-sign). Half-widths are 95 %.
"""

import argparse
import sys
from collections.abc import Sequence
from statistics import fmean, stdev

import numpy as np
from joblib import Parallel, delayed
from msgspec import Struct
from msgspec.structs import replace

from benchmarks.idiomatic_shop import CABINET, COUNTER, OPEN_MIN, Played, Shop, play

SERVICE_DAY = 1.35
TIDY = 0.3
PAPERS, PADS = 2.4, 0.9
"""Minutes for three documents."""
Z95 = 1.96


class Figures(Struct, frozen=True, kw_only=True):
    """Means over all customers of all days, in minutes; busy shares of the opening hours, so above 1 is overtime."""

    desk: float
    desk_p90: float
    queue: float
    turnaround: float
    parts: float
    """Desk time less the hands' own work; customers without parts count."""
    lead: float
    """From the tap, or from standing up, until the part is at the desk."""
    clerk_busy: float
    engineers_busy: float
    robots_busy: float
    lines_per_staff_hour: float
    """Issued lines, replacements of wrong parts not counted, by all hours of the clerk."""


ANCHORS = {
    "counter": Figures(
        desk=57.6,
        desk_p90=75.8,
        queue=8.6,
        turnaround=66.1,
        parts=10.8,
        lead=8.5,
        clerk_busy=0.78,
        engineers_busy=0.74,
        robots_busy=0,
        lines_per_staff_hour=10.1,
    ),
    "cabinet": Figures(
        desk=48.3,
        desk_p90=63.3,
        queue=2.7,
        turnaround=51.0,
        parts=1.5,
        lead=2.1,
        clerk_busy=0.44,
        engineers_busy=0.62,
        robots_busy=0.06,
        lines_per_staff_hour=17.9,
    ),
}
"""Of 200 fresh days. A twin may differ by 0.6 min in desk times, 5 % in ratios, 15 % in what a queue decides."""

SAVING = 9.2
"""Minutes of desk time, counter less cabinet, customer by customer."""

SHOPS = {
    "counter": COUNTER,
    "cabinet": CABINET,
    "counter, service day": replace(COUNTER, busy=SERVICE_DAY),
    "cabinet, service day": replace(CABINET, busy=SERVICE_DAY),
}

_PAPER = replace(COUNTER, documents=PAPERS, repair=COUNTER.repair - PAPERS)
"""The documents told apart from the other steps, and the repair made shorter until the desk time is the same."""
_ROBOTS = replace(_PAPER, cabinet=True, ahead=True)
CELLS = {
    "none": _PAPER,
    "S": replace(_PAPER, search=TIDY),
    "P": replace(_PAPER, prefetch=True),
    "S+P": replace(_PAPER, search=TIDY, prefetch=True),
    "C": _ROBOTS,
    "C+P": replace(_ROBOTS, prefetch=True),
    "C+P+S+E": replace(_ROBOTS, prefetch=True, search=TIDY, documents=PADS),
}
"""What the switches do alone and together, against the first."""


def figures(shop: Shop, days: Sequence[Played]) -> Figures:
    """What the days say together."""
    desk = [minutes for day in days for minutes in day.desk]
    queue = fmean(minutes for day in days for minutes in day.queue)
    open_min, clerk = len(days) * OPEN_MIN, sum(day.clerk for day in days)
    return Figures(
        desk=fmean(desk),
        desk_p90=float(np.quantile(desk, 0.9)),
        queue=queue,
        turnaround=fmean(desk) + queue,
        parts=fmean(minutes for day in days for minutes in day.parts),
        lead=fmean(minutes for day in days for minutes in day.leads),
        clerk_busy=clerk / open_min,
        engineers_busy=sum(desk) / (open_min * shop.engineers),
        robots_busy=sum(day.robots for day in days) / (open_min * shop.robots),
        lines_per_staff_hour=60 * sum(day.lines for day in days) / clerk,
    )


def saving(before: Sequence[Played], after: Sequence[Played]) -> tuple[float, float]:
    """Mean desk time of a day, before less after, with its half-width: the days are pairs."""
    gains = [fmean(old.desk) - fmean(new.desk) for old, new in zip(before, after, strict=True)]
    return fmean(gains), Z95 * stdev(gains) / len(gains) ** 0.5


def _days(shop: Shop, seed: int, count: int) -> list[Played]:
    return [play(shop, seed, day) for day in range(count)]


def main() -> int:
    """Play, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idiomatic_anchors", description=__doc__)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=-1)
    asked = parser.parse_args()
    shops = list((SHOPS | CELLS).items())
    many = Parallel(asked.workers)(delayed(_days)(shop, asked.seed, asked.days) for _, shop in shops)
    played = dict(zip((name for name, _ in shops), many, strict=True))
    print(f"{asked.days} days, seed {asked.seed}")
    for name, shop in SHOPS.items():
        print(f"\n{name:24}{'measured':>10}{'anchor':>10}")
        anchor = ANCHORS.get(name)
        got = figures(shop, played[name])
        for field in Figures.__struct_fields__:
            known = f"{getattr(anchor, field):10.2f}" if anchor else ""
            print(f"  {field:22}{getattr(got, field):10.2f}{known}")
    print("\npaired saving of desk time: {:.2f} ± {:.2f}".format(*saving(played["counter"], played["cabinet"])))
    for name, shop in CELLS.items():
        got, (gain, half) = figures(shop, played[name]), saving(played["none"], played[name])
        print(
            f"  {name:8}{got.desk:6.2f}  −{gain:.2f} ± {half:.2f}  {got.lines_per_staff_hour:5.1f} lines per staff-hour"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How much of a change is due to each switch, when all combinations of the switches were played on the same days.

A switch's share is its mean effect over all orders in which the switches could have been turned on (Shapley 1953). The
shares add up to the whole change, whatever the interactions; each share is a paired difference of days.
"""

from collections.abc import Sequence
from itertools import permutations
from math import factorial

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from simulations.statistics.intervals import Estimate, mean_interval
from simulations.statistics.paired import PAIRED_DAYS_MIN
from simulations.statistics.samples import LEVEL, Floats, day_rows, distinct_names

SWITCHES_MAX = 6
"""64 cells; beyond that nobody plays all of them."""


class Share(Struct, frozen=True, kw_only=True):
    """What one switch does: its part of the whole; alone, on top of nothing; and last, on top of all others."""

    switch: str
    share: Estimate
    alone: Estimate
    last: Estimate


class Attribution(Struct, frozen=True, kw_only=True):
    """All switches on minus all off, and whose doing it is."""

    total: Estimate
    shares: tuple[Share, ...]


def attributed(
    cells: ArrayLike, switches: Sequence[str], *, level: float = LEVEL, days_min: int = PAIRED_DAYS_MIN
) -> Attribution:
    """The change from all off to all on, by switch; cells of shape (days, 2 ** switches), row d is the same day in all.

    Column c is the cell in which switch i is on when bit i of c is set: column 0 has none on, the last one all. A
    negative share of a repair time is minutes saved.
    """
    names = distinct_names(switches, 1, "switches")
    rows = _checked_cells(cells, names)
    by_day = day_shares(rows)
    everything = rows.shape[1] - 1

    def estimate(days: Floats) -> Estimate:
        return mean_interval(days, level=level, days_min=days_min)

    shares = tuple(
        Share(
            switch=name,
            share=estimate(by_day[:, i]),
            alone=estimate(rows[:, 1 << i] - rows[:, 0]),
            last=estimate(rows[:, everything] - rows[:, everything ^ (1 << i)]),
        )
        for i, name in enumerate(names)
    )
    return Attribution(total=estimate(rows[:, everything] - rows[:, 0]), shares=shares)


def day_shares(cells: Floats) -> Floats:
    """Each day's Shapley values, (days, cells) to (days, switches); each row adds up to last cell minus first.

    The weights are whole numbers until the one division at the end, so that whole milliseconds lose nothing on the way.
    """
    switches = cells.shape[1].bit_length() - 1
    found: Floats = cells @ _weights(switches).T / factorial(switches)
    return found


def _weights(switches: int) -> Floats:
    """How often each cell is reached by, less left through, turning on each switch, over all orders."""
    weights = np.zeros((switches, 1 << switches))
    for order in permutations(range(switches)):
        cell = 0
        for switch in order:
            weights[switch, cell] -= 1
            cell |= 1 << switch
            weights[switch, cell] += 1
    return weights


def _checked_cells(cells: ArrayLike, switches: tuple[str, ...]) -> Floats:
    rows = day_rows(cells, "cells")
    if len(switches) > SWITCHES_MAX:
        raise ValueError(
            f"switches: {len(switches)} are too many to play all combinations; {SWITCHES_MAX} are the most"
        )
    if rows.shape[1] != 1 << len(switches):
        raise ValueError(
            f"cells: {len(switches)} switches have {1 << len(switches)} cells; got {rows.shape[1]} columns"
        )
    return rows

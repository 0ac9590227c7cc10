"""Where a shop that never closes has forgotten how it began. Days that open and close have no warm-up."""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from simulations.statistics.samples import day_values

BATCH = 5
BATCHES_MIN = 20


class WarmUp(Struct, frozen=True):
    """Leave out the first ``observations``; when not ``settled`` the run was too short to say."""

    observations: int
    settled: bool


def mser5(series: ArrayLike) -> WarmUp:
    """The cut that makes the rest's mean most certain, on means of five; the series (observations,) is in time order.

    K. P. White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997),
    with the batches of five of White, Cobb & Spratt (2000). A best cut in the second half means: never settled.
    """
    values = day_values(series, "series")
    batches = values.size // BATCH
    if batches < BATCHES_MIN:
        raise ValueError(
            f"series: at least {BATCHES_MIN * BATCH} observations are needed to find a warm-up; got {values.size}"
        )
    means = values[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    means = means - means.mean()  # keeps the sums of squares small beside what they are subtracted from
    kept = np.arange(batches, 0, -1, dtype=np.float64)
    sums = np.cumsum(means[::-1])[::-1]
    squares = np.cumsum(means[::-1] ** 2)[::-1]
    doubt = ((squares - sums**2 / kept) / kept**2)[: batches - BATCH]
    cut = int(doubt.argmin())
    return WarmUp(observations=cut * BATCH, settled=cut <= batches // 2)

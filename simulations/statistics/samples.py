"""Days as numbers: what every room of the statistics asks of its input, said once."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

LEVEL = 0.95
"""The confidence that is promised when nobody asks for another."""


def day_values(values: ArrayLike, what: str) -> Floats:
    """One finite number for each day, as an array of shape (days,); ``what`` names them in the refusal."""
    days = np.asarray(values, dtype=np.float64)
    if days.ndim != 1 or days.size == 0:
        raise ValueError(f"{what}: give one number for each day, at least one day; this has the shape {days.shape}")
    _refuse_holes(days, what)
    return days


def day_rows(values: ArrayLike, what: str) -> Floats:
    """One row of finite numbers for each day, as an array of shape (days, columns)."""
    rows = np.asarray(values, dtype=np.float64)
    if rows.ndim != 2 or rows.size == 0:
        raise ValueError(f"{what}: give one row for each day, at least one; this has the shape {rows.shape}")
    _refuse_holes(rows, what)
    return rows


def checked_level(level: float) -> float:
    """A confidence that an interval can be asked for."""
    if not 0.5 <= level < 1.0:
        raise ValueError(
            f"level: give the confidence as a share from 0.5 up to but not 1, such as 0.95; this is {level}"
        )
    return level


def shared_level(level: float, k: int) -> float:
    """What each of k intervals must promise so that all of them hold together (Bonferroni)."""
    if k < 1:
        raise ValueError(f"k: at least one interval is needed to share the level; this is {k}")
    return 1.0 - (1.0 - checked_level(level)) / k


def distinct_names(names: Sequence[str], least: int, what: str) -> tuple[str, ...]:
    """Names that can be told apart, at least so many of them."""
    if len(names) < least or len(dict.fromkeys(names)) != len(names):
        raise ValueError(f"{what}: give at least {least} names, each once; these are {list(names)}")
    return tuple(names)


def _refuse_holes(values: Floats, what: str) -> None:
    holes = int(values.size - np.isfinite(values).sum())
    if holes:
        raise ValueError(
            f"{what}: {holes} of {values.size} numbers are missing or infinite; leave those days out first"
        )

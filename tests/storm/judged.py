"""Short calm days with something spoilt on purpose, and which promises the judge then names."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from simulations.faults import CALM
from simulations.storm.bad_day import Played, Verdict
from simulations.storm.plan import bad_day

SEED: Final = 2
"""Three customers: parts are picked, quotes signed, cards charged."""
TICKETS: Final = 3


def calm(folder: Path) -> Played:
    """Not yet open."""
    return Played(bad_day(SEED, TICKETS, CALM), folder)


def play(folder: Path, spoil: Callable[[Played], object] = lambda _: None) -> Verdict:
    """``spoil`` is called before the shop opens."""
    day = calm(folder)
    spoil(day)
    return day.verdict()


def kinds(verdict: Verdict) -> frozenset[str]:
    """The promises that were broken."""
    return frozenset(sentence.partition(":")[0] for sentence in verdict.broken)

"""The closed-form suite: the stage is right if small shops on it do what theory says.

To add an oracle, add a row to ``ORACLES``. What a row is made of, and its closed form: ``rows.py``.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from typing import Final

from simulations.experiments.workers import each
from simulations.oracles.hall import Played, Shop
from simulations.oracles.rows import (
    SAME_DRAWS,
    Oracle,
    arrivals,
    cabinet_and_robots,
    desks,
    every_wait,
    exponential_shop,
    impatience,
    issue_before_background,
    machine_interference,
    one_engineer,
    prefetch,
    unjammed_shop,
    whole_shop,
    whole_shop_from_empty,
)
from simulations.oracles.verdicts import Verdict, little, promised
from simulations.scenarios.parameters import Demand
from simulations.scenarios.scenario import load
from simulations.statistics.coverage import coverage
from simulations.streams import Streams

ORACLES: Final = (
    desks(1, 0.7, plays=50, customers=10_000, bar=0.05),
    desks(8, 0.75, plays=50, customers=10_000, bar=0.10),
    desks(8, 0.9, plays=80, customers=20_000, bar=0.10),
    one_engineer(0.5, plays=50, customers=10_000),
    one_engineer(1.5, plays=50, customers=20_000),
    machine_interference(plays=50, minutes=20_000),
    issue_before_background(plays=50, customers=10_000),
    impatience(plays=50, customers=5_000),
    cabinet_and_robots(plays=50, orders=10_000),
    prefetch(plays=50, repairs=2_000),
    *(every_wait(servers, laws, plays=4, customers=5_000) for servers in (1, 3, 8) for laws in SAME_DRAWS),
    arrivals(Demand(), plays=30, days=100),
    whole_shop("M/M/8", exponential_shop(), plays=24),
    whole_shop("parts counter", load("reference-counter"), plays=10),
    whole_shop("cabinet and robots", unjammed_shop(), plays=10),
    whole_shop_from_empty(plays=30, days=80, bar=0.1),
)
"""Plays and their lengths are such that the intervals come out at about two thirds of their bars."""


def run_all(progress: Callable[[str], None], seed: int, jobs: int) -> tuple[Verdict, ...]:
    """Every oracle, and whether intervals keep what they promise; ``progress`` hears a sentence for each that is done.
    The verdicts depend on ``seed`` alone. Raises WorkerLost."""
    played = run(ORACLES, progress, seed, jobs)
    kept = tuple(promised(row) for row in coverage(seed))
    _tell(kept, progress)
    return (*played, *kept)


def run(oracles: Sequence[Oracle], progress: Callable[[str], None], seed: int, jobs: int) -> tuple[Verdict, ...]:
    """These oracles, and Little's law for all that was played. Raises WorkerLost."""
    played: list[dict[int, Played]] = [{} for _ in oracles]
    verdicts: list[tuple[Verdict, ...]] = [() for _ in oracles]
    with closing(each(_plays(oracles, seed), jobs)) as answers:
        for place, number, play in answers:
            played[place][number] = play
            if len(played[place]) == oracles[place].plays:
                verdicts[place] = oracles[place].judge.judge(_in_order(played[place]))
                _tell(verdicts[place], progress)
    of_all = little([play for plays in played for play in _in_order(plays)])
    _tell((of_all,), progress)
    return (*chain.from_iterable(verdicts), of_all)


def _plays(oracles: Sequence[Oracle], seed: int) -> Iterator[Callable[[], tuple[int, int, Played]]]:
    """Every play, and where it belongs: chance by the name of the oracle and the number of the play."""
    streams = Streams(seed)
    for place, oracle in enumerate(oracles):
        for number in range(oracle.plays):
            own_seed = streams.apart(oracle.name, number).getrandbits(63)
            yield partial(_play, place, number, oracle.shop, own_seed)


def _play(place: int, number: int, shop: Shop, seed: int) -> tuple[int, int, Played]:
    return place, number, shop.play(Streams(seed))


def _in_order(plays: dict[int, Played]) -> list[Played]:
    """Sums of floats are the same whichever worker was first."""
    return [plays[number] for number in range(len(plays))]


def _tell(verdicts: Sequence[Verdict], progress: Callable[[str], None]) -> None:
    for verdict in verdicts:
        progress(f"{verdict.name}: {verdict.words}")

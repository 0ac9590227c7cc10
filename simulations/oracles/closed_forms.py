"""What queueing theory says of small shops, without an event list: the truths that the stage is held against.

Times are in minutes, rates per minute. A law of numbers present is a tuple of chances, at place n that of n present.
"""

import math
from collections.abc import Callable, Sequence
from heapq import heapreplace

from scipy import stats

from shopfloor.contract.actor import Instant


def birth_death(births: Callable[[int], float], deaths: Callable[[int], float], most: int) -> tuple[float, ...]:
    """The long-run law of how many are present (0 to ``most``), if they come and go one by one, at rates that depend
    on the number present alone. Balance of each cut: p(n)·births(n) = p(n + 1)·deaths(n + 1)."""
    weights = [1.0]
    for present in range(most):
        weights.append(weights[-1] * births(present) / deaths(present + 1))
    total = math.fsum(weights)
    return tuple(weight / total for weight in weights)


def erlang_c(servers: int, load: float) -> float:
    """The chance of having to wait in M/M/c. ``load`` = λ/μ, below ``servers`` (Erlang 1917)."""
    assert load < servers, "the queue would grow without end"
    blocked = 1.0  # Erlang B, by its recursion in the number of servers
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def wait_of_mmc(servers: int, coming: float, work: float) -> float:
    """Mean wait of M/M/c: C/(cμ − λ). ``coming`` = λ, ``work`` = the mean 1/μ."""
    return erlang_c(servers, coming * work) / (servers / work - coming)


def wait_of_mg1(coming: float, work: float, work_squared: float) -> float:
    """Mean wait of M/G/1: λE[S²]/2(1 − ρ) (Pollaczek 1930, Khinchine 1932). ``work_squared`` = E[S²]."""
    return coming * work_squared / (2 * (1 - coming * work))


def waits_by_line(lines: Sequence[tuple[float, float, float]]) -> tuple[float, ...]:
    """Mean wait of each line at one server that never interrupts, the first line before the second, and so on:
    R/(1 − σ(k − 1))(1 − σ(k)), R = Σλ E[S²]/2, σ(k) = load of the first k lines (Cobham 1954).
    A line is (λ, E[S], E[S²])."""
    residual = sum(coming * squared for coming, _, squared in lines) / 2
    waits, before = [], 0.0
    for coming, work, _ in lines:
        upto = before + coming * work
        waits.append(residual / ((1 - before) * (1 - upto)))
        before = upto
    return tuple(waits)


def at_the_clerk(engineers: int, alone: float, work: float) -> tuple[float, ...]:
    """The law of how many of the engineers stand at their one clerk (machine interference, Palm 1947). ``alone`` =
    mean time between being served and coming again, ``work`` = the clerk's mean time; both exponential."""
    return birth_death(lambda there: (engineers - there) / alone, lambda _there: 1 / work, engineers)


def served_by_the_clerk(engineers: int, alone: float, work: float) -> float:
    """How many the one clerk serves per minute: busy share / ``work``."""
    return (1 - at_the_clerk(engineers, alone, work)[0]) / work


def impatient_hall(servers: int, coming: float, work: float, patience: float) -> tuple[float, ...]:
    """The law of how many are present in M/M/c+M (Palm 1957): who waits gives up at rate 1/``patience``.
    Cut where not one in 10¹² minutes sees more."""
    most = servers + math.ceil(coming * patience)  # the queue at which as many give up as come
    most += 20 * math.ceil(math.sqrt(most))
    return birth_death(
        lambda _present: coming,
        lambda present: min(present, servers) / work + max(0, present - servers) / patience,
        most,
    )


def share_that_gives_up(servers: int, coming: float, work: float, patience: float) -> float:
    """Who gives up, of all who come: mean queue / ``patience`` over λ."""
    law = impatient_hall(servers, coming, work, patience)
    queue = math.fsum(chance * max(0, present - servers) for present, chance in enumerate(law))
    return queue / patience / coming


def time_through(stations: Sequence[tuple[int, float]], coming: float) -> float:
    """Mean time from coming to the first to leaving the last of M/M/c stations in line (servers, mean work): each is
    M/M/c by itself (Burke 1956, Jackson 1957)."""
    return sum(wait_of_mmc(servers, coming, work) + work for servers, work in stations)


def later_of_two(one: float, other: float) -> float:
    """E max(X, Y) of two independent exponential times with these means: 1/a + 1/b − 1/(a + b)."""
    return one + other - 1 / (1 / one + 1 / other)


def mean_wait_from_empty(servers: int, coming: float, work: float, minutes: float) -> float:
    """Mean wait of all who come to M/M/c in the first ``minutes`` after an empty opening.

    By uniformization (Jensen 1953): the queue seen at the ticks of one Poisson clock is a chain of steps, and the time
    spent with its k-th state before the end is P(more than k ticks) over the clock's rate.
    """
    clock = coming + servers / work
    ticks = clock * minutes
    waited, law = 0.0, [1.0]
    for tick in range(math.ceil(ticks + 12 * math.sqrt(ticks))):
        wait = math.fsum(chance * max(0, present - servers + 1) for present, chance in enumerate(law)) * work / servers
        waited += float(stats.poisson.sf(tick, ticks)) * wait
        law = _a_tick_later(law, servers, coming / clock, 1 / work / clock)
    return waited / clock / minutes


def _a_tick_later(law: Sequence[float], servers: int, comes: float, one_leaves: float) -> list[float]:
    """One more comes, one of those at work leaves, or nothing happens."""
    later = [0.0] * (len(law) + 1)
    for present, chance in enumerate(law):
        leaves = min(present, servers) * one_leaves
        later[present + 1] += chance * comes
        later[present] += chance * (1 - comes - leaves)
        if present:
            later[present - 1] += chance * leaves
    return later


def waits_by_recursion(servers: int, comes: Sequence[Instant], works: Sequence[int]) -> list[int]:
    """Every single wait at a first-come-first-served station, in ms, from the instants of coming (in order) and the
    work of each: the next one begins when the first server is free (Kiefer & Wolfowitz 1955). Holds for any numbers,
    drawn from any law; the sorted vector of workloads of the paper is here a heap of the instants at which they end."""
    free_at = [0] * servers
    waits = []
    for at, work in zip(comes, works, strict=True):
        began = max(at, free_at[0])
        heapreplace(free_at, began + work)
        waits.append(began - at)
    return waits

"""The parts counter: who stands in line, and what its clerks have to do besides.

A counter has shelves behind it: bins without machinery. Engineers come on foot; a clerk looks for what they need, scans
it out and hands it over. Between customers clerks receive, put away and count, in pieces that nobody interrupts.
"""

import math
from collections import deque
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from shopfloor.contract.actor import MINUTE, SECOND, Instant
from simulations.curve import Curve
from simulations.people.attention import Bell
from simulations.scenarios.scenario import Scenario

Uniforms: TypeAlias = Callable[[], float]
Wish: TypeAlias = Literal["parts", "old part"]
Kind: TypeAlias = Literal["issue", "return", "background", "batch", "jam", "other"]

GAMMA_SHAPE: Final = 2


class Caller:
    """An engineer at the counter, and what they came for."""

    def __init__(self, wish: Wish, repair: str) -> None:
        self.wish = wish
        self.repair = repair
        self.bell = Bell()
        """A clerk has done what could be done."""
        self.served = False

    def serve(self) -> None:
        self.served = True
        self.bell.ring()


class PartsCounter:
    """Shared by engineers and clerks; it has no rule of the floor in it."""

    def __init__(self, opens: Instant, scenario: Scenario) -> None:
        self._scenario = scenario
        self.busy = Curve(opens)
        """Clerks at work, over the day."""
        self.line: deque[Caller] = deque()
        self.background: deque[int] = deque()
        """Pieces of other work that have come up, in ms."""
        self.bell = Bell()
        """There is something to do."""
        self.old_parts = 0
        """Taken off the desks, to be booked when the doors are closed."""
        self.spent: dict[Kind, int] = {}
        """What clerks did, in ms."""
        self.visits: dict[str, int] = {}
        """Desk → how often its engineer came."""
        self.fetches = 0
        self.fetch_ms = 0
        """How often parts were fetched on foot, and the time from standing up until they were at the desk."""

    @property
    def way(self) -> int:
        """Desk → counter, on foot, in ms."""
        counter = self._scenario.counter
        return round(counter.way_m / counter.speed_mps * SECOND + counter.door_min * MINUTE)

    @property
    def entry(self) -> int:
        return round(self._scenario.counter.entry_min * MINUTE)

    @property
    def scan(self) -> int:
        return round(self._scenario.counter.scan_min * MINUTE)

    def search(self, uniforms: tuple[float, ...]) -> int:
        """Gamma with shape 2: two exponential looks. In a tidy stock there is little to look for."""
        counter, tidy = self._scenario.counter, self._scenario.switches.tidy_stock
        mean = counter.tidy_search_min if tidy else counter.search_min
        looks = -math.fsum(math.log(1 - uniform) for uniform in uniforms)
        return round(mean / GAMMA_SHAPE * looks * MINUTE)

    def call(self, caller: Caller) -> None:
        """Stand in line."""
        self.line.append(caller)
        self.bell.ring()

    def more_work(self, ms: int) -> None:
        """A delivery, a claim, a shelf to count."""
        self.background.append(ms)
        self.bell.ring()

    def fetched(self, since: Instant, until: Instant) -> None:
        """An engineer is back with parts."""
        self.fetches += 1
        self.fetch_ms += until - since

    def worked(self, kind: Kind, since: Instant, until: Instant) -> None:
        """A clerk was (or will be) at it from since until until."""
        self.spent[kind] = self.spent.get(kind, 0) + until - since
        self.busy.add(since, until)


def chunks_a_day(scenario: Scenario, parts_share: float) -> float:
    """How many pieces of background work a day brings, from the mean number of lines that are issued."""
    demand, counter = scenario.demand, scenario.counter
    lines = demand.factor * demand.repairs_a_day * parts_share * (1 + demand.lines_extra + scenario.shares.more_found)
    a_line = counter.background_min + (scenario.cabinet.bin_loading_min if scenario.switches.cabinet else 0.0)
    return lines * a_line / counter.chunk_min if counter.chunk_min else 0.0


def pieces(
    begins: Instant, ends: Instant, a_day: float, mean_min: float, uniforms: Uniforms
) -> list[tuple[Instant, int]]:
    """When each piece comes up (a Poisson process over the opening hours), and how long it takes (exponential)."""
    at, found = float(begins), []
    while a_day > 0:
        at -= math.log(1 - uniforms()) * (ends - begins) / a_day
        length = -math.log(1 - uniforms()) * mean_min * MINUTE
        if at >= ends:
            break
        found.append((round(at), round(length)))
    return found

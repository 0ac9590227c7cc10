"""A hall on the general stage: a door, one station, and a census. Played once, from opening until all have left."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Protocol, TypeAlias

import simpy
from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Actor, Instant
from simulations.oracles.found import Found, Nobody
from simulations.oracles.laws import Law
from simulations.oracles.stations import Came, Door, GaveUp, Served
from simulations.stage import Stage
from simulations.streams import Streams

Comers: TypeAlias = Sequence[tuple[Instant, Came]]
Gone: TypeAlias = Sequence[Served | GaveUp]


class Played(Struct, frozen=True):
    """What one play showed."""

    measured: tuple[float, ...]
    present_ms: int = 0
    """∫N dt: how many were present, times how long, counted at the door and at the way out."""
    stays_ms: int = 0
    """The sum of everybody's own time from coming to leaving, as the stations stamped it."""


class Shop(Protocol):
    """Anything small enough for theory."""

    def play(self, streams: Streams) -> Played:
        """Once, with this chance."""


class Census:
    """Counts who is present; knows nobody."""

    def __init__(self) -> None:
        self.present_ms = 0
        self._present = 0
        self._since: Instant = 0

    def changes(self, by: int, now: Instant) -> None:
        self.present_ms += self._present * (now - self._since)
        self._present += by
        self._since = now


class Flow(Struct, frozen=True, kw_only=True):
    """The customers of one line."""

    gap: Law
    """Between two of them; exponential is a Poisson flow."""
    work: Law
    patience: Law | None = None
    line: int = 1

    def comers(self, count: int, streams: Streams) -> list[tuple[Instant, int, int, int | None]]:
        """When, their line, their work and their patience: each concern from its own stream."""
        gaps, works, patience = (streams.named(f"{what} {self.line}") for what in ("gaps", "works", "patience"))
        return [
            (at, self.line, self.work.draw(works), self.patience.draw(patience) if self.patience else None)
            for at in accumulate(self.gap.draw(gaps) for _ in range(count))
        ]


class Hall(Struct, frozen=True, kw_only=True):
    """Customers of some lines come to one station. Those whom the opening found are served and not counted."""

    flows: tuple[Flow, ...]
    customers: int
    """Of each flow."""
    measure: Callable[[Gone], tuple[float, ...]]
    station: Callable[[], Actor[Came, Served | GaveUp]]
    found: Found = Nobody()
    unseen: int = 0
    """So many of the first and of the last are not counted, where the long run's law is not known."""

    def play(self, streams: Streams) -> Played:
        comers = self.comers(streams)
        gone, present_ms = passed_through(self.station(), comers)
        counted = range(self.unseen, comers[-1][1].id + 1 - self.unseen)
        stays_ms = sum(one.left - one.came for one in gone)
        return Played(self.measure([one for one in gone if one.id in counted]), present_ms, stays_ms)

    def comers(self, streams: Streams) -> Comers:
        """Who is found, numbered up to -1, and who comes, numbered from 0, by time."""
        found = at_opening(self.found.works(streams.named("found")))
        coming = sorted(
            (comer for flow in self.flows for comer in flow.comers(self.customers, streams)), key=lambda one: one[:2]
        )
        return [
            *found,
            *((at, Came(id=number, work_ms=work, patience_ms=patience, line=line))
              for number, (at, line, work, patience) in enumerate(coming)),
        ]  # fmt: skip


def at_opening(works: Sequence[int]) -> list[tuple[Instant, Came]]:
    """Who is found, numbered up to -1."""
    return [(0, Came(id=number, work_ms=work)) for number, work in enumerate(works, start=-len(works))]


def passed_through(station: Actor[Came, Served | GaveUp], comers: Comers) -> tuple[list[Served | GaveUp], int]:
    """Everybody goes through the station: who left, in that order, and ∫N dt in ms."""
    stage, census, gone = Stage(simpy.Environment()), Census(), list[Served | GaveUp]()

    def leave(outs: Sequence[Served | GaveUp]) -> None:
        if outs:
            census.changes(-len(outs), stage.now)
            gone.extend(outs)

    hall = stage.enter("station", station, leave)

    def enter(outs: Sequence[Came]) -> None:
        for who in outs:
            census.changes(1, stage.now)
            hall.tell(who)

    stage.enter("door", Door(comers), enter)
    stage.env.run()
    return gone, census.present_ms


# ── what is measured of those who have left ─────────────────────────────────────────────────────


def mean_wait(gone: Gone) -> tuple[float, ...]:
    """Minutes."""
    waits = [one.began - one.came for one in gone if isinstance(one, Served)]
    return (sum(waits) / len(waits) / MINUTE,)


def mean_wait_by_line(gone: Gone) -> tuple[float, ...]:
    """Minutes, of line 1 and of line 2."""
    lines = ([one for one in gone if isinstance(one, Served) and one.line == line] for line in (1, 2))
    return tuple(wait for line in lines for wait in mean_wait(line))


def share_given_up(gone: Gone) -> tuple[float, ...]:
    return (sum(isinstance(one, GaveUp) for one in gone) / len(gone),)

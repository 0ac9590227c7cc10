"""Light robots on the lanes of a layout: a clock in whole ms, their lateness, their stays, and the judge's eye on them.

Nothing happens by itself but the end of a stretch of lane, the end of a stay, and what the work brings. After each, the
work is asked for robots without a stop, the rule makes its choices, and whoever may drives on, in the order of ids.
"""

import hashlib
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Final, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.contract.layout import Layout
from simulations.fleet.assumed import Assumed
from simulations.fleet.chance import Lateness, Stretch
from simulations.fleet.judge import Gap, Judge, Spot
from simulations.fleet.rules import Rule
from simulations.fleet.work import Stop, Work
from simulations.streams import Streams

STUCK_AFTER_MS: Final = 10 * MINUTE
"""No robot has got anywhere for so long, and one of them should: nobody ever will."""
STARVED_AFTER_MS: Final = 30 * MINUTE
"""One robot has been on its way to one stop for so long, whatever the others did: it might as well stand for ever."""
NOBODY: Final = ""

Watch: TypeAlias = Callable[["Drive", Instant], None]


class Body(Struct, kw_only=True):
    """One robot."""

    name: str
    node: str
    """Where it is, or was last."""
    lateness: Lateness
    lane: str = ""
    """That it is on."""
    stretches: tuple[Stretch, ...] = ()
    """Of this lane, what comes after the one that it is on."""
    stop: Stop | None = None
    since: Instant = 0
    """When it was given its stop, or has come to it."""
    staying: bool = False


class Driven(Struct, frozen=True, kw_only=True):
    """What a drive has shown."""

    ms: int
    """From the first move to the last."""
    moves: int
    stuck: str
    """Who waits for what, in words; empty: nobody does for ever."""
    closest: Gap | None
    longest_ms: int
    """That a robot took from being given a stop to being there."""
    digest: str
    """Of every arrival: who, where, when."""


class Drive:
    """From all robots in their parks until the work is over, or nothing moves any more."""

    def __init__(
        self,
        layout: Layout,
        rule: Rule,
        work: Work,
        streams: Streams,
        assumed: Assumed,
        watch: Watch | None = None,
    ) -> None:
        self.layout = layout
        self.rule = rule
        self.bodies: Final = [
            Body(name=name, node=layout.home(name), lateness=Lateness(streams, name, assumed)) for name in layout.robots
        ]
        self.judge: Final = Judge(((body.name, self._spot(body.node)) for body in self.bodies), 0)
        self._named: Final = {body.name: body for body in self.bodies}
        self._work = work
        self._watch = watch
        self._heap: list[tuple[Instant, int, str]] = []
        self._numbers = count()
        self._moves = 0
        self._moved_at: Instant = 0
        self._longest_ms = 0
        self._trace = hashlib.sha256()

    def driven(self) -> Driven:
        """All of it."""
        now, stuck = 0, ""
        self._expect_work()
        self._settle(now)
        while not self._work.over and not stuck:
            if not self._heap:
                stuck = self._stuck(now, "nothing moves any more")
                break
            now, _, name = heappop(self._heap)
            if name:
                self._goes_on(self._named[name], now)
            else:
                self._work.wake(now)
                self._expect_work()
            self._settle(now)
            stuck = self._too_long(now)
        self.judge.ends(now)
        return Driven(
            ms=now,
            moves=self._moves,
            stuck=stuck,
            closest=self.judge.closest,
            longest_ms=self._longest_ms,
            digest=self._trace.hexdigest(),
        )

    def _expect_work(self) -> None:
        at = self._work.wakes_at
        if at is not None:
            heappush(self._heap, (at, next(self._numbers), NOBODY))

    def _goes_on(self, body: Body, now: Instant) -> None:
        """What the robot was at is over: a stay, a stretch of a lane, or the last one of it."""
        if body.staying:
            body.staying, body.stop = False, None
            self.rule.leaves(body.name)
            self._work.did(body.name, now)
        elif body.stretches:
            self._on_stretch(body, now)
        else:
            body.node, body.lane = self.layout.edges[body.lane].end, ""
            spot = self._spot(body.node)
            self.judge.sees(body.name, spot, spot, 0, now)
            self.rule.arrives(body.name, now)
            self._moves += 1
            self._moved_at = now
            self._trace.update(f"{now} {body.name} {body.node}\n".encode())

    def _settle(self, now: Instant) -> None:
        for body in self.bodies:
            if body.stop is None:
                body.stop, body.since = self._work.next(body.name, now, self._where), now
                if body.stop is not None:
                    self.rule.aim(body.name, body.stop.goal, body.stop.usual_ms, now)
        self.rule.look(now)
        for body in self.bodies:
            if body.lane or body.staying:
                continue
            if body.stop is not None and body.node == body.stop.goal:
                self._longest_ms = max(self._longest_ms, now - body.since)
                body.staying, body.since = True, now
                self.rule.stays(body.name)
                heappush(self._heap, (now + body.stop.stay_ms, next(self._numbers), body.name))
            elif lane := self.rule.lane(body.name):
                self.rule.enters(body.name, now)
                body.lane = lane
                body.stretches = body.lateness.drive(self.layout.lanes[body.name].lanes[lane].drive_ms)
                self._on_stretch(body, now)
        if self._watch is not None:
            self._watch(self, now)

    def _on_stretch(self, body: Body, now: Instant) -> None:
        stretch, *body_stretches = body.stretches
        body.stretches = tuple(body_stretches)
        edge = self.layout.edges[body.lane]
        (x1, y1), (x2, y2) = self._spot(edge.start), self._spot(edge.end)
        start = x1 + (x2 - x1) * stretch.start, y1 + (y2 - y1) * stretch.start
        end = x1 + (x2 - x1) * stretch.end, y1 + (y2 - y1) * stretch.end
        self.judge.sees(body.name, start, end, stretch.ms, now)
        heappush(self._heap, (now + stretch.ms, next(self._numbers), body.name))

    def _too_long(self, now: Instant) -> str:
        waiting = [body for body in self.bodies if body.stop is not None and not body.staying]
        if waiting and now - self._moved_at > STUCK_AFTER_MS and not any(body.staying for body in self.bodies):
            return self._stuck(now, f"no move for {STUCK_AFTER_MS // MINUTE} min")
        if any(now - body.since > STARVED_AFTER_MS for body in waiting):
            return self._stuck(now, f"one stop not reached for {STARVED_AFTER_MS // MINUTE} min")
        return ""

    def _where(self, robot: str, now: Instant) -> tuple[str, Instant]:
        """Whereabouts: of one that stays somewhere, where it does, and since when."""
        body = self._named[robot]
        if body.staying:
            return body.node, body.since
        rest = self.rule.claims(robot)[-1]
        return rest, now + (self.layout.drive_ms(body.node, rest, robot) if rest != body.node else 0)

    def _stuck(self, now: Instant, what: str) -> str:
        """In words."""
        where = "; ".join(
            f"{body.name} at {body.lane or body.node}" + (f", wants {body.stop.goal}" if body.stop is not None else "")
            for body in self.bodies
        )
        return f"after {now / MINUTE:.1f} min {what}: {where}"

    def _spot(self, node: str) -> Spot:
        position = self.layout.nodes[node].position
        return position.x, position.y

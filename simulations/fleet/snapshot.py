"""The busiest moment of a drive, kept for a picture."""

from typing import TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import Instant
from simulations.fleet.drive import Drive
from simulations.fleet.judge import Spot
from simulations.fleet.rules import Elements

Rank: TypeAlias = tuple[int, int]
"""Robots that are on lanes, and how much is claimed or planned in all."""


class There(Struct, frozen=True):
    """One robot."""

    spot: Spot
    claims: Elements
    way: Elements


class Snapshot(Struct, frozen=True):
    """All of them."""

    at: Instant
    robots: dict[str, There]


class Busiest:
    """Watches a drive; of equally busy moments it keeps the first."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self._rank: Rank = (0, 0)

    def __call__(self, drive: Drive, now: Instant) -> None:
        ways = {body.name: (drive.rule.claims(body.name), drive.rule.way(body.name)) for body in drive.bodies}
        on_lanes = sum(bool(body.lane) for body in drive.bodies)
        rank = on_lanes, sum(len(claims) + len(way) for claims, way in ways.values())
        if rank > self._rank:
            self._rank = rank
            spots = drive.judge.spots(now)
            self.snapshot = Snapshot(now, {name: There(spots[name], *way) for name, way in ways.items()})

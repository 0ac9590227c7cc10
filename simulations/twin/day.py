"""One whole day of a shop on one clock: floor, devices and people together."""

from collections.abc import Sequence

import simpy
from msgspec import Struct

from devices.cabinet_body import CabinetTruth
from shopfloor.contract.actor import MINUTE, Device, Instant, TimePassed
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.commands import Command
from shopfloor.contract.events import Heard
from shopfloor.contract.facts import Fact
from shopfloor.contract.layout import Layout
from shopfloor.core.floor import Floor
from shopfloor.core.policies import Policy
from simulations.demand import Demand, Visit, visits
from simulations.people.crew import bring_to_life
from simulations.people.world import World
from simulations.stage import Stage, StageHands
from simulations.streams import Streams
from simulations.twin.fittings import Dials, clients, labels, robots, seen_in

LAST_WORDS = 2 * MINUTE
"""After the day is closed: slips, receipts, robots on their way home."""


class Plan(Struct, frozen=True, kw_only=True):
    """Which day is played. ``opens`` is the first moment of it; the doors close at ``doors_close_at``."""

    layout: Layout
    catalogue: Catalogue
    seed: int
    opens: Instant
    doors_close_at: Instant
    demand: Demand = Demand()
    dials: Dials = Dials()
    policy: Policy = Policy()


class Day:
    """The day as it is played: look at ``floor``, ``world`` and ``heard`` when it is over."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.env = simpy.Environment(initial_time=plan.opens)
        self.floor = Floor(plan.layout, plan.catalogue, plan.policy)
        self.heard: list[tuple[Instant, Heard | TimePassed]] = []
        self.facts: list[tuple[Instant, Fact]] = []
        self.visits: list[Visit] = []
        self._truths: dict[Device, CabinetTruth] = {}
        streams = Streams(plan.seed)
        self.stage = Stage(
            self.env,
            self.floor,
            clients(plan.layout, plan.catalogue, streams, plan.opens, plan.dials, plan.layout.devices, self._truths),
            robots(plan.layout, streams, plan.opens, plan.dials.robot),
            self._note,
        )
        self.world = World(
            self.env,
            StageHands(self.stage),
            plan.layout,
            plan.catalogue,
            streams,
            labels=labels(plan.layout, plan.catalogue),
            look_into=self._look_into,
        )

    def play(self, comers: Sequence[Visit] | None = None) -> None:
        """From the opening to the close, with these customers or those that the demand brings."""
        plan = self.plan
        self.stage.open()
        drawn = visits(plan.catalogue, plan.demand, self.world.streams, plan.opens, plan.doors_close_at)
        self.visits = drawn if comers is None else list(comers)
        closed = bring_to_life(self.world, self.visits, plan.doors_close_at)
        self.env.run(until=closed)
        self.env.run(until=self.env.now + LAST_WORDS)

    def _look_into(self, bin_: str) -> tuple[str, ...] | None:
        """What really lies there."""
        truth = self._truths.get(f"cabinet/{bin_.rpartition('.')[0]}")
        return seen_in(truth, bin_) if truth is not None else None

    def _note(self, now: Instant, message: Heard | TimePassed, outs: list[Command | Fact]) -> None:
        self.heard.append((now, message))
        self.facts += [(now, out) for out in outs if isinstance(out, Fact)]

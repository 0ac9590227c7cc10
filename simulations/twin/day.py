"""One whole day of a shop on one clock: floor, devices and people together."""

from collections.abc import Sequence

import simpy
from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.core.floor import Floor
from shopfloor.core.policies import Policy
from simulations.demand import Visit, visits
from simulations.people.crew import bring_to_life
from simulations.people.world import World
from simulations.scenarios.scenario import Scenario
from simulations.streams import Streams
from simulations.twin.fittings import Dials, Fittings, labels, seen_in
from simulations.twin.shop_stage import ShopStage, StageHands, Watcher

LAST_WORDS = 2 * MINUTE
"""After the day is closed: slips, receipts, robots on their way home."""


class Plan(Struct, frozen=True, kw_only=True):
    """Which day is played. ``opens`` is the first moment of it; the doors close at ``doors_close_at``."""

    layout: Layout
    catalogue: Catalogue
    seed: int | str
    opens: Instant
    doors_close_at: Instant
    scenario: Scenario = Scenario(name="catalogue")
    dials: Dials = Dials()
    policy: Policy = Policy()
    opened: bytes = b""
    """A checkpoint of the opened shop, for those who open the same one many times; empty: opened anew."""


class Day:
    """The day as it is played: look at ``floor`` and ``world`` when it is over. ``watch`` sees it happen."""

    def __init__(self, plan: Plan, watch: Watcher = lambda _now, _message, _outs: None) -> None:
        self.plan = plan
        self.env = simpy.Environment(initial_time=plan.opens)
        opened = Floor.books_of(plan.opened) if plan.opened else None
        self.floor = Floor(plan.layout, plan.catalogue, plan.policy, opened)
        self.visits: list[Visit] = []
        streams = Streams(plan.seed)
        books = self.floor.books
        self.fittings = Fittings(plan.layout, books, streams, plan.dials)
        self.stage = ShopStage(
            self.env,
            self.floor,
            {device: self.fittings.client(device, plan.opens) for device in plan.layout.devices},
            {f"robot/{name}": self.fittings.robot(name, plan.opens) for name in plan.layout.robots},
            watch,
        )
        self.world = World(
            self.env,
            StageHands(self.stage),
            plan.layout,
            plan.catalogue,
            streams,
            plan.scenario,
            labels=labels(books),
            look_into=self._look_into,
        )

    def play(self, comers: Sequence[Visit] | None = None) -> None:
        """From the opening to the close, with these customers or those that the demand brings."""
        plan = self.plan
        self.stage.open()
        drawn = visits(plan.catalogue, plan.scenario, self.world.streams, plan.opens, plan.doors_close_at)
        self.visits = drawn if comers is None else list(comers)
        closed = bring_to_life(self.world, self.visits, plan.doors_close_at)
        self.env.run(until=closed)
        self.env.run(until=self.env.now + LAST_WORDS)

    def _look_into(self, bin_: str) -> tuple[str, ...] | None:
        """What really lies there."""
        memory = self.fittings.cabinets.get(f"cabinet/{bin_.rpartition('.')[0]}")
        return seen_in(memory.truth, bin_) if memory is not None else None

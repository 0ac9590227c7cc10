"""An open loop: jobs come when they come, and a dispatcher of the floor says which robot does what next."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.assignment import WEIGHT_URGENT, WEIGHTS
from shopfloor.core.fleet.insertion import Carry, Cart, Dispatcher, Tours
from shopfloor.core.fleet.insertion import Stop as Call
from simulations.fleet.assumed import Assumed
from simulations.fleet.chance import stay_ms
from simulations.fleet.stopwatch import Stopwatch
from simulations.fleet.work import Stop, Whereabouts
from simulations.streams import Streams

OPEN_MAX: Final = 400
"""With so many open jobs nobody keeps up any more, and the day is over."""


class Job(Struct, kw_only=True):
    """One carrying of something, with the chance that belongs to it: the same whoever does it."""

    id: str
    made_at: Instant
    source: str
    target: str
    """Nodes."""
    delivers: bool
    weight: float
    picked_ms: int
    dropped_ms: int
    """How long the two stays will be."""
    robot: str = ""
    """That has it in a tote."""
    done_at: Instant | None = None


def day_of_jobs(layout: Layout, count: int, a_minute: float, streams: Streams, assumed: Assumed) -> list[Job]:
    """So many, by a Poisson stream; the same for equal streams."""
    cabinet = next(iter(layout.cabinets.values()))
    outlet, inlet = layout.station_node(cabinet.outlet_station), layout.station_node(cabinet.inlet_station)
    desks = [layout.station_node(desk.station) for desk in layout.desks.values()]
    draw = streams.named("jobs")
    made_at = 0.0
    jobs = []
    for number in range(1, count + 1):
        made_at += draw.expovariate(a_minute) * MINUTE
        delivers, waits = draw.random() >= assumed.returns, draw.random() < assumed.waiting
        desk = draw.choice(desks)
        drop_s = assumed.give_s if delivers else assumed.put_s
        job = Job(
            id=f"J{number}",
            made_at=round(made_at),
            source=outlet if delivers else desk,
            target=desk if delivers else inlet,
            delivers=delivers,
            weight=_weight(delivers=delivers, waits=waits),
            picked_ms=stay_ms(assumed.pick_s, draw.random(), assumed),
            dropped_ms=stay_ms(drop_s, draw.random(), assumed),
        )
        jobs.append(job)
    return jobs


def _weight(*, delivers: bool, waits: bool) -> float:
    """As the floor weighs them."""
    if not delivers:
        return WEIGHTS["RETURN"]
    return WEIGHT_URGENT if waits else WEIGHTS["DELIVER"]


class Jobs:
    """All of them, given to robots as a dispatcher says. Over when the last is done, or nobody keeps up."""

    def __init__(
        self, layout: Layout, robots: Iterable[str], jobs: list[Job], dispatcher: Dispatcher, assumed: Assumed
    ) -> None:
        self.jobs: Final = {job.id: job for job in jobs}
        self.dispatching: Final = Stopwatch()
        self._layout = layout
        self._robots: Final = tuple(robots)
        self._calls: Final[dict[str, Call | None]] = dict.fromkeys(self._robots)
        """What each is out for."""
        self._dispatcher = dispatcher
        self._assumed = assumed
        self._to_come: Final = list(reversed(jobs))
        self._open: Final[dict[str, Job]] = {}
        self._tours: Tours | None = None
        """As they were found last; None: something has happened since."""

    @property
    def over(self) -> bool:
        return not (self._to_come or self._open) or self.given_up

    @property
    def given_up(self) -> bool:
        return len(self._open) > OPEN_MAX

    @property
    def wakes_at(self) -> Instant | None:
        return self._to_come[-1].made_at if self._to_come else None

    def wake(self, now: Instant) -> None:
        job = self._to_come.pop()
        assert job.made_at == now, "a job comes when it is made"
        self._open[job.id] = job
        self._tours = None

    def next(self, robot: str, now: Instant, where: Whereabouts) -> Stop | None:
        if self._tours is None:
            self._tours = self._found(now, where)
        tour = self._tours[robot]
        if not tour:
            return None
        call = self._calls[robot] = tour[0]
        job = self._open[call.job]
        true_ms = job.picked_ms if call.purpose == "pick" else job.dropped_ms
        return Stop(call.node, self._usual_ms(call), true_ms)

    def did(self, robot: str, now: Instant) -> None:
        call = self._calls[robot]
        assert call is not None, "it was sent there for something"
        job = self._open[call.job]
        if call.purpose == "pick":
            job.robot = robot
        else:
            job.done_at = now
            del self._open[job.id]
        self._calls[robot] = None
        self._tours = None

    def _found(self, now: Instant, where: Whereabouts) -> Tours:
        carts = [self._cart(robot, now, where) for robot in self._robots]
        carries = [self._carry(job) for job in self._open.values()]
        with self.dispatching.running():
            return self._dispatcher(carts, carries, self._drive_ms, self._usual_ms)

    def _cart(self, robot: str, now: Instant, where: Whereabouts) -> Cart:
        node, free_at = where(robot, now)
        totes = self._layout.robots[robot].totes
        return Cart(robot=robot, node=node, free_at=free_at, totes=totes, committed=self._calls[robot])

    def _carry(self, job: Job) -> Carry:
        return Carry(
            job=job.id,
            source=job.source,
            target=job.target,
            weight=job.weight,
            since=job.made_at,
            aboard=job.robot,
        )

    def _drive_ms(self, robot: str, start: str, end: str) -> int:
        return self._layout.drive_ms(start, end, robot)

    def _usual_ms(self, call: Call) -> int:
        assumed = self._assumed
        if call.purpose == "pick":
            return round(assumed.pick_s * SECOND)
        return round((assumed.give_s if self._open[call.job].delivers else assumed.put_s) * SECOND)

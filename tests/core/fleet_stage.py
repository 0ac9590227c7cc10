"""A floor and real robot emulators on one integer clock, a wire that delays and loses, and a judge that looks on."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import combinations, count
from random import Random

from devices.robot import RobotClient, Said, simulated
from devices.robot_body import Pose, RobotDials
from devices.robot_profile import RobotProfile
from shopfloor.contract.actor import SECOND, Instant, TimePassed
from shopfloor.contract.commands import Command, OpenOutlet, SendInstantActions, SendOrder
from shopfloor.contract.events import (
    EngineerSignedOn,
    OutletEmptied,
    ReturnLoaded,
    RobotConnectionReported,
    RobotFactsheetReported,
    RobotReported,
)
from shopfloor.contract.facts import (
    Fact,
    JobArrived,
    JobAtPickup,
    JobDone,
    JobOpened,
    PartAccepted,
    PickDone,
    ReturnOpened,
)
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import Connection, Identity, InstantActions, Order, State
from shopfloor.contract.vda5050_rules import order_faults
from shopfloor.core import stock
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.floor import Floor
from shopfloor.core.policies import Policy
from tests.core.story import CATALOGUE, LAYOUT, Story

LOOK_EVERY = SECOND // 5
NANOMETRE = 1e-9


class Wire:
    """How long a message takes, and which order or state never comes: QoS 0."""

    def __init__(self, chance: Random, delay_max: int = 0, loss: float = 0.0) -> None:
        self._chance = chance
        self._delay_max = delay_max
        self._loss = loss

    def delay(self) -> int:
        return self._chance.randint(0, self._delay_max)

    def loses(self, message: object) -> bool:
        return isinstance(message, Order | InstantActions | State) and self._chance.random() < self._loss


class Stage(Story):
    """A story whose robots are real. Cabinet and engineers do what they are asked, a little later."""

    def __init__(
        self,
        dials: dict[str, RobotDials] | None = None,
        wire: Wire | None = None,
        seed: int = 1,
        policy: Policy | None = None,
        layout: Layout = LAYOUT,
    ) -> None:
        super().__init__(policy)
        self.layout = layout
        self.floor = Floor(layout, CATALOGUE, policy or Policy())
        self.chance = Random(seed)
        self.wire = wire or Wire(Random(seed))
        self.robots: dict[str, RobotClient] = {}
        self.accept_after = 5 * SECOND
        self.cabinet_gives = True
        self.engineer_loads = True
        self.engineer_takes = True
        self.orders: list[SendOrder] = []
        self.closest_m = float("inf")
        self.spare_units = sorted(self.books.units)
        self._desks = {desk.station: desk.id for desk in layout.desks.values()}
        self._numbers = count()
        self._agenda: list[tuple[Instant, int, Callable[[], None]]] = []
        self._woken: dict[str, Instant] = {}
        self._cut: dict[str, None] = {}
        self.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))
        for name in self.layout.robots:
            self._switch_on(name, (dials or {}).get(name, RobotDials()))

    # ── what the shop does ───────────────────────────────────────────────────────────────────────

    def deliver(self, desk: str) -> str:
        """A unit has been picked for this desk: answers with the job."""
        unit = self._bring(f"OUTLET:{next(iter(self.layout.cabinets))}")
        self.noted(PickDone(parts_order="", repair="", unit=unit, cabinet=next(iter(self.layout.cabinets)), desk=desk))
        return self.last(JobOpened).job

    def give_back(self, desk: str) -> str:
        """A unit lies on this desk and goes back to the cabinet: answers with the job."""
        unit = self._bring(f"DESK:{desk}")
        self.noted(ReturnOpened(parts_order="", unit=unit, reason="good", place=f"DESK:{desk}"))
        return self.last(JobOpened).job

    def done(self, job: str) -> bool:
        return any(fact.job == job for fact in self.all(JobDone))

    def memory(self, robot: str) -> RobotMemory:
        return self.books.robots[f"robot/{robot}"]

    def pose(self, robot: str) -> Pose:
        return self.robots[robot]._body.read(self.now).pose

    def cut_off(self, robot: str) -> None:
        """Its connection breaks: the broker speaks its last will, and nothing passes any more."""
        will = self.robots[robot].last_will(self.now)
        self._cut[robot] = None
        self._tell_floor(robot, will)

    def connect(self, robot: str) -> None:
        self._cut.pop(robot, None)
        self._from_robot(robot, self.robots[robot].first_words(self.now))

    def _switch_on(self, name: str, dials: RobotDials) -> None:
        row = self.layout.robots[name]
        node = self.layout.nodes[self.layout.station_node(row.park)]
        profile = RobotProfile(
            identity=Identity(row.manufacturer, row.serial_number),
            map_id=node.map_id,
            start_node=node.id,
            start=Pose(node.position.x, node.position.y),
            places=tuple(f"tote-{place + 1}" for place in range(row.totes)),
            version=row.version,
        )
        self.robots[name] = simulated(profile, dials, Random(f"{name} {self.chance.random()}"), self.now)
        self.connect(name)

    def _bring(self, place: str) -> str:
        """A unit of the opening stock, carried there by nobody in particular."""
        unit = self.books.units[self.spare_units.pop(0)]
        stock.move(self.floor.shop, unit, place, "m3", "test")
        self.floor.shop.outs.clear()
        self.floor.shop.unheard.clear()
        return unit.id

    # ── the clock ────────────────────────────────────────────────────────────────────────────────

    def run(self, ms: int, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass, at most so long; answers whether ``until`` came true."""
        end = self.now + ms
        self._later(0, self._look)
        while not until():
            self._wake_all()
            if not self._agenda or self._agenda[0][0] > end:
                self.now = end
                return until()
            at, _, happen = heappop(self._agenda)
            self.now = max(self.now, at)
            happen()
        return True

    def _later(self, ms: int, happen: Callable[[], None]) -> None:
        heappush(self._agenda, (self.now + ms, next(self._numbers), happen))

    def _wake_all(self) -> None:
        for name, robot in self.robots.items():
            self._wake(name, robot.deadline, lambda name=name: self._wake_robot(name))
        self._wake("floor", self.floor.deadline, self._wake_floor)

    def _wake(self, who: str, deadline: Instant | None, happen: Callable[[], None]) -> None:
        if deadline is not None and self._woken.get(who) != deadline:
            self._woken[who] = deadline
            self._later(max(0, deadline - self.now), happen)

    def _wake_robot(self, name: str) -> None:
        if not self._due(name, self.robots[name].deadline):
            return
        self._from_robot(name, self.robots[name].handle(TimePassed(), self.now))

    def _due(self, who: str, deadline: Instant | None) -> bool:
        """Whether it is still to be woken now: it may have put off its deadline, and is woken then."""
        if deadline is None or deadline > self.now:
            return False
        self._woken.pop(who, None)
        return True

    def _wake_floor(self) -> None:
        if not self._due("floor", self.floor.deadline):
            return
        self._keep(self.floor.handle(TimePassed(), self.now))

    # ── the wire ─────────────────────────────────────────────────────────────────────────────────

    def _from_robot(self, name: str, said: list[Said]) -> None:
        if name not in self._cut:
            for message in said:
                if not self.wire.loses(message):
                    self._later(self.wire.delay(), lambda message=message: self._tell_floor(name, message))

    def _tell_floor(self, name: str, message: Said) -> None:
        match message:
            case State():
                self.believed(f"robot/{name}", RobotReported(state=message))
            case Connection():
                self.believed(f"robot/{name}", RobotConnectionReported(connection=message))
            case _:
                self.believed(f"robot/{name}", RobotFactsheetReported(factsheet=message))

    def _to_robot(self, device: str, message: Order | InstantActions) -> None:
        name = device.partition("/")[2]
        if name not in self._cut and not self.wire.loses(message):
            self._later(self.wire.delay(), lambda: self._from_robot(name, self.robots[name].handle(message, self.now)))

    def _keep(self, outs: list[Command | Fact]) -> list[Command | Fact]:
        super()._keep(outs)
        self._judge_claims()
        for out in list(outs):
            self._follow(out)
        return outs

    def _follow(self, out: Command | Fact) -> None:
        match out:
            case SendOrder(to=device, order=order):
                assert not order_faults(order), order_faults(order)
                self.orders.append(out)
                self._to_robot(device, order)
            case SendInstantActions(to=device, actions=actions):
                self._to_robot(device, actions)
            case OpenOutlet():
                self._later(4 * SECOND, lambda: self._open_outlet(out))
            case JobAtPickup(job=job, station=station) if station in self._desks:
                self._later(4 * SECOND, lambda: self._load(job))
            case JobArrived(job=job) if self.books.jobs[job].job_kind == "DELIVER":
                self._later(self.accept_after, lambda: self._take_out(job))
            case JobArrived(job=job):
                self._later(4 * SECOND, lambda: self._store(job))
            case _:
                pass

    # ── cabinet and engineer ─────────────────────────────────────────────────────────────────────

    def _open_outlet(self, work: OpenOutlet) -> None:
        if self.cabinet_gives and work.id in self.books.pending:
            self.believed(work.to, OutletEmptied(command=work.id, units=work.units, tote=work.tote))

    def _load(self, job_id: str) -> None:
        job = self.books.jobs[job_id]
        if self.engineer_loads and job.state == "AT_PICKUP":
            self.believed("handheld/h1", ReturnLoaded(unit=job.unit, tote=job.tote))

    def _take_out(self, job_id: str) -> None:
        job = self.books.jobs[job_id]
        if self.engineer_takes and job.state in ("AT_DROP", "RETRYING"):
            accepted = PartAccepted(parts_order="", repair="", unit=job.unit, sku="", desk="", engineer="e1")
            self._move(job.unit, f"DESK:{self._desks[job.target]}")
            self.noted(accepted)

    def _store(self, job_id: str) -> None:
        job = self.books.jobs[job_id]
        if job.state in ("AT_DROP", "RETRYING"):
            self._move(job.unit, "INLET:c1")

    def _move(self, unit: str, place: str) -> None:
        floor = self.floor
        shop = floor._begin(self.now)
        stock.move(shop, self.books.units[unit], place, "m5", "test")
        floor._tell_rooms()
        floor._dispatch()
        self._keep(shop.outs)

    # ── the judge ────────────────────────────────────────────────────────────────────────────────

    def _judge_claims(self) -> None:
        """No two robots ever hold what conflicts."""
        for one, other in combinations(self.books.robots.values(), 2):
            for element in one.claims:
                assert element not in other.claims, (element, one.id, other.id)
                clash = set(self.layout.conflicts[element]).intersection(other.claims)
                assert not clash, (element, clash, one.id, other.id)

    def _look(self) -> None:
        """Robots' centres stay further apart than the layout promises."""
        for one, other in combinations(self.robots, 2):
            here = self.pose(one)
            there = self.pose(other)
            distance_m = here.distance_m(there.x, there.y)
            self.closest_m = min(self.closest_m, distance_m)
            assert distance_m > self.layout.separation_m - NANOMETRE, (here, there)
        if self._agenda or any(robot.deadline is not None for robot in self.robots.values()):
            self._later(LOOK_EVERY, self._look)

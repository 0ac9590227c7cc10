"""``python -m tests.fleet.deaths --seeds 200``: robots that die at a random moment of a random day of deliveries.

Each seed is a shop with two or three real emulators, deliveries and returns; one of the robots dies: its power is gone,
the broker speaks its last will some seconds later, and it never comes back. Measured is how long the floor needs to
notice, and to move its jobs or to tell a person; and every unit's place in the ledger is compared with where it was
really put by cabinet, robot and engineer. Exit code 0 when all was kept, 1 when not.
"""

import argparse
import sys
from random import Random

from msgspec import Struct, field

from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.commands import Command, OpenOutlet
from shopfloor.contract.events import OutletEmptied, ReturnLoaded
from shopfloor.contract.facts import AlarmRaised, Fact, JobByHand, JobFailed, JobResumed, RobotBecame
from shopfloor.core.fleet.failures import CARRIED
from shopfloor.core.job_steps import state_of
from tests.core.fleet_stage import Stage, Wire
from tests.core.story import LAYOUT

NOTICED_WITHIN = 2 * SECOND
SETTLED_WITHIN = 5 * SECOND
KEEPALIVE_MAX = 15 * SECOND
"""A cable that is cut: the broker waits so long before it speaks the last will; a socket that closes, not at all."""
LASTS = 40 * MINUTE
"""Where the dead robot shuts the way, each of three attempts waits its six minutes before people carry."""
JOBS = 5
DIES_WITHIN = 3 * MINUTE


class Death(Struct):
    """What came of one."""

    seed: int
    robot: str = ""
    jobs: list[str] = field(default_factory=list)
    """What the robot had when its last will was spoken."""
    noticed_ms: int = -1
    settled_ms: dict[str, int] = field(default_factory=dict)
    """Job → until it was moved or a person was told."""
    faults: list[str] = field(default_factory=list)


class Mortuary(Stage):
    """A stage that knows where each unit really is, whatever the floor believes."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(f"death {seed}")
        self.truth: dict[str, str] = {}
        self.given_by: dict[str, str] = {}
        self.faults: list[str] = []
        self.heard: list[tuple[Instant, Command | Fact]] = []
        layout = LAYOUT.with_robots(self.dice.choice((2, 3)))
        super().__init__(wire=Wire(Random(seed), delay_max=300), seed=seed, layout=layout)

    def die(self, robot: str) -> None:
        """Its power is gone: it stands where it is, for ever."""
        body = self.robots[robot]
        body.dead = True
        body._body.stop(self.now)
        self._cut[robot] = None

    def _keep(self, outs: list[Command | Fact]) -> list[Command | Fact]:
        self.heard += [(self.now, out) for out in outs]
        return super()._keep(outs)

    def _bring(self, place: str) -> str:
        unit = super()._bring(place)
        self.truth[unit] = place
        return unit

    def _put(self, unit: str, source: str, target: str) -> bool:
        """Somebody or something moves the unit, if it is there."""
        if not self.truth[unit].startswith(source):
            self.faults.append(f"{unit} was wanted from {source} and is at {self.truth[unit]}: doubled or lost")
            return False
        self.truth[unit] = target
        return True

    def _open_outlet(self, work: OpenOutlet) -> None:
        """The cabinet has begun: it gives the unit out also when the floor has thought better of it."""
        robot = work.tote.partition(".")[0]
        asked_in_vain = work.id not in self.books.pending
        if asked_in_vain and (self.dice.random() < 0.5 or not self.truth[work.units[0]].startswith("OUTLET")):
            return
        if work.id in self.given_by:
            return  # the command came again: answered once
        self.given_by[work.id] = robot
        if robot.startswith("hand"):  # it lies there until the person scans it
            super()._open_outlet(work)
        elif self._put(work.units[0], "OUTLET", f"TOTE:{work.tote}"):
            self.say(work.to, OutletEmptied(command=work.id, units=work.units, tote=work.tote))

    def _load(self, job_id: str) -> None:
        job = self.books.jobs[job_id]
        if job.state == "AT_PICKUP" and self._put(job.unit, "DESK", f"TOTE:{job.tote}"):
            self.believed("handheld/h1", ReturnLoaded(unit=job.unit, tote=job.tote))

    def _move(self, unit: str, place: str) -> None:
        if self._put(unit, "TOTE", place):
            super()._move(unit, place)


def live(seed: int) -> Death:
    """One day with one death."""
    stage = Mortuary(seed)
    dice, death = stage.dice, Death(seed)
    desks = [desk for desk in stage.layout.desks if desk in ("d2", "d3", "d4", "d5")]
    for nth in range(JOBS):
        deed = stage.give_back if dice.random() < 0.3 else stage.deliver
        stage._later(nth * round(dice.uniform(1, 40) * SECOND), lambda deed=deed: deed(dice.choice(desks)))
    stage.run(round(dice.uniform(0, DIES_WITHIN)))
    death.robot = dice.choice(list(stage.robots))
    stage.die(death.robot)
    stage.run(round(dice.choice((0.0, dice.random())) * KEEPALIVE_MAX))
    death.jobs = list(stage.memory(death.robot).jobs)
    spoken = stage.now
    stage._tell_floor(death.robot, stage.robots[death.robot].last_will(stage.now))
    stage.run(2 * MINUTE)
    stage.run(LASTS, until=lambda: len(stage.books.jobs) >= JOBS and not _open(stage, death))
    stage.run(SECOND * 30)
    _measure(stage, death, spoken)
    _compare(stage, death)
    return death


def _measure(stage: Mortuary, death: Death, spoken: Instant) -> None:
    before = [out for at, out in stage.heard if at < spoken]
    after = [(at - spoken, out) for at, out in stage.heard if at >= spoken]
    for ms, out in after:
        if _is_notice(out, death.robot) and death.noticed_ms < 0:
            death.noticed_ms = ms
        for job in death.jobs:
            if _is_settled(stage, out, death.robot, job):
                death.settled_ms.setdefault(job, ms)
    if death.noticed_ms < 0 and not any(_is_notice(out, death.robot) for out in before):
        death.faults.append("never noticed")
    if death.noticed_ms > NOTICED_WITHIN:
        death.faults.append(f"noticed after {death.noticed_ms} ms")
    for job in death.jobs:
        if death.settled_ms.get(job, SETTLED_WITHIN + 1) > SETTLED_WITHIN:
            death.faults.append(f"{job} neither moved nor told: {death.settled_ms.get(job)}")


def _is_notice(out: Command | Fact, robot: str) -> bool:
    return isinstance(out, RobotBecame) and (out.robot, out.availability) == (robot, "OFFLINE")


def _is_settled(stage: Mortuary, out: Command | Fact, robot: str, job: str) -> bool:
    """The job is another's, or a person has been told what is on the robot."""
    match out:
        case JobFailed() | JobByHand() | JobResumed():
            return out.job == job
        case AlarmRaised():
            return out.about == f"robot/{robot}" and stage.books.jobs[job].unit in out.words
        case _:
            return False


def _compare(stage: Mortuary, death: Death) -> None:
    """Ledger and truth, unit by unit; and nothing is under way any more but with the dead."""
    death.faults += stage.faults
    for unit, place in stage.truth.items():
        if stage.books.units[unit].place != place:
            death.faults.append(f"{unit} is at {place}, by the ledger at {stage.books.units[unit].place}")
    wanted: dict[str, str] = {}
    for job in stage.books.jobs.values():
        if stage.floor.shop.is_final(job):
            continue
        if job.unit in wanted:
            death.faults.append(f"{job.unit} has two jobs: {wanted[job.unit]} and {job.id}")
        wanted[job.unit] = job.id
    death.faults += [f"{job} is not over" for job in _open(stage, death)]


def _open(stage: Mortuary, death: Death) -> list[str]:
    """Jobs that are neither over nor with the dead."""
    jobs = [job for job in stage.books.jobs.values() if not stage.floor.shop.is_final(job)]
    return [job.id for job in jobs if job.robot != death.robot or state_of(job) not in CARRIED]


def table_of(deaths: list[Death]) -> str:
    noticed = sorted(death.noticed_ms for death in deaths)
    settled = sorted(ms for death in deaths for ms in death.settled_ms.values())
    faults = [f"  seed {death.seed}: {fault}" for death in deaths for fault in death.faults]
    lines = [
        f"deaths                    {len(deaths)}, of them {sum(bool(death.jobs) for death in deaths)} with jobs",
        f"noticed after last will   {noticed[len(noticed) // 2]} ms, at most {noticed[-1]} ms",
        f"jobs moved or told        {len(settled)}, at most {max(settled, default=0)} ms",
        f"units lost, doubled, late {len(faults)}",
    ]
    return "\n".join(lines + faults)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet.deaths", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    deaths = [live(seed) for seed in range(options.first, options.first + options.seeds)]
    print(table_of(deaths))
    return 1 if any(death.faults for death in deaths) else 0


if __name__ == "__main__":
    sys.exit(main())

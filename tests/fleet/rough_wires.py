"""``python -m tests.fleet.rough_wires --seeds 50``: deliveries over wires that lose, repeat and delay; and with a
coordinator that is killed during them.

Two or three real emulators. On the topics of QoS 0 one message in twenty is lost, one in twenty comes twice, and each
takes up to half a second. In the second kind of day the coordinator dies at random moments, is away for up to two
seconds, and goes on with the books that it had written; what it was about to send is gone. Every job must be done, no
order may be sent twice with another content, no errand ordered twice, and two seconds after each restart and as many
again for the wire the floor must know how each robot stands.
"""

import argparse
import sys
from random import Random

from msgspec import Struct, field

from devices.robot import Said
from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.commands import Command, SendOrder
from shopfloor.contract.facts import Fact
from shopfloor.contract.vda5050 import Factsheet, InstantActions, Order, State
from shopfloor.core.fleet.availability import usable
from shopfloor.core.floor import Floor
from shopfloor.core.policies import Policy
from tests.core.fleet_stage import LOOK_EVERY, Stage, Wire
from tests.core.story import CATALOGUE, LAYOUT

LOSS = 0.05
REPEATS = 0.05
DELAY_MAX = 500
JOBS = 8
LASTS = 30 * MINUTE
DEATH_EVERY = 40 * SECOND
AWAY_MAX = 2 * SECOND
RECONCILED_WITHIN = 5 * SECOND


class Day(Struct):
    """What came of one."""

    seed: int
    deaths: int = 0
    reconciled_ms: list[int] = field(default_factory=list)
    lasted: Instant = 0
    orders: int = 0
    faults: list[str] = field(default_factory=list)


class RoughStage(Stage):
    """Wires that also repeat, and a coordinator that may be killed."""

    def __init__(self, seed: int, *, loss: float = LOSS, repeats: float = REPEATS, delay_max: int = DELAY_MAX) -> None:
        self.dice = Random(f"rough {seed}")
        self.repeats = repeats
        self.is_up = True
        self.loses_next = False
        self.looks_next = 0
        wire = Wire(Random(f"wire {seed}"), delay_max=delay_max, loss=loss)
        super().__init__(wire=wire, seed=seed, layout=LAYOUT.with_robots(self.dice.choice((2, 3))))

    def _from_robot(self, name: str, said: list[Said]) -> None:
        super()._from_robot(name, said)
        again = [each for each in said if isinstance(each, State | Factsheet) and self.dice.random() < self.repeats]
        super()._from_robot(name, again)

    def _to_robot(self, device: str, message: Order | InstantActions) -> None:
        super()._to_robot(device, message)
        if self.dice.random() < self.repeats:
            super()._to_robot(device, message)

    def _look(self) -> None:
        """Once at a time, however often ``run`` is called."""
        if self.now >= self.looks_next:
            self.looks_next = self.now + LOOK_EVERY
            super()._look()

    def _tell_floor(self, name: str, message: Said) -> None:
        if self.is_up:
            super()._tell_floor(name, message)

    def _wake_floor(self) -> None:
        if self.is_up:
            super()._wake_floor()

    def _follow(self, out: Command | Fact) -> None:
        if self.loses_next and isinstance(out, SendOrder):
            self.orders.append(out)  # written in the journal, never sent
            return
        super()._follow(out)

    def kill(self) -> None:
        """It dies; its books are those of its last commit."""
        self.is_up = False
        self.loses_next = False

    def restart(self) -> None:
        self.floor = Floor(self.layout, CATALOGUE, Policy(), Floor.books_of(self.floor.checkpoint()))
        self.is_up = True
        self._woken.pop("floor", None)

    def knows_all(self) -> bool:
        """Whether each robot that may be sent anywhere has shown what it was sent last."""
        robots = [robot for robot in self.books.robots.values() if usable(robot)]
        return all(robot.leg is None or robot.leg.echoed or robot.leg.update_id < 0 for robot in robots)


def live(seed: int, *, deadly: bool = False) -> Day:
    """One day."""
    stage = RoughStage(seed, loss=0.0 if deadly else LOSS, repeats=0.0 if deadly else REPEATS)
    day = Day(seed)
    desks = [desk for desk in stage.layout.desks if desk in ("d2", "d3", "d4", "d5")]
    began = stage.now
    stage.run(SECOND)
    jobs: list[str] = []
    for _ in range(JOBS):
        deed = stage.give_back if stage.dice.random() < 0.3 else stage.deliver
        jobs.append(deed(stage.dice.choice(desks)))
        stage.run(round(stage.dice.uniform(20, 60) * SECOND))
        if deadly:
            _die(stage, day)

    def all_done() -> bool:
        return all(stage.done(job) or stage.books.jobs[job].state == "DONE" for job in jobs)

    while stage.now - began < LASTS and not all_done():
        stage.run(round(stage.dice.uniform(0, DEATH_EVERY)) if deadly else LASTS, until=all_done)
        if deadly and not all_done():
            _die(stage, day)
    day.lasted = stage.now - began
    day.orders = len(stage.orders)
    day.faults += [f"{job} is {stage.books.jobs[job].state}" for job in jobs if not stage.done(job)]
    day.faults += duplicates(stage.orders)
    return day


def _die(stage: RoughStage, day: Day) -> None:
    """Killed before or after what it has just decided has left."""
    stage.loses_next = stage.dice.random() < 0.5
    if stage.loses_next:
        sent = len(stage.orders)
        stage.run(10 * SECOND, until=lambda: len(stage.orders) > sent)
    stage.kill()
    stage.run(round(stage.dice.uniform(0, AWAY_MAX)))
    stage.restart()
    began = stage.now
    day.deaths += 1
    if stage.run(RECONCILED_WITHIN, until=stage.knows_all):
        day.reconciled_ms.append(stage.now - began)
    else:
        day.faults.append(f"not reconciled {RECONCILED_WITHIN / SECOND:.0f} s after a restart")


def duplicates(orders: list[SendOrder]) -> list[str]:
    """The same ids with another content; the same errand in two orders."""
    faults: list[str] = []
    contents: dict[tuple[str, str, int], object] = {}
    errands: dict[str, str] = {}
    for out in orders:
        order = out.order
        content = order.nodes, order.edges
        known = contents.setdefault((out.to, order.order_id, order.order_update_id), content)
        if known != content:
            faults.append(f"{order.order_id}/{order.order_update_id} was sent with two contents")
        for node in order.nodes:
            for action in node.actions:
                if action.action_type == "pick":
                    load = f"{action.parameter('loadId')} at {node.node_id}"
                    if errands.setdefault(load, order.order_id) != order.order_id:
                        faults.append(f"{load} was ordered twice: {errands[load]} and {order.order_id}")
    return faults


def table_of(days: list[Day]) -> str:
    reconciled = sorted(ms for day in days for ms in day.reconciled_ms)
    faults = [f"  seed {day.seed}: {fault}" for day in days for fault in day.faults]
    lines = [
        f"days {len(days)}, jobs {JOBS * len(days)}, orders {sum(day.orders for day in days)}, faults {len(faults)}"
    ]
    if reconciled:
        middle = reconciled[len(reconciled) // 2]
        lines.append(f"restarts {len(reconciled)}, reconciled after {middle} ms, at most {reconciled[-1]} ms")
    return "\n".join(lines + faults)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet.rough_wires", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    options = parser.parse_args()
    rough = [live(seed) for seed in range(options.seeds)]
    deadly = [live(seed, deadly=True) for seed in range(options.seeds)]
    print("loss, repeats, delay:", table_of(rough))
    print("killed coordinator:  ", table_of(deadly))
    return 1 if any(day.faults for day in rough + deadly) else 0


if __name__ == "__main__":
    sys.exit(main())

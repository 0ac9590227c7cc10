"""What the KPIs take from parts, stock and robots (K8, K9, K11–K15)."""

from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant
from shopfloor.core.kpi_folds import Folds
from shopfloor.core.kpi_memory import Memory, RobotClock

folds = Folds()


@folds.of(f.PartsOrderOpened)
def part_ordered(memory: Memory, fact: f.PartsOrderOpened, at: Instant) -> None:
    memory.mark("not answered yet", fact.parts_order, at)


@folds.of(f.UnitReserved, f.PartBackordered, f.PartsOrderEnded)
def first_answer(memory: Memory, fact: f.UnitReserved | f.PartBackordered | f.PartsOrderEnded, _at: Instant) -> None:
    """K13: whether the line could be reserved when it was ordered."""
    if memory.unmark("not answered yet", fact.parts_order) is not None and isinstance(fact, f.PartBackordered):
        memory.count("not reservable")


@folds.of(f.PartsOrderEnded)
def parts_order_ended(memory: Memory, fact: f.PartsOrderEnded, _at: Instant) -> None:
    if fact.state == "RETURNED":
        memory.count("lines handled")


@folds.of(f.PartAccepted, f.BinAgreed, f.CountDiffered)
def line_handled(memory: Memory, _fact: f.PartAccepted | f.BinAgreed | f.CountDiffered, _at: Instant) -> None:
    memory.count("lines handled")


@folds.of(f.PartRefused)
def part_refused(memory: Memory, fact: f.PartRefused, _at: Instant) -> None:
    """Damaged when it came is dead on arrival; the right part at the wrong desk is neither."""
    memory.count({"wrong": "part wrong", "damaged": "part dead"}.get(fact.reason, "part astray"))


@folds.of(f.PartDefective)
def part_defective(memory: Memory, fact: f.PartDefective, _at: Instant) -> None:
    memory.count("part dead" if fact.blame == "supplier" else "part damaged by us")


@folds.of(f.UnitMoved)
def unit_moved(memory: Memory, fact: f.UnitMoved, at: Instant) -> None:
    """K9, K12: how long a unit was in a hand; and what was put away."""
    if fact.target.startswith("BIN:") and fact.cause.startswith("m2"):
        memory.count("lines handled")
    kind, _, person = fact.source.partition(":")
    since = memory.unmark("in a hand", fact.unit) if kind == "HAND" else None
    if since is not None and memory.desk_of.get(person):
        memory.count("walking ms", at - since)
    if fact.target.startswith("HAND:"):
        memory.mark("in a hand", fact.unit, at)


@folds.of(f.CountAdjusted)
def count_adjusted(memory: Memory, fact: f.CountAdjusted, _at: Instant) -> None:
    memory.count("units adjusted", len(fact.missing) + len(fact.surplus))


@folds.of(f.RobotBecame)
def robot_became(memory: Memory, fact: f.RobotBecame, at: Instant) -> None:
    clock = memory.robots.get(fact.robot)
    if clock is None:
        memory.robots[fact.robot] = RobotClock(state=fact.availability, since=at)
        return
    clock.ms[clock.state] = clock.ms.get(clock.state, 0) + at - clock.since
    clock.state, clock.since = fact.availability, at

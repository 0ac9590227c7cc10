"""One day of a scenario, from its number alone."""

from math import ceil
from typing import Final

from shopfloor.contract.actor import HOUR
from shopfloor.core.invariants import Broken
from simulations.collecting import no_collecting
from simulations.curve import Curve
from simulations.experiments.result import FIGURES, MS_A_MIN, DayResult
from simulations.scenarios.plans import plan_of
from simulations.scenarios.scenario import Scenario
from simulations.twin.day import Day
from simulations.twin.measure import Measure

SUMS: Final = tuple(name for figure in FIGURES.values() for name in (figure.top, figure.bottom) if name)


def play(scenario: Scenario, seed: int, day: int) -> DayResult:
    """Open the shop, let the people of this day come, close it, and keep what FIGURES need.

    The same (scenario, seed, day) gives the same bytes in every process; the same (seed, day) gives the same customers
    in every scenario.
    """
    plan = plan_of(scenario, seed, day)
    measure = Measure(plan.layout, plan.opens)
    played = Day(plan, measure.watch)
    broken: list[str] = []
    with no_collecting():
        try:
            played.play()
        except Broken as fault:
            broken.append(str(fault))
    measure.end(round(played.env.now))
    return _result(scenario, seed, day, played, measure, broken)


def _result(scenario: Scenario, seed: int, day: int, played: Day, measure: Measure, broken: list[str]) -> DayResult:
    plan, counter = played.plan, played.world.counter
    batch = round(scenario.counter.return_batch_min * MS_A_MIN) * counter.old_parts + sum(counter.background)
    clerk = sum(counter.spent.values()) + batch
    benches = played.world.benches
    hands = sum(benches[repair].guest.minutes.hands_on for repair in measure.desk_of if repair in benches)
    open_ms = plan.doors_close_at - plan.opens
    staffed = Curve(plan.opens)
    for hour, count in enumerate(_by_hour(scenario)):
        for _ in range(count):
            staffed.add(plan.opens + hour * HOUR, min(plan.opens + (hour + 1) * HOUR, plan.doors_close_at))
    curves = {**measure.curves, "clerk": counter.busy, "staffed": staffed}
    sums = {
        **dict.fromkeys(SUMS, 0),
        **measure.sums,
        "fetches": measure.sums.get("fetches", 0) + counter.fetches,
        "fetch_ms": measure.sums.get("fetch_ms", 0) + counter.fetch_ms,
        "parts_ms": measure.sums.get("desk_ms", 0) - hands,
        "clerk_ms": clerk,
        "labour_ms": clerk + measure.sums.get("taken_ms", 0),
        "clerk_there_ms": open_ms * scenario.counter.clerks,
        "engineers_there_ms": sum(staffed.slots),
        "robots_there_ms": open_ms * len(plan.layout.robots),
        "overtime_ms": max(0, measure.last_gone - plan.doors_close_at),
        "checks": played.floor.checks,
        "remarks": len(played.world.remarks),
        **{f"clerk_{kind}_ms": ms for kind, ms in counter.spent.items()},
    }
    return DayResult(
        scenario=scenario.hash(),
        seed=seed,
        day=day,
        digest=played.floor.digest(),
        sums=sums,
        histograms=measure.histograms,
        curves={name: curve.trimmed() for name, curve in curves.items()},
        lanes=measure.lanes,
        ways=counter.visits,
        broken=broken,
    )


def _by_hour(scenario: Scenario) -> tuple[int, ...]:
    """Engineers at their desks, in each hour that the doors are open."""
    staff = scenario.staff.engineers
    return staff * ceil(scenario.opening.hours) if len(staff) == 1 else staff

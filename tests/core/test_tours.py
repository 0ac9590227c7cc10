"""Robots with several totes: trips with more than one stop, what rides with what, and what becomes of it in a fault."""

from random import Random

import pytest

from devices.robot_body import RobotDials
from shopfloor.contract.actor import HOUR, MINUTE, SECOND
from shopfloor.contract.commands import SendOrder
from shopfloor.contract.facts import (
    JobArrived,
    JobAssigned,
    JobByHand,
    JobDone,
    JobFailed,
    JobLoaded,
    JobOpened,
    JobRetried,
    JobUndelivered,
    PartUntaken,
    ReturnOpened,
    RobotBecame,
    ToteUnloaded,
)
from shopfloor.contract.vda5050 import Load
from shopfloor.core.fleet import totes
from shopfloor.core.lifecycles import BATTERY_MARGIN_PCT, FINAL
from shopfloor.core.policies import Policy
from tests.core.fleet_layouts import ring_layout
from tests.core.fleet_stage import Stage
from tests.core.puppet import Puppet, delivery
from tests.core.story import LAYOUT, Story

LONG = 15 * MINUTE
PLACES = ("r1.1", "r1.2", "r1.3")


def alone(**options) -> Stage:
    """A shop in the morning in which only r1 is switched on."""
    stage = Stage(**options)
    stage.run(SECOND)
    stage.cut_off("r2")
    return stage


def drops(sent: SendOrder) -> bool:
    return [action.action_type for node in sent.order.nodes for action in node.actions] == ["drop"]


def in_order(stage: Stage, kind: type) -> list[str]:
    return [fact.job for fact in stage.all(kind)]


def test_two_parts_go_in_one_trip_each_in_a_tote_of_its_own():
    stage = alone()
    jobs = [stage.deliver("d3"), stage.deliver("d4")]
    assert stage.run(LONG, until=lambda: len(stage.all(JobLoaded)) == 2)
    assert not stage.all(JobArrived)
    assert [fact.tote for fact in stage.all(JobLoaded)] == ["r1.1", "r1.2"]
    assert stage.memory("r1").aboard == {f"r1.{at + 1}": stage.books.jobs[job].unit for at, job in enumerate(jobs)}
    assert stage.run(LONG, until=lambda: all(stage.done(job) for job in jobs))
    assert stage.run(LONG, until=lambda: not stage.memory("r1").aboard)


def test_j2_a_job_is_given_away_when_it_is_the_next_stop_and_not_before():
    stage = alone()
    first, second = stage.deliver("d3"), stage.deliver("d4")
    assert [stage.books.jobs[job].state for job in (first, second)] == ["ASSIGNED", "QUEUED"]
    assert [stop.job for stop in stage.memory("r1").tour] == [first, second, first, second]
    assert stage.run(LONG, until=lambda: stage.books.jobs[first].state == "LOADED")
    assert stage.books.jobs[second].state == "ASSIGNED"


def test_what_goes_back_rides_home_on_a_delivery():
    stage = alone()
    part = stage.deliver("d3")
    old = stage.give_back("d3")
    assert stage.run(LONG, until=lambda: stage.done(old))
    assert in_order(stage, JobDone) == [part, old]
    homes = [out.order for out in stage.orders if out.order.nodes[-1].node_id == "bay-park-1"]
    assert not homes


def test_the_customer_who_waits_gets_the_part_first():
    stage = alone(layout=ring_layout())
    first, urgent = stage.deliver("d3"), stage.deliver("d4")
    stage.books.jobs[urgent].urgent = True
    assert stage.run(LONG, until=lambda: len(stage.all(JobArrived)) == 2)
    assert in_order(stage, JobLoaded) == [first, urgent]
    assert in_order(stage, JobArrived) == [urgent, first]


def test_no_more_is_loaded_than_there_are_totes():
    stage = alone()
    jobs = [stage.deliver(desk) for desk in ("d1", "d2", "d3", "d4")]
    most = 0

    def watched() -> bool:
        nonlocal most
        most = max(most, len(stage.memory("r1").aboard), len(stage.memory("r1").jobs))
        return all(stage.books.jobs[job].state in FINAL["job"] for job in jobs)

    assert stage.run(LONG, until=watched)
    assert most == len(PLACES)


def test_seven_jobs_at_once_and_none_is_lost():
    stage = Stage()
    stage.run(SECOND)
    jobs = [stage.deliver(desk) for desk in ("d1", "d2", "d3", "d4")]
    jobs += [stage.give_back(desk) for desk in ("d5", "d6", "d7")]
    assert stage.run(LONG, until=lambda: all(stage.books.jobs[job].state in FINAL["job"] for job in jobs))
    assert sorted(in_order(stage, JobDone) + in_order(stage, JobByHand)) == sorted(jobs)
    assert len(stage.all(JobDone)) >= 5


def test_j11_a_robot_that_dies_gives_back_what_it_has_not_loaded_and_keeps_what_it_carries():
    """Its pick is in the base that it may have driven blind, so a person looks into the outlet, and no robot."""
    stage = alone()
    loaded, fetched = stage.deliver("d3"), stage.deliver("d4")
    assert stage.run(LONG, until=lambda: stage.books.jobs[fetched].state == "AT_PICKUP")
    stage.cabinet_gives = False
    stage.connect("r2")
    stage.cut_off("r1")
    assert in_order(stage, JobRetried) == [loaded, fetched]
    assert stage.run(5 * SECOND, until=lambda: in_order(stage, JobByHand) == [fetched])
    assert stage.run(MINUTE, until=lambda: stage.books.jobs[loaded].state == "FAILED")
    assert {fact.job: fact.loaded for fact in stage.all(JobFailed)} == {fetched: False, loaded: True}
    assert not stage.memory("r1").jobs


def test_j2_what_was_only_forecast_goes_with_a_robot_that_comes_back():
    stage = alone()
    stage.engineer_takes = False
    waiting = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: stage.books.jobs[waiting].state == "AT_DROP")
    stage.engineer_takes = True
    job = stage.deliver("d4")
    assert job in [stop.job for stop in stage.memory("r1").tour]
    assert stage.books.jobs[job].state == "QUEUED"
    stage.connect("r2")
    assert stage.run(LONG, until=lambda: stage.done(job))
    assert [fact.robot for fact in stage.all(JobAssigned) if fact.job == job] == ["r2"]


def test_j7_what_nobody_takes_rides_on_with_the_rest_and_then_back():
    stage = alone()
    stage.engineer_takes = False
    untaken, other = stage.deliver("d3"), stage.deliver("d4")
    assert stage.run(LONG, until=lambda: stage.books.jobs[untaken].state == "AT_DROP")
    stage.engineer_takes = True
    stage.noted(PartUntaken(parts_order="", repair="", unit=stage.books.jobs[untaken].unit))
    assert in_order(stage, JobUndelivered) == [untaken]
    back = stage.last(JobOpened).job
    assert stage.books.jobs[back].tote == stage.books.jobs[untaken].tote
    assert stage.run(LONG, until=lambda: stage.done(back))
    assert in_order(stage, JobDone) == [other, back]


def test_j7_what_is_untaken_at_the_second_desk_goes_back_in_its_own_tote():
    stage = alone()
    first, second = stage.deliver("d3"), stage.deliver("d4")
    assert stage.run(LONG, until=lambda: stage.done(first))
    stage.engineer_takes = False
    assert stage.run(LONG, until=lambda: stage.books.jobs[second].state == "AT_DROP")
    stage.noted(PartUntaken(parts_order="", repair="", unit=stage.books.jobs[second].unit))
    back = stage.books.jobs[stage.last(JobOpened).job]
    assert (back.unit, back.tote) == (stage.books.jobs[second].unit, "r1.2")


def test_a7_empty_totes_are_put_down_after_the_last_desk():
    stage = alone()
    jobs = [stage.deliver("d3"), stage.deliver("d4")]
    assert stage.run(LONG, until=lambda: stage.done(jobs[0]))
    assert len(stage.memory("r1").aboard) == 2
    assert stage.run(LONG, until=lambda: stage.done(jobs[1]))
    desk = stage.layout.station_node("desk-4")
    assert stage.run(2 * MINUTE, until=lambda: len(stage.all(ToteUnloaded)) == 2)
    assert [out.order.nodes[0].node_id for out in stage.orders if drops(out)] == [desk, desk]


@pytest.mark.parametrize("policy", ["fifo_nearest", "nearest_job"])
def test_in_the_simple_ways_a_robot_carries_one_thing_at_a_time(policy):
    stage = alone(policy=Policy(robots=policy))
    jobs = [stage.deliver("d1"), stage.deliver("d2")]
    assert stage.run(LONG, until=lambda: stage.done(jobs[0]))
    assert stage.books.jobs[jobs[1]].state == "QUEUED"
    assert stage.run(LONG, until=lambda: stage.done(jobs[1]))
    assert {fact.tote for fact in stage.all(JobLoaded)} == {"r1.1"}


def test_a_station_may_be_pinned_to_one_robot():
    stage = Stage(policy=Policy(pinned={"desk-3": "r2"}))
    stage.run(SECOND)
    jobs = [stage.deliver("d4"), stage.deliver("d3")]
    assert stage.run(LONG, until=lambda: all(stage.done(job) for job in jobs))
    assert [stage.books.jobs[job].robot for job in jobs] == ["r1", "r2"]


# ── totes ────────────────────────────────────────────────────────────────────────────────────────


def test_a_robot_that_does_not_tell_its_loads_is_believed_its_picks():
    story = Story()
    robot = Puppet(story)
    delivery(story)
    robot.obeys()
    assert robot.memory.aboard == {"r1.1": "X1"}


def test_what_a_robot_tells_is_found_in_its_totes():
    stage = Stage()
    stage.run(SECOND)
    robot = stage.memory("r1")

    def told(*loads: Load) -> dict[str, str]:
        return totes.aboard(stage.floor.shop, robot, loads)

    place = list(totes.load_places(stage.layout, robot).values())[2]
    assert told(Load("U1")) == {"r1.1": "U1"}
    assert told(Load("U1", load_position=place)) == {"r1.3": "U1"}
    assert told(Load(None, load_position=place), Load("U2")) == {"r1.1": "U2", "r1.3": totes.NAMELESS}
    robot.aboard = {"r1.2": "U1", "r1.3": "U2"}
    assert told(Load("U1", load_position=place)) == {"r1.2": "U1"}, "it lies where we had it put"
    assert told(Load(None, load_position=place)) == {"r1.3": "U2"}, "without a name it is what we know to be there"
    assert len(told(*[Load(f"U{at}") for at in range(9)])) == len(PLACES)


# ── batteries ────────────────────────────────────────────────────────────────────────────────────


class Unwatched(Stage):
    """Nobody measures five times a second how far apart the robots are: that is for days of minutes."""

    def _look(self) -> None:
        pass


def test_g12_in_24_hours_no_robot_is_stranded_by_its_battery():
    """Batteries that a robot drives empty in 33 minutes, and a job every ten."""
    thirsty = RobotDials(drain_driving_per_min=3.0, drain_standing_per_min=0.3, battery_start=45.0)
    stage = Unwatched(dials={"r1": thirsty, "r2": thirsty}, policy=Policy(stock_for_repairs_a_day=40))
    chance = Random(12)
    jobs: list[str] = []
    lowest = 100.0

    def a_job_every_ten_minutes() -> bool:
        nonlocal lowest
        if stage.now >= begin + len(jobs) * 10 * MINUTE:
            jobs.append(chance.choice([stage.deliver, stage.give_back])(f"d{chance.randint(1, 8)}"))
        lowest = min(lowest, *(stage.memory(robot).battery_pct for robot in stage.robots))
        return False

    stage.run(SECOND)
    begin = stage.now
    stage.run(24 * HOUR, until=a_job_every_ten_minutes)
    assert len(jobs) >= 24 * 6
    assert not [fact for fact in stage.all(RobotBecame) if fact.availability in ("FAULT", "BLOCKED")]
    assert all(stage.done(job) for job in jobs[:-1])
    assert lowest > BATTERY_MARGIN_PCT


def test_what_a_robot_took_up_for_a_cancelled_job_is_not_picked_again():
    """Storm seed 1976: called back while it was picking, it had the unit when the way back began at the same outlet."""
    stage = Stage(layout=LAYOUT.with_robots(1))
    stage.cabinet_gives = False
    stage.run(SECOND)
    out = stage.deliver("d3")
    unit = stage.books.jobs[out].unit
    assert stage.run(5 * MINUTE, until=lambda: unit in stage.memory("r1").aboard.values())
    stage.noted(ReturnOpened(parts_order="", unit=unit, reason="cancelled", place="OUTLET:c1"))
    back = stage.last(JobOpened).job
    stage.cabinet_gives = True
    assert stage.run(10 * MINUTE, until=lambda: stage.done(back))
    actions = [action for sent in stage.orders for node in sent.order.nodes for action in node.actions]
    assert len({action.action_id for action in actions if action.action_type == "pick"}) == 1
    assert stage.books.units[unit].place == "INLET:c1"
    assert not stage.all(JobFailed)

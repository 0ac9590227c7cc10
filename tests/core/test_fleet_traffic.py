"""Claims and safety: random days with real robot emulators, and places where two cannot pass.

The stage itself judges: every order is well formed, no two robots ever hold what conflicts, and their centres never
come closer than the layout promises.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.robot_body import RobotDials
from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.facts import JobFailed, ToteLoaded
from shopfloor.contract.vda5050 import MobileRobotPosition, OperatingMode
from shopfloor.core.fleet.memory import Errand
from shopfloor.core.fleet.traffic import Traffic, bays_near
from shopfloor.core.lifecycles import FINAL
from tests.core.fleet_layouts import aisle_layout, ring_layout
from tests.core.fleet_stage import Stage, Wire
from tests.core.fleet_trips import whole_route
from tests.core.puppet import Puppet, delivery
from tests.core.story import LAYOUT, Story

AISLE = {robots: aisle_layout(robots) for robots in (2, 3, 4)}
HOUR = 60 * MINUTE


def over(stage: Stage) -> bool:
    return all(job.state in FINAL["job"] for job in stage.books.jobs.values())


def everybody_home(stage: Stage) -> bool:
    homes = {name: stage.layout.station_node(row.park) for name, row in stage.layout.robots.items()}
    return all(stage.memory(name).standing == (home,) for name, home in homes.items())


def a_day(stage: Stage, chance: Random, jobs: int, gap_max: int) -> None:
    """Random jobs at random times; all of them end, and all robots come home."""
    desks = list(stage.layout.desks)
    for _ in range(jobs):
        desk = chance.choice(desks)
        if chance.random() < 0.6:
            stage.deliver(desk)
        else:
            stage.give_back(desk)
        stage.run(chance.randint(0, gap_max))
    assert stage.run(HOUR, until=lambda: over(stage)), stage.books.robots
    assert stage.run(30 * MINUTE, until=lambda: everybody_home(stage)), stage.books.robots


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), delay_max=st.integers(0, 800), accept_s=st.integers(1, 60))
def test_in_the_sample_shop_every_job_is_done_and_nobody_comes_too_near(seed, delay_max, accept_s):
    stage = Stage(wire=Wire(Random(seed), delay_max), seed=seed)
    stage.accept_after = accept_s * SECOND
    a_day(stage, Random(seed), jobs=8, gap_max=2 * MINUTE)
    done = [job for job in stage.books.jobs.values() if job.state in ("DONE", "CANCELLED")]
    assert len(done) == 8
    assert not stage.all(JobFailed)
    assert stage.closest_m >= stage.layout.separation_m


@pytest.mark.parametrize("robots", [2, 3, 4])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000))
def test_in_a_one_lane_aisle_nobody_waits_for_ever(robots, seed):
    stage = Stage(wire=Wire(Random(seed), 400), seed=seed, layout=AISLE[robots])
    a_day(stage, Random(seed), jobs=10, gap_max=20 * SECOND)
    assert not stage.all(JobFailed)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000))
def test_g10_lost_and_late_messages_cost_no_job(seed):
    stage = Stage(wire=Wire(Random(seed), delay_max=500, loss=0.05), seed=seed)
    a_day(stage, Random(seed), jobs=8, gap_max=2 * MINUTE)
    assert not stage.all(JobFailed)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000))
def test_clumsy_robots_end_their_jobs_one_way_or_the_other(seed):
    clumsy = RobotDials(pick_fails=0.2, drop_fails=0.2, refuses_order=0.05)
    stage = Stage(dials={"r1": clumsy, "r2": clumsy}, wire=Wire(Random(seed), 300), seed=seed)
    chance = Random(seed)
    for _ in range(6):
        stage.deliver(chance.choice(list(LAYOUT.desks)))
        stage.run(chance.randint(0, MINUTE))
    assert stage.run(HOUR, until=lambda: over(stage)), stage.books.robots


def test_swapping_places_two_robots_do_not_wait_for_each_other():
    """Each is wanted where the other stands: one of them gives way."""
    stage = Stage()
    stage.engineer_takes = False
    first = stage.deliver("d1")
    assert stage.run(10 * MINUTE, until=lambda: stage.books.jobs[first].state == "AT_DROP")
    second = stage.give_back("d5")
    assert stage.run(10 * MINUTE, until=lambda: stage.books.jobs[second].state == "AT_DROP")
    stage.give_back("d1")
    assert stage.run(20 * MINUTE, until=lambda: over(stage))


def test_nobody_leaves_its_bay_to_queue_for_a_desk_where_a_robot_waits_for_people():
    stage = Stage()
    stage.engineer_takes = False
    first = stage.deliver("d3")
    assert stage.run(10 * MINUTE, until=lambda: stage.books.jobs[first].state == "AT_DROP")
    second = stage.give_back("d3")
    stage.run(2 * MINUTE)
    assert stage.books.jobs[second].robot == "r2"
    assert stage.memory("r2").standing == ("bay-park-2",)
    assert stage.run(20 * MINUTE, until=lambda: stage.done(second))


def test_a_robot_in_a_persons_hands_is_a_wall_and_the_other_goes_round_it():
    stage = Stage(layout=ring_layout())
    stage.run(SECOND)
    stage.memory("r1").standing = ("s6",)
    quickest = stage.layout.route("bay-cabinet-outlet", "bay-desk-3")
    assert "s6" in quickest
    free = Traffic(stage.layout, stage.books.robots)
    assert free.way(stage.memory("r2"), "bay-cabinet-outlet", "bay-desk-3") == quickest
    stage.memory("r1").state = "MANUAL"
    walled = Traffic(stage.layout, stage.books.robots)
    round_it = walled.way(stage.memory("r2"), "bay-cabinet-outlet", "bay-desk-3")
    assert round_it[-1] == "bay-desk-3"
    assert stage.layout.near["s6"].isdisjoint(round_it)


def test_where_there_is_no_way_round_a_wall_the_job_fails_and_people_carry_it():
    story = Story()
    wall, other = Puppet(story, "r1"), Puppet(story, "r2")
    at = LAYOUT.nodes["s6"].position
    wall.tells(mobile_robot_position=MobileRobotPosition(at.x, at.y, 0.0, "hall", localized=True))
    wall.tells(operating_mode=OperatingMode.MANUAL)
    job = delivery(story, "d5")
    other.obeys()
    story.noted(ToteLoaded(robot="r2", job=job))
    assert Traffic(LAYOUT, story.books.robots).way(other.memory, "bay-cabinet-outlet", "bay-desk-5") == ()
    for _ in range(14):
        story.wait(10 * SECOND)
        wall.tells()
        other.tells()
    assert story.last(JobFailed).job == job


def test_in_the_aisle_one_stays_out_of_the_way_until_the_other_that_comes_towards_it_has_passed():
    """r2 stands at the far end and has its park behind r1; r1 wants to go to where r2 stands."""
    stage = Stage(layout=AISLE[2])
    stage.run(SECOND)
    robot, other = stage.memory("r1"), stage.memory("r2")
    other.standing, other.plan = ("a11",), None
    traffic = Traffic(stage.layout, stage.books.robots, stage.now)
    assert traffic.aim(robot, Errand(purpose="dropoff", goal="bay-desk-4"))
    traffic.keep()
    assert other.plan is not None
    assert other.plan.moves[-1].node == "bay-park-2"
    released = [robot.plan.moves[at].node for at in range(12) if traffic.release(robot)]
    aside = released[-1]
    assert aside in stage.layout.lanes["r1"].bays
    assert stage.layout.near[aside].isdisjoint(whole_route(other.plan))


def test_where_a_wall_shuts_its_way_home_a_robot_stands_aside_in_a_bay_on_its_side():
    stage = Stage(layout=AISLE[2])
    stage.run(SECOND)
    wall, other = stage.memory("r1"), stage.memory("r2")
    wall.standing, wall.state = ("a7",), "MANUAL"
    other.standing, other.plan = ("a9",), None
    traffic = Traffic(stage.layout, stage.books.robots, stage.now)
    assert not traffic.aim(other, Errand(purpose="park", goal="bay-park-2"))
    assert traffic.aim(other, Errand(purpose="park", goal=bays_near(stage.layout, other)[0]))
    traffic.keep()
    assert other.plan is not None
    assert other.plan.moves[-1].node in ("bay-desk-2", "bay-desk-7", "bay-desk-3", "bay-desk-6")


def test_a_plan_that_runs_into_a_wall_is_void_from_where_its_base_ends():
    stage = Stage(layout=AISLE[2])
    stage.run(SECOND)
    wall, other = stage.memory("r1"), stage.memory("r2")
    before = Traffic(stage.layout, stage.books.robots, stage.now)
    assert before.aim(other, Errand(purpose="dropoff", goal="bay-desk-4"))
    before.keep()
    wall.standing, wall.state = ("a7",), "MANUAL"
    after = Traffic(stage.layout, stage.books.robots, stage.now)
    assert not after.plan(other).moves
    assert not after.aim(other, Errand(purpose="dropoff", goal="bay-desk-4"))
    assert after.aim(other, Errand(purpose="dropoff", goal="bay-desk-1"))

"""Plans in space and time: to the stop and home, in nobody's way; and the order of robots that follows from them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.planning import plan, projected
from shopfloor.core.fleet.plans import FOR_EVER, SINCE_EVER, Move, Plan
from shopfloor.core.fleet.precedence import may_enter
from shopfloor.core.fleet.spacetime import Gaps
from shopfloor.core.fleet.timetable import YIELDS_MAX, Timetable
from shopfloor.service.layouts import named_layout
from tests.core.fleet_layouts import aisle_layout, ring_layout
from tests.core.fleet_trips import Trips, in_conflict, waits_in_a_circle, whole_route

AISLE = {robots: aisle_layout(robots) for robots in (2, 3, 4)}
SHOPS = {**{f"aisle-{robots}": AISLE[robots] for robots in AISLE}, "ring": ring_layout()}
SHOPS["sample-4"] = named_layout("sample").with_robots(4)
STAY = 5 * SECOND
OUTLET, NEAR, FAR = "bay-cabinet-outlet", "bay-desk-1", "bay-desk-4"


def at_home(robots=2):
    return {name: Plan(start=(AISLE[robots].home(name),)) for name in AISLE[robots].robots}


def aimed(*trips, robots=2):
    """All aim at their stops at once, in this order."""
    timetable = Timetable(AISLE[robots], at_home(robots))
    for robot, goal in trips:
        assert timetable.aim(robot, goal, STAY, 0)
    return timetable


def drive(timetable, robot, nodes, now=0):
    for _ in range(nodes):
        timetable.release(robot, now)
        timetable.plans[robot] = timetable.plans[robot].left_behind(1)


def as_far_as_it_may(timetable, robot):
    while timetable.waits_for(robot) is None:
        drive(timetable, robot, 1)


# ── one plan ─────────────────────────────────────────────────────────────────────────────────────


def test_alone_a_robot_takes_the_quickest_way_stays_and_goes_home():
    layout = AISLE[2]
    its = plan(layout, "r1", ("bay-park-1",), 0, FAR, STAY, {})
    assert its.route == layout.route("bay-park-1", FAR, "r1")
    assert whole_route(its)[len(its.route) - 1 :] == layout.route(FAR, "bay-park-1", "r1")
    assert its.moves[its.stop].departs == its.leaves_stop == its.arrives(0) + STAY


def test_through_a_shut_lane_there_is_no_plan():
    assert plan(AISLE[2], "r1", ("bay-park-1",), 0, FAR, STAY, {}, walls=("a7",)) is None
    assert plan(AISLE[2], "r1", ("bay-park-1",), 0, NEAR, STAY, {}, walls=("a7",)) is not None


def test_without_a_way_home_it_may_rest_in_a_bay_on_this_side():
    layout, walls = AISLE[2], ("a4",)
    assert plan(layout, "r1", ("a8",), 0, FAR, STAY, {}, walls) is None
    its = plan(layout, "r1", ("a8",), 0, FAR, STAY, {}, walls, rests=("bay-desk-3",))
    assert its.moves[-1].node == "bay-desk-3"


def test_no_two_robots_are_at_one_stop_at_a_time():
    timetable = aimed(("r1", NEAR), ("r2", NEAR))
    first, second = timetable.plans.values()
    assert not in_conflict(AISLE[2], first, second)
    sooner, later = sorted((first, second), key=lambda its: its.arrives(0))
    assert later.arrives(0) > sooner.leaves_stop


def test_where_somebody_stays_for_ever_there_is_no_plan_to_stay():
    others = {"r2": Plan(start=(NEAR,))}
    assert plan(AISLE[2], "r1", ("bay-park-1",), 0, NEAR, STAY, others) is None
    assert plan(AISLE[2], "r1", ("bay-park-1",), 0, "bay-desk-2", STAY, others) is not None


def test_nobody_rests_where_another_will_come_later():
    """Its own way home is shut, and the bay on its side is free until r1 comes home from far away."""
    desk = Plan(
        start=("a7",), moves=(Move("a7:a6", "a6", 500_000, 501_000), Move("a6:bay-desk-1", NEAR, 501_000, 503_000))
    )
    asked = (AISLE[2], "r2", ("a5",), 0, "a6", STAY)
    assert plan(*asked, {"r1": desk}, walls=["a4"], rests=(NEAR,)) is None
    assert plan(*asked, {}, walls=["a4"], rests=(NEAR,)) is not None


def test_a_gap_begins_when_the_last_of_all_has_left():
    """Two hold it at once, one of them for longer: it is free when that one has gone."""
    gaps = Gaps(AISLE[2], [("a2", 0, 100), ("a2", 10, 50), ("a2", 200, 300)])
    assert gaps.of("a2") == ((SINCE_EVER, 0), (100, 200), (300, FOR_EVER))


def test_a_lane_that_conflicts_with_what_its_ends_do_not_is_taken_all_the_same():
    source = AISLE[2].source
    doorway = 'exclusive = [["a6:bay-desk-1", "a12:bay-desk-4"]]'
    shop = Layout.from_texts(source.lif, source.side.replace("exclusive = []", doorway))
    into_the_desk = Plan(start=("a12",), moves=(Move("a12:bay-desk-4", "bay-desk-4", 50, 90),), stop=1)
    assert Gaps(shop, into_the_desk.holds()).of("a6:bay-desk-1") == ((SINCE_EVER, 50), (90, FOR_EVER))
    assert Gaps(AISLE[2], into_the_desk.holds()).of("a6:bay-desk-1") == ((SINCE_EVER, FOR_EVER),)


def test_who_would_be_there_too_late_has_no_plan():
    asked = (AISLE[2], "r1", ("bay-park-1",), 0, FAR, STAY, {})
    soonest = plan(*asked).arrives(0)
    assert plan(*asked, by=soonest) == plan(*asked)
    assert plan(*asked, by=soonest - 1) is None


def test_it_goes_through_nobodys_desk():
    """Head to head in the aisle, one steps aside; but where people work it would be taken for theirs."""
    timetable = aimed(("r1", FAR))
    drive(timetable, "r1", timetable.plans["r1"].stop)
    assert timetable.aim("r2", "bay-desk-3", STAY, 0)
    desks = [AISLE[2].station_node(desk.station) for desk in AISLE[2].desks.values()]
    for its in timetable.plans.values():
        assert [node for node in whole_route(its)[1:] if node in desks] in ([], ["bay-desk-3"])


# ── the order ────────────────────────────────────────────────────────────────────────────────────


def meeting():
    """r1 comes home from the far desk; r2 wants to go there."""
    timetable = aimed(("r1", FAR))
    drive(timetable, "r1", timetable.plans["r1"].stop)
    assert timetable.aim("r1", OUTLET, STAY, 0)
    assert timetable.aim("r2", FAR, STAY, 0)
    return timetable


def test_whoever_comes_later_waits_however_late_the_first_one_is():
    timetable = meeting()
    as_far_as_it_may(timetable, "r2")
    assert timetable.plans["r2"].rest in AISLE[2].lanes["r2"].bays
    late = projected(AISLE[2], timetable.plans, 10 * MINUTE)
    assert not may_enter(AISLE[2], "r2", 0, late)


def test_it_goes_on_as_soon_as_the_first_has_passed_however_early_that_is():
    timetable = meeting()
    as_far_as_it_may(timetable, "r2")
    passed = 0
    while timetable.waits_for("r2") == "r1":
        assert timetable.waits_for("r1") is None
        drive(timetable, "r1", 1)
        passed += 1
    assert passed > 0
    assert timetable.plans["r1"].moves
    assert timetable.waits_for("r2") is None


def test_of_two_lanes_that_may_not_be_used_at_once_the_second_robot_waits_for_the_first():
    source = AISLE[2].source
    doorway = 'exclusive = [["a6:bay-desk-1", "a12:bay-desk-4"]]'
    shop = Layout.from_texts(source.lif, source.side.replace("exclusive = []", doorway))
    within = Plan(start=("a12", "a12:bay-desk-4", "bay-desk-4"))
    soon = Plan(start=("a12",), moves=(Move("a12:bay-desk-4", "bay-desk-4", 50, 90),), stop=1)
    mine = Plan(start=("a6",), moves=(Move("a6:bay-desk-1", "bay-desk-1", 60, 100),), stop=1)
    for other in (within, soon):
        assert not may_enter(shop, "r2", 0, {"r1": other, "r2": mine})
        assert may_enter(AISLE[2], "r2", 0, {"r1": other, "r2": mine})
    assert may_enter(shop, "r1", 0, {"r1": soon, "r2": mine})


def test_what_is_released_to_another_is_waited_for_whatever_the_times_say():
    theirs = Plan(start=("a1",), moves=(Move("a1:a2", "a2", 500, 600), Move("a2:a3", "a3", 600, 700)), stop=2)
    mine = Plan(start=("a4",), moves=(Move("a4:a3", "a3", 100, 200),), stop=1)
    assert may_enter(AISLE[2], "r2", 0, {"r1": theirs, "r2": mine})
    assert not may_enter(AISLE[2], "r2", 0, {"r1": structs.replace(theirs, released=2), "r2": mine})


def test_a_delay_is_pushed_through_and_changes_no_order():
    timetable = meeting()
    late = projected(AISLE[2], timetable.plans, MINUTE)
    assert not in_conflict(AISLE[2], late["r1"], late["r2"])
    for name, its in timetable.plans.items():
        assert whole_route(late[name]) == whole_route(its)
        assert late[name].moves[0].departs >= MINUTE
        assert late[name].moves[-1].arrives >= its.moves[-1].arrives


def test_who_is_late_on_what_is_released_arrives_now_at_the_earliest_and_whoever_follows_later():
    first = Plan(
        start=("a1",), moves=(Move("a1:a2", "a2", 0, 2_000), Move("a2:a3", "a3", 2_000, 4_000)), stop=2, released=2
    )
    late = projected(AISLE[2], {"r1": first}, MINUTE)["r1"]
    assert [move.arrives for move in late.moves] == [MINUTE, MINUTE + 2_000]


def test_what_is_released_never_loses_its_place_by_it():
    its = Plan(start=("a1",), moves=(Move("a1:a2", "a2", 100, 200), Move("a2:a3", "a3", 200, 300)), stop=2)
    early, late = its.release(50), its.release(150)
    assert (early.moves[0].departs, early.moves[0].arrives) == (50, 150)
    assert (late.moves[0].departs, late.moves[0].arrives) == (100, 250)
    assert late.release(160).moves[1].arrives == 350


def test_a_plan_holds_where_it_ends_for_ever():
    its = Plan(start=("a1",), moves=(Move("a1:a2", "a2", 100, 200), Move("a2:a3", "a3", 200, 300)), released=1)
    assert list(its.holds()) == [
        ("a1", SINCE_EVER, 200),
        ("a1:a2", 100, 200),
        ("a2", 100, 300),
        ("a2:a3", 200, 300),
        ("a3", 200, FOR_EVER),
    ]
    assert list(its.base_holds()) == list(its.holds())[:3]


# ── who lets whom go first ───────────────────────────────────────────────────────────────────────


def behind_one_that_leaves_first():
    """r1 is about to go home from its desk; r2 comes the same way and waits for it on the lane."""
    timetable = aimed(("r1", "bay-desk-2"))
    drive(timetable, "r1", timetable.plans["r1"].stop)
    leaving = timetable.plans["r1"]
    timetable.plans = {
        "r1": structs.replace(leaving, leaves_stop=SECOND, yielded=YIELDS_MAX),
        "r2": Plan(start=("bay-desk-3",)),
    }
    assert timetable.aim("r2", OUTLET, STAY, 0)
    as_far_as_it_may(timetable, "r2")
    assert timetable.waits_for("r2") == "r1"
    return timetable


def test_who_stays_longer_than_expected_is_overtaken_by_whoever_waits_for_it():
    timetable = behind_one_that_leaves_first()
    assert timetable.overtake("r2", STAY, 3 * MINUTE)
    assert timetable.waits_for("r2") is None
    assert timetable.waits_for("r1") == "r2"


def test_who_leaves_in_time_is_not_overtaken():
    timetable = behind_one_that_leaves_first()
    assert not timetable.overtake("r2", STAY, 0)
    assert timetable.waits_for("r2") == "r1"


def test_whoever_comes_lets_one_go_first_that_would_wait_longer():
    """r1 only goes home; until now it had let others go first too often already."""
    timetable = behind_one_that_leaves_first()
    timetable.plans["r1"] = structs.replace(timetable.plans["r1"], yielded=YIELDS_MAX - 1)
    assert timetable.aim("r2", OUTLET, STAY, 0)
    assert timetable.waits_for("r2") is None
    assert timetable.plans["r1"].yielded == YIELDS_MAX


def test_nobody_lets_others_go_first_for_ever():
    timetable = meeting()
    for name, its in timetable.plans.items():
        timetable.plans[name] = structs.replace(its, yielded=YIELDS_MAX)
    before = {name: its.arrives(0) for name, its in timetable.plans.items()}
    assert timetable.aim("r1", NEAR, STAY, 0)
    assert timetable.plans["r2"].arrives(0) <= before["r2"]


def test_two_plans_that_each_wait_for_the_other_are_found_out():
    """The judge's own check: head to head in the aisle, each is first where the other comes from."""
    east = (Move("a1:a2", "a2", 0, 10), Move("a2:a3", "a3", 30, 40))
    west = (Move("a4:a3", "a3", 0, 10), Move("a3:a2", "a2", 30, 40))
    plans = {"r1": Plan(start=("a1",), moves=east), "r2": Plan(start=("a4",), moves=west)}
    assert waits_in_a_circle(AISLE[2], plans)
    assert in_conflict(AISLE[2], plans["r1"], plans["r2"])
    assert not waits_in_a_circle(AISLE[2], {"r1": plans["r1"]})


@pytest.mark.parametrize("shop", SHOPS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), drawn=st.data())
def test_g4_whatever_comes_late_no_plans_conflict_and_everybody_gets_everywhere_and_home(shop, seed, drawn):
    layout = SHOPS[shop]
    bays = [layout.station_node(desk.station) for desk in layout.desks.values()] + [OUTLET, "bay-cabinet-inlet"]
    stops = {robot: drawn.draw(st.lists(st.sampled_from(bays), max_size=5)) for robot in layout.robots}
    trips = Trips(layout, stops, seed)
    trips.run()
    assert trips.all_home
    assert sorted(trips.visited) == sorted((robot, stop) for robot, its in stops.items() for stop in its)

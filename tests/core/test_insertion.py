"""Tours of several totes: who carries what, in which order. One aisle, one metre and one second between its places."""

from collections import Counter
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.core.fleet.insertion import CARRIES_MAX, DISPATCHERS, Carry, Cart, Stop, Tours, insertion

NOW = 100 * MINUTE
OUTLET, INLET = "0", "1"
STAY = 10 * SECOND


def drive_ms(_robot: str, start: str, end: str) -> int:
    return abs(int(start) - int(end)) * SECOND


def stay_ms(_stop: Stop) -> int:
    return STAY


def cart(robot: str = "r1", node: str = "3", **known) -> Cart:
    return Cart(robot=robot, node=node, free_at=NOW, **{"totes": 3, **known})


def delivery(job: str, desk: int, weight: float = 4.0, age: int = 0, **known) -> Carry:
    return Carry(job=job, source=OUTLET, target=str(desk), weight=weight, since=NOW - age, **known)


def giving_back(job: str, desk: int, age: int = 0) -> Carry:
    return Carry(job=job, source=str(desk), target=INLET, weight=1.0, since=NOW - age)


def plan(carts: list[Cart], carries: list[Carry], policy: str = "insertion") -> dict[str, list[str]]:
    """Robot → its stops as words: ``+J1`` is a pick, ``-J1`` a drop."""
    tours = DISPATCHERS[policy](carts, carries, drive_ms, stay_ms)
    return {robot: words(stops) for robot, stops in tours.items()}


def words(stops: tuple[Stop, ...]) -> list[str]:
    return [("+" if stop.purpose == "pick" else "-") + stop.job for stop in stops]


# ── by insertion ─────────────────────────────────────────────────────────────────────────────────


def test_two_parts_for_neighbouring_desks_go_in_one_trip():
    assert plan([cart()], [delivery("J1", 20), delivery("J2", 21)]) == {"r1": ["+J1", "+J2", "-J1", "-J2"]}


def test_with_one_tote_they_go_one_after_the_other():
    tour = plan([cart(totes=1)], [delivery("J1", 20), delivery("J2", 21)])["r1"]
    assert tour == ["+J1", "-J1", "+J2", "-J2"]


def test_what_goes_back_rides_home_on_a_delivery():
    tour = plan([cart()], [delivery("J1", 20), giving_back("J2", 20)])["r1"]
    assert tour == ["+J1", "-J1", "+J2", "-J2"]


def test_the_customer_who_waits_is_served_first_on_the_way():
    tour = plan([cart()], [delivery("J1", 10), delivery("J2", 12, weight=40.0)])["r1"]
    assert tour.index("-J2") < tour.index("-J1")
    tour = plan([cart()], [delivery("J1", 10), delivery("J2", 12)])["r1"]
    assert tour.index("-J1") < tour.index("-J2")


def test_what_was_promised_by_now_goes_before_what_has_time():
    tour = plan([cart()], [delivery("J1", 10), delivery("J2", 12, due=NOW)])["r1"]
    assert tour.index("-J2") < tour.index("-J1")


def test_what_has_waited_for_long_is_not_passed_over_for_ever():
    carts = [cart(node="10", totes=1)]
    fresh = [delivery("J1", 3), giving_back("J2", 30)]
    assert plan(carts, fresh)["r1"][0] == "+J1"
    assert plan(carts, [fresh[0], giving_back("J2", 30, age=90 * MINUTE)])["r1"][0] == "+J2"


def test_far_apart_two_robots_share_the_work():
    tours = plan([cart("r1", "2"), cart("r2", "30")], [delivery("J1", 4), giving_back("J2", 31)])
    assert tours == {"r1": ["+J1", "-J1"], "r2": ["+J2", "-J2"]}


def test_the_next_stop_stays_the_next_whatever_else_comes():
    promised = Stop("J1", "25", "pick")
    tour = plan([cart(committed=promised)], [giving_back("J1", 25), delivery("J2", 4, weight=50.0)])["r1"]
    assert tour[0] == "+J1"
    assert sorted(tour) == ["+J1", "+J2", "-J1", "-J2"]


def test_what_is_aboard_is_put_down_even_if_the_battery_is_low_and_nothing_else_is_taken():
    aboard = delivery("J1", 20, aboard="r1")
    low = cart(reach_ms=-1, dock="2")
    assert plan([low], [aboard, delivery("J2", 20)]) == {"r1": ["-J1"]}


def test_the_way_to_the_dock_counts_too():
    job = [delivery("J1", 20)]
    there_and_back = (3 + 20 + 18) * SECOND
    assert plan([cart(reach_ms=there_and_back, dock="2")], job)["r1"]
    assert not plan([cart(reach_ms=there_and_back - 1, dock="2")], job)["r1"]


@pytest.mark.parametrize("policy", DISPATCHERS)
def test_a_job_may_be_pinned_to_a_robot_or_closed_to_one(policy):
    carts = [cart("r1", "1"), cart("r2", "30")]
    assert plan(carts, [delivery("J1", 20)], policy)["r1"]
    assert plan(carts, [delivery("J1", 20, pinned="r2")], policy)["r2"]
    assert plan(carts, [delivery("J1", 20, barred=("r1",))], policy)["r2"]
    assert plan(carts, [delivery("J1", 20, pinned="r3")], policy) == {"r1": [], "r2": []}


@pytest.mark.parametrize("policy", DISPATCHERS)
def test_without_a_robot_nothing_is_given_away(policy):
    assert plan([], [delivery("J1", 20)], policy) == {}


def test_of_too_many_the_most_pressing_are_thought_over():
    late = [delivery(f"J{at}", 20, age=at * MINUTE) for at in range(1, CARRIES_MAX + 6)]
    planned = {stop.job for stop in insertion([cart()], late, drive_ms, stay_ms)["r1"]}
    assert planned == {carry.job for carry in late[-CARRIES_MAX:]}


def test_who_can_be_carried_by_one_robot_only_is_not_left_over():
    """The regret: J2 may go with r1 only, so r1 is not filled with what r2 can carry as well."""
    carts = [cart("r1", "1", totes=1), cart("r2", "2", totes=1)]
    tours = plan(carts, [delivery("J1", 20), delivery("J2", 20, barred=("r2",))])
    assert tours == {"r1": ["+J2", "-J2"], "r2": ["+J1", "-J1"]}


# ── the two simple ways ──────────────────────────────────────────────────────────────────────────


def test_fifo_gives_the_oldest_job_to_the_nearest_free_robot():
    carts = [cart("r1", "30"), cart("r2", "2")]
    jobs = [giving_back("J2", 29), delivery("J1", 20, age=MINUTE)]
    assert plan(carts, jobs, "fifo_nearest") == {"r1": ["+J2", "-J2"], "r2": ["+J1", "-J1"]}
    assert plan(carts[:1], jobs, "fifo_nearest") == {"r1": ["+J1", "-J1"]}


def test_nearest_job_takes_what_is_near_however_old_the_other_is():
    jobs = [giving_back("J2", 29), delivery("J1", 20, age=MINUTE)]
    assert plan([cart("r1", "30")], jobs, "nearest_job") == {"r1": ["+J2", "-J2"]}


@pytest.mark.parametrize("policy", ["fifo_nearest", "nearest_job"])
def test_in_the_simple_ways_whoever_has_something_to_do_takes_nothing_else(policy):
    jobs = [delivery("J1", 20, aboard="r1"), delivery("J2", 20)]
    assert plan([cart()], jobs, policy) == {"r1": ["-J1"]}
    assert plan([cart(committed=Stop("J2", OUTLET, "pick"))], jobs[1:], policy) == {"r1": ["+J2", "-J2"]}


# ── always ───────────────────────────────────────────────────────────────────────────────────────

PLACES = st.integers(2, 30).map(str)


@st.composite
def moments(draw) -> tuple[list[Cart], list[Carry]]:
    """Up to four robots, some with things aboard or a stop that is promised, and up to twelve jobs."""
    carts, carries = [], []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        robot, totes = f"r{number}", draw(st.integers(1, 3))
        aboard = draw(st.lists(PLACES, max_size=totes))
        carries += [delivery(f"A{number}{at}", int(desk), aboard=robot) for at, desk in enumerate(aboard)]
        promised = None
        if draw(st.booleans()) and len(aboard) < totes:
            promised = Stop(f"C{number}", draw(PLACES), "pick")
            carries.append(giving_back(promised.job, int(promised.node)))
        carts.append(cart(robot, draw(PLACES), totes=totes, committed=promised))
    for at in range(draw(st.integers(0, CARRIES_MAX))):
        desk, age = int(draw(PLACES)), draw(st.integers(0, 10)) * MINUTE
        carries.append(draw(st.sampled_from([delivery(f"J{at}", desk, age=age), giving_back(f"J{at}", desk, age=age)])))
    return carts, carries


@pytest.mark.parametrize("policy", DISPATCHERS)
@given(moments())
def test_every_stop_is_made_once_in_order_and_within_the_totes(policy, moment):
    carts, carries = moment
    tours = DISPATCHERS[policy](carts, carries, drive_ms, stay_ms)
    assert list(tours) == [each.robot for each in carts]
    stops = Counter(stop for tour in tours.values() for stop in tour)
    assert set(stops.values()) <= {1}
    for each in carts:
        check_tour(each, tours[each.robot], {carry.job: carry for carry in carries})


def check_tour(each: Cart, tour: tuple[Stop, ...], carries: dict[str, Carry]) -> None:
    aboard = [carry.job for carry in carries.values() if carry.aboard == each.robot]
    picks = [stop.job for stop in tour if stop.purpose == "pick"]
    drops = [stop.job for stop in tour if stop.purpose == "drop"]
    assert sorted(drops) == sorted(aboard + picks), "what is taken is put down, and nothing else"
    assert all(words(tour).index(f"+{job}") < words(tour).index(f"-{job}") for job in picks)
    loads = accumulate((1 if stop.purpose == "pick" else -1 for stop in tour), initial=len(aboard))
    assert max(loads) <= each.totes
    assert each.committed is None or tour[0] == each.committed


@given(moments())
def test_insertion_leaves_nobody_out_who_can_be_carried(moment):
    carts, carries = moment
    tours = insertion(carts, carries, drive_ms, stay_ms)
    assert {stop.job for tour in tours.values() for stop in tour} == {carry.job for carry in carries}


@pytest.mark.parametrize("policy", DISPATCHERS)
@given(moments(), st.randoms(use_true_random=False))
def test_it_does_not_depend_on_who_is_named_first(policy, moment, chance):
    carts, carries = moment
    dispatch = DISPATCHERS[policy]
    first: Tours = dispatch(carts, carries, drive_ms, stay_ms)
    mixed_carts, mixed_carries = chance.sample(carts, len(carts)), chance.sample(carries, len(carries))
    assert dispatch(mixed_carts, mixed_carries, drive_ms, stay_ms) == first

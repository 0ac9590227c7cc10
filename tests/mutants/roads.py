"""Bugs of traffic: who may go where, which plans are sound, and what a robot may still take on."""

from functools import partial

from tests.mutants.mutant import Mutant

precedence = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/precedence.py")
traffic = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/traffic.py")
planning = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/planning.py")
space = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/spacetime.py")
timetable = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/timetable.py")
errands = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/errands.py")
battery = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/assignment.py")
tour = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/insertion.py")
totes = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/totes.py")
step = partial(Mutant, subject="fleet", file="shopfloor/core/job_steps.py")

FLEET = "core/test_fleet.py"
PLANS = "core/test_fleet_plans.py"
TRAFFIC = "core/test_fleet_traffic.py"
TOURS = "core/test_tours.py"
INSERTION = "core/test_insertion.py"

ROADS = (
    precedence(
        name="conflict_sets_are_ignored",
        before="    lane, node = layout.near[move.lane], layout.near[move.node]\n",
        after="    lane, node = frozenset((move.lane,)), frozenset((move.node,))\n",
        story="Two robots drive on lanes of their own that are too close to each other.",
        meant=(f"{PLANS}::test_of_two_lanes_that_may_not_be_used_at_once_the_second_robot_waits_for_the_first",),
    ),
    traffic(
        name="released_by_the_clock",
        before="        if its.released >= its.stop or self._timetable.waits_for(robot.name) is not None:\n",
        after="        if its.released >= its.stop or its.moves[its.released].departs > self._now:\n",
        story="The first robot is late, and the second one drives into it when its own time has come.",
        meant=(f"{TRAFFIC}::test_in_a_one_lane_aisle_nobody_waits_for_ever",),
    ),
    precedence(
        name="only_what_is_planned_earlier_goes_first",
        before="            if at >= other.released and before.departs >= move.departs:\n",
        after="            if before.departs >= move.departs:\n",
        story="A lane that is in another robot's base is released once more, since the other is meant to go later.",
        meant=(f"{PLANS}::test_what_is_released_to_another_is_waited_for_whatever_the_times_say",),
    ),
    planning(
        name="a_plan_without_its_way_home",
        before="            if onward is not None:\n",
        after=(
            "            onward = onward or Arrival((), stop.arrives, stop.gap)\n            if onward is not None:\n"
        ),
        story="Two robots face each other in the aisle, and neither has anywhere to go.",
        meant=(f"{PLANS}::test_without_a_way_home_it_may_rest_in_a_bay_on_this_side",),
    ),
    planning(
        name="it_rests_where_another_will_come",
        before="next((end for end in search.arrivals(goal, leaves, index, rest) if end.gap[1] == FOR_EVER), None)",
        after="next(search.arrivals(goal, leaves, index, rest), None)",
        story="A robot ends its plan where another one has to pass later.",
        meant=(f"{PLANS}::test_nobody_rests_where_another_will_come_later",),
    ),
    planning(
        name="delays_are_not_pushed_through",
        before="        late = max(0, self._now - old.moves[0].arrives) if old.released else 0\n",
        after="        late = 0\n",
        story="A robot is stuck for a minute, and the others plan as if it were where it should have been.",
        meant=(f"{PLANS}::test_who_is_late_on_what_is_released_arrives_now_at_the_earliest_and_whoever_follows_later",),
    ),
    space(
        name="a_short_stay_ends_a_long_one",
        before="        free_from = max(free_from, until)\n",
        after="        free_from = until\n",
        story="Of two robots near one node the second leaves first, and a third is planned into the one that is left.",
        meant=(f"{PLANS}::test_a_gap_begins_when_the_last_of_all_has_left",),
    ),
    space(
        name="through_other_peoples_desks",
        before="if onward is None or (lane.end in shut and lane.end not in (start, goal)):",
        after="if onward is None:",
        story="A robot takes its short cut through the bay of a desk where an engineer works.",
        meant=(
            f"{TRAFFIC}::test_in_the_aisle_one_stays_out_of_the_way_until_the_other_that_comes_towards_it_has_passed",
        ),
    ),
    timetable(
        name="after_you_for_ever",
        before="theirs.yielded >= YIELDS_MAX:",
        after="theirs.yielded >= 1000 * YIELDS_MAX:",
        story="A robot lets others go first for as long as any come, and its customer waits.",
        meant=(f"{PLANS}::test_who_stays_longer_than_expected_is_overtaken_by_whoever_waits_for_it",),
    ),
    traffic(
        name="plans_go_on_through_a_wall",
        before="        stayers = walls\n        for _ in self._robots:\n",
        after="        stayers: list[str] = []\n        for _ in self._robots:\n",
        story="A robot dies on the lane, and whoever has a plan through there is released up to it.",
        meant=(f"{TRAFFIC}::test_a_plan_that_runs_into_a_wall_is_void_from_where_its_base_ends",),
    ),
    errands(
        name="a_dock_for_two",
        before="        if traffic.holder(robot, node) is None and not traffic.meant_for(robot, node):\n",
        after="        if traffic.holder(robot, node) is None:\n",
        story="Two robots set out for one dock, and the second one waits before it until its battery is empty.",
        meant=(f"{FLEET}::test_of_two_robots_that_like_the_same_dock_best_each_goes_to_one",),
    ),
    battery(
        name="the_reserve_is_for_nothing",
        before="    if robot.charging and robot.battery_pct < RESUME_PCT:\n        return -1\n",
        after="",
        story="A robot is sent off its dock again and again with just enough to come back.",
        meant=(f"{FLEET}::test_a_robot_that_has_begun_to_charge_is_left_alone_until_it_has_more_than_the_reserve",),
    ),
    tour(
        name="the_way_to_the_dock_is_forgotten",
        before="self._too_far(ended[3] + home_ms)",
        after="self._too_far(ended[3])",
        story="A robot delivers its last part and stands at the desk with an empty battery.",
        meant=(f"{INSERTION}::test_the_way_to_the_dock_counts_too",),
    ),
    tour(
        name="a_return_into_a_full_robot",
        before="            if state[2] > self._cart.totes or state[4] + self._tail[at + 1] - cost >= loss_max:\n",
        after="            if state[2] > self._cart.totes + 1 or state[4] + self._tail[at + 1] - cost >= loss_max:\n",
        story="An engineer is told to load what goes back, and every tote of the robot is taken.",
        meant=(f"{INSERTION}::test_every_stop_is_made_once_in_order_and_within_the_totes",),
    ),
    tour(
        name="the_barred_robot_goes_again",
        before='    return carry.pinned in ("", cart.robot) and cart.robot not in carry.barred\n',
        after='    return carry.pinned in ("", cart.robot)\n',
        story="The robot that could not pick it is sent for it once more, and the other stands idle.",
        meant=(f"{INSERTION}::test_a_job_may_be_pinned_to_a_robot_or_closed_to_one",),
    ),
    step(
        name="back_in_anothers_tote",
        before="    back.tote = job.tote\n",
        after='    back.tote = f"{job.robot}.1"\n',
        story="What nobody took goes back, and the cabinet is told to take it out of the tote of another part.",
        meant=(f"{TOURS}::test_j7_what_is_untaken_at_the_second_desk_goes_back_in_its_own_tote",),
    ),
    totes(
        name="a_strange_load_in_the_wrong_tote",
        before='        tote = named.get(load.load_position or "", "")\n',
        after='        tote = ""\n',
        story="Somebody puts a part into the third tote, and a person is sent to look into the first.",
        meant=(f"{TOURS}::test_what_a_robot_tells_is_found_in_its_totes",),
    ),
)

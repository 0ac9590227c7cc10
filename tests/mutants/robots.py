"""Bugs of speaking with robots: the protocol's points, what is done when one fails, and whom to believe."""

from functools import partial

from tests.mutants.mutant import Mutant

master = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/master.py")
message = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/order_message.py")
steering = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/steering.py")
reading = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/reading.py")
failures = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/failures.py")
watching = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/watching.py")
trust = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/trust.py")
fleet = partial(Mutant, subject="fleet", file="shopfloor/core/fleet/fleet.py")
job = partial(Mutant, subject="fleet", file="shopfloor/core/jobs.py")

FLEET = "core/test_fleet.py"
MASTER = "core/test_fleet_master.py"
POINTS = "core/test_fleet_points.py"
DEATHS = "core/test_fleet_deaths.py"
TRUST = "core/test_fleet_trust.py"

ROBOTS = (
    master(
        name="the_base_is_sent_again",
        before="    leg.sent_from = sent_from\n",
        after="    leg.sent_from = 0\n",
        story="Each update repeats the whole base, and a strict robot refuses every one (M12).",
        meant=(f"{MASTER}::test_m11_m12_an_update_begins_with_the_last_released_node_unchanged",),
    ),
    message(
        name="the_stitching_node_is_edited",
        before="    widened = leg.start_within_m if at == 0 else 0.0\n",
        after="    widened = leg.start_within_m if at == leg.sent_from else 0.0\n",
        story="The node at which an update is joined on is another than the one that was sent (M11).",
        meant=(f"{MASTER}::test_m11_an_update_repeats_its_first_node_as_it_was_however_wide_the_start_was",),
    ),
    steering(
        name="on_before_the_echo",
        before="    if not leg.echoed or leg.closed:\n",
        after="    if leg.closed:\n",
        story="The next update overtakes one that was lost, and the robot refuses it.",
        meant=(f"{MASTER}::test_m14_no_update_before_the_last_message_is_echoed",),
    ),
    master(
        name="resent_with_another_id",
        before="    leg.asks += 1\n    leg.sent_at",
        after='    leg.order_id = shop.number("O") if leg.asks else leg.order_id\n    leg.asks += 1\n    leg.sent_at',
        story="An echo is late, the order goes out under a new id, and the robot refuses that as another order (M13).",
        meant=(f"{MASTER}::test_m13_an_order_that_is_not_echoed_is_sent_again_with_the_same_content",),
    ),
    master(
        name="any_refusal_is_ours",
        before='    return error.about("orderId") == leg.order_id and update in (None, str(leg.update_id))\n',
        after="    return update in (None, str(leg.update_id))\n",
        story="An old warning about another order ends each new one (M15).",
        meant=(f"{MASTER}::test_m15_a_refusal_of_something_else_means_nothing",),
    ),
    master(
        name="given_back_too_early",
        before="    if leg.held_from == leg.passed:\n        return\n    here = spot(report)\n",
        after="    leg.held_from = leg.passed\n    here = spot(report)\n",
        story="A node is another robot's as soon as this one has touched the next, half of it still there (M20).",
        meant=(f"{MASTER}::test_m20_what_is_passed_stays_claimed_until_the_robot_has_left_it",),
    ),
    master(
        name="there_is_as_good_as_done",
        before="    return not leg.errand.action or action_status(leg, report) is ActionStatus.FINISHED\n",
        after="    return True\n",
        story="The robot stands at the outlet with a failed pick, and drives off without its part (M21).",
        meant=(f"{MASTER}::test_m21_a_failed_action_is_tried_again_by_a_new_order_for_the_same_node",),
    ),
    master(
        name="a_clock_set_back_silences",
        before="    return told.timestamp <= before.timestamp and told.header_id <= before.header_id\n",
        after="    return told.timestamp <= before.timestamp or told.header_id <= before.header_id\n",
        story="A robot sets its clock an hour back and counts as silent for an hour (M27).",
        meant=(f"{POINTS}::test_m27_a_clock_that_was_set_back_does_not_silence_a_robot",),
    ),
    steering(
        name="off_the_dock_with_the_current_on",
        before='        master.ask(shop, robot, "stopCharging")\n        return\n',
        after="        pass\n",
        story="A robot is ordered away while it charges, which its maker forbids.",
        meant=(f"{FLEET}::test_a_charging_robot_takes_a_job_if_its_battery_lasts_and_is_told_to_stop_charging",),
    ),
    watching(
        name="asked_to_cancel_for_ever",
        before="    if asked.asks < master.ASKS_MAX:\n",
        after="    if asked.asks:\n",
        story="A robot that does not answer is asked to stop all day long, and its job waits with it (M17).",
        meant=(f"{DEATHS}::test_cancel_unanswered_a_few_times_then_it_counts_as_dead",),
    ),
    failures(
        name="perhaps_it_has_picked_it",
        before="    return job.robot_says_loaded or (leg is not None and leg.acts and leg.errand.job == job.id)\n",
        after="    return job.robot_says_loaded\n",
        story="A robot dies at the outlet with its pick released, and another is sent for a part that it may carry.",
        meant=(f"{DEATHS}::test_dead_not_picked_but_its_pick_was_released_goes_to_a_person_not_to_another_robot",),
    ),
    job(
        name="unproven_and_tried_again",
        before="    if fact.unproven:\n        job.attempt = steps.ATTEMPTS_MAX\n",
        after="",
        story="Nobody knows whether the dead robot has the part, and another robot is sent for it.",
        meant=(f"{DEATHS}::test_dead_not_picked_but_its_pick_was_released_goes_to_a_person_not_to_another_robot",),
    ),
    failures(
        name="dead_for_half_a_minute",
        before="BACK_WITHIN = 4 * SECOND\n",
        after="BACK_WITHIN = 40 * SECOND\n",
        story="A robot is dead, and its job is nobody's while the customer waits.",
        meant=(f"{DEATHS}::test_connection_gone_and_not_back_another_robot_goes_before_five_seconds_are_over",),
    ),
    reading(
        name="switched_on_and_believed",
        before='    why = "" if leg.closed else another_memory(shop, robot, leg, state)\n',
        after='    why = ""\n',
        story="A robot is switched on again somewhere else, and is sent on as if it stood where it was (R12).",
        meant=(f"{DEATHS}::test_r12_returns_with_another_memory_no_order_until_a_person_confirms_place_and_load",),
    ),
    fleet(
        name="a_liar_is_believed_again",
        before="    if lie:\n        hold(shop, robot, lie, state)\n",
        after="    if lie:\n        hold(shop, robot, lie, state)\n    robot.held = lie\n",
        story="A robot that tells false places is let go by its next word, and nobody has looked.",
        meant=(f"{TRUST}::test_a_robot_that_lied_stays_held_however_plausible_it_is_from_then_on",),
    ),
    trust(
        name="no_wall_around_a_liar",
        before="    robot.standing = (*around, *before)\n",
        after="    robot.standing = before\n",
        story="A robot is not where it says, and the others are sent through where it may be.",
        meant=(f"{TRUST}::test_the_place_around_it_stays_shut_to_the_others_and_theirs_stays_theirs",),
    ),
    trust(
        name="a_quiet_night_excuses_a_flood",
        before="    trust.crowd = max(0.0, trust.crowd - leaked) + 1.0\n",
        after="    trust.crowd = trust.crowd - leaked + 1.0\n",
        story="A robot that was quiet all night may say a million things in the morning, and the floor stands still.",
        meant=(f"{TRUST}::test_after_a_quiet_night_a_flood_is_a_flood",),
    ),
)

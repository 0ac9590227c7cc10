"""Bugs of carrying: jobs, robots' claims, their answers; devices that are asked and do not answer."""

from functools import partial

from tests.mutants.mutant import Mutant

job = partial(Mutant, subject="jobs", file="shopfloor/core/jobs.py")
step = partial(Mutant, subject="jobs", file="shopfloor/core/job_steps.py")
traffic = partial(Mutant, subject="jobs", file="shopfloor/core/fleet/traffic.py")
fleet = partial(Mutant, subject="jobs", file="shopfloor/core/fleet/assignment.py")
tour = partial(Mutant, subject="jobs", file="shopfloor/core/fleet/insertion.py")
totes = partial(Mutant, subject="jobs", file="shopfloor/core/fleet/totes.py")
failures = partial(Mutant, subject="jobs", file="shopfloor/core/fleet/failures.py")
cabinet = partial(Mutant, subject="jobs", file="shopfloor/core/cabinet.py")
asking = partial(Mutant, subject="jobs", file="shopfloor/core/shop.py")

JOBS = "core/test_jobs.py"
FLEET = "core/test_fleet.py"
TRAFFIC = "core/test_fleet_traffic.py"
TOURS = "core/test_tours.py"
INSERTION = "core/test_insertion.py"
CABINET = "core/test_cabinet.py"

CARRYING = (
    job(
        name="two_robots_for_one_job",
        before="    shop.books.jobs_queued.remove(job.id)\n    job.robot = robot.name\n",
        after="    job.robot = robot.name\n",
        story="A second robot is sent for what the first one already fetches.",
        meant=(f"{JOBS}::test_j2_the_nearest_robot_goes_and_the_other_takes_the_next_job",),
    ),
    totes(
        name="two_jobs_in_one_tote",
        before="next((tote for tote in (*has_it, *left) if tote in has_it or tote not in robot.aboard)",
        after="next((tote for tote in totes_of(shop.layout, robot) if tote)",
        story="Two parts are loaded into one tote, and the second desk finds both in it.",
        meant=(f"{TOURS}::test_two_parts_go_in_one_trip_each_in_a_tote_of_its_own",),
    ),
    tour(
        name="more_than_it_can_carry",
        before="            if state[2] > self._cart.totes or state[4] + self._tail[at] - cost >= best.loss:\n",
        after="            if state[4] + self._tail[at] - cost >= best.loss:\n",
        story="A robot with three totes is sent to the outlet for a fourth part.",
        meant=(f"{INSERTION}::test_with_one_tote_they_go_one_after_the_other", f"{TOURS}"),
    ),
    tour(
        name="returns_wait_for_ever",
        before="(wait_min * (1 + wait_min / (2 * PATIENCE_MIN)) + LATE * late_min)",
        after="(wait_min + LATE * late_min)",
        story="As long as deliveries come, nobody fetches what goes back.",
        meant=(f"{INSERTION}::test_what_has_waited_for_long_is_not_passed_over_for_ever",),
    ),
    job(
        name="tours_are_made_once_a_day",
        before="def made_or_ended(shop: Shop, _fact: JobOpened | JobCancelled | JobFailed) -> None:\n",
        after=(
            "def made_or_ended(shop: Shop, _fact: JobOpened | JobCancelled | JobFailed) -> None:\n"
            "    if shop.books.jobs_queued:\n        return\n"
        ),
        story="A job is made, robots stand about, and nobody thinks of it until something else happens.",
        meant=(f"{JOBS}::test_j2_the_nearest_robot_goes_and_the_other_takes_the_next_job",),
    ),
    failures(
        name="only_the_first_part_of_a_dead_robot_is_missed",
        before="    for job in list(robot.jobs):\n",
        after="    for job in list(robot.jobs)[:1]:\n",
        story="A robot dies with two parts aboard, and nobody is told of the second.",
        meant=(f"{TOURS}::test_j11_a_robot_that_dies_gives_back_what_it_has_not_loaded_and_keeps_what_it_carries",),
    ),
    job(
        name="nobody_carries_it_by_hand",
        before='    steps.by_hand(shop, job, "no robot took it in time")',
        after="    shop.wait(job, shop.now + NO_PROGRESS_LIMIT)",
        story="All robots are busy, the engineer waits, and nobody is told to carry the part.",
        meant=(f"{JOBS}::test_j8_after_180_s_without_a_robot_a_person_carries_it",),
    ),
    job(
        name="any_outlet_word_is_an_agreement",
        before="    if event.tote != work.tote or tuple(sorted(event.units)) != tuple(sorted(work.units)):",
        after="    if event.tote != work.tote:",
        story="The cabinet put another unit into the tote, and the robot drives off with it.",
        meant=(f"{JOBS}::test_j4_the_cabinet_must_have_been_asked_and_name_what_was_asked",),
    ),
    job(
        name="loaded_by_the_robots_word_alone",
        before=(
            '    if job is not None and steps.state_of(job) == "AT_PICKUP":\n        job.robot_says_loaded = True\n'
        ),
        after=(
            '    if job is not None and steps.state_of(job) == "AT_PICKUP":\n'
            "        job.robot_says_loaded = job.other_side_says_loaded = True\n"
        ),
        story="The robot believes that it is loaded, the unit lies in the outlet, and custody says tote.",
        meant=(f"{JOBS}::test_j4_the_robots_word_alone_loads_nothing",),
    ),
    job(
        name="cancelled_on_the_way_and_delivered",
        before=(
            '        if job.job_kind == "DELIVER" and order is not None and order.state == "RETURNING":\n'
            "            steps.turn_back"
        ),
        after=(
            '        if job.job_kind == "RETURN" and order is not None and order.state == "RETURNING":\n'
            "            steps.turn_back"
        ),
        story="A part that was cancelled on its way stands at the desk, and its robot with it.",
        meant=(f"{JOBS}::test_j7_what_was_cancelled_on_its_way_turns_round_at_the_desk",),
    ),
    step(
        name="a_dead_robot_with_a_part_starts_anew",
        before="    if loaded:\n        return\n    if job.attempt < ATTEMPTS_MAX:",
        after="    if job.attempt < ATTEMPTS_MAX:",
        story="A robot dies with a part in its tote, and another one is sent to the outlet for it (F46).",
        meant=(f"{JOBS}::test_j11_a_robot_that_falls_silent_keeps_what_it_carries",),
    ),
    step(
        name="robot_after_robot",
        before="    if job.attempt < ATTEMPTS_MAX:\n",
        after="    if job.attempt:\n",
        story="Robot after robot fails at it, and no person is asked.",
        meant=(f"{JOBS}::test_j11_after_so_many_attempts_no_other_robot_is_sent",),
    ),
    step(
        name="the_robot_that_failed_gets_it_again",
        before="        again.refused_by = [*job.refused_by, job.robot]\n",
        after="",
        story="The same robot fails at the same job three times.",
        meant=(f"{JOBS}::test_j11_a_robot_that_fails_empty_does_not_get_it_again",),
    ),
    step(
        name="the_outlet_opens_for_nobody",
        before='    if job.command:\n        shop.withdraw(job.command)\n        job.command = ""\n',
        after="",
        story="The job is over, and the cabinet is still asked to open its outlet (cancel_leaves_outbox).",
        meant=(f"{JOBS}::test_j4_j11_without_the_cabinets_word_the_robot_puts_it_back_and_another_one_tries",),
    ),
    step(
        name="undelivered_and_forgotten",
        before='    shop.begin(back, "j7")\n    shop.note(JobAssigned(job=back.id, robot=back.robot, attempt=1))\n',
        after='    shop.begin(back, "j7")\n',
        story="Nobody took the part, and the robot stands at the desk with it for ever.",
        meant=(f"{JOBS}::test_j7_untaken_it_goes_back_loaded_on_the_same_robot",),
    ),
    traffic(
        name="claims_of_others_do_not_count",
        before="        if its.released >= its.stop or self._timetable.waits_for(robot.name) is not None:\n",
        after="        if its.released >= its.stop:\n",
        story="Nobody waits until those before it have left, and two are given the same lane (I24).",
        meant=(f"{TRAFFIC}::test_swapping_places_two_robots_do_not_wait_for_each_other",),
        invariant="I24",
    ),
    traffic(
        name="a_silent_robot_is_no_wall",
        before="        walls = [robot for robot in robots.values() if not usable(robot)]\n",
        after="        walls: list[RobotMemory] = []\n",
        story="The others are sent through the place where a dead robot stands.",
        meant=(f"{TRAFFIC}::test_a_robot_in_a_persons_hands_is_a_wall_and_the_other_goes_round_it",),
    ),
    fleet(
        name="an_empty_battery_is_no_reason",
        before="    return int((robot.battery_pct - BATTERY_MARGIN_PCT) / DRAIN_PCT_PER_MIN * MINUTE)",
        after="    return int(robot.battery_pct / DRAIN_PCT_PER_MIN * MINUTE)",
        story="A robot dies half-way with a customer's part.",
        meant=(f"{JOBS}::test_j2_a_robot_with_too_little_battery_takes_no_job",),
    ),
    cabinet(
        name="an_open_door_is_overlooked",
        before=(
            "    left = [door for door, since in cabinet.open_doors.items() if shop.now - since >= DOOR_OPEN_LIMIT]"
        ),
        after=(
            "    left = [door for door, since in cabinet.open_doors.items() if shop.now - since > 100 * "
            "DOOR_OPEN_LIMIT]"
        ),
        story="A door stands open for half an hour, and picks go on (F42).",
        meant=(f"{CABINET}::test_f42_h1_h3_h6_an_open_door_is_seen_and_after_thirty_seconds_the_picks_are_held",),
    ),
    asking(
        name="asked_anew_with_another_id",
        before="        self.outs.append(pending.command)\n",
        after='        self.outs.append(structs.replace(pending.command, id=self.number("C")))\n',
        story="A device that is slow does everything twice, because each question has a new id (retry_new_id).",
        meant=("core/test_people.py::test_work_is_asked_again_with_the_same_id_then_somebody_is_named",),
    ),
    asking(
        name="ids_are_used_again",
        before="        value = self.books.counters.get(prefix, 0) + 1\n",
        after="        value = self.books.counters.get(prefix, 0) % 9 + 1\n",
        story="The tenth command has the id of the first, and its device says that it has done it (reused_cmd_id).",
        meant=("core/test_queue.py::test_the_hall_has_a_limit", "core/test_people.py"),
    ),
    asking(
        name="never_asked_again",
        before="        heapq.heappush(self._agenda, (again_at, work.id))\n        self.outs.append(work)\n",
        after="        self.outs.append(work)\n",
        story="A message is lost once, and the device is never asked again (a due that is forgotten).",
        meant=("core/test_people.py::test_work_is_asked_again_with_the_same_id_then_somebody_is_named",),
    ),
    asking(
        name="nobody_is_named_for_a_silent_device",
        before="        if pending.asks == self.policy.asks_before_alarm + 1:\n",
        after="        if pending.asks == self.policy.asks_slow_every:\n",
        story="A device is dead, and nobody hears of it.",
        meant=("core/test_people.py::test_work_is_asked_again_with_the_same_id_then_somebody_is_named",),
    ),
    asking(
        name="a_refusal_changes_the_books",
        before="        found = self.repair(repair)\n        self.up_to_date(found, revision)\n",
        after=(
            "        found = self.repair(repair)\n"
            "        self.up_to_date(found, revision)\n"
            "        found.revision += 1\n"
        ),
        story="Whoever is refused makes the pictures of all others stale.",
        meant=("core/test_payments.py::test_y1_not_before_the_report_and_not_by_another_engineer",),
    ),
)

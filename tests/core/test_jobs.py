"""Jobs j1–j11, with real robot emulators: to the desk, back to the inlet, and what goes wrong on the way."""

from devices.robot_body import RobotDials
from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import OpenOutlet
from shopfloor.contract.events import CommandRefused, OutletEmptied, ReturnLoaded
from shopfloor.contract.facts import (
    JobArrived,
    JobAssigned,
    JobAtPickup,
    JobByHand,
    JobCancelled,
    JobDone,
    JobFailed,
    JobLoaded,
    JobOpened,
    JobResumed,
    JobRetried,
    JobUndelivered,
    ModeChanged,
    PartRefused,
    PartsOrderEnded,
    PartUnderway,
    PartUntaken,
    ReturnOpened,
    UnitMoved,
)
from shopfloor.core import job_steps as steps
from shopfloor.core.books import Job, PartsOrder
from shopfloor.core.fleet import assignment
from tests.core.fleet_stage import Stage

LONG = 10 * MINUTE
CLUMSY = RobotDials(pick_fails=1.0)


def ready(**options) -> Stage:
    """A shop in the morning; all robots have told their state."""
    stage = Stage(**options)
    stage.run(SECOND)
    return stage


def at_desk(stage: Stage) -> str:
    """A delivery that has arrived at desk d3, and nobody takes it."""
    stage.engineer_takes = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "AT_DROP")
    return job


def state(stage: Stage, job: str) -> str:
    return stage.books.jobs[job].state


def facts_of(stage: Stage, job: str) -> list[str]:
    return [type(out).__name__ for out in stage.outs if getattr(out, "job", "") == job]


# ── the good way ─────────────────────────────────────────────────────────────────────────────────


def test_j1_to_j6_a_picked_unit_is_carried_to_its_desk():
    stage = ready()
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: stage.done(job))
    rows = [JobOpened, JobAssigned, JobAtPickup, JobLoaded, JobArrived, JobDone]
    assert [name for name in facts_of(stage, job) if name.startswith("Job")] == [kind.__name__ for kind in rows]
    opened = stage.last(JobOpened)
    assert (opened.source, opened.target) == ("cabinet-outlet", "desk-3")
    assert stage.last(JobArrived).station == "desk-3"


def test_j1_what_goes_back_is_fetched_at_the_desk_and_taken_in_by_the_cabinet():
    stage = ready()
    job = stage.give_back("d1")
    assert stage.run(LONG, until=lambda: stage.done(job))
    opened = stage.last(JobOpened)
    assert (opened.job_kind, opened.source, opened.target) == ("RETURN", "desk-1", "cabinet-inlet")
    moves = [move.target for move in stage.all(UnitMoved) if move.unit == opened.unit]
    assert moves[-2:] == ["TOTE:r1.1", "INLET:c1"] or moves[-2:] == ["TOTE:r2.1", "INLET:c1"]


def test_j1_what_is_in_a_hand_needs_no_robot():
    stage = ready()
    stage.noted(ReturnOpened(parts_order="", unit="X1", reason="good", place="HAND:e1"))
    assert not stage.all(JobOpened)


def test_j2_the_nearest_robot_goes_and_the_other_takes_the_next_job():
    stage = ready()
    stage.deliver("d3")
    stage.deliver("d4")
    stage.run(SECOND)
    assert [fact.robot for fact in stage.all(JobAssigned)] == ["r1", "r2"]


def test_j2_of_two_jobs_at_once_each_robot_gets_one():
    stage = Stage()
    jobs = [stage.deliver("d3"), stage.deliver("d4")]
    assert [state(stage, job) for job in jobs] == ["QUEUED", "QUEUED"]
    stage.run(SECOND)
    assert {stage.books.jobs[job].robot for job in jobs} == {"r1", "r2"}


def test_j2_a_robot_with_too_little_battery_takes_no_job():
    weak = RobotDials(battery_start=14.0)
    stage = ready(dials={"r1": weak, "r2": weak})
    job = stage.deliver("d3")
    stage.run(30 * SECOND)
    assert state(stage, job) == "QUEUED"


def test_j2_a_minute_of_a_customers_costs_most_then_of_deliveries_returns_and_put_aways():
    jobs = [
        Job(id="J1", state="QUEUED", job_kind="REPLENISH", unit="", source="", target=""),
        Job(id="J2", state="QUEUED", job_kind="RETURN", unit="", source="", target="", urgent=True),
        Job(id="J3", state="QUEUED", job_kind="DELIVER", unit="", source="", target=""),
        Job(id="J4", state="QUEUED", job_kind="DELIVER", unit="", source="", target="", urgent=True),
    ]
    weights = [assignment.weight(job) for job in jobs]
    assert weights == sorted(set(weights))


def test_j3_the_outlet_opens_for_that_robot_only():
    stage = ready()
    job = stage.deliver("d3")
    assert not stage.all(OpenOutlet)
    assert stage.run(LONG, until=lambda: state(stage, job) == "AT_PICKUP")
    work = stage.last(OpenOutlet)
    assert (work.to, work.units, work.tote) == ("cabinet/c1", (stage.books.jobs[job].unit,), "r1.1")


# ── j4: both sides ───────────────────────────────────────────────────────────────────────────────


def test_j4_it_is_loaded_when_robot_and_cabinet_agree():
    stage = ready()
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: stage.books.jobs[job].other_side_says_loaded)
    assert state(stage, job) == "AT_PICKUP"
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    assert stage.books.units[stage.books.jobs[job].unit].place == "TOTE:r1.1"


def test_j4_the_robots_word_alone_loads_nothing():
    stage = ready()
    stage.cabinet_gives = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: stage.books.jobs[job].robot_says_loaded)
    unit = stage.books.units[stage.books.jobs[job].unit]
    assert (state(stage, job), unit.place) == ("AT_PICKUP", "OUTLET:c1")


def test_j4_j11_without_the_cabinets_word_the_robot_puts_it_back_and_another_one_tries():
    stage = ready()
    stage.cabinet_gives = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "FAILED")
    failed = stage.last(JobFailed)
    assert (failed.why, failed.loaded) == ("load not agreed", False)
    assert stage.books.units[failed.unit].place == "OUTLET:c1"
    assert not [each for each in stage.books.pending.values() if isinstance(each.command, OpenOutlet)]
    stage.cabinet_gives = True
    again = stage.last(JobOpened).job
    assert stage.run(LONG, until=lambda: stage.done(again))
    assert [fact.robot for fact in stage.all(JobAssigned)] == ["r1", "r2"]
    assert stage.run(LONG, until=lambda: not stage.memory("r1").aboard)


def test_j4_the_cabinet_must_have_been_asked_and_name_what_was_asked():
    stage = ready()
    stage.cabinet_gives = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "AT_PICKUP")
    work = stage.last(OpenOutlet)
    assert stage.refused("cabinet/c1", OutletEmptied(command="C999", units=work.units, tote=work.tote)) == "not-asked"
    other = OutletEmptied(command=work.id, units=work.units, tote="r2.1")
    assert stage.refused("cabinet/c1", other) == "not-what-was-asked"
    other = OutletEmptied(command=work.id, units=("X9",), tote=work.tote)
    assert stage.refused("cabinet/c1", other) == "not-what-was-asked"
    assert not stage.books.jobs[job].other_side_says_loaded


def test_j11_what_the_cabinet_says_too_late_is_believed_all_the_same():
    """Found by the storm (seed 7115): the ledger had the unit in the outlet, and it lay in a robot's tote."""
    stage = ready()
    stage.cabinet_gives = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "FAILED")
    unit, work = stage.books.jobs[job].unit, stage.all(OpenOutlet)[0]
    stage.believed("cabinet/c1", OutletEmptied(command=work.id, units=work.units, tote=work.tote))
    assert stage.books.units[unit].place == f"TOTE:{work.tote}"
    assert steps.job_with(stage.floor.shop, unit) is None, "no other robot looks for it in the outlet"
    assert stage.last(JobFailed).loaded
    again = OutletEmptied(command=work.id, units=work.units, tote=work.tote)
    assert stage.refused("cabinet/c1", again) == "not-asked"


def test_j4_the_same_word_twice_has_one_effect():
    stage = ready()
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    work = stage.last(OpenOutlet)
    again = OutletEmptied(command=work.id, units=work.units, tote=work.tote)
    assert stage.refused("cabinet/c1", again) == "not-asked"
    assert len(stage.all(JobLoaded)) == 1


def test_j11_a_cabinet_that_refuses_ends_the_attempt():
    stage = ready()
    stage.cabinet_gives = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "AT_PICKUP")
    stage.believed("cabinet/c1", CommandRefused(command=stage.last(OpenOutlet).id, reason="the door is stuck"))
    assert state(stage, job) == "FAILED"


def test_j5_it_has_arrived_when_the_robot_stands_at_the_desk():
    stage = ready()
    stage.engineer_takes = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    assert not stage.all(JobArrived)
    assert stage.run(LONG, until=lambda: state(stage, job) == "AT_DROP")
    assert (stage.last(JobArrived).robot, stage.last(JobArrived).station) == ("r1", "desk-3")
    assert stage.memory("r1").rest == stage.layout.station_node("desk-3")


def test_j5_nobody_believes_that_a_robot_has_arrived_that_does_not_say_so():
    stage = ready()
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    stage.cut_off("r1")
    stage.run(LONG)
    assert not stage.all(JobArrived)
    assert state(stage, job) == "FAILED"


def test_j4_of_a_return_the_engineer_says_it():
    stage = ready()
    stage.engineer_loads = False
    job = stage.give_back("d1")
    unit = stage.books.jobs[job].unit
    assert stage.refused("handheld/h1", ReturnLoaded(unit=unit, tote="r1.1")) == "no-robot"
    assert stage.run(LONG, until=lambda: stage.books.jobs[job].robot_says_loaded)
    tote = stage.books.jobs[job].tote
    assert stage.refused("handheld/h1", ReturnLoaded(unit=unit, tote="r9.1")) == "no-robot"
    stage.believed("handheld/h1", ReturnLoaded(unit=unit, tote=tote))
    assert state(stage, job) == "LOADED"


def test_p22_only_what_goes_back_may_be_loaded():
    stage = ready()
    unit = stage.books.units[stage.spare_units[0]]
    assert stage.refused("handheld/h1", ReturnLoaded(unit=unit.id)) == "wrong-state"
    assert stage.refused("handheld/h1", ReturnLoaded(unit="X999")) == "unknown"
    assert stage.refused("handheld/h9", ReturnLoaded(unit=unit.id)) == "nobody-signed-on"


# ── j7: back with it, or on ──────────────────────────────────────────────────────────────────────


def test_j7_untaken_it_goes_back_loaded_on_the_same_robot():
    stage = ready()
    job = at_desk(stage)
    unit = stage.books.jobs[job].unit
    stage.noted(PartUntaken(parts_order="", repair="", unit=unit))
    assert stage.last(JobUndelivered).job == job
    back = stage.books.jobs[stage.last(JobOpened).job]
    assert (back.state, back.job_kind, back.robot, back.unit) == ("LOADED", "RETURN", "r1", unit)
    assert stage.run(LONG, until=lambda: stage.done(back.id))
    assert stage.books.units[unit].place == "INLET:c1"
    assert stage.run(LONG, until=lambda: not stage.memory("r1").aboard)


def test_j7_its_own_due_sends_it_back_too():
    stage = ready()
    job = at_desk(stage)
    assert stage.run(LONG, until=lambda: state(stage, job) == "UNDELIVERED")


def test_j7_what_was_cancelled_on_its_way_turns_round_at_the_desk():
    stage = ready()
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    order = PartsOrder(id="P1", state="RETURNING", repair="R1", line=1, sku="", desk="d3", by="e1", opened_at=0)
    stage.books.parts_orders[order.id] = order
    stage.floor.shop.wait(order, stage.floor.shop.now + LONG)
    stage.books.jobs[job].parts_order = order.id
    assert stage.run(LONG, until=lambda: bool(stage.all(JobUndelivered)))
    assert stage.last(JobUndelivered).why == "cancelled on the way"


def test_j7_what_has_left_the_outlet_when_it_is_cancelled_comes_back_in_its_tote():
    """Found by the storm (seed 3014): the job was given up between the cabinet's word and the robot's, and the ledger
    looked for the unit in an outlet that was empty."""
    stage = ready()
    job = stage.deliver("d3")
    given = stage.books.jobs[job]
    assert stage.run(LONG, until=lambda: given.other_side_says_loaded and given.state == "AT_PICKUP")
    stage.noted(ReturnOpened(parts_order="", unit=given.unit, reason="cancelled", place="OUTLET:c1"))
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    assert stage.books.units[given.unit].place == f"TOTE:{given.tote}"
    assert len(stage.all(JobOpened)) == 1


def test_j7_a_refused_part_goes_back_and_the_return_opened_with_it_opens_no_second_job():
    stage = ready()
    job = at_desk(stage)
    unit = stage.books.jobs[job].unit
    stage.noted(PartRefused(parts_order="", repair="", unit=unit, reason="wrong"))
    stage.noted(ReturnOpened(parts_order="", unit=unit, reason="refused", place="TOTE:r1.1"))
    assert len(stage.all(JobOpened)) == 2


def test_j7_at_the_wrong_desk_it_stays_loaded_and_arrives_again():
    stage = ready()
    job = at_desk(stage)
    stage.noted(PartRefused(parts_order="", repair="", unit=stage.books.jobs[job].unit, reason="not-mine"))
    assert stage.run(LONG, until=lambda: len(stage.all(JobArrived)) == 2)
    assert not stage.all(JobUndelivered)


# ── j8: cancelled ────────────────────────────────────────────────────────────────────────────────


def test_j8_after_180_s_without_a_robot_a_person_carries_it():
    weak = RobotDials(battery_start=14.0)
    stage = ready(dials={"r1": weak, "r2": weak})
    job = stage.deliver("d3")
    stage.run(179 * SECOND)
    assert not stage.all(JobByHand)
    stage.run(2 * SECOND)
    assert stage.last(JobByHand).job == job
    assert state(stage, job) == "CANCELLED"


def test_j8_a_person_was_faster_and_a_second_cancel_changes_nothing():
    stage = ready()
    job = stage.deliver("d3")
    unit = stage.books.jobs[job].unit
    stage.noted(PartUnderway(parts_order="", unit=unit, by="hand"))
    assert state(stage, job) == "CANCELLED"
    stage.noted(PartUnderway(parts_order="", unit=unit, by="hand"))
    assert len(stage.all(JobCancelled)) == 1
    assert stage.run(LONG, until=lambda: stage.memory("r1").standing == ("bay-park-1",))


def test_j8_what_is_loaded_cannot_be_cancelled_only_brought_back():
    stage = ready()
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    stage.noted(PartsOrderEnded(parts_order="", repair="", state="CANCELLED"))
    assert state(stage, job) == "LOADED"


def test_j8_carried_by_hand_from_the_desk_the_return_needs_no_robot():
    stage = ready()
    stage.engineer_loads = False
    job = stage.give_back("d1")
    stage.believed("handheld/h1", ReturnLoaded(unit=stage.books.jobs[job].unit))
    assert state(stage, job) == "CANCELLED"
    assert stage.books.units[stage.books.jobs[job].unit].place == "HAND:e1"


def test_j8_cancelled_while_the_robot_picks_it_puts_down_what_it_has_taken():
    stage = ready()
    stage.cabinet_gives = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "AT_PICKUP")
    stage.noted(PartUnderway(parts_order="", unit=stage.books.jobs[job].unit, by="hand"))
    assert stage.run(LONG, until=lambda: bool(stage.memory("r1").aboard))
    assert stage.run(LONG, until=lambda: stage.memory("r1").standing == ("bay-park-1",))
    assert not stage.memory("r1").aboard


# ── j9 to j11 ────────────────────────────────────────────────────────────────────────────────────


def test_j9_j10_a_failed_pick_is_tried_once_more_then_j11_and_another_robot():
    stage = ready(dials={"r1": CLUMSY})
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) in ("FAILED", "LOADED"))
    assert [fact.job for fact in stage.all(JobRetried)] == [job]
    assert [fact.job for fact in stage.all(JobResumed)] == [job]


def test_j11_a_robot_that_fails_empty_does_not_get_it_again():
    stage = ready(dials={"r1": CLUMSY})
    stage.cabinet_gives = False
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "FAILED")
    assert not stage.last(JobFailed).loaded
    again = stage.books.jobs[stage.last(JobOpened).job]
    assert (again.attempt, again.refused_by) == (2, ["r1"])


def test_j11_a_robot_that_falls_silent_keeps_what_it_carries():
    stage = ready()
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    stage.cut_off("r1")
    assert state(stage, job) == "RETRYING"
    assert stage.run(LONG, until=lambda: state(stage, job) == "FAILED")
    failed = stage.last(JobFailed)
    assert failed.loaded
    assert failed.unit == stage.books.jobs[job].unit
    assert len(stage.all(JobOpened)) == 1


def test_j10_a_robot_that_comes_back_in_time_goes_on_with_its_job():
    stage = ready()
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: state(stage, job) == "LOADED")
    stage.cut_off("r1")
    stage.run(20 * SECOND)
    stage.connect("r1")
    assert stage.run(LONG, until=lambda: stage.done(job))
    assert stage.last(JobResumed).job == job


def test_j11_when_every_robot_has_failed_at_it_people_carry_it():
    stage = ready(dials={"r1": CLUMSY, "r2": CLUMSY})
    stage.cabinet_gives = False
    stage.deliver("d3")
    assert stage.run(LONG, until=lambda: bool(stage.all(JobByHand)))


def test_j11_after_so_many_attempts_no_other_robot_is_sent():
    stage = ready(dials={"r1": CLUMSY})
    stage.cabinet_gives = False
    job = stage.deliver("d3")
    stage.books.jobs[job].attempt = steps.ATTEMPTS_MAX
    assert stage.run(LONG, until=lambda: bool(stage.all(JobFailed)))
    assert stage.last(JobByHand).job == job
    assert len(stage.all(JobOpened)) == 1


# ── E8 ───────────────────────────────────────────────────────────────────────────────────────────


def test_e8_a_minute_without_any_robot_and_people_carry_until_one_is_back():
    stage = ready()
    for robot in stage.robots:
        stage.cut_off(robot)
    job = stage.deliver("d3")
    stage.run(59 * SECOND)
    assert not stage.all(ModeChanged)
    stage.run(2 * SECOND)
    mode = stage.last(ModeChanged)
    assert (mode.what, mode.on) == ("robots-by-hand", True)
    assert stage.last(JobByHand).job == job
    stage.deliver("d4")
    assert stage.last(JobByHand).job == stage.last(JobOpened).job
    stage.connect("r2")
    stage.run(SECOND)
    assert not stage.last(ModeChanged).on
    assert stage.books.robots_by_hand_since == 0


def test_e8_one_robot_is_enough():
    stage = ready()
    stage.cut_off("r1")
    stage.run(2 * MINUTE)
    assert not stage.all(ModeChanged)
    job = stage.deliver("d3")
    assert stage.run(LONG, until=lambda: stage.done(job))
    assert stage.last(JobAssigned).robot == "r2"

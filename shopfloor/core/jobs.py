"""What must be carried where (j1–j11): from a pick to a desk, from a desk back to the cabinet.

The robot's half of each row comes from the fleet as facts; the other half is the cabinet's or the engineer's word.
"""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import OpenOutlet
from shopfloor.contract.events import OutletEmptied, ReturnLoaded
from shopfloor.contract.facts import (
    CommandWasRefused,
    JobArrived,
    JobAssigned,
    JobAtPickup,
    JobCancelled,
    JobDone,
    JobFailed,
    JobLoaded,
    JobOpened,
    JobResumed,
    JobRetried,
    JobUndelivered,
    PartAccepted,
    PartRefused,
    PartsOrderEnded,
    PartUnderway,
    PartUntaken,
    PickDone,
    ReturnOpened,
    RobotArrived,
    RobotBecame,
    RobotFailed,
    RobotRecovered,
    ToteLoaded,
    ToteUnloaded,
    UnitMoved,
)
from shopfloor.core import job_steps as steps
from shopfloor.core import stock
from shopfloor.core.books import Job
from shopfloor.core.fleet import assignment, fleet
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.fleet.totes import tote_for
from shopfloor.core.lifecycles import JOB_RETRIES_MAX, NO_PROGRESS_LIMIT
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("jobs")

PUT_AWAY = ("INLET", "BIN", "QUARANTINE", "DEFECTS")


# ── opening ──────────────────────────────────────────────────────────────────────────────────────


@room.hears(PickDone)
def pick_done(shop: Shop, fact: PickDone) -> None:
    """j1: from the outlet to the desk."""
    source = shop.layout.cabinets[fact.cabinet].outlet_station
    target = shop.layout.desks[fact.desk].station
    steps.open_job(shop, "DELIVER", fact.unit, source, target, fact.parts_order)


@room.hears(ReturnOpened)
def return_opened(shop: Shop, fact: ReturnOpened) -> None:
    """j1, j7: what goes back is fetched where it lies; what is in a hand is the hand's affair."""
    kind, _, place = fact.place.partition(":")
    old = steps.job_with(shop, fact.unit)
    if kind == "TOTE":
        if old is not None and steps.state_of(old) == "AT_DROP" and old.job_kind == "DELIVER":
            steps.turn_back(shop, old, fact.reason)
        return
    if old is not None and steps.state_of(old) == "AT_PICKUP" and old.other_side_says_loaded:
        return  # it has left the outlet for this tote: it comes back from there, once the robot says so too
    if old is not None:
        steps.cancel(shop, old, f"goes back: {fact.reason}")
    sources = {
        "DESK": shop.layout.desks[place].station if place in shop.layout.desks else "",
        "OUTLET": shop.layout.cabinets[place].outlet_station if place in shop.layout.cabinets else "",
    }
    source = sources.get(kind, "")
    if source:
        steps.open_job(shop, "RETURN", fact.unit, source, steps.inlet(shop), fact.parts_order)


# ── assigning ────────────────────────────────────────────────────────────────────────────────────


def assign_robots(shop: Shop) -> None:
    """Phase, j2: the robots' tours anew. A job is given away when its pick is the next stop of a robot; until then it
    stays in the queue, whatever the tours forecast, and j8 does not wait for them."""
    if not shop.books.tours_stale:
        return
    shop.books.tours_stale = False
    for name, tour in assignment.tours(shop).items():
        robot = shop.books.robots[f"robot/{name}"]
        robot.tour = tour
        for stop in tour[:1]:
            if stop.job in shop.books.jobs_queued:
                _give(shop, shop.books.jobs[stop.job], robot)


def _give(shop: Shop, job: Job, robot: RobotMemory) -> None:
    shop.books.jobs_queued.remove(job.id)
    job.robot = robot.name
    job.tote = tote_for(shop, robot, job.unit)
    assert job.tote, (job.id, robot.id)
    shop.step(job, "j2")
    shop.note(JobAssigned(job=job.id, robot=robot.name, attempt=job.attempt))


@room.hears(JobOpened, JobCancelled, JobFailed)
def made_or_ended(shop: Shop, _fact: JobOpened | JobCancelled | JobFailed) -> None:
    """Who goes where is thought over in this beat; as it is at each of the following."""
    shop.books.tours_stale = True


@room.hears(JobLoaded, JobDone, JobUndelivered, ToteUnloaded)
def stop_is_done(shop: Shop, _fact: JobLoaded | JobDone | JobUndelivered | ToteUnloaded) -> None:
    shop.books.tours_stale = True


@room.hears(RobotBecame, JobResumed, JobAssigned)
def robot_is_lost_or_back(shop: Shop, _fact: RobotBecame | JobResumed | JobAssigned) -> None:
    """Or goes on to another desk, or back with what was refused."""
    shop.books.tours_stale = True


def give_to_people(shop: Shop) -> None:
    """Phase, E8: while no robot can carry, people do."""
    if shop.books.robots_by_hand_since:
        for job in list(shop.books.jobs_queued):
            steps.by_hand(shop, shop.books.jobs[job], "robots are down")


@room.falls_due(Job, "QUEUED")
def nobody_took_it(shop: Shop, job: Job) -> None:
    """j8: 180 s without a robot."""
    steps.by_hand(shop, job, "no robot took it in time")


# ── loading ──────────────────────────────────────────────────────────────────────────────────────


@room.hears(RobotArrived)
def robot_arrived(shop: Shop, fact: RobotArrived) -> None:
    """j3, j5."""
    job = shop.books.jobs[fact.job]
    if job.state == "ASSIGNED" and fact.station == job.source:
        shop.step(job, "j3")
        shop.note(JobAtPickup(job=job.id, robot=job.robot, station=job.source))
        _call_other_side(shop, job)
    elif job.state == "LOADED" and fact.station == job.target:
        shop.step(job, "j5")
        shop.note(
            JobArrived(job=job.id, robot=job.robot, station=job.target, unit=job.unit, parts_order=job.parts_order)
        )
        order = shop.books.parts_orders.get(job.parts_order)
        if job.job_kind == "DELIVER" and order is not None and order.state == "RETURNING":
            steps.turn_back(shop, job, "cancelled on the way")


def _call_other_side(shop: Shop, job: Job) -> None:
    """The outlet opens for that robot only; at a desk the engineer loads."""
    for cabinet in shop.layout.cabinets.values():
        if cabinet.outlet_station == job.source:
            work = OpenOutlet(id=shop.number("C"), to=f"cabinet/{cabinet.id}", units=(job.unit,), tote=job.tote)
            job.command = shop.ask(work)
    for desk in shop.layout.desks.values():
        if desk.station == job.source:
            engineer = shop.books.desks[desk.id].engineer if desk.id in shop.books.desks else ""
            shop.alert(engineer, job.unit, f"{job.robot} is here: put {job.unit} into tote {job.tote}")


@room.records(OutletEmptied)
def outlet_emptied(shop: Shop, by: Device, event: OutletEmptied) -> None:
    """j4: the cabinet's half. To a person's hand it is only an answer; the person's scan follows."""
    pending = shop.books.pending.get(event.command)
    if pending is None or pending.command.to != by or not isinstance(pending.command, OpenOutlet):
        if (given_up := _given_up(shop, by, event)) is not None:
            steps.was_loaded(shop, given_up)
            return
        shop.refuse("not-asked", f"{by} was not asked to open its outlet by {event.command} (any more).")
    work = pending.command
    if event.tote != work.tote or tuple(sorted(event.units)) != tuple(sorted(work.units)):
        shop.refuse("not-what-was-asked", f"{event.command} was for {work.units} into {work.tote}. Look at the outlet.")
    shop.answered(event.command)
    for job in steps.carried_jobs(shop):
        if job.command == event.command:
            job.command = ""
            job.other_side_says_loaded = True
            steps.agree(shop, job)


def _given_up(shop: Shop, by: Device, event: OutletEmptied) -> Job | None:
    """The attempt that ended while the cabinet was speaking: where the unit lies is its word all the same."""
    outlet = f"OUTLET:{by.partition('/')[2]}"
    for job in reversed(shop.books.jobs.values()):
        unit = shop.books.units.get(job.unit)
        is_meant = event.units == (job.unit,) and event.tote == job.tote and shop.is_final(job)
        if is_meant and unit is not None and unit.place == outlet:
            return job
    return None


@room.records(ReturnLoaded)
def return_loaded(shop: Shop, by: Device, event: ReturnLoaded) -> None:
    """p22, j4: the engineer's half for what goes back; without a tote a person carries it."""
    person = shop.presence(by).person
    unit = shop.unit(event.unit)
    job = steps.job_with(shop, event.unit)
    if not unit.place.startswith(("DESK:", "OUTLET:")):
        shop.refuse("wrong-state", f"{unit.id} is at {unit.place}, not on a desk.")
    order = shop.books.parts_orders.get(unit.parts_order)
    if order is not None and order.state != "RETURNING":
        shop.refuse("wrong-state", f"{unit.id} is {order.state} for {order.id}; ask for its return first.")
    if not event.tote:
        if job is not None:
            steps.cancel(shop, job, f"{person} carries it")
        stock.move(shop, unit, f"HAND:{person}", "m8", person)
        return
    if job is None or job.job_kind != "RETURN" or steps.state_of(job) != "AT_PICKUP" or job.tote != event.tote:
        shop.refuse(
            "no-robot", f"No robot with tote {event.tote} waits for {unit.id}. Leave the tote empty to carry it."
        )
    job.other_side_says_loaded = True
    shop.touch(job)
    steps.agree(shop, job)


@room.hears(ToteLoaded)
def tote_loaded(shop: Shop, fact: ToteLoaded) -> None:
    """j4: the robot's half."""
    job = shop.books.jobs.get(fact.job)
    if job is not None and steps.state_of(job) == "AT_PICKUP":
        job.robot_says_loaded = True
        shop.touch(job)
        steps.agree(shop, job)


@room.hears(CommandWasRefused)
def outlet_refused(shop: Shop, fact: CommandWasRefused) -> None:
    for job in steps.carried_jobs(shop):
        if job.command == fact.command:
            steps.fail(shop, job, f"the outlet stays closed: {fact.reason}")


# ── delivering ───────────────────────────────────────────────────────────────────────────────────


@room.hears(PartAccepted)
def part_accepted(shop: Shop, fact: PartAccepted) -> None:
    """j6 at a desk."""
    job = steps.job_with(shop, fact.unit)
    if job is not None and job.job_kind == "DELIVER":
        steps.finish(shop, job)


@room.hears(UnitMoved)
def unit_moved(shop: Shop, fact: UnitMoved) -> None:
    """j6 at the inlet; and whatever is taken out of a tote by hand ends the alarm about it."""
    kind = fact.target.partition(":")[0]
    if kind in PUT_AWAY:
        job = steps.job_with(shop, fact.unit)
        if job is not None and job.job_kind != "DELIVER":
            steps.finish(shop, job)
    if fact.source.startswith("TOTE:"):
        shop.all_clear(fact.source)


@room.hears(PartRefused)
def part_refused(shop: Shop, fact: PartRefused) -> None:
    """j7: back with it; or, if it is for another desk, on to that one."""
    job = steps.job_with(shop, fact.unit)
    if job is None or steps.state_of(job) != "AT_DROP" or job.job_kind != "DELIVER":
        return
    if fact.reason != "not-mine":
        steps.turn_back(shop, job, fact.reason)
        return
    steps.resume(shop, job)
    order = shop.books.parts_orders.get(job.parts_order)
    if order is not None:
        job.target = shop.layout.desks[order.desk].station
    shop.step(job, "j7", "LOADED")
    shop.note(JobAssigned(job=job.id, robot=job.robot, attempt=job.attempt))


@room.hears(PartUntaken)
def part_untaken(shop: Shop, fact: PartUntaken) -> None:
    """j7: nobody took it in 300 s."""
    job = steps.job_with(shop, fact.unit)
    if job is not None and steps.state_of(job) == "AT_DROP" and job.job_kind == "DELIVER":
        steps.turn_back(shop, job, "untaken")


@room.falls_due(Job, "AT_DROP")
def nobody_took_it_out(shop: Shop, job: Job) -> None:
    """j7: the job's own limit."""
    if job.job_kind == "DELIVER":
        steps.turn_back(shop, job, "untaken")
        return
    shop.step(job, "j7", "UNDELIVERED")
    shop.note(JobUndelivered(job=job.id, robot=job.robot, why="the cabinet did not take it in"))
    shop.alarm(f"TOTE:{job.tote}", f"{job.unit} was not taken in at {job.target}: put it away", "PK")


# ── when it does not go well ─────────────────────────────────────────────────────────────────────


@room.hears(PartUnderway)
def part_underway(shop: Shop, fact: PartUnderway) -> None:
    """j8: a person was faster."""
    job = steps.job_with(shop, fact.unit)
    if fact.by == "hand" and job is not None:
        steps.cancel(shop, job, "carried by hand")


@room.hears(PartsOrderEnded)
def parts_order_ended(shop: Shop, fact: PartsOrderEnded) -> None:
    """j8: nobody needs it any more."""
    for job in [*steps.carried_jobs(shop), *steps.queued_jobs(shop)]:
        if job.parts_order == fact.parts_order:
            steps.cancel(shop, job, f"parts order {fact.state}")


@room.hears(RobotFailed)
def robot_failed(shop: Shop, fact: RobotFailed) -> None:
    """j9 as long as it may come right again, else j11."""
    job = shop.books.jobs[fact.job]
    if shop.is_final(job):
        return
    if fact.unproven:
        job.attempt = steps.ATTEMPTS_MAX
    if not fact.retriable or job.retries >= JOB_RETRIES_MAX:
        steps.fail(shop, job, fact.why)
        return
    job.retries += 1
    if job.state != "RETRYING":
        job.back_to = job.state
        shop.step(job, "j9")
    shop.note(JobRetried(job=job.id, robot=job.robot, why=fact.why))


@room.hears(RobotRecovered)
def robot_recovered(shop: Shop, fact: RobotRecovered) -> None:
    """j10."""
    job = shop.books.jobs[fact.job]
    if job.state == "RETRYING":
        steps.resume(shop, job)
        steps.agree(shop, job)


@room.falls_due(Job, "ASSIGNED", "LOADED")
def no_arrival(shop: Shop, job: Job) -> None:
    """A robot that is well and has a way only waits for its turn; progress is the fleet's to watch."""
    goal = job.source if job.state == "ASSIGNED" else job.target
    if fleet.gets_there(shop, job.robot, goal):
        shop.wait(job, shop.now + NO_PROGRESS_LIMIT)
    else:
        steps.fail(shop, job, f"{job.robot} does not get to {goal}")


@room.falls_due(Job, "AT_PICKUP")
def load_not_agreed(shop: Shop, job: Job) -> None:
    """j11: one of the two sides has not said that it is loaded."""
    steps.fail(shop, job, "load not agreed")


@room.falls_due(Job, "RETRYING")
def not_recovered(shop: Shop, job: Job) -> None:
    steps.fail(shop, job, f"{job.robot} did not recover")

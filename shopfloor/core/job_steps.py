"""The steps that a job may take (j1–j11), each with its books, its facts and the open question to the cabinet.

When they are taken is in ``jobs``.
"""

from shopfloor.contract.facts import (
    JobAssigned,
    JobByHand,
    JobCancelled,
    JobDone,
    JobFailed,
    JobLoaded,
    JobOpened,
    JobResumed,
    JobUndelivered,
)
from shopfloor.contract.kinds import JobKind
from shopfloor.core import stock
from shopfloor.core.books import Job
from shopfloor.core.shop import Shop

ATTEMPTS_MAX = 3
"""So many robots may fail at a carrying before people do it."""
CARRIED = ("LOADED", "AT_DROP")


def open_job(shop: Shop, kind: JobKind, unit: str, source: str, target: str, parts_order: str) -> Job:
    """j1."""
    job = _new(shop, kind, unit, source, target, parts_order)
    shop.begin(job, "j1")
    shop.books.jobs_queued.append(job.id)
    return job


def _new(shop: Shop, kind: JobKind, unit: str, source: str, target: str, parts_order: str) -> Job:
    job = Job(
        id=shop.number("J"),
        state="QUEUED",
        job_kind=kind,
        unit=unit,
        source=source,
        target=target,
        parts_order=parts_order,
        opened_at=shop.now,
        attempt=1,
        urgent=_somebody_waits(shop, parts_order),
    )
    shop.books.jobs[job.id] = job
    shop.note(JobOpened(job=job.id, job_kind=kind, unit=unit, source=source, target=target, parts_order=parts_order))
    return job


def _somebody_waits(shop: Shop, parts_order: str) -> bool:
    """A customer sits at the desk, or a replacement is owed."""
    order = shop.books.parts_orders.get(parts_order)
    repair = shop.books.repairs.get(order.repair) if order is not None else None
    ticket = shop.books.tickets.get(repair.ticket) if repair is not None else None
    return (order is not None and order.urgent) or (ticket is not None and ticket.state == "SERVING")


def inlet(shop: Shop) -> str:
    """The station where the first cabinet takes things in."""
    return next(iter(shop.layout.cabinets.values())).inlet_station


def agree(shop: Shop, job: Job) -> None:
    """j4 needs both halves."""
    if job.state == "AT_PICKUP" and job.robot_says_loaded and job.other_side_says_loaded:
        shop.step(job, "j4")
        _into_tote(shop, job)


def _into_tote(shop: Shop, job: Job) -> None:
    unit = shop.books.units.get(job.unit)
    if unit is not None and unit.place != f"TOTE:{job.tote}":
        cause = "m4" if job.job_kind == "DELIVER" else "m8"
        stock.move(shop, unit, f"TOTE:{job.tote}", cause, job.robot)
    shop.note(JobLoaded(job=job.id, robot=job.robot, tote=job.tote, unit=job.unit, parts_order=job.parts_order))


def finish(shop: Shop, job: Job) -> None:
    """j6."""
    if state_of(job) == "AT_DROP":
        resume(shop, job)
        shop.step(job, "j6")
        shop.note(JobDone(job=job.id, robot=job.robot))


def turn_back(shop: Shop, job: Job, why: str) -> None:
    """j7: undelivered; what is in the tote begins its way back as a new job, loaded."""
    resume(shop, job)
    shop.step(job, "j7", "UNDELIVERED")
    shop.note(JobUndelivered(job=job.id, robot=job.robot, why=why))
    back = _new(shop, "RETURN", job.unit, job.target, inlet(shop), job.parts_order)
    back.state = "LOADED"
    back.robot = job.robot
    back.tote = job.tote
    shop.begin(back, "j7")
    shop.note(JobAssigned(job=back.id, robot=back.robot, attempt=1))


def by_hand(shop: Shop, job: Job, why: str) -> None:
    """j8, E8: a person carries it."""
    cancel(shop, job, why)
    shop.note(JobByHand(job=job.id, unit=job.unit, parts_order=job.parts_order))


def resume(shop: Shop, job: Job) -> None:
    """j10: whatever comes next starts from the state before."""
    if job.state == "RETRYING":
        shop.step(job, "j10", job.back_to)
        job.back_to = ""
        shop.note(JobResumed(job=job.id, robot=job.robot))


def cancel(shop: Shop, job: Job, why: str) -> None:
    """j8; what is loaded can only come back (j7)."""
    if job.state == "RETRYING" and job.back_to not in CARRIED:
        resume(shop, job)
    if not shop.can_step(job, "j8"):
        return
    _leave(shop, job)
    shop.step(job, "j8")
    shop.note(JobCancelled(job=job.id, why=why))


def fail(shop: Shop, job: Job, why: str) -> None:
    """j11: empty, another robot tries; loaded, a person takes it out of the tote (p15)."""
    loaded = state_of(job) in CARRIED or job.other_side_says_loaded
    if loaded and state_of(job) == "AT_PICKUP":
        _into_tote(shop, job)
    _leave(shop, job)
    shop.step(job, "j11")
    shop.note(
        JobFailed(job=job.id, robot=job.robot, why=why, loaded=loaded, unit=job.unit, parts_order=job.parts_order)
    )
    if loaded:
        return
    if job.attempt < ATTEMPTS_MAX:
        again = open_job(shop, job.job_kind, job.unit, job.source, job.target, job.parts_order)
        again.attempt = job.attempt + 1
        again.refused_by = [*job.refused_by, job.robot]
    else:
        shop.note(JobByHand(job=job.id, unit=job.unit, parts_order=job.parts_order))


def was_loaded(shop: Shop, job: Job) -> None:
    """j11: it had ended, and then the cabinet said that it had given the unit out. A person takes it from the tote."""
    another = job_with(shop, job.unit)
    if another is not None:
        cancel(shop, another, f"{job.robot} has it already")
    _into_tote(shop, job)
    why = "the cabinet had given it out already"
    shop.note(JobFailed(job=job.id, robot=job.robot, why=why, loaded=True, unit=job.unit, parts_order=job.parts_order))


def _leave(shop: Shop, job: Job) -> None:
    """Nothing waits for this job any more."""
    if job.id in shop.books.jobs_queued:
        shop.books.jobs_queued.remove(job.id)
    if job.command:
        shop.withdraw(job.command)
        job.command = ""


def state_of(job: Job) -> str:
    """Where it is, also while its robot is being waited for."""
    return job.back_to if job.state == "RETRYING" else job.state


def job_with(shop: Shop, unit: str) -> Job | None:
    """The open job for this unit."""
    jobs = (*carried_jobs(shop), *queued_jobs(shop))
    return next((job for job in jobs if job.unit == unit and not shop.is_final(job)), None)


def carried_jobs(shop: Shop) -> list[Job]:
    """Those that robots fetch or carry."""
    return [shop.books.jobs[job] for robot in shop.books.robots.values() for job in robot.jobs]


def queued_jobs(shop: Shop) -> list[Job]:
    return [shop.books.jobs[job] for job in shop.books.jobs_queued]

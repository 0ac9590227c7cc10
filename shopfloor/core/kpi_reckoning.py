"""How each KPI is reckoned from what the folds remember. Without data a number is None, never 0."""

from math import ceil
from typing import TypeAlias

from shopfloor.contract.actor import HOUR, MINUTE, Instant
from shopfloor.core.kpi_folds import SEAMS
from shopfloor.core.kpi_memory import Memory, RobotClock
from shopfloor.core.touchpoints import EVERY_VISIT, EVERY_VISIT_TAPPED

Number: TypeAlias = float | int | None
Numbers: TypeAlias = dict[str, Number]

PAPER_A_DAY = 120
"""Sheets, given; so many were used before."""
DAYS_A_YEAR = 365
DETAILS = ("working", "part", "customer", "payment")
SECOND_MS = 1_000


# ── small reckoning ─────────────────────────────────────────────────────────────────────────────


def share(part: int, whole: int) -> float | None:
    """None where there is nothing to divide by."""
    return part / whole if whole else None


def percentile(values: list[int], percent: int) -> int | None:
    """Nearest rank: always a value that really occurred."""
    if not values:
        return None
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]


def spread(values: list[int], unit: int = MINUTE, prefix: str = "") -> Numbers:
    """n, mean, p50 and p90 of values in ms, told in ``unit``."""
    n = len(values)
    middle, high = percentile(values, 50), percentile(values, 90)
    return {
        f"{prefix}n": n,
        f"{prefix}mean": sum(values) / n / unit if n else None,
        f"{prefix}p50": None if middle is None else middle / unit,
        f"{prefix}p90": None if high is None else high / unit,
    }


def _told(memory: Memory, kind: str) -> int:
    return memory.counts.get(kind, 0)


def _values(memory: Memory, series: str) -> list[int]:
    return memory.values.get(series, [])


# ── the hall ────────────────────────────────────────────────────────────────────────────────────


def waiting(memory: Memory) -> Numbers:
    now = [memory.at - visit.anchor for visit in memory.visits.values() if visit.waits]
    return {**spread(_values(memory, "waiting")), "longest_now": max(now) / MINUTE if now else None}


def service_level(memory: Memory) -> Numbers:
    called, in_time = _told(memory, "called"), _told(memory, "called in time")
    strict = called + _told(memory, "left late")
    return {"n": called, "value": share(in_time, called), "strict_n": strict, "strict": share(in_time, strict)}


def abandonment(memory: Memory) -> Numbers:
    issued = _told(memory, "TicketIssued")
    return {"n": issued, "value": share(_told(memory, "TicketLeft"), issued)}


def no_show(memory: Memory) -> Numbers:
    called, booked = _told(memory, "called"), _told(memory, "TicketExpected")
    return {
        "n": called,
        "value": share(_told(memory, "missed call"), called),
        "booked_n": booked,
        "booked": share(_told(memory, "missed booking"), booked),
        "reinstated": _told(memory, "TicketReinstated"),
    }


def desk_use(memory: Memory) -> Numbers:
    open_ms, occupied = 0, dict.fromkeys(DETAILS, 0)
    for clock in memory.desks.values():
        open_ms += clock.open_ms + (memory.at - clock.open_since if clock.open_since else 0)
        for doing in DETAILS:
            running = memory.at - clock.since if clock.doing == doing else 0
            occupied[doing] += clock.ms.get(doing, 0) + running
    value = share(sum(occupied.values()), open_ms)
    return {"n": len(memory.desks), "value": value, **{doing: share(occupied[doing], open_ms) for doing in DETAILS}}


# ── repairs ─────────────────────────────────────────────────────────────────────────────────────


def repair_time(memory: Memory) -> Numbers:
    return {
        **spread(_values(memory, "repair time")),
        **spread(_values(memory, "bench"), prefix="bench_"),
        **spread(_values(memory, "tat"), prefix="tat_"),
    }


def promise_kept(memory: Memory) -> Numbers:
    n = _told(memory, "promised")
    return {"n": n, "value": share(_told(memory, "promise kept"), n)}


def right_first_time(memory: Memory) -> Numbers:
    passed, out = _told(memory, "QualityCheckPassed"), len(_values(memory, "tat"))
    flawed = share(_told(memory, "flawed"), out)
    return {
        "n": passed,
        "first_pass": share(_told(memory, "first pass"), passed),
        "repairs_n": out,
        "value": None if flawed is None else max(0.0, 1 - flawed),
    }


def quote_acceptance(memory: Memory) -> Numbers:
    shown, signed = _told(memory, "quotes shown"), _told(memory, "quotes signed")
    return {
        "n": shown,
        "value": share(signed, shown),
        "repairs_n": signed,
        "supplements": share(_told(memory, "SupplementNeeded"), signed),
    }


def charge_integrity(memory: Memory) -> Numbers:
    n = len(_values(memory, "owners"))
    return {"n": n, "value": share(_told(memory, "charge right"), n)}


def one_engineer(memory: Memory) -> Numbers:
    n = len(_values(memory, "owners"))
    return {"n": n, "value": share(_told(memory, "single owner"), n)}


# ── parts, stock, robots ────────────────────────────────────────────────────────────────────────


def parts_wait(memory: Memory) -> Numbers:
    return {**spread(_values(memory, "parts wait")), **spread(_values(memory, "blocking"), prefix="blocking_")}


def walking(memory: Memory) -> Numbers:
    repairs = len(_values(memory, "owners"))
    return {"n": repairs, "value": _told(memory, "walking ms") / MINUTE / repairs if repairs else None}


def _robot_ms(clock: RobotClock, at: Instant) -> dict[str, int]:
    spent = dict(clock.ms)
    spent[clock.state] = spent.get(clock.state, 0) + at - clock.since
    return spent


def robot_use(memory: Memory) -> Numbers:
    spent = [_robot_ms(clock, memory.at) for clock in memory.robots.values()]
    whole = sum(sum(each.values()) for each in spent)
    down = sum(each.get("FAULT", 0) + each.get("OFFLINE", 0) for each in spent)
    worked, opened = sum(_values(memory, "job")), _told(memory, "JobOpened")
    return {
        "n": opened,
        "value": share(worked, whole - down),
        "availability": share(whole - down, whole),
        "jobs_per_hour": _told(memory, "JobDone") / (whole / HOUR) if whole else None,
        "retries": share(_told(memory, "JobRetried"), opened),
        "by_hand": share(_told(memory, "JobByHand"), opened),
    }


def parts_efficiency(memory: Memory) -> Numbers:
    on_duty = sum(memory.at - since for since in memory.marks.get("keeper on duty", {}).values())
    hours = (_told(memory, "keeper ms") + on_duty + _told(memory, "walking ms")) / HOUR
    lines = _told(memory, "lines handled")
    return {"n": lines, "staff_hours": hours or None, "value": lines / hours if hours else None, "baseline": None}


def stock_out(memory: Memory) -> Numbers:
    lines = _told(memory, "PartsOrderOpened")
    value = share(_told(memory, "not reservable"), lines)
    return {"n": lines, "value": value, "fill": None if value is None else 1 - value, "days_of_cover": None}


def stock_accuracy(memory: Memory) -> Numbers:
    right = _told(memory, "BinAgreed")
    counted = right + _told(memory, "CountDiffered")
    return {"n": counted, "value": share(right, counted), "units_adjusted": _told(memory, "units adjusted")}


def wrong_parts(memory: Memory) -> Numbers:
    lines = _told(memory, "PartsOrderOpened")
    codes = {"wrong": "part wrong", "dead": "part dead", "damaged_by_us": "part damaged by us"}
    return {"n": lines, **{name: share(_told(memory, count), lines) for name, count in codes.items()}}


# ── papers, money, people's words ───────────────────────────────────────────────────────────────


def signature_health(memory: Memory) -> Numbers:
    shown, seconds = _told(memory, "SignatureShown"), percentile(_values(memory, "signing"), 50)
    return {
        "n": shown,
        "value": share(_told(memory, "DocumentSigned"), shown),
        "refused": share(_told(memory, "SignatureDeclined"), shown),
        "expired": share(_told(memory, "SignatureExpired"), shown),
        "median_s": None if seconds is None else seconds / SECOND_MS,
        "verified": None,
    }


def payment_unknown(memory: Memory) -> Numbers:
    attempts, reconciled = _told(memory, "PaymentRequested"), _told(memory, "PaymentReconciled")
    return {
        "n": attempts,
        "value": share(_told(memory, "PaymentLost"), attempts),
        **spread(_values(memory, "unknown"), prefix="resolve_"),
        "day_differences": _told(memory, "payment differences") if reconciled else None,
    }


def satisfaction(memory: Memory) -> Numbers:
    answers = _told(memory, "SurveyReceived")
    promoters = share(_told(memory, "promoters") - _told(memory, "detractors"), answers)
    low = _told(memory, "low scores")
    return {
        "n": answers,
        "value": share(_told(memory, "satisfied"), answers),
        "answer_rate": share(answers, _told(memory, "FollowUpStarted")),
        "nps": None if promoters is None else 100 * promoters,
        "low_n": low,
        "called_back": share(_told(memory, "called back"), low),
    }


def paper_saved(memory: Memory) -> Numbers:
    pages, days = _told(memory, "pages"), memory.days
    a_day = pages / days if days else None
    return {
        "n": pages,
        "value": pages if days else None,
        "per_day": a_day,
        "of_120": None if a_day is None else a_day / PAPER_A_DAY,
        "per_year": None if a_day is None else a_day * DAYS_A_YEAR,
    }


def sop(memory: Memory) -> Numbers:
    visits = _told(memory, "visits")
    return {
        "n": visits,
        "automatic": share(_told(memory, "automatic done"), visits * len(EVERY_VISIT)),
        "observed": share(_told(memory, "tapped done"), visits * len(EVERY_VISIT_TAPPED)),
        "checks_of_252": None,
    }


def seams(memory: Memory) -> Numbers:
    found: Numbers = {"n": sum(len(_values(memory, seam.name)) for seam in SEAMS)}
    for seam in SEAMS:
        found |= spread(_values(memory, seam.name), prefix=f"{seam.name}_")
    return found


def not_in_facts(_memory: Memory) -> Numbers:
    """No fact carries it; the formula says who measures it."""
    return {"n": 0, "value": None}

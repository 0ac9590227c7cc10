"""The white box: what a customer sees on their own link. How it broke, how it is repaired, what it costs.

No name, no phone number, no full IMEI, and nobody else's visit.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.lifecycles import FINAL
from shopfloor.core.waiting_time import minutes
from shopfloor.service.fact_rows import fact_of
from shopfloor.service.views.customer_words import PROGRESS
from shopfloor.service.views.opening import last_entry, one_moment
from shopfloor.service.views.queue import queue_seen
from shopfloor.service.views.repair import LineSeen, RepairSeen, repair_seen
from shopfloor.service.views.roster import is_off
from shopfloor.service.views.story import words_of

PROMISE_EARLY: Final = 15 * MINUTE
"""A promise is told as a range that ends with it (assumed)."""
PROMISE_STEP: Final = 5 * MINUTE
IMEI_SHOWN: Final = 4
STEPS_MAX: Final = 200
AT_A_DESK: Final = ("CALLED", "SERVING")
UNDECIDED: Final = ("QUOTED", "ON_HOLD(undecided)")


class Place(Struct, frozen=True):
    """Where they stand in the queue."""

    ahead: int
    wait_min_low: int
    wait_min_high: int


class Step(Struct, frozen=True):
    """Something that happened to their phone, or to a part for it."""

    at: Instant
    kind: str
    """Of the fact."""
    msgid: str
    """English, with places in braces (as in ``story_words``)."""
    values: dict[str, str]


class Cost(Struct, frozen=True):
    """What it costs, and why. None: not known yet."""

    lines: tuple[LineSeen, ...]
    """The signed ones if ``signed``, else those on offer; each with the rule that set its price."""
    signed: bool
    total_fen: int | None
    cap_fen: int | None
    """Never more than this without a new signature."""
    payable_fen: int | None
    paid_fen: int
    owed_fen: int | None


class OwnDocument(Struct, frozen=True):
    """One of their own."""

    request: str
    kind: str
    version: int
    state: str
    sha256: str
    pages: int | None
    at: Instant


class WhiteBox(Struct, frozen=True):
    """Everything on the customer's page."""

    ticket: str
    now: Instant
    number: str
    line: str
    state: str
    """Of the ticket."""
    booking: str
    booked_at: Instant
    desk: str
    """While they are called or served."""
    calls: int
    place: Place | None
    """While they wait."""
    repair: str
    stage: str
    """The repair's state; empty before there is one."""
    model: str
    imei_end: str
    causes: tuple[tuple[str, str], ...]
    """Fault, and how it came about."""
    steps: tuple[Step, ...]
    cost: Cost
    promised: tuple[Instant, Instant] | None
    documents: tuple[OwnDocument, ...]
    may: tuple[str, ...]
    """Events that they may say now: CustomerLeft, AppointmentCancelled, QuoteDeclined, ChoiceMade, SurveyAnswered,
    ComplaintMade."""
    score: int | None
    """Their own answer to the survey."""


class _Visit(Struct, frozen=True):
    number: str
    line: str
    state: str
    desk: str
    calls: int
    booked_at: Instant
    repair: str


def white_box(database: sqlite3.Connection, layout: Layout, ticket: str) -> WhiteBox | None:
    """None: there is no such ticket."""
    with one_moment(database):
        return _white_box(database, layout, ticket)


def _white_box(database: sqlite3.Connection, layout: Layout, ticket: str) -> WhiteBox | None:
    row = database.execute(
        "SELECT coalesce(number, ''), coalesce(line, ''), state, coalesce(desk, ''), coalesce(calls, 1), "
        "coalesce(booked_at, 0), coalesce(repair, (SELECT id FROM repair WHERE ticket = ticket.id), '') "
        "FROM ticket WHERE id = ?",
        (ticket,),
    ).fetchone()
    if row is None:
        return None
    visit = _Visit(*row)
    _entries, now = last_entry(database)
    repair = repair_seen(database, visit.repair) if visit.repair else None
    score = _score(database, visit.repair)
    booking = _booking(database, ticket) if visit.booked_at else ""
    return WhiteBox(
        ticket=ticket,
        now=now,
        number=visit.number,
        line=visit.line,
        state=visit.state,
        booking=booking,
        booked_at=visit.booked_at,
        desk=visit.desk if visit.state in AT_A_DESK else "",
        calls=visit.calls if visit.state == "CALLED" else 0,
        place=_place(database, layout, ticket, now) if visit.state == "WAITING" else None,
        repair=visit.repair,
        stage=repair.state if repair else "",
        model=repair.model if repair else "",
        imei_end=repair.imei[-IMEI_SHOWN:] if repair else "",
        causes=tuple((cause.fault, cause.cause) for cause in repair.causes) if repair else (),
        steps=tuple(_steps(database, visit.repair)),
        cost=_cost(repair),
        promised=_promised(repair),
        documents=_documents(repair),
        may=tuple(_may(database, visit, booking, repair, score)),
        score=score,
    )


# ── waiting ─────────────────────────────────────────────────────────────────────────────────────


def _place(database: sqlite3.Connection, layout: Layout, ticket: str, now: Instant) -> Place | None:
    """As the queue machine reckons it, with the desks of this moment."""
    queue = queue_seen(database, now)
    for ahead, waiting in enumerate(queue):
        if waiting.ticket == ticket:
            able = _able(database, layout, waiting.line, layout.date(now))
            return Place(ahead, *minutes(ahead, able=len(able), free=sum(not busy for busy in able.values())))
    return None


def _able(database: sqlite3.Connection, layout: Layout, line: str, date: str) -> dict[str, bool]:
    """Desks whose engineer may serve this line → whether somebody is called or seated there."""
    busy = {
        desk for (desk,) in database.execute("SELECT desk FROM ticket WHERE state IN ('CALLED', 'SERVING')").fetchall()
    }
    signed_on = database.execute("SELECT id, desk FROM presence WHERE state <> 'OFF' AND desk <> '' ORDER BY id")
    return {
        desk: desk in busy
        for person, desk in signed_on.fetchall()
        if person in layout.engineers and line in layout.engineers[person].lines and not is_off(database, person, date)
    }


def _booking(database: sqlite3.Connection, ticket: str) -> str:
    found = database.execute(
        "SELECT json_extract(body, '$.booking') FROM fact WHERE ticket = ? AND kind = 'TicketExpected'", (ticket,)
    ).fetchone()
    return str(found[0]) if found else ""


# ── the repair ──────────────────────────────────────────────────────────────────────────────────


def _steps(database: sqlite3.Connection, repair: str) -> Iterator[Step]:
    """Of this repair, its parts orders and their carrying."""
    if not repair:
        return
    kinds = tuple(kind.__name__ for kind in PROGRESS)
    rows = database.execute(
        f"SELECT id, at, kind, body FROM fact WHERE repair = :repair AND kind IN {kinds} UNION "  # noqa: S608 - our own names
        "SELECT f.id, f.at, f.kind, f.body FROM parts_order AS o JOIN fact AS f ON f.parts_order = o.id "
        f"WHERE o.repair = :repair AND f.kind IN {kinds} ORDER BY 1 LIMIT :most",
        {"repair": repair, "most": STEPS_MAX},
    )
    for _number, at, kind, body in rows:
        words = words_of(fact_of(kind, body), PROGRESS)
        if words is not None:
            yield Step(at, kind, *words)


def _cost(repair: RepairSeen | None) -> Cost:
    if repair is None:
        return Cost((), signed=False, total_fen=None, cap_fen=None, payable_fen=None, paid_fen=0, owed_fen=None)
    offered = next((quote for quote in reversed(repair.quotes) if quote.state in ("FROZEN", "APPROVED")), None)
    lines = repair.signed or (offered.lines if offered else ())
    return Cost(
        lines=lines,
        signed=bool(repair.signed),
        total_fen=sum(line.price_fen for line in lines) if lines else None,
        cap_fen=repair.cap_fen,
        payable_fen=repair.payable_fen,
        paid_fen=repair.paid_fen,
        owed_fen=repair.owed_fen,
    )


def _promised(repair: RepairSeen | None) -> tuple[Instant, Instant] | None:
    """Until it is ready; never a minute alone."""
    if repair is None or not repair.promised or repair.ready_at:
        return None
    start = (repair.promised - PROMISE_EARLY) // PROMISE_STEP * PROMISE_STEP
    return start, -(-repair.promised // PROMISE_STEP) * PROMISE_STEP


def _documents(repair: RepairSeen | None) -> tuple[OwnDocument, ...]:
    documents = repair.documents if repair else ()
    return tuple(OwnDocument(d.request, d.kind, d.version, d.state, d.sha256, d.pages, d.drafted_at) for d in documents)


def _score(database: sqlite3.Connection, repair: str) -> int | None:
    found = database.execute("SELECT score FROM repair WHERE id = ?", (repair,)).fetchone()
    return found[0] if found else None


# ── what they may do ────────────────────────────────────────────────────────────────────────────


def _may(
    database: sqlite3.Connection, visit: _Visit, booking: str, repair: RepairSeen | None, score: int | None
) -> Iterator[str]:
    if visit.state in ("WAITING", "CALLED"):
        yield "CustomerLeft"
    if visit.state == "EXPECTED" and booking:
        yield "AppointmentCancelled"
    if repair is None:
        return
    if repair.state in UNDECIDED and repair.quotes and repair.quotes[-1].state == "FROZEN":
        yield "QuoteDeclined"
    if repair.state == "ON_HOLD(part)":
        yield "ChoiceMade"
    if repair.state == "FOLLOW_UP" and score is None:
        yield "SurveyAnswered"
    if repair.state not in (*FINAL["repair"], "EXPECTED") and not _complains(database, repair.repair):
        yield "ComplaintMade"


def _complains(database: sqlite3.Connection, repair: str) -> bool:
    found = database.execute(
        "SELECT kind FROM fact WHERE repair = ? AND kind IN ('ComplaintReceived', 'ComplaintClosed') "
        "ORDER BY id DESC LIMIT 1",
        (repair,),
    ).fetchone()
    return found is not None and str(found[0]) == "ComplaintReceived"

"""One repair, whole: for its engineer and the manager; a customer's white box shows less of it."""

import sqlite3
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct, structs

from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant
from shopfloor.contract.kinds import QuoteLine
from shopfloor.service.fact_rows import fact_of
from shopfloor.service.views.opening import last_entry, one_moment
from shopfloor.service.views.parts import PartOfRepair, parts_of

Offer: TypeAlias = f.QuoteDrafted | f.QuoteFrozen | f.QuoteApproved | f.QuoteTurnedDown | f.QuoteSuperseded


class Cause(Struct, frozen=True):
    """A diagnosis, as shown to the customer."""

    at: Instant
    fault: str
    cause: str
    accidental: bool


class LineSeen(Struct, frozen=True):
    """A priced line, and the rule (1–5) that set its price."""

    line: int
    fault: str
    service: str
    sku: str
    part_fen: int
    labour_fen: int
    price_fen: int
    rule: int
    available: bool
    deposit_fen: int


class QuoteSeen(Struct, frozen=True):
    """One version of what was offered."""

    version: int
    at: Instant
    """Of its drafting."""
    state: str
    """DRAFT, FROZEN, APPROVED, DECLINED or SUPERSEDED."""
    supplement: bool
    subject_to_check: bool
    lines: tuple[LineSeen, ...]
    total_fen: int
    promised_min: int
    sha256: str = ""
    valid_until: Instant = 0
    reason: str = ""
    """Why it was declined."""


class DocumentSeen(Struct, frozen=True):
    """A document by its hash; its text is in ``documents.py``."""

    request: str
    kind: str
    version: int
    state: str
    sha256: str
    sealed_sha256: str
    pages: int | None
    drafted_at: Instant
    ended_at: Instant


class PaymentSeen(Struct, frozen=True):
    """One attempt."""

    payment: str
    kind: str
    state: str
    attempt: int
    amount_fen: int
    undone_fen: int
    pos: str
    asked_at: Instant
    settled_at: Instant


class RepairSeen(Struct, frozen=True):
    """What is known of it; 0 and empty: not (yet). ``None`` of money: nobody knows yet."""

    repair: str
    ticket: str
    number: str
    kind: str
    state: str
    reason: str
    desk: str
    owner: str
    model: str
    imei: str
    """In full: for staff only."""
    phone: str
    """Where the phone is."""
    parent: str
    causes: tuple[Cause, ...]
    quotes: tuple[QuoteSeen, ...]
    """Oldest first."""
    signed: tuple[LineSeen, ...]
    """The lines that may be worked on: of the last quote that was signed."""
    cap_fen: int | None
    payable_fen: int | None
    paid_fen: int
    """Settled, less what was given back."""
    owed_fen: int | None
    promised: Instant
    opened_at: Instant
    ready_at: Instant
    handed_over_at: Instant
    parts: tuple[PartOfRepair, ...]
    documents: tuple[DocumentSeen, ...]
    payments: tuple[PaymentSeen, ...]


def repair_seen(database: sqlite3.Connection, repair: str) -> RepairSeen | None:
    """None: there is no such repair."""
    with one_moment(database):
        return _repair(database, repair)


def _repair(database: sqlite3.Connection, repair: str) -> RepairSeen | None:
    found = database.execute(
        "SELECT coalesce(ticket, ''), coalesce((SELECT number FROM ticket WHERE id = repair.ticket), ''), "
        "coalesce(kind, ''), coalesce(state, ''), coalesce(reason, ''), coalesce(desk, ''), coalesce(owner, ''), "
        "coalesce(model, ''), coalesce(imei, ''), coalesce(phone, ''), coalesce(parent, ''), cap_fen, payable_fen, "
        "coalesce(promised_at, 0), coalesce(opened_at, 0), coalesce(ready_at, 0), coalesce(handed_over_at, 0) "
        "FROM repair WHERE id = ?",
        (repair,),
    ).fetchone()
    if found is None:
        return None
    ticket, number, kind, state, reason, desk, owner, model, imei, phone, parent, cap, payable, *times = found
    promised, opened_at, ready_at, handed_over_at = times
    told = tuple(_facts_of(database, repair))
    paid = sum(_money(fact) for _, fact in told)
    _entries, now = last_entry(database)
    return RepairSeen(
        repair=repair,
        ticket=ticket,
        number=number,
        kind=kind,
        state=state,
        reason=reason,
        desk=desk,
        owner=owner,
        model=model,
        imei=imei,
        phone=phone,
        parent=parent,
        causes=tuple(_causes(told)),
        quotes=_quotes(told),
        signed=_signed(told),
        cap_fen=cap,
        payable_fen=payable,
        paid_fen=paid,
        owed_fen=None if payable is None else max(0, payable - paid),
        promised=promised,
        opened_at=opened_at,
        ready_at=ready_at,
        handed_over_at=handed_over_at,
        parts=parts_of(database, repair, now),
        documents=_documents(database, repair),
        payments=_payments(database, repair),
    )


# ── from its facts ──────────────────────────────────────────────────────────────────────────────

Told: TypeAlias = tuple[tuple[Instant, f.Fact], ...]

OF_INTEREST = (
    f.CauseFound,
    f.SupplementNeeded,
    f.QuoteDrafted,
    f.QuoteFrozen,
    f.QuoteApproved,
    f.QuoteTurnedDown,
    f.QuoteSuperseded,
    f.PaymentSettled,
    f.PaymentReversed,
    f.PaymentRefunded,
)


def _facts_of(database: sqlite3.Connection, repair: str) -> Iterator[tuple[Instant, f.Fact]]:
    kinds = tuple(kind.__name__ for kind in OF_INTEREST)
    rows = database.execute(
        f"SELECT at, kind, body FROM fact WHERE repair = ? AND kind IN {kinds} ORDER BY id",  # noqa: S608 - our own names
        (repair,),
    )
    for at, kind, body in rows:
        yield at, fact_of(kind, body)


def _causes(told: Told) -> Iterator[Cause]:
    for at, fact in told:
        if isinstance(fact, f.CauseFound):
            yield Cause(at, fact.fault, fact.cause, fact.accidental)
        elif isinstance(fact, f.SupplementNeeded):
            yield Cause(at, fact.fault, "", accidental=False)


def _quotes(told: Told) -> tuple[QuoteSeen, ...]:
    quotes: dict[int, QuoteSeen] = {}
    for at, fact in told:
        if isinstance(fact, f.QuoteDrafted):
            for version, open_one in quotes.items():
                if open_one.state in ("DRAFT", "FROZEN"):
                    quotes[version] = structs.replace(open_one, state="SUPERSEDED")
            quotes[fact.version] = QuoteSeen(
                version=fact.version,
                at=at,
                state="DRAFT",
                supplement=fact.supplement,
                subject_to_check=fact.subject_to_check,
                lines=lines_seen(fact.lines),
                total_fen=fact.total,
                promised_min=fact.promised_min,
            )
        elif isinstance(fact, Offer) and fact.version in quotes:
            quotes[fact.version] = _later(quotes[fact.version], fact)
    return tuple(quotes.values())


def _later(quote: QuoteSeen, fact: Offer) -> QuoteSeen:
    match fact:
        case f.QuoteFrozen():
            return structs.replace(quote, state="FROZEN", sha256=fact.sha256, valid_until=fact.valid_until)
        case f.QuoteApproved():
            return structs.replace(quote, state="APPROVED")
        case f.QuoteTurnedDown():
            return structs.replace(quote, state="DECLINED", reason=fact.reason)
        case _:
            return structs.replace(quote, state="SUPERSEDED")


def _signed(told: Told) -> tuple[LineSeen, ...]:
    approved = [fact for _, fact in told if isinstance(fact, f.QuoteApproved)]
    return lines_seen(approved[-1].lines) if approved else ()


def lines_seen(lines: tuple[QuoteLine, ...]) -> tuple[LineSeen, ...]:
    """As the quote has them, with their prices summed."""
    return tuple(
        LineSeen(
            line=line.line,
            fault=line.fault,
            service=line.service,
            sku=line.sku,
            part_fen=line.part_fen,
            labour_fen=line.labour_fen,
            price_fen=line.price_fen,
            rule=line.rule,
            available=line.available,
            deposit_fen=line.deposit_fen,
        )
        for line in lines
    )


def _money(fact: f.Fact) -> int:
    """What this adds to what the customer has paid. A late capture that goes back was never counted (F52)."""
    match fact:
        case f.PaymentSettled():
            return fact.amount
        case f.PaymentReversed():
            return -fact.amount if fact.counted else 0
        case f.PaymentRefunded():
            return -fact.amount
        case _:
            return 0


# ── from the records of its papers and payments ─────────────────────────────────────────────────


def _documents(database: sqlite3.Connection, repair: str) -> tuple[DocumentSeen, ...]:
    rows = database.execute(
        "SELECT id, kind, version, state, coalesce(sha256, ''), coalesce(sealed_sha256, ''), pages, drafted_at, "
        "coalesce(ended_at, 0) FROM document WHERE repair = ? ORDER BY drafted_at, length(id), id",
        (repair,),
    )
    return tuple(DocumentSeen(*row) for row in rows)


def _payments(database: sqlite3.Connection, repair: str) -> tuple[PaymentSeen, ...]:
    rows = database.execute(
        "SELECT id, kind, state, attempt, amount_fen, coalesce(undone_fen, 0), pos, asked_at, coalesce(settled_at, 0) "
        "FROM payment WHERE repair = ? ORDER BY asked_at, length(id), id",
        (repair,),
    )
    return tuple(PaymentSeen(*row) for row in rows)

"""Before the visit and after it: announced repairs, follow-up, rework, voiding (r1, r2, r33–r36)."""

from shopfloor.contract.actor import DAY, HOUR, Device
from shopfloor.contract.events import (
    ComplaintMade,
    ComplaintSettled,
    RepairAnnounced,
    RepairVoided,
    ReworkClaimed,
    SurveyAnswered,
)
from shopfloor.contract.facts import (
    ComplaintClosed,
    ComplaintReceived,
    CopyDelivered,
    FollowUpStarted,
    RepairCancelled,
    RepairClosed,
    RepairExpected,
    RepairExpired,
    ReworkOpened,
    SurveyReceived,
    TicketClosedByDay,
    TicketLeft,
    TicketMissed,
    TicketRemoved,
)
from shopfloor.core import acceptance, custody
from shopfloor.core.books import Repair, Ticket, Warranty
from shopfloor.core.lifecycles import FINAL, WARRANTY_DAYS
from shopfloor.core.loaners import loaner_out
from shopfloor.core.parts_orders import all_back
from shopfloor.core.payments import open_or_unknown
from shopfloor.core.shop import MANAGER, Shop

room = acceptance.room
"""One room in several files."""

ANNOUNCED_MAX = 500
COMPLAINT_DUE = 48 * HOUR
FOLLOW_UP_DUE = 7 * DAY
LOW_SCORE = 2
"""Of five; so few stars are a complaint that the manager answers."""


# ── before the visit ──────────────────────────────────────────────────────────────────────────────


@room.records(RepairAnnounced)
def repair_announced(shop: Shop, _by: Device, event: RepairAnnounced) -> None:
    """r1: a booking with a fault, or a mail-in form."""
    if shop.catalogue.row(event.model, event.fault) is None:
        shop.refuse("not-in-catalogue", "We do not repair this fault of this model. Please ask the staff.")
    if sum(r.state == "EXPECTED" for r in shop.books.repairs.values()) >= ANNOUNCED_MAX:
        shop.refuse("too-many", "Too many repairs are announced. Please come without.")
    ticket = _check_announced(shop, event)
    repair = Repair(
        id=shop.number("R"),
        state="EXPECTED",
        repair_kind=event.repair_kind,
        model=event.model,
        fault=event.fault,
        imei=event.imei,
        waybill=event.waybill,
        booking=event.booking,
    )
    shop.books.repairs[repair.id] = repair
    if ticket is not None:
        ticket.repair = repair.id
        shop.touch(ticket)
        shop.begin(repair, "r1", due=ticket.booked_at + DAY)
    else:
        shop.begin(repair, "r1")
    shop.note(
        RepairExpected(
            repair=repair.id,
            repair_kind=event.repair_kind,
            model=event.model,
            fault=event.fault,
            booking=event.booking,
            waybill=event.waybill,
        )
    )


def _check_announced(shop: Shop, event: RepairAnnounced) -> Ticket | None:
    """The booking's ticket; a mail-in has none, but a waybill of its own."""
    if event.repair_kind == "MAIL_IN":
        if not event.waybill:
            shop.refuse("no-waybill", "Please give the number of the waybill.")
        if any(r.waybill == event.waybill and r.state not in FINAL["repair"] for r in shop.books.repairs.values()):
            shop.refuse("already", f"The parcel {event.waybill} is announced already.")
        return None
    ticket = next((t for t in shop.books.tickets.values() if t.booking and t.booking == event.booking), None)
    if ticket is None or ticket.state != "EXPECTED":
        shop.refuse("unknown-booking", "There is no open booking with this number.")
    if ticket.repair:
        shop.refuse("already", "A repair is announced for this booking already.")
    return ticket


@room.hears(TicketMissed, TicketRemoved, TicketLeft, TicketClosedByDay)
def never_seated(shop: Shop, fact: TicketMissed | TicketRemoved | TicketLeft | TicketClosedByDay) -> None:
    """r2: the ticket ended before anybody sat down."""
    ticket = shop.books.tickets.get(fact.ticket)
    repair = shop.books.repairs.get(ticket.repair) if ticket is not None else None
    if repair is not None and repair.state == "EXPECTED":
        nobody_came(shop, repair)


@room.falls_due(Repair, "EXPECTED")
def nobody_came(shop: Shop, repair: Repair) -> None:
    """r2."""
    shop.step(repair, "r2+")
    shop.note(RepairExpired(repair=repair.id))


# ── follow-up ─────────────────────────────────────────────────────────────────────────────────────


@room.hears(CopyDelivered)
def copies_delivered(shop: Shop, fact: CopyDelivered) -> None:
    """r33: the last copy is with the customer."""
    repair = shop.books.repairs.get(fact.repair)
    if repair is None or repair.state != "HANDED_OVER":
        return
    if not any(r.repair == repair.id and r.state == "SEALED" for r in shop.books.requests.values()):
        follow_up(shop, repair)


@room.falls_due(Repair, "HANDED_OVER")
def follow_up(shop: Shop, repair: Repair) -> None:
    """r33."""
    if repair.complaint:
        shop.step(repair, "r33", due=shop.now + COMPLAINT_DUE, party=MANAGER)
    else:
        shop.step(repair, "r33")
    shop.note(FollowUpStarted(repair=repair.id))


@room.records(SurveyAnswered)
def survey_answered(shop: Shop, _by: Device, event: SurveyAnswered) -> None:
    """r34: two stars or fewer are a complaint; the manager calls within 48 hours."""
    repair = shop.repair(event.repair)
    shop.in_state(repair, "r34", "This survey is not open (any more). Thank you.")
    if repair.score:
        shop.refuse("already", "You have answered already. Thank you.")
    repair.score = event.score
    shop.note(SurveyReceived(repair=repair.id, score=event.score, recommend=event.recommend))
    if event.score <= LOW_SCORE:
        _complain(shop, repair, f"{event.score} of 5: {event.words}")
    elif not repair.complaint:
        _close(shop, repair, "survey")


@room.records(ComplaintMade)
def complaint_made(shop: Shop, _by: Device, event: ComplaintMade) -> None:
    """r34: at any time until the repair is closed; the engineer first asked stays the one who answers for it."""
    repair = shop.repair(event.repair)
    if repair.state in (*FINAL["repair"], "EXPECTED"):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}. Please take a number, or call the shop.")
    if repair.complaint:
        shop.refuse("already", "Your complaint is with the manager, who will call you.")
    _complain(shop, repair, event.words)


def _complain(shop: Shop, repair: Repair, words: str) -> None:
    repair.complaint = True
    shop.touch(repair)
    if repair.state == "FOLLOW_UP":
        shop.wait(repair, shop.now + COMPLAINT_DUE, MANAGER)
    shop.alarm(_complaint(repair), f"{repair.id}, {repair.owner}: call the customer within 48 h. {words}", MANAGER)
    shop.note(ComplaintReceived(repair=repair.id))


@room.records(ComplaintSettled)
def complaint_settled(shop: Shop, _by: Device, event: ComplaintSettled) -> None:
    """r34: the customer was called."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    if not repair.complaint:
        shop.refuse("no-complaint", f"Nobody complained about {repair.id}.")
    if not event.how.strip():
        shop.refuse("no-reason", "Say how it was settled.")
    repair.complaint = False
    shop.touch(repair)
    shop.all_clear(_complaint(repair))
    shop.note(ComplaintClosed(repair=repair.id))
    if repair.state != "FOLLOW_UP":
        return
    if repair.score:
        _close(shop, repair, "survey")
    else:
        shop.wait(repair, shop.now + FOLLOW_UP_DUE, "CU")


@room.falls_due(Repair, "FOLLOW_UP")
def week_is_over(shop: Shop, repair: Repair) -> None:
    """r34: silence closes it, a complaint does not."""
    if repair.complaint:
        shop.remind(repair)
    else:
        _close(shop, repair, "followed-up")


def _close(shop: Shop, repair: Repair, reason: str) -> None:
    shop.step(repair, "r34")
    shop.note(RepairClosed(repair=repair.id, reason=reason))


def _complaint(repair: Repair) -> str:
    """Its own line on the board: the repair's other alarms end with its states."""
    return f"complaint/{repair.id}"


# ── rework, voiding ───────────────────────────────────────────────────────────────────────────────


@room.records(ReworkClaimed)
def rework_claimed(shop: Shop, by: Device, event: ReworkClaimed) -> None:
    """r35, E21: the repair opened for this visit becomes the rework of an earlier one."""
    repair = shop.owned(by, event.repair, event.revision)
    if repair.state not in ("INTAKE", "DIAGNOSING") or not repair.imei:
        shop.refuse("wrong-state", "Read the IMEI first; and claim before anything is quoted.")
    if repair.parent:
        shop.refuse("already", f"{repair.id} is the rework of {repair.parent} already.")
    row = _row_claimed(shop, repair, event)
    if event.new_damage and not shop.overridden(repair.id, "new-damage"):
        shop.refuse("needs-manager", "New damage is not covered, unless the manager allows it.")
    shop.use_override(repair.id, "new-damage")
    repair.parent, repair.covered_by = event.parent, row.id
    if repair.repair_kind != "MAIL_IN":  # a parcel stays one: it is signed for and sent back by post
        repair.repair_kind = "REWORK"
    repair.revision += 1
    shop.touch(repair)
    shop.note(ReworkOpened(repair=repair.id, parent=event.parent, line=event.line))


def _row_claimed(shop: Shop, repair: Repair, event: ReworkClaimed) -> Warranty:
    """B22: a row exists only since the parent's hand-over; same line, same phone, in time on the day they came."""
    for row in shop.books.warranties.values():
        if (row.repair, row.line) == (event.parent, event.line):
            break
    else:
        shop.refuse("no-warranty", f"Line {event.line} of {event.parent} has no warranty (any more).")
    if row.imei != repair.imei:
        shop.refuse("another-phone", f"{event.parent} was another phone: its IMEI ends in {row.imei[-4:]}.")
    if repair.opened_at > row.until:
        shop.refuse("too-late", f"The {WARRANTY_DAYS} days of {event.parent} are over.")
    return row


@room.records(RepairVoided)
def repair_voided(shop: Shop, _by: Device, event: RepairVoided) -> None:
    """r36: only when nothing of it is left: no unit, no money, no phone, no loaner. Its papers are voided then."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    shop.in_state(repair, "r36", f"{repair.id} is {repair.state}; there is nothing left to void.")
    check_nothing_left(shop, repair)
    _check_phone_back(shop, repair)
    cancel(shop, repair, "r36", event.reason)


def check_nothing_left(shop: Shop, repair: Repair) -> None:
    """Refuse while units, money or a loaner of this repair are out."""
    if not all_back(shop, repair.id):
        shop.refuse("units-out", f"Not all units of {repair.id} are back. Send them back first.")
    if repair.settled or open_or_unknown(shop, repair.id):
        shop.refuse("not-refunded", f"The customer's money for {repair.id} is not given back yet.")
    loaner = loaner_out(shop, repair.id)
    if loaner:
        shop.refuse("loaner-out", f"The customer still has loaner {loaner}. Take it back first.")


def _check_phone_back(shop: Shop, repair: Repair) -> None:
    place = custody.place_of(shop, repair.id)
    if place != custody.WITH_THE_CUSTOMER:
        shop.refuse("phone-here", f"The phone of {repair.id} is at {place}. Give it back against signature first.")


def cancel(shop: Shop, repair: Repair, row: str, reason: str) -> None:
    """r36, r42."""
    shop.step(repair, row, "CANCELLED")
    shop.note(RepairCancelled(repair=repair.id, reason=reason))

"""What can be done about customers: the one at the desk, those who wait, those who missed their call."""

from typing import Final

from shopfloor.contract.commands import WorkRow
from shopfloor.core.lifecycles import WORKING
from shopfloor.web.handheld.offer import Offer, Offers, Seat

ADVICE: Final = "C"
"""The line of those who come for advice: a repair is opened only if it turns out to be one."""
PICK_UP: Final = "D"
"""The line of those who come for a phone, which may be a colleague's repair."""
ENGAGED: Final = ("CALLED", "SERVING")


def ticket_offers(seat: Seat, row: WorkRow) -> Offers:
    """Of the ticket at one's own desk that is no repair (yet)."""
    ticket = {"ticket": row.ticket}
    if row.ticket_state == "CALLED":
        seat_them = Offer("seat", ticket)
        repair = (Offer("seat-repair", {**ticket, "opens_repair": True}),) if row.number.startswith(ADVICE) else ()
        return Offers((seat_them, *repair), (Offer("recall", ticket), Offer("no-show", ticket)), "called")
    if row.ticket_state == "SERVING":
        advised, courtesy = Offer("advised", ticket), Offer("touchpoint", ticket)
        fetch = Offer("fetch", {"engineer": seat.engineer})
        if row.number.startswith(PICK_UP):
            return Offers((fetch,), (advised, courtesy), "serving")
        return Offers((advised,), (courtesy, fetch), "serving")
    return Offers()


def seat_offers(seat: Seat) -> Offers:
    """Whether the next one can be called, or why not; and going home."""
    off = Offer("sign-off", {"engineer": seat.engineer})
    if seat.keeps_parts:
        return Offers((), (off,), "keeper")
    number = Offer("take-number", {})
    if any(row.desk == seat.desk and row.ticket_state in ENGAGED for row in seat.work.mine):
        return Offers((), (number, off), "somebody-is-here")
    busy = any(row.state in WORKING and row.desk == seat.desk for row in seat.work.mine)
    if busy:
        return Offers((), (number, off), "phone-on-desk")
    if not seat.work.waiting:
        return Offers((), (number, off), "nobody-waits")
    return Offers((Offer("next"),), (number, off))


def waiting_offers(seat: Seat, row: WorkRow) -> tuple[Offer, ...]:
    """q6: this one, out of turn."""
    can_call = seat_offers(seat).next
    return (Offer("choose", {"ticket": row.ticket}),) if can_call else ()

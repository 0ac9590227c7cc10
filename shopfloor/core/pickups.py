"""The customer does not take the phone now: comes later, never comes, or refuses to sign (r25–r28, r41, r45)."""

from shopfloor.contract.actor import DAY, Device
from shopfloor.contract.events import CustomerIdentified, CustomerWentAway, DisputeDecided
from shopfloor.contract.facts import (
    DeviceUnclaimed,
    DisputeSettled,
    PartyReminded,
    PickupAwaited,
    PickupStarted,
    RepairClosed,
    SignatureDeclined,
)
from shopfloor.core import custody, standing
from shopfloor.core.books import Repair
from shopfloor.core.holding import hold, room
from shopfloor.core.paperwork import sealed
from shopfloor.core.payments import open_or_unknown
from shopfloor.core.repairs import show_report
from shopfloor.core.shop import MANAGER, Shop

PICKUP_MAX = 30 * DAY
PICKUP_NOTICES = 3
PICKUP_NOTICE_EVERY = PICKUP_MAX // PICKUP_NOTICES


# ── the customer comes back later (r26–r28, r45) ──────────────────────────────────────────────────


@room.records(CustomerWentAway)
def customer_went_away(shop: Shop, by: Device, event: CustomerWentAway) -> None:
    """r26: the phone is sealed in a locker."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r26")
    if standing.signing(shop, repair.id):
        shop.refuse("signing", "A signature is under way. Let it end first.")
    if open_or_unknown(shop, repair.id):
        shop.refuse("paying", "A payment is under way. Let it end first.")
    custody.check_locker(shop, event.locker, repair.id)
    place = custody.place_of(shop, repair.id)
    if place not in ("qc", event.locker) and not place.startswith("desk/"):
        shop.refuse("phone-not-here", f"The phone of {repair.id} is at {place}.")
    _await_pickup(shop, repair, "r26", event.locker)


def _await_pickup(shop: Shop, repair: Repair, row: str, locker: str) -> None:
    repair.held_at, repair.accepted = shop.now, ""
    shop.step(repair, row, "AWAITING_PICKUP", due=shop.now + PICKUP_NOTICE_EVERY)
    shop.note(PickupAwaited(repair=repair.id, locker=locker))


@room.falls_due(Repair, "AWAITING_PICKUP")
def still_not_picked_up(shop: Shop, repair: Repair) -> None:
    """r28: the notice of the first day, one after ten and one after twenty; thirty days, and it is unclaimed."""
    sent = (shop.now - repair.held_at) // PICKUP_NOTICE_EVERY
    if sent < PICKUP_NOTICES:
        shop.note(PartyReminded(about=repair.id, state=repair.state, party="CU"))
        shop.wait(repair, shop.now + PICKUP_NOTICE_EVERY, "CU")
        return
    shop.step(repair, "r28")
    shop.alarm(repair.id, f"Nobody came for {repair.id} in 30 days and {PICKUP_NOTICES} notices", MANAGER)
    shop.note(DeviceUnclaimed(repair=repair.id))


@room.records(CustomerIdentified)
def customer_identified(shop: Shop, by: Device, event: CustomerIdentified) -> None:
    """r27, r45, E20: the owner of the phone, or a proxy; the owner of the repair, or a duty engineer by r30."""
    repair = shop.owned(by, event.repair, event.revision)
    row = "r45+" if repair.state == "UNCLAIMED" else "r27"
    shop.in_state(repair, row, f"{repair.id} is {repair.state}; it does not wait for pick-up.")
    ticket = shop.ticket(event.ticket)
    if (ticket.state, ticket.line, ticket.engineer) != ("SERVING", "D", repair.owner):
        shop.refuse("wrong-ticket", f"{ticket.number} is not a pick-up (line D) that you are serving.")
    if event.how == "proxy-signed" and not sealed(shop, repair.id, "PROXY"):
        shop.refuse("not-signed", "The PROXY document is not sealed yet.")
    repair.ticket, repair.desk, ticket.repair = ticket.id, ticket.desk, repair.id
    shop.touch(ticket)
    shop.step(repair, row, "REPORTED")
    shop.note(PickupStarted(repair=repair.id, ticket=ticket.id, how=event.how))
    show_report(shop, repair)


@room.falls_due(Repair, "UNCLAIMED")
def never_claimed(shop: Shop, repair: Repair) -> None:
    """r45: the repair ends; the phone stays where it is, in the shop's custody."""
    shop.step(repair, "r45+", "CLOSED")
    shop.note(RepairClosed(repair=repair.id, reason="unclaimed"))


# ── acceptance refused (r25, r41) ─────────────────────────────────────────────────────────────────


@room.hears(SignatureDeclined)
def acceptance_declined(shop: Shop, fact: SignatureDeclined) -> None:
    """r25, E13."""
    repair = shop.books.repairs[fact.repair]
    if fact.document in ("ACCEPT", "RETURN_UNREPAIRED") and repair.state == "ACCEPTING":
        acceptance_refused(shop, repair)


def acceptance_refused(shop: Shop, repair: Repair) -> None:
    """r25: the flag stays until the manager has settled it."""
    repair.disputed, repair.accepted = True, ""
    hold(shop, repair, "r25", "acceptance")
    shop.alarm(repair.id, f"The customer did not sign for {repair.id}: come and settle it", MANAGER)


def unsigned_parcel(shop: Shop, repair: Repair) -> bool:
    """A mail-in that has travelled home and was not signed for there."""
    return repair.state == "ACCEPTING" and custody.place_of(shop, repair.id) == custody.WITH_THE_COURIER


@room.records(DisputeDecided)
def dispute_decided(shop: Shop, _by: Device, event: DisputeDecided) -> None:
    """r41: the fault is real and it is checked again; or the manager's witness note takes the signature's place."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    if repair.state != "ON_HOLD(acceptance)":
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; nothing is disputed.")
    if event.fault_confirmed and repair.scanned_out:
        shop.refuse("phone-not-here", f"The phone of {repair.id} is out of the shop. Open a rework when it is back.")
    if event.fault_confirmed and repair.unrepaired:
        shop.refuse("unrepaired", f"{repair.id} goes back unrepaired; there is no work to check again.")
    repair.witness = not event.fault_confirmed
    repair.revision += 1
    shop.touch(repair)
    shop.note(DisputeSettled(repair=repair.id, fault_confirmed=event.fault_confirmed))
    if event.fault_confirmed:
        repair.disputed, repair.back_to = False, ""
        shop.step(repair, "r41+", "QC")


@room.falls_due(Repair, "ON_HOLD(acceptance)")
def dispute_lasts(shop: Shop, repair: Repair) -> None:
    """r41: a week; then the phone waits like any other, in the locker where it is scanned."""
    repair.back_to, repair.witness = "", False
    _await_pickup(shop, repair, "r41+", repair.locker)

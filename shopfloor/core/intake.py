"""How a repair begins: at the desk or out of a parcel, intake, diagnosis (r3–r6, E18, E21)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import DataWiped, DiagnosisRecorded, IntakeRecorded, MailInReceived
from shopfloor.contract.facts import (
    CauseFound,
    ConsultEnded,
    DocumentSigned,
    IntakeSigned,
    PhoneDescribed,
    RepairClosed,
    RepairOpened,
    TicketSeated,
    WipeRecorded,
)
from shopfloor.core import custody, standing
from shopfloor.core.books import Repair, Ticket
from shopfloor.core.lifecycles import HELD, PHOTOS_MIN, WORKING
from shopfloor.core.paperwork import sealed
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("repairs")

DIAGNOSES_MAX = 16


# ── opened: at the desk, or out of a parcel ───────────────────────────────────────────────────────


@room.hears(TicketSeated)
def customer_sits_down(shop: Shop, fact: TicketSeated) -> None:
    """r4; a customer who comes for a repair that stands still brings ticket, desk, PAD and POS to it."""
    ticket = shop.books.tickets[fact.ticket]
    known = shop.books.repairs.get(ticket.repair)
    if known is not None and known.state in (*HELD, "AWAITING_PICKUP", "UNCLAIMED"):
        known.ticket, known.desk = ticket.id, fact.desk
        shop.touch(known)
    elif fact.opens_repair and (known is None or known.state == "EXPECTED"):
        _open_at_desk(shop, ticket, known, fact)


def _open_at_desk(shop: Shop, ticket: Ticket, expected: Repair | None, fact: TicketSeated) -> None:
    repair = expected or Repair(
        id=shop.number("R"), state="INTAKE", repair_kind="BOOKED" if ticket.booking else "WALK_IN"
    )
    repair.ticket, repair.desk, repair.owner = ticket.id, fact.desk, fact.engineer
    repair.language, repair.booking, repair.opened_at = ticket.language, ticket.booking, shop.now
    repair.model, repair.fault = repair.model or ticket.model, repair.fault or ticket.fault
    ticket.repair = repair.id
    shop.touch(ticket)
    if expected is None:
        shop.books.repairs[repair.id] = repair
        shop.begin(repair, "r4")
    else:
        shop.step(repair, "r4")
    _opened(shop, repair)


@room.records(MailInReceived)
def mail_in_received(shop: Shop, by: Device, event: MailInReceived) -> None:
    """r3: a parcel that was announced, unboxed on camera, into a locker; an engineer is found for it."""
    if shop.presence(by).person not in shop.layout.parts_keepers:
        shop.refuse("not-yours", "Parcels are received by the parts keeper.")
    repair = next((r for r in shop.books.repairs.values() if _is_this_parcel(r, event.waybill)), None)
    if repair is None:
        shop.refuse("unknown-waybill", f"Nobody announced parcel {event.waybill}. Keep it closed, ask the manager.")
    custody.check_locker(shop, event.locker, repair.id)
    owner = mail_in_owner(shop, repair)
    if not owner:
        shop.refuse("nobody-certified", f"No engineer for {repair.model} is signed on. Receive the parcel later.")
    repair.owner, repair.locker, repair.opened_at = owner, event.locker, shop.now
    shop.step(repair, "r3")
    _opened(shop, repair)


def mail_in_owner(shop: Shop, repair: Repair) -> str:
    """Who gets a parcel: the certified engineer at a desk with the fewest working repairs; empty if there is none."""
    load = {
        p.person: sum(r.owner == p.person and r.state in WORKING for r in shop.books.repairs.values())
        for p in shop.books.present.values()
        if p.desk and not p.away and standing.certified(shop, p.person, repair)
    }
    return min(load, key=lambda person: (load[person], person), default="")


def _is_this_parcel(repair: Repair, waybill: str) -> bool:
    return (repair.repair_kind, repair.state, repair.waybill) == ("MAIL_IN", "EXPECTED", waybill)


def _opened(shop: Shop, repair: Repair) -> None:
    shop.note(
        RepairOpened(
            repair=repair.id,
            repair_kind=repair.repair_kind,
            ticket=repair.ticket,
            desk=repair.desk,
            owner=repair.owner,
        )
    )


@room.hears(ConsultEnded)
def advice_was_enough(shop: Shop, fact: ConsultEnded) -> None:
    """r5: no phone is kept."""
    repair = shop.books.repairs.get(shop.books.tickets[fact.ticket].repair)
    if repair is not None and repair.state == "INTAKE":
        shop.step(repair, "r5")
        shop.note(RepairClosed(repair=repair.id, reason="consult"))


# ── intake and diagnosis ──────────────────────────────────────────────────────────────────────────


@room.records(IntakeRecorded)
def intake_recorded(shop: Shop, by: Device, event: IntakeRecorded) -> None:
    """r6, first half: what the agreement will say. Recorded again, it corrects itself until it is sealed."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r6", f"{repair.id} is {repair.state}; intake is over.")
    _check_intake(shop, event)
    if repair.repair_kind == "MAIL_IN" and not custody.at_a_desk(shop, repair.id):
        shop.refuse("phone-not-here", f"{repair.id} lies in {repair.locker}. Scan it to your desk, then read its IMEI.")
    repair.intake = True
    repair.model, repair.imei = event.model, event.imei
    repair.identity, repair.accessories, repair.accessories_back = event.identity, event.accessories, False
    repair.data_choice, repair.privacy_mode = event.data_choice, event.privacy_mode
    changed(shop, repair)
    if any(row.imei == event.imei and row.until >= shop.now for row in shop.books.warranties.values()):
        shop.alert(repair.owner, repair.id, f"This phone was repaired here before: rework of {repair.id}? (E21)")
    shop.note(
        PhoneDescribed(
            repair=repair.id,
            model=event.model,
            imei=event.imei,
            imei_read=event.imei_read,
            identity=event.identity,
            photos=event.photos,
            accessories=event.accessories,
            data_choice=event.data_choice,
            privacy_mode=event.privacy_mode,
        )
    )


def _check_intake(shop: Shop, event: IntakeRecorded) -> None:
    if event.model not in shop.catalogue.models:
        shop.refuse("unknown-model", f"The catalogue has no model {event.model}.")
    if not event.imei_read and not event.imei_reason.strip():
        shop.refuse("imei-typed", "Read the IMEI from the phone, or say why it had to be typed.")
    if event.photos < PHOTOS_MIN:
        shop.refuse("photos", f"Take at least {PHOTOS_MIN} photos of the phone's condition.")
    if not event.lock_off and not event.lock_note.strip():
        shop.refuse("device-lock", "The device lock is on: have it switched off, or note why not.")


@room.hears(DocumentSigned)
def agreement_signed(shop: Shop, fact: DocumentSigned) -> None:
    """r6."""
    repair = shop.books.repairs[fact.repair]
    if fact.document == "INTAKE" and repair.state == "INTAKE":
        take_in(shop, repair)


def take_in(shop: Shop, repair: Repair) -> None:
    shop.step(repair, "r6")
    shop.note(IntakeSigned(repair=repair.id, engineer=repair.owner))


@room.records(DiagnosisRecorded)
def diagnosis_recorded(shop: Shop, by: Device, event: DiagnosisRecorded) -> None:
    """A cause, in words that the customer sees on the white box."""
    repair = shop.owned(by, event.repair, event.revision)
    if repair.state not in ("DIAGNOSING", "QUOTED"):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; a diagnosis comes before the signed quote.")
    if shop.catalogue.row(repair.model, event.fault) is None:
        shop.refuse("not-in-catalogue", f"The catalogue has no fault {event.fault} for {repair.model}.")
    if len(repair.causes) >= DIAGNOSES_MAX:
        shop.refuse("too-many", f"{repair.id} has {DIAGNOSES_MAX} diagnoses. That must be enough.")
    if event.fault not in repair.diagnoses:
        repair.diagnoses.append(event.fault)
    repair.causes.append(event.cause)
    changed(shop, repair)
    shop.note(CauseFound(repair=repair.id, fault=event.fault, cause=event.cause, accidental=event.accidental))


@room.records(DataWiped)
def data_wiped(shop: Shop, by: Device, event: DataWiped) -> None:
    """E18, B20: who and when; never without the customer's own sealed word."""
    repair = shop.owned(by, event.repair, event.revision)
    if repair.state not in WORKING:
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; nobody works on it.")
    if not sealed(shop, repair.id, "WIPE"):
        shop.refuse("not-signed", "The customer has not signed WIPE. No data is deleted without it.")
    repair.wiped = True
    changed(shop, repair)
    shop.note(WipeRecorded(repair=repair.id, engineer=repair.owner))


def changed(shop: Shop, repair: Repair) -> None:
    """The picture of the repair has changed, its state has not."""
    repair.revision += 1
    shop.touch(repair)

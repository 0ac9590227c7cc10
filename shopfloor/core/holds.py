"""Repairs that stand still: a part is late, at the repair centre, overnight (r16, r31, r40, r42–r44)."""

from shopfloor.contract.actor import DAY, MINUTE, Device, Instant
from shopfloor.contract.events import ChoiceMade, DeviceReceivedBack, DeviceSentOut, HoldDecided, WorkResumed
from shopfloor.contract.facts import (
    ChoiceRecorded,
    CustodyMoved,
    DeviceReturned,
    DeviceShipped,
    PartBackordered,
    PartsOrderEnded,
    PartyReminded,
    PromiseChanged,
    RepairBlocked,
    RepairResumed,
    UnitReserved,
)
from shopfloor.core import aftercare, custody, holding
from shopfloor.core.books import Repair
from shopfloor.core.handovers import open_handover
from shopfloor.core.holding import give_back, hold, resume
from shopfloor.core.parts_orders import still_needed, undecided_units
from shopfloor.core.pickups import unsigned_parcel
from shopfloor.core.shop import Shop

room = holding.room
"""One room in several files."""

PART_HOLD_MAX = 30 * DAY
CENTRE_LATE_MAX = 30 * DAY
RESUME_AFTER_OPENING = 30 * MINUTE
CLOSED_DAYS_MAX = 30
"""So far ahead a next opening is looked for."""


# ── a part is late (r16, r40) ─────────────────────────────────────────────────────────────────────


@room.hears(PartBackordered, RepairBlocked, PartsOrderEnded)
def part_is_late(shop: Shop, fact: PartBackordered | RepairBlocked | PartsOrderEnded) -> None:
    """r16: when no other signed line can be worked on. r40: when nothing is awaited any more."""
    repair = shop.books.repairs.get(fact.repair)
    if repair is None:
        return
    if repair.state in ("APPROVED", "PARTS_WAIT") and _only_late_parts(shop, repair):
        hold(shop, repair, "r16", "part", due=_ask_again_at(shop, repair))
    elif repair.state == "ON_HOLD(part)":
        _resume_with_part(shop, repair)


@room.hears(UnitReserved)
def part_was_found(shop: Shop, fact: UnitReserved) -> None:
    """r40."""
    repair = shop.books.repairs.get(fact.repair)
    if repair is not None and repair.state == "ON_HOLD(part)":
        _resume_with_part(shop, repair)


@room.hears(CustodyMoved)
def phone_is_here_again(shop: Shop, fact: CustodyMoved) -> None:
    """r40: the part had come while the phone was at home; on at the next seat."""
    repair = shop.books.repairs[fact.repair]
    if repair.state == "ON_HOLD(part)" and fact.source == custody.WITH_THE_CUSTOMER:
        _resume_with_part(shop, repair)


def _resume_with_part(shop: Shop, repair: Repair) -> None:
    if _only_late_parts(shop, repair) or shop.now >= repair.held_at + PART_HOLD_MAX:
        return
    if custody.place_of(shop, repair.id) == custody.WITH_THE_CUSTOMER:
        shop.note(PartyReminded(about=repair.id, state=repair.state, party="CU"))
        return
    if repair.quote is not None:
        repair.promised_at = max(repair.promised_at, shop.now + repair.quote.promised_min * MINUTE)
        shop.note(PromiseChanged(repair=repair.id, promised=repair.promised_at, why="the part has come"))
    resume(shop, repair, "r40+")


def _only_late_parts(shop: Shop, repair: Repair) -> bool:
    """Each part still needed is backordered, and no other line is left to work on."""
    awaited = [shop.books.parts_orders[order] for order in still_needed(shop, repair.id)]
    late = bool(awaited) and all(order.state == "BACKORDERED" for order in awaited)
    if repair.state == "PARTS_WAIT" or repair.back_to == "PARTS_WAIT":
        return late
    return late and all(line.sku for line in repair.signed) and not undecided_units(shop, repair.id)


def _ask_again_at(shop: Shop, repair: Repair) -> Instant:
    """The promised date, on which the customer is asked anew; at the latest the end of the hold."""
    end = shop.now + PART_HOLD_MAX
    return repair.promised_at if shop.now < repair.promised_at < end else end


@room.records(ChoiceMade)
def choice_made(shop: Shop, _by: Device, event: ChoiceMade) -> None:
    """r16, r40: wait, leave the phone here, or take it back."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    if repair.state != "ON_HOLD(part)":
        shop.refuse("wrong-state", f"{repair.id} does not wait for a part. Please ask the staff.")
    repair.choice = event.choice
    shop.touch(repair)
    shop.note(ChoiceRecorded(repair=repair.id, choice=event.choice))
    if event.choice == "take-back":
        give_back(shop, repair, "r40+", "taken back by the customer")


@room.falls_due(Repair, "ON_HOLD(part)")
def part_did_not_come(shop: Shop, repair: Repair) -> None:
    """r40: at the promised date the customer is asked again; after thirty days the phone goes back."""
    end = repair.held_at + PART_HOLD_MAX
    if shop.now < end:
        shop.note(PartyReminded(about=repair.id, state=repair.state, party="CU"))
        shop.wait(repair, end, "CU")
    else:
        give_back(shop, repair, "r40+", "the part did not come")


# ── sent to the repair centre (r31, r42) ──────────────────────────────────────────────────────────


@room.records(DeviceSentOut)
def device_sent_out(shop: Shop, by: Device, event: DeviceSentOut) -> None:
    """r31: sending out is a signed line, even when it costs nothing."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r31")
    if not any(line.service == "send-out" for line in repair.signed):
        shop.refuse("not-signed", "Sending out is on no signed quote.")
    if event.promise <= shop.now:
        shop.refuse("bad-time", "The centre's promise must be a date to come.")
    if still_needed(shop, repair.id) or undecided_units(shop, repair.id):
        shop.refuse("parts-open", "Cancel or send back the parts first: the phone leaves without them.")
    place = custody.place_of(shop, repair.id)
    if place != "safety-box" and not place.startswith("desk/"):
        shop.refuse("phone-not-here", f"The phone of {repair.id} is at {place}. Scan it to your desk first.")
    repair.held_at, repair.promised_at = shop.now, event.promise
    shop.step(repair, "r31", due=event.promise + CENTRE_LATE_MAX)
    shop.note(DeviceShipped(repair=repair.id, waybill=event.waybill))
    shop.note(PromiseChanged(repair=repair.id, promised=event.promise, why="the repair centre's promise"))


@room.records(DeviceReceivedBack)
def device_received_back(shop: Shop, by: Device, event: DeviceReceivedBack) -> None:
    """r42: whatever needed none of our parts was done there; the quality check decides."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    presence = shop.presence(by)
    if repair.state != "SENT_OUT":
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; it is not expected back from the centre.")
    if event.photos < 1:
        shop.refuse("photos", "Take a photo of the phone as it came back.")
    owner = shop.books.present.get(repair.owner)
    onto = presence.desk or repair.desk or (owner.desk if owner is not None else "")
    if not onto:
        shop.refuse("no-desk", f"{repair.owner} is not here. Let an engineer at a desk receive it.")
    repair.desk = onto
    repair.lines_done = tuple(line.line for line in repair.signed if not line.sku)
    shop.step(repair, "r42+", "QC")
    shop.note(DeviceReturned(repair=repair.id))


@room.falls_due(Repair, "SENT_OUT")
def centre_keeps_silent(shop: Shop, repair: Repair) -> None:
    """r42."""
    repair.back_to = "QC"
    hold(shop, repair, "r42+", "manager")


@room.records(HoldDecided)
def hold_decided(shop: Shop, _by: Device, event: HoldDecided) -> None:
    """r42: the manager decides about a phone that came back late, or never."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    if repair.state != "ON_HOLD(manager)":
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; nothing is to be decided.")
    if event.to == "CANCELLED":
        aftercare.check_nothing_left(shop, repair)
        aftercare.cancel(shop, repair, "r42+", "decided by the manager")
        return
    if not custody.at_a_desk(shop, repair.id):
        shop.refuse("phone-not-here", f"The phone of {repair.id} is at {custody.place_of(shop, repair.id)}.")
    if event.to == "RETURNING":
        give_back(shop, repair, "r42+", "decided by the manager")
        return
    repair.back_to, repair.lines_done = "", tuple(line.line for line in repair.signed if not line.sku)
    shop.step(repair, "r42+", "QC")
    shop.note(RepairResumed(repair=repair.id, state="QC"))


# ── overnight (r43, r44, E30) ─────────────────────────────────────────────────────────────────────


def overnight_obstacles(shop: Shop) -> list[str]:
    """E30: which customers' phones lie unlocked in the shop; each a sentence for the manager."""
    return [
        f"The phone of {phone.repair} is at {phone.place}: scan it into a locker."
        for phone in shop.books.phones.values()
        if phone.state in custody.UNLOCKED
    ]


def hold_overnight(shop: Shop, repair: Repair) -> None:
    """r43: for the room that closes the day, when there are no obstacles. A parcel on its way home goes on."""
    if not shop.can_step(repair, "r43+") or unsigned_parcel(shop, repair):
        return
    phone = shop.books.phones.get(f"phone/{repair.id}")
    assert phone is None or phone.state not in custody.UNLOCKED, f"{repair.id}: {phone}"
    hold(shop, repair, "r43+", "overnight", due=_next_opening(shop) + RESUME_AFTER_OPENING)


def _next_opening(shop: Shop) -> Instant:
    openings = (shop.layout.open_from(shop.now + days * DAY) for days in range(CLOSED_DAYS_MAX))
    return next((opens for opens in openings if opens is not None and opens > shop.now), shop.now + DAY)


@room.records(WorkResumed)
def work_resumed(shop: Shop, by: Device, event: WorkResumed) -> None:
    """r44."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r44+", f"{repair.id} is {repair.state}; it was not put away for the night.")
    if repair.desk:
        repair.desk = shop.presence(by).desk or repair.desk
    resume(shop, repair, "r44+")


@room.falls_due(Repair, "ON_HOLD(overnight)")
def owner_did_not_come(shop: Shop, repair: Repair) -> None:
    """r44: half an hour after opening it is up for whoever is there."""
    open_handover(shop, repair, "r44+", f"{repair.owner} did not resume it this morning.")

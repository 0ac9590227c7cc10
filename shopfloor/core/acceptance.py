"""The phone goes back to its owner: signed for and scanned out, in either order; its warranty (r24, r41, B18)."""

from shopfloor.contract.actor import DAY, Device, Instant
from shopfloor.contract.events import AccessoriesReturned
from shopfloor.contract.facts import (
    AccessoriesGivenBack,
    CustodyMoved,
    DeviceHandedOver,
    DocumentSigned,
    LoanerMoved,
    PaymentConcluded,
    PaymentNotTaken,
    PaymentRefunded,
    PaymentSettled,
    WarrantyGiven,
)
from shopfloor.contract.kinds import QuoteLine
from shopfloor.core import custody
from shopfloor.core.books import Repair, Warranty
from shopfloor.core.lifecycles import WARRANTY_DAYS
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("aftercare")

PARCEL_SIGNED_DUE = 10 * DAY
GIVING_BACK = {"ACCEPTING": "r24", "ON_HOLD(acceptance)": "r41+"}
"""From where a phone is handed over → by which row."""


@room.records(AccessoriesReturned)
def accessories_returned(shop: Shop, by: Device, event: AccessoriesReturned) -> None:
    """r24: each one ticked off."""
    repair = shop.owned(by, event.repair, event.revision)
    still_here = [name for name in repair.accessories if name not in event.accessories]
    if still_here:
        shop.refuse("accessories", f"Still to give back: {', '.join(still_here)}.")
    repair.accessories_back = True
    repair.revision += 1
    shop.touch(repair)
    shop.note(AccessoriesGivenBack(repair=repair.id, accessories=event.accessories))
    hand_over_if_complete(shop, repair)


@room.hears(DocumentSigned)
def acceptance_signed(shop: Shop, fact: DocumentSigned) -> None:
    """r24, r41: by the customer; or by the manager, as witness that the customer refused."""
    repair = shop.books.repairs[fact.repair]
    if fact.document == _acceptance_expected(repair):
        repair.accepted = fact.request
        shop.touch(repair)
        hand_over_if_complete(shop, repair)


def _acceptance_expected(repair: Repair) -> str:
    """Which document lets the phone go; also while another engineer is awaited. A dispute waits for the manager."""
    if repair.state == "ON_HOLD(acceptance)":
        return "WITNESS" if repair.witness else ""
    if "ACCEPTING" not in (repair.state, repair.back_to):
        return ""
    return "RETURN_UNREPAIRED" if repair.unrepaired else "ACCEPT"


@room.hears(CustodyMoved)
def phone_scanned(shop: Shop, fact: CustodyMoved) -> None:
    """r24, r41: the other half. A mail-in's acceptance is signed where the parcel arrives, within ten days."""
    repair = shop.books.repairs[fact.repair]
    if repair.state == "ACCEPTING" and fact.target == custody.WITH_THE_COURIER:
        shop.wait(repair, shop.now + PARCEL_SIGNED_DUE, "CU")
    hand_over_if_complete(shop, repair)


@room.hears(PaymentSettled, PaymentConcluded, PaymentNotTaken, PaymentRefunded)
def money_is_right(shop: Shop, fact: PaymentSettled | PaymentConcluded | PaymentNotTaken | PaymentRefunded) -> None:
    hand_over_if_complete(shop, shop.books.repairs[fact.repair])


@room.hears(LoanerMoved)
def loaner_is_back(shop: Shop, fact: LoanerMoved) -> None:
    """Back, or given up for lost: no hand-over waits for it any more."""
    repair = shop.books.repairs.get(fact.repair)
    if repair is not None:
        hand_over_if_complete(shop, repair)


def hand_over_if_complete(shop: Shop, repair: Repair) -> None:
    """r24, r41, B18: signed and scanned out, in whichever order, with nothing in the way."""
    row = GIVING_BACK.get(repair.state)
    if row is None or not repair.accepted or not repair.scanned_out:
        return
    if custody.obstacles(shop, repair, repair.receiver):
        return
    repair.handed_over_at, repair.back_to = shop.now, ""
    shop.step(repair, row, "HANDED_OVER")
    shop.note(
        DeviceHandedOver(
            repair=repair.id,
            ticket=repair.ticket,
            receiver=repair.receiver,
            lines_done=repair.lines_done,
            charged=repair.settled,
            unrepaired=repair.unrepaired,
        )
    )
    for line in repair.signed:
        if line.line in repair.lines_done:
            _give_warranty(shop, repair, line)


def _give_warranty(shop: Shop, repair: Repair, line: QuoteLine) -> None:
    """A row for a hardware line done: 90 days from today. Rework does not start the parent's 90 days anew (r35)."""
    until = _covered_until(shop, repair, line)
    if until <= shop.now:
        return
    row = Warranty(
        id=shop.number("W"),
        repair=repair.id,
        line=line.line,
        imei=repair.imei,
        fault=line.fault,
        sku=line.sku,
        until=until,
    )
    shop.books.warranties[row.id] = row
    shop.note(
        WarrantyGiven(
            warranty=row.id,
            repair=row.repair,
            line=row.line,
            imei=row.imei,
            fault=row.fault,
            sku=row.sku,
            until=row.until,
        )
    )


def _covered_until(shop: Shop, repair: Repair, line: QuoteLine) -> Instant:
    if line.service != "repair":
        return 0
    if line.parent_line:
        parent = shop.books.warranties.get(line.parent_line)
        return parent.until if parent is not None else 0
    row = shop.catalogue.row(repair.model, line.fault)
    return shop.now + (row.warranty_days if row is not None else WARRANTY_DAYS) * DAY

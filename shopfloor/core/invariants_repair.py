"""What must always be true of a repair, its owner and the customer's phone (B3, B4, B9, B12, B18–B22, B28, I04)."""

from shopfloor.contract.commands import ShowWork
from shopfloor.contract.facts import (
    DeviceHandedOver,
    IntakeSigned,
    OwnerChanged,
    PartsOrderOpened,
    QualityCheckPassed,
    QuoteDrafted,
    RepairFinished,
    RepairStarted,
)
from shopfloor.core.books import Phone, Repair
from shopfloor.core.invariants_shape import Flaw
from shopfloor.core.lifecycles import HELD, WORKING
from shopfloor.core.shop import Shop

OWNED = frozenset((*WORKING, *HELD, "AWAITING_PICKUP", "SENT_OUT", "UNCLAIMED", "HANDED_OVER"))
FORWARD = frozenset(("QC", "REPORTED", "PAYING", "ACCEPTING", "AWAITING_PICKUP", "HANDED_OVER", "FOLLOW_UP"))
"""After REPAIRING or RETURNING."""
ON_A_SIGNED_QUOTE = frozenset(("APPROVED", "REPAIRING", "PARTS_WAIT", "SENT_OUT"))
UNDECIDED = ("PICKED", "IN_TRANSIT(robot)", "IN_TRANSIT(manual)", "AT_DESK", "ACCEPTED")
"""Issued, and neither in the phone nor on its way back."""
NOT_OPENED = ("EXPECTED", "CANCELLED")
PLACES = {
    "desk": "DESK",
    "qc": "QC",
    "locker": "LOCKER",
    "safety-box": "SAFETY_BOX",
    "centre": "CENTRE",
    "customer": "CUSTOMER",
    "courier": "COURIER",
}
"""The first word of a phone's place → the state that goes with it."""
OUTSIDE = ("CUSTOMER", "COURIER", "CENTRE")
RECEIVERS = ("owner", "proxy-code", "proxy-signed", "courier")
ACCEPTANCES = ("ACCEPT", "RETURN_UNREPAIRED", "WITNESS")


# ── the owner ───────────────────────────────────────────────────────────────────────────────────


def has_an_owner(_shop: Shop, repair: Repair) -> Flaw:
    """B3."""
    return f"{repair.id} is {repair.state} and nobody owns it" if repair.state in OWNED and not repair.owner else ""


def change_of_owner_is_told(shop: Shop, fact: OwnerChanged) -> Flaw:
    """B3."""
    owner = shop.books.repairs[fact.repair].owner
    return "" if fact.old != fact.new == owner else f"{fact.repair} went from {fact.old} to {fact.new}, and has {owner}"


def owner_signed_it_in(shop: Shop, fact: IntakeSigned) -> Flaw:
    """B4."""
    return _by_owner(shop, fact.repair, fact.engineer)


def owner_works_on_it(shop: Shop, fact: RepairStarted) -> Flaw:
    """B4."""
    return _by_owner(shop, fact.repair, fact.engineer)


def _by_owner(shop: Shop, repair: str, person: str) -> Flaw:
    owner = shop.books.repairs[repair].owner
    return "" if person == owner else f"{person} worked on {repair}, which {owner} owns"


def one_handheld_has_it(shop: Shop) -> Flaw:
    """I04: whatever a handheld lists as its person's own is theirs in the books."""
    for presence in shop.books.present.values():
        picture = shop.books.shown.get(presence.device)
        for row in picture.mine if isinstance(picture, ShowWork) and picture.engineer == presence.person else ():
            repair = shop.books.repairs.get(row.repair)
            if repair is not None and repair.owner != presence.person:
                return f"{presence.device} of {presence.person} lists {repair.id}, which {repair.owner} owns"
    return ""


# ── the work ────────────────────────────────────────────────────────────────────────────────────


def no_unit_undecided(shop: Shop, repair: Repair) -> Flaw:
    """B9."""
    if repair.state not in FORWARD:
        return ""
    for name in shop.books.parts_of.get(repair.id, ()):
        order = shop.books.parts_orders[name]
        if order.state in UNDECIDED:
            return f"{repair.id} is {repair.state}, and {order.unit} of {order.id} is {order.state}"
    return ""


def works_on_a_signed_quote(_shop: Shop, repair: Repair) -> Flaw:
    """B12."""
    if repair.state in ON_A_SIGNED_QUOTE and not repair.signed_version:
        return f"{repair.id} is {repair.state} without a signed quote"
    if not repair.lines_done:
        return ""
    signed = [line.line for line in repair.signed]
    unsigned = [line for line in repair.lines_done if line not in signed]
    return f"lines {unsigned} of {repair.id} were done and not signed" if unsigned else ""


def part_is_on_a_signed_line(shop: Shop, fact: PartsOrderOpened) -> Flaw:
    """B12."""
    if fact.free_reason or fact.replaces:
        return ""
    lines = [(line.line, line.sku) for line in shop.books.repairs[fact.repair].signed]
    return "" if (fact.line, fact.sku) in lines else f"{fact.parts_order} is on no signed line of {fact.repair}"


def checked_by_whom_it_says(shop: Shop, fact: QualityCheckPassed) -> Flaw:
    """B28."""
    repair = shop.books.repairs[fact.repair]
    if fact.checker not in shop.layout.engineers or fact.checker != repair.checker:
        return f"{fact.checker} checked {repair.id}, whose checker is {repair.checker}"
    return ""


# ── what needs a signature or an answer ─────────────────────────────────────────────────────────


def wiped_by_the_customers_word(shop: Shop, repair: Repair) -> Flaw:
    """B20. A WIPE that was voided later was still signed."""
    if not repair.wiped:
        return ""
    for request in shop.books.requests.values():
        if request.repair == repair.id and request.document == "WIPE" and request.sealed_sha256:
            return ""
    return f"the data of {repair.id} were wiped without a sealed WIPE"


def warranty_price_has_an_answer(shop: Shop, fact: QuoteDrafted) -> Flaw:
    """B21. A signed price stays, whatever is answered later."""
    repair = shop.books.repairs[fact.repair]
    covered = repair.entitlement == "covered" or (repair.quote is not None and repair.quote.warranty_by_manager)
    for line in fact.lines:
        if line.rule == 2 and not covered and line not in repair.signed:
            return f"line {line.line} of {repair.id} has a warranty price, and the maker said {repair.entitlement!r}"
    return ""


def rework_has_a_parent(shop: Shop, repair: Repair) -> Flaw:
    """B22. The warranty row leaves the books when its time is over."""
    if repair.repair_kind != "REWORK":
        return ""
    row = shop.books.warranties.get(repair.covered_by)
    parent = shop.books.repairs.get(repair.parent)
    if not repair.parent or not repair.covered_by or (parent is not None and not parent.handed_over_at):
        return f"{repair.id} is a rework of {repair.parent!r}, by row {repair.covered_by!r}"
    if row is None or (row.repair == repair.parent and row.imei == repair.imei and repair.opened_at <= row.until):
        return ""
    return f"{repair.id} is not covered by {row.id} of {row.repair}"


def covered_lines_are_free(shop: Shop, fact: QuoteDrafted) -> Flaw:
    """B22."""
    parent = shop.books.repairs[fact.repair].parent
    for line in fact.lines:
        if line.rule == 1 and (line.price_fen or not line.parent_line or not parent):
            return f"line {line.line} of {fact.repair} is rework of {parent!r} and costs {line.price_fen}"
    return ""


# ── the phone ───────────────────────────────────────────────────────────────────────────────────


def handed_over_in_order(shop: Shop, fact: DeviceHandedOver) -> Flaw:
    """B18."""
    repair = shop.books.repairs[fact.repair]
    books = shop.books
    sealed = [r for r in books.requests.values() if r.repair == repair.id and r.state in ("SEALED", "DELIVERED")]
    phone = books.phones.get(f"phone/{repair.id}")
    held_up = {
        "the phone is still here": phone is None or phone.state not in ("CUSTOMER", "COURIER"),
        "nobody signed for it": all(r.id != repair.accepted or r.document not in ACCEPTANCES for r in sealed),
        "it is not paid, or too much is": repair.payable != repair.settled,
        "a payment has no known end": any(
            p.repair == repair.id and p.state in ("UNKNOWN", "MANUAL") for p in books.payments.values()
        ),
        "its loaner is out": any(x.repair == repair.id and x.state == "LENT" for x in books.loaners.values()),
        f"{fact.receiver!r} may not take it": fact.receiver not in RECEIVERS,
        "its PROXY is not sealed": fact.receiver == "proxy-signed" and all(r.document != "PROXY" for r in sealed),
    }
    return "; ".join(f"{repair.id} is handed over, and {why}" for why, so in held_up.items() if so)


def phone_is_where_it_is(shop: Shop, phone: Phone) -> Flaw:
    """B19: the kind of place fits the place, and nobody else's phone lies in that locker."""
    kind = PLACES.get(phone.place.partition("/")[0])
    if phone.state not in (kind, "MISPLACED"):
        return f"{phone.id} is at {phone.place} and {phone.state}"
    if phone.state == "LOCKER":
        others = [other.id for other in shop.books.phones.values() if other.place == phone.place and other is not phone]
        return f"{phone.place} holds {phone.id} and {others}" if others else ""
    return ""


def every_phone_has_a_place(shop: Shop) -> Flaw:
    """B19: each repair that was opened has one phone, each phone one repair."""
    books = shop.books
    for repair in books.repairs.values():
        if repair.state not in NOT_OPENED and f"phone/{repair.id}" not in books.phones:
            return f"nobody knows where the phone of {repair.id} is"
    stray = next(
        (p for p in books.phones.values() if p.repair not in books.repairs or p.id != f"phone/{p.repair}"), None
    )
    return f"{stray.id} belongs to no repair" if stray else ""


def phone_is_here_when_work_starts(shop: Shop, fact: RepairStarted) -> Flaw:
    """B19."""
    return _phone_is_here(shop, fact.repair)


def phone_is_here_when_work_ends(shop: Shop, fact: RepairFinished) -> Flaw:
    """B19."""
    return _phone_is_here(shop, fact.repair)


def _phone_is_here(shop: Shop, repair: str) -> Flaw:
    phone = shop.books.phones.get(f"phone/{repair}")
    if phone is not None and phone.state not in OUTSIDE:
        return ""
    return f"{repair} is worked on, and its phone is {phone.place if phone else 'nowhere'}"

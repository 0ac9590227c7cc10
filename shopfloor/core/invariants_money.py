"""What must always be true of money (B13, B17, I07–I09)."""

from shopfloor.contract.facts import PaymentRequested, PaymentTaken
from shopfloor.core.books import PaymentRequest, Repair
from shopfloor.core.invariants_shape import Flaw
from shopfloor.core.lifecycles import FINAL
from shopfloor.core.prices import total
from shopfloor.core.shop import Shop

CAPTURED = ("SETTLED", "PART_REFUNDED", "REFUNDED", "REVERSED")
GONE = ("HANDED_OVER", "FOLLOW_UP")


def money_within_the_signed(_shop: Shop, repair: Repair) -> Flaw:
    """B13: payable ≤ cap (unrepaired: the signed fee); charged ≤ cap, in the end ≤ payable; refunded ≤ charged."""
    cap = repair.fee if repair.unrepaired else repair.cap
    most = repair.payable if repair.state in GONE else max(repair.cap, repair.fee)
    if repair.payable <= cap and 0 <= repair.settled <= most and repair.refunded >= 0:
        return ""
    return f"{repair.id}: cap {cap}, payable {repair.payable}, settled {repair.settled}, refunded {repair.refunded}"


def cap_is_what_was_signed(_shop: Shop, repair: Repair) -> Flaw:
    """B13: no price list and no service day reaches a signed line."""
    signed = total(repair.signed)
    return "" if repair.cap == signed else f"{repair.id}: the signed lines cost {signed}, and the cap is {repair.cap}"


def one_attempt_at_a_time(shop: Shop, payment: PaymentRequest) -> Flaw:
    """B17."""
    if payment.state in FINAL["payment"]:
        return ""
    for other in shop.books.payments.values():
        if other.repair == payment.repair and other.state not in FINAL["payment"] and other is not payment:
            return f"{payment.id} and {other.id} of {payment.repair} are both open"
    return ""


def pos_of_the_desk(shop: Shop, fact: PaymentRequested) -> Flaw:
    """B16: the terminal stands at the repair's desk."""
    desk = shop.layout.desks.get(shop.books.repairs[fact.repair].desk)
    return (
        "" if desk is None or fact.pos == f"pos/{desk.pos}" else f"{fact.payment} at {desk.id} was asked of {fact.pos}"
    )


def books_agree_about_money(shop: Shop, payment: PaymentRequest) -> Flaw:
    """I07: what the repair counts as settled is what its payments brought and kept."""
    repair = shop.books.repairs.get(payment.repair)
    if repair is None:
        return f"{payment.id} is of {payment.repair}, which is not in the books"
    kept = sum(
        other.amount - other.undone
        for other in shop.books.payments.values()
        if other.repair == repair.id and other.state in CAPTURED
    )
    signed = max(repair.cap, repair.fee)
    return (
        "" if repair.settled == kept <= signed else f"{repair.id} counts {repair.settled}, {kept} of {signed} was kept"
    )


def late_capture_goes_back(shop: Shop, payment: PaymentRequest) -> Flaw:
    """I08: money taken after an attempt had ended is on its way back, or the manager knows why not."""
    if payment.late <= payment.undone or payment.undoing or payment.id in shop.books.alarms:
        return ""
    return f"{payment.id} took {payment.late} after its end, and nobody gives it back"


def asked_on_the_current_signature(shop: Shop, fact: PaymentRequested) -> Flaw:
    """I09: a valid signature of the quote that is current, and not only some signature once."""
    repair = shop.books.repairs[fact.repair]
    documents, version = (("INTAKE",), 0) if repair.unrepaired else (("QUOTE", "SUPPLEMENT"), repair.signed_version)
    for request in shop.books.requests.values():
        of_this = request.repair == repair.id and request.document in documents and request.version == version
        if of_this and request.state in ("SEALED", "DELIVERED"):
            return ""
    return f"{fact.payment} asks for {fact.amount}: {documents} of {repair.id}, version {version}, is not sealed"


def took_what_was_asked(shop: Shop, fact: PaymentTaken) -> Flaw:
    """I09: to the fen; a late capture is not counted anyway."""
    payment = shop.books.payments[fact.payment]
    if payment.late or fact.amount == payment.amount:
        return ""
    return f"{fact.payment} asked for {payment.amount} and took {fact.amount}"

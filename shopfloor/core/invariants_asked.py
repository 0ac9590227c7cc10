"""What must always be true of what devices are asked (I18): somebody still waits for it.

A question outlives its reason when an attempt ends, a document is superseded or a pick is given up, and nobody
withdraws it: then it goes out again and again, and the device does what nobody wants any more.
"""

from shopfloor.contract.commands import (
    AbortPayment,
    AllowInput,
    Announce,
    AskSignature,
    Command,
    CountBin,
    OpenInlet,
    OpenOutlet,
    PickUnit,
    RefundPayment,
    RenderDocument,
    ReversePayment,
    SealDocument,
    TakePayment,
)
from shopfloor.core.books import PaymentRequest, SignatureRequest
from shopfloor.core.invariants_shape import Flaw
from shopfloor.core.shop import Shop

WANTED_BY_SOMEBODY: tuple[type[Command], ...] = (
    TakePayment,
    AbortPayment,
    RefundPayment,
    ReversePayment,
    RenderDocument,
    AskSignature,
    SealDocument,
    PickUnit,
    CountBin,
    OpenInlet,
    AllowInput,
    OpenOutlet,
    Announce,
)
"""Work that belongs to one attempt, document, parts order, bin, job or call, and ends with it."""
AT_THE_TERMINAL = ("CREATED", "PRESENTED")
ON_THE_SCREEN = ("FROZEN", "PRESENTED", "VIEWED", "CONSENTED")
BEING_SEALED = ("VIEWED", "INKED")
PICK_IS_OUT = ("PICK_SENT", "PICKING")


def somebody_waits_for_it(shop: Shop, command: Command) -> Flaw:
    """Whenever it is asked, and each time it is asked again; what was withdrawn in the same beat is not asked again."""
    if command.id not in shop.books.pending:
        return ""
    return "" if _is_wanted(shop, command) else f"{command.id} asks {command.to} for what nobody waits for: {command}"


def everything_asked_is_awaited(shop: Shop) -> Flaw:
    """All open questions."""
    open_questions = (pending.command for pending in shop.books.pending.values())
    return next((flaw for command in open_questions if (flaw := somebody_waits_for_it(shop, command))), "")


def ended_payment_asks_nothing(shop: Shop, payment: PaymentRequest) -> Flaw:
    """At once, not only when the terminal is asked again."""
    return _of_its_own(shop, payment.command)


def ended_document_asks_nothing(shop: Shop, request: SignatureRequest) -> Flaw:
    """At once, not only when archive or surface are asked again."""
    return _of_its_own(shop, request.command)


def _of_its_own(shop: Shop, command: str) -> Flaw:
    pending = shop.books.pending.get(command)
    return somebody_waits_for_it(shop, pending.command) if pending is not None else ""


def _is_wanted(shop: Shop, command: Command) -> bool:
    match command:
        case TakePayment() | AbortPayment() | RefundPayment() | ReversePayment():
            return _payment_wants(shop, command)
        case RenderDocument():
            return _request_is(shop, command.request, command.id, ("DRAFT",))
        case AskSignature():
            return _request_is(shop, command.request, command.id, ON_THE_SCREEN)
        case SealDocument():
            return _request_is(shop, command.request, command.id, BEING_SEALED)
        case PickUnit() | CountBin() | OpenInlet() | AllowInput() | OpenOutlet():
            return _cabinet_is_awaited(shop, command)
        case Announce():
            ticket = shop.books.tickets.get(command.ticket)
            return ticket is not None and ticket.announce == command.id and ticket.state == "CALLED"
        case _:
            return True


def _payment_wants(shop: Shop, command: TakePayment | AbortPayment | RefundPayment | ReversePayment) -> bool:
    payment = shop.books.payments.get(command.payment)
    if payment is None or payment.command != command.id:
        return False
    if isinstance(command, TakePayment | AbortPayment):
        return payment.state in AT_THE_TERMINAL
    return payment.undoing == command.amount


def _cabinet_is_awaited(shop: Shop, command: PickUnit | CountBin | OpenInlet | AllowInput | OpenOutlet) -> bool:
    match command:
        case PickUnit():
            orders = (order for order in shop.books.parts_orders.values() if order.unit == command.unit)
            return any(order.pick == command.id and order.state in PICK_IS_OUT for order in orders)
        case CountBin():
            cabinet = shop.books.cabinets.get(command.to.partition("/")[2])
            return cabinet is not None and cabinet.counting.get(command.bin) == command.id
        case OpenInlet():
            return any(_lies_in(shop, unit, "TOTE") for unit in command.units)
        case AllowInput():
            return _lies_in(shop, command.unit, "INLET")
        case OpenOutlet():
            jobs = (job for robot in shop.books.robots.values() for job in robot.jobs)
            return command.tote.startswith("hand/") or any(shop.books.jobs[job].command == command.id for job in jobs)


def _request_is(shop: Shop, name: str, command: str, states: tuple[str, ...]) -> bool:
    request = shop.books.requests.get(name)
    return request is not None and request.command == command and request.state in states


def _lies_in(shop: Shop, name: str, kind: str) -> bool:
    unit = shop.books.units.get(name)
    return unit is not None and unit.place.partition(":")[0] == kind

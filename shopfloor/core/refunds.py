"""Money that goes back: reversals, refunds per line, captures that came too late (y13, y14, F52).

Final states are undone by the manager only. A silent terminal is asked again with the same id until it answers; the
board names who must look at it.
"""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import RefundPayment, ReversePayment
from shopfloor.contract.events import PaymentUndone, RefundAsked, ReversalAsked
from shopfloor.contract.facts import (
    CommandWasRefused,
    PaymentRefunded,
    PaymentReversed,
    PaymentTaken,
    RepairReported,
)
from shopfloor.core import prices
from shopfloor.core.books import PaymentRequest, Repair
from shopfloor.core.room import Room
from shopfloor.core.shop import MANAGER, Shop

room = Room("payments")

OUT_OF_THE_HOUSE = ("HANDED_OVER", "FOLLOW_UP", "CLOSED")


@room.records(ReversalAsked)
def reversal_asked(shop: Shop, _by: Device, event: ReversalAsked) -> None:
    """y13: the whole payment, before the day's reconciliation, and while the phone is still here: it is owed again."""
    payment = shop.payment(event.payment)
    if payment.late > payment.undone:
        _refuse_while_undoing(shop, payment)
        _reverse(shop, payment, payment.late - payment.undone)
        return
    shop.in_state(payment, "y13", f"{payment.id} is {payment.state}; only a settled payment can be reversed.")
    _refuse_while_undoing(shop, payment)
    if payment.reconciled:
        shop.refuse("reconciled", "The day is reconciled. Refund the lines instead.")
    if shop.books.repairs[payment.repair].state in OUT_OF_THE_HOUSE:
        shop.refuse("handed-over", "The phone is handed over. Refund the lines instead.")
    _reverse(shop, payment, payment.amount)


def _reverse(shop: Shop, payment: PaymentRequest, amount: int) -> None:
    payment.undoing, payment.undoing_line = amount, 0
    payment.command = shop.ask(ReversePayment(id=shop.number("C"), to=payment.pos, payment=payment.id, amount=amount))
    shop.touch(payment)


@room.records(RefundAsked)
def refund_asked(shop: Shop, _by: Device, event: RefundAsked) -> None:
    """y14: of one line, not more than it cost, not more than this payment brought."""
    payment = shop.payment(event.payment)
    shop.in_state(payment, "y14", f"{payment.id} is {payment.state}; only a settled payment can be refunded.")
    _refuse_while_undoing(shop, payment)
    if event.amount > payment.amount - payment.undone:
        left = prices.yuan(payment.amount - payment.undone)
        shop.refuse("too-much", f"{payment.id} has {left} left to give back.")
    repair = shop.books.repairs[payment.repair]
    line = next((line for line in repair.signed if line.line == event.line), None)
    if line is None:
        shop.refuse("no-such-line", f"{repair.id} has no signed line {event.line}.")
    given = _given_back(shop, repair, event.line)
    if given + event.amount > line.price_fen:
        left = prices.yuan(line.price_fen - given)
        shop.refuse("too-much", f"Line {event.line} of {repair.id} has {left} left to give back.")
    payment.undoing, payment.undoing_line = event.amount, event.line
    payment.command = shop.ask(
        RefundPayment(id=shop.number("C"), to=payment.pos, payment=payment.id, amount=event.amount)
    )
    shop.touch(payment)


def _given_back(shop: Shop, repair: Repair, line: int) -> int:
    return sum(p.refunds.get(line, 0) for p in shop.books.payments.values() if p.repair == repair.id)


def _refuse_while_undoing(shop: Shop, payment: PaymentRequest) -> None:
    if payment.undoing:
        amount = prices.yuan(payment.undoing)
        shop.refuse("already", f"{amount} of {payment.id} are on their way back. Wait for the terminal.")


@room.records(PaymentUndone)
def payment_undone(shop: Shop, by: Device, event: PaymentUndone) -> None:
    """y13, y14: exactly what was asked for, once."""
    payment = shop.payment(event.payment)
    if by != payment.pos or not payment.undoing or event.command != payment.command:
        shop.refuse("not-asked", f"{by} is not asked to give anything of {payment.id} back (any more).")
    if event.amount != payment.undoing:
        shop.refuse("amount-differs", f"{prices.yuan(payment.undoing)} were to be given back. Check the terminal.")
    shop.answered(event.command)
    line, amount = payment.undoing_line, payment.undoing
    payment.command, payment.undoing, payment.undoing_line = "", 0, 0
    payment.undone += amount
    if payment.late:
        _late_capture_is_back(shop, payment, amount)
    elif line:
        _refunded(shop, payment, line, amount)
    else:
        _reversed(shop, payment, amount)


def _reversed(shop: Shop, payment: PaymentRequest, amount: int) -> None:
    repair = shop.books.repairs[payment.repair]
    repair.settled -= amount
    shop.touch(repair)
    shop.step(payment, "y13")
    shop.note(PaymentReversed(payment=payment.id, repair=repair.id, amount=amount))
    _all_is_even(shop, repair)


def _refunded(shop: Shop, payment: PaymentRequest, line: int, amount: int) -> None:
    """A refund takes back a part of the price: nothing is owed again because of it. What was overpaid goes first."""
    repair = shop.books.repairs[payment.repair]
    repair.payable -= max(0, min(repair.payable, amount - prices.overpaid(repair)))
    repair.settled -= amount
    repair.refunded += amount
    shop.touch(repair)
    payment.refunds[line] = payment.refunds.get(line, 0) + amount
    whole = payment.undone == payment.amount
    shop.step(payment, "y14", "REFUNDED" if whole else "PART_REFUNDED")
    shop.note(PaymentRefunded(payment=payment.id, repair=repair.id, amount=amount, line=line, whole=whole))
    _all_is_even(shop, repair)


def _all_is_even(shop: Shop, repair: Repair) -> None:
    if not prices.overpaid(repair):
        shop.all_clear(f"overpaid/{repair.id}")


def captured_late(shop: Shop, payment: PaymentRequest, amount: int, reference: str) -> None:
    """F52: taken after the attempt had ended. It never counts: at most one capture stays without a reversal."""
    payment.late = amount
    _reverse(shop, payment, amount)
    shop.note(PaymentTaken(payment=payment.id, repair=payment.repair, amount=amount, reference=reference))
    words = f"{payment.pos} took {prices.yuan(amount)} for {payment.id}, which had ended: it is being reversed"
    shop.alarm(payment.id, words, MANAGER)


def _late_capture_is_back(shop: Shop, payment: PaymentRequest, amount: int) -> None:
    shop.touch(payment)
    shop.all_clear(payment.id)
    shop.note(PaymentReversed(payment=payment.id, repair=payment.repair, amount=amount, counted=False))


@room.hears(CommandWasRefused)
def terminal_refuses_to_undo(shop: Shop, fact: CommandWasRefused) -> None:
    """The manager may ask again, or give the money back in another way."""
    if fact.work not in (ReversePayment.__name__, RefundPayment.__name__):
        return
    for payment in shop.books.payments.values():
        if payment.undoing and payment.command == fact.command:
            amount = prices.yuan(payment.undoing)
            payment.command, payment.undoing, payment.undoing_line = "", 0, 0
            shop.touch(payment)
            shop.alarm(payment.id, f"{fact.device} does not give {amount} of {payment.id} back: {fact.reason}", MANAGER)


@room.hears(RepairReported)
def paid_too_much(shop: Shop, fact: RepairReported) -> None:
    """E16, r37: a deposit, or a payment before the repair failed, is more than what is payable now."""
    repair = shop.books.repairs[fact.repair]
    too_much = prices.overpaid(repair)
    if too_much:
        shop.alarm(f"overpaid/{repair.id}", f"Refund {prices.yuan(too_much)} to the customer of {repair.id}", MANAGER)

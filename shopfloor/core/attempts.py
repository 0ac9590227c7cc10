"""Asking for money, and finding out what became of it (y1–y12, E15).

At most one attempt of a repair is open, and none begins while the end of another is unknown (B17): a retry after a lost
answer is how customers pay twice. Only the terminal, or the manager with the terminal's own log, says how it ended.
"""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import AbortPayment, AskPaymentStatus, TakePayment
from shopfloor.contract.events import (
    PaymentAbortAsked,
    PaymentAborted,
    PaymentApproved,
    PaymentAsked,
    PaymentDecided,
    PaymentDeclined,
    PaymentPresented,
    PaymentStatusReported,
)
from shopfloor.contract.facts import (
    CommandWasRefused,
    PaymentConcluded,
    PaymentEscalated,
    PaymentFound,
    PaymentLost,
    PaymentNotTaken,
    PaymentRejected,
    PaymentRequested,
    PaymentSettled,
    PaymentShown,
    PaymentStopped,
    PaymentTaken,
    ReportShown,
)
from shopfloor.contract.kinds import PaymentKind
from shopfloor.core import devices, premises, prices
from shopfloor.core.books import PaymentRequest, Repair
from shopfloor.core.lifecycles import (
    NOT_FOUND_NEEDED,
    STATUS_ASK_EVERY,
    STATUS_ASK_FAST_FOR,
    STATUS_ASK_SLOW_EVERY,
    WAITS,
)
from shopfloor.core.refunds import captured_late, room
from shopfloor.core.shop import MANAGER, Shop

OPEN = ("CREATED", "PRESENTED", "APPROVED", "UNKNOWN", "MANUAL")
NOT_CAPTURED = ("DECLINED", "ABORTED", "NOT_TAKEN")
ATTEMPTS_MAX = 50
CURRENCY = "CNY"

CHARGED_WHEN = ("REPORTED", "PAYING", "ACCEPTING")
DEPOSIT_WHEN = ("APPROVED", "REPAIRING", "PARTS_WAIT", "ON_HOLD(part)")


# ── asked (y1) ──────────────────────────────────────────────────────────────────────────────────


@room.hears(ReportShown)
def report_was_read(shop: Shop, fact: ReportShown) -> None:
    """y1 by the floor, at r21."""
    charge(shop, shop.books.repairs[fact.repair])


def charge(shop: Shop, repair: Repair) -> None:
    """All that is outstanding; not while the network is lost (E28)."""
    owed = prices.outstanding(repair)
    if owed and not open_or_unknown(shop, repair.id) and not devices.network_lost(shop):
        _create(shop, repair, owed, "CHARGE")


@room.records(PaymentAsked)
def payment_asked(shop: Shop, by: Device, event: PaymentAsked) -> None:
    """y1 by the engineer: another attempt, a part of the sum, or a deposit."""
    repair = shop.owned(by, event.repair, event.revision)
    running = open_or_unknown(shop, repair.id)
    if running:
        state = shop.payment(running).state
        shop.refuse("payment-open", f"{running} is {state}. Nobody may take money before its end is known.")
    if event.amount == 0:
        shop.refuse("nothing-to-pay", "Ask for an amount above zero.")
    devices.check_network(shop)
    if sum(payment.repair == repair.id for payment in shop.books.payments.values()) >= ATTEMPTS_MAX:
        shop.refuse("too-often", f"{repair.id} has had {ATTEMPTS_MAX} attempts. Call the manager.")
    if event.payment_kind == "DEPOSIT":
        _refuse_deposit(shop, repair, event.amount)
    else:
        _refuse_charge(shop, repair, event.amount)
    _create(shop, repair, event.amount, event.payment_kind)


def _refuse_charge(shop: Shop, repair: Repair, amount: int) -> None:
    if repair.state not in CHARGED_WHEN:
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; the report comes before the payment.")
    owed = prices.outstanding(repair)
    if amount > owed:
        shop.refuse("too-much", f"{repair.id} owes {prices.yuan(owed)}, not {prices.yuan(amount)}.")


def _refuse_deposit(shop: Shop, repair: Repair, amount: int) -> None:
    """Only for a signed part that is ordered in specially; deposits ≤ cap (B13)."""
    if repair.state not in DEPOSIT_WHEN:
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; a deposit is paid between signing and report.")
    left = prices.deposits_wanted(repair) - repair.settled
    if left <= 0:
        shop.refuse("no-deposit", f"No signed part of {repair.id} is ordered in specially, or its deposit is paid.")
    if amount > left:
        shop.refuse("too-much", f"The deposit for {repair.id} is {prices.yuan(left)}, not {prices.yuan(amount)}.")


def _create(shop: Shop, repair: Repair, amount: int, kind: PaymentKind) -> None:
    attempt = 1 + sum(payment.repair == repair.id for payment in shop.books.payments.values())
    payment = PaymentRequest(
        id=shop.number("Y"),
        state="CREATED",
        repair=repair.id,
        payment_kind=kind,
        amount=amount,
        attempt=attempt,
        pos=premises.pos_of(shop, repair),
        asked_at=shop.now,
    )
    shop.books.payments[payment.id] = payment
    shop.begin(payment, "y1")
    payment.command = shop.ask(
        TakePayment(id=shop.number("C"), to=payment.pos, payment=payment.id, amount=amount, currency=CURRENCY)
    )
    shop.note(
        PaymentRequested(
            payment=payment.id,
            repair=repair.id,
            amount=amount,
            payment_kind=kind,
            attempt=attempt,
            pos=payment.pos,
        )
    )


# ── the terminal answers (y2–y6) ────────────────────────────────────────────────────────────────


@room.records(PaymentPresented)
def payment_presented(shop: Shop, by: Device, event: PaymentPresented) -> None:
    """y2."""
    payment = _of_terminal(shop, by, event.payment)
    shop.in_state(payment, "y2")
    if not _is_stopping(shop, payment):
        shop.answered(payment.command)
    shop.step(payment, "y2")
    shop.note(PaymentShown(payment=payment.id, repair=payment.repair))


@room.records(PaymentApproved)
def payment_approved(shop: Shop, by: Device, event: PaymentApproved) -> None:
    """y3, y6; y8 if the answer was lost; F52 if it comes after the end."""
    payment = _of_terminal(shop, by, event.payment)
    _approved(shop, payment, event.amount, event.currency, event.reference)


def _approved(shop: Shop, payment: PaymentRequest, amount: int, currency: str, reference: str) -> None:
    if payment.state in NOT_CAPTURED:
        if payment.late:
            shop.refuse("already", f"{payment.id} was taken too late and is being reversed.")
        captured_late(shop, payment, amount, reference)
        return
    if payment.state not in OPEN:
        shop.refuse("already", f"{payment.id} is {payment.state}.")
    if (amount, currency) != (payment.amount, CURRENCY):
        _another_sum(shop, payment, amount, currency)
        return
    payment.reference = reference
    _settle(shop, payment)


def _another_sum(shop: Shop, payment: PaymentRequest, amount: int, currency: str) -> None:
    """y7: nobody knows what was really taken until the manager has looked."""
    words = f"{payment.pos} took {prices.yuan(amount)} {currency} instead of {prices.yuan(payment.amount)} {CURRENCY}"
    if payment.state in ("CREATED", "PRESENTED"):
        _lose(shop, payment, "another amount than asked")
    shop.alarm(payment.id, f"{payment.id}: {words}", MANAGER)


def _settle(shop: Shop, payment: PaymentRequest) -> None:
    """y3 or y8, then y6 in the same breath; from MANUAL the terminal's late truth is y12."""
    repair = shop.books.repairs[payment.repair]
    _stop_asking(shop, payment)
    shop.note(PaymentTaken(payment=payment.id, repair=repair.id, amount=payment.amount, reference=payment.reference))
    if payment.state == "MANUAL":
        shop.step(payment, "y12", "SETTLED")
        _note_found(shop, payment, "approved")
    else:
        found = payment.state == "UNKNOWN"
        shop.step(payment, "y8" if found else "y3", "APPROVED")
        shop.step(payment, "y6")
        if found:
            _note_found(shop, payment, "approved")
    count_as_settled(shop, payment)


def count_as_settled(shop: Shop, payment: PaymentRequest) -> None:
    repair = shop.books.repairs[payment.repair]
    repair.settled += payment.amount
    shop.touch(repair)
    shop.note(
        PaymentSettled(payment=payment.id, repair=repair.id, amount=payment.amount, payment_kind=payment.payment_kind)
    )


@room.records(PaymentDeclined)
def payment_declined(shop: Shop, by: Device, event: PaymentDeclined) -> None:
    """y4; y8 if the answer was lost. A new attempt is allowed."""
    payment = _of_terminal(shop, by, event.payment)
    _declined(shop, payment, event.code)


def _declined(shop: Shop, payment: PaymentRequest, code: str) -> None:
    row = {"CREATED": "y4", "PRESENTED": "y4", "UNKNOWN": "y8", "MANUAL": "y12"}.get(payment.state)
    if row is None:
        shop.refuse("wrong-state", f"{payment.id} is {payment.state}.")
    found = row != "y4"
    _stop_asking(shop, payment)
    shop.step(payment, row, "NOT_TAKEN" if row == "y12" else "DECLINED")
    if found:
        _note_found(shop, payment, "declined")
    shop.note(PaymentRejected(payment=payment.id, repair=payment.repair, code=code))


@room.records(PaymentAbortAsked)
def payment_abort_asked(shop: Shop, by: Device, event: PaymentAbortAsked) -> None:
    """y5: the terminal is asked; only its own word ends the attempt."""
    repair = shop.owned(by, event.repair, event.revision)
    payment = shop.payment(event.payment)
    if payment.repair != repair.id:
        shop.refuse("other-repair", f"{payment.id} belongs to {payment.repair}.")
    shop.in_state(payment, "y5", f"{payment.id} is {payment.state} and cannot be stopped any more.")
    if _is_stopping(shop, payment):
        shop.refuse("already", f"{payment.pos} has been asked to stop {payment.id}.")
    shop.withdraw(payment.command)
    payment.command = shop.ask(AbortPayment(id=shop.number("C"), to=payment.pos, payment=payment.id))
    shop.touch(payment)


@room.records(PaymentAborted)
def payment_aborted(shop: Shop, by: Device, event: PaymentAborted) -> None:
    """y5: only if the terminal confirms that nothing was approved; else its approval is on the way."""
    payment = _of_terminal(shop, by, event.payment)
    if not event.before_approval:
        if not _is_stopping(shop, payment):
            shop.refuse("not-asked", f"Nobody asked {by} to stop {payment.id}.")
        shop.answered(payment.command)
        return
    if payment.state in ("UNKNOWN", "MANUAL"):
        _declined(shop, payment, "aborted")
        return
    shop.in_state(payment, "y5")
    _stop(shop, payment)


def _stop(shop: Shop, payment: PaymentRequest) -> None:
    _stop_asking(shop, payment)
    shop.step(payment, "y5")
    shop.note(PaymentStopped(payment=payment.id, repair=payment.repair))


@room.hears(CommandWasRefused)
def terminal_refuses(shop: Shop, fact: CommandWasRefused) -> None:
    """y5: it never showed the amount, so nothing was approved; the engineer may try again."""
    if fact.work != TakePayment.__name__:
        return
    for payment in list(shop.books.payments.values()):
        if payment.state == "CREATED" and payment.command == fact.command:
            _stop(shop, payment)
            owner = shop.books.repairs[payment.repair].owner
            shop.alert(owner, payment.repair, f"{fact.device} does not take the payment: {fact.reason}")


# ── nobody knows (y7–y12) ───────────────────────────────────────────────────────────────────────


@room.falls_due(PaymentRequest, "CREATED", "PRESENTED")
def no_answer(shop: Shop, payment: PaymentRequest) -> None:
    """y7, E15: no new attempt, no cash, no hand-over from now on."""
    _lose(shop, payment, "the terminal does not answer")


def _lose(shop: Shop, payment: PaymentRequest, why: str) -> None:
    _stop_asking(shop, payment)
    payment.lost_at = shop.now
    shop.step(payment, "y7", due=shop.now + STATUS_ASK_EVERY)
    shop.note(PaymentLost(payment=payment.id, repair=payment.repair, why=why))
    shop.alarm(payment.id, f"{payment.id}: {why}. Take no other money and hand nothing over", _owner(shop, payment))
    _ask_status(shop, payment)


def _ask_status(shop: Shop, payment: PaymentRequest) -> None:
    """The attempt's own clock asks, each time anew, so the question is not one that waits for its answer."""
    payment.command = shop.number("C")
    shop.say(AskPaymentStatus(id=payment.command, to=payment.pos, payment=payment.id))


@room.falls_due(PaymentRequest, "UNKNOWN")
def still_unknown(shop: Shop, payment: PaymentRequest) -> None:
    """y7: every 5 s for 5 min, then every 30 s; y11: after 10 min the manager."""
    lost_for = shop.now - payment.lost_at
    limit = WAITS["payment"]["UNKNOWN"].ms
    assert limit is not None
    if lost_for >= limit:
        shop.step(payment, "y11")
        shop.note(PaymentEscalated(payment=payment.id, repair=payment.repair))
        shop.alarm(payment.id, f"Read the log of {payment.pos}: was {payment.id} taken?", MANAGER)
        return
    _ask_status(shop, payment)
    every = STATUS_ASK_EVERY if lost_for < STATUS_ASK_FAST_FOR else STATUS_ASK_SLOW_EVERY
    shop.wait(payment, min(shop.now + every, payment.lost_at + limit))


@room.records(PaymentStatusReported)
def payment_status_reported(shop: Shop, by: Device, event: PaymentStatusReported) -> None:
    """y8, y9, y10: the original answer counts; "not found" three times from a healthy terminal means not taken."""
    payment = _of_terminal(shop, by, event.payment)
    if payment.state not in ("UNKNOWN", "MANUAL", *NOT_CAPTURED):
        shop.refuse("not-asked", f"{payment.id} is {payment.state}; its end is known.")
    match event.status:
        case "approved":
            _approved(shop, payment, event.amount, event.currency, event.reference)
        case "declined":
            _declined(shop, payment, "declined")
        case "in-progress":
            _still_in_progress(shop, payment)
        case "not-found":
            _not_found(shop, payment, healthy=event.diagnosis_good)


def _still_in_progress(shop: Shop, payment: PaymentRequest) -> None:
    """y9: what was not found before is there now."""
    shop.in_state(payment, "y9")
    payment.not_found = 0
    shop.step(payment, "y9", due=shop.books.waits[payment.id].due)
    shop.alarm(payment.id, f"{payment.pos} is still busy with {payment.id}", _owner(shop, payment))


def _not_found(shop: Shop, payment: PaymentRequest, *, healthy: bool) -> None:
    shop.in_state(payment, "y10")
    if not healthy:
        shop.refuse("not-healthy", f"{payment.pos} says itself that it is not well; its word does not count.")
    payment.not_found += 1
    shop.touch(payment)
    if payment.not_found >= NOT_FOUND_NEEDED:
        _stop_asking(shop, payment)
        shop.step(payment, "y10")
        _note_found(shop, payment, "not-found")
        shop.note(PaymentNotTaken(payment=payment.id, repair=payment.repair))


@room.records(PaymentDecided)
def payment_decided(shop: Shop, _by: Device, event: PaymentDecided) -> None:
    """y12: the manager has read the terminal's own log."""
    payment = shop.payment(event.payment)
    shop.in_state(payment, "y12", f"{payment.id} is {payment.state}; there is nothing to decide.")
    conclude(shop, payment, taken=event.taken, evidence=event.evidence)


def conclude(shop: Shop, payment: PaymentRequest, *, taken: bool, evidence: str) -> None:
    """y12."""
    shop.step(payment, "y12", "SETTLED" if taken else "NOT_TAKEN")
    shop.note(PaymentConcluded(payment=payment.id, repair=payment.repair, taken=taken, evidence=evidence))
    if taken:
        count_as_settled(shop, payment)
    else:
        shop.note(PaymentNotTaken(payment=payment.id, repair=payment.repair))


# ── small words ─────────────────────────────────────────────────────────────────────────────────


def open_or_unknown(shop: Shop, repair_id: str) -> str:
    """B17, r24, r26: the attempt of this repair that has no end yet; "" if none."""
    return next(
        (p.id for p in shop.books.payments.values() if p.repair == repair_id and p.state in OPEN),
        "",
    )


def _of_terminal(shop: Shop, by: Device, payment_id: str) -> PaymentRequest:
    """B16: a terminal speaks only for its own payments."""
    payment = shop.payment(payment_id)
    if payment.pos != by:
        shop.refuse("not-yours", f"{payment.id} is at {payment.pos}, not at {by}.")
    return payment


def _is_stopping(shop: Shop, payment: PaymentRequest) -> bool:
    """The terminal has been asked to stop, and has not answered."""
    pending = shop.books.pending.get(payment.command)
    return pending is not None and isinstance(pending.command, AbortPayment)


def _stop_asking(shop: Shop, payment: PaymentRequest) -> None:
    shop.withdraw(payment.command)
    payment.command = ""


def _note_found(shop: Shop, payment: PaymentRequest, status: str) -> None:
    shop.note(PaymentFound(payment=payment.id, repair=payment.repair, status=status))


def _owner(shop: Shop, payment: PaymentRequest) -> str:
    return shop.books.repairs[payment.repair].owner or MANAGER

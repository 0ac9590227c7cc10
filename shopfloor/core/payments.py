"""The day's money: each terminal's closing slip against the books (y15, y12, K19), and what is still open.

The attempts themselves are in attempts.py, what goes back in refunds.py.
"""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import AskTotals
from shopfloor.contract.events import DayReconciled, PosTotal
from shopfloor.contract.facts import ModeChanged, PaymentReconciled
from shopfloor.core import devices
from shopfloor.core.attempts import NOT_CAPTURED, OPEN, charge, conclude, open_or_unknown
from shopfloor.core.books import PaymentRequest
from shopfloor.core.prices import yuan
from shopfloor.core.refunds import captured_late, room
from shopfloor.core.shop import MANAGER, Shop

__all__ = ["ask_totals", "open_or_unknown", "payments_open", "room"]

CAPTURED = ("SETTLED", "PART_REFUNDED", "REFUNDED", "REVERSED")
DIFFERENCES_SHOWN_MAX = 100


def ask_totals(shop: Shop) -> None:
    """At day close: every terminal sends its closing slip."""
    asked = {pending.command.to for pending in shop.books.pending.values() if isinstance(pending.command, AskTotals)}
    for device in shop.layout.devices:
        if device.startswith("pos/") and device not in asked:
            shop.ask(AskTotals(id=shop.number("C"), to=device))


@room.records(DayReconciled)
def day_reconciled(shop: Shop, by: Device, event: DayReconciled) -> None:
    """y15: line by line. y12: what nobody knew is decided by what the terminal really took."""
    slip: dict[str, PosTotal] = {}
    for row in event.lines:
        if row.payment in slip:
            shop.refuse("line-twice", f"{row.payment} stands on the slip twice. Send the slip again.")
        slip[row.payment] = row
    for pending in list(shop.books.pending.values()):
        if isinstance(pending.command, AskTotals) and pending.command.to == by:
            shop.answered(pending.command.id)
    differences = [*_strangers(shop, by, slip), *_compare_all(shop, by, slip)]
    shop.note(
        PaymentReconciled(
            pos=by,
            taken=sum(row.taken for row in event.lines),
            undone=sum(row.undone for row in event.lines),
            differences=tuple(differences[:DIFFERENCES_SHOWN_MAX]),
        )
    )
    about = f"slip/{by}"
    if differences:
        shop.alarm(about, f"The slip of {by} differs in {len(differences)} lines: {differences[0]}", MANAGER)
    else:
        shop.all_clear(about)


def _strangers(shop: Shop, by: Device, slip: dict[str, PosTotal]) -> list[str]:
    found = []
    for name, row in slip.items():
        payment = shop.books.payments.get(name)
        if payment is None or payment.pos != by:
            found.append(f"{name}: took {yuan(row.taken)}, and the floor knows no such payment there")
    return found


def _compare_all(shop: Shop, by: Device, slip: dict[str, PosTotal]) -> list[str]:
    found = []
    for payment in list(shop.books.payments.values()):
        if payment.pos == by and not payment.reconciled:
            found += _compare(shop, payment, slip.get(payment.id) or PosTotal(payment=payment.id, taken=0))
    return found


def _compare(shop: Shop, payment: PaymentRequest, row: PosTotal) -> list[str]:
    """What differs, in words; what agrees is stamped and not compared again."""
    if payment.state == "MANUAL" and row.taken in (0, payment.amount):
        conclude(shop, payment, taken=row.taken > 0, evidence="the terminal's closing slip")
    if payment.state in OPEN:
        return [f"{payment.id}: {payment.state}, the slip says {yuan(row.taken)} taken"]
    if payment.state in NOT_CAPTURED and not payment.late and row.taken > row.undone:
        captured_late(shop, payment, row.taken - row.undone, "closing slip")
        payment.reconciled = True
        return [f"{payment.id}: {payment.state}, but {yuan(row.taken)} were taken: it is being given back"]
    kept = (payment.amount if payment.state in CAPTURED else payment.late) - payment.undone
    if row.taken - row.undone != kept:
        return [f"{payment.id}: the slip says {yuan(row.taken)} less {yuan(row.undone)}, the books {yuan(kept)}"]
    payment.reconciled = True
    if payment.state == "SETTLED":
        shop.step(payment, "y15")
    shop.touch(payment)
    return []


def payments_open(shop: Shop) -> tuple[str, ...]:
    """E30: a sentence for each attempt without an end."""
    return tuple(f"Payment {p.id} of {p.repair} is {p.state}." for p in shop.books.payments.values() if p.state in OPEN)


@room.hears(ModeChanged)
def network_is_back(shop: Shop, fact: ModeChanged) -> None:
    """E28: what could not be charged at its report is charged now; any later attempt the engineer asks for."""
    if fact.what != devices.NETWORK_LOST or fact.on:
        return
    charged = {p.repair: None for p in shop.books.payments.values() if p.payment_kind == "CHARGE"}
    for repair in list(shop.books.repairs.values()):
        if repair.state == "PAYING" and repair.id not in charged:
            charge(shop, repair)

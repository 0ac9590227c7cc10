"""The phone lent to a customer while theirs is away (l1–l3, E19)."""

from shopfloor.contract.actor import DAY, Device
from shopfloor.contract.events import LoanerDeclaredLost, LoanerLent, LoanerReturned, LoanerWiped
from shopfloor.contract.facts import LoanerMoved, PartyReminded
from shopfloor.core.books import Loaner
from shopfloor.core.room import Room
from shopfloor.core.shop import MANAGER, Shop
from shopfloor.core.standing import loaner_is_signed_for

room = Room("custody")

LOANER_LENT_MAX = 30 * DAY
LOANER_AFTER_PROMISE = 3 * DAY


def loaner_out(shop: Shop, repair_id: str) -> str:
    """The loaner that this customer still has, or empty."""
    return next((x.id for x in shop.books.loaners.values() if x.state == "LENT" and x.repair == repair_id), "")


@room.records(LoanerLent)
def loaner_lent(shop: Shop, by: Device, event: LoanerLent) -> None:
    """l1, E19: a reminder three days after the phone's promise, lost after thirty."""
    repair = shop.owned(by, event.repair, event.revision)
    loaner = shop.loaner(event.loaner)
    shop.in_state(loaner, "l1", f"{loaner.id} is {loaner.state}. Take another loaner.")
    if loaner_out(shop, repair.id):
        shop.refuse("already", f"{repair.id} has a loaner already.")
    if not loaner_is_signed_for(shop, repair.id, loaner.id):
        shop.refuse("not-signed", f"The LOANER document for {loaner.id} is not sealed yet.")
    loaner.repair, loaner.lent_at = repair.id, shop.now
    due = max(repair.promised_at, shop.now) + LOANER_AFTER_PROMISE
    _loaner_step(shop, loaner, "l1", due=min(due, shop.now + LOANER_LENT_MAX))


@room.records(LoanerReturned)
def loaner_returned(shop: Shop, by: Device, event: LoanerReturned) -> None:
    """l2: with a word about its condition."""
    shop.presence(by)
    loaner = shop.loaner(event.loaner)
    if loaner.state != "LENT":
        shop.refuse("wrong-state", f"{loaner.id} is {loaner.state}; nobody has it.")
    if not event.condition.strip():
        shop.refuse("no-condition", f"Look at {loaner.id} and say in which condition it is.")
    _loaner_step(shop, loaner, "l2")


@room.records(LoanerWiped)
def loaner_wiped(shop: Shop, by: Device, event: LoanerWiped) -> None:
    """l2: nothing of the last customer is left on it."""
    shop.presence(by)
    loaner = shop.loaner(event.loaner)
    if loaner.state != "RETURNED":
        shop.refuse("wrong-state", f"{loaner.id} is {loaner.state}; only a returned loaner is wiped.")
    _loaner_step(shop, loaner, "l2")
    loaner.repair, loaner.lent_at = "", 0


@room.records(LoanerDeclaredLost)
def loaner_declared_lost(shop: Shop, _by: Device, event: LoanerDeclaredLost) -> None:
    """l3."""
    loaner = shop.loaner(event.loaner)
    shop.in_state(loaner, "l3")
    _loaner_step(shop, loaner, "l3")


@room.falls_due(Loaner, "LENT")
def loaner_is_late(shop: Shop, loaner: Loaner) -> None:
    """l3: the customer is reminded once; after thirty days it counts as lost, and no hand-over waits for it."""
    lost_at = loaner.lent_at + LOANER_LENT_MAX
    if shop.now < lost_at:
        shop.note(PartyReminded(about=loaner.id, state=loaner.state, party="CU"))
        shop.wait(loaner, lost_at, "CU")
        return
    _loaner_step(shop, loaner, "l3")
    shop.alarm(loaner.id, f"{loaner.id} was not brought back in 30 days (repair {loaner.repair})", MANAGER)


def _loaner_step(shop: Shop, loaner: Loaner, row: str, *, due: int | None = None) -> None:
    shop.step(loaner, row, due=due)
    shop.note(LoanerMoved(loaner=loaner.id, state=loaner.state, repair=loaner.repair))

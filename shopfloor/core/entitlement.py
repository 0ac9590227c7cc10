"""The maker's answer about a phone: asked at intake, good for a day, and missed without harm (E23)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import LookUpEntitlement
from shopfloor.contract.events import EntitlementAnswered
from shopfloor.contract.facts import (
    CommandUnanswered,
    CommandWasRefused,
    EntitlementAsked,
    EntitlementKnown,
    EntitlementMissing,
    PhoneDescribed,
    RepairCancelled,
    RepairClosed,
    RepairExpected,
    RepairExpired,
)
from shopfloor.core import premises
from shopfloor.core.books import Repair
from shopfloor.core.lifecycles import ENTITLEMENT_ANSWER_DUE, ENTITLEMENT_VALID
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("entitlement")


@room.hears(PhoneDescribed, RepairExpected)
def phone_is_known(shop: Shop, fact: PhoneDescribed | RepairExpected) -> None:
    """r1, r6: as soon as the floor knows which phone it is about."""
    repair = shop.books.repairs[fact.repair]
    if repair.imei:
        _ask(shop, repair)


def _ask(shop: Shop, repair: Repair) -> None:
    _forget(shop, repair.id)
    repair.entitlement, repair.entitlement_at = "asked", shop.now
    shop.touch(repair)
    maker = premises.service(shop, "entitlement")
    shop.ask(LookUpEntitlement(id=shop.number("C"), to=maker, repair=repair.id, model=repair.model, imei=repair.imei))
    shop.note(EntitlementAsked(repair=repair.id, imei=repair.imei))


@room.records(EntitlementAnswered)
def entitlement_answered(shop: Shop, by: Device, event: EntitlementAnswered) -> None:
    """Late is better than never: an answer after five seconds still counts for the next version of the quote."""
    pending = shop.books.pending.get(event.command)
    if pending is None or not isinstance(pending.command, LookUpEntitlement) or pending.command.to != by:
        shop.refuse("not-asked", f"{event.command} is not an open question (any more).")
    repair = shop.repair(pending.command.repair)
    if event.imei != pending.command.imei:
        shop.refuse("other-phone", f"{event.command} asked about another phone.")
    covered = event.covered and not 0 < event.until < shop.now
    shop.answered(event.command)
    repair.entitlement, repair.entitlement_at = "covered" if covered else "not-covered", shop.now
    repair.earlier_repairs = event.earlier_repairs
    shop.touch(repair)
    shop.note(
        EntitlementKnown(
            repair=repair.id,
            imei=event.imei,
            covered=covered,
            until=event.until,
            earlier_repairs=event.earlier_repairs,
        )
    )


@room.hears(CommandUnanswered)
def maker_is_silent(shop: Shop, fact: CommandUnanswered) -> None:
    """E23. The question stays open; asked again at long intervals."""
    pending = shop.books.pending.get(fact.command)
    if pending is not None and isinstance(pending.command, LookUpEntitlement):
        _miss(shop, shop.books.repairs[pending.command.repair])


@room.hears(CommandWasRefused)
def maker_refuses(shop: Shop, fact: CommandWasRefused) -> None:
    """E23: the look-up is down and says so."""
    if fact.work != LookUpEntitlement.__name__:
        return
    asked = [question.repair for question in _questions(shop)]
    for repair in shop.books.repairs.values():
        if repair.entitlement == "asked" and repair.id not in asked:
            _miss(shop, repair)


@room.hears(RepairClosed, RepairCancelled, RepairExpired)
def nobody_needs_the_answer(shop: Shop, fact: RepairClosed | RepairCancelled | RepairExpired) -> None:
    _forget(shop, fact.repair)


def answer_is_fresh(shop: Shop, repair: Repair) -> bool:
    """r7: an answer, not older than a day."""
    known = repair.entitlement in ("covered", "not-covered")
    return known and shop.now - repair.entitlement_at <= ENTITLEMENT_VALID


def answer_is_pending(shop: Shop, repair: Repair) -> bool:
    """Asked less than five seconds ago: worth waiting for."""
    return repair.entitlement == "asked" and shop.now - repair.entitlement_at < ENTITLEMENT_ANSWER_DUE


def quote_without_answer(shop: Shop, repair: Repair) -> None:
    """E23: somebody quotes now, so the floor says what is missing; an answer of yesterday is asked for anew."""
    if repair.entitlement == "asked":
        _miss(shop, repair)
    elif repair.entitlement in ("covered", "not-covered"):
        _ask(shop, repair)


def _miss(shop: Shop, repair: Repair) -> None:
    if repair.entitlement == "asked":
        repair.entitlement = "missing"
        shop.touch(repair)
        shop.note(EntitlementMissing(repair=repair.id))


def _forget(shop: Shop, repair_id: str) -> None:
    for question in _questions(shop):
        if question.repair == repair_id:
            shop.withdraw(question.id)


def _questions(shop: Shop) -> list[LookUpEntitlement]:
    """Those that are open."""
    work = (pending.command for pending in shop.books.pending.values())
    return [question for question in work if isinstance(question, LookUpEntitlement)]

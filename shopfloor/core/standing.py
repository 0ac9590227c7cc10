"""How a repair stands: what is read, signed, paid and awaited, and who may go on with it. Only looks."""

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.core.books import Repair
from shopfloor.core.lifecycles import FINAL
from shopfloor.core.paperwork import requests_of
from shopfloor.core.shop import Shop

SEALED = ("SEALED", "DELIVERED")
PAYMENT_UNCERTAIN = ("UNKNOWN", "MANUAL")
WORK_DUE_MIN = 15 * MINUTE
"""A promise that is (nearly) broken leaves the engineer this long before the next reminder."""
BOARD_FAULT = "MBD"


def payment_uncertain(shop: Shop, repair_id: str) -> bool:
    """An attempt whose end nobody knows: no hand-over, no other money (B17, B18)."""
    return any(p.repair == repair_id and p.state in PAYMENT_UNCERTAIN for p in shop.books.payments.values())


def signing(shop: Shop, repair_id: str) -> bool:
    """A document waits for ink. A report does not count: it is read, and may be read again later."""
    over = (*FINAL["signature"], *SEALED)
    return any(r.document != "REPORT" and r.state not in over for r in requests_of(shop, repair_id))


def report_is_read(shop: Shop, repair_id: str) -> bool:
    """The latest report was read to its end, and is sealed."""
    reports = requests_of(shop, repair_id, "REPORT")
    return bool(reports) and reports[-1].state in SEALED


def loaner_is_signed_for(shop: Shop, repair_id: str, loaner_id: str) -> bool:
    """l1: the LOANER document names this very phone."""
    return any(r.loaner == loaner_id and r.state in SEALED for r in requests_of(shop, repair_id, "LOANER"))


def work_due(shop: Shop, repair: Repair) -> Instant:
    """When REPAIRING should end: the promised time."""
    return max(repair.promised_at, shop.now + WORK_DUE_MIN)


def needs_certificate(shop: Shop, repair: Repair) -> tuple[str, ...]:
    """What an engineer must be certified for to do this repair."""
    model = shop.catalogue.models.get(repair.model)
    needed = ["foldable"] if model is not None and model.foldable else []
    if BOARD_FAULT in (*repair.diagnoses, *(line.fault for line in repair.signed)):
        needed.append("board")
    return tuple(needed)


def certified(shop: Shop, person: str, repair: Repair) -> bool:
    """Whether this person is an engineer with the certificates that the phone needs."""
    engineer = shop.layout.engineers.get(person)
    return engineer is not None and all(name in engineer.certificates for name in needs_certificate(shop, repair))


def owner_is_gone(shop: Shop, repair: Repair) -> bool:
    """E22: signed off, or the handheld has lain untouched."""
    presence = shop.books.present.get(repair.owner)
    return presence is None or presence.away

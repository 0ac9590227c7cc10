"""Standing still, and going on (what every hold has in common)."""

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import RepairHeld, RepairResumed, ReturnDecided
from shopfloor.core import standing
from shopfloor.core.books import Repair
from shopfloor.core.lifecycles import WORKING
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("holds")


def hold(shop: Shop, repair: Repair, row: str, reason: str, *, due: Instant | None = None) -> None:
    """Stand still, and remember from where."""
    if repair.state in WORKING:
        repair.back_to = repair.state
    repair.held_at = shop.now
    shop.step(repair, row, f"ON_HOLD({reason})", due=due)
    shop.note(RepairHeld(repair=repair.id, reason=reason, back_to=repair.back_to))


def resume(shop: Shop, repair: Repair, row: str) -> None:
    """On from where it stood."""
    state, repair.back_to = repair.back_to, ""
    due = standing.work_due(shop, repair) if state == "REPAIRING" else None
    shop.step(repair, row, state, due=due)
    shop.note(RepairResumed(repair=repair.id, state=state))


def give_back(shop: Shop, repair: Repair, row: str, reason: str) -> None:
    """The phone goes back unrepaired."""
    repair.back_to = ""
    shop.step(repair, row, "RETURNING")
    shop.note(ReturnDecided(repair=repair.id, reason=reason, fee=repair.fee))

"""From engineer to engineer: asked for, ordered, or because the owner has gone (r29, r30, E22)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import HandoverAccepted, HandoverOrdered, HandoverRequested
from shopfloor.contract.facts import HandoverOpened, OwnerChanged, PresenceLost
from shopfloor.core import standing
from shopfloor.core.books import Repair
from shopfloor.core.holding import resume, room
from shopfloor.core.lifecycles import HELD, WORKING
from shopfloor.core.pickups import acceptance_refused, unsigned_parcel
from shopfloor.core.shop import MANAGER, Shop

ON_THE_BENCH = tuple(state for state in WORKING if state != "QUOTED")
"""Working states that wait for the engineer, not for the customer's decision."""
OWNER_ONLY = (*(state for state in HELD if state != "ON_HOLD(handover)"), "AWAITING_PICKUP", "UNCLAIMED", "SENT_OUT")
"""r30 changes the owner here, and nothing else."""


@room.records(HandoverRequested)
def handover_requested(shop: Shop, by: Device, event: HandoverRequested) -> None:
    """r29: the owner must leave."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r29")
    open_handover(shop, repair, "r29", event.note)


@room.records(HandoverOrdered)
def handover_ordered(shop: Shop, _by: Device, event: HandoverOrdered) -> None:
    """r29, E22: the manager names who goes on; nobody else may take it then."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    if repair.state not in (*WORKING, "ON_HOLD(handover)", *OWNER_ONLY):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; there is nothing to hand over.")
    _check_certified(shop, repair, event.engineer)
    if event.engineer not in shop.books.present:
        shop.refuse("not-here", f"{event.engineer} is not signed on. Name somebody who is here.")
    repair.heir = event.engineer
    if repair.state in WORKING:
        open_handover(shop, repair, "r29", f"The manager asks {event.engineer} to go on.")
    if repair.state == "ON_HOLD(handover)":
        shop.wait(repair, shop.now + shop.policy.presence_lost_after, event.engineer)
    repair.revision += 1
    shop.touch(repair)
    shop.alert(event.engineer, repair.id, f"Please take over {repair.id} from {repair.owner}.")


def open_handover(shop: Shop, repair: Repair, row: str, note: str) -> None:
    """r29, r44: up for whoever takes it over; the note says what they need to know."""
    if repair.state in WORKING:
        repair.back_to = repair.state
    repair.handover_note, repair.held_at = note, shop.now
    shop.step(repair, row, "ON_HOLD(handover)")
    shop.note(HandoverOpened(repair=repair.id, owner=repair.owner, note=note))


@room.hears(PresenceLost)
def owner_left(shop: Shop, fact: PresenceLost) -> None:
    """r29: ten minutes to come back. An offer on the table (r12) and a parcel on its way have dues of their own."""
    for repair in shop.books.repairs.values():
        if repair.owner == fact.engineer and repair.state in ON_THE_BENCH and not unsigned_parcel(shop, repair):
            shop.wait(repair, shop.now + shop.policy.presence_lost_after)


@room.falls_due(Repair, *ON_THE_BENCH)
def work_is_due(shop: Shop, repair: Repair) -> None:
    """The owner is reminded; one who has left has lost the repair to whoever takes it over (r29)."""
    if unsigned_parcel(shop, repair):
        acceptance_refused(shop, repair)
    elif standing.owner_is_gone(shop, repair):
        open_handover(shop, repair, "r29", f"{repair.owner} has left; last state {repair.state}.")
    else:
        shop.remind(repair)


@room.falls_due(Repair, "ON_HOLD(handover)", "ON_HOLD(manager)")
def manager_must_decide(shop: Shop, repair: Repair) -> None:
    """Nobody took it over, or the centre keeps silent: the manager names an engineer, or decides (r42)."""
    if not shop.books.waits[repair.id].reminders:
        shop.alarm(repair.id, f"{repair.id} is {repair.state}: decide who goes on with it, and how", MANAGER)
    shop.remind(repair)


@room.records(HandoverAccepted)
def handover_accepted(shop: Shop, by: Device, event: HandoverAccepted) -> None:
    """r30, B3: one atomic change of owner."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    presence = shop.presence(by)
    if presence.person != event.engineer:
        shop.refuse("not-you", f"{by} is in the hands of {presence.person}.")
    if repair.state not in ("ON_HOLD(handover)", *OWNER_ONLY):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}. Its owner or the manager hands it over first.")
    _check_certified(shop, repair, event.engineer)
    if repair.heir not in ("", event.engineer):
        shop.refuse("not-named", f"The manager has named {repair.heir} to take over {repair.id}.")
    old, repair.owner, repair.heir = repair.owner, event.engineer, ""
    if repair.desk:
        repair.desk = presence.desk or repair.desk
    repair.revision += 1
    shop.touch(repair)
    if old != repair.owner:
        repair.owners += 1
        shop.note(OwnerChanged(repair=repair.id, old=old, new=repair.owner))
    if repair.state == "ON_HOLD(handover)":
        resume(shop, repair, "r30")


def _check_certified(shop: Shop, repair: Repair, engineer: str) -> None:
    if not standing.certified(shop, engineer, repair):
        shop.refuse("not-certified", f"{engineer} is not certified for {repair.id}.")

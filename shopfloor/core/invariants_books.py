"""What must always be true of the bookkeeping itself: waits, ids, states, claims on lanes (B23, I19, I20, I24)."""

from shopfloor.contract.commands import Command, SendOrder
from shopfloor.core.books import Thing
from shopfloor.core.invariants_shape import Flaw
from shopfloor.core.lifecycles import FINAL, TABLES, Machine
from shopfloor.core.shop import Shop

STATES: dict[Machine, frozenset[str]] = {
    machine: frozenset(state for row in rows for state in (*row.sources, row.target) if state)
    for machine, rows in TABLES.items()
}


def waits_for_somebody(shop: Shop, thing: Thing) -> Flaw:
    """B23."""
    wait = shop.books.waits.get(thing.id)
    if thing.state in FINAL[thing.machine]:
        return "" if wait is None else f"{thing.id} is {thing.state}, which is final, and waits for {wait.party}"
    if wait is None or not wait.party or wait.due <= 0 or wait.machine != thing.machine:
        return f"{thing.id} is {thing.state} and waits for {wait}"
    return ""


def every_wait_is_of_something(shop: Shop) -> Flaw:
    """B23: no wait is left of what is gone."""
    gone = (about for about, wait in shop.books.waits.items() if about not in shop.things(wait.machine))
    return next((f"{about} waits, and is not in the books" for about in gone), "")


def state_is_in_its_table(_shop: Shop, thing: Thing) -> Flaw:
    """I20."""
    return "" if thing.state in STATES[thing.machine] else f"{thing.id} is {thing.state!r}, which no row leads to"


def id_is_its_own(shop: Shop, command: Command) -> Flaw:
    """I19: from the counter, and nobody else's: what is asked again is what was asked."""
    number = command.id[1:]
    if not number.isdigit() or int(number) > shop.books.counters.get(command.id[0], 0):
        return f"{command.id!r} came from no counter"
    pending = shop.books.pending.get(command.id)
    return (
        "" if pending is None or pending.command == command else f"{command.id} was {pending.command} and is {command}"
    )


def pending_by_their_ids(shop: Shop) -> Flaw:
    """I19."""
    wrong = (name for name, pending in shop.books.pending.items() if pending.command.id != name)
    return next((f"{name} is kept for another command" for name in wrong), "")


def released_lanes_are_free(shop: Shop, command: SendOrder) -> Flaw:
    """I24: what an order newly releases, and what conflicts with it, nobody else claims.

    Where a robot stands is a truth of the world: somebody may have pushed it onto another's lane. So only what the
    floor itself gives away is looked at, and only when it is given.
    """
    robot = shop.books.robots.get(command.to)
    leg = robot.leg if robot else None
    if robot is None or leg is None or leg.asks != 1 or leg.order_id != command.order.order_id:
        return ""
    stood_on = len(robot.standing) - 1 if leg.update_id == 0 else leg.sent_from
    given = leg.route[stood_on + 1 : leg.released + 1]
    near = shop.layout.near
    for other in shop.books.robots.values():
        if other.id != robot.id and any(not near[element].isdisjoint(given) for element in other.claims):
            return f"{robot.name} may drive to {leg.route[leg.released]}, and {other.name} claims {other.claims}"
    return ""

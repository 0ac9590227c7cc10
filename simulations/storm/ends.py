"""How a healed day has to end: nothing stuck, nothing left to be sent, every wait with a name (I04, I21, I22, I25, P9)."""

from collections.abc import Iterator
from typing import Final

from devices.call_display import CallScreen
from devices.handheld import HandheldScreen
from shopfloor.contract.actor import Device, Instant
from shopfloor.core.books import Books
from shopfloor.core.lifecycles import FINAL, WORKING
from simulations.people.hands import screen_of
from simulations.storm.shop import StormShop

ROLES: Final = ("EN", "PK", "MG", "CU", "NT")


def ends_broken(shop: StormShop) -> Iterator[str]:
    """While the coordinator is still up, some minutes after the day was closed."""
    books, now = shop.office.floor.books, shop.stage.now
    yield from _unsaid(shop, books)
    yield from _waits(shop, books, now)
    yield from _open_things(books)
    yield from _robots(shop, books)
    yield from _screens(shop, books)


def _unsaid(shop: StormShop, books: Books) -> Iterator[str]:
    """I22: nobody has anything left to say; what no device answers is known to somebody."""
    for device, machine in shop.machines.items():
        if machine.backlog:
            yield f"I22/P1: {machine.backlog} events of {device} have no receipt"
    for pending in books.pending.values():
        command = pending.command
        if not any(about in (command.to, command.id) for about in books.alarms):
            kind = type(command).__name__
            yield f"I22/P9: {kind} of {command.to} was asked {pending.asks} times, has no answer, and nobody is named"


def _waits(shop: StormShop, books: Books, now: Instant) -> Iterator[str]:
    layout = shop.plan.layout
    people = (*ROLES, *layout.engineers, *layout.parts_keepers)
    for about, wait in books.waits.items():
        if wait.machine != "robot" and wait.party not in people:
            yield f"I21/P9: {about} waits for {wait.party or 'nobody'}"
        if wait.due <= now:
            yield f"I21/P9: {about} was due, and nothing has come of it"


def _open_things(books: Books) -> Iterator[str]:
    for ticket in books.tickets.values():
        if ticket.state not in FINAL["ticket"] and not (ticket.state == "EXPECTED" and ticket.id in books.waits):
            yield f"I21: the day is closed and ticket {ticket.number} is {ticket.state}"
    for repair in books.repairs.values():
        if repair.state in WORKING:
            yield f"I21: the day is closed and {repair.id} is {repair.state}"
    for job in books.jobs.values():
        if job.state not in FINAL["job"] and job.robot and not _is_named(books, job.id, f"robot/{job.robot}"):
            yield f"I21: {job.id} is {job.state} with {job.robot}, and nobody is named"


def _robots(shop: StormShop, books: Books) -> Iterator[str]:
    """B2: every tote is empty, and every robot has come to rest, or somebody has been told."""
    for device, body in shop.fittings.bodies.items():
        if _is_named(books, device):
            continue
        aboard = [load.load_id for load in body.read(shop.stage.now).aboard]
        if aboard:
            yield f"B2: {device} still carries {', '.join(aboard)}"
        state = books.robots[device].state if device in books.robots else "never heard"
        if state not in ("AVAILABLE", "CHARGING"):
            yield f"I21: {device} is {state}, and nobody is named"


def _screens(shop: StormShop, books: Books) -> Iterator[str]:
    """I04, I25: what people are shown is so, and a repair is on one handheld."""
    shown: dict[str, Device] = {}
    for device, client in shop.clients.items():
        kind = device.partition("/")[0]
        if kind == "calls":
            called = {ticket.number: None for ticket in books.tickets.values() if ticket.state in ("CALLED", "SERVING")}
            for row in screen_of(client, CallScreen).calls:
                if row.number not in called:
                    yield f"I25: {device} calls {row.number}"
        if kind != "handheld":
            continue
        screen = screen_of(client, HandheldScreen)
        for row in screen.work.mine if screen.work is not None else ():
            owner = books.repairs[row.repair].owner if row.repair in books.repairs else screen.engineer
            if row.repair and row.repair in shown:
                yield f"I04/P8: {row.repair} is on {shown[row.repair]} and on {device}"
            if owner != screen.engineer:
                yield f"I04/P8: {device} shows {row.repair} as {screen.engineer}'s, and it is {owner or 'nobody'}'s"
            if row.repair:
                shown[row.repair] = device


def _is_named(books: Books, *about: str) -> bool:
    return any(name in books.alarms for name in about)

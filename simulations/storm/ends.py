"""How a day has to end: nothing stuck, nothing left to be sent, every wait with a name.

I04, I21, I22, I25 and P9, at the end of a healed day.
"""

from collections.abc import Iterator
from typing import Final

from devices.call_display import CallScreen
from devices.handheld import HandheldScreen
from shopfloor.contract.actor import Device
from shopfloor.core.books import Books
from shopfloor.core.lifecycles import FINAL
from simulations.people.hands import screen_of
from simulations.storm.shop import StormShop

ROLES: Final = ("EN", "PK", "MG", "CU", "NT")


def ends_broken(shop: StormShop) -> Iterator[str]:
    """While the coordinator is still up, some minutes after the day was closed."""
    books = shop.office.floor.books
    yield from unsaid(shop, books)
    if not books.closed:
        yield "I21: the manager could not close the day"
    yield from _waits(shop, books)
    yield from _open_things(books)
    yield from _robots(shop, books)
    yield from _screens(shop, books)


def unsaid(shop: StormShop, books: Books) -> Iterator[str]:
    """I22: nobody has anything left to say; what no device answers is known to somebody."""
    for device, machine in shop.machines.items():
        if machine.backlog:
            yield f"I22/P1: {machine.backlog} events of {device} have no receipt"
    for pending in books.pending.values():
        command = pending.command
        if not _is_looked_after(command.to, books):
            kind = type(command).__name__
            yield f"I22/P9: {kind} of {command.to} was asked {pending.asks} times, has no answer, and nobody is named"


def _waits(shop: StormShop, books: Books) -> Iterator[str]:
    layout = shop.plan.layout
    people = (*ROLES, *layout.engineers, *layout.parts_keepers)
    for about, wait in books.waits.items():
        if wait.machine != "robot" and wait.party not in people:
            yield f"I21/P9: {about} waits for {wait.party or 'nobody'}"
        if wait.due <= books.now:
            yield f"I21/P9: {about} was due, and nothing has come of it"


def _open_things(books: Books) -> Iterator[str]:
    for ticket in books.tickets.values():
        if ticket.state not in FINAL["ticket"] and not (ticket.state == "EXPECTED" and ticket.id in books.waits):
            yield f"I21: the day is closed and ticket {ticket.number} is {ticket.state}"
    for repair in books.repairs.values():
        if repair.state not in FINAL["repair"] and repair.id not in books.waits:
            yield f"I21/P9: {repair.id} is {repair.state}, and waits for nobody"
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
    for device, client in shop.clients.items():
        if device.startswith("calls/"):
            yield from _calls(device, screen_of(client, CallScreen), books)
    handhelds = {device: client for device, client in shop.clients.items() if device.startswith("handheld/")}
    yield from _handhelds({device: screen_of(client, HandheldScreen) for device, client in handhelds.items()}, books)


def _calls(device: Device, screen: CallScreen, books: Books) -> Iterator[str]:
    """I25."""
    called = {ticket.number: None for ticket in books.tickets.values() if ticket.state in ("CALLED", "SERVING")}
    yield from (f"I25: {device} calls {row.number}" for row in screen.calls if row.number not in called)


def _handhelds(screens: dict[Device, HandheldScreen], books: Books) -> Iterator[str]:
    """I04: what people are shown as theirs is theirs, and a repair is on one handheld."""
    shown: dict[str, Device] = {}
    for device, screen in screens.items():
        own = [row.repair for row in screen.work.mine if row.repair] if screen.work is not None else []
        for repair in own:
            owner = books.repairs[repair].owner if repair in books.repairs else "nobody"
            if repair in shown:
                yield f"I04/P8: {repair} is on {shown[repair]} and on {device}"
            if owner != screen.engineer:
                yield f"I04/P8: {device} shows {repair} as {screen.engineer}'s, and it is {owner}'s"
            shown[repair] = device


def _is_looked_after(device: Device, books: Books) -> bool:
    """Whether a person has been told of this device: by an alarm, or as the party of a cabinet that does not serve."""
    return device in books.alarms or device.removeprefix("cabinet/") in books.waits


def _is_named(books: Books, *about: str) -> bool:
    return any(name in books.alarms for name in about)

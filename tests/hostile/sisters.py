"""Beside each valid message its hostile sisters: the replayed, the scrambled and the wrong one.

They are made of what could really arrive: whatever comes out of here would have passed the codec.
"""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from random import Random

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import Device
from shopfloor.contract.codec import NUMBER_MAX
from shopfloor.contract.events import EVENTS, Event, Heard
from shopfloor.contract.roster import EVERY_DEVICE, PRESENCE, ROSTER
from shopfloor.core.books import Books
from tests.hostile.mutation import EXTREMES, places
from tests.hostile.words import gathered
from tests.shop.day_book import LAYOUT

TRIES_MAX = 12
"""A scrambled message that the codec would not let pass is scrambled again; in the end the valid one is told again."""
EACH = 4
STRANGERS: tuple[Device, ...] = ("handheld/h99", "toaster/t1", "queue/by-hand", "link/l404", "robot/r99")
NOBODY = (
    "A999",
    "R9999",
    "Y9999",
    "S9999",
    "C99999",
    "U-none",
    "P9999",
    "J9999",
    "e99",
    "d99",
    "none/none",
    "phone/R1",
)
EDGES = tuple(value for value in EXTREMES if not isinstance(value, str) or "\ud800" not in value)

DEVICES: dict[str, list[Device]] = {}
for _device in LAYOUT.devices:
    DEVICES.setdefault(_device.partition("/")[0], []).append(_device)
for _row in ROSTER:
    DEVICES.setdefault(_row.name, [f"{_row.name}/x1"])
EVERYBODY: tuple[Device, ...] = (*(device for devices in DEVICES.values() for device in devices), *STRANGERS)


def who_may_say(kind: type[Event]) -> list[Device]:
    """The shop's devices of the types that may make such a claim."""
    return [device for row in ROSTER if kind in (*EVERY_DEVICE, *PRESENCE, *row.says) for device in DEVICES[row.name]]


def names_in(books: Books) -> list[str]:
    """Ids that mean something on this floor now: a scrambled message speaks of the wrong one of them."""
    shelves = (
        books.tickets, books.repairs, books.parts_orders, books.jobs, books.requests, books.payments, books.phones,
        books.loaners, books.cabinets, books.pending, books.present, books.desks, books.counts, books.picks,
        books.warranties,
    )  # fmt: skip
    some_units = [*list(books.units)[:20], *list(books.units)[-20:]]
    some_bins = [*list(books.bins)[:10]]
    return [*(name for shelf in shelves for name in shelf), *some_units, *some_bins, *NOBODY]


@cache
def vocabulary() -> dict[type[Event], list[Struct]]:
    """A few of each kind. Call it once before Hypothesis draws anything else: it draws these, too."""
    return {kind: gathered(kind, EACH) for kind in EVENTS.values()}


def scrambled(event: Event, books: Books, chance: Random) -> Event:
    """The same kind with one, two or three things replaced: another's id, nobody's id, an extreme, a drawn value."""
    names = names_in(books)
    for _ in range(TRIES_MAX):
        tree = msgspec.json.decode(msgspec.json.encode(event))
        drawn = msgspec.json.decode(msgspec.json.encode(chance.choice(vocabulary()[type(event)])))
        for _ in range(chance.randint(1, 3)):
            found = [(holder, key) for holder, key in places(tree) if key != "kind"]
            if not found:
                tree = drawn
                break
            holder, key = chance.choice(found)
            holder[key] = _other(holder[key], drawn.get(key) if isinstance(key, str) else None, names, chance)
        believable = _read(tree, type(event))
        if believable is not None:
            return believable
    return event


def _other(value: object, drawn: object, names: list[str], chance: Random) -> object:
    match chance.randrange(4):
        case 0 | 1 if isinstance(value, str):
            return chance.choice(names)
        case 2 if isinstance(value, int):
            return chance.choice((0, 1, value + 1, value - 1, NUMBER_MAX - 1, 1 - NUMBER_MAX))
        case 3 if drawn is not None:
            return drawn
        case _:
            return deepcopy(chance.choice(EDGES))


def _read(tree: object, kind: type[Event]) -> Event | None:
    """As the codec would read it; None where it would refuse."""
    try:
        return msgspec.json.decode(msgspec.json.encode(tree), type=kind)
    except (msgspec.DecodeError, OverflowError):
        return None


def sister(heard: Heard, earlier: list[Heard], books: Books, chance: Random) -> Heard:
    """One hostile message to go with this valid one."""
    match chance.randrange(6):
        case 0:  # replayed: said before, said again
            return chance.choice(earlier)
        case 1 | 2:  # scrambled
            return Heard(heard.device, scrambled(heard.event, books, chance))
        case 3:  # wrong: the right words of the wrong device, of the same type or another
            return Heard(chance.choice(EVERYBODY), heard.event)
        case _:  # wrong: anything that anybody could say, whatever is going on
            return out_of_order(chance.choice(list(EVENTS.values())), books, chance)


def out_of_order(kind: type[Event], books: Books, chance: Random) -> Heard:
    """A claim that nothing has led up to, by one who may make it, about things that may be there."""
    event = scrambled(chance.choice(vocabulary()[kind]), books, chance)
    for _ in range(2):
        event = scrambled(event, books, chance)
    return Heard(chance.choice(who_may_say(kind) or list(STRANGERS)), event)


def every_kind(books: Books, chance: Random) -> Iterator[Heard]:
    """One claim of each kind there is, out of order."""
    for kind in EVENTS.values():
        yield out_of_order(kind, books, chance)

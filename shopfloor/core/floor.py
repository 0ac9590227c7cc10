"""The floor: record what happened, then dispatch what follows."""

import hashlib
from collections.abc import Callable

import msgspec

from shopfloor.contract.actor import Instant, TimePassed
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.commands import Command
from shopfloor.contract.events import DueSetAside, Heard
from shopfloor.contract.facts import EventRefused, Fact
from shopfloor.contract.layout import Layout
from shopfloor.contract.roster import may_say
from shopfloor.core import (
    aftercare,
    bookings,
    cabinet,
    calling,
    closing,
    custody,
    devices,
    entitlement,
    holds,
    jobs,
    notices,
    paperwork,
    parts,
    payments,
    people,
    pictures,
    price_list,
    queue,
    quotes,
    recovery,
    repairs,
    returns,
    shifts,
    stock,
)
from shopfloor.core.books import Books, Thing
from shopfloor.core.fleet import fleet
from shopfloor.core.invariants import Broken, check_touched
from shopfloor.core.lifecycles import Machine
from shopfloor.core.opening import opening_books
from shopfloor.core.policies import Policy
from shopfloor.core.shop import HOURS, Refusal, Shop

ROOMS = (
    devices.room,
    recovery.room,
    people.room,
    shifts.room,
    price_list.room,
    bookings.room,
    calling.room,
    queue.room,
    repairs.room,
    holds.room,
    aftercare.room,
    quotes.room,
    custody.room,
    entitlement.room,
    paperwork.room,
    payments.room,
    parts.room,
    stock.room,
    cabinet.room,
    returns.room,
    jobs.room,
    fleet.room,
    notices.room,
    closing.room,
)
"""In this order a fact is heard by the rooms that listen for it."""

PHASES: tuple[Callable[[Shop], None], ...] = (
    calling.call_next,
    parts.reserve_units,
    parts.send_picks,
    jobs.give_to_people,
    jobs.assign_robots,
    fleet.steer,
)
"""Every choice the floor makes, in this order, after each event."""

PASSES_MAX = 50
"""A choice may make another one possible; a floor that never comes to rest is our mistake."""

HEARERS = {
    kind: tuple(reaction for room in ROOMS for reaction in room.reactions.get(kind, ()))
    for kind in {kind: None for room in ROOMS for kind in room.reactions}
}
RULES = {kind: rule for room in ROOMS for kind, rule in room.rules.items()}
TIMEOUTS = {about: timeout for room in ROOMS for about, timeout in room.dues.items()}
assert len(RULES) == sum(len(room.rules) for room in ROOMS), "two rooms record the same event"
assert len(TIMEOUTS) == sum(len(room.dues) for room in ROOMS), "two rooms answer the same due"


class Floor:
    """The state of one shop, and every decision about it."""

    def __init__(self, layout: Layout, catalogue: Catalogue, policy: Policy, books: Books | None = None) -> None:
        """A shop that opens for the first time, or goes on with the books of a checkpoint."""
        self._shop = Shop(
            layout, catalogue, policy, books or opening_books(layout, catalogue, policy.stock_for_repairs_a_day)
        )
        self.checks = 0
        """How many times an invariant was checked."""
        self.dues_taken: list[str] = []
        """What time has passed over in this beat, in that order: where a beat fails, one of these may be the reason."""

    def handle(self, message: Heard | TimePassed, now: Instant) -> list[Command | Fact]:
        """Record what happened, then dispatch what follows. Never raises on what comes from outside.

        Raises Broken when an invariant does not hold afterwards: our own mistake; this floor must not be used again.
        """
        shop = self._begin(now)
        if not (isinstance(message, Heard) and isinstance(message.event, DueSetAside)):
            self._let_time_pass()
        if isinstance(message, Heard):
            self._record(message)
        if shop.changed:
            self._dispatch()
            pictures.show_all(shop)
            self.checks += check_touched(shop)
        return shop.outs

    @property
    def deadline(self) -> Instant | None:
        """The smallest due of everything that waits, or when the shop opens, closes, or a day ends."""
        hours = self._shop.books.hours_due
        due = self._shop.deadline
        return due if due is not None and due < hours else hours

    def is_due(self, about: str, now: Instant) -> bool:
        """Whether time, come to ``now``, has to pass over this."""
        return self._shop.is_due(about, now)

    @property
    def books(self) -> Books:
        """For those who look: pictures of the floor, invariants, tests. Nobody else writes here."""
        return self._shop.books

    @property
    def shop(self) -> Shop:
        """Books and constants together, for invariants."""
        return self._shop

    def checkpoint(self) -> bytes:
        """The whole state as plain data."""
        return msgspec.json.encode(self._shop.books)

    @staticmethod
    def books_of(checkpoint: bytes) -> Books:
        """The state back from plain data; raises msgspec.ValidationError on another release's."""
        return msgspec.json.decode(checkpoint, type=Books)

    def digest(self) -> str:
        """SHA-256 of the whole state."""
        return hashlib.sha256(self.checkpoint()).hexdigest()

    def _begin(self, now: Instant) -> Shop:
        shop = self._shop
        shop.now = shop.books.now = max(now, shop.books.now)
        shop.outs = []
        shop.touched = {}
        shop.redraw = {}
        self.dues_taken.clear()
        assert not shop.unheard
        return shop

    def _let_time_pass(self) -> None:
        """What fell due before this message happened before it."""
        shop = self._shop
        while (about := shop.take_due()) is not None:
            self.dues_taken.append(about)
            wait = shop.books.waits.get(about)
            if wait is None:
                shop.ask_again(about)
                continue
            thing = self._thing(wait.machine, about)
            timeout = TIMEOUTS.get((wait.machine, thing.state), Shop.remind)
            timeout(shop, thing)
            left = shop.books.waits.get(about)
            assert left is None or left.due > shop.now, f"{about} is {thing.state} and still due"
            self._tell_rooms()
        if shop.is_due(HOURS, shop.now):
            self.dues_taken.append(HOURS)
            closing.turn_the_page(shop)
            closing.keep_hours(shop)
            self._tell_rooms()

    def _record(self, heard: Heard) -> None:
        shop = self._shop
        event = heard.event
        kind = type(event)
        try:
            if not may_say(heard.device, kind):
                shop.refuse("not-yours", f"{heard.device} may not say {kind.__name__}.")
            RULES[kind](shop, heard.device, event)
        except Refusal as refusal:
            shop.note(EventRefused(device=heard.device, event=kind.__name__, code=refusal.code, reason=refusal.reason))
        self._tell_rooms()

    def _dispatch(self) -> None:
        """All the choices, in a fixed order of phases, until nothing follows any more."""
        shop = self._shop
        for _ in range(PASSES_MAX):
            said = len(shop.outs)
            for phase in PHASES:
                phase(shop)
                if shop.unheard:
                    self._tell_rooms()
            if len(shop.outs) == said:
                return
        raise AssertionError("the floor does not come to rest")

    def _tell_rooms(self) -> None:
        shop = self._shop
        while shop.unheard:
            facts, shop.unheard = shop.unheard, []
            for fact in facts:
                for reaction in HEARERS.get(type(fact), ()):
                    reaction(shop, fact)

    def _thing(self, machine: Machine, about: str) -> Thing:
        return self._shop.things(machine)[about]


def digest_of(outs: list[Command | Fact]) -> bytes:
    """SHA-256 of what one message led to; journaled beside it, and compared by replay."""
    return hashlib.sha256(msgspec.json.encode(outs)).digest()


__all__ = ["PHASES", "ROOMS", "Broken", "Floor", "digest_of"]

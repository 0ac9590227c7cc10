"""The hands of the floor: what every rule may do to the books, and how what it did becomes facts and commands."""

import heapq
from collections.abc import Callable, Mapping
from typing import NoReturn

from msgspec import structs

from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.codec import for_a_person
from shopfloor.contract.commands import AlertHandheld, AnyPicture, AnyWork, Command
from shopfloor.contract.facts import (
    AlarmCleared,
    AlarmRaised,
    CommandUnanswered,
    Fact,
    ManagerNamed,
    OverrideRecorded,
    PartyReminded,
)
from shopfloor.contract.kinds import OverrideRule
from shopfloor.contract.layout import Layout
from shopfloor.core.books import (
    Books,
    Job,
    Loaner,
    Override,
    PartsOrder,
    PaymentRequest,
    Pending,
    Phone,
    Presence,
    Repair,
    SignatureRequest,
    Thing,
    Ticket,
    Unit,
    Wait,
)
from shopfloor.core.fleet.whereabouts import Whereabouts
from shopfloor.core.lifecycles import FINAL, STEPS, WAITS, Machine
from shopfloor.core.policies import Policy

OVERRIDES_MAX = 200
ALERTS_UNREAD_MAX = 200
"""A handheld that has confirmed none of so many is not looked at; the reminders that follow name the manager."""
MANAGER = "MG"
HOURS = "hours"
"""Under this name the shop's own hours fall due, as things and commands do under their ids."""

SHELVES: dict[Machine, Callable[[Books], Mapping[str, Thing]]] = {
    "ticket": lambda books: books.tickets,
    "repair": lambda books: books.repairs,
    "parts_order": lambda books: books.parts_orders,
    "job": lambda books: books.jobs,
    "robot": lambda books: books.robots,
    "signature": lambda books: books.requests,
    "payment": lambda books: books.payments,
    "phone": lambda books: books.phones,
    "loaner": lambda books: books.loaners,
    "cabinet": lambda books: books.cabinets,
}
"""Where in the books the things of each kind are."""


class Refusal(Exception):
    """The claim is not believed. Raised before anything is changed; the sender gets code and reason."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = for_a_person(reason)


class Shop:
    """Books, constants and the outs of the beat that is being played."""

    def __init__(self, layout: Layout, catalogue: Catalogue, policy: Policy, books: Books) -> None:
        self.layout = layout
        self.catalogue = catalogue
        self.policy = policy
        self.books = books
        self.now: Instant = books.now
        self.outs: list[Command | Fact] = []
        self.unheard: list[Fact] = []
        self.touched: dict[str, Thing | Unit] = {}
        """What this beat has changed, for the invariants and the pictures."""
        self.devices: dict[str, dict[Device, None]] = {}
        """The shop's own devices by type."""
        for device in layout.devices:
            self.devices.setdefault(device.partition("/")[0], {})[device] = None
        self.whereabouts = Whereabouts(layout)
        self.redraw: dict[Device, None] = {}
        """Screens that have lost their picture."""
        self._agenda: list[tuple[Instant, str]] = [
            *((wait.due, about) for about, wait in books.waits.items()),
            *((pending.again_at, command) for command, pending in books.pending.items()),
        ]
        heapq.heapify(self._agenda)

    @property
    def changed(self) -> bool:
        """Whether this beat has left anything to choose, to draw or to check."""
        return bool(self.touched or self.outs or self.redraw)

    # ── saying ───────────────────────────────────────────────────────────────────────────────────

    def note(self, fact: Fact) -> None:
        """This is so from now on. Rooms that listen hear it when the running rule has ended."""
        self.outs.append(fact)
        self.unheard.append(fact)

    def ask(self, work: AnyWork) -> str:
        """Ask a device; asked again, with the same id, until ``answered`` or ``withdraw``. Returns the command's id."""
        assert work.id not in self.books.pending, work.id
        again_at = self.now + self.policy.wire_patience + work.takes
        self.books.pending[work.id] = Pending(command=work, asked_at=self.now, again_at=again_at)
        heapq.heappush(self._agenda, (again_at, work.id))
        self.outs.append(work)
        return work.id

    def show(self, picture: AnyPicture) -> None:
        """Put this on a screen, unless it is there already. The picture gets its id here; give it with an empty one."""
        shown = self.books.shown.get(picture.to)
        if shown is not None and structs.replace(picture, id=shown.id) == shown:
            return
        numbered = structs.replace(picture, id=self.number("V"))
        self.books.shown[picture.to] = numbered
        self.outs.append(numbered)

    def say(self, command: Command) -> None:
        """Send a command that somebody else keeps track of (robots' orders)."""
        self.outs.append(command)

    def answered(self, command: str) -> AnyWork | None:
        """The device has answered this; None if it was not (or is no longer) asked."""
        pending = self.books.pending.pop(command, None)
        return pending.command if pending else None

    def withdraw(self, command: str) -> None:
        """Nobody needs the answer any more."""
        self.books.pending.pop(command, None)

    def refuse(self, code: str, reason: str) -> NoReturn:
        """From outside, refuse: before anything is changed."""
        raise Refusal(code, reason)

    def alert(self, person: str, about: str, words: str) -> None:
        """Buzz this person's handheld; if nobody with that id is signed on, the alarm board has it."""
        presence = self.books.present.get(person)
        if presence is None or self._unread_by(presence.device) >= ALERTS_UNREAD_MAX:
            return
        self.ask(AlertHandheld(id=self.number("C"), to=presence.device, about=about, words=words))

    def _unread_by(self, device: Device) -> int:
        commands = (pending.command for pending in self.books.pending.values())
        return sum(isinstance(command, AlertHandheld) and command.to == device for command in commands)

    def alarm(self, about: str, words: str, party: str) -> None:
        """Something is wrong and this party must act; repeated words change nothing."""
        known = self.books.alarms.get(about)
        if known is not None and known[0] == words:
            return
        self.books.alarms[about] = (words, party, self.now)
        self.note(AlarmRaised(about=about, words=words, party=party))

    def all_clear(self, about: str) -> None:
        """The alarm about this is over."""
        if self.books.alarms.pop(about, None) is not None:
            self.note(AlarmCleared(about=about))

    # ── things and their states ──────────────────────────────────────────────────────────────────

    def number(self, prefix: str) -> str:
        """The next id of this kind: A1, A2 … never used twice."""
        value = self.books.counters.get(prefix, 0) + 1
        self.books.counters[prefix] = value
        return f"{prefix}{value}"

    def begin(self, thing: Thing, row: str, *, due: Instant | None = None, party: str = "") -> None:
        """A thing begins in ``thing.state`` by this row. The caller has put it into the books."""
        assert thing.state in STEPS[thing.machine][row][""], (thing.id, row, thing.state)
        self._enter(thing, due, party)

    def step(self, thing: Thing, row: str, to: str = "", *, due: Instant | None = None, party: str = "") -> None:
        """Move a thing along a row of its table. ``to`` is needed where the row has several targets.

        ``due`` and ``party`` set the wait of the new state; without them the table's own limit holds.
        """
        targets = STEPS[thing.machine][row].get(thing.state, ())
        assert targets, f"{thing.id}: {row} does not start from {thing.state}"
        target = to or targets[0]
        assert target in targets, f"{thing.id}: {row} does not lead from {thing.state} to {target}"
        assert to or len(set(targets)) == 1, f"{thing.id}: {row} leads to {targets}: say which"
        thing.state = target
        if isinstance(thing, Repair):
            thing.revision += 1
        self._enter(thing, due, party)

    def can_step(self, thing: Thing, row: str) -> bool:
        """Whether the row starts from the thing's state."""
        return thing.state in STEPS[thing.machine][row]

    def wait(self, thing: Thing, due: Instant, party: str = "") -> None:
        """Change the due (and party) of an open thing without moving it."""
        assert not self.is_final(thing), thing.id
        known = self.books.waits.get(thing.id)
        self._set_wait(thing, due, party or (known.party if known else self._party_of(thing)))

    def put_off(self, thing: Thing, due: Instant) -> None:
        """The same wait until another time: nothing has happened that would begin a new one."""
        self.books.waits[thing.id].due = due
        heapq.heappush(self._agenda, (due, thing.id))

    def things(self, machine: Machine) -> Mapping[str, Thing]:
        """All things of one kind in the books."""
        return SHELVES[machine](self.books)

    def touch(self, thing: Thing | Unit) -> None:
        """This beat has changed the thing."""
        self.touched[thing.id] = thing

    def is_final(self, thing: Thing) -> bool:
        return thing.state in FINAL[thing.machine]

    def _enter(self, thing: Thing, due: Instant | None, party: str) -> None:
        self.touch(thing)
        if self.is_final(thing):
            assert due is None, thing.id
            self.books.waits.pop(thing.id, None)
            self.all_clear(thing.id)
            return
        limit = WAITS[thing.machine][thing.state]
        if due is None:
            assert limit.ms is not None, f"{thing.id}: {thing.state} needs a due"
            due = self.now + limit.ms
        self._set_wait(thing, due, party or self._party_of(thing))
        self.all_clear(thing.id)

    def _set_wait(self, thing: Thing, due: Instant, party: str) -> None:
        self.books.waits[thing.id] = Wait(machine=thing.machine, due=due, party=party, since=self.now)
        heapq.heappush(self._agenda, (due, thing.id))
        self.touch(thing)

    def _party_of(self, thing: Thing) -> str:
        """The role of the table, made a person where one is meant: the engineer who owns the repair."""
        role = WAITS[thing.machine][thing.state].party
        if role != "EN":
            return role
        if isinstance(thing, Ticket):
            return thing.engineer or role
        repair = thing if isinstance(thing, Repair) else self.books.repairs.get(_repair_of(thing))
        return (repair.owner if repair else "") or role

    # ── time ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def deadline(self) -> Instant | None:
        """The smallest due of all."""
        agenda = self._agenda
        while agenda:
            due, about = agenda[0]
            if self._due_of(about) == due:
                return due
            heapq.heappop(agenda)
        return None

    def is_due(self, about: str, now: Instant) -> bool:
        """Whether time, come to ``now``, has to pass over this."""
        due = self.books.hours_due if about == HOURS else self._due_of(about)
        return due is not None and due <= now

    def set_aside(self, about: str, until: Instant) -> None:
        """Time passes over this no earlier than then."""
        wait = self.books.waits.get(about)
        if about == HOURS:
            self.books.hours_due = until
        elif wait is not None:
            wait.due = until
        else:
            self.books.pending[about].again_at = until
        heapq.heappush(self._agenda, (until, about))

    def take_due(self) -> str | None:
        """The next id whose due has come, taken off the agenda; None when nothing is due at ``now``."""
        agenda = self._agenda
        while agenda and agenda[0][0] <= self.now:
            due, about = heapq.heappop(agenda)
            if self._due_of(about) == due:
                return about
        return None

    def _due_of(self, about: str) -> Instant | None:
        wait = self.books.waits.get(about)
        if wait is not None:
            return wait.due
        pending = self.books.pending.get(about)
        return pending.again_at if pending is not None else None

    def remind(self, thing: Thing) -> None:
        """Time alone moves nothing here: tell the party, then the manager, then the manager again, ever more rarely.

        A manager has no handheld: where they are the party, the board has it at once.
        """
        wait = self.books.waits[thing.id]
        wait.reminders += 1
        lasted = max(self.now - wait.since, MINUTE)
        if wait.reminders == 1:
            self.note(PartyReminded(about=thing.id, state=thing.state, party=wait.party))
            words = f"{thing.id} is waiting for you: {thing.state}"
            if wait.party != MANAGER:
                self.alert(wait.party, thing.id, words)
            elif thing.id not in self.books.alarms:  # what stands there already says more
                self.alarm(thing.id, words, MANAGER)
        else:
            wait.party = MANAGER
            self.note(ManagerNamed(about=thing.id, state=thing.state))
            self.alarm(thing.id, f"{thing.id} has been {thing.state} for long", MANAGER)
        wait.due = self.now + lasted
        heapq.heappush(self._agenda, (wait.due, thing.id))
        self.touch(thing)

    def ask_again(self, command: str) -> None:
        """No answer yet: the same command, with the same id; slower after a few times, and a party is named."""
        pending = self.books.pending[command]
        pending.asks += 1
        fast = pending.asks <= self.policy.asks_before_alarm
        patience = self.policy.wire_patience if fast else self.policy.asks_slow_every
        pending.again_at = self.now + patience + pending.command.takes
        heapq.heappush(self._agenda, (pending.again_at, command))
        if pending.asks == self.policy.asks_before_alarm + 1:
            party = "PK" if pending.command.to.startswith("cabinet/") else MANAGER
            self.note(CommandUnanswered(command=command, device=pending.command.to, party=party))
        self.outs.append(pending.command)

    # ── looking things up for a claim ────────────────────────────────────────────────────────────

    def ticket(self, ticket: str) -> Ticket:
        return self.books.tickets.get(ticket) or self._nobody("ticket", ticket)

    def repair(self, repair: str) -> Repair:
        return self.books.repairs.get(repair) or self._nobody("repair", repair)

    def parts_order(self, parts_order: str) -> PartsOrder:
        return self.books.parts_orders.get(parts_order) or self._nobody("parts order", parts_order)

    def job(self, job: str) -> Job:
        return self.books.jobs.get(job) or self._nobody("job", job)

    def unit(self, unit: str) -> Unit:
        return self.books.units.get(unit) or self._nobody("unit", unit)

    def request(self, request: str) -> SignatureRequest:
        return self.books.requests.get(request) or self._nobody("signature request", request)

    def payment(self, payment: str) -> PaymentRequest:
        return self.books.payments.get(payment) or self._nobody("payment request", payment)

    def phone(self, repair: str) -> Phone:
        return self.books.phones.get(f"phone/{repair}") or self._nobody("phone of repair", repair)

    def loaner(self, loaner: str) -> Loaner:
        return self.books.loaners.get(loaner) or self._nobody("loaner", loaner)

    def _nobody(self, kind: str, name: str) -> NoReturn:
        self.refuse("unknown", f"There is no {kind} {name} on this floor today. Check the number.")

    # ── who is who ───────────────────────────────────────────────────────────────────────────────

    def presence(self, by: Device) -> Presence:
        """The person who holds this handheld or sits at this PC."""
        for presence in self.books.present.values():
            if presence.device == by:
                return presence
        self.refuse("nobody-signed-on", f"Nobody is signed on at {by}. Sign on first.")

    def owned(self, by: Device, repair: str, revision: int = 0) -> Repair:
        """The repair, if the person at this device owns it (B4) and looked at its latest picture."""
        found = self.repair(repair)
        self.up_to_date(found, revision)
        person = MANAGER if by.startswith("board/") else self.presence(by).person
        if found.owner != person and not self.overridden(repair, "not-the-owner"):
            self.refuse(
                "not-the-owner",
                f"{repair} belongs to {found.owner or 'nobody yet'}. Take it over first, or ask the manager.",
            )
        return found

    def up_to_date(self, repair: Repair, revision: int) -> None:
        """Refuse a person who acted on an old picture."""
        if revision and revision != repair.revision:
            self.refuse("stale", f"{repair.id} has changed since you looked. Look again, then decide.")

    def in_state(self, thing: Thing, row: str, words: str = "") -> None:
        """Refuse unless the row starts from here."""
        if not self.can_step(thing, row):
            self.refuse("wrong-state", words or f"{thing.id} is {thing.state}; this is not possible now.")

    # ── overrides ────────────────────────────────────────────────────────────────────────────────

    def allow(self, about: str, rule: OverrideRule, reason: str) -> None:
        """A manager allows one thing, once."""
        if len(self.books.overrides) >= OVERRIDES_MAX:
            self.books.overrides.pop(0)
        self.books.overrides.append(Override(about=about, rule=rule, reason=reason, at=self.now))
        self.note(OverrideRecorded(about=about, rule=rule, reason=reason))

    def overridden(self, about: str, rule: OverrideRule) -> bool:
        """Whether a manager has allowed this."""
        return any(o.about == about and o.rule == rule for o in self.books.overrides)

    def use_override(self, about: str, rule: OverrideRule) -> None:
        """The allowance is used up."""
        self.books.overrides = [o for o in self.books.overrides if (o.about, o.rule) != (about, rule)]


def _repair_of(thing: Thing) -> str:
    match thing:
        case PartsOrder() | SignatureRequest() | PaymentRequest() | Phone() | Loaner() | Ticket():
            return thing.repair
        case _:
            return ""

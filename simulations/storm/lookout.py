"""Who looks out for rare situations while a day is played, and once more when its whole journal is replayed.

What is seen is counted by *sights*, such as ``died committed``, ``fact PaymentLost``, ``row p15+``,
``step y8 UNKNOWN>APPROVED`` or ``off with ink``. Nothing here changes the day.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from shopfloor.contract import facts as f
from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.contract.commands import Command, PickUnit
from shopfloor.contract.events import PickFailed, UnitPicked
from shopfloor.core.books import Thing
from shopfloor.core.shop import Shop
from shopfloor.mqtt import Publication
from shopfloor.service.entries import NO_OUTPUTS, Entry
from simulations.faults import BY_NAME
from simulations.storm.broker import Line
from simulations.storm.diary import Happening
from simulations.storm.office import Office
from simulations.storm.shop import StormShop

LATE: Final = 5 * MINUTE
AT_ONCE: Final = MINUTE
GROUPS_AT_ONCE: Final = 3
BY_HAND: Final = "by-hand"
"""Why a shelf does not pick: nothing has failed."""


class _Answer(Struct):
    """Of a receipt, what tells a repeat."""

    code: str = ""
    entry: int = 0


class Lookout:
    """Begun before the day."""

    def __init__(self, shop: StormShop) -> None:
        self.sights: Final[Counter[str]] = Counter()
        self._shop = shop
        self._lives = 0
        self._began_at = 0
        """The journal's head when this life of the coordinator began."""
        self._replayed = 0
        self._answered: dict[int, tuple[Instant, int]] = {}
        """Entry → when its receipt left first, and in which life."""
        self._in_hand: list[tuple[Device, str, int]] = []
        """Work that a device had when it lost its power: device, command, boot."""
        self._struck: deque[tuple[Instant, str]] = deque()
        self._read_answer = msgspec.json.Decoder(_Answer).decode
        self._journal = _AtReplay(self.sights)
        shop.broker.overheard.append(self._overhear)
        shop.diary.listeners.append(self._heard_of)

    def started(self, office: Office) -> None:
        """The coordinator has come up."""
        self._lives += 1
        head = office.journal.head
        self._began_at = head.n
        since = office.passed["replaying"] - office.deaths["replaying"]
        replayed, self._replayed = since - self._replayed, since
        self.sights["started with an outbox"] += next(office.journal.unsent(), None) is not None
        self.sights["started from checkpoint and tail"] += 0 < replayed < head.n - 1
        self.sights["started in the past"] += self._shop.stage.now + office.wall_off_ms < head.at

    @contextmanager
    def replaying(self) -> Iterator[Callable[[Entry, list[Command | f.Fact]], None]]:
        """Whoever replays the whole journal meanwhile, has it watched by what this gives."""
        with _rows_walked(self.sights):
            yield self._journal.see

    def close(self) -> None:
        """The day is over."""
        shop = self._shop
        for where, times in shop.office.deaths.items():
            self.sights[f"died {where}"] += times
        for kind, times in shop.diary.struck.items():
            self.sights[f"struck {kind}"] += times
        for device, command, boot in self._in_hand:
            done = shop.appliances[device].done(command)
            self.sights["work asked again"] += done is not None and done.boot > boot

    # ── while it is played ──────────────────────────────────────────────────────────────────────

    def _overhear(self, _line: Line, publication: Publication) -> None:
        if not publication.topic.endswith("/receipt"):
            return
        answer = self._read_answer(publication.payload)
        now = self._shop.stage.now
        if answer.code == "other-content":
            self.sights["other content"] += 1
        elif answer.entry not in self._answered:
            self._answered[answer.entry] = (now, self._lives)
            self.sights["answered by the next life"] += answer.entry <= self._began_at
        else:
            first, life = self._answered[answer.entry]
            self.sights["repeat after a restart" if life < self._lives else "repeat answered"] += 1
            self.sights["repeat late"] += now - first > LATE

    def _heard_of(self, happening: Happening) -> None:
        if happening.kind == "off" and happening.about in self._shop.appliances:
            self._goes_off(happening.about)
        elif happening.kind == "broker.wiped":
            lines = self._shop.broker.lines.values()
            self.sights["wiped with messages waiting"] += any(line.waiting or line.unacknowledged for line in lines)
        if happening.kind in BY_NAME:
            self._strikes(happening)

    def _strikes(self, happening: Happening) -> None:
        struck = self._struck
        struck.append((happening.at, BY_NAME[happening.kind].group))
        while struck[0][0] < happening.at - AT_ONCE:
            struck.popleft()
        self.sights["three groups at once"] += len({group for _, group in struck}) >= GROUPS_AT_ONCE

    def _goes_off(self, device: Device) -> None:
        books, appliance = self._shop.office.floor.books, self._shop.appliances[device]
        asked = [pending.command for pending in books.pending.values() if pending.command.to == device]
        for command in asked:
            done = appliance.done(command.id)
            if done is not None:
                self._in_hand.append((device, command.id, done.boot))
                self.sights["off with work"] += 1
                self.sights["off with a pick"] += isinstance(command, PickUnit)
        inked = any(each.surface == device and each.state == "INKED" for each in books.requests.values())
        self.sights["off with ink"] += inked
        self.sights["off with events"] += appliance.backlog > 0
        terminal = self._shop.fittings.terminals.get(device)
        self.sights["off with money"] += terminal is not None and bool(terminal.truth.awaited)


class _AtReplay:
    """What entries and facts tell, one after another."""

    def __init__(self, sights: Counter[str]) -> None:
        self._sights = sights
        self._failed: set[str] = set()
        """Picks that the cabinet said had failed."""
        self._asked: dict[str, str] = {}
        """Pick → unit."""
        self._missed: dict[str, str] = {}
        """Parts order → why its pick failed."""
        self._returned: dict[str, str] = {}
        """Unit → the parts order that it came back from."""
        self._declined: set[str] = set()
        self._not_taken: set[str] = set()
        """Repairs of which a payment was."""

    def see(self, entry: Entry, outs: list[Command | f.Fact]) -> None:
        self._claim(entry)
        for out in outs:
            if isinstance(out, f.Fact):
                self._sights[f"fact {type(out).__name__}"] += 1
                self._fact(out)

    def _claim(self, entry: Entry) -> None:
        if entry.device.endswith("/nobody"):
            self._sights[f"nobody {entry.outcome}"] += 1
        if entry.outcome == "refused":
            unasked = "unasked " if entry.digest == NO_OUTPUTS else ""
            self._sights[f"refused {unasked}{entry.code}"] += 1
        elif entry.outcome == "unreadable":
            self._sights[f"unreadable {entry.code}"] += 1
        elif entry.kind == "PickFailed":
            failed = msgspec.json.decode(entry.body, type=PickFailed)
            self._failed.add(failed.command)
            self._sights[f"pick {failed.why}"] += 1
        elif entry.kind == "UnitPicked":
            picked = msgspec.json.decode(entry.body, type=UnitPicked)
            self._sights["pick contradicted"] += picked.command in self._failed
            self._sights["pick of another unit"] += self._asked.get(picked.command) not in (None, *picked.units)

    def _fact(self, fact: f.Fact) -> None:
        sights = self._sights
        match fact:
            case f.PickAsked():
                self._asked[fact.command] = fact.unit
            case f.PickMissed():
                sights[f"missed {fact.why}"] += 1
                self._missed[fact.parts_order] = fact.why
            case f.PickDone():
                self._missed.pop(fact.parts_order, None)
            case f.PartUnderway() if fact.by == "hand":
                sights["fetched by hand"] += self._missed.pop(fact.parts_order, BY_HAND) != BY_HAND
            case _:
                self._more(fact)

    def _more(self, fact: f.Fact) -> None:
        sights = self._sights
        match fact:
            case f.ReturnOpened():
                self._returned[fact.unit] = fact.parts_order
            case f.UnitReserved():
                before = self._returned.get(fact.unit, fact.parts_order)
                sights["returned unit reserved again"] += before != fact.parts_order
            case f.JobFailed():
                sights["job failed loaded" if fact.loaded else "job failed empty"] += 1
            case f.QuoteApproved():
                sights["supplement signed"] += fact.supplement
            case _:
                self._money(fact)

    def _money(self, fact: f.Fact) -> None:
        sights = self._sights
        match fact:
            case f.PaymentRejected():
                self._declined.add(fact.repair)
            case f.PaymentNotTaken():
                self._not_taken.add(fact.repair)
            case f.PaymentRequested():
                sights["asked after not taken"] += fact.repair in self._not_taken
            case f.PaymentSettled():
                sights["paid after a decline"] += fact.repair in self._declined
            case f.PaymentReversed():
                sights["late capture given back"] += not fact.counted
            case _:
                pass


@contextmanager
def _rows_walked(sights: Counter[str]) -> Iterator[None]:
    """Counts every row of the lifecycles that a floor steps along meanwhile: facts do not tell all of them."""
    names = ("begin", "step")
    kept: dict[str, _Step] = {name: getattr(Shop, name) for name in names}
    for name in names:
        setattr(Shop, name, _counted(kept[name], sights))
    try:
        yield
    finally:
        for name in names:
            setattr(Shop, name, kept[name])


class _Step(Protocol):
    def __call__(self, shop: Shop, thing: Thing, row: str, *words: str, **more: Instant | str | None) -> None: ...


def _counted(step: _Step, sights: Counter[str]) -> _Step:
    @wraps(step)
    def walked(shop: Shop, thing: Thing, row: str, *words: str, **more: Instant | str | None) -> None:
        source = thing.state
        step(shop, thing, row, *words, **more)
        sights[f"row {row}"] += 1
        sights[f"step {row} {source}>{thing.state}"] += 1

    return walked

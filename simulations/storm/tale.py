"""What the journal tells when a day is over: each entry, what followed from it, and what is so since then."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from shopfloor.contract import vda5050_wire
from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.commands import Command, Picture, SendInstantActions, SendOrder
from shopfloor.contract.facts import Fact
from shopfloor.service.entries import Entry, outbox_id
from shopfloor.service.receipts import made_by

F = TypeVar("F", bound=Fact)
Identity: TypeAlias = tuple[Device, int, int]
"""Device, boot and seq: one event of one device, for ever."""


class Line(Struct, frozen=True):
    """One entry, as far as it is judged by."""

    n: int
    at: Instant
    kind: str
    outcome: str
    code: str
    body: bytes
    made: dict[str, str]


class Tale:
    """Gathers while a journal is replayed from its first entry; ``hear`` is a watcher of ``replay_all``."""

    def __init__(self) -> None:
        self.lines: Final[dict[int, Line]] = {}
        self.of: Final[dict[Identity, int]] = {}
        """Which entry an event became."""
        self.chains: Final[dict[int, bytes]] = {}
        self.commands: Final[dict[int, tuple[str, bytes]]] = {}
        """Place in the outbox → the command's id, and its content."""
        self.orders: Final[dict[bytes, None]] = {}
        """All that robots were to be told, as it travels."""
        self.reused: Final[list[str]] = []
        """Command ids that mean two things."""
        self.applied_twice: Final[list[Identity]] = []
        self.facts: Final[list[Fact]] = []
        self._facts_of: list[int] = []
        self._ids: dict[str, bytes] = {}

    def hear(self, entry: Entry, outs: list[Command | Fact]) -> None:
        n = entry.n
        made = made_by(outs) if entry.device else {}
        self.lines[n] = Line(n, entry.at, entry.kind, entry.outcome, entry.code, entry.body, made)
        self.chains[n] = entry.chain
        if entry.device and entry.outcome != "unreadable":
            identity = (entry.device, entry.boot, entry.seq)
            if identity in self.of:
                self.applied_twice.append(identity)
            self.of[identity] = n
        for place, out in enumerate(outs):
            if isinstance(out, Fact):
                self.facts.append(out)
                self._facts_of.append(n)
            elif isinstance(out, SendOrder | SendInstantActions):
                message = out.order if isinstance(out, SendOrder) else out.actions
                self.orders[vda5050_wire.encode(message).payload] = None
            elif not isinstance(out, Picture):
                self._ask(outbox_id(n, place), out)

    def told(self, kind: type[F]) -> Iterator[F]:
        """The facts of one kind, in the order in which they became so."""
        return (fact for fact in self.facts if isinstance(fact, kind))

    def facts_until(self, n: int) -> list[Fact]:
        """What was so when entry ``n`` was the last one."""
        return self.facts[: bisect_right(self._facts_of, n)]

    def _ask(self, place: int, command: Command) -> None:
        """The floor may ask again under the same id, and then for the same thing."""
        content = msgspec.json.encode(command)
        if self._ids.setdefault(command.id, content) != content:
            self.reused.append(command.id)
        self.commands[place] = (command.id, content)

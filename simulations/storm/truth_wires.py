"""What was really said on the wires, and whether the journal stands by it (I12–I14, I19, I26; P1–P3, P12).

Overheard before the weather. The core's opinion is not asked: a receipt that left is held against the journal's head at
that moment, at every later start, and line by line when the day is over.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Raw, Struct

from shopfloor.contract.actor import Device
from shopfloor.contract.codec import Receipt
from shopfloor.contract.commands import COMMANDS, Picture
from shopfloor.mqtt import Publication
from shopfloor.service.entries import GENESIS, OUTGOING_MAX
from simulations.storm.broker import Line
from simulations.storm.office import Office
from simulations.storm.tale import Identity, Tale

COORDINATOR: Final = "shopfloor-"
"""So its client ids begin."""
MAY_NAME_A_PHONE: Final = ("LookUpEntitlement", "RenderDocument", "AskSignature", "SealDocument")
"""Commands in which an IMEI travels by right: the maker is asked about it, and it stands on the papers."""
PICTURES: Final = frozenset(name for name, kind in COMMANDS.items() if issubclass(kind, Picture))
IMEI: Final = re.compile(rb"(?<![0-9a-f])[0-9]{15}(?![0-9a-f])")


class _Envelope(Struct, frozen=True):
    kind: str
    boot: int
    seq: int
    body: Raw


class Wires:
    """Overhears; finds what leaves too early at once, and all else in the end."""

    def __init__(self, office: Office, imeis: tuple[str, ...]) -> None:
        self._office = office
        self._imeis = frozenset(imei.encode() for imei in imeis)
        self._envelope: Final = msgspec.json.Decoder(_Envelope).decode
        self._receipt: Final = msgspec.json.Decoder(Receipt).decode
        self._said: dict[Identity, bytes] = {}
        """What devices have said under each number."""
        self._receipts: dict[Identity, dict[tuple[int, str], dict[str, str]]] = {}
        """What they were told of it: entry and code → what it has made, when that was told."""
        self._commands: dict[int, bytes] = {}
        """Place in the outbox → content, for all that left."""
        self._orders: dict[bytes, None] = {}
        self._caused_by = 0
        self._promised = 0
        """The last entries from which a command has left, and of which a device was told that it is safe."""
        self._starts: list[tuple[int, bytes]] = []
        self._found: dict[str, None] = {}

    # ── while the day is played ─────────────────────────────────────────────────────────────────

    def hear(self, line: Line, publication: Publication) -> None:
        """Somebody has said something."""
        topic = publication.topic
        ours = topic.startswith("shopfloor/")
        if not line.client_id.startswith(COORDINATOR):
            if ours and topic.endswith("/event"):
                self._device_says(_device(topic), publication.payload)
        elif not ours:
            self._orders[publication.payload] = None
        elif topic.endswith("/receipt"):
            self._receipt_leaves(_device(topic), self._receipt(publication.payload))
        else:
            self._command_leaves(publication.payload)

    def started(self, office: Office) -> None:
        """I12, I13: what was said before is in the journal that it starts with."""
        head = office.journal.head
        if head.n < self._promised:
            self._find(f"I13/P1: a device was told that entry {self._promised} is safe; a start finds {head.n} entries")
        if head.n < self._caused_by:
            self._find(f"I12/P3: a command of entry {self._caused_by} had left; a start finds {head.n} entries")
        self._starts.append((head.n, head.chain))

    def _device_says(self, device: Device, payload: bytes) -> None:
        letter = self._envelope(payload)
        body = bytes(letter.body)
        if self._said.setdefault((device, letter.boot, letter.seq), body) != body:
            self._find(f"P2: {device} gives {letter.boot}/{letter.seq} to two events")

    def _receipt_leaves(self, device: Device, receipt: Receipt) -> None:
        told = self._receipts.setdefault((device, receipt.boot, receipt.seq), {})
        key = (receipt.entry, receipt.code)
        made = told.setdefault(key, receipt.made)
        if receipt.made and made != receipt.made:
            if made:
                self._find(f"P2: {device} {receipt.boot}/{receipt.seq} is told of {made}, then of {receipt.made}")
            told[key] = receipt.made
        if receipt.entry > self._promised:
            self._promised = receipt.entry
            if receipt.entry > self._office.journal.head.n:
                self._find(f"I13/P1: the receipt of {device} {receipt.boot}/{receipt.seq} left before its commit")

    def _command_leaves(self, payload: bytes) -> None:
        envelope = self._envelope(payload)
        body = bytes(envelope.body)
        if envelope.kind not in MAY_NAME_A_PHONE:
            self._look_for_phones(envelope.kind, body)
        if envelope.kind in PICTURES:
            return
        place = envelope.seq - 1
        if self._commands.setdefault(place, body) != body:
            self._find(f"I19: command {envelope.boot}/{envelope.seq} left twice, with another content")
        cause = place // OUTGOING_MAX
        if cause > self._caused_by:
            self._caused_by = cause
            if cause > self._office.journal.head.n:
                self._find(f"I12/P3: {envelope.kind} left before entry {cause}, its cause, was committed")

    def _look_for_phones(self, kind: str, body: bytes) -> None:
        for found in IMEI.findall(body):
            if found in self._imeis:
                self._find(f"I26/P12: an IMEI travels in a {kind}")

    def _find(self, sentence: str) -> None:
        self._found[sentence] = None

    # ── when it is over ─────────────────────────────────────────────────────────────────────────

    def broken(self, tale: Tale) -> Iterator[str]:
        yield from self._found
        yield from (f"I16: entry {n} is another than at a start" for n, chain in self._starts if _lost(tale, n, chain))
        yield from (f"I14: {device} {boot}/{seq} was applied twice" for device, boot, seq in tale.applied_twice)
        yield from (f"I19: command {name} was used for two things" for name in tale.reused)
        yield from self._receipts_broken(tale)
        yield from self._commands_broken(tale)

    def _receipts_broken(self, tale: Tale) -> Iterator[str]:
        for identity, receipts in self._receipts.items():
            name = f"{identity[0]} {identity[1]}/{identity[2]}"
            for (entry, code), made in receipts.items():
                line = tale.lines.get(entry)
                if line is None:
                    yield f"I13/P1: {name} has a receipt of entry {entry}, and there is none"
                elif line.outcome != "unreadable" and (entry != tale.of.get(identity) or line.made | made != line.made):
                    yield f"I13/P1: {name} has a receipt of entry {entry}, and is entry {tale.of.get(identity)}"
                elif code not in (line.code, "other-content"):
                    yield f"I13/P2: {name} was told {code or 'yes'!r}, the journal says {line.code or 'yes'!r}"
                elif line.outcome != "unreadable" and self._said.get(identity, line.body) != line.body:
                    yield f"I13/P5: entry {entry} is not what {name} has said"

    def _commands_broken(self, tale: Tale) -> Iterator[str]:
        for place, content in self._commands.items():
            known = tale.commands.get(place)
            if known is None or known[1] != content:
                begins = content[:80].decode(errors="replace")
                yield f"I12/P3: the journal does not lead to command {place + 1}: {begins}"
        strange = sum(1 for payload in self._orders if payload not in tale.orders)
        if strange:
            yield f"I12/P3: the journal does not lead to {strange} messages that robots were sent"


def _device(topic: str) -> Device:
    """Of ``shopfloor/v1/{store}/{type}/{id}/{level}``."""
    parts = topic.split("/")
    return f"{parts[3]}/{parts[4]}"


def _lost(tale: Tale, n: int, chain: bytes) -> bool:
    return n > GENESIS and tale.chains.get(n) != chain

"""The loop of one shop: a batch in, handled, made durable in one transaction; only then receipts and commands out.

``Coordinator`` has no threads and no wires: arrivals in, posts out. ``serve.py`` gives it both.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection as Database

from shopfloor.contract import vda5050_wire
from shopfloor.contract.actor import Device, Instant, TimePassed
from shopfloor.contract.codec import Receipt, encode, encode_plain, topic
from shopfloor.contract.commands import Command, Picture, SendInstantActions, SendOrder
from shopfloor.contract.events import DueSetAside, Heard
from shopfloor.contract.facts import EventRefused, Fact
from shopfloor.contract.roster import COORDINATOR
from shopfloor.core.fleet.master import INSTANT_PREFIX
from shopfloor.core.floor import Floor, digest_of
from shopfloor.core.invariants import check_all
from shopfloor.core.kpis import Kpis
from shopfloor.service.entries import (
    NO_OUTPUTS,
    OUTGOING_MAX,
    KnownEntry,
    NewEntry,
    Outcome,
    Outgoing,
    outbox_id,
)
from shopfloor.service.journal import Journal
from shopfloor.service.reading import Arrived, Bad, Reading, Said, Seen, write_heard
from shopfloor.service.receipts import made_by
from shopfloor.service.records import Records
from shopfloor.service.replay import TIME_PASSED, Made, Replayed, State, facts_of, rebuild, tell_kpis
from shopfloor.service.seams import Seam, no_seam

COMMAND_BOOT = 1
"""The floor numbers its commands by their place in the outbox, which goes on over every restart."""
PICTURE_PLACE = OUTGOING_MAX - 1
"""Of a picture that is told again, among the messages of an entry."""
BODY_KEPT_MAX = 2_048
"""Of an unreadable message so many bytes are kept for a look."""
REASON_MAX = 200
"""Of what went wrong so much is journaled."""
SET_ASIDE_MAX = 100
"""So many dues may fail at once; with more, the process ends, and the next one goes on with the rest."""

_log = logging.getLogger(__name__)


class Post(Struct, frozen=True):
    """One message for the wire."""

    topic: str
    payload: bytes
    qos: int = 1


class Counts(Struct):
    """What went over the wire since this process began."""

    events: int = 0
    repeats: int = 0
    refused: int = 0
    unreadable: int = 0
    quarantined: int = 0
    set_aside: int = 0
    """Dues over which time could not pass."""
    seen: int = 0
    """Presence and robots' states."""
    receipts: int = 0
    commands: int = 0
    pictures: int = 0
    batches: int = 0


class _Batch:
    """What one transaction will hold, and what may leave after it."""

    def __init__(self, head: int) -> None:
        self.first = head + 1
        self.entries: list[NewEntry] = []
        self.posts: list[Post] = []
        self.pictures: dict[Device, Post] = {}
        """The latest of each screen: within a batch, the earlier ones were never worth sending."""
        self.answered: dict[tuple[Device, int, int], tuple[bytes, Receipt]] = {}
        self.facts: list[tuple[Fact, Instant, int]] = []

    @property
    def next(self) -> int:
        """The number of the entry that is added next."""
        return self.first + len(self.entries)


class Coordinator:
    """The body of one shop: its floor, its journal, its records."""

    def __init__(self, journal: Journal, replayed: Replayed, records: Records, seam: Seam = no_seam) -> None:
        self.counts = Counts()
        self.floor: Floor = replayed.floor
        self.kpis: Kpis = replayed.kpis
        self._made = replayed.made
        self._journal = journal
        self._records = records
        self._seam = seam
        self._store = replayed.layout.store.id
        self._reading = Reading(replayed.layout, INSTANT_PREFIX)
        self._dialects = {f"robot/{row.id}": row.dialect for row in replayed.layout.robots.values()}
        self._newest_boot = journal.newest_boots()
        self._sent: list[int] = []
        self._batch = _Batch(journal.head.n)
        journal.append((), also=records.create_tables)

    @property
    def deadline(self) -> Instant | None:
        """When the floor wants to be woken."""
        return self.floor.deadline

    def first_posts(self) -> list[Post]:
        """After a (re)start: what was caused and may not have left, then what every screen shows."""
        posts = []
        for unsent in self._journal.unsent():
            posts.append(Post(unsent.topic, unsent.payload, qos_of(unsent.topic)))
            self._sent.append(unsent.id)
        return posts + self.pictures()

    def pictures(self) -> list[Post]:
        """What every screen shows, once more: whoever has missed a picture must not look at an old one for ever."""
        shown = self.floor.books.shown.values()
        return [self._post(picture, 0, place) for place, picture in enumerate(shown)]

    def take(self, arrivals: Sequence[Arrived], now: Instant) -> list[Post]:
        """Handle a batch and make it durable; what is returned may leave.

        Raises JournalError when nothing of it is durable: then nothing of it may leave either, and the floor in memory
        is ahead of its journal, so the process has to end.
        """
        now = max(now, self._journal.head.at)
        self._batch = _Batch(self._journal.head.n)
        posts: list[Post] = []
        if not arrivals:
            self._let_time_pass(now)
        for arrival in arrivals:
            match self._reading.read(arrival):
                case Said() as said:
                    self._hear(said, now)
                case Seen() as seen:
                    self._see(seen, now)
                case Bad() as bad:
                    self._bad(bad, arrival.payload, now)
                case None:
                    pass
        self._seam("handled")
        posts += self._commit()
        return posts

    def check_all(self) -> int:
        """The full scan of every invariant; raises Broken. Returns how many checks were made."""
        made = check_all(self.floor.shop)
        self.floor.checks += made
        return made

    def write_kpis(self) -> None:
        """Put the figures of now into the records, with the next batch."""
        self._records.note_kpis(self.kpis.summary(), self.floor.books.now)

    def checkpoint(self) -> None:
        """Keep the whole state, so that the next start need not replay from the first entry."""
        state = State(books=self.floor.books, kpis=self.kpis, made=self._made)
        self._journal.write_checkpoint(self._journal.head.n, msgspec.json.encode(state))

    # ── what arrived ────────────────────────────────────────────────────────────────────────────

    def _let_time_pass(self, now: Instant) -> None:
        """What fell due before a message happened before it, and has its own entry: if it fails, the message is not
        the reason, and only what was due is put off (F08)."""
        failed = 0
        while (deadline := self.floor.deadline) is not None and deadline <= now:
            try:
                outs = self._handle(TimePassed(), now)
            except Exception as failure:
                failed += 1
                if failed > SET_ASIDE_MAX:
                    raise
                self._set_aside(failure, now)
            else:
                entry = NewEntry(at=now, kind=TIME_PASSED, body=b"", outcome="accepted", digest=digest_of(outs))
                self._enter(entry, outs, now)
                return

    def _see(self, seen: Seen, now: Instant) -> None:
        self.counts.seen += 1
        self._let_time_pass(now)
        kind = type(seen.heard.event).__name__
        body = write_heard(seen.heard)
        try:
            outs = self._handle(seen.heard, now)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the floor must go on without this message
            self._quarantine(NewEntry(at=now, kind=kind, body=body, outcome="quarantined", digest=NO_OUTPUTS), failure)
            return
        refusal = _refusal(outs)
        entry = NewEntry(
            at=now,
            kind=kind,
            body=body,
            outcome="refused" if refusal else "accepted",
            digest=digest_of(outs),
            code=refusal.code if refusal else "",
            reason=refusal.reason if refusal else "",
        )
        self._enter(entry, outs, now)

    def _hear(self, said: Said, now: Instant) -> None:
        self.counts.events += 1
        body = msgspec.json.encode(said.letter.message)
        if self._answer_again(said, body):
            return
        if said.letter.boot < self._newest_boot.get(said.device, 0):
            self._refuse(said, body, "old-boot", "A later start of this device has spoken already.", now)
            return
        self._let_time_pass(now)
        try:
            outs = self._handle(Heard(said.device, said.letter.message), now)
        except Exception as failure:  # noqa: BLE001 - a poison event must not stop the shop (F08)
            self._quarantine(_entry(said, body, now, "quarantined", NO_OUTPUTS), failure)
            self._answer(said, body, _receipt(said, self._batch.first, "quarantined", "The floor cannot take this in."))
            return
        self._newest_boot[said.device] = said.letter.boot
        refusal = _refusal(outs)
        if refusal is not None:
            self.counts.refused += 1
            receipt = _receipt(said, self._batch.next, refusal.code, refusal.reason)
            self._show_again(said.device)
        else:
            receipt = _receipt(said, self._batch.next, made=self._begun_by(said, outs))
        outcome: Outcome = "refused" if refusal else "accepted"
        self._enter(_entry(said, body, now, outcome, digest_of(outs), receipt), outs, now)
        self._answer(said, body, receipt)

    def _show_again(self, device: Device) -> None:
        """Whoever is told no may have looked at a picture that is not true any more."""
        picture = self.floor.books.shown.get(device)
        if picture is not None:
            self._batch.pictures[device] = self._post(picture, self._batch.next, PICTURE_PLACE)

    def _answer_again(self, said: Said, body: bytes) -> bool:
        """B25: what came before gets the same receipt, or a refusal if it now says something else."""
        identity = (said.device, said.letter.boot, said.letter.seq)
        sha256 = hashlib.sha256(body).digest()
        if identity in self._batch.answered:
            known_sha256, receipt = self._batch.answered[identity]
        else:
            known = self._journal.known(*identity)
            if known is None:
                return False
            known_sha256, receipt = known.body_sha256, self._receipt_of(said, known)
        if known_sha256 != sha256:
            receipt = _receipt(said, receipt.entry, "other-content", "This number was used for something else.")
        self.counts.repeats += 1
        self._post_receipt(said.device, self._store, receipt)
        return True

    def _begun_by(self, said: Said, outs: list[Command | Fact]) -> dict[str, str]:
        names = made_by(outs)
        if names:
            self._made[said.device] = Made(said.letter.boot, said.letter.seq, names)
        return names

    def _receipt_of(self, said: Said, known: KnownEntry) -> Receipt:
        """The stored answer again, with the names of what it has begun: nobody else tells a customer their number."""
        made = self._made.get(said.device)
        names = (
            made.names if made is not None and (made.boot, made.seq) == (said.letter.boot, said.letter.seq) else None
        )
        return _receipt(said, known.n, known.code, known.reason, names)

    def _refuse(self, said: Said, body: bytes, code: str, reason: str, now: Instant) -> None:
        """Refused before the floor was asked."""
        self.counts.refused += 1
        receipt = _receipt(said, self._batch.next, code, reason)
        self._enter(_entry(said, body, now, "refused", NO_OUTPUTS, receipt), [], now)
        self._answer(said, body, receipt)

    def _bad(self, bad: Bad, payload: bytes, now: Instant) -> None:
        """Counted, kept for a look, and answered. It gets no identity, so a mended message may still use its number."""
        self.counts.unreadable += 1
        body = f"{bad.store}/{bad.device} {len(payload)} bytes: ".encode() + payload[:BODY_KEPT_MAX]
        entry = NewEntry(
            at=now,
            kind="Unreadable",
            body=body,
            outcome="unreadable",
            digest=NO_OUTPUTS,
            code=bad.code,
            reason=bad.reason,
        )
        receipt = Receipt(
            boot=bad.boot, seq=bad.seq, status="refused", code=bad.code, reason=bad.reason, entry=self._batch.next
        )
        self._enter(entry, [], now)
        self._post_receipt(bad.device, bad.store, receipt)

    # ── the floor ───────────────────────────────────────────────────────────────────────────────

    def _handle(self, message: Heard | TimePassed, now: Instant) -> list[Command | Fact]:
        outs = self.floor.handle(message, now)
        tell_kpis(self.kpis, outs, now)
        return outs

    def _quarantine(self, entry: NewEntry, failure: Exception) -> None:
        """This event is set aside, and all others go on (F08)."""
        _log.error("quarantined: %s %s", entry.kind, entry.body[:BODY_KEPT_MAX], exc_info=failure)
        self.counts.quarantined += 1
        self._rebuild()
        quarantined = msgspec.structs.replace(entry, code="quarantined", reason=str(failure)[:REASON_MAX])
        self._batch.entries.append(quarantined)

    def _set_aside(self, failure: Exception, now: Instant) -> None:
        """Put off the last of the dues that were taken before it failed. If that one is not the reason, it fails again,
        and the one before is put off: each time one less is due. One that only began in the failed beat is not due."""
        taken = reversed(self.floor.dues_taken[:])
        self._rebuild()
        about = next((about for about in taken if self.floor.is_due(about, now)), None)
        if about is None:
            raise failure
        _log.error("set aside: %s", about, exc_info=failure)
        self.counts.set_aside += 1
        heard = Heard(COORDINATOR, DueSetAside(about=about))
        outs = self._handle(heard, now)
        entry = NewEntry(
            at=now,
            kind=DueSetAside.__name__,
            body=write_heard(heard),
            outcome="accepted",
            digest=digest_of(outs),
            code="set-aside",
            reason=str(failure)[:REASON_MAX],
        )
        self._enter(entry, outs, now)

    def _rebuild(self) -> None:
        """Nobody goes on with a half-changed floor: commit what came before, and build it anew from the journal. With a
        checkpoint, so that the next time, which may be at once, costs little."""
        earlier = self._commit()
        replayed = rebuild(self._journal)
        self.floor, self.kpis, self._made = replayed.floor, replayed.kpis, replayed.made
        self._batch = _Batch(self._journal.head.n)
        self._batch.posts += earlier
        self.checkpoint()

    def _enter(self, entry: NewEntry, outs: list[Command | Fact], now: Instant) -> None:
        batch = self._batch
        number = batch.next
        kept: list[Outgoing] = []
        for place, out in enumerate(outs):
            if not isinstance(out, Command):
                continue
            if isinstance(out, Picture):  # told anew at every start, so not kept in the outbox
                batch.pictures[out.to] = self._post(out, number, place)
                continue
            post = self._post(out, number, place)
            batch.posts.append(post)
            kept.append(Outgoing(post.topic, post.payload))
            self.counts.commands += 1
        batch.facts += [(fact, now, number) for fact in facts_of(outs)]
        batch.entries.append(msgspec.structs.replace(entry, outgoing=tuple(kept)))

    def _commit(self) -> list[Post]:
        """One transaction; only what it returns may leave."""
        batch = self._batch
        if batch.entries or self._sent:
            sent, self._sent = self._sent, []
            self._journal.append(batch.entries, sent=sent, also=self._write_records(batch))
            self._seam("committed")
            self.counts.batches += 1
        for number, entry in enumerate(batch.entries, batch.first):
            self._sent += [outbox_id(number, place) for place in range(len(entry.outgoing))]
        self.counts.pictures += len(batch.pictures)
        return [*batch.posts, *batch.pictures.values()]

    def _write_records(self, batch: _Batch) -> Callable[[Database], None]:
        def write(database: Database) -> None:
            for fact, at, entry in batch.facts:
                self._records.note(fact, at, entry)
            self._records.flush(database)

        return write

    # ── what leaves ─────────────────────────────────────────────────────────────────────────────

    def _answer(self, said: Said, body: bytes, receipt: Receipt) -> None:
        identity = (said.device, said.letter.boot, said.letter.seq)
        self._batch.answered[identity] = (hashlib.sha256(body).digest(), receipt)
        self._post_receipt(said.device, self._store, receipt)

    def _post_receipt(self, device: Device, store: str, receipt: Receipt) -> None:
        self.counts.receipts += 1
        # QoS 0: a device that misses its receipt sends the event again, and that is one acknowledgement less for each
        self._batch.posts.append(Post(topic(store, device, "receipt"), encode_plain(receipt), qos=0))

    def _post(self, command: Command, entry: int, place: int) -> Post:
        """The wire form, a function of the entry: the same after a restart."""
        if isinstance(command, SendOrder | SendInstantActions):
            message = command.order if isinstance(command, SendOrder) else command.actions
            sent = vda5050_wire.encode(message, self._dialects[command.to])
            return Post(sent.topic, sent.payload, sent.qos)
        number = outbox_id(entry, place) + 1
        payload = encode(command, COMMAND_BOOT, number, self.floor.books.now)
        return Post(topic(self._store, command.to, "command"), payload)


def qos_of(name: str) -> int:
    """Robots' orders travel at QoS 0, as VDA 5050 has it; the fleet sends them again until they are echoed."""
    return 1 if name.startswith("shopfloor/") else 0


def _refusal(outs: list[Command | Fact]) -> EventRefused | None:
    return next((out for out in outs if isinstance(out, EventRefused)), None)


def _receipt(said: Said, entry: int, code: str = "", reason: str = "", made: dict[str, str] | None = None) -> Receipt:
    return Receipt(
        boot=said.letter.boot,
        seq=said.letter.seq,
        status="refused" if code else "committed",
        code=code,
        reason=reason,
        entry=entry,
        made=made or {},
    )


def _entry(
    said: Said, body: bytes, now: Instant, outcome: Outcome, digest: bytes, receipt: Receipt | None = None
) -> NewEntry:
    return NewEntry(
        at=now,
        kind=said.letter.kind,
        body=body,
        outcome=outcome,
        digest=digest,
        device=said.device,
        boot=said.letter.boot,
        seq=said.letter.seq,
        code=receipt.code if receipt else "",
        reason=receipt.reason if receipt else "",
    )

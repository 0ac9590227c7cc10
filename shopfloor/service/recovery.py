"""After a journal was refused: what of it is good, what is lost, and a new one from the good part.

The refused files are evidence and stay as they are. A person looks first (`look`), and accepts the loss by its number
(`recover`): then the good prefix is copied to another place, entry by entry with the same chain, the floor is told of
the loss so that it gives no id out twice, and the records are folded anew. A backup that lies beside the anchor of
the lost journal is looked at in the same way: the anchor knows how much later the journal had ended.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import Instant
from shopfloor.contract.events import Heard, JournalRecovered
from shopfloor.core.floor import digest_of
from shopfloor.service.anchor import ANCHOR_EVERY, AnchorUnreadable, read_anchor
from shopfloor.service.entries import Entry, NewEntry
from shopfloor.service.inspection import (
    UNREADABLE,
    WHAT_NOW,
    good_prefix,
    inspect,
    latest_checkpoint,
    read_entries,
    store_of,
)
from shopfloor.service.journal import Journal
from shopfloor.service.reading import write_heard
from shopfloor.service.rebuild import rebuild_records
from shopfloor.service.replay import State, rebuild, tell_kpis
from shopfloor.service.store import (
    Corrupt,
    JournalRefused,
    WriterLock,
    beside,
    database_path,
    reading_connection,
)

COPIED_AT_ONCE: Final = 1_000
IDS_AN_ENTRY: Final = 20
"""More ids of one kind than this no entry gives out."""
PERSON: Final = "board/recovery"
"""Who tells the floor of the loss: the one who accepted it."""


class LossNotAccepted(JournalRefused):
    """Entries are lost, and nobody has said that they know how many."""


class NothingLost(JournalRefused):
    """There is nothing to recover."""


class Findings(Struct, frozen=True, kw_only=True):
    """What a look at a journal has found."""

    store: str
    good: int
    """The last entry of the good prefix, from the first on."""
    good_at: Instant
    """The shop's time of it."""
    damage: str
    """What is wrong behind it; empty: nothing is."""
    known: int
    """The highest entry that the journal once had, as far as anchor and readable rows tell."""
    behind: dict[str, int]
    """Kind → entries that can be read behind the damage, and cannot be trusted."""

    @property
    def lost(self) -> int:
        """Entries, at the least."""
        return self.known - self.good

    @property
    def whole(self) -> bool:
        return not self.damage


def look(url: str, release: str) -> Findings:
    """Read as far as the chain holds. Changes nothing; raises JournalRefused where not even the opening can be read, or
    where nothing is damaged and another release is needed."""
    database = database_path(url)
    store = store_of(url)
    last, damage = _last_good(url, store)
    if last is None:
        raise Corrupt(f"Nothing of {database} can be trusted, only a backup can help. {damage}")
    behind, highest = _behind(database, last.n)
    return Findings(
        store=store,
        good=last.n,
        good_at=last.at,
        damage=damage or _other_damage(database, store, release),
        known=max(last.n, _anchored(database), highest),
        behind=behind,
    )


def recover(url: str, into: str, accept_loss: int, release: str) -> Findings:
    """Make a new journal ``into`` of the good prefix of another, and leave that as it is.

    ``accept_loss`` is the number of lost entries, as `look` found it. Raises LossNotAccepted when it is another, and
    JournalRefused when there is a journal already, or the prefix does not replay in this release.
    """
    database = database_path(url)
    lock = WriterLock(database)
    try:
        findings = look(url, release)
        if findings.whole:
            raise NothingLost(
                f"{database} is whole, to its last entry {findings.good}: start it with 'shopfloor serve'."
            )
        if findings.lost != accept_loss:
            raise LossNotAccepted(
                f"At least {findings.lost} entries are lost, not {accept_loss}. Look at them first, without --into."
            )
        with closing(_copy(url, into, findings, release)) as journal:
            _keep_checkpoint(database, journal)
            _tell_the_floor(journal, findings)
        rebuild_records(into)
        return findings
    finally:
        lock.release()


# ── looking ─────────────────────────────────────────────────────────────────────────────────────


def _last_good(url: str, store: str) -> tuple[Entry | None, str]:
    last: Entry | None = None
    try:
        for entry in good_prefix(url, store):
            last = entry
    except Corrupt as found:
        return last, _damage(found)
    return last, ""


def _other_damage(database: Path, store: str, release: str) -> str:
    """Of what is not an entry: log, anchor, outbox, checkpoint, index."""
    try:
        inspect(database, store, release)
    except Corrupt as found:
        return _damage(found)
    return ""


def _damage(found: Corrupt) -> str:
    return str(found).removesuffix(WHAT_NOW).strip()


def _behind(database: Path, after: int) -> tuple[dict[str, int], int]:
    """What can still be read behind the good prefix, by kind, and the highest number."""
    kinds: Counter[str] = Counter()
    highest = after
    with closing(reading_connection(database)) as driver, suppress(*UNREADABLE):  # so far, and no further
        for entry in read_entries(driver, after):
            kinds[str(entry.kind)] += 1
            highest = max(highest, entry.n)
    return dict(kinds.most_common()), highest


def _anchored(database: Path) -> int:
    try:
        anchor = read_anchor(beside(database, ".anchor"))
    except AnchorUnreadable:
        return 0
    return anchor.n if anchor is not None else 0


# ── making it anew ──────────────────────────────────────────────────────────────────────────────


def _copy(url: str, into: str, findings: Findings, release: str) -> Journal:
    entries = _good_entries(url, findings)
    genesis = next(entries)
    journal = Journal.create(into, findings.store, genesis.body, release, genesis.at)
    try:
        batch: list[NewEntry] = []
        last = genesis
        for last in entries:
            batch.append(_as_new(last))
            if len(batch) == COPIED_AT_ONCE:
                journal.append(batch)
                batch = []
        journal.append(batch)
        assert journal.head.chain == last.chain, "the copy is not what was copied"
    except BaseException:
        journal.close()
        raise
    return journal


def _good_entries(url: str, findings: Findings) -> Iterator[Entry]:
    for entry in good_prefix(url, findings.store):
        yield entry
        if entry.n == findings.good:
            return


def _as_new(entry: Entry) -> NewEntry:
    return NewEntry(
        at=entry.at,
        kind=entry.kind,
        body=entry.body,
        outcome=entry.outcome,
        digest=entry.digest,
        device=entry.device,
        boot=entry.boot,
        seq=entry.seq,
        code=entry.code,
        reason=entry.reason,
    )


def _keep_checkpoint(database: Path, journal: Journal) -> None:
    """The state from which a replay begins: without it, one may not cross to an older release's entries."""
    with closing(reading_connection(database)) as driver, suppress(Corrupt, *UNREADABLE):
        checkpoint = latest_checkpoint(driver, journal.head)
        if checkpoint is not None:
            journal.write_checkpoint(checkpoint.n, checkpoint.state)


def _tell_the_floor(journal: Journal, findings: Findings) -> None:
    """One entry more: ids go on beyond all that may be out. Open commands are asked again by the floor itself."""
    replayed = rebuild(journal)
    skip = (findings.lost + ANCHOR_EVERY) * IDS_AN_ENTRY
    heard = Heard(PERSON, JournalRecovered(lost=findings.lost, skip=skip))
    now = journal.head.at
    outs = replayed.floor.handle(heard, now)
    tell_kpis(replayed.kpis, outs, now)
    kind = type(heard.event).__name__
    entry = NewEntry(at=now, kind=kind, body=write_heard(heard), outcome="accepted", digest=digest_of(outs))
    (number,) = journal.append([entry])
    state = State(books=replayed.floor.books, kpis=replayed.kpis, made=replayed.made)
    journal.write_checkpoint(number, msgspec.json.encode(state))

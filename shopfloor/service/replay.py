"""The floor again, from its journal: the same inputs must give the same outputs and the same state."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import Device, Instant, TimePassed
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.commands import Command
from shopfloor.contract.events import EVENTS, Heard
from shopfloor.contract.facts import Fact
from shopfloor.contract.layout import Layout
from shopfloor.core.books import Books
from shopfloor.core.floor import Floor, digest_of
from shopfloor.core.kpis import Kpis
from shopfloor.service.entries import GENESIS, NO_OUTPUTS, Entry
from shopfloor.service.inspection import good_prefix, store_of
from shopfloor.service.journal import Journal
from shopfloor.service.opening import Opening, read_opening
from shopfloor.service.reading import read_heard
from shopfloor.service.receipts import made_by
from shopfloor.service.store import JournalRefused

TIME_PASSED = "TimePassed"
OPENINGS_MAX = 4


class Differs(JournalRefused):
    """The same inputs gave other outputs: the code is not the one that wrote this journal."""


class Made(Struct, frozen=True):
    """What a device's latest fruitful event has begun, for its receipt, however often that is sent."""

    boot: int
    seq: int
    names: dict[str, str]


class State(Struct):
    """What a checkpoint holds."""

    books: Books
    kpis: Kpis
    made: dict[Device, Made] = {}


class Replayed(Struct):
    """A floor brought to the journal's end."""

    floor: Floor
    kpis: Kpis
    layout: Layout
    opening: Opening
    made: dict[Device, Made]
    """By device: each has one event under way at a time, so the latest is enough."""
    entries: int = 0
    """How many were replayed, after the checkpoint it began from."""


Watcher = Callable[[Entry, list[Command | Fact]], None]


def rebuild(journal: Journal, watch: Watcher | None = None) -> Replayed:
    """The floor at the journal's end, from the latest checkpoint on; raises Differs as ``replay`` does."""
    genesis = next(journal.entries(0, GENESIS))
    checkpoint = journal.latest_checkpoint()
    if checkpoint is None:
        return replay(genesis, None, journal.entries(GENESIS), watch)
    state = msgspec.json.decode(checkpoint.state, type=State)
    return replay(genesis, state, journal.entries(checkpoint.n), watch)


def replay_all(url: str, watch: Watcher | None = None) -> Replayed:
    """The whole journal from its first entry, looking only: also beside a running coordinator."""
    entries = good_prefix(url, store_of(url))
    return replay(next(entries), None, entries, watch)


def replay(genesis: Entry, state: State | None, entries: Iterator[Entry], watch: Watcher | None = None) -> Replayed:
    """Replay and compare. Raises Differs naming the first entry whose outputs are others than were journaled."""
    opening, layout, catalogue = _opened(genesis.body)
    books = state.books if state else Floor.books_of(_first_books(genesis.body))
    floor = Floor(layout, catalogue, opening.policy, books)
    made = dict(state.made) if state else {}
    replayed = Replayed(floor, state.kpis if state else Kpis(), layout, opening, made)
    for entry in entries:
        outs = _again(replayed, entry)
        if watch is not None:
            watch(entry, outs)
    return replayed


@lru_cache(maxsize=OPENINGS_MAX)
def _opened(genesis: bytes) -> tuple[Opening, Layout, Catalogue]:
    """Whoever replays often (a storm, a test) need not read the same drawing each time."""
    opening = read_opening(genesis)
    return opening, Layout.from_source(opening.layout), Catalogue.from_text(opening.catalogue)


@lru_cache(maxsize=OPENINGS_MAX)
def _first_books(genesis: bytes) -> bytes:
    """Nor fill the same bins."""
    opening, layout, catalogue = _opened(genesis)
    return Floor(layout, catalogue, opening.policy).checkpoint()


def _again(replayed: Replayed, entry: Entry) -> list[Command | Fact]:
    replayed.entries += 1
    if entry.digest == NO_OUTPUTS:
        return []  # it never reached the floor
    outs = replayed.floor.handle(message_of(entry), entry.at)
    if digest_of(outs) != entry.digest:
        raise Differs(
            f"Entry {entry.n} ({entry.kind}) led to other outputs than when it was journaled. This release is not the "
            f"one that wrote it: start that release once, so that it leaves a checkpoint."
        )
    tell_kpis(replayed.kpis, outs, entry.at)
    if entry.device and (names := made_by(outs)):
        replayed.made[entry.device] = Made(entry.boot, entry.seq, names)
    return outs


def message_of(entry: Entry) -> Heard | TimePassed:
    """What the floor was told."""
    if entry.kind == TIME_PASSED:
        return TimePassed()
    if not entry.device:
        return read_heard(entry.kind, entry.body)
    return Heard(entry.device, msgspec.json.decode(entry.body, type=EVENTS[entry.kind]))


def tell_kpis(kpis: Kpis, outs: list[Command | Fact], at: Instant) -> None:
    """Let the figures see what is new."""
    for fact in facts_of(outs):
        kpis.note(fact, at)


def facts_of(outs: list[Command | Fact]) -> Iterator[Fact]:
    return (out for out in outs if isinstance(out, Fact))

"""One coordinator process: sessions to the broker, the loop, and a clean stop."""

import gc
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, Self

import msgspec
from msgspec import Struct

from shopfloor import release
from shopfloor.contract import vda5050_wire
from shopfloor.contract.actor import Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.codec import DeviceState, encode_plain, topic, topic_filter
from shopfloor.contract.layout import Layout
from shopfloor.contract.roster import COORDINATOR, ROSTER
from shopfloor.contract.vda5050 import Identity
from shopfloor.mqtt import Inbox, Publication, SelfTestFailed, Session, round_trip_ms
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.coordinator import Coordinator, Counts
from shopfloor.service.inspection import store_of
from shopfloor.service.journal import Journal
from shopfloor.service.loop import LOOK_ROUND_S, Loop
from shopfloor.service.opening import Opening
from shopfloor.service.records import Records
from shopfloor.service.replay import rebuild
from shopfloor.service.seams import Seam, no_seam

SWITCH_S: Final = 0.0005
"""How long the loop may keep the interpreter while a network thread wants it; 5 ms by default, most of a latency."""
GC_EVERY: Final = 50_000
"""New objects between two looks for cycles, of which this program makes hardly any."""
BATCH_MAX: Final = 512
"""Arrivals in one transaction."""
_log = logging.getLogger(__name__)


class Status(Struct):
    """What a coordinator says of itself when it stops."""

    entries: int
    chain: str
    live_digest: str
    checks: int
    counts: Counts
    kpis: dict[str, dict[str, float | int | None]]
    stopped_at: Instant


def open_shop(url: str, opening: Opening, at: Instant) -> Journal:
    """A new shop's journal, its first entry saying what the floor is made of. Raises JournalRefused, LayoutError and
    CatalogueError with what to do; then there is no journal."""
    store = Layout.from_source(opening.layout).store.id
    Catalogue.from_text(opening.catalogue)
    return Journal.create(url, store, msgspec.json.encode(opening), release(), at)


class Server:
    """One coordinator's process: its connections, its clock, its loop."""

    def __init__(self, journal: Journal, broker_url: str, clock: ShopClock, seam: Seam = no_seam) -> None:
        replayed = rebuild(journal, lambda _entry, _outs: seam("replaying"))
        clock.not_before(journal.head.at)
        self.journal = journal
        self.coordinator = Coordinator(journal, replayed, Records(), seam)
        self._clock = clock
        self._broker_url = broker_url
        self._store = replayed.layout.store.id
        self._inbox = Inbox()
        self._goodbye = presence(self._store, there=False)
        self._sessions = {
            name: _session(broker_url, client_id, filters, self._inbox, self._goodbye if name == "board" else None)
            for name, client_id, filters in sessions_of(replayed.layout)
        }
        hello = presence(self._store, there=True)
        self._loop = Loop(self.coordinator, journal, self._sessions, clock, time.monotonic, hello=hello, seam=seam)
        self._stopping = False

    @classmethod
    def open(cls, url: str, broker_url: str, clock: ShopClock, seam: Seam = no_seam) -> Self:
        """Open the shop's journal, bring the floor to its end. Raises JournalRefused: never an empty or half start."""
        journal = Journal.open(url, store_of(url), release(), seam)
        try:
            return cls(journal, broker_url, clock, seam)
        except BaseException:
            journal.close()
            raise

    def run(self) -> Status:
        """Until ``stop``; then a checkpoint, and what there is to say. Raises when the shop cannot go on."""
        sys.setswitchinterval(SWITCH_S)
        gc.freeze()  # layout, tables and books are here to stay
        gc.set_threshold(GC_EVERY)
        self._test_the_broker()
        with _stopped_by_signals(self):
            for session in self._sessions.values():
                session.open()
            try:
                while not self._stopping:
                    self._loop.round(self._inbox.take(BATCH_MAX, self._patience()))
                self._loop.leave()
                return self.status()
            finally:
                for name, session in self._sessions.items():
                    session.close(self._goodbye if name == "board" else None)

    def _test_the_broker(self) -> None:
        """Do we hear ourselves, and at once? Trouble is told and not waited for: the sessions keep trying."""
        store = self._store
        try:
            round_trip_ms(self._broker_url, f"shopfloor-{store}-selftest", topic(store, "board/selftest", "state"))
        except SelfTestFailed as fault:
            _log.error("self-test of the broker %s: %s", self._broker_url, fault)

    def stop(self) -> None:
        """From any thread or signal: finish the running batch and end."""
        self._stopping = True
        self._inbox.put(None)

    def status(self) -> Status:
        """The figures of now."""
        floor = self.coordinator.floor
        return Status(
            entries=self.journal.head.n,
            chain=self.journal.head.chain.hex(),
            live_digest=floor.digest(),
            checks=floor.checks,
            counts=self.coordinator.counts,
            kpis=self.coordinator.kpis.summary(),
            stopped_at=self._clock(),
        )

    def _patience(self) -> float:
        deadline = self.coordinator.deadline
        wall = LOOK_ROUND_S if deadline is None else self._clock.wall_s(deadline)
        return min(wall, LOOK_ROUND_S)


def sessions_of(layout: Layout) -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
    """One session for each type of device, so that a flood from one type cannot starve another: type, client id, and
    what it hears, each with its QoS."""
    store = layout.store.id
    for row in ROSTER:
        # every store's events: one sent to a store that is not here must be told so
        filters = [(topic_filter(None, row.name, "event"), 1), (topic_filter(store, row.name, "connection"), 1)]
        heard = list(_robot_filters(layout)) if row.name == "robot" else filters
        yield row.name, f"shopfloor-{store}-{row.name}", heard


def presence(store: str, *, there: bool) -> Publication:
    """Retained: whether this shop's coordinator runs. Said by it, and as its last will by the broker."""
    return Publication(
        topic(store, COORDINATOR, "state"), encode_plain(DeviceState(words={"there": there})), retain=True
    )


def _session(
    broker_url: str, client_id: str, filters: list[tuple[str, int]], inbox: Inbox, will: Publication | None
) -> Session:
    session = Session(broker_url, client_id, inbox, clean=False, will=will)
    session.subscribe(filters)
    return session


def _robot_filters(layout: Layout) -> Iterator[tuple[str, int]]:
    for row in layout.robots.values():
        yield from vda5050_wire.from_robot(Identity(row.manufacturer, row.serial_number))


@contextmanager
def _stopped_by_signals(server: Server) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the loop after the running batch."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def write_status(status: Status, path: Path) -> None:
    """For whoever started us."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(status), indent=2))

"""The coordinator's process on the stage: loop and journal as they are shipped, and its deaths."""

from collections import Counter, deque
from collections.abc import Callable
from typing import Final

import msgspec

from shopfloor import release
from shopfloor.contract.actor import SECOND, Instant
from shopfloor.core.floor import Floor
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.coordinator import Coordinator
from shopfloor.service.entries import GENESIS
from shopfloor.service.journal import Journal
from shopfloor.service.loop import Loop
from shopfloor.service.opening import Opening
from shopfloor.service.records import Records
from shopfloor.service.replay import rebuild
from shopfloor.service.seams import SeamName
from shopfloor.service.serve import sessions_of
from simulations.stage import Alarm, Stage
from simulations.storm.broker import Broker, Line
from simulations.storm.diary import Diary
from simulations.storm.disk import Disk

BATCH_MAX: Final = 512
LOOK_ROUND_S: Final = 300.0
"""Every invariant over the whole floor: rarer than in a shop, where nobody waits for the end of the day."""
PICTURES_AGAIN_S: Final = 240.0
TAKES_MS: Final = 15
"""A batch, from its first message to the commit (assumed)."""
CHECKPOINT_EVERY: Final = 400
IDLE_MS: Final = 60 * SECOND
COMES_BACK: Final = 3 * SECOND
"""A supervisor starts it again so long after it has died (assumed)."""


class Killed(BaseException):
    """The process is dead. No code of it runs any more."""


class Office:
    """Starts, works, dies and starts again."""

    def __init__(
        self,
        stage: Stage,
        broker: Broker,
        disk: Disk,
        store: str,
        opening: Opening,
        watch: Callable[["Office"], None],
        diary: Diary,
    ) -> None:
        """``watch`` is told of each start, when the floor is as the journal has it."""
        self.stage: Final = stage
        self.disk: Final = disk
        self.wall_off_ms = 0
        """By how much somebody has set the wall clock wrong; a process asks it once, at its start."""
        self.takes_ms: Callable[[], int] = lambda: TAKES_MS
        """How long the next batch takes."""
        self.passed: Counter[SeamName] = Counter()
        """How often each seam was passed."""
        self.deaths: Counter[str] = Counter()
        """Where it has died, and what became of an unsynced tail."""
        self._broker = broker
        self._store = store
        self._watch = watch
        self._diary = diary
        self._dies_at: SeamName | None = None
        self._tears = False
        self._is_torn = False
        self._paused_until: Instant = 0
        self._inbox: deque[object] = deque()
        self._lines: dict[str, Line] = {}
        self._loop: Loop | None = None
        self._alarm = Alarm(stage, self._round)
        Journal.create(disk.url, store, msgspec.json.encode(opening), release(), stage.now).close()
        self.journal: Journal
        self.coordinator: Coordinator

    @property
    def floor(self) -> Floor:
        return self.coordinator.floor

    @property
    def is_up(self) -> bool:
        return self._loop is not None

    def start(self) -> None:
        """As ``shopfloor serve`` does; it may die over it."""
        if self._loop is not None:
            return
        try:
            self._begin()
        except Killed:
            self._end()

    def stop(self) -> None:
        """In good order, as SIGTERM does; the caller starts it again."""
        if self._loop is None:
            return
        try:
            self._loop.leave()
        except Killed:
            self._end()
        else:
            self._loop = None
            self._hang_up()
            self.journal.close()

    def kill(self) -> None:
        """Between two batches."""
        if self._loop is not None:
            self._end("idle")

    def give_up(self) -> None:
        """The day is over, however it ended: nothing runs any more, and no file is open."""
        self._loop = None
        self._hang_up()
        self.journal.close()

    def kill_at(self, seam: SeamName, *, tears: bool) -> None:
        """It will die when it passes there next. ``tears``: what was just written is not all on the disk."""
        self._dies_at, self._tears = seam, tears

    def spare(self) -> None:
        """Nobody wants to kill it any more."""
        self._dies_at = None

    def pause(self, ms: int) -> None:
        """It stands still with all that it has in its hands."""
        self._paused_until = self.stage.now + ms

    # ── its life ────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        stage = self.stage
        wall_s, began = (stage.now + self.wall_off_ms) / 1000, stage.now
        clock = ShopClock(wall=lambda: wall_s, tick=lambda: (stage.now - began) / 1000)
        self.journal = journal = Journal.open(self.disk.url, self._store, release(), self._seam)
        replayed = rebuild(journal, lambda _entry, _outs: self._seam("replaying"))
        clock.not_before(journal.head.at)
        self.coordinator = Coordinator(journal, replayed, Records(), self._seam)
        self._clock = clock
        self._diary.entry = lambda: self.journal.head.n
        self._watch(self)
        self._lines = {
            name: self._broker.line(client_id, filters, self._hear, clean=False)
            for name, client_id, filters in sessions_of(replayed.layout)
        }
        self._loop = Loop(
            self.coordinator,
            journal,
            self._lines,
            clock,
            lambda: stage.now / 1000,
            seam=self._seam,
            look_round_s=LOOK_ROUND_S,
            pictures_again_s=PICTURES_AGAIN_S,
            checkpoint_every=CHECKPOINT_EVERY,
        )
        for line in self._lines.values():
            line.open()
        self._alarm.set(stage.now)
        if journal.head.n > GENESIS:
            self._diary.note("office", f"the coordinator is up, {replayed.entries} entries replayed")

    def _hear(self, item: object) -> None:
        if self._loop is not None:
            self._inbox.append(item)
            self._alarm.set(max(self._paused_until, self.stage.now + self.takes_ms()))

    def _round(self, now: Instant) -> None:
        loop = self._loop
        if loop is None:
            return
        if now < self._paused_until:
            self._alarm.set(self._paused_until)
            return
        items = [self._inbox.popleft() for _ in range(min(len(self._inbox), BATCH_MAX))]
        try:
            loop.round(items)
        except Killed:
            self._end()
        else:
            self._alarm.set(now + 1 if self._inbox else now + self._patience_ms())

    def _patience_ms(self) -> int:
        deadline = self.coordinator.deadline
        if deadline is None:
            return IDLE_MS
        return max(1, min(IDLE_MS, deadline - self._clock()))

    def _seam(self, name: SeamName) -> None:
        self.passed[name] += 1
        if self._is_torn and name == "written":  # what was written before has been synced meanwhile
            self.disk.about_to_sync()
        if name != self._dies_at:
            return
        if name == "written" and self._tears:
            self.disk.about_to_sync()
            self._is_torn = True
            self._dies_at = "committed"
            return
        raise Killed

    def _end(self, where: str = "") -> None:
        """Nothing of it is left but its files."""
        where = where or ("torn" if self._is_torn else str(self._dies_at))
        if self._is_torn:
            self.deaths[f"tail {self.disk.crash_unsynced()}"] += 1
        else:
            self.disk.crash()
        self.deaths[where] += 1
        self._diary.note("office", f"the coordinator dies: {where}")
        self._dies_at, self._is_torn, self._loop = None, False, None
        self._hang_up()
        self.journal.close()  # of files that nobody looks at any more
        self.stage.after(COMES_BACK, self.start)

    def _hang_up(self) -> None:
        self._inbox.clear()
        self._alarm.set(None)
        for line in self._lines.values():
            line.drop()

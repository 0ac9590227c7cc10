"""Lets one coordinator after another live and die as planned, starts the next at once, and keeps the time."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from tests.fire.doomed import Doomed, head_of
from tests.fire.doomed_serve import KILLED
from tests.fire.plans import AtRandom, AtSeam, BrokerKilled, Fate, Paused, Stopped, WhileLeaving, deaths
from tests.fire.witness import Witness

FLIGHT_S: Final = 0.3
"""What reaches a device so soon after a start was said by the process before: a new one loads for longer than that."""
SEAM_S: Final = 3.0
"""A seam that is not passed in this time after the first receipt is waited for no longer: SIGKILL instead."""
PATIENCE_S: Final = 15.0
"""For a first receipt, before a life is given up."""
STOP_S: Final = 20.0
LOOK_S: Final = 0.02
GAVE_UP_MAX: Final = 3
"""So many processes ended by themselves: there is no point in going on."""
MEANT: Final = (0, KILLED, -signal.SIGKILL)
"""How a process may end here: in good order, at its seam, by our hand."""


class Life(Struct, kw_only=True):
    """One process, from its start to its end. Times are ``time.monotonic()``."""

    fate: Fate
    started_at: float
    ended_at: float = 0.0
    reached: bool = True
    """It ended as it was meant to, and not because nobody waited for its seam any longer."""
    head: int = 0
    """The last entry on the disk when it had ended, and its chain."""
    chain: str = ""
    back_s: float | None = None
    """From the end of the life before until the first receipt; if nobody waited for one then, from when somebody did.
    None: it had to die before."""
    waited_s: float | None = None
    """After a pause, or after the broker was killed: until the next receipt."""
    trouble: str = ""
    """It ended in a way that nobody had planned, or did not serve."""


class Executioner:
    """Decides over the coordinator of one shop; in a thread of its own while the day goes on."""

    def __init__(
        self,
        doomed: Doomed,
        database: Path,
        witness: Witness,
        break_broker: Callable[[bool], None],
    ) -> None:
        self.lives: list[Life] = []
        self._doomed = doomed
        self._database = database
        self._witness = witness
        self._break_broker = break_broker
        self.over = threading.Event()
        """The day is closed, or broken off: nobody has to die any more, and what was waited for is not."""
        self._life: Life | None = None

    @property
    def kills(self) -> int:
        """Deaths so far."""
        return deaths(life.fate for life in self.lives)

    def open(self, *words: str) -> None:
        """The first life opens the shop, and lasts until the executions begin."""
        self._life = Life(fate=AtRandom(0), started_at=time.monotonic())
        self._doomed.start(*words)

    def execute(self, fates: Sequence[Fate]) -> None:
        """One life after another until the day is over, and then one that may stay."""
        for fate in fates:
            self._next(fate)
            self._torment()
            if self.over.is_set() or sum(bool(life.trouble) for life in self.lives) >= GAVE_UP_MAX:
                break
        self._next(AtRandom(0))
        self._await_service()

    def close(self) -> None:
        """The last life ends in good order."""
        assert self._life is not None
        self._life.fate = Stopped(0)
        self._doomed.ask(signal.SIGTERM)
        self._life.reached = self._doomed.ends_within(STOP_S)
        self._end()

    # ── one life ────────────────────────────────────────────────────────────────────────────────

    def _next(self, fate: Fate) -> None:
        self._end()
        self._life = Life(fate=fate, started_at=time.monotonic())
        self._doomed.start(crash_at=_seam_of(fate))

    def _torment(self) -> None:
        life = self._life
        assert life is not None
        match life.fate:
            case AtRandom(after_s=after_s):
                self._doomed.ends_within(after_s)
                self._note_service(time.monotonic())
            case AtSeam():
                self._await_service()
                life.reached = self._doomed.ends_within(SEAM_S)
                self._note_service(time.monotonic())
            case WhileLeaving(after_s=after_s) | Stopped(after_s=after_s):
                self._await_service()
                self._doomed.ends_within(after_s)
                self._doomed.ask(signal.SIGTERM)
                life.reached = self._doomed.ends_within(STOP_S)
            case Paused(after_s=after_s, for_s=for_s):
                self._await_service()
                self._doomed.ends_within(after_s)
                self._doomed.ask(signal.SIGSTOP)
                self.over.wait(for_s)
                life.waited_s = self._served_after(lambda: self._doomed.ask(signal.SIGCONT))
            case BrokerKilled(after_s=after_s, wiped=wiped):
                self._await_service()
                self._doomed.ends_within(after_s)
                life.waited_s = self._served_after(lambda: self._break_broker(wiped))

    def _end(self) -> None:
        """It is dead, whatever it was; what is on the disk now is what it has promised."""
        life = self._life
        assert life is not None
        self._doomed.kill()
        life.ended_at = time.monotonic()
        if self._doomed.code not in MEANT:
            life.trouble = f"ended by itself with {self._doomed.code}: {self._doomed.last_words()}"
        life.head, life.chain = head_of(self._database)
        self.lives.append(life)

    # ── service ─────────────────────────────────────────────────────────────────────────────────

    def _await_service(self) -> None:
        """Until the first receipt of this life, or its end."""
        life = self._life
        assert life is not None
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and not self._note_service(time.monotonic() + LOOK_S):
            if self._doomed.ends_within(0) or self.over.is_set():
                self._note_service(time.monotonic())
                return
        if life.back_s is None and self._somebody_waits(life.started_at):
            life.trouble = f"nobody had a receipt in {PATIENCE_S:.0f} s: {self._doomed.last_words()}"

    def _note_service(self, until: float) -> bool:
        """Whether this life has sent a receipt by then; how long that took is written down once."""
        life = self._life
        assert life is not None
        if life.back_s is not None:
            return True
        came = self._witness.first_receipt(life.started_at + FLIGHT_S, until)
        if came is None:
            return False
        last_end = self.lives[-1].ended_at if self.lives else life.started_at
        life.back_s = came - self._witness.waiting_since(last_end, came)
        return True

    def _somebody_waits(self, moment: float) -> bool:
        return self._witness.waiting_since(moment, time.monotonic()) < time.monotonic() - PATIENCE_S / 2

    def _served_after(self, deed: Callable[[], None]) -> float | None:
        """Until the next receipt after this; None if none came."""
        began = time.monotonic()
        deed()
        done = time.monotonic()
        came = None
        while came is None and time.monotonic() < done + PATIENCE_S and not self.over.is_set():
            came = self._witness.first_receipt(done, time.monotonic() + LOOK_S)
        return None if came is None else came - self._witness.waiting_since(began, came)


def _seam_of(fate: Fate) -> str:
    match fate:
        case AtSeam(seam=seam, n=n):
            return f"{seam}:{n}"
        case WhileLeaving():
            return "checkpointing:1"
        case _:
            return ""

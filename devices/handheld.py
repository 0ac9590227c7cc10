"""The handheld of an engineer or the parts keeper: what they tap becomes an event, unless its own picture shows that
it cannot be.

The picture may be old, so only what contradicts it is turned away here; all else the floor judges. The tap carries the
revision of the picture that the person looked at, and the floor refuses a stale one.
"""

from typing import Final

from msgspec import Struct, structs

from devices.client import Client, Message, Touch, Words, not_now
from devices.tap_rules import contradiction
from shopfloor.contract.actor import MINUTE, SECOND, Device, Instant
from shopfloor.contract.codec import Receipt
from shopfloor.contract.commands import AlertHandheld, Picture, ShowWork, Work, WorkRow
from shopfloor.contract.events import (
    CommandDone,
    EngineerAway,
    EngineerSignedOff,
    EngineerSignedOn,
    Event,
    OfRepair,
    PartsOrdered,
)

AWAY_AFTER: Final = 10 * MINUTE
DOUBLE_TAP: Final = 1 * SECOND
ALERTS_MAX: Final = 20
NOBODY: Final = ("", "")


class StillHere(Touch, frozen=True):
    """The handheld is moved or looked at: its person is there."""


class Alert(Struct, frozen=True):
    """It has buzzed: about what, and what to do."""

    at: Instant
    about: str
    words: str


class HandheldScreen(Struct, frozen=True):
    """What its person sees. ``made`` is what the last tap has made, for example a ticket's number."""

    engineer: str
    desk: str
    work: ShowWork | None
    alerts: tuple[Alert, ...]
    made: dict[str, str]
    messages: tuple[Message, ...]


class Handheld(Client):
    """Touches are its events. Untouched for ten minutes, it says that its person is away (E22)."""

    hears = (ShowWork, AlertHandheld)

    def __init__(self, device: Device, now: Instant) -> None:
        super().__init__(device, now)
        self._work: ShowWork | None = None
        self._alerts: tuple[Alert, ...] = ()
        self._claimed: tuple[str, str] | None = None
        """Person and desk by the last signing on or off; None = as the picture says."""
        self._touched_at = now
        self._away = False
        self._ordered: tuple[str, str, Instant] = ("", "", 0)
        self._drawn = (-1, HandheldScreen("", "", None, (), {}, ()))

    @property
    def engineer(self) -> str:
        return self._signed_on()[0]

    @property
    def screen(self) -> HandheldScreen:
        """The same one until there is another to see: many look at it, and seldom does it change."""
        revision, screen = self._drawn
        if revision != self.revision:
            revision = self.revision
            engineer, desk = self._signed_on()
            screen = HandheldScreen(engineer, desk, self._work, self._alerts, self.made, self.messages)
            self._drawn = (revision, screen)
        return screen

    def _signed_on(self) -> tuple[str, str]:
        if self._claimed is not None:
            return self._claimed
        return (self._work.engineer, self._work.desk) if self._work else NOBODY

    # ── what the floor shows ──

    def _show(self, picture: Picture, now: Instant) -> None:
        assert isinstance(picture, ShowWork)
        if not self.engineer:
            self._touched_at = now  # just back from a restart: its person gets the whole ten minutes
        self._work = picture
        if self._claimed != NOBODY:  # a picture that crossed with signing off is of before
            self._claimed = None

    def _do(self, work: Work, now: Instant) -> list[Event]:
        assert isinstance(work, AlertHandheld)
        self._alerts = (*self._alerts, Alert(now, work.about, work.words))[-ALERTS_MAX:]
        return [CommandDone(command=work.id)]

    def _received(self, receipt: Receipt, now: Instant) -> None:
        super()._received(receipt, now)
        if receipt.status == "refused":
            self._claimed = None

    # ── what its person taps ──

    def _touched(self, touch: Touch, now: Instant) -> list[Event]:
        if not isinstance(touch, StillHere):
            return super()._touched(touch, now)
        return self._present(now)

    def _tapped(self, event: Event, now: Instant) -> list[Event]:
        if isinstance(event, EngineerSignedOn):
            self._claimed, self._away, self._touched_at = (event.engineer, event.desk), False, now
            return [event]
        if not self.engineer:
            not_now("Sign on first.")
        back = self._present(now)
        why = contradiction(event, self._work)
        if why:
            not_now(why, back)
        if isinstance(event, EngineerSignedOff):
            self._claimed = NOBODY
        return [*back, *self._filled_in(event, now)]

    def _present(self, now: Instant) -> list[Event]:
        """A touch after an absence signs its person on again where they were."""
        self._touched_at = now
        if not self._away:
            return []
        self._away = False
        engineer, desk = self._signed_on()
        return [EngineerSignedOn(engineer=engineer, desk=desk)]

    def _filled_in(self, event: Event, now: Instant) -> list[Event]:
        """The revision that the person looked at; a parts order's own tap: twice at once is one order (F51)."""
        if isinstance(event, PartsOrdered) and not event.tap:
            repair, sku, at = self._ordered
            if (event.repair, event.sku) == (repair, sku) and now - at < DOUBLE_TAP:
                return []
            self._ordered = (event.repair, event.sku, now)
            event = structs.replace(event, tap=f"{self.device}-{now}")
        if isinstance(event, OfRepair) and not event.revision:
            event = structs.replace(event, revision=self._revision(event.repair))
        return [event]

    def _revision(self, repair: str) -> int:
        row = next((row for row in rows_of(self._work) if row.repair == repair), None)
        return row.revision if row else 0

    # ── time ──

    def _advance(self, now: Instant) -> list[Event]:
        due = self._due()
        if due is None or now < due:
            return []
        self._away = True
        return [EngineerAway(engineer=self.engineer)]

    def _due(self) -> Instant | None:
        return self._touched_at + AWAY_AFTER if self.engineer and not self._away else None

    def _state(self) -> Words:
        engineer, desk = self._signed_on()
        return {"engineer": engineer, "desk": desk, "away": self._away}


def rows_of(work: ShowWork | None) -> tuple[WorkRow, ...]:
    """Every repair or ticket on the picture."""
    return (*work.mine, *work.to_check, *work.to_take_over, *work.waiting) if work else ()

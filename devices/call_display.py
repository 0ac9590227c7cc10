"""The call display and speaker in the hall: who is called to which desk."""

from typing import Final

from msgspec import Struct

from devices.client import Client, Words, cannot
from shopfloor.contract.actor import SECOND, Device, Instant
from shopfloor.contract.commands import Announce, Picture, ShowCalls, Work
from shopfloor.contract.events import CallShown, Event
from shopfloor.contract.kinds import CallRow, Language

SPEECH: Final = 6 * SECOND
"""How long the speaker needs for one call; two at once are none."""

CALLS_WAITING_MAX: Final = 20

SPOKEN: Final[dict[Language, str]] = {
    "en": "{number}, please come to desk {desk}.",
    "zh-Hans": "请{number}号到{desk}号工作台。",
    "zh-Hant": "請{number}號到{desk}號工作台。",
}


class CallScreen(Struct, frozen=True):
    """What the hall sees and hears. Numbers and desks, never a name (B27)."""

    calls: tuple[CallRow, ...]
    waiting: tuple[str, ...]
    saying: str


class CallDisplay(Client):
    """Shows the latest picture, and says one call after another; CallShown follows when it has been said.

    Repeated from before a restart, a call is said again: said twice it harms nobody, unsaid it costs the customer's
    place.
    """

    hears = (ShowCalls, Announce)

    def __init__(self, device: Device, now: Instant) -> None:
        super().__init__(device, now)
        self._calls: tuple[CallRow, ...] = ()
        self._waiting: tuple[str, ...] = ()
        self._to_say: list[Announce] = []
        self._said_at: Instant | None = None

    @property
    def screen(self) -> CallScreen:
        return CallScreen(self._calls, self._waiting, _spoken(self._to_say[0]) if self._to_say else "")

    def _show(self, picture: Picture, _now: Instant) -> None:
        assert isinstance(picture, ShowCalls)
        self._calls, self._waiting = picture.calls, picture.waiting

    def _do(self, work: Work, _now: Instant) -> list[Event]:
        assert isinstance(work, Announce)
        if any(call.id == work.id for call in self._to_say):
            return []
        if len(self._to_say) >= CALLS_WAITING_MAX:
            cannot(f"{CALLS_WAITING_MAX} calls wait to be said already.")
        self._to_say.append(work)
        return []

    def _advance(self, now: Instant) -> list[Event]:
        if self._said_at is None or now < self._said_at:
            return []
        self._said_at = None
        call = self._to_say.pop(0)
        return [CallShown(ticket=call.ticket, calls=call.calls)]

    def _go_on(self, now: Instant) -> list[Event]:
        if self._to_say and self._said_at is None:
            self._said_at = now + SPEECH
        return []

    def _due(self) -> Instant | None:
        return self._said_at

    def _state(self) -> Words:
        return {"calls": len(self._calls), "to_say": len(self._to_say)}


def _spoken(call: Announce) -> str:
    return SPOKEN[call.language].format(number=call.number, desk=call.desk)

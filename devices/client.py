"""What every device of the shop does alike: it takes work or says why not, tells people why a touch was in vain,
and tells the floor how it is.

A device is an Actor without wires and clock. It hears commands, receipts, questions from before a restart, touches of
the people who hold it, and time; it says events and its own state.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final, NoReturn, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import Device, Instant, TimePassed
from shopfloor.contract.codec import AskedAgain, DeviceState, Receipt
from shopfloor.contract.commands import Command, Picture, Work
from shopfloor.contract.events import CommandRefused, Event
from shopfloor.contract.kinds import TEXT_MAX
from shopfloor.contract.roster import may_say

MESSAGES_MAX: Final = 5
"""What a person has not read among the last five, they will not read."""


class Touch(Struct, frozen=True, tag=True, tag_field="kind"):
    """Something a person does to a device that is not itself the event: a card held to a reader, a page turned."""


class Message(Struct, frozen=True):
    """A sentence for the person in front of the device."""

    at: Instant
    words: str


Heard: TypeAlias = Command | Receipt | AskedAgain[Command] | Event | Touch | TimePassed
"""An Event among what is heard is a person's tap: the device says it on, if that is possible now."""

Said: TypeAlias = Event | DeviceState
Words: TypeAlias = dict[str, str | int | float | bool]


class CannotDo(Exception):
    """The device cannot or may not do what the floor asks; the sentence travels back."""


class NotNow(Exception):
    """A touch that is in vain; the sentence is shown to the person. ``said`` is what the floor hears all the same."""

    def __init__(self, words: str, said: Sequence[Event] = ()) -> None:
        super().__init__(words)
        self.said = list(said)


class Client(ABC):
    """One device. A kind of device says what it does with work, pictures and touches, and what it tells of itself."""

    hears: ClassVar[tuple[type[Command], ...]] = ()
    """Work and pictures that this kind of device knows."""

    def __init__(self, device: Device, now: Instant) -> None:
        self.device = device
        self.messages: tuple[Message, ...] = ()
        self.made: dict[str, str] = {}
        """What the last touch has made, by the floor's receipt: ``{"ticket": "T1", "number": "A001"}``."""
        self.revision = 0
        """Grows when a person may see something else than before: after the change, for those who look meanwhile."""
        self._born = now
        self._dead = False
        self._told: Words | None = None
        self._newest: dict[type[Picture], tuple[int, str]] = {}

    def handle(self, message: Heard, now: Instant) -> list[Said]:
        """First what has happened by now, then the message, then what follows from both."""
        self._dead = self._dead or self.is_dead(now)
        if self._dead:  # then it does not even ask to be woken
            return []
        said = [*self._advance(now), *self._take(message, now), *self._go_on(now)]
        if not (isinstance(message, Receipt) and is_bare_yes(message)):
            self.revision += 1
        self._dead = self.is_dead(now)
        return [] if self._dead else [*said, *self._news()]

    @property
    def deadline(self) -> Instant | None:
        """At its birth a device has something to tell: how it is."""
        if self._dead:
            return None
        if self._told is None:
            return self._born
        return self._due()

    @property
    def screen(self) -> Struct | None:
        """What a person sees now; frozen, so that anybody may look."""
        return None

    def tell_person(self, words: str, now: Instant) -> None:
        """Show a sentence; the oldest one goes."""
        self.messages = (*self.messages, Message(now, words))[-MESSAGES_MAX:]

    # ── what a kind of device fills in ──

    def is_dead(self, _now: Instant) -> bool:
        """Nothing in it answers any more."""
        return False

    def _advance(self, _now: Instant) -> list[Event]:
        """What body and waiting have brought by now."""
        return []

    def _go_on(self, _now: Instant) -> list[Event]:
        """What can begin now."""
        return []

    def _due(self) -> Instant | None:
        return None

    @abstractmethod
    def _state(self) -> Words:
        """How it is, for the board; no personal data."""

    def _do(self, work: Work, _now: Instant) -> list[Event]:
        """Take work for the first time. Raises CannotDo."""
        cannot(f"{self.device} does not know {type(work).__name__}.")

    def _look_into(self, work: Work, now: Instant) -> list[Event]:
        """Work repeated from before a restart. For a device that harms nobody by doing it again: does it again."""
        return self._do(work, now)

    def _show(self, picture: Picture, _now: Instant) -> None:
        """Put a whole picture on the screen; only those of ``hears`` come here."""
        raise AssertionError(f"{self.device} hears {type(picture).__name__} and does not show it")

    def _touched(self, touch: Touch, _now: Instant) -> list[Event]:
        """Raises NotNow."""
        not_now(f"There is no {type(touch).__name__} on this device.")

    def _tapped(self, event: Event, _now: Instant) -> list[Event]:
        """A person wants to say this. Raises NotNow."""
        return [event]

    def _received(self, receipt: Receipt, now: Instant) -> None:
        """The floor's word on something said."""
        if receipt.status == "refused":
            self.tell_person(receipt.reason or receipt.code, now)
        elif receipt.made:
            self.made = dict(receipt.made)

    # ── the same for all ──

    def _take(self, message: Heard, now: Instant) -> list[Event]:
        match message:
            case Picture():
                if isinstance(message, self.hears) and self._is_news(message):
                    self._show(message, now)
            case Work():
                return self._answer(message, now, again=False)
            case AskedAgain(command):
                return self._answer(command, now, again=True)
            case Receipt():
                self._received(message, now)
            case Event() | Touch():
                return self._feel(message, now)
            case _:
                pass
        return []

    def _is_news(self, picture: Picture) -> bool:
        """Not one that a newer one has overtaken on the way (F20): the floor numbers its pictures."""
        number = (len(picture.id), picture.id)
        if number < self._newest.get(type(picture), number):
            return False
        self._newest[type(picture)] = number
        return True

    def _answer(self, command: Command, now: Instant, *, again: bool) -> list[Event]:
        if not isinstance(command, Work):
            return []
        try:
            if not isinstance(command, self.hears):
                cannot(f"{self.device} does not know {type(command).__name__}.")
            return self._look_into(command, now) if again else self._do(command, now)
        except CannotDo as no:
            return [CommandRefused(command=command.id, reason=str(no)[:TEXT_MAX])]

    def _feel(self, touch: Event | Touch, now: Instant) -> list[Event]:
        try:
            if isinstance(touch, Touch):
                return self._touched(touch, now)
            if not may_say(self.device, type(touch)):
                not_now(f"{type(touch).__name__} cannot be said here.")
            return self._tapped(touch, now)
        except NotNow as no:
            self.tell_person(str(no), now)
            return no.said

    def _news(self) -> list[DeviceState]:
        words = self._state()
        if words == self._told:
            return []
        self._told = words
        return [DeviceState(words=words)]


def is_bare_yes(receipt: Receipt) -> bool:
    """It says nothing to a person, and no device does anything on it."""
    return receipt.status == "committed" and not receipt.made


def cannot(words: str) -> NoReturn:
    raise CannotDo(words)


def not_now(words: str, said: Sequence[Event] = ()) -> NoReturn:
    raise NotNow(words, said)

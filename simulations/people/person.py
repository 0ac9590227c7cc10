"""What every person in the shop does alike: wait, look, tap and read what the device says to it."""

from collections.abc import Callable, Generator
from random import Random
from typing import Final, TypeAlias, TypeVar

import simpy

from devices.client import Message
from devices.signing import (
    PAGE_SEEN,
    Consent,
    DocumentScreen,
    FinishReading,
    Identified,
    Point,
    Sign,
    Stage,
    Strokes,
    TurnPage,
)
from shopfloor.contract.actor import MINUTE, SECOND, Device, Instant
from simulations.people.attention import Attention, Bell
from simulations.people.hands import Touched
from simulations.people.world import World

T = TypeVar("T")
Act: TypeAlias = Generator[simpy.Event, object, T]
"""Something that takes a person time, and what comes of it."""

NO_ANSWER: Final = "The device does not react."
READING_TRIES_MAX: Final = 3
STROKE_POINTS: Final = 24


class Person:
    """Acts only through devices and across desks; decides by what is on the screen."""

    def __init__(self, world: World, name: str, chance: Random) -> None:
        self.world = world
        self.name = name
        self.env = world.env
        self.hands = world.hands
        self._attention = Attention(world.hands.stage)
        self.chance = chance
        self.habits = world.scenario.habits

    @property
    def now(self) -> Instant:
        return round(self.env.now)

    def wait(self, ms: int) -> Act[None]:
        """Time passes."""
        if ms > 0:
            yield self._attention.until(self.now + ms)

    def between(self, least_s: float, most_s: float) -> int:
        """A short while, in ms."""
        return round(self.chance.uniform(least_s, most_s) * SECOND)

    def look(self, seen: Callable[[], bool], patience: int, *where: Device | Bell) -> Act[bool]:
        """Look at these devices (and listen for these bells) until it is to be seen, at most so long."""
        return seen() or (yield from self.go_on_looking(seen, patience, *where))

    def go_on_looking(self, seen: Callable[[], bool], patience: int, *where: Device | Bell) -> Act[bool]:
        """It is not to be seen now: look again whenever something there changes."""
        until = self.now + patience
        attention = self._attention
        bells = [each if isinstance(each, Bell) else self.hands.news(each) for each in where]
        for bell in bells:
            bell.heed(attention)
        found, over = False, patience <= 0
        while not found and not over:
            yield attention.until(until)
            found, over = seen(), attention.drawn_at >= until
        for bell in bells:
            bell.forget(attention)
        return found

    def tap(self, device: Device, message: Touched, seen: Callable[[], bool]) -> Act[str]:
        """Touch, and look until it is to be seen; else the sentence that the device shows instead."""
        before = self._newest(device)
        self.hands.touch(device, message)
        yield from self.look(lambda: seen() or self._newest(device) != before, self.world.answer_ms, device)
        if seen():
            return ""
        newest = self._newest(device)
        return newest.words if newest is not None and newest != before else NO_ANSWER

    def say(self, device: Device, message: Touched) -> Act[str]:
        """Touch where nothing changes on the screen when it is believed: only a refusal is to be seen."""
        before = self._newest(device)
        self.hands.touch(device, message)
        yield from self.look(lambda: self._newest(device) != before, self.world.glance_ms, device)
        newest = self._newest(device)
        return newest.words if newest is not None and newest != before else ""

    def sign(self, device: Device, document: Callable[[], DocumentScreen | None], identified: Identified) -> Act[bool]:
        """Read a document to its end, and sign it if it wants ink; whether it was done."""
        for _ in range(READING_TRIES_MAX):
            shown = document()
            if shown is None or shown.stage is Stage.DONE:
                return shown is not None
            yield from self._read(device, document, shown)
            if (yield from self._write(device, document, shown, identified)):
                return True
        return False

    def _read(self, device: Device, document: Callable[[], DocumentScreen | None], shown: DocumentScreen) -> Act[None]:
        """Page by page, each for some seconds."""
        for page in range(shown.page, shown.pages + 1):
            yield from self.wait(self._page_ms(shown))
            if page < shown.pages:
                turn = TurnPage(request=shown.request)
                yield from self.tap(device, turn, lambda: (now := document()) is None or now.page > page)  # noqa: B023

    def _page_ms(self, shown: DocumentScreen) -> int:
        """A document to sign has its time by the scenario, on paper or PAD; what is only read takes seconds a page."""
        papers, switches = self.world.scenario.papers, self.world.scenario.switches
        whole = papers.pad_min if switches.e_sign else papers.paper_min
        if shown.document == "REPORT" or not whole:
            return max(PAGE_SEEN, self.between(*self.habits.read_page_s))
        return max(PAGE_SEEN, round(whole * MINUTE / shown.pages))

    def _write(
        self, device: Device, document: Callable[[], DocumentScreen | None], shown: DocumentScreen, who: Identified
    ) -> Act[bool]:
        """Agree and draw a name; a report is only read."""

        def at(stage: Stage) -> bool:
            now = document()
            return now is None or now.request != shown.request or now.stage is stage

        if shown.document == "REPORT":
            return not (yield from self.tap(device, FinishReading(request=shown.request), lambda: at(Stage.DONE)))
        if shown.stage is Stage.READING:
            consent = Consent(identified=who, request=shown.request)
            if (yield from self.tap(device, consent, lambda: at(Stage.AGREED))):
                return False
        yield from self.wait(self.between(*self.habits.sign_s))
        return not (yield from self.tap(device, Sign(self._name(), shown.request), lambda: at(Stage.DONE)))

    def _name(self) -> Strokes:
        """A few loops of a pen."""
        points = tuple(
            Point(x=10.0 + 6 * place, y=40.0 + self.chance.uniform(-20, 20), t_ms=60 * place)
            for place in range(STROKE_POINTS)
        )
        return (points,)

    def _newest(self, device: Device) -> Message | None:
        messages = self.hands.messages(device)
        return messages[-1] if messages else None

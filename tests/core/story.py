"""A shop to tell stories about: the sample layout, ten in the morning, and a pen for what happens."""

from pathlib import Path
from typing import TypeVar

import shopfloor
from shopfloor.contract.actor import MINUTE, Device, Instant, TimePassed
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.commands import Command
from shopfloor.contract.events import Event, Heard
from shopfloor.contract.facts import EventRefused, Fact
from shopfloor.contract.layout import Layout
from shopfloor.core.books import Books
from shopfloor.core.floor import Floor
from shopfloor.core.policies import Policy

C = TypeVar("C", bound=Command)
F = TypeVar("F", bound=Fact)

DATA = Path(shopfloor.__file__).parent / "data"
MORNING: Instant = 1_795_399_200_000
"""Monday 2026-11-23, 10:00 in the sample shop (UTC+8)."""


def sample_layout() -> Layout:
    lif = (DATA / "layouts" / "sample.lif.json").read_text(encoding="utf-8")
    side = (DATA / "layouts" / "sample.toml").read_text(encoding="utf-8")
    return Layout.from_texts(lif, side)


def demo_catalogue() -> Catalogue:
    return Catalogue.from_text((DATA / "catalogue.json").read_text(encoding="utf-8"))


LAYOUT = sample_layout()
CATALOGUE = demo_catalogue()


class Story:
    """One floor, driven by hand. ``outs`` holds everything said since the story began."""

    def __init__(self, policy: Policy | None = None, books: Books | None = None, layout: Layout = LAYOUT) -> None:
        self.floor = Floor(layout, CATALOGUE, policy or Policy(), books)
        self.now = MORNING
        self.outs: list[Command | Fact] = []

    @property
    def books(self) -> Books:
        return self.floor.books

    def say(self, device: Device, event: Event) -> list[Command | Fact]:
        """The device says this now; answers with what followed."""
        return self._keep(self.floor.handle(Heard(device=device, event=event), self.now))

    def refused(self, device: Device, event: Event) -> str:
        """The device says this and is refused: the code. The books must not have changed."""
        outs = self.say(device, event)
        refusals = [out for out in outs if isinstance(out, EventRefused)]
        assert len(refusals) == 1, f"{event} was believed: {outs}"
        assert refusals[0].reason
        return refusals[0].code

    def refused_or_none(self, device: Device, event: Event) -> str:
        """The device says this: the code if it is refused, else nothing."""
        refusals = [out for out in self.say(device, event) if isinstance(out, EventRefused)]
        return refusals[0].code if refusals else ""

    def believed(self, device: Device, event: Event) -> list[Command | Fact]:
        """The device says this and is believed."""
        outs = self.say(device, event)
        refusals = [out for out in outs if isinstance(out, EventRefused)]
        assert not refusals, refusals
        return outs

    def wait(self, ms: int) -> list[Command | Fact]:
        """Time passes, with a wake-up at each deadline on the way."""
        until = self.now + ms
        said: list[Command | Fact] = []
        while (deadline := self.floor.deadline) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            said += self._keep(self.floor.handle(TimePassed(), self.now))
        self.now = until
        return said

    def minutes(self, minutes: float) -> list[Command | Fact]:
        return self.wait(round(minutes * MINUTE))

    def noted(self, fact: Fact) -> list[Command | Fact]:
        """As if another room had noted this: the rooms that listen hear it, and choices follow."""
        floor = self.floor
        shop = floor._begin(self.now)
        shop.note(fact)
        floor._tell_rooms()
        floor._dispatch()
        return self._keep(shop.outs)

    def all(self, kind: type[F] | type[C]) -> list[F | C]:
        """Everything of this kind that was said, oldest first."""
        return [out for out in self.outs if isinstance(out, kind)]

    def last(self, kind: type[F] | type[C]) -> F | C:
        """The latest of this kind."""
        found = self.all(kind)
        assert found, f"no {kind.__name__} was said"
        return found[-1]

    def _keep(self, outs: list[Command | Fact]) -> list[Command | Fact]:
        self.outs += outs
        return outs

"""Dials: what a simulated body is like and what is wrong with it, as frozen structs, and how a person turns them.

A chance is per occasion. All the chances of an occasion are drawn every time, in the order in which they are written,
so that turning one dial does not change what the others do on that day.
"""

from collections.abc import Mapping
from random import Random
from typing import Annotated, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct, structs

D = TypeVar("D", bound=Struct)

Chance: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
"""Per occasion: 0 never, 1 always."""

Factor: TypeAlias = Annotated[float, Meta(gt=0, le=1000)]
"""1 is as it should be; 3 is three times as slow."""

Lapse: TypeAlias = Annotated[int, Meta(ge=0, le=86_400_000)]
"""Milliseconds of shop time."""


class Span(Struct, frozen=True):
    """A triangular time in milliseconds: least, most likely, longest."""

    least_ms: Lapse
    mode_ms: Lapse
    longest_ms: Lapse

    def draw(self, chance: Random, factor: float = 1.0) -> int:
        return round(chance.triangular(self.least_ms, self.longest_ms, self.mode_ms) * factor)


class BadDial(ValueError):
    """There is no such dial, or it cannot be turned so far; the message says what can be."""


def happenings(chance: Random, **dials: float) -> list[str]:
    """Which of these defects strike this time, in the order written."""
    return [name for name, dial in [(name, chance.random() < dial) for name, dial in dials.items()] if dial]


def turned(dials: D, name: str, text: str) -> D:
    """The same dials, one of them turned. ``text`` as typed: ``0.5``, ``none``, ``1000/2000/5000`` for a span."""
    known = structs.asdict(dials)
    if name not in known:
        raise BadDial(f"There is no dial {name!r}. There are: {', '.join(known) or 'none'}.")
    plain = msgspec.to_builtins(dials)
    plain[name] = _plain(known[name], text)
    try:
        return msgspec.convert(plain, type(dials), strict=False)
    except msgspec.ValidationError as fault:
        raise BadDial(f"{name}={text}: {fault}") from None


def set_up(kind: type[D], settings: Mapping[str, str]) -> D:
    """Dials as typed on a command line."""
    dials = kind()
    for name, text in settings.items():
        dials = turned(dials, name, text)
    return dials


def _plain(before: object, text: str) -> object:
    if text.lower() == "none":
        return None
    if not isinstance(before, Span):
        return text
    parts = text.split("/")
    if len(parts) != 3:
        raise BadDial(f"{text!r}: a span of time is least/likely/longest in milliseconds, for example 500/900/1600")
    return dict(zip(structs.asdict(before), parts, strict=True))

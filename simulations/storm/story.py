"""The last events of a bad day, as a person would tell them: who said what, what followed, and what was done to it.

The journal tells what was said and what was then so; the diary tells what was done to the shop. A violation names
things (a repair, a unit, a device): then only what is about those is told, if that is a story at all. Times are those
of the shop's clock, which somebody may have set wrong; what was done to the shop has the true time.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct, structs

from shopfloor.contract.actor import Instant
from shopfloor.contract.commands import Command, Work
from shopfloor.contract.events import EVENTS
from shopfloor.contract.facts import DeviceCameOnline, DeviceWentOffline, Fact, RobotMoved, RobotWayChanged
from shopfloor.service.entries import GENESIS_KIND, Entry
from shopfloor.service.reading import read_heard
from shopfloor.service.replay import TIME_PASSED, replay_all
from simulations.storm.bad_day import Played
from simulations.storm.diary import Happening

LAST: Final = 40
ENOUGH: Final = 5
"""Fewer lines about what is broken tell nothing; then all of the last ones are told."""
VALUE_MAX: Final = 60
"""Longer values (hashes, texts) are left out, and points in time, which nobody can read."""
INSTANTS_FROM: Final = 10**12
FOLLOWED_MAX: Final = 8
FAULT: Final = "⚡"
BROKEN: Final = "✗"
DULL: Final = (RobotMoved, RobotWayChanged, DeviceCameOnline, DeviceWentOffline)
"""Facts that are told only beside others."""

_THINGS: Final = re.compile(r"\b(?:[A-Z]{1,3}\d+|[A-Z0-9]+(?:-[A-Z0-9]+)+(?:#\d+)?|[a-z]+/[a-z0-9-]+|[a-z]+\d+\.\d+)\b")
"""Ids in a sentence: ``R12``, ``AST-M60-BAT#0001``, ``pad/d1``, ``c1.07``."""
_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Line(Struct, frozen=True):
    """One sentence of the story, and where it belongs."""

    entry: int
    at: Instant
    words: str
    is_dull: bool = False
    """Worth telling only to whoever asks about a thing that it names."""

    @property
    def is_a_fault(self) -> bool:
        return self.words.startswith(FAULT)


def story(played: Played, broken: str = "", last: int = LAST) -> list[str]:
    """Of a day whose files are still there: its last lines, oldest first; those about ``broken`` if there are any."""
    lines = _merged(_journaled(played), [_done(happening) for happening in played.shop.diary.happened])
    things = _THINGS.findall(broken.partition(":")[2])
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, things))})(?![\w#])") if things else None
    about = [line for line in lines if line.is_a_fault or (named is not None and named.search(line.words))]
    is_a_story = sum(not line.is_a_fault for line in about) >= ENOUGH
    told = about if is_a_story else [line for line in lines if not line.is_dull]
    offset = timedelta(minutes=played.shop.plan.layout.store.utc_offset_min)
    end = [Line(0, played.shop.stage.now, f"{BROKEN} {broken}")] if broken else []
    return [f"{_clock(line.at, offset)}  {line.words}" for line in (*told[-last:], *end)]


def _merged(told: list[Line], done: list[Line]) -> list[Line]:
    """In the order in which they came; what was done stands behind the entry that the journal had reached."""
    return sorted([*told, *done], key=lambda line: line.entry)


def _done(happening: Happening) -> Line:
    return Line(happening.entry, happening.at, f"{FAULT} {happening.words}")


def _journaled(played: Played) -> list[Line]:
    """Every entry that says something; as far as the journal can be replayed."""
    lines: list[Line] = []

    def hear(entry: Entry, outs: list[Command | Fact]) -> None:
        if entry.kind != GENESIS_KIND:
            lines.append(Line(entry.n, entry.at, _told(entry, outs), _is_dull(entry, outs)))

    try:
        replay_all(played.shop.office.disk.url, hear)
    except Exception as fault:  # noqa: BLE001 - a story of a broken shop ends where it is broken
        at = lines[-1] if lines else Line(0, played.shop.stage.now, "")
        lines.append(Line(at.entry, at.at, f"here the journal cannot be replayed any further: {fault}"))
    return lines


def _is_dull(entry: Entry, outs: list[Command | Fact]) -> bool:
    """A robot moves, a clock ticks, somebody is asked again."""
    facts = [out for out in outs if isinstance(out, Fact)]
    return entry.outcome == "accepted" and not entry.device and all(isinstance(fact, DULL) for fact in facts)


def _told(entry: Entry, outs: list[Command | Fact]) -> str:
    if entry.outcome != "accepted":
        return f"{_claim(entry)} → {entry.outcome}: {entry.reason or entry.code}"
    followed = [_sentence(out) for out in outs if isinstance(out, Fact)]
    followed += [f"{out.to} is asked: {_sentence(out)}" for out in outs if isinstance(out, Work)]
    more = [f"and {len(followed) - FOLLOWED_MAX} more"] if len(followed) > FOLLOWED_MAX else []
    return f"{_claim(entry)}{' → ' if followed else ''}{'; '.join((*followed[:FOLLOWED_MAX], *more))}"


def _claim(entry: Entry) -> str:
    if entry.kind == TIME_PASSED:
        return "time passes"
    if entry.outcome == "unreadable":
        return f"bytes that are no message: {entry.body[:VALUE_MAX]!r}"
    if entry.device:
        return f"{entry.device} says: {_sentence(msgspec.json.decode(entry.body, type=EVENTS[entry.kind]))}"
    heard = read_heard(entry.kind, entry.body)
    return f"{heard.device}: {_spoken(entry.kind)}"


def _sentence(said: Struct) -> str:
    """``PartArrived`` with its fields: ``part arrived (parts_order P3, desk d1)``."""
    fields = ", ".join(_fields(said))
    return f"{_spoken(type(said).__name__)}{f' ({fields})' if fields else ''}"


def _fields(said: Struct) -> Iterator[str]:
    for field in structs.fields(said):
        value = getattr(said, field.name)
        if value == field.default or isinstance(value, bool) or (isinstance(value, int) and value >= INSTANTS_FROM):
            continue
        if field.name != "to" and isinstance(value, int | str) and 0 < len(str(value)) <= VALUE_MAX:
            yield f"{field.name} {value}"


def _spoken(kind: str) -> str:
    return _WORDS.sub(" ", kind).lower()


def _clock(at: Instant, offset: timedelta) -> str:
    return (datetime.fromtimestamp(at / 1000, UTC) + offset).strftime("%H:%M:%S")

"""What is wrong with a layout, told so that its planner can mend it: which element, what is the matter, what to do."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Literal, TypeAlias

from msgspec import Struct

from shopfloor import Unusable

FLAWS_MAX = 20
"""So many flaws are told when a layout is refused; a planner mends those first."""

FINDINGS_MAX = 200
"""So many are looked for at all: a file of nothing but faults is no shop."""

Severity: TypeAlias = Literal["fault", "warning"]


class Flaw(Struct, frozen=True):
    """One thing wrong with a layout: which element, what is the matter with it, and what to do.

    A *fault* keeps the layout from being used; with a *warning* robots drive, but somebody should know.
    """

    element: str
    fault: str
    remedy: str
    severity: Severity = "fault"

    def __str__(self) -> str:
        return f"{self.element}: {self.fault}; {self.remedy}"


def warning(element: str, fault: str, remedy: str) -> Flaw:
    """A flaw that robots can live with."""
    return Flaw(element, fault, remedy, "warning")


class LayoutError(Unusable, ValueError):
    """A layout that cannot be used; ``flaws`` holds all that one pass has found, at most FLAWS_MAX."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__("\n".join(str(flaw) for flaw in flaws))
        self.flaws = flaws


def refuse(flaws: Iterable[Flaw]) -> None:
    """Raise LayoutError if there is any fault at all; warnings pass."""
    found = tuple(islice((flaw for flaw in flaws if flaw.severity == "fault"), FLAWS_MAX))
    if found:
        raise LayoutError(found)


def bounded(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    """Each flaw once, in the order found, at most FINDINGS_MAX of them, and fit for a terminal."""
    return tuple(dict.fromkeys(_printable(flaw) for flaw in islice(flaws, FINDINGS_MAX)))


def _printable(flaw: Flaw) -> Flaw:
    """A flaw quotes the file of a stranger, in whose ids may stand a line end or an order to a terminal."""
    return Flaw(_visible(flaw.element), _visible(flaw.fault), _visible(flaw.remedy), flaw.severity)


def _visible(words: str) -> str:
    if words.isprintable():
        return words
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in words)


def repeated(ids: Iterable[str]) -> list[str]:
    """The ids that occur more than once, in order."""
    return sorted(name for name, times in Counter(ids).items() if times > 1)


_PATH = re.compile(r"^(?P<fault>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_ID_KEYS = ("id", "nodeId", "edgeId", "stationId", "layoutId")
WHOLE = "the file"


def located(raw: object, complaint: str, inside: str = "") -> tuple[str, str]:
    """A validator's complaint about ``raw`` as (element, fault): ``nodes[3] 'n-4', nodePosition.x``, ``expected …``.

    ``inside`` is where ``raw`` itself stands in the file, told the same way: ``store``, ``desks[2] 'd3'``.
    """
    match = _PATH.match(complaint)
    assert match is not None
    path = ""
    for key, index in _STEP.findall(match["path"] or ""):
        raw = _inside(raw, key, index)
        path += f"[{index}]{called(raw)}" if index else f".{key}"
    element = f"{inside}{path}".replace("'.", "', ").replace("].", "], ").removeprefix(".")
    return element or WHOLE, match["fault"][:1].lower() + match["fault"][1:]


def _inside(raw: object, key: str, index: str) -> object:
    if isinstance(raw, dict):
        return raw.get(key)
    if isinstance(raw, list) and index.isdigit() and int(index) < len(raw):
        return raw[int(index)]
    return None


def called(raw: object) -> str:
    """`` 'n-4'`` for an element that tells its id, else nothing."""
    names = [raw[key] for key in _ID_KEYS if key in raw] if isinstance(raw, dict) else []
    return f" '{names[0]}'" if names else ""

"""What a page is made of, as data: notes, tables and pictures, in sections.

Whoever has something of its own to show says it with these; ``page`` draws them all alike. Every picture has a title, a
sentence that tells what is to be seen (its text for those who do not see it), and units on its axes.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from shopfloor.contract.layout import Layout


class Note(Struct, frozen=True):
    """A paragraph."""

    text: str


class Code(Struct, frozen=True):
    """What a person may copy into a terminal."""

    text: str


class Table(Struct, frozen=True, kw_only=True):
    """Rows of words. The first cell of a row is its header; numbers come already written with their units."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    """Columns to set right-aligned, from 0."""
    folded: bool = False
    """Behind a line that opens it: the numbers of a picture, or what few will read."""


class Mark(Struct, frozen=True, kw_only=True):
    """A named number with its interval. Without one (None) a hollow dot is drawn; a table beside it says why."""

    label: str
    estimate: float | None
    """None: nothing was measured, and nothing is drawn."""
    low: float | None = None
    high: float | None = None


class Intervals(Struct, frozen=True, kw_only=True):
    """Dots with bars, one row each; ``line`` is what they are read against (no difference, a target)."""

    title: str
    words: str
    x_label: str
    marks: tuple[Mark, ...]
    line: float | None = None
    line_words: str = ""


class Series(Struct, frozen=True, kw_only=True):
    """Points of one line; a None is a gap."""

    label: str
    xs: tuple[float, ...]
    ys: tuple[float | None, ...]
    look: Literal["line", "steps", "faint"] = "line"


class Curves(Struct, frozen=True, kw_only=True):
    """Lines in one frame. ``clock``: x is minutes after midnight, written 10:00."""

    title: str
    words: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    x_as: Literal["number", "clock"] = "number"
    y_as: Literal["number", "share"] = "number"
    lines: tuple[tuple[float, str], ...] = ()
    """Upright lines at x, with their words."""


class Bars(Struct, frozen=True, kw_only=True):
    """Shares of a whole by classes of equal width, one row a series, all rows on the same axes."""

    title: str
    words: str
    x_label: str
    y_label: str
    edges: tuple[float, ...]
    """One more than there are bars."""
    rows: tuple[tuple[str, tuple[float, ...]], ...]
    """Label, and a share for each bar."""
    lines: tuple[tuple[float, str], ...] = ()


class Cloud(Struct, frozen=True, kw_only=True):
    """Points of two numbers; ``box`` is a target (x from, x to, y from, y to)."""

    title: str
    words: str
    x_label: str
    y_label: str
    points: tuple[tuple[float, float], ...]
    box: tuple[float, float, float, float] | None = None
    box_words: str = ""


class FloorPlan(Struct, frozen=True, kw_only=True):
    """The shop as drawn, with what was driven and walked a day."""

    title: str
    words: str
    layout: Layout
    lanes: dict[str, float]
    """Edge → drives a day."""
    ways: dict[str, float]
    """Desk → walks to the counter and back, a day."""
    most: float
    """A day, of the widest line: the same on plans that are to be compared."""


class RobotThere(Struct, frozen=True, kw_only=True):
    """One robot at the moment of a picture."""

    name: str
    spot: tuple[float, float]
    """Of its centre, in metres."""
    radius_m: float
    claims: tuple[str, ...]
    """Nodes and lanes that are its own now."""
    way: tuple[str, ...]
    """Those that it means to drive after them."""


class FleetPlan(Struct, frozen=True, kw_only=True):
    """The shop as drawn, with its robots at one moment: what they claim, and where they mean to go."""

    title: str
    words: str
    layout: Layout
    robots: tuple[RobotThere, ...]


Picture: TypeAlias = Intervals | Curves | Bars | Cloud | FloorPlan | FleetPlan
Piece: TypeAlias = Note | Code | Table | Picture


class Section(Struct, frozen=True, kw_only=True):
    """A heading and what stands under it. ``anchor`` is its address on the page: small letters and hyphens."""

    anchor: str
    title: str
    pieces: tuple[Piece, ...]

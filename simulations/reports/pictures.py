"""Pieces that are pictures, drawn. One with nothing in it is not drawn, and the page tells it in words.

Series are told apart by dashes and markers as well as by colour.
"""

from itertools import pairwise
from math import isfinite
from typing import Final

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator, PercentFormatter

from simulations.reports.drawing import INK, PAPER, SERIES, SOFT, TARGET, canvas, svg_of
from simulations.reports.fleet_plan import fleet_plan
from simulations.reports.floor_plan import plan
from simulations.reports.pieces import Bars, Cloud, Curves, FleetPlan, FloorPlan, Intervals, Mark, Picture, Series
from simulations.reports.words import interval_words, number

MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
DASHES: Final[tuple[str | tuple[int, tuple[float, ...]], ...]] = (
    "-",
    (0, (5, 2)),
    (0, (1.5, 1.5)),
    (0, (6, 2, 1.5, 2)),
    (0, (3, 1)),
)
MARKERS_A_LINE: Final = 8
LABEL_CHARS: Final = 46
LINE_CHARS: Final = 52
"""Across a picture."""
CLOCK_STEPS_MIN: Final = 120

ROW: Final = 34
"""Units of height of one interval: a line of words, and the bar under it."""
AXIS: Final = 52
LEGEND_ROW: Final = 17
FRAME: Final = 190
BAR_ROW: Final = 92
HEADROOM: Final = 1.2
"""Times the highest value, so that the words of upright lines have room."""
AIR: Final = 1.04
"""The same where there are none."""


def drawn(picture: Picture, anchor: str) -> Markup | None:
    """The picture as SVG; None if there is nothing to draw."""
    match picture:
        case Intervals():
            return _intervals(picture, anchor)
        case Curves():
            return _curves(picture, anchor)
        case Bars():
            return _bars(picture, anchor)
        case Cloud():
            return _cloud(picture, anchor)
        case FloorPlan():
            return plan(picture, anchor)
        case FleetPlan():
            return fleet_plan(picture, anchor)


def _intervals(picture: Intervals, anchor: str) -> Markup | None:
    marks = [mark for mark in picture.marks if mark.estimate is not None]
    if not marks:
        return None
    with canvas(AXIS + ROW * len(marks)) as figure:
        axes = figure.subplots()
        for row, mark in enumerate(marks):
            _mark(axes, row, mark)
        axes.set_ylim(len(marks) - 0.45, -0.95)
        axes.set_yticks([])
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.08)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        if picture.line is not None:
            axes.axvline(picture.line, color=INK, linewidth=1, linestyle=(0, (4, 2)))
        axes.set_xlabel(_with_line(picture))
        return svg_of(figure, anchor, picture.title, picture.words)


def _mark(axes: Axes, row: int, mark: Mark) -> None:
    assert mark.estimate is not None
    colour = SERIES[row % len(SERIES)]
    face, value = "none", f"{number(mark.estimate)} (no interval)"
    if mark.low is not None and mark.high is not None:
        axes.plot([mark.low, mark.high], [row, row], color=colour, linewidth=2.2, marker="|", markersize=9)
        face, value = colour, interval_words(mark.estimate, mark.low, mark.high, "")
    axes.plot([mark.estimate], [row], color=colour, marker=MARKERS[row % len(MARKERS)], markersize=7, mfc=face)
    _over(axes, row, 0.0, shortened(mark.label, LINE_CHARS - len(value)), INK)
    _over(axes, row, 1.0, value, SOFT)


def _over(axes: Axes, row: int, x: float, words: str, colour: str) -> None:
    """Words above a row's bar, at the left (0) or the right end (1) of the frame."""
    text = axes.text(x, row - 0.3, words, transform=axes.get_yaxis_transform(), va="bottom", color=colour)
    text.set_horizontalalignment("right" if x else "left")
    text.set_bbox({"facecolor": PAPER, "lw": 0, "pad": 0.5})


def _with_line(picture: Intervals) -> str:
    return f"{picture.x_label}   (┆ {picture.line_words})" if picture.line_words else picture.x_label


def _curves(picture: Curves, anchor: str) -> Markup | None:
    most = max((y for series in picture.series for y in series.ys if y is not None and isfinite(y)), default=None)
    if most is None:
        return None
    with canvas(FRAME + LEGEND_ROW * len(picture.series)) as figure:
        axes = figure.subplots()
        colour = -1
        for series in picture.series:
            colour += series.look != "faint"
            _line(axes, series, max(colour, 0))
        _uprights(axes, picture.lines)
        axes.set_xlabel(picture.x_label)
        axes.set_ylabel(picture.y_label)
        axes.margins(x=0.01)
        axes.set_ylim(0, most * (HEADROOM if picture.lines else AIR) or 1.0)
        if picture.x_as == "clock":
            axes.set_xlim(*_whole_hours(picture.series))
            axes.xaxis.set_major_locator(MultipleLocator(CLOCK_STEPS_MIN))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda minutes, _: clock(minutes)))
        if picture.y_as == "share":
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        figure.legend(*_legend(axes, picture.series), loc="outside upper left", ncols=1, borderpad=0, handlelength=3.2)
        return svg_of(figure, anchor, picture.title, picture.words)


def _legend(axes: Axes, series: tuple[Series, ...]) -> tuple[list[Line2D], list[str]]:
    """Each line with its words, also those that Matplotlib would take for its own (they begin with an underscore)."""
    return axes.get_lines()[: len(series)], [shortened(one.label, LABEL_CHARS) for one in series]


def _whole_hours(series: tuple[Series, ...]) -> tuple[float, float]:
    minutes = [x for one in series for x in one.xs]
    return min(minutes) // 60 * 60, -(-max(minutes) // 60) * 60


def _line(axes: Axes, series: Series, colour: int) -> None:
    ys = [float("nan") if y is None else y for y in series.ys]
    faint = series.look == "faint"
    axes.plot(
        series.xs,
        ys,
        color=SERIES[colour % len(SERIES)],
        linestyle=(0, (1, 1.6)) if faint else DASHES[colour % len(DASHES)],
        linewidth=1.1 if faint else 1.8,
        marker="" if faint else MARKERS[colour % len(MARKERS)],
        markersize=4.5,
        markevery=max(1, len(ys) // MARKERS_A_LINE),
        drawstyle="steps-post" if series.look == "steps" else "default",
    )


def _bars(picture: Bars, anchor: str) -> Markup | None:
    rows = [(row, label, shares) for row, (label, shares) in enumerate(picture.rows) if any(shares)]
    if not rows:
        return None
    with canvas(AXIS + BAR_ROW * len(rows)) as figure:
        frames = figure.subplots(len(rows), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        widths = [high - low for low, high in pairwise(picture.edges)]
        for axes, (row, label, shares) in zip(frames, rows, strict=True):
            look = {"color": SERIES[row % len(SERIES)], "edgecolor": PAPER, "linewidth": 0.6}
            axes.bar(picture.edges[:-1], shares, width=widths, align="edge", **look)
            axes.set_title(shortened(label, LABEL_CHARS), loc="left", pad=3)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.yaxis.set_major_locator(MaxNLocator(3))
            axes.grid(visible=False, axis="x")
            _uprights(axes, picture.lines)
        frames[0].set_xlim(picture.edges[0], picture.edges[-1])
        frames[-1].set_xlabel(picture.x_label)
        figure.supylabel(picture.y_label, fontsize="medium")
        return svg_of(figure, anchor, picture.title, picture.words)


def _cloud(picture: Cloud, anchor: str) -> Markup | None:
    if not picture.points:
        return None
    with canvas(FRAME + 100) as figure:
        axes = figure.subplots()
        if picture.box is not None:
            left, right, low, high = picture.box
            axes.add_patch(Rectangle((left, low), right - left, high - low, facecolor=TARGET, edgecolor=INK, zorder=1))
            words = axes.text(left, high, picture.box_words, va="bottom", ha="left")
            words.set_bbox({"facecolor": PAPER, "lw": 0, "pad": 1})
        xs, ys = zip(*picture.points, strict=True)
        axes.plot(xs, ys, linestyle="", marker="o", markersize=3, color=SERIES[0], alpha=0.7)
        axes.set_xlabel(picture.x_label)
        axes.set_ylabel(picture.y_label)
        return svg_of(figure, anchor, picture.title, picture.words)


def _uprights(axes: Axes, lines: tuple[tuple[float, str], ...]) -> None:
    for x, words in lines:
        axes.axvline(x, color=INK, linewidth=1, linestyle=(0, (4, 2)))
        axes.text(x, 0.99, f"{words} ", transform=axes.get_xaxis_transform(), ha="right", va="top")


def clock(minutes: float) -> str:
    """Minutes after midnight as 10:00."""
    return f"{int(minutes) // 60 % 24:02d}:{int(minutes) % 60:02d}"


def shortened(label: str, chars: int) -> str:
    """On one line and at most so many characters, the rest in an ellipsis; tables have it whole."""
    line = " ".join(label.split())
    return line if len(line) <= chars else line[: chars - 1] + "…"

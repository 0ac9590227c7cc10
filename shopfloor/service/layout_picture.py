"""A picture of a layout for people: lanes with their direction, bays, stations by name, and the findings in red."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

from shopfloor.contract.flaws import Flaw
from shopfloor.contract.lif import Drawing
from shopfloor.contract.linter import Inspection
from shopfloor.contract.sidefile import Point, SideFile
from shopfloor.service.lanes_drawn import DrawnLane, arrow, drawn_lanes
from shopfloor.service.layout_places import Marked, Purpose, Spot, marked, node_spot, purposes, station_spot
from shopfloor.service.layout_told import counted

POINTS_A_METRE: Final = 44.0
INCH: Final = 72.0
MARGIN_M: Final = 0.8
SIDE_PT: Final = 18.0
TITLE_PT: Final = 42.0
LEGEND_PT: Final = 40.0
LINE_PT: Final = 14.5
WIDTH_PT_MIN: Final = 620.0
METRES_MAX: Final = 60.0
"""A larger floor is drawn smaller, not on a larger sheet."""
GLYPH_PT: Final = 4.9
"""Of an average letter in the list of findings."""

INK: Final = "#1b1f24"
SOFT: Final = "#59636e"
FLOOR: Final = "#f6f7f9"
WALL: Final = "#9aa4af"
LANE: Final = "#0a5ea8"
SWEPT: Final = "#b9d5ee"
EXCLUSIVE: Final = "#e0b04c"
FAULT: Final = "#c8102e"
WARNING: Final = "#b26a00"
ON_FOOT: Final = (0, (1, 2))
"""Dashes, in line widths."""
PAPER: Final = "#ffffff"

LOOKS: Final[dict[Purpose, tuple[str, str]]] = {
    "desk": ("#e9e2f5", "#6b4fa0"),
    "cabinet": ("#dcefe4", "#1d7a4c"),
    "receiving": ("#dcefe4", "#1d7a4c"),
    "park": ("#dbe8f4", LANE),
    "dock": ("#fdf0d0", "#9a6b00"),
    "other": ("#eceff2", SOFT),
}
"""Purpose of a station → face and edge of its box."""
BOX_M: Final[dict[Purpose, tuple[float, float]]] = {
    "desk": (1.25, 0.75),
    "cabinet": (0.9, 1.0),
    "receiving": (1.05, 0.6),
    "park": (0.44, 0.44),
    "dock": (0.44, 0.44),
    "other": (0.6, 0.5),
}
SIGN: Final[dict[Purpose, str]] = {"park": "P", "dock": "\N{HIGH VOLTAGE SIGN}"}
"""What stands in the box of a station whose name stands beside it."""
FRAME_M: Final = 0.08
"""From a box to the frame of its finding."""
NAME_M: Final = 0.62
"""From the middle of such a box to its name: clear of the robot that stands there."""


def write_picture(found: Inspection, name: str, path: Path) -> None:
    """SVG or PNG, by the ending of the path; the same layout gives the same bytes."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "DejaVu Sans", "font.size": 9}):
        metadata = {"Date": None} if path.suffix == ".svg" else {}
        picture(found, name).savefig(path, dpi=150, facecolor=PAPER, metadata=metadata)


def picture(found: Inspection, name: str) -> Figure:
    """The floor to scale, a legend, and the findings by number."""
    left, right, low, high = frame(found)
    scale = POINTS_A_METRE * min(1.0, METRES_MAX / max(right - left, high - low))
    plan_width, plan_height = (right - left) * scale, (high - low) * scale
    width = max(plan_width + 2 * SIDE_PT, WIDTH_PT_MIN)
    findings = marked(found)
    told = _wrapped(findings, width - 2 * SIDE_PT)
    below = LEGEND_PT + LINE_PT * (len(told) + 1 if told else 0)
    height = TITLE_PT + plan_height + below
    figure = Figure(figsize=(width / INCH, height / INCH))
    x = (width - plan_width) / 2
    axes = figure.add_axes((x / width, below / height, plan_width / width, plan_height / height))
    axes.set(xlim=(left, right), ylim=(low, high))
    axes.set_axis_off()
    _floor(axes, found.side)
    _lanes(axes, found, scale)
    _nodes(axes, found)
    _stations(axes, found.drawing, purposes(found.drawing, found.side), (low + high) / 2)
    _marks(axes, findings, purposes(found.drawing, found.side), scale)
    _scale_bar(axes, left, low)
    sheet = figure.add_axes((0, 0, 1, 1))
    sheet.set(xlim=(0, width), ylim=(0, height))
    sheet.set_axis_off()
    sheet.patch.set_visible(False)
    _title(sheet, name, found.flaws, height)
    _legend(sheet, found, below - LEGEND_PT / 2 - 4)
    _told(sheet, told, below - LEGEND_PT)
    return figure


def frame(found: Inspection) -> tuple[float, float, float, float]:
    """Left, right, low, high in metres, of everything that is drawn."""
    drawing = found.drawing
    spots = [node_spot(drawing, node) for node in drawing.nodes]
    spots += [station_spot(drawing, station) for station in drawing.stations.values()]
    if found.side is not None:
        spots += [(point.x, point.y) for point in found.side.places.hall]
    xs, ys = zip(*(spots or [(0.0, 0.0)]), strict=True)
    return min(xs) - MARGIN_M, max(xs) + MARGIN_M, min(ys) - MARGIN_M, max(ys) + MARGIN_M


# ── the floor ───────────────────────────────────────────────────────────────────────────────────


def _floor(axes: Axes, side: SideFile | None) -> None:
    if side is None:
        return
    hall = [(point.x, point.y) for point in side.places.hall]
    axes.add_patch(Polygon(hall, closed=True, facecolor=FLOOR, edgecolor=WALL, linewidth=2.0, zorder=0))
    for walk in side.walks:
        axes.plot(*_columns(walk.points), color=WALL, linewidth=1.0, linestyle=ON_FOOT, zorder=0.5)
    axes.plot(*_columns(side.places.seats), "o", ms=7, mfc=PAPER, mec=WALL, mew=1, zorder=0.6)
    for point, words in (
        (side.places.entrance, "entrance"),
        (side.places.queue_machine, "queue machine"),
        (side.places.call_display, "call display"),
        (side.places.parts_room, "parts room"),
    ):
        axes.plot([point.x], [point.y], "s", ms=6, mfc=PAPER, mec=SOFT, mew=1, zorder=0.7)
        axes.annotate(
            words,
            (point.x, point.y),
            (0, -7),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=8,
            color=SOFT,
        )


def _columns(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [point.x for point in points], [point.y for point in points]


def _lanes(axes: Axes, found: Inspection, scale: float) -> None:
    """Each lane on the strip that the widest robot sweeps: where two strips meet, robots wait for each other."""
    robots = found.side.robots if found.side is not None else ()
    swept = 2 * max((robot.radius_m for robot in robots), default=0.0) * scale
    exclusive = {name for names in (found.side.traffic.exclusive if found.side else ()) for name in names}
    for lane in drawn_lanes(found.drawing.nodes, found.drawing.edges.values()):
        xs, ys = zip(lane.start, lane.end, strict=True)
        if swept:
            axes.plot(xs, ys, color=SWEPT, alpha=0.33, linewidth=swept, solid_capstyle="round", zorder=1)
        if not exclusive.isdisjoint(lane.edges):
            axes.plot(xs, ys, color=EXCLUSIVE, alpha=0.5, linewidth=7, solid_capstyle="butt", zorder=1.5)
        axes.plot(xs, ys, color=LANE, linewidth=1.5, solid_capstyle="round", zorder=2)
        if lane.one_way:
            arrow(axes, lane, 8, LANE, LANE)
        else:
            _both_ways(axes, lane)


def _both_ways(axes: Axes, lane: DrawnLane) -> None:
    """Two small triangles, back to back."""
    for share, there in ((0.38, False), (0.62, True)):
        x = lane.start[0] + share * (lane.end[0] - lane.start[0])
        y = lane.start[1] + share * (lane.end[1] - lane.start[1])
        turn = lane.turn if there else lane.turn + 180
        axes.plot([x], [y], marker=(3, 0, turn), markersize=6.5, color=LANE, markeredgewidth=0, zorder=3.5)


def _nodes(axes: Axes, found: Inspection) -> None:
    drawing = found.drawing
    stops = {node for station in drawing.stations.values() for node in station.nodes}
    robots = found.side.robots if found.side is not None else ()
    radius = max((robot.radius_m for robot in robots), default=0.0)
    for node in drawing.nodes.values():
        x, y = node.position.x, node.position.y
        if node.id in stops and radius:
            standing = Circle((x, y), radius, facecolor="none", edgecolor=LANE, linewidth=0.8, linestyle=(0, (3, 2)))
            axes.add_patch(standing)
        axes.plot([x], [y], "o", ms=5, mfc=PAPER, mec=LANE, mew=1.3, zorder=4)
        if node.id not in stops:
            axes.annotate(node.id, (x, y), (4, 4), textcoords="offset points", fontsize=8, color=SOFT, zorder=6)


# ── stations ────────────────────────────────────────────────────────────────────────────────────


def _stations(axes: Axes, drawing: Drawing, uses: dict[str, Purpose], middle: float) -> None:
    for station in drawing.stations.values():
        at, purpose = station_spot(drawing, station), uses[station.id]
        stop = node_spot(drawing, station.stop)
        if at != stop:
            axes.plot(*zip(at, stop, strict=True), color=SOFT, linewidth=0.8, linestyle=(0, (1, 2)), zorder=3)
        face, edge = LOOKS[purpose]
        axes.add_patch(_box(at, BOX_M[purpose], 0.0, face, edge, 1.2, 5))
        _name(axes, station.id, at, purpose, above=at[1] >= middle)


def _box(
    at: Spot, size: tuple[float, float], more: float, face: str, edge: str, line: float, zorder: float
) -> FancyBboxPatch:
    """A rectangle with round corners about a spot, ``more`` metres larger on each side."""
    width, height = size[0] + 2 * more, size[1] + 2 * more
    corner = (at[0] - width / 2, at[1] - height / 2)
    style = "round,pad=0,rounding_size=0.08"
    return FancyBboxPatch(corner, width, height, style, facecolor=face, edgecolor=edge, linewidth=line, zorder=zorder)


def _name(axes: Axes, name: str, at: Spot, purpose: Purpose, *, above: bool) -> None:
    """In the box if there is room, else on the side away from the middle of the floor."""
    edge = LOOKS[purpose][1]
    if purpose in ("desk", "cabinet", "receiving"):
        size = 9 if purpose == "desk" else 7.5
        words = name.replace("-", "\n") if purpose == "cabinet" else name
        axes.text(*at, words, ha="center", va="center", fontweight="bold", fontsize=size, color=edge, zorder=7)
        return
    sign = SIGN.get(purpose, "")
    axes.text(*at, sign, ha="center", va="center", fontweight="bold", fontsize=9, color=edge, zorder=7)
    y = at[1] + (NAME_M if above else -NAME_M)
    axes.text(at[0], y, name, ha="center", va="center", fontsize=8.5, color=edge, zorder=7)


# ── findings ────────────────────────────────────────────────────────────────────────────────────


def _colour(flaw: Flaw) -> str:
    return FAULT if flaw.severity == "fault" else WARNING


def _marks(axes: Axes, findings: list[Marked], uses: dict[str, Purpose], scale: float) -> None:
    """A frame, a ring or a red lane, and beside it the number; several of one place in a row."""
    already: Counter[Spot] = Counter()
    for mark in findings:
        if mark.at is None:
            continue
        colour = _colour(mark.flaw)
        if mark.line is not None:
            axes.plot(*zip(*mark.line, strict=True), color=colour, linewidth=4, alpha=0.55, zorder=8)
        elif mark.station:
            axes.add_patch(_box(mark.at, BOX_M[uses[mark.station]], FRAME_M, "none", colour, 2.2, 8))
        else:
            axes.plot(*mark.at, marker="o", ms=0.9 * scale, mfc="none", mec=colour, mew=2, zorder=8, linestyle="")
        offset = (0.42 * scale + 15 * already[mark.at], 0.42 * scale)
        already[mark.at] += 1
        axes.annotate(
            str(mark.number),
            mark.at,
            offset,
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=8,
            fontweight="bold",
            color=PAPER,
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": colour, "edgecolor": PAPER, "linewidth": 1},
            zorder=10,
            annotation_clip=False,
        )


def _wrapped(findings: list[Marked], width_pt: float) -> list[tuple[str, str, str]]:
    """Lines of the list: number, words, colour."""
    lines: list[tuple[str, str, str]] = []
    for mark in findings:
        where = "" if mark.at is not None else " (not in the picture)"
        words = f"{mark.flaw}{where}"
        for at, line in enumerate(textwrap.wrap(words, int((width_pt - 24) / GLYPH_PT))):
            lines.append((str(mark.number) if at == 0 else "", line, _colour(mark.flaw)))
    return lines


def _told(sheet: Axes, told: list[tuple[str, str, str]], top: float) -> None:
    for at, (number, words, colour) in enumerate(told):
        y = top - LINE_PT * at - 2
        sheet.text(SIDE_PT + 14, y, number, ha="right", va="center", fontweight="bold", color=colour)
        sheet.text(SIDE_PT + 22, y, words, ha="left", va="center", color=INK, parse_math=False)


# ── around it ───────────────────────────────────────────────────────────────────────────────────


def _title(sheet: Axes, name: str, flaws: tuple[Flaw, ...], height: float) -> None:
    y = height - TITLE_PT / 2
    sheet.text(SIDE_PT, y, name, va="center", fontsize=12, fontweight="bold", color=INK, parse_math=False)
    faulty = any(flaw.severity == "fault" for flaw in flaws)
    colour = FAULT if faulty else WARNING if flaws else LOOKS["cabinet"][1]
    right = sheet.get_xlim()[1] - SIDE_PT
    sheet.text(right, y, counted(flaws), ha="right", va="center", fontsize=10, fontweight="bold", color=colour)


def _scale_bar(axes: Axes, left: float, low: float) -> None:
    x, y = left + MARGIN_M / 2, low + MARGIN_M / 2
    axes.plot([x, x + 1], [y, y], color=SOFT, linewidth=1.2, marker="|", markersize=6, zorder=9)
    axes.text(x + 1.12, y, "1 m", va="center", color=SOFT, fontsize=7, zorder=9)


def _legend(sheet: Axes, found: Inspection, y: float) -> None:
    """One row: how lanes, bays and kinds of stations look."""
    x = SIDE_PT
    sheet.plot([x, x + 30], [y, y], color=LANE, linewidth=1.5)
    sheet.plot([x + 15], [y], marker=(3, 0, -90), markersize=7, color=LANE)
    x = _word(sheet, x + 36, y, "one way")
    sheet.plot([x, x + 30], [y, y], color=LANE, linewidth=1.5)
    for at, turn in ((10, 90), (20, -90)):
        sheet.plot([x + at], [y], marker=(3, 0, turn), markersize=6.5, color=LANE, markeredgewidth=0)
    x = _word(sheet, x + 36, y, "both ways")
    if found.side is not None and found.side.robots:
        sheet.plot([x + 6, x + 24], [y, y], color=SWEPT, alpha=0.6, linewidth=12, solid_capstyle="round")
        x = _word(sheet, x + 38, y, "what a robot sweeps")
        sheet.plot([x + 8], [y], "o", ms=13, mfc="none", mec=LANE, mew=0.8, linestyle=(0, (3, 2)))
        x = _word(sheet, x + 20, y, "a robot in a bay")
    if found.side is not None:
        sheet.plot([x, x + 30], [y, y], color=WALL, linewidth=1.0, linestyle=ON_FOOT)
        x = _word(sheet, x + 36, y, "people walk")
    uses = purposes(found.drawing, found.side)
    for purpose, (face, edge) in LOOKS.items():
        if purpose in uses.values():
            box = FancyBboxPatch((x, y - 4.5), 12, 9, "round,pad=0,rounding_size=2", facecolor=face, edgecolor=edge)
            sheet.add_patch(box)
            x = _word(sheet, x + 17, y, "another station" if purpose == "other" else purpose)


def _word(sheet: Axes, x: float, y: float, words: str) -> float:
    """Write it and say where the next thing may begin."""
    sheet.text(x, y, words, va="center", color=SOFT, fontsize=9)
    return x + len(words) * GLYPH_PT + 20

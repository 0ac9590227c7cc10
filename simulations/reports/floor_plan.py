"""The shop as drawn, with the lanes that robots drove and the ways that people walked: the wider, the more of it."""

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from shopfloor.contract.layout import Layout
from shopfloor.service.lanes_drawn import DrawnLane, arrow, drawn_lanes
from simulations.reports.drawing import FAINT, INK, PAPER, ROBOT, SOFT, WALKER, canvas, svg_of
from simulations.reports.pieces import FloorPlan
from simulations.reports.ways import Spot, walked
from simulations.reports.words import number

WIDTH: Final = 760
MARGIN_M: Final = 0.6
THINNEST: Final = 1.0
WIDEST: Final = 9.0
ARROW: Final = 8
"""Points across a one-way lane's triangle."""
DESK_M: Final = (1.3, 0.8)
STAND_M: Final = 0.6
ON_FOOT: Final = (0, (0.6, 0.4))
UNUSED: Final = (0, (2, 2))
"""Dashes, in line widths."""
SCALE_BAR_M: Final = 5
LEGEND_HEIGHT: Final = 52
RIGHT_PART: Final = 0.75
"""Labels of places further right than this part of the hall are written to their left."""


class Stroke(DrawnLane, frozen=True):
    """A lane, both directions together, and how often it was driven."""

    times: float


def plan(picture: FloorPlan, anchor: str) -> Markup:
    """The plan as SVG: there is always something to see, the shop itself."""
    with canvas(height_of(picture.layout), WIDTH) as figure:
        axes = shop_on(figure, picture.layout)
        _ways(axes, picture)
        _lanes(axes, picture)
        figure.legend(handles=_legend(picture), loc="outside lower left", ncols=3, handlelength=3.4, borderpad=0)
        return svg_of(figure, anchor, picture.title, picture.words)


def height_of(layout: Layout) -> float:
    """Of a picture that is ``WIDTH`` wide, with room for a legend below."""
    left, right, low, high = _frame(layout)
    return WIDTH * (high - low) / (right - left) + LEGEND_HEIGHT


def shop_on(figure: Figure, layout: Layout) -> Axes:
    """Walls, furniture, people's places, in metres. What moves is drawn between floor (zorder 2) and furniture (4)."""
    axes = figure.subplots()
    left, right, low, high = _frame(layout)
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    axes.set_axis_off()
    hall = [(point.x, point.y) for point in layout.places.hall]
    axes.add_patch(Polygon(hall, closed=True, facecolor="none", edgecolor=SOFT, linewidth=1.5))
    _furniture(axes, layout)
    _people_places(axes, layout, left + (right - left) * RIGHT_PART)
    _scale_bar(axes, layout)
    return axes


def _frame(layout: Layout) -> tuple[float, float, float, float]:
    """Left, right, low, high."""
    xs, ys = zip(*_extent(layout), strict=True)
    return min(xs) - MARGIN_M, max(xs) + MARGIN_M, min(ys) - MARGIN_M, max(ys) + MARGIN_M


def strokes(layout: Layout, lanes: dict[str, float]) -> list[Stroke]:
    """What is drawn for the lanes, those that nobody drove first, so that the busy ones lie on top."""
    found = [
        Stroke(lane.start, lane.end, lane.edges, lane.one_way, sum(lanes.get(edge, 0.0) for edge in lane.edges))
        for lane in drawn_lanes(layout.nodes, layout.edges.values())
    ]
    return sorted(found, key=lambda stroke: (stroke.times, stroke.start, stroke.end))


def width_of(times: float, most: float) -> float:
    """Line width in units of the picture, in proportion to how often."""
    return THINNEST + (WIDEST - THINNEST) * min(1.0, times / most)


def _lanes(axes: Axes, picture: FloorPlan) -> None:
    for stroke in strokes(picture.layout, picture.lanes):
        (x1, y1), (x2, y2) = stroke.start, stroke.end
        if not stroke.times:
            axes.plot([x1, x2], [y1, y2], color=FAINT, linewidth=1.2, linestyle=UNUSED, zorder=2)
            continue
        width = width_of(stroke.times, picture.most)
        axes.plot([x1, x2], [y1, y2], color=ROBOT, linewidth=width, solid_capstyle="round", zorder=3)
        if stroke.one_way:
            arrow(axes, stroke, ARROW, ROBOT, PAPER)


def _ways(axes: Axes, picture: FloorPlan) -> None:
    for ((x1, y1), (x2, y2)), times in sorted(walked(picture.layout, picture.ways).items()):
        width = width_of(times, picture.most)
        axes.plot([x1, x2], [y1, y2], color=WALKER, linewidth=width, linestyle=ON_FOOT, zorder=2.5)


def _furniture(axes: Axes, layout: Layout) -> None:
    desks = {desk.station: desk.id for desk in layout.desks.values()}
    ports = dict.fromkeys(
        port for cabinet in layout.cabinets.values() for port in (cabinet.outlet_station, cabinet.inlet_station)
    )
    for cabinet in layout.cabinets.values():
        _cabinet(axes, cabinet.id, [_station(layout, cabinet.outlet_station), _station(layout, cabinet.inlet_station)])
    for station in layout.stations.values():
        at = _station(layout, station.id)
        if station.id in desks:
            _box(axes, at, DESK_M)
            axes.text(*at, desks[station.id], ha="center", va="center", fontweight="bold", zorder=5)
        elif station.id not in ports:
            _box(axes, at, (STAND_M, STAND_M))
            _name_of(axes, at, station.id)


def _name_of(axes: Axes, at: Spot, name: str) -> None:
    """On the side away from the middle of the plan, where fewer lanes are."""
    x, y = at
    below = y < sum(axes.get_ylim()) / 2
    drop = -STAND_M / 2 - 0.1 if below else STAND_M / 2 + 0.1
    axes.text(x, y + drop, name, ha="center", va="top" if below else "bottom", zorder=5)


def _cabinet(axes: Axes, name: str, ports: list[Spot]) -> None:
    xs, ys = zip(*ports, strict=True)
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    tall = max(ys) - min(ys) >= max(xs) - min(xs)
    _box(axes, middle, (max(xs) - min(xs) + 1.0, max(ys) - min(ys) + 1.0))
    turn = 90 if tall else 0
    axes.text(*middle, f"cabinet {name}", rotation=turn, ha="center", va="center", fontweight="bold", zorder=5)


def _box(axes: Axes, middle: Spot, size: tuple[float, float]) -> None:
    (x, y), (width, height) = middle, size
    corner = (x - width / 2, y - height / 2)
    axes.add_patch(Rectangle(corner, width, height, facecolor=PAPER, edgecolor=INK, linewidth=1.2, zorder=4))


def _people_places(axes: Axes, layout: Layout, right_of: float) -> None:
    places = layout.places
    axes.plot(
        *_columns([(seat.x, seat.y) for seat in places.seats]), linestyle="", color=SOFT, mfc=PAPER, marker="o", ms=7
    )
    rows = (
        (places.entrance, "entrance", "<"),
        (places.queue_machine, "queue machine", "s"),
        (places.call_display, "call display", "s"),
        (places.parts_room, "parts\nroom", "D"),
    )
    for at, words, marker in rows:
        axes.plot([at.x], [at.y], linestyle="", color=INK, mfc=PAPER, marker=marker, ms=8, zorder=5)
        left = at.x > right_of
        offset = (-8, 0) if left else (0, -8)
        axes.annotate(
            words,
            (at.x, at.y),
            offset,
            textcoords="offset points",
            ha="right" if left else "center",
            va="center" if left else "top",
            zorder=6,
        )


def _scale_bar(axes: Axes, layout: Layout) -> None:
    x, y = min(point.x for point in layout.places.hall), min(point.y for point in layout.places.hall)
    x, y = x + 0.4, y + 0.45
    axes.plot([x, x + SCALE_BAR_M], [y, y], color=INK, linewidth=1.5, marker="|", markersize=7)
    axes.text(x + SCALE_BAR_M / 2, y + 0.1, f"{SCALE_BAR_M} m", ha="center", va="bottom")


def _legend(picture: FloorPlan) -> list[Line2D]:
    handles = []
    for part in (1.0, 0.25):
        words = f"robots: {number(picture.most * part)} drives a day"
        handles.append(Line2D([], [], color=ROBOT, linewidth=width_of(part, 1.0), label=words))
    handles.append(Line2D([], [], color=FAINT, linewidth=1.2, linestyle=UNUSED, label="lane never driven"))
    for part in (1.0, 0.25):
        words = f"on foot: {number(picture.most * part)} ways a day"
        width = width_of(part, 1.0)
        handles.append(Line2D([], [], color=WALKER, linewidth=width, linestyle=ON_FOOT, label=words))
    seats = f"seat ({len(picture.layout.places.seats)})"
    handles.append(Line2D([], [], linestyle="", marker="o", color=SOFT, markerfacecolor="none", label=seats))
    return handles


def _extent(layout: Layout) -> Iterator[Spot]:
    yield from ((point.x, point.y) for point in layout.places.hall)
    yield from ((node.position.x, node.position.y) for node in layout.nodes.values())


def _station(layout: Layout, name: str) -> Spot:
    station = layout.stations[name]
    at = station.position or layout.nodes[station.stop].position
    return (at.x, at.y)


def node_spot(layout: Layout, name: str) -> Spot:
    """Where it lies."""
    position = layout.nodes[name].position
    return (position.x, position.y)


def _columns(spots: list[Spot]) -> tuple[list[float], list[float]]:
    return [x for x, _ in spots], [y for _, y in spots]

"""The shop as drawn, with its robots at one moment: each in a colour of its own, with what it claims and its way."""

from itertools import pairwise
from typing import Final

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from shopfloor.contract.layout import Layout
from simulations.reports.drawing import FAINT, INK, PAPER, SERIES, canvas, svg_of
from simulations.reports.floor_plan import WIDTH, height_of, node_spot, shop_on, strokes
from simulations.reports.pieces import FleetPlan, RobotThere
from simulations.reports.ways import Spot

CLAIM: Final = 9.0
NODE: Final = 11.0
WAY: Final = 1.8
"""Line widths, and the size of a claimed node."""
DASHES: Final = (0, (3, 2))
BESIDE_M: Final = 0.13
"""Ways of several robots along one lane are drawn side by side."""


def fleet_plan(picture: FleetPlan, anchor: str) -> Markup:
    """The plan as SVG."""
    layout = picture.layout
    with canvas(height_of(layout), WIDTH) as figure:
        axes = shop_on(figure, layout)
        for stroke in strokes(layout, {}):
            xs, ys = zip(stroke.start, stroke.end, strict=True)
            axes.plot(xs, ys, color=FAINT, linewidth=1.2, zorder=2)
        for number, robot in enumerate(picture.robots):
            colour = SERIES[number % len(SERIES)]
            _claims(axes, layout, robot, colour)
            _way(axes, layout, robot, colour, (number - (len(picture.robots) - 1) / 2) * BESIDE_M)
            _robot(axes, robot, colour)
        figure.legend(handles=_legend(picture), loc="outside lower left", ncols=4, handlelength=3.4, borderpad=0)
        return svg_of(figure, anchor, picture.title, picture.words)


def _claims(axes: Axes, layout: Layout, robot: RobotThere, colour: str) -> None:
    for element in robot.claims:
        if element in layout.edges:
            edge = layout.edges[element]
            xs, ys = zip(node_spot(layout, edge.start), node_spot(layout, edge.end), strict=True)
            axes.plot(xs, ys, color=colour, linewidth=CLAIM, alpha=0.45, solid_capstyle="butt", zorder=2.6)
        else:
            axes.plot(*node_spot(layout, element), marker="o", markersize=NODE, color=colour, alpha=0.45, zorder=2.6)


def _way(axes: Axes, layout: Layout, robot: RobotThere, colour: str, beside_m: float) -> None:
    nodes = [node_spot(layout, element) for element in (*robot.claims[-1:], *robot.way) if element in layout.nodes]
    for start, end in pairwise(nodes):
        xs, ys = zip(*_beside(start, end, beside_m), strict=True)
        axes.plot(xs, ys, color=colour, linewidth=WAY, linestyle=DASHES, zorder=4.5)
    if len(nodes) > 1:
        axes.plot(*nodes[-1], marker="X", markersize=8, color=colour, markeredgecolor=PAPER, zorder=6)


def _beside(start: Spot, end: Spot, away_m: float) -> tuple[Spot, Spot]:
    """The same line, moved in x and y: ways there and back then lie on each other, those of two robots do not."""
    return (start[0] + away_m, start[1] + away_m), (end[0] + away_m, end[1] + away_m)


def _robot(axes: Axes, robot: RobotThere, colour: str) -> None:
    axes.add_patch(Circle(robot.spot, robot.radius_m, facecolor=PAPER, edgecolor=colour, linewidth=2.4, zorder=7))
    axes.text(*robot.spot, robot.name, ha="center", va="center", fontweight="bold", color=INK, zorder=8)


def _legend(picture: FleetPlan) -> list[Line2D]:
    handles = []
    for number, robot in enumerate(picture.robots):
        colour = SERIES[number % len(SERIES)]
        handles.append(Line2D([], [], color=colour, linewidth=CLAIM, alpha=0.45, label=f"{robot.name} claims"))
    handles.append(Line2D([], [], color=INK, linewidth=WAY, linestyle=DASHES, label="the way it has planned …"))
    handles.append(Line2D([], [], color=INK, linestyle="", marker="X", markersize=8, label="… and where it rests then"))
    return handles

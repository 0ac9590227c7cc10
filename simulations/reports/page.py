"""The page of an experiment: one HTML file that needs no network and no script, on a screen or printed."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup
from msgspec import Struct

from simulations.reports.experiment import Experiment
from simulations.reports.limits import limits_of
from simulations.reports.pictures import drawn
from simulations.reports.pieces import Code, FleetPlan, FloorPlan, Note, Piece, Section, Table
from simulations.reports.sections import sections_of

HERE: Final = Path(__file__).parent
BROKEN_SHOWN: Final = 10

PAGES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Shown(Struct, frozen=True, kw_only=True):
    """A piece as the template takes it."""

    kind: str
    """``note``, ``code``, ``table``, ``picture`` (several stand in a row) or ``plan``."""
    anchor: str
    piece: Piece
    svg: Markup | None = None
    """None for a picture: there was nothing to draw."""


def page(experiment: Experiment) -> str:
    """The whole file, with all that days of a shop have to show. Equal experiments give equal text."""
    return _page(experiment, sections_of(experiment), limits_of(experiment))


def page_of_its_own(experiment: Experiment) -> str:
    """The same for an experiment that played no days of a shop: its own sections and limits only."""
    return _page(experiment, experiment.sections, experiment.limits)


def _page(experiment: Experiment, its: Sequence[Section], limits: Sequence[str]) -> str:
    sections = [(section, _rows_of(section)) for section in its]
    broken = [f"{one.scenario.name}, {words}" for one in experiment.played for words in one.broken]
    return PAGES.get_template("page.html.jinja").render(
        experiment=experiment,
        sections=sections,
        limits=limits,
        broken=broken[:BROKEN_SHOWN],
        broken_count=len(broken),
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 (our own file)
    )


def _rows_of(section: Section) -> list[tuple[str, list[Shown]]]:
    """The pieces of a section, pictures that follow each other in one row."""
    shown = [_shown(piece, f"{section.anchor}-{number}") for number, piece in enumerate(section.pieces, start=1)]
    return [(kind, list(row)) for kind, row in groupby(shown, key=lambda one: one.kind)]


def _shown(piece: Piece, anchor: str) -> Shown:
    match piece:
        case Note():
            return Shown(kind="note", anchor=anchor, piece=piece)
        case Code():
            return Shown(kind="code", anchor=anchor, piece=piece)
        case Table():
            return Shown(kind="table", anchor=anchor, piece=piece)
        case FloorPlan() | FleetPlan():
            return Shown(kind="plan", anchor=anchor, piece=piece, svg=drawn(piece, anchor))
        case _:
            return Shown(kind="picture", anchor=anchor, piece=piece, svg=drawn(piece, anchor))

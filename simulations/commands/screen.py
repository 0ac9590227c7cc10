"""Findings in a terminal: the answer first, then the tables."""

from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulations.experiments.finding import Difference, Estimate, Finding, Measured, Part, Selection
from simulations.experiments.words import name_of
from simulations.reports.words import NOTHING, number

PIPE_WIDTH: Final = 160
"""Where nobody resizes a window."""
PARTS: Final[dict[Part, str]] = {"mean": "mean", "p50": "half within", "p90": "nine in ten within"}
MARKS: Final = "†‡§¶"


def screen() -> Console:
    """Standard output: as wide as the window, and wide in a pipe."""
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=PIPE_WIDTH)


def table(title: str, *head: str) -> Table:
    """As all tables here look."""
    return Table(
        *head,
        title=title,
        title_justify="left",
        title_style="bold",
        caption_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )


def show(finding: Finding) -> None:
    """All that a person at a terminal wants to know."""
    console = screen()
    console.print(Text(finding.answer, style="bold"))
    console.print()
    if finding.selection is not None:
        console.print(_choice(finding.selection))
    if finding.differences:
        console.print(_differences(finding.differences))
    console.print(_figures(finding))
    for remark in finding.remarks:
        console.print(Text(f"· {remark}", style="dim"))
    console.print(Text(f"\nThe same again: {finding.command}\nDigest of all days: {finding.digest}", style="dim"))


class Notes:
    """What stands once below a table instead of in each of its cells."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}

    def cell(self, found: Estimate | None) -> str:
        """A number with its interval, or with a mark."""
        if found is None or found.value is None:
            return NOTHING
        if found.low is None or found.high is None:
            mark = self._marks.setdefault(found.note, MARKS[len(self._marks) % len(MARKS)])
            return f"{number(found.value)} {mark}"
        return f"{number(found.value)} ({number(found.low)} to {number(found.high)})"

    def below(self) -> str:
        return "\n".join(f"{mark} {note}" for note, mark in self._marks.items())


def _figures(finding: Finding) -> Table:
    head = [f"{shop.name} ({shop.days} days)" for shop in finding.shops]
    grid = table("Figures, with their 95 % intervals", "figure", "", "unit", *head)
    notes = Notes()
    for rows in zip(*(shop.figures for shop in finding.shops), strict=True):
        for part in ("mean", *rows[0].quantiles):
            first, words = (name_of(rows[0].figure) if part == "mean" else ""), PARTS[part]
            grid.add_row(first, words, rows[0].unit, *(notes.cell(_part(row, part)) for row in rows))
    grid.caption = notes.below()
    return grid


def _part(row: Measured, part: Part) -> Estimate | None:
    return row.mean if part == "mean" else row.quantiles.get(part)


def _differences(differences: list[Difference]) -> Table:
    base = differences[0].base
    grid = table(f"Less {base}, on the same days", "figure", "", "unit", "shop", "difference", "what may be said")
    grid.add_column("days without pairing", justify="right")
    notes = Notes()
    for one in differences:
        worth = f"× {one.variance_ratio:.1f}" if one.variance_ratio is not None else ""
        found = notes.cell(one.difference)
        grid.add_row(name_of(one.kpi), PARTS[one.part], one.unit, one.shop, found, one.verdict, worth)
    grid.caption = notes.below()
    return grid


def _choice(selection: Selection) -> Table:
    grid = table(f"The best in {name_of(selection.kpi)}", "shop", "", "days played")
    grid.columns[2].justify = "right"
    alike = "not to be told from the best" if selection.best else "not to be told apart"
    placed = [(name, "best" if name == selection.best else alike) for name in selection.alike]
    placed += [(name, "worse") for name in selection.worse]
    for name, words in placed:
        grid.add_row(name, words, str(selection.days[name]))
    return grid

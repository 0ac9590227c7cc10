"""A prediction in a terminal: the answer, then what must be said beside it, then the tables."""

from rich.table import Table
from rich.text import Text

from simulations.commands.screen import Notes, screen, table
from simulations.experiments.finding import Estimate
from simulations.experiments.words import name_of
from simulations.prediction.found import Attributed, Chances, Pair, Predicted, Quantiles, Read, row_of
from simulations.prediction.told import method_words, percent
from simulations.reports.words import NOTHING, number


def show(predicted: Predicted) -> None:
    """All that a person at a terminal wants to know."""
    console = screen()
    console.print(Text(predicted.finding.answer, style="bold"))
    for sentence in predicted.sentences:
        console.print(Text(f"· {sentence}"))
    console.print()
    console.print(_clocks(predicted.readings))
    for read in predicted.readings[:1]:
        if read.pair is not None:
            console.print(_efficiency(read.pair, predicted.protocol.chosen))
            console.print(_costs(read.pair))
    for read in predicted.readings:
        if read.chances is not None:
            console.print(_chances(read.reading.letter, read.chances, predicted.protocol.chosen))
    console.print(_cells(predicted.attributed))
    console.print(_credits(predicted.attributed))
    for remark in predicted.finding.remarks[len(predicted.sentences) :]:
        console.print(Text(f"· {remark}", style="dim"))
    found = predicted.finding
    last = f"\nProtocol {predicted.protocol_hash}\nProgram  {found.program}\nThe same again: {found.command}"
    console.print(Text(last, style="dim"))


def _clocks(reads: list[Read]) -> Table:
    grid = table("Repair time in minutes, by each reading", "reading", "", "scale", "before", "after", "saving")
    notes = Notes()
    for read in reads:
        name = f"{read.reading.letter}: {read.reading.clock}, {read.reading.words}"
        if read.pair is None:
            grid.add_row(name, "", NOTHING, "; ".join(read.fit.flaws))
            continue
        before, after = (row_of(rows, read.reading.figure) for rows in (read.pair.before, read.pair.after))
        cells = (notes.cell(one) for one in (before.mean, after.mean, read.pair.saving))
        grid.add_row(name, "mean", f"{read.fit.scale:.3f}", *cells)
        tails = (notes.cell(one) for one in (before.quantiles["p90"], after.quantiles["p90"], read.pair.saving_p90))
        grid.add_row("", "nine in ten within", "", *tails)
    grid.caption = notes.below()
    return grid


def _efficiency(pair: Pair, chosen: str) -> Table:
    grid = table("Parts efficiency", "definition", "", "before", "after", "times better")
    notes = Notes()
    for one in pair.efficiency:
        is_chosen = one.definition.letter == chosen
        grid.add_row(
            f"{one.definition.letter}: {one.definition.words}{', chosen before the run' if is_chosen else ''}",
            one.before.unit,
            *(notes.cell(found) for found in (one.before.mean, one.after.mean, one.ratio)),
        )
    grid.caption = notes.below()
    return grid


def _costs(pair: Pair) -> Table:
    grid = table("Beside what is gained", "what", "unit", "before", "after")
    notes = Notes()
    for row in pair.costs:
        grid.add_row(row.words, row.unit, notes.cell(row.before), notes.cell(row.after))
    grid.caption = notes.below()
    return grid


def _chances(letter: str, chances: Chances, chosen: str) -> Table:
    title = f"Reading {letter}: what the ranges allow ({chances.feasible} feasible of {chances.drawn} draws)"
    grid = table(title, "outcome", "2.5 %", "25 %", "50 %", "75 %", "97.5 %", "share of hits", "moved most by")
    shares = [NOTHING if one is None else percent(one) for one in (chances.hits_time, chances.hits_ratio)]
    both = "" if chances.hits_both is None else f"Both hit: {percent(chances.hits_both)}. "
    drivers = [", ".join(f"{one.name} {number(one.coefficient)}" for one in found.sure()) for found in chances.drivers]
    grid.add_row("time after, min", *_quantiles(chances.after), shares[0], "")
    grid.add_row("saving, min", *_quantiles(chances.saving), "", drivers[0])
    grid.add_row(f"{chosen}, times", *_quantiles(chances.ratio), shares[1], drivers[1])
    grid.caption = f"{both}Moved most: {method_words(chances.drivers[0])}."
    return grid


def _quantiles(found: Quantiles) -> list[str]:
    cells = (found.q025, found.q25, found.q50, found.q75, found.q975)
    return [NOTHING if cell is None else number(cell) for cell in cells]


def _cells(credit: Attributed) -> Table:
    grid = table(
        "All combinations of the four switches", "", "what is on", "mean, min", "less the counter", "lines/h (D1)"
    )
    notes = Notes()
    for cell in credit.cells:
        cells = (notes.cell(one) for one in (cell.time.mean, cell.less_counter, cell.parts.mean))
        grid.add_row(cell.letters or NOTHING, cell.name, *cells)
    grid.caption = notes.below()
    return grid


def _credits(credit: Attributed) -> Table:
    grid = table(f"Whose doing it is: change of {name_of(credit.figure)}, min", "switch", "share", "alone", "last")
    notes = Notes()
    for one in credit.credits:
        grid.add_row(f"{one.letter} {name_of(one.switch)}", *map(notes.cell, (one.share, one.alone, one.last)))
    nothing: Estimate | None = None
    grid.add_row("all four", notes.cell(credit.total), notes.cell(nothing), notes.cell(nothing))
    grid.caption = notes.below()
    return grid

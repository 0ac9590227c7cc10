"""What a campaign has shown, for a person at a terminal."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulations.commands.screen import table
from simulations.storm.bad_day import Verdict
from simulations.storm.campaign import Found
from simulations.storm.goals import BY_NAME, DEMANDED_FROM, GOALS, ROWS
from simulations.storm.shrink import Shrunk

SEEDS_NAMED: Final = 8


def print_found(found: Found, console: Console) -> None:
    """The answer first, then figures, promises, goals."""
    console.print(Text(_answer(found), style="bold"))
    console.print()
    console.print(_figures(found))
    console.print(f"Deaths of the coordinator: {_deaths(found)}", soft_wrap=True)
    if found.promises:
        console.print(_promises(found))
    _print_goals(found, console)
    console.print(Text(f"Digest of all days: {found.digest}", style="dim"))


def print_failure(failure: Verdict, line: str, console: Console) -> None:
    """What is broken, and what to type to see it again."""
    console.print(Text(f"Seed {failure.seed}:", style="bold red"))
    for words in failure.broken:
        console.print(f"  {words}", soft_wrap=True)
    console.print(f"  again: {line}", soft_wrap=True)


def print_shrunk(small: Shrunk, console: Console) -> None:
    """The smallest day that still breaks it."""
    tickets, kinds = small.asked.tickets, small.asked.only
    faults = "all its faults" if kinds is None else some(len(kinds), "kind of faults", "kinds of faults")
    console.print(Text(f"  shrunk: {small.line}", style="bold"), soft_wrap=True)
    console.print(f"    {some(tickets, 'ticket', 'tickets')}, {faults}, found in {some(small.plays, 'play', 'plays')}")
    console.print(f"    {small.words}", soft_wrap=True)


def some(number: int, one: str, many: str) -> str:
    """``1 ticket``, ``2 tickets``, ``no tickets``."""
    return f"{number or 'no'} {one if number == 1 else many}"


def print_story(lines: Sequence[str], console: Console) -> None:
    for line in lines:
        console.print(f"    {line}", soft_wrap=True)
    console.print()


def _answer(found: Found) -> str:
    seeds = len(found.verdicts)
    if found.failures:
        broken = f"{len(found.failures)} of {seeds} seeds break a promise: {', '.join(found.promises)}"
    else:
        played = f"{some(seeds, 'seed', 'seeds')}, {some(found.tickets, 'ticket', 'tickets')}"
        broken = f"{played}: no promise broken, nothing stuck"
    if found.too_few_tickets:
        broken += f"; too few tickets in {_seeds(found.too_few_tickets)}"
    if found.goals_demanded and found.never:
        broken += f"; {len(found.never)} of {len(GOALS)} goals never reached"
    return f"{broken}."


def _figures(found: Found) -> Table:
    verdicts = found.in_order
    grid = table("", "figure", "")
    grid.columns[1].justify = "right"
    pace = len(verdicts) / found.wall_s if found.wall_s else 0.0
    rows = (
        ("seeds", f"{len(verdicts)}"),
        ("tickets", f"{found.tickets} (at least {min((each.tickets for each in verdicts), default=0)} a seed)"),
        ("journal entries", f"{sum(each.entries for each in verdicts)}"),
        ("seeds that broke a promise", f"{len(found.failures)}"),
        ("goals reached", f"{len(GOALS) - len(found.never)} of {len(GOALS)}"),
        ("rows of the lifecycles walked", f"{len(ROWS) - len(found.rows_never)} of {len(ROWS)}"),
        ("time", f"{found.wall_s:.0f} s, {pace:.2f} seeds/s, {found.jobs} jobs on {found.cores} cores"),
    )
    for row in rows:
        grid.add_row(*row)
    return grid


def _deaths(found: Found) -> str:
    """By seam. A tail tells what became of a death, it is none."""
    where = {name: times for name, times in sorted(found.deaths.items()) if not name.startswith("tail ")}
    if not where:
        return "none"
    return f"{sum(where.values())}: {', '.join(f'{name} {times}' for name, times in where.items())}"


def _promises(found: Found) -> Table:
    grid = table("Broken promises", "promise", "seeds", "which")
    for promise, seeds in found.promises.items():
        grid.add_row(promise, f"{len(seeds)}", _seeds(seeds))
    return grid


def _seeds(seeds: Sequence[int]) -> str:
    more = f" and {len(seeds) - SEEDS_NAMED} more" if len(seeds) > SEEDS_NAMED else ""
    return ", ".join(str(seed) for seed in seeds[:SEEDS_NAMED]) + more


def _print_goals(found: Found, console: Console) -> None:
    seeds = len(found.verdicts)
    if found.never:
        style = "bold red" if found.goals_demanded else "bold"
        note = "" if found.goals_demanded else f" (demanded from {DEMANDED_FROM} seeds with all faults on)"
        console.print(Text(f"Not reached in {some(seeds, 'seed', 'seeds')}{note}:", style=style))
        for name in found.never:
            console.print(f"  {name}: {BY_NAME[name].words}")
    rare = sorted((times, name) for name, times in found.goals.items() if times)[:SEEDS_NAMED]
    if rare:
        console.print(f"Rarest: {', '.join(f'{name} ({times})' for times, name in rare)}", soft_wrap=True)
    if found.rows_never:
        console.print(f"Rows never walked, for information: {' '.join(found.rows_never)}", soft_wrap=True)

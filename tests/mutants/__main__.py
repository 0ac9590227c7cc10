"""``python -m tests.mutants``: measure the tests with bugs that they are meant to find."""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TimeElapsedColumn
from rich.table import Table

from tests.mutants.catalogue import MUTANTS, by_names
from tests.mutants.mutant import Mutant
from tests.mutants.run import BaselineFailed, play
from tests.mutants.verdicts import SCORE_MIN, Outcome, Verdict, good_enough, score

COLOURS: dict[Outcome, str] = {
    "found": "green",
    "elsewhere": "yellow",
    "survived": "bold red",
    "invalid": "bold magenta",
}


def main(arguments: list[str] | None = None) -> int:
    """0 when enough are found; 1 when not, or when a mutant is no program; 2 when the sound tree fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only these mutants, or all of a subject; default: all"
    )
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="copies side by side")
    parser.add_argument("--list", action="store_true", help="only say which mutants there are")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the verdicts there, too")
    asked = parser.parse_args(arguments)
    console = Console()
    try:
        mutants = by_names(asked.names)
    except KeyError as unknown:
        parser.error(str(unknown.args[0]))
    if asked.list:
        _list(console, mutants)
        return 0
    begun = time.monotonic()
    try:
        verdicts = _watch(console, mutants, asked.jobs)
    except BaselineFailed as failed:
        console.print(f"[bold red]{escape(str(failed))}")
        return 2
    _sum_up(console, verdicts, time.monotonic() - begun)
    if asked.json:
        asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(verdicts)))
    return 0 if good_enough(verdicts) else 1


def _list(console: Console, mutants: tuple[Mutant, ...]) -> None:
    for mutant in mutants:
        console.print(f"[bold]{mutant.name}[/] ({mutant.subject}) {escape(mutant.story)}", highlight=False)


def _watch(console: Console, mutants: tuple[Mutant, ...], jobs: int) -> list[Verdict]:
    """Play them all; one line for each as it is judged, above a bar."""
    with Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("mutants", total=len(mutants))

        def tell(verdict: Verdict) -> None:
            _tell(console, verdict)
            bar.advance(task)

        return play(mutants, jobs, tell)


def _tell(console: Console, verdict: Verdict) -> None:
    colour = COLOURS[verdict.outcome]
    line = f"[{colour}]{verdict.outcome:9}[/] {verdict.mutant:50} {verdict.took_s:5.1f} s  {escape(verdict.by)}"
    console.print(line, highlight=False, soft_wrap=True)


def _sum_up(console: Console, verdicts: list[Verdict], took_s: float) -> None:
    table = Table("subject", *COLOURS, "all")
    for subject in dict.fromkeys(mutant.subject for mutant in MUTANTS):
        outcomes = Counter(verdict.outcome for verdict in verdicts if verdict.subject == subject)
        if outcomes:
            table.add_row(subject, *(str(outcomes[name]) for name in COLOURS), str(outcomes.total()))
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    table.add_section()
    table.add_row("all", *(str(outcomes[name]) for name in COLOURS), str(outcomes.total()))
    console.print(table)
    console.print(
        f"{score(verdicts):.1%} found by those who are meant to find them (at least {SCORE_MIN:.0%}), in {took_s:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main())

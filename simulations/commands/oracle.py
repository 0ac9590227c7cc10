"""``oracle``: is the twin's stage right, where mathematics knows the answer?"""

import argparse

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulations.commands.options import add_jobs, add_seed
from simulations.commands.screen import screen, table
from simulations.experiments.question import QuestionError
from simulations.experiments.workers import WorkerLost
from simulations.oracles.suite import run_all
from simulations.oracles.verdicts import LIKELY, Verdict


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Small shops on the twin's stage against queueing theory, every single wait, also of the whole shop with its "
        "floor and people, against a recursion, and intervals against the coverage that they promise. Takes some "
        "minutes. Twelve rows are judged by a 99% interval, so about one seed in nine shows one miss that is chance "
        "alone; two, or the same one again with another seed, are a mistake. The exit code is 1 if any does not hold."
    )
    add_seed(parser)
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    waiting = Console(stderr=True, highlight=False)
    try:
        with waiting.status("Playing small shops …") as status:
            verdicts = run_all(lambda words: status.update(Text(words)), options.seed, options.jobs)
    except WorkerLost as fault:
        raise QuestionError("A worker was lost (killed, or out of memory); try with fewer --jobs.") from fault
    failed = [verdict.name for verdict in verdicts if not verdict.passed]
    console = screen()
    console.print(Text(_answer(len(verdicts), failed), style="bold"))
    console.print(_verdicts(verdicts))
    return 1 if failed else 0


def _answer(count: int, failed: list[str]) -> str:
    if failed:
        return f"{len(failed)} of {count} oracles do not hold: {'; '.join(failed)}."
    return f"All {count} oracles hold."


def _verdicts(verdicts: tuple[Verdict, ...]) -> Table:
    grid = table("Oracles", "oracle", "closed form", "measured", "error", "half-width", "bar", "", "in words")
    for column in grid.columns[1:6]:
        column.justify = "right"
    for one in verdicts:
        numbers = (f"{one.closed_form:.4g}", f"{one.measured:.4g}", f"{one.relative_error:.2%}")
        width = f"{one.half_width_relative:.2%}" if one.half_width_relative else ""
        bar = f"{one.bar:.2%}" if one.bar > LIKELY else f"{one.bar:g}"
        grid.add_row(one.name, *numbers, width, bar, "holds" if one.passed else "DOES NOT HOLD", one.words)
    return grid

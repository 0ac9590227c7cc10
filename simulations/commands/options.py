"""What ``run`` and ``compare`` are asked in the same words: shops, days, workers, files."""

import argparse
import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from msgspec import Struct

from shopfloor.typed import whole
from simulations.experiments.cache import usual_place
from simulations.experiments.question import Question
from simulations.experiments.result import FIGURES
from simulations.experiments.workers import cores
from simulations.scenarios.scenario import Scenario, ScenarioError, load
from simulations.scenarios.table import Value

DAYS_MAX: Final = 100_000
JOBS_MAX: Final = 256
SEED_MAX: Final = 2**63 - 1
MARK: Final = ":"
"""Between a scenario and what it is played with instead: ``cabinet:robots.count=1``."""


def add_scenarios(parser: argparse.ArgumentParser, least: str) -> None:
    parser.add_argument(
        "scenarios",
        nargs="+",
        metavar="SCENARIO",
        help=f"{least}: a packaged one by name, a TOML file of your own, or one with other values, as in "
        "cabinet:robots.count=1",
    )
    parser.add_argument(
        "--set", dest="changes", type=change, action="append", default=[], metavar="KEY=VALUE",
        help="play all scenarios with this value, as in robots.count=3 (see: parameters); may be given more than once",
    )  # fmt: skip


def add_days(parser: argparse.ArgumentParser, usual: int | None, words: str) -> None:
    parser.add_argument("--days", type=whole(1, DAYS_MAX), default=usual, metavar="N", help=words)
    add_seed(parser)
    parser.add_argument(
        "--kpi", dest="kpis", type=kpi, action="append", default=[], metavar="FIGURE",
        help=f"the figure the answer is about (default: repair_time); may be repeated: {', '.join(FIGURES)}",
    )  # fmt: skip


def add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=whole(0, SEED_MAX), default=1, metavar="S",
        help="of all chance: the same seed brings the same customers (default: 1)",
    )  # fmt: skip


def add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs", type=whole(1, JOBS_MAX), default=cores(), metavar="J",
        help="processes side by side; changes no figure (default: one per core, here %(default)s)",
    )  # fmt: skip


def add_work(parser: argparse.ArgumentParser) -> None:
    add_jobs(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="write report.html, result.json and CSV files there")
    parser.add_argument("--force", action="store_true", help="replace the results that are in DIR")
    add_cache(parser)


def add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache", type=Path, default=usual_place(), metavar="DIR",
        help="where played days are kept, so that a stopped run goes on (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep played days")


def kpi(text: str) -> str:
    """A row of FIGURES."""
    if text not in FIGURES:
        like = difflib.get_close_matches(text, FIGURES, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(like)}?" if like else f"there are {', '.join(FIGURES)}"
        raise argparse.ArgumentTypeError(f"{text!r} is no figure; {hint}")
    return text


def share(text: str) -> float:
    """``2%`` or ``0.02``."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: allowed is a share above 0 and below 100%, such as 2%")
    return value


class Change(Struct, frozen=True):
    """``robots.count=1``, as it was typed and as it is meant."""

    text: str
    key: str
    value: Value


def change(text: str) -> Change:
    """The value as TOML writes it; a text also without quotation marks."""
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r}: write KEY=VALUE, such as robots.count=1")
    try:
        meant = cast("Value", tomllib.loads(f"value = {value}")["value"])
    except tomllib.TOMLDecodeError:
        meant = value.strip()
    return Change(text, key.strip(), meant)


def scenarios(options: argparse.Namespace) -> tuple[Scenario, ...]:
    """As they are to be played. Raises ScenarioError."""
    changes: list[Change] = options.changes
    return tuple(_scenario(text, changes) for text in options.scenarios)


def _scenario(text: str, everywhere: Sequence[Change]) -> Scenario:
    name, *more = text.split(MARK)
    try:
        own = [change(one) for one in more]
    except argparse.ArgumentTypeError as fault:
        raise ScenarioError(f"{text}: {fault}.") from fault
    scenario = load(name)
    values = {one.key: one.value for one in (*everywhere, *own)}
    return scenario.replaced(values, name=MARK.join((scenario.name, *more))) if values else scenario


def question(options: argparse.Namespace, *more: str) -> Question:
    """What is asked; ``more`` words of the command line that change figures. Raises ScenarioError."""
    kpis = tuple(dict.fromkeys(options.kpis)) or ("repair_time",)
    words = [options.command.name, *options.scenarios, "--days", str(options.days), "--seed", str(options.seed)]
    words += [word for kpi in kpis for word in ("--kpi", kpi)]
    words += [word for one in options.changes for word in ("--set", one.text)]
    return Question(
        scenarios=scenarios(options),
        seed=options.seed,
        days=options.days,
        kpis=kpis,
        words=(*words, *more),
    )

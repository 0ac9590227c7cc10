"""``anchors``: does the whole shop, through the shipped floor, come out as an independent model of it says?"""

import argparse
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from shopfloor.typed import whole
from simulations.commands.options import DAYS_MAX, add_cache, add_jobs, add_seed
from simulations.commands.screen import screen, table
from simulations.experiments import days
from simulations.experiments.cache import Cache
from simulations.experiments.diary import Diary
from simulations.experiments.figures import value_of
from simulations.experiments.finding import Estimate
from simulations.experiments.progress import DaysBar
from simulations.experiments.replications import Replications
from simulations.experiments.result import FIGURES
from simulations.oracles.anchors import MODEL_DAYS, SHOPS_DIFFER, Verdict, judged, shops, shops_beside
from simulations.reports.words import NOTHING


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "The reference shop with a parts counter and with cabinet and robots, on the same customers, beside the "
        "figures of benchmarks/idiomatic_shop.py, which has nothing of this program in it; the catalogue's shops stand "
        "beside them without a verdict. A mean queue of 200 days is known to about ±18% and may be off by 15%, so "
        "about three seeds in ten miss an anchor by chance alone, mostly a queue; of 800 days, one seed in forty does. "
        "The exit code is 1 if one is missed."
    )
    parser.add_argument(
        "--days", type=whole(MODEL_DAYS, DAYS_MAX), default=MODEL_DAYS, metavar="N",
        help="days to play of each of the six shops (default and least: %(default)s)",
    )  # fmt: skip
    add_seed(parser)
    add_jobs(parser)
    add_cache(parser)


def run(options: argparse.Namespace) -> int:
    reference, catalogue = shops(), shops_beside()
    with DaysBar() as bar:
        kept = None if options.no_cache else Cache(options.cache, bar.say)
        replications = Replications(options.jobs, bar, kept, options.play or days.play)
        played = replications.play([*reference.values(), *catalogue.values()], options.seed, range(options.days))
    verdicts = judged(
        dict(zip(reference, played[: len(reference)], strict=True)),
        dict(zip(catalogue, played[len(reference) :], strict=True)),
    )
    missed = [verdict for verdict in verdicts if not verdict.is_met]
    console = screen()
    console.print(Text(_answer(verdicts, missed, options), style="bold"))
    console.print(_verdicts(verdicts))
    for remark in (*SHOPS_DIFFER, _robots(played), *_broken(played)):
        console.print(Text(f"· {remark}", style="dim"))
    return 1 if missed or any(diary.broken_days for diary in played) else 0


def _answer(verdicts: Sequence[Verdict], missed: Sequence[Verdict], options: argparse.Namespace) -> str:
    played = f"over {options.days} days, seed {options.seed}"
    if not missed:
        return f"All {len(verdicts)} anchors are met {played}."
    names = "; ".join(f"{one.anchor.figure} ({one.anchor.shop})" for one in missed)
    return f"{len(missed)} of {len(verdicts)} anchors are missed {played}: {names}."


def _verdicts(verdicts: Sequence[Verdict]) -> Table:
    grid = table("Anchors", "figure", "shop", "unit", "anchor", "may differ by", "measured", "95 % interval", "", "")
    grid.columns[-1].header = "catalogue's shop"
    for column in (*grid.columns[3:7], grid.columns[-1]):
        column.justify = "right"
    before = ""
    for one in verdicts:
        anchor = one.anchor
        name, before = "" if anchor.figure == before else anchor.figure, anchor.figure
        grid.add_row(
            name,
            anchor.shop,
            anchor.unit,
            _said(anchor.value),
            f"±{_said(anchor.within)}",
            _said(one.measured.value),
            _interval(one.measured),
            "met" if one.is_met else "MISSED",
            _said(one.beside.value) if one.beside else "",
        )
    return grid


def _said(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3g}"


def _interval(found: Estimate) -> str:
    return "" if found.low is None or found.high is None else f"{_said(found.low)} to {_said(found.high)}"


def _robots(played: Sequence[Diary]) -> str:
    """As everywhere else: from being sent until home."""
    busy = ((diary.scenario.name, value_of(diary, FIGURES["robots_busy"])) for diary in played)
    told = "; ".join(f"{name} {share:.2f}" for name, share in busy if share is not None)
    return f"Robots busy as they were, from being sent until home: {told or NOTHING}."


def _broken(played: Sequence[Diary]) -> list[str]:
    return [
        f"On {diary.broken_days} of {len(diary.days)} days of {diary.scenario.name} the program broke a rule of its "
        f"own; do not trust these figures. First: {diary.broken[0][1]}"
        for diary in played
        if diary.broken_days
    ]

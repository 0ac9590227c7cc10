"""``predict``: what cabinet and robots would do to a shop that is calibrated without them."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from shopfloor.typed import whole
from simulations.commands.options import add_seed, add_work
from simulations.experiments import days
from simulations.experiments.cache import Cache
from simulations.experiments.diary import Diary
from simulations.experiments.program import program_hash
from simulations.experiments.progress import DaysBar
from simulations.experiments.question import QuestionError
from simulations.experiments.replications import Replications, Stopped
from simulations.experiments.results import REPORT, Place
from simulations.prediction.blind import predict
from simulations.prediction.found import Predicted
from simulations.prediction.log import Log
from simulations.prediction.pages import files
from simulations.prediction.protocol import SETS, Counts, Protocol, frozen
from simulations.prediction.screen import show
from simulations.prediction.told import published_words

DAYS_MAX = 10_000
DRAWS_MAX = 10_000
USUAL = Counts()


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "One number of the old shop (work.scale) is set so that a repair takes there as long as was published. Then "
        "cabinet and robots are predicted on fresh days with the same customers. Nothing of the new shop is ever "
        "fitted. Every prediction adds a row to the log, which is never overwritten."
    )
    parser.add_argument(
        "--set-of", choices=tuple(SETS), default="catalogue", help="set of assumed numbers (default: %(default)s)"
    )
    _count(parser, "--days", 2, DAYS_MAX, USUAL.days, "fresh days, of both shops and of each combination of switches")
    _count(parser, "--calibration-days", 2, DAYS_MAX, USUAL.calibration_days, "days the old shop is calibrated on")
    _count(parser, "--draws", 0, DRAWS_MAX, USUAL.draws, "draws from the ranges of all parameters; 0 for none")
    _count(parser, "--draw-days", 2, DAYS_MAX, USUAL.draw_days, "days of each draw, not more than --days")
    add_seed(parser)
    add_work(parser)
    parser.add_argument(
        "--log", type=Path, default=Path("predictions.csv"), metavar="FILE",
        help="where every prediction adds its row (default: %(default)s)",
    )  # fmt: skip


def _count(parser: argparse.ArgumentParser, name: str, least: int, most: int, usual: int, words: str) -> None:
    parser.add_argument(name, type=whole(least, most), default=usual, metavar="N", help=f"{words} (default: {usual})")


def run(options: argparse.Namespace) -> int:
    protocol = _protocol(options)
    place = Place(options.out, replaces=options.force) if options.out else None
    log = Log(options.log)
    print(_frozen(protocol), file=sys.stderr)
    with DaysBar() as bar:
        kept = None if options.no_cache else Cache(options.cache, bar.say)
        replications = Replications(options.jobs, bar, kept, options.play or days.play)
        predicted, diaries = predict(protocol, _words(protocol), replications)
    try:
        _write(predicted, diaries, log, place)
    except KeyboardInterrupt:
        raise Stopped(replications.farewell(diaries)) from None
    show(predicted)
    print(f"\nAdded to {log.path}" + (f"; written: {place.directory / REPORT}" if place else ""), file=sys.stderr)
    return 1 if predicted.broken_days else 0


def _protocol(options: argparse.Namespace) -> Protocol:
    counts = Counts(
        calibration_days=options.calibration_days,
        days=options.days,
        draws=options.draws,
        draw_days=options.draw_days,
    )
    if counts.draws == 1:
        raise QuestionError("--draws 1: one draw is no range; ask for at least 2, or for 0.")
    if counts.draw_days > counts.days:
        raise QuestionError(f"--draw-days {counts.draw_days}: not more than --days, which is {counts.days}.")
    return frozen(options.set_of, counts, options.seed)


def _write(predicted: Predicted, diaries: list[Diary], log: Log, place: Place | None) -> None:
    """The log first: what was tried is known before anybody has seen what came out."""
    written = files(predicted, diaries) if place is not None else {}
    log.add(predicted, datetime.now(UTC).isoformat(timespec="seconds"))
    if place is not None:
        place.write(written)


def _frozen(protocol: Protocol) -> str:
    return (
        f"Frozen before anything is played: {published_words(protocol.published)} ({protocol.published.source});\n"
        f"protocol {protocol.hash()[:16]}, program {program_hash()[:16]}, about {protocol.days_to_play} days to play."
    )


def _words(protocol: Protocol) -> list[str]:
    counts = protocol.counts
    return [
        "predict", "--set-of", protocol.set_of, "--days", str(counts.days),
        "--calibration-days", str(counts.calibration_days), "--draws", str(counts.draws),
        "--draw-days", str(counts.draw_days), "--seed", str(protocol.seed),
    ]  # fmt: skip

"""``python -m tests.fire --kills 300``: days of a whole shop whose coordinator is killed again and again.

Each day has a real mosquitto, the real coordinator process, robots, and people with all their devices. Deaths at every
seam and at random, pauses, brokers that die; after each day a judge compares what devices were told and did with what
the journal says. Exit code 0 when every promise was kept, 1 when not, 130 when somebody stopped it.
"""

import argparse
import logging
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from types import FrameType
from typing import Final

import msgspec

from shopfloor.contract.actor import HOUR, SECOND
from tests.fire.account import Day, account_of, day_of, table_of
from tests.fire.evidence import read_journal
from tests.fire.executioner import Life
from tests.fire.house import DayPlan, House
from tests.fire.judge import Violation, judge
from tests.fire.plans import deaths, drawn

DEATHS_A_DAY: Final = 75
DEATH_S: Final = 1.6
"""Of the wall, from one death to the next, pauses and all."""
HOURS_MIN: Final = 1.0
TELL_S: Final = 20.0
TOLD_MAX: Final = 20


def main() -> int:
    options = _options()
    logging.basicConfig(level=logging.CRITICAL)  # thirty devices would each tell of every broker that dies
    for kind in (signal.SIGINT, signal.SIGTERM):  # also where whoever started us had Ctrl-C ignored
        signal.signal(kind, _as_ctrl_c)
    began, days, lives = time.monotonic(), list[Day](), list[list[Life]]()
    try:
        with tempfile.TemporaryDirectory(prefix="shopfloor-fire-") as folder:
            while sum(day.deaths for day in days) < options.kills:
                left = options.kills - sum(day.deaths for day in days)
                seed = options.seed + len(days)
                day, its_lives = _one_day(seed, min(left, DEATHS_A_DAY), options, Path(folder) / str(seed))
                days.append(day)
                lives.append(its_lives)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    account = account_of(days, lives, time.monotonic() - began)
    print(table_of(account))
    if options.report is not None:
        options.report.write_bytes(msgspec.json.format(msgspec.json.encode(account), indent=2))
    return 1 if account.violations else 0


def _one_day(seed: int, kills: int, options: argparse.Namespace, folder: Path) -> tuple[Day, list[Life]]:
    fates = drawn(kills, Random(seed))
    plan = DayPlan(
        fates=fates,
        seed=seed,
        speed=options.speed,
        hours=options.hours or max(HOURS_MIN, kills * DEATH_S * options.speed * SECOND / HOUR),
        customers=options.customers,
        limit_s=900,
    )
    line = _Line(f"day {seed}, {deaths(fates)} deaths to come:")
    house = House(plan, folder, line.tell)
    evidence = house.play()
    journal = read_journal(evidence.url)
    violations = judge(evidence, journal)
    line.end(f"{len(violations)} violations")
    if violations:
        _keep(folder, violations)
    return day_of(seed, evidence, journal, violations), evidence.lives


def _keep(folder: Path, violations: list[Violation]) -> None:
    """A day that went wrong is worth a look: its files stay."""
    kept = Path(tempfile.mkdtemp(prefix="shopfloor-fire-kept-"))
    shutil.copytree(folder, kept, dirs_exist_ok=True)
    for violation in violations[:TOLD_MAX]:
        print(f"  {violation.promise}: {violation.words}", file=sys.stderr)
    print(f"  its journal and logs are in {kept}", file=sys.stderr, flush=True)


class _Line:
    """One line that changes where somebody watches; where nobody does, a line now and then."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._told = 0.0

    def tell(self, words: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{self._title} {words}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self._told >= TELL_S:
            self._told = time.monotonic()
            print(f"{self._title} {words}", file=sys.stderr, flush=True)

    def end(self, words: str) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)
        print(self._title, words, file=sys.stderr, flush=True)


def _as_ctrl_c(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fire", description=__doc__)
    parser.add_argument("--kills", type=int, default=300, help="deaths of the coordinator (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of days and deaths (default: %(default)s)")
    parser.add_argument("--speed", type=float, default=300.0, help="shop seconds in one second (default: %(default)s)")
    parser.add_argument(
        "--hours", type=float, help="of each day, until the doors close (default: so that the deaths find room)"
    )
    parser.add_argument("--customers", type=float, default=5.0, help="times a normal day's customers")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the account here, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

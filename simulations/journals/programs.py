"""``keep``, ``calibrate`` and ``replay`` for a command line: from what was typed to what is printed and written."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from shopfloor.service.store import AlreadyThere, beside
from simulations.journals.calibrate import calibrate
from simulations.journals.fitting import RESAMPLES
from simulations.journals.keep import keep_day
from simulations.journals.printed import (
    as_json,
    as_toml,
    calibration_tables,
    redispatch_tables,
    retraced_words,
)
from simulations.journals.redispatch import TIMES, PolicyError, redispatch
from simulations.journals.retrace import retrace
from simulations.journals.visits_again import ASSUMED
from simulations.scenarios.scenario import Scenario


def keep_whole(scenario: Scenario, seed: int, day: int, file: Path) -> RenderableType:
    """``keep SCENARIO --db FILE``: the file is there when all of the day is in it, and never before.

    Raises ScenarioError, AlreadyThere or another JournalError, and OSError.
    """
    if file.exists():
        raise AlreadyThere(f"{file}: there is a file of this name; a journal is not written over it.")
    with tempfile.TemporaryDirectory(prefix=f"{file.name}.", dir=file.parent) as directory:
        fresh = Path(directory) / file.name
        played = keep_day(scenario, seed, day, str(fresh))
        fresh.replace(file)
        beside(fresh, ".anchor").replace(beside(file, ".anchor"))
    tickets = len(played.floor.books.tickets)
    return Text(f"{file}: day {day} of {scenario.name}, {tickets} numbers.\ndigest {played.floor.digest()}")


def calibrate_journals(
    journals: Sequence[str], out: Path | None = None, resamples: int = RESAMPLES
) -> tuple[int, RenderableType]:
    """Exit code and what to print; ``out`` gets calibration.json and calibration.toml, each whole or not at all.

    Raises JournalRefused with file and reason, and OSError.
    """
    calibration = calibrate(journals, resamples)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        _write(out / "calibration.json", as_json(calibration))
        _write(out / "calibration.toml", as_toml(calibration))
    return 0, calibration_tables(calibration)


def replay_strictly(journal: str) -> tuple[int, RenderableType]:
    """``replay JOURNAL --same``: exit code 0 for 0 differences, 1 otherwise. Raises JournalRefused."""
    retraced = retrace(journal)
    return int(not retraced.same), retraced_words(retraced)


def replay_under(
    journal: str, policy: Sequence[str], date: str = "", times: int = TIMES, out: Path | None = None,
    assumed: Scenario = ASSUMED,
) -> tuple[int, RenderableType]:  # fmt: skip
    """``replay JOURNAL --policy NAME=VALUE …``. Raises JournalRefused, PolicyError and OSError."""
    result = redispatch(journal, settings(policy), date, times, assumed)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        _write(out / "replay.json", as_json(result))
    return 0, redispatch_tables(result)


def settings(words: Sequence[str]) -> Mapping[str, str]:
    """``calling=first-come`` … as names and values. Raises PolicyError."""
    for word in words:
        if "=" not in word:
            raise PolicyError(f"{word}: write a setting as NAME=VALUE.")
    return dict(word.split("=", 1) for word in words)


def _write(path: Path, text: str) -> None:
    """Under another name first, so that a killed run leaves nothing that looks whole."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)

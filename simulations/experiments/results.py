"""An experiment on disk: a directory that is there whole, or not at all.

All files are written into a directory beside it, forced to the disk, and then given their name in one step. A run that
is killed before leaves a directory whose name begins with a dot and ends in ``.part``; the next run takes it away.
"""

import glob
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

RESULT: Final = "result.json"
DAYS: Final = "days.csv"
FIGURES: Final = "figures.csv"
DRAWS: Final = "draws.csv"
REPORT: Final = "report.html"
FILES: Final = frozenset({RESULT, DAYS, FIGURES, DRAWS, REPORT})
PART: Final = ".part"
OLD: Final = ".old"


class ResultsError(Exception):
    """Why results cannot be written there, in a sentence."""


class Place:
    """Where the results of one experiment will be. Raises ResultsError before anything is played."""

    def __init__(self, directory: Path, *, replaces: bool) -> None:
        self.directory = directory.absolute()
        self._replaces = replaces
        self._refuse_what_is_there()
        try:
            self.directory.parent.mkdir(parents=True, exist_ok=True)
            self._forget_the_dead()
            self._part.mkdir()
            self._part.rmdir()
        except OSError as fault:
            raise self._cannot(fault) from fault

    def write(self, files: Mapping[str, str]) -> None:
        """All of them, or nothing."""
        assert files.keys() <= FILES, sorted(files)
        try:
            self._part.mkdir()
            for name, text in files.items():
                _write_through(self._part / name, text)
            _force(self._part)
            self._refuse_what_is_there()
            self._give_name()
        except OSError as fault:
            raise self._cannot(fault) from fault
        finally:
            shutil.rmtree(self._part, ignore_errors=True)

    @property
    def _part(self) -> Path:
        return self._beside(os.getpid(), PART)

    def _beside(self, process: int, suffix: str) -> Path:
        return self.directory.with_name(f".{self.directory.name}.{process}{suffix}")

    def _cannot(self, fault: OSError) -> ResultsError:
        reason = f"{fault.filename} is no directory" if isinstance(fault, FileExistsError) else fault.strerror
        return ResultsError(f"--out {self.directory}: cannot be written ({reason}).")

    def _refuse_what_is_there(self) -> None:
        if not os.path.lexists(self.directory):
            return
        if not self._replaces:
            raise ResultsError(f"--out {self.directory}: is there already; give another, or --force to replace it.")
        if not self.directory.is_dir() or {path.name for path in self.directory.iterdir()} - FILES:
            raise ResultsError(
                f"--out {self.directory}: holds other things than results; --force does not delete them."
            )

    def _give_name(self) -> None:
        old = self._beside(os.getpid(), OLD)
        if self.directory.exists():
            self.directory.rename(old)
        self._part.rename(self.directory)
        _force(self.directory.parent)
        shutil.rmtree(old, ignore_errors=True)

    def _forget_the_dead(self) -> None:
        """What runs left behind that were killed while they wrote. Old results stay, until there are new ones."""
        for path in self.directory.parent.glob(f".{glob.escape(self.directory.name)}.*"):
            process, suffix = path.stem.rpartition(".")[2], path.suffix
            is_ours = suffix == PART or (suffix == OLD and self.directory.exists())
            if is_ours and process.isdecimal() and not _is_alive(int(process)):
                shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _force(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

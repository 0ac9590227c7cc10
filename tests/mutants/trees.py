"""Copies of the project to spoil: one for each worker. The project itself is never touched."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.witness import WORDS_MAX, Failed, Statement

COPIED = ("shopfloor", "devices", "simulations", "tests", "pyproject.toml", "README.md")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info")
TEST_TIMEOUT_S = 30
RUN_TIMEOUT_S = 240.0
BROKEN_PROMISE = "✗"
"""So the storm marks the line that names what was broken."""
PYTEST = (
    "-m", "pytest", "-x", "-q", "--tb=no", "--no-header", "-p", "no:cacheprovider", "-p", "tests.mutants.witness",
    f"--timeout={TEST_TIMEOUT_S}",
)  # fmt: skip


class Ran(Struct, frozen=True):
    """One run of pytest on a copy."""

    passed: bool
    failed: Failed | None
    timed_out: bool = False
    """Somebody waited for ever: a test's own limit, or that of the run."""


class Tree:
    """One copy. ``run`` tests it as it is; within ``spoilt`` it has one bug."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @classmethod
    def copy(cls, source: Path, place: Path) -> "Tree":
        """With the compiled files of another copy, if that has any: times of writing are kept."""
        place.mkdir()
        for name in COPIED:
            if (source / name).is_dir():
                left_out = LEFT_OUT if source == ROOT else None
                shutil.copytree(source / name, place / name, ignore=left_out)
            else:
                shutil.copy2(source / name, place / name)
        return cls(place)

    @contextmanager
    def spoilt(self, mutant: Mutant) -> Iterator[None]:
        """With the bug in it; afterwards the file is as it was, with its old time of writing."""
        path = self.place / mutant.file
        sound, times = path.read_text(encoding="utf-8"), path.stat()
        path.write_text(mutant.applied_to(self.place), encoding="utf-8")
        os.utime(path, (times.st_atime, times.st_mtime + 3600))  # no compiled file of another text may fit
        try:
            yield
        finally:
            path.write_text(sound, encoding="utf-8")
            os.utime(path, (times.st_atime, times.st_mtime))

    def run(self, node_ids: Sequence[str], *, compiles: bool = False) -> Ran:
        """These tests, until the first failure. Raises RuntimeError when it was not this copy that was tested."""
        there = [name for name in node_ids if (self.place / name.partition("::")[0]).exists()]
        seen = self.place / "witness.json"
        seen.unlink(missing_ok=True)
        done = self._python([*PYTEST, f"--rootdir={self.place}", "--witness", str(seen), *there], compiles=compiles)
        if done is None:
            return Ran(passed=False, failed=None, timed_out=True)
        if not seen.exists():
            return Ran(passed=False, failed=Failed("pytest", "NoStatement", done.stdout[-WORDS_MAX:]))
        return self.believed(msgspec.json.decode(seen.read_bytes(), type=Statement), passed=done.returncode == 0)

    def storm(self, seeds: int) -> Ran:
        """So many bad days of a whole shop."""
        done = self._python(["-m", "simulations", "storm", "--seeds", str(seeds), "--jobs", "1"])
        if done is None:
            return Ran(passed=False, failed=None, timed_out=True)
        broken = next((line for line in done.stdout.splitlines() if BROKEN_PROMISE in line), done.stdout[:WORDS_MAX])
        return Ran(passed=done.returncode == 0, failed=Failed("storm", "Storm", broken.strip()))

    def _python(self, arguments: Sequence[str], *, compiles: bool = False) -> subprocess.CompletedProcess[str] | None:
        """Python in this copy; None when it did not end in time."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.place),  # before the editable installation
            "PYTHONDONTWRITEBYTECODE": "" if compiles else "1",
        }
        with suppress(subprocess.TimeoutExpired):
            return subprocess.run(
                [sys.executable, *arguments],
                cwd=self.place,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=RUN_TIMEOUT_S,
                check=False,
            )
        return None

    def believed(self, statement: Statement, *, passed: bool) -> Ran:
        """What the witness saw, if it looked at this copy."""
        if statement.imported_from and statement.imported_from != str(self.place / "shopfloor"):
            raise RuntimeError(f"tested {statement.imported_from} instead of the copy in {self.place}")
        if not statement.tests:
            return Ran(
                passed=False, failed=statement.failed or Failed("pytest", "NothingCollected", "no test was found")
            )
        timed_out = statement.failed is not None and "Timeout" in statement.failed.words
        return Ran(passed=passed, failed=statement.failed, timed_out=timed_out)

"""Blocks of days that were played before, on disk: a sweep that was stopped, even killed, goes on where it was.

One file per block, named by everything that decides its bytes: program, scenario, the files of a layout of one's own,
seed, days. A file that is not whole is as good as none. Blocks of the last few programs are kept.
"""

import hashlib
import os
import re
import shutil
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from simulations.experiments.program import program_hash
from simulations.scenarios.scenario import Scenario

VERSION: Final = 1
PROGRAMS_MAX: Final = 4
BLOCKS_MAX: Final = 100_000
"""Of one program: about 400 MB. More are played but not kept."""
SUFFIX: Final = ".days"
PROGRAM: Final = re.compile(r"[0-9a-f]{16}")
CHECK_BYTES: Final = 32


def usual_place() -> Path:
    """Where programs of this system keep what they can make again."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "shopfloor" / "days"
    told = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(told) if Path(told).is_absolute() else Path.home() / ".cache"
    return home / "shopfloor" / "days"


def key(play: str, scenario: Scenario, seed: int, days: range) -> str:
    """The name of a block: equal for equal bytes only."""
    parts = (VERSION, program_hash(), play, scenario.hash(), _drawn(scenario), seed, days.start, days.stop)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _drawn(scenario: Scenario) -> str:
    """The files of a layout of one's own; a packaged one is part of the program."""
    side = Path(scenario.opening.layout)
    if side.suffix != ".toml":
        return ""
    found = hashlib.sha256()
    for path in sorted(side.parent.glob(f"{side.stem}.*")):
        found.update(f"{path.name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return found.hexdigest()


class Cache:
    """A directory of blocks. It is an aid: what goes wrong with it is told to ``remark``, once, and nothing stops."""

    def __init__(self, directory: Path, remark: Callable[[str], None]) -> None:
        self.directory = directory
        self._remark = remark
        self._mine = directory / program_hash()[:16]
        self.is_open = True
        try:
            self._mine.mkdir(parents=True, exist_ok=True)
            self._room = BLOCKS_MAX - sum(1 for _ in os.scandir(self._mine))
            self._forget_old_programs()
        except OSError as fault:
            self._give_up(f"cannot be used ({fault.strerror})")

    def has(self, name: str) -> bool:
        """Whether something was put under this name, whole or not."""
        return self._path(name).exists()

    def get(self, name: str) -> bytes | None:
        """What was put under this name, if it is there and whole."""
        if not self.is_open:
            return None
        path = self._path(name)
        try:
            kept = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            self._remark(f"{path} cannot be read ({fault.strerror}); its days are played again.")
            return None
        body = _whole(kept)
        if body is None:
            self._remark(f"{path} is broken; its days are played again.")
        return body

    def put(self, name: str, body: bytes) -> bool:
        """Keep it under this name; whoever reads meanwhile sees all of it or nothing. Is it kept?"""
        if not self.is_open:
            return False
        if self._room <= 0:
            self._give_up(f"is full ({BLOCKS_MAX} blocks); delete it when you need it no more")
            return False
        path = self._path(name)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            part.write_bytes(hashlib.sha256(body).digest() + zlib.compress(body))
            part.replace(path)
        except OSError as fault:
            self._give_up(f"cannot be written ({fault.strerror})")
            return False
        self._room -= 1
        return True

    def _path(self, name: str) -> Path:
        return self._mine / f"{name}{SUFFIX}"

    def _give_up(self, why: str) -> None:
        self.is_open = False
        self._remark(f"The cache {self.directory} {why}; days are played but not kept.")

    def _forget_old_programs(self) -> None:
        """Days that this program will never ask for again, but the newest few."""
        others = [path for path in self.directory.iterdir() if PROGRAM.fullmatch(path.name) and path != self._mine]
        others.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
        for path in others[PROGRAMS_MAX - 1 :]:
            shutil.rmtree(path, ignore_errors=True)


def _whole(kept: bytes) -> bytes | None:
    """The body, if it is as it was written."""
    try:
        body = zlib.decompress(kept[CHECK_BYTES:])
    except zlib.error:
        return None
    return body if hashlib.sha256(body).digest() == kept[:CHECK_BYTES] else None

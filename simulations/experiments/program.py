"""Which program plays the days: its release, and a hash that changes with anything that could change a day."""

import hashlib
import os
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import devices
import shopfloor
import simulations

ROOMS: Final = (shopfloor, devices, simulations)
SOURCES: Final = (".py", ".json", ".toml")
LIBRARIES: Final = ("msgspec", "simpy", "numpy", "scipy")
"""Those whose numbers or order of things a day could depend on."""


@cache
def program_hash() -> str:
    """SHA-256 of source, data, libraries and language. A day that another program played is not this program's day."""
    found = hashlib.sha256(f"Python {platform.python_version()}".encode())
    for library in LIBRARIES:
        found.update(f"{library} {version(library)}\n".encode())
    for name, path in _sources():
        text = path.read_bytes()
        found.update(f"{name} {len(text)}\n".encode() + text)
    return found.hexdigest()


def _sources() -> Iterator[tuple[str, Path]]:
    """Every file of the program with its name inside it, in the order of the names."""
    for room in ROOMS:
        home = Path(next(iter(room.__path__)))
        inside = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.suffix in SOURCES}
        yield from ((f"{room.__name__}/{name}", inside[name]) for name in sorted(inside))


def release() -> str:
    """For people."""
    return f"shopfloor {shopfloor.release()}"


def machine() -> str:
    """Where the days were played; no figure depends on it."""
    return f"{platform.platform(terse=True)}, {os.cpu_count()} cores, Python {platform.python_version()}"

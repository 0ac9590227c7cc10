"""A pytest plugin for one run on a copy of the tree: writes down what was imported and what failed first.

``-p tests.mutants.witness --witness FILE``. The runner believes this file, not the words that pytest prints.
"""

from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

WORDS_MAX = 300


class Failed(Struct, frozen=True):
    """A test that did not pass, and why."""

    test: str
    exception: str
    words: str


class Statement(Struct, frozen=True):
    """What one run of pytest saw."""

    imported_from: str
    """The directory of the ``shopfloor`` that was tested."""
    tests: int
    """How many were collected."""
    failed: Failed | None


class Witness:
    """Hears of the first failure and remembers it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failed: Failed | None = None

    def pytest_exception_interact(self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[object]) -> None:
        """Also errors of fixtures and of collecting."""
        if self._failed is None and call.excinfo is not None:
            words = str(call.excinfo.value)[:WORDS_MAX]
            self._failed = Failed(node.nodeid, call.excinfo.typename, words)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """The mutated program is only imported here, so that a mutant that cannot be imported is noticed as such."""
        try:
            import shopfloor
        except Exception as error:  # noqa: BLE001 - whatever keeps it from being imported
            imported, self._failed = "", Failed("import shopfloor", type(error).__name__, str(error)[:WORDS_MAX])
        else:
            imported = str(Path(shopfloor.__file__).parent)
        statement = Statement(imported, session.testscollected, self._failed)
        self._path.write_bytes(msgspec.json.encode(statement))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--witness", type=Path, help="write what was seen into this file")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--witness")
    if path is not None:
        config.pluginmanager.register(Witness(path))

"""Every row of the state tables, every exception and every invariant is named by at least one test."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from shopfloor.core.invariants import INVARIANTS
from shopfloor.core.invariants_shape import Invariant
from shopfloor.core.lifecycles import TABLES
from tests.core.spoilt_goods import SPOILT

TESTS = Path(__file__).parents[1]


def _told_in(path: Path) -> Iterator[str]:
    """Row numbers in the names and docstrings of the tests of one file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            story = f"{node.name.replace('_', ' ')} {ast.get_docstring(node) or ''}"
            yield from re.findall(r"(?<![A-Za-z0-9])[a-zA-Z][0-9]{1,2}(?![0-9])", story)


@cache
def names() -> frozenset[str]:
    """All that some test tells of."""
    return frozenset(name.lower() for path in sorted(TESTS.rglob("test_*.py")) for name in _told_in(path))


ROWS = sorted({row.row.rstrip("+") for table in TABLES.values() for row in table})
EXCEPTIONS = [f"E{n}" for n in range(1, 31)]


def told(name: str) -> bool:
    return name.lower() in names()


@pytest.mark.parametrize("row", ROWS)
def test_each_row_has_a_story(row: str) -> None:
    assert told(row), f"no test names row {row}"


@pytest.mark.parametrize("exception", EXCEPTIONS)
def test_each_exception_has_a_story(exception: str) -> None:
    assert told(exception), f"no test names {exception}"


@pytest.mark.parametrize(
    "invariant", [each for each in INVARIANTS if each.id.startswith("B")], ids=lambda each: each.id
)
def test_each_invariant_is_broken_on_purpose_or_held_by_a_named_test(invariant: Invariant) -> None:
    spoilt = any(story.invariant == invariant.id for story in SPOILT.values())
    assert spoilt or (invariant.held_by and told(invariant.id)), f"nobody breaks {invariant.id}"


def test_a_row_that_nobody_tells_would_be_noticed() -> None:
    assert not told("q99")

"""What the README shows is what the code says."""

import re
from pathlib import Path

import pytest

from shopfloor.__main__ import SHORT
from shopfloor.core.diagrams import mermaid
from shopfloor.core.lifecycles import Machine

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SHOWN: tuple[Machine, ...] = ("ticket", "repair", "parts_order", "job", "signature", "payment")


@pytest.mark.parametrize("machine", SHOWN)
def test_the_diagrams_are_those_of_the_tables(machine: Machine) -> None:
    assert mermaid(machine).strip() in README, f"shopfloor contract --diagram {machine} shows another one"


def test_every_room_that_is_named_is_there() -> None:
    root = Path(__file__).parents[2]
    rooms = re.findall(
        r"^((?:shopfloor|devices|simulations|tests|benchmarks)/(?:[a-z]+/)*)(?: |$)", README, re.MULTILINE
    )
    assert len(rooms) >= 7
    assert [room for room in rooms if not (root / room).is_dir()] == []


def test_every_command_that_is_shown_exists() -> None:
    for command in set(re.findall(r"`shopfloor ([a-z]+)", README)):
        assert f"shopfloor {command}" in SHORT, command


def test_every_test_that_keeps_a_promise_is_there() -> None:
    root = Path(__file__).parents[2]
    named = set(re.findall(r"`(tests/[a-z_/]+(?:\.py)?)`", README))
    assert len(named) >= 5
    assert [path for path in named if not (root / path).exists()] == []

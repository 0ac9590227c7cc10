"""The command line loads what the asked command needs, and nothing of another one's world."""

import subprocess
import sys
from pathlib import Path

import pytest

from shopfloor.__main__ import COMMANDS, SHORT, main

WORLDS = {"fastapi", "sqlmodel", "sqlalchemy", "rich", "cryptography", "paho", "msgspec", "matplotlib"}
"""What takes long to load."""


def loaded(program: str, *words: str) -> set[str]:
    """The worlds that ``python -m program words`` has loaded when it ends."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", program, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()} & WORLDS


@pytest.mark.parametrize("words", [("--help",), ("--version",)])
def test_who_asks_what_there_is_waits_for_no_command(words: tuple[str, ...]) -> None:
    assert loaded("shopfloor", *words) == set()


def test_a_coordinator_comes_without_the_pages_and_their_certificates() -> None:
    of_serve = loaded("shopfloor", "serve", "--help")
    assert {"sqlmodel", "paho"} <= of_serve, "the journal and the wires are its own"
    assert not of_serve & {"fastapi", "cryptography", "rich"}


@pytest.mark.parametrize(
    ("command", "own"),
    [("contract", {"msgspec"}), ("layout", {"msgspec", "rich"}), ("certificates", {"msgspec", "cryptography"})],
)
def test_a_command_without_a_journal_loads_its_own_world_alone(command: str, own: set[str]) -> None:
    assert loaded("shopfloor", command, "--help") == own


def test_a_device_comes_without_the_shop() -> None:
    assert loaded("devices", "--help") == {"msgspec", "paho"}


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "demo"])
def test_each_command_of_the_table_is_there_and_tells_of_itself(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: shopfloor {command} ")
    assert f"  shopfloor {command} " in SHORT


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["replay", "--db", "sqlite:////nowhere/shop.db"], "shopfloor replay: /nowhere/shop.db is missing."),
        (["layout", "check", "/nowhere/shop.lif.json"], "shopfloor layout: There is no file /nowhere/shop.lif.json."),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    assert capsys.readouterr().err.startswith(told)


def test_a_shop_that_cannot_be_opened_leaves_no_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = tmp_path / "catalogue.json"
    catalogue.write_text('{"models": 7}')
    words = ["serve", "--new", "--no-pages", "--db", f"sqlite:///{tmp_path / 'shop.db'}"]
    assert main([*words, "--catalogue", str(catalogue)]) == 1
    assert capsys.readouterr().err.startswith("shopfloor serve: catalogue: ")
    with pytest.raises(SystemExit):
        main([*words, "--service-day", "23.11.2026"])
    assert "'23.11.2026' is no date" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [catalogue]


@pytest.mark.parametrize("speed", ["fast", "0", "-1", "inf", "nan", "10001"])
def test_a_number_out_of_bounds_is_answered_with_the_bounds(speed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", f"--speed={speed}"])
    told = f"argument --speed: '{speed}': allowed is a number above 0 and at most 10000\n"
    assert capsys.readouterr().err.endswith(told)


@pytest.mark.parametrize("words", [["nonsense"], ["--nonsense", "replay"], ["replay", "--nonsense"], []])
def test_a_wrong_word_is_answered_with_the_words_there_are(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: shopfloor ")

"""A recorded day gives the same day again: on any hash seed, and through the real program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import shopfloor
from shopfloor.contract.actor import TimePassed
from shopfloor.core.floor import Floor, digest_of
from shopfloor.core.policies import Policy
from shopfloor.service.entries import NewEntry
from shopfloor.service.journal import Journal
from shopfloor.service.opening import Opening
from shopfloor.service.reading import write_heard
from shopfloor.service.replay import TIME_PASSED
from tests.shop.day_book import CATALOGUE, DATA, LAYOUT, MORNING, plan, played


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A morning of the simulated shop as a journal; its address and the digest of the floor at its end."""
    url = f"sqlite:///{tmp_path_factory.mktemp('day') / 'day.db'}"
    day = played(plan(seed=11, hours=1.5))
    opening = Opening(LAYOUT.source, (DATA / "catalogue.json").read_text(encoding="utf-8"), Policy())
    journal = Journal.create(url, LAYOUT.store.id, msgspec.json.encode(opening), shopfloor.release(), MORNING)
    floor = Floor(LAYOUT, CATALOGUE, Policy())
    entries = []
    for at, message in day.heard:
        digest = digest_of(floor.handle(message, at))
        if isinstance(message, TimePassed):
            entries.append(NewEntry(at=at, kind=TIME_PASSED, body=b"", outcome="accepted", digest=digest))
        else:
            kind = type(message.event).__name__
            entries.append(NewEntry(at=at, kind=kind, body=write_heard(message), outcome="accepted", digest=digest))
    journal.append(entries)
    journal.close()
    assert len(entries) > 500
    assert floor.digest() == day.floor.digest(), "the same words, said again, led elsewhere"
    return url, floor.digest()


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_b24_one_digest_under_any_hash_seed(recorded: tuple[str, str], hash_seed: str) -> None:
    url, digest = recorded
    done = subprocess.run(
        [sys.executable, "-m", "shopfloor", "replay", "--db", url],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert json.loads(done.stdout)["replay_digest"] == digest


def test_a_journal_of_another_release_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """``shopfloor replay`` ended in a traceback."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    Journal.create(url, LAYOUT.store.id, b'{"planets": 9}', "99.0", MORNING).close()
    done = subprocess.run(
        [sys.executable, "-m", "shopfloor", "replay", "--db", url],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 1
    assert done.stderr.startswith(
        b"shopfloor replay: This journal was opened with words that this release does not know"
    )
    assert b"Use the one that made it." in done.stderr


def test_b24_a_journal_with_one_changed_byte_does_not_replay(recorded: tuple[str, str], tmp_path: Path) -> None:
    url, _ = recorded
    source = Path(url.removeprefix("sqlite:///"))
    copy = tmp_path / "copy.db"
    content = bytearray(source.read_bytes())
    at = content.index(b"TicketTaken")
    content[at] ^= 1
    copy.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "shopfloor", "replay", "--db", f"sqlite:///{copy}"],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 1
    assert b"chain is broken" in done.stderr or b"cannot be read" in done.stderr

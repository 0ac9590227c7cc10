"""The store is damaged when the real process starts: it refuses, says what it found and which command helps, and leaves
every file as it was; and that command helps."""

import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

import shopfloor
from shopfloor.service.coordinator import Coordinator
from shopfloor.service.inspection import good_prefix
from shopfloor.service.journal import Journal
from shopfloor.service.records import Records
from shopfloor.service.recovery import look
from shopfloor.service.replay import rebuild
from tests.conftest import Mosquitto
from tests.fire.counter import Counter, Eventually
from tests.fire.kept import STORE, TICKETS, address, contents, play, shopfloor_says, ticket_taken

Damage = Callable[[Path, Path], None]
OPENING = 2
"""Entries before the first ticket: the shop is opened, and its first moment passes."""
LAST_AT_NOON = OPENING + TICKETS // 2


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    play(folder)
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


def put(source: Path, shop: Path) -> None:
    for name, content in contents(source).items():
        (shop / name).write_bytes(content)


def a_bit_of_an_entry(morning: Path, shop: Path) -> None:
    put(morning / "closed", shop)
    database = shop / "shop.db"
    content = bytearray(database.read_bytes())
    body = b'{"kind":"TicketTaken","line":"A"}'
    places = [at for at in range(len(content)) if content.startswith(body, at)]
    content[places[len(places) // 2] + body.index(b'"A"') + 1] ^= 2  # A becomes C: a line there is
    database.write_bytes(content)


def a_bit_of_the_log(morning: Path, shop: Path) -> None:
    put(morning / "killed", shop)
    log = shop / "shop.db-wal"
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)


def the_head_of_the_log(morning: Path, shop: Path) -> None:
    put(morning / "killed", shop)
    log = shop / "shop.db-wal"
    log.write_bytes(b"\1" * 32 + log.read_bytes()[32:])


def no_file(morning: Path, shop: Path) -> None:
    put(morning / "closed", shop)
    (shop / "shop.db").unlink()


def an_empty_file(morning: Path, shop: Path) -> None:
    put(morning / "closed", shop)
    (shop / "shop.db").write_bytes(b"")


def another_file(morning: Path, shop: Path) -> None:
    put(morning / "closed", shop)
    (shop / "shop.db").write_bytes(b"not a database" * 500)


def the_backup_of_noon(morning: Path, shop: Path) -> None:
    put(morning / "noon", shop)
    shutil.copy(morning / "closed" / "shop.db.anchor", shop / "shop.db.anchor")


# ── refused ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (a_bit_of_an_entry, "is not what was written: its chain is broken"),
        (a_bit_of_the_log, "committed transactions lie behind the damage"),
        (the_head_of_the_log, "The head of the write-ahead log"),
        (no_file, "is missing, but its anchor shows that this shop was opened before"),
        (an_empty_file, "is empty, but its anchor shows that this shop was opened before"),
        (another_file, "is no journal that can be read"),
        (the_backup_of_noon, f"ends at entry {LAST_AT_NOON}, but it had {OPENING + TICKETS} entries: some were lost"),
    ],
)
def test_f57_f61_p10_a_damaged_journal_is_refused_with_what_was_found_and_how_to_go_on(
    morning: Path, shop: Path, damage: Damage, found: str
) -> None:
    damage(morning, shop)
    before = contents(shop)
    code, words = shopfloor_says("serve", "--no-pages", "--db", address(shop), "--broker", "mqtt://127.0.0.1:1")
    assert code == 1
    assert found in words
    assert "'shopfloor recover' with the same --db" in words
    assert "Traceback" not in words
    assert contents(shop) == before


def test_f02_an_unfinished_write_is_dropped_with_a_remark_and_the_shop_serves(
    mosquitto: Mosquitto, tmp_path: Path, eventually: Eventually
) -> None:
    with closing(Counter(mosquitto, tmp_path, eventually)) as counter:
        counter.serve("--new", "-v")
        eventually(lambda: "queue connected" in counter.process.last_words(), "the coordinator on the broker")
        counter.take_tickets(5)
        counter.await_receipts()
        counter.process.kill()
        log = counter.database.with_name("shop.db-wal")
        log.write_bytes(log.read_bytes() + log.read_bytes()[32:1_000])  # the power went in the middle of the next one
        counter.take_tickets(5)
        counter.serve()
        counter.await_receipts()
        assert counter.process.has_said("The last write was not finished, and was dropped.")
        assert counter.stop() == 0
        assert counter.violations() == []


# ── recovered ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=[a_bit_of_an_entry, a_bit_of_the_log, the_backup_of_noon])
def damaged(request: pytest.FixtureRequest, morning: Path, shop: Path) -> Iterator[Path]:
    request.param(morning, shop)
    before = contents(shop)
    yield shop
    assert contents(shop) == before, "the evidence was touched"


def test_f57_f61_the_commands_that_the_look_prints_bring_the_good_prefix_back_into_service(damaged: Path) -> None:
    code, words = shopfloor_says("recover", "--db", address(damaged))
    assert code == 1
    good = look(address(damaged), shopfloor.release()).good
    assert OPENING < good < OPENING + TICKETS
    assert f"entries 1 to {good}" in words
    command = next(line for line in words.splitlines() if line.startswith("  shopfloor recover"))
    code, words = shopfloor_says(*shlex.split(command)[1:])
    assert code == 0, words
    assert "start every device anew" in words
    fresh = words.split()[0]
    kept, copied = (islice(good_prefix(url, STORE), good) for url in (address(damaged), fresh))
    assert [entry.chain for entry in copied] == [entry.chain for entry in kept]
    assert shopfloor_says("replay", "--db", fresh)[0] == 0
    with closing(Journal.open(fresh, STORE, shopfloor.release())) as journal:
        assert journal.remarks == ()
        assert journal.head.n == good + 1
        coordinator = Coordinator(journal, rebuild(journal), Records())
        ticket_taken(coordinator, good - OPENING)  # known: it has the seq of the last good entry
        ticket_taken(coordinator, TICKETS + 1)
        assert journal.head.n == good + 2
        last = list(coordinator.floor.books.tickets.values())[-1]
        assert int(last.number[1:]) > TICKETS  # nobody in the hall has this number
        assert int(last.id[1:]) > 20_000
        journal.verify()


def test_f61_a_loss_must_be_accepted_by_its_number_and_a_whole_journal_needs_no_recovery(
    morning: Path, shop: Path
) -> None:
    the_backup_of_noon(morning, shop)
    into = f"sqlite:///{shop / 'fresh.db'}"
    code, words = shopfloor_says("recover", "--db", address(shop), "--into", into, "--accept-loss", "3")
    assert (code, f"At least {TICKETS // 2} entries are lost, not 3" in words) == (1, True)
    assert not (shop / "fresh.db").exists()

    whole = morning / "closed"
    assert shopfloor_says("recover", "--db", address(whole))[0] == 0
    code, words = shopfloor_says("recover", "--db", address(whole), "--into", into)
    assert (code, "is whole, to its last entry" in words) == (1, True)
    assert not (shop / "fresh.db").exists()

"""The journal while the shop is open: batches, chain, repeats, outbox, checkpoints, and a disk that gives out."""

import hashlib
import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from shopfloor.service.anchor import ANCHOR_EVERY, read_anchor
from shopfloor.service.entries import (
    NO_OUTPUTS,
    NUMBER_MAX,
    OUTGOING_MAX,
    Entry,
    NewEntry,
    Outgoing,
    first_link,
    link,
    outbox_id,
)
from shopfloor.service.identities import Identities
from shopfloor.service.journal import CHECKPOINTS_KEPT, EntryRow, Journal
from shopfloor.service.statements import FIND_IDENTITY, HIGHEST_SEQ, NEWEST_BOOTS
from shopfloor.service.store import Corrupt, DurabilityUnknown, NotDurable, Repeated

STORE, RELEASE, OPENING = "sz1", "1.0", 1_000


def picked(seq: int, *, body: bytes = b'{"unit":"U1"}', messages: int = 0, boot: int = 1) -> NewEntry:
    outgoing = tuple(Outgoing(f"shopfloor/v1/sz1/cabinet/c{place}/receipt", body) for place in range(messages))
    return NewEntry(
        at=OPENING + 1,
        kind="UnitPicked",
        body=body,
        outcome="accepted",
        digest=hashlib.sha256(body).digest(),
        device="cabinet/c1",
        boot=boot,
        seq=seq,
        outgoing=outgoing,
    )


def wake_up(at: int = OPENING + 1) -> NewEntry:
    return NewEntry(at=at, kind="TimePassed", body=b"{}", outcome="accepted", digest=NO_OUTPUTS)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/sz1.db"


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    with closing(Journal.create(url, STORE, b'{"layout":"one desk"}', RELEASE, OPENING)) as journal:
        yield journal


def run(statement: str) -> Callable[[Connection], None]:
    """One statement for the transaction of a batch."""

    def also(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return also


@contextmanager
def stranger(url: str) -> Iterator[sqlite3.Connection]:
    """Somebody's shell on the same file."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as shell:
        yield shell


def test_the_first_entry_is_the_opening_of_the_shop_with_its_configuration(journal: Journal) -> None:
    (opening,) = journal.entries()
    assert (opening.n, opening.kind, opening.body) == (1, "ShopOpened", b'{"layout":"one desk"}')
    assert (opening.at, opening.outcome, opening.device) == (OPENING, "accepted", "")
    assert journal.head.n == 1
    assert journal.remarks == ()


def test_a_batch_is_numbered_without_gaps_and_comes_back_as_it_was(journal: Journal) -> None:
    refused = NewEntry(
        OPENING + 5, "UnitPicked", b"\x00\xff", "refused", NO_OUTPUTS, "cabinet/c2", 7, NUMBER_MAX, "NO_JOB", "没有任务"
    )
    assert journal.append([picked(1), wake_up(), refused]) == [2, 3, 4]
    assert journal.append([wake_up(OPENING + 5)]) == [5]
    last = list(journal.entries(after=3, upto=4))
    assert [entry.n for entry in last] == [4]
    assert (last[0].body, last[0].outcome, last[0].seq) == (b"\x00\xff", "refused", NUMBER_MAX)
    assert (last[0].code, last[0].reason, last[0].store) == ("NO_JOB", "没有任务", STORE)
    assert [entry.n for entry in journal.entries()] == [1, 2, 3, 4, 5]


def test_every_entry_is_chained_to_the_one_before_by_its_whole_row(journal: Journal) -> None:
    journal.append([picked(seq) for seq in range(1, 30)])
    chain = first_link(STORE)
    for entry in journal.entries():
        *row, kept = (getattr(entry, name) for name in Entry.__struct_fields__)
        chain = link(chain, tuple(row))
        assert chain == kept
    assert journal.head.chain == chain
    journal.verify()


def test_two_journals_told_the_same_have_the_same_chain_and_another_store_has_another(tmp_path: Path) -> None:
    heads = []
    for name, store in (("a", STORE), ("b", STORE), ("c", "sz2")):
        with closing(Journal.create(f"sqlite:///{tmp_path}/{name}.db", store, b"{}", RELEASE, OPENING)) as journal:
            journal.append([picked(1), picked(2)])
            heads.append(journal.head)
    assert heads[0] == heads[1] != heads[2]


def test_the_table_has_the_columns_of_an_entry_in_their_order() -> None:
    assert tuple(EntryRow.model_fields) == Entry.__struct_fields__


def test_time_never_runs_backwards_in_the_journal(journal: Journal) -> None:
    journal.append([wake_up(OPENING + 10)])
    assert journal.head.at == OPENING + 10
    with pytest.raises(AssertionError, match="time runs backwards"):
        journal.append([wake_up(OPENING + 9)])
    assert journal.append([wake_up(OPENING + 10)]) == [3]


def test_entries_are_streamed_in_pages_while_others_are_appended(journal: Journal) -> None:
    journal.append([wake_up() for _ in range(2_500)])
    stream = journal.entries()
    first = [next(stream).n for _ in range(1_500)]
    journal.append([wake_up()])
    assert first + [entry.n for entry in stream] == list(range(1, 2_503))


def test_records_are_written_in_the_same_transaction(journal: Journal, url: str) -> None:
    def record(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE ticket (id TEXT PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO ticket VALUES ('A001')")

    assert journal.append([], also=record) == []
    with pytest.raises(IntegrityError):
        journal.append([picked(1)], also=run("INSERT INTO ticket VALUES ('A001')"))
    assert journal.head.n == 1
    assert journal.known("cabinet/c1", 1, 1) is None
    assert journal.append([picked(1)]) == [2]
    with stranger(url) as shell:
        assert shell.execute("SELECT id FROM ticket").fetchall() == [("A001",)]


def test_a_repeat_gets_the_stored_answer_and_another_content_under_the_same_identity_shows(journal: Journal) -> None:
    refused = NewEntry(
        OPENING, "UnitPicked", b"one", "refused", NO_OUTPUTS, "cabinet/c1", 3, 9, "NO_JOB", "no job for it"
    )
    assert journal.known("cabinet/c1", 3, 9) is None
    journal.append([refused])
    known = journal.known("cabinet/c1", 3, 9)
    assert known is not None
    assert (known.n, known.outcome, known.code, known.reason) == (2, "refused", "NO_JOB", "no job for it")
    assert known.body_sha256 == hashlib.sha256(b"one").digest() != hashlib.sha256(b"two").digest()
    for device, boot, seq in (
        ("cabinet/c1", 3, 8),
        ("cabinet/c1", 2, 9),
        ("cabinet/c2", 3, 9),
        ("cabinet/c1", 3, 2**70),
    ):
        assert journal.known(device, boot, seq) is None


def test_f20_a_straggler_with_a_lower_number_makes_nothing_after_it_look_new(journal: Journal) -> None:
    for seq in (5, 3):
        assert journal.known("cabinet/c1", 1, seq) is None
        journal.append([picked(seq)])
    assert [journal.known("cabinet/c1", 1, seq) is not None for seq in (3, 4, 5)] == [True, False, True]


def test_what_the_coordinator_makes_itself_has_no_identity(journal: Journal) -> None:
    journal.append([wake_up(), wake_up()])
    with pytest.raises(AssertionError, match="only what a device sent"):
        journal.known("", 0, 0)


def test_a_batch_with_a_repeat_is_not_written_at_all(journal: Journal) -> None:
    journal.append([picked(1)])
    for batch in ([picked(2), picked(1)], [picked(3), picked(3, body=b"other")]):
        with pytest.raises(Repeated, match="journaled already"):
            journal.append(batch)
    assert journal.head.n == 2
    assert [journal.known("cabinet/c1", 1, seq) is not None for seq in (1, 2, 3)] == [True, False, False]


def test_the_newest_boot_of_each_device_is_known(journal: Journal) -> None:
    assert journal.newest_boots() == {}
    said = [("cabinet/c1", 3), ("cabinet/c1", 12), ("cabinet/c1", 4), ("pad/p1", 0), ("kiosk/k1", 7), ("kiosk/k2", 1)]
    journal.append([wake_up()])
    journal.append([NewEntry(OPENING + 1, "E", b"", "accepted", NO_OUTPUTS, device, boot, 1) for device, boot in said])
    assert journal.newest_boots() == {"cabinet/c1": 12, "kiosk/k1": 7, "kiosk/k2": 1, "pad/p1": 0}


def test_repeats_are_looked_up_by_the_index_and_not_by_reading_the_journal(journal: Journal, url: str) -> None:
    with stranger(url) as shell:
        for query, values in ((FIND_IDENTITY, (STORE, "cabinet/c1", 1, 1)), (HIGHEST_SEQ, (STORE, "cabinet/c1", 1))):
            (plan,) = shell.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
            assert "entry_identity" in plan[3]
        steps = [step[3] for step in shell.execute(f"EXPLAIN QUERY PLAN {NEWEST_BOOTS}", {"store": STORE})]
        assert not any(step.startswith("SCAN entry") for step in steps)
        assert sum("entry_identity" in step for step in steps) == 3


identities = st.tuples(st.sampled_from(["cabinet/c1", "pad/p1", "kiosk/k1"]), st.integers(0, 3), st.integers(0, 6))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.tuples(identities, st.binary(max_size=2)), max_size=6), max_size=8), st.integers(1, 4))
def test_every_identity_is_known_for_ever_in_any_order_of_boots_and_seqs(
    batches: list[list[tuple[tuple[str, int, int], bytes]]], marks_max: int
) -> None:
    told: dict[tuple[str, int, int], bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/sz1.db"
        with closing(Journal.create(url, STORE, b"{}", RELEASE, OPENING)) as journal:
            journal._identities = Identities(journal._driver, STORE, marks_max)  # so few that marks are forgotten
            for batch in batches:
                new: dict[tuple[str, int, int], bytes] = {}
                for identity, body in batch:
                    known = journal.known(*identity)
                    assert (known is not None) == (identity in told)
                    if known is not None:
                        assert known.body_sha256 == hashlib.sha256(told[identity]).digest()
                    else:
                        new.setdefault(identity, body)
                journal.append(
                    [NewEntry(OPENING, "E", body, "accepted", NO_OUTPUTS, *identity) for identity, body in new.items()]
                )
                told |= new
            assert len(journal._identities._marks) <= marks_max
        with closing(Journal.open(url, STORE, RELEASE)) as journal:
            for identity, body in told.items():
                known = journal.known(*identity)
                assert known is not None
                assert known.body_sha256 == hashlib.sha256(body).digest()


def test_messages_wait_in_the_outbox_in_the_order_of_their_causes_until_they_have_left(journal: Journal) -> None:
    journal.append([picked(1, messages=2), wake_up(), picked(2, messages=1)])
    waiting = list(journal.unsent())
    assert [message.id for message in waiting] == [outbox_id(2, 0), outbox_id(2, 1), outbox_id(4, 0)]
    assert waiting[1].topic == "shopfloor/v1/sz1/cabinet/c1/receipt"
    assert waiting[1].payload == b'{"unit":"U1"}'
    journal.mark_sent([outbox_id(2, 0), outbox_id(4, 0)])
    assert [message.id for message in journal.unsent()] == [outbox_id(2, 1)]
    journal.append([picked(3, messages=1)], sent=[outbox_id(2, 1)])
    assert [message.id for message in journal.unsent()] == [outbox_id(5, 0)]


def test_the_outbox_is_rolled_back_with_its_entries(journal: Journal) -> None:
    journal.append([picked(1, messages=1)])
    with pytest.raises(Repeated):
        journal.append([picked(2, messages=1), picked(1)], sent=[outbox_id(2, 0)])
    assert [message.id for message in journal.unsent()] == [outbox_id(2, 0)]


def test_a_message_that_rotted_in_the_outbox_is_not_sent(journal: Journal, url: str) -> None:
    journal.append([picked(1, messages=2)])
    with stranger(url) as shell:
        shell.execute("UPDATE outbox SET payload = ? WHERE id = ?", (b'{"unit":"U2"}', outbox_id(2, 1)))
    messages = journal.unsent()
    assert next(messages).id == outbox_id(2, 0)
    with pytest.raises(Corrupt, match="Message 20001"):
        next(messages)


def test_no_entry_causes_more_messages_than_its_ids_allow(journal: Journal) -> None:
    with pytest.raises(AssertionError, match="more than"):
        journal.append([picked(1, messages=OUTGOING_MAX + 1)])
    journal.append([picked(1, messages=3), picked(2, messages=1)])
    assert outbox_id(2, OUTGOING_MAX - 1) < outbox_id(3, 0)


def test_the_last_checkpoint_is_kept_with_its_release_and_old_ones_make_room(journal: Journal, url: str) -> None:
    assert journal.latest_checkpoint() is None
    for day in range(CHECKPOINTS_KEPT + 3):
        (n,) = journal.append([wake_up()])
        journal.write_checkpoint(n, b"state of day %d" % day)
    journal.write_checkpoint(n, b"the same evening again")
    kept = journal.latest_checkpoint()
    assert kept is not None
    assert (kept.n, kept.release, kept.state) == (n, RELEASE, b"the same evening again")
    with stranger(url) as shell:
        assert shell.execute("SELECT count(*) FROM checkpoint").fetchone() == (CHECKPOINTS_KEPT,)
    with pytest.raises(AssertionError, match="no entry"):
        journal.write_checkpoint(n + 1, b"tomorrow")


def test_the_anchor_follows_every_so_many_entries_and_at_checkpoints_and_at_the_stop(url: str, tmp_path: Path) -> None:
    journal = Journal.create(url, STORE, b"{}", RELEASE, OPENING)

    def anchored() -> int:
        anchor = read_anchor(tmp_path / "sz1.db.anchor")
        assert anchor is not None
        assert anchor.chain == next(journal.entries(anchor.n - 1)).chain.hex()
        return anchor.n

    assert anchored() == 1
    journal.append([wake_up() for _ in range(ANCHOR_EVERY - 1)])
    assert anchored() == 1
    journal.append([wake_up()])
    assert anchored() == journal.head.n == ANCHOR_EVERY + 1
    (n,) = journal.append([wake_up()])
    journal.write_checkpoint(n, b"state")
    assert anchored() == n
    (n,) = journal.append([wake_up()])
    journal.close()
    stopped = read_anchor(tmp_path / "sz1.db.anchor")
    assert stopped is not None
    assert stopped.n == n


def test_an_anchor_that_cannot_be_written_is_told_and_tried_again_and_the_shop_goes_on(
    journal: Journal, tmp_path: Path
) -> None:
    blocker = tmp_path / "sz1.db.anchor.new"
    blocker.mkdir()
    journal.append([wake_up()])
    journal.anchor()
    assert journal.anchor_trouble is not None
    assert "anchor cannot be written" in journal.anchor_trouble
    assert journal.append([wake_up()]) == [3]
    blocker.rmdir()
    journal.anchor()
    assert journal.anchor_trouble is None


def test_a_full_disk_takes_nothing_of_the_batch_and_the_journal_goes_on_when_there_is_room(
    journal: Journal, url: str
) -> None:
    def pages_max(count: str) -> None:
        journal.append([], also=run(f"PRAGMA max_page_count = {count}"))

    journal.append([picked(1)])
    pages_max("1")  # SQLite takes the present size where that is larger
    with pytest.raises(NotDurable, match="disk is full: nothing of this batch is written"):
        journal.append([picked(seq, body=b"x" * 4_000, messages=1) for seq in range(2, 10)])
    assert (journal.head.n, journal.known("cabinet/c1", 1, 2), list(journal.unsent())) == (2, None, [])
    journal.verify()
    pages_max("1000000")
    assert journal.append([picked(2, messages=1)]) == [3]
    journal.verify()


def test_a_full_disk_met_by_the_records_is_told_the_same_way(journal: Journal) -> None:
    def record(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.exec_driver_sql("CREATE TABLE photo (content BLOB)")
        connection.exec_driver_sql("INSERT INTO photo VALUES (zeroblob(100000))")

    with pytest.raises(NotDurable, match="disk is full"):
        journal.append([picked(1)], also=record)
    assert journal.head.n == 1


def test_a_stranger_who_holds_the_database_is_waited_for_and_then_named(journal: Journal, url: str) -> None:
    journal.append([], also=run("PRAGMA busy_timeout = 50"))
    with stranger(url) as shell:
        shell.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotDurable, match="Another connection holds the database"):
            journal.append([picked(1)])
        shell.execute("COMMIT")
        assert journal.append([picked(1)]) == [2]


def test_a_reader_never_stops_the_writer(journal: Journal, url: str) -> None:
    with stranger(url) as shell:
        shell.execute("BEGIN")
        assert shell.execute("SELECT count(*) FROM entry").fetchone() == (1,)
        assert journal.append([picked(1)]) == [2]
        assert shell.execute("SELECT count(*) FROM entry").fetchone() == (1,)


def test_nobody_writes_between_what_the_records_read_and_what_they_write(journal: Journal, url: str) -> None:
    def count_up(connection: Connection) -> None:
        (tickets,) = connection.exec_driver_sql("SELECT count(*) FROM ticket").one()
        with stranger(url) as shell, pytest.raises(sqlite3.OperationalError, match="locked"):
            shell.executescript("PRAGMA busy_timeout = 0; INSERT INTO ticket VALUES ('X001')")
        connection.exec_driver_sql("INSERT INTO ticket VALUES (?)", (f"A{tickets + 1:03}",))

    journal.append([], also=run("CREATE TABLE ticket (id TEXT PRIMARY KEY)"))
    journal.append([], also=count_up)
    with stranger(url) as shell:
        assert shell.execute("SELECT id FROM ticket").fetchall() == [("A001",)]


def test_each_commit_is_synced_to_the_disk(journal: Journal) -> None:
    def look(connection: Connection) -> None:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL

    journal.append([], also=look)


def test_a_write_that_fails_half_way_is_never_tried_again(url: str, tmp_path: Path) -> None:
    journal = Journal.create(url, STORE, b"{}", RELEASE, OPENING)
    journal.append([picked(1)])
    size = (tmp_path / "sz1.db-wal").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 2_000, hard))  # the disk breaks in the middle of a page
    try:
        with pytest.raises(DurabilityUnknown, match="This process must end"):
            journal.append([picked(2)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    with pytest.raises(DurabilityUnknown, match="unknown"):
        journal.append([picked(2)])
    assert journal.head.n == 2
    journal.close()
    with closing(Journal.open(url, STORE, RELEASE)) as journal:
        assert journal.head.n == 2
        assert journal.append([picked(2)]) == [3]


def test_a_hand_in_the_file_is_found_by_the_nightly_check_with_the_entry_named(journal: Journal, url: str) -> None:
    journal.append([picked(seq) for seq in range(1, 20)])
    journal.verify()
    with stranger(url) as shell:
        shell.execute("UPDATE entry SET reason = 'because' WHERE n = 7")
    with pytest.raises(Corrupt, match="Entry 7 is not what was written"):
        journal.verify()


@pytest.mark.parametrize(
    ("deed", "finding"),
    [
        ("DELETE FROM entry WHERE n = 12", "Entry 12 is missing"),
        ("DELETE FROM entry WHERE n = 20", "ends at entry 19"),
        ("UPDATE entry SET n = 99 WHERE n = 1", "Entry 1 is missing"),
        ("UPDATE entry SET body = 'text' WHERE n = 5", "Entry 5 is not"),
        ("UPDATE entry SET at = at + 1 WHERE n = 20", "Entry 20 is not"),
        ("UPDATE entry SET chain = zeroblob(32) WHERE n = 1", "Entry 1 is not"),
        ("UPDATE meta SET value = '00' WHERE key = 'genesis'", "Entry 1, the opening of the shop, is not"),
        ("DELETE FROM meta WHERE key = 'store'", "does not say its store"),
        ("UPDATE checkpoint SET state = 'paid'", "checkpoint after entry 20 is not"),
        ("UPDATE checkpoint SET release = '0.9'", "checkpoint after entry 20 is not"),
        ("UPDATE checkpoint SET n = 21", "checkpoint after entry 21, but no such entry"),
    ],
)
def test_whatever_a_hand_did_in_the_file_is_found(journal: Journal, url: str, deed: str, finding: str) -> None:
    journal.append([picked(seq) for seq in range(1, 20)])
    journal.write_checkpoint(20, b"state")
    with stranger(url) as shell:
        shell.execute(deed)
    with pytest.raises(Corrupt, match=finding):
        journal.verify()

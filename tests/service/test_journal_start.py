"""The journal at the start: it begins right, or it refuses and says why, and what it refuses stays as it was found."""

import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from shopfloor.service import inspection
from shopfloor.service.anchor import FORMAT, Anchor, read_anchor, write_anchor
from shopfloor.service.entries import NO_OUTPUTS, Entry, NewEntry, Outgoing, link
from shopfloor.service.inspection import good_prefix
from shopfloor.service.journal import Journal
from shopfloor.service.store import (
    AlreadyThere,
    Corrupt,
    JournalRefused,
    Locked,
    Missing,
    Newer,
    OtherRelease,
    OtherStore,
    Unsupported,
)
from shopfloor.service.wal import FRAME_HEADER_BYTES, HEADER_BYTES, NOTHING_BEHIND, LogTail, read_log_tail

STORE, RELEASE, OPENING = "sz1", "1.0", 1_000
BATCHES, BATCH = 20, 5
PAGE_BYTES = 4_096


def address(folder: Path) -> str:
    return f"sqlite:///{folder}/sz1.db"


def picked(seq: int) -> NewEntry:
    receipt = Outgoing("shopfloor/v1/sz1/cabinet/c1/receipt", b'{"seq":%d}' % seq)
    body = b'{"unit":"U%d"}' % seq
    return NewEntry(OPENING, "UnitPicked", body, "accepted", NO_OUTPUTS, "cabinet/c1", 1, seq, outgoing=(receipt,))


def a_day(journal: Journal) -> None:
    """Twenty batches of five, the outbox sent but for the last few, and a checkpoint in the middle."""
    for batch in range(BATCHES):
        waiting = [message.id for message in journal.unsent()]
        numbers = journal.append([picked(batch * BATCH + place) for place in range(BATCH)], sent=waiting)
        if batch == BATCHES // 2:
            journal.write_checkpoint(numbers[-1], b"noon" * 2_000)


def closed_shop(folder: Path) -> Path:
    """A journal of a whole day, stopped cleanly."""
    folder.mkdir()
    with closing(Journal.create(address(folder), STORE, b"{}", RELEASE, OPENING)) as journal:
        a_day(journal)
    return folder


def power_cut(journal: Journal, folder: Path) -> Path:
    """The files as the disk has them at this moment, without a clean stop."""
    source = journal._database
    folder.mkdir()
    for suffix in ("", "-wal", ".anchor"):
        shutil.copy(f"{source}{suffix}", folder)
    return folder


def crashed_shop(folder: Path) -> Path:
    """A journal of a whole day, with all of it but the opening in the write-ahead log only."""
    folder.mkdir()
    with closing(Journal.create(address(folder), STORE, b"{}", RELEASE, OPENING)) as journal:
        for batch in range(BATCHES):
            journal.append([picked(batch * BATCH + place) for place in range(BATCH)])
        return power_cut(journal, folder / "cut")


def told(folder: Path) -> list[Entry]:
    return list(good_prefix(address(folder), STORE))


def refusal(folder: Path, kind: type[JournalRefused], store: str = STORE, release: str = RELEASE) -> str:
    """Open, demand this refusal, and that database and log are byte for byte what they were; returns its message."""
    files = [path for path in (folder / "sz1.db", folder / "sz1.db-wal") if path.exists()]
    before = [path.read_bytes() for path in files]
    with pytest.raises(kind) as refused:
        Journal.open(address(folder), store, release)
    assert type(refused.value) is kind
    assert [path.read_bytes() for path in files] == before
    return str(refused.value)


def test_a_shop_stopped_cleanly_starts_where_it_ended(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    assert not (shop / "sz1.db-wal").exists()
    with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:
        assert journal.remarks == ()
        assert journal.head.n == 1 + BATCHES * BATCH
        assert len(list(journal.unsent())) == BATCH
        assert journal.latest_checkpoint() is not None
        assert journal.append([picked(1_000)]) == [journal.head.n]
        journal.verify()


def test_after_a_power_cut_every_committed_batch_is_there(tmp_path: Path) -> None:
    shop = crashed_shop(tmp_path / "shop")
    with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:
        assert journal.head.n == 1 + BATCHES * BATCH
        assert journal.remarks == ()
        journal.verify()


@pytest.mark.parametrize("leftover", ["sz1.db", "sz1.db-wal", "sz1.db.anchor"])
def test_a_new_shop_is_never_opened_over_what_is_left_of_an_old_one(tmp_path: Path, leftover: str) -> None:
    (tmp_path / leftover).write_bytes(b"something")
    with pytest.raises(AlreadyThere, match=leftover):
        Journal.create(address(tmp_path), STORE, b"{}", RELEASE, OPENING)
    assert (tmp_path / leftover).read_bytes() == b"something"


def test_an_opening_that_was_interrupted_leaves_no_journal_and_can_be_done_again(tmp_path: Path) -> None:
    (tmp_path / "sz1.db.new").write_bytes(b"half of a journal")
    (tmp_path / "sz1.db.new-wal").write_bytes(b"half of a log")
    assert "serve --new" in refusal(tmp_path, Missing)
    with closing(Journal.create(address(tmp_path), STORE, b"{}", RELEASE, OPENING)) as journal:
        assert journal.head.n == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sz1.db", "sz1.db.anchor", "sz1.db.lock"]


def test_where_there_never_was_a_journal_none_is_made_by_starting(tmp_path: Path) -> None:
    assert "is missing. A new shop is opened by 'shopfloor serve --new'" in refusal(tmp_path, Missing)
    assert "is missing" in refusal(tmp_path / "no such folder", Missing)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("left", "found"), [(None, "is missing"), (b"", "is empty")])
def test_a_lost_journal_is_never_replaced_by_an_empty_one(tmp_path: Path, left: bytes | None, found: str) -> None:
    shop = closed_shop(tmp_path / "shop")
    (shop / "sz1.db").unlink()
    if left is not None:
        (shop / "sz1.db").write_bytes(left)
    message = refusal(shop, Missing)
    assert f"{found}, but its anchor shows that this shop was opened before" in message
    assert "Put a backup in its place" in message
    with pytest.raises(AlreadyThere):
        Journal.create(address(shop), STORE, b"{}", RELEASE, OPENING)


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"SQLite format 3\0" + b"\0" * 5_000])
def test_a_malformed_file_is_refused(tmp_path: Path, content: bytes) -> None:
    shop = closed_shop(tmp_path / "shop")
    (shop / "sz1.db").write_bytes(content)
    assert "keep the files as evidence" in refusal(shop, Corrupt)


def test_damage_that_shows_even_in_the_text_of_the_error_is_refused_as_well(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    content = (shop / "sz1.db").read_bytes()
    (shop / "sz1.db").write_bytes(content.replace(b"PRIMARY KEY", b"PRIMARY \xcbEY"))
    assert "is malformed" in refusal(shop, Corrupt)


def test_the_checkpoint_of_another_journal_is_refused(tmp_path: Path) -> None:
    shops = []
    for name, body in (("ours", b"{}"), ("theirs", b"{ }")):
        (tmp_path / name).mkdir()
        with closing(Journal.create(address(tmp_path / name), STORE, body, RELEASE, OPENING)) as journal:
            journal.write_checkpoint(1, b"state of " + name.encode())
        shops.append(tmp_path / name)
    ours, theirs = shops
    with closing(sqlite3.connect(ours / "sz1.db", isolation_level=None)) as hand:
        hand.execute("ATTACH ? AS theirs", (str(theirs / "sz1.db"),))
        hand.execute("REPLACE INTO main.checkpoint SELECT * FROM theirs.checkpoint")
    assert "The checkpoint after entry 1 is not what was written" in refusal(ours, Corrupt)


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "sz1.db")) as other:
        other.execute("CREATE TABLE recipe (name TEXT)")
    assert "is a database, but not a journal" in refusal(tmp_path, Corrupt)


def alter(shop: Path, statement: str) -> None:
    with closing(sqlite3.connect(shop / "sz1.db", isolation_level=None)) as hand:
        hand.execute(statement)


def test_a_broken_chain_is_refused_and_the_good_prefix_can_be_looked_at(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    alter(shop, 'UPDATE entry SET body = CAST(\'{"unit":"U0"}\' AS BLOB) WHERE n = 42')
    assert "Entry 42 is not what was written" in refusal(shop, Corrupt)
    prefix = good_prefix(address(shop), STORE)
    assert [next(prefix).n for _ in range(41)] == list(range(1, 42))
    with pytest.raises(Corrupt, match="Entry 42"):
        next(prefix)


def test_a_message_that_rotted_in_the_outbox_keeps_the_shop_closed(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    alter(shop, "UPDATE outbox SET topic = 'shopfloor/v1/sz1/pos/p1/command' WHERE entry = 101")
    assert "Message 1010000 in the outbox" in refusal(shop, Corrupt)


def test_fewer_entries_than_the_anchor_knows_are_refused(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    alter(shop, "DELETE FROM entry WHERE n > 98")
    assert "ends at entry 98, but it had 101 entries" in refusal(shop, Corrupt)


def test_a_log_taken_away_as_a_whole_is_noticed_by_the_anchor_and_only_by_it(tmp_path: Path) -> None:
    shop = crashed_shop(tmp_path / "shop")
    anchored = told(shop)[-1]
    (shop / "sz1.db-wal").unlink()
    with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:  # the anchor was at the opening: unnoticed
        assert journal.head.n == 1
    write_anchor(shop / "sz1.db.anchor", Anchor(FORMAT, STORE, anchored.n, anchored.chain.hex()))
    assert "ends at entry 1, but it had 101" in refusal(shop, Corrupt)


def test_an_insider_who_chains_the_tail_anew_is_caught_by_the_anchor(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    entries = told(shop)
    with closing(sqlite3.connect(shop / "sz1.db", isolation_level=None)) as insider:
        chain = entries[88].chain
        for entry in entries[89:]:
            row = msgspec.structs.astuple(msgspec.structs.replace(entry, reason="paid in cash"))[:-1]
            chain = link(chain, row)
            insider.execute("UPDATE entry SET reason = 'paid in cash', chain = ? WHERE n = ?", (chain, entry.n))
    assert len(told(shop)) == len(entries)
    assert "Entry 101 is not the one the anchor remembers" in refusal(shop, Corrupt)


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"format":1,"store":"sz1","n":0,"chain":"00"}'])
def test_a_missing_or_unreadable_anchor_is_remarked_and_written_anew(tmp_path: Path, content: bytes | None) -> None:
    shop = closed_shop(tmp_path / "shop")
    (shop / "sz1.db.anchor").unlink()
    if content is not None:
        (shop / "sz1.db.anchor").write_bytes(content)
    with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:
        (remark,) = journal.remarks
        assert "anchor" in remark
        assert "written anew" in remark
        assert read_anchor(shop / "sz1.db.anchor") == Anchor(FORMAT, STORE, 101, journal.head.chain.hex())


def test_a_newer_format_is_refused_and_the_release_is_named(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    alter(shop, "UPDATE meta SET value = '2' WHERE key = 'format'")
    alter(shop, "UPDATE meta SET value = '3.1' WHERE key = 'release'")
    assert "has format 2, and this release knows 1. Start release '3.1'" in refusal(shop, Newer)


def test_an_anchor_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    write_anchor(shop / "sz1.db.anchor", Anchor(FORMAT + 1, STORE, 101, "00" * 32))
    assert "Start the newer release" in refusal(shop, Newer)


def test_entries_of_another_release_with_no_checkpoint_behind_them_are_refused(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    message = refusal(shop, OtherRelease, release="1.1")
    assert "last written by release '1.0', without a checkpoint at its end (entry 101)" in message
    assert "Start '1.0' once and stop it" in message
    with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:
        journal.write_checkpoint(journal.head.n, b"state")
    with closing(Journal.open(address(shop), STORE, "1.1")) as journal:
        kept = journal.latest_checkpoint()
        assert kept is not None
        assert (kept.n, kept.release) == (101, "1.0")
        journal.append([picked(1_000)])
    assert "last written by release '1.1'" in refusal(shop, OtherRelease, release="1.0")


def test_the_journal_or_the_anchor_of_another_store_is_refused(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    assert "is the journal of store 'sz1', not of 'bj2'" in refusal(shop, OtherStore, store="bj2")
    write_anchor(shop / "sz1.db.anchor", Anchor(FORMAT, "bj2", 101, "00" * 32))
    assert "The anchor beside this journal is that of store 'bj2'" in refusal(shop, OtherStore)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://db/shop", "kept in SQLite only, not in 'postgresql'"),
        ("sqlite://", "cannot outlive a crash"),
        ("sqlite:///:memory:", "cannot outlive a crash"),
        ("sqlite:///shop.db?mode=ro", "not a plain file"),
        ("shop.db", "is not a database address"),
    ],
)
def test_an_address_that_no_journal_can_be_kept_at_is_refused(url: str, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        Journal.open(url, STORE, RELEASE)
    with pytest.raises(Unsupported, match=reason):
        Journal.create(url, STORE, b"{}", RELEASE, OPENING)


def test_a_second_writer_in_the_same_process_is_refused_until_the_first_has_closed(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    with closing(Journal.open(address(shop), STORE, RELEASE)) as first:
        assert "One journal has one writer" in refusal(shop, Locked)
        assert first.append([picked(1_000)]) == [102]
    first.close()  # a second time does nothing
    Journal.open(address(shop), STORE, RELEASE).close()


def test_a_refused_journal_is_not_left_locked(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    refusal(shop, OtherStore, store="bj2")
    Journal.open(address(shop), STORE, RELEASE).close()


def test_a_stranger_who_keeps_the_file_to_himself_is_no_corruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = closed_shop(tmp_path / "shop")
    monkeypatch.setattr("shopfloor.service.store.BUSY_WAIT_S", 0.05)
    with closing(sqlite3.connect(shop / "sz1.db", isolation_level=None)) as hand:
        hand.execute("PRAGMA locking_mode=EXCLUSIVE")
        hand.execute("BEGIN EXCLUSIVE")
        assert "keeps" in refusal(shop, Locked)


COORDINATOR = """
import sys
from shopfloor.service.entries import NO_OUTPUTS, NewEntry
from shopfloor.service.journal import Journal

journal = Journal.open(sys.argv[1], "sz1", "1.0")
while True:
    first = journal.head.n
    batch = [NewEntry(1_000, "E", b"x" * 200, "accepted", NO_OUTPUTS, "pad/p1", 1, first + i) for i in range(7)]
    print(journal.append(batch)[-1], flush=True)
"""


def test_a_second_process_is_refused_and_a_killed_writer_has_lost_nothing_it_gave_a_receipt_for(tmp_path: Path) -> None:
    shop = closed_shop(tmp_path / "shop")
    writer = subprocess.Popen([sys.executable, "-c", COORDINATOR, address(shop)], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        receipts = [int(writer.stdout.readline()) for _ in range(50)]
        with pytest.raises(Locked, match=f"is being written by process {writer.pid}"):
            Journal.open(address(shop), STORE, RELEASE)
    finally:
        writer.kill()
        rest, _ = writer.communicate(timeout=10)
    receipts += [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:
        assert journal.head.n >= receipts[-1]
        assert (journal.head.n - 101) % 7 == 0  # whole batches only
        journal.verify()


def test_only_the_end_of_a_long_journal_is_verified_at_the_start_and_all_of_it_at_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = closed_shop(tmp_path / "shop")
    monkeypatch.setattr(inspection, "CHECKED_AT_START", 20)
    alter(shop, "UPDATE entry SET reason = 'early' WHERE n = 30")  # before the checkpoint at 56
    with closing(Journal.open(address(shop), STORE, RELEASE)) as journal, pytest.raises(Corrupt, match="Entry 30"):
        journal.verify()
    alter(shop, "UPDATE entry SET reason = 'late' WHERE n = 60")  # behind it, though older than the last twenty
    assert "Entry 60" in refusal(shop, Corrupt)


def same_shop(folder: Path) -> Callable[[], bool]:
    """What an undamaged journal tells; the answer compares another opening of it with the first."""

    def look() -> tuple[object, ...]:
        with closing(Journal.open(address(folder), STORE, RELEASE)) as journal:
            receipts = [journal.known("cabinet/c1", 1, seq) for seq in range(BATCHES * BATCH + 1)]
            told = (list(journal.entries()), journal.latest_checkpoint(), list(journal.unsent()), receipts)
            journal.append([picked(1_000)])
            return told

    whole = look()
    return lambda: look() == whole


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def test_a_flipped_bit_in_the_database_is_noticed_or_harmless(tmp_path: Path) -> None:
    whole = closed_shop(tmp_path / "whole")
    shop = tmp_path / "shop"
    shutil.copytree(whole, shop)
    unharmed = same_shop(shop)
    chance, noticed = random.Random(81), 0
    for _ in range(150):
        shutil.copytree(whole, shop, dirs_exist_ok=True)
        flip(shop / "sz1.db", chance.randrange(8 * (shop / "sz1.db").stat().st_size))
        try:
            assert unharmed()
        except JournalRefused:
            noticed += 1
        (shop / "sz1.db-wal").unlink(missing_ok=True)
        (shop / "sz1.db-shm").unlink(missing_ok=True)
    assert noticed >= 60  # the others hit free or unused bytes


def test_a_flipped_bit_in_the_log_loses_the_last_transaction_at_most_and_not_in_silence(tmp_path: Path) -> None:
    crashed = crashed_shop(tmp_path / "shop")
    entries = told(crashed)
    chance, findings = random.Random(82), []
    for flips in range(100):
        shop = tmp_path / f"flip{flips}"
        shutil.copytree(crashed, shop)
        flip(shop / "sz1.db-wal", chance.randrange(8 * (shop / "sz1.db-wal").stat().st_size))
        try:
            journal = Journal.open(address(shop), STORE, RELEASE)
        except Corrupt as found:
            findings.append(str(found))
        else:
            left = list(journal.entries())
            journal.close()
            assert left == entries or (left == entries[:-BATCH] and "was dropped" in journal.remarks[0])
    assert len(findings) >= 80
    assert all("The write-ahead log" in found or "The head of the write-ahead log" in found for found in findings)


def test_a_log_cut_anywhere_leaves_an_exact_prefix_or_is_refused_by_the_anchor(tmp_path: Path) -> None:
    crashed = crashed_shop(tmp_path / "shop")
    entries = told(crashed)
    size = (crashed / "sz1.db-wal").stat().st_size
    chance = random.Random(83)
    for cuts in range(60):
        shop = tmp_path / f"cut{cuts}"
        shutil.copytree(crashed, shop)
        cut = chance.randrange(size)
        (shop / "sz1.db-wal").write_bytes((crashed / "sz1.db-wal").read_bytes()[:cut])
        anchored = entries[chance.randrange(len(entries))]
        write_anchor(shop / "sz1.db.anchor", Anchor(FORMAT, STORE, anchored.n, anchored.chain.hex()))
        left = told(shop)
        assert left == entries[: len(left)]
        assert (len(left) - 1) % BATCH == 0
        if anchored.n > len(left):
            assert f"ends at entry {len(left)}, but it had {anchored.n}" in refusal(shop, Corrupt)
            continue
        with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:
            waiting = [message.id for message in journal.unsent()]
            assert waiting == [entry.n * 10_000 for entry in left[1:]]  # journal and outbox in step
            if (cut - HEADER_BYTES) % (FRAME_HEADER_BYTES + PAGE_BYTES):
                assert journal.remarks == (
                    () if cut <= HEADER_BYTES else ("The last write was not finished, and was dropped.",)
                )


def test_a_torn_write_of_one_start_is_not_taken_for_lost_commits_at_the_next(tmp_path: Path) -> None:
    """Twice the power is cut in the middle of a write, of a long one and then a short one: nothing else is missing."""
    with closing(Journal.create(address(tmp_path), STORE, b"{}", RELEASE, OPENING)) as journal:
        journal.append([picked(1)])
        journal.append([picked(seq) for seq in range(2, 500)])
        shop = power_cut(journal, tmp_path / "first")
    for outage in ("second", "third"):
        log = shop / "sz1.db-wal"
        flip(log, 8 * (log.stat().st_size - 1))
        with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:
            assert journal.remarks == ("The last write was not finished, and was dropped.",)
            assert journal.append([picked(1_000)]) == [3]
            shop = power_cut(journal, tmp_path / outage)
            assert read_log_tail(shop / "sz1.db-wal") == NOTHING_BEHIND


def test_a_write_torn_over_frames_of_an_earlier_round_is_unfinished(tmp_path: Path) -> None:
    with closing(Journal.create(address(tmp_path), STORE, b"{}", RELEASE, OPENING)) as journal:
        a_day(journal)
        journal._driver.execute("PRAGMA wal_checkpoint(RESTART)")
        before = (tmp_path / "sz1.db-wal").read_bytes()
        journal.append([picked(1_000)])
        log = power_cut(journal, tmp_path / "cut") / "sz1.db-wal"
    written = HEADER_BYTES + FRAME_HEADER_BYTES + PAGE_BYTES  # the first frame of several reached the disk
    log.write_bytes(log.read_bytes()[:written] + before[written:])
    assert read_log_tail(log) == LogTail(unfinished=True, lost_commits=0)


def commit_marks(log: Path) -> list[bool]:
    """For each frame whether it ends a transaction."""
    content, step = log.read_bytes(), FRAME_HEADER_BYTES + PAGE_BYTES
    return [any(content[start + 4 : start + 8]) for start in range(HEADER_BYTES, len(content), step)]


def test_a_log_cut_between_two_frames_is_unfinished_unless_a_transaction_ends_there(tmp_path: Path) -> None:
    log = crashed_shop(tmp_path / "shop") / "sz1.db-wal"
    content, marks = log.read_bytes(), commit_marks(log)
    for frames in range(1, len(marks) + 1):
        log.write_bytes(content[: HEADER_BYTES + frames * (FRAME_HEADER_BYTES + PAGE_BYTES)])
        assert read_log_tail(log).unfinished is not marks[frames - 1]


def test_a_frame_whose_salt_is_rotten_is_not_taken_for_one_of_an_earlier_round(tmp_path: Path) -> None:
    log = crashed_shop(tmp_path / "shop") / "sz1.db-wal"
    content, marks = log.read_bytes(), commit_marks(log)
    for frame in range(len(marks)):
        for octet in (8, 15):  # the ends of the two salts
            place = HEADER_BYTES + frame * (FRAME_HEADER_BYTES + PAGE_BYTES) + octet
            log.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            tail = read_log_tail(log)
            assert (tail.unfinished, tail.lost_commits) == (True, sum(marks[frame:]))


def test_frames_of_an_earlier_round_of_the_log_are_neither_lost_nor_unfinished(tmp_path: Path) -> None:
    with closing(Journal.create(address(tmp_path), STORE, b"{}", RELEASE, OPENING)) as journal:
        a_day(journal)
        journal._driver.execute("PRAGMA wal_checkpoint(RESTART)")
        journal.append([picked(1_000)])
        shop = power_cut(journal, tmp_path / "cut")
    assert len(commit_marks(shop / "sz1.db-wal")) > 50
    with closing(Journal.open(address(shop), STORE, RELEASE)) as journal:
        assert (journal.head.n, journal.remarks) == (102, ())


def test_a_log_in_good_order_has_nothing_behind_its_end(tmp_path: Path) -> None:
    shop = crashed_shop(tmp_path / "shop")
    assert read_log_tail(shop / "sz1.db-wal") == NOTHING_BEHIND
    (shop / "sz1.db-wal").write_bytes(b"\0" * 100_000)  # lengthened by the file system and never written
    assert read_log_tail(shop / "sz1.db-wal") == NOTHING_BEHIND
    (shop / "sz1.db-wal").write_bytes(b"")
    assert read_log_tail(shop / "sz1.db-wal") == NOTHING_BEHIND
    assert read_log_tail(shop / "never-was") == NOTHING_BEHIND

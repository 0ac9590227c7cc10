"""The coordinator on a real journal, without wires: one transaction per batch, one effect per event, never half.

Entry 1 is the opening, 2 the first beat of the day; what is heard begins with 3.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

import shopfloor
from shopfloor.contract.actor import SECOND, Instant
from shopfloor.contract.codec import Receipt, decode_receipt, encode, topic
from shopfloor.contract.events import CustomerLeft, EngineerSignedOn, Event, NextRequested, TicketTaken
from shopfloor.contract.layout import LayoutSource
from shopfloor.core import floor as floor_module
from shopfloor.core.policies import Policy
from shopfloor.core.shop import Shop as CoreShop
from shopfloor.service.coordinator import Arrived, Coordinator, Post
from shopfloor.service.journal import Journal
from shopfloor.service.opening import Opening
from shopfloor.service.rebuild import rebuild_records
from shopfloor.service.records import Records
from shopfloor.service.replay import Differs, rebuild, replay, replay_all
from shopfloor.service.serve import open_shop
from shopfloor.service.store import Corrupt, JournalRefused, Newer, OtherRelease
from tests.core.story import DATA, LAYOUT, MORNING

STORE = LAYOUT.store.id


def opening() -> Opening:
    lif = (DATA / "layouts" / "sample.lif.json").read_text(encoding="utf-8")
    side = (DATA / "layouts" / "sample.toml").read_text(encoding="utf-8")
    return Opening(LayoutSource(lif, side), (DATA / "catalogue.json").read_text(encoding="utf-8"), Policy())


class Shop:
    """A coordinator on its journal; may be killed (nothing is said good-bye to) and started again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "shop.db"
        self.url = f"sqlite:///{self.path}"
        self.now: Instant = MORNING
        open_shop(self.url, opening(), MORNING).close()
        self.start()

    def start(self) -> None:
        self.journal = Journal.open(self.url, STORE, shopfloor.release())
        self.coordinator = Coordinator(self.journal, rebuild(self.journal), Records())

    def kill(self) -> None:
        """Leave the file as it is: no checkpoint, no anchor, no good-bye."""
        self.journal._connection.close()
        self.journal._lock.release()

    def take(self, *arrivals: Arrived) -> list[Post]:
        return self.coordinator.take(arrivals, self.now)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.path)) as database:
            return database.execute(sql).fetchall()

    def spoil(self, sql: str) -> None:
        """Somebody writes in the file behind the coordinator's back."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as database:
            database.execute(sql)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.journal.close()


def says(device: str, event: Event, seq: int, boot: int = 1, store: str = STORE) -> Arrived:
    return Arrived(topic(store, device, "event"), encode(event, boot, seq, MORNING))


def receipts(posts: list[Post]) -> list[Receipt]:
    return [decode_receipt(post.payload) for post in posts if post.topic.endswith("/receipt")]


def commands(posts: list[Post], device: str) -> list[Post]:
    return [post for post in posts if post.topic == topic(STORE, device, "command")]


# ── receipts ────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_says_which_entry_it_is_and_what_was_made(shop: Shop) -> None:
    (receipt,) = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 1)))
    assert (receipt.status, receipt.entry, receipt.made) == ("committed", 3, {"ticket": "T1", "number": "A001"})
    assert shop.rows("SELECT kind, outcome FROM entry WHERE n = 3") == [("TicketTaken", "accepted")]


def test_a_batch_is_one_transaction(shop: Shop) -> None:
    posts = shop.take(*(says("queue/q1", TicketTaken(line="A"), seq) for seq in range(1, 21)))
    assert [receipt.entry for receipt in receipts(posts)] == list(range(3, 23))
    assert shop.coordinator.counts.batches == 1


def test_a_refused_claim_gets_its_reason_and_stands_in_the_journal(shop: Shop) -> None:
    (receipt,) = receipts(shop.take(says("queue/q1", CustomerLeft(ticket="T99"), 1)))
    assert (receipt.status, receipt.code) == ("refused", "unknown")
    assert "T99" in receipt.reason
    assert shop.rows("SELECT outcome, code FROM entry WHERE n = 3") == [("refused", "unknown")]


def test_b25_the_same_event_again_gets_the_same_receipt_and_no_second_effect(shop: Shop) -> None:
    first = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 1)))
    again = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 1), says("queue/q1", TicketTaken(line="A"), 1)))
    assert [receipt.entry for receipt in again] == [first[0].entry] * 2
    assert len(shop.coordinator.floor.books.tickets) == 1
    assert shop.journal.head.n == 3


def test_b25_twice_within_one_batch_is_one_effect(shop: Shop) -> None:
    said = says("queue/q1", TicketTaken(line="A"), 1)
    one, two = receipts(shop.take(said, said))
    assert one == two
    assert shop.journal.head.n == 3


def test_the_same_number_with_other_content_is_refused(shop: Shop) -> None:
    shop.take(says("queue/q1", TicketTaken(line="A"), 1))
    (receipt,) = receipts(shop.take(says("queue/q1", TicketTaken(line="C"), 1)))
    assert (receipt.status, receipt.code) == ("refused", "other-content")


def test_a_message_from_before_the_last_start_is_stale(shop: Shop) -> None:
    shop.take(says("queue/q1", TicketTaken(line="A"), 1, boot=7))
    (receipt,) = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 9, boot=6)))
    assert (receipt.status, receipt.code) == ("refused", "old-boot")
    shop.kill()
    shop.start()
    (receipt,) = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 10, boot=6)))
    assert receipt.code == "old-boot", "known for ever, not only in memory"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"not json", "malformed"),
        (b'{"kind":"TicketTaken"}', "malformed"),
        (b'{"kind":"Nonsense","boot":1,"seq":4,"sent_at":0,"body":{}}', "unknown-kind"),
        (b'{"kind":"TicketTaken","boot":1,"seq":4,"sent_at":0,"body":{"line":"Z"}}', "bad-body"),
        (b'{"kind":"TicketTaken","boot":1,"seq":4,"sent_at":0,"body":{"line":"A","x":1}}', "bad-body"),
        (b'{"kind":"UnitPicked","boot":1,"seq":4,"sent_at":0,"body":{"command":"C1","units":["U1"]}}', "not-yours"),
        (b'{"pad":"' + b"x" * 70_000 + b'"}', "oversized"),
        (b"[" * 20_000, "malformed"),
    ],
)
def test_what_cannot_be_read_is_answered_counted_and_the_floor_goes_on(shop: Shop, payload: bytes, code: str) -> None:
    (receipt,) = receipts(shop.take(Arrived(topic(STORE, "queue/q1", "event"), payload)))
    assert (receipt.status, receipt.code) == ("refused", code)
    assert receipt.reason
    assert shop.coordinator.counts.unreadable == 1
    assert shop.rows("SELECT outcome, code FROM entry WHERE n = 2") == [("unreadable", code)]
    (taken,) = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 4)))
    assert taken.status == "committed", "a mended message may use the number"


def test_a_message_for_another_store_is_told_so_there(shop: Shop) -> None:
    (post,) = shop.take(says("queue/q1", TicketTaken(line="A"), 1, store="elsewhere"))
    assert post.topic == topic("elsewhere", "queue/q1", "receipt")
    receipt = decode_receipt(post.payload)
    assert (receipt.code, receipt.boot, receipt.seq) == ("wrong-store", 1, 1)


def test_an_unknown_type_of_device_is_refused(shop: Shop) -> None:
    (receipt,) = receipts(shop.take(says("toaster/t1", TicketTaken(line="A"), 1)))
    assert receipt.code == "unknown-type"


# ── nothing leaves before it is durable ─────────────────────────────────────────────────────────


def test_when_the_journal_cannot_be_written_nothing_leaves(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(shop.path, isolation_level=None)) as stranger:
        shop.journal._driver.execute("PRAGMA busy_timeout = 50")
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(Exception, match="nothing of this batch is written"):
            shop.take(says("queue/q1", TicketTaken(line="A"), 1))
        stranger.execute("ROLLBACK")
    shop.kill()
    shop.start()
    assert shop.coordinator.floor.books.tickets == {}
    (receipt,) = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 1)))
    assert receipt.made["ticket"] == "T1"


def test_e24_after_a_kill_commands_that_may_not_have_left_are_sent_again_with_the_same_id(shop: Shop) -> None:
    shop.take(says("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"), 1))
    shop.take(says("queue/q1", TicketTaken(line="A"), 1))
    posts = shop.take(says("handheld/h1", NextRequested(), 2))
    asked = [post for post in commands(posts, "calls/cd1") if b"Announce" in post.payload]
    shop.kill()
    shop.start()
    again = [post for post in commands(shop.coordinator.first_posts(), "calls/cd1") if b"Announce" in post.payload]
    assert [post.payload for post in again] == [post.payload for post in asked]
    assert shop.journal.head.n == 5, "none issued anew"


def test_after_a_start_every_screen_is_told_its_picture(shop: Shop) -> None:
    posts = shop.take(says("queue/q1", TicketTaken(line="A"), 1))
    told = commands(posts, "calls/cd1")
    shop.kill()
    shop.start()
    again = commands(shop.coordinator.first_posts(), "calls/cd1")
    assert [picture(post) for post in again] == [picture(post) for post in told]


def test_what_has_left_is_not_sent_again_after_a_kill(shop: Shop) -> None:
    shop.take(says("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"), 1))
    shop.take(says("queue/q1", TicketTaken(line="A"), 1))
    assert b"Announce" in b"".join(post.payload for post in shop.take(says("handheld/h1", NextRequested(), 2)))
    shop.take(says("queue/q1", TicketTaken(line="A"), 2))  # with this batch it is known to have left
    shop.kill()
    shop.start()
    assert not any(b"Announce" in post.payload for post in shop.coordinator.first_posts())


def picture(post: Post) -> object:
    return msgspec.json.decode(post.payload)["body"]


def test_f36_a_clock_that_is_set_back_does_not_stop_the_shop(shop: Shop) -> None:
    shop.take(says("queue/q1", TicketTaken(line="A"), 1))
    shop.now -= 3_600 * SECOND
    (receipt,) = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 2)))
    assert receipt.status == "committed"
    assert shop.rows("SELECT count(DISTINCT at) FROM entry WHERE n > 1") == [(1,)]


def test_time_passes_through_the_journal_too(shop: Shop) -> None:
    shop.take(
        says("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"), 1), says("queue/q1", TicketTaken(line="A"), 1)
    )
    shop.take(says("handheld/h1", NextRequested(), 2))
    shop.now += 61 * SECOND
    assert shop.coordinator.deadline is not None
    shop.take()
    assert shop.rows("SELECT kind FROM entry ORDER BY n DESC LIMIT 1") == [("TimePassed",)]
    assert shop.coordinator.floor.books.tickets["T1"].calls >= 2


# ── replay ──────────────────────────────────────────────────────────────────────────────────────


def a_little_day(shop: Shop) -> None:
    shop.take(says("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"), 1))
    for seq in range(1, 6):
        shop.now += 30 * SECOND
        shop.take(says("queue/q1", TicketTaken(line="A"), seq), Arrived(topic(STORE, "queue/q1", "event"), b"?"))
    shop.take(says("handheld/h1", NextRequested(), 2))
    shop.now += 5 * 60 * SECOND
    shop.take()
    shop.take(says("queue/q1", CustomerLeft(ticket="T5"), 6))


def test_b24_a_replay_gives_the_same_outputs_and_the_same_state(shop: Shop) -> None:
    a_little_day(shop)
    assert replay_all(shop.url).floor.digest() == shop.coordinator.floor.digest()


def test_b24_from_a_checkpoint_too(shop: Shop) -> None:
    a_little_day(shop)
    shop.coordinator.checkpoint()
    shop.take(says("queue/q1", TicketTaken(line="C"), 7))
    live = shop.coordinator.floor.digest()
    shop.kill()
    shop.start()
    assert shop.coordinator.floor.digest() == live


def test_a_journal_whose_outputs_are_others_now_is_refused(shop: Shop) -> None:
    a_little_day(shop)
    entry = next(shop.journal.entries(1, 2))
    changed = msgspec.structs.replace(entry, digest=b"\0" * 32)
    with pytest.raises(Differs, match="Entry 2"):
        replay(next(shop.journal.entries(0, 1)), None, iter([changed]))


def test_another_release_needs_a_checkpoint_first(shop: Shop) -> None:
    a_little_day(shop)
    shop.kill()
    with pytest.raises(OtherRelease):
        Journal.open(shop.url, STORE, "9.9.9")
    shop.start()
    shop.coordinator.checkpoint()
    shop.journal.close()
    Journal.open(shop.url, STORE, "9.9.9").close()


# ── a poison event ──────────────────────────────────────────────────────────────────────────────


def test_f08_an_event_on_which_the_floor_fails_is_quarantined_and_the_rest_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("our own mistake")

    shop.take(says("queue/q1", TicketTaken(line="A"), 1))
    monkeypatch.setitem(floor_module.RULES, CustomerLeft, fail)
    posts = shop.take(
        says("queue/q1", TicketTaken(line="A"), 2),
        says("queue/q1", CustomerLeft(ticket="T1"), 3),
        says("queue/q1", TicketTaken(line="A"), 4),
    )
    assert [(r.seq, r.code) for r in receipts(posts)] == [(2, ""), (3, "quarantined"), (4, "")]
    assert shop.coordinator.counts.quarantined == 1
    assert shop.rows("SELECT outcome FROM entry WHERE kind = 'CustomerLeft'") == [("quarantined",)]
    assert replay_all(shop.url).floor.digest() == shop.coordinator.floor.digest()


def test_f08_what_the_floor_had_half_changed_is_gone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def change_and_fail(floor: CoreShop, *_: object) -> None:
        floor.number("T")
        raise ZeroDivisionError("our own mistake")

    monkeypatch.setitem(floor_module.RULES, CustomerLeft, change_and_fail)
    shop.take(says("queue/q1", CustomerLeft(ticket="T1"), 1))
    (receipt,) = receipts(shop.take(says("queue/q1", TicketTaken(line="A"), 2)))
    assert receipt.made["ticket"] == "T1"
    assert replay_all(shop.url).floor.digest() == shop.coordinator.floor.digest()


# ── never an empty start ────────────────────────────────────────────────────────────────────────


def test_a_database_that_is_no_database_is_refused_and_left_alone(shop: Shop) -> None:
    shop.journal.close()
    shop.path.write_bytes(b"this is not a journal" * 100)
    before = shop.path.read_bytes()
    with pytest.raises(Corrupt):
        Journal.open(shop.url, STORE, shopfloor.release())
    assert shop.path.read_bytes() == before


def test_a_database_of_a_newer_format_is_refused(shop: Shop) -> None:
    shop.journal.close()
    shop.spoil("UPDATE meta SET value = '99' WHERE key = 'format'")
    with pytest.raises(Newer):
        Journal.open(shop.url, STORE, shopfloor.release())


def test_a_shop_that_was_opened_is_not_opened_again(shop: Shop) -> None:
    shop.journal.close()
    with pytest.raises(JournalRefused):
        open_shop(shop.url, opening(), MORNING)


# ── records ─────────────────────────────────────────────────────────────────────────────────────


def test_records_are_written_with_the_journal_and_can_be_made_again(shop: Shop) -> None:
    a_little_day(shop)
    tickets = shop.rows("SELECT * FROM ticket ORDER BY id")
    refusals = shop.rows("SELECT * FROM refusal ORDER BY id")
    assert [row[:4] for row in shop.rows("SELECT id, number, line, state FROM ticket WHERE id = 'T5'")] == [
        ("T5", "A005", "A", "LEFT")
    ]
    shop.journal.close()
    shop.spoil("DELETE FROM ticket")
    counts = rebuild_records(shop.url)
    assert counts["ticket"] == 5
    assert shop.rows("SELECT * FROM ticket ORDER BY id") == tickets
    assert shop.rows("SELECT * FROM refusal ORDER BY id") == refusals


def test_records_are_not_rebuilt_under_a_running_coordinator(shop: Shop) -> None:
    with pytest.raises(JournalRefused, match="one writer"):
        rebuild_records(shop.url)


@pytest.mark.parametrize("between", ["nothing", "killed", "stopped in good order"])
def test_b25_whoever_asks_again_is_told_their_number_also_after_a_restart(tmp_path: Path, between: str) -> None:
    """Found under fire (seed 1): a customer whose receipt was lost stood there with no number."""
    shop = Shop(tmp_path)
    tap = Arrived(topic(STORE, "queue/q1", "event"), encode(TicketTaken(line="A"), 1, 1, 0))
    first = receipts(shop.take(tap))
    assert first[0].made == {"ticket": "T1", "number": "A001"}
    if between == "killed":
        shop.kill()
        shop.start()
    elif between == "stopped in good order":
        shop.coordinator.checkpoint()
        shop.journal.close()
        shop.start()
    assert receipts(shop.take(tap)) == first
    shop.journal.close()

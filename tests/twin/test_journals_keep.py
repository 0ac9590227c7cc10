"""A twin day is a shop's journal like any other, and a shop's journal is told again on the twin's clock."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest

import shopfloor
from shopfloor.__main__ import main as shopfloor_main
from shopfloor.contract import vda5050_wire
from shopfloor.contract.actor import MINUTE, SECOND, Instant, TimePassed
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.codec import Connection, encode, encode_plain, topic
from shopfloor.contract.commands import Command
from shopfloor.contract.events import (
    CustomerLeft,
    DeviceConnected,
    DeviceLost,
    EngineerSignedOn,
    Heard,
    NextRequested,
    RobotConnectionReported,
    RobotFactsheetReported,
    RobotReported,
    TicketTaken,
)
from shopfloor.contract.facts import Fact
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import Factsheet
from shopfloor.core.floor import Floor
from shopfloor.core.policies import Policy
from shopfloor.service.coordinator import Coordinator
from shopfloor.service.entries import NO_OUTPUTS, Entry, NewEntry
from shopfloor.service.journal import Journal
from shopfloor.service.opening import Opening
from shopfloor.service.reading import Arrived
from shopfloor.service.records import Records
from shopfloor.service.replay import message_of, rebuild, replay_all
from shopfloor.service.serve import open_shop
from shopfloor.service.store import AlreadyThere, Corrupt, JournalRefused, Missing
from simulations.commands.line import obey
from simulations.experiments.days import play
from simulations.journals.keep import Scribe, keep, keep_day, opening_of
from simulations.journals.retrace import retrace
from simulations.scenarios.scenario import load
from simulations.twin.day import Day
from tests.shop.day_book import LAYOUT, MORNING, ORDINARY, Watched, plan, played

STORE = LAYOUT.store.id
PLAN = plan(seed=11, hours=1.2)
Words: TypeAlias = list[tuple[Instant, Heard | TimePassed]]


@pytest.fixture(scope="module")
def morning() -> Watched:
    """An hour with a few customers."""
    return played(PLAN)


@pytest.fixture(scope="module")
def kept(morning: Watched, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "day.db"
    assert keep(PLAN, str(file)).floor.digest() == morning.floor.digest()
    return file


def write_down(words: Words, opening: Opening, journal: str) -> str:
    """Tell a new floor these words, and keep them; returns the digest of its state at the end."""
    floor = Floor(Layout.from_source(opening.layout), Catalogue.from_text(opening.catalogue), opening.policy)
    scribe = Scribe(journal, opening, MORNING)
    for now, message in words:
        scribe.note(now, message, floor.handle(message, now))
    scribe.close()
    return floor.digest()


def files_of(folder: Path) -> dict[str, str]:
    """Names and contents, but for the two that SQLite's readers leave beside a database: an empty log, and its map."""
    files = [path for path in sorted(folder.iterdir()) if not path.name.endswith(("-wal", "-shm"))]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def copy_of(file: Path, folder: Path, change: bytes = b"", to: bytes = b"") -> Path:
    """The journal alone, with some bytes changed where they first stand."""
    content = file.read_bytes()
    assert change in content
    copy = folder / "copy.db"
    copy.write_bytes(content.replace(change, to, 1) if change else content)
    return copy


# ── a twin day through the live service ─────────────────────────────────────────────────────────


def test_a_twin_day_replays_through_the_live_service_with_the_same_digest(
    morning: Watched, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shopfloor_main(["replay", "--db", f"sqlite:///{kept}"]) == 0
    assert f'"replay_digest": "{morning.floor.digest()}"' in capsys.readouterr().out


def test_the_live_service_makes_its_records_from_a_twin_day(
    morning: Watched, kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = copy_of(kept, tmp_path)
    assert shopfloor_main(["records", "rebuild", "--db", f"sqlite:///{copy}"]) == 0
    assert "ticket" in capsys.readouterr().out
    with closing(sqlite3.connect(copy)) as database:
        (tickets,) = database.execute("SELECT count(*) FROM ticket").fetchone()
        (moves,) = database.execute("SELECT count(*) FROM stock_move").fetchone()
    assert tickets == len(morning.floor.books.tickets)
    assert moves == sum(type(fact).__name__ == "UnitMoved" for _, fact in morning.facts)


def test_a_shop_goes_on_from_a_twin_day_as_from_its_own(morning: Watched, kept: Path, tmp_path: Path) -> None:
    copy = copy_of(kept, tmp_path)
    journal = Journal.open(f"sqlite:///{copy}", STORE, shopfloor.release())
    coordinator = Coordinator(journal, rebuild(journal), Records())
    assert coordinator.floor.digest() == morning.floor.digest()
    coordinator.take([Arrived(topic(STORE, "queue/q1", "connection"), encode_plain(Connection(online=True, boot=2)))],
                     journal.head.at + SECOND)  # fmt: skip
    journal.close()
    assert retrace(str(copy)).same


def test_a_twin_day_is_the_very_chain_that_the_coordinator_writes_for_the_same_words(tmp_path: Path) -> None:
    """Entry by entry the same row, so that nobody can tell which of the two wrote it."""
    day = played(plan(seed=3, hours=0.2), [ORDINARY])
    words = [(at, in_v2(message)) for at, message in day.heard]
    write_down(words, opening_of(day.plan), str(tmp_path / "twin.db"))
    address = f"sqlite:///{tmp_path / 'live.db'}"
    open_shop(address, opening_of(day.plan), day.plan.opens).close()
    with closing(Journal.open(address, STORE, shopfloor.release())) as journal:
        coordinator = Coordinator(journal, rebuild(journal), Records())
        for at, arrivals in on_the_wire(words):
            coordinator.take(arrivals, at)
        live = journal.head
    with closing(Journal.open(f"sqlite:///{tmp_path / 'twin.db'}", STORE, shopfloor.release())) as journal:
        twin = journal.head
    assert twin == live
    assert live.n > 200


def in_v2(message: Heard | TimePassed) -> Heard | TimePassed:
    """A robot's factsheet loses two words of VDA 5050 3.0 on a v2 wire (may be paused, may be cancelled)."""
    if isinstance(message, Heard) and isinstance(message.event, RobotFactsheetReported):
        post = vda5050_wire.encode(message.event.factsheet)
        factsheet = vda5050_wire.decode(post.topic, post.payload)
        assert isinstance(factsheet, Factsheet)
        return Heard(message.device, RobotFactsheetReported(factsheet=factsheet))
    return message


def on_the_wire(heard: Words) -> Iterator[tuple[Instant, list[Arrived]]]:
    """The words of a day as they would come over MQTT, one batch each."""
    seq: dict[str, int] = {}
    for at, message in heard:
        match message:
            case TimePassed():
                yield at, []
            case Heard(device, DeviceConnected() | DeviceLost() as event):
                online = isinstance(event, DeviceConnected)
                presence = encode_plain(Connection(online=online, boot=1))
                yield at, [Arrived(topic(STORE, device, "connection"), presence)]
            case Heard(_, RobotReported(said) | RobotConnectionReported(said) | RobotFactsheetReported(said)):
                post = vda5050_wire.encode(said)
                yield at, [Arrived(post.topic, post.payload)]
            case Heard(device, event):
                seq[device] = seq.get(device, 0) + 1
                yield at, [Arrived(topic(STORE, device, "event"), encode(event, 1, seq[device], at))]


@pytest.mark.parametrize("name", ["reference-counter", "cabinet"])
def test_a_day_of_a_scenario_is_kept_as_it_is_played(name: str, tmp_path: Path) -> None:
    """With a counter's shelves, another stock and clerks of its own: the journal says what the floor was made of."""
    scenario = load(name).replaced({"opening.hours": 0.5, "opening.stock_for": 90})
    day = keep_day(scenario, 7, 3, str(tmp_path / "day.db"))
    assert retrace(str(tmp_path / "day.db")).digest == day.floor.digest()
    replayed = replay_all(f"sqlite:///{tmp_path / 'day.db'}")
    assert replayed.floor.digest() == day.floor.digest()
    assert replayed.opening.policy.stock_for_repairs_a_day == 90


def test_a_kept_day_is_the_day_that_experiments_play(tmp_path: Path) -> None:
    scenario = load("counter").replaced({"opening.hours": 0.5})
    assert keep_day(scenario, 7, 3, str(tmp_path / "day.db")).floor.digest() == play(scenario, 7, 3).digest
    assert keep_day(scenario, 7, 4, str(tmp_path / "next.db")).floor.digest() != play(scenario, 7, 3).digest


def test_a_day_is_not_written_over_another_one(morning: Watched, kept: Path) -> None:
    before = files_of(kept.parent)
    with pytest.raises(AlreadyThere, match="A shop was opened here before"):
        keep(PLAN, str(kept))
    assert files_of(kept.parent) == before


def test_keep_leaves_a_journal_that_is_whole_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["keep", "catalogue:opening.hours=0.5", "--seed", "3", "--day", "2", "--db", str(tmp_path / "day.db")]
    assert obey(words) == 0
    assert retrace(str(tmp_path / "day.db")).digest in capsys.readouterr().out
    assert list(files_of(tmp_path)) == ["day.db", "day.db.anchor"]
    assert obey(["replay", str(tmp_path / "day.db")]) == 0
    before = files_of(tmp_path)
    assert obey(words) == 1
    assert "a journal is not written over it" in capsys.readouterr().err
    assert files_of(tmp_path) == before


def test_a_day_that_cannot_be_kept_to_its_end_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after the first thousand entries."""

    def full(_journal: Journal, _entries: list[NewEntry]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "append", full)
    assert obey(["keep", "catalogue:opening.hours=0.5", "--db", str(tmp_path / "day.db")]) == 1
    assert not list(tmp_path.iterdir())


# ── a live journal on the twin's clock ──────────────────────────────────────────────────────────


@pytest.fixture
def live(tmp_path: Path, morning: Watched) -> tuple[Path, str]:
    """A journal of the live coordinator with all that may stand in one; and the digest of its floor."""
    file = tmp_path / "live.db"
    address = f"sqlite:///{file}"
    open_shop(address, opening_of(morning.plan), MORNING).close()
    with closing(Journal.open(address, STORE, shopfloor.release())) as journal:
        coordinator = Coordinator(journal, rebuild(journal), Records())

        def says(
            device: str, event: TicketTaken | CustomerLeft | EngineerSignedOn | NextRequested, seq: int
        ) -> Arrived:
            return Arrived(topic(STORE, device, "event"), encode(event, 1, seq, MORNING))

        taken = [says("queue/q1", TicketTaken(line="A"), seq) for seq in range(1, 6)]
        coordinator.take([*taken, taken[0]], MORNING)
        coordinator.take([says("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"), 1)], MORNING + SECOND)
        coordinator.take([says("handheld/h1", NextRequested(), 2)], MORNING + 2 * SECOND)
        coordinator.take([says("queue/q1", CustomerLeft(ticket="T99"), 6)], MORNING + 3 * SECOND)
        coordinator.take([Arrived(topic(STORE, "queue/q1", "event"), b"{rubbish")], MORNING + 4 * SECOND)
        for minute in range(1, 20):
            coordinator.take([], MORNING + minute * MINUTE)
        return file, coordinator.floor.digest()


def test_a_live_journal_played_on_the_twins_clock_gives_the_same_digest(live: tuple[Path, str]) -> None:
    file, digest = live
    played_again = retrace(str(file))
    assert played_again.digest == digest
    assert (played_again.differences, played_again.same) == (0, True)
    assert played_again.told == played_again.entries - 2, "the opening and the rubbish were not for the floor"


def test_a_live_journal_told_to_the_scribe_gives_the_same_digest(live: tuple[Path, str], tmp_path: Path) -> None:
    """There and back: live words, a twin's journal, the live service's replay."""
    file, digest = live
    words: Words = []
    replayed = replay_all(f"sqlite:///{file}")

    def note(entry: Entry, _outs: list[Command | Fact]) -> None:
        if entry.digest != NO_OUTPUTS:
            words.append((entry.at, message_of(entry)))

    replay_all(f"sqlite:///{file}", note)
    again = str(tmp_path / "again.db")
    assert write_down(words, replayed.opening, again) == digest
    assert retrace(again).digest == digest


def test_under_another_policy_the_same_words_are_answered_otherwise_and_it_is_said_where(kept: Path) -> None:
    other = retrace(str(kept), Policy(auto_call=True))
    assert not other.same
    assert other.differences > 0
    assert other.first[0].startswith("Entry ")


# ── what is no journal ──────────────────────────────────────────────────────────────────────────


def test_one_changed_byte_is_refused_with_file_and_entry(kept: Path, tmp_path: Path) -> None:
    copy = copy_of(kept, tmp_path, b"TicketTaken", b"TicketTakeo")
    before = files_of(tmp_path)
    with pytest.raises(Corrupt, match=rf"^{copy}: Entry \d+ is not what was written: its chain is broken"):
        retrace(str(copy))
    assert files_of(tmp_path) == before


def test_an_entry_with_a_digest_of_other_answers_is_a_difference(morning: Watched, tmp_path: Path) -> None:
    """Chained rightly, so only playing it again shows it: the day of another release, or of a liar."""
    scribe = Scribe(str(tmp_path / "day.db"), opening_of(morning.plan), MORNING)
    floor = Day(PLAN).floor
    for number, (at, message) in enumerate(morning.heard):
        outs = floor.handle(message, at)
        scribe.note(at, message, outs[1:] if number == 40 and outs else outs)
    scribe.close()
    again = retrace(str(tmp_path / "day.db"))
    assert (again.differences, again.digest) == (1, morning.floor.digest())
    assert again.first[0].startswith("Entry 42 (")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"not a database, only some words of a letter" * 40, "not a database"), (b"", "is empty")],
)
def test_a_file_that_is_no_journal_is_refused_in_one_sentence(content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_bytes(content)
    with pytest.raises(JournalRefused, match=words) as refused:
        retrace(str(file))
    assert str(file) in str(refused.value)
    assert file.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["letter.db"]


def test_somebody_elses_database_is_refused_and_untouched(tmp_path: Path) -> None:
    file = tmp_path / "recipes.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE recipe (name TEXT)")
        database.commit()
    before = files_of(tmp_path)
    with pytest.raises(JournalRefused, match=str(file)):
        retrace(str(file))
    assert files_of(tmp_path) == before


def test_a_journal_of_other_words_is_refused_and_untouched(morning: Watched, tmp_path: Path) -> None:
    """A genesis that this release cannot read."""
    file = tmp_path / "other.db"
    Journal.create(f"sqlite:///{file}", STORE, b'{"planets": 9}', shopfloor.release(), MORNING).close()
    before = files_of(tmp_path)
    with pytest.raises(JournalRefused, match=rf"^{file}: [^\n]*words that this release does not know"):
        retrace(str(file))
    assert files_of(tmp_path) == before


def test_a_missing_journal_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="is missing"):
        retrace(str(tmp_path / "none.db"))
    with pytest.raises(JournalRefused, match=str(tmp_path)):
        retrace(str(tmp_path))
    assert not list(tmp_path.iterdir())

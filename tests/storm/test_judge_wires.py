"""The judge can tell: what leaves too early, is lost, or is said twice with another content (I12–I14, I19, P1–P3)."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.codec import Receipt, encode_plain, topic
from shopfloor.contract.commands import Command, LookUpEntitlement, Picture, ShowLines
from shopfloor.contract.facts import AlarmCleared
from shopfloor.mqtt import Publication
from shopfloor.service.coordinator import Coordinator, Post
from shopfloor.service.entries import NO_OUTPUTS, Entry, NewEntry
from shopfloor.service.journal import Journal
from shopfloor.service.seams import SeamName
from simulations.faults import CALM
from simulations.storm.bad_day import Played
from simulations.storm.disk import ANCHOR, KEPT, Disk
from simulations.storm.office import Office
from simulations.storm.plan import bad_day
from simulations.storm.tale import Tale
from tests.storm.judged import kinds, play


def test_a_calm_day_keeps_every_promise(tmp_path: Path):
    assert play(tmp_path).broken == ()


def test_p1_and_p3_what_leaves_before_the_commit_is_named_without_any_crash(tmp_path: Path, monkeypatch):
    seam = Office._seam

    def too_early(office: Office, name: SeamName) -> None:
        if name == "handled":
            office._loop._send(list(office.coordinator._batch.posts))
        seam(office, name)

    monkeypatch.setattr(Office, "_seam", too_early)
    assert kinds(play(tmp_path)) >= {"I12/P3", "I13/P1"}


def test_p1_a_disk_that_loses_what_it_has_synced_is_named_at_the_next_start(tmp_path: Path, monkeypatch):
    kept: dict[str, bytes] = {}

    def remember(day: Played) -> None:
        disk = day.shop.office.disk
        kept.update({name: (disk.folder / name).read_bytes() for name in KEPT if (disk.folder / name).exists()})

    def crash(disk: Disk) -> None:
        disk._move_on()
        for name, content in kept.items():
            (disk.folder / name).write_bytes(content)
        assert ANCHOR in kept

    def spoil(day: Played) -> None:
        day.shop.stage.after(5 * MINUTE, lambda: remember(day))
        day.shop.stage.after(12 * MINUTE, lambda: day.shop.office.kill_at("acknowledged", tears=False))

    monkeypatch.setattr(Disk, "crash", crash)
    assert kinds(play(tmp_path, spoil)) >= {"I12/P3", "I13/P1"}


def test_i19_a_number_that_is_used_for_two_commands_is_named(tmp_path: Path, monkeypatch):
    post = Coordinator._post

    def forgetful(coordinator: Coordinator, command: Command, entry: int, place: int) -> Post:
        return post(coordinator, command, entry if isinstance(command, Picture) else entry % 7, place)

    monkeypatch.setattr(Coordinator, "_post", forgetful)
    assert "I19" in kinds(play(tmp_path))


def test_p2_a_device_that_gives_one_number_to_two_events_is_named(tmp_path: Path):
    def spoil(day: Played) -> None:
        store = day.day.plan.layout.store.id
        line = day.shop.broker.lines[f"{store}-board-b1"]
        for words in ("one", "two"):
            payload = msgspec.json.encode(
                {"kind": "DayClosed", "boot": 7, "seq": 7, "sent_at": 1, "body": {"w": words}}
            )
            line.publish(Publication(topic(store, "board/b1", "event"), payload))

    assert "P2" in kinds(play(tmp_path, lambda day: day.shop.stage.after(MINUTE, lambda: spoil(day))))


def test_i26_an_imei_on_a_screen_is_named_and_one_in_the_question_to_the_maker_is_not(tmp_path: Path):
    def says(command: Command) -> Callable[[Played], None]:
        def say(day: Played) -> None:
            coordinator, loop = day.shop.office.coordinator, day.shop.office._loop
            loop._send([coordinator._post(command, 1, 0)])

        return lambda day: day.shop.stage.after(MINUTE, lambda: say(day))

    imei = bad_day(2, 3, CALM).comers[0].imei
    shown = says(ShowLines(id=f"x-{imei}", to="queue/q1", lines=()))
    asked = says(LookUpEntitlement(id="C0", to="entitlement/en1", repair="R1", model="m", imei=imei))
    (tmp_path / "asked").mkdir()
    assert "I26/P12" in kinds(play(tmp_path, shown))
    assert "I26/P12" not in kinds(play(tmp_path / "asked", asked))


def test_p1_a_receipt_of_an_entry_that_nobody_knows_is_named(tmp_path: Path):
    def spoil(day: Played) -> None:
        store = day.day.plan.layout.store.id
        receipt = Receipt(boot=5, seq=5, status="committed", entry=3)
        day.shop.office._loop._send([Post(topic(store, "board/b1", "receipt"), encode_plain(receipt), 0)])

    broken = play(tmp_path, lambda day: day.shop.stage.after(5 * MINUTE, lambda: spoil(day))).broken
    assert any(sentence.startswith("I13/P1: board/b1 5/5 has a receipt of entry 3") for sentence in broken)


def test_i14_an_event_that_is_in_the_journal_twice_is_told():
    tale = Tale()
    for n in (2, 3):
        entry = Entry(n, "s", 1, "board/b1", 1, 1, "DayClosed", b"{}", "accepted", "", "", NO_OUTPUTS, b"")
        tale.hear(entry, [AlarmCleared(about="x")])
    assert tale.applied_twice == [("board/b1", 1, 1)]
    assert [type(fact) for fact in tale.facts_until(2)] == [AlarmCleared]


def test_i19_a_command_id_that_means_two_things_is_told_and_asking_again_is_not():
    tale = Tale()
    first, other = (LookUpEntitlement(id="C1", to="entitlement/en1", repair=name, model="m", imei="1") for name in "ab")
    for n, command in enumerate((first, first, other), 2):
        tale.hear(Entry(n, "s", 1, "", 0, 0, "TimePassed", b"", "accepted", "", "", NO_OUTPUTS, b""), [command])
    assert tale.reused == ["C1"]


@pytest.mark.parametrize("spoilt", [True, False])
def test_i15_a_floor_that_is_not_what_its_journal_says_is_named(tmp_path: Path, spoilt: bool):
    def spoil(day: Played) -> None:
        if spoilt:
            day.shop.office.floor.books.counters["of nobody"] = 1

    assert ("I15/P4" in kinds(play(tmp_path, lambda day: day.shop.stage.after(MINUTE, lambda: spoil(day))))) == spoilt


def test_i17_a_checkpoint_that_is_not_the_floor_is_named(tmp_path: Path, monkeypatch):
    checkpoint = Coordinator.checkpoint

    def other(coordinator: Coordinator) -> None:
        closed = coordinator.floor.books.closed
        coordinator.floor.books.closed = not closed
        checkpoint(coordinator)
        coordinator.floor.books.closed = closed

    monkeypatch.setattr(Coordinator, "checkpoint", other)
    assert "I17/P4" in kinds(play(tmp_path))


def test_i22_commands_that_are_never_marked_as_sent_are_named(tmp_path: Path, monkeypatch):
    append = Journal.append

    def forgets(journal: Journal, entries: Sequence[NewEntry], **also: object) -> list[int]:
        return append(journal, entries, **(also | {"sent": ()}))

    monkeypatch.setattr(Journal, "append", forgets)
    assert "I22" in kinds(play(tmp_path))

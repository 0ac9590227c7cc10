"""A mistake of ours inside a due (F08): that one is put off, and the shop, its people and all other dues go on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shopfloor.contract.actor import HOUR, MINUTE
from shopfloor.contract.events import CustomerLeft, DueSetAside, Heard, TicketTaken
from shopfloor.core import floor as floor_module
from shopfloor.core.books import Thing
from shopfloor.core.shop import HOURS, MANAGER
from shopfloor.core.shop import Shop as CoreShop
from shopfloor.service import coordinator as coordinator_module
from shopfloor.service.replay import Differs, replay_all
from tests.service.test_coordinator import Shop, receipts, says

WAITING = ("ticket", "WAITING")


class Mistake(Exception):
    """Of ours."""


def fails(_shop: CoreShop, _thing: Thing) -> None:
    raise Mistake("a sum that cannot be made")


def fails_for(ticket: str) -> Callable[[CoreShop, Thing], None]:
    """The other tickets are reminded as they would be without the mistake."""

    def timeout(shop: CoreShop, thing: Thing) -> None:
        if thing.id == ticket:
            thing.state = "half changed"
            raise Mistake("a sum that cannot be made")
        shop.remind(thing)

    return timeout


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.journal.close()


def tap(shop: Shop, seq: int) -> list[str]:
    """Somebody takes a number. Returns what the receipts say is wrong; "" is nothing."""
    return [receipt.code for receipt in receipts(shop.take(says("queue/q1", TicketTaken(line="A"), seq)))]


def set_aside(shop: Shop) -> list[tuple[object, ...]]:
    return shop.rows("SELECT CAST(body AS TEXT), reason FROM entry WHERE kind = 'DueSetAside' ORDER BY n")


def due_of(shop: Shop, about: str) -> int:
    return shop.coordinator.floor.books.waits[about].due - shop.now


def until_due(shop: Shop, about: str) -> None:
    """Nothing else is said until then."""
    shop.now = shop.coordinator.floor.books.waits[about].due


# ── the others go on ────────────────────────────────────────────────────────────────────────────


def test_f08_a_due_that_fails_is_put_off_and_everybody_else_is_heard(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap(shop, 1)
    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, fails_for("T1"))
    until_due(shop, "T1")
    assert tap(shop, 2) == [""]
    assert tap(shop, 3) == [""]
    assert shop.coordinator.counts.quarantined == 0
    assert shop.coordinator.counts.set_aside == 1
    assert set_aside(shop) == [
        ('{"device":"board/coordinator","event":{"kind":"DueSetAside","about":"T1"}}', "a sum that cannot be made")
    ]
    assert due_of(shop, "T1") == HOUR
    assert shop.coordinator.floor.books.tickets["T1"].state == "WAITING", "nothing half changed is left"
    assert replay_all(shop.url).floor.digest() == shop.coordinator.floor.digest()


def test_f08_the_manager_is_told_to_look_after_it_until_the_day_is_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap(shop, 1)
    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, fails)
    until_due(shop, "T1")
    shop.take()
    words, party, _since = shop.coordinator.floor.books.alarms["due/T1"]
    assert party == MANAGER
    assert "T1 was due" in words
    assert "Look after it by hand" in words
    shop.now += 24 * HOUR
    shop.take()
    assert "due/T1" not in shop.coordinator.floor.books.alarms, "the ticket has ended with its day"


def test_f08_time_alone_does_not_end_the_process_and_the_due_is_tried_again_every_hour(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap(shop, 1)
    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, fails)
    until_due(shop, "T1")
    for times in range(1, 4):
        shop.take()
        assert len(set_aside(shop)) == times
        assert due_of(shop, "T1") == HOUR
        shop.now += HOUR
    monkeypatch.undo()  # the mended program
    shop.take()
    assert len(set_aside(shop)) == 3
    assert shop.coordinator.floor.books.waits["T1"].reminders == 1


def test_f08_dues_of_the_same_moment_are_kept_as_far_as_they_come_before_the_one_that_fails(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seq in range(1, 4):
        tap(shop, seq)
    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, fails_for("T2"))
    until_due(shop, "T3")
    shop.take()
    waits = shop.coordinator.floor.books.waits
    assert [waits[ticket].reminders for ticket in ("T1", "T2", "T3")] == [1, 0, 1]
    assert len(set_aside(shop)) == 1


def test_f08_what_fails_after_the_dues_is_found_by_putting_off_one_after_the_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A choice, a picture or an invariant that fails on what a due has changed: the last of them is tried first."""
    for seq in range(1, 4):
        tap(shop, seq)

    def fails_on_t2(core: CoreShop) -> None:
        if "T2" in core.books.waits and core.books.waits["T2"].reminders:
            raise Mistake("no choice can be made")

    monkeypatch.setattr(floor_module, "PHASES", (*floor_module.PHASES, fails_on_t2))
    until_due(shop, "T3")
    shop.take()
    waits = shop.coordinator.floor.books.waits
    assert [waits[ticket].reminders for ticket in ("T1", "T2", "T3")] == [1, 0, 0]
    assert [due_of(shop, ticket) for ticket in ("T2", "T3")] == [HOUR, HOUR]


def test_f08_a_due_that_only_began_in_the_failed_beat_is_not_the_one_to_put_off(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seq in (1, 2):
        tap(shop, seq)
    until_due(shop, "T1")
    shop.coordinator.floor.shop.set_aside("T2", shop.now + MINUTE)
    shop.coordinator.checkpoint()

    def pulls_the_other(core: CoreShop, thing: Thing) -> None:
        if thing.id == "T2":
            raise Mistake("too early")
        core.set_aside("T2", core.now)
        core.remind(thing)

    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, pulls_the_other)
    shop.take()
    assert [due_of(shop, ticket) for ticket in ("T1", "T2")] == [HOUR, MINUTE]


def test_f08_the_shops_own_hours_are_a_due_like_any_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tap(shop, 1)
    closes = shop.now = shop.coordinator.floor.books.hours_due
    keep_hours = floor_module.closing.keep_hours

    def fails_at_closing_time(core: CoreShop) -> None:
        if core.now == closes:
            raise Mistake("no such day")
        keep_hours(core)

    monkeypatch.setattr(floor_module.closing, "keep_hours", fails_at_closing_time)
    shop.take()
    assert shop.coordinator.floor.books.hours_due == shop.now + HOUR
    assert f"due/{HOURS}" in shop.coordinator.floor.books.alarms


# ── restart and replay ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stop", ["killed", "stopped in good order"])
def test_f08_after_a_restart_the_due_is_still_put_off(shop: Shop, monkeypatch: pytest.MonkeyPatch, stop: str) -> None:
    tap(shop, 1)
    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, fails)
    until_due(shop, "T1")
    assert tap(shop, 2) == [""]
    digest = shop.coordinator.floor.digest()
    if stop == "killed":
        shop.kill()
    else:
        shop.coordinator.checkpoint()
        shop.journal.close()
    shop.start()
    assert shop.coordinator.floor.digest() == digest
    assert replay_all(shop.url).floor.digest() == digest
    shop.take()
    assert len(set_aside(shop)) == 1


def test_f08_a_program_that_died_over_it_before_comes_up_and_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap(shop, 1)
    until_due(shop, "T1")
    shop.kill()
    shop.now += 30 * MINUTE
    shop.start()
    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, fails)
    shop.take()
    assert tap(shop, 2) == [""]
    assert len(set_aside(shop)) == 1


def test_f08_a_replay_under_which_the_put_off_is_forgotten_is_noticed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap(shop, 1)
    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, fails)
    until_due(shop, "T1")
    shop.take()
    monkeypatch.undo()
    monkeypatch.setattr(CoreShop, "alarm", lambda *_: None)
    with pytest.raises(Differs):
        replay_all(shop.url)


# ── where it ends ───────────────────────────────────────────────────────────────────────────────


def test_f08_a_due_that_does_not_fail_is_an_entry_of_its_own_before_the_event(shop: Shop) -> None:
    tap(shop, 1)
    until_due(shop, "T1")
    assert tap(shop, 2) == [""]
    assert shop.rows("SELECT kind FROM entry ORDER BY n DESC LIMIT 2") == [("TicketTaken",), ("TimePassed",)]
    assert set_aside(shop) == []
    assert not any(about.startswith("due/") for about in shop.coordinator.floor.books.alarms)


def test_f08_too_many_at_once_end_the_process_and_the_next_one_goes_on_with_the_rest(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seq in range(1, 5):
        tap(shop, seq)
    monkeypatch.setitem(floor_module.TIMEOUTS, WAITING, fails)
    monkeypatch.setattr(coordinator_module, "SET_ASIDE_MAX", 3)
    until_due(shop, "T4")
    with pytest.raises(Mistake):
        shop.take()
    shop.kill()
    shop.start()
    shop.take()
    assert {due_of(shop, f"T{number}") for number in range(1, 5)} == {HOUR}


def test_f08_an_event_that_fails_after_its_dues_is_quarantined_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poison(*_: object) -> None:
        raise Mistake("in the event itself")

    tap(shop, 1)
    until_due(shop, "T1")
    monkeypatch.setitem(floor_module.RULES, CustomerLeft, poison)
    (receipt,) = receipts(shop.take(says("queue/q1", CustomerLeft(ticket="T1"), 2)))
    assert receipt.code == "quarantined"
    assert shop.coordinator.floor.books.waits["T1"].reminders == 1
    assert set_aside(shop) == []


def test_f08_an_hour_is_given_only_to_what_is_due(shop: Shop) -> None:
    tap(shop, 1)
    (refused, *_rest) = shop.coordinator.floor.handle(Heard("board/coordinator", DueSetAside(about="T1")), shop.now)
    assert getattr(refused, "code", "") == "not-due"

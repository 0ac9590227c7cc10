"""The roster of a date differs from the layout's shifts: who is called nobody new, what the manager is told (E22)."""

import pytest
from msgspec import structs

from shopfloor.contract.actor import DAY, HOUR, MINUTE
from shopfloor.contract.commands import ShowLines
from shopfloor.contract.events import (
    AppointmentBooked,
    CustomerSeated,
    EngineerSignedOn,
    NextRequested,
    RecallRequested,
    StaffSet,
    TicketChosen,
    TicketTaken,
)
from shopfloor.contract.facts import AlarmCleared, AlarmRaised, StaffChanged, TicketCalled
from shopfloor.contract.layout import Layout
from shopfloor.core.policies import Policy
from shopfloor.core.premises import DAYS_AHEAD_MAX
from shopfloor.core.shifts import ROSTER_MAX, shift_end, works_on
from tests.core.at_the_desk import BOARD, refused
from tests.core.story import LAYOUT, MORNING, Story

H3 = "handheld/h3"
"""Of e3, who works on Mondays; e1 and e2 do not."""
YESTERDAY, TODAY, TOMORROW = (LAYOUT.date(MORNING + days * DAY) for days in (-1, 0, 1))
MONDAY = ("e3", "e4", "e5", "e6", "e7", "e8", "e9", "e10")


@pytest.fixture
def story() -> Story:
    begun = Story()
    begun.believed(H3, EngineerSignedOn(engineer="e3", desk="d3"))
    return begun


def off(person: str, date: str = TODAY) -> StaffSet:
    return StaffSet(person=person, date=date, on=False)


def on(person: str, date: str = TODAY) -> StaffSet:
    return StaffSet(person=person, date=date, on=True)


# ── nobody new ──────────────────────────────────────────────────────────────────────────────────


def test_e22_who_is_set_off_today_is_called_nobody_new(story: Story) -> None:
    story.believed(BOARD, off("e3"))
    assert story.last(StaffChanged) == StaffChanged(device=BOARD, person="e3", date=TODAY, on=False)
    story.believed("queue/q1", TicketTaken(line="A"))
    assert refused(story, H3, NextRequested()) == "desk-busy"
    assert refused(story, H3, TicketChosen(ticket="T1")) == "desk-busy"


def test_e22_and_the_floor_calls_nobody_for_them_either() -> None:
    story = Story(Policy(auto_call=True))
    story.believed(H3, EngineerSignedOn(engineer="e3", desk="d3"))
    story.believed(BOARD, off("e3"))
    story.believed("queue/q1", TicketTaken(line="A"))
    assert not story.all(TicketCalled)
    story.believed(BOARD, on("e3"))
    assert story.last(TicketCalled).desk == "d3"


def test_e22_what_they_have_begun_they_finish(story: Story) -> None:
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed(H3, NextRequested())
    story.believed(BOARD, off("e3"))
    story.believed(H3, RecallRequested(ticket="T1"))
    story.believed(H3, CustomerSeated(ticket="T1"))
    assert story.books.tickets["T1"].state == "SERVING"


def test_who_is_off_tomorrow_works_today(story: Story) -> None:
    story.believed(BOARD, off("e3", TOMORROW))
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed(H3, NextRequested())
    assert story.last(TicketCalled).engineer == "e3"


def test_who_is_off_is_not_reckoned_with_when_the_wait_is_told(story: Story) -> None:
    assert story.last(ShowLines).lines[0].eta_min_high < 600
    story.believed(BOARD, off("e3"))
    assert story.last(ShowLines).lines[0].eta_min_high == 600


def test_q2_who_is_off_on_a_day_has_no_minutes_to_book(story: Story) -> None:
    """Nine engineers have line B, and eight desks stand there; the other hours of the week are as they were."""
    for engineer in ("e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8"):
        story.believed(BOARD, off(engineer, TOMORROW))
    booked = AppointmentBooked(at=MORNING + DAY + HOUR, fault="SCR", model="AST-M60")
    assert refused(story, "link/l1", booked) == "hour-full"
    story.believed("link/l1", structs.replace(booked, at=MORNING + 2 * DAY + HOUR))


def test_whom_nobody_planned_the_manager_may_stop_too(story: Story) -> None:
    story.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))
    assert not works_on(story.floor.shop, "e1", TODAY)
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed(BOARD, off("e1"))
    assert refused(story, "handheld/h1", NextRequested()) == "desk-busy"


# ── who comes in ────────────────────────────────────────────────────────────────────────────────


def test_who_comes_in_stays_for_as_long_as_the_shop_is_open(story: Story) -> None:
    shop = story.floor.shop
    assert shift_end(shop, "e1") is None
    story.believed(BOARD, on("e1"))
    assert shift_end(shop, "e1") == LAYOUT.open_until(story.now)
    assert works_on(shop, "e1", TODAY)
    story.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))
    story.believed("queue/q1", TicketTaken(line="A"))
    closes = LAYOUT.open_until(story.now)
    assert closes is not None
    story.wait(closes - 15 * MINUTE - story.now)
    assert story.refused("handheld/h1", NextRequested()) == "desk-busy"
    story.believed(H3, NextRequested())


def test_back_on_they_have_their_own_shift_and_nothing_is_left_in_the_books(story: Story) -> None:
    before = shift_end(story.floor.shop, "e3")
    story.believed(BOARD, off("e3"))
    assert not works_on(story.floor.shop, "e3", TODAY)
    story.believed(BOARD, on("e3"))
    assert shift_end(story.floor.shop, "e3") == before
    assert works_on(story.floor.shop, "e3", TODAY)
    assert story.books.roster == {}


def test_without_a_list_of_shifts_everybody_works_until_somebody_is_set_off() -> None:
    story = Story(layout=structs.replace(LAYOUT, shifts=()))
    assert works_on(story.floor.shop, "e1", TODAY)
    story.believed(BOARD, off("e1"))
    assert not works_on(story.floor.shop, "e1", TODAY)


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (off("e3", YESTERDAY), "day-is-over"),
        (off("e3", "2026-13-01"), "no-such-day"),
        (off("e3", LAYOUT.date(MORNING + (DAYS_AHEAD_MAX + 1) * DAY)), "too-far-ahead"),
        (off("e99"), "unknown"),
        (off("d3"), "unknown"),
        (on("e3"), "already"),
    ],
)
def test_what_no_roster_can_say_is_refused(story: Story, event: StaffSet, code: str) -> None:
    assert refused(story, BOARD, event) == code


def test_nobody_is_set_off_twice(story: Story) -> None:
    story.believed(BOARD, off("e3"))
    assert refused(story, BOARD, off("e3")) == "already"


@pytest.mark.parametrize("person", ["pk1", "m1"])
def test_keepers_and_managers_are_ill_too(story: Story, person: str) -> None:
    story.believed(BOARD, off(person))
    assert not works_on(story.floor.shop, person, TODAY)


def test_only_the_board_says_who_works(story: Story) -> None:
    assert story.refused(H3, off("e3")) == "not-yours"


def test_nobody_comes_in_on_a_day_on_which_the_shop_is_closed() -> None:
    story = Story(layout=closed_on_tuesdays())
    story.believed(BOARD, off("e1", TOMORROW))
    assert refused(story, BOARD, on("e3", TOMORROW)) == "closed-day"


def closed_on_tuesdays() -> Layout:
    side = LAYOUT.source.side.replace('tue = ["10:00", "20:00"]', 'tue = "closed"')
    return Layout.from_texts(LAYOUT.source.lif, side)


def test_the_roster_holds_so_many_changes(story: Story) -> None:
    full = {f"x{number}": False for number in range(ROSTER_MAX - 1)}
    story.books.roster[TOMORROW] = full
    story.believed(BOARD, off("e3"))
    assert refused(story, BOARD, off("e4")) == "too-many"
    story.believed(BOARD, on("e3"))
    story.believed(BOARD, off("e4"))


# ── a line that nobody would serve ──────────────────────────────────────────────────────────────


def test_when_nobody_would_serve_a_line_the_manager_is_told_at_once_and_the_illness_is_believed(story: Story) -> None:
    for engineer in MONDAY[:-1]:
        assert not story.all(AlarmRaised)
        story.believed(BOARD, off(engineer))
    alarm = story.last(AlarmRaised)
    assert (alarm.about, alarm.party) == (f"roster/{TODAY}", "MG")
    assert "may serve A, B" in alarm.words, "e10 has C and D"
    story.believed(BOARD, off("e10"))
    assert "may serve A, B, C, D" in story.last(AlarmRaised).words
    story.believed(BOARD, on("e1"))
    assert story.last(AlarmCleared).about == alarm.about


def test_on_a_closed_day_nobody_is_missed() -> None:
    story = Story(layout=closed_on_tuesdays())
    for engineer in ("e1", "e2", "e5", "e6", "e7", "e8", "e9", "e10"):
        story.believed(BOARD, off(engineer, TOMORROW))
    assert not story.all(AlarmRaised)


def test_with_the_day_its_roster_and_its_alarm_go(story: Story) -> None:
    for engineer in MONDAY:
        story.believed(BOARD, off(engineer))
    story.believed(BOARD, off("e1", TOMORROW))
    story.wait(DAY)
    assert list(story.books.roster) == [TOMORROW]
    assert story.last(AlarmCleared).about == f"roster/{TODAY}"
    story.wait(DAY)
    assert story.books.roster == {}

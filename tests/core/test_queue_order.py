"""Who is before whom in the hall, and who is out of it (q1, q6, q8–q12, q14, B2)."""

import pytest

from shopfloor.contract.actor import DAY, MINUTE
from shopfloor.contract.events import (
    CustomerLeft,
    CustomerSeated,
    EngineerSignedOn,
    NextRequested,
    NoShowReported,
    RecallRequested,
    ReinstatementRequested,
    TicketTaken,
    TransferRequested,
)
from shopfloor.contract.facts import TicketCalled, TicketIssued
from shopfloor.contract.kinds import Line
from shopfloor.core.books import Ticket
from shopfloor.core.calling import RECALLS_MAX
from shopfloor.core.hall import open_tickets, waiting_tickets
from shopfloor.core.policies import BONUS_BOOKED, BONUS_CARE, BONUS_LONG_WAIT, rank
from tests.core.story import MORNING, Story

ENGINEER = "handheld/h1"


@pytest.fixture
def story() -> Story:
    """Ten in the morning; engineer e1 is at desk d1."""
    begun = Story()
    begun.believed(ENGINEER, EngineerSignedOn(engineer="e1", desk="d1"))
    return begun


def take(story: Story, line: Line = "A", *, accessibility: bool = False) -> str:
    story.believed("queue/q1", TicketTaken(line=line, accessibility=accessibility))
    return story.last(TicketIssued).ticket


def call(story: Story) -> str:
    story.believed(ENGINEER, NextRequested())
    return story.last(TicketCalled).ticket


def missed(story: Story) -> str:
    """Called in two rounds, and nobody came."""
    ticket = take(story)
    call(story)
    story.wait(4 * MINUTE)
    call(story)
    story.believed(ENGINEER, NoShowReported(ticket=ticket))
    return ticket


def ticket(**known: bool | str) -> Ticket:
    return Ticket(id="T1", number="A001", state="WAITING", line="A", anchor=MORNING, **known)  # type: ignore[arg-type]


# ── before and after ────────────────────────────────────────────────────────────────────────────


def test_of_those_who_came_at_once_the_lower_number_is_first(story: Story) -> None:
    taken = [take(story) for _ in range(11)]
    assert [ticket.id for ticket in waiting_tickets(story.floor.shop)] == taken
    assert call(story) == "T1"


def test_bonuses_do_not_add_up() -> None:
    late = MORNING + 31 * MINUTE
    assert rank(ticket(accessibility=True), MORNING) == MORNING - BONUS_CARE
    assert rank(ticket(accessibility=True), late) == MORNING - BONUS_LONG_WAIT
    assert rank(ticket(accessibility=True, rework=True, booking="B1"), late) == MORNING - BONUS_BOOKED
    assert rank(ticket(accessibility=True, bonus_off=True), late) == MORNING


def test_q8_who_did_not_come_keeps_the_place_behind_three_and_no_bonus(story: Story) -> None:
    late = take(story, accessibility=True)
    others = [take(story) for _ in range(3)]
    call(story)
    story.wait(4 * MINUTE)
    assert [ticket.id for ticket in waiting_tickets(story.floor.shop)] == [*others, late]


def test_q10_a_number_of_yesterday_is_not_brought_back(story: Story) -> None:
    ticket = missed(story)
    story.wait(DAY)
    story.believed(ENGINEER, EngineerSignedOn(engineer="e1", desk="d1"))
    assert story.refused(ENGINEER, ReinstatementRequested(ticket=ticket)) == "unknown"


def test_q14_a_transferred_customer_has_all_recalls_again(story: Story) -> None:
    moved = take(story, "C")
    call(story)
    for _ in range(RECALLS_MAX):
        story.believed(ENGINEER, RecallRequested(ticket=moved))
    story.books.tickets[moved].round = 2
    story.believed(ENGINEER, CustomerSeated(ticket=moved))
    story.believed("board/b1", TransferRequested(ticket=moved, line="A"))
    found = story.books.tickets[moved]
    assert (found.calls, found.round, found.called_at) == (0, 1, 0)


# ── out of the hall ─────────────────────────────────────────────────────────────────────────────


def test_b2_who_has_left_is_in_nobodys_way(story: Story) -> None:
    first, second = take(story), take(story)
    story.believed("link/l1", CustomerLeft(ticket=first))
    assert [ticket.id for ticket in open_tickets(story.books)] == [second]

"""Taking a number and being called: rows q1–q16, exceptions E1, E2, E22, E29."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopfloor.contract.actor import DAY, HOUR, MINUTE, SECOND
from shopfloor.contract.commands import Announce, ShowCalls, ShowLines
from shopfloor.contract.events import (
    AppointmentBooked,
    AppointmentCancelled,
    CallShown,
    ConsultFinished,
    CustomerCheckedIn,
    CustomerLeft,
    CustomerSeated,
    EngineerSignedOff,
    EngineerSignedOn,
    ModeSet,
    NextRequested,
    NoShowReported,
    RecallRequested,
    ReinstatementRequested,
    TicketChosen,
    TicketTaken,
    TicketWithdrawn,
    TransferRequested,
)
from shopfloor.contract.facts import (
    TicketCalled,
    TicketIssued,
    TicketLeft,
    TicketMissed,
    TicketRecalled,
    TicketRecycled,
    TicketReinstated,
    TicketRemoved,
    TicketSeated,
    TicketServed,
)
from shopfloor.core.hall import waiting_tickets
from shopfloor.core.policies import Policy, rank
from shopfloor.core.shifts import shift_end
from tests.core.story import LAYOUT, Story


@pytest.fixture
def story() -> Story:
    """Ten in the morning; engineer e1 is at desk d1."""
    begun = Story()
    begun.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))
    return begun


def take(story: Story, line: str = "A", **more: bool) -> str:
    """Somebody takes a number; the ticket's id."""
    story.believed("queue/q1", TicketTaken(line=line, **more))
    return story.last(TicketIssued).ticket


def call(story: Story) -> str:
    story.believed("handheld/h1", NextRequested())
    return story.last(TicketCalled).ticket


def come_one_by_one(story: Story, people: int) -> list[str]:
    """Tickets taken half a minute apart."""
    tickets = []
    for _ in range(people):
        story.wait(30 * SECOND)
        tickets.append(take(story))
    return tickets


def let_the_call_pass(story: Story) -> None:
    """A call and its three recalls, nobody comes."""
    story.wait(4 * 60 * SECOND)


# ── q1: a number ────────────────────────────────────────────────────────────────────────────────


def test_q1_numbers_count_per_line_and_day(story: Story) -> None:
    for line in ("A", "A", "C"):
        take(story, line)
    assert [fact.number for fact in story.all(TicketIssued)] == ["A001", "A002", "C001"]
    story.wait(DAY)
    take(story)
    assert story.last(TicketIssued).number == "A001"


def test_q1_the_eta_is_a_range_and_grows_with_the_line(story: Story) -> None:
    spans = []
    for _ in range(4):
        take(story)
        spans.append((story.last(TicketIssued).eta_min_low, story.last(TicketIssued).eta_min_high))
    assert all(low < high for low, high in spans)
    assert spans == sorted(spans)


def test_q1_no_number_before_opening_after_closing_or_on_a_closed_line(story: Story) -> None:
    story.believed("board/b1", ModeSet(what="line-closed", on=True, about="A"))
    assert story.refused("queue/q1", TicketTaken(line="A")) == "closed"
    take(story, "C")
    story.wait(10 * HOUR)
    assert story.refused("queue/q1", TicketTaken(line="C")) == "closed"


def test_e29_people_are_told_on_the_queue_machine_before_they_take_a_number(story: Story) -> None:
    story.believed("board/b1", ModeSet(what="line-closed", on=True, about="A"))
    lines = {row.line: row.open for row in story.last(ShowLines).lines}
    assert lines == {"A": False, "B": True, "C": True, "D": True}
    story.believed("board/b1", ModeSet(what="line-closed", on=False, about="A"))
    assert all(row.open for row in story.last(ShowLines).lines)


def test_e29_the_manager_is_told_when_the_wait_passes_an_hour_and_when_it_is_over(story: Story) -> None:
    tickets = [take(story) for _ in range(4)]
    assert story.books.alarms["queue"][1] == "MG"
    for ticket in tickets:
        story.believed("link/l1", CustomerLeft(ticket=ticket))
    take(story)
    assert "queue" not in story.books.alarms


def test_q1_an_engineer_who_takes_it_for_a_customer_must_be_signed_on(story: Story) -> None:
    story.believed("handheld/h1", TicketTaken(line="A"))
    assert story.refused("handheld/h2", TicketTaken(line="A")) == "nobody-signed-on"


def test_the_hall_has_a_limit() -> None:
    story = Story(Policy(tickets_open_max=2))
    take(story)
    take(story)
    assert story.refused("queue/q1", TicketTaken(line="A")) == "too-many"


# ── q2–q5: booked ───────────────────────────────────────────────────────────────────────────────


def book(story: Story, in_minutes: int) -> str:
    story.believed("link/l1", AppointmentBooked(at=story.now + in_minutes * MINUTE, fault="SCR", model="AST-M60"))
    return list(story.books.tickets)[-1]


def test_q2_q3_a_booking_checks_in_and_is_anchored_at_its_time(story: Story) -> None:
    booking = book(story, 60)
    assert story.refused("queue/q1", CustomerCheckedIn(booking=booking)) == "too-early"
    story.minutes(40)
    story.believed("queue/q1", CustomerCheckedIn(booking=booking))
    ticket = story.books.tickets[booking]
    assert (ticket.state, ticket.number) == ("WAITING", "B001")
    assert ticket.anchor == ticket.booked_at > ticket.issued_at


def test_q2_an_hour_holds_minutes_of_engineers_not_heads(story: Story) -> None:
    for _ in range(40):
        if story.refused_or_none("link/l1", AppointmentBooked(at=story.now + 2 * HOUR, fault="SCR", model="AST-M60")):
            break
    else:
        pytest.fail("the hour was never full")
    assert 3 <= len(story.books.tickets) <= 12
    book(story, 3 * 60)


@pytest.mark.parametrize(("hours", "code"), [(-1, "bad-time"), (11, "closed"), (24 * 61, "bad-time")])
def test_q2_not_in_the_past_nor_when_closed_nor_too_far_ahead(story: Story, hours: int, code: str) -> None:
    event = AppointmentBooked(at=story.now + hours * HOUR, fault="SCR", model="AST-M60")
    assert story.refused("link/l1", event) == code


def test_q4_e1_a_booking_that_never_comes_is_missed_and_later_takes_a_number(story: Story) -> None:
    booking = book(story, 60)
    story.minutes(60 + 14)
    assert story.books.tickets[booking].state == "EXPECTED"
    story.minutes(1)
    assert story.books.tickets[booking].state == "NO_SHOW"
    assert story.last(TicketMissed).booked
    assert story.refused("queue/q1", CustomerCheckedIn(booking=booking)) == "wrong-state"
    assert story.refused("handheld/h1", ReinstatementRequested(ticket=booking)) == "never-came"


def test_q5_a_booking_is_cancelled_once(story: Story) -> None:
    booking = book(story, 60)
    story.believed("link/l1", AppointmentCancelled(booking=booking))
    assert story.last(TicketRemoved).reason == "booking-cancelled"
    assert story.refused("link/l1", AppointmentCancelled(booking=booking)) == "wrong-state"


# ── q6: the call ────────────────────────────────────────────────────────────────────────────────


def test_q6_next_calls_the_first_and_tells_display_and_speaker(story: Story) -> None:
    first, _second = take(story), take(story)
    assert call(story) == first
    assert story.last(ShowCalls).calls[0].number == "A001"
    announced = story.last(Announce)
    assert (announced.ticket, announced.desk, announced.calls) == (first, "d1", 1)


def test_q6_a_desk_with_a_customer_calls_nobody(story: Story) -> None:
    take(story)
    take(story)
    call(story)
    assert story.refused("handheld/h1", NextRequested()) == "desk-busy"


def test_q6_nobody_waits(story: Story) -> None:
    assert story.refused("handheld/h1", NextRequested()) == "nobody-waits"


def test_q6_two_desks_never_call_the_same_ticket(story: Story) -> None:
    story.believed("handheld/h2", EngineerSignedOn(engineer="e2", desk="d2"))
    ticket = take(story)
    story.believed("handheld/h1", TicketChosen(ticket=ticket))
    assert story.refused("handheld/h2", TicketChosen(ticket=ticket)) == "wrong-state"


def test_q6_only_a_certified_engineer_gets_the_line(story: Story) -> None:
    assert LAYOUT.engineers["e10"].lines == ("C", "D"), "e10 of the sample shop repairs nothing"
    story.believed("handheld/h10", EngineerSignedOn(engineer="e10", desk="d2"))
    repair, advice = take(story), take(story, "C")
    assert story.refused("handheld/h10", TicketChosen(ticket=repair)) == "not-certified"
    story.believed("handheld/h10", NextRequested())
    assert story.last(TicketCalled).ticket == advice, "the repair that came first is left to somebody else"


def test_q6_fl_with_auto_call_the_floor_calls_by_itself() -> None:
    story = Story(Policy(auto_call=True))
    story.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))
    story.believed("queue/q1", TicketTaken(line="A"))
    assert story.last(TicketCalled).desk == "d1"
    story.believed("queue/q1", TicketTaken(line="A"))
    assert len(story.all(TicketCalled)) == 1, "the desk is busy"


def test_q6_e22_nobody_new_is_called_in_the_last_quarter_of_a_shift(story: Story) -> None:
    story.believed("handheld/h3", EngineerSignedOn(engineer="e3", desk="d3"))
    end = shift_end(story.floor.shop, "e3")
    assert end is not None
    story.wait(end - story.now - 40 * MINUTE)  # the doors close before the shift ends
    ticket = take(story)
    story.minutes(24)
    story.believed("handheld/h3", TicketChosen(ticket=ticket))
    story.believed("link/l1", CustomerLeft(ticket=ticket))
    story.minutes(2)
    assert story.refused("handheld/h3", NextRequested()) == "desk-busy"


@given(
    ages=st.lists(st.integers(0, 90), min_size=2, max_size=12),
    needs=st.lists(st.booleans(), min_size=12, max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_calling_rule_nobody_is_overtaken_by_someone_anchored_more_than_15_minutes_later(
    ages: list[int], needs: list[bool]
) -> None:
    story = Story()
    for age, need in zip(sorted(ages, reverse=True), needs, strict=False):
        story.wait(max(0, (max(ages) - age) * MINUTE - (story.now - 1_795_399_200_000)))
        take(story, accessibility=need)
    order = waiting_tickets(story.floor.shop)
    for position, ticket in enumerate(order):
        for later in order[position + 1 :]:
            assert ticket.anchor - later.anchor <= 15 * MINUTE


def test_calling_rule_a_booked_customer_gets_a_quarter_of_an_hour(story: Story) -> None:
    booking = book(story, 20)
    story.minutes(10)
    walk_in = take(story)
    story.minutes(12)
    story.believed("queue/q1", CustomerCheckedIn(booking=booking))
    assert [t.id for t in waiting_tickets(story.floor.shop)] == [booking, walk_in]


# ── q7–q10: nobody comes ────────────────────────────────────────────────────────────────────────


def test_q7_each_minute_a_recall_three_times(story: Story) -> None:
    take(story)
    call(story)
    for recalls in (1, 2, 3):
        story.wait(60 * SECOND)
        assert story.last(TicketRecalled).calls == recalls + 1
    assert len(story.all(TicketRecalled)) == 3


def test_q7_the_engineer_may_recall_sooner_but_not_for_ever(story: Story) -> None:
    ticket = take(story)
    call(story)
    for _ in range(3):
        story.believed("handheld/h1", RecallRequested(ticket=ticket))
    assert story.refused("handheld/h1", RecallRequested(ticket=ticket)) == "called-enough"


def test_q8_after_the_third_recall_the_ticket_goes_three_places_back_once(story: Story) -> None:
    missed = take(story)
    others = come_one_by_one(story, 4)
    call(story)
    let_the_call_pass(story)
    assert story.last(TicketRecycled).ticket == missed
    assert story.books.desks["d1"].ticket == ""
    assert [t.id for t in waiting_tickets(story.floor.shop)] == [*others[:3], missed, others[3]]


def test_q8_the_place_it_was_given_is_kept_while_others_grow_old(story: Story) -> None:
    missed = take(story)
    others = come_one_by_one(story, 4)
    call(story)
    let_the_call_pass(story)
    story.minutes(40)
    order = [t.id for t in waiting_tickets(story.floor.shop)]
    assert order.index(missed) >= 3
    assert set(order) == {missed, *others}


def test_q9_after_the_second_round_it_is_a_no_show(story: Story) -> None:
    ticket = take(story)
    call(story)
    let_the_call_pass(story)
    assert call(story) == ticket
    let_the_call_pass(story)
    assert story.books.tickets[ticket].state == "NO_SHOW"
    assert story.last(TicketMissed).desk == "d1"


def test_q9_the_engineer_may_say_so_only_in_the_second_round(story: Story) -> None:
    ticket = take(story)
    call(story)
    assert story.refused("handheld/h1", NoShowReported(ticket=ticket)) == "first-round"
    let_the_call_pass(story)
    call(story)
    story.believed("handheld/h1", NoShowReported(ticket=ticket))
    assert story.books.tickets[ticket].state == "NO_SHOW"


def test_q10_one_tap_brings_a_no_show_back_the_same_day_only(story: Story) -> None:
    ticket = take(story)
    call(story)
    let_the_call_pass(story)
    call(story)
    story.believed("handheld/h1", NoShowReported(ticket=ticket))
    waiting = come_one_by_one(story, 3)
    story.believed("handheld/h1", ReinstatementRequested(ticket=ticket))
    assert story.last(TicketReinstated).number == "A001"
    assert [t.id for t in waiting_tickets(story.floor.shop)] == [waiting[0], waiting[1], ticket, waiting[2]]
    assert story.refused("handheld/h1", ReinstatementRequested(ticket=ticket)) == "wrong-state"


def test_the_speaker_is_asked_until_the_display_says_it_is_shown(story: Story) -> None:
    ticket = take(story)
    call(story)
    story.wait(6 * SECOND)
    assert len(story.all(Announce)) == 2, "asked again with the same id"
    assert len({announce.id for announce in story.all(Announce)}) == 1
    story.believed("calls/cd1", CallShown(ticket=ticket, calls=1))
    story.wait(20 * SECOND)
    assert len(story.all(Announce)) == 2


# ── q11–q15 ─────────────────────────────────────────────────────────────────────────────────────


def test_q11_seated_at_the_desk_that_called(story: Story) -> None:
    story.believed("handheld/h2", EngineerSignedOn(engineer="e2", desk="d2"))
    ticket = take(story)
    call(story)
    assert story.refused("handheld/h2", CustomerSeated(ticket=ticket)) == "another-desk"
    story.believed("handheld/h1", CustomerSeated(ticket=ticket))
    assert story.last(TicketSeated).opens_repair
    assert story.refused("handheld/h1", CustomerSeated(ticket=ticket)) == "wrong-state"


def test_q12_e2_a_customer_who_gives_up_frees_the_desk_that_called(story: Story) -> None:
    ticket = take(story)
    call(story)
    story.believed("link/l1", CustomerLeft(ticket=ticket, reason="too long"))
    assert story.last(TicketLeft).reason == "too long"
    assert story.books.desks["d1"].ticket == ""
    assert story.refused("link/l1", CustomerLeft(ticket=ticket)) == "wrong-state"


def test_q13_advice_given_ends_the_ticket_and_frees_the_desk(story: Story) -> None:
    ticket = take(story, "C")
    call(story)
    story.believed("handheld/h1", CustomerSeated(ticket=ticket))
    assert not story.last(TicketSeated).opens_repair
    story.believed("handheld/h1", ConsultFinished(ticket=ticket))
    assert story.last(TicketServed).desk == "d1"
    assert story.books.desks["d1"].ticket == ""


def test_q13_only_the_engineer_who_serves_may_say_so(story: Story) -> None:
    story.believed("handheld/h2", EngineerSignedOn(engineer="e2", desk="d2"))
    ticket = take(story, "C")
    call(story)
    story.believed("handheld/h1", CustomerSeated(ticket=ticket))
    assert story.refused("handheld/h2", ConsultFinished(ticket=ticket)) == "wrong-state"


def test_q14_the_wrong_line_keeps_number_and_issue_time(story: Story) -> None:
    ticket = take(story, "C")
    issued = story.now
    call(story)
    story.minutes(0.5)
    story.believed("handheld/h1", CustomerSeated(ticket=ticket))
    story.believed("board/b1", TransferRequested(ticket=ticket, line="A"))
    moved = story.books.tickets[ticket]
    assert (moved.state, moved.line, moved.number, moved.issued_at) == ("WAITING", "A", "C001", issued)


def test_q14_b26_a_transferred_customer_is_called_and_seated_anew(story: Story) -> None:
    """Found by the demo: the seat of the first round was older than the call of the second."""
    ticket = take(story, "C")
    call(story)
    story.believed("handheld/h1", CustomerSeated(ticket=ticket))
    story.believed("board/b1", TransferRequested(ticket=ticket, line="A"))
    story.minutes(1)
    assert call(story) == ticket
    story.believed("handheld/h1", CustomerSeated(ticket=ticket))
    assert story.books.tickets[ticket].seated_at == story.now


def test_q14_not_while_a_repair_is_open_at_the_desk(story: Story) -> None:
    ticket = take(story)
    call(story)
    story.believed("handheld/h1", CustomerSeated(ticket=ticket))
    assert story.refused("board/b1", TransferRequested(ticket=ticket, line="C")) == "repair-open"


def test_q15_a_ticket_taken_by_mistake_is_withdrawn(story: Story) -> None:
    ticket = take(story)
    story.believed("board/b1", TicketWithdrawn(ticket=ticket, reason="mistake"))
    assert story.books.tickets[ticket].state == "REMOVED"
    assert story.refused("board/b1", TicketWithdrawn(ticket=ticket, reason="mistake")) == "wrong-state"


def test_only_a_manager_withdraws_tickets(story: Story) -> None:
    ticket = take(story)
    assert story.refused("queue/q1", TicketWithdrawn(ticket=ticket, reason="mistake")) == "not-yours"


def test_who_waits_for_long_is_told_to_the_engineers_then_to_the_manager(story: Story) -> None:
    ticket = take(story)
    story.minutes(21)
    assert ticket in story.books.alarms
    assert story.books.waits[ticket].party == "MG"


def test_e22_an_engineer_with_a_called_customer_cannot_walk_off(story: Story) -> None:
    take(story)
    call(story)
    assert story.refused("handheld/h1", EngineerSignedOff(engineer="e1")) == "ticket-open"


@pytest.mark.parametrize(("rework", "first"), [(True, "A002"), (False, "A001")])
def test_e21_who_comes_back_with_the_same_fault_waits_ten_minutes_less(story: Story, rework: bool, first: str) -> None:
    take(story)
    story.minutes(9)
    take(story, rework=rework)
    assert story.books.tickets[call(story)].number == first


def test_rank_a_recycled_ticket_has_no_bonus(story: Story) -> None:
    ticket = story.books.tickets[take(story, accessibility=True)]
    assert rank(ticket, story.now) == ticket.anchor - 10 * MINUTE
    ticket.bonus_off = True
    assert rank(ticket, story.now) == ticket.anchor

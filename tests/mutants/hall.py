"""Bugs in the hall: who is called, where, how often, and what becomes of who does not come.

Not counted, because nobody could tell the difference: without its refusal ``another-day`` a number of yesterday would
still not be brought back (q10), since it leaves the books when the page is turned.
"""

from functools import partial

from tests.mutants.mutant import Mutant

ticket = partial(Mutant, subject="queue", file="shopfloor/core/queue.py")
calling = partial(Mutant, subject="queue", file="shopfloor/core/calling.py")
hall = partial(Mutant, subject="queue", file="shopfloor/core/hall.py")
shifts = partial(Mutant, subject="queue", file="shopfloor/core/shifts.py")
policy = partial(Mutant, subject="queue", file="shopfloor/core/policies.py")

QUEUE = "core/test_queue.py"
SHIFTS = "core/test_shifts.py"

TICKETS = (
    calling(
        name="one_ticket_at_two_desks",
        before='    if desk.ticket:\n        return f"Desk',
        after='    if desk.ticket and shop.books.tickets[desk.ticket].state == "SERVING":\n        return f"Desk',
        story="A second customer is called to a desk that has called one already.",
        meant=(f"{QUEUE}::test_q6_a_desk_with_a_customer_calls_nobody",),
    ),
    calling(
        name="two_desks_call_the_same_customer",
        before='    shop.in_state(ticket, "q6", f"{ticket.number or ticket.id} is not waiting any more.")\n',
        after='    if ticket.state == "CALLED":\n        ticket.state = "WAITING"\n',
        story="An engineer picks a ticket that another one has just called, and it stands at two desks.",
        meant=(f"{QUEUE}::test_q6_two_desks_never_call_the_same_ticket",),
    ),
    calling(
        name="recalled_for_ever",
        before="    if ticket.calls <= RECALLS_MAX:\n        _recall(shop, ticket)\n    elif",
        after="    if ticket.calls:\n        _recall(shop, ticket)\n    elif",
        story="Nobody comes, and the desk waits for ever.",
        meant=(f"{QUEUE}::test_q8_after_the_third_recall_the_ticket_goes_three_places_back_once",),
    ),
    calling(
        name="one_recall_less",
        before="    if ticket.calls <= RECALLS_MAX:\n        _recall(shop, ticket)\n    elif",
        after="    if ticket.calls < RECALLS_MAX:\n        _recall(shop, ticket)\n    elif",
        story="A customer on crutches loses the turn one minute early.",
        meant=(f"{QUEUE}::test_q7_each_minute_a_recall_three_times",),
    ),
    calling(
        name="a_second_chance_for_ever",
        before="    elif ticket.round == 1:\n        _recycle",
        after="    elif ticket.round:\n        _recycle",
        story="Who has gone home is called all day.",
        meant=(f"{QUEUE}::test_q9_after_the_second_round_it_is_a_no_show",),
    ),
    calling(
        name="the_desk_stays_busy_after_a_no_show",
        before='    """q9."""\n    desk = ticket.desk\n    hall.free_desk(shop, ticket)\n',
        after='    """q9."""\n    desk = ticket.desk\n',
        story="The desk of a customer who never came calls nobody any more.",
        meant=(f"{QUEUE}::test_q9_after_the_second_round_it_is_a_no_show",),
        invariant="B1",
    ),
    calling(
        name="any_engineer_gets_the_line",
        before=(
            "    candidates = [t for t in hall.waiting_tickets(shop) if t.line in _lines_of(shop, presence.person)]"
        ),
        after="    candidates = hall.waiting_tickets(shop)",
        story="A customer with a foldable sits before somebody who may not open it.",
        meant=(f"{QUEUE}::test_q6_only_a_certified_engineer_gets_the_line",),
    ),
    calling(
        name="the_speaker_never_stops",
        before="    if ticket.calls == event.calls:\n        shop.withdraw(ticket.announce)\n",
        after="",
        story="A number is announced every few seconds although the display shows it.",
        meant=(f"{QUEUE}::test_the_speaker_is_asked_until_the_display_says_it_is_shown",),
    ),
    hall(
        name="the_place_it_was_given_is_lost",
        before="    ticket.bonus_off = True\n",
        after="",
        story="Three places back becomes first in line by the bonus of a long wait.",
        meant=("core/test_queue_order.py::test_q8_who_did_not_come_keeps_the_place_behind_three_and_no_bonus",),
    ),
    hall(
        name="numbers_go_on_over_the_lines",
        before='    counter = f"{line}@{shop.layout.day_start(shop.now)}"',
        after='    counter = f"A@{shop.layout.day_start(shop.now)}"',
        story="B001 is missing, and the customer asks whether they were passed over.",
        meant=(f"{QUEUE}::test_q1_numbers_count_per_line_and_day",),
    ),
    hall(
        name="an_ended_ticket_stays_in_the_hall",
        before="    ticket.ended_at = shop.now\n    del shop.books.hall[ticket.id]\n",
        after="    ticket.ended_at = shop.now\n",
        story="The hall fills with customers who left long ago, and nobody gets a number any more.",
        meant=("core/test_queue_order.py::test_b2_who_has_left_is_in_nobodys_way",),
        invariant="B2",
    ),
    shifts(
        name="off_today_is_off_every_day",
        before="    return _changed(shop, person, date) is False\n",
        after="    return any(people.get(person) is False for people in shop.books.roster.values())\n",
        story="Who is away next week is called nobody today.",
        meant=(f"{SHIFTS}::test_who_is_off_tomorrow_works_today",),
    ),
    shifts(
        name="who_comes_in_has_no_shift",
        before="    if not ends and _changed(shop, person, shop.books.day):\n        return layout.open_until(now)\n",
        after="",
        story="Who came in to help gets a new customer at one minute to closing time.",
        meant=(f"{SHIFTS}::test_who_comes_in_stays_for_as_long_as_the_shop_is_open",),
    ),
    shifts(
        name="a_line_nobody_would_serve_is_not_told",
        before="    unserved = [line for line in known if not any(line in row.lines for row in there)]\n",
        after="    unserved = known if not there else []\n",
        story="Two engineers are left who may not repair anything, and the manager hears of it from the customers.",
        meant=(
            f"{SHIFTS}::test_when_nobody_would_serve_a_line_the_manager_is_told_at_once_and_the_illness_is_believed",
        ),
    ),
    policy(
        name="bonuses_add_up",
        before="        bonus = BONUS_BOOKED if ticket.booking else BONUS_LONG_WAIT\n",
        after="        bonus += BONUS_BOOKED if ticket.booking else BONUS_LONG_WAIT\n",
        story="Somebody is overtaken by a customer who came 25 minutes later.",
        meant=("core/test_queue_order.py::test_bonuses_do_not_add_up",),
    ),
    policy(
        name="ties_by_the_letters_of_the_id",
        before="    return rank(ticket, now), len(ticket.id), ticket.id\n",
        after="    return rank(ticket, now), 0, ticket.id\n",
        story="T10 is called before T9 although both came at the same moment (a key that does not count).",
        meant=("core/test_queue_order.py::test_of_those_who_came_at_once_the_lower_number_is_first",),
    ),
    ticket(
        name="a_served_ticket_moves_nowhere",
        before="    ticket.desk, ticket.engineer = desk.desk, fact.new\n    desk.ticket = ticket.id\n",
        after="    ticket.desk, ticket.engineer = desk.desk, fact.new\n",
        story="The customer has moved to the next desk, and that desk calls another one.",
        meant=("core/test_holds.py::test_r30_the_customer_moves_along_and_the_old_desk_may_call_again",),
    ),
    ticket(
        name="a_transferred_ticket_keeps_its_calls",
        before="    ticket.line, ticket.calls, ticket.round = event.line, 0, 1\n",
        after="    ticket.line = event.line\n",
        story="After a transfer the customer has one recall less.",
        meant=("core/test_queue_order.py::test_q14_a_transferred_customer_has_all_recalls_again",),
    ),
)

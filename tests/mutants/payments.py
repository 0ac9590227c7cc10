"""Bugs of asking for money: attempts, their ends, what nobody knows (y1–y12).

Not counted, because nobody could tell the difference:

- ``_stop_asking`` that withdraws the command and keeps its id: an id that is not pending is compared with nothing.
- a slip that agrees without the step y15: SETTLED stays SETTLED, and the stamp is ``reconciled``.
"""

from functools import partial

from tests.mutants.mutant import Mutant

attempt = partial(Mutant, subject="money", file="shopfloor/core/attempts.py")

PAYMENTS = "core/test_payments.py"
UNKNOWN = "core/test_payments_unknown.py"
ASKED = "core/test_payments_asked.py"

ATTEMPTS = (
    attempt(
        name="late_approval_counts",
        before="        captured_late(shop, payment, amount, reference)\n        return\n",
        after="        count_as_settled(shop, payment)\n        return\n",
        story="An approval that comes after the attempt had ended is kept, and the customer has paid twice.",
        meant=(f"{UNKNOWN}::test_f52_an_approval_after_the_end_never_counts_and_is_reversed_by_itself",),
    ),
    attempt(
        name="late_approval_refused",
        before="        captured_late(shop, payment, amount, reference)\n        return\n",
        after='        shop.refuse("already", f"{payment.id} has ended.")\n',
        story="Money taken after the end of its attempt stays with the bank, and nobody hears of it.",
        meant=(f"{UNKNOWN}::test_f52_an_approval_after_the_end_never_counts_and_is_reversed_by_itself",),
    ),
    attempt(
        name="unknown_is_not_open",
        before='OPEN = ("CREATED", "PRESENTED", "APPROVED", "UNKNOWN", "MANUAL")',
        after='OPEN = ("CREATED", "PRESENTED", "APPROVED", "MANUAL")',
        story="While nobody knows whether the card was charged, it is charged again.",
        meant=(f"{UNKNOWN}::test_y7_e15_after_two_silent_minutes_no_money_no_hand_over",),
    ),
    attempt(
        name="manual_is_not_open",
        before='OPEN = ("CREATED", "PRESENTED", "APPROVED", "UNKNOWN", "MANUAL")',
        after='OPEN = ("CREATED", "PRESENTED", "APPROVED", "UNKNOWN")',
        story="The manager has not read the terminal's log yet, and the engineer charges again.",
        meant=(f"{ASKED}::test_y1_b17_not_while_the_manager_has_to_read_the_terminals_log",),
    ),
    attempt(
        name="silence_means_declined",
        before='    _lose(shop, payment, "the terminal does not answer")',
        after='    _declined(shop, payment, "timeout")',
        story="A terminal that does not answer is believed to have taken nothing (unknown means failed).",
        meant=(f"{UNKNOWN}::test_y7_e15_after_two_silent_minutes_no_money_no_hand_over",),
    ),
    attempt(
        name="charged_again_when_the_report_is_read_again",
        before="    if owed and not open_or_unknown(shop, repair.id) and not devices.network_lost(shop):",
        after="    if owed and not devices.network_lost(shop):",
        story="The report is shown a second time and a second attempt goes to the terminal.",
        meant=(f"{PAYMENTS}::test_y1_the_floor_asks_by_itself_when_the_report_was_read",),
    ),
    attempt(
        name="asked_by_hand_beside_an_open_attempt",
        before="    if running:\n        state = shop.payment(running).state",
        after=(
            '    if running and shop.payment(running).state == "UNKNOWN":\n        state = shop.payment(running).state'
        ),
        story="The engineer taps twice and two attempts are open.",
        meant=(f"{PAYMENTS}::test_y1_b17_one_open_attempt_at_a_time",),
    ),
    attempt(
        name="more_than_is_owed",
        before="    if amount > owed:\n",
        after="    if amount > repair.cap:\n",
        story="After a first part was paid, the whole price may be asked for once more.",
        meant=(f"{PAYMENTS}::test_y1_paid_in_two_parts",),
    ),
    attempt(
        name="currency_not_compared",
        before="    if (amount, currency) != (payment.amount, CURRENCY):",
        after="    if amount != payment.amount:",
        story="1349.00 in another currency settle 1349.00 yuan.",
        meant=(f"{PAYMENTS}::test_y3_y7_another_amount_or_currency_is_unknown_with_an_alarm",),
    ),
    attempt(
        name="more_than_asked_is_fine",
        before="    if (amount, currency) != (payment.amount, CURRENCY):",
        after="    if amount < payment.amount or currency != CURRENCY:",
        story="The terminal took more than was asked for, and nobody is told.",
        meant=(f"{PAYMENTS}::test_y3_y7_another_amount_or_currency_is_unknown_with_an_alarm",),
    ),
    attempt(
        name="deposit_paid_is_forgotten",
        before="    left = prices.deposits_wanted(repair) - repair.settled\n",
        after="    left = prices.deposits_wanted(repair)\n",
        story="The deposit is asked for again and again.",
        meant=(f"{PAYMENTS}::test_y1_a_deposit_only_for_a_part_ordered_in_specially_and_it_counts",),
    ),
    attempt(
        name="second_part_overwrites_the_first",
        before="    repair.settled += payment.amount\n",
        after="    repair.settled = payment.amount\n",
        story="Of two part payments only the last one counts, and the customer owes the first one again.",
        meant=(f"{PAYMENTS}::test_y1_paid_in_two_parts",),
        invariant="I07",
    ),
    attempt(
        name="not_found_once_is_enough",
        before="    if payment.not_found >= NOT_FOUND_NEEDED:",
        after="    if payment.not_found:",
        story="A terminal that looks too early says 'not found' once, and the card is charged again.",
        meant=(f"{UNKNOWN}::test_y10_not_found_three_times_by_a_healthy_terminal_is_not_taken",),
    ),
    attempt(
        name="an_unwell_terminal_is_believed",
        before="    if not healthy:\n",
        after="    if not healthy and payment.not_found:\n",
        story="A terminal that says itself that it is not well is believed that nothing was taken.",
        meant=(f"{ASKED}::test_y10_a_terminal_that_is_not_well_is_not_believed_even_the_first_time",),
    ),
    attempt(
        name="not_founds_add_up_over_progress",
        before="    payment.not_found = 0\n",
        after="",
        story="Twice not found, then seen in progress, then not found: it is believed not to have been taken.",
        meant=(f"{UNKNOWN}::test_y9_still_in_progress_changes_nothing_but_the_count",),
    ),
    attempt(
        name="nobody_is_called_after_ten_minutes",
        before="    if lost_for >= limit:\n",
        after="    if lost_for >= 6 * limit:\n",
        story="The terminal is asked for an hour, and the customer stands there.",
        meant=(f"{UNKNOWN}::test_y11_after_ten_minutes_the_manager",),
    ),
    attempt(
        name="any_terminal_answers",
        before="    if payment.pos != by:\n",
        after='    if not by.startswith("pos/"):\n',
        story="Another desk's terminal settles this desk's payment.",
        meant=(f"{PAYMENTS}::test_b16_a_terminal_speaks_only_for_its_own_payments",),
    ),
    attempt(
        name="our_wish_to_stop_ends_it",
        before=(
            '    payment.command = shop.ask(AbortPayment(id=shop.number("C"), to=payment.pos, payment=payment.id))\n'
        ),
        after="    _stop(shop, payment)\n",
        story="The attempt ends because we want it to, while the customer's card is already in the terminal.",
        meant=(f"{PAYMENTS}::test_y5_aborted_only_on_the_terminals_own_word",),
    ),
    attempt(
        name="stopped_too_late_ends_it_too",
        before="    if not event.before_approval:\n",
        after="    if not event.before_approval and not _is_stopping(shop, payment):\n",
        story="The terminal says that it was too late to stop, and the attempt counts as stopped.",
        meant=(f"{PAYMENTS}::test_y5_too_late_the_approval_is_on_its_way",),
    ),
    attempt(
        name="manager_decides_too_early",
        before='    shop.in_state(payment, "y12", f"{payment.id} is {payment.state}; there is nothing to decide.")\n',
        after=(
            '    if payment.state == "SETTLED":\n'
            '        shop.refuse("wrong-state", "settled")\n'
            '    payment.state = "MANUAL"\n'
        ),
        story="The manager writes a payment off while its terminal is still being asked.",
        meant=(f"{UNKNOWN}::test_y12_nothing_to_decide_while_the_floor_still_asks",),
    ),
    attempt(
        name="a_question_outlives_its_attempt",
        before='    shop.withdraw(payment.command)\n    payment.command = ""\n',
        after='    payment.command = ""\n',
        story=(
            "The attempt has ended, and the terminal is asked for the money again and again (cancel_leaves_outbox)."
        ),
        meant=(f"{ASKED}::test_i18_when_the_attempt_has_ended_its_terminal_is_asked_for_no_money",),
    ),
    attempt(
        name="attempts_without_end",
        before="ATTEMPTS_MAX = 50",
        after="ATTEMPTS_MAX = 50_000",
        story="A stuck button fills the books with payment attempts.",
        meant=(f"{ASKED}::test_y1_a_repair_has_so_many_attempts_and_no_more",),
    ),
)

"""Bugs of giving money back, and of the day's slip (y13–y15, F52)."""

from functools import partial

from tests.mutants.mutant import Mutant

refund = partial(Mutant, subject="money", file="shopfloor/core/refunds.py")
slip = partial(Mutant, subject="money", file="shopfloor/core/payments.py")

BACK = "core/test_payments_back.py"
UNKNOWN = "core/test_payments_unknown.py"
ASKED = "core/test_payments_asked.py"

REFUNDS = (
    refund(
        name="a_line_is_refunded_twice",
        before="    if given + event.amount > line.price_fen:",
        after="    if event.amount > line.price_fen:",
        story="Each of two payments gives the same line back.",
        meant=(f"{BACK}::test_y14_b13_the_second_refund_knows_of_the_first",),
    ),
    refund(
        name="more_back_than_was_paid",
        before="    if event.amount > payment.amount - payment.undone:",
        after="    if event.amount > payment.amount:",
        story="A payment of two lines gives back more than it brought.",
        meant=(f"{BACK}::test_y14_b13_the_second_refund_knows_of_the_first",),
    ),
    refund(
        name="a_second_refund_beside_the_first",
        before=(
            '    shop.in_state(payment, "y14", f"{payment.id} is {payment.state}; only a settled payment '
            'can be refunded.")\n'
            "    _refuse_while_undoing(shop, payment)\n"
        ),
        after=(
            '    shop.in_state(payment, "y14", f"{payment.id} is {payment.state}; only a settled payment '
            'can be refunded.")\n'
        ),
        story="The manager taps twice; the terminal gives back twice, and the books know of one.",
        meant=(f"{ASKED}::test_y13_y14_while_money_is_on_its_way_back_nothing_else_is_given_back",),
    ),
    refund(
        name="reversed_after_hand_over",
        before="    if shop.books.repairs[payment.repair].state in OUT_OF_THE_HOUSE:",
        after='    if shop.books.repairs[payment.repair].state == "CLOSED":',
        story="The customer is home with the phone, the whole payment goes back, and nothing is owed by anybody.",
        meant=(f"{BACK}::test_y13_not_after_the_slip_and_not_after_hand_over",),
    ),
    refund(
        name="reversed_after_the_slip",
        before="    if payment.reconciled:\n",
        after='    if payment.reconciled and payment.state == "PART_REFUNDED":\n',
        story="A payment that the day's slip has stamped is reversed, and the slip is wrong from then on.",
        meant=(f"{BACK}::test_y13_not_after_the_slip_and_not_after_hand_over",),
    ),
    refund(
        name="undone_without_being_asked",
        before="    if by != payment.pos or not payment.undoing or event.command != payment.command:",
        after="    if by != payment.pos or not payment.undoing:",
        story="A late answer to an earlier refund is taken for the one that is asked for now.",
        meant=(f"{BACK}::test_y13_only_the_amount_that_was_asked_for_and_only_once",),
    ),
    refund(
        name="undone_amount_not_compared",
        before="    if event.amount != payment.undoing:",
        after="    if event.amount > payment.undoing:",
        story="The terminal gave back less than was asked for, and the books say it gave all.",
        meant=(f"{BACK}::test_y13_only_the_amount_that_was_asked_for_and_only_once",),
    ),
    refund(
        name="a_refund_is_owed_again",
        before="    repair.payable -= max(0, min(repair.payable, amount - prices.overpaid(repair)))\n",
        after="",
        story="What the manager gives back as a goodwill is asked for again at the terminal.",
        meant=(f"{BACK}::test_y14_line_by_line_until_all_is_refunded",),
    ),
    refund(
        name="a_refund_of_what_was_overpaid_lowers_the_price",
        before="    repair.payable -= max(0, min(repair.payable, amount - prices.overpaid(repair)))\n",
        after="    repair.payable -= min(repair.payable, amount)\n",
        story="A deposit that is given back lowers what the repair costs.",
        meant=(f"{BACK}::test_y14_what_was_overpaid_goes_back_first_and_lowers_no_price",),
    ),
    refund(
        name="reversed_and_still_settled",
        before='    repair.settled -= amount\n    shop.touch(repair)\n    shop.step(payment, "y13")',
        after='    shop.touch(repair)\n    shop.step(payment, "y13")',
        story="The money is back with the customer, and the phone counts as paid.",
        meant=(f"{BACK}::test_y13_reversed_it_is_owed_again",),
        invariant="I07",
    ),
    refund(
        name="a_late_capture_is_kept",
        before="    payment.late = amount\n    _reverse(shop, payment, amount)\n",
        after="    payment.late = amount\n",
        story="What was taken after the end is alarmed about, and stays with the shop.",
        meant=(f"{UNKNOWN}::test_f52_an_approval_after_the_end_never_counts_and_is_reversed_by_itself",),
    ),
    refund(
        name="a_late_capture_back_lowers_what_was_paid",
        before="    if payment.late:\n        _late_capture_is_back(shop, payment, amount)\n    elif line:",
        after="    if line:",
        story="A capture that never counted is taken off what the customer really paid.",
        meant=(f"{UNKNOWN}::test_f52_an_approval_after_the_end_never_counts_and_is_reversed_by_itself",),
    ),
    refund(
        name="a_refused_refund_blocks_for_ever",
        before=(
            '            payment.command, payment.undoing, payment.undoing_line = "", 0, 0\n'
            "            shop.touch(payment)"
        ),
        after="            shop.touch(payment)",
        story="The terminal refuses once, and nobody can give the money back any more.",
        meant=(f"{BACK}::test_y14_a_terminal_that_refuses_leaves_the_manager_free_to_ask_again",),
    ),
)

SLIPS = (
    slip(
        name="a_stranger_on_the_slip_is_overlooked",
        before="        if payment is None or payment.pos != by:",
        after="        if payment is None:",
        story="Money that another terminal took is believed to be this one's.",
        meant=(f"{BACK}::test_y15_a_payment_on_the_slip_of_another_terminal_is_a_stranger_there",),
    ),
    slip(
        name="the_slip_gives_back_a_late_capture_again",
        before="    if payment.state in NOT_CAPTURED and not payment.late and row.taken > row.undone:",
        after="    if payment.state in NOT_CAPTURED and row.taken > row.undone:",
        story="A capture that is already on its way back is given back a second time at day close.",
        meant=(f"{BACK}::test_f52_a_late_capture_on_the_slip_is_not_given_back_twice",),
    ),
    slip(
        name="refunds_are_not_on_the_slip",
        before="    kept = (payment.amount if payment.state in CAPTURED else payment.late) - payment.undone",
        after="    kept = payment.amount if payment.state in CAPTURED else payment.late",
        story="A refunded line is a difference on every slip, and the manager stops reading them.",
        meant=(f"{BACK}::test_y15_the_slip_agrees_and_stamps_what_it_lists",),
    ),
    slip(
        name="a_payment_missing_on_the_slip_agrees",
        before=(
            "            found += _compare(shop, payment, slip.get(payment.id) or "
            "PosTotal(payment=payment.id, taken=0))"
        ),
        after="            found += _compare(shop, payment, slip[payment.id]) if payment.id in slip else []",
        story="The books say paid, the bank has nothing, and the slip agrees.",
        meant=(f"{BACK}::test_y15_k19_every_difference_is_a_line_and_an_alarm",),
    ),
    slip(
        name="everybody_pays_again_after_an_outage",
        before='    charged = {p.repair: None for p in shop.books.payments.values() if p.payment_kind == "CHARGE"}',
        after="    charged: dict[str, None] = {}",
        story="The network comes back and a card that was declined is charged again without anybody's tap.",
        meant=("core/test_network.py::test_e28_a_declined_card_is_not_charged_again_by_the_floor",),
    ),
)

"""Bugs of what a repair costs, and of what is owed (rules 1–5, B13, B21)."""

from functools import partial

from tests.mutants.mutant import Mutant

price = partial(Mutant, subject="money", file="shopfloor/core/prices.py")

priced = partial(Mutant, subject="money", file="shopfloor/core/pricing.py")
listed = partial(Mutant, subject="money", file="shopfloor/core/price_list.py")

PRICES = "core/test_prices.py"
LISTED = "core/test_price_list.py"
ASKED = "core/test_payments_asked.py"

PRICED = (
    price(
        name="fixed_price_before_warranty",
        before=(
            "    if terms.makers_warranty:\n"
            "        return 2, 0, 0\n"
            "    with_part = wanted.sku == row.sku\n"
            "    if row.fixed_price_fen is not None and with_part:\n"
            "        return 3, row.fixed_price_fen, 0\n"
        ),
        after=(
            "    with_part = wanted.sku == row.sku\n"
            "    if row.fixed_price_fen is not None and with_part:\n"
            "        return 3, row.fixed_price_fen, 0\n"
            "    if terms.makers_warranty:\n"
            "        return 2, 0, 0\n"
        ),
        story="A phone in the maker's warranty is charged the fixed price.",
        meant=(f"{PRICES}::test_rule_2_comes_before_the_fixed_price",),
    ),
    price(
        name="the_part_is_free_on_a_service_day",
        before="    return (4, part_fen, 0) if terms.service_day else (5, part_fen, row.labour_fee_fen)",
        after="    return (4, 0, 0) if terms.service_day else (5, part_fen, row.labour_fee_fen)",
        story="On a service day the shop gives its parts away.",
        meant=(f"{PRICES}::test_worked_examples",),
    ),
    price(
        name="lines_not_done_are_paid",
        before="    amount = total(line for line in repair.signed if line.line in repair.lines_done)",
        after="    amount = total(repair.signed)",
        story="The customer pays for a line that could not be done.",
        meant=(f"{PRICES}::test_b13_payable_is_the_signed_lines_that_were_done",),
    ),
    price(
        name="unrepaired_costs_the_repair",
        before="    if repair.unrepaired:\n        return repair.fee\n",
        after="",
        story="A phone that goes back unrepaired costs what its quote said, or at least no fee.",
        meant=(f"{PRICES}::test_r8_unrepaired_costs_the_signed_fee_or_nothing",),
    ),
    price(
        name="a_signed_price_is_not_kept",
        before=(
            "    kept = tuple(again.pop(line.line, line) for line in signed)\n    return kept + tuple(again.values())"
        ),
        after="    return tuple(again.values())",
        story="A supplement forgets the lines that were signed before, and they are done for nothing.",
        meant=(f"{PRICES}::test_a_supplement_keeps_signed_lines_and_replaces_the_one_priced_anew",),
    ),
    price(
        name="deposits_above_the_cap",
        before="    return min(sum(line.deposit_fen for line in repair.signed), repair.cap)",
        after="    return sum(line.deposit_fen for line in repair.signed)",
        story="The customer deposits more than the whole repair may cost.",
        meant=(f"{PRICES}::test_b13_deposits_are_never_more_than_the_cap",),
    ),
    price(
        name="warranty_of_another_phone",
        before="        same = row.repair == repair.parent and row.fault == wanted.fault and row.imei == repair.imei",
        after="        same = row.repair == repair.parent and row.fault == wanted.fault",
        story="A friend's phone is repaired on the warranty of this one.",
        meant=(f"{PRICES}::test_rule_1_anything_else_is_not_covered",),
    ),
    price(
        name="warranty_never_ends",
        before="        if same and repair.opened_at <= row.until:",
        after="        if same:",
        story="A warranty of ninety days covers for ever.",
        meant=(f"{PRICES}::test_rule_1_anything_else_is_not_covered",),
    ),
    priced(
        name="accident_under_warranty",
        before="    accident = wanted.accidental or wanted.fault in repair.accidental\n",
        after="    accident = wanted.accidental\n",
        story="The diagnosis said accident, the quote does not repeat it, and the maker is billed.",
        meant=("core/test_quotes.py::test_b21_an_accident_is_not_covered_whoever_says_so",),
    ),
    priced(
        name="the_price_of_the_draft_counts",
        before="    return not frozen and any(",
        after="    return frozen and any(",
        story="A quote drafted before midnight is frozen at yesterday's price.",
        meant=(
            f"{LISTED}::test_r7_drafted_before_midnight_and_frozen_after_it_takes_the_new_price",
            f"{LISTED}::test_r7_a_draft_is_priced_anew_when_the_list_has_changed_before_it_is_frozen",
        ),
    ),
    priced(
        name="an_offer_gets_dearer_on_the_way_home",
        before="    frozen = bool(quote.sha256)\n",
        after="    frozen = quote.sealed\n",
        story="The customer thinks about an offer, and finds another price on their own page.",
        meant=(f"{LISTED}::test_r7_frozen_before_the_new_price_it_keeps_the_old_one_for_its_seven_days",),
    ),
    listed(
        name="a_price_of_tomorrow_holds_today",
        before='    begun = max((since for since in changed if since <= date), default="")\n',
        after='    begun = max((since for since in changed), default="")\n',
        story="The price of next month is charged from the moment it is set.",
        meant=(f"{LISTED}::test_a_price_of_tomorrow_holds_for_no_quote_of_today",),
    ),
    listed(
        name="the_first_price_ever_set_holds_for_ever",
        before='    begun = max((since for since in changed if since <= date), default="")\n',
        after='    begun = min((since for since in changed if since <= date), default="")\n',
        story="The second change of a price is never charged.",
        meant=(f"{LISTED}::test_on_each_day_the_last_word_before_it_holds",),
    ),
    listed(
        name="what_holds_is_withdrawn",
        before="    if event.effective <= shop.layout.date(shop.now):\n",
        after="    if event.effective < shop.layout.date(shop.now):\n",
        story="A price is taken back on the day on which people were quoted at it.",
        meant=(f"{LISTED}::test_a_price_that_holds_is_replaced_not_withdrawn",),
    ),
    Mutant(
        name="yesterdays_price_may_be_set",
        subject="money",
        file="shopfloor/core/premises.py",
        before="    if midnight < today:\n",
        after="    if midnight < today - DAY:\n",
        story="Somebody changes what the work cost yesterday.",
        meant=(f"{LISTED}::test_what_no_list_can_say_is_refused", f"{LISTED}::test_today_is_not_over_until_midnight"),
    ),
    Mutant(
        name="refunded_lines_are_asked_for_again",
        subject="money",
        file="shopfloor/core/repairs.py",
        before="    repair.payable = max(0, prices.payable(repair) - given_back)\n",
        after="    repair.payable = prices.payable(repair)\n",
        story="A line that was refunded stands on the next report again, to be paid.",
        meant=(f"{ASKED}::test_r20_y14_a_part_that_was_refunded_is_not_asked_for_after_a_second_check",),
    ),
    Mutant(
        name="paid_while_another_attempt_is_unknown",
        subject="money",
        file="shopfloor/core/repairs.py",
        before="    if not prices.outstanding(repair) and not standing.payment_uncertain(shop, repair.id):",
        after="    if not prices.outstanding(repair):",
        story="The repair counts as paid while nobody knows whether the customer was charged twice.",
        meant=("core/test_repairs_check.py::test_r23_waits_while_the_end_of_another_attempt_is_unknown",),
    ),
    Mutant(
        name="unrepaired_with_the_customers_money",
        subject="money",
        file="shopfloor/core/repairs.py",
        before="    if repair.settled > repair.fee:\n",
        after="    if repair.settled > repair.cap:\n",
        story="The phone goes back unrepaired, and the deposit stays with the shop.",
        meant=("core/test_repairs_check.py::test_e16_the_money_goes_back_before_the_phone_does",),
    ),
)

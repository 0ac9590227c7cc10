"""Bugs about who has the phone and who owns the repair: custody, hand-over, owners, certificates."""

from functools import partial

from tests.mutants.mutant import Mutant

place = partial(Mutant, subject="custody", file="shopfloor/core/custody.py")
accept = partial(Mutant, subject="custody", file="shopfloor/core/acceptance.py")
handover = partial(Mutant, subject="custody", file="shopfloor/core/handovers.py")
pickup = partial(Mutant, subject="custody", file="shopfloor/core/pickups.py")
repair = partial(Mutant, subject="custody", file="shopfloor/core/repairs.py")
shop = partial(Mutant, subject="custody", file="shopfloor/core/shop.py")
standing = partial(Mutant, subject="custody", file="shopfloor/core/standing.py")

CUSTODY = "core/test_custody.py"
AFTERCARE = "core/test_aftercare.py"
HOLDS = "core/test_holds.py"
PICKUP = "core/test_holds_pickup.py"
CHECK = "core/test_repairs_check.py"

CUSTODIES = (
    place(
        name="the_phone_leaves_unpaid",
        before='    if owed:\n        found.append(("not-paid"',
        after='    if owed > repair.cap:\n        found.append(("not-paid"',
        story="The phone is handed over with money outstanding.",
        meant=(f"{AFTERCARE}::test_r24_b18_not_while_the_money_is_not_right",),
    ),
    place(
        name="the_phone_leaves_while_a_payment_is_unknown",
        before="    if payment_uncertain(shop, repair.id):\n        found.append",
        after="    if owed and payment_uncertain(shop, repair.id):\n        found.append",
        story="The phone is gone, and then the terminal says that nothing was taken.",
        meant=(f"{AFTERCARE}::test_r24_b18_not_while_the_money_is_not_right",),
    ),
    place(
        name="the_loaner_is_forgotten",
        before="    if loaner:\n        found.append",
        after="    if loaner and owed:\n        found.append",
        story="The customer goes home with their own phone and the shop's.",
        meant=(f"{CUSTODY}::test_e19_no_hand_over_while_the_loaner_is_out",),
    ),
    place(
        name="handed_over_to_anybody",
        before='    return receiver in ("owner", "proxy-code")',
        after='    return receiver in ("owner", "proxy-code", "")',
        story="Nobody says who took the phone.",
        meant=(AFTERCARE, CUSTODY),
    ),
    place(
        name="a_proxy_without_a_paper",
        before='        return bool(sealed(shop, repair.id, "PROXY"))\n',
        after="        return True\n",
        story="A friend takes the phone and has signed nothing.",
        meant=(f"{AFTERCARE}::test_r24_e20_a_proxy_comes_with_a_code_or_signs",),
    ),
    place(
        name="two_phones_in_one_locker",
        before="        if phone.place == place and phone.repair != repair_id:",
        after="        if phone.place == place and phone.repair == repair_id:",
        story="Two customers' phones lie in one locker.",
        meant=(f"{CUSTODY}::test_c4_a_locker_holds_one_phone",),
    ),
    place(
        name="another_label_moves_the_phone",
        before=(
            "    if event.label and event.label not in (repair.id, phone.id):\n"
            "        _misplace(shop, phone, event)\n"
            "        return\n"
        ),
        after="",
        story="Another customer's phone is scanned, and this one counts as moved (E26).",
        meant=(f"{CUSTODY}::test_c10_e26_another_label_stops_the_work_and_starts_a_search",),
    ),
    place(
        name="a_battery_on_fire_is_one_persons_decision",
        before='    if not shop.overridden(event.repair, "safety-box"):\n        shop.refuse(',
        after='    if shop.overridden(event.repair, "safety-box"):\n        shop.refuse(',
        story="The safety box is opened by one person alone.",
        meant=(f"{CUSTODY}::test_c7_e27_the_safety_box_is_opened_by_two",),
    ),
    place(
        name="out_in_the_middle_of_a_repair",
        before='    if not (repair.state == "ACCEPTING" or repair.witness or returned):',
        after='    if not (repair.state in ("ACCEPTING", "REPAIRING") or repair.witness or returned):',
        story="The phone leaves the shop while it lies open on the desk.",
        meant=(f"{CUSTODY}::test_c8_nothing_leaves_in_the_middle_of_a_repair",),
    ),
    accept(
        name="handed_over_without_a_scan",
        before="    if row is None or not repair.accepted or not repair.scanned_out:",
        after="    if row is None or not repair.accepted:",
        story="The repair ends when the customer signs, and nobody knows where the phone is.",
        meant=(f"{AFTERCARE}::test_r24_c9_a_phone_that_was_home_before_is_scanned_out_again",),
        invariant="B18",
    ),
    accept(
        name="handed_over_without_a_signature",
        before="    if row is None or not repair.accepted or not repair.scanned_out:",
        after="    if row is None or not repair.scanned_out:",
        story="The phone is scanned out, and nobody has signed for it.",
        meant=(f"{AFTERCARE}::test_r24_scanned_out_then_signed",),
        invariant="B18",
    ),
    accept(
        name="any_paper_is_an_acceptance",
        before="    if fact.document == _acceptance_expected(repair):\n",
        after='    if fact.document != "REPORT":\n',
        story="A signature for something else lets the phone go.",
        meant=(f"{AFTERCARE}::test_r24_scanned_out_then_signed",),
        invariant="B18",
    ),
    accept(
        name="rework_starts_the_warranty_anew",
        before="        return parent.until if parent is not None else 0\n",
        after="        return shop.now + WARRANTY_DAYS * DAY if parent is not None else 0\n",
        story="A warranty repair renews the warranty, for ever.",
        meant=(f"{AFTERCARE}::test_r35_rework_does_not_start_the_ninety_days_anew",),
    ),
    handover(
        name="two_owners",
        before='    old, repair.owner, repair.heir = repair.owner, event.engineer, ""\n',
        after='    old, repair.heir = repair.owner, ""\n',
        story="The next engineer has accepted, and the repair still belongs to the one who went home.",
        meant=(f"{HOLDS}::test_r29_r30_from_engineer_to_engineer_in_one_change",),
    ),
    handover(
        name="the_change_is_not_told",
        before=(
            "    if old != repair.owner:\n"
            "        repair.owners += 1\n"
            "        shop.note(OwnerChanged(repair=repair.id, old=old, new=repair.owner))\n"
        ),
        after="    repair.owners += old != repair.owner\n",
        story="Parts, papers and customer stay with the engineer who has left.",
        meant=(f"{HOLDS}::test_r30_the_customer_moves_along_and_the_old_desk_may_call_again",),
    ),
    handover(
        name="anybody_takes_what_was_meant_for_one",
        before='    if repair.heir not in ("", event.engineer):\n',
        after="    if repair.heir == repair.owner:\n",
        story="The manager named somebody, and somebody else takes the repair.",
        meant=(f"{HOLDS}::test_r29_the_manager_names_one_and_nobody_else_takes_it",),
    ),
    handover(
        name="accepted_in_anothers_name",
        before="    if presence.person != event.engineer:\n",
        after="    if event.engineer not in shop.books.present:\n",
        story="A colleague's repair is taken over in their name.",
        meant=(f"{HOLDS}::test_r30_nobody_takes_what_is_not_offered_or_not_theirs_to_mend",),
    ),
    handover(
        name="an_owner_who_has_left_keeps_it",
        before="    elif standing.owner_is_gone(shop, repair):\n",
        after="    elif not repair.owner:\n",
        story="An engineer has gone home, and their customer waits (E22).",
        meant=(f"{HOLDS}::test_e22_ten_minutes_without_the_owner_and_the_repair_is_up_for_hand_over",),
    ),
    standing(
        name="any_engineer_may_mend_a_board",
        before=(
            "    return engineer is not None and all(name in engineer.certificates for name in "
            "needs_certificate(shop, repair))"
        ),
        after=(
            "    return engineer is not None and bool(engineer.certificates or not needs_certificate(shop, repair))"
        ),
        story="Somebody with another certificate takes over a foldable.",
        meant=(f"{HOLDS}::test_r30_nobody_takes_what_is_not_offered_or_not_theirs_to_mend",),
    ),
    repair(
        name="checked_by_who_mended_it",
        before="    own_work = checker in (repair.owner, *repair.hands)\n",
        after="    own_work = checker == repair.owner\n",
        story="Who mended a board hands the repair over and then checks it (B28).",
        meant=(f"{CHECK}::test_b28_nor_by_an_earlier_owner_who_worked_on_it",),
    ),
    repair(
        name="work_on_a_phone_that_is_not_here",
        before=(
            '    if place != "qc" and not place.startswith("desk/"):\n'
            '        shop.refuse("phone-not-here", f"The phone of {repair.id} is at {place}. Scan it to '
            'your desk first.")'
        ),
        after=(
            '    if place == "customer":\n'
            '        shop.refuse("phone-not-here", f"The phone of {repair.id} is at {place}. Scan it to '
            'your desk first.")'
        ),
        story="Work is booked on a phone that lies in a locker.",
        meant=("core/test_repairs.py::test_r13_a_phone_in_a_locker_is_not_worked_on",),
    ),
    repair(
        name="a_unit_lies_about_undecided",
        before='    if undecided:\n        shop.refuse("unit-undecided"',
        after='    if undecided and awaited:\n        shop.refuse("unit-undecided"',
        story="The work is done, and a part lies on the desk that is neither fitted nor sent back.",
        meant=("core/test_repairs.py::test_r18_b9_no_unit_lies_about_undecided",),
    ),
    shop(
        name="everybodys_repair",
        before='        if found.owner != person and not self.overridden(repair, "not-the-owner"):',
        after='        if not found.owner and not self.overridden(repair, "not-the-owner"):',
        story="Any engineer records work on anybody's repair.",
        meant=("core/test_repairs.py::test_b4_only_the_owner_records_and_only_on_the_latest_picture",),
    ),
    shop(
        name="an_old_picture_is_good_enough",
        before="        if revision and revision != repair.revision:\n",
        after="        if revision > repair.revision:\n",
        story="An engineer decides on what the repair looked like an hour ago (stale revision).",
        meant=("core/test_repairs.py::test_b4_who_looked_before_the_last_change_decides_nothing",),
    ),
    shop(
        name="an_override_is_never_used_up",
        before=(
            "        self.books.overrides = [o for o in self.books.overrides if (o.about, o.rule) != (about, rule)]"
        ),
        after=(
            "        self.books.overrides = [o for o in self.books.overrides if o.about == about or o.rule == rule]"
        ),
        story="What the manager allowed once is allowed for ever.",
        meant=("core/test_people.py::test_an_override_is_recorded_with_its_reason_and_used_once",),
    ),
    pickup(
        name="away_while_a_payment_is_open",
        before="    if open_or_unknown(shop, repair.id):\n",
        after="    if open_or_unknown(shop, repair.id) and standing.payment_uncertain(shop, repair.id):\n",
        story="The customer leaves with the amount still on the terminal, and the next one pays it.",
        meant=(f"{PICKUP}::test_r26_not_while_a_payment_or_a_signature_is_under_way",),
    ),
    pickup(
        name="nobody_is_reminded_of_a_phone",
        before="    if sent < PICKUP_NOTICES:\n",
        after="    if sent < PICKUP_NOTICES * 100:\n",
        story="A phone lies in its locker for years (a time-out that never fires).",
        meant=(f"{PICKUP}::test_r28_three_notices_in_thirty_days_then_it_is_unclaimed",),
    ),
    pickup(
        name="picked_up_on_anybodys_number",
        before='    if (ticket.state, ticket.line, ticket.engineer) != ("SERVING", "D", repair.owner):',
        after='    if ticket.state != "SERVING" or ticket.engineer != repair.owner:',
        story="Whoever sits at the desk is taken for the one who comes to fetch the phone.",
        meant=(f"{PICKUP}::test_r27_only_on_a_pick_up_number_that_is_being_served",),
    ),
    pickup(
        name="a_dispute_ends_by_itself",
        before='    repair.disputed, repair.accepted = True, ""\n',
        after="    repair.disputed = True\n",
        story="The customer refuses to sign, and an earlier signature lets the phone go.",
        meant=(f"{PICKUP}::test_r41_an_earlier_signature_is_no_witness",),
    ),
)

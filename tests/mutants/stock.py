"""Bugs of the ledger: what came in, what comes back, counts, what lies on a desk (m1–m16, p22)."""

from functools import partial

from tests.mutants.mutant import Mutant

ledger = partial(Mutant, subject="stock", file="shopfloor/core/stock.py")
returned = partial(Mutant, subject="stock", file="shopfloor/core/returns.py")
count = partial(Mutant, subject="stock", file="shopfloor/core/counts.py")
desk = partial(Mutant, subject="stock", file="shopfloor/core/bench.py")
way = partial(Mutant, subject="stock", file="shopfloor/core/carried.py")

PICKS = "core/test_parts_picks.py"
BENCH = "core/test_parts_bench.py"
WAY = "core/test_parts_way.py"
STOCK = "core/test_stock.py"
CABINET = "core/test_cabinet.py"
RETURNS = "core/test_returns.py"

LEDGER = (
    ledger(
        name="out_of_the_bin_and_still_in_it",
        before='    if kind == "BIN":\n        del books.bins[name].units[unit.id]\n',
        after='    if kind == "BIN" and unit.status != "OK":\n        del books.bins[name].units[unit.id]\n',
        story="What was given out is still counted in its bin (no_decrement).",
        meant=(f"{PICKS}::test_p8_the_unit_lies_in_the_outlet_and_is_to_be_carried",),
    ),
    ledger(
        name="doubtful_units_are_free",
        before=(
            '    return unit.status == "OK" and unit.place.startswith("BIN:") and unit.id not in books.reservations'
        ),
        after='    return unit.place.startswith("BIN:") and unit.id not in books.reservations',
        story="A unit that a count has missed is promised to the next customer.",
        meant=(f"{CABINET}::test_m13_what_a_count_misses_is_lost_only_when_the_manager_says_so",),
    ),
    ledger(
        name="received_twice",
        before="    if known is not None and (known.place != source or known.sku != sku):",
        after="    if known is not None and known.sku != sku:",
        story="A serial that lies in a bin is received again and moved to receiving.",
        meant=(f"{STOCK}::test_m1_what_does_not_fit_the_books_is_refused",),
    ),
    ledger(
        name="the_shelf_owes_glue",
        before="    if shelf.quantity == 0:\n",
        after="    if shelf.quantity < 0:\n",
        story="Consumables go below nothing.",
        meant=(f"{BENCH}::test_m16_an_empty_shelf_is_an_alarm_and_no_debt",),
    ),
    ledger(
        name="transfer_without_the_manager",
        before='    if not shop.overridden(event.unit, "transfer-unit"):',
        after='    if not shop.overridden(event.unit, "transfer-unit") and event.direction == "in":',
        story="Parts leave for another shop without the manager's yes.",
        meant=(f"{STOCK}::test_m12_to_and_from_another_shop_with_the_managers_yes",),
    ),
    returned(
        name="a_return_is_not_booked",
        before='    if order is not None:\n        go(shop, order, "p22")\n    shop.all_clear(unit.id)',
        after="    shop.all_clear(unit.id)",
        story="The unit is back in its bin, and its parts order is RETURNING for ever.",
        meant=(f"{RETURNS}::test_p22_by_hand_from_the_desk",),
    ),
    returned(
        name="wanted_parts_are_put_away",
        before='    if order is not None and order.state != "RETURNING":\n        return f"it belongs to',
        after='    if order is not None and order.state == "INSTALLED":\n        return f"it belongs to',
        story="The cabinet swallows a part that an engineer waits for.",
        meant=(f"{RETURNS}::test_p22_an_order_that_is_still_wanted_does_not_come_in",),
    ),
    returned(
        name="defects_among_the_good",
        before='    if unit.status in ("REJECTED", "DAMAGED"):\n        return "DEFECTS"\n',
        after="",
        story="A part that is dead on arrival is not kept apart for the supplier.",
        meant=(f"{RETURNS}::test_m9_a_defect_onto_the_defects_shelf",),
    ),
    returned(
        name="a_full_bin_gets_one_more",
        before="    fits = [bin_ for bin_ in bins if _fits(bin_, unit) and len(bin_.units) < most]",
        after="    fits = [bin_ for bin_ in bins if _fits(bin_, unit)]",
        story="The cabinet is sent to a bin that is full, and jams.",
        meant=("core/test_reservations.py::test_m2_a_full_bin_gets_no_more",),
    ),
    returned(
        name="into_any_bin",
        before='    return bin_.sku == unit.sku or (bin_.sku == "" and not bin_.units)',
        after='    return bin_.sku in (unit.sku, "") or not bin_.units',
        story="A battery is put into a bin that is meant for screens (wrong bin).",
        meant=("core/test_reservations.py::test_m2_the_empty_bin_of_another_part_is_not_used",),
    ),
    returned(
        name="stored_elsewhere_and_not_counted",
        before="    if allowed is not None and allowed.bin != event.bin and event.bin not in SHELVES:\n",
        after="    if allowed is None and event.bin not in SHELVES:\n",
        story="The cabinet puts a unit into another bin than it was told, and nobody counts that one.",
        meant=("core/test_reservations.py::test_m2_stored_in_another_bin_of_its_kind_that_bin_is_counted",),
    ),
    count(
        name="a_count_corrects_the_ledger_by_itself",
        before='        stock.grade(shop, shop.books.units[unit], "ATTENTION")\n    shop.note(CountDiffered(',
        after='        stock.grade(shop, shop.books.units[unit], "LOST")\n    shop.note(CountDiffered(',
        story="A unit that a count missed is written off without the manager.",
        meant=(f"{CABINET}::test_m13_what_a_count_misses_is_lost_only_when_the_manager_says_so",),
    ),
    count(
        name="a_count_is_not_reconciled",
        before=(
            "    for unit in count.missing:\n"
            '        stock.grade(shop, shop.books.units[unit], "LOST")\n'
            '        stock.move(shop, shop.books.units[unit], "LOST", cause, by)\n'
        ),
        after='    for unit in count.missing:\n        stock.grade(shop, shop.books.units[unit], "LOST")\n',
        story="The manager believes the count, and the missing unit is still in its bin by the ledger.",
        meant=(f"{CABINET}::test_m13_what_a_count_misses_is_lost_only_when_the_manager_says_so",),
    ),
    count(
        name="strangers_in_a_bin_are_given_out",
        before="    return count is not None and bool(count.surplus)",
        after="    return count is not None and bool(count.missing)",
        story="A bin with units of another kind in it goes on serving.",
        meant=("core/test_reservations.py::test_m13_a_bin_with_strange_units_waits_until_they_are_explained",),
    ),
    count(
        name="counted_and_still_listed",
        before="    cabinet.bins_to_count.pop(bin_.id, None)\n",
        after="",
        story="A bin that was counted stays in doubt, and nobody gets anything out of it any more.",
        meant=(f"{CABINET}::test_m13_an_equal_count_closes_the_matter",),
    ),
    count(
        name="bins_opened_by_hand_are_trusted",
        before='    for bin_ in touched:\n        list_bin(shop, bin_, "opened by hand")\n',
        after="",
        story="Bins that were open to everybody are not counted afterwards (E9).",
        meant=(f"{CABINET}::test_e9_bins_opened_with_the_key_are_counted_afterwards",),
    ),
    desk(
        name="a_part_for_another_phone_is_fitted",
        before='    if order.repair != repair.id:\n        shop.refuse("other-repair", f"{unit.id} was issued to',
        after='    if order.sku != unit.sku:\n        shop.refuse("other-repair", f"{unit.id} was issued to',
        story="The unit of one customer goes into the phone of another.",
        meant=(f"{BENCH}::test_b8_only_after_acceptance_and_only_into_its_own_phone",),
    ),
    desk(
        name="accepted_and_still_reserved",
        before="    close_reservation(shop, order)\n    order.accepted_at = shop.now\n",
        after="    order.accepted_at = shop.now\n",
        story="A unit that lies on the desk is reserved in the cabinet.",
        meant=(f"{BENCH}::test_p16_the_owner_takes_the_reserved_unit_at_this_desk",),
        invariant="B7",
    ),
    desk(
        name="broken_by_us_needs_nobody",
        before='        if not about:\n            shop.refuse("needs-manager", f"That {unit.id} was damaged by us',
        after=(
            '        if not about and unit.status == "LOST":\n'
            '            shop.refuse("needs-manager", f"That {unit.id} was damaged by us'
        ),
        story="Damage is written off without the manager.",
        meant=(f"{BENCH}::test_p21_e6_broken_by_us_needs_the_manager_too",),
    ),
    desk(
        name="a_broken_seal_is_good_stock",
        before='    if not event.seal_intact:\n        stock.grade(shop, unit, "ATTENTION")\n',
        after="",
        story="A part with a broken seal goes back among the new ones.",
        meant=(f"{BENCH}::test_p20_not_needed_after_all",),
    ),
    way(
        name="brought_to_any_desk",
        before=(
            "    if event.desk != order.desk:\n"
            '        shop.refuse("wrong-desk", f"{unit.id} is for desk {order.desk}, not {event.desk}. '
            'Bring it there.")\n'
        ),
        after="",
        story="A part is booked at a desk where nobody waits for it.",
        meant=(f"{WAY}::test_p14_only_by_the_one_who_carries_it_and_to_its_desk",),
    ),
    way(
        name="untaken_parts_stay",
        before="    if shop.now < untaken_at:\n",
        after=(
            "    if shop.now < untaken_at or order.urgent is False:\n        untaken_at = shop.now + UNTAKEN_LIMIT\n"
        ),
        story="A part that nobody takes keeps its robot at the desk for ever (a time-out that never fires).",
        meant=(f"{WAY}::test_p18_a_reminder_after_three_minutes_and_back_after_five",),
    ),
    way(
        name="the_part_goes_to_the_old_desk",
        before="            order.desk = repair.desk\n            shop.touch(order)\n",
        after="            shop.touch(order)\n",
        story="The repair has moved, and its part is carried to where nobody sits.",
        meant=(f"{WAY}::test_e22_the_part_goes_to_the_desk_of_the_new_owner",),
    ),
)

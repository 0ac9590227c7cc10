"""Bugs of picking: which unit, when, and what the cabinet's answer means (p2–p11, p24; F40–F44)."""

from functools import partial

from tests.mutants.mutant import Mutant

pick = partial(Mutant, subject="stock", file="shopfloor/core/picks.py")
picked = partial(Mutant, subject="stock", file="shopfloor/core/picked.py")

PICKS = "core/test_parts_picks.py"
CANCEL = "core/test_parts_cancel.py"
CABINET = "core/test_cabinet.py"

PICKED = (
    pick(
        name="backorders_never_wake",
        before='        _reserve(shop, order, unit, "p2" if order.state == "REQUESTED" else "p4")',
        after='        if order.state == "REQUESTED":\n            _reserve(shop, order, unit, "p2")',
        story="The part has come, and whoever waits for it is never told.",
        meant=(f"{PICKS}::test_p4_the_oldest_promise_gets_the_unit_that_comes_free",),
    ),
    pick(
        name="the_newest_promise_first",
        before=(
            "    return (not order.urgent, order.promised_at or order.opened_at, order.opened_at, "
            "len(order.id), order.id)"
        ),
        after=(
            "    return (not order.urgent, -(order.promised_at or order.opened_at), order.opened_at, "
            "len(order.id), order.id)"
        ),
        story="Who was promised the part first gets it last.",
        meant=(f"{PICKS}::test_p4_the_oldest_promise_gets_the_unit_that_comes_free",),
    ),
    pick(
        name="more_picks_than_totes",
        before="    return len(state.outlet) + len(state.picking) < shop.layout.cabinets[cabinet].outlet_totes",
        after="    return len(state.outlet) < shop.layout.cabinets[cabinet].outlet_totes",
        story="The cabinet is asked for more units than its outlet can hold.",
        meant=(f"{PICKS}::test_p6_no_more_picks_than_the_outlet_has_room_for",),
    ),
    pick(
        name="unknown_pick_is_tried_again",
        before='    stop_pick(shop, order)\n    miss(shop, order, "unknown")\n    list_bin(shop, bin_, "unknown")',
        after='    stop_pick(shop, order)\n    miss(shop, order, "unknown")',
        story=(
            "A pick without an answer counts as failed: nobody counts the bin, and the same unit is sent "
            "for again (F40)."
        ),
        meant=(f"{PICKS}::test_p9_no_answer_in_time_is_an_unknown_end_and_a_late_one_is_still_true_f44",),
    ),
    pick(
        name="bins_in_doubt_are_used",
        before="        if (reached or not waits) and not in_doubt(shop, stock.bin_of(unit)):",
        after="        if reached or not waits:",
        story="The next order is sent to the very bin that nobody can vouch for.",
        meant=("core/test_reservations.py::test_f40_nobody_else_is_sent_to_a_bin_that_is_to_be_counted",),
    ),
    pick(
        name="tried_elsewhere_without_end",
        before="    if order.picks_failed > PICKS_FAILED_MAX:\n        return\n",
        after="",
        story="A broken cabinet is sent for one unit after the other, and no person ever looks.",
        meant=(f"{PICKS}::test_p10_only_once_then_a_person_is_needed",),
    ),
    pick(
        name="elsewhere_without_release",
        before="    if best.id != order.unit:\n        release(shop, order)\n",
        after='    if best.id != order.unit:\n        order.reserved, order.unit = False, ""\n',
        story="A jam leaves the reservation of the first unit behind (jam_leaks_reservation).",
        meant=(f"{PICKS}::test_p9_p10_after_the_first_failure_another_bin_is_tried_and_the_first_is_counted",),
    ),
    pick(
        name="uncollected_keeps_its_reservation",
        before='    release(shop, order)\n    order.picks_failed = 0\n    go(shop, order, "p11", "BACKORDERED")',
        after='    order.picks_failed = 0\n    go(shop, order, "p11", "BACKORDERED")',
        story="What nobody fetched by hand stays reserved while its order waits for another unit.",
        meant=("core/test_reservations.py::test_p11_what_nobody_collected_is_free_again_when_its_order_waits_anew",),
    ),
    pick(
        name="a_cancel_without_answer_is_believed",
        before='    go(shop, order, "p24")\n    list_bin(shop, bin_, "unknown")',
        after='    go(shop, order, "p24")',
        story="Nobody knows whether the unit of a cancelled pick fell out, and nobody looks.",
        meant=(f"{CANCEL}::test_p24_no_word_for_two_minutes_then_the_bin_is_counted",),
    ),
    picked(
        name="dispensed_by_any_cabinet",
        before='    if pick is None or order is None or f"cabinet/{pick.cabinet}" != by:',
        after="    if pick is None or order is None:",
        story="Another cabinet's word books a unit out of this one.",
        meant=(f"{PICKS}::test_p7_nobody_else_answers_and_no_other_pick",),
    ),
    picked(
        name="a_swap_is_not_noticed",
        before="    if right is not None and right.id != order.unit:\n        _swap(shop, order, right)\n",
        after="    if right is not None and right.id != order.unit:\n        order.unit = right.id\n",
        story=(
            "The cabinet gave another unit than asked; the one reserved lies in the bin and is nobody's choice again."
        ),
        meant=(f"{PICKS}::test_b11_another_unit_of_the_sku_is_recorded_as_a_swap",),
    ),
    picked(
        name="the_rival_loses_its_unit",
        before='    if spare is not None and stock.is_free(shop.books, spare) and rival.state != "CANCELLING":',
        after="    if spare is None:",
        story="Whose unit was given to somebody else does not get the one that was left behind.",
        meant=("core/test_reservations.py::test_b11_whose_unit_it_was_loses_no_time_over_it",),
    ),
    picked(
        name="a_stray_unit_stays_in_the_outlet",
        before='    shop.note(ReturnOpened(parts_order="", unit=unit.id, reason="stray", place=unit.place))\n',
        after="",
        story="A second unit lies in the outlet, and nobody fetches it (dispensed twice).",
        meant=(f"{PICKS}::test_p8_two_units_for_one_the_second_goes_back",),
        invariant="I05",
    ),
    picked(
        name="a_wrong_part_is_good_stock",
        before='    if unit.status == "LOST" or unit.sku != order.sku:\n',
        after='    if unit.status == "LOST":\n',
        story="A unit of another SKU in the outlet goes back as if it were good.",
        meant=(f"{PICKS}::test_e5_a_wrong_part_in_the_outlet_is_quarantined_and_the_pick_has_failed",),
    ),
    picked(
        name="any_serial_is_believed",
        before='    if unit.place != "LOST" and (not stock.bin_of(unit) or stock.cabinet_at(unit.place) != cabinet):',
        after='    if unit.place != "LOST" and not stock.bin_of(unit) and not unit.parts_order:',
        story="A cabinet says that it gave out what lies on a desk, and the ledger moves it.",
        meant=("core/test_reservations.py::test_b11_a_unit_on_a_desk_was_not_given_out_again",),
    ),
    picked(
        name="a_failed_pick_lists_no_bin",
        before="        miss(shop, order, why)\n    list_bin(shop, bin_, why)",
        after="        miss(shop, order, why)",
        story="The cabinet jams, and its bin is relied on as if nothing had happened.",
        meant=(f"{PICKS}::test_p9_p10_after_the_first_failure_another_bin_is_tried_and_the_first_is_counted",),
    ),
    picked(
        name="a_cancelled_unit_is_brought_all_the_same",
        before=(
            '    if order.state == "CANCELLING":\n        send_back(shop, order, "p25", "cancelled")\n        return\n'
        ),
        after='    if order.state == "CANCELLING":\n        order.state = "PICKING"\n',
        story="The engineer cancelled, the cabinet was faster, and a part that nobody wants is carried to the desk.",
        meant=(f"{CANCEL}::test_p25_the_unit_was_out_before_the_cancel",),
    ),
    picked(
        name="taken_at_the_machine_is_still_awaited",
        before='    if not stock.bin_of(unit):\n        _lose(shop, order, "gone")\n    elif',
        after="    if not stock.bin_of(unit):\n        return\n    elif",
        story="Somebody took the reserved unit at the machine, and its order waits for ever.",
        meant=(f"{CABINET}::test_m14_whose_reserved_unit_it_was_gets_another",),
    ),
)

"""Bugs of parts orders and their reservations (p1, p5, p16–p28)."""

from functools import partial

from tests.mutants.mutant import Mutant

orders = partial(Mutant, subject="stock", file="shopfloor/core/parts_orders.py")
order = partial(Mutant, subject="stock", file="shopfloor/core/parts.py")

PICKS = "core/test_parts_picks.py"
BENCH = "core/test_parts_bench.py"
CANCEL = "core/test_parts_cancel.py"
WAY = "core/test_parts_way.py"
RETURNS = "core/test_returns.py"

ORDERS = (
    order(
        name="two_taps_two_parts",
        before="    if event.tap and any(order.tap == event.tap for order in known):",
        after='    if event.tap and known and known[-1].tap == event.tap and known[-1].state == "REQUESTED":',
        story="A handheld that was offline sends its tap again, and a second part is ordered (F51).",
        meant=(f"{PICKS}::test_p1_the_same_tap_sent_again_is_no_second_parts_order_f51",),
    ),
    order(
        name="ordered_twice_for_one_line",
        before="    open_lines = [line for line in lines if not _has_part(shop, repair.id, line)]",
        after="    open_lines = lines",
        story="The engineer orders a part that is already on its way.",
        meant=(f"{PICKS}::test_p1_without_a_reason_only_what_a_signed_line_still_lacks",),
    ),
    order(
        name="a_supplement_orders_everything_again",
        before="        if not _has_part(shop, repair.id, line):\n            _open",
        after="        if number:\n            _open",
        story="A signed supplement sends the cabinet for the parts of the first quote once more.",
        meant=(f"{WAY}::test_p1_r17_a_supplement_orders_only_what_is_new",),
    ),
    order(
        name="a_line_left_out_keeps_its_part",
        before=(
            "        if (order.line, order.sku) not in wanted and not order.free_reason:\n"
            "            cancel(shop, order)\n"
        ),
        after="        pass\n",
        story="A part that nobody signed for any more is brought and reserved.",
        meant=(f"{WAY}::test_p23_r17_what_the_supplement_leaves_out_is_cancelled",),
    ),
    order(
        name="a_cancelled_repair_keeps_its_parts",
        before="@room.hears(ReturnDecided, RepairCancelled, RepairFinished)",
        after="@room.hears(RepairCancelled, RepairFinished)",
        story="The phone goes back unrepaired, and its parts stay reserved.",
        meant=(f"{CANCEL}::test_p23_a_phone_that_goes_back_needs_no_part",),
    ),
    order(
        name="written_off_out_of_a_bin",
        before='    if stock.bin_of(unit):\n        shop.refuse("count-first"',
        after='    if stock.bin_of(unit) and unit.status != "OK":\n        shop.refuse("count-first"',
        story="A unit is declared lost without anybody counting its bin.",
        meant=(f"{BENCH}::test_p28_e4_what_should_be_in_a_bin_is_lost_only_by_a_count",),
    ),
    orders(
        name="cancel_leaks_the_reservation",
        before=(
            "        release(shop, order)\n"
            '        go(shop, order, "p23")\n'
            '    elif order.state in ("PICK_SENT", "PICKING"):'
        ),
        after='        go(shop, order, "p23")\n    elif order.state in ("PICK_SENT", "PICKING"):',
        story="The unit of a cancelled parts order stays reserved for ever.",
        meant=("core/test_reservations.py::test_p23_what_is_not_wanted_any_more_is_free_for_the_next",),
        invariant="B7",
    ),
    orders(
        name="released_but_not_free",
        before=(
            "    del shop.books.reservations[order.unit]\n"
            "    order.reserved = False\n"
            "    stock.refile(shop, shop.books.units[order.unit])\n"
        ),
        after="    del shop.books.reservations[order.unit]\n    order.reserved = False\n",
        story="A unit whose reservation ended is on no list of free units: nobody ever gets it.",
        meant=("core/test_cabinet.py::test_m13_a_reserved_unit_that_a_count_misses_is_not_sent_for", f"{CANCEL}"),
    ),
    orders(
        name="reserved_but_still_free",
        before="    shop.books.reservations[unit.id] = order.id\n    stock.refile(shop, unit)\n",
        after="    shop.books.reservations[unit.id] = order.id\n",
        story="The next parts order gets the same unit (overbooked).",
        meant=(f"{PICKS}::test_p2_the_unit_received_first_is_reserved_and_no_longer_free",),
    ),
    orders(
        name="a_replacement_stands_at_the_end",
        before="            free_reason=order.free_reason,\n            urgent=True,",
        after="            free_reason=order.free_reason,\n            urgent=False,",
        story="Whose part was broken on arrival waits behind all the others.",
        meant=(f"{BENCH}::test_p17_refused_it_goes_back_and_a_replacement_is_first_in_line",),
    ),
    orders(
        name="a_unit_stays_issued_to_an_ended_order",
        before='        unit.parts_order = ""\n        shop.touch(unit)\n    shop.note(PartsOrderEnded',
        after="        shop.touch(unit)\n    shop.note(PartsOrderEnded",
        story="A returned unit belongs to its old parts order for ever, and no other repair gets it.",
        meant=(f"{RETURNS}::test_p22_by_hand_from_the_desk",),
        invariant="I06",
    ),
    orders(
        name="all_back_while_a_pick_is_out",
        before="    return not any(order.state in (*OUT, *PICK_IS_OUT) for order in orders_of(shop, repair))",
        after="    return not any(order.state in OUT for order in orders_of(shop, repair))",
        story="The repair ends while the cabinet is about to give out its part.",
        meant=(f"{WAY}::test_b9_what_other_rooms_ask",),
    ),
)

"""What it costs, and why (rules 1–5), with the worked examples of the price list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopfloor.contract.kinds import LineWanted, PriceRule, QuoteLine, Service
from shopfloor.core.books import Repair, Warranty
from shopfloor.core.prices import (
    SHOP_PRICES_FEN,
    Terms,
    covering_row,
    deposits_wanted,
    merged,
    outstanding,
    overpaid,
    payable,
    price,
    total,
    yuan,
)
from tests.core.story import CATALOGUE

SERVICE_DAY = Terms(service_day=True)
NORMAL = Terms()


def line_of(model: str, fault: str, terms: Terms, number: int = 1) -> QuoteLine:
    row = CATALOGUE.row(model, fault)
    assert row is not None
    return price(number, LineWanted(fault=fault, sku=row.sku), row, terms)


@pytest.mark.parametrize(
    ("model", "fault", "normal_cny", "service_day_cny", "rule"),
    [
        ("AST-M60", "BAT", 99, 99, 3),
        ("AST-M60", "SCR", 1_349, 1_249, 5),
        ("AST-M70P", "BAT", 339, 219, 5),
        ("AST-X5", "FLD", 3_779, 3_599, 5),
        ("AST-M60", "SFT", 0, 0, 5),
    ],
)
def test_worked_examples(model: str, fault: str, normal_cny: int, service_day_cny: int, rule: PriceRule) -> None:
    normal, service_day = line_of(model, fault, NORMAL), line_of(model, fault, SERVICE_DAY)
    assert (normal.price_fen, normal.rule) == (normal_cny * 100, rule)
    assert service_day.price_fen == service_day_cny * 100
    assert service_day.rule == (3 if rule == 3 else 4)
    assert service_day.labour_fen == 0


def test_worked_example_screen_and_battery_of_one_phone() -> None:
    for terms, expected_fen in ((NORMAL, 144_800), (SERVICE_DAY, 134_800)):
        assert total([line_of("AST-M60", "SCR", terms), line_of("AST-M60", "BAT", terms, 2)]) == expected_fen


def test_rule_2_joy_50_charging_port_in_warranty_costs_nothing() -> None:
    line = line_of("JOY-50", "USB", Terms(makers_warranty=True))
    assert (line.price_fen, line.rule) == (0, 2)


def test_rule_2_comes_before_the_fixed_price() -> None:
    assert line_of("AST-M60", "BAT", NORMAL).rule == 3
    line = line_of("AST-M60", "BAT", Terms(makers_warranty=True))
    assert (line.price_fen, line.rule) == (0, 2)


def test_rule_1_comes_before_all_others_and_names_the_warranty_row() -> None:
    line = line_of("AST-M60", "SCR", Terms(parent_line="W7", makers_warranty=True, service_day=True))
    assert (line.price_fen, line.rule, line.parent_line) == (0, 1, "W7")


def test_rule_3_the_fixed_price_is_all_in_and_only_with_the_part() -> None:
    row = CATALOGUE.row("AST-M60", "BAT")
    assert row is not None
    with_part = price(1, LineWanted(fault="BAT", sku=row.sku), row, NORMAL)
    without = price(1, LineWanted(fault="BAT"), row, NORMAL)
    assert (with_part.part_fen, with_part.labour_fen) == (9_900, 0)
    assert (without.rule, without.part_fen, without.labour_fen) == (5, 0, 10_000)


@pytest.mark.parametrize(("service", "printed_fen"), [("cleaning", 2_000), ("care", 3_000), ("film", 6_000)])
def test_rule_4_care_and_film_are_free_on_a_service_day_only(service: Service, printed_fen: int) -> None:
    assert SHOP_PRICES_FEN[service] == printed_fen
    wanted = LineWanted(fault="CARE", service=service)
    assert price(1, wanted, None, Terms(service_fen=printed_fen)).price_fen == printed_fen
    assert price(1, wanted, None, Terms(service_fen=printed_fen, service_day=True)).price_fen == 0


def test_a_deposit_is_asked_only_for_a_part_ordered_in_specially() -> None:
    assert line_of("AST-M60", "SCR", NORMAL).deposit_fen == 0
    special = line_of("AST-M60", "SCR", Terms(available=False))
    assert 0 < special.deposit_fen <= special.part_fen


@given(
    st.sampled_from([(model, fault) for model, rows in CATALOGUE.rows.items() for fault in rows]),
    st.builds(
        Terms,
        parent_line=st.sampled_from(["", "W1"]),
        makers_warranty=st.booleans(),
        service_day=st.booleans(),
        available=st.booleans(),
    ),
)
def test_whatever_the_terms_a_line_has_one_rule_and_never_costs_more_than_its_list_price(
    pair: tuple[str, str], terms: Terms
) -> None:
    row = CATALOGUE.row(*pair)
    assert row is not None
    line = line_of(*pair, terms)
    assert 0 <= line.price_fen <= max(row.part_price_fen + row.labour_fee_fen, row.fixed_price_fen or 0)
    assert 0 <= line.deposit_fen <= line.part_fen
    assert (line.rule in (1, 2)) == bool(terms.parent_line or terms.makers_warranty)
    assert line.rule != 4 or terms.service_day


def rework(**changed: object) -> Repair:
    repair = Repair(id="R2", state="DIAGNOSING", repair_kind="REWORK", parent="R1", imei="1", opened_at=40)
    for name, value in changed.items():
        setattr(repair, name, value)
    return repair


ROW = Warranty(id="W1", repair="R1", line=1, imei="1", fault="SCR", sku="AST-M60-SCR", until=90)
AGAIN = LineWanted(fault="SCR", sku="AST-M60-SCR")


def test_rule_1_the_same_fault_of_the_same_phone_within_the_warranty_is_covered() -> None:
    assert covering_row(rework(), AGAIN, [ROW]) == "W1"
    assert covering_row(rework(opened_at=90), AGAIN, [ROW]) == "W1"


@pytest.mark.parametrize(
    ("repair", "wanted"),
    [
        (rework(opened_at=91), AGAIN),
        (rework(imei="2"), AGAIN),
        (rework(parent=""), AGAIN),
        (rework(parent="R9"), AGAIN),
        (rework(), LineWanted(fault="BAT")),
        (rework(), LineWanted(fault="SCR", accidental=True)),
        (rework(), LineWanted(fault="SCR", service="cleaning")),
    ],
    ids=["too late", "another phone", "no rework", "another parent", "another fault", "new damage", "no repair"],
)
def test_rule_1_anything_else_is_not_covered(repair: Repair, wanted: LineWanted) -> None:
    assert covering_row(repair, wanted, [ROW]) == ""


LINES = (line_of("AST-M60", "SCR", NORMAL), line_of("AST-M60", "BAT", NORMAL, 2))


def test_b13_payable_is_the_signed_lines_that_were_done() -> None:
    repair = rework(signed=LINES, cap=144_800, lines_done=(2,))
    assert payable(repair) == 9_900
    repair.lines_done = (1, 2)
    assert payable(repair) == 144_800


def test_r8_unrepaired_costs_the_signed_fee_or_nothing() -> None:
    assert payable(rework(signed=LINES, cap=144_800, lines_done=(1,), unrepaired=True)) == 0
    assert payable(rework(unrepaired=True, fee=3_000)) == 3_000


def test_b13_more_than_the_cap_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="more than the signed"):
        payable(rework(signed=LINES, cap=100, lines_done=(1,)))


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_deposits_count_and_either_side_may_owe_but_never_both(payable_fen: int, settled_fen: int) -> None:
    repair = rework(payable=payable_fen, settled=settled_fen)
    assert outstanding(repair) - overpaid(repair) == payable_fen - settled_fen
    assert 0 in (outstanding(repair), overpaid(repair))


def test_b13_deposits_are_never_more_than_the_cap() -> None:
    special = line_of("AST-M60", "SCR", Terms(available=False))
    assert deposits_wanted(rework(signed=(special,), cap=134_900)) == special.deposit_fen
    assert deposits_wanted(rework(signed=(special,), cap=1)) == 1


def test_a_supplement_keeps_signed_lines_and_replaces_the_one_priced_anew() -> None:
    dearer = line_of("AST-M70P", "BAT", NORMAL, 2)
    new = line_of("AST-M60", "USB", NORMAL, 3)
    assert merged(LINES, (dearer, new)) == (LINES[0], dearer, new)
    assert merged(LINES, ()) == LINES


def test_yuan_reads_like_money() -> None:
    assert [yuan(fen) for fen in (0, 5, 144_800, -101)] == ["0.00", "0.05", "1448.00", "-1.01"]

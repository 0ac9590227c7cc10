"""A part at the desk: taken, refused, fitted, taken out, sent back; and the old one (p16–p28, m6, m7, m15, m16)."""

from typing import Literal

import pytest
from msgspec import structs

from shopfloor.contract.events import (
    DefectReported,
    OldPartBagged,
    OldPartCleared,
    PartInstalled,
    PartRemoved,
    ReturnRequested,
    UnitAccepted,
    UnitDeclaredLost,
    UnitRefused,
)
from shopfloor.contract.facts import (
    DeviceHandedOver,
    OldPartMoved,
    PartAccepted,
    PartDefective,
    PartFitted,
    PartRefused,
    PartsOrderEnded,
    PartTakenOut,
    ReservationSwapped,
    ReturnOpened,
    StockRanLow,
    UnitMoved,
)
from shopfloor.core import stock
from shopfloor.core.bench import old_parts_on_desk
from tests.core.at_the_cabinet import (
    KEEPER,
    SKU,
    TOTE,
    accepted,
    allow,
    at_desk,
    balanced,
    loaded,
    refused,
    the_order,
    the_repair,
    the_unit,
    units_of,
)
from tests.core.at_the_desk import HANDHELD
from tests.core.story import Story


@pytest.fixture
def story() -> Story:
    return Story()


def installed(story: Story, old_serial: str = "OLD-1") -> None:
    order = accepted(story)
    story.believed(HANDHELD, PartInstalled(repair=order.repair, unit=order.unit, old_serial=old_serial))


# ── p16, p17 ─────────────────────────────────────────────────────────────────────────────────────


def test_p16_the_owner_takes_the_reserved_unit_at_this_desk(story: Story) -> None:
    order = accepted(story)
    fact = story.last(PartAccepted)
    assert (fact.unit, fact.desk, fact.engineer) == (order.unit, "d1", "e1")
    assert (order.state, order.reserved, the_unit(story).place) == ("ACCEPTED", False, "DESK:d1")
    assert not story.books.reservations
    balanced(story)


def test_p16_not_before_it_is_here_not_at_another_desk_not_another_unit(story: Story) -> None:
    order = loaded(story)
    assert refused(story, HANDHELD, UnitAccepted(unit=order.unit, desk="d1")) == "wrong-state"
    order.state = "AT_DESK"
    assert refused(story, HANDHELD, UnitAccepted(unit=order.unit, desk="d2")) == "wrong-desk"
    other = next(unit for unit in units_of(story) if unit.id != order.unit)
    assert refused(story, HANDHELD, UnitAccepted(unit=other.id, desk="d1")) == "wrong-unit"
    assert refused(story, HANDHELD, UnitAccepted(unit="NOBODY", desk="d1")) == "unknown"


def test_p16_e22_the_next_owner_signs_for_what_lies_there(story: Story) -> None:
    order = accepted(story)
    assert refused(story, HANDHELD, UnitAccepted(unit=order.unit, desk="d1")) == "already"
    the_repair(story).desk = "d4"
    story.believed(HANDHELD, UnitAccepted(unit=order.unit, desk="d4"))
    assert (order.desk, the_unit(story).place, order.state) == ("d4", "DESK:d4", "ACCEPTED")
    balanced(story)


@pytest.mark.parametrize("reason", ["wrong", "damaged"])
def test_p17_refused_it_goes_back_and_a_replacement_is_first_in_line(
    story: Story, reason: Literal["wrong", "damaged"]
) -> None:
    order = at_desk(story)
    story.believed(HANDHELD, UnitRefused(unit=order.unit, desk="d1", reason=reason))
    assert (order.state, order.reason, story.last(PartRefused).reason) == ("RETURNING", "refused", reason)
    assert story.books.units[order.unit].status == "ATTENTION"
    replacement = the_order(story)
    assert (replacement.replaces, replacement.urgent, replacement.line) == (order.id, True, order.line)
    assert (order.bin in story.books.cabinets["c1"].bins_to_count) == (reason == "wrong")
    balanced(story)


def test_p17_e5_another_unit_came_than_the_cabinet_said(story: Story) -> None:
    order = at_desk(story)
    meant, bin_ = order.unit, order.bin
    screen = units_of(story, "AST-M60-SCR")[0]
    other_bin = stock.bin_of(screen)
    story.believed(HANDHELD, UnitRefused(unit=screen.id, desk="d1", reason="wrong"))
    assert story.last(ReservationSwapped).old == meant
    assert (order.unit, screen.place, screen.status) == (screen.id, TOTE, "ATTENTION")
    assert story.books.units[meant].place == f"BIN:{bin_}"
    assert {bin_, other_bin} <= set(story.books.cabinets["c1"].bins_to_count)
    assert not stock.is_free(story.books, story.books.units[meant])
    assert the_order(story).replaces == order.id
    balanced(story)


def test_p17_not_after_it_was_accepted(story: Story) -> None:
    order = accepted(story)
    assert refused(story, HANDHELD, UnitRefused(unit=order.unit, desk="d1", reason="wrong")) == "wrong-state"


def test_p17_a_unit_from_nowhere_is_nobodys(story: Story) -> None:
    loaded(story)
    screen = units_of(story, "AST-M60-SCR")[0]
    assert refused(story, HANDHELD, UnitRefused(unit=screen.id, desk="d1", reason="wrong")) == "wrong-unit"


# ── p19, p26, p27 ────────────────────────────────────────────────────────────────────────────────


def test_p19_the_new_part_goes_in_the_old_one_comes_out_and_glue_is_used(story: Story) -> None:
    glue = stock.tally(story.books, "back-cover-adhesive", "BIN").quantity
    installed(story)
    repair = the_repair(story)
    assert (the_order(story).state, the_unit(story).place) == ("INSTALLED", f"DEVICE:{repair.id}")
    assert story.last(PartFitted).unit == the_unit(story).id
    assert repair.old_parts == {"OLD-1": "DESK:d1"}
    moved = story.last(UnitMoved)
    assert (moved.sku, moved.source, moved.target, moved.quantity, moved.cause) == (
        "back-cover-adhesive",
        "BIN",
        "DEVICE",
        1,
        "m16",
    )
    assert stock.tally(story.books, "back-cover-adhesive", "BIN").quantity == glue - 1
    balanced(story)


def test_b8_only_after_acceptance_and_only_into_its_own_phone(story: Story) -> None:
    order = at_desk(story)
    event = PartInstalled(repair=order.repair, unit=order.unit)
    assert refused(story, HANDHELD, event) == "wrong-state"
    story.believed(HANDHELD, UnitAccepted(unit=order.unit, desk="d1"))
    assert refused(story, HANDHELD, event) == "wrong-state"
    order.repair = "R999"
    assert refused(story, HANDHELD, event) == "other-repair"


def test_m16_an_empty_shelf_is_an_alarm_and_no_debt(story: Story) -> None:
    tally = stock.tally(story.books, "back-cover-adhesive", "BIN")
    story.books.received[tally.sku] -= tally.quantity
    tally.quantity = 0
    installed(story)
    assert tally.quantity == 0
    assert "shelf/back-cover-adhesive" in story.books.alarms
    balanced(story)


def test_m16_glue_that_runs_low_is_told_once(story: Story) -> None:
    tally = stock.tally(story.books, "back-cover-adhesive", "BIN")
    spare = tally.quantity - story.books.stock_min[tally.sku]
    tally.quantity -= spare
    story.books.received[tally.sku] -= spare
    installed(story)
    assert [low.sku for low in story.all(StockRanLow)].count(tally.sku) == 1


def test_p26_after_a_failed_check_it_is_taken_out_and_may_be_fitted_again(story: Story) -> None:
    installed(story)
    repair, order = the_repair(story), the_order(story)
    story.believed(HANDHELD, PartRemoved(repair=repair.id, unit=order.unit))
    assert (order.state, the_unit(story).status) == ("ACCEPTED", "ATTENTION")
    assert story.last(PartTakenOut).unit == order.unit
    story.believed(HANDHELD, PartInstalled(repair=repair.id, unit=order.unit))
    assert order.state == "INSTALLED"
    assert repair.old_parts == {"OLD-1": "DESK:d1"}
    balanced(story)


def test_p26_r37_before_a_return_it_goes_back_and_the_old_one_in_again(story: Story) -> None:
    installed(story)
    repair, order = the_repair(story), the_order(story)
    repair.state = "RETURNING"
    story.believed(HANDHELD, PartRemoved(repair=repair.id, unit=order.unit))
    assert (order.state, order.reason) == ("RETURNING", "defect")
    assert story.last(ReturnOpened).place == "DESK:d1"
    assert repair.old_parts == {"OLD-1": f"DEVICE:{repair.id}"}


def test_p26_not_while_the_phone_is_checked(story: Story) -> None:
    installed(story)
    repair = the_repair(story)
    repair.state = "QC"
    assert refused(story, HANDHELD, PartRemoved(repair=repair.id, unit=the_unit(story).id)) == "wrong-state"


def test_p27_what_is_in_the_phone_leaves_with_it(story: Story) -> None:
    installed(story)
    order = the_order(story)
    story.noted(DeviceHandedOver(repair=order.repair, ticket="T1", receiver="owner", lines_done=(1,), charged=9900))
    assert (order.state, story.last(PartsOrderEnded).state) == ("FITTED", "FITTED")
    assert the_unit(story).parts_order == ""
    balanced(story)


# ── p20, p21, p28 ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("seal", "reason", "status"), [(True, "good", "OK"), (False, "quarantine", "ATTENTION")])
def test_p20_not_needed_after_all(story: Story, seal: bool, reason: str, status: str) -> None:
    order = accepted(story)
    story.believed(HANDHELD, ReturnRequested(unit=order.unit, seal_intact=seal))
    assert (order.state, order.reason, the_unit(story).status) == ("RETURNING", reason, status)
    assert story.last(ReturnOpened).place == "DESK:d1"
    balanced(story)


def test_p20_not_what_is_in_the_phone(story: Story) -> None:
    installed(story)
    assert refused(story, HANDHELD, ReturnRequested(unit=the_unit(story).id, seal_intact=True)) == "wrong-state"


def test_p21_e6_dead_on_arrival_is_the_suppliers(story: Story) -> None:
    order = accepted(story)
    story.believed(HANDHELD, DefectReported(unit=order.unit, blame="supplier", reason="dead"))
    assert (order.state, story.last(PartDefective).blame) == ("RETURNING", "supplier")
    assert story.books.units[order.unit].status == "REJECTED"
    assert the_order(story).replaces == order.id
    balanced(story)


def test_p21_e6_broken_by_us_needs_the_manager_too(story: Story) -> None:
    order = accepted(story)
    event = DefectReported(unit=order.unit, blame="ours", reason="slipped")
    assert refused(story, HANDHELD, event) == "needs-manager"
    allow(story, order.unit, "damaged-by-us")
    story.believed(HANDHELD, event)
    assert story.books.units[order.unit].status == "DAMAGED"
    assert not story.books.overrides


def test_p28_lost_after_a_search_and_with_the_manager(story: Story) -> None:
    order = loaded(story)
    event = UnitDeclaredLost(unit=order.unit)
    assert refused(story, HANDHELD, event) == "not-the-parts-keeper"
    assert refused(story, KEEPER, event) == "needs-manager"
    allow(story, order.unit, "lost-unit")
    story.believed(KEEPER, event)
    assert (order.state, the_unit(story).status, the_unit(story).place) == ("LOST", "LOST", "LOST")
    assert (story.last(UnitMoved).target, story.last(UnitMoved).repair) == ("LOST", order.repair)
    assert not story.books.reservations
    assert not story.books.overrides
    balanced(story)


def test_p28_e4_what_should_be_in_a_bin_is_lost_only_by_a_count(story: Story) -> None:
    loaded(story)
    unit = units_of(story)[5]
    allow(story, unit.id, "lost-unit")
    assert refused(story, KEEPER, UnitDeclaredLost(unit=unit.id)) == "count-first"


# ── m15 ──────────────────────────────────────────────────────────────────────────────────────────


def test_m15_the_old_part_is_bagged_and_scrapped(story: Story) -> None:
    installed(story)
    repair = the_repair(story)
    assert old_parts_on_desk(repair) == ("OLD-1",)
    story.believed(HANDHELD, OldPartBagged(repair=repair.id, sku=SKU, old_serial="OLD-1"))
    assert old_parts_on_desk(repair) == ()
    assert refused(story, HANDHELD, OldPartCleared(repair=repair.id, sku=SKU, to="SCRAP")) == "not-the-parts-keeper"
    story.believed(KEEPER, OldPartCleared(repair=repair.id, sku=SKU, to="SCRAP"))
    assert (repair.old_parts["OLD-1"], story.last(OldPartMoved).place) == ("SCRAP", "SCRAP")
    assert refused(story, KEEPER, OldPartCleared(repair=repair.id, sku=SKU, to="SCRAP")) == "no-old-part"


def test_m15_the_customer_gets_it_only_if_the_quote_says_so_and_against_signature(story: Story) -> None:
    installed(story, old_serial="")
    repair = the_repair(story)
    story.believed(HANDHELD, OldPartBagged(repair=repair.id, sku=SKU))
    to_customer = OldPartCleared(repair=repair.id, sku=SKU, to="CUSTOMER")
    assert refused(story, KEEPER, to_customer) == "not-theirs"
    repair.signed = (structs.replace(repair.signed[0], customer_keeps_old_part=True),)
    assert refused(story, KEEPER, OldPartCleared(repair=repair.id, sku=SKU, to="SUPPLIER")) == "customers"
    assert refused(story, HANDHELD, to_customer) == "not-signed"
    repair.accepted = "S9"
    story.believed(HANDHELD, to_customer)
    assert repair.old_parts[SKU] == "CUSTOMER"


def test_m15_nothing_to_bag(story: Story) -> None:
    order = accepted(story)
    assert refused(story, HANDHELD, OldPartBagged(repair=order.repair, sku=SKU)) == "no-old-part"

"""The ledger: what comes in, is looked at, leaves, runs low (m1, m10–m12, m16; B5, B6)."""

from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopfloor.contract.events import (
    EngineerSignedOn,
    GoodsReceived,
    UnitInspected,
    UnitSentBack,
    UnitTransferred,
)
from shopfloor.contract.facts import StockRanLow, UnitGraded, UnitMoved
from shopfloor.contract.kinds import UnitStatus
from shopfloor.core import stock
from tests.core.at_the_cabinet import KEEPER, SKU, allow, balanced, entered, refused, units_of
from tests.core.story import Story

Verdict = Literal["OK", "REJECTED", "DESTROYED"]


@pytest.fixture
def story() -> Story:
    story = Story()
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    return story


def test_m1_a_delivery_is_scanned_serial_by_serial(story: Story) -> None:
    story.believed(KEEPER, GoodsReceived(sku=SKU, units=("N1", "N2")))
    assert [(move.source, move.target) for move in story.all(UnitMoved)] == [("SUPPLIER", "RECEIVING")] * 2
    assert (story.books.units["N1"].place, story.books.units["N1"].received_at) == ("RECEIVING", story.now)
    assert not stock.is_free(story.books, story.books.units["N1"])
    balanced(story)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (GoodsReceived(sku="X-1", units=("N1",)), "unknown"),
        (GoodsReceived(sku=SKU), "wants-serials"),
        (GoodsReceived(sku=SKU, units=("N1",), quantity=2), "wants-serials"),
        (GoodsReceived(sku=SKU, units=("N1", "N1")), "twice"),
        (GoodsReceived(sku=SKU, units=(f"{SKU}#0001",)), "known"),
        (GoodsReceived(sku="thermal-gel"), "wants-quantity"),
        (GoodsReceived(sku="thermal-gel", units=("N1",), quantity=1), "wants-quantity"),
    ],
)
def test_m1_what_does_not_fit_the_books_is_refused(story: Story, event: GoodsReceived, code: str) -> None:
    assert refused(story, KEEPER, event) == code


def test_m1_only_the_parts_keeper_receives(story: Story) -> None:
    story.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))
    assert refused(story, "handheld/h1", GoodsReceived(sku=SKU, units=("N1",))) == "not-the-parts-keeper"


def test_m1_m16_consumables_come_by_quantity(story: Story) -> None:
    before = stock.tally(story.books, "thermal-gel", "BIN").quantity
    story.believed(KEEPER, GoodsReceived(sku="thermal-gel", quantity=7))
    assert stock.tally(story.books, "thermal-gel", "BIN").quantity == before + 7
    assert [move.quantity for move in story.all(UnitMoved)] == [7, 7]
    balanced(story)


@pytest.mark.parametrize(
    ("verdict", "place", "status"),
    [("OK", "RECEIVING", "OK"), ("REJECTED", "DEFECTS", "REJECTED"), ("DESTROYED", "SCRAP", "DESTROYED")],
)
def test_m10_what_was_doubtful_is_looked_at(story: Story, verdict: Verdict, place: str, status: str) -> None:
    unit = units_of(story)[0]
    entered(story, unit.id, "QUARANTINE")
    unit.status = "QUARANTINED"
    story.believed(KEEPER, UnitInspected(unit=unit.id, verdict=verdict))
    assert (unit.place, unit.status, story.last(UnitGraded).status) == (place, status, status)
    balanced(story)


def test_m10_only_from_quarantine(story: Story) -> None:
    event = UnitInspected(unit=units_of(story)[0].id, verdict="OK")
    assert refused(story, KEEPER, event) == "not-in-quarantine"


def test_m11_a_defect_goes_back_to_the_supplier_and_may_come_again(story: Story) -> None:
    unit = units_of(story)[0]
    assert refused(story, KEEPER, UnitSentBack(unit=unit.id, code="DOA")) == "not-a-defect"
    entered(story, unit.id, "DEFECTS")
    story.believed(KEEPER, UnitSentBack(unit=unit.id, code="DOA"))
    assert (unit.place, story.last(UnitMoved).cause) == ("SUPPLIER", "m11 DOA")
    story.believed(KEEPER, GoodsReceived(sku=SKU, units=(unit.id,)))
    assert unit.place == "RECEIVING"
    balanced(story)


def test_m12_to_and_from_another_shop_with_the_managers_yes(story: Story) -> None:
    unit = units_of(story)[0]
    leaves = UnitTransferred(unit=unit.id, direction="out")
    assert refused(story, KEEPER, leaves) == "needs-manager"
    allow(story, unit.id, "transfer-unit")
    story.believed(KEEPER, leaves)
    assert unit.place == "OTHER_SHOP"
    allow(story, "FOREIGN-1", "transfer-unit")
    story.believed(KEEPER, UnitTransferred(unit="FOREIGN-1", sku=SKU, direction="in"))
    assert story.books.units["FOREIGN-1"].place == "RECEIVING"
    balanced(story)


def test_m12_not_what_is_doubtful_or_unknown(story: Story) -> None:
    unit = units_of(story)[0]
    entered(story, unit.id, "QUARANTINE")
    allow(story, unit.id, "transfer-unit")
    assert refused(story, KEEPER, UnitTransferred(unit=unit.id, direction="out")) == "not-free"
    allow(story, "F1", "transfer-unit")
    assert refused(story, KEEPER, UnitTransferred(unit="F1", sku="X-1", direction="in")) == "unknown"


def test_stock_ran_low_is_said_once_for_each_crossing(story: Story) -> None:
    batteries = units_of(story)
    minimum = story.books.stock_min[SKU]
    for unit in batteries[: len(batteries) - minimum]:
        entered(story, unit.id, "OTHER_SHOP")
    assert not story.all(StockRanLow)
    entered(story, batteries[-1].id, "OTHER_SHOP")
    entered(story, batteries[-2].id, "OTHER_SHOP")
    assert [(low.sku, low.free, low.minimum) for low in story.all(StockRanLow)] == [(SKU, minimum - 1, minimum)]
    bins = [bin_.id for bin_ in story.books.bins.values() if bin_.sku == SKU]
    entered(story, batteries[-1].id, f"BIN:{bins[0]}")
    entered(story, batteries[-2].id, f"BIN:{bins[0]}")
    entered(story, batteries[-2].id, "OTHER_SHOP")
    entered(story, batteries[-1].id, "OTHER_SHOP")
    assert len(story.all(StockRanLow)) == 2


def test_what_has_left_for_good_may_leave_the_books(story: Story) -> None:
    unit = units_of(story)[0]
    entered(story, unit.id, "OTHER_SHOP")
    stock.forget(story.floor.shop, unit)
    assert unit.id not in story.books.units
    balanced(story)


PLACES = (
    "RECEIVING",
    "OUTLET:c1",
    "TOTE:r1.1",
    "INLET:c1",
    "HAND:pk1",
    "DESK:d1",
    "QUARANTINE",
    "BIN:c1.1",
    "BIN:c1.9",
)
STATUSES: tuple[UnitStatus, ...] = ("OK", "ATTENTION", "QUARANTINED", "LOST")


@settings(max_examples=40, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(PLACES), st.sampled_from(STATUSES)), max_size=25))
def test_b5_b6_whatever_is_moved_and_graded_the_indexes_tell_the_same(moves: list[tuple[int, str, UnitStatus]]) -> None:
    story = Story()
    shop = story.floor.shop
    for at, place, status in moves:
        unit = units_of(story)[at]
        stock.grade(shop, unit, status)
        if unit.place != place:
            stock.move(shop, unit, place, "m0", "nobody")
        shop.unheard.clear()
        shop.books.to_reserve.clear()
    balanced(story)
    entries = [out for out in shop.outs if isinstance(out, UnitMoved)]
    assert [entry.move for entry in entries] == list(range(1, len(entries) + 1))
    for unit in units_of(story):
        own = [entry for entry in entries if entry.unit == unit.id]
        assert all(one.target == next_.source for one, next_ in pairwise(own))
        assert not own or own[-1].target == unit.place

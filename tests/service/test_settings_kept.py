"""Prices and the roster that a manager sets: in the records, in a replay, in a checkpoint of an older release."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shopfloor.contract.actor import DAY
from shopfloor.contract.events import PriceSet, PriceWithdrawn, StaffSet
from shopfloor.service.rebuild import rebuild_records
from shopfloor.service.replay import replay_all
from tests.core.story import LAYOUT, MORNING
from tests.service.test_coordinator import Shop, receipts, says

BOARD = "board/b1"
TODAY, TOMORROW = (LAYOUT.date(MORNING + days * DAY) for days in (0, 1))
PRICES = (
    "SELECT device, effective, service, model, fault, part_fen, labour_fen, fixed_fen, part_fen_before, "
    "fixed_fen_before, withdrawn FROM price_change ORDER BY CAST(id AS INTEGER)"
)
STAFF = "SELECT device, person, date, state FROM staff_change ORDER BY CAST(id AS INTEGER)"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.journal.close()


def battery(effective: str, fixed_fen: int | None) -> PriceSet:
    return PriceSet(
        model="AST-M60", fault="BAT", effective=effective, part_fen=20_000, labour_fen=5_000, fixed_fen=fixed_fen
    )


def settings(shop: Shop) -> None:
    """Two prices, one of them twice and then withdrawn, and two people."""
    shop.take(
        says(BOARD, battery(TODAY, 8_900), 1),
        says(BOARD, battery(TOMORROW, 7_900), 2),
        says(BOARD, battery(TOMORROW, None), 3),
        says(BOARD, PriceWithdrawn(model="AST-M60", fault="BAT", effective=TOMORROW), 4),
        says(BOARD, StaffSet(person="e3", date=TODAY, on=False), 5),
        says(BOARD, StaffSet(person="e1", date=TODAY, on=True), 6),
    )


def test_each_word_about_prices_and_people_is_a_row_of_its_own(shop: Shop) -> None:
    settings(shop)
    assert shop.rows(PRICES) == [
        (BOARD, TODAY, "repair", "AST-M60", "BAT", 20_000, 5_000, 8_900, 19_900, 9_900, 0),
        (BOARD, TOMORROW, "repair", "AST-M60", "BAT", 20_000, 5_000, 7_900, 20_000, 8_900, 0),
        (BOARD, TOMORROW, "repair", "AST-M60", "BAT", 20_000, 5_000, None, 20_000, 7_900, 0),
        (BOARD, TOMORROW, "repair", "AST-M60", "BAT", 20_000, 5_000, 8_900, 20_000, None, 1),
    ]
    assert shop.rows(STAFF) == [(BOARD, "e3", TODAY, "OFF"), (BOARD, "e1", TODAY, "ON")]


def test_what_was_refused_is_no_row(shop: Shop) -> None:
    (receipt,) = receipts(shop.take(says(BOARD, battery("2026-11-22", 1), 1)))
    assert (receipt.status, receipt.code) == ("refused", "day-is-over")
    assert "Choose today, 2026-11-23, or a later day" in receipt.reason
    assert shop.rows(PRICES) == []


def test_the_records_can_be_made_again(shop: Shop) -> None:
    settings(shop)
    prices, staff = shop.rows(PRICES), shop.rows(STAFF)
    shop.journal.close()
    shop.spoil("DELETE FROM price_change")
    counts = rebuild_records(shop.url)
    assert (counts["price_change"], counts["staff_change"]) == (4, 2)
    assert (shop.rows(PRICES), shop.rows(STAFF)) == (prices, staff)


def test_b24_a_replay_comes_to_the_same_price_list_and_roster(shop: Shop) -> None:
    settings(shop)
    shop.now += DAY
    shop.take()
    again = replay_all(shop.url).floor
    assert again.digest() == shop.coordinator.floor.digest()
    assert list(again.books.price_list) == ["repair AST-M60 BAT"]
    assert again.books.roster == {}


def test_a_checkpoint_of_an_older_release_opens_and_takes_prices(shop: Shop) -> None:
    shop.coordinator.checkpoint()
    kept = shop.journal.latest_checkpoint()
    assert kept is not None
    older = kept.state.replace(b'"price_list":{},', b"").replace(b'"roster":{},', b"")
    assert older != kept.state
    shop.journal.write_checkpoint(kept.n, older)
    live = shop.coordinator.floor.digest()
    shop.kill()
    shop.start()
    assert shop.coordinator.floor.digest() == live
    settings(shop)
    assert len(shop.rows(PRICES)) == 4

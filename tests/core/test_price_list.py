"""The manager sets what work costs from a date on: which quotes feel it, and which never do (rules 3–5; r7, r17)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopfloor.contract.actor import DAY, HOUR, SECOND
from shopfloor.contract.events import (
    AdditionalFaultFound,
    DecisionDeferred,
    PriceSet,
    PriceWithdrawn,
    QuotePrepared,
    ServiceDaySet,
)
from shopfloor.contract.facts import PriceChanged, QuoteApproved, QuoteDrafted, QuoteFrozen
from shopfloor.contract.kinds import LineWanted
from shopfloor.core.books import Amounts, Repair
from shopfloor.core.floor import Floor
from shopfloor.core.invariants import check_all
from shopfloor.core.premises import DAYS_AHEAD_MAX
from shopfloor.core.price_list import DATES_MAX, in_force
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import ARCHIVE, BATTERY, BOARD, HANDHELD, SCREEN, refused
from tests.core.story import CATALOGUE, LAYOUT, MORNING, Story

YESTERDAY, TODAY, TOMORROW = (LAYOUT.date(MORNING + days * DAY) for days in (-1, 0, 1))
CLEANING = LineWanted(fault="CARE", service="cleaning")
LIST_FEN = 134_900
"""Of the screen of an Aster M60, as printed: 1 249 for the part and 100 for the labour."""


def screen_price(effective: str, part_fen: int = 90_000, labour_fen: int = 8_000) -> PriceSet:
    return PriceSet(model="AST-M60", fault="SCR", effective=effective, part_fen=part_fen, labour_fen=labour_fen)


def battery_price(effective: str, fixed_fen: int | None) -> PriceSet:
    return PriceSet(
        model="AST-M60", fault="BAT", effective=effective, part_fen=20_000, labour_fen=5_000, fixed_fen=fixed_fen
    )


def quotes(story: Story, repair: Repair, *lines: LineWanted) -> int:
    """The engineer prices these lines: what they cost together."""
    story.believed(HANDHELD, QuotePrepared(repair=repair.id, lines=lines or (SCREEN,), promised_min=60))
    return story.last(QuoteDrafted).total


def signs(story: Story) -> None:
    """What was just frozen is signed and sealed."""
    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))


# ── what it costs from now on ───────────────────────────────────────────────────────────────────


def test_a_price_of_today_holds_for_the_next_quote() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, screen_price(TODAY))
    assert quotes(story, repair) == 98_000
    (line,) = story.last(QuoteDrafted).lines
    assert (line.part_fen, line.labour_fen, line.rule) == (90_000, 8_000, 5)


def test_a_price_of_tomorrow_holds_for_no_quote_of_today() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, screen_price(TOMORROW))
    assert quotes(story, repair) == LIST_FEN


def test_a_price_is_of_its_row_alone() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, screen_price(TODAY))
    assert quotes(story, repair, BATTERY) == 9_900


def test_rule_3_a_fixed_price_can_be_changed_and_taken_away() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, battery_price(TODAY, 7_900))
    assert quotes(story, repair, BATTERY) == 7_900
    story.believed(BOARD, battery_price(TODAY, None))
    assert quotes(story, repair, BATTERY) == 25_000
    assert [line.rule for line in story.last(QuoteDrafted).lines] == [5]


def test_rule_4_on_a_service_day_labour_is_free_whatever_the_list_says() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, screen_price(TODAY))
    story.believed(BOARD, ServiceDaySet(date=TODAY, on=True))
    assert quotes(story, repair) == 90_000


def test_a_service_of_the_shops_own_list_has_a_price_too() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, PriceSet(service="cleaning", effective=TODAY, part_fen=0, labour_fen=3_300))
    assert quotes(story, repair, CLEANING) == 3_300
    story.believed(BOARD, ServiceDaySet(date=TODAY, on=True))
    assert quotes(story, repair, CLEANING) == 0


def test_said_again_for_the_same_day_the_later_word_holds_and_both_are_told() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, screen_price(TODAY))
    story.believed(BOARD, screen_price(TODAY, part_fen=80_000))
    assert quotes(story, repair) == 88_000
    first, second = story.all(PriceChanged)
    assert (first.device, first.effective, first.model, first.fault) == (BOARD, TODAY, "AST-M60", "SCR")
    assert (first.part_fen_before, first.labour_fen_before, first.part_fen) == (124_900, 10_000, 90_000)
    assert (second.part_fen_before, second.labour_fen_before, second.part_fen) == (90_000, 8_000, 80_000)


# ── which quotes keep their price ───────────────────────────────────────────────────────────────


def test_r7_a_draft_is_priced_anew_when_the_list_has_changed_before_it_is_frozen() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    quotes(story, repair)
    story.believed(BOARD, screen_price(TODAY))
    desk.rendered(story)
    assert repair.state == "DIAGNOSING"
    assert (story.last(QuoteDrafted).total, story.last(QuoteDrafted).version) == (98_000, 2)
    desk.rendered(story)
    assert (repair.state, story.last(QuoteFrozen).total) == ("QUOTED", 98_000)


def test_r7_a_draft_without_that_row_is_not_drawn_up_twice() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    quotes(story, repair, BATTERY, CLEANING)
    story.believed(BOARD, screen_price(TODAY))
    desk.rendered(story)
    assert (repair.state, len(story.all(QuoteDrafted))) == ("QUOTED", 1)


def test_r7_a_covered_line_is_free_before_and_after_the_list_changes() -> None:
    story = Story()
    repair = desk.diagnosed(story, covered=True)
    quotes(story, repair)
    story.believed(BOARD, screen_price(TODAY))
    desk.rendered(story)
    assert (repair.state, len(story.all(QuoteDrafted))) == ("QUOTED", 1)


def test_r7_drafted_before_midnight_and_frozen_after_it_takes_the_new_price() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, screen_price(TOMORROW))
    story.wait(LAYOUT.day_start(MORNING) + DAY - 10 * SECOND - story.now)
    assert quotes(story, repair) == LIST_FEN
    story.wait(20 * SECOND)
    desk.rendered(story)
    assert story.last(QuoteDrafted).total == 98_000


def test_r7_frozen_before_the_new_price_it_keeps_the_old_one_for_its_seven_days() -> None:
    """Also where it is shown again on another screen, and on another day."""
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story, SCREEN)
    assert (repair.state, story.last(QuoteFrozen).total) == ("QUOTED", LIST_FEN)
    story.believed(BOARD, screen_price(TODAY))
    story.believed(BOARD, screen_price(TOMORROW, part_fen=70_000))
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="desk/d1"))
    story.wait(DAY)
    signs(story)
    assert (story.last(QuoteApproved).cap, len(story.all(QuoteDrafted))) == (LIST_FEN, 1)


def test_r9_r17_a_signed_line_keeps_its_price_in_a_supplement() -> None:
    story = Story()
    repair = desk.approved(story, SCREEN)
    repair.state = "REPAIRING"
    story.believed(HANDHELD, AdditionalFaultFound(repair=repair.id, fault="BAT", cause="swollen"))
    story.believed(BOARD, screen_price(TODAY))
    story.believed(BOARD, battery_price(TODAY, 7_900))
    assert quotes(story, repair, BATTERY) == LIST_FEN + 7_900
    desk.rendered(story)
    signs(story)
    assert repair.cap == LIST_FEN + 7_900
    assert check_all(story.floor.shop) > 0


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (screen_price(YESTERDAY), "day-is-over"),
        (screen_price("2026-02-30"), "no-such-day"),
        (screen_price(LAYOUT.date(MORNING + (DAYS_AHEAD_MAX + 1) * DAY)), "too-far-ahead"),
        (PriceSet(model="AST-M99", fault="SCR", effective=TODAY, part_fen=1, labour_fen=1), "not-in-catalogue"),
        (PriceSet(model="AST-M60", fault="FLD", effective=TODAY, part_fen=1, labour_fen=1), "not-in-catalogue"),
        (PriceSet(effective=TODAY, part_fen=1, labour_fen=1), "not-in-catalogue"),
        (PriceSet(service="film", model="AST-M60", effective=TODAY, part_fen=0, labour_fen=1), "wrong-row"),
        (PriceSet(service="film", effective=TODAY, part_fen=1, labour_fen=1), "no-part"),
        (PriceSet(model="AST-M60", fault="SFT", effective=TODAY, part_fen=1, labour_fen=1), "no-part"),
        (PriceSet(model="AST-M60", fault="SFT", effective=TODAY, part_fen=0, labour_fen=1, fixed_fen=9), "no-part"),
        (PriceWithdrawn(model="AST-M60", fault="SCR", effective=TOMORROW), "unknown"),
        (PriceWithdrawn(service="film", fault="SCR", effective=TOMORROW), "wrong-row"),
    ],
)
def test_what_no_list_can_say_is_refused(event: PriceSet | PriceWithdrawn, code: str) -> None:
    story = Story()
    desk.seated(story)
    assert refused(story, BOARD, event) == code


def test_today_is_not_over_until_midnight() -> None:
    story = Story()
    story.wait(LAYOUT.day_start(MORNING) + DAY - 1 - story.now)
    story.believed(BOARD, screen_price(TODAY))
    story.wait(1)
    assert refused(story, BOARD, screen_price(TODAY)) == "day-is-over"


def test_only_the_board_sets_prices() -> None:
    assert Story().refused(HANDHELD, screen_price(TODAY)) == "not-yours"


def test_a_row_has_so_many_prices_and_no_more_until_days_pass() -> None:
    story = Story()
    dates = [LAYOUT.date(MORNING + days * DAY) for days in range(DATES_MAX + 1)]
    for date in dates[:-1]:
        story.believed(BOARD, screen_price(date))
    assert refused(story, BOARD, screen_price(dates[-1])) == "too-many"
    story.believed(BOARD, screen_price(dates[0], part_fen=1))
    story.wait(DAY + HOUR)
    story.believed(BOARD, screen_price(dates[-1]))


# ── withdrawn, and forgotten ────────────────────────────────────────────────────────────────────


def test_before_its_day_a_price_is_withdrawn_and_what_held_before_goes_on() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    empty = story.floor.digest()
    story.believed(BOARD, screen_price(TOMORROW))
    story.believed(BOARD, PriceWithdrawn(model="AST-M60", fault="SCR", effective=TOMORROW))
    told = story.last(PriceChanged)
    assert (told.withdrawn, told.part_fen_before, told.part_fen, told.labour_fen) == (True, 90_000, 124_900, 10_000)
    assert story.floor.digest() == empty
    story.wait(DAY)
    assert quotes(story, repair) == LIST_FEN


def test_a_price_that_holds_is_replaced_not_withdrawn() -> None:
    story = Story()
    story.believed(BOARD, screen_price(TODAY))
    assert refused(story, BOARD, PriceWithdrawn(model="AST-M60", fault="SCR", effective=TODAY)) == "in-force"


def test_of_the_days_that_are_over_only_the_latest_price_is_kept() -> None:
    story = Story()
    for days, fen in enumerate((1_000, 2_000, 3_000)):
        story.believed(BOARD, screen_price(LAYOUT.date(MORNING + days * DAY), part_fen=fen))
    story.wait(DAY)
    (kept,) = story.books.price_list.values()
    assert [amounts.part_fen for amounts in kept.values()] == [2_000, 3_000]
    assert story.floor.books_of(story.floor.checkpoint()) == story.books


def test_a_checkpoint_of_a_release_without_price_list_and_roster_opens() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    written = story.floor.checkpoint()
    older = written.replace(b'"price_list":{},', b"").replace(b'"roster":{},', b"")
    assert len(older) < len(written)
    again = Story(books=Floor.books_of(older))
    assert again.floor.digest() == story.floor.digest()
    again.believed(BOARD, screen_price(TODAY))
    assert quotes(again, again.books.repairs[repair.id]) == 98_000


dates = st.dates().map(str)


@given(st.dictionaries(dates, st.builds(Amounts, st.integers(0, 9), st.integers(0, 9)), max_size=4), dates)
def test_on_each_day_the_last_word_before_it_holds(changed: dict[str, Amounts], day: str) -> None:
    printed = Amounts(-1, -1)
    found = in_force(changed, printed, day)
    begun = [since for since in changed if since <= day]
    assert found == (changed[max(begun)] if begun else printed)


def test_the_printed_prices_are_those_of_the_catalogue() -> None:
    row = CATALOGUE.row("AST-M60", "SCR")
    assert row is not None
    assert row.part_price_fen + row.labour_fee_fen == LIST_FEN

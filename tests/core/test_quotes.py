"""From diagnosis to a signed quote: r7, r9–r11; E3, E11, E23, F54."""

import pytest

from shopfloor.contract.actor import DAY, HOUR, MINUTE
from shopfloor.contract.commands import AlertHandheld, RenderDocument
from shopfloor.contract.events import (
    DocumentRendered,
    OverrideGiven,
    QuoteDeclined,
    QuotePrepared,
    QuoteRevised,
    ServiceDaySet,
    SignatureRefused,
)
from shopfloor.contract.facts import (
    QuoteApproved,
    QuoteDrafted,
    QuoteFrozen,
    QuoteSuperseded,
    QuoteTurnedDown,
    RepairResumed,
    ReturnDecided,
)
from shopfloor.contract.kinds import LineWanted
from shopfloor.core.books import Repair
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import ARCHIVE, BATTERY, BOARD, HANDHELD, LINK, PAD, SCREEN, refused
from tests.core.story import Story

USB = LineWanted(fault="USB", sku="AST-M60-USB")


def prepared(repair: Repair, *lines: LineWanted) -> QuotePrepared:
    return QuotePrepared(repair=repair.id, lines=lines or (BATTERY,), promised_min=60)


def revised(repair: Repair, *lines: LineWanted) -> QuoteRevised:
    return QuoteRevised(repair=repair.id, lines=lines or (SCREEN,), promised_min=90)


# ── r7 ──────────────────────────────────────────────────────────────────────────────────────────


def test_r7_the_repair_is_quoted_when_the_document_is_frozen_and_not_before() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, prepared(repair, SCREEN, BATTERY))
    assert repair.state == "DIAGNOSING"
    drafted = story.last(QuoteDrafted)
    assert [(line.price_fen, line.rule) for line in drafted.lines] == [(134_900, 5), (9_900, 3)]
    assert (drafted.total, drafted.version, drafted.subject_to_check) == (144_800, 1, False)

    request = desk.rendered(story)
    assert repair.state == "QUOTED"
    frozen = story.last(QuoteFrozen)
    assert (frozen.sha256, frozen.total, frozen.version) == (request.sha256, 144_800, 1)
    assert frozen.valid_until == story.now + 7 * DAY


def test_r7_no_quote_before_a_diagnosis() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    desk.maker_answers(story, covered=False)
    desk.signed(story)
    assert refused(story, HANDHELD, prepared(repair)) == "no-diagnosis"


def test_r7_b4_only_the_owner_quotes_and_only_who_has_looked() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, "handheld/h2", prepared(repair)) == "nobody-signed-on"
    stale = QuotePrepared(repair=repair.id, revision=1, lines=(BATTERY,), promised_min=60)
    assert refused(story, HANDHELD, stale) == "stale"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((LineWanted(fault="FLD"),), "not-in-catalogue"),
        ((LineWanted(fault="BAT", sku="AST-M60-SCR"),), "wrong-part"),
        ((LineWanted(fault="CARE", service="care", sku="AST-M60-SCR"),), "wrong-part"),
        ((BATTERY, BATTERY), "line-twice"),
    ],
)
def test_r7_what_cannot_be_priced_is_refused(lines: tuple[LineWanted, ...], code: str) -> None:
    story = Story()
    assert refused(story, HANDHELD, prepared(desk.diagnosed(story), *lines)) == code


def test_r7_rule_4_on_a_service_day_labour_is_free() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, ServiceDaySet(date="2026-11-23", on=True))
    story.believed(HANDHELD, prepared(repair, SCREEN))
    assert story.last(QuoteDrafted).total == 124_900


def test_r7_the_day_of_freezing_counts_not_that_of_pricing() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, prepared(repair, SCREEN))
    story.believed(BOARD, ServiceDaySet(date="2026-11-23", on=True))
    desk.rendered(story)
    assert repair.state == "DIAGNOSING"
    assert (story.last(QuoteDrafted).total, story.last(QuoteDrafted).version) == (124_900, 2)
    desk.rendered(story)
    assert (repair.state, story.last(QuoteFrozen).total) == ("QUOTED", 124_900)


def test_e3_a_part_that_is_not_there_is_shown_as_such_with_a_deposit() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.no_more_of(story, SCREEN.sku)
    story.believed(HANDHELD, prepared(repair, SCREEN, BATTERY))
    screen, battery = story.last(QuoteDrafted).lines
    assert (screen.available, screen.deposit_fen) == (False, screen.part_fen * 30 // 100)
    assert battery.deposit_fen == (0 if battery.available else battery.part_fen * 30 // 100)


# ── warranty prices (B21, E23) ──────────────────────────────────────────────────────────────────


def test_b21_rule_2_covered_and_no_accident_costs_nothing() -> None:
    story = Story()
    desk.diagnosed(story, covered=True)
    desk.quoted(story, SCREEN)
    line = story.last(QuoteDrafted).lines[0]
    assert (line.rule, line.price_fen) == (2, 0)


@pytest.mark.parametrize("how", ["diagnosis", "line"])
def test_b21_an_accident_is_not_covered_whoever_says_so(how: str) -> None:
    story = Story()
    desk.diagnosed(story, covered=True, accidental=how == "diagnosis")
    desk.quoted(story, LineWanted(fault="SCR", sku=SCREEN.sku, accidental=how == "line"))
    assert story.last(QuoteDrafted).lines[0].rule == 5


def test_b21_the_manager_may_cover_an_accident_once() -> None:
    story = Story()
    repair = desk.diagnosed(story, covered=True, accidental=True)
    story.believed(BOARD, OverrideGiven(about=repair.id, rule="warranty-price", reason="our courier dropped it"))
    desk.quoted(story, SCREEN)
    assert story.last(QuoteDrafted).lines[0].rule == 2
    assert repair.quote is not None
    assert repair.quote.warranty_by_manager
    story.believed(HANDHELD, revised(repair, SCREEN))
    assert story.last(QuoteDrafted).lines[0].rule == 5


def test_e23_without_an_answer_list_prices_subject_to_check() -> None:
    story = Story()
    desk.diagnosed(story, covered=None)
    desk.quoted(story, SCREEN)
    drafted = story.last(QuoteDrafted)
    assert (drafted.subject_to_check, drafted.lines[0].rule) == (True, 5)
    assert story.last(RenderDocument).values["subject_to_check"] == "yes"


def test_e23_the_manager_may_let_it_go_out_unmarked() -> None:
    story = Story()
    repair = desk.diagnosed(story, covered=None)
    rule = OverrideGiven(about=repair.id, rule="quote-without-entitlement", reason="the maker is down all day")
    story.believed(BOARD, rule)
    desk.quoted(story, SCREEN)
    assert not story.last(QuoteDrafted).subject_to_check
    assert not story.books.overrides


def test_e23_an_answer_that_comes_after_all_tells_the_engineer_to_revise() -> None:
    story = Story()
    repair = desk.diagnosed(story, covered=None)
    desk.quoted(story, SCREEN)
    desk.maker_answers(story, covered=True)
    assert "Revise the quote" in story.last(AlertHandheld).words
    story.believed(HANDHELD, revised(repair, SCREEN))
    assert story.last(QuoteDrafted).lines[0].rule == 2


def test_r7_an_answer_of_the_day_before_yesterday_is_no_answer() -> None:
    story = Story()
    repair = desk.diagnosed(story, covered=True)
    repair.entitlement_at -= 25 * HOUR
    desk.quoted(story, SCREEN)
    assert story.last(QuoteDrafted).subject_to_check
    assert story.last(QuoteDrafted).lines[0].rule == 5
    assert repair.entitlement == "asked"


# ── r10 ─────────────────────────────────────────────────────────────────────────────────────────


def test_r10_a_revised_quote_supersedes_the_one_before() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    first = desk.quoted(story)
    story.believed(HANDHELD, revised(repair))
    assert story.last(QuoteSuperseded).version == 1
    assert first.state == "SUPERSEDED"
    desk.rendered(story)
    assert (repair.state, story.last(QuoteFrozen).version) == ("QUOTED", 2)


def test_r10_there_must_be_something_to_revise() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, revised(repair)) == "wrong-state"
    desk.quoted(story)
    assert refused(story, HANDHELD, prepared(repair)) == "wrong-state"
    assert repair.quote is not None
    assert repair.quote.version == 1


def test_f54_a_quote_amended_while_it_is_signed_binds_nobody() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    desk.inked(story)
    late_seal = desk.seal_answer(story)
    story.believed(HANDHELD, revised(repair))
    assert refused(story, ARCHIVE, late_seal) == "not-asked"
    desk.rendered(story)
    assert (repair.state, repair.cap) == ("QUOTED", 0)
    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert (repair.state, repair.cap, repair.signed_version) == ("APPROVED", 134_900, 2)


# ── r9 ──────────────────────────────────────────────────────────────────────────────────────────


def test_r9_signed_and_sealed_the_cap_is_the_total() -> None:
    story = Story()
    repair = desk.approved(story, SCREEN, BATTERY)
    approved = story.last(QuoteApproved)
    assert (repair.state, repair.cap, approved.cap) == ("APPROVED", 144_800, 144_800)
    assert approved.promised == repair.promised_at == story.now + 60 * MINUTE
    assert not approved.supplement
    assert [line.line for line in repair.signed] == [1, 2]


def test_r9_ink_alone_approves_nothing() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    desk.inked(story)
    assert (repair.state, repair.cap) == ("QUOTED", 0)
    assert not story.all(QuoteApproved)


def test_r9_what_was_sealed_while_another_engineer_takes_over_counts_afterwards() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    desk.inked(story)
    repair.state = "ON_HOLD(handover)"
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert repair.state == "ON_HOLD(handover)"
    repair.state = "QUOTED"
    story.noted(RepairResumed(repair=repair.id, state="QUOTED"))
    assert (repair.state, repair.cap) == ("APPROVED", 9_900)


# ── r11 ─────────────────────────────────────────────────────────────────────────────────────────


def test_r11_e11_refused_on_the_pad_the_phone_goes_back() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    request = desk.presented(story)
    story.believed(PAD, SignatureRefused(request=request.id, reason="too dear"))
    assert (repair.state, story.last(ReturnDecided).reason) == ("RETURNING", "too dear")
    assert story.last(QuoteTurnedDown).version == 1


def test_r11_declined_on_the_customers_page_the_pad_is_cleared() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    request = desk.quoted(story)
    desk.presented(story)
    story.believed(LINK, QuoteDeclined(repair=repair.id, reason="too dear"))
    assert (repair.state, request.state) == ("RETURNING", "SUPERSEDED")


def test_r11_there_must_be_a_quote_and_it_must_be_open() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, LINK, QuoteDeclined(repair=repair.id)) == "wrong-state"
    desk.quoted(story)
    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert refused(story, LINK, QuoteDeclined(repair=repair.id)) == "wrong-state"


def test_b25_the_archive_answers_twice_and_one_quote_is_frozen() -> None:
    story = Story()
    desk.diagnosed(story)
    request = desk.quoted(story)
    asked = story.last(RenderDocument)
    again = DocumentRendered(request=request.id, command=asked.id, text="other", sha256=desk.hash_of("other"), pages=1)
    assert refused(story, ARCHIVE, again) == "not-asked"
    assert len(story.all(QuoteFrozen)) == 1

"""What an offer is worth: which version, until when, and up to which sum (r7, r9–r12, r17, r39; F54, B20)."""

from shopfloor.contract.actor import DAY, MINUTE
from shopfloor.contract.events import (
    AdditionalFaultFound,
    ConsentGiven,
    DataWiped,
    DecisionDeferred,
    DocumentAsked,
    QuotePrepared,
    QuoteRevised,
    ServiceDaySet,
)
from shopfloor.contract.facts import ConsentRecorded, DocumentFrozen, QuoteApproved, QuoteFrozen
from shopfloor.contract.kinds import LineWanted
from shopfloor.core.books import Repair
from shopfloor.core.pricing import LINES_MAX
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import ARCHIVE, BATTERY, BOARD, HANDHELD, SCREEN, refused
from tests.core.story import MORNING, Story

TODAY = "2026-11-23"


def revised(repair: Repair, *lines: LineWanted) -> QuoteRevised:
    return QuoteRevised(repair=repair.id, lines=lines or (SCREEN,), promised_min=90)


def prepared(repair: Repair, *lines: LineWanted) -> QuotePrepared:
    return QuotePrepared(repair=repair.id, lines=lines or (BATTERY,), promised_min=60)


def sealed(story: Story) -> None:
    """The document that was just drawn up is signed and sealed."""
    desk.rendered(story)
    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))


# ── which version ───────────────────────────────────────────────────────────────────────────────


def test_f54_the_bytes_of_an_older_version_are_not_those_of_the_new_quote() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    first = desk.quoted(story)
    story.believed(HANDHELD, revised(repair))
    late = DocumentFrozen(
        request=first.id, repair=repair.id, document="QUOTE", sha256=first.sha256, pages=first.pages, version=1
    )
    story.noted(late)
    assert repair.quote is not None
    assert (repair.quote.version, repair.quote.sha256) == (2, "")


def test_r10_what_is_signed_is_not_revised() -> None:
    story = Story()
    repair = desk.approved(story, SCREEN)
    assert refused(story, HANDHELD, revised(repair, BATTERY)) == "wrong-state"
    assert refused(story, HANDHELD, prepared(repair)) == "wrong-state"
    assert repair.cap == 134_900


def test_r10_a_revised_quote_has_its_own_quarter_of_an_hour() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    story.minutes(14)
    story.believed(HANDHELD, revised(repair))
    desk.rendered(story)
    story.minutes(14)
    assert repair.state == "QUOTED"
    assert story.books.waits[repair.id].due == story.now + MINUTE


# ── until when ──────────────────────────────────────────────────────────────────────────────────


def test_r7_shown_again_at_home_the_offer_is_valid_no_longer() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    desk.presented(story)
    assert repair.quote is not None
    until = repair.quote.valid_until
    story.minutes(3)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="locker/3"))
    assert len(story.all(DocumentFrozen)) == 3, "the agreement, the quote, and the quote at home"
    assert repair.quote.valid_until == until
    assert len(story.all(QuoteFrozen)) == 1


def test_r9_until_its_last_moment_an_offer_may_be_signed_and_not_a_moment_later() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    request = desk.read(story)
    agrees = ConsentGiven(request=request.id, consent_text="v1", identified="in-person")
    quote = repair.quote
    assert quote is not None
    quote.valid_until = story.now - 1
    assert refused(story, request.surface, agrees) == "quote-expired"
    quote.valid_until = story.now
    story.believed(request.surface, agrees)
    assert story.last(ConsentRecorded).consent_text == request.consent_text == "v1"
    quote.valid_until = story.now - 1
    assert refused(story, request.surface, desk.ink(request)) == "quote-expired"


def test_r12_an_offer_that_was_declined_is_not_thought_about() -> None:
    story = Story()
    repair = desk.approved(story, SCREEN)
    repair.state = "QUOTED"
    assert refused(story, HANDHELD, DecisionDeferred(repair=repair.id, place="desk/d1")) == "no-quote"


def test_r12_whoever_went_home_with_it_comes_back_to_the_same_place() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="desk/d1"))
    assert repair.back_to == "QUOTED"
    assert story.books.waits[repair.id].due < MORNING + 7 * DAY


# ── up to which sum ─────────────────────────────────────────────────────────────────────────────


def test_r17_a_supplement_that_makes_it_cheaper_lowers_what_may_be_charged() -> None:
    story = Story()
    repair = desk.approved(story, SCREEN)
    assert repair.cap == 134_900
    repair.state = "REPAIRING"
    story.believed(HANDHELD, AdditionalFaultFound(repair=repair.id, fault="BAT", cause="swollen"))
    assert ("BAT" in repair.diagnoses, repair.causes[-1]) == (True, "swollen")
    repair.state = "REPAIRING"
    story.believed(HANDHELD, AdditionalFaultFound(repair=repair.id, fault="BAT", cause="leaking"))
    assert repair.diagnoses.count("BAT") == 1
    story.believed(BOARD, ServiceDaySet(date=TODAY, on=True))
    story.believed(HANDHELD, prepared(repair, SCREEN))
    sealed(story)
    assert (story.last(QuoteApproved).cap, repair.cap) == (124_900, 124_900)


def test_r7_a_quote_has_so_many_lines_and_no_more() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    services = [
        LineWanted(fault=fault, service=service)
        for fault in ("SCR", "BAT", "USB", "CAM", "SPK", "BTN")
        for service in ("cleaning", "care", "film")
    ]
    assert refused(story, HANDHELD, prepared(repair, *services[: LINES_MAX + 1])) == "too-many-lines"
    story.believed(HANDHELD, prepared(repair, *services[:LINES_MAX]))


# ── what only lies on the PAD counts for nothing ────────────────────────────────────────────────


def test_b20_a_wipe_that_is_shown_and_not_signed_allows_nothing() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="WIPE"))
    desk.rendered(story)
    assert refused(story, HANDHELD, DataWiped(repair=repair.id)) == "not-signed"
    desk.inked(story)
    assert refused(story, HANDHELD, DataWiped(repair=repair.id)) == "not-signed"


def test_s7_the_ink_that_is_sealed_is_the_ink_that_was_drawn() -> None:
    story = Story()
    desk.diagnosed(story)
    desk.quoted(story)
    request = desk.inked(story)
    assert request.ink_sha256 == desk.hash_of("strokes")
    pending = story.books.pending[request.command].command
    assert getattr(pending, "ink_sha256", "") == request.ink_sha256

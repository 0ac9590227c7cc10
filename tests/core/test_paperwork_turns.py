"""Whose turn it is on a PAD, what a refusal of a device ends, and what it leaves alone (s4, s11, s13; B16, B25)."""

from shopfloor.contract.commands import RenderDocument, SealDocument
from shopfloor.contract.events import (
    CommandRefused,
    DecisionDeferred,
    DocumentAsked,
    DocumentPresented,
    DocumentRendered,
    QuoteDeclined,
    QuotePrepared,
    QuoteRevised,
    SignatureRefused,
)
from shopfloor.contract.facts import CommandWasRefused, DeviceWentOffline, RepairResumed, SupplementNeeded
from shopfloor.core.books import Repair
from shopfloor.core.sealing import limit_of
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import ARCHIVE, BATTERY, HANDHELD, LINK, PAD, SCREEN, refused
from tests.core.story import Story


def prepares(story: Story, repair: Repair) -> None:
    story.believed(HANDHELD, QuotePrepared(repair=repair.id, lines=(BATTERY,), promised_min=60))


def rendering(story: Story) -> list[str]:
    """Which documents the archive is asked for now."""
    return [p.command.document for p in story.books.pending.values() if isinstance(p.command, RenderDocument)]


# ── the next in line ────────────────────────────────────────────────────────────────────────────


def test_s11_b16_when_one_paper_is_refused_the_next_in_line_has_its_turn() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="WIPE"))
    desk.rendered(story)
    wipe = desk.presented(story)
    prepares(story, repair)
    assert rendering(story) == []
    story.believed(PAD, SignatureRefused(request=wipe.id, reason="my photos"))
    assert rendering(story) == ["QUOTE"]


def test_s4_b14_when_a_pad_shows_other_bytes_the_next_in_line_has_its_turn() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="WIPE"))
    wipe = desk.rendered(story)
    prepares(story, repair)
    story.believed(PAD, DocumentPresented(request=wipe.id, sha256=desk.hash_of("another text")))
    assert (wipe.state, rendering(story)) == ("FAILED", ["QUOTE"])


def test_s4_when_a_pad_stays_silent_the_next_in_line_has_its_turn() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="WIPE"))
    wipe = desk.rendered(story)
    prepares(story, repair)
    story.wait(2 * limit_of("FROZEN"))
    assert (wipe.state, rendering(story)) == ("FAILED", ["QUOTE"])


def test_b16_at_home_every_paper_can_be_read_beside_the_others() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="desk/d1"))
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="PROXY"))
    assert rendering(story) == ["PROXY"]


def test_r17_what_was_found_since_is_signed_as_a_supplement() -> None:
    story = Story()
    repair = desk.approved(story, SCREEN)
    repair.state = "QUOTED"
    story.noted(SupplementNeeded(repair=repair.id, fault="BAT"))
    prepares(story, repair)
    assert rendering(story) == ["SUPPLEMENT"]


# ── asked for again ─────────────────────────────────────────────────────────────────────────────


def test_r9_an_offer_of_last_week_is_not_shown_again() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    desk.presented(story)
    story.minutes(6)
    assert repair.quote is not None
    repair.quote.valid_until = story.now - 1
    assert refused(story, HANDHELD, DocumentAsked(repair=repair.id, document="QUOTE")) == "quote-expired"
    repair.quote.valid_until = story.now
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="QUOTE"))


# ── what a device refuses ───────────────────────────────────────────────────────────────────────


def test_s4_another_devices_refusal_ends_no_document() -> None:
    story = Story()
    desk.diagnosed(story)
    request = desk.quoted(story)
    story.noted(CommandWasRefused(command="C999", device="pos/pos-1", work="TakePayment", reason="out of paper"))
    assert request.state == "FROZEN"


def test_s8_an_archive_that_cannot_seal_now_ends_no_signature() -> None:
    story = Story()
    desk.diagnosed(story)
    desk.quoted(story)
    request = desk.inked(story)
    story.believed(ARCHIVE, CommandRefused(command=story.last(SealDocument).id, reason="the key is locked away"))
    assert request.state == "INKED"
    assert "the key is locked away" in story.books.alarms[request.id][0]


def test_b25_a_seal_is_not_answered_with_another_text() -> None:
    story = Story()
    desk.diagnosed(story)
    desk.quoted(story)
    request = desk.inked(story)
    other = DocumentRendered(
        request=request.id, command=request.command, text="other", sha256=desk.hash_of("other"), pages=1
    )
    assert refused(story, ARCHIVE, other) == "wrong-state"


def test_e14_a_link_that_is_gone_takes_nothing_along() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="desk/d1"))
    request = desk.read(story)
    assert request.surface == LINK
    story.noted(DeviceWentOffline(device=LINK))
    assert request.state == "VIEWED"


# ── what comes of an offer while the repair stands still ────────────────────────────────────────


def test_r11_refused_while_another_engineer_takes_over_the_phone_goes_back_afterwards() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    request = desk.presented(story)
    repair.state = "ON_HOLD(handover)"
    story.believed(PAD, SignatureRefused(request=request.id, reason="too dear"))
    assert repair.state == "ON_HOLD(handover)"
    repair.state = "QUOTED"
    story.noted(RepairResumed(repair=repair.id, state="QUOTED"))
    assert repair.state == "RETURNING"


def test_r10_what_is_declined_or_thought_about_at_home_is_not_revised() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="desk/d1"))
    again = QuoteRevised(repair=repair.id, lines=(SCREEN,), promised_min=90)
    assert refused(story, HANDHELD, again) == "wrong-state"

    story = Story()
    repair = desk.approved(story, SCREEN)
    repair.state = "QUOTED"
    prepares(story, repair)
    desk.rendered(story)
    story.believed(LINK, QuoteDeclined(repair=repair.id, reason="leave it"))
    assert repair.state == "QUOTED"
    assert refused(story, HANDHELD, again) == "wrong-state"

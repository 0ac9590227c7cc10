"""One signature request from draft to seal: s2–s12. What elsewhere went missing or blank is impossible here."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from shopfloor.contract.actor import DAY, MINUTE, SECOND
from shopfloor.contract.commands import AskSignature, ClearScreen, RenderDocument, SealDocument, SendNotice
from shopfloor.contract.events import (
    CommandRefused,
    ConsentGiven,
    DeviceConnected,
    DeviceLost,
    DocumentFailed,
    DocumentPresented,
    DocumentRendered,
    DocumentSealed,
    Event,
    NoticeDelivered,
    PageViewed,
    ReportViewed,
    SignatureRefused,
)
from shopfloor.contract.facts import (
    AlarmRaised,
    ConsentRecorded,
    CopyDelivered,
    DocumentFrozen,
    DocumentSigned,
    DocumentViewed,
    InkTaken,
    OwnerChanged,
    PartyReminded,
    RepairReported,
    ReportRead,
    SignatureDeclined,
    SignatureExpired,
    SignatureFailed,
    SignatureShown,
)
from shopfloor.core.books import SignatureRequest
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import ARCHIVE, LINK, PAD, hash_of, ink, refused
from tests.core.story import Story


def drafted(story: Story) -> SignatureRequest:
    """An agreement is being rendered: DRAFT."""
    desk.described(story, desk.seated(story))
    desk.maker_answers(story, covered=False)
    return story.books.requests["S1"]


def answer(story: Story, text: str = "the agreement", **changed: object) -> DocumentRendered:
    asked = story.last(RenderDocument)
    fields = {"request": asked.request, "command": asked.id, "text": text, "sha256": hash_of(text), "pages": 2}
    return DocumentRendered(**{**fields, **changed})  # type: ignore[arg-type]


# ── s2, s4: what is frozen ──────────────────────────────────────────────────────────────────────


def test_s2_the_archive_renders_once_and_the_pad_is_asked_to_show_these_bytes() -> None:
    story = Story()
    request = drafted(story)
    story.believed(ARCHIVE, answer(story))
    asked = story.last(AskSignature)
    assert (request.state, request.pages) == ("FROZEN", 2)
    assert (asked.to, asked.text, asked.sha256, asked.needs_ink) == (
        PAD,
        "the agreement",
        hash_of("the agreement"),
        True,
    )
    assert story.last(DocumentFrozen).sha256 == hash_of("the agreement")
    assert refused(story, ARCHIVE, answer(story, "another text")) == "not-asked"


@pytest.mark.parametrize(
    ("text", "changed", "flaw"),
    [
        ("the agreement", {"sha256": hash_of("another")}, "not the hash of its text"),
        ("", {}, "empty"),
        (" \n\t ", {}, "empty"),
        ("Dear {{ name }}", {}, "placeholder"),
        ("the price is }} CNY", {}, "placeholder"),
        ("the agreement", {"pages": 0}, "no page"),
    ],
)
def test_s4_a_blank_or_wrong_document_never_freezes(text: str, changed: dict[str, object], flaw: str) -> None:
    story = Story()
    request = drafted(story)
    story.believed(ARCHIVE, answer(story, text, **changed))
    assert request.state == "FAILED"
    assert flaw in story.last(SignatureFailed).reason
    assert story.last(AlarmRaised).about == request.id
    assert not story.all(AskSignature)


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_b14_whatever_the_archive_says_only_its_own_hash_freezes(text: str) -> None:
    story = Story()
    request = drafted(story)
    event = answer(story, text)
    story.believed(ARCHIVE, event)
    sound = bool(text.strip()) and "{{" not in text and "}}" not in text
    assert (request.state == "FROZEN") == sound


def test_s4_the_archive_says_it_cannot() -> None:
    story = Story()
    request = drafted(story)
    command = story.last(RenderDocument).id
    story.believed(ARCHIVE, DocumentFailed(request=request.id, command=command, reason="no font"))
    assert (request.state, story.last(SignatureFailed).reason) == ("FAILED", "no font")


def test_s4_a_silent_archive_is_reminded_of_once_then_the_request_has_failed() -> None:
    story = Story()
    request = drafted(story)
    story.wait(30 * SECOND)
    assert (request.state, story.last(PartyReminded).about) == ("DRAFT", request.id)
    story.wait(30 * SECOND)
    assert request.state == "FAILED"
    assert not any(isinstance(pending.command, RenderDocument) for pending in story.books.pending.values())


def test_s4_a_pad_that_shows_nothing() -> None:
    story = Story()
    request = drafted(story)
    story.believed(ARCHIVE, answer(story))
    story.wait(60 * SECOND)
    assert request.state == "FROZEN"
    story.wait(60 * SECOND)
    assert request.state == "FAILED"
    assert story.last(ClearScreen).request == request.id


def test_s4_a_pad_that_refuses_to_show_it() -> None:
    story = Story()
    request = drafted(story)
    story.believed(ARCHIVE, answer(story))
    story.believed(PAD, CommandRefused(command=story.last(AskSignature).id, reason="too many pages"))
    assert (request.state, story.last(SignatureFailed).reason) == ("FAILED", "too many pages")


def mailed_in(story: Story) -> SignatureRequest:
    """The phone came by parcel: its agreement is drafted for the customer's own page."""
    request = drafted(story)
    repair = story.books.repairs[request.repair]
    repair.repair_kind = "MAIL_IN"
    story.noted(OwnerChanged(repair=repair.id, old="e1", new="e1"))
    assert request.surface == LINK
    return request


# ── s3, s5, s6, s7 ──────────────────────────────────────────────────────────────────────────────


def frozen(story: Story) -> SignatureRequest:
    request = drafted(story)
    story.believed(ARCHIVE, answer(story))
    return request


def test_s3_the_pad_shows_the_very_bytes() -> None:
    story = Story()
    request = frozen(story)
    story.believed(PAD, DocumentPresented(request=request.id, sha256=request.sha256))
    assert (request.state, story.last(SignatureShown).sha256) == ("PRESENTED", request.sha256)
    assert refused(story, PAD, DocumentPresented(request=request.id, sha256=request.sha256)) == "already"


def test_s4_b14_other_bytes_on_the_screen_end_the_request() -> None:
    story = Story()
    request = frozen(story)
    story.believed(PAD, DocumentPresented(request=request.id, sha256=hash_of("a cheaper quote")))
    assert request.state == "FAILED"
    assert story.last(ClearScreen).request == request.id
    assert refused(story, PAD, DocumentPresented(request=request.id, sha256=request.sha256)) == "wrong-state"


def test_b16_another_pad_or_the_link_does_not_speak_for_it() -> None:
    story = Story()
    request = frozen(story)
    event = DocumentPresented(request=request.id, sha256=request.sha256)
    assert refused(story, "pad/pad-2", event) == "not-yours"
    assert refused(story, LINK, event) == "not-yours"
    story.books.repairs[request.repair].desk = "d2"
    assert refused(story, PAD, event) == "wrong-desk"


def test_s5_every_page_for_a_second_in_any_order() -> None:
    story = Story()
    request = frozen(story)
    desk.presented(story)
    assert refused(story, PAD, PageViewed(request=request.id, page=2, on_screen_ms=999)) == "too-quick"
    assert refused(story, PAD, PageViewed(request=request.id, page=3, on_screen_ms=5_000)) == "no-such-page"
    for _ in range(2):
        story.believed(PAD, PageViewed(request=request.id, page=2, on_screen_ms=1_000))
    assert request.state == "PRESENTED"
    story.believed(PAD, PageViewed(request=request.id, page=1, on_screen_ms=1_000))
    assert (request.state, story.last(DocumentViewed).request) == ("VIEWED", request.id)


def test_s6_consent_only_after_the_last_page() -> None:
    story = Story()
    request = frozen(story)
    desk.presented(story)
    consent = ConsentGiven(request=request.id, consent_text="v1", identified="in-person")
    assert refused(story, PAD, consent) == "not-viewed"
    for page in (1, 2):
        story.believed(PAD, PageViewed(request=request.id, page=page, on_screen_ms=1_000))
    story.believed(PAD, consent)
    assert (request.state, story.last(ConsentRecorded).consent_text) == ("CONSENTED", "v1")


def test_s6_on_a_link_nobody_is_identified_in_person() -> None:
    story = Story()
    mailed_in(story)
    desk.rendered(story)
    request = desk.read(story)
    assert request.surface == LINK
    in_person = ConsentGiven(request=request.id, consent_text="v1", identified="in-person")
    assert refused(story, LINK, in_person) == "not-identified"
    story.believed(LINK, ConsentGiven(request=request.id, consent_text="v1", identified="phone-code"))
    assert request.state == "CONSENTED"


@pytest.mark.parametrize(
    "changed",
    [{"points": 7}, {"length_px": 39}, {"duration_ms": 199}],
    ids=["a dot", "a dash", "a twitch"],
)
def test_s7_trivial_ink_is_no_signature(changed: dict[str, int]) -> None:
    story = Story()
    frozen(story)
    request = desk.agreed(story)
    assert refused(story, PAD, ink(request, **changed)) == "trivial-ink"
    story.believed(PAD, ink(request, points=8, length_px=40, duration_ms=200))
    assert (request.state, story.last(InkTaken).request) == ("INKED", request.id)
    assert story.last(SealDocument).ink_sha256 == request.ink_sha256


def test_s7_b14_ink_under_other_bytes_is_no_signature() -> None:
    story = Story()
    frozen(story)
    request = desk.agreed(story)
    assert refused(story, PAD, ink(request, sha256=hash_of("another"))) == "hash-differs"


def test_s7_no_ink_without_consent() -> None:
    story = Story()
    frozen(story)
    request = desk.read(story)
    assert refused(story, PAD, ink(request)) == "wrong-state"


# ── s8, s9, s10 ─────────────────────────────────────────────────────────────────────────────────


def test_s8_sealed_over_the_same_bytes_and_verified() -> None:
    story = Story()
    frozen(story)
    request = desk.inked(story)
    assert refused(story, ARCHIVE, desk.seal_answer(story, sha256=hash_of("another"))) == "hash-differs"
    assert refused(story, ARCHIVE, desk.seal_answer(story, verified=False)) == "not-verified"
    story.believed(ARCHIVE, desk.seal_answer(story))
    fact = story.last(DocumentSigned)
    assert (request.state, fact.sha256, fact.document, fact.pages) == ("SEALED", request.sha256, "INTAKE", 2)
    assert story.books.repairs[request.repair].state == "DIAGNOSING"
    assert story.last(ClearScreen).request == request.id


def test_s8_one_seal_per_document() -> None:
    story = Story()
    frozen(story)
    desk.inked(story)
    seal = desk.seal_answer(story)
    story.believed(ARCHIVE, seal)
    assert refused(story, ARCHIVE, seal) == "not-asked"
    assert len(story.all(DocumentSigned)) == 1


def test_s8_nothing_is_sealed_that_nobody_signed() -> None:
    story = Story()
    request = frozen(story)
    desk.agreed(story)
    forged = DocumentSealed(
        request=request.id, command="C1", sha256=request.sha256, sealed_sha256=hash_of("x"), verified=True
    )
    assert refused(story, ARCHIVE, forged) == "not-asked"


def report_shown(story: Story) -> SignatureRequest:
    repair = desk.approved(story)
    repair.state, repair.payable, repair.lines_done = "REPORTED", 9_900, (1,)
    story.floor.shop.wait(repair, story.now + MINUTE)
    story.noted(RepairReported(repair=repair.id, payable=9_900, lines_done=(1,)))
    return desk.rendered(story)


def test_s9_a_report_is_read_to_its_end_and_sealed_without_ink() -> None:
    story = Story()
    request = report_shown(story)
    assert not story.last(AskSignature).needs_ink
    assert [line.line for line in story.last(RenderDocument).lines] == [1]
    desk.presented(story)
    assert refused(story, PAD, ReportViewed(request=request.id)) == "not-viewed"
    for page in (1, 2):
        story.believed(PAD, PageViewed(request=request.id, page=page, on_screen_ms=1_000))
    assert refused(story, PAD, ConsentGiven(request=request.id, consent_text="v1", identified="in-person")) == "no-ink"
    story.believed(PAD, ReportViewed(request=request.id))
    assert refused(story, PAD, ReportViewed(request=request.id)) == "already"
    assert refused(story, PAD, SignatureRefused(request=request.id)) == "wrong-state"
    assert not story.all(ReportRead)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert (request.state, story.last(ReportRead).request) == ("SEALED", request.id)
    assert story.last(SealDocument).ink_sha256 == ""


def test_s12_a_report_that_is_not_sealed_in_ten_minutes() -> None:
    story = Story()
    report_shown(story)
    request = desk.read(story)
    story.believed(PAD, ReportViewed(request=request.id))
    story.minutes(9)
    assert request.state == "VIEWED"
    story.minutes(1)
    assert request.state == "EXPIRED"
    assert "not sealed" in story.last(AlarmRaised).words


def test_e14_a_report_that_was_read_is_sealed_although_the_pad_died() -> None:
    story = Story()
    story.believed(PAD, DeviceConnected())
    report_shown(story)
    request = desk.read(story)
    story.believed(PAD, ReportViewed(request=request.id))
    story.believed(PAD, DeviceLost())
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert request.state == "SEALED"


def test_b25_the_seal_of_one_document_is_not_that_of_another() -> None:
    story = Story()
    frozen(story)
    first = desk.inked(story)
    story.books.requests["S9"] = second = structs.replace(first, id="S9", state="INKED", command="C999")
    seal = structs.replace(desk.seal_answer(story), request=second.id)
    assert refused(story, ARCHIVE, seal) == "not-asked"


def test_s9_only_a_report_is_sealed_without_ink() -> None:
    story = Story()
    frozen(story)
    request = desk.read(story)
    assert refused(story, PAD, ReportViewed(request=request.id)) == "needs-ink"


def test_s10_the_copy_is_delivered_or_stays_on_the_page_after_a_day() -> None:
    for delivered in (True, False):
        story = Story()
        frozen(story)
        request = desk.inked(story)
        story.believed(ARCHIVE, desk.seal_answer(story))
        notice = next(n for n in story.all(SendNotice) if n.about == request.id)
        if delivered:
            story.believed("notifier/n1", NoticeDelivered(command=notice.id))
        else:
            story.wait(DAY)
        assert (request.state, story.last(CopyDelivered).request) == ("DELIVERED", request.id)


# ── s11, s12 ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("step", [desk.presented, desk.read, desk.agreed], ids=["shown", "read", "agreed"])
def test_s11_e13_refusing_is_always_possible_until_the_ink(step: Callable[[Story], SignatureRequest]) -> None:
    story = Story()
    frozen(story)
    request = step(story)
    story.believed(PAD, SignatureRefused(request=request.id, reason="I must ask at home"))
    assert (request.state, story.last(SignatureDeclined).reason) == ("REFUSED", "I must ask at home")
    assert story.last(ClearScreen).request == request.id


def test_s11_not_before_it_is_shown_nor_after_the_ink() -> None:
    story = Story()
    request = frozen(story)
    assert refused(story, PAD, SignatureRefused(request=request.id)) == "wrong-state"
    desk.inked(story)
    assert refused(story, PAD, SignatureRefused(request=request.id)) == "wrong-state"


def test_s12_e13_five_idle_minutes_and_the_screen_is_cleared() -> None:
    story = Story()
    request = frozen(story)
    desk.presented(story)
    story.minutes(4)
    story.believed(PAD, PageViewed(request=request.id, page=1, on_screen_ms=4_000))
    story.minutes(4)
    assert request.state == "PRESENTED"
    story.minutes(1)
    assert (request.state, story.last(SignatureExpired).request) == ("EXPIRED", request.id)
    assert story.last(ClearScreen).request == request.id
    late: Event = PageViewed(request=request.id, page=2, on_screen_ms=4_000)
    assert refused(story, PAD, late) == "wrong-state"


def test_s12_on_a_link_a_document_waits_for_days() -> None:
    story = Story()
    mailed_in(story)
    desk.rendered(story)
    request = desk.presented(story)
    story.wait(9 * DAY)
    assert request.state == "PRESENTED"
    story.wait(1 * DAY)
    assert request.state == "EXPIRED"


def test_s12_unsealed_ink_is_asked_about_with_the_same_id_and_expires_with_an_alarm() -> None:
    story = Story()
    frozen(story)
    request = desk.inked(story)
    seal = desk.seal_answer(story)
    story.wait(10 * MINUTE)
    assert request.state == "EXPIRED"
    asked = story.all(SealDocument)
    assert len(asked) > 3
    assert len({command.id for command in asked}) == 1
    assert "not sealed" in story.last(AlarmRaised).words
    assert refused(story, ARCHIVE, seal) == "not-asked"


def test_s12_an_archive_that_fails_to_seal_once_may_still_do_it_in_time() -> None:
    story = Story()
    frozen(story)
    request = desk.inked(story)
    command = story.last(SealDocument).id
    story.believed(ARCHIVE, DocumentFailed(request=request.id, command=command, reason="key locked"))
    assert (request.state, story.last(AlarmRaised).about) == ("INKED", request.id)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert request.state == "SEALED"
    assert request.id not in story.books.alarms

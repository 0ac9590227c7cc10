"""Which document is drawn up when: s1, s13, s14; B16; E14, E18, E20."""

from collections.abc import Callable

import pytest
from msgspec import structs

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.commands import AskSignature, ClearScreen, RenderDocument
from shopfloor.contract.events import (
    DeviceConnected,
    DeviceLost,
    DocumentAsked,
    DocumentVoided,
    PageViewed,
    QuotePrepared,
    SignatureRefused,
)
from shopfloor.contract.facts import (
    AlarmRaised,
    DisputeSettled,
    DocumentDrafted,
    DocumentFrozen,
    DocumentSigned,
    Fact,
    OwnerChanged,
    PickupAwaited,
    RepairCancelled,
    RepairHeld,
    RepairPaid,
    RepairReported,
    ReportShown,
    SignatureSuperseded,
    SignatureVoided,
)
from shopfloor.contract.kinds import DocumentKind
from shopfloor.core import paperwork
from shopfloor.core.books import Repair, SignatureRequest
from shopfloor.core.sealing import OPEN
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import ARCHIVE, BATTERY, BOARD, HANDHELD, PAD, refused
from tests.core.story import Story


def asked_for(repair: Repair, document: DocumentKind, loaner: str = "") -> DocumentAsked:
    return DocumentAsked(repair=repair.id, document=document, loaner=loaner)


def at(story: Story, repair: Repair, state: str) -> Repair:
    """As if the repair had come so far."""
    repair.state = state
    story.floor.shop.wait(repair, story.now + 60 * MINUTE)
    return repair


# ── s1: what the floor draws up by itself ───────────────────────────────────────────────────────


def test_s1_the_agreement_follows_the_description_of_the_phone() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    drafted = story.last(DocumentDrafted)
    values = story.last(RenderDocument).values
    assert (drafted.document, drafted.repair) == ("INTAKE", repair.id)
    assert (values["imei"], values["data_choice"], values["privacy_mode"]) == (desk.IMEI, "backed-up", "on")


@pytest.mark.parametrize(
    ("fact", "unrepaired", "document"),
    [
        (RepairReported(repair="R1", payable=0, lines_done=()), False, "REPORT"),
        (RepairPaid(repair="R1"), False, "ACCEPT"),
        (ReportShown(repair="R1", payable=0, outstanding=0), False, "ACCEPT"),
        (ReportShown(repair="R1", payable=0, outstanding=0), True, "RETURN_UNREPAIRED"),
        (DisputeSettled(repair="R1", fault_confirmed=False), False, "WITNESS"),
    ],
    ids=["report", "paid", "prepaid", "unrepaired", "dispute"],
)
def test_s1_no_signature_is_skipped_at_the_end(fact: Fact, *, unrepaired: bool, document: str) -> None:
    story = Story()
    repair = desk.approved(story)
    repair.unrepaired = unrepaired
    paperwork_only(story, fact)
    latest = list(story.books.requests.values())[-1]
    assert (latest.document, latest.state) == (document, "DRAFT")


@pytest.mark.parametrize(
    "fact",
    [
        ReportShown(repair="R1", payable=9_900, outstanding=9_900),
        DisputeSettled(repair="R1", fault_confirmed=True),
    ],
    ids=["not paid yet", "the fault is real"],
)
def test_s1_nothing_is_signed_before_its_time(fact: Fact) -> None:
    story = Story()
    desk.approved(story)
    before = len(story.books.requests)
    paperwork_only(story, fact)
    assert len(story.books.requests) == before


def paperwork_only(story: Story, fact: Fact) -> None:
    """Only this room hears it."""
    for reaction in paperwork.room.reactions[type(fact)]:
        reaction(story.floor.shop, fact)
    story.floor.shop.unheard.clear()


# ── B16: one document at a time ─────────────────────────────────────────────────────────────────


def busy(story: Story) -> list[SignatureRequest]:
    return [r for r in story.books.requests.values() if r.state in OPEN and (r.command or r.state != "DRAFT")]


def test_b16_a_later_draft_waits_until_the_pad_is_free() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, asked_for(repair, "WIPE"))
    wipe = desk.rendered(story)
    story.believed(HANDHELD, QuotePrepared(repair=repair.id, lines=(BATTERY,), promised_min=30))
    quote = story.books.requests[story.last(DocumentDrafted).request]
    assert (quote.document, quote.state, quote.command) == ("QUOTE", "DRAFT", "")
    assert busy(story) == [wipe]
    story.minutes(1)
    assert quote.state == "DRAFT"

    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert busy(story) == [quote]
    assert story.last(RenderDocument).request == quote.id
    desk.rendered(story)
    assert repair.state == "QUOTED"


def test_b16_a_draft_that_moves_to_another_desk_gets_in_line_there() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, asked_for(repair, "WIPE"))
    wipe = story.books.requests[story.last(DocumentDrafted).request]
    stranger = structs.replace(wipe, id="S90", surface="pad/pad-2", state="PRESENTED", command="C90")
    story.books.requests["S90"] = stranger
    repair.desk = "d2"
    story.noted(OwnerChanged(repair=repair.id, old="e1", new="e2"))
    assert (wipe.surface, wipe.state, wipe.command) == ("pad/pad-2", "DRAFT", "")
    assert not any(isinstance(pending.command, RenderDocument) for pending in story.books.pending.values())
    stranger.state = "EXPIRED"
    story.minutes(1)
    assert wipe.command


def test_b16_who_asks_by_hand_is_told_to_wait() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    assert refused(story, HANDHELD, asked_for(repair, "WIPE")) == "pad-busy"


# ── s13 ─────────────────────────────────────────────────────────────────────────────────────────


def test_s13_described_again_the_older_agreement_is_void() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    first = desk.rendered(story)
    desk.described(story, repair, "JOY-50")
    second = desk.rendered(story)
    assert (first.state, second.state, second.again) == ("SUPERSEDED", "FROZEN", 1)
    assert story.last(SignatureSuperseded).request == first.id
    assert story.last(ClearScreen).request == first.id
    assert refused(story, PAD, PageViewed(request=first.id, page=1, on_screen_ms=2_000)) == "wrong-state"


def test_s13_at_another_desk_the_same_bytes_are_shown_there() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    first = desk.quoted(story)
    desk.presented(story)
    repair.desk = "d2"
    story.noted(OwnerChanged(repair=repair.id, old="e1", new="e2"))
    asked = story.last(AskSignature)
    assert (first.state, asked.to, asked.sha256) == ("SUPERSEDED", "pad/pad-2", first.sha256)
    assert len([a for a in story.all(RenderDocument) if a.document == "QUOTE"]) == 1


@pytest.mark.parametrize(
    "fact",
    [
        RepairHeld(repair="R1", reason="overnight", back_to="DIAGNOSING"),
        RepairHeld(repair="R1", reason="part", back_to="APPROVED"),
        PickupAwaited(repair="R1", locker="locker/3"),
    ],
    ids=["overnight", "part", "pick-up"],
)
def test_s13_when_the_customer_goes_the_pad_is_free_for_the_next(fact: Fact) -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, asked_for(repair, "WIPE"))
    request = desk.rendered(story)
    desk.presented(story)
    paperwork_only(story, fact)
    assert (request.state, busy(story)) == ("SUPERSEDED", [])


def test_s13_what_is_signed_is_sealed_although_the_customer_has_gone() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, asked_for(repair, "WIPE"))
    desk.rendered(story)
    request = desk.inked(story)
    paperwork_only(story, RepairHeld(repair=repair.id, reason="overnight", back_to="DIAGNOSING"))
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert request.state == "SEALED"


def test_r36_of_a_voided_repair_no_paper_counts() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    open_quote = desk.quoted(story)
    paperwork_only(story, RepairCancelled(repair=repair.id, reason="sold the phone"))
    assert open_quote.state == "SUPERSEDED"
    assert [r.state for r in story.books.requests.values() if r.document == "INTAKE"] == ["VOIDED"]


# ── E14, F53: the PAD dies ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("step", [desk.presented, desk.read, desk.agreed], ids=["shown", "read", "agreed"])
def test_e14_before_the_ink_arrived_the_same_bytes_come_in_a_new_request(
    step: Callable[[Story], SignatureRequest],
) -> None:
    story = Story()
    story.believed(PAD, DeviceConnected())
    desk.diagnosed(story)
    desk.quoted(story)
    first = step(story)
    story.believed(PAD, DeviceLost())
    asked = story.last(AskSignature)
    second = story.books.requests[asked.request]
    assert (first.state, second.state, second.id != first.id) == ("SUPERSEDED", "FROZEN", True)
    assert (asked.text, asked.sha256) == (first.text, first.sha256)
    assert (second.consent_text, second.pages_viewed) == ("", [])
    assert refused(story, PAD, desk.ink(first)) == "wrong-state"

    story.wait(1_000)
    story.believed(PAD, DeviceConnected())
    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert story.last(DocumentSigned).request == second.id
    assert story.books.repairs[second.repair].cap == 9_900


def test_e14_ink_that_has_arrived_is_sealed() -> None:
    story = Story()
    story.believed(PAD, DeviceConnected())
    desk.diagnosed(story)
    request = desk.quoted(story)
    desk.inked(story)
    story.believed(PAD, DeviceLost())
    assert request.state == "INKED"
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert (request.state, story.last(DocumentSigned).request) == ("SEALED", request.id)


def test_e24_a_pad_that_nobody_saw_go_is_asked_the_same_with_the_same_id() -> None:
    story = Story()
    desk.diagnosed(story)
    desk.quoted(story)
    request = desk.presented(story)
    first = story.last(AskSignature)
    story.believed(PAD, DeviceConnected())
    assert (story.last(AskSignature), request.state) == (first, "PRESENTED")
    assert len(story.all(AskSignature)) > 2


def test_e14_another_pad_that_dies_disturbs_nobody() -> None:
    story = Story()
    story.believed("pad/pad-2", DeviceConnected())
    desk.diagnosed(story)
    desk.quoted(story)
    request = desk.presented(story)
    story.believed("pad/pad-2", DeviceLost())
    assert request.state == "PRESENTED"


def test_e14_a_pad_that_comes_and_goes_for_ever_is_the_managers() -> None:
    story = Story()
    desk.diagnosed(story)
    desk.quoted(story)
    for _ in range(30):
        story.believed(PAD, DeviceConnected())
        if busy(story):
            desk.presented(story)
        story.believed(PAD, DeviceLost())
    assert len([r for r in story.books.requests.values() if r.document == "QUOTE"]) == 21
    assert "comes and goes" in story.last(AlarmRaised).words


# ── asked for by hand ───────────────────────────────────────────────────────────────────────────


def test_e18_wipe_loaner_and_proxy_are_asked_for_by_the_engineer() -> None:
    story = Story()
    repair = desk.approved(story)
    for document, loaner in (("WIPE", ""), ("LOANER", "lo1"), ("PROXY", "")):
        story.believed(HANDHELD, asked_for(repair, document, loaner))  # type: ignore[arg-type]
        request = desk.signed(story)
        assert (request.document, request.state, request.loaner) == (document, "SEALED", loaner)
        assert story.last(DocumentSigned).loaner == loaner
    values = next(a.values for a in story.all(RenderDocument) if a.document == "LOANER")
    assert (values["loaner"], values["loaner_imei"]) == ("lo1", "001010000000016")
    assert paperwork.sealed(story.floor.shop, repair.id, "WIPE")
    assert refused(story, HANDHELD, asked_for(repair, "WIPE")) == "already"


def test_e19_a_loaner_must_be_there() -> None:
    story = Story()
    repair = desk.approved(story)
    assert refused(story, HANDHELD, asked_for(repair, "LOANER", "lo9")) == "unknown"
    story.books.loaners["lo1"].state = "LENT"
    assert refused(story, HANDHELD, asked_for(repair, "LOANER", "lo1")) == "not-in-stock"


def test_s12_what_expired_may_be_asked_for_again_with_the_values_of_now() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    first = desk.quoted(story)
    assert refused(story, HANDHELD, asked_for(repair, "QUOTE")) == "already"
    desk.presented(story)
    story.minutes(6)
    story.believed(HANDHELD, asked_for(repair, "QUOTE"))
    second = desk.rendered(story)
    assert (first.state, second.again, second.version) == ("EXPIRED", 1, 1)
    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert (repair.state, repair.cap) == ("APPROVED", 9_900)


def test_s4_after_a_failure_a_new_document_ends_the_alarm() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    story.minutes(2)
    failed = story.books.requests["S1"]
    assert (failed.state, failed.id in story.books.alarms) == ("FAILED", True)
    story.believed(HANDHELD, asked_for(repair, "INTAKE"))
    assert failed.id not in story.books.alarms
    desk.signed(story)
    assert repair.state == "DIAGNOSING"


def test_s11_a_refused_acceptance_is_no_reason_to_ask_without_end() -> None:
    story = Story()
    repair = at(story, desk.approved(story), "ACCEPTING")
    paperwork_only(story, RepairPaid(repair=repair.id))
    for _ in range(paperwork.ASKED_AGAIN_MAX):
        story.books.requests[list(story.books.requests)[-1]].state = "EXPIRED"
        story.books.pending.clear()
        story.believed(HANDHELD, asked_for(repair, "ACCEPT"))
    story.books.requests[list(story.books.requests)[-1]].state = "EXPIRED"
    assert refused(story, HANDHELD, asked_for(repair, "ACCEPT")) == "too-often"


def test_s1_not_before_its_time_and_not_by_a_stranger() -> None:
    story = Story()
    repair = desk.seated(story)
    assert refused(story, HANDHELD, asked_for(repair, "ACCEPT")) == "wrong-state"
    assert refused(story, HANDHELD, asked_for(repair, "INTAKE")) == "not-yet"
    desk.described(story, repair)
    desk.signed(story)
    assert refused(story, HANDHELD, asked_for(repair, "QUOTE")) == "no-quote"
    assert refused(story, "handheld/h2", asked_for(repair, "WIPE")) == "nobody-signed-on"


def test_r9_nobody_signs_an_offer_that_is_over() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    request = desk.agreed(story)
    assert repair.quote is not None
    repair.quote.valid_until = story.now - 1
    assert refused(story, PAD, desk.ink(request)) == "quote-expired"
    story.believed(PAD, SignatureRefused(request=request.id))


# ── s14 ─────────────────────────────────────────────────────────────────────────────────────────


def test_s14_voided_is_a_mark_the_bytes_stay() -> None:
    story = Story()
    bench.handed_over(story)
    request = story.books.requests["S1"]
    kept = (request.text, request.sha256, request.sealed_sha256)
    story.believed(BOARD, DocumentVoided(request=request.id, reason="wrong phone"))
    assert (request.state, story.last(SignatureVoided).reason) == ("VOIDED", "wrong phone")
    assert (request.text, request.sha256, request.sealed_sha256) == kept
    assert refused(story, BOARD, DocumentVoided(request=request.id, reason="twice")) == "wrong-state"


def test_s14_b18_what_an_open_repair_rests_on_is_not_voided() -> None:
    story = Story()
    bench.accepting(story)
    for request in [r for r in story.books.requests.values() if r.state in ("SEALED", "DELIVERED")]:
        if request.document != "REPORT":
            assert refused(story, BOARD, DocumentVoided(request=request.id, reason="no")) == "in-use"


def test_s14_only_what_is_sealed_and_only_by_the_manager() -> None:
    story = Story()
    desk.diagnosed(story)
    request = desk.quoted(story)
    assert refused(story, BOARD, DocumentVoided(request=request.id, reason="no")) == "wrong-state"
    assert refused(story, HANDHELD, DocumentVoided(request="S1", reason="no")) == "not-yours"


def test_b14_every_document_that_was_signed_has_one_hash_all_the_way() -> None:
    story = Story()
    desk.approved(story)
    shown = {fact.request: fact.sha256 for fact in story.all(DocumentFrozen)}
    signed = story.all(DocumentSigned)
    assert [fact.document for fact in signed] == ["INTAKE", "QUOTE"]
    for fact in signed:
        assert shown[fact.request] == fact.sha256 == desk.hash_of(story.books.requests[fact.request].text)

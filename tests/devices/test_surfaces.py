"""Where customers read and sign: the PAD at the desk, and their own page at home (s3, s5–s7, s9, s11)."""

import hashlib

import pytest

from devices.client import NotNow
from devices.link import WHITE_BOXES_MAX, Link
from devices.pad import LEFT_ALONE, Pad
from devices.signing import (
    PAGE_SEEN,
    Consent,
    FinishReading,
    Point,
    ReadPage,
    Refuse,
    Sign,
    Stage,
    TurnPage,
    ink,
    scribble,
)
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.actor import DAY, SECOND
from shopfloor.contract.codec import AskedAgain
from tests.devices.held import MORNING, Held

TEXT = "Repair agreement\npage 1\n\fpage 2\n\f第三页\n"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def pad():
    return Held(Pad("pad/pad-1", MORNING))


@pytest.fixture
def link():
    return Held(Link("link/l1", MORNING))


def ask(*, request="S1", to="pad/pad-1", text=TEXT, sha256=SHA, needs_ink=True, document="INTAKE"):
    return c.AskSignature(
        id=f"C-{request}",
        to=to,
        request=request,
        document=document,
        text=text,
        sha256=sha256,
        pages=3,
        needs_ink=needs_ink,
        language="en",
    )


def white_box(repair="R1", to="pad/pad-1"):
    return c.ShowWhiteBox(
        id="V1",
        to=to,
        repair=repair,
        state="REPAIRING",
        diagnosis=("swollen battery",),
        progress=(),
        lines=(),
        cap=9900,
        payable=9900,
        paid=0,
        promised=0,
    )


def read_all(held, request=""):
    """Every page for two seconds."""
    said = []
    for page in (1, 2, 3):
        said += held.tell(ReadPage(page, request))
        held.wait(2 * SECOND)
    return said


# ── shown ──


def test_s3_the_pad_tells_the_hash_of_the_very_bytes_that_it_shows(pad):
    assert pad.tell(ask()) == [e.DocumentPresented(request="S1", sha256=SHA)]
    assert pad.client.screen.document.lines == "Repair agreement\npage 1\n"


def test_s4_bytes_other_than_announced_are_told_as_they_are(pad):
    (presented,) = pad.tell(ask(text=TEXT + "one more line"))
    assert presented.sha256 != SHA


def test_b16_a_second_document_waits_until_the_first_is_gone(pad):
    pad.tell(ask())
    (refused,) = pad.tell(ask(request="S2"))
    assert isinstance(refused, e.CommandRefused)
    assert pad.client.screen.document.request == "S1"
    assert pad.tell(c.ClearScreen(id="C9", to="pad/pad-1", request="S1")) == [e.CommandDone(command="C9")]
    assert pad.tell(ask(request="S2")) == [e.DocumentPresented(request="S2", sha256=SHA)]


def test_an_empty_document_is_not_shown(pad):
    (refused,) = pad.tell(ask(text=" \n"))
    assert isinstance(refused, e.CommandRefused)
    assert pad.client.screen.document is None


def test_clearing_wipes_the_screen_and_another_request_does_not(pad):
    pad.tell(ask())
    assert pad.tell(c.ClearScreen(id="C8", to="pad/pad-1", request="S0"))
    assert pad.client.screen.document is not None
    pad.tell(c.ClearScreen(id="C9", to="pad/pad-1", request="S1"))
    assert pad.client.screen == type(pad.client.screen)(None, None, ())


def test_the_white_box_is_behind_the_document(pad):
    pad.tell(white_box())
    assert pad.client.screen.white_box.repair == "R1"
    pad.tell(ask())
    assert pad.client.screen.white_box is None


def test_f53_after_a_restart_the_same_bytes_are_shown_from_the_first_page(pad):
    assert pad.tell(AskedAgain(ask())) == [e.DocumentPresented(request="S1", sha256=SHA)]
    assert pad.client.screen.document.page == 1


def test_a_document_that_nobody_touches_does_not_stay_readable(pad):
    pad.tell(ask())
    assert pad.words == {"request": "S1", "stage": "reading"}
    pad.wait(LEFT_ALONE - 1)
    assert pad.client.screen.document is not None
    pad.wait(1)
    assert pad.client.screen.document is None
    assert pad.words == {"request": "", "stage": ""}


# ── read ──


def test_s5_each_page_is_told_once_with_its_real_time_on_the_screen(pad):
    pad.tell(ask())
    pad.wait(1500)
    assert pad.tell(TurnPage()) == [e.PageViewed(request="S1", page=1, on_screen_ms=1500)]
    pad.wait(4000)
    assert pad.tell(ReadPage(1)) == [e.PageViewed(request="S1", page=2, on_screen_ms=4000)]
    pad.wait(9000)
    assert pad.tell(ReadPage(3)) == []


def test_s5_two_short_looks_add_up_and_one_is_not_enough(pad):
    pad.tell(ask())
    pad.wait(PAGE_SEEN // 2)
    assert pad.tell(TurnPage()) == []
    assert pad.tell(ReadPage(1)) == []
    pad.wait(PAGE_SEEN // 2)
    assert pad.tell(TurnPage()) == [e.PageViewed(request="S1", page=1, on_screen_ms=PAGE_SEEN)]


def test_there_is_no_page_beyond_the_last_and_none_before_the_first(pad):
    pad.tell(ask())
    assert pad.tell(ReadPage(4)) == []
    assert pad.tell(ReadPage(0)) == []
    assert pad.last_message == "This document has 3 pages."


# ── agreed and signed ──


def test_s6_s7_read_agreed_signed(pad):
    pad.tell(ask())
    read_all(pad)
    last, agreed = pad.tell(Consent())
    assert last == e.PageViewed(request="S1", page=3, on_screen_ms=2000)
    assert agreed == e.ConsentGiven(request="S1", consent_text="consent-1", identified="in-person")
    (signed,) = pad.tell(Sign(scribble("Lin Wei")))
    assert (signed.request, signed.sha256) == ("S1", SHA)
    assert signed.points >= 8
    assert signed.length_px >= 40
    assert signed.duration_ms >= 200
    assert pad.client.screen.document.stage is Stage.DONE


def test_s6_consent_before_all_pages_were_seen_is_turned_away_on_the_screen(pad):
    pad.tell(ask())
    pad.wait(2 * SECOND)
    assert pad.tell(Consent()) == [e.PageViewed(request="S1", page=1, on_screen_ms=2000)]
    assert pad.last_message == "Please read page 2 of 3 first."
    assert pad.client.screen.document.stage is Stage.READING


def test_s7_ink_before_consent_is_turned_away(pad):
    pad.tell(ask())
    read_all(pad)
    assert pad.tell(Sign(scribble("Lin"))) == []
    assert pad.last_message == "Please agree first; then you can sign."


@pytest.mark.parametrize("strokes", [(), ((), ())])
def test_s7_an_empty_field_is_no_signature(pad, strokes):
    pad.tell(ask())
    read_all(pad)
    pad.tell(Consent())
    assert pad.tell(Sign(strokes)) == []
    assert "write your name" in pad.last_message


def test_s7_the_ink_is_measured_from_the_strokes_and_bound_by_their_hash():
    strokes = ((Point(0, 0, 0), Point(30, 40, 250)), (Point(0, 0, 400), Point(0, 10, 700)))
    measured = ink("S1", SHA, strokes)
    assert (measured.points, measured.length_px, measured.duration_ms) == (4, 60, 700)
    assert measured.ink_sha256 == ink("S1", SHA, strokes).ink_sha256
    assert measured.ink_sha256 != ink("S1", SHA, strokes[:1]).ink_sha256


def test_a_signed_document_is_not_touched_again(pad):
    pad.tell(ask())
    read_all(pad)
    pad.tell(Consent())
    pad.tell(Sign(scribble("Lin")))
    for touch in (Consent(), Sign(scribble("Lin")), Refuse(), TurnPage()):
        assert pad.tell(touch) == []


def test_ink_that_the_floor_does_not_take_is_drawn_again(pad):
    pad.tell(ask())
    read_all(pad)
    pad.tell(Consent())
    pad.tell(Sign(((Point(0, 0, 0),),)))
    pad.refused("This is too little for a signature. Please sign again.")
    assert pad.last_message.startswith("This is too little")
    assert pad.tell(Sign(scribble("Lin Wei")))


def test_s11_refusing_is_always_possible_and_wipes_the_screen(pad):
    pad.tell(ask())
    assert pad.tell(Refuse("too expensive")) == [e.SignatureRefused(request="S1", reason="too expensive")]
    assert pad.client.screen.document is None


def test_s9_a_report_is_read_to_its_end_without_ink(pad):
    pad.tell(ask(document="REPORT", needs_ink=False))
    assert pad.tell(FinishReading()) == []
    read_all(pad)
    assert pad.tell(FinishReading())[-1] == e.ReportViewed(request="S1")
    assert pad.client.screen.document.stage is Stage.DONE


def test_s9_a_report_is_not_signed_and_an_agreement_not_only_read(pad):
    pad.tell(ask(document="REPORT", needs_ink=False))
    read_all(pad)
    assert pad.tell(Consent()) == []
    pad.tell(c.ClearScreen(id="C9", to="pad/pad-1", request="S1"))
    pad.tell(ask(request="S2"))
    read_all(pad)
    assert pad.tell(FinishReading()) == []


def test_a_touch_without_a_document_is_in_vain(pad):
    assert pad.tell(TurnPage()) == []
    assert "no document" in pad.last_message
    pad.tell(ask())
    assert pad.tell(TurnPage("S7")) == []


def test_the_sentence_of_a_vain_touch_carries_what_still_counts():
    vain = NotNow("no", [e.ReportViewed(request="S1")])
    assert (str(vain), vain.said) == ("no", [e.ReportViewed(request="S1")])


# ── the customer's own page ──


def test_two_customers_sign_at_home_without_disturbing_each_other(link):
    link.tell(ask(request="S1", to="link/l1"))
    link.tell(ask(request="S2", to="link/l1"))
    assert link.client.open_requests == ("S1", "S2")
    read_all(link, "S1")
    assert link.tell(Consent(identified="phone-code", request="S1"))[-1].request == "S1"
    assert link.client.screen_of("S2").document.stage is Stage.READING
    assert link.client.screen.document.request == "S1"


def test_at_home_nobody_is_identified_in_person(link):
    link.tell(ask(to="link/l1"))
    read_all(link)
    assert link.tell(Consent()) == []
    assert "code" in link.last_message


def test_which_document_must_be_clear(link):
    assert link.tell(TurnPage()) == []
    link.tell(ask(request="S1", to="link/l1"))
    link.wait(2 * SECOND)
    assert link.tell(TurnPage())
    link.tell(ask(request="S2", to="link/l1"))
    assert link.tell(TurnPage()) == []


def test_at_home_a_refused_document_goes_and_so_does_a_cleared_one(link):
    for request in ("S1", "S2", "S3"):
        link.tell(ask(request=request, to="link/l1"))
    link.tell(Refuse("no", "S1"))
    link.tell(c.ClearScreen(id="C9", to="link/l1", request="S2"))
    assert link.client.open_requests == ("S3",)


def test_at_home_a_touch_that_the_floor_refuses_is_made_again(link):
    link.tell(ask(to="link/l1"))
    read_all(link)
    link.tell(Consent(identified="phone-code"))
    link.tell(Sign(((Point(0, 0, 0),),)))
    link.refused("This is too little for a signature. Please sign again.")
    assert link.tell(Sign(scribble("Lin Wei")))


def test_a_document_left_at_home_is_given_up_after_the_floor_has(link):
    link.tell(ask(to="link/l1"))
    link.wait(10 * DAY)
    assert link.client.open_requests
    link.wait(DAY)
    assert not link.client.open_requests


def test_bookings_choices_and_surveys_are_passed_on_and_what_they_made_is_shown(link):
    booking = e.AppointmentBooked(at=MORNING + DAY, fault="BAT", model="AST-M60")
    assert link.tell(booking) == [booking]
    link.made(ticket="T9", number="B001")
    assert link.client.screen.made["ticket"] == "T9"
    for said in (
        e.ChoiceMade(repair="R1", choice="wait"),
        e.SurveyAnswered(repair="R1", score=5, recommend=9),
        e.QuoteDeclined(repair="R1", reason="too expensive"),
        e.PageRead(page="prices"),
    ):
        assert link.tell(said) == [said]


def test_each_customer_sees_their_own_repair_and_only_so_many_are_kept(link):
    for number in range(WHITE_BOXES_MAX + 1):
        link.tell(white_box(f"R{number}", "link/l1"))
    assert link.client.screen_of(repair="R0").white_box is None
    assert link.client.screen_of(repair=f"R{WHITE_BOXES_MAX}").white_box.repair == f"R{WHITE_BOXES_MAX}"


def test_a_customer_cannot_say_what_an_engineer_says(link):
    assert link.tell(e.WorkStarted(repair="R1")) == []

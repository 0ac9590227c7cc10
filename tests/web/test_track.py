"""The customer's own page: with a script and without, for whoever has the link, and for nobody else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from msgspec import json, structs
from playwright.sync_api import Page, expect

from shopfloor.contract.actor import DAY, MINUTE
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.events import AppointmentBooked, ChoiceMade, CustomerLeft, QuoteDeclined, SurveyAnswered
from shopfloor.service.layouts import LAYOUTS
from shopfloor.service.views.repair import LineSeen
from shopfloor.service.views.white_box import Cost, OwnDocument, Step, WhiteBox
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.answers import Refused
from shopfloor.web.assets import Assets
from shopfloor.web.pages import track
from shopfloor.web.rendering import Renderer
from shopfloor.web.serving import wall
from shopfloor.web.shop import Shop
from shopfloor.web.tracking import event_in, hidden
from shopfloor.web.words import Words
from tests.web.bare import bare_app
from tests.web.engineer import await_said, said_by
from tests.web.hall import call_next, looked_up, number_of, seat, sign_on, state_of, tickets
from tests.web.house import TEN_O_CLOCK, House
from tests.web.openings import Browsing

CATALOGUE = Catalogue.from_text((LAYOUTS.parent / "catalogue.json").read_text(encoding="utf-8"))
PHONE = {"width": 390, "height": 780}
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"


@pytest.fixture(autouse=True)
def empty_hall(house: House) -> Iterator[None]:
    yield
    for ticket in tickets(house):
        if state_of(house, ticket) in ("WAITING", "CALLED"):
            house.say("queue/q1", CustomerLeft(ticket=ticket))


def link_to(house: House, ticket: str) -> str:
    return f"/track/{house.access.new_link(ticket, wall())}"


@pytest.fixture
def phone(browsing: Browsing) -> Callable[..., Page]:
    """Opens a page on a customer's phone."""

    def open_(path: str, *, script: bool = True) -> Page:
        page = browsing(**PHONE, java_script_enabled=script).new_page()
        page.goto(path)
        return page

    return open_


# ── without a script ────────────────────────────────────────────────────────────────────────────


def test_without_a_script_everything_is_there(phone: Callable[..., Page], house: House) -> None:
    first, ticket = house.new_ticket(), house.new_ticket()
    page = phone(link_to(house, ticket), script=False)
    expect(page.locator(".drawn")).to_have_text(number_of(house, ticket))
    expect(page.get_by_role("heading", name="Please wait")).to_be_visible()
    expect(page.locator(".place dd").first).to_have_text("1")
    house.say("queue/q1", CustomerLeft(ticket=first))
    page.reload()
    expect(page.locator(".place dd").first).to_have_text("0")


def test_q12_without_a_script_a_customer_leaves_the_queue(phone: Callable[..., Page], house: House) -> None:
    ticket = house.new_ticket()
    page = phone(link_to(house, ticket), script=False)
    page.locator("summary", has_text="do not want to wait").click()
    page.get_by_label("Why?").fill(EVIL)
    page.get_by_role("button", name="Leave the queue").click()
    expect(page.get_by_role("heading", name="You have left the queue")).to_be_visible()
    assert state_of(house, ticket) == "LEFT"
    assert looked_up(house, "SELECT reason FROM ticket WHERE id = ?", ticket) == [(EVIL,)]
    expect(page.get_by_role("button")).to_have_count(0)


def test_q5_without_a_script_a_booking_is_cancelled(phone: Callable[..., Page], house: House) -> None:
    model = next(iter(CATALOGUE.models))
    booked = AppointmentBooked(at=house.now() + 90 * MINUTE, fault="BAT", model=model, language="en")
    ticket = house.say("link/l1", booked).made["ticket"]
    page = phone(link_to(house, ticket), script=False)
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    page.get_by_role("button", name="Cancel the booking").click()
    page.wait_for_url("**?done=1")
    assert state_of(house, ticket) == "REMOVED"


def test_what_comes_too_late_is_told_in_a_sentence(phone: Callable[..., Page], house: House) -> None:
    ticket = house.new_ticket()
    page = phone(link_to(house, ticket), script=False)
    house.say("queue/q1", CustomerLeft(ticket=ticket))
    page.locator("summary", has_text="do not want to wait").click()
    page.get_by_role("button", name="Leave the queue").click()
    expect(page.get_by_role("alert")).to_contain_text("not possible now")
    page.get_by_role("link", name="Back to your visit").click()
    expect(page.get_by_role("heading", name="You have left the queue")).to_be_visible()


# ── with one ────────────────────────────────────────────────────────────────────────────────────


def test_the_place_in_the_queue_moves_by_itself(phone: Callable[..., Page], house: House) -> None:
    first, ticket = house.new_ticket(), house.new_ticket()
    page = phone(link_to(house, ticket))
    expect(page.locator(".place dd").first).to_have_text("1")
    house.say("queue/q1", CustomerLeft(ticket=first))
    expect(page.locator(".place dd").first).to_have_text("0")
    handheld = sign_on(house)
    assert call_next(house, handheld) == ticket
    expect(page.get_by_role("heading", name="please come to desk 8")).to_be_visible()
    seat(house, handheld, ticket)
    expect(page.get_by_role("heading", name="We take your phone in")).to_be_visible()
    expect(page.locator(".road [aria-current]")).to_have_text("Diagnosis")


def test_q12_a_customer_leaves_the_queue_from_the_phone(phone: Callable[..., Page], house: House) -> None:
    ticket = house.new_ticket()
    page = phone(link_to(house, ticket))
    page.locator("summary", has_text="do not want to wait").click()
    page.get_by_role("button", name="Leave the queue").click()
    expect(page.get_by_role("status").filter(has_text="We have it")).to_be_visible()
    expect(page.get_by_role("heading", name="You have left the queue")).to_be_visible()
    assert state_of(house, ticket) == "LEFT"


def test_whoever_opened_a_shared_link_first_is_heard_too(phone: Callable[..., Page], house: House) -> None:
    """Each browser that opens it counts under a later boot, and the floor hears no earlier one any more."""
    ticket = house.new_ticket()
    path, device = link_to(house, ticket), f"link/{ticket.lower()}"
    pages = []
    for _ in range(2):
        pages.append(phone(path))
        await_said(house, device, "PageRead", len(pages))
    earlier, later = pages
    earlier.locator("summary", has_text="do not want to wait").click()
    earlier.get_by_role("button", name="Leave the queue").click()
    expect(earlier.get_by_role("status").filter(has_text="We have it")).to_be_visible()
    expect(later.get_by_role("heading", name="You have left the queue")).to_be_visible()
    old, new = said_by(house, device, "CustomerLeft")
    assert (old.outcome, new.outcome) == ("refused", "accepted")
    _, overtaking = said_by(house, device, "PageRead")
    assert old.boot < overtaking.boot < new.boot


def test_what_somebody_is_typing_is_not_taken_away(phone: Callable[..., Page], house: House) -> None:
    first, ticket = house.new_ticket(), house.new_ticket()
    page = phone(link_to(house, ticket))
    page.locator("summary", has_text="do not want to wait").click()
    page.get_by_label("Why?").fill("too lo")
    house.say("queue/q1", CustomerLeft(ticket=first))
    expect(page.locator(".place dd").first).to_have_text("0")
    expect(page.get_by_label("Why?")).to_have_value("too lo")


def test_touchpoint_14_the_page_was_read_is_evidence_once(phone: Callable[..., Page], house: House) -> None:
    ticket = house.new_ticket()
    read = "SELECT json_extract(body, '$.page') FROM fact WHERE kind = 'PageWasRead' AND ticket = ?"
    page = phone(link_to(house, ticket))
    house.await_(lambda: page.wait_for_timeout(50) or looked_up(house, read, ticket), "the evidence")
    page.reload()
    expect(page.locator(".place")).to_be_visible()
    page.wait_for_timeout(500)
    assert looked_up(house, read, ticket) == [("position",)]


def test_a_link_that_nobody_opens_with_a_script_proves_no_reader(phone: Callable[..., Page], house: House) -> None:
    """A messenger's preview fetches the page, too."""
    ticket = house.new_ticket()
    httpx.get(f"{house.address}{link_to(house, ticket)}")
    assert looked_up(house, "SELECT id FROM fact WHERE kind = 'PageWasRead' AND ticket = ?", ticket) == []


def test_r34_a_complaint_of_any_text_reaches_the_manager_as_text(phone: Callable[..., Page], house: House) -> None:
    ticket = house.new_ticket()
    handheld = sign_on(house, "e7", "d7")
    assert call_next(house, handheld) == ticket
    seat(house, handheld, ticket)
    page = phone(link_to(house, ticket))
    page.locator("summary", has_text="Something is not right").click()
    page.get_by_label("What happened?").fill(EVIL)
    page.get_by_role("button", name="Tell the manager").click()
    expect(page.get_by_role("status").filter(has_text="We have it")).to_be_visible()
    expect(page.get_by_text("Your complaint is with the manager.")).to_be_visible()
    expect(page.locator("summary", has_text="Something is not right")).to_have_count(0)
    (words,) = looked_up(house, "SELECT body FROM fact WHERE kind = 'AlarmRaised' ORDER BY id DESC LIMIT 1")[0]
    assert EVIL in json.decode(str(words))["words"]


def test_a_form_is_read_as_the_event_that_it_says() -> None:
    survey = SurveyAnswered(repair="R1", score=5, recommend=10, words="good & quick")
    assert event_in(b"kind=SurveyAnswered&repair=R1&score=5&recommend=10&words=good+%26+quick") == survey
    assert event_in(b"kind=ChoiceMade&repair=R1&choice=take-back") == ChoiceMade(repair="R1", choice="take-back")
    assert event_in(b"kind=QuoteDeclined&repair=R1&reason=") == QuoteDeclined(repair="R1")
    for body in (
        b"", b"kind=SurveyAnswered&repair=R1&score=6&recommend=1", b"kind=ChoiceMade&repair=R1&choice=sell",
        b"kind=ComplaintMade&repair=R1&words=", b"kind=PriceSet", b"\xff\xfe", b"a=1&" * 20,
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            event_in(body)
        assert refused.value.status == 400


# ── whose it is ─────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_link_and_an_ended_one_answer_alike(house: House) -> None:
    ticket = house.new_ticket()
    ended = house.access.new_link(ticket, wall() - 91 * DAY)
    answers = [httpx.get(f"{house.address}/track/{token}") for token in ("x" * 22, ended)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    same = {name: value for name, value in answers[0].headers.items() if name != "date"}
    assert same == {name: value for name, value in answers[1].headers.items() if name != "date"}
    for answer in answers:
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
    papers = [httpx.get(f"{house.address}/track/{token}/documents/S1") for token in ("x" * 22, ended)]
    assert [answer.status_code for answer in papers] == [404, 404]
    assert papers[0].content == papers[1].content == answers[0].content


def test_nobody_elses_visit_is_moved_by_a_link(house: House) -> None:
    ticket, other = house.new_ticket(), house.new_ticket()
    answer = httpx.post(
        f"{house.address}{link_to(house, ticket)}", data={"kind": "CustomerLeft", "ticket": other}, timeout=10
    )
    assert answer.status_code == 403
    for fields in (
        {"kind": "TicketWithdrawn", "ticket": ticket},
        {"kind": "CustomerLeft"},
        {"kind": "CustomerLeft", "x": "1"},
    ):
        assert httpx.post(f"{house.address}{link_to(house, ticket)}", data=fields).status_code == 400
    assert state_of(house, other) == state_of(house, ticket) == "WAITING"


def test_a_form_with_a_wrong_link_and_with_an_ended_one_answer_alike(house: House) -> None:
    ticket = house.new_ticket()
    ended = house.access.new_link(ticket, wall() - 91 * DAY)
    said = {"kind": "CustomerLeft", "ticket": ticket}
    origin = {"Origin": house.address}
    answers = [httpx.post(f"{house.address}/track/{it}", data=said, headers=origin) for it in ("x" * 22, ended)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert state_of(house, ticket) == "WAITING"


def test_another_site_cannot_make_a_customer_leave(house: House) -> None:
    ticket = house.new_ticket()
    answer = httpx.post(
        f"{house.address}{link_to(house, ticket)}",
        data={"kind": "CustomerLeft", "ticket": ticket},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert state_of(house, ticket) == "WAITING"


def test_b27_the_page_names_nobody_and_no_other_visit(house: House) -> None:
    other, ticket = house.new_ticket(), house.new_ticket()
    said = httpx.get(f"{house.address}{link_to(house, ticket)}").text
    assert number_of(house, ticket) in said
    assert number_of(house, other) not in said
    assert f'"{other}"' not in said
    for person in house.layout.engineers.values():
        assert person.name not in said


# ── a whole visit, drawn ────────────────────────────────────────────────────────────────────────

BOX = WhiteBox(
    ticket="T1", now=TEN_O_CLOCK + 60 * MINUTE, number="A001", line="A", state="SERVING", booking="", booked_at=0,
    desk="d4", calls=0, place=None, repair="R1", stage="REPAIRING", model=EVIL, imei_end="1234",
    causes=(("BAT", EVIL), (EVIL, "swollen")),
    steps=(
        Step(TEN_O_CLOCK + 3 * MINUTE, "RepairOpened", "Your repair was opened.", {}),
        Step(TEN_O_CLOCK + 9 * MINUTE, "CauseFound", "Found: {fault_fault}.", {"fault_fault": EVIL}),
        Step(TEN_O_CLOCK + DAY, "PickDone", "The part left its bin.", {}),
    ),
    cost=Cost(
        lines=(
            LineSeen(1, "BAT", "repair", "P-1", 20_000, 5_000, 25_000, 5, available=True, deposit_fen=0),
            LineSeen(2, EVIL, "film", "", 0, 0, 0, 2, available=False, deposit_fen=0),
        ),
        signed=True, total_fen=25_000, cap_fen=25_000, payable_fen=25_000, paid_fen=10_000, owed_fen=15_000,
    ),
    promised=(TEN_O_CLOCK + 90 * MINUTE, TEN_O_CLOCK + 105 * MINUTE),
    documents=(OwnDocument("S1", "INTAKE", 1, "SEALED", "ab" * 32, 1, TEN_O_CLOCK),),
    may=("CustomerLeft", "AppointmentCancelled", "QuoteDeclined", "ChoiceMade", "SurveyAnswered", "ComplaintMade"),
    score=None,
)  # fmt: skip


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The page of a visit that stands like this, as the server draws it."""
    shop: Shop = bare_app(tmp_path).state.shop
    render = Renderer(shop, Assets())
    visitor = Visitor(role=Role.CUSTOMER, ticket="T1", device="link/t1", link="token")

    def draw(box: WhiteBox, language: str = "en") -> str:
        monkeypatch.setattr(track, "white_box", lambda *_asked: box)
        monkeypatch.setattr(type(shop.look), "__call__", lambda _self: None)
        words = Words(language, 480)  # type: ignore[arg-type]  # one of ours
        return render.template("track.html", words, visitor=visitor, **track.PAGE.shown(shop, visitor, words))

    return draw


def test_the_white_box_tells_how_it_broke_how_it_is_repaired_and_what_it_costs(drawn: Callable[..., str]) -> None:
    said = drawn(BOX)
    for words in ("Your phone is being repaired", "battery", "¥250.00", "¥150.00", "The part left its bin.", "1234",
                  "11:30", "11:45", "Part by list price, and labour", "the maker", "Repair agreement"):  # fmt: skip
        assert words.lower() in said.lower(), words


def test_free_text_of_anybody_is_never_markup(drawn: Callable[..., str]) -> None:
    said = drawn(BOX)
    assert "<script>alert" not in said
    assert "<img" not in said
    assert "49" not in said.replace("449", "")
    assert said.count("&lt;script&gt;alert(1)") >= 4


def test_before_anything_is_known_nothing_is_zero(drawn: Callable[..., str]) -> None:
    empty = Cost((), signed=False, total_fen=None, cap_fen=None, payable_fen=None, paid_fen=0, owed_fen=None)
    said = drawn(
        structs.replace(BOX, stage="INTAKE", causes=(), steps=(), cost=empty, promised=None, documents=(), may=())
    )
    assert "¥0.00" not in said
    assert "There is no price yet" in said
    assert "We have not found the cause yet" in said


def test_stops_of_the_way(drawn: Callable[..., str]) -> None:
    stops = dict(track.road(BOX))
    assert stops == {"waiting": "done", "diagnosis": "done", "repair": "now", "check": "next", "ready": "next"}
    assert set(dict(track.road(structs.replace(BOX, stage="CLOSED"))).values()) == {"done"}
    assert track.road(structs.replace(BOX, state="WAITING", stage="", line="C")) == ()
    assert dict(track.road(structs.replace(BOX, state="WAITING", stage="EXPECTED", line="B")))["waiting"] == "now"


def test_a_serial_number_shows_its_last_four_digits() -> None:
    assert hidden("IMEI: 356938035643809, quote 12345") == f"IMEI: {'•' * 11}3809, quote 12345"

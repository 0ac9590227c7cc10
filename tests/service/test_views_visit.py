"""A visit told in full: its story, its repair, the customer's white box, its documents."""

import hashlib
import re
from collections.abc import Iterator

import msgspec
import pytest

from shopfloor.contract.actor import DAY, MINUTE, Instant
from shopfloor.contract.events import CustomerLeft, TicketTaken
from shopfloor.contract.facts import FACTS, DeviceHandedOver, Fact, QuoteApproved, RobotWayChanged, TicketCalled
from shopfloor.service.fact_rows import ABOUT, row_of
from shopfloor.service.views import customer_words, story_words
from shopfloor.service.views.documents import document_text
from shopfloor.service.views.repair import RepairSeen, repair_seen
from shopfloor.service.views.story import repair_story, ticket_story, words_of
from shopfloor.service.views.story_words import SENTENCES, Either
from shopfloor.service.views.white_box import white_box
from tests.service.view_day import LAYOUT, MORNING, Live, morning

PLACES = re.compile(r"\{(\w+)\}")
OF_A_VISIT = ("ticket", "repair", "parts_order", "job")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    shop = Live(tmp_path_factory.mktemp("visit"), morning())
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def repair(live: Live) -> RepairSeen:
    """The first whose phone was handed over, with a part in it."""
    (name,) = live.database.execute(
        "SELECT id FROM repair WHERE handed_over_at IS NOT NULL AND id IN (SELECT repair FROM parts_order) LIMIT 1"
    ).fetchone()
    seen = repair_seen(live.database, name)
    assert seen is not None
    return seen


def open_again(live: Live) -> Instant:
    """The next morning, or a minute later."""
    live.wait(MORNING + DAY)
    return max(live.now, MORNING + DAY) + MINUTE


# ── the story ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", FACTS.values(), ids=FACTS)
def test_every_kind_of_fact_that_a_visit_can_be_about_has_its_sentence(kind: type[Fact]) -> None:
    told = any(name in kind.__struct_fields__ for name in OF_A_VISIT)
    if told:
        assert kind in SENTENCES
    if kind in SENTENCES:
        assert told or "about" in kind.__struct_fields__


@pytest.mark.parametrize("table", [story_words.SENTENCES, customer_words.PROGRESS], ids=["staff", "customer"])
def test_what_stands_in_braces_is_on_the_fact(table: dict[type[Fact], story_words.Sentence]) -> None:
    for kind, sentence in table.items():
        for words in (sentence,) if isinstance(sentence, str) else (sentence.so, sentence.not_so):
            for place in PLACES.findall(words):
                assert place in kind.__struct_fields__ or place.rpartition("_")[0] in kind.__struct_fields__
        if isinstance(sentence, Either):
            assert sentence.attribute in kind.__struct_fields__


def test_the_story_of_a_visit_has_every_fact_about_it_in_order(live: Live, repair: RepairSeen) -> None:
    story = ticket_story(live.database, repair.ticket)
    assert story is not None
    assert (story.number, story.repairs, story.more) == (repair.number, (repair.repair,), False)
    orders = {part.parts_order for part in repair.parts}
    jobs = {part.job for part in repair.parts} - {""}
    ours = {"ticket": {repair.ticket}, "repair": {repair.repair}, "parts_order": orders, "job": jobs}
    expected = [
        (at, type(fact).__name__)
        for at, fact in morning().facts
        if (
            not isinstance(fact, RobotWayChanged)
            and any(getattr(fact, column, "") in names for column, names in ours.items())
        )
        or (getattr(fact, "about", "") in (repair.ticket, repair.repair, *orders) and type(fact) in SENTENCES)
    ]
    assert [(told.at, told.kind) for told in story.told] == expected
    assert [told.id for told in story.told] == sorted(told.id for told in story.told)


def test_the_story_begins_with_the_number_and_reaches_the_hand_over(live: Live, repair: RepairSeen) -> None:
    story = ticket_story(live.database, repair.ticket)
    assert story is not None
    kinds = [told.kind for told in story.told]
    beginning = ["TicketIssued", "TicketCalled", "TicketSeated", "RepairOpened", "QuoteApproved", "PickDone"]
    end = ["JobLoaded", "PartAccepted", "PartFitted", "QualityCheckPassed", "PaymentSettled", "DeviceHandedOver"]
    places = [kinds.index(kind) for kind in (*beginning, *end)]
    assert places == sorted(places)


def test_a_sentence_says_money_in_yuan_and_times_as_ms(live: Live, repair: RepairSeen) -> None:
    story = repair_story(live.database, repair.repair)
    assert story is not None
    (signed,) = [told for told in story.told if told.kind == QuoteApproved.__name__]
    assert signed.msgid == "The quote was signed: at most {cap_cny} yuan, promised for {promised_at}."
    assert signed.values == {"cap_cny": f"{(repair.cap_fen or 0) / 100:.2f}", "promised_at": str(repair.promised)}
    assert signed.about == repair.repair


def test_either_sentence_is_told_by_what_was_so() -> None:
    handed = DeviceHandedOver(repair="R1", ticket="T1", receiver="owner", lines_done=(), charged=0)
    said = words_of(handed)
    assert said == ("The phone was handed over; {charged_cny} yuan.", {"charged_cny": "0.00"})
    back = words_of(msgspec.structs.replace(handed, unrepaired=True))
    assert back == ("The phone was handed back unrepaired.", {})


def test_of_nobody_there_is_no_story(live: Live) -> None:
    assert ticket_story(live.database, "T999") is None
    assert repair_story(live.database, "R999") is None
    assert repair_seen(live.database, "R999") is None
    assert white_box(live.database, LAYOUT, "T999") is None
    assert document_text(live.database, "S999") is None


def test_a_row_of_facts_knows_what_its_fact_is_about() -> None:
    row = row_of(TicketCalled(ticket="T7", number="A007", desk="d1", engineer="e1"), 5, 12)
    assert dict(zip(ABOUT, row[3:-1], strict=True)) == dict.fromkeys(ABOUT) | {"ticket": "T7"}
    assert row[:3] == (12, 5, "TicketCalled")


# ── the repair ──────────────────────────────────────────────────────────────────────────────────


def test_a_repair_is_seen_with_cause_price_part_and_papers(repair: RepairSeen) -> None:
    (quote,) = repair.quotes
    assert quote.state == "APPROVED"
    assert repair.signed == quote.lines
    assert repair.cap_fen == quote.total_fen == sum(line.part_fen + line.labour_fen for line in quote.lines)
    assert all(line.rule in (1, 2, 3, 4, 5) for line in repair.signed)
    assert repair.causes[0].fault == quote.lines[0].fault
    assert (repair.payable_fen, repair.paid_fen, repair.owed_fen) == (repair.cap_fen, repair.cap_fen, 0)
    part = repair.parts[0]
    assert (part.state, part.place) == ("FITTED", f"DEVICE:{repair.repair}")
    assert (part.job_state, part.expected_s) == ("DONE", None), "what has come is not expected any more"
    assert [document.kind for document in repair.documents] == ["INTAKE", "QUOTE", "REPORT", "ACCEPT"]
    assert [payment.state for payment in repair.payments] == ["SETTLED"]


def test_before_there_is_a_price_nothing_is_owed_and_nothing_is_nought(live: Live) -> None:
    early = next(
        name
        for (name,) in live.database.execute("SELECT id FROM repair WHERE payable_fen IS NULL ORDER BY id").fetchall()
    )
    seen = repair_seen(live.database, early)
    assert seen is not None
    assert (seen.payable_fen, seen.owed_fen) == (None, None)


def test_the_text_of_a_document_is_the_one_that_was_frozen(live: Live, repair: RepairSeen) -> None:
    for document in repair.documents:
        text = document_text(live.database, document.request)
        assert text is not None
        assert text.sha256 == document.sha256 == hashlib.sha256(text.text.encode()).hexdigest()
        assert (text.repair, text.kind) == (repair.repair, document.kind)
        assert repair.repair in text.text


# ── the white box ───────────────────────────────────────────────────────────────────────────────


def test_the_white_box_tells_how_it_broke_how_it_is_repaired_and_what_it_costs(live: Live, repair: RepairSeen) -> None:
    box = white_box(live.database, LAYOUT, repair.ticket)
    assert box is not None
    assert box.causes == tuple((cause.fault, cause.cause) for cause in repair.causes)
    assert (box.cost.lines, box.cost.signed, box.cost.owed_fen) == (repair.signed, True, 0)
    words = [step.msgid for step in box.steps]
    assert words.index("The part left its bin.") < words.index("The part is at the desk.")
    assert words[-2:] == ["You have your phone back.", "This repair is under warranty until {until_at}."]
    assert [document.request for document in box.documents] == [document.request for document in repair.documents]
    assert (box.promised, box.place, box.desk) == (None, None, ""), "ready, and gone"
    assert "QuoteDeclined" not in box.may


def test_no_white_box_has_a_name_a_number_or_somebody_else_in_it(live: Live) -> None:
    people = [*LAYOUT.engineers.values(), *LAYOUT.parts_keepers.values(), *LAYOUT.managers.values()]
    tickets = [ticket for (ticket,) in live.database.execute("SELECT id FROM ticket")]
    imeis = [imei for (imei,) in live.database.execute("SELECT imei FROM repair WHERE imei <> ''")]
    assert tickets
    assert imeis
    for ticket in tickets:
        box = white_box(live.database, LAYOUT, ticket)
        sent = msgspec.json.encode(box).decode()
        for person in people:
            assert person.name not in sent
            assert f'"{person.id}"' not in sent
            assert f" {person.id} " not in sent
        assert not any(imei in sent for imei in imeis)
        assert not any(f'"{other}"' in sent for other in tickets if other != ticket)


def test_the_imei_is_shown_by_its_last_four_digits(live: Live, repair: RepairSeen) -> None:
    box = white_box(live.database, LAYOUT, repair.ticket)
    assert box is not None
    assert len(box.imei_end) == 4
    assert repair.imei.endswith(box.imei_end)


def test_who_waits_sees_their_place_and_may_leave_and_afterwards_neither(live: Live) -> None:
    later = open_again(live)
    for _ in range(2):
        live.say("queue/q1", TicketTaken(line="A"), later)
    first, second = (
        name
        for (name,) in live.database.execute("SELECT id FROM ticket WHERE state = 'WAITING' ORDER BY issued_at, id")
    )
    boxes = [white_box(live.database, LAYOUT, ticket) for ticket in (first, second)]
    places = [box.place for box in boxes if box is not None]
    assert [place.ahead for place in places if place is not None] == [0, 1]
    assert all(place is not None and place.wait_min_low < place.wait_min_high for place in places)
    assert all(box is not None and box.may == ("CustomerLeft",) for box in boxes)
    live.say("queue/q1", CustomerLeft(ticket=first, reason="no time"), later + MINUTE)
    gone, next_one = white_box(live.database, LAYOUT, first), white_box(live.database, LAYOUT, second)
    assert gone is not None
    assert next_one is not None
    assert (gone.state, gone.place, gone.may) == ("LEFT", None, ())
    assert next_one.place is not None
    assert next_one.place.ahead == 0


def test_the_place_is_the_one_that_the_queue_machine_was_told(live: Live) -> None:
    """One reckoning of the wait: what TicketIssued says is what the page says at that moment."""
    later = open_again(live)
    live.say("queue/q1", TicketTaken(line="A"), later)
    ticket, low, high = live.database.execute(
        "SELECT ticket, json_extract(body, '$.eta_min_low'), json_extract(body, '$.eta_min_high') FROM fact "
        "WHERE kind = 'TicketIssued' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    box = white_box(live.database, LAYOUT, ticket)
    assert box is not None
    assert box.place is not None
    assert (box.place.wait_min_low, box.place.wait_min_high) == (low, high)

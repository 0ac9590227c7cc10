"""The table of deeds against the contract, and what is offered against what a handheld's own picture can contradict."""

from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.tap_rules import PART_STATES, REPAIR_STATES, TICKET_STATES
from shopfloor.contract.commands import PartRow, ShowWork, WorkRow
from shopfloor.contract.events import EVENTS, CommandDone, CommandRefused
from shopfloor.contract.facts import AccessoriesGivenBack, PhoneDescribed
from shopfloor.contract.kinds import QuoteLine
from shopfloor.contract.roster import EVERY_DEVICE, HANDHELD
from shopfloor.core.lifecycles import PARTS_ORDER
from shopfloor.core.worklists import ON_A_HANDHELD
from shopfloor.web.handheld.bench import Bench, Cause
from shopfloor.web.handheld.deed import Field
from shopfloor.web.handheld.hints import HINTS
from shopfloor.web.handheld.offer import Offer, Offers, Seat
from shopfloor.web.handheld.part_offers import part_offers
from shopfloor.web.handheld.repair_offers import STEPS, OfRepair
from shopfloor.web.handheld.table import DEEDS
from shopfloor.web.handheld.ticket_offers import seat_offers, ticket_offers, waiting_offers
from tests.shop.day_book import CATALOGUE
from tests.web.at_the_desk import IMEI

SEVERAL: Final = {"imei": ("imei", "imei_read", "imei_reason")}
PLACES: Final = ("desk/d8", "desk/d3", "qc", "locker/4", "customer", "misplaced", "safety-box")
PAPERS: Final = ("DRAFT", "FROZEN", "PRESENTED", "SEALED", "DELIVERED", "EXPIRED", "REFUSED", "FAILED")
LINE: Final = QuoteLine(
    line=1, fault="BAT", service="repair", sku="AST-M60-BAT", part_fen=9_900, labour_fen=0, rule=3, available=True
)


def test_whatever_a_handheld_may_say_is_a_deed() -> None:
    deeds = {deed.kind for deed in DEEDS.values()}
    assert deeds == {kind.__name__ for kind in (*HANDHELD, CommandDone)}
    assert CommandRefused in EVERY_DEVICE  # an alert is read, never refused


@pytest.mark.parametrize("name", DEEDS)
def test_each_field_is_one_of_its_event(name: str) -> None:
    deed = DEEDS[name]
    known = EVENTS[deed.kind].__struct_fields__
    for field in deed.fields:
        assert set(SEVERAL.get(field.what, (field.name.split(".")[0],))) <= set(known)


@pytest.mark.parametrize("name", DEEDS)
def test_what_can_be_chosen_is_what_the_contract_knows(name: str) -> None:
    deed = DEEDS[name]
    types = {field.name: field.type for field in msgspec.structs.fields(EVENTS[deed.kind])}
    for field in deed.fields:
        if field.what == "choice":
            for value, _words in field.choices:
                msgspec.convert(value, types[field.name])


def test_every_state_that_a_handheld_shows_has_its_step() -> None:
    assert set(STEPS) == set(ON_A_HANDHELD)


@st.composite
def seats(draw: st.DrawFn) -> tuple[Seat, WorkRow, Bench]:
    """A repair in any state, wherever its phone is, with parts and papers in any state."""
    state = draw(st.sampled_from(sorted(STEPS)))
    row = WorkRow(
        ticket="T1", number="A001", ticket_state=draw(st.sampled_from(("SERVING", "SERVED"))), repair="R1",
        revision=draw(st.integers(1, 9)), state=state, model="AST-M60", desk="d8",
        phone=draw(st.sampled_from(PLACES)), owed=draw(st.sampled_from((0, 9_900))),
        payment=draw(st.sampled_from(("", "Y1"))),
    )  # fmt: skip
    states = sorted({row.target for row in PARTS_ORDER})
    parts = tuple(
        PartRow(f"P{n}", "R1", "AST-M60-BAT", draw(st.sampled_from(states)), f"AST-M60-BAT#000{n}",
                draw(st.sampled_from(("BIN:c1.1", "DESK:d8", "HAND:e9"))), "d8")
        for n in range(draw(st.integers(0, 2)))
    )  # fmt: skip
    work = ShowWork(
        id="V1", to="handheld/h9", engineer="e9", desk="d8", mine=(row,), parts=parts, waiting=(), to_check=(),
        to_take_over=(),
    )  # fmt: skip
    bench = Bench(
        described=draw(st.booleans()),
        accessories=draw(st.sampled_from(((), ("case",)))),
        causes=draw(st.sampled_from(([], [Cause("BAT", "worn")], [Cause("MBD", "dead")]))),
        quote=draw(st.sampled_from(("", "DRAFTED", "FROZEN", "SIGNED", "DECLINED"))),
        supplement=draw(st.booleans()),
        signed=draw(st.sampled_from(((), (LINE,)))),
        old_parts=draw(st.sampled_from(({}, {"OLD-1": "AST-M60-BAT"}))),
        papers=draw(st.dictionaries(st.sampled_from(("INTAKE", "QUOTE", "REPORT", "ACCEPT", "WIPE", "LOANER")),
                                    st.sampled_from(PAPERS))),
    )  # fmt: skip
    return Seat(work, CATALOGUE), row, bench


@given(seats())
def test_nothing_is_offered_that_the_picture_itself_contradicts(seat: tuple[Seat, WorkRow, Bench]) -> None:
    looking, row, bench = seat
    offers = OfRepair(looking, row, bench)()
    for offer in (*offers.next, *offers.more):
        states = REPAIR_STATES.get(_event(offer), ())
        assert not states or row.state in states, (row.state, offer)
        assert offer.body.get("revision", row.revision) == row.revision
    for part in looking.work.parts:
        for offer in part_offers(looking, part):
            states = PART_STATES.get(_event(offer), ())
            assert not states or part.state in states, (part, offer)


@given(seats())
def test_an_offer_and_its_form_together_are_a_whole_event(seat: tuple[Seat, WorkRow, Bench]) -> None:
    looking, row, bench = seat
    offers = OfRepair(looking, row, bench)()
    of_parts = [offer for part in looking.work.parts for offer in part_offers(looking, part)]
    for offer in (*offers.next, *offers.more, *of_parts):
        deed = DEEDS[offer.deed]
        body = {**offer.body, **{name: value for field in deed.fields for name, value in _filled(field).items()}}
        msgspec.convert({"kind": deed.kind, **body}, _event(offer))
    assert not offers.hint or offers.hint in HINTS


@given(seats())
def test_a_button_or_a_sentence_says_how_it_goes_on(seat: tuple[Seat, WorkRow, Bench]) -> None:
    offers = OfRepair(*seat)()
    assert offers.next or offers.hint


@given(seats())
def test_b18_a_phone_goes_after_what_came_with_it(seat: tuple[Seat, WorkRow, Bench]) -> None:
    looking, row, bench = seat
    offers = OfRepair(looking, row, bench)()
    deeds = {offer.deed for offer in (*offers.next, *offers.more)}
    assert not bench.accessories or "hand-out" not in deeds
    assert bench.accessories or "give-back" not in deeds
    assert row.state not in ("ACCEPTING", "ON_HOLD(acceptance)") or deeds & {"hand-out", "give-back"}


def test_r24_what_was_given_back_is_not_offered_again_and_what_is_taken_in_anew_is() -> None:
    described = PhoneDescribed(
        repair="R1", model="AST-M60", imei=IMEI, imei_read=True, identity="id-card-seen", photos=2,
        accessories=("case",), data_choice="backed-up", privacy_mode=True,
    )  # fmt: skip
    bench = Bench()
    bench.take(described)
    assert bench.accessories == ("case",)
    bench.take(AccessoriesGivenBack(repair="R1", accessories=("case",)))
    assert (bench.described, bench.accessories) == (True, ())
    bench.take(described)
    assert bench.accessories == ("case",)


@pytest.mark.parametrize("state", ["WAITING", "CALLED", "SERVING"])
def test_tickets_are_offered_what_their_state_allows(state: str) -> None:
    row = WorkRow(ticket="T1", number="C001", ticket_state=state, desk="d8")
    offers = ticket_offers(Seat(_work((row,), ()), CATALOGUE), row)
    for offer in (*offers.next, *offers.more):
        states = TICKET_STATES.get(_event(offer), ())
        assert not states or state in states


def test_q6_nobody_is_called_while_somebody_sits_here_and_the_page_says_why() -> None:
    waiting = WorkRow(ticket="T2", number="A002", ticket_state="WAITING")
    called = WorkRow(ticket="T1", number="A001", ticket_state="CALLED", desk="d8")
    assert _seat(waiting=(waiting,)).next == (Offer("next"),)
    assert (_seat(waiting=()).next, _seat(waiting=()).hint) == ((), "nobody-waits")
    busy = _seat(mine=(called,), waiting=(waiting,))
    assert (busy.next, busy.hint) == ((), "somebody-is-here")
    looking = Seat(_work(mine=(called,), waiting=(waiting,)), CATALOGUE)
    assert waiting_offers(looking, waiting) == ()


def _seat(mine: tuple[WorkRow, ...] = (), waiting: tuple[WorkRow, ...] = ()) -> Offers:
    return seat_offers(Seat(_work(mine, waiting), CATALOGUE))


def _work(mine: tuple[WorkRow, ...], waiting: tuple[WorkRow, ...]) -> ShowWork:
    return ShowWork(
        id="V1", to="handheld/h9", engineer="e9", desk="d8", mine=mine, parts=(), waiting=waiting, to_check=(),
        to_take_over=(),
    )  # fmt: skip


def _event(offer: Offer) -> type:
    return EVENTS[DEEDS[offer.deed].kind]


def _filled(field: Field) -> dict[str, object]:
    """As a person would fill it in."""
    values: dict[str, object] = {
        "choice": field.choices[0][0] if field.choices else "lo1",
        "picks": [],
        "tally": 12,
        "text": "twelve letters",
        "code": "ABC-1",
        "codes": ["ABC-1"],
        "number": max(field.least, 1),
        "check": True,
        "days": 1_800_000_000_000,
        "locker": "locker/40",
        "model": "AST-M60",
        "fault": "BAT",
        "lines": [{"fault": "BAT", "sku": "AST-M60-BAT"}],
    }
    if field.what == "imei":
        return {"imei": "001010000000057", "imei_read": True}
    return {field.name: values[field.what]}

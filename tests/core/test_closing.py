"""Day close and the page of the next day (q16, r43; E30, B2, B29): what is refused, what ends, what leaves."""

import pytest
from msgspec import structs, to_builtins

from shopfloor.contract.actor import DAY, HOUR, MINUTE, TimePassed
from shopfloor.contract.commands import AskTotals, RefundPayment, SendNotice, ShowLines, TakePayment
from shopfloor.contract.events import (
    AppointmentBooked,
    CommandDone,
    ConsultFinished,
    CustomerLeft,
    DayClosed,
    DayReconciled,
    DeviceScanned,
    DiagnosisRecorded,
    DocumentAsked,
    EngineerSignedOn,
    LoanerLent,
    ModeSet,
    NextRequested,
    NoticeDelivered,
    OldPartBagged,
    OldPartCleared,
    PartInstalled,
    PaymentDecided,
    PaymentUndone,
    PosTotal,
    QuotePrepared,
    RefundAsked,
    ReworkClaimed,
    SurveyAnswered,
    TicketTaken,
    WorkFinished,
    WorkResumed,
    WorkStarted,
)
from shopfloor.contract.facts import (
    DayEnded,
    EventRefused,
    PaymentReconciled,
    PaymentSettled,
    RepairHeld,
    TicketClosedByDay,
    TicketExpected,
    TicketIssued,
)
from shopfloor.contract.kinds import Line, LineWanted
from shopfloor.core.books import Repair, Ticket
from shopfloor.core.invariants import check_all, flaws
from tests.core import at_the_bench as bench
from tests.core import at_the_cabinet as cabinet
from tests.core import at_the_desk as desk
from tests.core.at_the_bench import KEEPER, LABOUR, out
from tests.core.at_the_desk import BOARD, HANDHELD, LINK, POS, refused
from tests.core.story import LAYOUT, MORNING, Story

SOFTWARE = LineWanted(fault="SFT")
"""A line without a part and without a warranty: nothing of it is left a day later."""


def takes(story: Story, line: Line = "A") -> Ticket:
    story.believed("queue/q1", TicketTaken(line=line))
    return story.books.tickets[story.last(TicketIssued).ticket]


def books_for(story: Story, at: int) -> Ticket:
    story.believed(LINK, AppointmentBooked(at=at, fault="BAT", model="AST-M60"))
    return story.books.tickets[story.last(TicketExpected).ticket]


def locked_away(story: Story, repair: Repair) -> None:
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="locker/3"))


def closed(story: Story) -> None:
    story.believed(BOARD, DayClosed())
    assert story.books.closed


def not_yet(story: Story) -> str:
    """The day cannot be closed: the reason that the manager reads; nothing has changed."""
    assert refused(story, BOARD, DayClosed()) == "not-yet"
    return story.last(EventRefused).reason


def until_morning(story: Story) -> None:
    """Time passes to ten o'clock of the next day; whoever was asked for something that needs no answer has done it."""
    acknowledged(story)
    since = (story.now - MORNING) % DAY
    story.wait(DAY - since)
    story.floor.handle(TimePassed(), story.now)


def acknowledged(story: Story) -> None:
    for pending in list(story.books.pending.values()):
        work = pending.command
        if isinstance(work, SendNotice):
            story.believed(work.to, NoticeDelivered(command=work.id))
        elif not isinstance(work, AskTotals):
            story.believed(work.to, CommandDone(command=work.id))


def slips(story: Story) -> None:
    """Each terminal sends its closing slip, as the books have it."""
    for pending in list(story.books.pending.values()):
        if isinstance(pending.command, AskTotals):
            pos = pending.command.to
            taken = [p for p in story.books.payments.values() if p.pos == pos and p.state == "SETTLED"]
            lines = tuple(PosTotal(payment=payment.id, taken=payment.amount) for payment in taken)
            story.believed(pos, DayReconciled(lines=lines))


def sound(story: Story) -> None:
    """Every invariant holds, and the books are the same after a checkpoint."""
    shop = story.floor.shop
    assert flaws(shop) == []
    assert check_all(shop) > 0
    assert story.floor.books_of(story.floor.checkpoint()) == story.books


# ── E30: what must be settled first ─────────────────────────────────────────────────────────────


def test_e30_r43_no_day_is_closed_over_an_unscanned_phone() -> None:
    story = Story()
    repair = bench.working(story)
    assert f"The phone of {repair.id} is at desk/d1" in not_yet(story)
    locked_away(story, repair)
    closed(story)
    held = story.last(RepairHeld)
    assert (repair.state, held.reason, held.back_to) == ("ON_HOLD(overnight)", "overnight", "REPAIRING")
    assert story.last(DayEnded).date == "2026-11-23"
    sound(story)


def test_r43_a_repair_that_waits_for_its_customer_is_not_held() -> None:
    story = Story()
    repair = bench.handed_over(story)
    closed(story)
    assert repair.state == "HANDED_OVER"
    assert not story.all(RepairHeld)


def test_e30_no_day_is_closed_while_the_end_of_a_payment_is_unknown() -> None:
    story = Story()
    repair = bench.paying(story)
    locked_away(story, repair)
    payment = story.last(TakePayment).payment
    assert f"{payment} of {repair.id} is CREATED" in not_yet(story)
    story.minutes(2)
    assert "is UNKNOWN" in not_yet(story)
    story.minutes(10)
    assert "is MANUAL" in not_yet(story)
    story.believed(BOARD, decided(payment))
    closed(story)
    assert repair.state == "ON_HOLD(overnight)"
    assert [work.to for work in story.all(AskTotals)] == ["pos/pos-1", "pos/pos-2", "pos/pos-3"]
    sound(story)


def decided(payment: str) -> PaymentDecided:
    return PaymentDecided(payment=payment, taken=False, evidence="the log of the terminal")


def test_e30_b29_no_day_is_closed_over_a_unit_that_lies_about() -> None:
    story = Story()
    bench.keeper(story)
    unit = next(iter(story.books.units.values()))
    cabinet.entered(story, unit.id, "DESK:d1")
    assert f"{unit.id} lies about" in not_yet(story)
    cabinet.stored(story, unit.id)
    closed(story)
    sound(story)


def test_b29_the_unit_of_an_open_repair_may_stay_on_its_desk() -> None:
    story = Story()
    order = cabinet.accepted(story)
    locked_away(story, story.books.repairs[order.repair])
    closed(story)
    assert (order.state, story.books.units[order.unit].place) == ("ACCEPTED", "DESK:d1")
    until_morning(story)
    assert (order.state, story.books.units[order.unit].parts_order) == ("ACCEPTED", order.id)
    sound(story)


def test_p25_what_was_on_its_way_at_day_close_goes_back() -> None:
    story = Story()
    order = cabinet.at_desk(story)
    locked_away(story, story.books.repairs[order.repair])
    closed(story)
    assert (order.state, order.reason) == ("RETURNING", "cancelled")
    until_morning(story)
    assert story.books.parts_orders[order.id].state == "RETURNING"
    sound(story)


def test_a_day_is_closed_once_and_not_before_it_has_begun() -> None:
    story = Story()
    closed(story)
    assert refused(story, BOARD, DayClosed()) == "already"
    story.wait(15 * HOUR)
    assert refused(story, BOARD, DayClosed()) == "too-early"
    story.wait(9 * HOUR)
    closed(story)


# ── q16: tickets ────────────────────────────────────────────────────────────────────────────────


def test_q16_open_tickets_end_with_the_day_and_bookings_for_later_days_stay() -> None:
    story = Story()
    desk.seated(story)
    called, waiting = takes(story), takes(story)
    bench.colleague(story)
    story.believed(bench.COLLEAGUE, NextRequested())
    serving = story.books.tickets[story.books.desks["d1"].ticket]
    this_evening, tomorrow = books_for(story, MORNING + 8 * HOUR), books_for(story, MORNING + DAY)
    assert (serving.state, called.state, waiting.state) == ("SERVING", "CALLED", "WAITING")
    closed(story)
    assert serving.state == "SERVED"
    assert [ticket.state for ticket in (called, waiting, this_evening)] == ["CLOSED_BY_DAY"] * 3
    assert [fact.ticket for fact in story.all(TicketClosedByDay)] == [called.id, waiting.id, this_evening.id]
    assert tomorrow.state == "EXPECTED"
    assert not any(state.ticket for state in story.books.desks.values())
    assert list(story.books.hall) == [tomorrow.id]
    sound(story)


def test_q16_an_advice_that_is_still_given_ends_too() -> None:
    story = Story()
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    ticket = bench.seated_again(story, line="C")
    closed(story)
    assert ticket.state == "CLOSED_BY_DAY"


def test_after_the_close_nobody_gets_a_number_and_the_queue_machine_says_so() -> None:
    story = Story()
    takes(story)
    assert all(row.open for row in story.last(ShowLines).lines)
    closed(story)
    assert not any(row.open for row in story.last(ShowLines).lines)
    assert refused(story, "queue/q1", TicketTaken(line="A")) == "closed"


# ── the next day ────────────────────────────────────────────────────────────────────────────────


def test_the_next_day_opens_by_itself_and_numbers_begin_anew() -> None:
    story = Story()
    assert [takes(story).number, takes(story).number] == ["A001", "A002"]
    story.believed(BOARD, ModeSet(what="line-closed", on=True, about="A"))
    closed(story)
    until_morning(story)
    assert takes(story).number == "A001"
    assert (story.books.day, story.books.closed) == ("2026-11-24", False)
    assert all(row.open for row in story.last(ShowLines).lines)
    assert list(story.books.counters).count(f"A@{LAYOUT.day_start(story.now)}") == 1
    assert sum("@" in counter for counter in story.books.counters) == 1


@pytest.mark.parametrize("closes", [True, False])
def test_the_first_word_of_a_day_belongs_to_that_day(closes: bool) -> None:
    """Nothing has woken the floor since yesterday: the page is turned before the number is given out."""
    story = Story()
    yesterday = takes(story)
    if closes:
        closed(story)
    story.now += DAY
    today = takes(story)
    assert (today.state, today.number) == ("WAITING", "A001")
    assert list(story.books.tickets) == [today.id]
    assert yesterday.state == "CLOSED_BY_DAY"
    sound(story)


def test_q16_a_day_that_nobody_closed_keeps_whoever_sits_at_a_desk() -> None:
    story = Story()
    repair = bench.working(story)
    waiting, tomorrow = takes(story), books_for(story, MORNING + DAY + HOUR)
    serving = story.books.tickets[repair.ticket]
    until_morning(story)
    assert (waiting.state, serving.state, tomorrow.state) == ("CLOSED_BY_DAY", "SERVING", "EXPECTED")
    assert list(story.books.tickets) == [serving.id, tomorrow.id]
    assert repair.state == "REPAIRING"
    assert not story.all(DayEnded)
    sound(story)
    story.believed(HANDHELD, WorkFinished(repair=repair.id, labour_min=20, lines_done=(1,)))
    assert repair.state == "QC"


def test_r44_what_was_held_overnight_goes_on() -> None:
    story = Story()
    repair = bench.working(story)
    locked_away(story, repair)
    closed(story)
    until_morning(story)
    sound(story)
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="desk/d1"))
    story.believed(HANDHELD, WorkResumed(repair=repair.id))
    assert repair.state == "REPAIRING"


# ── what leaves the books, and what stays ───────────────────────────────────────────────────────


def finished_with_a_part(story: Story) -> Repair:
    """Handed over with a new battery, the old one on its way out of the house."""
    order = cabinet.accepted(story)
    repair = story.books.repairs[order.repair]
    story.believed(HANDHELD, PartInstalled(repair=repair.id, unit=order.unit, old_serial="OLD-1"))
    story.believed(HANDHELD, OldPartBagged(repair=repair.id, sku=order.sku, old_serial="OLD-1"))
    story.believed(KEEPER, OldPartCleared(repair=repair.id, sku=order.sku, to="SCRAP"))
    story.believed(HANDHELD, WorkFinished(repair=repair.id, labour_min=20, lines_done=(1,)))
    bench.passes(story, repair)
    gives_back(story, repair)
    return repair


def gives_back(story: Story, repair: Repair) -> None:
    """From the report to the goodbye; the customer answers the survey on the way home."""
    desk.report_read(story)
    if repair.state == "PAYING":
        bench.pays(story)
    desk.signed(story)
    story.believed(HANDHELD, out(repair))
    acknowledged(story)
    story.believed(LINK, SurveyAnswered(repair=repair.id, score=5, recommend=10))
    assert repair.state == "CLOSED"


def test_a_closed_repair_leaves_with_its_papers_money_and_parts_and_its_warranty_stays() -> None:
    story = Story()
    repair = finished_with_a_part(story)
    order = cabinet.the_order(story)
    unit, received = story.books.units[order.unit], story.books.received[order.sku]
    assert (order.state, unit.place) == ("FITTED", f"DEVICE:{repair.id}")
    closed(story)
    slips(story)
    until_morning(story)
    books = story.books
    left = (
        books.repairs,
        books.requests,
        books.payments,
        books.phones,
        books.parts_orders,
        books.parts_of,
        books.picks,
    )
    assert not any(left)
    assert not books.tickets
    assert unit.id not in books.units
    assert books.received[order.sku] == received - 1
    assert [warranty.repair for warranty in books.warranties.values()] == [repair.id]
    sound(story)


def test_money_that_a_slip_will_name_stays_until_the_slip_has_come() -> None:
    story = Story()
    repair = finished_with_a_part(story)
    payment = story.last(PaymentSettled)
    closed(story)
    until_morning(story)
    assert list(story.books.repairs) == [repair.id]
    story.believed(POS, DayReconciled(lines=(PosTotal(payment=payment.payment, taken=payment.amount),)))
    assert story.last(PaymentReconciled).differences == ()
    until_morning(story)
    assert not story.books.repairs
    sound(story)


def test_an_open_repair_and_a_lent_loaner_stay() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="LOANER", loaner="lo1"))
    desk.signed(story)
    story.believed(HANDHELD, LoanerLent(repair=repair.id, loaner="lo1"))
    locked_away(story, repair)
    closed(story)
    slips(story)
    until_morning(story)
    books = story.books
    assert (repair.id in books.repairs, books.loaners["lo1"].state) == (True, "LENT")
    assert {request.document for request in books.requests.values()} >= {"INTAKE", "QUOTE", "LOANER"}
    assert books.phones[f"phone/{repair.id}"].place == "locker/3"
    assert repair.ticket not in books.tickets
    sound(story)


def test_r35_b22_a_claimed_warranty_outlives_its_last_day_and_an_unclaimed_one_does_not() -> None:
    story = Story()
    parent = bench.handed_over(story)
    acknowledged(story)
    again = bench.seated_again(story, line="A")
    repair = story.books.repairs[again.repair]
    desk.described(story, repair)
    story.believed(HANDHELD, ReworkClaimed(repair=repair.id, parent=parent.id, line=1))
    claimed = story.books.warranties[repair.covered_by]
    other = structs.replace(claimed, id=story.floor.shop.number("W"), line=2)
    story.books.warranties[other.id] = other
    claimed.until = other.until = story.now + HOUR
    until_morning(story)
    assert list(story.books.warranties) == [claimed.id]


def test_money_on_its_way_back_keeps_its_repair() -> None:
    story = Story()
    repair = finished_with_a_part(story)
    payment = story.books.payments[story.last(PaymentSettled).payment]
    story.believed(BOARD, RefundAsked(payment=payment.id, line=1, amount=100, reason="a scratch"))
    story.now += DAY
    takes(story)
    assert list(story.books.repairs) == [repair.id]
    back = story.last(RefundPayment)
    story.believed(POS, PaymentUndone(command=back.id, payment=payment.id, amount=100, reference="r-2"))
    story.now += DAY
    takes(story)
    assert not story.books.repairs
    sound(story)


# ── day after day ───────────────────────────────────────────────────────────────────────────────


def simple_day(story: Story) -> None:
    """A repair from seat to survey, advice, one who gives up, one whom nobody calls; then the manager closes."""
    repair = desk.seated(story)
    desk.described(story, repair)
    desk.maker_answers(story, covered=False)
    desk.signed(story)
    story.wait(6_000)
    story.believed(HANDHELD, DiagnosisRecorded(repair=repair.id, fault="SFT", cause="it hangs"))
    story.believed(HANDHELD, QuotePrepared(repair=repair.id, lines=(SOFTWARE,), promised_min=60))
    desk.signed(story)
    story.believed(HANDHELD, WorkStarted(repair=repair.id))
    story.believed(HANDHELD, WorkFinished(repair=repair.id, labour_min=20, lines_done=(1,)))
    bench.passes(story, repair)
    gives_back(story, repair)
    advice = bench.seated_again(story, line="C")
    story.believed(HANDHELD, ConsultFinished(ticket=advice.id))
    story.believed(LINK, CustomerLeft(ticket=takes(story).id))
    takes(story, "D")
    story.wait(20 * MINUTE)
    closed(story)
    slips(story)
    until_morning(story)
    sound(story)


def rows(story: Story) -> dict[str, int]:
    """How many rows each part of the books has."""
    told = to_builtins(story.books)
    return {name: len(part) for name, part in told.items() if isinstance(part, dict | list)}


def test_ten_days_and_the_books_do_not_grow() -> None:
    story = Story()
    simple_day(story)
    first, size = rows(story), len(story.floor.checkpoint())
    for _ in range(9):
        simple_day(story)
    assert rows(story) == first
    assert len(story.floor.checkpoint()) - size < 60, "longer numbers only: R1 → R10"

"""Proper situations, and what somebody does to the books: the hall and the repairs."""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import structs

from shopfloor.contract.commands import Announce, Command, ShowCalls, ShowWhiteBox
from shopfloor.contract.events import EngineerSignedOn, NextRequested, PartInstalled, TicketTaken
from shopfloor.contract.facts import (
    DayEnded,
    DeviceHandedOver,
    Fact,
    IntakeSigned,
    OwnerChanged,
    PartsOrderOpened,
    QualityCheckPassed,
    QuoteDrafted,
    RepairFinished,
    RepairStarted,
    TicketIssued,
    TouchpointEvidenced,
)
from shopfloor.contract.kinds import CallRow, QuoteLine
from shopfloor.core.books import PartsOrder, Repair, SignatureRequest, Ticket, Unit
from tests.core import at_the_bench as bench
from tests.core import at_the_cabinet as cabinet
from tests.core import at_the_desk as desk
from tests.core.story import Story

Deed = Callable[[Story], object]


class Spoilt(NamedTuple):
    """A proper situation, and what somebody does to the books."""

    invariant: str
    situation: Deed
    spoil: Deed


SPOILT: dict[str, Spoilt] = {}


def spoils(invariant: str, situation: Deed) -> Callable[[Deed], Deed]:
    def enter(spoil: Deed) -> Deed:
        SPOILT[getattr(spoil, "__name__", "")] = Spoilt(invariant, situation, spoil)
        return spoil

    return enter


# ── situations ──────────────────────────────────────────────────────────────────────────────────


def opening(story: Story) -> None:
    """Nobody is there yet."""


def called(story: Story) -> None:
    story.believed(desk.HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed(desk.HANDHELD, NextRequested())


def installed(story: Story) -> None:
    order = cabinet.accepted(story)
    story.believed(desk.HANDHELD, PartInstalled(repair=order.repair, unit=order.unit, old_serial="OLD-1"))


def quote_on_the_pad(story: Story) -> None:
    desk.diagnosed(story)
    desk.quoted(story)


def ticket(story: Story) -> Ticket:
    return next(iter(story.books.tickets.values()))


def repair(story: Story) -> Repair:
    return next(iter(story.books.repairs.values()))


def order(story: Story) -> PartsOrder:
    return next(iter(story.books.parts_orders.values()))


def unit(story: Story) -> Unit:
    return story.books.units[order(story).unit]


def request(story: Story) -> SignatureRequest:
    return list(story.books.requests.values())[-1]


def outs(story: Story, *said: Command | Fact) -> None:
    story.floor.shop.outs = list(said)


def waits(story: Story, about: str, machine: str) -> None:
    like = next(wait for wait in story.books.waits.values())
    story.books.waits[about] = structs.replace(like, machine=machine)


def line(number: int, **changed: int | str) -> QuoteLine:
    plain = QuoteLine(
        line=number,
        fault="BAT",
        service="repair",
        sku="AST-M60-BAT",
        part_fen=100,
        labour_fen=0,
        rule=5,
        available=True,
    )
    return structs.replace(plain, **changed)


def drafted(story: Story, *lines: QuoteLine) -> QuoteDrafted:
    return QuoteDrafted(repair=repair(story).id, version=9, lines=lines, total=0, promised_min=10)


# ── the hall ────────────────────────────────────────────────────────────────────────────────────


@spoils("B1", called)
def one_ticket_at_two_desks(story: Story) -> None:
    story.books.desks["d2"].ticket = ticket(story).id


@spoils("B1", called)
def a_waiting_ticket_at_a_desk(story: Story) -> None:
    story.books.desks["d2"].ticket = list(story.books.tickets)[-1]


@spoils("B1", called)
def a_desk_with_a_ticket_that_is_gone(story: Story) -> None:
    story.books.desks["d2"].ticket = "T99"


@spoils("B2", called)
def a_waiting_ticket_that_has_ended(story: Story) -> None:
    list(story.books.tickets.values())[-1].ended_at = story.now


@spoils("B2", called)
def the_day_closed_over_open_tickets(story: Story) -> None:
    outs(story, DayEnded(date=story.books.day))


@spoils("B2", called)
def somebody_who_waits_is_forgotten(story: Story) -> None:
    del story.books.hall[list(story.books.tickets)[-1]]


@spoils("B26", desk.seated)
def seated_before_called(story: Story) -> None:
    ticket(story).seated_at = ticket(story).called_at - 1


@spoils("B26", bench.working)
def started_tomorrow(story: Story) -> None:
    repair(story).started_at = story.now + 1


@spoils("B26", cabinet.at_desk)
def arrived_before_ordered(story: Story) -> None:
    order(story).arrived_at = order(story).opened_at - 1


@spoils("B26", called)
def a_wait_from_long_to_short(story: Story) -> None:
    outs(story, TicketIssued(ticket="T1", number="A001", line="A", eta_min_low=20, eta_min_high=10))


@spoils("B27", called)
def a_name_on_the_call_display(story: Story) -> None:
    number = story.floor.shop.number("V")
    outs(story, ShowCalls(id=number, to="calls/c1", calls=(), waiting=("Ms Wang",)))


@spoils("B27", called)
def a_phone_number_over_the_speaker(story: Story) -> None:
    number, told = story.floor.shop.number("C"), "13800138000"
    said = Announce(id=number, to="calls/c1", ticket="T1", number=told, desk="d1", calls=1, language="en")
    outs(story, said)


def white_box(story: Story, **changed: str | tuple[str, ...]) -> ShowWhiteBox:
    found = story.last(ShowWhiteBox)
    assert isinstance(found, ShowWhiteBox)
    return structs.replace(found, **changed)


@spoils("B27", desk.approved)
def an_imei_on_the_customers_page(story: Story) -> None:
    outs(story, white_box(story, progress=(f"phone {desk.IMEI}",)))


@spoils("B27", desk.approved)
def another_customers_repair_on_the_pad(story: Story) -> None:
    outs(story, white_box(story, to="pad/pad-2"))


@spoils("B27", desk.approved)
def a_repair_on_the_pad_that_is_gone(story: Story) -> None:
    outs(story, white_box(story, repair="R99"))


@spoils("B30", opening)
def an_automatic_touchpoint_that_was_tapped(story: Story) -> None:
    outs(story, TouchpointEvidenced(touchpoint=16, ticket="T1", engineer="e1"))


@spoils("I25", called)
def somebody_on_the_display_whom_nobody_calls(story: Story) -> None:
    row = CallRow(number="A999", desk="d1", state="CALLED", calls=1)
    outs(story, ShowCalls(id=story.floor.shop.number("V"), to="calls/c1", calls=(row,), waiting=()))


# ── the repair ──────────────────────────────────────────────────────────────────────────────────


@spoils("B3", desk.approved)
def a_repair_that_nobody_owns(story: Story) -> None:
    story.books.shown.clear()
    repair(story).owner = ""


@spoils("B3", desk.approved)
def a_change_of_owner_that_did_not_happen(story: Story) -> None:
    outs(story, OwnerChanged(repair=repair(story).id, old="e1", new="e2"))


@spoils("B4", desk.approved)
def signed_in_by_somebody_else(story: Story) -> None:
    outs(story, IntakeSigned(repair=repair(story).id, engineer="e2"))


@spoils("B4", desk.approved)
def started_by_somebody_else(story: Story) -> None:
    outs(story, RepairStarted(repair=repair(story).id, engineer="e2"))


@spoils("B9", cabinet.accepted)
def checked_with_a_part_left_on_the_desk(story: Story) -> None:
    repair(story).state = "QC"


@spoils("B12", bench.working)
def work_without_a_signed_quote(story: Story) -> None:
    repair(story).signed_version = 0


@spoils("B12", bench.finished)
def a_line_done_that_nobody_signed(story: Story) -> None:
    repair(story).lines_done = (1, 9)


@spoils("B12", desk.approved)
def a_part_for_no_signed_line(story: Story) -> None:
    opened = PartsOrderOpened(parts_order="P9", repair=repair(story).id, sku="AST-M60-SCR", desk="d1", line=9, by="e1")
    outs(story, opened)


@spoils("B18", desk.approved)
def handed_over_with_nothing_signed(story: Story) -> None:
    outs(story, given_out(story))


@spoils("B18", bench.handed_over)
def handed_over_unpaid(story: Story) -> None:
    dearer = repair(story)
    (only,) = dearer.signed
    dearer.signed = (structs.replace(only, labour_fen=only.labour_fen + 1),)
    dearer.payable += 1
    dearer.cap += 1
    outs(story, given_out(story))


@spoils("B18", bench.handed_over)
def handed_over_and_still_on_the_desk(story: Story) -> None:
    phone = next(iter(story.books.phones.values()))
    phone.state, phone.place = "DESK", "desk/d1"
    waits(story, phone.id, "phone")
    outs(story, given_out(story))


@spoils("B18", bench.handed_over)
def handed_over_to_anybody(story: Story) -> None:
    outs(story, given_out(story, receiver="a friend"))


@spoils("B18", bench.handed_over)
def handed_over_to_a_proxy_who_signed_nothing(story: Story) -> None:
    outs(story, given_out(story, receiver="proxy-signed"))


@spoils("B18", bench.handed_over)
def handed_over_with_the_loaner_out(story: Story) -> None:
    loaner = next(iter(story.books.loaners.values()))
    loaner.state, loaner.repair = "LENT", repair(story).id
    waits(story, loaner.id, "loaner")
    outs(story, given_out(story))


def given_out(story: Story, receiver: str = "owner") -> DeviceHandedOver:
    done = repair(story)
    return DeviceHandedOver(
        repair=done.id, ticket=done.ticket, receiver=receiver, lines_done=done.lines_done, charged=done.settled
    )


@spoils("B19", desk.approved)
def a_phone_at_two_places(story: Story) -> None:
    next(iter(story.books.phones.values())).place = "locker/3"


@spoils("B19", desk.approved)
def two_phones_in_a_locker(story: Story) -> None:
    phone = next(iter(story.books.phones.values()))
    phone.state, phone.place = "LOCKER", "locker/3"
    other = structs.replace(phone, id="phone/R99", repair="R99")
    story.books.phones[other.id] = other
    story.books.repairs["R99"] = Repair(id="R99", state="CANCELLED", repair_kind="WALK_IN")
    waits(story, other.id, "phone")


@spoils("B19", desk.approved)
def a_phone_that_nobody_knows_of(story: Story) -> None:
    del story.books.phones[f"phone/{repair(story).id}"], story.books.waits[f"phone/{repair(story).id}"]


@spoils("B19", desk.approved)
def work_on_a_phone_that_is_at_home(story: Story) -> None:
    phone = next(iter(story.books.phones.values()))
    phone.state, phone.place = "CUSTOMER", "customer"
    del story.books.waits[phone.id]
    outs(story, RepairStarted(repair=repair(story).id, engineer="e1"))


@spoils("B19", bench.working)
def work_finished_on_a_phone_at_the_centre(story: Story) -> None:
    phone = next(iter(story.books.phones.values()))
    phone.state, phone.place = "CENTRE", "centre"
    outs(story, RepairFinished(repair=repair(story).id, labour_min=1, lines_done=(1,)))


@spoils("B20", desk.approved)
def wiped_without_a_word(story: Story) -> None:
    repair(story).wiped = True


@spoils("B21", desk.diagnosed)
def a_warranty_price_without_an_answer(story: Story) -> None:
    outs(story, drafted(story, line(1, rule=2, part_fen=0)))


@spoils("B22", desk.approved)
def a_rework_of_nothing(story: Story) -> None:
    repair(story).repair_kind = "REWORK"


@spoils("B22", desk.approved)
def a_rework_of_what_was_never_handed_over(story: Story) -> None:
    rework = repair(story)
    rework.repair_kind, rework.parent, rework.covered_by = "REWORK", rework.id, "W1"


@spoils("B22", desk.diagnosed)
def a_covered_line_that_costs(story: Story) -> None:
    outs(story, drafted(story, line(1, rule=1, parent_line="W1")))


@spoils("B28", bench.finished)
def checked_by_the_parts_keeper(story: Story) -> None:
    outs(story, QualityCheckPassed(repair=repair(story).id, checker="pk1", first_pass=True))


@spoils("I04", desk.approved)
def on_the_list_of_one_who_does_not_own_it(story: Story) -> None:
    repair(story).owner = "e2"

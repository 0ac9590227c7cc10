"""Each invariant: a healthy shop passes, and books that were broken by hand in exactly that way are caught by its id."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from msgspec import structs

from shopfloor.contract.commands import Announce, AskSignature, ClearScreen, Command, SendOrder, ShowCalls, ShowWhiteBox
from shopfloor.contract.events import EngineerSignedOn, NextRequested, PartInstalled, TicketTaken
from shopfloor.contract.facts import (
    DayEnded,
    DeviceHandedOver,
    DocumentFrozen,
    DocumentSigned,
    Fact,
    IntakeSigned,
    JobDone,
    JobLoaded,
    OwnerChanged,
    PartsOrderOpened,
    PaymentRequested,
    PaymentTaken,
    PickDone,
    QualityCheckPassed,
    QuoteDrafted,
    RepairFinished,
    RepairStarted,
    ReservationSwapped,
    SignatureShown,
    TicketIssued,
    TouchpointEvidenced,
    UnitMoved,
)
from shopfloor.contract.kinds import CallRow, QuoteLine
from shopfloor.contract.vda5050 import Header, Order
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder, Repair, SignatureRequest, Ticket, Unit, Wait
from shopfloor.core.fleet.memory import Errand, Leg, RobotMemory
from shopfloor.core.invariants import INVARIANTS, Broken, check_all, check_touched, flaws
from tests.core import at_the_bench as bench
from tests.core import at_the_cabinet as cabinet
from tests.core import at_the_desk as desk
from tests.core.story import LAYOUT, Story

Deed = Callable[[Story], object]
WRONG = "0" * 64


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
    repair(story).payable += 1
    repair(story).cap += 1
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


# ── papers and money ────────────────────────────────────────────────────────────────────────────


@spoils("B14", quote_on_the_pad)
def a_text_that_changed_before_it_was_frozen(story: Story) -> None:
    paper = request(story)
    paper.text += " and more"
    frozen = DocumentFrozen(request=paper.id, repair=paper.repair, document="QUOTE", sha256=paper.sha256, pages=2)
    outs(story, frozen)


@spoils("B14", quote_on_the_pad)
def shown_with_another_hash(story: Story) -> None:
    outs(story, SignatureShown(request=request(story).id, repair=repair(story).id, sha256=WRONG))


@spoils("B14", desk.approved)
def sealed_with_another_hash(story: Story) -> None:
    outs(story, sealed(story, sha256=WRONG))


@spoils("I10", desk.approved)
def another_seal_than_the_books_have(story: Story) -> None:
    outs(story, sealed(story, sealed_sha256=WRONG))


def sealed(story: Story, **changed: str) -> DocumentSigned:
    paper = request(story)
    said = DocumentSigned(
        request=paper.id,
        repair=paper.repair,
        document="QUOTE",
        sha256=paper.sha256,
        sealed_sha256=paper.sealed_sha256,
        pages=2,
    )
    return structs.replace(said, **changed)


@spoils("B15", desk.approved)
def sealed_bytes_that_changed(story: Story) -> None:
    request(story).text += "!"


@spoils("B15", desk.approved)
def a_seal_that_was_lost(story: Story) -> None:
    request(story).sealed_sha256 = ""


@spoils("B16", quote_on_the_pad)
def two_documents_on_one_pad(story: Story) -> None:
    second = structs.replace(request(story), id="S99")
    story.books.requests[second.id] = second
    waits(story, second.id, "signature")
    outs(story, *[out for out in story.outs if isinstance(out, AskSignature)][-1:])


@spoils("B16", quote_on_the_pad)
def a_document_at_another_desk(story: Story) -> None:
    paper = request(story)
    repair(story).desk = "d2"
    outs(story, SignatureShown(request=paper.id, repair=paper.repair, sha256=paper.sha256))


@spoils("B16", bench.paying)
def the_terminal_of_another_desk(story: Story) -> None:
    asked = story.last(PaymentRequested)
    assert isinstance(asked, PaymentRequested)
    outs(story, structs.replace(asked, pos="pos/pos-9"))


@spoils("B13", desk.approved)
def more_to_pay_than_was_signed(story: Story) -> None:
    repair(story).payable = repair(story).cap + 1


@spoils("B17", bench.paying)
def two_attempts_at_once(story: Story) -> None:
    first = next(iter(story.books.payments.values()))
    story.books.payments["Y99"] = structs.replace(first, id="Y99", state="UNKNOWN")
    waits(story, "Y99", "payment")


@spoils("I07", bench.accepting)
def money_that_no_payment_brought(story: Story) -> None:
    repair(story).settled -= 1


@spoils("I08", bench.accepting)
def a_late_capture_that_nobody_gives_back(story: Story) -> None:
    next(iter(story.books.payments.values())).late = 500


@spoils("I09", bench.paying)
def money_for_a_quote_that_is_not_signed(story: Story) -> None:
    repair(story).signed_version += 1
    outs(story, story.last(PaymentRequested))


@spoils("I09", bench.paying)
def another_sum_than_was_asked(story: Story) -> None:
    payment = next(iter(story.books.payments.values()))
    outs(story, PaymentTaken(payment=payment.id, repair=payment.repair, amount=payment.amount - 1, reference="r-1"))


# ── stock ───────────────────────────────────────────────────────────────────────────────────────


@spoils("B5", opening)
def a_bin_that_does_not_list_its_unit(story: Story) -> None:
    lying = next(iter(story.books.units.values()))
    del story.books.bins[stock.bin_of(lying)].units[lying.id]


@spoils("B5", opening)
def a_bin_that_lists_a_stranger(story: Story) -> None:
    story.books.bins["c1.1"].units["GHOST#1"] = None


@spoils("B5", opening)
def less_than_nothing_on_the_shelf(story: Story) -> None:
    tally = next(iter(story.books.tallies.values()))
    story.books.received[tally.sku] -= tally.quantity + 1
    tally.quantity = -1


@spoils("B6", opening)
def a_good_unit_that_is_not_listed_free(story: Story) -> None:
    free = story.books.free[cabinet.SKU]
    del free[next(iter(free))]


@spoils("B6", cabinet.opened)
def a_reserved_unit_that_is_listed_free(story: Story) -> None:
    story.books.free[cabinet.SKU][order(story).unit] = None


@spoils("B6", opening)
def a_free_unit_that_does_not_exist(story: Story) -> None:
    story.books.free[cabinet.SKU]["GHOST#1"] = None


@spoils("B7", cabinet.picked)
def a_reservation_without_a_row(story: Story) -> None:
    del story.books.reservations[order(story).unit]


@spoils("B7", cabinet.picked)
def a_row_without_a_reservation(story: Story) -> None:
    story.books.reservations["GHOST#1"] = order(story).id


@spoils("B8", installed)
def a_unit_in_another_customers_phone(story: Story) -> None:
    unit(story).place = "DEVICE:R99"


@spoils("B10", cabinet.picked)
def loaded_and_still_in_the_outlet(story: Story) -> None:
    outs(story, JobLoaded(job="J1", robot="r1", tote="r1.1", unit=unit(story).id, parts_order=order(story).id))


@spoils("B10", cabinet.loaded)
def done_and_still_in_the_tote(story: Story) -> None:
    job = next(iter(story.books.jobs.values()))
    job.tote = "r1.1"
    outs(story, JobDone(job=job.id, robot="r1"))


@spoils("B11", cabinet.picked)
def another_unit_than_was_reserved(story: Story) -> None:
    other = next(found for found in cabinet.units_of(story) if found.id != unit(story).id)
    done = PickDone(parts_order=order(story).id, repair=repair(story).id, unit=other.id, cabinet="c1", desk="d1")
    outs(story, done)


@spoils("B11", cabinet.picked)
def swapped_and_still_reserved(story: Story) -> None:
    outs(story, ReservationSwapped(parts_order=order(story).id, old=unit(story).id, new="GHOST#1"))


@spoils("B29", opening)
def a_unit_left_in_the_outlet_at_night(story: Story) -> None:
    lying = next(iter(story.books.units.values()))
    cabinet.entered(story, lying.id, "OUTLET:c1")
    outs(story, DayEnded(date=story.books.day))


@spoils("I01", opening)
def a_unit_that_came_in_and_is_nowhere(story: Story) -> None:
    story.books.received[cabinet.SKU] += 1


@spoils("I02", cabinet.picked)
def the_wrong_part_reserved(story: Story) -> None:
    order(story).sku = "AST-M60-SCR"


@spoils("I05", opening)
def given_out_for_nobody(story: Story) -> None:
    lying = next(iter(story.books.units.values()))
    moved = UnitMoved(
        move=1, unit=lying.id, sku=lying.sku, source="BIN:c1.1", target="OUTLET:c1", cause="p8", actor="cabinet/c1"
    )
    outs(story, moved)


@spoils("I06", cabinet.picked)
def two_units_for_one_parts_order(story: Story) -> None:
    other = next(found for found in cabinet.units_of(story) if found.id != unit(story).id)
    other.parts_order = order(story).id


@spoils("I06", cabinet.accepted)
def a_part_on_the_desk_that_was_never_issued(story: Story) -> None:
    unit(story).parts_order = ""


@spoils("I23", cabinet.accepted)
def a_unit_in_the_attic(story: Story) -> None:
    unit(story).place = "ATTIC"


# ── the bookkeeping ─────────────────────────────────────────────────────────────────────────────


@spoils("B23", desk.approved)
def a_repair_that_waits_for_nobody(story: Story) -> None:
    story.books.waits[repair(story).id].party = ""


@spoils("B23", desk.approved)
def a_repair_that_does_not_wait(story: Story) -> None:
    del story.books.waits[repair(story).id]


@spoils("B23", bench.handed_over)
def a_served_ticket_that_still_waits(story: Story) -> None:
    waits(story, ticket(story).id, "ticket")


@spoils("B23", opening)
def a_wait_of_nothing(story: Story) -> None:
    story.books.waits["T99"] = Wait(machine="ticket", due=story.now + 1, party="EN", since=story.now)


@spoils("I19", opening)
def a_command_from_no_counter(story: Story) -> None:
    outs(story, ClearScreen(id="C999999", to="pad/pad-1", request="S1"))


@spoils("I19", called)
def two_commands_with_one_id(story: Story) -> None:
    taken = next(iter(story.books.pending))
    outs(story, ClearScreen(id=taken, to="pad/pad-1", request="S1"))


@spoils("I19", called)
def a_command_kept_under_another_id(story: Story) -> None:
    pending = story.books.pending
    pending["C999"] = pending[next(iter(pending))]


@spoils("I20", called)
def a_state_that_is_in_no_table(story: Story) -> None:
    list(story.books.tickets.values())[-1].state = "LOITERING"


@spoils("I24", opening)
def two_robots_on_one_lane(story: Story) -> None:
    lane = next(iter(LAYOUT.lanes["r1"].lanes.values()))
    route = (lane.start, lane.id, lane.end)
    errand = Errand(purpose="park", goal=lane.end)
    leg = Leg(errand=errand, order_id="O1", route=route, released=2, update_id=0, asks=1)
    robots = story.books.robots
    robots["robot/r1"] = RobotMemory(id="robot/r1", standing=(lane.start,), leg=leg)
    robots["robot/r2"] = RobotMemory(id="robot/r2", standing=(lane.end,))
    for name in robots:
        story.books.waits[name] = Wait(machine="robot", due=story.now + 1, party="PK", since=story.now)
    message = Order(Header(1, story.now, "2.1.0", "m", "s"), order_id="O1", order_update_id=0, nodes=(), edges=())
    outs(story, SendOrder(id=story.floor.shop.number("C"), to="robot/r1", order=message))


# ── the tests ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", SPOILT)
def test_a_healthy_shop_passes_and_spoilt_books_are_caught(name: str) -> None:
    story, spoilt = Story(), SPOILT[name]
    spoilt.situation(story)
    shop = story.floor.shop
    assert flaws(shop) == []
    assert check_all(shop) > len(story.books.units)

    spoilt.spoil(story)

    found = flaws(shop)
    assert dict.fromkeys(invariant for invariant, _ in found) == {spoilt.invariant: None}, found
    with pytest.raises(Broken) as broken:
        check_all(shop)
    assert broken.value.invariant == spoilt.invariant
    assert broken.value.words
    assert str(broken.value).startswith(spoilt.invariant)


@pytest.mark.parametrize("invariant", [i for i in INVARIANTS if i.subjects], ids=lambda i: i.id)
def test_what_a_beat_has_touched_is_checked_at_once(invariant: object) -> None:
    """For each invariant at least one of its spoilt books is caught without a full scan."""
    name = getattr(invariant, "id", "")
    caught = 0
    for spoilt in SPOILT.values():
        if spoilt.invariant != name:
            continue
        story = Story()
        spoilt.situation(story)
        shop = story.floor.shop
        shop.outs, shop.touched = [], {}
        spoilt.spoil(story)
        shop.touched = dict(story.books.units)
        for machine in ("ticket", "repair", "parts_order", "job", "robot", "signature", "payment", "phone", "loaner"):
            shop.touched.update(shop.things(machine))
        try:
            check_touched(shop)
        except Broken as broken:
            assert broken.invariant == name
            caught += 1
    assert caught


def test_every_invariant_has_a_check_and_spoilt_books_or_names_its_holder() -> None:
    named = {spoilt.invariant for spoilt in SPOILT.values()}
    for invariant in INVARIANTS:
        assert invariant.words, invariant.id
        checked = bool(invariant.subjects or invariant.whole)
        assert checked or invariant.held_by, invariant.id
        assert checked == (invariant.id in named), invariant.id


def test_the_table_is_whole() -> None:
    ids = [invariant.id for invariant in INVARIANTS]
    assert ids == [*(f"B{n}" for n in range(1, 31)), *(f"I{n:02}" for n in range(1, 27))]


def test_only_what_was_touched_is_looked_at() -> None:
    story = Story()
    called(story)
    shop = story.floor.shop
    shop.outs, shop.touched = [], {}
    assert check_touched(shop) == 0
    shop.touch(ticket(story))
    few = check_touched(shop)
    assert 0 < few < 10 < check_all(shop)


def test_a_broken_invariant_stops_the_floor() -> None:
    """From inside assert: the beat that breaks the books raises, so that nothing of it leaves."""
    story = Story()
    called(story)
    story.books.desks["d2"].ticket = ticket(story).id
    with pytest.raises(Broken, match="B1"):
        story.wait(120_000)

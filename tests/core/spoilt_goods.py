"""Proper situations, and what somebody does to the books: papers, money, stock, and the bookkeeping itself."""

from msgspec import structs

from shopfloor.contract.commands import (
    AllowInput,
    Announce,
    AskSignature,
    ClearScreen,
    PickUnit,
    SendOrder,
    TakePayment,
    Work,
)
from shopfloor.contract.facts import (
    DayEnded,
    DocumentFrozen,
    DocumentSigned,
    JobDone,
    JobLoaded,
    PaymentRequested,
    PaymentTaken,
    PickDone,
    ReservationSwapped,
    SignatureShown,
    UnitMoved,
)
from shopfloor.contract.vda5050 import Header, Order
from shopfloor.core import stock
from shopfloor.core.books import Wait
from shopfloor.core.fleet.memory import Errand, Leg, RobotMemory
from tests.core import at_the_bench as bench
from tests.core import at_the_cabinet as cabinet
from tests.core import at_the_desk as desk
from tests.core.spoilt import (
    SPOILT,
    called,
    installed,
    opening,
    order,
    outs,
    quote_on_the_pad,
    repair,
    request,
    spoils,
    ticket,
    unit,
    waits,
)
from tests.core.story import LAYOUT, Story

__all__ = ["SPOILT"]

WRONG = "0" * 64


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


@spoils("B13", desk.approved)
def signed_lines_at_another_price(story: Story) -> None:
    signed = repair(story)
    signed.signed = tuple(structs.replace(line, part_fen=line.part_fen + 1) for line in signed.signed)


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


@spoils("B7", cabinet.opened)
def reserved_by_an_order_that_only_waits(story: Story) -> None:
    order(story).state = "BACKORDERED"
    story.books.pending.clear()


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


# ── what devices are asked ──────────────────────────────────────────────────────────────────────


def asked_again(story: Story, kind: type[Work]) -> None:
    """The latest of its kind goes out once more."""
    pending = [pending.command for pending in story.books.pending.values() if isinstance(pending.command, kind)]
    outs(story, pending[-1])


@spoils("I18", bench.paying)
def asked_to_take_what_is_paid(story: Story) -> None:
    payment = next(iter(story.books.payments.values()))
    payment.command = ""
    asked_again(story, TakePayment)


@spoils("I18", quote_on_the_pad)
def asked_to_show_what_is_not_signed_any_more(story: Story) -> None:
    request(story).command = "C0"
    asked_again(story, AskSignature)


@spoils("I18", cabinet.opened)
def asked_for_a_unit_that_is_not_wanted(story: Story) -> None:
    order(story).state = "RESERVED"
    asked_again(story, PickUnit)


@spoils("I18", called)
def a_number_announced_that_sits_already(story: Story) -> None:
    ticket(story).announce = ""
    asked_again(story, Announce)


@spoils("I18", cabinet.in_the_inlet)
def asked_to_let_in_what_is_not_there(story: Story) -> None:
    shop = story.floor.shop
    stock.move(shop, story.books.units["N1"], "HAND:pk1", "m8", "pk1")
    shop.unheard.clear()
    asked_again(story, AllowInput)

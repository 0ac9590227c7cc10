"""One visit from the signed quote to the goodbye: who says what, for the stories of repairs, holds and custody."""

from typing import Literal

from shopfloor.contract.actor import DAY
from shopfloor.contract.commands import AlertHandheld, Announce, ClearScreen, SendNotice, TakePayment
from shopfloor.contract.events import (
    CommandDone,
    CustomerSeated,
    DeviceScanned,
    EngineerSignedOn,
    IntakeRecorded,
    MailInReceived,
    NextRequested,
    PaymentApproved,
    PaymentPresented,
    QualityPassed,
    RepairAnnounced,
    TicketTaken,
    WorkFinished,
    WorkStarted,
)
from shopfloor.contract.kinds import Line, LineWanted
from shopfloor.core.books import PartsOrder, Repair, Ticket
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import HANDHELD
from tests.core.story import Story

COLLEAGUE = "handheld/h2"
KEEPER = "handheld/h11"
LABOUR = LineWanted(fault="BAT")
"""A line that needs no part: the battery is only fastened again."""
FREE = LineWanted(fault="BAT", service="diagnosis")
"""A line that costs nothing."""


def colleague(story: Story) -> None:
    """e2 at d2: certified for boards, not for foldables."""
    if "e2" not in story.books.present:
        story.believed(COLLEAGUE, EngineerSignedOn(engineer="e2", desk="d2"))


def keeper(story: Story) -> None:
    if "pk1" not in story.books.present:
        story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))


def working(story: Story, *lines: LineWanted) -> Repair:
    """REPAIRING."""
    repair = desk.approved(story, *(lines or (LABOUR,)))
    story.believed(HANDHELD, WorkStarted(repair=repair.id))
    return repair


def finished(story: Story, *lines: LineWanted) -> Repair:
    """QC."""
    repair = working(story, *lines)
    done = tuple(line.line for line in repair.signed)
    story.believed(HANDHELD, WorkFinished(repair=repair.id, labour_min=20, lines_done=done))
    return repair


def passes(story: Story, repair: Repair, checks: int = 12) -> None:
    """A colleague finds nothing."""
    colleague(story)
    story.believed(COLLEAGUE, QualityPassed(repair=repair.id, checker="e2", checks=checks))


def reported(story: Story, *lines: LineWanted) -> Repair:
    """REPORTED, the report not yet read."""
    repair = finished(story, *lines)
    passes(story, repair)
    return repair


def paying(story: Story) -> Repair:
    """PAYING: the amount is on the terminal."""
    repair = reported(story)
    desk.report_read(story)
    return repair


def pays(story: Story) -> None:
    asked = story.last(TakePayment)
    story.believed(asked.to, PaymentPresented(payment=asked.payment))
    story.believed(asked.to, PaymentApproved(payment=asked.payment, amount=asked.amount, reference="r-1"))


def accepting(story: Story) -> Repair:
    """ACCEPTING: paid, and the acceptance is being drawn up."""
    repair = paying(story)
    pays(story)
    return repair


Receiver = Literal["", "owner", "proxy-code", "proxy-signed"]


def out(repair: Repair, receiver: Receiver = "owner") -> DeviceScanned:
    """The phone's label and the customer."""
    return DeviceScanned(repair=repair.id, place="customer", receiver=receiver)


def handed_over(story: Story) -> Repair:
    """HANDED_OVER: signed on the PAD, then scanned out."""
    repair = accepting(story)
    desk.signed(story)
    story.believed(HANDHELD, out(repair))
    return repair


def seated_again(story: Story, repair: str = "", line: Line = "D", by: str = HANDHELD) -> Ticket:
    """The customer comes (back) and sits down at this engineer's desk."""
    story.believed("queue/q1", TicketTaken(line=line, repair=repair))
    story.believed(by, NextRequested())
    presence = next(p for p in story.books.present.values() if p.device == by)
    ticket = story.books.tickets[story.books.desks[presence.desk].ticket]
    story.believed(by, CustomerSeated(ticket=ticket.id))
    return ticket


def mailed_in(story: Story) -> Repair:
    """INTAKE of a parcel: e1 is at d1, the keeper has put the phone into locker 7."""
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    keeper(story)
    form = RepairAnnounced(repair_kind="MAIL_IN", model="AST-M60", fault="BAT", waybill="WB1")
    story.believed(desk.LINK, form)
    story.believed(KEEPER, MailInReceived(waybill="WB1", photos=2, locker="locker/7"))
    return next(iter(story.books.repairs.values()))


def days(story: Story, count: int) -> None:
    """Days pass, and whoever was told something has heard it: nothing is repeated every minute."""
    for _ in range(count):
        for pending in list(story.books.pending.values()):
            if isinstance(pending.command, SendNotice | AlertHandheld | Announce | ClearScreen):
                story.believed(pending.command.to, CommandDone(command=pending.command.id))
        story.wait(DAY)


def intake_of(repair: Repair) -> IntakeRecorded:
    return IntakeRecorded(
        repair=repair.id,
        model="AST-M60",
        imei=desk.IMEI,
        imei_read=True,
        identity="receipt",
        fault_words="it does not charge",
        photos=2,
        lock_off=True,
        data_choice="backed-up",
        privacy_mode=True,
    )


def with_part(story: Story, repair: Repair, state: str, unit: str = "") -> PartsOrder:
    """As if the parts room had brought an order for the battery so far."""
    order = PartsOrder(
        id=story.floor.shop.number("P"),
        state=state,
        repair=repair.id,
        line=1,
        sku="AST-M60-BAT",
        desk=repair.desk,
        by=repair.owner,
        opened_at=story.now,
        unit=unit,
    )
    story.books.parts_orders[order.id] = order
    story.books.parts_of.setdefault(repair.id, {})[order.id] = None
    if not story.floor.shop.is_final(order):
        story.floor.shop.wait(order, story.now + 60 * DAY, "PK")
    return order

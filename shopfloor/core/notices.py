"""Messages to the customer. All of them also stand on the customer's page, so one that is lost does no harm.

Whether a topic is worth a message where each needs consent is the notifier's setting; the floor asks for all.
"""

from typing import Literal, TypeAlias

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import SendNotice
from shopfloor.contract.events import NoticeDelivered, NoticeFailed
from shopfloor.contract.facts import (
    DeviceUnclaimed,
    DocumentSigned,
    FollowUpStarted,
    NoticeAsked,
    NoticeMissed,
    NoticeSent,
    PartBackordered,
    PartyReminded,
    PickupAwaited,
    PromiseChanged,
    QuoteFrozen,
    RepairHeld,
    RepairReported,
    TicketCalled,
    TicketExpected,
    TicketMissed,
)
from shopfloor.core import premises
from shopfloor.core.prices import yuan
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("notices")

WORK_OPEN_MAX = 2_000
"""A notifier that is away for long must not fill the books: what comes then stands on the customer's page only."""

Topic: TypeAlias = Literal[
    "booked",
    "called",
    "missed",
    "quote",
    "thinking",
    "part-late",
    "promise-changed",
    "ready",
    "pick-up",
    "reminder",
    "unclaimed",
    "copy",
    "survey",
]


# ── about a ticket ──────────────────────────────────────────────────────────────────────────────


@room.hears(TicketExpected)
def booked(shop: Shop, fact: TicketExpected) -> None:
    """q2: confirmation, and how to prepare."""
    _tell(shop, "booked", ticket=fact.ticket, values={"at": str(fact.at)})


@room.hears(TicketCalled)
def called(shop: Shop, fact: TicketCalled) -> None:
    """q6."""
    _tell(shop, "called", ticket=fact.ticket, values={"number": fact.number, "desk": fact.desk})


@room.hears(TicketMissed)
def missed(shop: Shop, fact: TicketMissed) -> None:
    """q4, q9: with the way to come again."""
    _tell(shop, "missed", ticket=fact.ticket, values={"booked": "yes" if fact.booked else "no"})


# ── about a repair ──────────────────────────────────────────────────────────────────────────────


@room.hears(QuoteFrozen)
def quote(shop: Shop, fact: QuoteFrozen) -> None:
    """r7, r10, r17."""
    values = {"version": str(fact.version), "total_cny": yuan(fact.total), "valid_until": str(fact.valid_until)}
    _tell(shop, "quote", repair=fact.repair, values=values)


@room.hears(RepairHeld)
def thinking(shop: Shop, fact: RepairHeld) -> None:
    """r12: the quote waits on the customer's page."""
    if fact.reason == "undecided":
        _tell(shop, "thinking", repair=fact.repair)


@room.hears(PartBackordered)
def part_late(shop: Shop, fact: PartBackordered) -> None:
    """r16: wait, leave the phone, or take it back."""
    _tell(shop, "part-late", repair=fact.repair, values={"sku": fact.sku})


@room.hears(PromiseChanged)
def promise_changed(shop: Shop, fact: PromiseChanged) -> None:
    _tell(shop, "promise-changed", repair=fact.repair, values={"promised": str(fact.promised), "why": fact.why})


@room.hears(RepairReported)
def ready(shop: Shop, fact: RepairReported) -> None:
    """r20, r32."""
    _tell(shop, "ready", repair=fact.repair, values={"payable_cny": yuan(fact.payable)})


@room.hears(PickupAwaited)
def pick_up(shop: Shop, fact: PickupAwaited) -> None:
    """r26."""
    _tell(shop, "pick-up", repair=fact.repair)


@room.hears(PartyReminded)
def reminder(shop: Shop, fact: PartyReminded) -> None:
    """Whoever must act is the customer: they are told again."""
    if fact.party == "CU" and fact.about in shop.books.repairs:
        _tell(shop, "reminder", repair=fact.about, values={"state": fact.state})


@room.hears(DeviceUnclaimed)
def unclaimed(shop: Shop, fact: DeviceUnclaimed) -> None:
    """r28."""
    _tell(shop, "unclaimed", repair=fact.repair)


@room.hears(DocumentSigned)
def copy(shop: Shop, fact: DocumentSigned) -> None:
    """s8: the sealed document; s10 follows its delivery."""
    values = {"document": fact.document, "sha256": fact.sealed_sha256}
    _tell(shop, "copy", repair=fact.repair, about=fact.request, values=values)


@room.hears(FollowUpStarted)
def survey(shop: Shop, fact: FollowUpStarted) -> None:
    """r33."""
    _tell(shop, "survey", repair=fact.repair)


def _tell(
    shop: Shop,
    topic: Topic,
    *,
    ticket: str = "",
    repair: str = "",
    about: str = "",
    values: dict[str, str] | None = None,
) -> None:
    if len(shop.books.pending) >= WORK_OPEN_MAX:
        return
    if repair and not ticket:
        ticket = shop.books.repairs[repair].ticket
    shop.ask(
        SendNotice(
            id=shop.number("C"),
            to=premises.service(shop, "notifier"),
            topic=topic,
            ticket=ticket,
            repair=repair,
            about=about,
            values=values or {},
        )
    )
    shop.note(NoticeAsked(topic=topic, ticket=ticket, repair=repair, about=about))


# ── what came of it ─────────────────────────────────────────────────────────────────────────────


@room.records(NoticeDelivered)
def notice_delivered(shop: Shop, by: Device, event: NoticeDelivered) -> None:
    notice = _open_notice(shop, by, event.command)
    shop.answered(notice.id)
    shop.note(NoticeSent(topic=notice.topic, ticket=notice.ticket, repair=notice.repair, about=notice.about))


@room.records(NoticeFailed)
def notice_failed(shop: Shop, by: Device, event: NoticeFailed) -> None:
    """Not tried again: the customer reads it on their page."""
    notice = _open_notice(shop, by, event.command)
    shop.answered(notice.id)
    shop.note(
        NoticeMissed(
            topic=notice.topic, ticket=notice.ticket, repair=notice.repair, about=notice.about, reason=event.reason
        )
    )


def _open_notice(shop: Shop, by: Device, command: str) -> SendNotice:
    pending = shop.books.pending.get(command)
    if pending is None or not isinstance(pending.command, SendNotice) or pending.command.to != by:
        shop.refuse("not-asked", f"{command} is not an open message (any more).")
    return pending.command

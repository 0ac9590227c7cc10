"""The live sections of the handheld: the floor's own picture of the work, with what can be done about each thing."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.commands import AlertHandheld, PartRow, ShowWork, WorkRow
from shopfloor.contract.kinds import Language, QuoteLine
from shopfloor.contract.layout import Layout
from shopfloor.web.catalogues import LOCALES
from shopfloor.web.handheld.bench import Bench, Cause, Way, bench_of
from shopfloor.web.handheld.offer import Offer, Offers, Seat
from shopfloor.web.handheld.part_offers import part_offers
from shopfloor.web.handheld.repair_offers import OfRepair, checks, taking_over
from shopfloor.web.handheld.ticket_offers import seat_offers, ticket_offers, waiting_offers
from shopfloor.web.live import Sections
from shopfloor.web.people import names_of, with_names
from shopfloor.web.screens import Screen
from shopfloor.web.sentences import sentences_in

MISSED_MAX: Final = 12


class SeatSeen(Struct, frozen=True):
    """Who is signed on at this handheld."""

    person: str
    on: bool
    away: bool
    desk: str
    keeps_parts: bool
    offers: Offers


class PartSeen(Struct, frozen=True):
    """A part, where it is, and what can be done with it."""

    part: PartRow
    offers: tuple[Offer, ...]
    way: Way | None = None


class RepairOnHand(Struct, frozen=True):
    """A repair as its row shows it, with what the records know besides."""

    row: WorkRow
    whose: str
    """``mine``, ``check`` (a colleague's, to be checked) or ``over`` (to be taken over)."""
    causes: tuple[Cause, ...]
    quote: str
    lines: tuple[QuoteLine, ...]
    signed: tuple[QuoteLine, ...]
    cap: int
    promised: Instant
    note: str
    papers: dict[str, str]
    parts: tuple[PartSeen, ...]
    offers: Offers


class TicketOnHand(Struct, frozen=True):
    """A ticket as its row shows it."""

    row: WorkRow
    offers: Offers


class AlertSeen(Struct, frozen=True):
    """It has buzzed, and is answered when it has been read."""

    id: str
    about: str
    words: dict[Language, str]


class DeskSeen(Struct, frozen=True):
    """A desk, and who sits there; empty: nobody."""

    desk: str
    engineer: str
    name: str


def nobody(layout: Layout, database: sqlite3.Connection, screen: Screen) -> Sections:
    """What a handheld shows on which nobody is signed on."""
    return {
        "seat": SeatSeen("", on=False, away=False, desk="", keeps_parts=False, offers=Offers()),
        "desks": desks(layout, database),
        "alerts": alerts(screen, layout),
        "tickets": (),
        "repairs": (),
        "parts": (),
        "waiting": (),
        "missed": (),
        "chores": (),
    }


def somebody(
    layout: Layout,
    catalogue: Catalogue,
    database: sqlite3.Connection,
    now: Instant,
    screen: Screen,
    person: str,
    device: Device,
) -> Sections:
    """What it shows to the person who has signed in; without a seat until they have signed on."""
    sections = dict(nobody(layout, database, screen))
    keeps = person in layout.parts_keepers
    sections["seat"] = SeatSeen(person, on=False, away=False, desk="", keeps_parts=keeps, offers=Offers())
    state = _presence(database, person, device)
    work = screen.pictures.get(ShowWork.__name__)
    if state not in ("ON", "AWAY") or not isinstance(work, ShowWork) or work.engineer != person:
        return sections
    seat = Seat(work, catalogue, keeps)
    sections["seat"] = SeatSeen(person, True, state == "AWAY", work.desk, keeps, seat_offers(seat))  # noqa: FBT003
    sections["tickets"] = [TicketOnHand(row, ticket_offers(seat, row)) for row in work.mine if not row.repair]
    sections["repairs"] = _repairs(seat, database, now)
    sections["parts"] = [PartSeen(part, part_offers(seat, part)) for part in work.parts] if keeps else []
    sections["waiting"] = [TicketOnHand(row, Offers(waiting_offers(seat, row))) for row in work.waiting]
    sections["missed"] = _missed(database)
    sections["chores"] = [in_every_language(chore, layout) for chore in work.chores]
    return sections


def in_every_language(english: str, layout: Layout) -> dict[Language, str]:
    """A sentence of the floor. Pictures are made once for readers of different languages."""
    names = names_of(layout)
    return {language: with_names(sentences_in(language).say(english), names) for language in LOCALES}


def alerts(screen: Screen, layout: Layout) -> Sequence[AlertSeen]:
    """What this handheld has not answered yet."""
    asked = [work for work in screen.work if isinstance(work, AlertHandheld)]
    return [AlertSeen(work.id, work.about, in_every_language(work.words, layout)) for work in asked]


def desks(layout: Layout, database: sqlite3.Connection) -> Sequence[DeskSeen]:
    """All of the shop, and who sits there."""
    rows = database.execute("SELECT desk, id FROM presence WHERE state != 'OFF' AND desk != ''")
    taken: dict[str, str] = dict(rows.fetchall())
    names = names_of(layout)
    return [DeskSeen(desk, taken.get(desk, ""), names.get(taken.get(desk, ""), "")) for desk in layout.desks]


def _presence(database: sqlite3.Connection, person: str, device: Device) -> str:
    row = database.execute("SELECT state FROM presence WHERE id = ? AND device = ?", (person, device)).fetchone()
    return str(row[0]) if row is not None else ""


def _missed(database: sqlite3.Connection) -> Sequence[TicketOnHand]:
    """q10: they may come after all, on the same day; the floor knows which day that is."""
    rows = database.execute(
        "SELECT id, number FROM ticket WHERE state = 'NO_SHOW' ORDER BY ended_at DESC, id LIMIT ?", (MISSED_MAX,)
    )
    return [
        TicketOnHand(
            WorkRow(ticket=ticket, number=number or "", ticket_state="NO_SHOW"),
            Offers((Offer("reinstate", {"ticket": ticket}),)),
        )
        for ticket, number in rows
    ]


def _repairs(seat: Seat, database: sqlite3.Connection, now: Instant) -> Sequence[RepairOnHand]:
    work = seat.work
    benches = {row.repair: bench_of(database, row.repair, now) for row in (*work.mine, *_of_others(seat)) if row.repair}
    mine = [row for row in work.mine if row.repair]
    own = [_seen(seat, row, benches[row.repair], "mine", OfRepair(seat, row, benches[row.repair])()) for row in mine]
    checked = [_seen(seat, row, benches[row.repair], "check", Offers(checks(seat, row))) for row in _to_check(seat)]
    over = [_seen(seat, row, benches[row.repair], "over", taking_over(seat, row)) for row in _to_take_over(seat)]
    return [*own, *checked, *over]


def _of_others(seat: Seat) -> tuple[WorkRow, ...]:
    return (*_to_check(seat), *_to_take_over(seat))


def _to_check(seat: Seat) -> tuple[WorkRow, ...]:
    """Only engineers check; one's own repair is among one's own."""
    own = [row.repair for row in seat.work.mine]
    return () if seat.keeps_parts else tuple(row for row in seat.work.to_check if row.repair not in own)


def _to_take_over(seat: Seat) -> tuple[WorkRow, ...]:
    return () if seat.keeps_parts else seat.work.to_take_over


def _seen(seat: Seat, row: WorkRow, bench: Bench, whose: str, offers: Offers) -> RepairOnHand:
    parts = seat.parts_of(row.repair)
    return RepairOnHand(
        row=row,
        whose=whose,
        causes=tuple(bench.causes),
        quote=bench.quote,
        lines=bench.lines,
        signed=bench.signed,
        cap=bench.cap,
        promised=bench.promised,
        note=bench.note,
        papers=bench.papers,
        parts=tuple(PartSeen(part, part_offers(seat, part), bench.ways.get(part.parts_order)) for part in parts),
        offers=offers,
    )

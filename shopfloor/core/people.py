"""Who is signed on where, and what the manager allows or sets."""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import (
    EngineerAway,
    EngineerSignedOff,
    EngineerSignedOn,
    ModeSet,
    OverrideGiven,
    PageRead,
    ServiceDaySet,
    TouchpointTapped,
)
from shopfloor.contract.facts import (
    EngineerCameOn,
    EngineerWentOff,
    ModeChanged,
    PageWasRead,
    PresenceLost,
    TouchpointEvidenced,
)
from shopfloor.contract.layout import Layout
from shopfloor.core.books import Presence
from shopfloor.core.lifecycles import WORKING
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop
from shopfloor.core.touchpoints import TAPPED

room = Room("people")

SERVICE_DAYS_MAX = 400


@room.records(EngineerSignedOn)
def engineer_signed_on(shop: Shop, by: Device, event: EngineerSignedOn) -> None:
    """A person takes the handheld; an engineer also a desk. Signing on again moves to another desk."""
    person = event.engineer
    own = _handheld_of(shop.layout, person)
    if own is None:
        shop.refuse("unknown", f"Nobody with the number {person} works here. Check the badge.")
    if by != own:
        shop.refuse("not-your-handheld", f"{person} signs on at {own}, not at {by}.")
    _check_desk(shop, person, event.desk)
    before = shop.books.present.get(person)
    if before is not None and before.desk and before.desk != event.desk:
        _leave_desk(shop, person, before.desk)
    shop.books.present[person] = Presence(person=person, desk=event.desk, device=by, since=shop.now)
    if event.desk:
        shop.books.desks[event.desk].engineer = person
    shop.redraw[by] = None
    shop.note(EngineerCameOn(engineer=person, desk=event.desk, device=by))


@room.records(EngineerSignedOff)
def engineer_signed_off(shop: Shop, by: Device, event: EngineerSignedOff) -> None:
    """E22: no one leaves a customer or a phone behind without a word."""
    presence = shop.presence(by)
    if presence.person != event.engineer:
        shop.refuse("not-you", f"{by} is in the hands of {presence.person}.")
    for repair in shop.books.repairs.values():
        if repair.owner == event.engineer and repair.state in WORKING:
            shop.refuse("repair-open", f"{repair.id} is {repair.state}. Hand it over or put it on hold first.")
    desk = shop.books.desks.get(presence.desk)
    if desk is not None and desk.ticket:
        number = shop.ticket(desk.ticket).number
        shop.refuse("ticket-open", f"{number} is called or served at desk {desk.desk}. Finish with it first.")
    _leave_desk(shop, event.engineer, presence.desk)
    del shop.books.present[event.engineer]
    shop.note(EngineerWentOff(engineer=event.engineer, desk=presence.desk))


@room.records(EngineerAway)
def engineer_away(shop: Shop, by: Device, event: EngineerAway) -> None:
    """E22: the handheld has lain untouched; its repairs are up for hand-over (r29)."""
    presence = shop.presence(by)
    if presence.person != event.engineer:
        shop.refuse("not-you", f"{by} is in the hands of {presence.person}.")
    if presence.away:
        shop.refuse("already", f"{event.engineer} is known to be away.")
    presence.away = True
    shop.note(PresenceLost(engineer=event.engineer))


@room.records(OverrideGiven)
def override_given(shop: Shop, _by: Device, event: OverrideGiven) -> None:
    """A manager allows one thing, with a reason."""
    shop.allow(event.about, event.rule, event.reason)


@room.records(ServiceDaySet)
def service_day_set(shop: Shop, _by: Device, event: ServiceDaySet) -> None:
    """A date of the shop's calendar."""
    if len(shop.books.service_days) >= SERVICE_DAYS_MAX and event.date not in shop.books.service_days:
        shop.refuse("too-many", f"The calendar holds at most {SERVICE_DAYS_MAX} dates.")
    shop.books.service_days[event.date] = event.on
    shop.note(ModeChanged(what="service-day", on=event.on, why="manager", about=event.date))


@room.records(ModeSet)
def mode_set(shop: Shop, _by: Device, event: ModeSet) -> None:
    """E8, E9, E29: the rooms concerned hear of it."""
    if event.what == "line-closed":
        if event.about not in ("A", "B", "C", "D"):
            shop.refuse("unknown", f"There is no line {event.about!r}: say A, B, C or D.")
        if event.on:
            shop.books.lines_closed[event.about] = "manager"
        else:
            shop.books.lines_closed.pop(event.about, None)
        shop.redraw.update(shop.devices.get("queue", {}))
    if event.what == "cabinet-by-hand" and event.about not in shop.books.cabinets:
        shop.refuse("unknown", f"There is no cabinet {event.about!r}.")
    if event.what == "cabinet-by-hand" and shop.books.cabinets[event.about].state == "SHELVES":
        shop.refuse("shelves", f"{event.about} are shelves: they are always worked by hand.")
    if event.what == "robot-held" and f"robot/{event.about}" not in shop.books.robots:
        shop.refuse("unknown", f"There is no robot {event.about!r} on this floor.")
    shop.note(ModeChanged(what=event.what, on=event.on, why="manager", about=event.about))


@room.records(PageRead)
def page_read(shop: Shop, _by: Device, event: PageRead) -> None:
    """Touchpoints before and during the visit that only the customer's own page sees."""
    if event.ticket:
        shop.ticket(event.ticket)
    shop.note(PageWasRead(page=event.page, ticket=event.ticket))


@room.records(TouchpointTapped)
def touchpoint_tapped(shop: Shop, by: Device, event: TouchpointTapped) -> None:
    """B30: only what no machine can see is tapped."""
    engineer = shop.presence(by).person
    if event.touchpoint not in TAPPED:
        shop.refuse("not-tapped", f"Touchpoint {event.touchpoint} is noted by itself or by an inspector.")
    if event.ticket:
        shop.ticket(event.ticket)
    shop.note(TouchpointEvidenced(touchpoint=event.touchpoint, ticket=event.ticket, engineer=engineer))


def _handheld_of(layout: Layout, person: str) -> Device | None:
    row = layout.engineers.get(person) or layout.parts_keepers.get(person)
    return f"handheld/{row.handheld}" if row else None


def _check_desk(shop: Shop, person: str, desk: str) -> None:
    if person in shop.layout.parts_keepers:
        if desk:
            shop.refuse("no-desk", f"{person} keeps the parts and has no desk.")
        return
    state = shop.books.desks.get(desk)
    if state is None:
        shop.refuse("unknown", f"There is no desk {desk!r}. Scan the label of the desk.")
    if state.engineer not in ("", person):
        shop.refuse("desk-taken", f"{state.engineer} is signed on at desk {desk}.")
    before = shop.books.present.get(person)
    if before is not None and before.desk not in ("", desk) and shop.books.desks[before.desk].ticket:
        shop.refuse("ticket-open", f"Finish with the customer at desk {before.desk} first.")


def _leave_desk(shop: Shop, person: str, desk: str) -> None:
    if desk and shop.books.desks[desk].engineer == person:
        shop.books.desks[desk].engineer = ""

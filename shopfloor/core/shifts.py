"""Who works on which day: the layout's shifts, and what the manager has changed of one date (E22)."""

from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.contract.events import StaffSet
from shopfloor.contract.facts import StaffChanged
from shopfloor.contract.layout import Layout
from shopfloor.contract.sidefile import minutes_of
from shopfloor.core import premises
from shopfloor.core.room import Room
from shopfloor.core.shop import MANAGER, Shop

room = Room("shifts")

SHIFT_END_NOTICE = 15 * MINUTE
ROSTER = "roster/"
"""Alarms about a date's roster begin with this."""
ROSTER_MAX = 2_000
"""Days of people, all dates together, that differ from the layout's shifts."""


@room.records(StaffSet)
def staff_set(shop: Shop, by: Device, event: StaffSet) -> None:
    """Somebody is ill or comes in. Who is off today is called nobody new, and finishes what they have begun."""
    midnight = premises.coming_day(shop, event.date)
    if event.person not in (*shop.layout.engineers, *shop.layout.parts_keepers, *shop.layout.managers):
        shop.refuse("unknown", f"Nobody with the number {event.person} works here. Check the badge.")
    as_planned = event.on and _planned(shop.layout, event.person, midnight)
    if _changed(shop, event.person, event.date) == (None if as_planned else event.on):
        shop.refuse("already", f"{event.person} is {'on' if event.on else 'off'} the roster of {event.date} already.")
    if event.on and shop.layout.open_until(midnight) is None:
        shop.refuse("closed-day", f"The shop is closed on {event.date}. Choose a day on which it opens.")
    if not as_planned and sum(len(people) for people in shop.books.roster.values()) >= ROSTER_MAX:
        shop.refuse("too-many", f"The roster holds at most {ROSTER_MAX} changes. Some days have to pass first.")
    people = shop.books.roster.setdefault(event.date, {})
    if as_planned:
        del people[event.person]
    else:
        people[event.person] = event.on
    if not people:
        del shop.books.roster[event.date]
    shop.note(StaffChanged(device=by, person=event.person, date=event.date, on=event.on))
    shop.redraw.update(shop.devices.get("queue", {}))
    _watch_the_lines(shop, event.date, midnight)


def works_on(shop: Shop, person: str, date: str) -> bool:
    """Whether this person is on the roster of a date; without a list of shifts, everybody is on every day."""
    changed = _changed(shop, person, date)
    return _planned(shop.layout, person, shop.layout.midnight_of(date)) if changed is None else changed


def is_off(shop: Shop, person: str, date: str) -> bool:
    """Whether the manager has taken this person off the roster of a date. Whom nobody planned, nobody stops."""
    return _changed(shop, person, date) is False


def shift_end(shop: Shop, person: str) -> Instant | None:
    """When this person's shift ends today; None without a shift (nobody plans, nobody stops them).

    Who is set off has ended before the day began; who comes in stays for as long as the shop is open.
    """
    layout, now = shop.layout, shop.now
    midnight, today = layout.day_start(now), layout.weekday(now)
    if is_off(shop, person, shop.books.day):
        return midnight
    ends = [
        midnight + minutes_of(shift.end) * MINUTE
        for shift in layout.shifts
        if today in shift.days and person in shift.people
    ]
    if not ends and _changed(shop, person, shop.books.day):
        return layout.open_until(now)
    return max(ends, default=None)


def shift_is_over(shop: Shop, person: str) -> bool:
    """E22: from a quarter of an hour before the end of the shift, nobody new is called."""
    end = shift_end(shop, person)
    return end is not None and shop.now >= end - SHIFT_END_NOTICE


def forget_the_past(shop: Shop) -> None:
    """With the day, its roster and the alarm about it go."""
    books, today = shop.books, shop.layout.date(shop.now)
    books.roster = {date: people for date, people in books.roster.items() if date >= today}
    for about in [about for about in books.alarms if about.startswith(ROSTER) and about < _about(today)]:
        shop.all_clear(about)


def _planned(layout: Layout, person: str, midnight: Instant) -> bool:
    """By the layout's shifts alone."""
    if not layout.shifts:
        return True
    weekday = layout.weekday(midnight)
    return any(weekday in shift.days and person in shift.people for shift in layout.shifts)


def _changed(shop: Shop, person: str, date: str) -> bool | None:
    """What the manager has set; None: nothing, the layout's shifts hold."""
    return shop.books.roster.get(date, {}).get(person)


def _watch_the_lines(shop: Shop, date: str, midnight: Instant) -> None:
    """An illness cannot be refused. But who would call the customers of a line is the manager's business at once."""
    engineers = shop.layout.engineers.values()
    there = [row for row in engineers if works_on(shop, row.id, date)]
    known = sorted({line: None for row in engineers for line in row.lines})
    unserved = [line for line in known if not any(line in row.lines for row in there)]
    if unserved and shop.layout.open_until(midnight) is not None:
        lines = ", ".join(unserved)
        shop.alarm(_about(date), f"Nobody on the roster of {date} may serve {lines}: set somebody on.", MANAGER)
    else:
        shop.all_clear(_about(date))


def _about(date: str) -> str:
    return f"{ROSTER}{date}"

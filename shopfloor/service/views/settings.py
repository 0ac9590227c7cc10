"""What the manager has set: service days, modes, closed lines, who works when, what things cost."""

import sqlite3
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.contract.sidefile import minutes_of
from shopfloor.core.books import Amounts
from shopfloor.core.price_list import in_force
from shopfloor.core.prices import SHOP_PRICES_FEN
from shopfloor.service.views.modes import lines_closed
from shopfloor.service.views.opening import last_entry, one_moment, policy_of
from shopfloor.service.views.roster import changed

Role = Literal["engineer", "parts_keeper", "manager"]


class Mode(Struct, frozen=True):
    """Something that is switched on now, and by whom or why."""

    what: str
    """As ModeSet has it: line-closed, cabinet-by-hand, robot-held …; or what the floor itself has gone over to."""
    about: str
    why: str
    since: Instant


class Duty(Struct, frozen=True):
    """A person on a date."""

    person: str
    name: str
    role: Role
    lines: tuple[str, ...]
    working: bool
    start: Instant
    end: Instant
    """Both 0: no shift is known, or they do not work."""
    changed: bool
    """The manager has set it; else the layout's shifts say so."""
    desk: str
    """Where they are signed on just now, whatever the date."""


class Settings(Struct, frozen=True):
    """How the shop is set, as of a date."""

    date: str
    service_days: tuple[str, ...]
    """From today on."""
    modes: tuple[Mode, ...]
    lines_closed: tuple[str, ...]
    duties: tuple[Duty, ...]


class PriceSeen(Struct, frozen=True):
    """A row of the catalogue (model and fault) or a service of the shop's own list (both empty), on a date."""

    service: str
    model: str
    fault: str
    sku: str
    """"" = no part is needed."""
    part_fen: int
    labour_fen: int
    fixed_fen: int | None
    since: str
    """The date from which on it was set; empty: as printed."""
    to_come: tuple[str, ...]
    """Dates on which it changes again."""


def settings_seen(database: sqlite3.Connection, layout: Layout, date: str = "") -> Settings:
    """For people and shifts of a date; empty: today."""
    with one_moment(database):
        return _settings(database, layout, date)


def _settings(database: sqlite3.Connection, layout: Layout, date: str) -> Settings:
    _entries, now = last_entry(database)
    today = layout.date(now)
    return Settings(
        date=date or today,
        service_days=_service_days(database, today),
        modes=tuple(_modes(database, layout.day_start(now))),
        lines_closed=lines_closed(database, layout.day_start(now)),
        duties=tuple(_duties(database, layout, date or today)),
    )


def _service_days(database: sqlite3.Connection, today: str) -> tuple[str, ...]:
    days = dict.fromkeys(policy_of(database).service_days, True)
    rows = database.execute("SELECT about, state FROM mode WHERE what = 'service-day'")
    days.update((about, state == "ON") for about, state in rows)
    return tuple(sorted(day for day, on in days.items() if on and day >= today))


def _modes(database: sqlite3.Connection, midnight: Instant) -> Iterator[Mode]:
    """Service days are dates, not modes; a line that was closed opens again with the day."""
    rows = database.execute(
        "SELECT what, about, coalesce(reason, ''), at FROM mode WHERE state = 'ON' AND what <> 'service-day' "
        "AND (what <> 'line-closed' OR at >= ?) ORDER BY at, id",
        (midnight,),
    )
    for what, about, why, at in rows:
        yield Mode(what, about, why, at)


# ── people ──────────────────────────────────────────────────────────────────────────────────────


def _duties(database: sqlite3.Connection, layout: Layout, date: str) -> Iterator[Duty]:
    desks = dict(database.execute("SELECT id, coalesce(desk, '') FROM presence WHERE state <> 'OFF'").fetchall())
    for person, name, role, lines in _people(layout):
        set_to = changed(database, person, date)
        shift = _shift(layout, person, date)
        working = shift is not None or not layout.shifts if set_to is None else set_to
        start, end = (shift or _open_hours(layout, date)) if working else (0, 0)
        yield Duty(
            person=person,
            name=name,
            role=role,
            lines=lines,
            working=working,
            start=start,
            end=end,
            changed=set_to is not None and set_to != (shift is not None or not layout.shifts),
            desk=desks.get(person, ""),
        )


def _people(layout: Layout) -> Iterator[tuple[str, str, Role, tuple[str, ...]]]:
    for engineer in layout.engineers.values():
        yield engineer.id, engineer.name, "engineer", tuple(engineer.lines)
    for keeper in layout.parts_keepers.values():
        yield keeper.id, keeper.name, "parts_keeper", ()
    for manager in layout.managers.values():
        yield manager.id, manager.name, "manager", ()


def _shift(layout: Layout, person: str, date: str) -> tuple[Instant, Instant] | None:
    """From the first that begins to the last that ends."""
    midnight = layout.midnight_of(date)
    weekday = layout.weekday(midnight)
    own = [shift for shift in layout.shifts if weekday in shift.days and person in shift.people]
    if not own:
        return None
    starts, ends = (minutes_of(shift.start) for shift in own), (minutes_of(shift.end) for shift in own)
    return midnight + min(starts) * MINUTE, midnight + max(ends) * MINUTE


def _open_hours(layout: Layout, date: str) -> tuple[Instant, Instant]:
    midnight = layout.midnight_of(date)
    return layout.open_from(midnight) or 0, layout.open_until(midnight) or 0


# ── prices ──────────────────────────────────────────────────────────────────────────────────────


def prices_seen(
    database: sqlite3.Connection, layout: Layout, catalogue: Catalogue, date: str = ""
) -> tuple[PriceSeen, ...]:
    """What each row costs on a date; empty: today. The shop's own services come last."""
    _entries, now = last_entry(database)
    changes = _price_changes(database)
    day = date or layout.date(now)
    rows = [
        _price(("repair", model, row.fault), row.sku, printed, changes, day)
        for model, faults in catalogue.rows.items()
        for row in faults.values()
        for printed in (Amounts(row.part_price_fen, row.labour_fee_fen, row.fixed_price_fen),)
    ]
    own = [_price((service, "", ""), "", Amounts(0, fen), changes, day) for service, fen in SHOP_PRICES_FEN.items()]
    return (*rows, *own)


_Row = tuple[str, str, str]
"""Service, model, fault."""


def _price_changes(database: sqlite3.Connection) -> dict[_Row, dict[str, Amounts]]:
    """Row → date → amounts: what was set and not withdrawn since."""
    changes: dict[_Row, dict[str, Amounts]] = {}
    rows = database.execute(
        "SELECT service, model, fault, effective, part_fen, labour_fen, fixed_fen, withdrawn FROM price_change "
        "ORDER BY rowid"
    )
    for service, model, fault, effective, part_fen, labour_fen, fixed_fen, withdrawn in rows:
        dates = changes.setdefault((service, model, fault), {})
        if withdrawn:
            dates.pop(effective, None)
        else:
            dates[effective] = Amounts(part_fen, labour_fen, fixed_fen)
    return changes


def _price(row: _Row, sku: str, printed: Amounts, changes: dict[_Row, dict[str, Amounts]], date: str) -> PriceSeen:
    dates = changes.get(row, {})
    amounts = in_force(dates, printed, date)
    return PriceSeen(
        *row,
        sku=sku,
        part_fen=amounts.part_fen,
        labour_fen=amounts.labour_fen,
        fixed_fen=amounts.fixed_fen,
        since=max((begun for begun in dates if begun <= date), default=""),
        to_come=tuple(sorted(begins for begins in dates if begins > date)),
    )

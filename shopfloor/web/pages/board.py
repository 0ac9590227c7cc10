"""The manager's board: the floor plan as it lives, what is wrong and who must act, figures with the day's curves."""

import sqlite3
import threading
from pathlib import Path
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import SECOND, Device, Instant
from shopfloor.contract.kinds import Language
from shopfloor.contract.layout import Layout
from shopfloor.core.kpis import KPIS
from shopfloor.service.views.curves import Curves, curves_seen
from shopfloor.service.views.floor import AlarmSeen, FloorSeen, floor_seen
from shopfloor.service.views.opening import last_entry
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.alarm_decisions import decisions_at_alarm
from shopfloor.web.catalogues import LOCALES
from shopfloor.web.decisions import forms
from shopfloor.web.floor_plan import floor_plan
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page
from shopfloor.web.people import names_of, with_names
from shopfloor.web.sentences import sentences_in
from shopfloor.web.shop import Shop
from shopfloor.web.stories import Decision, home_of
from shopfloor.web.terms import Table
from shopfloor.web.words import Words

CURVES_MS: Final = 5 * SECOND
"""Curves of a whole day need not be drawn anew with each robot's step. By the wall's clock: it is work that is saved,
and a demo's shop has many seconds in one."""

TABLES: Final[tuple[Table, ...]] = (
    "ticket", "repair", "parts_order", "job", "robot", "payment", "signature", "line", "purpose", "party", "device",
    "kpi", "kpi_unit", "kpi_figure", "override", "mode", "cabinet",
)  # fmt: skip


class AlarmShown(Struct, frozen=True):
    """An alarm, the story that it belongs to, and what may be decided about it at once."""

    about: str
    words: str
    party: str
    who: str
    since: Instant
    opens: str
    """Ticket or repair; empty: it is about neither."""
    number: str
    """As its customer knows it; empty: a repair, or nobody's."""
    decisions: tuple[Decision, ...]


class UnsentShown(Struct, frozen=True):
    """A device in a browser that still has something to say."""

    device: Device
    waiting: int
    told: Instant
    """By the wall's clock."""


class _Looked(Struct):
    """What was seen of one shop's records, and at which entry: until the next one it is the same."""

    entries: int = 0
    floor: Sections = {}
    curves_at: Instant = 0
    curves: Curves | None = None


_looked: Final[dict[Path, _Looked]] = {}
_looking: Final = threading.Lock()


def floor_sections(database: sqlite3.Connection, layout: Layout, floor: FloorSeen) -> dict[str, object]:
    """The floor as the board draws it, live or past. ``said``: the floor's sentences for each reader."""
    sentences = (
        *(alarm.words for alarm in floor.alarms),
        *(robot.reason for robot in floor.robots),
        *(cabinet.reason for cabinet in floor.cabinets),
    )
    return {
        **{name: getattr(floor, name) for name in floor.__struct_fields__},
        "alarms": tuple(_alarm(database, layout, alarm) for alarm in floor.alarms),
        "said": {english: _in_every_language(english, layout) for english in dict.fromkeys(sentences) if english},
    }


def _alarm(database: sqlite3.Connection, layout: Layout, alarm: AlarmSeen) -> AlarmShown:
    opens = home_of(database, alarm.about)
    return AlarmShown(
        about=alarm.about,
        words=alarm.words,
        party=alarm.party,
        who=alarm.who,
        since=alarm.since,
        opens=opens,
        number=_number(database, opens),
        decisions=decisions_at_alarm(database, layout, alarm.about),
    )


def _number(database: sqlite3.Connection, ticket: str) -> str:
    row = database.execute("SELECT coalesce(number, '') FROM ticket WHERE id = ?", (ticket,)).fetchone()
    return str(row[0]) if row is not None else ""


def _in_every_language(english: str, layout: Layout) -> dict[Language, str]:
    names = names_of(layout)
    return {language: with_names(sentences_in(language).say(english), names) for language in LOCALES}


def _draw(shop: Shop, _visitor: Visitor) -> Sections:
    """``spots`` are where robots say they are (metres, radians); everything else is from the records."""
    database = shop.look()
    with _looking:
        looked = _looked.setdefault(shop.database, _Looked())
        entries, _at = last_entry(database)
        if entries != looked.entries:
            looked.floor = floor_sections(database, shop.layout, floor_seen(database, shop.layout))
            looked.entries = entries
        if looked.curves is None or not 0 <= shop.wall() - looked.curves_at < CURVES_MS:
            looked.curves, looked.curves_at = curves_seen(database, shop.layout), shop.wall()
        floor, curves = looked.floor, looked.curves
    return {**floor, "curves": curves, "spots": shop.gateway.whereabouts.spots(), "unsent": _unsent(shop)}


def _moves(shop: Shop) -> object:
    """Robots drive all the time, also where no record is written."""
    return shop.gateway.whereabouts.rev


def _unsent(shop: Shop) -> tuple[UnsentShown, ...]:
    told = sorted(shop.unsent.all().items())
    return tuple(UnsentShown(device, unsent.waiting, at) for device, (unsent, at) in told if unsent.waiting)


def _data(shop: Shop, _visitor: Visitor, _words: Words) -> dict[str, object]:
    """``plan``: what everything moves on; ``forms``: how decisions are said; ``people``, ``models``: names;
    ``units``: of each KPI."""
    return {
        "plan": floor_plan(shop.layout),
        "forms": forms(),
        "people": people_of(shop.layout),
        "models": {model.id: model.name for model in shop.catalogue.models.values()},
        "units": {name: kpi.unit for name, kpi in KPIS.items()},
    }


def people_of(layout: Layout) -> dict[str, str]:
    """Badge → name, of whoever may have a repair."""
    return {engineer.id: engineer.name for engineer in layout.engineers.values()}


PAGE = Page("board", "/board", (Role.MANAGER, Role.DISPLAY), "", _draw, data=_data, labels=TABLES, moves=_moves)

"""The floor in a terminal: read from the records, painted with Rich. It only looks."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct
from rich.console import Console, Group
from rich.layout import Layout as Screen
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.kpis import KPIS
from shopfloor.service.floor_map import LEGEND, FloorMap, short_names
from shopfloor.service.inspection import good_prefix, store_of
from shopfloor.service.replay import Opening
from shopfloor.service.robots_seen import RobotSeen, RobotsTable, robots_seen
from shopfloor.service.store import database_path, reading_connection

LOOK_EVERY_S = 0.5
ONCE_ROWS = 45
"""Of a single picture, which goes on paper or into a file as often as on a screen."""
WIDE = 120
"""On fewer columns the floor and its robots have the screen almost to themselves."""
TALL = 36
"""On more rows the desks are there even so."""
FLOOR_ROWS = 14
SMALL_FLOOR_ROWS = 11
ROWS_MAX = 12
LOW_MAX = 4
KPIS_SHOWN = ("K1", "K2", "K5", "K8", "K11", "K13", "K16", "K23")

STAGE_COLOURS = {
    "INTAKE": "cyan",
    "DIAGNOSING": "cyan",
    "QUOTED": "yellow",
    "APPROVED": "green",
    "REPAIRING": "green",
    "PARTS_WAIT": "magenta",
    "QC": "blue",
    "REPORTED": "blue",
    "PAYING": "yellow",
    "ACCEPTING": "yellow",
    "RETURNING": "red",
}


class Desk(Struct):
    """One row of the board: a desk, who is there and how far they are."""

    desk: str
    engineer: str = ""
    number: str = ""
    ticket_state: str = ""
    repair: str = ""
    stage: str = ""
    model: str = ""
    since: Instant = 0
    promised: Instant = 0


class Glance(Struct):
    """What one look at the records finds."""

    now: Instant
    desks: list[Desk]
    waiting: list[tuple[str, int]]
    """Number, minutes."""
    outcomes: dict[str, int]
    parts: list[tuple[str, str, str, str]]
    robots: list[RobotSeen]
    jobs: list[tuple[str, str, str, str]]
    cabinets: list[tuple[str, int, str]]
    """Id, whether it serves, why not."""
    picks: dict[str, int]
    low: list[tuple[str, int, int]]
    kpis: dict[str, float | None]
    alarms: list[tuple[str, str]]
    entries: int


class Board:
    """Looks at one shop's records and paints what it finds."""

    def __init__(self, url: str) -> None:
        opening = msgspec.json.decode(next(good_prefix(url, store_of(url))).body, type=Opening)
        self._layout = Layout.from_source(opening.layout)
        self._database = database_path(url)

    def look(self) -> Glance:
        """Read the records as they stand."""
        with closing(reading_connection(self._database)) as database:
            now, entries = database.execute("SELECT at, n FROM entry ORDER BY n DESC LIMIT 1").fetchone()
            return Glance(
                now=now,
                entries=entries,
                desks=self._desks(database),
                waiting=[
                    (number, (now - since) // MINUTE)
                    for number, since in database.execute(
                        "SELECT number, issued_at FROM ticket WHERE state = 'WAITING' ORDER BY anchor, id"
                    )
                ],
                outcomes=dict(database.execute("SELECT state, count(*) FROM ticket GROUP BY state ORDER BY state")),
                parts=database.execute(
                    "SELECT sku, coalesce(unit, ''), state, coalesce(desk, '') FROM parts_order WHERE state NOT IN "
                    "('FITTED', 'RETURNED', 'CANCELLED', 'LOST', 'INSTALLED') ORDER BY ordered_at DESC LIMIT ?",
                    (ROWS_MAX,),
                ).fetchall(),
                robots=robots_seen(database, self._layout.robots),
                jobs=database.execute(
                    "SELECT id, kind, state, coalesce(robot, '') || ' ' || source || ' → ' || target FROM job "
                    "WHERE ended_at IS NULL ORDER BY opened_at DESC LIMIT ?",
                    (ROWS_MAX,),
                ).fetchall(),
                cabinets=self._cabinets(database),
                picks=dict(
                    database.execute(
                        "SELECT state, count(*) FROM parts_order WHERE state IN ('RESERVED', 'PICK_SENT', 'PICKING', "
                        "'PICKED', 'PICK_FAILED', 'BACKORDERED') GROUP BY state ORDER BY state"
                    )
                ),
                low=database.execute(
                    "SELECT id, free, minimum FROM stock_low ORDER BY at DESC LIMIT ?", (LOW_MAX,)
                ).fetchall(),
                kpis=dict(database.execute("SELECT id, value FROM kpi")),
                alarms=database.execute(
                    "SELECT party, words FROM alarm WHERE cleared_at IS NULL ORDER BY raised_at DESC LIMIT 6"
                ).fetchall(),
            )

    def _cabinets(self, database: sqlite3.Connection) -> list[tuple[str, int, str]]:
        """Every cabinet of the layout; one that nothing was heard of serves."""
        told = {
            cabinet: (ready, reason)
            for cabinet, ready, reason in database.execute("SELECT id, ready, coalesce(reason, '') FROM cabinet")
        }
        return [(cabinet, *told.get(cabinet, (1, ""))) for cabinet in self._layout.cabinets]

    def _desks(self, database: sqlite3.Connection) -> list[Desk]:
        desks = {desk: Desk(desk) for desk in self._layout.desks}
        for desk, engineer, number, state, since in database.execute(
            "SELECT desk, engineer, number, state, coalesce(seated_at, called_at) FROM ticket "
            "WHERE state IN ('CALLED', 'SERVING')"
        ):
            if desk in desks:
                row = desks[desk]
                row.engineer, row.number, row.ticket_state, row.since = engineer, number, state, since
        for desk, repair, stage, model, promised, owner in database.execute(
            "SELECT desk, id, state, coalesce(model, ''), coalesce(promised_at, 0), owner FROM repair WHERE state IN "
            "('INTAKE','DIAGNOSING','QUOTED','APPROVED','REPAIRING','PARTS_WAIT','QC','REPORTED','PAYING','ACCEPTING',"
            "'RETURNING') ORDER BY opened_at"
        ):
            if desk in desks:
                row = desks[desk]
                row.repair, row.stage, row.model, row.promised, row.engineer = repair, stage, model, promised, owner
        return list(desks.values())

    def paint(self, glance: Glance, columns: int, rows: int) -> Screen:
        """The whole screen, for a terminal of this size."""
        return self._wide(glance) if columns >= WIDE else self._narrow(glance, rows)

    def _wide(self, glance: Glance) -> Screen:
        screen = Screen()
        screen.split_column(
            Screen(self._head(glance), size=3),
            Screen(name="middle"),
            Screen(name="floor", size=FLOOR_ROWS),
            Screen(name="foot", size=max(6, len(glance.alarms) + 3)),
        )
        screen["middle"].split_row(
            Screen(Panel(_queue(glance), title="queue"), ratio=2),
            Screen(Panel(_desks(glance), title="desks"), ratio=6),
            Screen(
                Group(
                    Panel(_parts(glance), title="parts under way"),
                    Panel(_cabinets(glance), title="cabinet"),
                    Panel(_jobs(glance), title="jobs"),
                ),
                ratio=5,
            ),
        )
        screen["floor"].split_row(
            Screen(self._floor(glance)),
            Screen(self._robots(glance)),
        )
        screen["foot"].split_row(
            Screen(Panel(_kpis(glance), title="figures so far"), ratio=3),
            Screen(Panel(_alarms(glance), title="who must act"), ratio=4),
        )
        return screen

    def _narrow(self, glance: Glance, rows: int) -> Screen:
        """A small map above the robots, and whoever must act; the desks if there is room."""
        screen = Screen()
        parts = [
            Screen(self._head(glance), size=3),
            Screen(self._floor(glance), size=SMALL_FLOOR_ROWS),
            Screen(self._robots(glance), minimum_size=5),
            Screen(Panel(_alarms(glance), title="who must act"), size=min(8, max(3, rows // 8))),
        ]
        if rows >= TALL:
            parts.append(Screen(Panel(_desks(glance), title="desks"), size=len(glance.desks) + 3))
        screen.split_column(*parts)
        return screen

    def _floor(self, glance: Glance) -> Panel:
        return Panel(FloorMap(self._layout, glance.robots), title="floor", subtitle=LEGEND)

    def _robots(self, glance: Glance) -> Panel:
        return Panel(RobotsTable(glance.robots, short_names(self._layout)), title="robots")

    def _head(self, glance: Glance) -> Panel:
        local = datetime.fromtimestamp(glance.now / 1000, UTC) + timedelta(minutes=self._layout.store.utc_offset_min)
        counts = "  ".join(f"{state.lower()} {count}" for state, count in glance.outcomes.items())
        return Panel(
            Text.assemble(
                (f"{self._layout.store.name}  ", "bold"),
                (f"{local:%a %d %b %H:%M:%S}  ", "bold cyan"),
                f"{counts}  ",
                (f"journal entry {glance.entries}", "dim"),
            )
        )


def _queue(glance: Glance) -> Table:
    table = Table.grid(padding=(0, 1))
    for number, minutes in glance.waiting[:ROWS_MAX]:
        table.add_row(Text(number, "bold"), Text(f"{minutes} min", "red" if minutes > 10 else ""))
    if not glance.waiting:
        table.add_row(Text("nobody waits", "dim"))
    return table


def _desks(glance: Glance) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("desk", "who", "ticket", "repair", "stage", "promise"):
        table.add_column(name, no_wrap=True)
    for desk in glance.desks:
        stage = desk.stage or desk.ticket_state
        table.add_row(
            desk.desk,
            desk.engineer,
            desk.number,
            f"{desk.repair} {desk.model}".strip(),
            Text(stage, STAGE_COLOURS.get(stage, "white")),
            _promise(desk, glance.now),
        )
    return table


def _promise(desk: Desk, now: Instant) -> Text:
    """Minutes left until the promised time, or over it."""
    if not (desk.repair and desk.promised):
        minutes = (now - desk.since) // MINUTE if desk.since else 0
        return Text(f"{minutes} min in" if desk.since else "", "dim")
    left = (desk.promised - now) // MINUTE
    return Text(f"{left} min left", "green") if left >= 0 else Text(f"{-left} min late", "red")


def _parts(glance: Glance) -> Table:
    table = Table.grid(padding=(0, 1))
    for sku, unit, state, desk in glance.parts[:ROWS_MAX]:
        table.add_row(sku, Text(state, "magenta"), desk, Text(unit, "dim"))
    if not glance.parts:
        table.add_row(Text("nothing", "dim"))
    return table


def _cabinets(glance: Glance) -> Table:
    table = Table.grid(padding=(0, 1))
    picks = ", ".join(f"{count} {state.lower().replace('_', ' ')}" for state, count in glance.picks.items())
    for cabinet, ready, reason in glance.cabinets:
        state = Text("serves", "green") if ready else Text(f"out of order: {reason}", "red")
        table.add_row(Text(cabinet, "bold"), state, picks)
    for sku, free, minimum in glance.low:
        table.add_row("", Text("low", "yellow"), f"{sku}: {free} left, at least {minimum} wanted")
    return table


def _jobs(glance: Glance) -> Table:
    table = Table.grid(padding=(0, 1))
    for job, kind, state, way in glance.jobs:
        table.add_row(job, f"{kind} {state}", way)
    if not glance.jobs:
        table.add_row(Text("nothing to carry", "dim"))
    return table


def _kpis(glance: Glance) -> Table:
    table = Table.grid(padding=(0, 2))
    shown = []
    for kpi in KPIS_SHOWN:
        n = glance.kpis.get(f"{kpi}.n")
        value = glance.kpis.get(f"{kpi}.mean", glance.kpis.get(f"{kpi}.value"))
        figure = _figure(value, KPIS[kpi].unit)
        shown.append(Text.assemble((f"{KPIS[kpi].name} ", "dim"), figure, (f" n={n:.0f}" if n else "", "dim")))
    for left, right in zip(shown[::2], shown[1::2], strict=False):
        table.add_row(left, right)
    return table


def _figure(value: float | None, unit: str) -> str:
    """Without data a dash, never a nought."""
    if value is None:
        return "–"
    return f"{value:.0%}" if unit == "share" else f"{value:.1f} {unit}"


def _alarms(glance: Glance) -> Table:
    table = Table.grid(padding=(0, 1))
    for party, words in glance.alarms:
        table.add_row(Text(party, "bold red"), words)
    if not glance.alarms:
        table.add_row(Text("all quiet", "dim green"))
    return table


def show_board(url: str, *, once: bool = False) -> int:
    """Paint until Ctrl-C, or once. Raises JournalRefused when there is nothing to look at."""
    board = Board(url)
    console = Console()
    if once:
        console.print(board.paint(board.look(), console.width, ONCE_ROWS), height=ONCE_ROWS)
        return 0
    with Live(board.paint(board.look(), *console.size), console=console, screen=True, auto_refresh=False) as live:
        while True:
            time.sleep(LOOK_EVERY_S)
            live.update(board.paint(board.look(), *console.size), refresh=True)

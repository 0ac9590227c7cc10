"""The floor in a terminal: read from the records, painted with Rich. It only looks."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

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
from shopfloor.service.opening import opening_of
from shopfloor.service.robots_table import RobotsTable
from shopfloor.service.store import database_path, reading_connection
from shopfloor.service.views.desks import DeskSeen
from shopfloor.service.views.floor import FloorSeen, floor_seen

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
ALARMS_MAX = 6
LONG_MIN = 10
"""Who waits longer than this is shown in red."""
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


class Board:
    """Looks at one shop's records and paints what it finds."""

    def __init__(self, url: str, pages: str = "") -> None:
        """``pages``: where the shop's pages are, if they are to be told."""
        self._pages = pages
        opening = opening_of(url)
        self._layout = Layout.from_source(opening.layout)
        self._database = database_path(url)

    def look(self) -> FloorSeen:
        """Read the records as they stand."""
        with closing(reading_connection(self._database)) as database:
            return floor_seen(database, self._layout)

    def paint(self, seen: FloorSeen, columns: int, rows: int) -> Screen:
        """The whole screen, for a terminal of this size."""
        return self._wide(seen) if columns >= WIDE else self._narrow(seen, rows)

    def _wide(self, seen: FloorSeen) -> Screen:
        screen = Screen()
        screen.split_column(
            Screen(self._head(seen), size=3),
            Screen(name="middle"),
            Screen(name="floor", size=FLOOR_ROWS),
            Screen(name="foot", size=max(6, len(seen.alarms[:ALARMS_MAX]) + 3)),
        )
        screen["middle"].split_row(
            Screen(Panel(_queue(seen), title="queue"), ratio=2),
            Screen(Panel(_desks(seen), title="desks"), ratio=6),
            Screen(
                Group(
                    Panel(_parts(seen), title="parts under way"),
                    Panel(_cabinets(seen), title="cabinet"),
                    Panel(_jobs(seen), title="jobs"),
                ),
                ratio=5,
            ),
        )
        screen["floor"].split_row(
            Screen(self._floor(seen)),
            Screen(self._robots(seen)),
        )
        screen["foot"].split_row(
            Screen(Panel(_kpis(seen), title="figures so far"), ratio=3),
            Screen(Panel(_alarms(seen), title="who must act"), ratio=4),
        )
        return screen

    def _narrow(self, seen: FloorSeen, rows: int) -> Screen:
        """A small map above the robots, and whoever must act; the desks if there is room."""
        screen = Screen()
        parts = [
            Screen(self._head(seen), size=3),
            Screen(self._floor(seen), size=SMALL_FLOOR_ROWS),
            Screen(self._robots(seen), minimum_size=5),
            Screen(Panel(_alarms(seen), title="who must act"), size=min(8, max(3, rows // 8))),
        ]
        if rows >= TALL:
            parts.append(Screen(Panel(_desks(seen), title="desks"), size=len(seen.desks) + 3))
        screen.split_column(*parts)
        return screen

    def _floor(self, seen: FloorSeen) -> Panel:
        return Panel(FloorMap(self._layout, seen.robots), title="floor", subtitle=LEGEND)

    def _robots(self, seen: FloorSeen) -> Panel:
        return Panel(RobotsTable(seen.robots, short_names(self._layout)), title="robots")

    def _head(self, seen: FloorSeen) -> Panel:
        local = datetime.fromtimestamp(seen.shop.now / 1000, UTC) + timedelta(minutes=self._layout.store.utc_offset_min)
        counts = "  ".join(f"{state.lower()} {count}" for state, count in seen.outcomes.items())
        return Panel(
            Text.assemble(
                (f"{self._layout.store.name}  ", "bold"),
                (f"{local:%a %d %b %H:%M:%S}  ", "bold cyan"),
                f"{counts}  ",
                (f"journal entry {seen.shop.entries}", "dim"),
            ),
            subtitle=self._pages or None,
        )


def _queue(seen: FloorSeen) -> Table:
    table = Table.grid(padding=(0, 1))
    for waiting in seen.queue[:ROWS_MAX]:
        minutes = (seen.shop.now - waiting.since) // MINUTE
        table.add_row(Text(waiting.number, "bold"), Text(f"{minutes} min", "red" if minutes > LONG_MIN else ""))
    if not seen.queue:
        table.add_row(Text("nobody waits", "dim"))
    return table


def _desks(seen: FloorSeen) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("desk", "who", "ticket", "repair", "stage", "promise"):
        table.add_column(name, no_wrap=True)
    for desk in seen.desks:
        stage = desk.stage or desk.ticket_state
        table.add_row(
            desk.desk,
            desk.engineer,
            desk.number,
            f"{desk.repair} {desk.model}".strip(),
            Text(stage, STAGE_COLOURS.get(stage, "white")),
            _promise(desk, seen.shop.now),
        )
    return table


def _promise(desk: DeskSeen, now: Instant) -> Text:
    """Minutes left until the promised time, or over it."""
    if not (desk.repair and desk.promised):
        minutes = (now - desk.since) // MINUTE if desk.since else 0
        return Text(f"{minutes} min in" if desk.since else "", "dim")
    left = (desk.promised - now) // MINUTE
    return Text(f"{left} min left", "green") if left >= 0 else Text(f"{-left} min late", "red")


def _parts(seen: FloorSeen) -> Table:
    table = Table.grid(padding=(0, 1))
    for part in seen.parts[:ROWS_MAX]:
        table.add_row(part.sku, Text(part.state, "magenta"), part.desk, Text(part.unit, "dim"))
    if not seen.parts:
        table.add_row(Text("nothing", "dim"))
    return table


def _cabinets(seen: FloorSeen) -> Table:
    table = Table.grid(padding=(0, 1))
    picks = ", ".join(f"{count} {state.lower().replace('_', ' ')}" for state, count in seen.picks.items())
    for cabinet in seen.cabinets:
        state = Text("serves", "green") if cabinet.ready else Text(f"out of order: {cabinet.reason}", "red")
        table.add_row(Text(cabinet.id, "bold"), state, picks)
    for low in seen.low[:LOW_MAX]:
        table.add_row("", Text("low", "yellow"), f"{low.sku}: {low.free} left, at least {low.minimum} wanted")
    return table


def _jobs(seen: FloorSeen) -> Table:
    table = Table.grid(padding=(0, 1))
    for job in seen.jobs[:ROWS_MAX]:
        table.add_row(job.job, f"{job.kind} {job.state}", f"{job.robot} {job.source} → {job.target}")
    if not seen.jobs:
        table.add_row(Text("nothing to carry", "dim"))
    return table


def _kpis(seen: FloorSeen) -> Table:
    table = Table.grid(padding=(0, 2))
    shown = []
    for kpi in KPIS_SHOWN:
        figures = seen.figures.get(kpi, {})
        n = figures.get("n")
        figure = _figure(figures.get("mean", figures.get("value")), KPIS[kpi].unit)
        shown.append(Text.assemble((f"{KPIS[kpi].name} ", "dim"), figure, (f" n={n:.0f}" if n else "", "dim")))
    for left, right in zip(shown[::2], shown[1::2], strict=False):
        table.add_row(left, right)
    return table


def _figure(value: float | None, unit: str) -> str:
    """Without data a dash, never a nought."""
    if value is None:
        return "–"
    return f"{value:.0%}" if unit == "share" else f"{value:.1f} {unit}"


def _alarms(seen: FloorSeen) -> Table:
    table = Table.grid(padding=(0, 1))
    for alarm in seen.alarms[:ALARMS_MAX]:
        table.add_row(Text(alarm.party, "bold red"), alarm.words)
    if not seen.alarms:
        table.add_row(Text("all quiet", "dim green"))
    return table


def show_board(url: str, *, once: bool = False, pages: str = "") -> int:
    """Paint until Ctrl-C, or once. Raises JournalRefused when there is nothing to look at."""
    board = Board(url, pages)
    console = Console()
    if once:
        console.print(board.paint(board.look(), console.width, ONCE_ROWS), height=ONCE_ROWS)
        return 0
    with Live(board.paint(board.look(), *console.size), console=console, screen=True, auto_refresh=False) as live:
        while True:
            time.sleep(LOOK_EVERY_S)
            live.update(board.paint(board.look(), *console.size), refresh=True)

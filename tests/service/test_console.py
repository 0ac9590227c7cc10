"""The board in a terminal: robots on the lanes that are theirs, and beside the map what each is about."""

import re
import unicodedata
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise, product
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.events import ModeSet
from shopfloor.contract.facts import Fact, RobotBecame
from shopfloor.contract.layout import Layout
from shopfloor.service.console import Board, show_board
from shopfloor.service.floor_map import FloorMap, Frame, short_names
from shopfloor.service.opening import Opening
from shopfloor.service.rebuild import rebuild_records
from shopfloor.service.records import Records
from shopfloor.service.robots_seen import COLOURS, RobotSeen, robots_seen
from shopfloor.service.robots_table import RobotsTable
from shopfloor.service.serve import open_shop
from shopfloor.service.store import database_path, reading_connection
from shopfloor.service.strokes import JOINED, LANE, PLANNED, RESERVED, Strokes, _steps
from tests.core.fleet_layouts import aisle_layout, ring_layout
from tests.core.fleet_stage import Stage
from tests.core.story import DATA, LAYOUT, MORNING
from tests.service.test_coordinator import Shop
from tests.service.test_robots_wires import hungry_in_its_park

HEAVY = frozenset(sign for sign in JOINED if "HEAVY" in unicodedata.name(sign))
DASHED = frozenset("╌╎")
CYAN, MAGENTA = "36m", "35m"
"""How a terminal is told."""


class Screen:
    """A shop whose robots drive, its records, and the board that looks at them."""

    def __init__(self, folder: Path, layout: Layout = LAYOUT) -> None:
        self.url = f"sqlite:///{folder / 'shop.db'}"
        opening = Opening(
            layout.source, (DATA / "catalogue.json").read_text(encoding="utf-8"), Stage().floor.shop.policy
        )
        self.journal = open_shop(self.url, opening, MORNING)
        self.journal.append((), also=Records.create_tables)
        self.stage = Stage(layout=layout)
        self.board = Board(self.url)
        self.records = Records()
        self.kept = 0

    def keep(self, *facts: Fact) -> None:
        """All that was said since, and these, into the records."""
        said = [out for out in self.stage.outs[self.kept :] if isinstance(out, Fact)]
        self.kept = len(self.stage.outs)
        for fact in (*said, *facts):
            self.records.note(fact, self.stage.now, 1)
        self.journal.append((), also=self.records.flush)

    def robot(self, name: str) -> RobotSeen:
        return next(robot for robot in self.board.look().robots if robot.id == name)

    def shown(self, columns: int = 140, rows: int = 45) -> list[str]:
        """The lines of the screen."""
        self.keep()
        return printed(self.board.paint(self.board.look(), columns, rows), columns, rows)

    def sent_out(self) -> RobotSeen:
        """A robot that is on its way, with lanes reserved and more ahead."""
        self.stage.run(SECOND)
        self.stage.deliver("d4")
        assert self.stage.run(MINUTE, lambda: any(_under_way(self.stage, name) for name in self.stage.layout.robots))
        self.keep()
        return next(robot for robot in self.board.look().robots if robot.planned)


def _under_way(stage: Stage, name: str) -> bool:
    leg = stage.memory(name).leg
    return leg is not None and leg.passed > 0 and leg.released < leg.last


def printed(what: object, columns: int, rows: int | None = None, *, colour: bool = False) -> list[str]:
    """As a terminal of that size gets it."""
    file = StringIO()
    system: Literal["standard"] | None = "standard" if colour else None
    console = Console(file=file, width=columns, height=rows, force_terminal=colour, color_system=system)
    console.print(what, height=rows, end="")
    return file.getvalue().splitlines()


def row_of(robot: RobotSeen) -> str:
    """What the table says of a robot, on a screen where nothing has to be broken."""
    return printed(RobotsTable([robot], short_names(LAYOUT)), 200)[1]


def signs(lines: list[str]) -> str:
    return "".join(lines)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    screen = Screen(tmp_path)
    yield screen
    screen.journal.close()


# ── robots on their lanes ────────────────────────────────────────────────────────────────────────


def test_a_robot_on_its_way_is_drawn_on_the_lanes_that_are_reserved_for_it(screen: Screen) -> None:
    robot = screen.sent_out()
    memory = screen.stage.memory(robot.id)
    assert memory.leg is not None
    assert robot.claimed == memory.claims
    assert robot.planned == memory.leg.route[memory.leg.released + 1 :]
    assert f"busy: {memory.jobs[0]}" in row_of(robot)
    assert f"picks up at out {memory.jobs[0]}" in row_of(robot)
    assert any("busy" in line and robot.id in line for line in screen.shown())
    drawn = signs(printed(FloorMap(LAYOUT, [robot]), 80))
    assert HEAVY.intersection(drawn)
    assert DASHED.intersection(drawn)
    assert robot.mark in drawn
    assert f"{robot.mark}!" not in drawn


def test_what_is_heavy_is_what_is_reserved_and_nothing_else(screen: Screen) -> None:
    robot = screen.sent_out()
    frame = Frame.of(LAYOUT, 100, None)
    lines = printed(FloorMap(LAYOUT, [robot]), 100)
    on_claims = dict.fromkeys(cell for lane in robot.claimed if lane in LAYOUT.edges for cell in cells_of(frame, lane))
    heavy = {(column, row) for row, line in enumerate(lines) for column, sign in enumerate(line) if sign in HEAVY}
    assert heavy
    assert heavy <= set(on_claims)


def cells_of(frame: Frame, lane: str) -> list[tuple[int, int]]:
    ends = [LAYOUT.nodes[node].position for node in (LAYOUT.edges[lane].start, LAYOUT.edges[lane].end)]
    start, end = (frame.cell(spot.x, spot.y) for spot in ends)
    return [start, *_steps(start, end)]


def test_a_robot_at_its_park_has_no_lane_reserved_or_planned(screen: Screen) -> None:
    screen.stage.run(MINUTE)
    screen.keep()
    assert "available" in row_of(screen.robot("r1"))
    drawn = signs(printed(FloorMap(LAYOUT, screen.board.look().robots), 80))
    assert "r1" in drawn
    assert not HEAVY.intersection(drawn)
    assert not DASHED.intersection(drawn)


def test_a_robot_that_is_offline_is_told_so_and_its_claims_stay_drawn(screen: Screen) -> None:
    robot = screen.sent_out()
    screen.stage.cut_off(robot.id)
    screen.stage.run(5 * SECOND)
    screen.keep()
    gone = screen.robot(robot.id)
    assert "offline: its connection is" in row_of(gone)
    assert gone.claimed == screen.stage.memory(robot.id).claims
    drawn = signs(printed(FloorMap(LAYOUT, [gone]), 80))
    assert HEAVY.intersection(drawn)
    assert f"{robot.mark}!" in drawn


def test_a_robot_in_quarantine_is_told_so_with_the_reason_and_its_claims_stay_drawn(screen: Screen) -> None:
    robot = screen.sent_out()
    screen.stage.believed("board/b1", ModeSet(what="robot-held", on=True, about=robot.id))
    screen.keep()
    held = screen.robot(robot.id)
    assert "fault: taken out of service" in row_of(held)
    assert set(robot.claimed) <= set(held.claimed)
    assert HEAVY.intersection(signs(printed(FloorMap(LAYOUT, [held]), 80)))


def test_what_is_in_which_tote_stands_in_the_table(screen: Screen) -> None:
    screen.stage.run(SECOND)
    screen.stage.deliver("d4")
    loaded = screen.stage.run(5 * MINUTE, lambda: any(screen.stage.memory(name).aboard for name in ("r1", "r2")))
    assert loaded
    screen.stage.run(SECOND)
    screen.keep()
    robot = next(robot for robot in screen.board.look().robots if robot.aboard)
    ((tote, load),) = robot.aboard.items()
    assert f"{tote}: {load}" in row_of(robot)
    assert "brings to d4" in row_of(robot)


def test_a_robot_that_nobody_has_heard_of_is_in_the_table_and_not_on_the_map(screen: Screen) -> None:
    assert "not heard of yet" in row_of(screen.robot("r1"))
    assert "r1" not in signs(printed(FloorMap(LAYOUT, screen.board.look().robots), 80))


def test_the_battery_of_a_robot_that_never_told_it_is_a_dash_and_not_a_nought(screen: Screen) -> None:
    screen.keep(RobotBecame(robot="r1", availability="OFFLINE", why="nothing heard from it yet"))
    table = row_of(screen.robot("r1"))
    assert "–" in table
    assert " 0 %" not in table


def test_the_lanes_of_robots_are_made_again_from_the_journal(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.take(*hungry_in_its_park("2.1.0"))
    ways = shop.rows("SELECT * FROM robot_way ORDER BY id")
    ((claimed, planned, stop),) = shop.rows("SELECT claimed, planned, stop FROM robot_way WHERE id = 'r1'")
    assert "bay-park-1:n2" in claimed
    assert "bay-dock" in planned
    assert stop in LAYOUT.robots["r1"].docks
    shop.journal.close()
    shop.spoil("DELETE FROM robot_way")
    assert rebuild_records(shop.url)["robot_way"] == len(LAYOUT.robots)
    assert shop.rows("SELECT * FROM robot_way ORDER BY id") == ways


# ── any terminal ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (80, 45), (119, 30), (120, 40), (140, 45), (240, 60)])
def test_the_board_stays_on_the_screen(tmp_path: Path, columns: int, rows: int) -> None:
    screen = Screen(tmp_path, aisle_layout(4))
    robot = screen.sent_out()
    why = "no progress for 125 s: it gives no reason; look for something in its way or under a wheel"
    screen.keep(RobotBecame(robot=robot.id, availability="BLOCKED", why=why))
    lines = screen.shown(columns, rows)
    screen.journal.close()
    assert len(lines) == rows
    assert max(cell_len(line) for line in lines) == columns
    assert any("blocked:" in line for line in lines)
    table = lines[next(at for at, line in enumerate(lines) if "battery" in line) :]
    for name in ("r1", "r2", "r3", "r4"):
        assert any(re.search(rf"│ {name} +\w", line) for line in table)


def test_without_colour_the_marks_tell_robots_apart(screen: Screen) -> None:
    screen.stage.run(MINUTE)
    screen.keep()
    plain = printed(FloorMap(LAYOUT, screen.board.look().robots), 80)
    assert not any("\x1b" in line for line in plain)
    assert "r1" in signs(plain)
    assert "r2" in signs(plain)


def test_with_colour_each_robot_has_its_own(screen: Screen) -> None:
    screen.stage.run(MINUTE)
    screen.keep()
    assert len({robot.colour for robot in screen.board.look().robots}) == len(LAYOUT.robots)
    assert "red" not in COLOURS
    drawn = signs(printed(FloorMap(LAYOUT, screen.board.look().robots), 80, colour=True))
    assert f"{CYAN}r1" in drawn
    assert f"{MAGENTA}r2" in drawn


def test_robots_with_long_names_get_letters(screen: Screen) -> None:
    with reading_connection(database_path(screen.url)) as database:
        seen = robots_seen(database, ("carrier-1", "carrier-2"))
    assert [robot.mark for robot in seen] == ["A", "B"]


def test_two_robots_in_one_cell_of_a_small_map_stand_side_by_side() -> None:
    robots = [RobotSeen("r1", "r1", "cyan", "BUSY", node="n6"), RobotSeen("r2", "r2", "magenta", "BUSY", node="n7")]
    assert "r1r2" in signs(printed(FloorMap(LAYOUT, robots), 20))


def test_one_picture_can_be_printed(screen: Screen, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_board(screen.url, once=True) == 0
    assert "floor" in capsys.readouterr().out


# ── the map ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("layout", [LAYOUT, aisle_layout(4), ring_layout()], ids=["sample", "aisle", "ring"])
def test_every_desk_dock_and_park_that_robots_use_has_its_name_on_the_map(layout: Layout) -> None:
    drawn = printed(FloorMap(layout, ()), 100)
    words = " ".join(drawn).split()
    for name in short_names(layout).values():
        assert name in words
    assert len(drawn) == Frame.of(layout, 100, None).height


def test_a_map_with_few_rows_is_flatter_and_not_cut() -> None:
    assert len(printed(FloorMap(LAYOUT, ()), 120)) > 9
    assert Frame.of(LAYOUT, 120, 9).height == 9


def test_every_joint_is_the_character_that_unicode_says_it_is() -> None:
    arms = list(product(("", "LIGHT", "HEAVY"), repeat=4))
    assert len(JOINED) == len(dict.fromkeys(JOINED)) == len(arms)
    for (up, right, down, left), sign in zip(arms[1:], JOINED[1:], strict=True):
        weights = {weight for weight in (up, right, down, left) if weight}
        name = unicodedata.name(sign)
        assert all(weight in name for weight in weights)
        assert bool(up) == ("UP" in name or "VERTICAL" in name)
        assert bool(right) == ("RIGHT" in name or "HORIZONTAL" in name)
        assert bool(down) == ("DOWN" in name or "VERTICAL" in name)
        assert bool(left) == ("LEFT" in name or "HORIZONTAL" in name)


def test_what_says_more_is_drawn_over_what_says_less() -> None:
    strokes = Strokes()
    strokes.draw((0, 0), (3, 0), RESERVED, "r1")
    strokes.draw((0, 0), (3, 0), PLANNED, "r2")
    strokes.draw((2, 0), (2, 2), LANE)
    assert [strokes.joints[column, 0].sign for column in range(4)] == ["╺", "━", "┯", "╸"]
    assert {strokes.joints[column, 0].owner for column in range(4)} == {"r1"}
    assert strokes.joints[2, 1].sign == "│"


CELLS = st.tuples(st.integers(0, 60), st.integers(0, 30))


@given(CELLS, CELLS)
def test_a_stroke_goes_from_cell_to_cell_and_takes_no_way_round(start: tuple[int, int], end: tuple[int, int]) -> None:
    way = [start, *_steps(start, end)]
    assert way[-1] == end
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in pairwise(way))
    assert len(way) == abs(start[0] - end[0]) + abs(start[1] - end[1]) + 1

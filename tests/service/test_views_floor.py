"""The floor, the day's curves and the settings, as screens show them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from shopfloor.contract.actor import DAY, HOUR, MINUTE
from shopfloor.contract.events import (
    EngineerAway,
    EngineerSignedOff,
    ModeSet,
    NextRequested,
    PriceSet,
    PriceWithdrawn,
    ServiceDaySet,
    StaffSet,
    TicketTaken,
)
from shopfloor.contract.facts import (
    PartsOrderOpened,
    PickDone,
    StockRanLow,
    TicketCalled,
    UnitMoved,
    UnitReserved,
)
from shopfloor.core.hall import waiting_tickets
from shopfloor.service.fact_rows import facts_between, first_since
from shopfloor.service.rebuild import rebuild_records
from shopfloor.service.views.curves import POINTS_MAX, _steps, _thinned, curves_seen
from shopfloor.service.views.floor import floor_seen
from shopfloor.service.views.queue import queue_seen
from shopfloor.service.views.settings import PriceSeen, prices_seen, settings_seen
from shopfloor.service.views.stock import low_now
from tests.service.view_day import LAYOUT, MORNING, TODAY, Live, Noted, morning
from tests.shop.day_book import CATALOGUE

NEXT = MORNING + DAY
TOMORROW = LAYOUT.date(NEXT)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The morning after, a little past ten."""
    shop = Live(tmp_path_factory.mktemp("floor"), morning())
    shop.wait(NEXT)
    yield shop
    shop.close()


def price(live: Live, model: str, fault: str, date: str = "") -> PriceSeen:
    prices = prices_seen(live.database, LAYOUT, CATALOGUE, date)
    (row,) = [row for row in prices if (row.model, row.fault) == (model, fault)]
    return row


# ── facts ───────────────────────────────────────────────────────────────────────────────────────


def test_every_fact_is_kept_once_whole_and_in_order(live: Live) -> None:
    end = first_since(live.database, NEXT)
    kept = [(at, fact) for _number, at, fact in facts_between(live.database, 0, end)]
    assert kept[: len(morning().facts)] == morning().facts
    assert sorted(kept, key=lambda row: row[0]) == kept


def test_facts_and_records_are_made_again_from_the_journal(tmp_path: Path) -> None:
    shop = Live(tmp_path, morning())
    tables = ("fact", "ticket", "repair", "parts_order", "job", "device", "presence", "mode", "day", "alarm")
    before = {table: shop.database.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in tables}
    shop.close()
    with closing(sqlite3.connect(shop.path, isolation_level=None)) as stranger:
        for table in tables:
            stranger.execute(f"DROP TABLE {table}")
    assert rebuild_records(shop.url)["fact"] == len(before["fact"]) == len(morning().facts)
    with closing(sqlite3.connect(shop.path)) as again:
        for table in tables:
            assert again.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() == before[table]


def test_the_first_fact_of_a_moment_is_found_without_an_index(live: Live) -> None:
    for moment in (0, MORNING, MORNING + HOUR, MORNING + 2 * HOUR + 1, MORNING + 9 * DAY):
        (count,) = live.database.execute("SELECT count(*) FROM fact WHERE at < ?", (moment,)).fetchone()
        (below,) = live.database.execute(
            "SELECT count(*) FROM fact WHERE id < ?", (first_since(live.database, moment),)
        ).fetchone()
        assert below == count


def test_before_the_first_fact_there_is_none_to_find() -> None:
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.execute("CREATE TABLE fact (id INTEGER PRIMARY KEY, at INTEGER)")
        assert first_since(empty, MORNING) == 0


# ── the floor ───────────────────────────────────────────────────────────────────────────────────


def test_the_board_shows_who_sits_where_and_since_when(live: Live) -> None:
    served = [seen for seen in live.seen if seen.shop.hall["SERVING"]]
    assert served
    for seen in served:
        busy = [desk for desk in seen.desks if desk.ticket_state == "SERVING"]
        assert len(busy) == seen.shop.hall["SERVING"]
        assert all(0 < desk.since <= seen.shop.now and desk.engineer and desk.name for desk in busy)
        assert len(dict.fromkeys(desk.ticket for desk in busy)) == len(busy)


def test_a_repair_under_way_is_at_its_desk_with_model_and_promise(live: Live) -> None:
    working = [desk for seen in live.seen for desk in seen.desks if desk.stage in ("REPAIRING", "PARTS_WAIT")]
    assert working
    assert all(desk.repair and desk.model and desk.promised for desk in working)


def test_a_figure_without_data_is_nothing_and_not_a_nought(live: Live) -> None:
    figures = live.floor().figures
    assert figures["K20"]["n"] == 0
    assert figures["K20"]["value"] is None
    assert figures["K1"]["n"]


def test_a_device_that_nobody_heard_of_is_neither_on_nor_off(live: Live, tmp_path: Path) -> None:
    seen = {device.device: device.online for device in live.floor().devices}
    assert seen["queue/q1"] is True
    fresh = Live(tmp_path, morning(), told=1)
    assert {device.online for device in fresh.floor().devices} <= {None, True}
    assert None in {device.online for device in fresh.floor().devices}
    fresh.close()


def test_who_waits_stands_in_the_order_of_the_calling_rule(live: Live) -> None:
    for minute, line in enumerate("ACA"):
        live.say("queue/q1", TicketTaken(line=line), NEXT + minute * MINUTE)  # type: ignore[arg-type]
    queue = queue_seen(live.database, live.now)
    floor = live.coordinator.floor
    assert [waiting.ticket for waiting in queue] == [ticket.id for ticket in waiting_tickets(floor.shop)]
    assert not any(waiting.again for waiting in queue)


def test_q8_whoever_did_not_come_stands_three_places_back_on_the_board_too(live: Live) -> None:
    for minute in range(5, 9):
        live.say("queue/q1", TicketTaken(line="A"), NEXT + minute * MINUTE)
    live.say("handheld/h3", NextRequested(), NEXT + 9 * MINUTE)
    (ticket,) = live.database.execute("SELECT id FROM ticket WHERE state = 'CALLED'").fetchone()
    live.wait(NEXT + 15 * MINUTE)
    queue = queue_seen(live.database, live.now)
    assert [waiting.again for waiting in queue if waiting.ticket == ticket] == [True]
    assert [waiting.ticket for waiting in queue] == [
        waiting.id for waiting in waiting_tickets(live.coordinator.floor.shop)
    ]
    assert [waiting.ticket for waiting in queue].index(ticket) == 3


def test_e22_an_engineer_who_has_gone_is_away_and_one_who_signed_off_is_not_there(live: Live) -> None:
    def desk_of(person: str) -> list[bool]:
        return [desk.away for desk in floor_seen(live.database, LAYOUT).desks if desk.engineer == person]

    assert desk_of("e5") == [False]
    live.say("handheld/h5", EngineerAway(engineer="e5"), live.now + MINUTE)
    assert desk_of("e5") == [True]
    live.say("handheld/h6", EngineerSignedOff(engineer="e6"), live.now + MINUTE)
    assert desk_of("e6") == []


# ── what is low ─────────────────────────────────────────────────────────────────────────────────


class Ledger(Noted):
    """Facts about one part."""

    def ordered(self, order: str, unit: str) -> None:
        self.note(
            PartsOrderOpened(parts_order=order, repair="R1", sku="BAT", desk="d1", line=1, by="e1"),
            UnitReserved(parts_order=order, repair="R1", unit=unit, sku="BAT", bin="c1.1"),
        )

    def moved(self, number: int, unit: str, source: str, target: str) -> None:
        self.note(UnitMoved(move=number, unit=unit, sku="BAT", source=source, target=target, cause="m2", actor="pk1"))

    @property
    def low(self) -> list[int]:
        return [low.free for low in low_now(self.database)]


def test_a_part_is_low_until_enough_have_come_and_what_is_reserved_since_counts() -> None:
    ledger = Ledger()
    ledger.ordered("P1", "U1")
    ledger.note(StockRanLow(sku="BAT", free=2, minimum=3))
    assert ledger.low == [2]
    ledger.ordered("P2", "U2")
    assert ledger.low == [1]
    ledger.moved(1, "U1", "BIN:c1.1", "OUTLET:c1")
    ledger.note(PickDone(parts_order="P1", repair="R1", unit="U1", cabinet="c1", desk="d1"))
    assert ledger.low == [1], "what was reserved then, and has left its bin, was not free before either"
    ledger.moved(2, "U8", "INLET:c1", "BIN:c1.1")
    assert ledger.low == [2]
    ledger.moved(3, "U9", "INLET:c1", "BIN:c1.1")
    assert ledger.low == [], "three are free again: it is not low any more"


# ── curves ──────────────────────────────────────────────────────────────────────────────────────


def test_the_curves_of_a_day_count_what_the_day_had(live: Live) -> None:
    curves = curves_seen(live.database, LAYOUT, TODAY)
    facts = [fact for _at, fact in morning().facts]
    called = {fact.ticket for fact in facts if isinstance(fact, TicketCalled)}
    assert len(curves.waiting_min) == len(called)
    assert max(count or 0 for _at, count in curves.desks_busy) == max(seen.shop.hall["SERVING"] for seen in live.seen)
    took = [minutes for _at, minutes in curves.repair_min]
    assert took, "some were repaired in one visit"
    assert took == [pytest.approx(ms / MINUTE) for ms in live.coordinator.kpis.values["repair time"]]
    assert curves.queue[-1][1] == curves.desks_busy[-1][1] == 0
    assert all(value is not None and value >= 0 for _at, value in curves.parts_min)
    for name in ("waiting_min", "queue", "repair_min", "parts_min", "desks_busy", "robots_busy"):
        moments = [at for at, _value in getattr(curves, name)]
        assert moments == sorted(moments)
        assert len(moments) <= POINTS_MAX


def test_a_day_that_was_not_has_empty_curves(live: Live) -> None:
    curves = curves_seen(live.database, LAYOUT, LAYOUT.date(MORNING - 7 * DAY))
    assert curves.waiting_min == curves.queue == curves.repair_min == curves.robots_busy == ()


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    points = tuple((at, float(at)) for at in range(5_000))
    thin = _thinned(points)
    assert len(thin) == POINTS_MAX
    assert (thin[0], thin[-1]) == (points[0], points[-1])
    assert _thinned(points[:POINTS_MAX]) == points[:POINTS_MAX]


def test_a_step_changes_only_when_the_count_does() -> None:
    marks = [(1, "T1", True), (2, "T1", True), (3, "T2", True), (3, "T1", False), (4, "T9", False)]
    assert _steps(marks) == ((1, 1.0), (3, 1.0))


# ── settings ────────────────────────────────────────────────────────────────────────────────────


def test_service_days_modes_and_closed_lines_are_those_in_force(live: Live) -> None:
    assert settings_seen(live.database, LAYOUT).lines_closed == ()
    live.say("board/b1", ServiceDaySet(date=TOMORROW, on=True), live.now)
    live.say("board/b1", ModeSet(what="line-closed", on=True, about="D"), live.now)
    settings = settings_seen(live.database, LAYOUT)
    assert settings.service_days == (TOMORROW,)
    assert settings.lines_closed == ("D",)
    assert [(mode.what, mode.about, mode.why) for mode in settings.modes if mode.what == "line-closed"] == [
        ("line-closed", "D", "manager")
    ]
    assert floor_seen(live.database, LAYOUT).shop.service_day
    live.say("board/b1", ServiceDaySet(date=TOMORROW, on=False), live.now)
    live.say("board/b1", ModeSet(what="line-closed", on=False, about="D"), live.now)
    settings = settings_seen(live.database, LAYOUT)
    assert (settings.service_days, settings.lines_closed) == ((), ())
    assert not any(mode.what == "line-closed" for mode in settings.modes)


def test_the_roster_of_a_date_is_the_plan_and_what_the_manager_has_changed_of_it(live: Live) -> None:
    planned = {duty.person: duty for duty in settings_seen(live.database, LAYOUT, TOMORROW).duties}
    at_work = next(person for person, duty in planned.items() if duty.working and duty.role == "engineer")
    free = next(person for person, duty in planned.items() if not duty.working and duty.role == "engineer")
    assert not any(duty.changed for duty in planned.values())
    live.say("board/b1", StaffSet(person=at_work, date=TOMORROW, on=False), live.now)
    live.say("board/b1", StaffSet(person=free, date=TOMORROW, on=True), live.now)
    set_so = {duty.person: duty for duty in settings_seen(live.database, LAYOUT, TOMORROW).duties}
    assert (set_so[at_work].working, set_so[at_work].changed, set_so[at_work].end) == (False, True, 0)
    assert (set_so[free].working, set_so[free].changed) == (True, True)
    assert (set_so[free].start, set_so[free].end) == (LAYOUT.open_from(NEXT), LAYOUT.open_until(NEXT))
    other_day = {duty.person: duty for duty in settings_seen(live.database, LAYOUT, LAYOUT.date(NEXT + DAY)).duties}
    assert not any(duty.changed for duty in other_day.values())


def test_prices_are_the_catalogues_until_the_manager_sets_others_from_a_date_on(live: Live) -> None:
    printed = price(live, "AST-M60", "SCR")
    row = CATALOGUE.row("AST-M60", "SCR")
    assert row is not None
    assert (printed.part_fen, printed.labour_fen, printed.since) == (row.part_price_fen, row.labour_fee_fen, "")
    later = LAYOUT.date(NEXT + 3 * DAY)
    dearer = PriceSet(model="AST-M60", fault="SCR", effective=later, part_fen=100_000, labour_fen=5_000)
    live.say("board/b1", dearer, live.now)
    now, then = price(live, "AST-M60", "SCR"), price(live, "AST-M60", "SCR", later)
    assert (now.part_fen, now.since, now.to_come) == (printed.part_fen, "", (later,))
    assert (then.part_fen, then.labour_fen, then.since, then.to_come) == (100_000, 5_000, later, ())
    live.say("board/b1", PriceWithdrawn(model="AST-M60", fault="SCR", effective=later), live.now)
    assert price(live, "AST-M60", "SCR") == printed


def test_every_row_of_the_catalogue_and_every_service_has_its_price(live: Live) -> None:
    prices = prices_seen(live.database, LAYOUT, CATALOGUE)
    assert sum(bool(row.model) for row in prices) == sum(len(faults) for faults in CATALOGUE.rows.values())
    assert "cleaning" in [row.service for row in prices if not row.model]


# ── whatever is shown goes over the wire ────────────────────────────────────────────────────────


def test_all_of_it_is_plain_json(live: Live) -> None:
    for shown in (live.floor(), curves_seen(live.database, LAYOUT), settings_seen(live.database, LAYOUT)):
        assert msgspec.json.decode(msgspec.json.encode(shown), type=type(shown)) == shown

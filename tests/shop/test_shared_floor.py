"""Who is around the desk that you have taken in a demo: how they leave you your turn, help you, and wait for you."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from devices.call_display import CallDisplay
from devices.handheld import Handheld
from devices.pos import Pos
from shopfloor.contract import facts as f
from shopfloor.contract.actor import HOUR, MINUTE
from shopfloor.contract.commands import ShowCalls, ShowWork, TakePayment, WorkRow
from shopfloor.contract.events import Heard, NextRequested, TicketChosen
from shopfloor.contract.kinds import CallRow
from shopfloor.service.records import Records
from shopfloor.service.store import writing_engine
from simulations.live.beside_you import Neighbour, Passerby, cast_beside
from simulations.live.desk_records import DeskRecords, Seen
from simulations.live.shared_floor import CHECK_AFTER, YOUR_TURN, SharedFloor
from simulations.live.your_desk import your_desk
from simulations.people.crew import bring_to_life
from simulations.people.world import Guest
from simulations.streams import Streams
from tests.shop.day_book import CATALOGUE, LAYOUT, MORNING, ORDINARY, Watched, plan

LOOK = 3_000
"""So often somebody looks over to your desk, in ms."""


class Hall:
    """A shop that has just opened, with you at d8; what the floor knows is written down as the coordinator does."""

    def __init__(self, directory: Path, desk: str = "d8", look: int = LOOK) -> None:
        self.day = Watched(plan(7, hours=1))
        database = directory / "shop.db"
        self._engine = writing_engine(database)
        self._records, self._entry = Records(), 0
        with self._engine.begin() as connection:
            Records.create_tables(connection)
        self.said: list[str] = []
        self.yours = your_desk(LAYOUT, desk, MORNING)
        self.floor = SharedFloor(
            self.yours, DeskRecords(database, self.yours), self.said.append, MORNING + HOUR,
            self.day.env, self.day.world.hands, LAYOUT, CATALOGUE, Streams(1), self.day.plan.scenario,
            30_000, look, {}, lambda _bin: None,
        )  # fmt: skip
        self.day.env.process(self.floor.look_around())

    def know(self, *facts: f.Fact) -> None:
        """Written down, and seen by whoever looks."""
        self._entry += 1
        with self._engine.begin() as connection:
            for fact in facts:
                self._records.note(fact, self.floor.now, self._entry)
            self._records.flush(connection)
        self.pass_time(LOOK)

    def pass_time(self, ms: int) -> None:
        self.day.env.run(until=self.day.env.now + ms)

    def sign_on(self) -> None:
        you = self.yours
        self.know(f.EngineerCameOn(engineer=you.engineer, desk=you.desk, device=you.devices[0]))

    def somebody_comes(self, ticket: str, number: str) -> None:
        """A customer who is played."""
        self.floor.tickets[ticket] = None
        self.know(f.TicketIssued(ticket=ticket, number=number, line="A", eta_min_low=0, eta_min_high=5))

    def begin(self, repair: str) -> None:
        """You have somebody at your desk, and their phone in your hands."""
        you = self.yours
        self.know(
            f.RepairOpened(repair=repair, repair_kind="WALK_IN", ticket="T9", desk=you.desk, owner=you.engineer),
            f.RepairStarted(repair=repair, engineer=you.engineer),
        )

    def finish(self, repair: str) -> None:
        self.know(f.RepairFinished(repair=repair, labour_min=9, lines_done=(1,)))

    def hand_over(self, repair: str) -> None:
        self.know(f.DeviceHandedOver(repair=repair, ticket="T9", receiver="owner", lines_done=(1,), charged=0))

    def show(self, *rows: tuple[str, str]) -> None:
        """The call display: number, desk."""
        display = self.day.stage.clients["calls/cd1"]
        assert isinstance(display, CallDisplay)
        calls = tuple(CallRow(number=number, desk=desk, state="SERVING", calls=1) for number, desk in rows)
        display.handle(ShowCalls(id=f"C{self.floor.now}", to="calls/cd1", calls=calls, waiting=()), self.floor.now)

    def close(self) -> None:
        self._engine.dispose()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path)
    yield hall
    hall.close()


# ── whose turn it is to call (q6) ───────────────────────────────────────────────────────────────


def test_q6_you_are_the_first_to_call_once_you_are_signed_on(hall: Hall) -> None:
    hall.floor.callers["e4"] = ("A", "B", "C", "D")
    hall.pass_time(LOOK)
    assert list(hall.floor.callers) == ["e4"]
    hall.sign_on()
    assert list(hall.floor.callers) == [hall.yours.engineer, "e4"]


def test_q6_who_lets_people_wait_goes_to_the_end_of_those_who_may_call(hall: Hall) -> None:
    hall.sign_on()
    hall.floor.callers["e4"] = ("A", "B", "C", "D")
    hall.pass_time(2 * YOUR_TURN)
    assert next(iter(hall.floor.callers)) == hall.yours.engineer, "nobody waits"
    hall.somebody_comes("T1", "A001")
    hall.pass_time(YOUR_TURN - 2 * LOOK)
    assert next(iter(hall.floor.callers)) == hall.yours.engineer
    hall.pass_time(3 * LOOK)
    assert list(hall.floor.callers) == ["e4", hall.yours.engineer]


def test_q6_with_a_customer_or_a_phone_you_are_not_among_those_who_may_call(hall: Hall) -> None:
    hall.sign_on()
    hall.begin("R1")
    assert hall.yours.engineer not in hall.floor.callers
    hall.hand_over("R1")
    assert hall.yours.engineer in hall.floor.callers
    hall.know(f.PresenceLost(engineer=hall.yours.engineer))
    assert hall.yours.engineer not in hall.floor.callers


def test_q6_colleagues_leave_your_own_customers_to_you(hall: Hall) -> None:
    hall.floor.tickets["T2"] = None
    waiting = tuple(
        WorkRow(ticket=ticket, number=number, ticket_state="WAITING")
        for ticket, number in (("T1", "A001"), ("T2", "A002"))
    )
    hall.day.stage.open()
    hall.pass_time(LOOK)
    handheld = hall.day.stage.clients["handheld/h4"]
    assert isinstance(handheld, Handheld)
    sheet = ShowWork(
        id="C1", to="handheld/h4", engineer="e4", desk="d1", mine=(), parts=(), waiting=waiting, to_check=(),
        to_take_over=(),
    )  # fmt: skip
    handheld.handle(sheet, MORNING)
    colleague = cast_beside(hall.floor).engineer(LAYOUT.engineers["e4"], "d1", Streams(1).named("e4"), [], None)
    assert isinstance(colleague, Neighbour)
    assert [row.number for row in colleague.shown.waiting] == ["A002"]
    hall.day.env.process(colleague.do(NextRequested(), lambda: False))
    hall.pass_time(LOOK)
    assert [heard.event for _, heard in hall.day.heard if isinstance(heard, Heard)][-1] == TicketChosen(ticket="T2")
    hall.floor.tickets["T1"] = None
    assert [row.number for row in colleague.shown.waiting] == ["A001", "A002"]


# ── colleagues, lockers, terminals ──────────────────────────────────────────────────────────────


def test_r20_a_colleague_is_called_over_when_your_work_has_waited_for_a_check(hall: Hall) -> None:
    hall.begin("R1")
    hall.finish("R1")
    hall.pass_time(CHECK_AFTER - 3 * LOOK)
    assert hall.floor.calls_across == {}
    hall.pass_time(4 * LOOK)
    assert hall.floor.calls_across == {"R1": hall.yours.engineer}
    assert hall.floor.benches["R1"].set_aside, "they check it and do nothing else with it"


def test_r20_who_checks_their_own_work_needs_nobody(hall: Hall) -> None:
    hall.begin("R1")
    hall.finish("R1")
    hall.pass_time(CHECK_AFTER + LOOK)
    hall.know(f.QualityCheckPassed(repair="R1", checker=hall.yours.engineer, first_pass=True))
    assert hall.floor.calls_across == {}


def test_c4_nobody_puts_a_phone_where_yours_lies(hall: Hall) -> None:
    hall.begin("R1")
    hall.know(f.CustodyMoved(repair="R1", source="desk/d8", target="locker/1", by=hall.yours.engineer))
    assert hall.floor.free_locker("R2") == "locker/2"
    hall.know(f.CustodyMoved(repair="R1", source="locker/1", target="desk/d8", by=hall.yours.engineer))
    assert hall.floor.free_locker("R3") == "locker/1"


def test_y2_at_a_terminal_that_others_use_too_customers_pay_themselves(tmp_path: Path) -> None:
    hall = Hall(tmp_path, "d1")
    terminal = hall.day.stage.clients["pos/pos-1"]
    assert isinstance(terminal, Pos)
    hall.day.stage.open()
    terminal.handle(TakePayment(id="C1", to="pos/pos-1", payment="Y1", amount=9_900), MORNING)
    hall.begin("R1")
    asked = f.PaymentRequested(
        payment="Y1", repair="R1", amount=9_900, payment_kind="CHARGE", attempt=1, pos="pos/pos-1"
    )
    hall.know(asked, f.PaymentShown(payment="Y1", repair="R1"))
    hall.pass_time(LOOK)
    assert terminal.screen.asking == {}
    hall.close()


def test_r30_who_owns_a_phone_that_you_take_over_comes_to_your_desk(hall: Hall) -> None:
    guest = Guest(structs.replace(ORDINARY))
    guest.ticket = "T1"
    hall.floor.seat(guest, "d2")
    hall.somebody_comes("T1", "A001")
    hall.know(f.TicketCalled(ticket="T1", number="A001", desk="d2", engineer="e5"))
    assert guest.goodbye == ""
    hall.know(f.TicketMoved(ticket="T1", number="A001", desk="d8", engineer=hall.yours.engineer))
    assert guest.goodbye == "wait"


# ── customers at your desk ──────────────────────────────────────────────────────────────────────


def test_q11_a_customer_sits_at_your_desk_until_the_display_shows_their_number_there_no_more(hall: Hall) -> None:
    customer = Passerby(hall.floor, ORDINARY)
    customer.number = "A001"
    hall.show(("A001", "d8"), ("A002", "d1"))
    assert customer._called_to() == "d8"
    hall.day.env.process(customer._sit_at("d8"))
    hall.pass_time(30 * MINUTE)
    assert hall.floor.seats["d8"].guest is customer.guest
    hall.show(("A002", "d1"))
    hall.floor.shout.ring()
    hall.pass_time(LOOK)
    assert hall.floor.seats["d8"].guest is None
    assert hall.said == [
        "A001 sits down at desk d8: Aster M60 (AST-M60), IMEI 001010000000024: battery worn or swollen (BAT)",
        "A001 leaves desk d8",
    ]
    assert customer.guest.goodbye == "", "nobody told them when to come back"


# ── the end of the day ──────────────────────────────────────────────────────────────────────────


def test_e30_the_manager_waits_until_you_are_done(hall: Hall) -> None:
    assert hall.floor.all_quiet()
    hall.begin("R1")
    assert not hall.floor.all_quiet()
    assert hall.floor.waits_for_you() == "", "the doors are open"
    hall.floor.doors_open = False
    assert hall.floor.waits_for_you() == "waits for desk d8: R1 is REPAIRING"
    hall.know(f.HandoverOpened(repair="R1", owner=hall.yours.engineer, note="The handheld lies untouched."))
    assert hall.floor.waits_for_you() == "waits for desk d8: R1 is ON_HOLD(handover)"
    hall.hand_over("R1")
    assert hall.floor.waits_for_you() == ""
    assert hall.floor.all_quiet()


def test_e30_the_manager_waits_for_customers_whom_only_you_can_call(hall: Hall) -> None:
    hall.know(f.TicketIssued(ticket="T1", number="A001", line="A", eta_min_low=0, eta_min_high=5))
    assert hall.floor.unfinished() == ("A001 is WAITING",)
    hall.know(f.TicketCalled(ticket="T1", number="A001", desk="d8", engineer=hall.yours.engineer))
    assert hall.floor.unfinished() == ("A001 is CALLED",)


def test_e30_at_night_the_shop_is_closed_over_your_head(tmp_path: Path) -> None:
    hall = Hall(tmp_path, look=MINUTE)
    hall.begin("R1")
    hall.pass_time(MINUTE)
    hall.pass_time(12 * HOUR)
    assert not hall.floor.all_quiet()
    hall.pass_time(HOUR)
    assert hall.floor.unfinished()
    assert hall.floor.all_quiet()
    hall.close()


def test_a_shop_whose_records_cannot_be_read_is_seen_as_before(tmp_path: Path) -> None:
    records = DeskRecords(tmp_path / "not-there.db", your_desk(LAYOUT, "d8", MORNING))
    assert records.look() == Seen()


def test_nobody_is_played_at_your_desk_nor_as_you(hall: Hall) -> None:
    cast = cast_beside(hall.floor)
    assert list(cast.desks) == ["d1", "d2", "d3", "d4", "d5", "d6", "d7"]
    hall.day.stage.open()
    bring_to_life(hall.floor, [], MORNING + HOUR, cast)
    hall.pass_time(10 * MINUTE)
    present = {presence.person: presence.desk for presence in hall.day.floor.books.present.values()}
    assert present == {"e3": "d1", "e4": "d2", "e5": "d3", "e6": "d4", "e7": "d5", "e8": "d6", "e10": "d7", "pk1": ""}

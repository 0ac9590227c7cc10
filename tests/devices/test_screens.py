"""The devices that only show and tell: queue machine, call display, the manager's board."""

import pytest

from devices.board import Board
from devices.call_display import CALLS_WAITING_MAX, SPEECH, CallDisplay
from devices.queue_machine import QueueMachine
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.codec import AskedAgain
from shopfloor.contract.kinds import CallRow
from tests.devices.held import MORNING, Held


@pytest.fixture
def queue():
    return Held(QueueMachine("queue/q1", MORNING))


@pytest.fixture
def calls():
    return Held(CallDisplay("calls/cd1", MORNING))


@pytest.fixture
def board():
    return Held(Board("board/b1", MORNING))


def lines(**is_open):
    rows = tuple(c.LineOpen(line, open_, 5, 15, 3) for line, open_ in is_open.items())
    return c.ShowLines(id="V1", to="queue/q1", lines=rows)


def announce(number="A001", id_="C1", language="en"):
    return c.Announce(id=id_, to="calls/cd1", ticket="T1", number=number, desk="d3", calls=1, language=language)


# ── queue machine ──


def test_q1_a_touch_takes_a_ticket_and_the_screen_shows_its_number(queue):
    queue.tell(lines(A=True, C=False))
    assert queue.tell(e.TicketTaken(line="A")) == [e.TicketTaken(line="A")]
    queue.made(ticket="T1", number="A001")
    assert queue.client.screen.made == {"ticket": "T1", "number": "A001"}


def test_e29_a_closed_line_gives_no_ticket_and_says_so_before(queue):
    queue.tell(lines(A=True, C=False))
    assert queue.tell(e.TicketTaken(line="C")) == []
    assert "Line C" in queue.last_message


def test_a_machine_that_has_no_picture_yet_lets_the_floor_judge(queue):
    assert queue.tell(e.TicketTaken(line="C"))
    queue.refused("Line C is closed. Please book a time.")
    assert queue.last_message == "Line C is closed. Please book a time."
    assert queue.client.screen.made == {}


def test_q3_q12_check_in_and_leaving_are_passed_on(queue):
    assert queue.tell(e.CustomerCheckedIn(booking="T7"))
    assert queue.tell(e.CustomerLeft(ticket="T1"))


def test_a_queue_machine_cannot_say_what_only_an_engineer_may(queue):
    assert queue.tell(e.NextRequested()) == []
    assert "NextRequested" in queue.last_message


def test_work_that_it_does_not_know_is_refused_with_a_reason(queue):
    (refused,) = queue.tell(announce())
    assert refused == e.CommandRefused(command="C1", reason="queue/q1 does not know Announce.")
    assert queue.tell(AskedAgain(announce())) == [refused]


def test_a_picture_for_another_kind_of_device_changes_nothing(queue):
    before = queue.client.screen
    assert queue.tell(c.ShowFloor(id="V1", to="queue/q1", alarms=())) == []
    assert queue.client.screen == before


def test_how_it_is_is_told_at_birth_and_when_it_changes_and_not_otherwise(queue):
    assert [state.words for state in queue.states] == [{"lines_open": ""}]
    queue.tell(lines(A=True))
    queue.tell(lines(A=True))
    assert [state.words for state in queue.states] == [{"lines_open": ""}, {"lines_open": "A"}]


def test_only_the_last_messages_are_kept(queue):
    for number in range(9):
        queue.refused(f"no {number}")
    assert [message.words for message in queue.client.messages] == [f"no {number}" for number in range(4, 9)]


# ── call display ──


def test_q6_a_call_is_shown_when_it_has_been_said(calls):
    assert calls.tell(announce()) == []
    assert calls.client.screen.saying == "A001, please come to desk d3."
    assert calls.wait(SPEECH - 1) == []
    assert calls.wait(1) == [e.CallShown(ticket="T1", calls=1)]
    assert calls.client.screen.saying == ""


def test_two_calls_at_once_are_said_one_after_the_other(calls):
    calls.tell(announce())
    calls.tell(announce("B002", "C2", "zh-Hans"))
    calls.wait(SPEECH)
    assert calls.client.screen.saying == "请B002号到d3号工作台。"
    assert len(calls.wait(SPEECH)) == 1


def test_b25_a_call_that_waits_already_is_not_said_twice(calls):
    calls.tell(announce())
    calls.tell(announce())
    assert len(calls.wait(5 * SPEECH)) == 1


def test_a_call_from_before_a_restart_is_said_again(calls):
    calls.tell(AskedAgain(announce()))
    assert calls.wait(SPEECH) == [e.CallShown(ticket="T1", calls=1)]


def test_more_calls_than_anybody_could_follow_are_refused(calls):
    for number in range(CALLS_WAITING_MAX):
        calls.tell(announce(id_=f"C{number}"))
    (refused,) = calls.tell(announce(id_="C99"))
    assert isinstance(refused, e.CommandRefused)


def test_b27_the_display_shows_numbers_and_desks(calls):
    row = CallRow("A001", "d3", "CALLED", 1)
    calls.tell(c.ShowCalls(id="V1", to="calls/cd1", calls=(row,), waiting=("A002",)))
    assert (calls.client.screen.calls, calls.client.screen.waiting) == ((row,), ("A002",))
    assert calls.words == {"calls": 1, "to_say": 0}


# ── board ──


def test_the_board_shows_alarms_and_passes_decisions_on(board):
    alarm = c.Alarm("c1", "Cabinet c1: jam", "PK", MORNING)
    board.tell(c.ShowFloor(id="V1", to="board/b1", alarms=(alarm,)))
    assert board.client.screen.alarms == (alarm,)
    assert board.tell(e.DayClosed()) == [e.DayClosed()]


def test_e30_a_day_that_cannot_be_closed_says_why(board):
    board.tell(e.DayClosed())
    board.refused("R1 is REPAIRING. Scan its phone into a locker first.")
    assert "R1" in board.client.screen.messages[-1].words


def test_the_board_cannot_speak_for_an_engineer(board):
    assert board.tell(e.NextRequested()) == []

"""The PIN again, before a manager sets a rule aside: whose wrong tries count against whom."""

import pytest

from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.freshness import FRESH, Freshness
from shopfloor.web.access.pins import LOCK, WRONG_MAX
from shopfloor.web.access.visitor import Role, Visitor
from tests.web.access_story import MORNING, PIN, WRONG, new_book


class Wall:
    """A clock that is set by hand."""

    now = MORNING

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def book(tmp_path):
    access = new_book(tmp_path)
    access.set_pin("m1", PIN, MORNING)
    yield access
    access.close()


@pytest.fixture
def freshness(book, wall):
    return Freshness(book, wall)


def at_a_board(book: AccessBook, now: int) -> Visitor:
    """The manager, signed in at one more browser."""
    signed_in = book.sign_in("m1", PIN, "", now)
    return Visitor(role=Role.MANAGER, person="m1", device=signed_in.device, boot=signed_in.boot)


def guess(freshness: Freshness, visitor: Visitor) -> None:
    for _ in range(WRONG_MAX):
        with pytest.raises(Denied, check=lambda denied: denied.code == "wrong-pin"):
            freshness.give(visitor, WRONG)


def test_a_stranger_who_guesses_at_a_door_does_not_take_the_managers_decisions_away(book, freshness, wall):
    manager = at_a_board(book, wall.now)
    wall.now += FRESH
    for _ in range(WRONG_MAX):
        with pytest.raises(Denied):
            book.sign_in("m1", WRONG, "", wall.now)
    with pytest.raises(Denied, check=lambda denied: denied.code == "too-often"):
        book.sign_in("m1", PIN, "", wall.now)
    assert freshness.give(manager, PIN) == FRESH


def test_whoever_guesses_at_a_board_that_was_left_open_locks_nobody_out_of_the_shop(book, freshness, wall):
    left_open = at_a_board(book, wall.now)
    wall.now += FRESH
    guess(freshness, left_open)
    assert book.sign_in("m1", PIN, "", wall.now).person.badge == "m1"


def test_whoever_guesses_at_one_board_locks_no_other(book, freshness, wall):
    left_open, own = at_a_board(book, wall.now), at_a_board(book, wall.now)
    wall.now += FRESH
    guess(freshness, left_open)
    assert freshness.give(own, PIN) == FRESH


def test_at_a_board_that_was_left_open_there_are_five_tries_and_no_sixth(book, freshness, wall):
    left_open = at_a_board(book, wall.now)
    wall.now += FRESH
    guess(freshness, left_open)
    with pytest.raises(Denied, check=lambda denied: denied.code == "too-often"):
        freshness.give(left_open, PIN)
    assert freshness.lasts_ms(left_open) == 0
    wall.now += LOCK
    assert freshness.give(left_open, PIN) == FRESH

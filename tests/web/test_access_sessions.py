"""Sessions: who is signed in, where, and for how long yet."""

import pytest

from shopfloor.contract.actor import HOUR, MINUTE, SECOND
from shopfloor.web.access.sessions import LASTING, SESSIONS_MAX
from shopfloor.web.access.visitor import Role
from tests.web.access_story import MORNING, PIN, new_book

H8 = "handheld/h8"


class Shop:
    """An engineer's handheld and a manager, both with PINs."""

    def __init__(self, book):
        self.book = book
        self.handheld = book.enrol(book.new_code(H8, MORNING)[0], MORNING).token
        for badge in ("e8", "m1"):
            book.set_pin(badge, PIN, MORNING)

    def engineer(self, now=MORNING, **more):
        return self.book.sign_in("e8", PIN, self.handheld, now, **more).token

    def manager(self, now=MORNING, **more):
        return self.book.sign_in("m1", PIN, "", now, **more).token

    def role(self, session, now, device=""):
        return self.book.who(device, session, now).role


@pytest.fixture
def shop(tmp_path):
    book = new_book(tmp_path)
    yield Shop(book)
    book.close()


def test_an_engineer_speaks_as_their_handheld_and_counts_on_where_it_was(shop):
    before = shop.book.who(shop.handheld, "", MORNING)
    standing = shop.book.who(shop.handheld, shop.engineer(), MORNING)
    assert (standing.role, standing.person, standing.name) == (Role.ENGINEER, "e8", "Zheng Hao")
    assert (standing.device, standing.boot) == (H8, before.boot)


def test_a_manager_speaks_as_a_board_of_this_session_that_bears_their_badge(shop):
    first, second = (shop.book.who("", shop.manager(), MORNING) for _ in range(2))
    assert first.device != second.device
    assert all(standing.device.startswith("board/m1-") and standing.boot for standing in (first, second))


def test_each_sign_in_has_a_new_token_and_the_one_that_came_along_ends(shop):
    first = shop.manager()
    second = shop.manager(instead_of=first)
    assert first != second
    assert shop.role(first, MORNING) is Role.ANONYMOUS
    assert shop.role(second, MORNING) is Role.MANAGER


def test_a_token_planted_before_the_sign_in_is_worth_nothing_after_it(shop):
    shop.manager(instead_of="planted")
    assert shop.role("planted", MORNING) is Role.ANONYMOUS


def test_an_engineers_session_is_worth_nothing_away_from_the_handheld(shop):
    session = shop.engineer()
    other = shop.book.enrol(shop.book.new_code("handheld/h9", MORNING)[0], MORNING).token
    assert shop.role(session, MORNING, shop.handheld) is Role.ENGINEER
    assert shop.role(session, MORNING, other) is Role.DEVICE
    assert shop.role(session, MORNING) is Role.ANONYMOUS


def test_an_engineer_has_one_session_and_one_browser_has_one_person(shop):
    first = shop.engineer()
    second = shop.engineer()
    assert shop.role(first, MORNING, shop.handheld) is Role.DEVICE
    manager = shop.book.sign_in("m1", PIN, shop.handheld, MORNING).token
    assert shop.role(second, MORNING, shop.handheld) is Role.DEVICE
    assert shop.role(manager, MORNING, shop.handheld) is Role.MANAGER


def test_a_managers_sixth_session_ends_the_one_not_used_for_longest(shop):
    tokens = [shop.manager(MORNING + number) for number in range(SESSIONS_MAX)]
    shop.book.note_seen("", tokens[0], MORNING + MINUTE)
    tokens.append(shop.manager(MORNING + 2 * MINUTE))
    roles = [shop.role(token, MORNING + 2 * MINUTE) for token in tokens]
    assert roles == [Role.MANAGER, Role.ANONYMOUS, *[Role.MANAGER] * (SESSIONS_MAX - 1)]


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.MANAGER])
def test_who_does_nothing_for_long_is_signed_out(shop, role):
    session = shop.engineer() if role is Role.ENGINEER else shop.manager()
    idle = LASTING[role].idle
    assert shop.role(session, MORNING + idle - 1, shop.handheld) is role
    assert shop.role(session, MORNING + idle, shop.handheld) is Role.DEVICE


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.MANAGER])
def test_who_goes_on_all_day_is_signed_out_in_the_end(shop, role):
    session = shop.engineer() if role is Role.ENGINEER else shop.manager()
    lasting, now = LASTING[role], MORNING
    while now + lasting.idle - SECOND < MORNING + lasting.absolute:
        now += lasting.idle - SECOND
        shop.book.note_seen(shop.handheld, session, now)
        assert shop.role(session, now, shop.handheld) is role
    assert shop.role(session, MORNING + lasting.absolute, shop.handheld) is Role.DEVICE


def test_a_session_that_is_over_is_not_brought_back_by_using_it(shop):
    session = shop.manager()
    shop.book.note_seen("", session, MORNING + HOUR)
    assert shop.role(session, MORNING + HOUR) is Role.ANONYMOUS


def test_looking_is_noted_at_most_once_a_minute(shop):
    session = shop.manager()
    assert not shop.book.who("", session, MORNING + MINUTE - 1).is_unnoted
    assert shop.book.who("", session, MORNING + MINUTE).is_unnoted
    shop.book.note_seen("", session, MORNING + MINUTE)
    assert not shop.book.who("", session, MORNING + MINUTE + 1).is_unnoted


def test_who_signs_out_is_out_and_nobody_else(shop):
    first, second = shop.manager(), shop.manager()
    shop.book.sign_out(first, MORNING)
    assert [shop.role(token, MORNING) for token in (first, second)] == [Role.ANONYMOUS, Role.MANAGER]


def test_who_has_left_the_shop_is_signed_out_everywhere_and_has_no_pin(shop):
    session = shop.manager()
    assert shop.book.revoke_person("m1", MORNING)
    assert shop.role(session, MORNING) is Role.ANONYMOUS
    assert not shop.book.has_pin("m1")
    assert not shop.book.revoke_person("m1", MORNING)


def test_a_new_pin_signs_its_person_out(shop):
    session = shop.manager()
    shop.book.set_pin("m1", "161803", MORNING)
    assert shop.role(session, MORNING) is Role.ANONYMOUS


def test_a_lost_handheld_takes_its_engineer_out(shop):
    session = shop.engineer()
    shop.book.revoke_device(H8, MORNING)
    assert shop.role(session, MORNING, shop.handheld) is Role.ANONYMOUS


def test_the_list_tells_who_is_signed_in(shop):
    shop.manager()
    lines = {line.person.badge: (line.has_pin, line.sessions) for line in shop.book.people()}
    assert (lines["m1"], lines["e8"], lines["m2"]) == ((True, 1), (True, 0), (False, 0))

"""Browsers that are devices: one-time codes, one browser a device, and numbers that only grow."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopfloor.contract.actor import DAY, SECOND
from shopfloor.web.access.browsers import CODE_LIVES, UNSEEN_MAX
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.tokens import CODE_LENGTH, CODE_SIGNS, new_code, read_code
from shopfloor.web.access.visitor import Role
from tests.web.access_story import MORNING, new_book


@pytest.fixture
def book(tmp_path):
    access = new_book(tmp_path)
    yield access
    access.close()


def no(code):
    return pytest.raises(Denied, check=lambda denied: denied.code == code)


def enrolled(book, device, now=MORNING):
    return book.enrol(book.new_code(device, now)[0], now)


def test_a_code_makes_a_browser_a_device(book):
    code, until = book.new_code("pad/pad-8", MORNING)
    browser = book.enrol(code, MORNING + 1)
    assert until == MORNING + CODE_LIVES
    assert browser.device == "pad/pad-8"
    standing = book.who(browser.token, "", MORNING + 2)
    assert (standing.role, standing.device, standing.boot) == (Role.DEVICE, "pad/pad-8", browser.boot)


def test_a_board_on_the_wall_is_a_display(book):
    assert book.who(enrolled(book, "board/b1").token, "", MORNING).role is Role.DISPLAY


def test_a_code_works_once(book):
    code, _ = book.new_code("pad/pad-8", MORNING)
    book.enrol(code, MORNING)
    with no("wrong-code"):
        book.enrol(code, MORNING)


def test_a_code_works_until_its_time_is_over(book):
    early, _ = book.new_code("pad/pad-7", MORNING)
    late, _ = book.new_code("pad/pad-8", MORNING)
    assert book.enrol(early, MORNING + CODE_LIVES - 1)
    with no("wrong-code"):
        book.enrol(late, MORNING + CODE_LIVES)


def test_a_newer_code_for_a_device_replaces_the_one_before(book):
    first, _ = book.new_code("pad/pad-8", MORNING)
    second, _ = book.new_code("pad/pad-8", MORNING)
    with no("wrong-code"):
        book.enrol(first, MORNING)
    assert book.enrol(second, MORNING)


@pytest.mark.parametrize("code", ["", "-", "ABCD", "ABCD-EFGH", "0OI1-LU00", "' OR 1=1 --"])
def test_a_code_that_nobody_made_opens_nothing(book, code):
    book.new_code("pad/pad-8", MORNING)
    with no("wrong-code"):
        book.enrol(code, MORNING)


@pytest.mark.parametrize(
    "device", ["pad/pad-99", "cabinet/c1", "archive/a1", "robot/r1", "board/m1", "link/t1", "", "pad"]
)
def test_only_what_a_browser_can_be_gets_a_code(book, device):
    with no("unknown-device") as told:
        book.new_code(device, MORNING)
    assert "pad/pad-8" in told.value.reason


def test_whoever_types_a_code_needs_no_care(book):
    code, _ = book.new_code("pad/pad-8", MORNING)
    assert book.enrol(f"  {code.lower().replace('-', ' ')} ", MORNING)


def test_enrolling_anew_makes_the_older_browser_a_stranger(book):
    older = enrolled(book, "pad/pad-8")
    newer = enrolled(book, "pad/pad-8", MORNING + SECOND)
    assert book.who(older.token, "", MORNING + SECOND).role is Role.ANONYMOUS
    assert book.who(newer.token, "", MORNING + SECOND).device == "pad/pad-8"
    assert newer.boot > older.boot


def test_a_browser_that_becomes_another_device_is_the_first_no_more(book):
    first = enrolled(book, "pad/pad-8")
    second = book.enrol(book.new_code("pos/pos-3", MORNING)[0], MORNING, instead_of=first.token)
    assert book.who(first.token, "", MORNING).role is Role.ANONYMOUS
    assert book.who(second.token, "", MORNING).device == "pos/pos-3"


def test_a_lost_device_is_out_at_once_and_its_code_too(book):
    browser = enrolled(book, "handheld/h8")
    code, _ = book.new_code("handheld/h8", MORNING)
    assert book.revoke_device("handheld/h8", MORNING)
    assert book.who(browser.token, "", MORNING).role is Role.ANONYMOUS
    with no("wrong-code"):
        book.enrol(code, MORNING)
    assert not book.revoke_device("handheld/h8", MORNING), "there is nothing left to revoke"


def test_a_browser_in_a_drawer_is_forgotten_and_one_in_use_is_not(book):
    drawer, desk = enrolled(book, "pad/pad-7"), enrolled(book, "pad/pad-8")
    now = MORNING
    while now < MORNING + 2 * UNSEEN_MAX:
        now += 10 * DAY
        assert book.who(desk.token, "", now).is_unnoted
        book.note_seen(desk.token, "", now)
    assert book.who(desk.token, "", now).device == "pad/pad-8"
    assert book.who(drawer.token, "", now).role is Role.ANONYMOUS


def test_a_token_of_nobodys_is_nobodys(book):
    enrolled(book, "pad/pad-8")
    for token in ("", "x", "A" * 5000, "\x00", "ключ"):
        assert book.who(token, token, MORNING).role is Role.ANONYMOUS


def test_boot_numbers_follow_the_clock_and_grow_when_it_does_not(book):
    boots = [enrolled(book, "queue/q2").boot]
    clock = (MORNING + 1, MORNING + 1, MORNING - DAY, 0, MORNING + 2)
    boots += [book.new_boot("queue/q2", now) for now in clock]
    assert boots[:2] == [MORNING, MORNING + 1]
    assert boots == sorted(set(boots))
    assert book.who("", "", MORNING).boot == 0


@settings(deadline=None, max_examples=30)
@given(clock=st.lists(st.integers(0, 2 * MORNING), min_size=1, max_size=8))
def test_no_clock_makes_a_boot_number_twice(tmp_path_factory, clock):
    book = new_book(tmp_path_factory.mktemp("book"))
    given_out = [book.new_boot("link/t1", now) for now in clock]
    book.close()
    assert all(before < after for before, after in pairwise(given_out))


def test_codes_have_no_signs_that_look_alike():
    assert not set("01ILOU") & set(CODE_SIGNS)
    for _ in range(200):
        code = new_code()
        assert len(code.replace("-", "")) == CODE_LENGTH
        assert read_code(code.lower()) == code


def test_the_list_tells_which_devices_have_a_browser(book):
    enrolled(book, "pad/pad-8")
    lines = {line.device: line.enrolled_at for line in book.devices()}
    assert (lines["pad/pad-8"], lines["pad/pad-7"]) == (MORNING, 0)
    assert "cabinet/c1" not in lines

"""PINs: who gets in, who guesses, and how long that takes."""

import sqlite3
import statistics
import time
from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopfloor.contract.actor import MINUTE
from shopfloor.web.access.book import AccessBook, first_pins
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.pins import COST, LOCK, PIN_MAX, PIN_MIN, STRANGERS, WRONG_MAX, pin_flaw, random_pin
from shopfloor.web.access.visitor import Role
from tests.web.access_story import MORNING, PIN, SAMPLE, WRONG, new_book

H8 = "handheld/h8"


@pytest.fixture
def book(tmp_path):
    access = new_book(tmp_path)
    yield access
    access.close()


def no(code):
    return pytest.raises(Denied, check=lambda denied: denied.code == code)


def guess(book: AccessBook, badge: str, device: str, times: int, now: int = MORNING) -> None:
    for _ in range(times):
        with no("wrong-pin"):
            book.check(badge, WRONG, device, now)


def test_an_engineer_is_known_by_badge_and_pin_at_their_own_handheld(book):
    book.set_pin("e8", PIN, MORNING)
    person = book.check("e8", PIN, H8, MORNING)
    assert (person.badge, person.role, person.handheld) == ("e8", Role.ENGINEER, H8)


def test_a_parts_keeper_is_known_as_an_engineer_is(book):
    book.set_pin("pk1", PIN, MORNING)
    assert book.check("pk1", PIN, "handheld/h11", MORNING).role is Role.ENGINEER


@pytest.mark.parametrize("device", ["", "handheld/h9", "pad/pad-8"])
def test_an_engineer_is_known_nowhere_else(book, device):
    book.set_pin("e8", PIN, MORNING)
    with no("wrong-pin"):
        book.check("e8", PIN, device, MORNING)


@pytest.mark.parametrize("device", ["", "board/b1", H8])
def test_a_manager_is_known_anywhere(book, device):
    book.set_pin("m1", PIN, MORNING)
    assert book.check("m1", PIN, device, MORNING).role is Role.MANAGER


def test_a_wrong_pin_an_unknown_badge_no_pin_and_anothers_handheld_sound_alike(book):
    book.set_pin("e8", PIN, MORNING)
    sentences = set()
    for badge, pin, device in (("e8", WRONG, H8), ("x99", PIN, H8), ("e9", PIN, "handheld/h9"), ("e8", PIN, "")):
        with no("wrong-pin") as told:
            book.check(badge, pin, device, MORNING)
        sentences.add(told.value.reason)
    assert len(sentences) == 1


def test_after_five_wrong_pins_in_a_row_even_the_right_one_waits_a_quarter_of_an_hour(book):
    book.set_pin("e8", PIN, MORNING)
    guess(book, "e8", H8, WRONG_MAX)
    with no("too-often") as told:
        book.check("e8", PIN, H8, MORNING + 3 * MINUTE)
    assert told.value.wait == 12 * MINUTE
    assert "12 minutes" in told.value.reason
    with no("too-often"):
        book.check("e8", PIN, H8, MORNING + LOCK - 1)
    assert book.check("e8", PIN, H8, MORNING + LOCK)


def test_the_fifth_wrong_pin_is_told_that_there_is_no_sixth(book):
    book.set_pin("e8", PIN, MORNING)
    guess(book, "e8", H8, WRONG_MAX - 1)
    with no("wrong-pin") as told:
        book.check("e8", WRONG, H8, MORNING)
    assert "15 minutes" in told.value.reason


def test_four_wrong_ones_are_forgiven_when_the_right_one_comes(book):
    book.set_pin("e8", PIN, MORNING)
    for _ in range(3):
        guess(book, "e8", H8, WRONG_MAX - 1)
        assert book.check("e8", PIN, H8, MORNING)


def test_asking_while_locked_makes_the_lock_no_longer(book):
    book.set_pin("e8", PIN, MORNING)
    guess(book, "e8", H8, WRONG_MAX)
    for minute in range(1, 15):
        with no("too-often"):
            book.check("e8", WRONG, H8, MORNING + minute * MINUTE)
    assert book.check("e8", PIN, H8, MORNING + LOCK)


def test_a_stranger_elsewhere_locks_neither_an_engineer_nor_a_manager_out_of_the_shop(book):
    for badge in ("e8", "m1"):
        book.set_pin(badge, PIN, MORNING)
        guess(book, badge, "", WRONG_MAX)
        with no("too-often"):
            book.check(badge, PIN, "", MORNING)
    assert book.check("e8", PIN, H8, MORNING)
    assert book.check("m1", PIN, "board/b1", MORNING)


def test_an_unknown_badge_is_locked_as_a_known_one_is(book):
    guess(book, "x99", "", WRONG_MAX)
    with no("too-often"):
        book.check("x99", PIN, "", MORNING)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 16), st.sampled_from([WRONG, WRONG, WRONG, PIN])), max_size=40))
def test_in_no_quarter_of_an_hour_are_more_than_five_wrong_pins_in_a_row_looked_at(tmp_path_factory, tries):
    book = new_book(tmp_path_factory.mktemp("book"))
    book.set_pin("e8", PIN, MORNING)
    now, wrong_at = MORNING, []
    for minutes, pin in tries:
        now += minutes * MINUTE
        try:
            book.check("e8", pin, H8, now)
            wrong_at = []
        except Denied as denied:
            wrong_at += [now] if denied.code == "wrong-pin" else []
        assert sum(at > now - LOCK for at in wrong_at) <= WRONG_MAX
    book.close()


def test_a_new_pin_opens_the_lock_and_the_old_one_fits_no_more(book):
    book.set_pin("e8", PIN, MORNING)
    guess(book, "e8", H8, WRONG_MAX)
    book.set_pin("e8", "161803", MORNING)
    assert book.check("e8", "161803", H8, MORNING)
    with no("wrong-pin"):
        book.check("e8", PIN, H8, MORNING)


def test_nobody_gets_a_pin_without_a_badge(book):
    with no("unknown-badge"):
        book.set_pin("x99", PIN, MORNING)


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567890123", "27182a", "٢٧١٨٢٨", "000000", "123456", "987654", "890123"]
)
def test_a_pin_that_is_none_or_that_anybody_would_try_is_not_taken(book, pin):
    with no("bad-pin"):
        book.set_pin("e8", pin, MORNING)
    assert not book.has_pin("e8")


@given(st.text("0123456789", min_size=PIN_MIN, max_size=PIN_MAX))
def test_digits_that_are_not_in_a_row_are_a_pin(pin):
    pairs = list(pairwise(pin))
    in_a_row = any(all((int(b) - int(a)) % 10 == step for a, b in pairs) for step in (0, 1, 9))
    assert bool(pin_flaw(pin)) == in_a_row


def test_pins_that_the_shop_makes_have_no_flaw():
    assert [pin_flaw(random_pin()) for _ in range(200)] == [""] * 200


def test_the_first_pins_are_made_once(book):
    first = first_pins(book, SAMPLE.managers, MORNING)
    assert list(first) == ["m1", "m2"]
    assert book.check("m1", first["m1"], "", MORNING)
    assert first_pins(book, SAMPLE.managers, MORNING) == {}


def test_no_pin_is_in_the_file_and_two_people_with_one_pin_do_not_look_alike(book, tmp_path):
    book.set_pin("e8", PIN, MORNING)
    book.set_pin("e9", PIN, MORNING)
    for file in sorted(tmp_path.iterdir()):
        assert PIN.encode() not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0, "only the owner may read it"
    with closing(sqlite3.connect(tmp_path / "shop.db.access")) as database:
        assert len(set(database.execute("SELECT key FROM access_pin"))) == 2


def test_inventing_badges_fills_no_disk(book, tmp_path):
    for number in range(50):
        guess(book, f"nobody-{number}", "", 1)
    with closing(sqlite3.connect(tmp_path / "shop.db.access")) as database:
        counters = {badge for (badge,) in database.execute("SELECT badge FROM access_tries")}
        assert all(counter.startswith("?") and int(counter[1:]) < STRANGERS for counter in counters)
        book.set_pin("e8", PIN, MORNING + LOCK)
        assert database.execute("SELECT count(*) FROM access_tries").fetchone() == (0,)


def test_an_unknown_badge_takes_as_long_as_a_known_one(tmp_path):
    book = new_book(tmp_path, COST)
    book.set_pin("m1", PIN, MORNING)

    def took(badge: str, turn: int) -> float:
        began = time.thread_time()
        with no("wrong-pin"):
            book.check(badge, WRONG, "", MORNING + turn * LOCK)
        return time.thread_time() - began

    known, unknown = (statistics.median(took(badge, turn) for turn in range(5)) for badge in ("m1", "x99"))
    book.close()
    assert 0.5 < known / unknown < 2
    assert min(known, unknown) > 0.02, "a try has its price"

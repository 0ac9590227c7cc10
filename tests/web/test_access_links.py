"""Customers' links: unguessable, several of a visit, and not for ever."""

import sqlite3
from contextlib import closing

import pytest

from shopfloor.contract.actor import DAY
from shopfloor.web.access.book import SWEEP_EVERY
from shopfloor.web.access.links import AFTER_LAST_SIGN, LINKS_MAX, LIVES_MAX
from tests.web.access_story import MORNING, new_book


@pytest.fixture
def book(tmp_path):
    access = new_book(tmp_path)
    yield access
    access.close()


def test_a_link_opens_its_visit_and_no_other(book):
    first, second = book.new_link("T1", MORNING), book.new_link("T2", MORNING)
    assert (book.ticket_of(first, MORNING), book.ticket_of(second, MORNING)) == ("T1", "T2")


def test_a_visit_has_as_many_links_as_were_made_but_not_without_end(book):
    links = [book.new_link("T1", MORNING + number) for number in range(LINKS_MAX + 1)]
    opened = [book.ticket_of(link, MORNING + LINKS_MAX) for link in links]
    assert opened == [None, *["T1"] * LINKS_MAX]


def test_a_link_ends_two_weeks_after_the_visits_last_sign_of_life(book):
    link = book.new_link("T1", MORNING)
    assert book.ticket_of(link, MORNING + AFTER_LAST_SIGN - 1) == "T1"
    assert book.ticket_of(link, MORNING + AFTER_LAST_SIGN) is None


def test_a_visit_that_goes_on_keeps_its_link_for_ninety_days_at_most(book):
    waits, over = book.new_link("T1", MORNING), book.new_link("T2", MORNING)
    for day in range(0, 90, 10):
        book.keep_links(["T1"], MORNING + day * DAY)
    assert book.ticket_of(waits, MORNING + LIVES_MAX - 1) == "T1"
    assert book.ticket_of(waits, MORNING + LIVES_MAX) is None
    assert book.ticket_of(over, MORNING + 20 * DAY) is None


def test_opening_a_link_is_no_sign_of_life(book):
    link = book.new_link("T1", MORNING)
    for day in range(13):
        assert book.ticket_of(link, MORNING + day * DAY) == "T1"
    assert book.ticket_of(link, MORNING + AFTER_LAST_SIGN) is None


def test_a_link_that_has_ended_stays_ended(book):
    link = book.new_link("T1", MORNING)
    book.keep_links([], MORNING + AFTER_LAST_SIGN - 1)  # sweeps, and finds nothing to sweep yet
    book.keep_links(["T1"], MORNING + AFTER_LAST_SIGN)
    assert book.ticket_of(link, MORNING + AFTER_LAST_SIGN) is None


def test_all_links_of_a_visit_can_be_ended(book):
    links = [book.new_link("T1", MORNING), book.new_link("T1", MORNING), book.new_link("T2", MORNING)]
    book.end_links("T1", MORNING)
    assert [book.ticket_of(link, MORNING) for link in links] == [None, None, "T2"]


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "A" * 100_000, "../../T1", "T1", "\x00", "票"])
def test_a_link_that_nobody_made_opens_nothing(book, token):
    book.new_link("T1", MORNING)
    assert book.ticket_of(token, MORNING) is None


def test_links_carry_128_random_bits_that_are_not_in_the_file(book, tmp_path):
    links = [book.new_link(f"T{number}", MORNING) for number in range(300)]
    assert len(set(links)) == 300
    assert {len(link) for link in links} == {22}, "16 bytes in base 64"
    for file in sorted(tmp_path.iterdir()):
        assert not any(link.encode() in file.read_bytes() for link in links[::50])


def test_what_has_ended_leaves_the_file(book, tmp_path):
    for number in range(5):
        book.new_link(f"T{number}", MORNING)
    book.new_link("T9", MORNING + AFTER_LAST_SIGN + SWEEP_EVERY)
    with closing(sqlite3.connect(tmp_path / "shop.db.access")) as database:
        assert database.execute("SELECT ticket FROM access_link").fetchall() == [("T9",)]

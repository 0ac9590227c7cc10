"""Two processes, many threads, one access book: nothing happens twice, and nobody waits for long."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from shopfloor.service.store import Newer
from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.pins import WRONG_MAX
from shopfloor.web.access.storage import Storage
from shopfloor.web.access.tables import LinkRow
from tests.web.access_story import MORNING, PIN, SAMPLE, WRONG, new_book

EACH = 25
BOOKS = 20
OPENERS = 4


def boots(directory: Path) -> list[int]:
    """What one process does: it opens the book, which may not be there yet, and asks for numbers."""
    book = new_book(directory)
    numbers = [book.new_boot("queue/q2", MORNING) for _ in range(EACH)]
    book.close()
    return numbers


def test_two_processes_give_no_boot_number_twice(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as processes:
        first, second = processes.map(boots, [tmp_path, tmp_path])
    assert sorted(first + second) == list(range(MORNING, MORNING + 2 * EACH))
    assert (first, second) == (sorted(first), sorted(second))


def test_all_who_open_a_new_book_at_the_same_moment_get_in(tmp_path):
    """SQLite turned most of them away at once: the first line of a shop that begins was "database is locked"."""
    for number in range(BOOKS):
        together = Barrier(OPENERS)

        def opened(path: Path = tmp_path / f"{number}.access", together: Barrier = together) -> None:
            together.wait()
            Storage(path).close()

        with ThreadPoolExecutor(OPENERS) as openers:
            for opening in [openers.submit(opened) for _ in range(OPENERS)]:
                opening.result()


def test_a_code_that_two_browsers_bring_at_once_is_taken_from_one(tmp_path):
    pages, command_line = new_book(tmp_path), new_book(tmp_path)
    code, _ = command_line.new_code("pad/pad-8", MORNING)

    def bring(book: AccessBook) -> str:
        try:
            return book.enrol(code, MORNING).device
        except Denied as denied:
            return denied.code

    with ThreadPoolExecutor(8) as browsers:
        answers = list(browsers.map(bring, [pages, command_line] * 4))
    for book in (pages, command_line):
        book.close()
    assert sorted(answers) == ["pad/pad-8", *["wrong-code"] * 7]


def test_many_guesses_at_once_are_no_more_than_five(tmp_path):
    book = new_book(tmp_path)
    book.set_pin("m1", PIN, MORNING)

    def guess(_turn: int) -> str:
        try:
            book.check("m1", WRONG, "", MORNING)
        except Denied as denied:
            return denied.code
        return "in"

    with ThreadPoolExecutor(16) as thieves:
        answers = list(thieves.map(guess, range(40)))
    book.close()
    assert answers.count("wrong-pin") == WRONG_MAX
    assert answers.count("too-often") == 40 - WRONG_MAX


def test_what_the_command_line_revokes_the_pages_know_at_once(tmp_path):
    pages, command_line = new_book(tmp_path), new_book(tmp_path)
    browser = pages.enrol(pages.new_code("pad/pad-8", MORNING)[0], MORNING)
    assert pages.who(browser.token, "", MORNING).device == "pad/pad-8"
    command_line.revoke_device("pad/pad-8", MORNING)
    assert pages.who(browser.token, "", MORNING).device == ""
    for book in (pages, command_line):
        book.close()


def test_whoever_reads_does_not_wait_for_whoever_writes(tmp_path):
    book = new_book(tmp_path)
    browser = book.enrol(book.new_code("pad/pad-8", MORNING)[0], MORNING)
    other = Storage(tmp_path / "shop.db.access")
    with other.writing() as rows:
        rows.add(LinkRow(token=b"x", ticket="T1", made_at=MORNING, alive_at=MORNING))
        rows.flush()
        assert book.who(browser.token, "", MORNING).device == "pad/pad-8"
    other.close()
    book.close()


def test_a_book_of_a_later_release_is_left_alone(tmp_path):
    book = tmp_path / "shop.db.access"
    new_book(tmp_path).close()
    content = book.read_bytes()
    content = content[:60] + (99).to_bytes(4, "big") + content[64:]  # user_version, sqlite.org/fileformat2.html
    book.write_bytes(content)
    with pytest.raises(Newer, match="newer release"):
        AccessBook(book, SAMPLE)
    assert book.read_bytes()[60:64] == (99).to_bytes(4, "big")

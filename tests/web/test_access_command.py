"""``shopfloor access`` at the shop's own computer."""

import getpass
import re
from datetime import UTC, datetime

import pytest

import shopfloor.__main__ as command_line
from shopfloor.commands.access import access_book
from shopfloor.contract.actor import SECOND
from shopfloor.core.policies import Policy
from shopfloor.service.layouts import LAYOUTS, layout_source
from shopfloor.service.opening import Opening
from shopfloor.service.serve import open_shop
from shopfloor.service.store import beside, database_path
from shopfloor.web.access.book import AccessBook
from tests.web.access_story import PIN


@pytest.fixture
def url(tmp_path):
    """The address of a shop that has just been opened."""
    address = f"sqlite:///{tmp_path / 'shop.db'}"
    catalogue = (LAYOUTS.parent / "catalogue.json").read_text(encoding="utf-8")
    open_shop(address, Opening(layout_source("sample"), catalogue, Policy()), 1_795_399_200_000).close()
    return address


@pytest.fixture
def access(url):
    """``shopfloor access …`` with this shop."""
    return lambda *words: command_line.main(["access", *words, "--db", url])


def test_the_first_manager_gets_a_pin_that_is_printed_once(access, url, capsys):
    assert access("pin", "m1", "--make") == 0
    (pin,) = re.findall(r"\b\d{6}\b", capsys.readouterr().out)
    with access_book(url) as book:
        assert book.check("m1", pin, "", 0).badge == "m1"


def test_a_pin_that_was_typed_twice_is_taken_and_not_printed(access, url, capsys, monkeypatch):
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: PIN)
    assert access("pin", "m1") == 0
    assert PIN not in capsys.readouterr().out
    with access_book(url) as book:
        assert book.has_pin("m1")


def test_a_pin_that_was_typed_in_two_ways_changes_nothing(access, url, capsys, monkeypatch):
    typed = iter([PIN, "161803"])
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(typed))
    assert access("pin", "m1") == 1
    assert "did not agree" in capsys.readouterr().err
    with access_book(url) as book:
        assert not book.has_pin("m1")


@pytest.mark.parametrize(("words", "told"), [
    (("pin", "x99", "--pin", PIN), "Nobody here has the badge 'x99'"),
    (("pin", "m1", "--pin", "123456"), "not in a row"),
    (("enrol", "pad/pad-99"), "pad/pad-8"),
    (("revoke", "m1"), "Nothing to revoke"),
    (("revoke", "pad/pad-8"), "Nothing to revoke"),
])  # fmt: skip
def test_what_does_not_work_is_told_in_a_sentence(access, capsys, words, told):
    assert access(*words) == 1
    assert told in capsys.readouterr().err


def test_a_device_is_enrolled_by_code_by_address_or_by_scanning(access, url, capsys):
    assert access("enrol", "pad/pad-8", "--pages", "https://shop.lan:8443") == 0
    out = capsys.readouterr().out
    (code,) = re.findall(r"https://shop\.lan:8443/set-up#([0-9A-Z]{4}-[0-9A-Z]{4})\n", out)
    assert f"type the code {code}" in out
    assert "▀" in out, "a QR code"
    with access_book(url) as book:
        assert book.enrol(code, book.new_code("pad/pad-7", 0)[1]).device == "pad/pad-8"


def test_the_list_shows_devices_and_people(access, url, capsys):
    access("pin", "m1", "--pin", PIN)
    with access_book(url) as book:
        book.enrol(book.new_code("pad/pad-8", 0)[0], 0)
        book.new_link("T1", 0)
    capsys.readouterr()
    assert access("list") == 0
    out = capsys.readouterr().out
    assert re.search(r"^pad/pad-7 +no browser$", out, re.MULTILINE)
    assert re.search(r"^m1 +Gao Jie: manager, has a PIN$", out, re.MULTILINE)
    assert "customers' links: 1" in out


def test_a_lost_device_and_a_person_who_left_are_revoked(access, url, capsys):
    access("pin", "m1", "--pin", PIN)
    with access_book(url) as book:
        now = round(datetime.now(UTC).timestamp() * SECOND)
        token = book.enrol(book.new_code("pad/pad-8", now)[0], now).token
    assert access("revoke", "pad/pad-8") == 0
    assert access("revoke", "m1") == 0
    with access_book(url) as book:
        assert book.who(token, "", now).device == ""
        assert not book.has_pin("m1")
    assert "is out" in capsys.readouterr().out


def test_without_a_journal_there_is_no_access_book(tmp_path, capsys):
    assert command_line.main(["access", "list", "--db", f"sqlite:///{tmp_path / 'none.db'}"]) == 1
    assert "none.db" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_pages_find_the_book_that_the_command_line_writes(access, url):
    access("pin", "m1", "--pin", PIN)
    path = beside(database_path(url), ".access")
    with access_book(url) as book:
        pages = AccessBook(path, book.layout)
        assert pages.has_pin("m1")
        pages.close()

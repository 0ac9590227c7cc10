"""What tests of the hall's pages look up in the records, and who works there."""

import sqlite3
from contextlib import closing

from shopfloor.contract.events import CustomerSeated, EngineerSignedOn, NextRequested, OverrideGiven, UnitTransferred
from shopfloor.service.store import database_path, reading_connection
from tests.web.house import House

UNITS_MAX = 50
"""Of one part in a shop: more than any has."""


def looked_up(house: House, query: str, *values: str | int) -> list[tuple[object, ...]]:
    """Rows of the shop's own records, as they are now."""
    with closing(reading_connection(database_path(house.db))) as database:
        try:
            return [tuple(row) for row in database.execute(query, values)]
        except sqlite3.OperationalError:  # the writer is in the middle of something: ask again
            return []


def tickets(house: House) -> list[str]:
    """Every visit there ever was."""
    return [str(row[0]) for row in looked_up(house, "SELECT id FROM ticket ORDER BY issued_at, id")]


def state_of(house: House, ticket: str) -> str:
    found = looked_up(house, "SELECT state FROM ticket WHERE id = ?", ticket)
    return str(found[0][0]) if found else ""


def number_of(house: House, ticket: str) -> str:
    return str(looked_up(house, "SELECT number FROM ticket WHERE id = ?", ticket)[0][0])


def sign_on(house: House, engineer: str = "e8", desk: str = "d8") -> str:
    """This engineer sits down; answers with their handheld."""
    handheld = f"handheld/{house.layout.engineers[engineer].handheld}"
    house.say(handheld, EngineerSignedOn(engineer=engineer, desk=desk))
    return handheld


def call_next(house: House, handheld: str) -> str:
    """The visit that is called."""
    assert house.say(handheld, NextRequested()).status == "committed"
    found = looked_up(house, "SELECT ticket FROM fact WHERE kind = 'TicketCalled' ORDER BY id DESC LIMIT 1")
    return str(found[0][0])


def seat(house: House, handheld: str, ticket: str) -> None:
    assert house.say(handheld, CustomerSeated(ticket=ticket)).status == "committed"


def run_low(house: House, sku: str) -> tuple[int, int]:
    """Another shop gets unit after unit, as the manager allows, until too few are left: how many, and of at least how
    many."""
    keeper = f"handheld/{house.layout.parts_keepers['pk1'].handheld}"
    house.say(keeper, EngineerSignedOn(engineer="pk1", desk=""))
    for number in range(1, UNITS_MAX):
        unit = f"{sku}#{number:04}"
        house.say("board/b1", OverrideGiven(about=unit, rule="transfer-unit", reason="another shop needs it"))
        assert house.say(keeper, UnitTransferred(unit=unit, direction="out")).status == "committed"
        if low := looked_up(house, "SELECT free, minimum FROM stock_low WHERE id = ?", sku):
            return int(str(low[0][0])), int(str(low[0][1]))
    raise AssertionError(f"{UNITS_MAX} of {sku} have left, and it is not low")

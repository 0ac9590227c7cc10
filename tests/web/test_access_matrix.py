"""Who may do what: every route of the access rooms with every role, against a table that was written by hand."""

from http import HTTPStatus

import pytest

from shopfloor.web.access.guard import Route, allowed, declared, undeclared
from shopfloor.web.access.visitor import Role
from tests.web.access_story import API, PIN, Door, new_book

A, D, W, E, M, C = Role
"""Anonymous, device, wall display, engineer, manager, customer."""

TABLE = {
    ("GET", "/me"): (A, D, W, E, M, C),
    ("POST", "/session"): (A, D, W, E, M),
    ("DELETE", "/session"): (A, D, W, E, M),
    ("POST", "/enrolment"): (A, D, W, E, M),
    ("POST", "/boots"): (D, E, M, C),
    ("POST", "/codes"): (M,),
    ("DELETE", "/{device_type}/{device_id}/enrolment"): (M,),
    ("PUT", "/people/{badge}/pin"): (M,),
    ("POST", "/{kind}/{name}/events"): (D, E, M, C),
    ("GET", "/board"): (W, M),
    ("GET", "/track/{token}"): (C,),
    ("GET", "/static/{name}"): (A, D, W, E, M, C),
    ("WS", "/live"): (A, D, W, E, M, C),
}
BODIES = {
    "/session": {"badge": "m1", "pin": PIN},
    "/enrolment": {"code": "ABCD-EFGH"},
    "/codes": {"device": "pad/pad-7"},
    "/people/{badge}/pin": {"pin": PIN},
}
KEPT_OUT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
NOT_ADMITTED = ("sign-in", "enrol", "not-yours", "link-ended")


@pytest.fixture
def door(tmp_path):
    book = new_book(tmp_path)
    yield Door(book)
    book.close()


def test_every_route_says_for_whom_it_is(door):
    assert declared(door.app) == sorted(Route(f"{API}{path}", method, roles) for (method, path), roles in TABLE.items())
    assert undeclared(door.app) == []


def test_a_route_that_does_not_say_is_found(door):
    @door.app.get("/forgotten")
    def forgotten() -> None:
        """Nobody thought of a door."""

    assert undeclared(door.app) == ["GET /forgotten"]


def test_a_route_for_nobody_is_a_mistake():
    with pytest.raises(AssertionError, match="somebody"):
        allowed()


@pytest.mark.parametrize("role", Role, ids=lambda role: role or "anonymous")
@pytest.mark.parametrize(("method", "path"), [line for line in TABLE if line[0] != "WS"], ids=lambda part: part)
def test_each_role_may_do_what_the_table_says_and_nothing_else(door, role, method, path):
    link = door.book.new_link("T12", door.now)
    browsers = {
        A: door.browser,
        D: lambda: door.device("pad/pad-8"),
        W: lambda: door.device("board/b1"),
        E: door.engineer,
        M: door.manager,
        C: door.browser,
    }
    browser = browsers[role]()
    credentials = {"authorization": f"Link {link}"} if role is C else {}
    token = link if role is C else "A" * 22
    where = path.format(kind="pad", name="pad-8", device_type="pad", device_id="pad-7", badge="e8", token=token)
    answered = browser.ask(method, where, BODIES.get(path), **credentials)
    code = answered.json().get("code") if answered.headers.get("content-type") == "application/json" else ""
    assert (code in NOT_ADMITTED) == (role not in TABLE[method, path]), answered.text
    assert (answered.status_code in KEPT_OUT) >= (code in NOT_ADMITTED)

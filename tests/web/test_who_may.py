"""Every route and every role: who may comes in, who may not is told so, and nobody forgets a door.

The table is made of the routes themselves, so a new route is in it without anybody thinking of it. What each role may
do is written down once more, by hand, so that a route which opens too far is seen.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from msgspec import Struct

from shopfloor.web.access.guard import Route, declared, undeclared
from shopfloor.web.access.visitor import Role
from tests.web.bare import bare_app
from tests.web.house import House

API = "/api/v1/s1"
EVERYBODY = frozenset(Role)
NOT_ADMITTED = frozenset({"sign-in", "enrol", "not-yours", "link-ended"})
"""Codes of the door. What is refused inside has others."""
SAMPLES = {
    "device_type": "queue", "device_id": "q2", "badge": "e8", "release": "0", "name": "base.css", "ticket": "T1",
    "repair": "R1", "token": "nobody-has-this", "request": "S1", "parts_order": "P1", "page": "handheld",
    "language": "en", "number": "A001", "desk": "d4", "document": "S1",
}  # fmt: skip

BY_HAND: dict[str, frozenset[Role]] = {
    f"GET {API}/me": EVERYBODY,
    f"GET {API}/openapi.json": EVERYBODY,
    f"POST {API}/session": EVERYBODY - {Role.CUSTOMER},
    f"DELETE {API}/session": EVERYBODY - {Role.CUSTOMER},
    f"POST {API}/enrolment": EVERYBODY - {Role.CUSTOMER},
    f"POST {API}/boots": frozenset({Role.DEVICE, Role.ENGINEER, Role.MANAGER, Role.CUSTOMER}),
    f"POST {API}/codes": frozenset({Role.MANAGER}),
    f"DELETE {API}/{{device_type}}/{{device_id}}/enrolment": frozenset({Role.MANAGER}),
    f"PUT {API}/people/{{badge}}/pin": frozenset({Role.MANAGER}),
    f"POST {API}/{{device_type}}/{{device_id}}/events": frozenset(
        {Role.DEVICE, Role.ENGINEER, Role.MANAGER, Role.CUSTOMER}
    ),
    f"GET {API}/session/pin": frozenset({Role.MANAGER}),
    f"POST {API}/session/pin": frozenset({Role.MANAGER}),
    f"GET {API}/board/days": frozenset({Role.MANAGER, Role.DISPLAY}),
    f"GET {API}/board/day": frozenset({Role.MANAGER, Role.DISPLAY}),
    f"GET {API}/board/at": frozenset({Role.MANAGER, Role.DISPLAY}),
    f"GET {API}/tickets/{{ticket}}/story": frozenset({Role.MANAGER}),
    f"GET {API}/repairs/{{repair}}/story": frozenset({Role.MANAGER}),
    f"GET {API}/parts/{{parts_order}}/story": frozenset({Role.MANAGER}),
    f"GET {API}/settings": frozenset({Role.MANAGER}),
    f"GET {API}/prices": frozenset({Role.MANAGER}),
    f"POST {API}/slips": frozenset({Role.DEVICE}),
    f"GET {API}/speech/{{language}}/{{number}}/{{desk}}": frozenset({Role.DEVICE, Role.MANAGER}),
    f"WS {API}/live": EVERYBODY,
}
"""Of the JSON contract, who may. Pages look at their visitor themselves, and lead whoever may not to the door."""


class Caller(Struct):
    """Somebody with cookies or a link."""

    client: httpx.Client
    headers: dict[str, str]

    def ask(self, route: Route) -> httpx.Response:
        path = route.path
        for name, value in SAMPLES.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, f"{route.path}: give its parameter a sample"
        return self.client.request(route.method, path, headers=self.headers, json={} if route.method != "GET" else None)


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[Route]:
    return declared(bare_app(tmp_path_factory.mktemp("bare")))


@pytest.fixture(scope="module")
def callers(house: House) -> Iterator[dict[Role, Caller]]:
    """One of each role, signed in as the role's people are."""
    made = {role: caller(house, role) for role in Role}
    yield made
    for each in made.values():
        each.client.close()


def caller(house: House, role: Role) -> Caller:
    client = httpx.Client(base_url=house.address, headers={"Origin": house.address}, follow_redirects=False)
    if role is Role.CUSTOMER:
        return Caller(client, {"Authorization": f"Link {house.link_of_new_ticket()}"})
    enrolled = {Role.DEVICE: "pad/pad-7", Role.DISPLAY: "board/b1", Role.ENGINEER: "handheld/h7"}.get(role)
    if enrolled:
        client.post(f"{API}/enrolment", json={"code": house.code_for(enrolled)}).raise_for_status()
    badge = {Role.ENGINEER: "e7", Role.MANAGER: "m2"}.get(role)
    me = client.get(f"{API}/me").json()
    if badge:
        answer = client.post(
            f"{API}/session", json={"badge": badge, "pin": house.pin_for(badge)}, headers={"X-CSRF-Token": me["csrf"]}
        )
        me = answer.raise_for_status().json()
    assert me["role"] == role
    return Caller(client, {"X-CSRF-Token": me["csrf"]} if me["csrf"] else {})


def test_every_route_says_whom_it_is_for(tmp_path: Path) -> None:
    assert undeclared(bare_app(tmp_path)) == []


def test_the_routes_of_the_contract_open_as_far_as_was_written_by_hand(routes: list[Route]) -> None:
    told = {f"{route.method} {route.path}": frozenset(route.roles) for route in routes if route.path.startswith(API)}
    assert told == BY_HAND


def test_each_role_may_what_its_routes_say_and_nothing_else(routes: list[Route], callers: dict[Role, Caller]) -> None:
    for route in routes:
        if route.method == "WS" or route.path == f"{API}/session":
            continue  # signing in and out would end the caller; the socket is asked below
        for role, caller_ in callers.items():
            answer = caller_.ask(route)
            is_json = answer.headers.get("content-type", "").startswith("application/json")
            said = answer.json() if is_json and answer.content else {}
            code = said.get("code", "") if isinstance(said, dict) else ""
            turned_away = answer.status_code in (401, 403) and code in NOT_ADMITTED
            what = f"{role or 'anybody'}: {route.method} {route.path} → {answer.status_code} {code}"
            if role in route.roles:
                assert not turned_away or _is_refused_inside(route, role), what
            else:
                assert turned_away, what
            assert answer.status_code < 500, what


def _is_refused_inside(route: Route, role: Role) -> bool:
    """The event route is for all who have a device, each for their own: another's is refused there."""
    return route.path.endswith("/events") and role is not Role.ANONYMOUS

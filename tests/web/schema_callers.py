"""Who asks, when requests are made from the OpenAPI document: one of each role, and one of each sort of device."""

from typing import Final

import httpx
from msgspec import Struct

from shopfloor.contract.actor import Device
from shopfloor.web.access.visitor import Role
from shopfloor.web.serving import wall
from tests.web.house import House

API: Final = "/api/v1/s1"
LIMIT_S: Final = 15.0
"""Whoever has no answer by then waits in vain: the floor has three seconds for its receipt."""
SAID_AGAIN: Final = 12
"""Of so many events one is sent under the number of the one before: the floor has to notice."""


class Who(Struct, frozen=True):
    """A sort of caller; ``says`` is the type of device that their events go as."""

    name: str
    role: Role
    device: Device = ""
    badge: str = ""
    says: str = ""


EVERYBODY: Final = (
    Who("nobody", Role.ANONYMOUS),
    Who("queue machine", Role.DEVICE, device="queue/q2", says="queue"),
    Who("call display", Role.DEVICE, device="calls/cd1", says="calls"),
    Who("PAD", Role.DEVICE, device="pad/pad-4", says="pad"),
    Who("terminal", Role.DEVICE, device="pos/pos-1", says="pos"),
    Who("wall board", Role.DISPLAY, device="board/b1"),
    Who("engineer", Role.ENGINEER, device="handheld/h4", badge="e4", says="handheld"),
    Who("manager", Role.MANAGER, badge="m2", says="board"),
    Who("customer", Role.CUSTOMER, says="link"),
)
"""PAD, terminal and engineer belong to desk ``d4``."""


class Caller:
    """Somebody with the cookies, or the link, of their role."""

    def __init__(self, who: Who, house: House, ticket: str) -> None:
        self.who = who
        self.device: Device = ""
        self.headers: dict[str, str] = {}
        self._house = house
        self._ticket = ticket
        self._boot = self._seq = self._said = 0
        self.client = httpx.Client(base_url=house.address, timeout=LIMIT_S)

    def come_in(self) -> None:
        """Anew, as somebody whose browser has forgotten everything."""
        house, who = self._house, self.who
        self.client.cookies.clear()
        self.headers = {"Origin": house.address}
        if who.role is Role.CUSTOMER:
            self.headers["Authorization"] = f"Link {house.access.new_link(self._ticket, wall())}"
        if who.device:
            self._post("enrolment", {"code": house.code_for(who.device)})
        if who.badge:
            self._post("session", {"badge": who.badge, "pin": house.pin_for(who.badge)})
        me = self._me()
        assert me["role"] == who.role, me
        self.device = me["device"]
        if who.says:
            self._boot, self._seq, self._said = int(self._post("boots", {})["boot"]), 0, 0

    def stay_in(self) -> None:
        """Come in again if the last request has ended that: some sign out, enrol, or give a new PIN."""
        me = self._me()
        if (me["role"], me["device"]) != (self.who.role, self.device):
            self.come_in()

    def numbering(self) -> tuple[int, int]:
        """``(boot, seq)`` of the next event."""
        self._said += 1
        if self._said % SAID_AGAIN:
            self._seq += 1
        return self._boot, self._seq

    def _me(self) -> dict[str, str]:
        me = self.client.get(f"{API}/me", headers=self.headers).raise_for_status().json()
        if me["csrf"]:
            self.headers["X-CSRF-Token"] = me["csrf"]
        return me

    def _post(self, what: str, body: dict[str, str]) -> dict[str, str]:
        self._me()
        return self.client.post(f"{API}/{what}", json=body, headers=self.headers).raise_for_status().json()

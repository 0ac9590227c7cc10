"""The shop on a stage: the floor, the device clients and the robots of the real shop, with links in place of wires."""

from collections.abc import Callable, Container
from functools import partial
from typing import Final, TypeAlias, TypeVar

import simpy
from msgspec import Struct

from devices.client import Client, Message, Said, is_bare_yes
from devices.client import Heard as ClientHeard
from devices.link import LinkScreen
from devices.robot import RobotClient
from devices.robot import Said as RobotSaid
from shopfloor.contract.actor import Device, Instant, TimePassed
from shopfloor.contract.codec import Receipt
from shopfloor.contract.commands import Command, SendInstantActions, SendOrder
from shopfloor.contract.events import (
    DeviceConnected,
    Event,
    Heard,
    RobotConnectionReported,
    RobotFactsheetReported,
    RobotReported,
)
from shopfloor.contract.facts import EventRefused, Fact
from shopfloor.contract.vda5050 import Connection, InstantActions, Order, State
from shopfloor.core.floor import Floor
from shopfloor.service.receipts import made_by
from simulations.link import Link
from simulations.people.attention import Bell
from simulations.people.hands import Touched, page_of
from simulations.stage import Role, Stage

S = TypeVar("S", bound=Struct)
Watcher: TypeAlias = Callable[[Instant, Heard | TimePassed, list[Command | Fact]], None]
"""Sees every message that the floor is told, and what followed."""

FLOOR: Final = "floor"


class Letter(Struct, frozen=True):
    """What the coordinator has for one device."""

    to: Device
    content: Command | Receipt


class Coordinator:
    """The floor as it is heard from outside: its commands, and a receipt for whoever has said something."""

    def __init__(self, floor: Floor, clients: Container[Device], watch: Watcher) -> None:
        self._floor = floor
        self._clients = clients
        """Who wants receipts: robots do not."""
        self._watch = watch
        self._seq = 0

    def handle(self, message: Heard | TimePassed, now: Instant) -> list[Letter]:
        outs = self._floor.handle(message, now)
        self._watch(now, message, outs)
        letters = [Letter(out.to, out) for out in outs if isinstance(out, Command)] if outs else []
        if (
            isinstance(message, Heard)
            and message.device in self._clients
            and not isinstance(message.event, DeviceConnected)
        ):
            receipt = self._receipt(outs)
            if not is_bare_yes(receipt):  # a device would not even look at it
                letters.append(Letter(message.device, receipt))
        return letters

    @property
    def deadline(self) -> Instant | None:
        return self._floor.deadline

    def _receipt(self, outs: list[Command | Fact]) -> Receipt:
        """As the real coordinator writes it."""
        self._seq += 1
        for out in outs:
            if isinstance(out, EventRefused):
                return Receipt(boot=1, seq=self._seq, status="refused", code=out.code, reason=out.reason)
        return Receipt(boot=1, seq=self._seq, status="committed", made=made_by(outs))


class ShopStage:
    """One shop. ``open`` switches all on; then run the environment."""

    def __init__(
        self,
        env: simpy.Environment,
        floor: Floor,
        clients: dict[Device, Client],
        robots: dict[Device, RobotClient],
        watch: Watcher = lambda _now, _message, _outs: None,
    ) -> None:
        self.env = env
        self.stage = Stage(env)
        self.floor = floor
        self.clients = clients
        self.robots = robots
        self._bells = {device: Bell() for device in clients}
        self._watch = watch
        self._roles: dict[Device, Role[ClientHeard]] = {}
        self._down: dict[Device, Link[Command | Receipt]] = {}

    def open(self) -> None:
        """All devices connect, robots say their first words."""
        role = self.stage.enter(FLOOR, Coordinator(self.floor, self.clients, self._watch), self._deliver)
        up: Link[Heard] = Link(self.stage, role.hear, place=role.place)
        for device, client in self.clients.items():
            up.carry(Heard(device=device, event=DeviceConnected()))
            self._enter_client(device, client, up)
        for device, robot in self.robots.items():
            self._enter_robot(device, robot, up)

    def _deliver(self, letters: list[Letter]) -> None:
        for letter in letters:
            link = self._down.get(letter.to)
            if link is not None:
                link.carry(letter.content)

    def _enter_client(self, device: Device, client: Client, up: Link[Heard]) -> None:
        bell, seen = self._bells[device], client.revision

        def said(outs: list[Said]) -> None:
            nonlocal seen
            for out in outs:
                if isinstance(out, Event):
                    up.carry(Heard(device=device, event=out))
            if seen != client.revision:
                seen = client.revision
                bell.ring()

        role = self._roles[device] = self.stage.enter(device, client, said)
        self._down[device] = Link(self.stage, role.hear, place=role.place)

    def _enter_robot(self, device: Device, robot: RobotClient, up: Link[Heard]) -> None:
        def said(outs: list[RobotSaid]) -> None:
            for out in outs:
                up.carry(Heard(device=device, event=_reported(out)))

        said(robot.first_words(self.stage.now))
        role = self.stage.enter(device, robot, said)
        self._down[device] = Link(self.stage, partial(_tell_robot, role), place=role.place)

    # ── people ──────────────────────────────────────────────────────────────────────────────────

    def touch(self, device: Device, message: Touched) -> None:
        self._roles[device].tell(message)

    def news(self, device: Device) -> Bell:
        """Rings when another picture may be on its screen."""
        return self._bells[device]


def _tell_robot(role: Role[Order | InstantActions], content: Command | Receipt, now: Instant) -> None:
    match content:
        case SendOrder():
            role.hear(content.order, now)
        case SendInstantActions():
            role.hear(content.actions, now)
        case _:
            raise AssertionError(f"{type(content).__name__} is nothing for a robot")


def _reported(said: RobotSaid) -> Event:
    match said:
        case State():
            return RobotReported(state=said)
        case Connection():
            return RobotConnectionReported(connection=said)
        case _:
            return RobotFactsheetReported(factsheet=said)


class StageHands:
    """Hands for people who stand on the stage."""

    def __init__(self, shop: ShopStage) -> None:
        self._shop = shop
        self._clients = shop.clients
        self.stage: Final = shop.stage

    def touch(self, device: Device, message: Touched) -> None:
        self._shop.touch(device, message)

    def screen(self, device: Device, kind: type[S]) -> S:
        screen = self._clients[device].screen
        assert isinstance(screen, kind), f"{device} shows {type(screen).__name__}, not {kind.__name__}"
        return screen

    def page(self, device: Device, repair: str) -> LinkScreen:
        return page_of(self._clients[device], repair)

    def messages(self, device: Device) -> tuple[Message, ...]:
        return self._clients[device].messages

    def news(self, device: Device) -> Bell:
        return self._shop.news(device)

"""Floor and devices on one SimPy clock: the same objects as in the shop, with a small delay in place of the wires."""

from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar

import simpy
from msgspec import Struct

from devices.client import Client, Message
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
from shopfloor.contract.vda5050 import Connection, State
from shopfloor.core.floor import Floor
from shopfloor.service.receipts import made_by
from simulations.people.hands import Touched, page_of, screen_of

S = TypeVar("S", bound=Struct)
Watcher: TypeAlias = Callable[[Instant, Heard | TimePassed, list[Command | Fact]], None]
"""Sees every message that the floor is told, and what followed."""

DELAY_MS: Final = 20
"""From a device to the floor, or back (assumed)."""


class _Alarm:
    """Wakes one actor at its deadline."""

    def __init__(self, stage: "Stage", deadline: Callable[[], Instant | None], wake: Callable[[], object]) -> None:
        self._stage = stage
        self._deadline = deadline
        self._wake = wake
        self._set_for: Instant | None = None

    def set(self) -> None:
        """The actor has handled something; its deadline may be another."""
        due = self._deadline()
        if due is None or (self._set_for is not None and self._set_for <= due):
            return
        self._set_for = due
        self._stage.after(max(0, due - self._stage.now), lambda: self._rings(due))

    def _rings(self, due: Instant) -> None:
        if self._set_for != due:
            return
        self._set_for = None
        deadline = self._deadline()
        if deadline is not None and deadline <= self._stage.now:
            self._wake()
        self.set()


class Stage:
    """One shop. ``open`` connects all devices; then run the environment."""

    def __init__(
        self,
        env: simpy.Environment,
        floor: Floor,
        clients: dict[Device, Client],
        robots: dict[Device, RobotClient],
        watch: Watcher = lambda _now, _message, _outs: None,
    ) -> None:
        self.env = env
        self.floor = floor
        self.clients = clients
        self.robots = robots
        self._watch = watch
        self._seq = 0
        self._news: dict[Device, simpy.Event] = {}
        self._floor_alarm = _Alarm(self, lambda: floor.deadline, lambda: self._tell_floor(TimePassed()))
        self._alarms = {name: self._alarm_of(name) for name in (*clients, *robots)}

    @property
    def now(self) -> Instant:
        return round(self.env.now)

    def after(self, ms: int, act: Callable[[], None]) -> None:
        """Do this so much later."""
        timeout = self.env.timeout(ms)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _event: act())

    def open(self) -> None:
        """All devices are switched on and connect."""
        for device in self.clients:
            self._send(device, DeviceConnected())
            self._alarms[device].set()
        for device, robot in self.robots.items():
            self._robot_says(device, robot.first_words(self.now))
            self._alarms[device].set()

    def tell(self, device: Device, message: ClientHeard) -> None:
        """A device hears, or is touched; what it says is on its way."""
        for said in self.clients[device].handle(message, self.now):
            if isinstance(said, Event):
                self._send(device, said)
        self._alarms[device].set()
        news = self._news.pop(device, None)
        if news is not None:
            news.succeed()

    def news(self, device: Device) -> simpy.Event:
        """When the device hears or is touched next."""
        return self._news.setdefault(device, self.env.event())

    # ── on the wires ────────────────────────────────────────────────────────────────────────────

    def _send(self, device: Device, event: Event) -> None:
        self.after(DELAY_MS, lambda: self._hear(device, event))

    def _hear(self, device: Device, event: Event) -> None:
        outs = self._tell_floor(Heard(device=device, event=event))
        if device in self.clients and not isinstance(event, DeviceConnected):
            self._answer(device, outs)

    def _answer(self, device: Device, outs: list[Command | Fact]) -> None:
        """The receipt, as the coordinator writes it."""
        self._seq += 1
        refused = next((out for out in outs if isinstance(out, EventRefused)), None)
        if refused is not None:
            code, reason = refused.code, refused.reason
            receipt = Receipt(boot=1, seq=self._seq, status="refused", code=code, reason=reason)
        else:
            receipt = Receipt(boot=1, seq=self._seq, status="committed", made=made_by(outs))
        self.after(DELAY_MS, lambda: self.tell(device, receipt))

    def _tell_floor(self, message: Heard | TimePassed) -> list[Command | Fact]:
        outs = self.floor.handle(message, self.now)
        self._watch(self.now, message, outs)
        for out in outs:
            if isinstance(out, Command):
                self._deliver(out)
        self._floor_alarm.set()
        return outs

    def _deliver(self, command: Command) -> None:
        if command.to in self.robots:
            self.after(DELAY_MS, lambda: self._tell_robot(command.to, command))
        elif command.to in self.clients:
            self.after(DELAY_MS, lambda: self.tell(command.to, command))

    # ── robots ──────────────────────────────────────────────────────────────────────────────────

    def _tell_robot(self, device: Device, command: Command | TimePassed) -> None:
        robot = self.robots[device]
        match command:
            case SendOrder():
                said = robot.handle(command.order, self.now)
            case SendInstantActions():
                said = robot.handle(command.actions, self.now)
            case _:
                said = robot.handle(TimePassed(), self.now)
        self._robot_says(device, said)
        self._alarms[device].set()

    def _robot_says(self, device: Device, said: list[RobotSaid]) -> None:
        for each in said:
            self._send(device, _reported(each))

    def _alarm_of(self, device: Device) -> _Alarm:
        robot = self.robots.get(device)
        if robot is not None:
            return _Alarm(self, lambda: robot.deadline, lambda: self._tell_robot(device, TimePassed()))
        client = self.clients[device]
        return _Alarm(self, lambda: client.deadline, lambda: self.tell(device, TimePassed()))


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

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def touch(self, device: Device, message: Touched) -> None:
        self._stage.tell(device, message)

    def screen(self, device: Device, kind: type[S]) -> S:
        return screen_of(self._stage.clients[device], kind)

    def page(self, device: Device, repair: str) -> LinkScreen:
        return page_of(self._stage.clients[device], repair)

    def messages(self, device: Device) -> tuple[Message, ...]:
        return self._stage.clients[device].messages

    def news(self, device: Device) -> simpy.Event:
        return self._stage.news(device)

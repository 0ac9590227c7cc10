"""A whole shop in the storm: its coordinator, its devices, its robots and its people, on one clock."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import simpy
from msgspec import Struct

from devices.client import Client, Heard, Message, Said
from devices.link import LinkScreen
from devices.pos import PresentCard
from devices.robot import Heard as RobotHeard
from devices.robot import Said as RobotSaid
from devices.robot_port import RobotActor, RobotPort
from devices.signing import Consent, Sign
from shopfloor.contract.actor import MINUTE, SECOND, Actor, Device, Instant
from shopfloor.contract.commands import Command
from shopfloor.contract.events import QuotePrepared, QuoteRevised
from shopfloor.contract.vda5050 import Identity
from shopfloor.core.floor import Floor
from shopfloor.mqtt import Port, ShopPort
from simulations.faults import Faults
from simulations.journals.keep import opening_of
from simulations.people.attention import Bell
from simulations.people.hands import Touched, page_of, screen_of
from simulations.people.world import World
from simulations.stage import Stage
from simulations.storm.appliance import Appliance, Switch
from simulations.storm.broker import Broker
from simulations.storm.diary import Diary
from simulations.storm.disk import Disk
from simulations.storm.office import Office
from simulations.storm.weather import StormWeather
from simulations.streams import Streams
from simulations.twin.day import Plan
from simulations.twin.fittings import Fittings, labels, seen_in

S = TypeVar("S", bound=Struct)

HANDS: Final = ("people.double_tap", "people.requote", "pad.closed", "pos.closed")
POS_OFF: Final = (30 * SECOND, 25 * MINUTE)
PAD_OFF: Final = 20 * SECOND
YEARS_MS: Final = 9 * 365 * 86_400 * SECOND


class StormShop:
    """Built, not yet open. ``watch`` is told of each start of the coordinator."""

    def __init__(self, plan: Plan, faults: Faults, folder: Path, watch: Callable[[Office], None]) -> None:
        self.plan: Final = plan
        self.faults: Final = faults
        self.env: Final = simpy.Environment(initial_time=plan.opens)
        self.stage: Final = Stage(self.env)
        self.streams: Final = Streams(plan.seed)
        self.weather: Final = StormWeather(self.stage, faults, self.streams)
        self.broker: Final = Broker(self.stage, self.weather)
        self.diary: Final = Diary(self.stage)
        disk = Disk(folder, self.streams.named("storm disk"))
        self.office: Final = Office(
            self.stage, self.broker, disk, plan.layout.store.id, opening_of(plan), watch, self.diary
        )
        books = Floor.books_of(plan.opened)
        self.fittings: Final = Fittings(plan.layout, books, self.streams, plan.dials)
        self.clients: Final[dict[Device, Client]] = {}
        """As each was switched on last."""
        ahead = self._clocks_ahead()
        self.appliances: Final = {
            device: Appliance(
                self.stage,
                self.broker,
                partial(self._client, device),
                partial(self._turned, device),
                clock_ahead_ms=ahead.get(device, 0),
            )
            for device in plan.layout.devices
        }
        self.robots: Final = {
            f"robot/{name}": Appliance(
                self.stage, self.broker, partial(self._robot, name), partial(self._turned, f"robot/{name}")
            )
            for name in plan.layout.robots
        }
        self.hands: Final = StormHands(self)
        self.world: Final = World(
            self.env,
            self.hands,
            plan.layout,
            plan.catalogue,
            self.streams,
            plan.scenario,
            labels=labels(books),
            look_into=self._look_into,
        )

    def open(self) -> None:
        """Everything is switched on."""
        self.office.start()
        for machine in self.machines.values():
            machine.switch_on()

    @property
    def machines(self) -> dict[Device, Switch]:
        """Whatever has a switch: devices, then robots."""
        return {**self.appliances, **self.robots}

    def _client(self, device: Device, now: Instant) -> tuple[Actor[Heard, Said], Port[Heard, Said]]:
        client = self.clients[device] = self.fittings.client(device, now)
        port: ShopPort[Command] = ShopPort(self.plan.layout.store.id, device, client.hears, heartbeat=False)
        return client, port

    def _robot(self, name: str, now: Instant) -> tuple[Actor[RobotHeard, RobotSaid], Port[RobotHeard, RobotSaid]]:
        row = self.plan.layout.robots[name]
        actor = RobotActor(self.fittings.robot(name, now), now)
        return actor, RobotPort(f"robot/{name}", Identity(row.manufacturer, row.serial_number), row.version)

    def _turned(self, device: Device, how: str) -> None:
        self.diary.note(how, f"{device} is {how}", device)

    def _clocks_ahead(self) -> dict[Device, int]:
        """F39: devices whose clock is wrong by years."""
        chance = self.streams.named("storm clocks")
        devices = self.plan.layout.devices
        wrong = [devices[int(chance.random() * len(devices))] for _ in range(self.faults.times("device.clock"))]
        return dict.fromkeys(wrong, YEARS_MS)

    def _look_into(self, bin_: str) -> tuple[str, ...] | None:
        memory = self.fittings.cabinets.get(f"cabinet/{bin_.rpartition('.')[0]}")
        return seen_in(memory.truth, bin_) if memory is not None else None


class StormHands:
    """Hands for people in the storm: they tap twice now and then, and do not know what is off."""

    def __init__(self, shop: StormShop) -> None:
        self.stage: Final = shop.stage
        self._shop = shop
        self._chances = {name: shop.streams.named(f"storm {name}") for name in HANDS}
        self._offers: dict[str, tuple[Device, QuotePrepared]] = {}
        """Repair → the last offer made for it, and on which handheld."""

    def touch(self, device: Device, message: Touched) -> None:
        appliance = self._shop.appliances[device]
        appliance.touch(message)
        if self._strikes("people.double_tap"):
            self._soon("people.double_tap", SECOND, partial(appliance.touch, message))
        match message:
            case QuotePrepared():
                self._offers[message.repair] = (device, message)
            case Sign() if self._strikes("pad.closed"):
                self._soon("pad.closed", 3 * SECOND, appliance.switch_off)
                self.stage.after(PAD_OFF, appliance.switch_on)
            case PresentCard() if self._strikes("pos.closed"):
                self._soon("pos.closed", 6 * SECOND, appliance.switch_off)
                least, most = POS_OFF
                self.stage.after(
                    least + int(self._chances["pos.closed"].random() * (most - least)), appliance.switch_on
                )
            case Consent() if self._strikes("people.requote"):
                self._soon("people.requote", 6 * SECOND, self._change_an_offer)
            case _:
                pass

    def heal(self) -> None:
        """From now on people are careful."""
        self._chances.clear()

    def _change_an_offer(self) -> None:
        """Whoever made the last offer has another thought; so it may be the very one that is being signed."""
        if self._offers:
            self._shop.diary.note("people.requote", "the last offer made is changed, whoever may be signing it")
            handheld, offer = self._offers[list(self._offers)[-1]]
            revised = QuoteRevised(repair=offer.repair, lines=offer.lines, promised_min=offer.promised_min + 5)
            self._shop.appliances[handheld].touch(revised)

    def _strikes(self, name: str) -> bool:
        strength = self._shop.faults.strength(name)
        return strength > 0 and name in self._chances and self._chances[name].random() < strength

    def _soon(self, name: str, within_ms: int, deed: Callable[[], object]) -> None:
        self.stage.after(int(self._chances[name].random() * within_ms), deed)

    def screen(self, device: Device, kind: type[S]) -> S:
        return screen_of(self._shop.clients[device], kind)

    def page(self, device: Device, repair: str) -> LinkScreen:
        return page_of(self._shop.clients[device], repair)

    def messages(self, device: Device) -> tuple[Message, ...]:
        return self._shop.clients[device].messages

    def news(self, device: Device) -> Bell:
        return self._shop.appliances[device].bell

"""All devices of a shop but its robots, in this process, each on a connection of its own, a witness beside each."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from devices.cabinet_simulation import CabinetDials
from devices.client import Client, Heard, Said
from devices.notifier import NotifierDials
from devices.pos_body import PosDials
from shopfloor.contract.actor import Device
from shopfloor.mqtt import DeviceDriver
from shopfloor.mqtt.clock import ShopClock
from simulations.live.wired import Held
from simulations.twin.fittings import Dials
from tests.fire.witness import WatchedActor, WatchedPort, Witness

DIALS: Final = Dials(pos=PosDials(declined=0.05), cabinet=CabinetDials(), notifier=NotifierDials())
"""Machines without defects of their own: whatever goes wrong is the fire's. Some customers' cards have no cover."""


class Equipment(Held):
    """As people of the demo hold their devices, and the machines that act by themselves beside them."""

    def __init__(
        self,
        clients: Iterable[Client],
        store: str,
        broker_url: str,
        state: Path,
        clock: ShopClock,
        witness: Witness,
    ) -> None:
        self.clients = {client.device: client for client in clients}
        self._drivers: dict[Device, DeviceDriver[Heard, Said]] = {
            device: DeviceDriver(
                WatchedActor(client, witness),
                WatchedPort(store, client, witness),
                broker_url=broker_url,
                state_directory=state,
                clock=clock,
                speed=clock.speed,
            )
            for device, client in self.clients.items()
        }

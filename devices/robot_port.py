"""A robot's wires: VDA 5050 on its own topics, for the driver that runs any device.

The driver says one thing at each connection and tells the latest picture of each sort again. So the port says ONLINE
and the robot's factsheet and state are pictures; nothing a robot says has a receipt.
"""

from typing import Final, TypeAlias

from devices.robot import Heard, RobotClient, Said
from devices.robot import Unreadable as UnreadableForRobot
from devices.robot_voice import Voice
from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.vda5050 import (
    DELIVERIES,
    Connection,
    ConnectionState,
    Header,
    Identity,
    InstantActions,
    Level,
    Order,
    State,
)
from shopfloor.mqtt import Arrival, Delivery, Publication, Stamp

FromFleetControl: TypeAlias = Order | InstantActions | UnreadableForRobot


class RobotActor:
    """A robot that the driver can run: its first words come when it is first woken, and its presence from the port."""

    def __init__(self, client: RobotClient, now: Instant) -> None:
        self._client = client
        self._born: Instant | None = now
        self.screen: State | None = None
        """The last state that it has told."""

    def handle(self, message: Heard, now: Instant) -> list[Said]:
        said: list[Said] = []
        if self._born is not None:
            self._born = None
            said += [each for each in self._client.first_words(now) if not isinstance(each, Connection)]
        said += self._client.handle(message, now)
        self.screen = next((each for each in reversed(said) if isinstance(each, State)), self.screen)
        return said

    @property
    def deadline(self) -> Instant | None:
        return self._client.deadline if self._born is None else self._born


class RobotPort:
    """Hears orders and instant actions of its own identity; says connection, state and factsheet.

    Without a ``voice`` it speaks as its version was published.
    """

    def __init__(self, device: Device, identity: Identity, version: str, voice: Voice | None = None) -> None:
        self.device: Final = device
        self.client_id: Final = f"{identity.manufacturer}-{identity.serial_number}"
        self.heartbeat: Final = False  # a robot's state is its own to tell: a dead one must fall silent
        self._identity = identity
        self._version = version
        self._voice = voice or Voice(identity, version)
        self._connections = 0

    def filters(self) -> list[tuple[str, int]]:
        """At QoS 0, as the standard has it: orders are repeated until the state echoes them."""
        qos = DELIVERIES[Level.ORDER].qos
        return [(topic, qos) for topic in self._voice.hears]

    def hello(self, stamp: Stamp) -> Publication:
        return self._presence(ConnectionState.ONLINE, stamp)

    def goodbye(self, stamp: Stamp) -> Publication:
        return self._presence(ConnectionState.OFFLINE, stamp)

    def will(self, stamp: Stamp) -> Publication:
        return self._presence(ConnectionState.CONNECTION_BROKEN, stamp)

    def read(self, arrival: Arrival) -> Delivery[FromFleetControl] | None:
        """What cannot be read is for the robot, too: it answers with an error (V11)."""
        return Delivery(self._voice.read(arrival.topic, arrival.payload))

    def needs_receipt(self, _out: Said) -> bool:
        return False

    def write(self, out: Said, _stamp: Stamp) -> Publication:
        post = self._voice.write(out)
        return Publication(post.topic, post.payload, post.qos, post.retain)

    def _presence(self, state: ConnectionState, stamp: Stamp) -> Publication:
        self._connections += 1
        who = self._identity
        header = Header(self._connections, stamp.now, self._version, who.manufacturer, who.serial_number)
        return self.write(Connection(header, state), stamp)

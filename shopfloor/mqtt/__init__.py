"""Any actor on a broker: sessions, device drivers and their ports. The only room with paho."""

from shopfloor.mqtt.address import BadBrokerUrl, BrokerAddress, parse_broker_url
from shopfloor.mqtt.driver import DeviceDriver, FloorUnreachable
from shopfloor.mqtt.memory import MemoryInUse
from shopfloor.mqtt.port import Delivery, Port, Settled, ShopHears, ShopPort, Stamp, WorkOrdered
from shopfloor.mqtt.selftest import SelfTestFailed, round_trip_ms
from shopfloor.mqtt.session import (
    Arrival,
    Connected,
    Denied,
    Disconnected,
    Inbox,
    NetworkThreadDead,
    Publication,
    Session,
    Wire,
)

__all__ = [
    "Arrival",
    "BadBrokerUrl",
    "BrokerAddress",
    "Connected",
    "Delivery",
    "Denied",
    "DeviceDriver",
    "Disconnected",
    "FloorUnreachable",
    "Inbox",
    "MemoryInUse",
    "NetworkThreadDead",
    "Port",
    "Publication",
    "SelfTestFailed",
    "Session",
    "Settled",
    "ShopHears",
    "ShopPort",
    "Stamp",
    "Wire",
    "WorkOrdered",
    "parse_broker_url",
    "round_trip_ms",
]

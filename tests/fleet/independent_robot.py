"""A robot that we did not write: the vehicle side of ``vda5050-sdk`` on a real broker, with its own reference executor.

It keeps its own reading of the standard. What it does not do is as telling as what it does: it handles one message
after the other, so an update is echoed only when the base before it is driven; it tells no loads and no paused flag;
it takes a first node for passed by its nodeId and sequenceId.
"""

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path

from vda5050.client.agv.client import VehicleClient
from vda5050.client.agv.executor import OrderExecutor
from vda5050.config import VehicleConfig
from vda5050.model.order import Order

from shopfloor.contract.layout import Layout

NODE_S = 2.4
ACTION_S = 6.0
STATE_EVERY_S = 20.0
"""All by the shop's clock, which may run faster than the wall's."""


async def drive(layout: Layout, robot: str, broker_url: str, speed: float) -> None:
    """Until it is told to stop."""
    row = layout.robots[robot]
    park = layout.nodes[layout.home(robot)]
    config = VehicleConfig(
        broker_url=broker_url,
        protocol_version=row.version,
        manufacturer=row.manufacturer,
        serial_number=row.serial_number,
        client_id=f"{row.manufacturer}-{row.serial_number}",
        state_interval=STATE_EVERY_S / speed,
    )
    client = VehicleClient(config)

    async def obey(order: Order) -> None:
        await OrderExecutor(client.publisher, node_delay=NODE_S / speed, action_delay=ACTION_S / speed).run(order)

    client.on_order(obey)
    await client.connect()
    at = park.position
    client.update_position(x=at.x, y=at.y, theta=0.0, map_id=park.map_id)
    client.mark_node_traversed(park.id, 0)
    await client.publish_state()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await client.disconnect()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet.independent_robot", description=__doc__)
    parser.add_argument("robot", help="its id in the side file")
    parser.add_argument("--broker", required=True)
    parser.add_argument("--speed", type=float, default=1.0, help="shop seconds in one second")
    parser.add_argument("--layout", type=Path, required=True)
    parser.add_argument("--side", type=Path, required=True)
    asked = parser.parse_args()
    layout = Layout.from_texts(asked.layout.read_text(encoding="utf-8"), asked.side.read_text(encoding="utf-8"))
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(drive(layout, asked.robot, asked.broker, asked.speed))


if __name__ == "__main__":
    main()

"""Runs one device of the shop: ``python -m devices cabinet c1 --broker mqtt://127.0.0.1:1883 --store s1 --state run``.

What a person types are touches of the device; ``help`` lists them. Stops at ``quit``, SIGTERM or Ctrl-C.
"""

import argparse
import logging
import socket
import sys
from pathlib import Path
from typing import Final

from devices.dials import BadDial
from devices.holding import Wires, setting
from devices.keeping import UnreadableMemory
from devices.registry import KINDS, BadOption, Wanted, make
from shopfloor.contract.layout import Layout, LayoutError
from shopfloor.mqtt import BadBrokerUrl, MemoryInUse, NetworkThreadDead, parse_broker_url
from shopfloor.mqtt.clock import ShopClock
from shopfloor.typed import clock_speed, told

BROKER_ANSWERS_S: Final = 3.0
CANNOT_RUN: Final = 2
BROKE_DOWN: Final = 1


class NoBroker(RuntimeError):
    """Nobody answers where the broker should be."""


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 after a good-bye, 2 for what was asked wrongly, 1 for a device that broke down."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        clock = ShopClock(asked.clock_origin, asked.clock_zero, asked.speed)
        machine = make(_wanted(asked, clock()))
        _find_broker(asked.broker)
        machine.run(Wires(asked.broker, asked.state, clock, asked.speed))
    except (BadOption, BadDial, BadBrokerUrl, LayoutError, NoBroker, MemoryInUse, UnreadableMemory, OSError) as fault:
        print(told(fault), file=sys.stderr)
        return CANNOT_RUN
    except NetworkThreadDead as fault:
        print(fault, file=sys.stderr)
        return BROKE_DOWN
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m devices", description="Run one device of the shop on a broker.")
    parser.add_argument("type", help=f"one of {', '.join(KINDS)}")
    parser.add_argument("id", help="as in the layout's side file, for example c1")
    parser.add_argument("--broker", default="mqtt://127.0.0.1:1883", help="default: %(default)s")
    parser.add_argument("--store", default="", help="the shop's id; default: the layout's, or s1")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="where the device keeps its memory")
    parser.add_argument("--speed", type=clock_speed, default=1.0, help="seconds of the shop for one on the wall")
    parser.add_argument(
        "--clock-origin",
        type=int,
        metavar="MS",
        help="the shop's time at --clock-zero, in milliseconds since 1970; default: the wall's",
    )
    parser.add_argument("--clock-zero", type=float, metavar="S", help="in seconds since 1970; default: now")
    parser.add_argument("--seed", default="1", help="of the device's chances")
    parser.add_argument("--dial", action="append", default=[], metavar="NAME=VALUE", help="what is wrong with it")
    parser.add_argument("--layout", type=Path, metavar="FILE", help="the shop's lanes (LIF); robots need it")
    parser.add_argument("--side", type=Path, metavar="FILE", help="the layout's side file (TOML)")
    parser.add_argument("--vda", default="", metavar="VERSION", help="a robot's: 2.0.0, 2.1.0 or 3.0.0")
    parser.add_argument("--contents", type=Path, metavar="FILE", help="a cabinet's first stock: JSON, bin to units")
    parser.add_argument("--documents", type=Path, metavar="DIR", help="where an archive keeps its files")
    return parser


def _wanted(asked: argparse.Namespace, now: int) -> Wanted:
    if (asked.layout is None) != (asked.side is None):
        raise BadOption("--layout and --side belong together: give both or none.")
    layout = None if asked.layout is None else Layout.from_texts(asked.layout.read_text(), asked.side.read_text())
    return Wanted(
        device=f"{asked.type}/{asked.id}",
        store=asked.store or (layout.store.id if layout else "s1"),
        shop=layout.store.name if layout else asked.store or "s1",
        seed=asked.seed,
        dials=dict(setting(each) for each in asked.dial),
        state=asked.state,
        now=now,
        layout=layout,
        contents=asked.contents,
        documents=asked.documents,
        version=asked.vda,
    )


def _find_broker(url: str) -> None:
    """A device waits for a broker that goes; but one that was never there is most likely a mistake."""
    broker = parse_broker_url(url)
    try:
        socket.create_connection((broker.host, broker.port), timeout=BROKER_ANSWERS_S).close()
    except OSError as fault:
        raise NoBroker(f"No broker answers at {url} ({fault}). Start one, or say where it is with --broker.") from None


if __name__ == "__main__":
    sys.exit(main())

"""What several commands are asked in the same words: the shop's files, its broker, its clock, the port of its pages."""

import argparse
from pathlib import Path
from typing import Final

from shopfloor.typed import clock_speed
from shopfloor.web.listening import DEFAULT_PORT, LOOPBACK, SET_UP_PORT, Listening, listen

DEFAULT_DB: Final = "sqlite:///shop.db"
DEFAULT_BROKER: Final = "mqtt://127.0.0.1:1883"


def add_db(parser: argparse.ArgumentParser, words: str = "journal and records") -> None:
    parser.add_argument("--db", default=DEFAULT_DB, metavar="URL", help=f"{words} (default: %(default)s)")


def add_broker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--broker", default=DEFAULT_BROKER, help="address of the broker (default: %(default)s)")


def add_clock(parser: argparse.ArgumentParser) -> None:
    clock = parser.add_argument_group("the shop's clock, for demos")
    clock.add_argument("--speed", type=clock_speed, default=1.0, metavar="FACTOR",
                       help="shop seconds in one second (default: %(default)s)")  # fmt: skip
    clock.add_argument("--clock-origin", type=int, metavar="MS", help="the shop's time at --clock-zero")
    clock.add_argument("--clock-zero", type=float, metavar="S", help="the wall's time, seconds since 1970")


def add_port(parser: argparse.ArgumentParser, usual: str = f"{DEFAULT_PORT}") -> None:
    """Of the pages; ``serve`` and ``demo`` bring some, too."""
    parser.add_argument("--port", type=int, metavar="N", help=f"of the pages (default: {usual}; 0: any free one)")
    parser.add_argument(
        "--host", default=LOOPBACK, help="who may open pages: this machine (default), or with 0.0.0.0 its network"
    )
    parser.add_argument(
        "--certificates", type=Path, metavar="DIR", help="serve over TLS with what 'shopfloor certificates' made there"
    )
    parser.add_argument(
        SET_UP_PORT, type=int, metavar="N", help="with --certificates: without TLS, only for devices to fetch the "
        "shop's certificate (default: the port after --port)",
    )  # fmt: skip


def port_of(options: argparse.Namespace) -> int:
    """As chosen, or the usual one."""
    return DEFAULT_PORT if options.port is None else int(options.port)


def port_words(options: argparse.Namespace) -> list[str]:
    """The same options again, for a child's command line."""
    words = ["--port", str(port_of(options)), "--host", options.host]
    if options.set_up_port is not None:
        words += [SET_UP_PORT, str(options.set_up_port)]
    return [*words, "--certificates", str(options.certificates)] if options.certificates else words


def check_ports(options: argparse.Namespace) -> None:
    """Before a child wants them. Raises PortTaken."""
    listen(Listening(host=options.host, port=port_of(options))).close()
    if options.certificates and options.set_up_port is not None:
        listen(Listening(host=options.host, port=options.set_up_port), SET_UP_PORT).close()

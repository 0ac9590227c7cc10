"""``shopfloor pages``: the pages of a shop on one port; ``shopfloor serve`` starts it by itself."""

import argparse
import os
import sys
import threading
from pathlib import Path

import msgspec
from msgspec import Struct

from shopfloor.mqtt.clock import ShopClock
from shopfloor.web.addresses import LOOPBACK, addresses, drawn
from shopfloor.web.certificates import Files
from shopfloor.web.serving import DEFAULT_PORT, Listening, PagesServer, open_shop


class Ready(Struct):
    """Written for whoever started us, when pages can be opened."""

    port: int


def add_port(parser: argparse.ArgumentParser, usual: str = f"{DEFAULT_PORT}") -> None:
    """What ``serve`` and ``demo`` have, too."""
    parser.add_argument("--port", type=int, metavar="N", help=f"of the pages (default: {usual}; 0: any free one)")
    parser.add_argument(
        "--host", default=LOOPBACK, help="who may open pages: this machine (default), or with 0.0.0.0 its network"
    )
    parser.add_argument(
        "--certificates", type=Path, metavar="DIR", help="serve over TLS with what 'shopfloor certificates' made there"
    )


def port_words(options: argparse.Namespace) -> list[str]:
    """The same options again, for a child's command line."""
    words = ["--port", str(port_of(options)), "--host", options.host]
    return [*words, "--certificates", str(options.certificates)] if options.certificates else words


def serve_pages(options: argparse.Namespace) -> int:
    """Until Ctrl-C or SIGTERM."""
    listening = _listening(options)
    clock = ShopClock(options.clock_origin, options.clock_zero, options.speed)
    authority = Files(options.certificates).authority if options.certificates else None
    shop = open_shop(options.db, options.broker, clock, tls=authority is not None, authority=authority)
    server = PagesServer(shop, listening, ready=lambda port: _say_ready(options, listening, port))
    if options.child:
        threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    server.run()
    return 0


def _listening(options: argparse.Namespace) -> Listening:
    folder: Path | None = options.certificates
    if folder is None:
        return Listening(host=options.host, port=port_of(options))
    made = Files(folder)
    missing = [str(path) for path in (made.server, made.server_key) if not path.exists()]
    if missing:
        raise FileNotFoundError(
            f"{', '.join(missing)} is missing; make it with 'shopfloor certificates --into {folder}'"
        )
    return Listening(host=options.host, port=port_of(options), certificate=made.server, key=made.server_key)


def port_of(options: argparse.Namespace) -> int:
    """As chosen, or the usual one."""
    return DEFAULT_PORT if options.port is None else int(options.port)


def _end_with_parent(server: PagesServer) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.stop()


def _say_ready(options: argparse.Namespace, listening: Listening, port: int) -> None:
    if options.ready is not None:
        partial = options.ready.with_suffix(".part")
        partial.write_bytes(msgspec.json.encode(Ready(port)))
        partial.replace(options.ready)
    if not options.quiet:
        print(told(listening, port), flush=True)


def told(listening: Listening, port: int) -> str:
    """The addresses, and a QR code of the one that a handheld opens."""
    where = addresses(listening.scheme, listening.host, port)
    words = ["Pages: " + "  ".join(where), drawn(where[-1])]
    if listening.host == LOOPBACK:
        words.append("Only this machine can open them; --host 0.0.0.0 lets the network in.")
    return "\n".join(words)

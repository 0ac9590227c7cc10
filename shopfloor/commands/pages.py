"""``shopfloor pages``: the pages of a shop on one port; ``shopfloor serve`` starts it by itself."""

import argparse
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

import msgspec
from msgspec import structs

from shopfloor.commands.options import add_broker, add_clock, add_db, add_port, port_of
from shopfloor.mqtt.clock import ShopClock
from shopfloor.web.addresses import addresses, drawn, first_opened, reached
from shopfloor.web.authority import told_authority
from shopfloor.web.certificates import Files, names_in
from shopfloor.web.listening import LOOPBACK, Listening, PortTaken, Ready
from shopfloor.web.plain_door import PagesOverTls, PlainDoor
from shopfloor.web.serving import PagesServer, open_shop
from shopfloor.web.shop import Shop


def arguments(pages: argparse.ArgumentParser) -> None:
    pages.description = (
        "Serves handheld, board, kiosk, call display, PAD, POS and the customers' own pages of one shop "
        "until Ctrl-C. It reads the records of --db and speaks with the floor over the broker, so a coordinator has to "
        "run."
    )
    add_db(pages)
    add_broker(pages)
    add_port(pages)
    pages.add_argument("--ready", type=Path, metavar="FILE", help="write the port here when pages can be opened")
    pages.add_argument("--quiet", action="store_true", help="do not print addresses")
    pages.add_argument(
        "--or-another", action="store_true", help="where that port is taken: the one of --ready, or any that is free"
    )
    pages.add_argument("--child", action="store_true", help="end when standard input ends")
    add_clock(pages)
    pages.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Until Ctrl-C or SIGTERM."""
    listening = _listening(options)
    clock = ShopClock(options.clock_origin, options.clock_zero, options.speed)
    authority = Files(options.certificates).authority if options.certificates else None
    shop = open_shop(options.db, options.broker, clock, tls=authority is not None, authority=authority)
    door: PlainDoor | None = None
    server = _server(options, shop, listening, lambda port: _say_ready(options, listening, port, door))
    if listening.certificate is not None and told_authority(authority) is not None:
        pages = PagesOverTls(names_in(listening.certificate), server.port)
        door = PlainDoor(shop, pages, listening.host, options.set_up_port)
    if options.child:
        threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    with door or nullcontext():
        server.run()
    return 0


def _server(options: argparse.Namespace, shop: Shop, listening: Listening, ready: Callable[[int], None]) -> PagesServer:
    """At the port that was asked for. Whoever may have another one gets it here and now: what is found free first and
    taken later may be somebody else's by then."""
    first: list[int] = []
    if options.or_another:
        first = [*_before(options.ready), listening.port]
        listening = structs.replace(listening, port=0)
    for port in first:
        with suppress(PortTaken):
            return PagesServer(shop, structs.replace(listening, port=port), ready)
    return PagesServer(shop, listening, ready)


def _before(ready: Path | None) -> list[int]:
    """Where these pages were when they ran last: bookmarks and handhelds still go there."""
    return [msgspec.json.decode(ready.read_bytes(), type=Ready).port] if ready is not None and ready.exists() else []


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


def _end_with_parent(server: PagesServer) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.stop()


def _say_ready(options: argparse.Namespace, listening: Listening, port: int, door: PlainDoor | None) -> None:
    door_port = None if door is None else door.port
    if options.ready is not None:
        partial = options.ready.with_suffix(".part")
        partial.write_bytes(msgspec.json.encode(Ready(port, door_port)))
        partial.replace(options.ready)
    if not options.quiet:
        print(told(listening, port, door_port), flush=True)


def told(listening: Listening, port: int, door_port: int | None = None) -> str:
    """The addresses, and a QR code of the one that a handheld opens; with a plain door, how it comes to trust that."""
    vouched = names_in(listening.certificate) if listening.certificate is not None else ()
    where = addresses(listening.scheme, listening.host, port, vouched)
    words = ["Pages: " + "  ".join(where), drawn(where[-1])]
    if vouched:
        words += _not_vouched(reached(listening.host), vouched)
    if listening.certificate is not None and door_port is not None:
        words.append(first_opened(listening.host, door_port, Files(listening.certificate.parent)))
    if listening.host == LOOPBACK:
        words.append("Only this machine can open them; --host 0.0.0.0 lets the network in.")
    return "\n".join(words)


def _not_vouched(own: Sequence[str], vouched: Sequence[str]) -> Iterator[str]:
    for address in own:
        if address not in vouched:
            yield (
                f"The certificate is not for {address}: devices need one of the names above, which must lead here, or "
                "a certificate with it (shopfloor certificates --renew, with every --name and --address)."
            )

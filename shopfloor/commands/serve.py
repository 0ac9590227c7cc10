"""``shopfloor serve``: a shop's coordinator, with its pages beside it."""

import argparse
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path

from shopfloor.commands.options import add_broker, add_clock, add_db, add_port, check_ports, port_words
from shopfloor.contract.actor import SECOND
from shopfloor.contract.layout import LayoutSource
from shopfloor.core.policies import Policy
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.layouts import LAYOUTS
from shopfloor.service.opening import Opening
from shopfloor.service.serve import Server, open_shop, write_status
from shopfloor.web.process import PagesProcess


def arguments(serve: argparse.ArgumentParser) -> None:
    serve.description = (
        "Runs the coordinator of one shop against an MQTT 3.1.1 broker until Ctrl-C. All that it accepts "
        "is in the journal before a receipt leaves; after a crash, start it again with the same --db."
    )
    serve.add_argument("--new", action="store_true", help="open a new shop: make its journal (refused if there is one)")
    add_db(serve)
    add_broker(serve)
    serve.add_argument("--layout", type=Path, help="with --new: the lanes and stations, a LIF 1.0 file")
    serve.add_argument("--side", type=Path, help="with --new: desks, people, devices, robots: the side file (TOML)")
    serve.add_argument("--catalogue", type=Path, help="with --new: models, faults, parts and prices (JSON)")
    serve.add_argument("--service-day", action="append", default=[], metavar="YYYY-MM-DD", type=_date,
                       help="with --new: a date on which labour is free; may be given more than once")  # fmt: skip
    serve.add_argument("--wire-patience", type=int, default=5 * SECOND, metavar="MS",
                       help="with --new: ask a silent device again after so long (default: %(default)s)")  # fmt: skip
    serve.add_argument("--status", type=Path, metavar="FILE", help="write figures and digests here when it stops")
    serve.add_argument("--no-pages", action="store_true", help="the coordinator alone")
    add_port(serve)
    add_clock(serve)
    serve.add_argument("-v", "--verbose", action="store_true", help="say more")
    serve.set_defaults(run=run)


def _date(words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{words!r} is no date: write it as 2026-11-23") from None


def run(options: argparse.Namespace) -> int:
    """Until Ctrl-C or SIGTERM."""
    clock = ShopClock(options.clock_origin, options.clock_zero, options.speed)
    if options.new:
        open_shop(options.db, _opening(options), clock()).close()
    server = Server.open(options.db, options.broker, clock)
    try:
        for remark in server.journal.remarks:
            print(f"shopfloor serve: {remark}", file=sys.stderr)
        if not options.no_pages:
            check_ports(options)  # taken? Then say so now
        with nullcontext() if options.no_pages else PagesProcess(_pages_words(options, clock)):
            status = server.run()
        if options.status:
            write_status(status, options.status)
    finally:
        server.journal.close()
    return 0


def _pages_words(options: argparse.Namespace, clock: ShopClock) -> list[str]:
    """The command line of the pages that belong to this coordinator: the same shop, broker, port and clock."""
    words = ["--db", options.db, "--broker", options.broker, *port_words(options)]
    return [*words, "--speed", str(clock.speed), "--clock-origin", str(clock.origin), "--clock-zero", str(clock.zero)]


def _opening(options: argparse.Namespace) -> Opening:
    lif = options.layout or LAYOUTS / "sample.lif.json"
    side = options.side or LAYOUTS / "sample.toml"
    catalogue = options.catalogue or LAYOUTS.parent / "catalogue.json"
    return Opening(
        layout=LayoutSource(lif=lif.read_text(encoding="utf-8"), side=side.read_text(encoding="utf-8")),
        catalogue=catalogue.read_text(encoding="utf-8"),
        policy=Policy(wire_patience=options.wire_patience, service_days=tuple(options.service_day)),
    )

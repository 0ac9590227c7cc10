"""The command line."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import shopfloor
from shopfloor.contract import asyncapi
from shopfloor.contract.actor import SECOND
from shopfloor.contract.layout import LayoutError, LayoutSource
from shopfloor.core.diagrams import mermaid
from shopfloor.core.lifecycles import TABLES
from shopfloor.core.policies import Policy
from shopfloor.mqtt import BadBrokerUrl
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.console import show_board
from shopfloor.service.layout_command import check_layout, draw_layout
from shopfloor.service.layouts import layout_names
from shopfloor.service.rebuild import rebuild_records
from shopfloor.service.recovery import look, recover
from shopfloor.service.recovery_told import findings_told, recovery_told
from shopfloor.service.replay import Opening, replay_all
from shopfloor.service.serve import Server, open_shop, write_status
from shopfloor.service.store import JournalError
from shopfloor.web import contract as http
from shopfloor.web.access.command import add_access
from shopfloor.web.certificates import add_certificates
from shopfloor.web.command import add_port, check_ports, port_words, serve_pages
from shopfloor.web.process import PagesProcess

DATA = Path(shopfloor.__file__).parent / "data"
DEFAULT_DB = "sqlite:///shop.db"
DEFAULT_BROKER = "mqtt://127.0.0.1:1883"

SHORT = """\
Runs the floor of a phone service centre: queue, desks, spare-parts cabinet, robots, signatures and payment.

  shopfloor demo                 a whole shop on this machine, with customers: watch it
  shopfloor serve --new          open a new shop: the coordinator of a real one
  shopfloor pages                its pages alone; serve and demo bring them by themselves
  shopfloor access               who may come in: PINs, and codes that make a browser a device
  shopfloor certificates         a shop's own certificates, so that handhelds get a secure connection
  shopfloor board                the floor in this terminal, live
  shopfloor replay               prove that the journal gives the same day again
  shopfloor recover              a journal was refused: what is good, what is lost, how to go on
  shopfloor records rebuild      make the SQL records again from the journal
  shopfloor layout check FILE    what is wrong with a layout; layout draw: a picture of it
  shopfloor contract             what devices and floor say to each other, as AsyncAPI 3.0; --http: as OpenAPI 3.1
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what goes wrong is told in a sentence, exit code 1 (2: the command line is wrong)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] == "demo":
        return _demo(words[1:])
    options = _parser().parse_args(words)
    logging.basicConfig(level=logging.INFO if getattr(options, "verbose", False) else logging.WARNING)
    try:
        return int(options.run(options))
    except (JournalError, LayoutError, BadBrokerUrl, OSError) as fault:
        print(f"shopfloor {options.command}: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shopfloor", description=SHORT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"shopfloor {shopfloor.release()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    commands.add_parser("demo", help="a whole shop on this machine, with customers", add_help=False)
    _add_serve(commands)
    _add_pages(commands)
    add_access(commands)
    add_certificates(commands)
    _add_board(commands)
    _add_replay(commands)
    _add_recover(commands)
    _add_records(commands)
    _add_layout(commands)
    _add_contract(commands)
    return parser


# ── demo ────────────────────────────────────────────────────────────────────────────────────────


def _demo(words: list[str]) -> int:
    """The demo stands above the shop (it brings people and emulated devices), so it is a program of its own."""
    os.execv(sys.executable, [sys.executable, "-m", "simulations.live.demo", *words])  # noqa: S606 - our own program


# ── serve ───────────────────────────────────────────────────────────────────────────────────────


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser(
        "serve",
        help="run a shop's coordinator",
        description="Runs the coordinator of one shop against an MQTT 3.1.1 broker until Ctrl-C. All that it accepts "
        "is in the journal before a receipt leaves; after a crash, start it again with the same --db.",
    )
    serve.add_argument("--new", action="store_true", help="open a new shop: make its journal (refused if there is one)")
    _db(serve)
    serve.add_argument("--broker", default=DEFAULT_BROKER, help="address of the broker (default: %(default)s)")
    serve.add_argument("--layout", type=Path, help="with --new: the lanes and stations, a LIF 1.0 file")
    serve.add_argument("--side", type=Path, help="with --new: desks, people, devices, robots: the side file (TOML)")
    serve.add_argument("--catalogue", type=Path, help="with --new: models, faults, parts and prices (JSON)")
    serve.add_argument("--service-day", action="append", default=[], metavar="YYYY-MM-DD",
                       help="with --new: a date on which labour is free; may be given more than once")  # fmt: skip
    serve.add_argument("--wire-patience", type=int, default=5 * SECOND, metavar="MS",
                       help="with --new: ask a silent device again after so long (default: %(default)s)")  # fmt: skip
    serve.add_argument("--status", type=Path, metavar="FILE", help="write figures and digests here when it stops")
    serve.add_argument("--no-pages", action="store_true", help="the coordinator alone")
    add_port(serve)
    _clock(serve)
    serve.add_argument("-v", "--verbose", action="store_true", help="say more")
    serve.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> int:
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
    lif = options.layout or DATA / "layouts" / "sample.lif.json"
    side = options.side or DATA / "layouts" / "sample.toml"
    catalogue = options.catalogue or DATA / "catalogue.json"
    return Opening(
        layout=LayoutSource(lif=lif.read_text(encoding="utf-8"), side=side.read_text(encoding="utf-8")),
        catalogue=catalogue.read_text(encoding="utf-8"),
        policy=Policy(wire_patience=options.wire_patience, service_days=tuple(options.service_day)),
    )


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


def _add_pages(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pages = commands.add_parser(
        "pages",
        help="the shop's pages alone",
        description="Serves handheld, board, kiosk, call display, PAD, POS and the customers' own pages of one shop "
        "until Ctrl-C. It reads the records of --db and speaks with the floor over the broker, so a coordinator has to "
        "run.",
    )
    _db(pages)
    pages.add_argument("--broker", default=DEFAULT_BROKER, help="address of the broker (default: %(default)s)")
    add_port(pages)
    pages.add_argument("--ready", type=Path, metavar="FILE", help="write the port here when pages can be opened")
    pages.add_argument("--quiet", action="store_true", help="do not print addresses")
    pages.add_argument("--child", action="store_true", help="end when standard input ends")
    _clock(pages)
    pages.set_defaults(run=serve_pages)


# ── board ───────────────────────────────────────────────────────────────────────────────────────


def _add_board(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    board = commands.add_parser("board", help="the floor in this terminal, live",
                                description="Shows queue, desks, parts, robots, figures and alarms from the records of "
                                "a shop on this machine. It only looks: the coordinator may run or not.")  # fmt: skip
    _db(board)
    board.add_argument("--once", action="store_true", help="print one picture and end")
    board.add_argument("--pages", default="", metavar="URL", help="where its pages are: shown in the first line")
    board.set_defaults(run=lambda options: show_board(options.db, once=options.once, pages=options.pages))


# ── replay ──────────────────────────────────────────────────────────────────────────────────────


def _add_replay(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    replay = commands.add_parser(
        "replay",
        help="prove that the journal gives the same day again",
        description="Checks the journal's hash chain, replays every entry from the first and compares all outputs with "
        "what was journaled. Prints JSON: entries, and the digest of the floor's whole state at the end.",
    )
    _db(replay)
    replay.set_defaults(run=_replay)


def _replay(options: argparse.Namespace) -> int:
    replayed = replay_all(options.db)
    floor = replayed.floor
    figures = {
        "entries": replayed.entries + 1,
        "replay_digest": floor.digest(),
        "invariants_checked": floor.checks,
        "kpis": replayed.kpis.summary(),
    }
    print(json.dumps(figures, indent=2))
    return 0


# ── recover ─────────────────────────────────────────────────────────────────────────────────────


def _add_recover(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    recover = commands.add_parser(
        "recover",
        help="a journal was refused: what is good, what is lost, how to go on",
        description="Looks at a journal that was refused, or at a backup put in its place, and changes nothing: which "
        "entries are good, which are lost. With --into it copies the good ones into a new journal to go on with; the "
        "old files stay as evidence.",
    )
    _db(recover)
    recover.add_argument("--into", metavar="URL", help="make a new journal here, of the good entries")
    recover.add_argument("--accept-loss", type=int, metavar="N", help="with --into: so many entries are lost, I know")
    recover.set_defaults(run=_recover)


def _recover(options: argparse.Namespace) -> int:
    if options.into is None:
        findings = look(options.db, shopfloor.release())
        print(findings_told(findings, options.db))
        return 0 if findings.whole else 1
    findings = recover(options.db, options.into, options.accept_loss or 0, shopfloor.release())
    print(recovery_told(findings, options.into))
    return 0


# ── records ─────────────────────────────────────────────────────────────────────────────────────


def _add_records(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    records = commands.add_parser("records", help="the SQL records: make them again from the journal")
    what = records.add_subparsers(dest="what", required=True, metavar="WHAT")
    rebuild = what.add_parser(
        "rebuild",
        help="drop all records and fold them again",
        description="Drops the record tables (ticket, repair, stock_move, parts_order, document, payment, job, robot, "
        "refusal, alarm, kpi) and makes them again from the journal. Stop the coordinator first.",
    )
    _db(rebuild)
    rebuild.set_defaults(run=_rebuild)


def _rebuild(options: argparse.Namespace) -> int:
    for table, count in rebuild_records(options.db).items():
        print(f"{table:12} {count:8}")
    return 0


# ── layout ──────────────────────────────────────────────────────────────────────────────────────


def _add_layout(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    layout = commands.add_parser("layout", help="a layout: what is wrong with it, and a picture of it")
    what = layout.add_subparsers(dest="what", required=True, metavar="WHAT")
    check = what.add_parser(
        "check",
        help="what is wrong with it, and what it has",
        description="Looks a layout over: reads both files, lays the robots' contours on the lanes and tries all "
        "ways. Tells each finding with its element, its fault and what to do. Exit code 1 if there is any fault.",
    )
    _layout_files(check)
    check.set_defaults(run=lambda options: check_layout(options.file, options.side))
    draw = what.add_parser(
        "draw",
        help="a picture of it, with the findings marked",
        description="Draws lanes, bays, stations, parks and docks as far as the files can be read, and marks every "
        "finding with its number.",
    )
    _layout_files(draw)
    draw.add_argument("-o", "--into", type=Path, metavar="OUT", help="the picture, .svg or .png (default: NAME.svg)")
    draw.set_defaults(run=lambda options: draw_layout(options.file, options.side, options.into))


def _layout_files(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(layout_names())
    parser.add_argument("file", metavar="FILE", help=f"a LIF 1.0 file, or a layout that comes with this: {names}")
    parser.add_argument(
        "--side", type=Path, metavar="FILE", help="its side file (default: the .toml beside it, if any)"
    )


# ── contract ────────────────────────────────────────────────────────────────────────────────────


def _add_contract(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    contract = commands.add_parser(
        "contract",
        help="what devices and floor say to each other, as AsyncAPI 3.0; pages and programs, as OpenAPI 3.1",
        description="Prints the AsyncAPI 3.0 document that is made from the roster of devices and words: MQTT. With "
        "--http the OpenAPI 3.1 document that is made from the routes of the pages: HTTP.",
    )
    contract.add_argument("--http", action="store_true", help="the JSON contract over HTTP")
    contract.add_argument("--write", action="store_true", help="write the committed copy anew instead")
    contract.add_argument(
        "--diagram", choices=sorted(TABLES), help="print the state diagram of one kind of thing instead (Mermaid)"
    )
    contract.set_defaults(run=_contract)


def _contract(options: argparse.Namespace) -> int:
    if options.diagram:
        sys.stdout.write(mermaid(options.diagram))
        return 0
    of = http if options.http else asyncapi
    if options.write:
        (DATA.parent / of.COMMITTED).write_text(of.document_text(), encoding="utf-8")
    else:
        sys.stdout.write(of.document_text())
    return 0


# ── what several commands share ─────────────────────────────────────────────────────────────────


def _db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", default=DEFAULT_DB, metavar="URL", help="journal and records (default: %(default)s)")


def _clock(parser: argparse.ArgumentParser) -> None:
    clock = parser.add_argument_group("the shop's clock, for demos")
    clock.add_argument("--speed", type=float, default=1.0, help="shop seconds in one second (default: %(default)s)")
    clock.add_argument("--clock-origin", type=int, metavar="MS", help="the shop's time at --clock-zero")
    clock.add_argument("--clock-zero", type=float, metavar="S", help="the wall's time, seconds since 1970")


if __name__ == "__main__":
    sys.exit(main())

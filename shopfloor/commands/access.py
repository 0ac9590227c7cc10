"""``shopfloor access``: PINs and devices, at the shop's own computer. Here the first manager gets a PIN."""

import argparse
import getpass
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import segno

from shopfloor.commands.options import DEFAULT_BROKER, add_db
from shopfloor.contract.actor import SECOND, Instant
from shopfloor.contract.layout import Layout
from shopfloor.service.opening import opening_of
from shopfloor.service.store import beside, database_path
from shopfloor.web.access import pins
from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.denied import Denied
from shopfloor.web.addresses import set_up_address
from shopfloor.web.attendance import boot_at

DEFAULT_PAGES: Final = "http://127.0.0.1:8080"
SUFFIX: Final = ".access"
"""The access book lies beside the journal: ``shop.db.access``."""


def arguments(access: argparse.ArgumentParser) -> None:
    access.description = "Keeps the access book beside the journal. The shop may be running or not."
    what = access.add_subparsers(dest="what", required=True, metavar="WHAT")
    _add_pin(what)
    _add_enrol(what)
    listing = what.add_parser("list", help="which devices are enrolled, who has a PIN and is signed in")
    listing.set_defaults(run=_list)
    revoke = what.add_parser("revoke", help="a lost device, or a person who has left: out, at once")
    revoke.add_argument("whom", metavar="DEVICE|BADGE", help="a device (with /), or a badge")
    revoke.set_defaults(run=_revoke)
    for command in what.choices.values():
        add_db(command, "the shop's journal")


def _add_pin(what: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pin = what.add_parser(
        "pin",
        help="give somebody a PIN",
        description="Asks for the new PIN twice, or makes one and prints it once. Whoever was signed in with the old "
        "one is signed out.",
    )
    pin.add_argument("badge", metavar="BADGE", help="an engineer's, parts keeper's or manager's, as in the layout")
    how = pin.add_mutually_exclusive_group()
    how.add_argument("--make", action="store_true", help="make a PIN and print it")
    how.add_argument("--pin", help="this one; the shell's history will know it, so for demos only")
    pin.set_defaults(run=_pin)


def _add_enrol(what: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    enrol = what.add_parser(
        "enrol",
        help="a code that makes one browser this device",
        description="Prints a code, the address to open, and the same as a QR code to scan. It works once, for 15 "
        "minutes; the browser that was this device until then is not any more.",
    )
    enrol.add_argument("device", metavar="DEVICE", help="for example handheld/h8, pad/pad-8, queue/q2, board/b1")
    enrol.add_argument(
        "--pages",
        default=DEFAULT_PAGES,
        metavar="URL",
        help="where this shop's pages are, as the device reaches them (default: %(default)s)",
    )
    enrol.add_argument(
        "--broker",
        default=DEFAULT_BROKER,
        metavar="URL",
        help="asked whether another program is this device just now (default: %(default)s)",
    )
    enrol.set_defaults(run=_enrol)


@contextmanager
def access_book(url: str) -> Iterator[AccessBook]:
    """The access book of the shop with this journal. Raises JournalRefused when there is no journal."""
    layout = Layout.from_source(opening_of(url).layout)
    book = AccessBook(beside(database_path(url), SUFFIX), layout)
    try:
        yield book
    finally:
        book.close()


def _pin(options: argparse.Namespace) -> int:
    with access_book(options.db) as book:
        pin = options.pin or (pins.random_pin() if options.make else _asked())
        if not pin:
            return _no("The two did not agree. Nothing is changed; try again.")
        try:
            book.set_pin(options.badge, pin, _now())
        except Denied as denied:
            return _no(denied.reason)
    if options.make:
        print(f"The PIN of {options.badge} is {pin}. It is shown only now.")
    else:
        print(f"{options.badge} has a new PIN.")
    return 0


def _asked() -> str:
    first = getpass.getpass(f"New PIN ({pins.PIN_MIN} to {pins.PIN_MAX} digits): ")
    return first if getpass.getpass("Once more: ") == first else ""


def _enrol(options: argparse.Namespace) -> int:
    with access_book(options.db) as book:
        boot = boot_at(options.broker, book.layout, options.device)
        if boot is None:
            print(
                f"No broker answers at {options.broker}: nobody was asked who is {options.device} now.", file=sys.stderr
            )
        try:
            code, expires_at = book.new_code(options.device, _now(), connected_under=boot or 0)
        except Denied as denied:
            return _no(denied.reason)
    address = set_up_address(options.pages, code)
    print(f"{options.device}: open {address}")
    print(f"or scan this, or type the code {code}. It works once, until {_clock(expires_at)}.")
    segno.make(address, micro=False).terminal(out=sys.stdout, compact=True)
    return 0


def _list(options: argparse.Namespace) -> int:
    with access_book(options.db) as book:
        for line in book.devices():
            state = (
                f"since {_clock(line.enrolled_at)}, seen {_clock(line.seen_at)}" if line.enrolled_at else "no browser"
            )
            print(f"{line.device:18} {state}")
        for one in book.people():
            pin = "has a PIN" if one.has_pin else "no PIN"
            signed_in = f", signed in {one.sessions} x" if one.sessions else ""
            print(f"{one.person.badge:18} {one.person.name}: {one.person.role}, {pin}{signed_in}")
        print(f"customers' links: {book.links()}")
    return 0


def _revoke(options: argparse.Namespace) -> int:
    whom = options.whom
    with access_book(options.db) as book:
        there_was = book.revoke_device(whom, _now()) if "/" in whom else book.revoke_person(whom, _now())
    if not there_was:
        return _no(f"Nothing to revoke: {whom} has no browser, no PIN and no session. See: shopfloor access list.")
    print(f"{whom} is out." if "/" in whom else f"{whom} is signed out and has no PIN any more.")
    return 0


def _no(reason: str) -> int:
    print(f"shopfloor access: {reason}", file=sys.stderr)
    return 1


def _now() -> Instant:
    return round(time.time() * SECOND)


def _clock(at: Instant) -> str:
    return datetime.fromtimestamp(at / SECOND).astimezone().strftime("%Y-%m-%d %H:%M")

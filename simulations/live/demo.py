"""``shopfloor demo``: a whole shop on this machine, with customers, for some hours of shop time.

A broker, the coordinator and the devices that act by themselves run as processes of their own; people and the devices
in their hands live here, on a SimPy clock that keeps pace with the wall's. When the day is closed, everything is
stopped in order, the journal is replayed by another process, and the report says whether both came to the same.
"""

import argparse
import contextlib
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec

import shopfloor
from shopfloor.commands.options import add_port
from shopfloor.contract.catalogue import CatalogueError
from shopfloor.contract.layout import LayoutError
from shopfloor.mqtt import BadBrokerUrl
from shopfloor.service.broker import BrokerDidNotStart
from shopfloor.service.store import JournalError
from shopfloor.typed import number, told
from simulations.live import account
from simulations.live.account import Account
from simulations.live.whole_shop import Broke, Options, Stopped, WholeShop
from simulations.live.your_desk import NoSuchDesk
from simulations.people.world import World

DATA: Final = Path(shopfloor.__file__).parent / "data"
SPEED: Final = 60.0
YOUR_SPEED: Final = 4.0
"""With a desk of your own: a call that nobody answers is repeated after 60 s, a PAD left alone goes dark after 300 s,
a terminal gives up after 115 s; of shop time."""
SPEED_MAX: Final = 600
HOURS_MAX: Final = 10
CUSTOMERS_MAX: Final = 10
ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a kind request, a terminal that was closed."""


@contextlib.contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """Set when somebody wants the demo to end, also where the one who started us had that ignored.

    Nothing is interrupted half-way: a process that has just been started is known before anybody stops it.
    """
    asked = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        asked.set()

    before = {number: signal.signal(number, ask) for number in ENDINGS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(options: Options) -> Account | None:
    """One demo from start to report; None when somebody stopped it. Raises Broke, and what a file may raise."""
    with asked_to_stop() as asked, tempfile.TemporaryDirectory(prefix="shopfloor-demo-") as directory:
        shop = WholeShop(options, Path(directory), asked)
        world: World | None = None
        try:
            shop.start()
            world = shop.play()
        except Stopped:
            pass
        finally:
            shop.stop()
            for words in () if options.headless else shop.remarks:
                print(words, file=sys.stderr)
        return shop.account(world) if world is not None else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when the day was closed and replayed to the same state, 1 when not, 130 when it was stopped."""
    options = parsed(arguments)
    try:
        report = run(options)
    except (
        Broke,
        NoSuchDesk,
        BrokerDidNotStart,
        BadBrokerUrl,
        JournalError,
        LayoutError,
        CatalogueError,
        OSError,
    ) as fault:
        print(f"shopfloor demo: {told(fault)}", file=sys.stderr)
        return 1
    if report is None:
        return 130
    if options.report is not None:
        account.write(report, options.report)
    print(account.as_text(report))
    return 0 if report.closed and report.journal.same and not report.invariants.broken else 1


def parsed(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(
        prog="shopfloor demo",
        description="A whole shop on this machine: broker, coordinator, cabinet, robots, PADs, terminals, engineers "
        "and customers. It opens at ten, takes customers for some hours of shop time, serves them to the end, closes "
        "the day, replays the journal and reports. Ctrl-C stops everything.",
    )
    parser.add_argument("--speed", type=number(1, SPEED_MAX), metavar="FACTOR", help="shop seconds in one second "
                        f"(default: {SPEED:.0f}; {YOUR_SPEED:.0f} with --your-desk)")  # fmt: skip
    parser.add_argument(
        "--hours",
        type=number(0, HOURS_MAX, above=True),
        default=2.0,
        help="the doors close after so long (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of all chance (default: %(default)s)")
    parser.add_argument("--customers", type=number(0, CUSTOMERS_MAX), default=2.0, metavar="FACTOR",
                        help="times a normal day's customers (default: %(default)s)")  # fmt: skip
    parser.add_argument("--headless", action="store_true", help="no live board, a line now and then instead")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report here, as JSON")
    parser.add_argument("--db", default="", metavar="URL", help="keep journal and records here (default: thrown away)")
    parser.add_argument("--broker", default="", metavar="URL", help="use this broker instead of bringing one")
    parser.add_argument("--own-robots", action="store_true",
                        help="emulate no robots: connect yours, by VDA 5050, to the broker of --broker")  # fmt: skip
    parser.add_argument("--your-desk", default="", metavar="DESK", help="take this desk yourself: its engineer, PAD "
                        "and terminal, a queue machine and a call display are not emulated, but yours")  # fmt: skip
    add_port(parser, "8080, or any free one if that is taken")
    parser.add_argument("--layout", type=Path, default=DATA / "layouts" / "sample.lif.json", help="lanes (LIF 1.0)")
    parser.add_argument(
        "--side", type=Path, default=DATA / "layouts" / "sample.toml", help="desks, people, robots (TOML)"
    )
    parser.add_argument("--catalogue", type=Path, default=DATA / "catalogue.json", help="models, faults, parts (JSON)")
    chosen = parser.parse_args(arguments)
    if chosen.speed is None:
        chosen.speed = YOUR_SPEED if chosen.your_desk else SPEED
    return msgspec.convert(vars(chosen), Options)


if __name__ == "__main__":
    sys.exit(main())

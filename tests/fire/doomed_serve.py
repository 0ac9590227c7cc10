"""``shopfloor serve``, but it dies at a seam: a start script of these tests, and no switch in what is shipped.

``CRASH_AT=committed:17`` in the environment ends the process, without a good-bye, when it passes the seam
``committed`` for the 17th time. Without it this is the shipped command, word for word.
"""

import os
import sys
from collections import Counter
from typing import Self, get_args

from shopfloor import __main__ as command_line
from shopfloor.commands import serve
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.seams import Seam, SeamName, no_seam
from shopfloor.service.serve import Server

KILLED = 137
"""What a shell says of a process that was ended by SIGKILL."""
CRASH_AT = "CRASH_AT"


def dying_at(words: str) -> Seam:
    """A seam that ends the process as ``words`` say, ``name:count``; none if they say nothing."""
    if not words:
        return no_seam
    fatal, _, count = words.partition(":")
    assert fatal in get_args(SeamName), f"there is no seam {fatal!r}"
    last, passed = int(count), Counter[str]()

    def seam(name: SeamName) -> None:
        passed[name] += 1
        if name == fatal and passed[name] == last:
            os._exit(KILLED)

    return seam


class DoomedServer(Server):
    """The shop's server, with somebody listening at its seams."""

    @classmethod
    def open(cls, url: str, broker_url: str, clock: ShopClock, seam: Seam = no_seam) -> Self:
        assert seam is no_seam, "the shipped command listens at no seam"
        return super().open(url, broker_url, clock, dying_at(os.environ.get(CRASH_AT, "")))


def main(server: type[Server] = DoomedServer) -> int:
    """The shipped command line around another server."""
    vars(serve)["Server"] = server
    return command_line.main()


if __name__ == "__main__":
    sys.exit(main())

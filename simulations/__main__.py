"""The program ``python -m simulations``: hears Ctrl-C from its first moment, then loads what it needs."""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Final

STOPPED: Final = 130
"""As a shell expects of a program that was interrupted."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return ended(lambda: int(import_module("simulations.commands.line").obey(words)))


def ended(act: Callable[[], int]) -> int:
    """What ``act`` says, or that it was interrupted."""
    try:
        with _interrupted_once():
            return act()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED


@contextmanager
def _interrupted_once() -> Iterator[None]:
    """Ctrl-C, or a plain kill, is heard once: what then tidies up is not interrupted in turn."""
    heard = (signal.SIGINT, signal.SIGTERM)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for one in heard:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.signal(one, stop) for one in heard}
    try:
        yield
    finally:
        for one, handler in before.items():
            if signal.getsignal(one) is stop:
                signal.signal(one, handler)


if __name__ == "__main__":
    sys.exit(main())

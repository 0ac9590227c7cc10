"""Where the time goes: one watch with many rooms, of which only one is running at any time.

A function or a SimPy process is hooked to a room; while it calls into another room, its own time stands still. So the
rooms add up to the whole, and what is in none of them is in ``rest``.
"""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeAlias, TypeVar

import simpy

P = ParamSpec("P")
R = TypeVar("R")
Act: TypeAlias = Generator[simpy.Event, object, R]


class Stopwatch:
    """Start it, hook what is to be watched, run that, and read ``seconds``."""

    def __init__(self, rest: str, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {rest: 0.0}
        self.calls: dict[str, int] = {}
        self._clock = clock
        self._inside = [rest]
        self._since = clock()

    def go_on(self) -> None:
        """What has passed since the stop is nobody's."""
        self._since = self._clock()

    def stop(self) -> None:
        """Book what has run until now."""
        now = self._clock()
        room = self._inside[-1]
        self.seconds[room] = self.seconds.get(room, 0.0) + now - self._since
        self._since = now

    def around(self, room: str, function: Callable[P, R]) -> Callable[P, R]:
        """The same function, watched."""

        @wraps(function)
        def watched(*args: P.args, **kwargs: P.kwargs) -> R:
            self._enter(room)
            try:
                return function(*args, **kwargs)
            finally:
                self._leave()

        return watched

    def through(self, room: str, act: Act[R]) -> Act[R]:
        """The same process, watched each time it goes on."""
        step, fail = self.around(room, act.send), self.around(room, _throw)
        try:
            event = step(None)
            while True:
                try:
                    answer = yield event
                except Exception as broken:  # noqa: BLE001 - the process decides what an interrupt means to it
                    event = fail(act, broken)
                else:
                    event = step(answer)
        except StopIteration as over:
            return over.value  # type: ignore[no-any-return]
        finally:
            act.close()

    def _enter(self, room: str) -> None:
        self.stop()
        self._inside.append(room)
        self.calls[room] = self.calls.get(room, 0) + 1

    def _leave(self) -> None:
        self.stop()
        self._inside.pop()


def _throw(act: Act[R], broken: Exception) -> simpy.Event:
    return act.throw(broken)


@contextmanager
def hooked(owner: object, name: str, put: object) -> Iterator[None]:
    """For a while, ``owner.name`` is something else."""
    before = vars(owner)[name]
    setattr(owner, name, put)
    try:
        yield
    finally:
        setattr(owner, name, before)

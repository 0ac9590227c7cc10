"""Processes side by side that play blocks of days, and are gone when they are no longer wanted.

Workers never hear Ctrl-C: whoever started them stops them. A worker that loses its parent
leaves by itself.
"""

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType
from typing import Final, Self, TypeVar, cast

from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

R = TypeVar("R")

INTERRUPTS: Final = (signal.SIGINT, signal.SIGTERM)
PARENT_IS_LOOKED_FOR_EVERY_S: Final = 0.5


class WorkerLost(Exception):
    """A worker was killed, or ran out of memory; what was not answered yet has to be asked again."""


def cores() -> int:
    """That this process may use."""
    return int(cpu_count())


def each(asked: Iterable[Callable[[], R]], jobs: int) -> Generator[R]:
    """Every answer as it comes, in any order; with one job in this process. Raises WorkerLost.

    Close it: when it is closed before its end, the workers are killed. After the end they stay for the next question.
    """
    if jobs == 1:
        yield from (ask() for ask in asked)
        return
    with _Interrupts() as interrupts:
        with interrupts.kept_from_children():
            answers = _from_processes(asked, jobs)
        try:
            interrupts.pass_on()
            for answer in answers:  # noqa: UP028 - the close is ours, see below
                yield answer
        except TerminatedWorkerError as fault:
            raise WorkerLost from fault
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # joblib regrets the answers that nobody waits for
                answers.close()


def _from_processes(asked: Iterable[Callable[[], R]], jobs: int) -> Generator[R]:
    """Begun: the workers are there, or on their way."""
    settle_in = {"initializer": _settle_in, "initargs": (os.getpid(),)}
    with parallel_config("loky", inner_max_num_threads=1, **settle_in):
        parallel = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
        return cast("Generator[R]", parallel(delayed(ask)() for ask in asked))


class _Interrupts:
    """Hears Ctrl-C (and a plain kill) before anybody else does, and passes it on when it does no harm.

    While workers are started it waits: its children inherit that they never hear it, and blocking alone would not hold
    it back, for any other thread of ours may hear it, and it is the main thread that acts. Once it was heard, what the
    thread that manages the workers stumbles over while they are killed under its hands is nobody's business.
    """

    def __init__(self) -> None:
        self._heard: list[int] = []
        self._is_held_back = True

    def __enter__(self) -> Self:
        resource_tracker.ensure_running()  # started later, it would let Ctrl-C through to workers (Python before 3.12)
        self._excepthook, threading.excepthook = threading.excepthook, self._unless_interrupted
        self._handlers = {number: signal.signal(number, self._hear) for number in INTERRUPTS}
        return self

    def __exit__(self, *_fault: object) -> None:
        self._hand_back()
        threading.excepthook = self._excepthook

    @contextmanager
    def kept_from_children(self) -> Iterator[None]:
        """Processes, and threads that start processes, are made inside."""
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def pass_on(self) -> None:
        """What was heard until now, as if it came now; from now on at once."""
        self._is_held_back = False
        if self._heard:
            self._hand_back()
            signal.raise_signal(self._heard[0])

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self._heard.append(number)
        if not self._is_held_back:
            self.pass_on()

    def _hand_back(self) -> None:
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._hear:
                signal.signal(number, handler)

    def _unless_interrupted(self, stumbled: threading.ExceptHookArgs) -> None:
        if not self._heard:
            self._excepthook(stumbled)


def _settle_in(parent: int) -> None:
    """What a worker does first."""
    threading.Thread(target=_leave_with, args=(parent,), daemon=True, name="parent").start()


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_IS_LOOKED_FOR_EVERY_S)
    os._exit(1)

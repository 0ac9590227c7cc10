"""The runner: each mutant in a copy of the tree, its own tests first, then a wider net."""

import queue
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.trees import Ran, Tree
from tests.mutants.verdicts import Outcome, Verdict, of_meant, of_others


class Net(Struct, frozen=True):
    """Where else a mutant may be noticed that its own tests have let pass."""

    tests: tuple[str, ...] = ()
    storm_seeds: int = 0


NO_NET = Net()
WIDER_NET = Net(("tests/core", "tests/service/test_coordinator.py", "tests/service/test_journal.py"), storm_seeds=8)

Teller = Callable[[Verdict], None]


class BaselineFailed(Exception):
    """The tests fail without any mutant: nothing that they say would mean anything."""


def play(mutants: Sequence[Mutant], jobs: int, tell: Teller, wider: Net = WIDER_NET) -> list[Verdict]:
    """What becomes of each mutant, in the order of the list. Raises BaselineFailed."""
    with copies(jobs, sorted({test: None for mutant in mutants for test in mutant.node_ids})) as trees:
        free: queue.Queue[Tree] = queue.Queue()
        for tree in trees:
            free.put(tree)

        def judged(mutant: Mutant) -> Verdict:
            tree = free.get()
            try:
                return judge(tree, mutant, wider)
            finally:
                free.put(tree)

        with ThreadPoolExecutor(jobs) as workers:
            running = {workers.submit(judged, mutant): mutant for mutant in mutants}
            for done in as_completed(running):
                tell(done.result())
            return [done.result() for done in running]


def judge(tree: Tree, mutant: Mutant, wider: Net = WIDER_NET) -> Verdict:
    """Plant it, and see who notices."""
    begun = time.monotonic()

    def verdict(outcome: Outcome, by: str) -> Verdict:
        return Verdict(mutant.name, mutant.subject, outcome, by, round(time.monotonic() - begun, 1))

    with tree.spoilt(mutant):
        own = tree.run(mutant.node_ids)
        told = of_meant(mutant, own)
        if told is None and not own.passed:
            told = of_others(own)
        if told is None and wider.tests:
            told = of_others(tree.run(wider.tests))
        if told is None and wider.storm_seeds:
            told = of_others(tree.storm(wider.storm_seeds))
    return verdict(*told) if told is not None else verdict("survived", "nobody")


@contextmanager
def copies(count: int, node_ids: Sequence[str]) -> Iterator[list[Tree]]:
    """So many copies on which these tests pass. They are gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="mutants-"))
    try:
        first = Tree.copy(ROOT, place / "tree-0")
        baseline(first.run(node_ids, compiles=True))
        yield [first, *(Tree.copy(first.place, place / f"tree-{number}") for number in range(1, count))]
    finally:
        shutil.rmtree(place)


def baseline(ran: Ran) -> None:
    """Without a mutant all must be well."""
    if not ran.passed:
        raise BaselineFailed(f"the tests fail on the sound tree: {ran.failed}")

"""How the lives of a coordinator end: a long list of deaths, drawn by a seed."""

from collections.abc import Iterable
from random import Random
from typing import Final, TypeAlias

from msgspec import Struct

from shopfloor.service.seams import SEAMS, SeamName

COUNTS: Final = (1, 2, 3, 5, 8, 13, 21, 34, 50)
REPLAYED: Final = (1, 2, 10, 100, 500, 1_000)
"""Entries after which a start is interrupted: a day has a few thousand."""
RANDOM_S: Final = 3.0
"""A random death comes at the latest so long after the start of the process: also before it has begun to work."""
PAUSES_S: Final = (1.0, 4.0, 17.0)
"""Of a stopped process; after the last one the broker has given us up, whose patience is 1.5 times 10 s."""
UNHARMED_EVERY: Final = 25
"""Deaths to one pause, one broken broker and one stop in good order."""


class AtSeam(Struct, frozen=True, tag=True):
    """It ends itself when it passes this seam for the n-th time."""

    seam: SeamName
    n: int


class AtRandom(Struct, frozen=True, tag=True):
    """SIGKILL from outside, so long after the start."""

    after_s: float


class WhileLeaving(Struct, frozen=True, tag=True):
    """Asked kindly to stop after a while, it ends itself over its last checkpoint."""

    after_s: float


class Paused(Struct, frozen=True, tag=True):
    """SIGSTOP, and after a while SIGCONT: no death, but a clock that stood still (F10)."""

    after_s: float
    for_s: float


class BrokerKilled(Struct, frozen=True, tag=True):
    """The broker gets SIGKILL; ``wiped``: and comes back without its memory. The coordinator lives."""

    after_s: float
    wiped: bool


class Stopped(Struct, frozen=True, tag=True):
    """A good-bye: the checkpoint of a clean stop is where the next life begins."""

    after_s: float


Death: TypeAlias = AtSeam | AtRandom | WhileLeaving
Fate: TypeAlias = Death | Paused | BrokerKilled | Stopped


def deaths(fates: Iterable[Fate]) -> int:
    """How many of them kill a coordinator."""
    return sum(isinstance(fate, Death) for fate in fates)


def name_of(fate: Fate) -> str:
    """For a table."""
    match fate:
        case AtSeam(seam=seam):
            return seam
        case WhileLeaving():
            return "checkpointing"
        case AtRandom():
            return "at random"
        case Paused(for_s=for_s):
            return f"paused {for_s:.0f} s"
        case BrokerKilled(wiped=wiped):
            return "broker killed, wiped" if wiped else "broker killed"
        case Stopped():
            return "stopped in good order"


def every_seam(counts: tuple[int, ...] = COUNTS) -> list[Fate]:
    """A death at each seam, the small and the larger counts; those of ``checkpointing`` need a stop."""
    fates: list[Fate] = []
    for seam in SEAMS:
        if seam == "checkpointing":
            fates += [WhileLeaving(0.5 + place / 4) for place in range(len(counts))]
        else:
            fates += [AtSeam(seam, n) for n in (REPLAYED if seam == "replaying" else counts)]
    return fates


def drawn(kills: int, chance: Random) -> list[Fate]:
    """So many deaths in a random order, a third of them at random and the others spread over all seams and counts; and
    among them pauses, broken brokers and stops in good order."""
    fates: list[Fate] = [AtRandom(chance.uniform(0, RANDOM_S)) for _ in range(kills // 3)]
    while len(fates) < kills:
        more = every_seam()
        chance.shuffle(more)
        fates += more[: kills - len(fates)]
    for place in range(round(kills / UNHARMED_EVERY)):
        fates.append(Paused(chance.uniform(1, 2), PAUSES_S[place % len(PAUSES_S)]))
        fates.append(BrokerKilled(chance.uniform(1, 2), wiped=place % 2 == 1))
        fates.append(Stopped(chance.uniform(1, 2)))
    chance.shuffle(fates)
    return fates

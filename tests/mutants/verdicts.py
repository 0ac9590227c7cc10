"""What a run on a mutant is worth."""

from typing import Literal, TypeAlias

from msgspec import Struct

from tests.mutants.mutant import Mutant
from tests.mutants.trees import Ran

NO_PROGRAM = (
    "ImportError",
    "ModuleNotFoundError",
    "SyntaxError",
    "IndentationError",
    "NameError",
    "UnboundLocalError",
    "CollectError",
    "UsageError",
    "NoStatement",
    "NothingCollected",
)
"""A text that is no program any more is noticed by anybody; it says nothing about the tests."""

Outcome: TypeAlias = Literal["found", "elsewhere", "survived", "invalid"]
"""found: by a test or invariant that is meant for it · elsewhere: by another one · survived: by nobody ·
invalid: the mutant is no program, or its tests could not be run."""

FINDS = ("found",)
FAILS_THE_RUN = ("invalid",)
SCORE_MIN = 0.95


class Verdict(Struct, frozen=True):
    """What became of one mutant."""

    mutant: str
    subject: str
    outcome: Outcome
    by: str
    """Who found it, and with which words."""
    took_s: float


def of_meant(mutant: Mutant, ran: Ran) -> tuple[Outcome, str] | None:
    """What its own tests say; None if they notice nothing, or not what they are meant to notice."""
    if ran.timed_out:
        return "found", f"{ran.failed.test if ran.failed else 'the run'} ended by its time-out"
    if ran.passed:
        return None
    if ran.failed is None or ran.failed.exception in NO_PROGRAM:
        return "invalid", _words(ran)
    if mutant.invariant and not (ran.failed.exception == "Broken" and ran.failed.words.startswith(mutant.invariant)):
        return None
    return "found", _words(ran)


def of_others(ran: Ran) -> tuple[Outcome, str] | None:
    """What the wider net says."""
    if ran.passed:
        return None
    if ran.failed is not None and ran.failed.exception in NO_PROGRAM:
        return "invalid", _words(ran)
    return "elsewhere", _words(ran)


def score(verdicts: list[Verdict]) -> float:
    """Found by those who are meant to, of all."""
    return sum(verdict.outcome in FINDS for verdict in verdicts) / len(verdicts) if verdicts else 0.0


def good_enough(verdicts: list[Verdict]) -> bool:
    return score(verdicts) >= SCORE_MIN and not any(verdict.outcome in FAILS_THE_RUN for verdict in verdicts)


def _words(ran: Ran) -> str:
    if ran.failed is None:
        return "pytest failed without naming a test"
    first = ran.failed.words.strip().splitlines()
    return f"{ran.failed.test} · {ran.failed.exception}: {first[0] if first else ''}"

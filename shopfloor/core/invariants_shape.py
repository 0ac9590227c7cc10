"""What an invariant is: an id, the words a person reads, and small checks of the things it is about.

A check looks at one thing (or one fact or command of this beat) and answers with what is wrong, in words; empty when
nothing is. A whole check looks at all the books: it holds the sums and the indexes, and runs in the full scan only.

Checks use no room's own functions: a room that is wrong about who may do what must not judge itself.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias, TypeVar, cast

from msgspec import Struct

from shopfloor.core.shop import Shop

S = TypeVar("S", bound=Struct)

Flaw: TypeAlias = str
"""What is wrong, with the ids concerned; empty when nothing is."""
Check: TypeAlias = Callable[[Shop, S], Flaw]
WholeCheck: TypeAlias = Callable[[Shop], Flaw]


class Broken(AssertionError):
    """An invariant does not hold: our own mistake."""

    def __init__(self, invariant: str, words: str) -> None:
        super().__init__(f"{invariant}: {words}")
        self.invariant = invariant
        self.words = words


class Subject(NamedTuple):
    """A kind of thing, fact or command, and what must hold for each of them."""

    kind: type[Struct]
    check: Check[Struct]


class Invariant(NamedTuple):
    """One row of the table."""

    id: str
    words: str
    subjects: tuple[Subject, ...] = ()
    whole: tuple[WholeCheck, ...] = ()
    held_by: str = ""
    """Where it is held, or held too, if the books of one beat cannot show it."""


def on(kind: type[S], check: Check[S]) -> Subject:
    """This must hold for each of these."""
    return Subject(kind, cast("Check[Struct]", check))

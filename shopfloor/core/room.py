"""How a room of the floor says what it does: which claims it records, which facts it hears, which dues it answers."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar, cast, overload

from shopfloor.contract.actor import Device
from shopfloor.contract.events import Event
from shopfloor.contract.facts import Fact
from shopfloor.core.books import Thing
from shopfloor.core.shop import Shop

E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Fact)
G = TypeVar("G", bound=Fact)
H = TypeVar("H", bound=Fact)
K = TypeVar("K", bound=Fact)
L = TypeVar("L", bound=Fact)
T = TypeVar("T", bound=Thing)

Rule: TypeAlias = Callable[[Shop, Device, E], None]
Reaction: TypeAlias = Callable[[Shop, F], None]
Timeout: TypeAlias = Callable[[Shop, T], None]


class Room:
    """One room's rules. Tables instead of a chain of ifs, and the type of each rule is checked where it stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rules: dict[type[Event], Rule[Event]] = {}
        self.reactions: dict[type[Fact], list[Reaction[Fact]]] = {}
        self.dues: dict[tuple[str, str], Timeout[Thing]] = {}

    def records(self, *kinds: type[E]) -> Callable[[Rule[E]], Rule[E]]:
        """This rule believes or refuses events of these kinds."""

        def enter(rule: Rule[E]) -> Rule[E]:
            for kind in kinds:
                assert kind not in self.rules, kind
                self.rules[kind] = cast("Rule[Event]", rule)
            return rule

        return enter

    @overload
    def hears(self, _kind: type[F], /) -> Callable[[Reaction[F]], Reaction[F]]: ...
    @overload
    def hears(self, _kind: type[F], _or: type[G], /) -> Callable[[Reaction[F | G]], Reaction[F | G]]: ...
    @overload
    def hears(
        self, _kind: type[F], _or: type[G], _or_: type[H], /
    ) -> Callable[[Reaction[F | G | H]], Reaction[F | G | H]]: ...
    @overload
    def hears(
        self, _kind: type[F], _or: type[G], _or_: type[H], _or__: type[K], /
    ) -> Callable[[Reaction[F | G | H | K]], Reaction[F | G | H | K]]: ...
    @overload
    def hears(
        self, _kind: type[F], _or: type[G], _or_: type[H], _or__: type[K], _or___: type[L], /
    ) -> Callable[[Reaction[F | G | H | K | L]], Reaction[F | G | H | K | L]]: ...

    def hears(self, *kinds: type[Fact]) -> Callable[[Reaction[F]], Reaction[F]]:
        """This reaction follows whenever such a fact was noted, by whichever room."""

        def enter(reaction: Reaction[F]) -> Reaction[F]:
            for kind in kinds:
                self.reactions.setdefault(kind, []).append(cast("Reaction[Fact]", reaction))
            return reaction

        return enter

    def falls_due(self, kind: type[T], *states: str) -> Callable[[Timeout[T]], Timeout[T]]:
        """What time does to a thing in these states. Without one, the party is reminded."""

        def enter(timeout: Timeout[T]) -> Timeout[T]:
            for state in states:
                self.dues[kind.machine, state] = cast("Timeout[Thing]", timeout)
            return timeout

        return enter

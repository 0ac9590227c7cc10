"""Turns plain data between the words of VDA 5050 3.0, in which our structs are named, and those of another version.

A version is a ``Tongue``: tables of what it calls otherwise, and of the lists of words that it closes. Writing is
strict, for what we send must stand before the official schema (M6): a word that the version does not have and a number
out of its bounds are refused, and an angle is turned into its range. Reading is lenient (M27): nulls, unknown fields
and unknown words pass.
"""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeAlias

from shopfloor.contract.vda5050_words import Dialect, MalformedVda

Plain: TypeAlias = dict[str, object]
Names: TypeAlias = Mapping[str, Mapping[str, str | None]]
"""Part of a message → {3.0 field: its field, or None where it has none}.

A part is named by the field it hangs on, where that is not enough by two of them, and the whole of a message by its
level.
"""
Words: TypeAlias = Mapping[str, Mapping[str, str]]
"""3.0 field → {3.0 word: its word}."""
Closed: TypeAlias = Mapping[str, tuple[str, ...]]
"""3.0 field → every word that its schema lets stand there."""
Turns: TypeAlias = Mapping[str, Callable[[object], object]]
"""3.0 field → what to do with its value."""

VERBATIM: Final = "value"
"""What an action parameter holds is between the shop and its robot, and is never translated."""

TURN: Final[Mapping[str, float]] = {
    # angles, and after how many radians they mean the same again
    "theta": math.tau,
    "orientation": math.tau,
    "allowedDeviationXY.theta": math.pi,  # the axis of an ellipse
}

NATURAL: Final = (0.0, math.inf)
PER_CENT: Final = (0.0, 100.0)

LIMITED_ARRAYS: Final = (
    "order.nodes",
    "order.edges",
    "node.actions",
    "edge.actions",
    "actions.actionsParameters",
    "instantActions",
    "trajectory.knotVector",
    "trajectory.controlPoints",
    "state.nodeStates",
    "state.edgeStates",
    "state.loads",
    "state.actionStates",
    "state.errors",
    "state.information",
    "error.errorReferences",
    "information.infoReferences",
)
"""Which arrays a factsheet may limit, by dotted names (S5)."""

NOT_IN_STATES: Final[Names] = {
    # how far a robot may stray from a node stands in its order, and not again in its state
    "nodeStates.nodePosition": {"allowedDeviationXY": None, "allowedDeviationTheta": None},
}

BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    # field, or part.field, or part.* for all of its fields: the narrowest bounds that any of the schemas sets
    "sequenceId": NATURAL,
    "orderUpdateId": NATURAL,
    "allowedDeviationXY.a": NATURAL,
    "allowedDeviationXY.b": NATURAL,
    "allowedDeviationTheta": (0.0, math.pi),  # 2.1 lets it be negative, which means nothing (S10)
    "stateOfCharge": PER_CENT,
    "batteryHealth": PER_CENT,
    "range": NATURAL,
    "localizationScore": (0.0, 1.0),
    "deviationRange": NATURAL,
    "weight": NATURAL,
    "maximumLoadMass": NATURAL,
    "minimumSpeed": NATURAL,
    "maximumSpeed": NATURAL,
    "maximumAcceleration": NATURAL,
    "maximumWeight": NATURAL,
    "timing.*": NATURAL,
    "maximumStringLengths.*": NATURAL,
    "maximumArrayLengths.*": NATURAL,
    "criticalLowChargingLevel": PER_CENT,
    "minimumDesiredChargingLevel": PER_CENT,
    "maximumDesiredChargingLevel": PER_CENT,
    "minimumChargingTime": NATURAL,
}


def in_dialect(names: Names, dialect: Dialect) -> Names:
    """The names of a version as one robot spells them."""
    instant = {**names.get("actions", {}), **names.get("instantActions.actions", {})}
    return {
        **names,
        "instantActions": {"actions": dialect.instant_actions},
        "instantActions.actions": {**instant, "actionType": dialect.instant_action_type},
        "nodePosition": {"allowedDeviationXY": dialect.deviation},
    }


def _ellipse(value: object) -> object:
    """A radius, as 2.x writes it."""
    return {"a": value, "b": value, "theta": 0.0} if isinstance(value, int | float) else value


def _text(value: object) -> object:
    """Robots refer to an orderUpdateId by the number that it is, where a text is asked for."""
    return str(value) if type(value) in (int, float) else value


def _number(value: object) -> object:
    return "NUMBER" if value == "FLOAT" else value  # a type of 2.x only (S11)


READ: Final[Turns] = {"allowedDeviationXY": _ellipse, "referenceValue": _text, "valueDataType": _number}
"""What any version may have written otherwise, read as 3.0 has it."""


class Tongue:
    """One version's words; ``label`` is what people call it.

    ``lossy`` are its words that stand for two words of 3.0 and are read as themselves. ``known`` closes the keys of
    parts that our structs leave open. ``write`` and ``read`` are for values that are built otherwise.
    """

    def __init__(
        self,
        label: str,
        *,
        names: Names,
        words: Words,
        lossy: Collection[str],
        closed: Closed,
        known: Closed,
        write: Turns,
        read: Turns,
    ) -> None:
        self.label: Final = label
        self._names = names
        self._words = words
        self._closed = {field: frozenset(its) for field, its in closed.items()}
        self._known = {part: frozenset(its) for part, its in known.items()}
        self._write = write
        self._read = read
        self._names_back = {part: _backward(fields) for part, fields in names.items()}
        self._words_back = {
            field: {its: word for word, its in both.items() if its not in lossy} for field, both in words.items()
        }

    # ── writing ─────────────────────────────────────────────────────────────────────────────────

    def written(self, plain: Plain, part: str) -> Plain:
        """One part of a message in this version's words; raises MalformedVda for what it cannot say."""
        names = self._names.get(part, {})
        known = self._known.get(part)
        wire: Plain = {}
        for name, value in plain.items():
            its_name = names.get(name, name)
            if its_name is None:
                continue
            if known is not None and its_name not in known:
                raise MalformedVda(f"{self.label} has no {part} {its_name!r}")
            wire[its_name] = self._value_written(value, part, name)
        return wire

    def _value_written(self, value: object, part: str, name: str) -> object:
        if name == VERBATIM:
            return value
        match value:
            case bool():
                return value
            case str():
                return self._word_written(value, name)
            case int() | float():
                return self._number_written(value, part, name)
            case dict():
                value = self.written(value, self._inner(part, name))
            case list() | tuple():
                written = [self._value_written(each, part, name) for each in value]
                return list(dict.fromkeys(written)) if name in self._closed else written  # two words may be one there
        turn = self._write.get(name)
        return value if turn is None else turn(value)

    def _word_written(self, value: str, name: str) -> str:
        word = self._words.get(name, {}).get(value, value)
        if word not in self._closed.get(name, (word,)):
            raise MalformedVda(f"{self.label} has no {name} {value}")
        return word

    def _number_written(self, value: float, part: str, name: str) -> object:
        inside = f"{part}.{name}"
        turn_rad = TURN.get(inside) or TURN.get(name)
        if turn_rad is not None and math.isfinite(value) and abs(value) > turn_rad / 2:
            return math.remainder(value, turn_rad)
        low, high = BOUNDS.get(inside) or BOUNDS.get(name) or BOUNDS.get(f"{part}.*") or (-math.inf, math.inf)
        if value < low or value > high:
            raise MalformedVda(f"{name} is {value}, outside {low:g} to {high:g}")
        turn = self._write.get(name)
        return value if turn is None else turn(value)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    def understood(self, wire: Plain, part: str) -> Plain:
        """One part of a message in the words of 3.0; nulls are left out, as if nobody had written them."""
        names = self._names_back.get(part, {})
        plain: Plain = {}
        for its_name, value in wire.items():
            if value is None or names.get(its_name, "") is None:
                continue
            name = names.get(its_name) or its_name.strip()  # the first files of 3.0.0 have "batteryCharging " (S14)
            plain[name] = value if name == VERBATIM else self._value_understood(value, part, name)
        return plain

    def _value_understood(self, value: object, part: str, name: str) -> object:
        turn = self._read.get(name)
        if turn is not None:
            value = turn(value)
        match value:
            case str():
                return self._words_back.get(name, {}).get(value, value)
            case dict():
                return self.understood(value, self._inner(part, name))
            case list():
                return [self._value_understood(each, part, name) for each in value]
            case _:
                return value

    def _inner(self, part: str, name: str) -> str:
        """What the tables call the part that hangs on this field."""
        path = f"{part}.{name}"
        return path if path in self._names else name


def _backward(fields: Mapping[str, str | None]) -> dict[str, str | None]:
    """Its field → the 3.0 field; None for a field of 3.0 that this version calls otherwise, so does not know."""
    unknown: dict[str, str | None] = dict.fromkeys(fields)
    return {**unknown, **{its: name for name, its in fields.items() if its is not None}}

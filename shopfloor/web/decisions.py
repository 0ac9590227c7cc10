"""What only a manager decides: to which thing and state each decision belongs, and the form that it is said with.

Where a decision is offered follows from the floor's own state tables, and its form from the event's own schema; so a
new word for the board needs a name on the page and nothing else.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from shopfloor.contract import events as e
from shopfloor.contract.roster import TYPES
from shopfloor.core.lifecycles import TABLES, Machine

FieldKind: TypeAlias = Literal["text", "long", "choice", "number", "money", "yes", "person"]
Schema: TypeAlias = dict[str, object]

ABOUT: Final[dict[Machine, str]] = {
    "ticket": "ticket",
    "repair": "repair",
    "parts_order": "parts_order",
    "payment": "payment",
    "signature": "request",
    "loaner": "loaner",
}
"""A thing → the field of a decision that names it."""

NOT_AT_A_THING: Final = (e.DayClosed, e.DeviceScanned, e.ModeSet)
"""Said about the whole shop, or with something in the hand."""

AFTER_PIN: Final = (
    e.OverrideGiven,
    e.PaymentDecided,
    e.ReversalAsked,
    e.RefundAsked,
    e.AdjustmentApproved,
    e.RepairVoided,
    e.DisputeDecided,
    e.DocumentVoided,
    e.LoanerDeclaredLost,
)
"""These set a rule aside, move money, or cannot be taken back: whoever signed in a while ago gives the PIN again."""

NOT_ASKED: Final = ("kind", "revision")
"""Which word it is stands on the button; which revision of a repair was seen, a manager need not know."""
LONG: Final = 100
"""A text that may be longer than this gets several lines."""
PEOPLE: Final = ("engineer", "person")
IN_FEN: Final = "_fen"
AMOUNT: Final = "amount"


class Field(Struct, frozen=True, omit_defaults=True):
    """One thing to fill in."""

    name: str
    kind: FieldKind
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int = 0
    """Of a number, or of signs in a text."""
    most: int = 0
    """The same; 0: no end."""


class Form(Struct, frozen=True):
    """How one decision is said."""

    fields: tuple[Field, ...]
    after_pin: bool


def decisions_at(machine: Machine, state: str) -> tuple[str, ...]:
    """Kinds of events that a manager may say about a thing in this state, by the floor's state tables."""
    found = _by_state(machine).get(state, ())
    return (*found, e.OverrideGiven.__name__) if machine == "repair" and found else found


@cache
def forms() -> dict[str, Form]:
    """Kind of event → its form, for everything that a board may say."""
    return {
        kind.__name__: Form(tuple(_fields(kind)), issubclass(kind, AFTER_PIN))
        for kind in TYPES["board"].says
        if kind is not e.DeviceScanned
    }


@cache
def _by_state(machine: Machine) -> dict[str, tuple[str, ...]]:
    kinds = [kind.__name__ for kind in TYPES["board"].says if kind not in NOT_AT_A_THING]
    found: dict[str, tuple[str, ...]] = {}
    for row in TABLES[machine]:
        for kind in kinds:
            if kind in row.by:
                for state in row.sources:
                    found[state] = tuple(dict.fromkeys((*found.get(state, ()), kind)))
    return found


# ── a form from a schema ────────────────────────────────────────────────────────────────────────


def _fields(kind: type[e.Event]) -> Iterator[Field]:
    _, components = msgspec.json.schema_components([kind])
    schema = components[kind.__name__]
    for name, described in schema["properties"].items():
        if name not in NOT_ASKED:
            yield _field(name, _without_null(described), required=name in schema["required"])


def _without_null(described: Schema) -> Schema:
    """What may be left out is described as something or nothing."""
    choices = described.get("anyOf")
    if not isinstance(choices, list):
        return described
    return next(choice for choice in choices if choice.get("type") != "null")


def _field(name: str, described: Schema, *, required: bool) -> Field:
    choices = described.get("enum")
    if isinstance(choices, list):
        return Field(name, "choice", required, tuple(str(choice) for choice in choices))
    match described.get("type"):
        case "boolean":
            return Field(name, "yes", required)
        case "integer":
            kind: FieldKind = "money" if name.endswith(IN_FEN) or name == AMOUNT else "number"
            return Field(name, kind, required, least=_limit(described, "minimum"), most=_limit(described, "maximum"))
        case _:
            least, most = _limit(described, "minLength"), _limit(described, "maxLength")
            kind = "person" if name in PEOPLE else "long" if most > LONG else "text"
            return Field(name, kind, required, least=least, most=most)


def _limit(described: Schema, name: str) -> int:
    limit = described.get(name, 0)
    return limit if isinstance(limit, int) else 0

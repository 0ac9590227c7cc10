"""What a deed is: a button, the event that it says, and what has to be filled in first."""

from typing import Final, Literal, TypeAlias

from msgspec import Struct

What: TypeAlias = Literal[
    "choice",  # one of ``choices``
    "picks",  # any of ``choices``
    "tally",  # each of ``choices`` is ticked; how many is said
    "text",  # words
    "code",  # an id: typed or scanned
    "codes",  # several ids: typed or scanned, one after the other
    "number",
    "check",  # yes or no
    "days",  # so many from now; an instant is said
    "locker",  # a number; ``locker/7`` is said
    "model",  # of the catalogue
    "fault",  # of this phone's model
    "lines",  # of a quote: faults of the model, and services
    "imei",  # read by the scanner, or typed with a reason
]
"""How a field is shown and filled in."""

Choice: TypeAlias = tuple[str | int, str]
"""What is said, and the words that the person sees."""


class Field(Struct, frozen=True, omit_defaults=True):
    """One field of a form. ``name`` is the event's own, with a dot where it lies deeper."""

    name: str
    words: str
    what: What
    choices: tuple[Choice, ...] = ()
    start: str | int | bool | None = None
    least: int = 0
    most: int = 0
    optional: bool = False
    hint: str = ""


class Deed(Struct, frozen=True, omit_defaults=True):
    """Something a person does with a tap. ``kind`` is the event; words are English, and keys of the catalogue."""

    kind: str
    words: str
    fields: tuple[Field, ...] = ()
    grave: bool = False
    """Asked once more before it is said."""
    quiet: bool = False
    """Beside the work: it does not close what is open, and a refusal is not shown."""


def _(english: str) -> str:
    """Marks words for the catalogues; they are translated when a page is made."""
    return english


MINUTES_MAX: Final = 600
PHOTOS_MAX: Final = 64

"""Every deed of the handheld by its name: what the page's script is given, and what tests hold against the contract."""

from typing import Final

from msgspec import structs

from shopfloor.web.handheld.bench_deeds import BENCH
from shopfloor.web.handheld.deed import Choice, Deed, Field
from shopfloor.web.handheld.floor_deeds import ONESELF, PARTS, STOCK, TICKETS
from shopfloor.web.words import Words

DEEDS: Final[dict[str, Deed]] = {**ONESELF, **TICKETS, **BENCH, **PARTS, **STOCK}


def deeds_in(words: Words) -> dict[str, Deed]:
    """The table in the reader's language."""
    return {name: _said(deed, words) for name, deed in DEEDS.items()}


def _said(deed: Deed, words: Words) -> Deed:
    fields = tuple(_field_said(field, words) for field in deed.fields)
    return structs.replace(deed, words=words.gettext(deed.words), fields=fields)


def _field_said(field: Field, words: Words) -> Field:
    choices: tuple[Choice, ...] = tuple((value, words.gettext(english)) for value, english in field.choices)
    hint = words.gettext(field.hint) if field.hint else ""
    return structs.replace(field, words=words.gettext(field.words), choices=choices, hint=hint)

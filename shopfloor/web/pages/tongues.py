"""What a screen in the hall needs to speak all languages at once: it is no one reader's."""

from functools import cache
from typing import Final

from shopfloor.contract.kinds import Language
from shopfloor.web.assets import Assets
from shopfloor.web.terms import Table
from shopfloor.web.words import NAMES, Words

SHOPS_OWN: Final[Language] = "zh-Hans"
"""Every call is said in it, last."""


def all_tongues(script: str, offset_min: int, tables: tuple[Table, ...]) -> dict[str, object]:
    """Language → its own name, the words of this script, and these tables of the shop's terms."""
    return {language: _tongue(Words(language, offset_min), script, tables) for language in NAMES}


def _tongue(words: Words, script: str, tables: tuple[Table, ...]) -> dict[str, object]:
    return {
        "name": NAMES[words.language],
        "words": words.for_scripts(_modules(script)),
        "labels": words.labels_for(tables),
    }


@cache
def _modules(script: str) -> tuple[str, ...]:
    return Assets().modules(script)

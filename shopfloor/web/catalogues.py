"""The committed translations, read at start: ``locale/zh_Hans/LC_MESSAGES/pages.po`` and its like.

There are no compiled files and no build step: Babel reads the .po files, which are package data, and they stay in
memory. English is the source of everything and has no catalogue.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from shopfloor.contract.kinds import Language

LOCALE: Final = Path(__file__).parent / "locale"

Domain: TypeAlias = Literal["pages", "floor", "labels"]
"""What pages say themselves; what the floor says, in sentences; the shop's terms, each with its table as context."""
DOMAINS: Final[tuple[Domain, ...]] = ("pages", "floor", "labels")

LOCALES: Final[dict[Language, str]] = {"en": "en", "zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant"}
"""A language → Babel's name of its locale."""
TRANSLATED: Final[tuple[Language, ...]] = ("zh-Hans", "zh-Hant")


def catalogue_file(language: Language, domain: Domain) -> Path:
    """Where the translations of one domain are."""
    return LOCALE / LOCALES[language] / "LC_MESSAGES" / f"{domain}.po"


@cache
def catalogue(language: Language, domain: Domain) -> Catalog:
    """The messages with their places, as committed; raises OSError if the file is missing."""
    with catalogue_file(language, domain).open("rb") as file:
        return read_po(file, locale=LOCALES[language], domain=domain, abort_invalid=True)


@cache
def translations(language: Language, domain: Domain) -> NullTranslations:
    """To look messages up in; a message that is not translated is given back as it is."""
    if language not in TRANSLATED:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language, domain))
    compiled.seek(0)
    return Translations(compiled, domain)

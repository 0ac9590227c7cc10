"""A state or a kind of thing, in the shop's words and the reader's language.

Translations are in ``locale/*/LC_MESSAGES/labels.po``, with the table as context, so that a parts order may be
cancelled in other words than a visit.
"""

from functools import cache

from shopfloor.contract.catalogue import Fault
from shopfloor.contract.kinds import Language
from shopfloor.web.catalogues import translations
from shopfloor.web.terms import LABELS, Table


def label(language: Language, table: Table, name: str) -> str:
    """One term; a name that the table has not is given back as it is."""
    return labels_of(language, table).get(name, name)


@cache
def labels_of(language: Language, table: Table) -> dict[str, str]:
    """A whole table, for a script or a list of choices. Shared: do not change it."""
    said = translations(language, "labels")
    return {name: str(said.pgettext(table, english)) for name, english in LABELS[table].items()}


def fault_words(language: Language, fault: Fault) -> str:
    """A fault of the shop's own catalogue, which tells it in English and in simplified Chinese."""
    if language == "en":
        return fault.en
    return fault.zh if language == "zh-Hans" else label(language, "fault", fault.code).replace(fault.code, fault.zh)

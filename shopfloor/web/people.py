"""The shop's people by their names: the floor calls them by their badges."""

import re
from collections.abc import Mapping
from typing import Final

from shopfloor.contract.layout import Layout

BADGE: Final = re.compile(r"(?<![\w/:.#-])[A-Za-z][\w-]*\d[\w-]*(?![\w/:#-]|\.\w)", re.ASCII)
"""What may be one: letters and a digit, and no part of a longer name."""


def names_of(layout: Layout) -> dict[str, str]:
    """Badge → name, of everybody who works here."""
    return {
        person.id: person.name
        for people in (layout.engineers, layout.parts_keepers, layout.managers)
        for person in people.values()
    }


def with_names(sentence: str, names: Mapping[str, str]) -> str:
    """The sentence, with a name for each badge in it."""
    return BADGE.sub(lambda found: names.get(found[0], found[0]), sentence) if names else sentence

"""A fact in the reader's words: the sentence that tells of it, and what stands in its places.

A place's name says what it holds: some by their ending (see ``story_words``), the others by the tables here. Ids stay
where they are all that a person calls a thing, behind the word for it: robot r1, quote S3. Who has a name is named.
"""

import re
from collections.abc import Mapping
from typing import Final

from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.service.views.story import Told
from shopfloor.web.people import names_of
from shopfloor.web.sentences import spaced
from shopfloor.web.terms import LABELS, MACHINES, Table
from shopfloor.web.words import Words

PEOPLE: Final = ("engineer", "owner", "checker", "by", "old", "new")
"""A badge, as a rule; what carries a part, and units that were exchanged, have no badge."""
PLACES: Final = ("source", "target", "place", "last_place", "locker", "station")
TERMS: Final[dict[str, Table]] = {
    "party": "party",
    "choice": "late_choice",
    "topic": "topic",
    "touchpoint": "touchpoint",
    "rule": "override",
    "status": "found_at_terminal",
    "blame": "blame",
}
THINGS: Final[dict[str, tuple[Table, str]]] = {
    "robot": ("device", "robot"),
    "pos": ("device", "pos"),
    "job": ("thing", "job"),
    "payment": ("thing", "payment request"),
}
"""What an id belongs to."""
NOTHING: Final = "–"
BESIDE_HOLE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\{)|(?<=\}) (?=[\u4e00-\u9fff])")
"""A space in a Chinese sentence whose place may hold Chinese; where none is held, ``spaced`` sets it again."""


class Teller:
    """Tells one reader of one shop."""

    def __init__(self, words: Words, layout: Layout, catalogue: Catalogue) -> None:
        self.words = words
        self._models = catalogue.models
        self._people = names_of(layout)
        self._stations = {desk.station: f"desk/{desk.id}" for desk in layout.desks.values()}
        for cabinet in layout.cabinets.values():
            self._stations[cabinet.outlet_station] = f"OUTLET:{cabinet.id}"
            self._stations[cabinet.inlet_station] = f"INLET:{cabinet.id}"

    def said(self, told: Told, papers: Mapping[str, str]) -> str:
        """The whole sentence; ``papers``: signature request → its document."""
        values = {place: self._filled(place, value) or NOTHING for place, value in told.values.items()}
        request = values.get("request", "")
        if request in papers and "document_kind" not in values:
            values["request"] = f"{self.words.label('document', papers[request])} {request}"
        return _begun(spaced(BESIDE_HOLE.sub("", self.words.gettext(told.msgid)).format(**values)))

    def _filled(self, place: str, value: str) -> str:
        words = self.words
        match place.rpartition("_")[2]:
            case "at":
                return self._moment(value)
            case "state":
                return words.label(_machine_with(value), value)
            case "fault":
                return words.label("fault", value)
            case "kind":
                return words.label("document", value)
            case "why" | "reason":
                return words.say(value) if words.sentences.knows(value) else value
            case "model":
                return self._models[value].name if value in self._models else value
            case "line":
                return f"{value} {words.label('line', value)}"
            case _:
                return self._named(place, value)

    def _named(self, place: str, value: str) -> str:
        words = self.words
        if place in PLACES:
            return words.place(self._stations.get(value, value))
        if place in PEOPLE:
            return self._person(value)
        if place in THINGS:
            return f"{words.label(*THINGS[place])} {value.rpartition('/')[2]}"
        return words.label(TERMS[place], value) if place in TERMS else value

    def _person(self, badge: str) -> str:
        if badge in self._people:
            return self._people[badge]
        return self.words.label("party" if badge in LABELS["party"] else "carrier", badge)

    def _moment(self, value: str) -> str:
        at = int(value)
        return f"{self.words.weekday(at)} {self.words.clock(at)}" if at else NOTHING


def _begun(sentence: str) -> str:
    """With a capital letter, unless it begins with an id."""
    return sentence[:1].upper() + sentence[1:] if sentence.partition(" ")[0].isalpha() else sentence


def _machine_with(state: str) -> Table:
    return next((machine for machine in MACHINES if state in LABELS[machine]), "repair")

"""The floor's sentences in the reader's language: each English one is understood again, then said anew.

The floor says "R12 is QC; nobody works on it.", once, in English, with values in it; so it stands in the journal. Here
it is matched to the template it was made from, "{0} is {1:repair}; nobody works on it.", and the template's translation
is filled with the same values. Terms of the shop among them are said in its words; in a hole like "{2:words}" may be a
sentence itself. All templates are in ``locale/*/LC_MESSAGES/floor.po``; ``said.py`` finds them in the source.

What matches no template is given back in English, and counted.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Final

from msgspec import Struct

from shopfloor.contract.kinds import Language
from shopfloor.web.catalogues import TRANSLATED, catalogue, translations
from shopfloor.web.labels import label
from shopfloor.web.terms import LABELS, MACHINES, Table

DEPTH_MAX: Final = 4
"""A sentence in a sentence in a sentence: deeper than any that the floor says."""
REMEMBERED_MAX: Final = 2000
"""Screens ask for the same few sentences again and again."""
KEPT_MAX: Final = 20
SENTENCE_MAX: Final = 2000
"""Characters; the floor says nothing so long."""

HOLE: Final = re.compile(r"\{(\d+)(?::(\w+))?\}")
WORD: Final = re.compile(r"(?<![\w'{}])[A-Za-z']+(?![\w'{}])")
NOTED: Final = re.compile(r"([A-Z_]+) \((.+)\)", re.DOTALL)
PLACE: Final = re.compile(r"(\w[\w-]*)(?:[:/](.+))?")
PLACE_CHARS: Final = r"[\w./:#-]*"
ACCESSORIES: Final = r"[\w, -]*"
LISTED: Final = ", "
"""Between several names, as the floor writes them."""
COMMA: Final[dict[Language, str]] = {"en": ", ", "zh-Hans": "、", "zh-Hant": "、"}
BETWEEN_SCRIPTS: Final = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9¥])|(?<=[A-Za-z0-9%#])(?=[\u4e00-\u9fff])")
NAME: Final = r"\S*"
"""What stands in a hole without a table: the floor's names and numbers have no spaces."""

MACHINE_OF: Final[dict[str, Table]] = {
    "T": "ticket",
    "R": "repair",
    "P": "parts_order",
    "J": "job",
    "S": "signature",
    "Y": "payment",
}
"""By the letter that begins an id."""


class Template(Struct, frozen=True):
    """One sentence with holes, ready to be recognised."""

    english: str
    form: re.Pattern[str]
    words: frozenset[str]
    """Words of its own, which a sentence must have to be one of these."""
    weight: tuple[int, int]
    """The letters of its own, then its terms: the more, the more is known when it fits."""


class Match(Struct, frozen=True):
    """A sentence that was understood."""

    template: str
    values: tuple[str, ...]
    """By the number of their holes."""


class Grammar:
    """All templates, found quickly by the rarest of their words."""

    def __init__(self, templates: Iterable[str]) -> None:
        self.whole: dict[str, None] = {}
        """Those without holes."""
        with_holes: list[Template] = []
        for english in templates:
            if HOLE.search(english):
                with_holes.append(compiled(english))
            else:
                self.whole[english] = None
        common: dict[str, int] = {}
        for template in with_holes:
            for word in sorted(template.words):
                common[word] = common.get(word, 0) + 1
        self._wordless = [template for template in with_holes if not template.words]
        self._by_word: dict[str, list[Template]] = {}
        for template in with_holes:
            if template.words:
                rarest = min(sorted(template.words), key=lambda word: common[word])
                self._by_word.setdefault(rarest, []).append(template)

    def understood(self, sentence: str) -> Match | None:
        """The template it was made from, and what was in its holes. Of several that fit, the one that knows most."""
        if sentence in self.whole:
            return Match(sentence, ())
        if len(sentence) > SENTENCE_MAX:
            return None
        words = dict.fromkeys(WORD.findall(sentence))
        for template in sorted(self._candidates(words), key=lambda each: (each.weight, each.english), reverse=True):
            found = template.form.fullmatch(sentence)
            if found:
                return Match(template.english, found.groups())
        return None

    def _candidates(self, words: dict[str, None]) -> Iterator[Template]:
        yield from self._wordless
        for word in words:
            yield from (template for template in self._by_word.get(word, ()) if template.words <= words.keys())


def compiled(english: str) -> Template:
    """Read a template."""
    pieces = HOLE.split(english)
    holes = list(zip(map(int, pieces[1::3]), pieces[2::3], pieces[3::3], strict=True))
    form = re.escape(pieces[0])
    known = 0
    for place, (number, table, behind) in enumerate(holes, 1):
        if number < known:
            form += f"(?P=h{number}){re.escape(behind)}"
        else:
            form += _hole(number, table, re.escape(behind), is_last=place == len(holes))
            known = number + 1
    bare = HOLE.sub("{}", english)
    terms = sum(table is not None for _number, table, _behind in holes)
    return Template(english, re.compile(form, re.DOTALL), frozenset(WORD.findall(bare)), (len(bare), terms))


def _hole(number: int, table: str | None, behind: str, *, is_last: bool) -> str:
    """A pattern for what stands in a hole, and the text behind it.

    Words end where that text begins for the first time. They are not looked at again if the rest does not fit (an
    atomic group): so a stranger's words, however they are made, cost no more than their length.
    """
    if table != "words":
        return f"(?P<h{number}>{_values_of(table)}){behind}"
    return f"(?P<h{number}>.*){behind}" if is_last else f"(?>(?P<h{number}>.*?){behind})"


def _values_of(table: str | None) -> str:
    match table:
        case None:
            return NAME
        case "place":
            return PLACE_CHARS
        case "accessory":
            return ACCESSORIES
        case "state":
            names = [name for machine in MACHINES for name in LABELS[machine]]
        case _:
            names = list(LABELS[_table(table)])
    return "|".join(re.escape(name) for name in sorted(dict.fromkeys(names), key=lambda name: (-len(name), name)))


def _table(name: str) -> Table:
    return next(table for table in LABELS if table == name)


# ── in one language ─────────────────────────────────────────────────────────────────────────────


class Sentences:
    """Says the floor's sentences to one reader."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.missed = 0
        """Sentences that were not understood since this process began."""
        self.not_understood: deque[str] = deque(maxlen=KEPT_MAX)
        """The latest of them, for a look."""

    def say(self, english: str) -> str:
        """The whole sentence, or a reason of one word; English as it came if it is not one of the floor's."""
        said = _said(self.language, english, 0)
        if said is None and " " in english:  # else it is a name or a number, and means the same everywhere
            self.missed += 1
            self.not_understood.append(english)
        return english if said is None else said

    def knows(self, english: str) -> bool:
        """Whether the floor says this; nothing is counted."""
        return _said(self.language, english, 0) is not None


@cache
def sentences_in(language: Language) -> Sentences:
    """One for all readers of a language."""
    return Sentences(language)


@cache
def grammar() -> Grammar:
    """The committed templates."""
    return Grammar(str(message.id) for message in catalogue(TRANSLATED[0], "floor") if message.id)


@lru_cache(maxsize=REMEMBERED_MAX)
def _said(language: Language, english: str, depth: int) -> str | None:
    if english in LABELS["reason"]:
        return label(language, "reason", english)
    match = grammar().understood(english)
    if match is None:
        return _with_note(language, english, depth)
    template = translations(language, "floor").gettext(match.template)
    said = HOLE.sub(lambda hole: _filled(language, match.values, int(hole[1]), hole[2], depth), template)
    return spaced(said) if language in TRANSLATED else said


def _with_note(language: Language, english: str, depth: int) -> str | None:
    """A robot's word, with its own description behind it: ``NO_ROUTE_TO_TARGET (the lane is shut)``."""
    found = NOTED.fullmatch(english)
    if found is None or found[1] not in LABELS["reason"]:
        return None
    return f"{label(language, 'reason', found[1])} ({_said(language, found[2], depth + 1) or found[2]})"


def _filled(language: Language, values: tuple[str, ...], number: int, table: str | None, depth: int) -> str:
    value = values[number]
    match table:
        case None | "words":
            inner = _said(language, value, depth + 1) if depth < DEPTH_MAX else None
            return value if inner is None else inner
        case "place":
            return place_in_words(language, value)
        case "accessory":
            return COMMA[language].join(label(language, "accessory", each) for each in value.split(LISTED))
        case "state":
            return label(language, _machine_of(values[0], value), value)
        case _:
            return label(language, _table(table), value)


def _machine_of(thing: str, state: str) -> Table:
    """Whose state it is: ids begin with a letter of their own, except those that the layout gives."""
    known = MACHINE_OF.get(thing[:1]) if thing[1:].isdigit() else None
    if known is not None and state in LABELS[known]:
        return known
    return next(machine for machine in MACHINES if state in LABELS[machine])


def place_in_words(language: Language, place: str) -> str:
    """``BIN:c1.17``, ``DESK:d3``, ``desk/d3``, ``customer``: where a unit or a phone is."""
    found = PLACE.fullmatch(place)
    if found is None:
        return place
    kind, name = found.groups("")
    table: Table = "stock_place" if kind in LABELS["stock_place"] else "place"
    if kind not in LABELS[table]:
        return place
    nameless = f"{kind}:"
    words = label(language, table, nameless if not name and nameless in LABELS[table] else kind)
    return spaced(words.replace("{name}", name).strip())


def spaced(text: str) -> str:
    """With a space between Chinese and what is not, as it is set in print."""
    return BETWEEN_SCRIPTS.sub(" ", text)

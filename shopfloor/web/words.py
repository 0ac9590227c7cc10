"""How pages say words, money and times in the reader's language.

English is the source: a page's own words stand in its template or script as ``_("Call {number} again", number=…)``, and
placeholders are named in braces. Times are the shop's own, not the browser's; money is fen in, yuan out.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Final, TypeAlias

from babel.core import Locale
from babel.dates import format_datetime
from babel.messages.catalog import Message
from babel.numbers import format_currency, format_decimal

from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Instant
from shopfloor.contract.kinds import Language
from shopfloor.web.catalogues import LOCALES, TRANSLATED, catalogue, translations
from shopfloor.web.labels import label, labels_of
from shopfloor.web.people import with_names
from shopfloor.web.sentences import Sentences, place_in_words, sentences_in
from shopfloor.web.terms import Table
from shopfloor.web.terms.next_steps import SAYS_MORE

NAMES: Final[dict[Language, str]] = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
"""Each language by its own name, in the order in which a choice shows them."""

MONEY: Final = "¥#,##0.00"
"""The same in each language; left to itself, Babel writes CN¥ for readers in Taiwan and ¥ for those in Beijing."""
CLOCK: Final = "HH:mm"
DAYS: Final[dict[Language, str]] = {"en": "d MMM y", "zh-Hans": "y年M月d日", "zh-Hant": "y年M月d日"}
WEEKDAYS: Final[dict[Language, str]] = {"en": "EEE d MMM", "zh-Hans": "M月d日 EEE", "zh-Hant": "M月d日 EEE"}
FEN_A_YUAN: Final = 100
NOBODY: Final[Mapping[str, str]] = {}

Value: TypeAlias = str | int | float
ForTemplates: TypeAlias = dict[str, object]


# ── its words ───────────────────────────────────────────────────────────────────────────────────


class Words:
    """How one reader is spoken to. Cheap to make: the catalogues are read once and shared."""

    def __init__(self, language: Language, utc_offset_min: int, people: Mapping[str, str] = NOBODY) -> None:
        """``people``: badge → name, of those whom the floor's sentences may name."""
        self.language: Language = language
        """For ``<html lang>``, too."""
        self._locale = Locale.parse(LOCALES[language])
        self.offset_min = utc_offset_min
        """The shop's clock, minutes east of Greenwich: ``offset_min`` of the page's data."""
        self._zone = timezone(timedelta(minutes=utc_offset_min))
        self._pages = translations(language, "pages")
        self._sentences = sentences_in(language)
        self._people = people

    # ── sentences of the pages ──

    def gettext(self, english: str, **values: Value) -> str:
        """A page's own sentence, with its ``{placeholders}`` filled. Not escaped: templates do that."""
        return _filled(self._pages.gettext(english), values)

    def ngettext(self, one: str, many: str, n: int, **values: Value) -> str:
        """The same where the words depend on a number, which is ``{n}``."""
        return _filled(self._pages.ngettext(one, many, n), {"n": self.number(n), **values})

    # ── sentences of the floor, and its terms ──

    @property
    def sentences(self) -> Sentences:
        """The floor's own sentences."""
        return self._sentences

    def say(self, english: str) -> str:
        """A refusal's or an alarm's sentence, or a reason inside a fact."""
        return with_names(self._sentences.say(english), self._people)

    def refusal(self, code: str, reason: str) -> str:
        """Why not, and what to do next."""
        told = (self.say(reason), self.next_step(code, reason))
        return (" " if self.language == "en" else "").join(filter(None, told))

    def label(self, table: Table, name: str) -> str:
        """A state or a kind of thing in the shop's words; an unknown one is shown as it is."""
        return label(self.language, table, name)

    def place(self, place: str) -> str:
        """Where a phone or a unit is: ``desk/d4``, ``BIN:c1.17``."""
        return place_in_words(self.language, place)

    def next_step(self, code: str, reason: str) -> str:
        """What to do after this refusal (its reason in English); empty where the reason says so itself."""
        return "" if SAYS_MORE.search(reason) else labels_of(self.language, "next_step").get(code, "")

    # ── money, numbers, times ──

    def money(self, fen: int) -> str:
        """¥1,234.50"""
        return format_currency(fen / FEN_A_YUAN, "CNY", MONEY, locale=self._locale, currency_digits=False)

    def number(self, number: float) -> str:
        """1,234"""
        return format_decimal(number, locale=self._locale)

    def clock(self, at: Instant) -> str:
        """14:03, by the shop's clock."""
        return self._written(at, CLOCK)

    def day(self, at: Instant) -> str:
        """22 Nov 2026, 2026年11月22日"""
        return self._written(at, DAYS[self.language])

    def weekday(self, at: Instant) -> str:
        """Sun 22 Nov, 11月22日 周日"""
        return self._written(at, WEEKDAYS[self.language])

    def span(self, ms: int) -> str:
        """How long: 40 s, 12 min, 1 h 5 min; rounded down, never below nothing."""
        if ms < MINUTE:
            return self.gettext("{n} s", n=max(ms, 0) // SECOND)
        if ms < HOUR:
            return self.gettext("{n} min", n=ms // MINUTE)
        return self.gettext("{h} h {min} min", h=ms // HOUR, min=ms % HOUR // MINUTE)

    def _written(self, at: Instant, pattern: str) -> str:
        moment = datetime.fromtimestamp(at / SECOND, self._zone)
        return format_datetime(moment, pattern, locale=self._locale)

    # ── for pages ──

    def for_templates(self) -> ForTemplates:
        """What a template says things with: ``render(**words.for_templates(), …)``; import macros ``with context``."""
        return {
            "_": self.gettext,
            "ngettext": self.ngettext,
            "label": self.label,
            "place": self.place,
            "say": self.say,
            "next_step": self.next_step,
            "money": self.money,
            "number": self.number,
            "clock": self.clock,
            "day": self.day,
            "weekday": self.weekday,
            "span": self.span,
            "language": self.language,
            "languages": tuple(NAMES.items()),
        }

    def for_scripts(self, modules: tuple[str, ...]) -> dict[str, str]:
        """``words`` of the page's data: English → translation of all that these scripts say."""
        return client_words(self.language, modules)

    def labels_for(self, tables: Iterable[Table]) -> dict[str, dict[str, str]]:
        """``labels`` of the page's data: the shop's terms that this page's script shows."""
        return {table: labels_of(self.language, table) for table in tables}


@cache
def client_words(language: Language, modules: tuple[str, ...]) -> dict[str, str]:
    """Nothing for English itself. A plural stands under its singular. Shared: do not change it."""
    if language not in TRANSLATED:
        return {}
    said = (message for message in catalogue(language, "pages") if message.id and _is_said_by(modules, message))
    return {_one(message.id): _one(message.string) for message in said if message.string}


def _is_said_by(modules: tuple[str, ...], message: Message) -> bool:
    return any(file.rpartition("/")[2] in modules for file, _line in message.locations)


def _one(text: str | list[str] | tuple[str, ...]) -> str:
    """Chinese has one form for all numbers."""
    return text if isinstance(text, str) else text[0]


def _filled(text: str, values: dict[str, Value]) -> str:
    return text.format(**values) if values else text

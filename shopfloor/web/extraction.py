"""``python -m shopfloor.web.extraction``: are the catalogues whole? With ``--write`` they are brought up to date.

Three domains are gathered anew from the source: what pages, scripts and templates say (Babel's extractors), what the
floor can say (``said.py``), and the shop's terms (``terms.py``). What is not said any more goes, what is new is added
without a translation, and the rest keeps the one it has. Files carry no dates and no line numbers, so that a change of
words is all that a diff shows.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from shopfloor.contract.kinds import Language
from shopfloor.service.views import customer_words, story_words
from shopfloor.web.catalogues import DOMAINS, LOCALES, TRANSLATED, Domain, catalogue_file
from shopfloor.web.said import ROOT, everything_said
from shopfloor.web.terms import LABELS

HERE: Final = Path(__file__).parent
WIDTH: Final = 120
HEADER: Final = (
    'msgid ""\nmsgstr ""\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Language: {locale}\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
"""Chinese has one form for all numbers."""

GETTEXT: Final[dict[str, tuple[int, ...] | None]] = {"_": None, "gettext": None, "ngettext": (1, 2)}
SCRIPTS: Final[dict[str, tuple[int, ...] | None]] = {"t": None, "tn": (1, 2)}

STALE: Final = "not what the source says: run python -m shopfloor.web.extraction --write"
OPTIONS: Final[dict[str, dict[str, str]]] = {"javascript": {"parse_template_string": "yes"}}
"""What stands in the ``${…}`` of a template string is said, too."""

PLACEHOLDER: Final = re.compile(r"\{[\w:]+\}")

# ── what is said ────────────────────────────────────────────────────────────────────────────────


def _pages() -> Catalog:
    said = Catalog()
    ways = (
        ("**.py", "python", GETTEXT),
        ("templates/**.html", "jinja2", GETTEXT),
        ("static/**.js", "javascript", SCRIPTS),
    )
    for files, method, keywords in ways:
        found = extract_from_dir(HERE, [(files, method)], {files: OPTIONS.get(method, {})}, keywords=keywords)
        for file, _line, text, comments, _context in found:
            said.add(text, locations=[(_named(HERE / file), 0)], auto_comments=comments)
    for name, sentences in (("story_words", story_words.MSGIDS), ("customer_words", customer_words.MSGIDS)):
        for sentence in sentences:
            said.add(sentence, locations=[(f"shopfloor/service/views/{name}.py", 0)])
    return said


def _floor() -> Catalog:
    said = Catalog()
    for template, holes, file in everything_said():
        comments = [", ".join(f"{{{number}}} = {hole}" for number, hole in enumerate(holes))] if holes else []
        known = said.get(template)
        said.add(template, locations=[(file, 0)], auto_comments=[] if known else comments)
    return said


def _labels() -> Catalog:
    said = Catalog()
    for table, names in LABELS.items():
        for name, english in names.items():
            said.add(english, context=table, locations=[("shopfloor/web/terms", 0)], auto_comments=[name])
    return said


GATHER: Final[dict[Domain, Callable[[], Catalog]]] = {"pages": _pages, "floor": _floor, "labels": _labels}


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# ── catalogues ──────────────────────────────────────────────────────────────────────────────────


def gathered(domain: Domain) -> Catalog:
    """Everything that is said now, without translations."""
    return GATHER[domain]()


def updated(text: bytes, said: Catalog, locale: str) -> bytes:
    """The file as it should be: everything that is said, with the translations that it has already."""
    known = _read(text, locale)
    wanted = Catalog(locale=locale)
    for message in sorted(said, key=_order):
        if message.id:
            before = known.get(message.id, message.context)
            wanted.add(
                message.id,
                string=before.string if before else None,
                context=message.context,
                locations=list(dict.fromkeys(message.locations)),
                auto_comments=message.auto_comments,
            )
    written = BytesIO()
    write_po(written, wanted, width=WIDTH, include_lineno=False, omit_header=True)
    return HEADER.format(locale=locale).encode() + written.getvalue().strip() + b"\n"


def flaws(text: bytes, said: Catalog, locale: str) -> list[str]:
    """What is wrong with a file: stale, not translated, or with other placeholders than the English."""
    found = [] if text == updated(text, said, locale) else [STALE]
    return [*found, *(flaw for message in _read(text, locale) if message.id for flaw in _flaws_of(message))]


def flaws_of(language: Language, domain: Domain) -> list[str]:
    """Of a committed file, each with the file's name."""
    file = catalogue_file(language, domain)
    return [f"{_named(file)}: {flaw}" for flaw in flaws(_bytes(file), gathered(domain), LOCALES[language])]


def _flaws_of(message: Message) -> Iterator[str]:
    english, strings = _texts(message.id), _texts(message.string or "")
    if not strings or not all(strings):
        yield f"not translated: {english[0]!r}"
        return
    wanted = {hole for text in english for hole in PLACEHOLDER.findall(text)}
    for text in strings:
        if wanted != set(PLACEHOLDER.findall(text)):
            yield f"other placeholders than {english[0]!r}: {text!r}"


def _texts(text: str | Sequence[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _bytes(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _read(text: bytes, locale: str) -> Catalog:
    return read_po(BytesIO(text), locale=locale)


def _order(message: Message) -> tuple[str, str, str]:
    file = min((file for file, _line in message.locations), default="")
    return file, message.context or "", _texts(message.id)[0]


# ── the command ─────────────────────────────────────────────────────────────────────────────────


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 if a catalogue is not whole."""
    parser = argparse.ArgumentParser(
        prog="python -m shopfloor.web.extraction", description="Looks after the catalogues."
    )
    parser.add_argument("--write", action="store_true", help="bring them up to date")
    options = parser.parse_args(arguments)
    every = [(language, domain) for domain in DOMAINS for language in TRANSLATED]
    if options.write:
        for language, domain in every:
            file = catalogue_file(language, domain)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(updated(_bytes(file), gathered(domain), LOCALES[language]))
    found = [flaw for language, domain in every for flaw in flaws_of(language, domain)]
    sys.stdout.writelines(f"{flaw}\n" for flaw in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

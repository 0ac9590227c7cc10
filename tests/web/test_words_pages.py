"""No English is left on a page that is read in Chinese: neither a sentence that nobody translated, nor one that no
catalogue can know because it is put together where it is said."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

import shopfloor.web
from shopfloor.contract.catalogue import Catalogue
from tests.web.house import House
from tests.web.openings import OPENINGS, Browsing

WEB = Path(shopfloor.web.__file__).parent
CHINESE = ("zh-Hans", "zh-Hant")
OWN_NAMES = frozenset(
    {
        *("IMEI", "PIN", "PAD", "QR", "SIM", "CA", "SHA", "JSON", "OpenAPI", "VPN", "USB", "Wi-Fi", "Bluetooth"),
        *("Android", "iPhone", "iPad", "Windows", "macOS", "Linux", "English", "ABCD"),
    }
)
"""Written like this in Chinese, too; English is what the choice of English is called."""
WORD = re.compile(r"(?<![\w./:#@=-])[A-Za-z][A-Za-z-]+(?![\w/:#@=-]|\.\w)")
"""Letters alone: what has digits, dots or slashes in it is an id, a part number, an address or a switch."""
SEEN = """() => {
  const seen = [document.title];
  const inEnglish = (element) => element.closest('[lang]').lang === 'en' || element.closest('code, script, style, pre');
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!inEnglish(element) && element.checkVisibility()) seen.push(texts.currentNode.data);
  }
  for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    if (!inEnglish(element) && element.checkVisibility())
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) seen.push(element.getAttribute(name) ?? '');
  return seen.map((text) => text.trim()).filter(Boolean);
}"""
"""Every text that is shown or read aloud, except what says of itself that it is English."""


@pytest.fixture(scope="module")
def link(house: House) -> str:
    """A customer's, who waits."""
    return house.link_of_new_ticket()


@pytest.fixture(scope="module")
def names(house: House) -> tuple[str, ...]:
    """Of the shop, its people and its phones; longest first."""
    file = Path(shopfloor.__file__).parent / "data" / "catalogue.json"
    models = Catalogue.from_text(file.read_text(encoding="utf-8")).models.values()
    layout = house.layout
    people = [person.name for person in layout.engineers.values()]
    people += [person.name for person in layout.parts_keepers.values()]
    people += [person.name for person in layout.managers.values()]
    known = {layout.store.name, *people, *(model.name for model in models)}
    return tuple(sorted(known, key=lambda name: (-len(name), name)))


def english_in(texts: list[str], names: tuple[str, ...]) -> list[str]:
    """Those of the texts in which English words stand."""
    return [text for text in dict.fromkeys(texts) if set(WORD.findall(without(names, text))) - OWN_NAMES]


def without(names: tuple[str, ...], text: str) -> str:
    for name in names:
        text = text.replace(name, " ")
    return text


@pytest.mark.parametrize("name", OPENINGS)
def test_no_page_shows_english_to_readers_of_chinese(
    browsing: Browsing, house: House, link: str, names: tuple[str, ...], name: str
) -> None:
    opening = OPENINGS[name]
    context = browsing(opening.width, opening.height)
    page = opening.open(context, house, link)
    for language in CHINESE:
        context.add_cookies([{"name": "language", "value": language, "url": house.address}])
        page.reload(wait_until="load")
        wait_until_drawn(page)
        assert english_in(page.evaluate(SEEN), names) == [], language


def wait_until_drawn(page: Page) -> None:
    page.wait_for_function(
        "() => !document.querySelector('script[type=module]') || document.querySelector('main button')"
        " || performance.getEntriesByName('usable').length > 0"
    )


def test_english_is_found_and_names_and_ids_are_not_taken_for_it() -> None:
    people = ("Zhao Min", "Aster M60")
    assert english_in(["32 台在线; 4 never heard of", "Back"], people) == ["32 台在线; 4 never heard of", "Back"]
    fine = ["您好，Zhao Min", "Aster M60 · LUM-P40", "desk/d4", "A002 · R9", "IMEI", "http://q2.localhost/set-up"]
    assert english_in([*fine, "以 --kiosk-printing 启动", "shop-ca.crt"], people) == []


# ── what no catalogue can know ──────────────────────────────────────────────────────────────────

SAID_BY_SCRIPT = re.compile(r"(?<![\w.$])tn?\(\s*(?!\s|\"|\))[^\n]{0,60}")
SAID_BY_TEMPLATE = re.compile(r"(?<![\w.])(?:_|ngettext)\(\s*(?!\s|['\"])[^\n]{0,60}")


def not_literal(folder: str, pattern: re.Pattern[str]) -> Iterator[str]:
    for file in sorted((WEB / folder).iterdir()):
        if file.suffix in (".js", ".html") and file.name != "words.js":
            code = re.sub(r"/\*.*?\*/|//[^\n]*|\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
            yield from (f"{file.name}: {said}" for said in pattern.findall(code))


def test_scripts_and_templates_say_only_what_stands_there_word_by_word() -> None:
    """A state or a kind is said with ``label()``; a sentence of the floor comes translated."""
    assert list(not_literal("static", SAID_BY_SCRIPT)) == []
    assert list(not_literal("templates", SAID_BY_TEMPLATE)) == []


@pytest.mark.parametrize("said", ["t(words)", "tn(one, many, n)", "t(`{n} desks`)", "t(\n  state)"])
def test_a_sentence_that_is_put_together_would_be_found(said: str) -> None:
    assert SAID_BY_SCRIPT.findall(said)


@pytest.mark.parametrize(
    "said", ['t("Back")', 'tn("{n} desk", "{n} desks", n)', 't(\n  "Back")', "at(place)", "set(t)"]
)
def test_a_sentence_that_stands_there_is_fine(said: str) -> None:
    assert not SAID_BY_SCRIPT.findall(said)

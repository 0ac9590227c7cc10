"""A page in the state it is in, as everybody will see it: in each language, by day and by night."""

from collections.abc import Callable
from typing import Final, Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

from shopfloor.contract.kinds import Language
from shopfloor.web.words import Words

LANGUAGES: Final[tuple[Language, ...]] = ("zh-Hans", "zh-Hant", "en")
OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
ALL: Final[dict[str, object]] = {"resultTypes": ["violations"]}
Schemes = dict[Literal["light", "dark"], dict[str, object]]
EVERY_RULE: Final[Schemes] = {"light": ALL, "dark": ALL}
ENOUGH: Final[Schemes] = {"light": ALL, "dark": {**ALL, "runOnly": list(OF_COLOURS)}}
"""By day every rule; by night, on the same page, those that colours decide."""
BUT_COLOURS: Final[Schemes] = {"light": {**ALL, "rules": {rule: {"enabled": False} for rule in OF_COLOURS}}}
"""Colours are the same in each language, and three quarters of the work: they are looked at in one."""

Say = Callable[[str], str]
"""An English sentence of a page in the language that it is read in."""


def look_closely(page: Page, state: str, schemes: Schemes = ENOUGH) -> None:
    """By these rules; whatever is on the screen stays as it is."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for scheme, rules in schemes.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = AxeResults(page.evaluate("(rules) => axe.run(rules)", rules))
        assert not found.response["violations"], f"{state}, {scheme}: {found.generate_report()}"
    width, needed = page.evaluate("() => [innerWidth, document.documentElement.scrollWidth]")
    assert needed <= width, f"{state} is {needed} px wide, where {width} px are"


def in_every_language(page: Page, state: str, open_: Callable[[Page, Say], object]) -> None:
    """The page loaded anew in each, and brought to this state again by ``open_``, which waits until it is seen. It ends
    in English."""
    for language in LANGUAGES:
        page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])
        page.reload()
        page.wait_for_function("() => performance.getEntriesByName('usable').length > 0")
        open_(page, Words(language, 0).gettext)
        assert page.locator("html").get_attribute("lang") == language
        look_closely(page, f"{state} in {language}", ENOUGH if language == LANGUAGES[-1] else BUT_COLOURS)

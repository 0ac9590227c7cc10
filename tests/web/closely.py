"""A page in the state it is in, as everybody will see it: in each language, by day and by night."""

from collections.abc import Callable
from typing import Final, Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

from shopfloor.contract.kinds import Language
from shopfloor.web.words import Words

LANGUAGES: Final[tuple[Language, ...]] = ("zh-Hans", "zh-Hant", "en")
SCHEMES: Final[dict[Literal["light", "dark"], str]] = {
    "light": "() => axe.run({ resultTypes: ['violations'] })",
    "dark": "() => axe.run({ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] })",
}
"""By day every rule; by night, on the same page, those that colours decide."""

Say = Callable[[str], str]
"""An English sentence of a page in the language that it is read in."""


def look_closely(page: Page, state: str) -> None:
    """By day and by night; whatever is on the screen stays as it is."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for scheme, run in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = AxeResults(page.evaluate(run))
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
        look_closely(page, f"{state} in {language}")

"""A PAD in a storm: loaded anew, closed and opened, open twice, its answers lost. Then a calm customer comes.

Whatever became of it, they can read, agree and sign, once. ``SHOPFLOOR_PAD_SEED`` gives the storm another course; the
moment at which a thing happens is the machine's, so the same seed is a similar storm and not the same one.
"""

import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Final

from playwright.sync_api import BrowserContext, Page, Route, expect
from playwright.sync_api import Error as BrowserError

from tests.web.at_the_desk import Visit
from tests.web.conftest import enrol
from tests.web.hall import looked_up
from tests.web.house import House
from tests.web.test_pad import KEPT, NAME, NOT_SENT, TABLET, agree, draw_name, read_it

SEED: Final = int(os.environ.get("SHOPFLOOR_PAD_SEED", "1"))
DESKS: Final = ("d1", "d2", "d3", "d4", "d5")
DEEDS: Final = 4
"""So many things happen to each PAD while a document is on it."""
PAUSES_MS: Final = (50, 200, 600)
TAP_MS: Final = 300
"""A tap that finds no button within this time was a tap on nothing."""
CALM_S: Final = 30.0
EVENTS: Final = re.compile("/events$")
PATIENCE_S: Final = 5.0
"""What a page gives up after six seconds was not answered in five."""
LOOKED_AT: Final = "() => document.dispatchEvent(new Event('visibilitychange'))"
"""A tab that is looked at again sends what it finds."""
A_PAGE_MS: Final = 1_100
SEALED: Final = ("SEALED", "DELIVERED")


def lose(route: Route) -> None:
    """The floor has it, and the page does not hear so."""
    with suppress(BrowserError):  # the page has gone meanwhile
        route.fetch()
        route.abort()


def cut(route: Route) -> None:
    with suppress(BrowserError):
        route.abort()


class Tablet:
    """One PAD and whoever sits before it; of its tabs the last one is in front."""

    def __init__(self, context: BrowserContext, visit: Visit, chance: Random) -> None:
        self.visit = visit
        self.request = ""
        self._context = context
        self._chance = chance
        self._tabs: list[Page] = []
        self._has_tapped = False
        self.story: list[str] = []
        enrol(context, visit.house, visit.pad)
        self.open_another()

    def __str__(self) -> str:
        return f"{self.request} on {self.visit.pad}: {', '.join(self.story)}"

    @property
    def page(self) -> Page:
        return self._tabs[-1]

    # ── the storm ───────────────────────────────────────────────────────────────────────────────

    def suffer(self) -> None:
        """Something happens."""
        weather = (
            self.load_anew,
            self.close_and_open,
            self.open_another,
            self.lose_answers,
            self.cut_off,
            self.clear_up,
        )
        people = (self.tap, self.tap, self.tap, self.draw_half, self.sign, self.wait, self.wait)
        deed = self._chance.choice((*weather, *people))
        self.story.append(deed.__name__)
        with suppress(BrowserError):
            deed()

    def load_anew(self) -> None:
        self.page.reload(wait_until=self._chance.choice(("commit", "load")))

    def close_and_open(self) -> None:
        old = self._tabs.pop()
        if self._chance.random() < 0.5:
            self.open_another()
            old.close()
        else:
            old.close()
            self.open_another()

    def open_another(self) -> None:
        self._tabs.append(self._context.new_page())
        self.page.goto("/pad", wait_until="commit")

    def lose_answers(self) -> None:
        self.clear_up()
        self._context.route(EVENTS, lose)

    def cut_off(self) -> None:
        self.clear_up()
        self._context.route(EVENTS, cut)

    def clear_up(self) -> None:
        self._context.unroute(EVENTS)

    def tap(self) -> None:
        self.page.locator("button.go").click(timeout=TAP_MS)

    def draw_half(self) -> None:
        self._draw(NAME[:3])

    def sign(self) -> None:
        self._draw(NAME)
        self.tap()

    def wait(self) -> None:
        self.page.wait_for_timeout(self._chance.choice(PAUSES_MS))

    def _draw(self, points: Sequence[tuple[float, float]]) -> None:
        box = self.page.locator("canvas.ink:visible").bounding_box(timeout=TAP_MS)
        assert box is not None
        for number, (x, y) in enumerate(points):
            self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
            if number == 0:
                self.page.mouse.down()
            self.page.wait_for_timeout(40)
        self.page.mouse.up()

    # ── the calm ────────────────────────────────────────────────────────────────────────────────

    def calm_down(self) -> None:
        self.clear_up()
        while len(self._tabs) > 1:
            self._tabs.pop(0).close()
        self._has_tapped = False
        self.story.append("calm")

    @property
    def is_sealed(self) -> bool:
        found = looked_up(self.visit.house, "SELECT state FROM document WHERE id = ?", self.request)
        return str(found[0][0]) in SEALED

    def go_on(self) -> None:
        """As somebody does who taps what there is to tap, and signs where they are asked to."""
        with suppress(BrowserError):
            button = self.page.locator("button.go:not([aria-disabled])")
            words = button.inner_text(timeout=TAP_MS)
            told = self.page.locator(".told").inner_text(timeout=TAP_MS)
            assert not (self._has_tapped and NOT_SENT.search(told)), str(self)
            self.story.append(f"{words} ({told})")
            if words == "Sign":
                self._draw(NAME)
            button.click(timeout=TAP_MS)
            self._has_tapped = True


def calm_after(storm: Sequence[Tablet]) -> None:
    """Every document gets its seal."""
    for tablet in storm:
        tablet.calm_down()
    until = time.monotonic() + CALM_S
    while waiting := [tablet for tablet in storm if not tablet.is_sealed]:
        assert time.monotonic() < until, "\n".join(map(str, waiting))
        for tablet in waiting:
            tablet.go_on()


def once(tablet: Tablet, *kinds: str) -> None:
    """The floor has taken each of these once, and the browser keeps none of it."""
    for kind in kinds:
        assert tablet.visit.count(kind, "request", tablet.request) == 1, f"{kind}: {tablet}"
    tablet.visit.house.await_(lambda: tablet.page.evaluate(KEPT, tablet.visit.pad) == [], f"an empty outbox: {tablet}")


def test_s6_s7_after_a_storm_a_calm_customer_agrees_and_signs_once(
    house: House, browsing: Callable[..., BrowserContext]
) -> None:
    storm = [Tablet(browsing(**TABLET), Visit(house, desk), Random(f"{SEED} {desk}")) for desk in DESKS]
    for take in (Visit.take_in, Visit.quote):
        for tablet in storm:
            tablet.request = take(tablet.visit)
        for _ in range(DEEDS):
            for tablet in storm:
                tablet.suffer()
        calm_after(storm)
        for tablet in storm:
            once(tablet, "ConsentGiven", "InkCaptured")


def test_s9_after_a_storm_a_report_is_read_once(house: House, browsing: Callable[..., BrowserContext]) -> None:
    visit = Visit(house, "d7")
    visit.sign(visit.take_in())
    visit.sign(visit.quote())
    tablet = Tablet(browsing(**TABLET), visit, Random(SEED))
    tablet.request = visit.mend()
    for _ in range(DEEDS):
        tablet.suffer()
    calm_after([tablet])
    once(tablet, "ReportViewed")


# ── what storms have shown ──────────────────────────────────────────────────────────────────────


def test_what_one_tab_says_and_another_sends_is_answered_in_the_first(
    house: House, device_page: Callable[..., Page]
) -> None:
    """Tabs of a PAD share one outbox. The customer stood before "One moment please" for six seconds, then read that
    nothing was sent."""
    visit = Visit(house, "d8")
    behind = device_page(visit.pad, "/pad", **TABLET)
    visit.take_in()
    page = behind.context.new_page()
    page.goto("/pad")
    read_it(page)
    page.wait_for_timeout(A_PAGE_MS)
    page.route(EVENTS, cut)
    page.get_by_role("button", name="I agree", exact=True).click()
    began = time.monotonic()
    while not page.locator(".signing").is_visible():
        assert time.monotonic() - began < PATIENCE_S, page.locator(".told").inner_text()
        behind.evaluate(LOOKED_AT)
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_visible(timeout=1_000)
    expect(page.locator(".told")).to_be_empty()


def test_what_the_floors_picture_shows_needs_no_answer(house: House, device_page: Callable[..., Page]) -> None:
    """The customer waited six seconds for each answer that was lost, and read then that nothing was sent."""
    visit = Visit(house, "d6")
    page = device_page(visit.pad, "/pad", **TABLET)
    page.route(EVENTS, lose)
    request = visit.take_in()
    agree(page)
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_visible(timeout=1_000)
    draw_name(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".sitting")).to_have_count(0)
    visit.document_is(request, *SEALED)
    assert visit.count("InkCaptured", "request", request) == 1


def test_a_page_that_fits_after_all_has_been_seen_to_its_end(device_page: Callable[..., Page]) -> None:
    """The type became smaller under a page that was to be scrolled: nothing was left to scroll, and no way on."""
    page = device_page("pad/pad-8", "/pad", **TABLET)
    seen = page.evaluate(
        """async () => {
            const { Pages } = await import(document.querySelector("link[href$='/pad_pages.js']").href);
            const drawn = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            const pages = new Pages("line\\n".repeat(100), () => {});
            pages.element.style.cssText = "height: 200px; overflow: auto; font-size: 20px; line-height: 1";
            document.body.append(pages.element);
            await drawn();
            const before = pages.isAtEnd;
            pages.element.firstElementChild.style.cssText = "font-size: 1px; line-height: 1; padding: 0";
            await drawn();
            return [before, pages.isAtEnd];
        }"""
    )
    assert seen == [False, True]

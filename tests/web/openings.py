"""How each page of the register is opened: by whom, at which device."""

from collections.abc import Callable

from msgspec import Struct
from playwright.sync_api import BrowserContext, Page

from tests.web.conftest import enrol, sign_in
from tests.web.house import House


class Opening(Struct, frozen=True):
    """``path`` may hold ``{link}``: a customer's."""

    path: str
    device: str = ""
    badge: str = ""
    width: int = 1280
    height: int = 800

    def open(self, context: BrowserContext, house: House, link: str = "") -> Page:
        """In a browser without cookies."""
        if self.device:
            enrol(context, house, self.device)
        if self.badge:
            sign_in(context, house, self.badge)
        page = context.new_page()
        page.goto(self.path.format(link=link))
        return page


OPENINGS: dict[str, Opening] = {
    "door": Opening("/", width=390, height=780),
    "setup": Opening("/set-up", width=390, height=780),
    "handheld": Opening("/handheld", device="handheld/h8", badge="e8", width=390, height=780),
    "board": Opening("/board", badge="m1", width=1440, height=900),
    "settings": Opening("/settings", badge="m1"),
    "kiosk": Opening("/kiosk", device="queue/q2", width=1080, height=1920),
    "calls": Opening("/calls", device="calls/cd2", width=1920, height=1080),
    "pad": Opening("/pad", device="pad/pad-8", width=1024, height=768),
    "pos": Opening("/pos", device="pos/pos-3"),
    "track": Opening("/track/{link}", width=390, height=780),
    "api": Opening("/api"),
}

Browsing = Callable[..., BrowserContext]

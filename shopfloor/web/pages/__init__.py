"""One file a page: what it shows live, who may open it. Its template and its script have its name."""

from typing import Final

from shopfloor.web.pages import board, calls, door, handheld, kiosk, pad, pos, settings, track
from shopfloor.web.pages.page import Page

PAGES: Final[dict[str, Page]] = {
    page.name: page
    for page in (
        board.PAGE,
        calls.PAGE,
        door.PAGE,
        door.SET_UP,
        handheld.PAGE,
        kiosk.PAGE,
        pad.PAGE,
        pos.PAGE,
        settings.PAGE,
        track.PAGE,
    )
}

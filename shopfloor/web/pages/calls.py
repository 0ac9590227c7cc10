"""The call display and its speaker: who is called to which desk, and who is next. Numbers and desks, never a name."""

from msgspec import Struct

from shopfloor.contract.commands import Announce, ShowCalls
from shopfloor.contract.kinds import Language
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page, own_device
from shopfloor.web.pages.tongues import SHOPS_OWN, all_tongues
from shopfloor.web.shop import Shop
from shopfloor.web.speech import SPOKEN, desk_sign
from shopfloor.web.words import Words


class Call(Struct, frozen=True):
    """A call that nobody has heard yet. ``id`` is the floor's: another recall has another one."""

    id: str
    ticket: str
    number: str
    desk: str
    calls: int
    language: Language


def _draw(shop: Shop, visitor: Visitor) -> Sections:
    """``calls`` and ``waiting`` are the floor's picture (None: not said yet). ``to_say`` is this speaker's own work, as
    far as the picture still has it: whoever has come, or gone, meanwhile is not called."""
    screen = shop.gateway.screen(visitor.device)
    shown = screen.pictures.get(ShowCalls.__name__)
    calls, waiting = (shown.calls, shown.waiting) if isinstance(shown, ShowCalls) else (None, None)
    called = {(row.number, row.desk, row.calls) for row in calls or () if row.state == "CALLED"}
    to_say = [
        Call(work.id, work.ticket, work.number, work.desk, work.calls, work.language)
        for work in screen.work
        if isinstance(work, Announce) and (work.number, work.desk, work.calls) in called
    ]
    return {"calls": calls, "waiting": waiting, "to_say": to_say}


def _data(shop: Shop, _visitor: Visitor, _words: Words) -> dict[str, object]:
    """``desks``: what stands on each; ``spoken``: the sentence of a call, for a browser that has a voice."""
    return {
        "shop": shop.layout.store.name,
        "own": SHOPS_OWN,
        "desks": {desk: desk_sign(desk) for desk in shop.layout.desks},
        "spoken": SPOKEN,
        "tongues": all_tongues("calls.js", shop.layout.store.utc_offset_min, ()),
    }


PAGE = Page("calls", "/calls", (Role.DEVICE,), "calls", _draw, own_device, _data)

"""``GET`` routes that the manager's pages look at: stories, the board as it is and as it was, settings and prices."""

import threading
from collections import OrderedDict
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from msgspec import Struct

from shopfloor.contract.actor import Instant
from shopfloor.contract.layout import Layout
from shopfloor.service.views.curves import Curves, curves_seen
from shopfloor.service.views.past import Day, Past, days_seen
from shopfloor.service.views.settings import PriceSeen, Settings, prices_seen, settings_seen
from shopfloor.web.access.guard import allowed
from shopfloor.web.access.visitor import Role
from shopfloor.web.answers import Refused, answer
from shopfloor.web.describing import answering
from shopfloor.web.pages.board import floor_sections
from shopfloor.web.reader import words_for
from shopfloor.web.shop import Shop
from shopfloor.web.stories import StoryShown, story_shown
from shopfloor.web.telling import Teller

PASTS_MAX: Final = 3
"""Days that somebody looks at just now; each is a database in memory."""

LOOKERS: Final = Depends(allowed(Role.MANAGER, Role.DISPLAY))
MANAGERS: Final = Depends(allowed(Role.MANAGER))
TimeOf = Annotated[int, Query(ge=0, lt=2**53)]
DateOf = Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
"""Empty: today."""
DayOf = Annotated[str, Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class BoardThen(Struct, frozen=True):
    """The board at a moment of the past: the sections that the live board has, but for what no record tells."""

    at: Instant
    view: dict[str, object]


class DayCurves(Struct, frozen=True):
    """A day that can be replayed, with its curves."""

    first: Instant
    last: Instant
    curves: Curves


class Pasts:
    """The days that are being replayed. Thread-safe: one look at a time."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Past] = OrderedDict()

    def sections(self, at: Instant) -> dict[str, object]:
        """The floor at that moment. Raises KeyError: nothing is recorded of that day."""
        date = self._shop.layout.date(at)
        with self._lock:
            past = self._day(date, at)
            floor = past.at(min(at, past.last))
        return floor_sections(self._shop.look(), self._shop.layout, floor)

    def bounds(self, date: str) -> tuple[Instant, Instant]:
        """When the day's first and last facts were. Raises KeyError."""
        with self._lock:
            past = self._day(date)
            return past.first, past.last

    def _day(self, date: str, until: Instant = 0) -> Past:
        """Today goes on: what is asked for beyond the facts that are known is looked up anew."""
        past = self._open.pop(date, None)
        if past is not None and past.last < until and self._last(date) > past.last:
            past.close()
            past = None
        if past is None:
            past = Past(self._shop.look(), self._shop.layout, date)
        if not past.last > self._shop.layout.midnight_of(date):
            past.close()
            raise KeyError(date)
        self._open[date] = past
        while len(self._open) > PASTS_MAX:
            self._open.popitem(last=False)[1].close()
        return past

    def _last(self, date: str) -> Instant:
        """Of the day's facts, as they are now."""
        return next((day.last for day in days_seen(self._shop.look(), self._shop.layout) if day.date == date), 0)


def add_board_routes(router: APIRouter, shop: Shop) -> None:
    """What the board looks at."""
    _add_stories(router, shop)
    _add_past(router, shop)
    _add_settings(router, shop)


def _add_stories(router: APIRouter, shop: Shop) -> None:
    responses = answering(StoryShown, 401, 403, 404)

    def shown(thing: str, request: Request) -> Response:
        found = story_shown(shop.look(), thing, Teller(words_for(request), shop.layout, shop.catalogue))
        if found is None:
            raise Refused(404, "not-found", f"There is no {thing} here.")
        return answer(found)

    @router.get("/tickets/{ticket}/story", summary="A visit's whole story", dependencies=[MANAGERS],
                responses=responses)  # fmt: skip
    def of_ticket(ticket: str, request: Request) -> Response:
        return shown(ticket, request)

    @router.get("/repairs/{repair}/story", summary="A repair's whole story", dependencies=[MANAGERS],
                responses=responses)  # fmt: skip
    def of_repair(repair: str, request: Request) -> Response:
        return shown(repair, request)

    @router.get("/parts/{parts_order}/story", summary="The story that a parts order is of", dependencies=[MANAGERS],
                responses=responses)  # fmt: skip
    def of_parts_order(parts_order: str, request: Request) -> Response:
        return shown(parts_order, request)


def _add_past(router: APIRouter, shop: Shop) -> None:
    pasts = Pasts(shop)

    @router.get("/board/days", summary="Days that can be replayed", dependencies=[LOOKERS],
                responses=answering(Day, 401, 403, many=True))  # fmt: skip
    def board_days() -> Response:
        return answer(days_seen(shop.look(), shop.layout))

    @router.get("/board/day", summary="A day's bounds and curves", dependencies=[LOOKERS],
                responses=answering(DayCurves, 400, 401, 403, 404))  # fmt: skip
    def board_day(date: DayOf) -> Response:
        check_date(shop.layout, date)
        try:
            first, last = pasts.bounds(date)
        except KeyError:
            raise _nothing(date) from None
        return answer(DayCurves(first, last, curves_seen(shop.look(), shop.layout, date)))

    @router.get("/board/at", summary="The board at a moment of the past", dependencies=[LOOKERS],
                responses=answering(BoardThen, 400, 401, 403, 404))  # fmt: skip
    def board_at(t: TimeOf) -> Response:
        try:
            return answer(BoardThen(t, pasts.sections(t)))
        except (KeyError, OverflowError):
            raise _nothing("that day") from None


def _nothing(date: str) -> Refused:
    return Refused(404, "not-found", f"Nothing is recorded of {date}. Choose another day.")


def _add_settings(router: APIRouter, shop: Shop) -> None:
    @router.get("/settings", summary="How the shop is set, for a date", dependencies=[MANAGERS],
                responses=answering(Settings, 400, 401, 403))  # fmt: skip
    def settings(date: DateOf = "") -> Response:
        check_date(shop.layout, date)
        return answer(settings_seen(shop.look(), shop.layout, date))

    @router.get("/prices", summary="What everything costs on a date", dependencies=[MANAGERS],
                responses=answering(PriceSeen, 400, 401, 403, many=True))  # fmt: skip
    def prices(date: DateOf = "") -> Response:
        check_date(shop.layout, date)
        return answer(prices_seen(shop.look(), shop.layout, shop.catalogue, date))


def check_date(layout: Layout, date: str) -> None:
    """Refuses what is on no calendar; empty is today."""
    try:
        if date:
            layout.midnight_of(date)
    except ValueError:
        raise Refused(400, "no-such-day", f"No calendar has a day {date}.") from None

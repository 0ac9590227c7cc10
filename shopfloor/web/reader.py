"""Which language a reader wants: what the link says, what was chosen before, what the browser asks for."""

import re
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from shopfloor.contract.kinds import Language
from shopfloor.web.catalogues import LOCALES
from shopfloor.web.people import names_of
from shopfloor.web.shop import Shop
from shopfloor.web.words import Words

DEFAULT: Final[Language] = "zh-Hans"
"""Of a browser that asks for nothing: the screens that a shop in China puts up itself, and tools."""
FOREIGN: Final[Language] = "en"
"""Of a browser that asks only for languages that we have not: its reader is a visitor."""
TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})
COOKIE: Final = "language"
COOKIE_S: Final = 365 * 24 * 3600
QUERY: Final = "lang"
RANGES_MAX: Final = 20
"""So many languages of a browser are looked at; a stranger may send more."""

_RANGE: Final = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


def chosen(link: str = "", cookie: str = "", accept: str = "") -> Language:
    """The link's ``?lang=`` first, then what was chosen before, then what the browser asks for, then the shop's."""
    return _exact(link) or _exact(cookie) or _accepted(accept)


def language_for(asked: HTTPConnection) -> Language:
    """Of a request or a WebSocket."""
    return chosen(
        asked.query_params.get(QUERY, ""), asked.cookies.get(COOKIE, ""), asked.headers.get("accept-language", "")
    )


def remember_choice(asked: HTTPConnection, response: Response) -> None:
    """Whoever has followed a link to another language stays with it. The cookie is a preference, and no secret."""
    language = _exact(asked.query_params.get(QUERY, ""))
    if language:
        secure = asked.url.scheme == "https"
        response.set_cookie(COOKIE, language, COOKIE_S, secure=secure, httponly=True, samesite="lax")


def _exact(tag: str) -> Language | None:
    return next((language for language in LOCALES if language.lower() == tag.lower()), None)


def _accepted(accept: str) -> Language:
    """RFC 9110, 12.5.4, for three languages: the range with the highest weight that one of ours fits."""
    wanted: list[tuple[float, str]] = []
    for part in accept.split(",", RANGES_MAX)[:RANGES_MAX]:
        found = _RANGE.fullmatch(part)
        if found and (weight := float(found[2] or 1)):
            wanted.append((-weight, found[1].lower()))
    for _weight, tag in sorted(wanted, key=lambda each: each[0]):  # stable: of equals, the first
        language = _fitting(tag)
        if language:
            return language
    return FOREIGN if wanted else DEFAULT


def _fitting(tag: str) -> Language | None:
    first, *rest = tag.split("-")
    if first == "*":
        return DEFAULT
    if first == "en":
        return "en"
    if first == "yue":
        return "zh-Hans" if "hans" in rest else "zh-Hant"
    if first != "zh":
        return None
    return "zh-Hant" if "hans" not in rest and not TRADITIONAL.isdisjoint(rest) else "zh-Hans"


def words_for(asked: HTTPConnection) -> Words:
    """How whoever asks this is spoken to; the application carries its shop as ``app.state.shop``."""
    shop: Shop = asked.app.state.shop
    return Words(language_for(asked), shop.layout.store.utc_offset_min, names_of(shop.layout))

"""What a request has to carry so that a door opens, as an OpenAPI document tells it."""

from typing import Final

from shopfloor.web.access.cookies import Cookies
from shopfloor.web.access.guard import CSRF_HEADER, LINK_SCHEME, Route
from shopfloor.web.access.origin import SAFE_METHODS
from shopfloor.web.access.visitor import Role

_PLAIN: Final = Cookies(tls=False)
_TLS: Final = Cookies(tls=True)

SCHEMES: Final[dict[str, object]] = {
    "device": {
        "type": "apiKey",
        "in": "cookie",
        "name": _PLAIN.device,
        "description": f"This browser is a device of the shop: set by POST /enrolment. Over TLS `{_TLS.device}`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": _PLAIN.session,
        "description": f"Somebody is signed in: set by POST /session. Over TLS `{_TLS.session}`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "`csrf` of GET /me, with every request that changes something and carries a cookie. Such a "
        "request also has an `Origin` header, which is the shop's own address.",
    },
    "link": {
        "type": "http",
        "scheme": LINK_SCHEME.strip(),
        "description": "`Authorization: Link TOKEN`, the token of a customer's own page `/track/TOKEN`. It needs no "
        "cookie, and wins over one.",
    },
}
_NEEDED: Final[dict[Role, tuple[str, ...]]] = {
    Role.ANONYMOUS: (),
    Role.DEVICE: ("device",),
    Role.DISPLAY: ("device",),
    Role.ENGINEER: ("device", "session"),
    Role.MANAGER: ("session",),
    Role.CUSTOMER: ("link",),
}


def needed_for(route: Route) -> list[dict[str, list[str]]]:
    """``security`` of this route: one line for each way to be let in."""
    ways = {_needed(role, is_safe=route.method in SAFE_METHODS): None for role in route.roles}
    return [{scheme: [] for scheme in way} for way in ways]


def _needed(role: Role, *, is_safe: bool) -> tuple[str, ...]:
    carried = _NEEDED[role]
    has_cookie = "device" in carried or "session" in carried
    return carried if is_safe or not has_cookie else (*carried, "csrf")

"""The two cookies: which device this browser is, and who is signed in at it."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from shopfloor.contract.actor import DAY, SECOND
from shopfloor.web.access.sessions import LASTING
from shopfloor.web.access.visitor import Role

DEVICE_LIVES: Final = 400 * DAY
"""Browsers keep none for longer; the book forgets a device that is not used much sooner."""


class Cookies:
    """Scripts cannot read them. Over TLS their names begin with ``__Host-``, so that no other host and no plain page
    can plant one (RFC 6265bis, section 4.1.3.2)."""

    def __init__(self, *, tls: bool) -> None:
        self._tls = tls
        prefix = "__Host-" if tls else ""
        self.device: Final = f"{prefix}device"
        self.session: Final = f"{prefix}session"

    def device_token(self, connection: HTTPConnection) -> str:
        return connection.cookies.get(self.device, "")

    def session_token(self, connection: HTTPConnection) -> str:
        return connection.cookies.get(self.session, "")

    def give_device(self, response: Response, token: str) -> None:
        """Lax: a kiosk's page also opens by a link in a message. It gives no right to change anything by itself."""
        response.set_cookie(
            self.device, token, DEVICE_LIVES // SECOND, path="/", secure=self._tls, httponly=True, samesite="lax"
        )

    def give_session(self, response: Response, token: str, role: Role) -> None:
        """Strict: whoever comes from another site is not signed in."""
        response.set_cookie(
            self.session,
            token,
            LASTING[role].absolute // SECOND,
            path="/",
            secure=self._tls,
            httponly=True,
            samesite="strict",
        )

    def take_session(self, response: Response) -> None:
        response.delete_cookie(self.session, path="/", secure=self._tls, httponly=True, samesite="strict")

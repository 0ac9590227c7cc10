"""The guard at the door: works out who a visitor is, and lets in whom a route names.

A route says who may use it with ``Depends(allowed(Role.…))``, or is ``@public``; ``undeclared`` finds those that say
nothing, and ``declared`` gives the whole table of routes and roles.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, ParamSpec, TypeVar

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import WebSocketException
from fastapi.routing import iter_route_contexts
from msgspec import Struct
from starlette.requests import HTTPConnection

from shopfloor.contract.actor import Instant
from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.cookies import Cookies
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.headers import SafeHeaders
from shopfloor.web.access.origin import changes_something, is_from_elsewhere, is_from_here
from shopfloor.web.access.pace import Pace, Pacer, address_of
from shopfloor.web.access.tokens import csrf_of, is_same
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.answers import Refused

__all__ = ["Guard", "Visitor", "allowed", "declared", "public", "undeclared"]

CSRF_HEADER: Final = "x-csrf-token"
LINK_SCHEME: Final = "link "
LINK_IN_PATH: Final = "token"
"""The name of the path parameter in ``/track/{token}``."""
POLICY_VIOLATION: Final = 1008
"""RFC 6455, section 7.4.1."""
PUBLIC_MARK: Final = "shopfloor_public"

P = ParamSpec("P")
R = TypeVar("R")


class Guard:
    """Knows visitors by their cookies or their link. Thread-safe."""

    def __init__(
        self, book: AccessBook, wall: Callable[[], Instant], *, tls: bool = False, pacer: Pacer | None = None
    ) -> None:
        self.book = book
        self.wall = wall
        self.pacer = pacer or Pacer()
        self.cookies = Cookies(tls=tls)

    def stand_at(self, app: FastAPI) -> None:
        """From now on this guard answers for the routes of this application, and its answers carry safe headers."""
        app.state.guard = self
        app.add_middleware(SafeHeaders)

    def visitor(self, connection: HTTPConnection, link: str = "") -> Visitor:
        """Who this is; looked up anew each time, so an open connection can be asked about again. Notes nothing.

        A link (given here, as ``Authorization: Link …``, or in the path) goes before cookies. One that does not work
        makes nobody of its bearer, whatever cookies there are. Raises Refused (429) for too many of those.
        """
        token = link or _link_in(connection)
        return self._customer(connection, token) if token else self._by_cookies(connection)[0]

    def is_still(self, connection: HTTPConnection, visitor: Visitor) -> bool:
        """Whether an open connection still has the visitor that it began with; to be asked every few seconds, so that
        who is revoked, replaced or signed out sees nothing more. Being shown something keeps nobody signed in."""
        if visitor.role is Role.CUSTOMER:
            return self.book.ticket_of(visitor.link, self.wall()) == visitor.ticket
        now_is, _ = self._by_cookies(connection)
        return (now_is.role, now_is.person, now_is.device) == (visitor.role, visitor.person, visitor.device)

    def admit(self, connection: HTTPConnection, roles: frozenset[Role]) -> Visitor:
        """The visitor, who may; their idle time begins anew. Raises Refused with what to do otherwise."""
        token = _link_in(connection)
        if token:
            visitor = self._customer(connection, token)
        else:
            visitor, is_unnoted = self._by_cookies(connection)
            if is_unnoted:
                with suppress(Denied):  # the book is busy: the next request notes it
                    self.book.note_seen(
                        self.cookies.device_token(connection), self.cookies.session_token(connection), self.wall()
                    )
        if changes_something(connection):
            _check_origin(connection, visitor)
        if visitor.role not in roles:
            raise _not_admitted(visitor, by_link=bool(token), was_device=bool(self.cookies.device_token(connection)))
        if changes_something(connection) and connection.scope["type"] == "http":
            _check_csrf(connection, visitor)
        return visitor

    def _by_cookies(self, connection: HTTPConnection) -> tuple[Visitor, bool]:
        device_token = self.cookies.device_token(connection)
        session_token = self.cookies.session_token(connection)
        if not device_token and not session_token:
            return Visitor(), False
        standing = self.book.who(device_token, session_token, self.wall())
        visitor = Visitor(
            role=standing.role,
            person=standing.person,
            name=standing.name,
            device=standing.device,
            boot=standing.boot,
            csrf=_csrf(standing.person, session_token, standing.device, device_token),
        )
        return visitor, standing.is_unnoted

    def _customer(self, connection: HTTPConnection, token: str) -> Visitor:
        address = address_of(connection)
        self.pacer.check(Pace.WRONG_LINKS, address)
        self.pacer.count(Pace.LINKS, address)
        ticket = self.book.ticket_of(token, self.wall())
        if ticket is None:
            self.pacer.count(Pace.WRONG_LINKS, address)
            return Visitor()
        return Visitor(role=Role.CUSTOMER, device=f"link/{ticket.lower()}", ticket=ticket, link=token)


def _link_in(connection: HTTPConnection) -> str:
    credentials = connection.headers.get("authorization", "")
    if credentials.lower().startswith(LINK_SCHEME):
        return credentials[len(LINK_SCHEME) :].strip()
    return str(connection.path_params.get(LINK_IN_PATH, ""))


def _csrf(person: str, session_token: str, device: str, device_token: str) -> str:
    if person:
        return csrf_of(session_token)
    return csrf_of(device_token) if device else ""


# ── why not ─────────────────────────────────────────────────────────────────────────────────────


def _check_origin(connection: HTTPConnection, visitor: Visitor) -> None:
    """A customer's own header is proof enough that no other site sends this, unless the browser says that one does."""
    is_foreign = is_from_elsewhere(connection) if visitor.role is Role.CUSTOMER else not is_from_here(connection)
    if is_foreign:
        raise Refused(403, "foreign-origin", "This was sent by another page than the shop's. Open the shop's own page.")


def _check_csrf(connection: HTTPConnection, visitor: Visitor) -> None:
    """Anonymous visitors have no rights that somebody could borrow; for them the origin is enough."""
    sent = connection.headers.get(CSRF_HEADER, "")
    if visitor.csrf and not is_same(sent, visitor.csrf):
        raise Refused(403, "csrf", "This page is from before the last sign-in. Load it again.")


def _not_admitted(visitor: Visitor, *, by_link: bool, was_device: bool) -> Refused:
    if visitor.role is not Role.ANONYMOUS:
        return Refused(403, "not-yours", "This is not yours to see or to do. Ask a manager if you need it.")
    if by_link:
        return Refused(401, "link-ended", "This link is wrong, or it has ended. Please ask at the desk.")
    if was_device:
        return Refused(401, "enrol", "This browser is not set up as a device any more. Ask a manager for a new code.")
    return Refused(401, "sign-in", "Sign in first.")


# ── what a route says ───────────────────────────────────────────────────────────────────────────


class Allowed:
    """A dependency: the visitor, if the route is for them."""

    def __init__(self, *roles: Role) -> None:
        self.roles: Final = frozenset(roles)

    def __call__(self, connection: HTTPConnection) -> Visitor:
        guard = connection.app.state.guard
        assert isinstance(guard, Guard), "a guard stands at the application's door"
        try:
            return guard.admit(connection, self.roles)
        except Refused as refused:
            if connection.scope["type"] == "websocket":
                raise WebSocketException(POLICY_VIOLATION, refused.reason) from None
            raise


def allowed(*roles: Role) -> Allowed:
    """For whom a route is: ``visitor: Visitor = Depends(allowed(Role.MANAGER))``; ``allowed(*Role)`` for everybody."""
    assert roles, "a route is for somebody"
    return Allowed(*roles)


def public(endpoint: Callable[P, R]) -> Callable[P, R]:
    """Marks a route that is the same for everybody, such as static files: nobody is asked who they are.

    It must change nothing, for it is not asked from where a request comes either.
    """
    endpoint.__dict__[PUBLIC_MARK] = True
    return endpoint


class Route(Struct, frozen=True, order=True):
    """One line of the table of routes: ``method`` is WS for a WebSocket; ``roles`` are in the order of ``Role``."""

    path: str
    method: str
    roles: tuple[Role, ...]


def declared(app: FastAPI) -> list[Route]:
    """Every route of the application with its roles; one that does not say has none."""
    return sorted(_routes(app))


def undeclared(app: FastAPI) -> list[str]:
    """Routes that do not say for whom they are. There must be none when the application starts."""
    return [f"{route.method} {route.path}" for route in declared(app) if not route.roles]


def _routes(app: FastAPI) -> Iterator[Route]:
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        guards = list(_guards(dependant)) if isinstance(dependant, Dependant) else []
        is_public = PUBLIC_MARK in getattr(context.endpoint, "__dict__", {})
        roles = tuple(role for role in Role if is_public or (guards and all(role in guard.roles for guard in guards)))
        for method in sorted(context.methods or {"WS"}):
            yield Route(context.path or "", method, roles)


def _guards(dependant: Dependant) -> Iterator[Allowed]:
    if isinstance(dependant.call, Allowed):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _guards(below)

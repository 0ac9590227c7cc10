"""Who is signed in, where, and for how long yet."""

import secrets
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam
from sqlmodel import Session, col, delete, or_, select, update

from shopfloor.contract.actor import HOUR, MINUTE, Device, Instant
from shopfloor.web.access.people import Person
from shopfloor.web.access.tables import SessionRow
from shopfloor.web.access.tokens import fingerprint, new_token
from shopfloor.web.access.visitor import Role

SESSIONS_MAX: Final = 5
"""Of one manager, in different browsers; a sixth ends the oldest. An engineer has one."""
SEEN_EVERY: Final = MINUTE
"""Not each request is written down."""
BADGE_IN_ID: Final = 23
"""A device's id has 32 signs."""


class Lasting(NamedTuple):
    """When a session ends: so long after the sign-in, and so long after the last request."""

    absolute: Instant
    idle: Instant


LASTING: Final = {
    Role.ENGINEER: Lasting(12 * HOUR, 2 * HOUR),
    Role.MANAGER: Lasting(8 * HOUR, 30 * MINUTE),
}
"""Assumed: an engineer's day with its breaks, at a handheld that hangs on a belt; a manager's shift, on a desk."""

_LONGEST: Final = max(lasting.absolute for lasting in LASTING.values())
_BY_TOKEN: Final = select(SessionRow.badge, SessionRow.device, SessionRow.opened_at, SessionRow.seen_at).where(
    col(SessionRow.token) == bindparam("token"), col(SessionRow.browser).in_((b"", bindparam("browser")))
)


class SignIn(NamedTuple):
    """A session that was begun; ``token`` is the fingerprint of its cookie's."""

    token: bytes
    badge: str
    device: Device
    opened_at: Instant
    seen_at: Instant


def begin_session(rows: Session, person: Person, handheld: Device, browser: bytes, now: Instant) -> tuple[str, Device]:
    """A token that nobody has seen before, and the device that this person speaks as."""
    if person.role is Role.ENGINEER:
        device = handheld
        end_sessions_of(rows, person.badge)
    else:
        device = f"board/{person.badge[:BADGE_IN_ID]}-{secrets.token_hex(4)}"
        _make_room(rows, person.badge)
    if browser:  # one browser, one person
        rows.exec(delete(SessionRow).where(col(SessionRow.browser) == browser))
    token = new_token()
    rows.add(
        SessionRow(
            token=fingerprint(token), badge=person.badge, device=device, browser=browser, opened_at=now, seen_at=now
        )
    )
    return token, device


def _make_room(rows: Session, badge: str) -> None:
    newest_first = select(SessionRow).where(col(SessionRow.badge) == badge).order_by(
        col(SessionRow.seen_at).desc(), col(SessionRow.token)
    )  # fmt: skip
    for row in rows.exec(newest_first.offset(SESSIONS_MAX - 1)).all():
        rows.delete(row)


def session_of(rows: Connection, token: str, browser: bytes) -> SignIn | None:
    """The session with this token, in the browser that it was opened in; ended ones are found too, see ``is_over``."""
    key = fingerprint(token)
    row = rows.execute(_BY_TOKEN, {"token": key, "browser": browser}).one_or_none()
    return None if row is None else SignIn(key, *row)


def note_session(rows: Connection, session: SignIn, now: Instant) -> None:
    """Its idle time begins anew."""
    rows.execute(update(SessionRow).where(col(SessionRow.token) == session.token).values(seen_at=now))


def is_over(row: SignIn, role: Role, now: Instant) -> bool:
    """Whether its time has run out."""
    lasting = LASTING[role]
    return now >= row.opened_at + lasting.absolute or now >= row.seen_at + lasting.idle


def end_session(rows: Session, token: str) -> None:
    rows.exec(delete(SessionRow).where(col(SessionRow.token) == fingerprint(token)))


def end_sessions_of(rows: Session, badge: str) -> int:
    """Tells how many there were."""
    return rows.exec(delete(SessionRow).where(col(SessionRow.badge) == badge)).rowcount


def end_sessions_in(rows: Session, browser: bytes) -> None:
    """That browser is no device any more."""
    rows.exec(delete(SessionRow).where(col(SessionRow.browser) == browser))


def sweep_sessions(rows: Session, now: Instant) -> None:
    longest_idle = max(lasting.idle for lasting in LASTING.values())
    over = or_(col(SessionRow.opened_at) <= now - _LONGEST, col(SessionRow.seen_at) <= now - longest_idle)
    rows.exec(delete(SessionRow).where(over))

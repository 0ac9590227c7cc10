"""Customers' links: whoever has one sees one visit.

A link lives as long as its visit: 14 days after the visit's last sign of life, so that a phone lying in wait of a part
keeps its link and a closed visit loses it; and 90 days at most, since links are forwarded, printed and photographed.
Opening it is no sign of life, or a stranger could keep it open. One that has ended looks like one that never was.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, bindparam
from sqlmodel import Session, col, delete, or_, select, update

from shopfloor.contract.actor import DAY, Instant
from shopfloor.web.access.tables import LinkRow
from shopfloor.web.access.tokens import fingerprint, new_link_token

AFTER_LAST_SIGN: Final = 14 * DAY
LIVES_MAX: Final = 90 * DAY
LINKS_MAX: Final = 20
"""Of one visit: printed again, sent again. Another one ends the oldest."""

_BY_TOKEN: Final = select(LinkRow.ticket, LinkRow.made_at, LinkRow.alive_at).where(
    col(LinkRow.token) == bindparam("token")
)


def make_link(rows: Session, ticket: str, now: Instant) -> str:
    """One more link to this visit. Returns its token."""
    oldest_last = select(LinkRow).where(col(LinkRow.ticket) == ticket).order_by(
        col(LinkRow.made_at).desc(), col(LinkRow.token)
    )  # fmt: skip
    for row in rows.exec(oldest_last.offset(LINKS_MAX - 1)).all():
        rows.delete(row)
    token = new_link_token()
    rows.add(LinkRow(token=fingerprint(token), ticket=ticket, made_at=now, alive_at=now))
    return token


def linked_ticket(rows: Connection, token: str, now: Instant) -> str | None:
    """The visit, or None: no such link, or no longer."""
    row = rows.execute(_BY_TOKEN, {"token": fingerprint(token)}).one_or_none()
    if row is None or now >= row.made_at + LIVES_MAX or now >= row.alive_at + AFTER_LAST_SIGN:
        return None
    return str(row.ticket)


def keep_alive(rows: Session, tickets: Iterable[str], now: Instant) -> None:
    """These visits go on. A link that has ended stays ended."""
    going_on = update(LinkRow).where(
        col(LinkRow.ticket).in_(tuple(tickets)),
        col(LinkRow.alive_at) > now - AFTER_LAST_SIGN,
        col(LinkRow.alive_at) < now,
    )
    rows.exec(going_on.values(alive_at=now))


def end_links(rows: Session, ticket: str) -> None:
    rows.exec(delete(LinkRow).where(col(LinkRow.ticket) == ticket))


def sweep_links(rows: Session, now: Instant) -> None:
    ended = or_(col(LinkRow.made_at) <= now - LIVES_MAX, col(LinkRow.alive_at) <= now - AFTER_LAST_SIGN)
    rows.exec(delete(LinkRow).where(ended))

"""Browsers that are devices: the code that makes one, the token it keeps, and the boot numbers it counts under."""

from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam
from sqlmodel import Session, col, delete, select, update

from shopfloor.contract.actor import DAY, HOUR, MINUTE, Device, Instant
from shopfloor.web.access.tables import BootRow, BrowserRow, CodeRow
from shopfloor.web.access.tokens import fingerprint, new_code, new_token, read_code

CODE_LIVES: Final = 15 * MINUTE
UNSEEN_MAX: Final = 60 * DAY
"""A browser that nobody opened for so long is no device any more: it lies in a drawer, or somewhere else."""
SEEN_EVERY: Final = HOUR
BOOTS_KEPT: Final = 30 * DAY
"""Boot numbers follow the clock, so an old one need not be known for the next to be greater."""

_BY_TOKEN: Final = select(BrowserRow.device, BrowserRow.token, BrowserRow.seen_at).where(
    col(BrowserRow.token) == bindparam("token")
)
_BOOT: Final = select(BootRow.boot).where(col(BootRow.device) == bindparam("device"))


class Browser(NamedTuple):
    """One that is a device; ``token`` is the fingerprint of its cookie's."""

    device: Device
    token: bytes
    seen_at: Instant


def make_code(rows: Session, device: Device, now: Instant) -> str:
    """A new code for this device; one that was made before no longer works."""
    code = new_code()
    rows.merge(CodeRow(device=device, code=fingerprint(code), expires_at=now + CODE_LIVES))
    return code


def take_code(rows: Session, typed: str, now: Instant) -> Device | None:
    """The device that this code makes, and the code is used up; None if there is no such code, or no longer."""
    code = rows.exec(select(CodeRow).where(col(CodeRow.code) == fingerprint(read_code(typed)))).one_or_none()
    if code is None:
        return None
    rows.delete(code)
    return code.device if now < code.expires_at else None


def seat(rows: Session, device: Device, now: Instant) -> str:
    """A new browser is this device from now on; nobody is it just now. Returns its token."""
    token = new_token()
    rows.add(BrowserRow(device=device, token=fingerprint(token), enrolled_at=now, seen_at=now))
    return token


def browser_of(rows: Connection, token: str, now: Instant) -> Browser | None:
    """The device that the browser with this token is."""
    row = rows.execute(_BY_TOKEN, {"token": fingerprint(token)}).one_or_none()
    return Browser(*row) if row is not None and now < row.seen_at + UNSEEN_MAX else None


def browser_at(rows: Session, device: Device) -> Browser | None:
    """The browser that is this device."""
    row = rows.get(BrowserRow, device)
    return None if row is None else Browser(row.device, row.token, row.seen_at)


def note_browser(rows: Connection, browser: Browser, now: Instant) -> None:
    """It was seen."""
    rows.execute(update(BrowserRow).where(col(BrowserRow.token) == browser.token).values(seen_at=now))


def unseat(rows: Session, browser: Browser) -> None:
    """It is no device any more, and its place is free for the next."""
    rows.exec(delete(BrowserRow).where(col(BrowserRow.token) == browser.token))


def forget_code(rows: Session, device: Device) -> None:
    """No code makes a browser this device."""
    rows.exec(delete(CodeRow).where(col(CodeRow.device) == device))


def next_boot(rows: Session, device: Device, now: Instant) -> int:
    """Greater than any before it, also when the clock was set back."""
    known = rows.get(BootRow, device)
    boot = max(now, known.boot + 1 if known is not None else 0)
    rows.merge(BootRow(device=device, boot=boot))
    return boot


def newest_boot(rows: Connection, device: Device) -> int:
    """0: it never had one."""
    return rows.execute(_BOOT, {"device": device}).scalar() or 0


def sweep_browsers(rows: Session, now: Instant, devices: tuple[Device, ...]) -> None:
    """What has run out goes; boot numbers of the layout's own devices stay."""
    rows.exec(delete(CodeRow).where(col(CodeRow.expires_at) <= now))
    rows.exec(delete(BrowserRow).where(col(BrowserRow.seen_at) <= now - UNSEEN_MAX))
    rows.exec(delete(BootRow).where(col(BootRow.boot) <= now - BOOTS_KEPT, col(BootRow.device).not_in(devices)))

"""The tables of the access book. Times are wall ms since 1970; secrets are only here as fingerprints."""

from typing import Final, cast

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


def _time() -> int:
    return cast("int", Field(sa_type=BigInteger))


class PinRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A person's PIN, as scrypt keeps it, with the cost that it was made at."""

    __tablename__ = "access_pin"

    badge: str = Field(primary_key=True)
    salt: bytes
    key: bytes
    n: int
    r: int
    p: int
    set_at: int = _time()


class TriesRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """Wrong PINs in a row, for one badge at one place."""

    __tablename__ = "access_tries"

    badge: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    wrong: int
    last_at: int = _time()


class CodeRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A code that makes a browser this device, once."""

    __tablename__ = "access_code"

    device: str = Field(primary_key=True)
    code: bytes = Field(unique=True)
    expires_at: int = _time()


class BrowserRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """The one browser that is this device."""

    __tablename__ = "access_browser"

    device: str = Field(primary_key=True)
    token: bytes = Field(unique=True)
    enrolled_at: int = _time()
    seen_at: int = _time()


class BootRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """The newest boot number given to a device."""

    __tablename__ = "access_boot"

    device: str = Field(primary_key=True)
    boot: int = _time()


class SessionRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """Somebody is signed in."""

    __tablename__ = "access_session"

    token: bytes = Field(primary_key=True)
    badge: str = Field(index=True)
    device: str
    """As what they speak."""
    browser: bytes
    """Fingerprint of the device token it was opened beside; empty in a browser that is no device."""
    opened_at: int = _time()
    seen_at: int = _time()


class LinkRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A customer's link to one visit."""

    __tablename__ = "access_link"

    token: bytes = Field(primary_key=True)
    ticket: str = Field(index=True)
    made_at: int = _time()
    alive_at: int = _time()


NAMES: Final = (
    "access_pin",
    "access_tries",
    "access_code",
    "access_browser",
    "access_boot",
    "access_session",
    "access_link",
)

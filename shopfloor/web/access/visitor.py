"""Who stands behind a request."""

from enum import StrEnum

from msgspec import Struct

from shopfloor.contract.actor import Device


class Role(StrEnum):
    """What somebody may do here hangs on this alone. Parts keepers are engineers: they, too, speak by a handheld."""

    ANONYMOUS = ""
    DEVICE = "device"
    """A browser that was set up with a code: kiosk, PAD, POS, call display, or a handheld that nobody holds."""
    DISPLAY = "display"
    """A board on the wall: it shows what a manager sees and may say nothing."""
    ENGINEER = "engineer"
    MANAGER = "manager"
    CUSTOMER = "customer"


class Visitor(Struct, frozen=True, kw_only=True):
    """One request's or one connection's sender, worked out once; whatever does not apply is empty."""

    role: Role = Role.ANONYMOUS
    person: str = ""
    """Badge."""
    name: str = ""
    device: Device = ""
    """As what this visitor's events reach the floor: ``handheld/h8``, ``board/m1-5f0c21d3``, ``link/t12``."""
    boot: int = 0
    """The newest boot number of this browser's device. 0 for a customer, whose link may be open in several browsers:
    each of them asks for a number of its own."""
    csrf: str = ""
    """To be sent back as ``X-CSRF-Token``. Empty where no cookie gives any right."""
    ticket: str = ""
    """The visit that a customer's link opens."""
    link: str = ""
    """The token of that link."""


class Me(Struct, frozen=True):
    """What a page is told about its reader."""

    role: Role
    person: str
    name: str
    device: Device
    boot: int
    csrf: str
    language: str


def me_of(visitor: Visitor, language: str) -> Me:
    return Me(visitor.role, visitor.person, visitor.name, visitor.device, visitor.boot, visitor.csrf, language)

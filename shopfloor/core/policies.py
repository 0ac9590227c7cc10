"""Choices, and the numbers a shop may set. A policy chooses among candidates and changes nothing."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Instant
from shopfloor.core.books import Ticket


class Policy(Struct, frozen=True, kw_only=True):
    """How this shop decides. All times in ms; every default is assumed and may be changed per shop."""

    calling: Literal["bonus", "first-come"] = "bonus"
    auto_call: bool = False
    """The floor calls the next ticket as soon as a desk is free, without an engineer's tap."""
    robots: Literal["insertion", "fifo_nearest", "nearest_job"] = "insertion"
    """Who carries what: tours of several totes, or one of the two simple ways that they are measured against."""
    pinned: dict[str, str] = {}
    """Station → the only robot that fetches there or brings there."""
    presence_lost_after: int = 10 * MINUTE
    tickets_open_max: int = 500
    robots_fail_over_after: int = 60 * SECOND
    """All robots unavailable for so long: parts are carried by hand (E8)."""
    service_days: tuple[str, ...] = ()
    """Dates of the shop's calendar (YYYY-MM-DD) on which labour is free."""
    wire_patience: int = 5 * SECOND
    """Ask a device again after so long without an answer. Waits for the wire, not for people or machines: a demo that
    runs the shop's clock faster makes it longer by the same factor."""
    asks_before_alarm: int = 3
    asks_slow_every: int = 60 * SECOND
    unit_count_of_bin_max: int = 200
    stock_for_repairs_a_day: int = 40
    """The first stock is laid in for so many (min and max of each SKU follow from it)."""
    prefetch: bool = True
    """Parts are ordered as soon as the quote is signed; off: when the engineer asks for them."""
    shelf_patience: int = 3 * HOUR
    """How long a parts order waits for a person to take its unit from the shelves, before it counts as backordered."""


# ── who is called next ──────────────────────────────────────────────────────────────────────────

BONUS_BOOKED = 15 * MINUTE
BONUS_LONG_WAIT = 15 * MINUTE
BONUS_CARE = 10 * MINUTE
LONG_WAIT = 30 * MINUTE

CallingRule: TypeAlias = Callable[[Ticket, Instant], tuple[Instant, int, str]]
"""Smaller is called first; the end is the ticket's own id (T9 before T10), so that no two are equal."""


def rank(ticket: Ticket, now: Instant) -> Instant:
    """Anchor less bonus. Bonuses do not add up, so nobody is overtaken by someone anchored 15 minutes later."""
    if ticket.bonus_off:
        return ticket.anchor
    bonus = 0
    if ticket.rework or ticket.accessibility:
        bonus = BONUS_CARE
    if ticket.booking or now - ticket.anchor > LONG_WAIT:
        bonus = BONUS_BOOKED if ticket.booking else BONUS_LONG_WAIT
    return ticket.anchor - bonus


def _with_bonus(ticket: Ticket, now: Instant) -> tuple[Instant, int, str]:
    return rank(ticket, now), len(ticket.id), ticket.id


def _first_come(ticket: Ticket, _now: Instant) -> tuple[Instant, int, str]:
    return ticket.anchor, len(ticket.id), ticket.id


CALLING_RULES: dict[str, CallingRule] = {"bonus": _with_bonus, "first-come": _first_come}


def count_of(thing_id: str) -> int:
    """The number in an id, for keys that end by it: T9 comes before T10."""
    return int(thing_id[1:])

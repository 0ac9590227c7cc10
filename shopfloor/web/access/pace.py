"""How often one may: whoever is faster waits. Counted in memory, by address, badge or device."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import HTTPConnection

from shopfloor.web.access.denied import Denied
from shopfloor.web.answers import Refused


class Pace(StrEnum):
    """What is counted."""

    WRONG_PIN = "wrong-pin"
    """By address: somebody tries one badge after the other."""
    WRONG_PIN_OF = "wrong-pin-of"
    """By badge: somebody tries it at one place after the other."""
    WRONG_CODE = "wrong-code"
    """By address."""
    EVENTS = "events"
    """By device."""
    LINKS = "links"
    """Requests with a customer's link, by address."""
    WRONG_LINKS = "wrong-links"
    """Of these, the ones whose link does not work."""


RATES: Final[Mapping[Pace, str]] = {
    Pace.WRONG_PIN: "20/minute",
    Pace.WRONG_PIN_OF: "10/minute",
    Pace.WRONG_CODE: "10/minute",
    Pace.EVENTS: "600/minute",  # a handheld that was away for hours empties its outbox in one go
    Pace.LINKS: "240/minute",
    Pace.WRONG_LINKS: "10/minute",
}
IPV6_NETWORK_BITS: Final = 64
"""One subscriber has at least so much of IPv6, so one address there is nobody."""


class Pacer:
    """Fixed windows: of all that the library offers, the one that forgets every counter when its window is over."""

    def __init__(self, rates: Mapping[Pace, str] = RATES) -> None:
        self._rates = {pace: parse(rate) for pace, rate in rates.items()}
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, pace: Pace, who: str) -> None:
        """One more. Raises Refused (429, with Retry-After) if that is too many."""
        if not self._limiter.hit(self._rates[pace], pace, who):
            self._refuse(pace, who)

    def check(self, pace: Pace, who: str) -> None:
        """Raises Refused if there were too many; counts nothing."""
        if not self._limiter.test(self._rates[pace], pace, who):
            self._refuse(pace, who)

    @contextmanager
    def counting_wrong(self, *tries: tuple[Pace, str], code: str) -> Iterator[None]:
        """Around something that somebody may get wrong only so often: what is Denied with this code is counted."""
        for pace, who in tries:
            self.check(pace, who)
        try:
            yield
        except Denied as denied:
            if denied.code == code:
                for pace, who in tries:
                    self._limiter.hit(self._rates[pace], pace, who)
            raise

    def _refuse(self, pace: Pace, who: str) -> None:
        opens_at = self._limiter.get_window_stats(self._rates[pace], pace, who).reset_time
        seconds = max(1, ceil(opens_at - time.time()))
        reason = f"Too many requests in a short time. Try again in {seconds} s."
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too-often", reason, headers={"Retry-After": str(seconds)})


def address_of(connection: HTTPConnection) -> str:
    """Who is counted: an IPv4 address, or an IPv6 network."""
    host = connection.client.host if connection.client is not None else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), IPV6_NETWORK_BITS), strict=False))
    return str(address)

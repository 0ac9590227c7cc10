"""The access book: every question and every change of access, each one transaction.

It lies beside the journal in a file of its own, because it is no part of the floor's truth: losing it costs a new code
for each device and a new PIN for each person, and nothing of any repair. Times are the wall's. Thread-safe; the pages
and the command line may have it open at once.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, func
from sqlmodel import Session, select

from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.contract.layout import Layout
from shopfloor.web.access import browsers, links, pins, sessions
from shopfloor.web.access.browsers import Browser
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.people import Person, badges, enrolled_devices, person_of
from shopfloor.web.access.sessions import SignIn
from shopfloor.web.access.storage import Storage
from shopfloor.web.access.tables import BrowserRow, LinkRow, PinRow, SessionRow
from shopfloor.web.access.tokens import fingerprint
from shopfloor.web.access.visitor import Role

SWEEP_EVERY: Final = 10 * MINUTE
ELSEWHERE: Final = "elsewhere"
"""Where somebody tries a PIN in a browser that is no device."""


class Standing(Struct, frozen=True, kw_only=True):
    """What a browser's two cookies are worth at this moment."""

    role: Role = Role.ANONYMOUS
    person: str = ""
    name: str = ""
    device: Device = ""
    boot: int = 0
    is_unnoted: bool = False
    """It is time to note that this browser, or this person, was seen: ``note_seen``."""


class Enrolled(Struct, frozen=True):
    """A browser has become a device. The token is told this once."""

    device: Device
    token: str
    boot: int


class SignedIn(Struct, frozen=True):
    """Somebody has signed in. The token is told this once."""

    person: Person
    device: Device
    token: str
    boot: int


class DeviceLine(Struct, frozen=True):
    """A device that a browser can be; ``enrolled_at`` and ``seen_at`` are 0 while none is."""

    device: Device
    enrolled_at: Instant
    seen_at: Instant


class PersonLine(Struct, frozen=True):
    """Somebody who may sign in, once they have a PIN."""

    person: Person
    has_pin: bool
    sessions: int


class AccessBook:
    """One shop's access book."""

    def __init__(self, path: Path, layout: Layout, cost: pins.Cost = pins.COST) -> None:
        """Opened, or made if there is none. Raises Newer, OSError."""
        self._storage = Storage(path)
        self.layout = layout
        self._cost = cost
        self._swept: Instant = 0
        self._devices = enrolled_devices(layout)

    def close(self) -> None:
        self._storage.close()

    @contextmanager
    def _changing(self, now: Instant) -> Iterator[Session]:
        with self._storage.writing() as rows:
            if abs(now - self._swept) >= SWEEP_EVERY:
                self._swept = now
                pins.sweep_tries(rows, now)
                browsers.sweep_browsers(rows, now, self._devices)
                sessions.sweep_sessions(rows, now)
                links.sweep_links(rows, now)
            yield rows

    # ── who ─────────────────────────────────────────────────────────────────────────────────────

    def who(self, device_token: str, session_token: str, now: Instant) -> Standing:
        """What these cookies are worth. Only looks."""
        with self._storage.looking() as rows:
            browser, session, person = self._both(rows, device_token, session_token, now)
            if session is not None and person is not None:
                return Standing(
                    role=person.role,
                    person=person.badge,
                    name=person.name,
                    device=session.device,
                    boot=browsers.newest_boot(rows, session.device),
                    is_unnoted=now >= session.seen_at + sessions.SEEN_EVERY,
                )
            if browser is None or browser.device not in self._devices:
                return Standing()
            return Standing(
                role=Role.DISPLAY if browser.device.startswith("board/") else Role.DEVICE,
                device=browser.device,
                boot=browsers.newest_boot(rows, browser.device),
                is_unnoted=now >= browser.seen_at + browsers.SEEN_EVERY,
            )

    def note_seen(self, device_token: str, session_token: str, now: Instant) -> None:
        """They are in use: their idle time begins anew."""
        with self._changing(now) as changing:
            rows = changing.connection()
            browser, session, _person = self._both(rows, device_token, session_token, now)
            if browser is not None:
                browsers.note_browser(rows, browser, now)
            if session is not None:
                sessions.note_session(rows, session, now)

    def _both(
        self, rows: Connection, device_token: str, session_token: str, now: Instant
    ) -> tuple[Browser | None, SignIn | None, Person | None]:
        """The browser that is a device, and the session that lasts, with its person."""
        browser = browsers.browser_of(rows, device_token, now) if device_token else None
        beside = b"" if browser is None else browser.token
        session = sessions.session_of(rows, session_token, beside) if session_token else None
        person = None if session is None else person_of(self.layout, session.badge)
        if session is None or person is None or sessions.is_over(session, person.role, now):
            return browser, None, None
        return browser, session, person

    # ── people ──────────────────────────────────────────────────────────────────────────────────

    def set_pin(self, badge: str, pin: str, now: Instant) -> None:
        """From now on this is the PIN; whoever was signed in with another one is signed out.

        Raises Denied: ``unknown-badge``, ``bad-pin``.
        """
        if person_of(self.layout, badge) is None:
            raise Denied("unknown-badge", f"Nobody here has the badge {badge!r}. The layout names: {self._badges()}.")
        flaw = pins.pin_flaw(pin)
        if flaw:
            raise Denied("bad-pin", flaw)
        kept = pins.kept(badge, pin, self._cost, now)
        with self._changing(now) as rows:
            rows.merge(kept)
            pins.forgive_everywhere(rows, badge)
            sessions.end_sessions_of(rows, badge)

    def is_manager(self, badge: str) -> bool:
        return badge in self.layout.managers

    def has_pin(self, badge: str) -> bool:
        with self._storage.reading() as rows:
            return rows.get(PinRow, badge) is not None

    def check(self, badge: str, pin: str, device: Device, now: Instant) -> Person:
        """Who this is, at this device (or in a browser that is none: ""). Takes as long for unknown badges.

        Raises Denied: ``wrong-pin`` with one and the same sentence for a wrong PIN, an unknown badge and somebody
        else's handheld; ``too-often`` after five in a row.
        """
        person = person_of(self.layout, badge)
        may_try = person is not None and person.signs_in_at(device)
        counter, place = pins.counted_as(badge, is_known=person is not None), device or ELSEWHERE
        with self._changing(now) as rows:
            tried = pins.count_try(rows, counter, place, now)
            stored = rows.get(PinRow, badge) if may_try else None
        if tried.wait:
            reason = f"Too many wrong PINs. Try again in {_minutes(tried.wait)}, or ask a manager."
            raise Denied("too-often", reason, tried.wait)
        if not pins.fits(stored, pin, self._cost):
            raise _wrong(tried.left)
        assert person is not None, "only a person has a PIN"
        with self._changing(now) as rows:
            pins.forgive(rows, counter, place)
        return person

    def sign_in(self, badge: str, pin: str, device_token: str, now: Instant, *, instead_of: str = "") -> SignedIn:
        """Somebody signs in, beside this device's cookie or in any browser (""); always with a new token.

        ``instead_of`` is the session cookie that the browser came with: it ends. Raises Denied as ``check`` does.
        """
        device = self.who(device_token, "", now).device
        person = self.check(badge, pin, device, now)
        beside = fingerprint(device_token) if device else b""
        with self._changing(now) as rows:
            if instead_of:
                sessions.end_session(rows, instead_of)
            token, speaks_as = sessions.begin_session(rows, person, device, beside, now)
            newest = browsers.newest_boot(rows.connection(), speaks_as)
            boot = newest or browsers.next_boot(rows, speaks_as, now)
        return SignedIn(person, speaks_as, token, boot)

    def sign_out(self, session_token: str, now: Instant) -> None:
        with self._changing(now) as rows:
            sessions.end_session(rows, session_token)

    def signed_in_at(self, device: Device) -> Instant:
        """When the session that speaks as this device began; 0: none does. Each of a manager's has its own device."""
        with self._storage.reading() as rows:
            return rows.exec(select(SessionRow.opened_at).where(SessionRow.device == device)).first() or 0

    def revoke_person(self, badge: str, now: Instant) -> bool:
        """Their PIN is gone and they are signed out everywhere. Tells whether there was anything to end."""
        with self._changing(now) as rows:
            ended = sessions.end_sessions_of(rows, badge)
            pin = rows.get(PinRow, badge)
            if pin is not None:
                rows.delete(pin)
            return bool(ended) or pin is not None

    # ── devices ─────────────────────────────────────────────────────────────────────────────────

    def new_code(self, device: Device, now: Instant, *, connected_under: int = 0) -> tuple[str, Instant]:
        """A code that makes one browser this device, and until when.

        ``connected_under`` is the boot of whoever is connected as this device just now; one that was never given to a
        browser is another program's. Raises Denied: ``unknown-device``, ``held-elsewhere``.
        """
        if device not in self._devices:
            known = ", ".join(self._devices)
            raise Denied("unknown-device", f"No browser can be {device!r}. This shop has: {known}.")
        with self._changing(now) as rows:
            if connected_under > browsers.newest_boot(rows.connection(), device):
                reason = f"Another program is connected as {device}. Stop that program first, then make the code."
                raise Denied("held-elsewhere", reason)
            return browsers.make_code(rows, device, now), now + browsers.CODE_LIVES

    def enrol(self, code: str, now: Instant, *, instead_of: str = "") -> Enrolled:
        """A browser becomes a device; the one that was it until now is not any more.

        ``instead_of`` is the device cookie that the browser came with: it is that device no more. Raises Denied:
        ``wrong-code``.
        """
        with self._changing(now) as rows:
            device = browsers.take_code(rows, code, now)
            if device is not None:
                _leave(rows, browsers.browser_at(rows, device))
                _leave(rows, browsers.browser_of(rows.connection(), instead_of, now))
                token = browsers.seat(rows, device, now)
                return Enrolled(device, token, browsers.next_boot(rows, device, now))
        life = _minutes(browsers.CODE_LIVES)
        raise Denied(
            "wrong-code", f"This code does not work. A code works once and for {life}: ask a manager for a new one."
        )

    def new_boot(self, device: Device, now: Instant) -> int:
        """A number to count under, greater than any before: the browser has forgotten where it was."""
        with self._changing(now) as rows:
            return browsers.next_boot(rows, device, now)

    def revoke_device(self, device: Device, now: Instant) -> bool:
        """No browser is this device any more, and nobody is signed in there. Tells whether one was."""
        with self._changing(now) as rows:
            browsers.forget_code(rows, device)
            return _leave(rows, browsers.browser_at(rows, device))

    # ── customers ───────────────────────────────────────────────────────────────────────────────

    def new_link(self, ticket: str, now: Instant) -> str:
        """A token that opens this visit, beside those that there are."""
        with self._changing(now) as rows:
            return links.make_link(rows, ticket, now)

    def ticket_of(self, token: str, now: Instant) -> str | None:
        """The visit, or None: wrong and expired look alike."""
        with self._storage.looking() as rows:
            return links.linked_ticket(rows, token, now)

    def keep_links(self, tickets: Iterable[str], now: Instant) -> None:
        """These visits go on, so their links do: to be told at least every few days of all that are open."""
        with self._changing(now) as rows:
            links.keep_alive(rows, tickets, now)

    def end_links(self, ticket: str, now: Instant) -> None:
        """All links to this visit end."""
        with self._changing(now) as rows:
            links.end_links(rows, ticket)

    # ── what there is ───────────────────────────────────────────────────────────────────────────

    def devices(self) -> list[DeviceLine]:
        with self._storage.reading() as rows:
            known = {row.device: row for row in rows.exec(select(BrowserRow))}
        return [
            DeviceLine(device, row.enrolled_at if row else 0, row.seen_at if row else 0)
            for device, row in ((device, known.get(device)) for device in self._devices)
        ]

    def people(self) -> list[PersonLine]:
        with self._storage.reading() as rows:
            with_pin = frozenset(rows.exec(select(PinRow.badge)))
            signed_in = [row.badge for row in rows.exec(select(SessionRow))]
        everybody = (person_of(self.layout, badge) for badge in badges(self.layout))
        return [
            PersonLine(person, person.badge in with_pin, signed_in.count(person.badge))
            for person in everybody
            if person is not None
        ]

    def links(self) -> int:
        """How many there are."""
        with self._storage.reading() as rows:
            return rows.exec(select(func.count()).select_from(LinkRow)).one()

    def _badges(self) -> str:
        return ", ".join(badges(self.layout))


def first_pins(book: AccessBook, who: Iterable[str], now: Instant) -> dict[str, str]:
    """PINs for those of these badges that have none yet: badge → PIN, to be told once, on paper or a screen."""
    made = {badge: pins.random_pin() for badge in who if not book.has_pin(badge)}
    for badge, pin in made.items():
        book.set_pin(badge, pin, now)
    return made


def _leave(rows: Session, browser: Browser | None) -> bool:
    """This browser is no device any more, and nobody is signed in at it. Tells whether there was one."""
    if browser is None:
        return False
    sessions.end_sessions_in(rows, browser.token)
    browsers.unseat(rows, browser)
    return True


def _wrong(tries_left: int) -> Denied:
    hint = "Engineers sign in at their own handheld; whoever has forgotten their PIN asks a manager for a new one."
    if tries_left:
        return Denied("wrong-pin", f"Badge and PIN do not fit here. {hint}")
    return Denied(
        "wrong-pin", f"Badge and PIN do not fit here, and there is no other try for {_minutes(pins.LOCK)}. {hint}"
    )


def _minutes(time: Instant) -> str:
    minutes = max(1, -(-time // MINUTE))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"

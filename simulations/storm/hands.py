"""What people's hands really do in the storm: which pages they have seen when they sign, and what they take and lay.

The floor hears of it only what is tapped. A unit is scanned when it is out of its bin; if the floor does not believe
the scan, it is laid back.
"""

import hashlib
import re
from typing import Final, TypeVar

from msgspec import Struct

from devices.cabinet_body import CabinetTruth
from devices.client import Message
from devices.handheld import HandheldScreen
from devices.link import Link, LinkScreen
from devices.pad import PadScreen
from devices.robot_body import ToteTouched
from devices.signing import PAGE_BREAK, DocumentScreen, FinishReading, Sign, SigningTouch
from shopfloor.contract.actor import SECOND, Device
from shopfloor.contract.events import ReturnLoaded, UnitAccepted, UnitBrought, UnitCollected, UnitStoredByHand
from simulations.people.attention import Bell
from simulations.people.hands import Touched, screen_of
from simulations.stage import Stage
from simulations.storm.shop import StormShop

S = TypeVar("S", bound=Struct)

PATIENCE: Final = 30 * SECOND
CARRY: Final = re.compile(r"Carry \S+ from (\S+) to the cabinet")


class SeenHands:
    """The hands of the storm, and somebody who watches them."""

    def __init__(self, shop: StormShop) -> None:
        self._shop = shop
        self._hands = shop.hands
        self.signed: Final[dict[str, dict[str, None]]] = {}
        """Request → hashes of all that was before somebody's eyes, page for page, when they signed or put it down."""
        self._pages: dict[tuple[Device, str], dict[int, str]] = {}
        self._fetched: dict[str, str] = {}
        """Unit → the bin or outlet out of which somebody has scanned it."""

    @property
    def stage(self) -> Stage:
        return self._hands.stage

    def screen(self, device: Device, kind: type[S]) -> S:
        return self._hands.screen(device, kind)

    def page(self, device: Device, repair: str) -> LinkScreen:
        return self._hands.page(device, repair)

    def messages(self, device: Device) -> tuple[Message, ...]:
        return self._hands.messages(device)

    def news(self, device: Device) -> Bell:
        return self._hands.news(device)

    def touch(self, device: Device, message: Touched) -> None:
        match message:
            case UnitCollected(unit=unit):
                self._fetch(device, unit)
            case UnitBrought(unit=unit) | UnitAccepted(unit=unit) | ReturnLoaded(unit=unit):
                self._take(unit)
            case UnitStoredByHand(unit=unit, bin=bin_):
                self._take(unit)
                self._lay(unit, bin_)
            case _ if isinstance(message, SigningTouch):
                self._look(device, message)
            case _:
                pass
        self._hands.touch(device, message)

    # ── papers ──────────────────────────────────────────────────────────────────────────────────

    def _look(self, device: Device, touch: SigningTouch) -> None:
        shown = self._document(device, touch.request)
        if shown is None:
            return
        pages = self._pages.setdefault((device, shown.request), {})
        pages[shown.page] = shown.lines
        if isinstance(touch, Sign | FinishReading) and len(pages) == shown.pages:
            text = PAGE_BREAK.join(pages[page] for page in sorted(pages))
            self.signed.setdefault(shown.request, {})[hashlib.sha256(text.encode()).hexdigest()] = None

    def _document(self, device: Device, request: str) -> DocumentScreen | None:
        client = self._shop.clients[device]
        if isinstance(client, Link):
            return client.screen_of(request).document
        return screen_of(client, PadScreen).document

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def _fetch(self, device: Device, unit: str) -> None:
        """Out of its place, and scanned; back into it if the scan is not believed within reason."""
        place = self._place(device, unit)
        if place.startswith(("OUTLET:", "TOTE:")):
            self._take_off(unit)
        if place.startswith(("BIN:", "OUTLET:")):
            self._fetched[unit] = place
            if self._take(unit):
                self.stage.after(PATIENCE, lambda: self._put_back(device, unit, place))

    def _put_back(self, device: Device, unit: str, place: str) -> None:
        kind, _, name = place.partition(":")
        if self.screen(device, HandheldScreen).work is None:  # it was off, and shows nothing yet
            self.stage.after(PATIENCE, lambda: self._put_back(device, unit, place))
        elif kind == "BIN" and self._place(device, unit) in ("", place):
            self._fetched[unit] = place
            self._lay(unit, name)

    def _place(self, device: Device, unit: str) -> str:
        """As this handheld shows it: on its list, or in what it has buzzed about."""
        screen = self.screen(device, HandheldScreen)
        rows = screen.work.parts if screen.work is not None else ()
        told = (found[1] for alert in screen.alerts if alert.about == unit and (found := CARRY.match(alert.words)))
        return next((row.place for row in rows if row.unit == unit), next(told, ""))

    def _take(self, unit: str) -> bool:
        """Out of the bin or outlet out of which it was scanned, if it still lies there."""
        kind, _, name = self._fetched.pop(unit, "").partition(":")
        truth = self._truth(name)
        if truth is None:
            return False
        units = truth.outlet if kind == "OUTLET" else truth.bins[name].units if name in truth.bins else []
        if unit not in units:
            return False
        units.remove(unit)
        return True

    def _take_off(self, unit: str) -> None:
        """Out of the tote of a robot that got it and did not say so, or that drives no more."""
        for device, body in self._shop.fittings.bodies.items():
            if body.take_off(unit):
                self._shop.robots[device].touch(ToteTouched())

    def _lay(self, unit: str, bin_: str) -> None:
        truth = self._truth(bin_)
        if truth is None or bin_ not in truth.bins:
            return
        really = truth.strange.pop(unit, unit)
        for place in (*(bin_.units for bin_ in truth.bins.values()), truth.outlet, truth.inlet, truth.vanished):
            if really in place:
                place.remove(really)
        truth.bins[bin_].units.append(really)

    def _truth(self, name: str) -> CabinetTruth | None:
        """Of the cabinet whose bin or outlet this is; None if it is another place, or has no machinery."""
        memory = self._shop.fittings.cabinets.get(f"cabinet/{name.rpartition('.')[0] or name}")
        return memory.truth if memory is not None else None

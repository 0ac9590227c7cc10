"""What people's hands really do in the storm: which pages they have seen when they sign, and what they take and lay.

The floor hears of it only what is tapped. A unit scanned out of a bin has left it when the person who fetched it goes on
with it; refused at the scan, it stays where it was.
"""

import hashlib
from typing import Final, TypeVar

from msgspec import Struct

from devices.cabinet_body import CabinetTruth
from devices.client import Message
from devices.handheld import HandheldScreen
from devices.link import Link, LinkScreen
from devices.pad import PadScreen
from devices.signing import PAGE_BREAK, DocumentScreen, Sign, SigningTouch
from shopfloor.contract.actor import Device
from shopfloor.contract.events import ReturnLoaded, UnitAccepted, UnitBrought, UnitCollected, UnitStoredByHand
from simulations.people.attention import Bell
from simulations.people.hands import Touched, screen_of
from simulations.stage import Stage
from simulations.storm.shop import StormShop

S = TypeVar("S", bound=Struct)


class SeenHands:
    """The hands of the storm, and somebody who watches them."""

    def __init__(self, shop: StormShop) -> None:
        self._shop = shop
        self._hands = shop.hands
        self.signed: Final[dict[str, dict[str, None]]] = {}
        """Request → hashes of all that was before somebody's eyes, page for page, when they drew their name."""
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
                self._fetched[unit] = self._place(device, unit)
            case UnitBrought(unit=unit) | UnitAccepted(unit=unit) | ReturnLoaded(unit=unit):
                self._carry_off(unit)
            case UnitStoredByHand(unit=unit, bin=bin_):
                self._carry_off(unit)
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
        if isinstance(touch, Sign) and len(pages) == shown.pages:
            text = PAGE_BREAK.join(pages[page] for page in sorted(pages))
            self.signed.setdefault(shown.request, {})[hashlib.sha256(text.encode()).hexdigest()] = None

    def _document(self, device: Device, request: str) -> DocumentScreen | None:
        client = self._shop.clients[device]
        if isinstance(client, Link):
            return client.screen_of(request).document
        return screen_of(client, PadScreen).document

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def _place(self, device: Device, unit: str) -> str:
        work = self.screen(device, HandheldScreen).work
        return next((row.place for row in work.parts if row.unit == unit), "") if work is not None else ""

    def _carry_off(self, unit: str) -> None:
        kind, _, name = self._fetched.pop(unit, "").partition(":")
        truth = self._truth(name)
        if truth is None:
            return
        if kind == "BIN" and name in truth.bins and unit in truth.bins[name].units:
            truth.bins[name].units.remove(unit)
        elif kind == "OUTLET" and unit in truth.outlet:
            truth.outlet.remove(unit)

    def _lay(self, unit: str, bin_: str) -> None:
        truth = self._truth(bin_)
        if truth is None or bin_ not in truth.bins:
            return
        for place in (*(bin_.units for bin_ in truth.bins.values()), truth.outlet, truth.inlet, truth.vanished):
            if unit in place:
                place.remove(unit)
        truth.bins[bin_].units.append(unit)

    def _truth(self, name: str) -> CabinetTruth | None:
        """Of the cabinet whose bin or outlet this is; None if it is another place, or has no machinery."""
        memory = self._shop.fittings.cabinets.get(f"cabinet/{name.rpartition('.')[0] or name}")
        return memory.truth if memory is not None else None

"""Colleagues and customers of a demo in which you have a desk, and what is different for them.

Colleagues leave those whom they do not know to you. Customers whom you call sit down at your desk; what they would do
on its PAD and terminal, you do for them, and they go when the call display shows their number there no more.
"""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from msgspec import structs

from devices.call_display import CallScreen
from shopfloor.contract.actor import DAY, Instant
from shopfloor.contract.commands import ShowWork
from shopfloor.contract.events import Event, NextRequested, TicketChosen
from shopfloor.contract.kinds import Line
from shopfloor.contract.layout import Engineer as EngineerRow
from simulations.demand import Visit
from simulations.live.shared_floor import SharedFloor
from simulations.people.crew import Cast
from simulations.people.customer import Customer
from simulations.people.engineer import Engineer, Hours
from simulations.people.person import Act


def cast_beside(floor: SharedFloor) -> Cast:
    """Everybody but you."""
    yours, layout = floor.yours, floor.layout
    return Cast(
        desks=[desk for desk in layout.desks if desk != yours.desk],
        engineers=[name for name in layout.engineers if name != yours.engineer],
        engineer=partial(Neighbour, floor),
        customer=partial(Passerby, floor),
    )


class Neighbour(Engineer):
    """An engineer at one of the other desks."""

    def __init__(
        self,
        floor: SharedFloor,
        row: EngineerRow,
        desk: str,
        chance: Random,
        hours: Sequence[Hours],
        lunch_at: Instant | None,
    ) -> None:
        super().__init__(floor, row, desk, chance, hours, lunch_at)
        self._floor = floor

    @property
    def shown(self) -> ShowWork:
        """Without those in the hall who have come for you."""
        sheet, known = super().shown, self._floor.tickets
        if all(row.ticket in known for row in sheet.waiting):
            return sheet
        return structs.replace(sheet, waiting=tuple(row for row in sheet.waiting if row.ticket in known))

    def do(self, event: Event, seen: Callable[[], bool]) -> Act[str]:
        """q6: they call the next by number, since the floor might choose one of yours for them."""
        if isinstance(event, NextRequested):
            mine = (row for row in self.shown.waiting if row.number[:1] in self.row.lines)
            event = next((TicketChosen(ticket=row.ticket) for row in mine), event)
        return (yield from super().do(event, seen))


class Passerby(Customer):
    """A customer, whom also you may call."""

    def __init__(self, floor: SharedFloor, visit: Visit) -> None:
        super().__init__(floor, visit)
        self._floor = floor

    def _take_number(self, line: Line) -> Act[bool]:
        taken = yield from super()._take_number(line)
        if taken:
            self._floor.tickets[self.guest.ticket] = None
        return taken

    def _called_to(self) -> str:
        """To your desk also while they are on their way and you have said that they sit there already."""
        return super()._called_to() or (self._floor.yours.desk if self._shown_with_you() else "")

    def _shown_with_you(self) -> bool:
        calls = self.hands.screen(self.world.device("calls"), CallScreen).calls
        return any((row.number, row.desk) == (self.number, self._floor.yours.desk) for row in calls)

    def _sit_at(self, desk: str) -> Act[None]:
        if desk != self._floor.yours.desk:
            yield from super()._sit_at(desk)
            return
        floor, guest = self._floor, self.guest
        guest.goodbye = guest.wants = guest.pay = ""
        floor.seat(guest, desk)
        floor.tell(f"{self.number} sits down at desk {desk}: {self._wish()}")
        display = floor.device("calls")
        yield from self.look(lambda: not self._shown_with_you() or floor.closed, DAY, display, floor.shout)
        floor.stand_up(guest)
        floor.tell(f"{self.number} leaves desk {desk}")

    def _wish(self) -> str:
        """In their own words."""
        visit, catalogue = self.visit, self.world.catalogue
        if visit.purpose != "repair":
            return f"a question ({visit.purpose})"
        if self.number.startswith("D"):
            return f"comes for the phone of {self.guest.repair}"
        model = catalogue.models[visit.model]
        return f"{model.name} ({visit.model}), IMEI {visit.imei}: {catalogue.faults[visit.fault].en} ({visit.fault})"

"""A shop in which you have a desk: what its people see of you, and how they wait for you.

They know you as they know each other: from the screens of the shop, and from what is to be seen across the hall. Here
the records stand for their eyes.
"""

from collections.abc import Callable
from typing import Final

import simpy
from msgspec import structs

from devices.pos import PresentCard
from shopfloor.contract.actor import HOUR, MINUTE, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from simulations.demand import Drawn
from simulations.live.desk_records import DeskRecords, Seen
from simulations.live.your_desk import YourDesk
from simulations.people.hands import Hands
from simulations.people.person import Act
from simulations.people.world import Bench, Guest, World
from simulations.scenarios.scenario import Scenario
from simulations.streams import Streams

YOUR_TURN: Final = 4 * MINUTE
"""So long a customer is left to you whom you are the next to call; then it is a colleague's turn."""
CHECK_AFTER: Final = 2 * MINUTE
"""So long you may check a phone of yours yourself before a colleague comes over to do it."""
OVERTIME_H: Final = 12.0
"""The manager waits for you at most so long after closing, and never into the night."""
NIGHT: Final = 23 * HOUR


class SharedFloor(World):
    """The world of a demo, with you in it."""

    def __init__(
        self,
        yours: YourDesk,
        records: DeskRecords,
        tell: Callable[[str], None],
        doors_close_at: Instant,
        env: simpy.Environment,
        hands: Hands,
        layout: Layout,
        catalogue: Catalogue,
        streams: Streams,
        scenario: Scenario,
        answer_ms: int,
        glance_ms: int,
        labels: dict[str, str],
        look_into: Callable[[str], tuple[str, ...] | None],
    ) -> None:
        patient = scenario.replaced({"opening.overtime_h": OVERTIME_H})
        super().__init__(env, hands, layout, catalogue, streams, patient, answer_ms, glance_ms, labels, look_into)
        self.yours: Final = yours
        self.tell: Final = tell
        self.seen = Seen()
        self.tickets: dict[str, None] = {}
        """Of the customers who are played: any other in the hall is yours alone to call."""
        self._records = records
        self._overtime_ends = doors_close_at + round(scenario.opening.overtime_h * HOUR)
        self._night = layout.day_start(round(env.now)) + NIGHT
        self._turn_since: Instant | None = None
        self._checks: dict[str, Instant] = {}
        """Repairs of yours that wait for a check → when a colleague is called over."""
        self._paid: dict[str, None] = {}

    def look_around(self) -> Act[None]:
        """A process: what has changed at your desk, and what follows from it."""
        while not self.closed:
            self.seen = self._records.look()
            self._give_turn()
            self._call_over()
            self._send_along()
            self._pay()
            yield self.env.timeout(self.glance_ms)

    # ── the end of the day ──────────────────────────────────────────────────────────────────────

    def unfinished(self) -> tuple[str, ...]:
        """What you have begun, or only you can begin; each in words."""
        seen = self.seen
        at_work = [f"{repair} is {state}" for repair, state in seen.begun.items()] or list(seen.called.values())
        yours = [f"{number} is WAITING" for ticket, number in seen.waiting.items() if ticket not in self.tickets]
        return (*at_work, *yours)

    def waits_for_you(self) -> str:
        """After closing: what keeps the manager; "" if nothing does."""
        unfinished = "" if self.doors_open else ", ".join(self.unfinished())
        return f"waits for desk {self.yours.desk}: {unfinished}" if unfinished else ""

    def all_quiet(self) -> bool:
        """The others are done, or have stayed as long as they stay without you; and you are done."""
        others = super().all_quiet() or self.now >= self._overtime_ends
        return others and (not self.unfinished() or self.now >= self._night)

    # ── across the hall ─────────────────────────────────────────────────────────────────────────

    def free_locker(self, repair: str) -> str:
        """Who opens the door of one in which a phone of yours lies takes the next."""
        theirs = {locker: inside for locker, inside in self.lockers.items() if inside not in self.seen.repairs}
        self.lockers = {**theirs, **self.seen.lockers}
        return super().free_locker(repair)

    def _give_turn(self) -> None:
        """You are the first among those who may call, as if you had stood about for the longest; who lets people wait
        goes to the end."""
        you, lines = self.yours.engineer, self.layout.engineers[self.yours.engineer].lines
        if not self.seen.free or self.last_call:
            self.callers.pop(you, None)
            self._turn_since = None
            return
        if you not in self.callers:
            self.callers = {you: lines, **self.callers}
        if not any(ticket in self.tickets and number[:1] in lines for ticket, number in self.seen.waiting.items()):
            self._turn_since = None
        elif self._turn_since is None:
            self._turn_since = self.now
        elif self.now - self._turn_since >= YOUR_TURN:
            self._turn_since = None
            self.callers[you] = self.callers.pop(you)
            self.shout.ring()

    def _call_over(self) -> None:
        """r20: every handheld shows what waits for a check; after a while somebody comes to your desk for it."""
        waiting = [repair for repair, state in self.seen.repairs.items() if state == "QC"]
        for repair in [repair for repair in self._checks if repair not in waiting]:
            del self._checks[repair]
            self.calls_across.pop(repair, None)
        for repair in waiting:
            if repair not in self._checks:
                self._checks[repair] = self.now + CHECK_AFTER
            elif 0 < self._checks[repair] <= self.now:
                self._checks[repair] = 0
                self.benches.setdefault(repair, self._unknown_phone())
                self.calls_across[repair] = self.yours.engineer
                self.shout.ring()

    def _unknown_phone(self) -> Bench:
        """What a colleague makes of a phone that they have not seen before: a check like others, and nothing else."""
        drawn = Drawn(self.catalogue, self.scenario, self.streams, self.now).visit(0, "repair", 0, self.now)
        return Bench(guest=Guest(structs.replace(drawn, first_pass=True)), row=None, set_aside=True)

    def _send_along(self) -> None:
        """r30: you have taken their repair over, so its owner comes to your desk."""
        for desk, seat in self.seats.items():
            if desk != self.yours.desk and seat.guest is not None and seat.guest.ticket in self.seen.called:
                seat.guest.dismiss("wait")

    def _pay(self) -> None:
        """y2: at a terminal that you share with other desks, customers hold their cards to the reader themselves."""
        for payment, pos in self.seen.to_pay.items():
            if pos not in self.yours.devices and payment not in self._paid:
                self._paid[payment] = None
                self.hands.touch(pos, PresentCard(payment=payment))

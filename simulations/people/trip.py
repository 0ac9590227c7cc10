"""An engineer on foot: to the parts counter and back."""

from typing import Final

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.commands import PartRow
from shopfloor.contract.events import UnitAccepted, UnitBrought, UnitCollected, UnitRefused
from simulations.people.at_bench import AtBench
from simulations.people.handy import TOUCH_EVERY
from simulations.people.parts_counter import Caller, Wish
from simulations.people.person import Act

AT_THE_COUNTER: Final = ("PICK_FAILED", "IN_TRANSIT(manual)")
"""A person has to fetch it, or a clerk has it in the hand already."""
WAITING_MAX: Final = 90 * MINUTE


class Trip(AtBench):
    """What the people of a shop with a counter walk for."""

    def waiting_there(self) -> tuple[PartRow, ...]:
        """Parts of this repair that somebody has to fetch from the shelves."""
        return tuple(part for part in self.parts if part.state in AT_THE_COUNTER and self._is_there(part))

    def _is_there(self, part: PartRow) -> bool:
        """On shelves, or in the hand of a clerk who picked it ahead."""
        kind, _, place = part.place.partition(":")
        return place in self.world.layout.parts_keepers if kind == "HAND" else self.world.on_shelves(part.place)

    def fetch_parts(self) -> Act[None]:
        """p11, p14: walk, stand in line, take it over the counter, carry it to the desk."""
        stood_up = self.hand.now
        yield from self._walk()
        ready = all(part.place.startswith("HAND:") for part in self.waiting_there())
        if ready:
            yield from self.hand.wait(round(self.world.scenario.counter.collect_min * MINUTE))
        else:
            yield from self._call("parts")
        mine = f"HAND:{self.hand.name}"
        for part in self.waiting_there():
            if part.place.startswith("HAND:"):
                yield from self._take_over_counter(part)
        yield from self._walk()
        for part in self.parts:
            if part.place == mine and part.state == "IN_TRANSIT(manual)":
                yield from self._set_down(part)
        self.world.counter.fetched(stood_up, self.hand.now)

    def bring_old_part(self) -> Act[None]:
        """One for one, before the phone goes out."""
        yield from self._walk()
        yield from self._call("old part")
        yield from self._walk()

    def _walk(self) -> Act[None]:
        yield from self.hand.wait(self.world.counter.way)

    def _call(self, wish: Wish) -> Act[None]:
        counter = self.world.counter
        counter.visits[self.hand.desk] = counter.visits.get(self.hand.desk, 0) + 1
        caller = Caller(wish, self.repair)
        counter.call(caller)
        until = self.hand.now + WAITING_MAX
        while not caller.served and self.hand.now < until:
            self.hand.keep_awake()
            yield from self.hand.look(lambda: caller.served, TOUCH_EVERY, caller.bell)

    def _take_over_counter(self, part: PartRow) -> Act[str]:
        def mine() -> bool:
            return all(now.unit != part.unit or now.place == f"HAND:{self.hand.name}" for now in self.parts)

        return (yield from self.hand.do(UnitCollected(unit=part.unit), mine))

    def _set_down(self, part: PartRow) -> Act[None]:
        """At the own desk; a wrong label is seen now."""
        brought = UnitBrought(unit=part.unit, desk=part.desk)
        if (yield from self.hand.do(brought, self.hand.moved(part))):
            return
        arrived = next((now for now in self.parts if now.parts_order == part.parts_order), None)
        if arrived is not None and arrived.state == "AT_DESK":
            event: UnitAccepted | UnitRefused = UnitAccepted(unit=part.unit, desk=self.hand.desk)
            if self.hand.turns_out_wrong(arrived):
                event = UnitRefused(unit=part.unit, desk=self.hand.desk, reason="wrong")
            yield from self.hand.do(event, self.hand.moved(arrived))

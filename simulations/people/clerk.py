"""A parts keeper behind the counter: first who stands in line, then what is picked ahead, then everything else."""

from random import Random

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.commands import PartRow
from shopfloor.contract.events import UnitCollected
from shopfloor.contract.layout import PartsKeeper
from simulations.people.keeper import LOOKING_UP, Keeper
from simulations.people.parts_counter import Caller, Kind
from simulations.people.person import Act
from simulations.people.world import World


class Clerk(Keeper):
    """One thing after another; what is begun is finished."""

    def __init__(self, world: World, row: PartsKeeper, chance: Random) -> None:
        super().__init__(world, row, chance)
        self._for_engineers: dict[str, None] = {}
        """Units that were picked for whoever comes to the counter."""

    def live(self) -> Act[None]:
        """Until the day is closed."""
        if not (yield from self.sign_on()):
            return
        while not self.world.closed:
            if not (yield from self._next_thing()):
                yield from self.watch(self._is_wanted, LOOKING_UP, self.world.counter.bell, self.world.shout)

    def _is_wanted(self) -> bool:
        counter = self.world.counter
        return bool(counter.line or counter.background or self._ahead() or self.wanted() or self._batch())

    def _next_thing(self) -> Act[bool]:
        counter = self.world.counter
        if counter.line:
            yield from self._serve(counter.line.popleft())
        elif ahead := self._ahead():
            yield from self._pick(ahead[0].repair)
        elif self.wanted():
            yield from self.do_chore()
        elif counter.background:
            yield from self._busy("background", counter.background.popleft())
        elif self._batch():
            counter.old_parts -= 1
            yield from self._busy("batch", round(self.world.scenario.counter.return_batch_min * MINUTE))
        else:
            return False
        return True

    def _busy(self, kind: Kind, ms: int) -> Act[None]:
        """Nobody interrupts it."""
        self.world.counter.worked(kind, self.now, self.now + ms)
        yield from self.busy_elsewhere(ms)

    # ── issuing ─────────────────────────────────────────────────────────────────────────────────

    def _serve(self, caller: Caller) -> Act[None]:
        if caller.wish == "parts":
            yield from self._pick(caller.repair)
        else:
            yield from self._busy("return", round(self.world.scenario.counter.return_min * MINUTE))
        caller.serve()

    def _pick(self, repair: str) -> Act[None]:
        """p11: find the order, then look for each of its lines and scan it out."""
        counter, bench = self.world.counter, self.world.benches[repair]
        yield from self._busy("issue", counter.entry)
        for part in self._on_shelves(repair):
            yield from self._busy("issue", counter.search(bench.next_search()))
            self._for_engineers[part.unit] = None
            collected = UnitCollected(unit=part.unit)
            yield from self.do(collected, lambda: self._place(part.unit) == f"HAND:{self.name}")  # noqa: B023
            yield from self._busy("issue", counter.scan)

    def _on_shelves(self, repair: str) -> list[PartRow]:
        return [part for part in self._waiting() if part.repair == repair]

    def _waiting(self) -> list[PartRow]:
        """Parts that engineers wait for, as the handheld lists them."""
        return [part for part in self.parts if part.state == "PICK_FAILED" and self.world.on_shelves(part.place)]

    def _ahead(self) -> list[PartRow]:
        """What may be picked before its engineer comes, oldest first; none where orders are made at the counter."""
        return self._waiting() if self.world.picks_ahead else []

    def _batch(self) -> bool:
        return not self.world.doors_open and self.world.counter.old_parts > 0

    # ── the rest of the list ────────────────────────────────────────────────────────────────────

    def is_mine(self, part: PartRow) -> bool:
        """What engineers fetch, or carry themselves, is not for the keeper to bring."""
        if part.state == "PICK_FAILED":
            return not self.world.on_shelves(part.place)
        if part.state == "IN_TRANSIT(manual)":
            return part.place == f"HAND:{self.name}" and part.unit not in self._for_engineers
        return True

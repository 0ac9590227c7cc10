"""What machines really did, seen at their bodies and over all their lives: each command has one effect (I11, P2)."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final

from devices.cabinet_body import CabinetReport, CabinetTruth, Dropped, Pick
from devices.cabinet_simulation import CabinetDials, SimulatedCabinet
from devices.pos_body import Charge, PosDials, PosTruth, SimulatedPos
from shopfloor.contract.actor import Instant


class Effects:
    """Counts what the bodies do, and keeps the acquirer's own record of each charge."""

    def __init__(self) -> None:
        self.charges: Final[list[Charge]] = []
        """Each time that a card was charged; an entry goes on to tell what has been given back."""
        self.swapped: Final[dict[str, str]] = {}
        """Units that were given out in another's place, and the other: nobody has noticed."""
        self._picks: Counter[str] = Counter()
        self._given_out: Counter[str] = Counter()
        self._undoings: Counter[str] = Counter()
        self._drops = 0

    def cabinet(self, dials: CabinetDials, chance: Random, truth: CabinetTruth, now: Instant) -> SimulatedCabinet:
        """A cabinet that is watched."""
        return WatchedCabinet(self, dials, chance, truth, now)

    def terminal(self, dials: PosDials, chance: Random, truth: PosTruth, now: Instant) -> SimulatedPos:
        """A terminal that is watched."""
        return WatchedPos(self, dials, chance, truth, now)

    def picks(self, pick: str) -> None:
        self._picks[pick] += 1

    def undoes(self, command: str) -> None:
        self._undoings[command] += 1

    def gives_out(self, fresh: int, reports: list[CabinetReport]) -> None:
        """So many units have come to lie in the outlet, and this is what the machine says."""
        self._drops += fresh
        self._given_out.update(report.pick for report in reports if isinstance(report, Dropped))

    def broken(self) -> Iterator[str]:
        charged = Counter(charge.payment for charge in self.charges)
        for counted, deed in (
            (self._picks, "was begun"),
            (self._given_out, "gave out"),
            (charged, "was charged"),
            (self._undoings, "was undone"),
        ):
            yield from (f"I11/P2: {name} {deed} {times} times" for name, times in counted.items() if times > 1)
        if self._drops > len(self._picks):
            yield f"I11/P2: {self._drops} units fell into the outlet after {len(self._picks)} picks"


class WatchedCabinet(SimulatedCabinet):
    """Tells of each pick that is begun, and of each unit that falls."""

    def __init__(
        self, effects: Effects, dials: CabinetDials, chance: Random, truth: CabinetTruth, now: Instant
    ) -> None:
        super().__init__(dials, chance, truth, now)
        self._effects = effects

    def pick(self, pick: Pick, now: Instant) -> None:
        self._effects.picks(pick.id)
        super().pick(pick, now)

    def advance(self, now: Instant) -> list[CabinetReport]:
        lay_there = list(self.truth.outlet)
        reports = super().advance(now)
        fresh = [unit for unit in self.truth.outlet if unit not in lay_there]
        if fresh or reports:
            self._effects.gives_out(len(fresh), reports)
            swapped = self.truth.strange
            self._effects.swapped.update((unit, swapped[unit]) for unit in fresh if unit in swapped)
        return reports


class WatchedPos(SimulatedPos):
    """Tells of each charge and of each undoing."""

    def __init__(self, effects: Effects, dials: PosDials, chance: Random, truth: PosTruth, now: Instant) -> None:
        super().__init__(dials, chance, truth, now)
        self._effects = effects

    def authorise(self, payment: str, amount: int, now: Instant) -> None:
        super().authorise(payment, amount, now)
        self._effects.charges.append(self.truth.charges[payment])

    def undo(self, command: str, payment: str, amount: int, now: Instant) -> None:
        self._effects.undoes(command)
        super().undo(command, payment, amount, now)

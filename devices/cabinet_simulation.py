"""A parts cabinet of arithmetic, with its defects as dials.

Its ``truth`` is what really lies where, which the floor's ledger only believes; it outlives a restart.
"""

from random import Random
from typing import Final, TypeAlias

from msgspec import Struct

from devices.agenda import Agenda
from devices.cabinet_body import (
    Bin,
    Broke,
    CabinetReport,
    CabinetTruth,
    Counted,
    DoorMoved,
    Dropped,
    Mended,
    Missed,
    Pick,
    Presented,
    Released,
    Stored,
)
from devices.dials import Chance, Factor, Lapse, Span, happenings
from shopfloor.contract.actor import MINUTE, SECOND, Instant

STRANGE_MAX: Final = 1_000
OUTLET: Final = "outlet"
BY_HAND: Final = "by-hand"
PICKER: Final = "picker"

STRAY: Final = "stray-"
"""A unit that lay in the cabinet although nobody ever scanned it in."""

GRASPED_AT: Final = 0.7
"""After this share of a pick the unit is in the gripper, and the pick cannot be stopped any more."""


class CabinetDials(Struct, frozen=True):
    """What a cabinet is like and what is wrong with it. Chances per pick (door: per opening); the first wins."""

    pick: Span = Span(MINUTE // 2, MINUTE * 9 // 10, MINUTE * 8 // 5)
    slow: Factor = 1.0
    jam: Chance = 0.0  # certain that nothing came out (F41)
    contradicts: Chance = 0.0  # says jam, and gives it out after all (F44)
    empty_bin: Chance = 0.0  # the unit is not where it should be (E4)
    rejects: Chance = 0.0  # weighed, found wrong, put back
    wrong_unit: Chance = 0.0  # takes another one, and its scanner says so (B11)
    wrong_unit_unnoticed: Chance = 0.0  # takes another one and tells of the right one (F43, E5)
    dies_mid_pick: Chance = 0.0  # gives it out, and is dead before it can tell (F40)
    door_left_open: Chance = 0.0  # until somebody closes it (F42)
    release_ms: Lapse = 4 * SECOND
    present_ms: Lapse = 6 * SECOND
    store_ms: Lapse = 20 * SECOND
    count_ms: Lapse = 20 * SECOND
    jam_cleared_ms: Lapse = 3 * MINUTE
    contradicts_after_ms: Lapse = 8 * SECOND
    dead_after: Lapse | None = None  # after switching on: no word any more


class _Drop(Struct, frozen=True):
    """The end of a pick that gives something out; ``told`` is what the machine takes it for."""

    pick: Pick
    real: str
    told: str
    dies: bool = False


class _Vanish(Struct, frozen=True):
    """The end of a pick that finds an empty place."""

    pick: Pick


_Coming: TypeAlias = CabinetReport | _Drop | _Vanish


class SimulatedCabinet:
    """A cabinet of arithmetic. ``truth`` may come from an earlier life or from a first stock.

    A bin that it has never heard of holds what the first pick names: then the machine knows of that unit only.
    """

    def __init__(self, dials: CabinetDials, chance: Random, truth: CabinetTruth, now: Instant) -> None:
        self.dials = dials
        self.truth = truth
        self._chance = chance
        self._born = now
        self._died = False
        self._coming: Agenda[_Coming] = Agenda()
        self._picking: tuple[str, Instant] = ("", 0)

    # ── the arm ──

    def pick(self, pick: Pick, now: Instant) -> None:
        dials = self.dials
        self._learn(pick)
        strikes = happenings(
            self._chance,
            jam=dials.jam,
            contradicts=dials.contradicts,
            empty_bin=dials.empty_bin,
            rejects=dials.rejects,
            wrong_unit=dials.wrong_unit,
            wrong_unit_unnoticed=dials.wrong_unit_unnoticed,
            dies_mid_pick=dials.dies_mid_pick,
        )
        lasts_ms = dials.pick.draw(self._chance, dials.slow)
        self._picking = (pick.id, now + round(lasts_ms * GRASPED_AT))
        self._outcome(pick, strikes[0] if strikes else "", now + lasts_ms)

    def _learn(self, pick: Pick) -> None:
        """Of a bin that is not whole, the floor knows better, unless the unit is known to lie elsewhere or nowhere."""
        truth = self.truth
        bin_ = truth.bins.setdefault(pick.bin, Bin([], whole=False))
        elsewhere = (*truth.outlet, *truth.inlet, *truth.vanished)
        if not bin_.whole and pick.unit not in elsewhere and not self.bin_of(pick.unit):
            bin_.units.append(pick.unit)

    def _outcome(self, pick: Pick, strike: str, at: Instant) -> None:
        there = pick.unit in self.truth.bins[pick.bin].units
        if not there or strike == "empty_bin":
            self._coming.note(at, _Vanish(pick))
            return
        match strike:
            case "jam" | "contradicts":
                self._coming.note(at, Missed(pick.id, "aborted"))
                self._coming.note(at, Broke(PICKER, "jam"))
                if strike == "contradicts":
                    after = at + self.dials.contradicts_after_ms
                    self._coming.note(after, _Drop(pick, pick.unit, pick.unit))
                self._coming.note(at + self.dials.jam_cleared_ms, Mended(PICKER))
            case "rejects":
                self._coming.note(at, Missed(pick.id, "rejected"))
            case "wrong_unit":
                other = self._other(pick)
                self._coming.note(at, _Drop(pick, other, other))
            case "wrong_unit_unnoticed":
                self._coming.note(at, _Drop(pick, self._other(pick), pick.unit))
            case _:
                self._coming.note(at, _Drop(pick, pick.unit, pick.unit, dies=strike == "dies_mid_pick"))

    def _other(self, pick: Pick) -> str:
        """What is taken in the unit's place: its neighbour, any other unit, or one that nobody ever scanned."""
        near = [unit for unit in self.truth.bins[pick.bin].units if unit != pick.unit]
        far = [unit for name in sorted(self.truth.bins) for unit in self.truth.bins[name].units if unit != pick.unit]
        return (near or far or [f"{STRAY}{pick.id}"])[0]

    def stop(self, pick: str, now: Instant) -> bool:
        under_way, grasped_at = self._picking
        if pick != under_way or now >= grasped_at:
            return False
        self._coming.cross_out(lambda coming: _pick_of(coming) == pick)
        self._coming.cross_out(lambda coming: isinstance(coming, Broke | Mended))
        self._picking = ("", 0)
        return True

    def put(self, unit: str, _bin: str, now: Instant) -> None:
        self._coming.note(now + self.dials.store_ms, Stored(unit, _bin))

    def count(self, bin_: str, now: Instant) -> None:
        self._coming.note(now + self.dials.count_ms, Counted(bin_, None))

    # ── outlet, inlet, doors, hands ──

    def release(self, units: tuple[str, ...], now: Instant) -> None:
        self._open(OUTLET, now)
        self._coming.note(now + self.dials.release_ms, Released(units))

    def present(self, unit: str, now: Instant) -> None:
        self._coming.note(now + self.dials.present_ms, Presented(unit))

    def give_back(self, unit: str) -> None:
        if unit in self.truth.inlet:
            self.truth.inlet.remove(unit)

    def unlock(self, now: Instant) -> None:
        self._open(BY_HAND, now)

    def close(self, door: str) -> bool:
        if door not in self.truth.open_doors:
            return False
        self.truth.open_doors.remove(door)
        return True

    def take_by_hand(self, unit: str, bin_: str) -> bool:
        bin_there = self.truth.bins.get(bin_)
        if bin_there is None or unit not in bin_there.units:
            return False
        bin_there.units.remove(unit)
        return True

    def put_by_hand(self, unit: str, bin_: str) -> None:
        self._lay(unit, bin_)

    def in_outlet(self) -> tuple[str, ...]:
        return tuple(self.truth.outlet)

    def bin_of(self, unit: str) -> str:
        return next((name for name, bin_ in self.truth.bins.items() if unit in bin_.units), "")

    def really(self, unit: str) -> str:
        """The unit that was given out in this one's place; mostly itself. People see it, the machine does not."""
        return self.truth.strange.get(unit, unit)

    def open_doors(self) -> tuple[str, ...]:
        return tuple(self.truth.open_doors)

    # ── time ──

    def dead(self, now: Instant) -> bool:
        return self._died or (self.dials.dead_after is not None and now >= self._born + self.dials.dead_after)

    def advance(self, now: Instant) -> list[CabinetReport]:
        reports: list[CabinetReport] = []
        for coming in self._coming.take(now):
            reports += self._come(coming)
        return reports

    @property
    def deadline(self) -> Instant | None:
        return self._coming.deadline

    def _come(self, coming: _Coming) -> list[CabinetReport]:
        """What really happens, and what the machine says of it."""
        match coming:
            case _Drop():
                return self._drop(coming)
            case _Vanish(pick):
                if self.take_by_hand(pick.unit, pick.bin):
                    self.truth.vanished = [*self.truth.vanished, pick.unit][-STRANGE_MAX:]
                return [Missed(pick.id, "incomplete")]
            case Released(units):
                gone = tuple(unit for unit in units if unit in self.truth.outlet)
                self.truth.outlet = [unit for unit in self.truth.outlet if unit not in gone]
                return [Released(gone), *self._shut(OUTLET)]
            case Presented(unit):
                self._lift(self.really(unit))
                self.truth.inlet.append(unit)
                return [coming]
            case Stored(unit, bin_):
                self._lay(unit, bin_)
                return [coming]
            case Counted(bin_):
                return [Counted(bin_, self._seen_in(bin_))]
            case Mended():  # whoever cleared the jam had the manual key, and shuts the door behind them
                return [coming, *self._shut(BY_HAND)]
            case _:
                return [coming]

    def _drop(self, drop: _Drop) -> list[CabinetReport]:
        """Into the outlet; unless somebody has meanwhile taken it away by hand."""
        if not self.bin_of(drop.real) and not drop.real.startswith(STRAY):
            return [Missed(drop.pick.id, "incomplete")]
        self._lift(drop.real)
        outlet, strange = self.truth.outlet, self.truth.strange
        told = drop.real if drop.told in outlet else drop.told
        outlet.append(told)
        strange.pop(told, None)
        if drop.real != told:
            strange[told] = drop.real
            for oldest in list(strange)[:-STRANGE_MAX]:
                del strange[oldest]
        self._died = self._died or drop.dies
        return [] if drop.dies else [Dropped(drop.pick.id, (told,))]

    def _lay(self, told: str, bin_: str) -> None:
        """What comes back of a unit that was given out in another's place is that one, whatever it was told as."""
        unit = self._really_back(told)
        self.truth.bins.setdefault(bin_, Bin([], whole=False)).units.append(unit)

    def _really_back(self, told: str) -> str:
        """The thing itself, lifted from wherever it was."""
        truth = self.truth
        if told in truth.inlet:
            truth.inlet.remove(told)
        unit = truth.strange.pop(told, told)
        self._lift(unit)
        return unit

    def _lift(self, unit: str) -> None:
        """A thing lies in one place: before it comes to another, it leaves this one."""
        truth = self.truth
        lies_in = self.bin_of(unit)
        for place in (truth.bins[lies_in].units if lies_in else [], truth.inlet, truth.vanished):
            if unit in place:
                place.remove(unit)
        truth.outlet = [told for told in truth.outlet if self.really(told) != unit]

    def _seen_in(self, bin_: str) -> tuple[str, ...] | None:
        found = self.truth.bins.get(bin_)
        return tuple(found.units) if found is not None and found.whole else None

    def _open(self, door: str, now: Instant) -> None:
        if door not in self.truth.open_doors:
            self.truth.open_doors.append(door)
            self._coming.note(now, DoorMoved(door, is_open=True))

    def _shut(self, door: str) -> list[CabinetReport]:
        if happenings(self._chance, door_left_open=self.dials.door_left_open) or not self.close(door):
            return []
        return [DoorMoved(door, is_open=False)]


def _pick_of(coming: _Coming) -> str:
    match coming:
        case _Drop(pick) | _Vanish(pick):
            return pick.id
        case Missed(pick_id) | Dropped(pick_id):
            return pick_id
        case _:
            return ""

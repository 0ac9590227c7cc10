"""The smart parts cabinet's controller: one pick at a time, units in only with permission, doors, counts, faults.

It remembers over a restart what it was asked and what it answered. A pick that a restart interrupted is neither done
nor not done: the bin is counted and the outlet looked into before it is answered (F40), and never picked again blindly.
"""

from typing import Final

from msgspec import Struct

from devices.cabinet_body import (
    Broke,
    CabinetBody,
    CabinetReport,
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
from devices.cabinet_memory import Answer, ArmWork, CabinetMemory, Count, Incoming, Look, Put, Release
from devices.cabinet_touches import CloseDoor, PutByHand, TakeAtMachine, TakeByHand
from devices.client import Client, Message, Touch, Words, cannot, not_now
from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.contract.commands import (
    AllowInput,
    CancelPick,
    CountBin,
    OpenByHand,
    OpenInlet,
    OpenOutlet,
    PickUnit,
    RefuseInput,
    Work,
)
from shopfloor.contract.events import (
    BinCounted,
    CommandDone,
    CommandRefused,
    CountMade,
    DoorClosed,
    DoorOpened,
    Event,
    InputAsked,
    ModuleFailed,
    ModuleRecovered,
    OutletEmptied,
    PickAborted,
    PickFailed,
    PickQueued,
    PickStarted,
    UnitDispensedAtMachine,
    UnitPicked,
    UnitStored,
)
from shopfloor.contract.kinds import TEXT_MAX

WAITING_MAX: Final = 100
"""Picks, counts and put-aways that may wait for the arm."""

TOGETHER_MAX: Final = 16
COUNTED_MAX: Final = 200
ANSWERS_MAX: Final = 1_000

PERMISSION_PATIENCE: Final = 1 * MINUTE
PERMISSION_ASKS_MAX: Final = 3
"""Then the unit is given back to whoever brought it."""


class CabinetScreen(Struct, frozen=True):
    """What somebody in front of the machine sees."""

    at_work: str
    waiting: int
    open_doors: tuple[str, ...]
    broken: tuple[str, ...]
    messages: tuple[Message, ...]


class Cabinet(Client):
    """Asked twice, it answers twice and acts once: what it has begun or answered is in its memory."""

    hears = (PickUnit, CancelPick, OpenOutlet, OpenInlet, AllowInput, RefuseInput, CountBin, OpenByHand)

    def __init__(self, device: Device, body: CabinetBody, memory: CabinetMemory, now: Instant) -> None:
        super().__init__(device, now)
        self._body = body
        self._memory = memory
        self._now = now
        self._has_looked_round = False
        self._releasing = False
        self._presenting = False
        self._wake_up()

    def _wake_up(self) -> None:
        memory = self._memory
        if memory.at_work is not None:
            interrupted = memory.at_work
            memory.waiting.insert(0, Look(interrupted) if isinstance(interrupted, Pick) else interrupted)
            memory.at_work = None
        if memory.incoming and not self._put_pending(memory.incoming[0].asked):
            memory.incoming[0].asked = ""

    @property
    def screen(self) -> CabinetScreen:
        memory = self._memory
        at_work = memory.at_work.id if memory.at_work else ""
        doors, broken = self._body.open_doors(), tuple(memory.broken)
        return CabinetScreen(at_work, len(memory.waiting), doors, broken, self.messages)

    def is_dead(self, now: Instant) -> bool:
        return self._body.dead(now)

    # ── what the floor asks ──

    def _look_into(self, work: Work, now: Instant) -> list[Event]:
        """The memory tells what was begun. A pick of which it has no trace may have been made all the same."""
        if isinstance(work, PickUnit) and work.id not in self._memory.answers:
            self._line_up(Look(Pick(work.id, work.unit, work.sku, work.bin)))
            return []
        return self._do(work, now)

    def _do(self, work: Work, now: Instant) -> list[Event]:
        if work.id in self._memory.answers:
            return [self._memory.answers[work.id]]
        match work:
            case PickUnit():
                return self._take_pick(work)
            case CancelPick():
                return self._cancel(work)
            case CountBin():
                self._line_up(Count(work.id, work.bin))
            case OpenOutlet():
                self._take_release(work)
            case OpenInlet():
                self._take_delivery(work)
            case AllowInput():
                self._check_asked(work.unit)
                self._line_up(Put(work.id, work.unit, work.bin))
            case RefuseInput():
                return self._send_back(work)
            case OpenByHand():
                self._body.unlock(now)
                return [self._answered(work.id, CommandDone(command=work.id))]
            case _:
                return super()._do(work, now)
        return []

    def _take_pick(self, asked: PickUnit) -> list[Event]:
        if self._is_begun(asked.id):
            return []
        self._line_up(Pick(asked.id, asked.unit, asked.sku, asked.bin))
        return [PickQueued(command=asked.id)]

    def _line_up(self, work: ArmWork) -> None:
        if self._is_begun(work.id):
            return
        if len(self._memory.waiting) >= WAITING_MAX:
            cannot(f"{WAITING_MAX} picks, counts and put-aways wait already.")
        self._memory.waiting.append(work)

    def _is_begun(self, work: str) -> bool:
        at_work = self._memory.at_work
        return (at_work is not None and at_work.id == work) or any(each.id == work for each in self._memory.waiting)

    def _cancel(self, asked: CancelPick) -> list[Event]:
        """Whatever comes first: a pick cancelled before it was heard of is never picked."""
        pick, memory = asked.pick, self._memory
        match memory.answers.get(pick):
            case UnitPicked():
                cannot(f"{pick} lies in the outlet already.")
            case PickFailed(why="unknown"):
                cannot(f"What became of {pick} is not known; count the bin.")
            case _:
                pass
        if any(isinstance(each, Look) and each.id == pick for each in (*memory.waiting, memory.at_work)):
            cannot(f"{pick} was interrupted; what became of it is being looked into.")
        if isinstance(memory.at_work, Pick) and memory.at_work.id == pick:
            if not self._body.stop(pick, self._now):
                cannot(f"{pick} is in the gripper already.")
            memory.at_work = None
        memory.waiting = [each for each in memory.waiting if each.id != pick]
        aborted = PickAborted(command=pick)
        self._answered(pick, aborted)
        return [self._answered(asked.id, aborted)]

    def _take_release(self, asked: OpenOutlet) -> None:
        if any(release.id == asked.id for release in self._memory.releases):
            return
        if len(asked.units) > TOGETHER_MAX or len(self._memory.releases) >= WAITING_MAX:
            cannot(f"At most {TOGETHER_MAX} units at once, and {WAITING_MAX} times in line.")
        there = self._body.in_outlet()
        if not any(unit in there for unit in asked.units):
            cannot(f"None of {', '.join(asked.units)} lies in the outlet.")
        self._memory.releases.append(Release(asked.id, asked.units, asked.tote))

    def _take_delivery(self, asked: OpenInlet) -> None:
        if any(each.id == asked.id for each in self._memory.incoming):
            return
        if not asked.units or len(self._memory.incoming) >= WAITING_MAX:
            cannot("Nothing is brought." if not asked.units else f"{WAITING_MAX} deliveries wait already.")
        self._memory.incoming.append(Incoming(asked.id, list(asked.units), asked.tote))

    def _check_asked(self, unit: str) -> None:
        incoming = self._memory.incoming
        if not incoming or incoming[0].asked != unit:
            cannot(f"{unit} does not lie in the inlet and wait for permission.")

    def _send_back(self, refused: RefuseInput) -> list[Event]:
        self._check_asked(refused.unit)
        if self._put_pending(refused.unit):
            cannot(f"{refused.unit} is being put away already.")
        done = self._answered(refused.id, CommandDone(command=refused.id))
        self._body.give_back(refused.unit)
        return [done, *self._next_incoming(refused.unit)]

    def _put_pending(self, unit: str) -> bool:
        works = (*self._memory.waiting, self._memory.at_work)
        return any(isinstance(each, Put) and each.unit == unit for each in works)

    def _answered(self, command: str, answer: Answer) -> Answer:
        answers = self._memory.answers
        answers[command] = answer
        for oldest in list(answers)[: max(0, len(answers) - ANSWERS_MAX)]:
            del answers[oldest]
        return answer

    # ── what the body says ──

    def _advance(self, now: Instant) -> list[Event]:
        self._now = now
        said = [] if self._has_looked_round else self._look_round()
        said += [event for report in self._body.advance(now) for event in self._report(report, now)]
        return [*said, *self._ask_again(now)]

    def _look_round(self) -> list[Event]:
        """Switched on: doors that stood open when the power went stand open; parts are tested, and those that had been
        broken work again, or break at their next move."""
        self._has_looked_round = True
        mended = [ModuleRecovered(module=module) for module in self._memory.broken]
        self._memory.broken.clear()
        return [*(DoorOpened(door=door) for door in self._body.open_doors()), *mended]

    def _report(self, report: CabinetReport, now: Instant) -> list[Event]:
        match report:
            case Dropped() | Missed() | Stored() | Counted():
                return self._arm_reports(report)
            case Released():
                self._releasing = False
                release = self._memory.releases.pop(0)
                emptied = OutletEmptied(command=release.id, units=report.units, tote=release.tote)
                return [self._answered(release.id, emptied)]
            case Presented():
                self._presenting = False
                incoming = self._memory.incoming[0]
                incoming.asked, incoming.asks, incoming.asked_at = report.unit, 1, now
                return [InputAsked(unit=report.unit)]
            case Broke():
                self._memory.broken[report.module] = report.reason
                return [ModuleFailed(module=report.module, reason=report.reason)]
            case Mended():
                self._memory.broken.pop(report.module, None)
                return [ModuleRecovered(module=report.module)]
            case DoorMoved():
                return [DoorOpened(door=report.door) if report.is_open else DoorClosed(door=report.door)]

    def _arm_reports(self, report: Dropped | Missed | Stored | Counted) -> list[Event]:
        work = self._memory.at_work
        match report:
            case Dropped():  # after a Missed for the same pick, the sensors have contradicted themselves (F44)
                self._arm_is_free(report.pick)
                return [self._answered(report.pick, UnitPicked(command=report.pick, units=report.units))]
            case Missed():
                self._arm_is_free(report.pick)
                return [self._answered(report.pick, PickFailed(command=report.pick, why=report.why))]
            case Stored():
                assert isinstance(work, Put), work
                self._arm_is_free(work.id)
                stored = UnitStored(command=work.id, unit=report.unit, bin=report.bin)
                return [self._answered(work.id, stored), *self._next_incoming(report.unit)]
            case Counted():
                assert isinstance(work, Count | Look), work
                self._arm_is_free(work.id)
                return self._verdict(work.pick, report) if isinstance(work, Look) else [self._count(work, report)]

    def _arm_is_free(self, work: str) -> None:
        at_work = self._memory.at_work
        if at_work is not None and at_work.id == work:
            self._memory.at_work = None

    def _count(self, count: Count, found: Counted) -> Event:
        if found.units is None or len(found.units) > COUNTED_MAX:
            return CommandRefused(
                command=count.id, reason=f"The machine does not know all of {count.bin}; count by hand."
            )
        counted = BinCounted(bin=found.bin, units=found.units)
        return self._answered(count.id, CountMade(counted=counted, command=count.id))

    def _verdict(self, pick: Pick, found: Counted) -> list[Event]:
        """F40: it lies in the outlet, or still in its bin, or nobody can say."""
        answer: Answer
        if pick.unit in self._body.in_outlet():
            answer = UnitPicked(command=pick.id, units=(pick.unit,))
        elif self._body.bin_of(pick.unit) == pick.bin:
            answer = PickFailed(command=pick.id, why="aborted")
        else:
            answer = PickFailed(command=pick.id, why="unknown")
        said: list[Event] = [self._answered(pick.id, answer)]
        if found.units is not None:
            said.append(CountMade(counted=BinCounted(bin=found.bin, units=found.units)))
        return said

    def _next_incoming(self, dealt_with: str) -> list[Event]:
        incoming = self._memory.incoming[0]
        incoming.units.remove(dealt_with)
        incoming.asked = ""
        if incoming.units:
            return []
        self._memory.incoming.pop(0)
        if incoming.given_back:
            units = ", ".join(incoming.given_back)
            reason = f"Given back, since nobody allowed them in: {units}"[:TEXT_MAX]
            return [CommandRefused(command=incoming.id, reason=reason)]
        return [self._answered(incoming.id, CommandDone(command=incoming.id))]

    def _ask_again(self, now: Instant) -> list[Event]:
        due = self._permission_due()
        if due is None or now < due:
            return []
        incoming = self._memory.incoming[0]
        if incoming.asks < PERMISSION_ASKS_MAX:
            incoming.asks += 1
            incoming.asked_at = now
            return [InputAsked(unit=incoming.asked)]
        incoming.given_back.append(incoming.asked)
        self._body.give_back(incoming.asked)
        return self._next_incoming(incoming.asked)

    def _permission_due(self) -> Instant | None:
        incoming = self._memory.incoming[0] if self._memory.incoming else None
        if incoming is None or not incoming.asked or self._put_pending(incoming.asked):
            return None
        return incoming.asked_at + PERMISSION_PATIENCE

    # ── what can begin now ──

    def _go_on(self, now: Instant) -> list[Event]:
        memory = self._memory
        if memory.releases and not self._releasing:
            self._releasing = True
            self._body.release(memory.releases[0].units, now)
        if memory.incoming and not memory.incoming[0].asked and not self._presenting:
            self._presenting = True
            self._body.present(memory.incoming[0].units[0], now)
        return [*self._start_arm(now), *(event for r in self._body.advance(now) for event in self._report(r, now))]

    def _start_arm(self, now: Instant) -> list[Event]:
        """Not while a door is open or a part broken: F42 blocks the next pick, and nothing but it."""
        memory = self._memory
        if memory.at_work is not None or not memory.waiting or memory.broken or self._body.open_doors():
            return []
        memory.at_work = work = memory.waiting.pop(0)
        match work:
            case Pick():
                self._body.pick(work, now)
                return [PickStarted(command=work.id)]
            case Count():
                self._body.count(work.bin, now)
            case Look():
                self._body.count(work.pick.bin, now)
            case Put():
                self._body.put(work.unit, work.bin, now)
        return []

    # ── what people do ──

    def _touched(self, touch: Touch, now: Instant) -> list[Event]:
        match touch:
            case CloseDoor():
                if not self._body.close(touch.door):
                    not_now(f"The door {touch.door} is shut.")
                return [DoorClosed(door=touch.door)]
            case TakeAtMachine():
                self._take_out(touch.unit, touch.bin)
                return [UnitDispensedAtMachine(unit=touch.unit, bin=touch.bin, person=touch.person)]
            case TakeByHand():
                self._take_out(touch.unit, touch.bin)
                return []
            case PutByHand():
                self._body.put_by_hand(touch.unit, touch.bin)
                return []
            case _:
                return super()._touched(touch, now)

    def _take_out(self, unit: str, bin_: str) -> None:
        if not self._body.take_by_hand(unit, bin_):
            not_now(f"{unit} does not lie in {bin_}.")

    def _due(self) -> Instant | None:
        dues = (self._body.deadline, self._permission_due())
        return min((due for due in dues if due is not None), default=None)

    def _state(self) -> Words:
        memory = self._memory
        return {
            "at_work": memory.at_work.id if memory.at_work else "",
            "waiting": len(memory.waiting),
            "outlet": len(self._body.in_outlet()),
            "open_doors": ", ".join(self._body.open_doors()),
            "broken": ", ".join(f"{module}: {reason}" for module, reason in self._memory.broken.items()),
        }

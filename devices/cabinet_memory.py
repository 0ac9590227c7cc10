"""What a parts cabinet's controller does not forget when its power fails."""

from typing import TypeAlias

from msgspec import Struct, field

from devices.cabinet_body import CabinetTruth, Pick
from shopfloor.contract.actor import Instant
from shopfloor.contract.events import (
    CommandDone,
    CommandRefused,
    CountMade,
    OutletEmptied,
    PickAborted,
    PickFailed,
    UnitPicked,
    UnitStored,
)


class Count(Struct, frozen=True, tag=True):
    """Look what lies in a bin."""

    id: str
    bin: str


class Look(Struct, frozen=True, tag=True):
    """Find out what became of a pick that a restart interrupted."""

    pick: Pick

    @property
    def id(self) -> str:
        return self.pick.id


class Put(Struct, frozen=True, tag=True):
    """From the inlet into a bin, by permission ``id``."""

    id: str
    unit: str
    bin: str


ArmWork: TypeAlias = Pick | Count | Look | Put
Answer: TypeAlias = (
    UnitPicked | PickFailed | PickAborted | OutletEmptied | UnitStored | CountMade | CommandDone | CommandRefused
)


class Release(Struct, frozen=True):
    """Units to be given out to one tote or hand."""

    id: str
    units: tuple[str, ...]
    tote: str


class Incoming(Struct):
    """Units that somebody brings to the inlet; ``asked`` lies in it and waits for permission."""

    id: str
    units: list[str]
    tote: str
    asked: str = ""
    asks: int = 0
    asked_at: Instant = 0
    given_back: list[str] = field(default_factory=list)


class CabinetMemory(Struct, kw_only=True):
    """Kept over a restart."""

    truth: CabinetTruth = field(default_factory=CabinetTruth)
    waiting: list[ArmWork] = field(default_factory=list)
    at_work: ArmWork | None = None
    releases: list[Release] = field(default_factory=list)
    incoming: list[Incoming] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    """Module → what is wrong with it."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """Command → what was answered, and is answered again if it is asked again."""

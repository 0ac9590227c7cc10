"""What a parts cabinet's controller asks of the machine, what the machine reports, and what really lies where.

A maker's driver implements ``CabinetBody``; ``cabinet_simulation`` has one of arithmetic.
"""

from typing import Literal, Protocol, TypeAlias

from msgspec import Struct, field

from shopfloor.contract.actor import Instant


class Bin(Struct):
    """What lies in a bin. Not ``whole``: nobody has said that this is all, so it cannot be counted."""

    units: list[str]
    whole: bool = True


class CabinetTruth(Struct, kw_only=True):
    """What really lies where. Kept over a restart."""

    bins: dict[str, Bin] = field(default_factory=dict)
    outlet: list[str] = field(default_factory=list)
    """As the machine knows them; ``strange`` has what really lies there where that is another."""
    inlet: list[str] = field(default_factory=list)
    strange: dict[str, str] = field(default_factory=dict)
    """Unit as told → unit as it is."""
    vanished: list[str] = field(default_factory=list)
    open_doors: list[str] = field(default_factory=list)


class Pick(Struct, frozen=True, tag=True):
    """Bring this unit from its bin to the outlet."""

    id: str
    unit: str
    sku: str
    bin: str


class Dropped(Struct, frozen=True):
    """These lie in the outlet now, as far as the machine can tell."""

    pick: str
    units: tuple[str, ...]


class Missed(Struct, frozen=True):
    """Nothing came out."""

    pick: str
    why: Literal["incomplete", "rejected", "aborted"]


class Broke(Struct, frozen=True):
    """A part of the machine does not work."""

    module: str
    reason: str


class Mended(Struct, frozen=True):
    """It works again."""

    module: str


class Released(Struct, frozen=True):
    """These have left the outlet."""

    units: tuple[str, ...]


class Presented(Struct, frozen=True):
    """This unit lies in the inlet and has been read."""

    unit: str


class Stored(Struct, frozen=True):
    """It lies in that bin now."""

    unit: str
    bin: str


class Counted(Struct, frozen=True):
    """What lies in a bin; ``units`` is None if the machine cannot know."""

    bin: str
    units: tuple[str, ...] | None


class DoorMoved(Struct, frozen=True):
    """A door is now open, or closed."""

    door: str
    is_open: bool


CabinetReport: TypeAlias = Dropped | Missed | Broke | Mended | Released | Presented | Stored | Counted | DoorMoved


class CabinetBody(Protocol):
    """What a client asks of a cabinet. All of it returns at once; what comes of it is reported."""

    def pick(self, pick: Pick, now: Instant) -> None:
        """Ends with Dropped or Missed; the arm is busy until then."""

    def stop(self, pick: str, now: Instant) -> bool:
        """True if the arm has turned back with nothing in it; False if it is too late."""

    def put(self, unit: str, bin_: str, now: Instant) -> None:
        """From the inlet into a bin. Ends with Stored; the arm is busy until then."""

    def count(self, bin_: str, now: Instant) -> None:
        """Ends with Counted; the arm is busy until then."""

    def release(self, units: tuple[str, ...], now: Instant) -> None:
        """Open the outlet for whoever stands there. Ends with Released."""

    def present(self, unit: str, now: Instant) -> None:
        """Take one unit from whoever stands at the inlet. Ends with Presented."""

    def give_back(self, unit: str) -> None:
        """Out of the inlet again."""

    def unlock(self, now: Instant) -> None:
        """For the manual key; the door reports that it is open."""

    def close(self, door: str) -> bool:
        """Somebody shuts this door; False if it was shut."""

    def take_by_hand(self, unit: str, bin_: str) -> bool:
        """Somebody reaches in; False if it does not lie there."""

    def put_by_hand(self, unit: str, bin_: str) -> None:
        """Somebody lays it in."""

    def in_outlet(self) -> tuple[str, ...]: ...

    def bin_of(self, unit: str) -> str:
        """Where it lies, as far as the machine knows; empty if nowhere."""

    def open_doors(self) -> tuple[str, ...]: ...

    def dead(self, now: Instant) -> bool: ...

    def advance(self, now: Instant) -> list[CabinetReport]: ...

    @property
    def deadline(self) -> Instant | None: ...

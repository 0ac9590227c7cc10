"""What people do at a parts cabinet: doors, its own screen, and reaching in."""

from devices.client import Touch
from shopfloor.contract.kinds import Id


class CloseDoor(Touch, frozen=True):
    """Somebody shuts a door that was left open."""

    door: Id


class TakeAtMachine(Touch, frozen=True):
    """m14: somebody asks the machine's own screen for a unit, and gets it."""

    unit: Id
    bin: Id
    person: str = ""


class TakeByHand(Touch, frozen=True):
    """Somebody reaches into a bin. The machine does not see it (F45)."""

    unit: Id
    bin: Id


class PutByHand(Touch, frozen=True):
    """Somebody lays a unit into a bin. The machine does not see it."""

    unit: Id
    bin: Id

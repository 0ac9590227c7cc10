"""Where the versions of VDA 5050 ask different things of a robot: one row for each major version.

How the words look on the wire is the codec's business; what a robot does is told here.
"""

from typing import Final

from msgspec import Struct

from shopfloor.contract.vda5050 import BlockingType, OperatingMode

_DRIVES: Final = frozenset({OperatingMode.AUTOMATIC, OperatingMode.SEMIAUTOMATIC})
_OLD_MODES: Final = _DRIVES | {OperatingMode.MANUAL, OperatingMode.SERVICE, OperatingMode.TEACH_IN}
_OLD_BLOCKING: Final = (BlockingType.NONE, BlockingType.SOFT, BlockingType.HARD)
_ASIDE: Final = frozenset({OperatingMode.SERVICE, OperatingMode.TEACH_IN, OperatingMode.STARTUP})


class Rules(Struct, frozen=True):
    """What a robot of one major version keeps to."""

    modes: frozenset[OperatingMode]
    """Positions that its key has."""
    takes_orders_in: frozenset[OperatingMode]
    clears_order_in: frozenset[OperatingMode]
    """On entering one of these it forgets the way it still has (V22)."""
    forgets_node_in: frozenset[OperatingMode]
    """Its lastNodeId becomes empty on entering."""
    runs_out_before_mode: bool
    """Such a mode is not told before the last action has ended."""
    keeps_instants: bool
    """States of instant actions stay until clearInstantActions; else they go with the next order."""
    cancels_by_name: bool
    """A cancelOrder may name its order."""
    blocking: tuple[BlockingType, ...]
    instant_blocking: tuple[BlockingType, ...]
    unheard_of: frozenset[str]
    """Actions that only the other version knows."""

    def takes_instant_in(self, mode: OperatingMode, action_type: str) -> bool:
        """Whoever intervenes by hand may still be told to stop."""
        return mode in _DRIVES or (mode in self.takes_orders_in and action_type == "cancelOrder")

    def knows(self, action_type: str) -> bool:
        return action_type not in self.unheard_of

    @staticmethod
    def drives_in(mode: OperatingMode) -> bool:
        return mode in _DRIVES


_TWO: Final = Rules(
    modes=_OLD_MODES,
    takes_orders_in=_DRIVES,
    clears_order_in=frozenset({OperatingMode.MANUAL}),  # of SERVICE and TEACHIN 2.x does not say so: the order waits
    forgets_node_in=frozenset(),
    runs_out_before_mode=False,
    keeps_instants=False,
    cancels_by_name=False,
    blocking=_OLD_BLOCKING,
    instant_blocking=_OLD_BLOCKING,
    unheard_of=frozenset({"clearInstantActions", "retry", "skipRetry"}),
)

_THREE: Final = Rules(
    modes=frozenset(OperatingMode) - {OperatingMode.UNKNOWN},
    takes_orders_in=_DRIVES | {OperatingMode.INTERVENED},
    clears_order_in=_ASIDE | {OperatingMode.MANUAL},
    forgets_node_in=_ASIDE,  # in MANUAL only if somebody has moved it away
    runs_out_before_mode=True,
    keeps_instants=True,
    cancels_by_name=True,
    blocking=(*_OLD_BLOCKING, BlockingType.SINGLE),
    instant_blocking=(BlockingType.NONE,),
    unheard_of=frozenset(),
)


def rules_for(version: str) -> Rules:
    """By the version that the robot writes in its headers."""
    return _THREE if version.startswith("3") else _TWO

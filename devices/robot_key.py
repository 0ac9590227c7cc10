"""The key switch of a robot: its operating mode, and what a turn of it does to the order (V22)."""

from typing import Final

from devices.robot_body import Pose, Reading
from devices.robot_orders import HeldOrder, Worklist
from devices.robot_picture import Condition
from devices.robot_rules import Rules
from shopfloor.contract.vda5050 import OperatingMode

KEYS_MAX: Final = 4
"""Turns of the key that wait for an action to run out."""


class Key:
    """Turned by a person. In their hands a robot forgets its order, but not the order's ids; in 3.0 not before all that
    it has begun has run out."""

    def __init__(self, rules: Rules, condition: Condition, stands: Pose, within_m: float) -> None:
        self._rules = rules
        self._condition = condition
        self._left_at = stands
        self._within_m = within_m
        self._turns: list[OperatingMode] = []

    @property
    def waits(self) -> bool:
        """It was turned, and the mode is not told yet."""
        return bool(self._turns)

    def turn(self, mode: OperatingMode) -> None:
        """What the key has no position for, nobody can turn it to."""
        if mode in self._rules.modes:
            self._turns = [*self._turns, mode][-KEYS_MAX:]

    def settle(self, held: HeldOrder, worklist: Worklist, reading: Reading) -> bool:
        """Enter each mode as soon as it may be; answers whether orders are taken now that were not before."""
        could = self._takes_orders
        clears = self._rules.clears_order_in
        while self._turns:
            mode = self._turns[0]
            if mode in clears and self._condition.mode not in clears:
                held.give_up()
                worklist.forget_ended()
                if self._rules.runs_out_before_mode and held.acts:
                    break
                held.close()
            self._turns = self._turns[1:]
            self._enter(mode, reading)
        self._feel_pushed(reading)
        return self._takes_orders and not could

    @property
    def _takes_orders(self) -> bool:
        return self._condition.mode in self._rules.takes_orders_in

    def _enter(self, mode: OperatingMode, reading: Reading) -> None:
        self._feel_pushed(reading)
        self._condition.mode, self._left_at = mode, reading.pose
        if mode in self._rules.forgets_node_in:
            self._condition.last_node = ""

    def _feel_pushed(self, reading: Reading) -> None:
        """Moved by hand so far that no order could begin at its last node, it has none any more (3.0)."""
        by_hand = self._condition.mode is OperatingMode.MANUAL and bool(self._rules.forgets_node_in)
        if by_hand and reading.pose.distance_m(self._left_at.x, self._left_at.y) > self._within_m:
            self._condition.last_node = ""

"""Lines between the cells of a terminal, in box-drawing characters that join where the lines do."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from msgspec import Struct, field

Cell: TypeAlias = tuple[int, int]
"""Column and row, from the top left."""

ARMS: Final[dict[Cell, int]] = {(0, -1): 0, (1, 0): 1, (0, 1): 2, (-1, 0): 3}
"""The way out of a cell → which of its arms: up, right, down, left."""
JOINED: Final = " ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋"
"""By the weights of up, right, down and left (0 none, 1 light, 2 heavy), as the digits of a number to base 3."""
LANE, PLANNED, RESERVED = 1, 2, 3
"""How much a stroke says: what says more is drawn over what says less."""
WEIGHTS: Final = (0, 1, 1, 2)
DASHED: Final = {"─": "╌", "│": "╎"}


class Joint(Struct):
    """What runs out of one cell: how much each arm says, and whose the loudest is."""

    arms: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    owner: str = ""

    @property
    def says(self) -> int:
        return max(self.arms)

    @property
    def sign(self) -> str:
        """The character; a planned stroke is dashed where there is a character for it: not where it bends."""
        up, right, down, left = (WEIGHTS[arm] for arm in self.arms)
        joined = JOINED[27 * up + 9 * right + 3 * down + left]
        return DASHED.get(joined, joined) if self.says == PLANNED else joined


class Strokes:
    """A sheet of cells to draw lines on."""

    def __init__(self) -> None:
        self.joints: dict[Cell, Joint] = {}

    def draw(self, start: Cell, end: Cell, says: int, owner: str = "") -> None:
        """From cell to cell; what is neither level nor upright becomes steps."""
        here = start
        for there in _steps(start, end):
            way = (there[0] - here[0], there[1] - here[1])
            self._arm(here, way, says, owner)
            self._arm(there, (-way[0], -way[1]), says, owner)
            here = there

    def _arm(self, cell: Cell, way: Cell, says: int, owner: str) -> None:
        joint = self.joints.setdefault(cell, Joint())
        if says > joint.says:
            joint.owner = owner
        arm = ARMS[way]
        joint.arms[arm] = max(joint.arms[arm], says)


def _steps(start: Cell, end: Cell) -> Iterator[Cell]:
    """The cells after the first, each beside the one before, as near to the straight line as that goes."""
    (column, row), (last_column, last_row) = start, end
    across, down = abs(last_column - column), abs(last_row - row)
    right, below = (1 if last_column > column else -1), (1 if last_row > row else -1)
    gone_across = gone_down = 0
    while gone_across < across or gone_down < down:
        if (2 * gone_across + 1) * down < (2 * gone_down + 1) * across:
            gone_across += 1
        else:
            gone_down += 1
        yield column + right * gone_across, row + below * gone_down

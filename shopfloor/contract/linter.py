"""Looks a layout over and tells all that is wrong with it: the linter behind ``Layout`` and ``shopfloor layout``.

In passes, each of which tells all that it finds, and the next is made only on what the one before has found sound:
the rows of both files; the drawing by itself and how the side file fits it; the ways that robots would take.
"""

from collections.abc import Iterator

from msgspec import Struct, structs

from shopfloor.contract.drawing_flaws import drawing_flaws, size_flaws, trap_flaws
from shopfloor.contract.flaws import Flaw, bounded
from shopfloor.contract.ground import Ground
from shopfloor.contract.lif import Drawing
from shopfloor.contract.lif_reading import survey
from shopfloor.contract.side_reading import SideSurvey, survey_side
from shopfloor.contract.sidefile import SideFile
from shopfloor.contract.wellformed import joint_flaws, traffic_flaws


class Inspection(Struct, frozen=True):
    """What can be read of a layout, and everything that is wrong with it."""

    drawing: Drawing
    side: SideFile | None
    """None if there is none or it cannot be read."""
    ground: Ground | None
    """None if there is no shop around the lanes, or a fault forbids to work it out."""
    flaws: tuple[Flaw, ...]
    """Faults first, then warnings."""

    @property
    def faults(self) -> tuple[Flaw, ...]:
        """What keeps the layout from being used."""
        return tuple(flaw for flaw in self.flaws if flaw.severity == "fault")

    @property
    def warnings(self) -> tuple[Flaw, ...]:
        """What robots can live with."""
        return tuple(flaw for flaw in self.flaws if flaw.severity == "warning")


def inspect(lif_text: str, side_text: str | None = None) -> Inspection:
    """Everything that is wrong with a LIF file, and with the side file if one is given. Never raises."""
    lif = survey(lif_text)
    side = survey_side(side_text) if side_text is not None else SideSurvey(None, ())
    unread = (*lif.faults, *side.faults, *size_flaws(lif.drawing))
    if unread:
        sound = () if lif.faults and not lif.drawing.nodes else tuple(_by_itself(lif.drawing))
        return _inspection(lif.drawing, side.side, None, (*unread, *sound, *lif.drawing.warnings))
    return examine(lif.drawing, side.side)


def examine(drawing: Drawing, side: SideFile | None) -> Inspection:
    """The passes after reading: the drawing by itself, the side file on it, the ways."""
    flaws = [*drawing.warnings, *drawing_flaws(drawing)]
    if side is None or not side.robots:
        flaws += trap_flaws(drawing)
    if side is None:
        return _inspection(drawing, None, None, tuple(flaws))
    flaws += joint_flaws(drawing, side)
    if any(flaw.severity == "fault" for flaw in flaws):
        return _inspection(drawing, side, None, tuple(flaws))
    ground = Ground.of(drawing, side)
    flaws += traffic_flaws(drawing, side, ground)
    return _inspection(drawing, side, ground, tuple(flaws))


def with_spare_robots(found: Inspection) -> Inspection:
    """The same layout with its spare robots on the floor too; without such robots, or after a fault, as it is."""
    if found.side is None or not found.side.spare_robots or found.faults:
        return found
    everybody = (*found.side.robots, *found.side.spare_robots)
    return examine(found.drawing, structs.replace(found.side, robots=everybody, spare_robots=()))


def _by_itself(drawing: Drawing) -> Iterator[Flaw]:
    """What can be said of the sound part of a drawing of which another part is lost."""
    if not list(size_flaws(drawing)):
        yield from drawing_flaws(drawing)


def _inspection(drawing: Drawing, side: SideFile | None, ground: Ground | None, flaws: tuple[Flaw, ...]) -> Inspection:
    ordered = sorted(flaws, key=lambda flaw: flaw.severity != "fault")  # stable: in the order found
    return Inspection(drawing, side, ground, bounded(ordered))

"""Whether the machine was ours: the host of a virtual machine may take its processors away, and what was timed
meanwhile says nothing of our speed."""

from pathlib import Path
from typing import Final

STAT: Final = Path("/proc/stat")
STOLEN: Final = 7
"""Its place among the times of all processors, see proc(5): user, nice, system, idle, iowait, irq, softirq, steal."""
CALM_MAX: Final = 0.03
"""With less than this taken away, a time is ours."""


class Theft:
    """What share of the processors' time the host has taken since this began; nothing where the kernel tells none."""

    def __init__(self) -> None:
        self._began = _times()

    @property
    def share(self) -> float:
        spent = [now - then for now, then in zip(_times(), self._began, strict=True)]
        return spent[STOLEN] / max(1, sum(spent))

    @property
    def is_petty(self) -> bool:
        return self.share < CALM_MAX


def _times() -> list[int]:
    """Of all processors together, in ticks."""
    if not STAT.exists():
        return [0] * (STOLEN + 1)
    return [int(ticks) for ticks in STAT.read_text(encoding="ascii").split("\n", 1)[0].split()[1 : STOLEN + 2]]

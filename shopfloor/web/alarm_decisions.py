"""What a manager may decide right at an alarm, beside the story that it opens."""

import re
import sqlite3
from collections.abc import Iterator

from shopfloor.contract.layout import Layout
from shopfloor.web.stories import Decision

COMPLAINT = re.compile(r"complaint/(.+)")
MISPLACED = re.compile(r"phone/(.+)")
LATEST_COUNT = (
    "SELECT json_extract(body, '$.count') FROM fact WHERE kind = 'CountDiffered' AND json_extract(body, '$.bin') = ? "
    "ORDER BY id DESC LIMIT 1"
)


def decisions_at_alarm(database: sqlite3.Connection, layout: Layout, about: str) -> tuple[Decision, ...]:
    """By what the alarm is about; in many cases nothing, because somebody has to go and look."""
    return tuple(_decisions(database, layout, about))


def _decisions(database: sqlite3.Connection, layout: Layout, about: str) -> Iterator[Decision]:
    if complaint := COMPLAINT.fullmatch(about):
        yield Decision("ComplaintSettled", {"repair": complaint[1]})
    if misplaced := MISPLACED.fullmatch(about):
        yield Decision("DeviceFoundAgain", {"repair": misplaced[1]})
    robot = about.partition("/")[0]
    if robot in layout.robots:
        yield Decision("ModeSet", {"what": "robot-held", "about": robot})
    if about in layout.cabinets:
        yield Decision("ModeSet", {"what": "cabinet-by-hand", "about": about})
    if about in layout.loaners:
        yield Decision("LoanerDeclaredLost", {"loaner": about})
    if about == "queue":
        yield Decision("ModeSet", {"what": "line-closed"})
    if about.partition(".")[0] in layout.cabinets:
        for (count,) in database.execute(LATEST_COUNT, (about,)):
            yield Decision("AdjustmentApproved", {"count": str(count)})

"""What the checker has looked at, and what it found broken."""

import json
from collections import Counter

from msgspec import Struct

FAULTS_MAX = 200
SHOWN = 600


class Fault(Struct, frozen=True):
    """One broken point: its name (M11, V14, …), whose message, when, and what is wrong with it."""

    point: str
    robot: str
    at: int
    why: str
    message: str

    def __str__(self) -> str:
        return f"{self.point} {self.robot} at {self.at}: {self.why}\n    {self.message}"


class Findings:
    def __init__(self) -> None:
        self.looked_at: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.messages = 0

    def judge(self, point: str, post, right: bool, why: str) -> None:
        """A point was looked at once more; ``why`` says what is wrong if it is not ``right``."""
        self.looked_at[point] += 1
        if not right and len(self.faults) < FAULTS_MAX:
            self.faults.append(Fault(point, post.robot, post.at, why, _short(post.payload)))

    @property
    def points(self) -> list[str]:
        """Names of the points that were found broken."""
        return sorted({fault.point for fault in self.faults})


def _short(payload: bytes) -> str:
    try:
        text = json.dumps(json.loads(payload), separators=(",", ":"))
    except ValueError:
        text = repr(payload)
    return text[:SHOWN]

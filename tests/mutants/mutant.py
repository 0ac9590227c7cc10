"""What a mutant is: one small bug, as a tired engineer would write it, and the test that is meant to notice.

A mutant is a textual replacement that is applied to a copy of the tree for one test run. It is never a switch in
shipped code.
"""

from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct

ROOT = Path(__file__).parents[2]

Subject: TypeAlias = Literal["money", "stock", "signature", "custody", "queue", "jobs", "fleet", "delivery"]


class Mutant(Struct, frozen=True, kw_only=True):
    """One bug: where it is, what goes wrong in the shop because of it, and who is meant to find it."""

    name: str
    subject: Subject
    file: str
    """Below the root of the project."""
    before: str
    """The text as it is now; it stands in the file exactly once."""
    after: str
    story: str
    """What goes wrong in the shop, in one sentence."""
    meant: tuple[str, ...]
    """Tests that are meant to find it: node ids below ``tests/``."""
    invariant: str = ""
    """When it is an invariant that must stop the shop in those tests: its id. Anything else is then no find."""

    def applied_to(self, root: Path) -> str:
        """The text of the file below ``root`` with the bug in it; raises ValueError where it does not fit any more."""
        text = (root / self.file).read_text(encoding="utf-8")
        times = text.count(self.before)
        if times != 1:
            raise ValueError(f"{self.name}: its text stands {times} times in {self.file}")
        return text.replace(self.before, self.after)

    @property
    def node_ids(self) -> list[str]:
        """What pytest is asked to run."""
        return [f"tests/{test}" for test in self.meant]

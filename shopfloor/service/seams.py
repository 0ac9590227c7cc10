"""Where a coordinator can die, from a message's arrival to the last thing that follows from it.

The loop calls its ``seam`` at each of these points. In a shop nothing listens. A test, or the storm, stops the process
there, and then demands that nothing was lost and nothing is done twice.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

SeamName: TypeAlias = Literal[
    "received",  # a batch is there, nothing of it was looked at
    "handled",  # the floor has taken it in, nothing is written
    "written",  # rows are written, the transaction is open
    "committed",  # synced; no receipt and no command has left
    "receipted",  # after each receipt
    "published",  # after each command or picture
    "acknowledged",  # the broker knows that we have it
    "checkpointing",  # a checkpoint is written, its transaction is open
    "replaying",  # at a start, after each entry
]
SEAMS: tuple[SeamName, ...] = get_args(SeamName)
Seam: TypeAlias = Callable[[SeamName], None]


def no_seam(_name: SeamName) -> None:
    """Nobody listens."""

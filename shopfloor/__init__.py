"""The floor of a phone service centre: one core for the shop, the twin and the storm."""

from importlib.metadata import version


def release() -> str:
    """Which release of the code this is; a journal's tail must not be replayed by another."""
    return version("shopfloor")


class Unusable(Exception):
    """A journal, a layout, a catalogue or an address cannot be used as it was given: why, and what to do.

    Here, so that a command line can tell it without loading what it is about.
    """

"""The first entry of a journal: what the shop was opened with."""

import msgspec
from msgspec import Struct

from shopfloor.contract.layout import LayoutSource
from shopfloor.core.policies import Policy
from shopfloor.service.inspection import good_prefix, store_of
from shopfloor.service.store import JournalRefused


class Opening(Struct, frozen=True):
    """Everything that the floor was made of."""

    layout: LayoutSource
    catalogue: str
    policy: Policy


def opening_of(url: str) -> Opening:
    """Of the shop with this journal, whether it runs or not. Raises JournalRefused when there is none."""
    return read_opening(next(good_prefix(url, store_of(url))).body)


def read_opening(genesis: bytes) -> Opening:
    """Raises JournalRefused on words that this release does not know."""
    try:
        return msgspec.json.decode(genesis, type=Opening)
    except msgspec.DecodeError as fault:
        raise JournalRefused(
            f"This journal was opened with words that this release does not know ({fault}). Use the one that made it."
        ) from None

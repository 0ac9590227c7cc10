"""What an offer is: a deed that is possible now, and what is known of its event already."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.commands import PartRow, ShowWork
from shopfloor.web.handheld.deed import Choice

Body: TypeAlias = Mapping[str, object]


class Offer(Struct, frozen=True, omit_defaults=True):
    """A deed of the table that is possible now; ``body`` is what is known of its event already."""

    deed: str
    body: Body = {}
    choices: dict[str, tuple[Choice, ...]] = {}
    """Field → what there is to choose from, where that differs from case to case."""
    about: str = ""
    """What tells it from others of its kind: a part number, a document."""


class Offers(Struct, frozen=True, omit_defaults=True):
    """Of one thing: the next step, if there is one, and what else is possible."""

    next: tuple[Offer, ...] = ()
    """The big buttons: none where somebody else must act."""
    more: tuple[Offer, ...] = ()
    hint: str = ""
    """Name of a sentence of ``hints.py``: whom it waits for."""


class Seat(Struct, frozen=True):
    """Who looks, from where, and what the floor shows them."""

    work: ShowWork
    catalogue: Catalogue
    keeps_parts: bool = False

    @property
    def engineer(self) -> str:
        return self.work.engineer

    @property
    def desk(self) -> str:
        return self.work.desk

    @property
    def place(self) -> str:
        """The desk, as a place for a phone."""
        return f"desk/{self.work.desk}"

    def parts_of(self, repair: str) -> tuple[PartRow, ...]:
        return tuple(part for part in self.work.parts if part.repair == repair)

"""All that a page needs of its shop: the plan, the records, the way to the floor, who may come in."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct, field

from shopfloor.contract.actor import Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.pace import Pacer
from shopfloor.web.gateway import Gateway
from shopfloor.web.live import Gallery
from shopfloor.web.records import LookIn
from shopfloor.web.unsent import UnsentBook


class Shop(Struct, kw_only=True):
    """One shop, as one process of pages has it."""

    layout: Layout
    catalogue: Catalogue
    database: Path
    look: LookIn
    gateway: Gateway
    gallery: Gallery
    access: AccessBook
    unsent: UnsentBook
    clock: Callable[[], Instant]
    """The shop's own time."""
    wall: Callable[[], Instant]
    """The wall's time, which sessions and links run by."""
    pacer: Pacer = field(default_factory=Pacer)
    """How often one may ask."""
    authority: Path | None = None
    """The certificate of the shop's own authority, if it has one."""
    tls: bool = False
    """Whether pages are served over TLS: then cookies are, too."""

    @property
    def store(self) -> str:
        return self.layout.store.id

    def tracking_page(self, ticket: str) -> str:
        """A new link to the customer's own page of this visit."""
        return f"/track/{self.access.new_link(ticket, self.wall())}"

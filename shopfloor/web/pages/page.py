"""What a page is: a path, who may open it, a template, and what it shows live."""

from collections.abc import Callable
from typing import NamedTuple

from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.live import Sections
from shopfloor.web.shop import Shop
from shopfloor.web.terms import Table
from shopfloor.web.words import Words


def everybody(_visitor: Visitor) -> tuple[str, ...]:
    """The same picture for all who look."""
    return ()


def own_device(visitor: Visitor) -> tuple[str, ...]:
    """One picture a device."""
    return (visitor.device,)


def records_only(_shop: Shop) -> object:
    """Nothing moves on this page but what the records and the floor tell."""
    return None


def nothing_more(_shop: Shop, _visitor: Visitor, _words: Words) -> dict[str, object]:
    """No data beside the usual."""
    return {}


class Page(NamedTuple):
    """One page: one template ``{name}.html``, one script ``{name}.js``, one route."""

    name: str
    path: str
    roles: tuple[Role, ...]
    device_type: str
    """The type of device that this page is, if it is one: whoever comes without is told how to set it up."""
    draw: Callable[[Shop, Visitor], Sections]
    """What is shown live: section → value, a whole picture each time."""
    key: Callable[[Visitor], tuple[str, ...]] = everybody
    """Visitors with the same key look at the same picture."""
    data: Callable[[Shop, Visitor, Words], dict[str, object]] = nothing_more
    """What the script needs once: it rides along in the page."""
    labels: tuple[Table, ...] = ()
    """The shop's terms that the script shows, in the reader's language: ``page.labels``."""
    shown: Callable[[Shop, Visitor, Words], dict[str, object]] = nothing_more
    """What the template shows at once, without any script."""
    moves: Callable[[Shop], object] = records_only
    """Differs when something has moved that this page shows and that is in no record."""
    pace_s: float = 0.0
    """Drawn again no sooner than this after the last time; 0: as often as anything has changed, five times a second."""
    is_hidden: bool = False
    """Whoever may not look is told that there is nothing here, instead of being sent to the door."""

    def admits(self, visitor: Visitor) -> bool:
        """Whether this visitor may look at it."""
        if visitor.role not in self.roles:
            return False
        is_it = not self.device_type or visitor.device.startswith(f"{self.device_type}/")
        return is_it or visitor.role is Role.MANAGER

"""What a coordinator does round after round: what arrived is handled, what follows is sent, what is safe acknowledged.

Wires and clocks are handed in: a server's are a broker's and the wall's; a storm has its own.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from shopfloor.contract.actor import Instant
from shopfloor.mqtt import Arrival, Connected, Denied, Disconnected, Publication, Wire
from shopfloor.service.coordinator import Coordinator, Post
from shopfloor.service.journal import Journal
from shopfloor.service.reading import Arrived
from shopfloor.service.seams import Seam, no_seam

LOOK_ROUND_S: Final = 1.0
"""How often every invariant is checked over the whole floor, and the figures are written."""
PICTURES_AGAIN_S: Final = 30.0
"""A screen that has missed a picture is wrong for so long at most."""
CHECKPOINT_EVERY: Final = 20_000
"""Entries between checkpoints of a running shop: a restart replays no more than these."""
LOSSES_ALARM: Final = 5
"""Connections lost in a minute: somebody else uses our name."""

_log = logging.getLogger(__name__)


class Loop:
    """``wires`` has one connection for each type of device. ``clock`` tells the shop's time, ``tick`` seconds that only
    ever go forward. ``hello`` is said whenever its wire has come (back): that we are there."""

    def __init__(
        self,
        coordinator: Coordinator,
        journal: Journal,
        wires: Mapping[str, Wire],
        clock: Callable[[], Instant],
        tick: Callable[[], float],
        *,
        hello: Publication | None = None,
        seam: Seam = no_seam,
        look_round_s: float = LOOK_ROUND_S,
        pictures_again_s: float = PICTURES_AGAIN_S,
        checkpoint_every: int = CHECKPOINT_EVERY,
    ) -> None:
        self._coordinator = coordinator
        self._journal = journal
        self._wires = wires
        self._clock = clock
        self._tick = tick
        self._hello = hello
        self._seam = seam
        self._look_round_s = look_round_s
        self._pictures_again_s = pictures_again_s
        self._checkpoint_every = checkpoint_every
        self._checkpointed = journal.head.n
        self._looked = self._shown = tick()

    def round(self, items: Sequence[object]) -> None:
        """One batch out of the inbox; an empty one lets time pass. Raises when the shop cannot go on."""
        arrivals = [item for item in items if isinstance(item, Arrival)]
        if arrivals:
            self._seam("received")
        self._send(self._coordinator.take([Arrived(each.topic, each.payload) for each in arrivals], self._clock()))
        for arrival in arrivals:
            arrival.session.ack(arrival)
        if arrivals:
            self._seam("acknowledged")
        for item in items:
            self._about_wire(item)
        now_s = self._tick()
        if now_s - self._looked >= self._look_round_s:
            self._looked = now_s
            self._look_round()
        if now_s - self._shown >= self._pictures_again_s:
            self._shown = now_s
            self._send(self._coordinator.pictures())

    def leave(self) -> None:
        """A clean stop: everything is looked at once more, and the next start need not replay it."""
        self._coordinator.check_all()
        self._coordinator.write_kpis()
        self._checkpoint()

    def _look_round(self) -> None:
        self._coordinator.check_all()
        self._coordinator.write_kpis()
        if self._journal.head.n - self._checkpointed >= self._checkpoint_every:
            self._checkpoint()

    def _checkpoint(self) -> None:
        self._coordinator.checkpoint()
        self._checkpointed = self._journal.head.n

    def _send(self, posts: Sequence[Post]) -> None:
        for post in posts:
            self._wire_of(post.topic).publish(Publication(post.topic, post.payload, post.qos))
            self._seam("receipted" if post.topic.endswith("/receipt") else "published")

    def _wire_of(self, topic: str) -> Wire:
        return self._wires.get(_type_of(topic)) or self._wires["board"]

    def _about_wire(self, item: object) -> None:
        match item:
            case Connected(session=wire):
                _log.info("%s connected", wire.client_id)
                names = {name for name, known in self._wires.items() if known is wire}
                if self._hello is not None and _type_of(self._hello.topic) in names:
                    wire.publish(self._hello)
                self._send([post for post in self._coordinator.first_posts() if _type_of(post.topic) in names])
            case Disconnected(session=wire, reason=reason, losses=losses):
                _log.warning("%s lost the broker: %s", wire.client_id, reason)
                if losses >= LOSSES_ALARM:
                    twice = "%s was thrown out %d times in a minute: is a second one running?"
                    _log.error(twice, wire.client_id, losses)
            case Denied(session=wire, reason=reason):
                _log.error("%s: %s", wire.client_id, reason)
            case _:
                pass


def _type_of(topic: str) -> str:
    parts = topic.split("/")
    return parts[3] if parts[0] == "shopfloor" else "robot"

"""What is measured on a played day: a fold over the floor's facts, and what only the world knows of people's time."""

from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar, cast

from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant, TimePassed
from shopfloor.contract.commands import Command
from shopfloor.contract.events import Heard
from shopfloor.contract.facts import Fact
from shopfloor.contract.layout import Layout
from simulations.curve import Curve
from simulations.experiments.result import BIN_MIN, BINS, MS_A_MIN, Histogram

F = TypeVar("F", bound=Fact)


class Measure:
    """Watches one day. Nothing in it grows with the number of days."""

    def __init__(self, layout: Layout, begins: Instant) -> None:
        self.sums: dict[str, int] = {}
        self.histograms: dict[str, Histogram] = {name: [0] * BINS for name in ("desk", "tat", "queue", "parts_wait")}
        self.curves = {name: Curve(begins) for name in ("queue", "engineers", "robots")}
        self.lanes: dict[str, int] = {}
        self.desk_of: dict[str, int] = {}
        """Repair → desk time in ms, for repairs of one visit."""
        self._issued: dict[str, Instant] = {}
        self._seated: dict[str, Instant] = {}
        self._opened: dict[str, tuple[str, Instant]] = {}
        """Repair → the ticket it began with, and when that was seated."""
        self._lines: dict[str, tuple[str, Instant]] = {}
        """Parts order → whose order it is a line of: repair, and when it was placed."""
        self._replacements: dict[str, None] = {}
        self._under_way: dict[tuple[str, Instant], int] = {}
        """Such an order → ms until the last of its parts so far that a robot brought."""
        self._on_foot: dict[tuple[str, Instant], None] = {}
        """Orders of which a person brought something."""
        self._by_robot: dict[str, None] = {}
        self._riding: dict[str, Instant] = {}
        self._busy_robots: dict[str, Instant] = {}
        self._stands: dict[str, str] = {}
        self._edges = {(edge.start, edge.end): edge.id for edge in layout.edges.values()}
        self._parks = {name: layout.station_node(row.park) for name, row in layout.robots.items()}
        self._stands.update(self._parks)
        self.last_gone: Instant = begins

    def watch(self, now: Instant, _message: Heard | TimePassed, outs: list[Command | Fact]) -> None:
        """What one message led to."""
        for out in outs:
            fold = FOLDS.get(type(out))
            if fold is not None:
                fold(self, now, cast("Fact", out))

    def add(self, name: str, number: int) -> None:
        self.sums[name] = self.sums.get(name, 0) + number

    def took(self, name: str, ms: int) -> None:
        """Into a histogram of whole minutes."""
        self.histograms[name][min(ms // (BIN_MIN * MS_A_MIN), BINS - 1)] += 1

    # ── customers ───────────────────────────────────────────────────────────────────────────────

    def issued(self, now: Instant, fact: f.TicketIssued) -> None:
        self._issued[fact.ticket] = now
        self.add("tickets", 1)

    def seated(self, now: Instant, fact: f.TicketSeated) -> None:
        if fact.ticket in self._seated:
            return
        self._seated[fact.ticket] = now
        since = self._issued.get(fact.ticket, now)
        self.add("seated", 1)
        self.add("queue_ms", now - since)
        self.took("queue", now - since)
        self.curves["queue"].add(since, now)

    def left(self, now: Instant, fact: f.TicketLeft | f.TicketMissed) -> None:
        self.add("gave_up", 1)
        self._gone(now, fact.ticket)

    def served(self, now: Instant, fact: f.TicketServed) -> None:
        self._gone(now, fact.ticket)

    def _gone(self, now: Instant, ticket: str) -> None:
        self.last_gone = now
        since = self._seated.get(ticket)
        if since is not None:
            self.add("taken_ms", now - since)
            self.curves["engineers"].add(since, now)

    # ── repairs ─────────────────────────────────────────────────────────────────────────────────

    def opened(self, now: Instant, fact: f.RepairOpened) -> None:
        self._opened[fact.repair] = (fact.ticket, self._seated.get(fact.ticket, now))

    def handed_over(self, now: Instant, fact: f.DeviceHandedOver) -> None:
        self.add("handed_over", 1)
        ticket, seated = self._opened.get(fact.repair, ("", now))
        if fact.unrepaired or not ticket or ticket != fact.ticket:
            return
        self.desk_of[fact.repair] = now - seated
        self.add("repairs", 1)
        self.add("desk_ms", now - seated)
        self.took("desk", now - seated)
        whole = now - self._issued.get(ticket, seated)
        self.add("tat_ms", whole)
        self.took("tat", whole)

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def ordered(self, now: Instant, fact: f.PartsOrderOpened) -> None:
        self._lines[fact.parts_order] = fact.repair, now
        if fact.replaces:
            self._replacements[fact.parts_order] = None

    def arrived(self, now: Instant, fact: f.PartArrived) -> None:
        order = self._lines.get(fact.parts_order)
        if order is None:
            return
        if fact.parts_order not in self._by_robot:
            self._on_foot[order] = None
        if fact.parts_order not in self._replacements:
            self.add("orders", 1)
            self.add("order_ms", now - order[1])
            self.took("parts_wait", now - order[1])

    def brought(self, now: Instant, fact: f.JobArrived) -> None:
        order = self._lines.get(fact.parts_order)
        if order is None:
            return
        self._by_robot[fact.parts_order] = None
        if order not in self._under_way:
            self.add("fetches", 1)
        self.add("fetch_ms", now - order[1] - self._under_way.get(order, 0))
        self._under_way[order] = now - order[1]

    def accepted(self, _now: Instant, _fact: f.PartAccepted) -> None:
        self.add("lines", 1)

    # ── robots ──────────────────────────────────────────────────────────────────────────────────

    def assigned(self, now: Instant, fact: f.JobAssigned) -> None:
        self._ride_ends(now, fact.robot)
        self._busy_robots.setdefault(fact.robot, now)

    def rides(self, now: Instant, fact: f.JobAtPickup) -> None:
        self._riding[fact.robot] = now

    def _ride_ends(self, now: Instant, robot: str) -> None:
        since = self._riding.pop(robot, None)
        if since is not None:
            self.add("rides", 1)
            self.add("ride_ms", now - since)

    def moved(self, now: Instant, fact: f.RobotMoved) -> None:
        edge = self._edges.get((self._stands.get(fact.robot, ""), fact.node))
        self._stands[fact.robot] = fact.node
        if edge is not None:
            self.lanes[edge] = self.lanes.get(edge, 0) + 1
        if fact.node == self._parks.get(fact.robot):
            self._rests(now, fact.robot)

    def _rests(self, now: Instant, robot: str) -> None:
        self._ride_ends(now, robot)
        since = self._busy_robots.pop(robot, None)
        if since is not None:
            self.add("robots_ms", now - since)
            self.curves["robots"].add(since, now)

    def end(self, now: Instant) -> None:
        """Whoever is still under way; what can be said of orders only when all of their parts are there."""
        for robot in list(self._busy_robots):
            self._rests(now, robot)
        self.add("brought", sum(order not in self._on_foot for order in self._under_way))


Fold: TypeAlias = Callable[[Measure, Instant, Fact], None]


def _fold(fold: Callable[[Measure, Instant, F], None]) -> Fold:
    return cast("Fold", fold)


FOLDS: Final[dict[type, Fold]] = {
    f.TicketIssued: _fold(Measure.issued),
    f.TicketSeated: _fold(Measure.seated),
    f.TicketLeft: _fold(Measure.left),
    f.TicketMissed: _fold(Measure.left),
    f.TicketServed: _fold(Measure.served),
    f.RepairOpened: _fold(Measure.opened),
    f.DeviceHandedOver: _fold(Measure.handed_over),
    f.PartsOrderOpened: _fold(Measure.ordered),
    f.PartArrived: _fold(Measure.arrived),
    f.PartAccepted: _fold(Measure.accepted),
    f.JobAssigned: _fold(Measure.assigned),
    f.JobAtPickup: _fold(Measure.rides),
    f.JobArrived: _fold(Measure.brought),
    f.RobotMoved: _fold(Measure.moved),
}
"""What each fact means for the figures; others mean nothing here."""

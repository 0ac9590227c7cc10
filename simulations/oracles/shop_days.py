"""The whole shop as a hall that theory knows: the shipped floor, its devices and its people, on the twin's clock.

Where one engineer has one customer from the first word to the last, nobody books, gives up or has lunch, and no habit
takes time, the shop is a queue with as many servers as engineers, whatever they do with the phone meanwhile.
"""

from typing import Final

from msgspec import Struct, structs

from shopfloor.contract import facts as f
from shopfloor.contract.actor import HOUR, MINUTE, Instant
from shopfloor.contract.commands import Command
from shopfloor.contract.facts import Fact
from shopfloor.core.books import Books
from simulations.demand import visits
from simulations.link import DELAY_MS
from simulations.oracles.closed_forms import waits_by_recursion
from simulations.oracles.hall import Census, Played
from simulations.scenarios.plans import plan_of
from simulations.scenarios.premises import catalogue
from simulations.scenarios.scenario import Scenario
from simulations.streams import Streams
from simulations.twin.day import Day

TURN_ROUND_MS: Final = 4 * DELAY_MS
"""From being free, or from the ticket, to the seat: the screen shows it, the engineer's tap, the call on the display,
the tap when they sit down. Each is one wire; people who have no habits react at once."""
IN_LINE: Final = ("WAITING", "CALLED")


class Tickets:
    """What the floor says of each ticket, and how many its books have in line."""

    def __init__(self) -> None:
        self.issued: dict[str, Instant] = {}
        self.seated: dict[str, Instant] = {}
        self.served: dict[str, Instant] = {}
        self.census = Census()
        self._in_line = 0

    def note(self, now: Instant, outs: list[Command | Fact], books: Books) -> None:
        for out in outs:
            match out:
                case f.TicketIssued():
                    self.issued[out.ticket] = now
                case f.TicketSeated():
                    self.seated[out.ticket] = now
                case f.TicketServed():
                    self.served[out.ticket] = now
                case _:
                    continue
            self._count(books, now)

    def _count(self, books: Books, now: Instant) -> None:
        in_line = sum(ticket.state in IN_LINE for ticket in books.tickets.values())
        self.census.changes(in_line - self._in_line, now)
        self._in_line = in_line

    def wait(self, ticket: str) -> int:
        """In ms; of one who was never seated one that nobody can have."""
        return self.seated.get(ticket, self.issued[ticket] - 1) - self.issued[ticket]

    def occupied(self, ticket: str) -> int:
        """How long they kept an engineer: from their call until the next may be called."""
        seated = self.seated.get(ticket, 0)
        return self.served.get(ticket, seated) - seated + TURN_ROUND_MS


class ShopDay(Struct, frozen=True, kw_only=True):
    """One day. Measures what ``SameDraws`` does: the recursion has the comings and the occupations of the day itself.
    Present is who is in line."""

    scenario: Scenario
    engineers: int
    """Of the recursion; the scenario should have as many."""

    def play(self, streams: Streams) -> Played:
        tickets = Tickets()
        plan = structs.replace(plan_of(self.scenario, 0, 0), seed=streams.seed)
        day = Day(plan, lambda now, _message, outs: tickets.note(now, outs, day.floor.books))
        day.play()
        ours = [tickets.wait(ticket) for ticket in tickets.issued]
        theirs = [TURN_ROUND_MS + wait for wait in waits_by_recursion(
            self.engineers, list(tickets.issued.values()), [tickets.occupied(ticket) for ticket in tickets.issued]
        )]  # fmt: skip
        largest = max((abs(one - other) for one, other in zip(ours, theirs, strict=True)), default=0)
        return Played((sum(theirs), sum(ours), largest, len(ours)), tickets.census.present_ms, sum(ours))


class DrawnDays(Struct, frozen=True, kw_only=True):
    """The same shop's customers of many days through the recursion, which ``ShopDay`` shows to be the shop: a day takes
    milliseconds. Measures the sum of their waits, in minutes, over the number of customers that the demand promises."""

    scenario: Scenario
    engineers: int
    days: int

    def play(self, streams: Streams) -> Played:
        waits_ms, until = 0, round(self.scenario.opening.hours * HOUR)
        for day in range(self.days):
            own = Streams(streams.apart("day", day).getrandbits(63))
            come = visits(catalogue(), self.scenario, own, 0, until)
            works = [visit.minutes.hands_on for visit in come]
            waits_ms += sum(waits_by_recursion(self.engineers, [visit.at for visit in come], works))
        promised = self.days * self.scenario.demand.factor * self.scenario.demand.repairs_a_day
        return Played((waits_ms / MINUTE / promised,))

"""What is in a shop beside its devices: seats and lockers, phones in pieces on desks, and words said aloud.

Nothing here knows what the floor thinks. A phone that lies in locker 3 lies there, whatever the books say.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

import simpy
from msgspec import Struct, field

from shopfloor.contract.actor import SECOND, Device, Instant
from shopfloor.contract.catalogue import Catalogue, Row
from shopfloor.contract.events import OverrideGiven, TransferRequested
from shopfloor.contract.kinds import Line
from shopfloor.contract.layout import Layout
from simulations.demand import Minutes, Visit
from simulations.people.attention import Bell
from simulations.people.hands import Hands
from simulations.people.parts_counter import GAMMA_SHAPE, PartsCounter
from simulations.scenarios.scenario import Scenario
from simulations.streams import Streams

REMARKS_MAX: Final = 2_000


class Guest:
    """A customer, as far as the people of the shop know them: what was said and handed across the desk."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.bell = Bell()
        """Somebody speaks to them."""
        self.ticket = ""
        self.desk = ""
        """Where they sit; empty anywhere else."""
        self.repair = ""
        """The number of the repair, told by the engineer; later on the slip for the pick-up."""
        self.pay = ""
        """Which payment on the terminal is theirs."""
        self.goodbye = ""
        """Why they may go: done, thinks, leaves, part, advised, overnight; or wait: to another desk."""
        self.wants = ""
        """What they want instead of signing: to think, to refuse."""
        self.signed: list[str] = []
        """Documents signed or read at the desk, in order."""
        self.loaner = ""

    @property
    def minutes(self) -> Minutes:
        return self.visit.minutes

    def dismiss(self, why: str) -> None:
        """Goodbye, and why."""
        self.goodbye = why
        self.bell.ring()


class Bench(Struct, kw_only=True):
    """A customer's phone as it really is, and what has been done to it."""

    guest: Guest
    row: Row | None
    """What the catalogue says about its fault."""
    described: bool = False
    diagnosed: bool = False
    opened: bool = False
    fitted: list[str] = field(default_factory=list)
    """SKUs of ours that are in it."""
    mended: bool = False
    luck_used: bool = False
    more_told: bool = False
    owes_supplement: bool = False
    failed_once: bool = False
    wiped: bool = False
    ticked_off: bool = False
    owner_called_away: bool = False
    old_part_back: bool = False
    """The old part is off the desk: at the counter, in the robot's tote, or left for the evening."""
    looked_for: int = 0
    """How often a clerk looked for a part of it."""
    set_aside: bool = False
    """Nobody here knows how to go on with it; it waits for the manager or the next day."""

    def next_search(self) -> tuple[float, ...]:
        """What chance has in store for whoever looks for its next part."""
        at = GAMMA_SHAPE * self.looked_for % len(self.guest.visit.searches)
        self.looked_for += 1
        return self.guest.visit.searches[at : at + GAMMA_SHAPE]


class Dispute(Struct, kw_only=True):
    """A customer does not sign that all is well; the manager is wanted at this desk."""

    desk: str
    decided: bool = False
    witnessed: bool = False


class Seat:
    """The customer's side of a desk."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.guest: Guest | None = None


class World:
    """One shop on one clock, in ms of shop time."""

    def __init__(
        self,
        env: simpy.Environment,
        hands: Hands,
        layout: Layout,
        catalogue: Catalogue,
        streams: Streams,
        scenario: Scenario,
        answer_ms: int = 30 * SECOND,
        glance_ms: int | None = None,
        labels: dict[str, str] | None = None,
        look_into: Callable[[str], tuple[str, ...] | None] = lambda _bin: None,
    ) -> None:
        self.env = env
        self.hands = hands
        self.layout = layout
        self.catalogue = catalogue
        self.streams = streams
        self.answer_ms = answer_ms
        """How long a person waits for a device to react before they try again."""
        self.scenario = scenario
        self.glance_ms = round(scenario.habits.glance_s * SECOND) if glance_ms is None else glance_ms
        """How long they look whether something was refused, where nothing is to be seen when it was not."""
        self.seats = {desk: Seat() for desk in layout.desks}
        self.counter = PartsCounter(round(env.now), scenario)
        switches = scenario.switches
        self.picks_ahead = switches.prefetch and scenario.counter.picks_ahead
        """Clerks pick before the engineer comes to the counter."""
        self.orders_ahead = switches.prefetch
        """The engineer orders while quoting: one tap a part."""
        self.kiosk = simpy.Resource(env, capacity=1)
        self.link_page = simpy.Resource(env, capacity=1)
        """Customers are many, their page is one device here: one reads its answer before the next one writes."""
        self.benches: dict[str, Bench] = {}
        """Repair → the phone."""
        self.lockers: dict[str, str] = {}
        """Locker → repair, for those that are shut."""
        self.calls_across: dict[str, str] = {}
        """Repairs that somebody else must check, and who asks."""
        self.wishes: deque[OverrideGiven | TransferRequested] = deque()
        """What the manager is asked to allow."""
        self.disputes: dict[str, Dispute] = {}
        """Repair → what the manager has to settle."""
        self.strays: dict[str, None] = {}
        """Units that lie about: the manager has called them out across the shop."""
        self.loaners_out: dict[str, str] = {}
        """Loaner → repair, for those that are not on the shelf."""
        self.engineers: dict[str, Callable[[Bench], bool]] = {}
        """Who is here, and whether they are certified for a phone."""
        self.idle: dict[str, None] = {}
        """Engineers who stand about."""
        self.callers: dict[str, tuple[Line, ...]] = {}
        """Those of them who may call somebody, the longest waiting first, and the lines they serve."""
        self.labels = labels or {}
        """SKU → the bin that has it written on its door."""
        self.look_into = look_into
        """What a person sees who opens a bin; None if it cannot be looked into."""
        self.shout = Bell()
        """Across the shop: somebody needs a hand, the doors close, phones into the lockers."""
        self.ready: dict[str, Bell] = {}
        """Repair → the message on the customer's own phone that theirs may be fetched."""
        self.is_ready: dict[str, bool] = {}
        self.in_the_hall = 0
        self.doors_open = True
        self.last_call = False
        """Phones into the lockers: nothing new is begun."""
        self.closed = False
        self.remarks: list[tuple[Instant, str]] = []
        """What did not go as it should, for whoever looks into it."""

    @property
    def now(self) -> Instant:
        return round(self.env.now)

    def device(self, kind: str) -> Device:
        """The first device of a type: the queue machine, the call display, the customer's page, the board."""
        return next(device for device in self.layout.devices if device.startswith(f"{kind}/"))

    def on_shelves(self, place: str) -> bool:
        """Whether this is a bin without machinery: people take from it."""
        cabinet = self.layout.cabinets.get(place.removeprefix("BIN:").rpartition(".")[0])
        return cabinet is not None and cabinet.shelves

    def remark(self, words: str) -> None:
        if len(self.remarks) < REMARKS_MAX:
            self.remarks.append((self.now, words))

    def somebody_idle(self) -> bool:
        return bool(self.idle)

    def is_able(self, engineer: str, bench: Bench) -> bool:
        able = self.engineers.get(engineer)
        return able is not None and able(bench)

    def all_quiet(self) -> bool:
        """No customer in the shop, and every engineer stands about."""
        return not self.in_the_hall and len(self.idle) == len(self.engineers)

    def seat(self, guest: Guest, desk: str) -> None:
        """They sit down at this desk, and have left the one before."""
        self.stand_up(guest)
        guest.desk = desk
        self.seats[desk].guest = guest
        self.seats[desk].bell.ring()
        guest.bell.ring()

    def stand_up(self, guest: Guest) -> None:
        seat = self.seats.get(guest.desk)
        guest.desk = ""
        if seat is not None and seat.guest is guest:
            seat.guest = None
            seat.bell.ring()

    def bench_of(self, repair: str, guest: Guest) -> Bench:
        """The phone of this repair, seen for the first time or again."""
        visit = guest.visit
        if repair not in self.benches:
            self.benches[repair] = Bench(guest=guest, row=self.catalogue.row(visit.model, visit.fault))
        return self.benches[repair]

    def free_locker(self, repair: str) -> str:
        """The first locker whose door is open; it is taken from now on."""
        for number in range(1, self.layout.lockers + 1):
            name = f"locker/{number}"
            if self.lockers.setdefault(name, repair) == repair:
                return name
        raise LookupError("all lockers are full")

    def clear_locker(self, repair: str) -> None:
        for name in [name for name, inside in self.lockers.items() if inside == repair]:
            del self.lockers[name]

    def tell_ready(self, repair: str) -> None:
        """The customer's own phone buzzes."""
        self.is_ready[repair] = True
        self.ready_bell(repair).ring()

    def ready_bell(self, repair: str) -> Bell:
        if repair not in self.ready:
            self.ready[repair] = Bell()
        return self.ready[repair]

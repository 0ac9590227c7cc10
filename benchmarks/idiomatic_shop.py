"""The reference shop as a good SimPy programmer writes it by hand: the yardstick beside which the twin's speed is told.

Processes, ``Resource`` and ``PriorityResource``, float minutes, draws by numpy; nothing of the shop's own core. The
same customers can be sent through two shops. In ``COUNTER`` the engineers walk to a parts counter with one clerk; in
``CABINET`` they tap an order, take the phone apart meanwhile, and a robot brings the part. Every number is assumed and
none was measured: minutes, metres, metres per second, shares.
"""

import math
from collections.abc import Generator
from typing import TypeAlias

import numpy as np
import simpy
from msgspec import Struct

Act: TypeAlias = Generator[simpy.Event, object, None]

OPEN_MIN = 600.0
LINES_MAX = 5
SECOND, MORE = LINES_MAX, LINES_MAX + 1
"""Places of the luck of a replacement and of a second fault's part, after that of the first order's lines."""
ISSUE, BACKGROUND = 0, 1
"""What the clerk takes first; neither is interrupted."""


class Shop(Struct, frozen=True, kw_only=True):
    """Which shop: its switches, its people and their times."""

    cabinet: bool
    prefetch: bool
    ahead: bool = False
    """Orders that the cabinet cannot fill: picked by the clerk during the teardown, or fetched on foot as of old."""
    arrivals: tuple[float, ...] = (4, 7.5, 8.5, 7, 5, 5.5, 8, 7.5, 5.5, 3.5)
    """Expected customers in each hour after opening."""
    busy: float = 1.0
    engineers: int = 8
    robots: int = 2
    intake: float = 8
    diagnosis: float = 9
    teardown: float = 6
    repair: float = 15.8
    test_pay: float = 8
    work_cv: float = 0.5
    documents: float = 0
    """Papers or pads, as far as they are not inside the other steps."""
    p_parts: float = 0.85
    lines_extra: float = 0.40
    p_more: float = 0.10
    p_wrong: float = 0.05
    p_old_back: float = 0.5
    way_m: float = 22
    walk_mps: float = 1.2
    door: float = 0.25
    entry: float = 1.2
    search: float = 1.5
    scan: float = 0.5
    shelf: float = 0.3
    return_now: float = 1.5
    return_batch: float = 0.8
    background: float = 2.2
    """The clerk's other work for each line that is issued."""
    chunk: float = 4.0
    order: float = 0.30
    fix: float = 0.25
    line: float = 0.45
    cover: float = 0.92
    bin_loading: float = 0.25
    cabinet_p_wrong: float = 0.01
    p_jam: float = 0.003
    unjam: float = 3
    robot_mps: float = 1.0
    load: float = 0.30
    hand: float = 0.35

    @property
    def walk(self) -> float:
        """Desk to counter, one way."""
        return self.way_m / self.walk_mps / 60 + self.door

    @property
    def drive(self) -> float:
        """Cabinet to desk, one way."""
        return self.way_m / self.robot_mps / 60

    @property
    def cycle(self) -> float:
        """A robot's work for one order."""
        return self.load + self.drive + self.hand + self.drive

    @property
    def clerk_wrong(self) -> float:
        return self.cabinet_p_wrong if self.cabinet else self.p_wrong

    @property
    def besides(self) -> float:
        """Minutes of a day that the clerk spends on other things than issuing and returns, on the mean."""
        lines = sum(self.arrivals) * self.busy * self.p_parts * (1 + self.lines_extra + self.p_more)
        return lines * (self.background + (self.bin_loading if self.cabinet else 0))


COUNTER = Shop(cabinet=False, prefetch=False)
CABINET = Shop(cabinet=True, prefetch=True)


class Order(Struct, frozen=True):
    """Parts to be fetched. ``search`` in mean searches of one line; ``covered`` and ``jam`` are chances, 0 to 1."""

    lines: int
    search: float
    covered: float
    jam: float


class Customer(Struct, frozen=True):
    """One customer and all the luck they bring, the same in every shop. ``work``: minutes of the five steps."""

    at: float
    work: tuple[float, ...]
    order: Order | None
    wrong: float
    again: Order
    more: Order | None
    old_back: bool


class Played(Struct):
    """What one day was: minutes for each customer or order, and the work of clerk and robots."""

    desk: list[float]
    queue: list[float]
    parts: list[float]
    leads: list[float]
    lines: int = 0
    clerk: float = 0
    robots: float = 0


def customers(shop: Shop, seed: int, day: int) -> list[Customer]:
    """Everybody who comes on this day, by time: one bulk of draws for each kind of chance."""
    rng = np.random.default_rng((seed, day, 1))
    counts = rng.poisson(np.array(shop.arrivals) * shop.busy)
    at = np.sort(np.repeat(np.arange(len(counts)) * 60.0, counts) + rng.uniform(0, 60, counts.sum())).tolist()
    n, sigma = len(at), math.sqrt(math.log(1 + shop.work_cv**2))
    means = np.array([shop.intake, shop.diagnosis, shop.teardown, shop.repair, shop.test_pay])
    work = (means * rng.lognormal(-(sigma**2) / 2, sigma, (n, 5))).tolist()
    lines = (1 + np.minimum(rng.poisson(shop.lines_extra, n), LINES_MAX - 1)).tolist()
    search = rng.gamma(2, 0.5, (n, LINES_MAX + 2)).tolist()
    order_luck = rng.random((n, 3, 2)).tolist()
    luck = rng.random((n, 4)).tolist()
    return [_customer(shop, at[i], tuple(work[i]), lines[i], search[i], order_luck[i], luck[i]) for i in range(n)]


def _customer(
    shop: Shop,
    at: float,
    work: tuple[float, ...],
    lines: int,
    search: list[float],
    orders: list[list[float]],
    luck: list[float],
) -> Customer:
    parts, wrong, more, old_back = luck
    return Customer(
        at=at,
        work=work,
        order=Order(lines, sum(search[:lines]), *orders[0]) if parts < shop.p_parts else None,
        wrong=wrong,
        again=Order(1, search[SECOND], *orders[1]),
        more=Order(1, search[MORE], *orders[2]) if more < shop.p_more else None,
        old_back=old_back < shop.p_old_back,
    )


class Shift:
    """One day of one shop; ``play`` it once."""

    def __init__(self, shop: Shop, seed: int, day: int) -> None:
        self.shop = shop
        self.comers = customers(shop, seed, day)
        self.chunks = np.random.default_rng((seed, day, 2))
        self.env = simpy.Environment()
        self.engineers = simpy.Resource(self.env, shop.engineers)
        self.clerk = simpy.PriorityResource(self.env, 1)
        self.picker = simpy.Resource(self.env, 1)
        self.robots = simpy.Resource(self.env, shop.robots)
        self.played = Played([], [], [], [])

    def play(self) -> Played:
        """From the opening until the last customer has left and the clerk is done."""
        for customer in self.comers:
            self.env.process(self.visit(customer))
        self.env.process(self.clerk_besides())
        self.env.run()
        return self.played

    def visit(self, customer: Customer) -> Act:
        """Issue to hand-over. The engineer is held from the first word to the last."""
        env, shop = self.env, self.shop
        intake, diagnosis, teardown, repair, test_pay = customer.work
        yield env.timeout(customer.at)
        with self.engineers.request() as engineer:
            yield engineer
            seated = env.now
            yield env.timeout(intake + diagnosis + shop.documents)
            if customer.order is None:
                yield env.timeout(teardown + repair)
            else:
                yield from self.with_parts(customer, customer.order, teardown, repair)
            yield env.timeout(test_pay)
        desk = env.now - seated
        self.played.desk.append(desk)
        self.played.queue.append(seated - customer.at)
        self.played.parts.append(desk - intake - diagnosis - shop.documents - teardown - repair - test_pay)

    def with_parts(self, customer: Customer, order: Order, teardown: float, repair: float) -> Act:
        """Teardown and part; a wrong part, noticed at once; a fault found half-way through the repair; the old part."""
        yield from self.fetch(order, teardown)
        self.played.lines += order.lines
        if customer.wrong < self.shop.clerk_wrong:
            yield from self.fetch(customer.again)
        if customer.more is None:
            yield self.env.timeout(repair)
        else:
            yield self.env.timeout(repair / 2)
            yield from self.fetch(customer.more)
            self.played.lines += 1
            yield self.env.timeout(repair / 2)
        yield from self.old_part(customer)

    def old_part(self, customer: Customer) -> Act:
        """Some are handed over before the customer leaves; all others wait for the clerk's last round of the day."""
        env, shop = self.env, self.shop
        if customer.old_back and not shop.cabinet:
            yield env.timeout(shop.walk)
            yield from self.clerk_does(shop.return_now)
            yield env.timeout(shop.walk)
            return
        if customer.old_back:
            yield env.timeout(shop.hand)
        self.played.clerk += shop.return_batch

    def fetch(self, order: Order, teardown: float = 0) -> Act:
        """Until the phone is open and the part in the engineer's hand."""
        shop = self.shop
        covered = shop.cabinet and order.covered < shop.cover**order.lines
        if not covered and not (shop.prefetch and (shop.ahead or not shop.cabinet)):
            yield from self.on_foot(order)
            yield self.env.timeout(teardown)
            return
        if not shop.prefetch:
            yield self.env.timeout(teardown)
        yield self.env.timeout(shop.order)
        ready = self.env.process(self.deliver(order) if covered else self.pick_ahead(order))
        if shop.prefetch:
            yield self.env.timeout(teardown)
        if covered:
            yield ready
            yield self.env.timeout(shop.hand)
        else:
            yield self.env.timeout(shop.walk)
            yield ready
            yield self.env.timeout(shop.shelf + shop.walk)

    def on_foot(self, order: Order) -> Act:
        """To the counter, wait, and back."""
        since = self.env.now
        yield self.env.timeout(self.shop.walk)
        yield from self.issue(order)
        yield self.env.timeout(self.shop.walk)
        self.played.leads.append(self.env.now - since)

    def pick_ahead(self, order: Order) -> Act:
        """The clerk lays it on the shelf."""
        since = self.env.now
        yield from self.issue(order)
        self.played.leads.append(self.env.now - since)

    def issue(self, order: Order) -> Act:
        shop = self.shop
        yield from self.clerk_does(shop.entry + order.search * shop.search + order.lines * shop.scan)

    def clerk_does(self, minutes: float, priority: int = ISSUE) -> Act:
        """Queue for the clerk, and be served."""
        with self.clerk.request(priority) as turn:
            yield turn
            yield self.env.timeout(minutes)
        self.played.clerk += minutes

    def deliver(self, order: Order) -> Act:
        """The cabinet picks, a robot brings: done when it stands at the desk."""
        env, shop, since = self.env, self.shop, self.env.now
        with self.picker.request() as turn:
            yield turn
            yield env.timeout(shop.fix + order.lines * shop.line)
            if order.jam < shop.p_jam:
                yield from self.clerk_does(shop.unjam)
        robot = self.robots.request()
        yield robot
        yield env.timeout(shop.load + shop.drive)
        self.played.leads.append(env.now - since)
        env.process(self.drive_home(robot))

    def drive_home(self, robot: simpy.resources.resource.Request) -> Act:
        """It waits for the hand-over, not for the teardown."""
        yield self.env.timeout(self.shop.hand + self.shop.drive)
        self.robots.release(robot)
        self.played.robots += self.shop.cycle

    def clerk_besides(self) -> Act:
        """Receive, put away, count, claims, load bins: chunks that come until closing and are never interrupted."""
        if not self.shop.besides:
            return
        gap = OPEN_MIN * self.shop.chunk / self.shop.besides
        while True:
            yield self.env.timeout(self.chunks.exponential(gap))
            if self.env.now >= OPEN_MIN:
                return
            self.env.process(self.clerk_does(self.chunks.exponential(self.shop.chunk), BACKGROUND))


def play(shop: Shop, seed: int, day: int) -> Played:
    """One day. The same seed and day bring the same customers to every shop."""
    return Shift(shop, seed, day).play()

"""Who carries what, and where each robot stops in turn: regret-2 insertion into tours of several totes.

Pure: it knows carts, carries and times, and nothing of the shop, so the floor and the fleet's simulation choose alike.
Only the next stop of a tour counts; the rest is a forecast, made anew at the next event. It pays to look ahead all the
same: two parts for neighbouring desks go in one trip, and what goes back rides home on a delivery.

The regret rule is that of Potvin and Rousseau (1993), A parallel route building algorithm for the vehicle routing and
scheduling problem with time windows.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Instant

CARRIES_MAX: Final = 12
"""So many that nobody has picked yet are thought over at once, the most pressing; the rest at the next event."""
PATIENCE_MIN: Final = 3.0
"""Whoever has waited so long counts twice as much for each further minute as one who has just come, and so on: nobody
starves (assumed)."""
LATE: Final = 2.0
"""A minute after the promised time counts for so many more (assumed)."""
ENERGY_PER_MIN: Final = 0.05
"""A minute of driving, in minutes of waiting of a job of weight 1: decides only where nobody waits for it (assumed)."""


class Stop(Struct, frozen=True):
    """One thing to do at one node."""

    job: str
    node: str
    purpose: Literal["pick", "drop"]


class Cart(Struct, frozen=True, kw_only=True):
    """A robot that may be planned for."""

    robot: str
    node: str
    """Where it is free: where it comes to rest with what is released to it."""
    free_at: Instant
    totes: int
    committed: Stop | None = None
    """Its next stop, if it has one already: it stays the next."""
    dock: str = ""
    """Where it would charge; empty: where it is free."""
    reach_ms: int | None = None
    """How long it may still drive, the way to the dock included, without touching the reserve; None: no limit."""


class Carry(Struct, frozen=True, kw_only=True):
    """A job that is not done yet."""

    job: str
    source: str
    target: str
    """Nodes."""
    weight: float
    """What a minute of its waiting costs, in minutes of a job of weight 1."""
    since: Instant
    """From when on it waits."""
    due: Instant | None = None
    """By when it is promised."""
    aboard: str = ""
    """The robot that has it in a tote; only the drop is left."""
    pinned: str = ""
    """The only robot that may take it; empty: any."""
    barred: tuple[str, ...] = ()
    """Robots that may not."""


DriveMs: TypeAlias = Callable[[str, str, str], int]
"""(robot, node, node) → driving time."""
StayMs: TypeAlias = Callable[[Stop], int]
"""How long a robot is expected to stand there for it."""
Tours: TypeAlias = dict[str, tuple[Stop, ...]]
"""Robot → its stops in turn; every cart has a row. A carry that nobody may take is in none."""
Dispatcher: TypeAlias = Callable[[Sequence[Cart], Sequence[Carry], DriveMs, StayMs], Tours]


def insertion(carts: Sequence[Cart], carries: Sequence[Carry], drive_ms: DriveMs, stay_ms: StayMs) -> Tours:
    """What is aboard first; then again and again the carry that would lose most with its second best robot, at its best
    place. A carry that only one robot can take would lose everything."""
    tours = {cart.robot: _Tour(cart, carries, drive_ms, stay_ms) for cart in _in_order(carts)}
    waiting = {carry.job: carry for carry in _pressing(carts, carries)}
    offers = {job: {name: tour.offer(carry) for name, tour in tours.items()} for job, carry in waiting.items()}
    while waiting and tours:
        job = min(waiting, key=lambda each: (-_regret(offers[each]), -waiting[each].weight, *_age(waiting[each])))
        carry, places = waiting.pop(job), offers.pop(job)
        robot, best = min(places.items(), key=lambda place: (place[1].loss, _rank(place[0])))
        if best.loss == inf:
            continue
        tours[robot].insert(carry, best)
        for other, there in offers.items():
            there[robot] = tours[robot].offer(waiting[other])
    return {name: tours[name].stops for name in (cart.robot for cart in carts)}


def fifo_nearest(carts: Sequence[Cart], carries: Sequence[Carry], drive_ms: DriveMs, _stay_ms: StayMs) -> Tours:
    """The oldest carry goes to the nearest robot with nothing to do; one at a time."""
    tours, free = _one_at_a_time(carts, carries)
    for carry in sorted(_unpicked(carts, carries), key=_age):
        fit = [cart for cart in free if _may_take(cart, carry, drive_ms)]
        cart = min(fit, key=lambda each: _nearness(each, carry, drive_ms), default=None)
        if cart is not None:
            free.remove(cart)
            tours[cart.robot] = (_pick(carry), _drop(carry))
    return tours


def nearest_job(carts: Sequence[Cart], carries: Sequence[Carry], drive_ms: DriveMs, _stay_ms: StayMs) -> Tours:
    """A robot with nothing to do takes the nearest carry; one at a time, of several pairs the nearest first."""
    tours, free = _one_at_a_time(carts, carries)
    waiting = _unpicked(carts, carries)
    while True:
        pairs = [(cart, carry) for cart in free for carry in waiting if _may_take(cart, carry, drive_ms)]
        if not pairs:
            return tours
        cart, carry = min(pairs, key=lambda pair: _nearness(pair[0], pair[1], drive_ms))
        free.remove(cart)
        waiting.remove(carry)
        tours[cart.robot] = (_pick(carry), _drop(carry))


DISPATCHERS: Final[dict[str, Dispatcher]] = {
    "insertion": insertion,
    "fifo_nearest": fifo_nearest,
    "nearest_job": nearest_job,
}


# ── a tour and what one more carry costs it ──────────────────────────────────────────────────────


class _Call(Struct, frozen=True):
    """A stop with what it means for its cart."""

    stop: Stop
    carry: Carry
    stay_ms: int
    loads: int
    """+1 or -1."""


_State: TypeAlias = tuple[Instant, str, int, int, float]
"""After some calls: when and where it is, how much is aboard, how long it has driven, what the calls have cost."""


class _Offer(Struct, frozen=True):
    """The best place for a carry: before which calls its pick (None: it is aboard) and its drop go, and the loss."""

    loss: float = inf
    pick: int | None = None
    drop: int = 0


class _Tour:
    """The calls of one cart. At first what it must do: its committed stop, and to put down what is aboard."""

    def __init__(self, cart: Cart, carries: Sequence[Carry], drive_ms: DriveMs, stay_ms: StayMs) -> None:
        self._cart = cart
        self._drive_ms = drive_ms
        self._stay_ms = stay_ms
        own = {carry.job: carry for carry in sorted(carries, key=_age) if _belongs(cart, carry)}
        aboard = sum(carry.aboard == cart.robot for carry in own.values())
        self._states: list[_State] = [(cart.free_at, cart.node, aboard, 0, 0.0)]
        self._calls: list[_Call] = []
        self._tail: list[float] = [0.0]
        committed = cart.committed
        if committed is not None:
            self._set([self._call(own[committed.job], committed)])
            if committed.purpose == "drop":
                del own[committed.job]
        for carry in sorted(own.values(), key=lambda each: (-each.weight, *_age(each))):
            self.insert(carry, self._place_of_drop(carry))

    @property
    def stops(self) -> tuple[Stop, ...]:
        return tuple(call.stop for call in self._calls)

    def offer(self, carry: Carry) -> _Offer:
        """Its best place here, before which nothing that is committed is moved; loss infinite if there is none."""
        if not _allowed(self._cart, carry):
            return _Offer()
        pick, drop = self._call(carry, _pick(carry)), self._call(carry, _drop(carry))
        best = _Offer()
        cost = self._cost
        for at in range(self._first, len(self._calls) + 1):
            if self._picks_at(at, pick.stop.node):
                continue  # at one place it does not matter who is picked first: it is the one who was there first
            state = self._after(self._states[at], pick)
            if state[2] > self._cart.totes or state[4] + self._tail[at] - cost >= best.loss:
                continue
            for loss, place in self._drops(state, drop, at, best.loss):
                best = _Offer(loss, at, place)
        return best

    def insert(self, carry: Carry, offer: _Offer) -> None:
        calls = list(self._calls)
        calls.insert(offer.drop, self._call(carry, _drop(carry)))
        if offer.pick is not None:
            calls.insert(offer.pick, self._call(carry, _pick(carry)))
        self._set(calls)

    def _place_of_drop(self, carry: Carry) -> _Offer:
        """For what is aboard or will be: the battery is not asked, since it must be put down."""
        drop = self._call(carry, _drop(carry))
        places = self._drops(self._states[self._first], drop, self._first, inf, spares=False)
        return _Offer(0.0, None, list(places)[-1][1])

    def _drops(
        self, state: _State, drop: _Call, start: int, loss_max: float, *, spares: bool = True
    ) -> Iterator[tuple[float, int]]:
        """Ever better places for this drop from ``start`` on, where the cart is in this ``state``."""
        last, cost = len(self._calls), self._cost
        for at in range(start, last + 1):
            dropped = self._after(state, drop)
            if dropped[4] + self._tail[at] - cost < loss_max:
                ended = dropped
                for call in self._calls[at:]:
                    ended = self._after(ended, call)
                home_ms = self._home_ms(ended[1])
                loss = ended[4] + _energy(home_ms) - cost
                if loss < loss_max and not (spares and self._too_far(ended[3] + home_ms)):
                    loss_max = loss
                    yield loss, at
            if at == last:
                return
            state = self._after(state, self._calls[at])
            if state[2] > self._cart.totes or state[4] + self._tail[at + 1] - cost >= loss_max:
                return

    def _picks_at(self, at: int, node: str) -> bool:
        """Whether this call is another pick at the same node."""
        return any(call.loads > 0 and call.stop.node == node for call in self._calls[at : at + 1])

    @property
    def _first(self) -> int:
        """Before this nothing is put in."""
        return 1 if self._cart.committed is not None else 0

    @property
    def _cost(self) -> float:
        return self._states[-1][4] + _energy(self._home_ms(self._states[-1][1]))

    def _set(self, calls: list[_Call]) -> None:
        self._calls = calls
        del self._states[1:]
        for call in calls:
            self._states.append(self._after(self._states[-1], call))
        whole = self._states[-1][4]
        self._tail = [whole - state[4] for state in self._states]

    def _after(self, state: _State, call: _Call) -> _State:
        at, node, aboard, driven_ms, cost = state
        drive_ms = self._drive_ms(self._cart.robot, node, call.stop.node) if node != call.stop.node else 0
        at += drive_ms
        cost += _energy(drive_ms)
        if call.loads < 0:
            cost += price(call.carry, at)
        return at + call.stay_ms, call.stop.node, aboard + call.loads, driven_ms + drive_ms, cost

    def _call(self, carry: Carry, stop: Stop) -> _Call:
        return _Call(stop, carry, self._stay_ms(stop), 1 if stop.purpose == "pick" else -1)

    def _home_ms(self, node: str) -> int:
        dock = self._cart.dock or self._cart.node
        return self._drive_ms(self._cart.robot, node, dock) if node != dock else 0

    def _too_far(self, driven_ms: int) -> bool:
        return self._cart.reach_ms is not None and driven_ms > self._cart.reach_ms


def price(carry: Carry, at: Instant) -> float:
    """What it costs that this carry ends then: its weight for each minute of waiting, the longer the more."""
    wait_min = max(0, at - carry.since) / MINUTE
    late_min = max(0, at - carry.due) / MINUTE if carry.due is not None else 0.0
    return carry.weight * (wait_min * (1 + wait_min / (2 * PATIENCE_MIN)) + LATE * late_min)


def _energy(drive_ms: int) -> float:
    return ENERGY_PER_MIN * drive_ms / MINUTE


def _regret(places: dict[str, _Offer]) -> float:
    losses = sorted(place.loss for place in places.values())
    return losses[1] - losses[0] if len(losses) > 1 and losses[0] < inf else inf


# ── who may have what ────────────────────────────────────────────────────────────────────────────


def _belongs(cart: Cart, carry: Carry) -> bool:
    """Whether this cart has it aboard or is on its way to pick it."""
    return carry.aboard == cart.robot or (cart.committed is not None and cart.committed.job == carry.job)


def _unpicked(carts: Sequence[Cart], carries: Sequence[Carry]) -> list[Carry]:
    """What is still to be given to somebody."""
    fetched = [cart.committed.job for cart in carts if cart.committed is not None]
    return [carry for carry in carries if not carry.aboard and carry.job not in fetched]


def _pressing(carts: Sequence[Cart], carries: Sequence[Carry]) -> list[Carry]:
    """The ``CARRIES_MAX`` of them for which another minute costs most, and of equals the oldest."""
    now = min((cart.free_at for cart in carts), default=0)
    waiting = _unpicked(carts, carries)
    return sorted(waiting, key=lambda each: (price(each, now) - price(each, now + MINUTE), *_age(each)))[:CARRIES_MAX]


def _allowed(cart: Cart, carry: Carry) -> bool:
    return carry.pinned in ("", cart.robot) and cart.robot not in carry.barred


def _may_take(cart: Cart, carry: Carry, drive_ms: DriveMs) -> bool:
    """As the only thing it does."""
    if not _allowed(cart, carry):
        return False
    way = (cart.node, carry.source, carry.target, cart.dock or cart.node)
    driven_ms = sum(drive_ms(cart.robot, start, end) for start, end in pairwise(way) if start != end)
    return cart.reach_ms is None or driven_ms <= cart.reach_ms


def _nearness(cart: Cart, carry: Carry, drive_ms: DriveMs) -> tuple[int, Instant, int, str, int, str]:
    """The shortest way first, then the oldest carry, then the robot."""
    return drive_ms(cart.robot, cart.node, carry.source), *_age(carry), *_rank(cart.robot)


def _one_at_a_time(carts: Sequence[Cart], carries: Sequence[Carry]) -> tuple[Tours, list[Cart]]:
    """What the carts have to do already, and those that have nothing to do."""
    tours: Tours = {}
    for cart in carts:
        own = sorted((carry for carry in carries if _belongs(cart, carry)), key=_age)
        first = () if cart.committed is None else (cart.committed,)
        tours[cart.robot] = first + tuple(_drop(carry) for carry in own if _drop(carry) not in first)
    return tours, [cart for cart in _in_order(carts) if not tours[cart.robot]]


def _pick(carry: Carry) -> Stop:
    return Stop(carry.job, carry.source, "pick")


def _drop(carry: Carry) -> Stop:
    return Stop(carry.job, carry.target, "drop")


def _in_order(carts: Sequence[Cart]) -> list[Cart]:
    return sorted(carts, key=lambda cart: _rank(cart.robot))


def _rank(name: str) -> tuple[int, str]:
    """J9 before J10."""
    return len(name), name


def _age(carry: Carry) -> tuple[Instant, int, str]:
    return carry.since, *_rank(carry.job)

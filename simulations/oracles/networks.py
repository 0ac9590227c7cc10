"""Small shops of more than one station, on the general stage. Each is played once, until nobody is left in it."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

import simpy
from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Actor
from simulations.oracles.found import Found
from simulations.oracles.hall import Census, Flow, Played, at_opening
from simulations.oracles.laws import Law
from simulations.oracles.stations import Bench, BothDone, Came, Door, Engineer, GaveUp, Served
from simulations.stage import Stage
from simulations.streams import Streams


class Clerk(Struct, frozen=True, kw_only=True):
    """Engineers who need the one clerk again and again (machine interference). Measures how many are served per minute
    of the first ``minutes``."""

    alone: Law
    work: Law
    found: tuple[float, ...]
    """The law of how many of the engineers (0 to all) stand at the clerk when it begins."""
    minutes: int
    station: Callable[[], Actor[Came, Served | GaveUp]]

    def play(self, streams: Streams) -> Played:
        stage, census, gone = Stage(simpy.Environment()), Census(), list[Served | GaveUp]()
        until = self.minutes * MINUTE

        def leave(outs: Sequence[Served | GaveUp]) -> None:
            for one in outs:
                census.changes(-1, stage.now)
                gone.append(one)
                stage.tell(f"engineer {one.id}", one)

        clerk = stage.enter("clerk", self.station(), leave)

        def come(outs: Sequence[Came]) -> None:
            for who in outs:
                census.changes(1, stage.now)
                clerk.tell(who)

        engineers = len(self.found) - 1
        there = streams.named("found").choices(range(engineers + 1), self.found)[0]
        for number in range(engineers):
            turns = self._turns(streams.apart("alone", number), streams.apart("works", number), there=number < there)
            stage.enter(f"engineer {number}", Engineer(number, turns, until), come)
        stage.env.run()
        in_time = sum(one.left <= until for one in gone)
        return Played((in_time / self.minutes,), census.present_ms, sum(one.left - one.came for one in gone))

    def _turns(self, alone: Random, works: Random, *, there: bool) -> Iterator[tuple[int, int]]:
        if there:
            yield 0, self.work.draw(works)
        while True:
            yield self.alone.draw(alone), self.work.draw(works)


class InLine(Struct, frozen=True, kw_only=True):
    """From the cabinet to the robots. Measures the mean time from coming to the cabinet until leaving the robots, in
    minutes, of those whom the opening did not find."""

    flow: Flow
    ride: Law
    found_at_cabinet: Found
    found_at_robots: Found
    orders: int
    cabinet: Callable[[], Actor[Came, Served | GaveUp]]
    robots: Callable[[], Actor[Came, Served | GaveUp]]

    def play(self, streams: Streams) -> Played:
        stage, census, gone = Stage(simpy.Environment()), Census(), list[Served | GaveUp]()
        chance, rides = streams.named("found"), streams.named("rides")
        comers = at_opening(self.found_at_cabinet.works(chance))
        riding = self.found_at_robots.works(chance)
        for number, (at, line, work, _) in enumerate(self.flow.comers(self.orders, streams)):
            comers.append((at, Came(id=number, work_ms=work, line=line)))
        came = {who.id: at for at, who in comers}
        ride_ms = {who.id: self.ride.draw(rides) for _, who in comers}

        def brought(outs: Sequence[Served | GaveUp]) -> None:
            census.changes(-len(outs), stage.now)
            gone.extend(outs)

        robots = stage.enter("robots", self.robots(), brought)

        def picked(outs: Sequence[Served | GaveUp]) -> None:
            for one in outs:
                robots.tell(Came(id=one.id, work_ms=ride_ms[one.id]))

        cabinet = stage.enter("cabinet", self.cabinet(), picked)

        def order(outs: Sequence[Came]) -> None:
            for who in outs:
                census.changes(1, stage.now)
                cabinet.tell(who)

        for number, work in enumerate(riding, start=len(comers)):
            census.changes(1, stage.now)
            robots.tell(Came(id=-number - 1, work_ms=work))
        stage.enter("door", Door(comers), order)
        stage.env.run()
        stays = {one.id: one.left - came.get(one.id, 0) for one in gone}
        counted = sum(stay for number, stay in stays.items() if number >= 0)
        return Played((counted / self.orders / MINUTE,), census.present_ms, sum(stays.values()))


class Prefetch(Struct, frozen=True, kw_only=True):
    """The part is on its way while the phone is opened. Measures the mean time until both are done, in minutes."""

    flow: Flow
    """Of repairs; their work is the opening of the phone."""
    delivery: Law
    repairs: int
    hands: Callable[[], Actor[Came, Served | GaveUp]]
    cabinet: Callable[[], Actor[Came, Served | GaveUp]]

    def play(self, streams: Streams) -> Played:
        stage, census, done = Stage(simpy.Environment()), Census(), list[BothDone]()
        deliveries = streams.named("deliveries")
        comers = [
            (at, Came(id=number, work_ms=work))
            for number, (at, _, work, _) in enumerate(self.flow.comers(self.repairs, streams))
        ]
        delivery_ms = [self.delivery.draw(deliveries) for _ in comers]

        def begin_repair(outs: Sequence[BothDone]) -> None:
            census.changes(-len(outs), stage.now)
            done.extend(outs)

        bench = stage.enter("bench", Bench(), begin_repair)

        def half_done(outs: Sequence[Served | GaveUp]) -> None:
            for one in outs:
                bench.tell(one)

        hands = stage.enter("hands", self.hands(), half_done)
        cabinet = stage.enter("cabinet", self.cabinet(), half_done)

        def order(outs: Sequence[Came]) -> None:
            for who in outs:
                census.changes(1, stage.now)
                cabinet.tell(Came(id=who.id, work_ms=delivery_ms[who.id]))
                hands.tell(who)

        stage.enter("door", Door(comers), order)
        stage.env.run()
        stays_ms = sum(one.at - comers[one.id][0] for one in done)
        return Played((stays_ms / self.repairs / MINUTE,), census.present_ms, stays_ms)

"""All robots' plans together. They are changed one at a time, and never so that two of them conflict."""

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct, structs

from shopfloor.contract.actor import SECOND, Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.planning import leaves_stop, plan, projected
from shopfloor.core.fleet.plans import FOR_EVER, Plan
from shopfloor.core.fleet.precedence import waits_for

GAIN_LEAST_MS: Final = SECOND
"""Another plan for the same stop must bring the robot there so much sooner; less is noise."""


YIELDS_MAX: Final = 3
"""So often a robot lets others go first on its way to one stop."""


class Trip(Struct, frozen=True):
    """What a plan is sought for."""

    robot: str
    goal: str
    stay_ms: int
    rests: tuple[str, ...] = ()
    """Where it may stay for ever; () for its park only."""


class Timetable:
    """What is left of each robot's plan: robot → plan. One without moves stays where it is for ever."""

    def __init__(self, layout: Layout, plans: dict[str, Plan]) -> None:
        self._layout = layout
        self.plans = plans

    def aim(self, robot: str, goal: str, stay_ms: int, now: Instant, rests: tuple[str, ...] = ()) -> bool:
        """Give it a plan to this stop from where its base ends; False if there is none, and it keeps the plan that it
        has. All times are brought up to date with it.

        It fits in where the others leave room; or one of them, if that saves time for both together, lets it go first.
        """
        pushed = projected(self._layout, self.plans, now)
        trip = Trip(robot, goal, stay_ms, rests)
        chosen: dict[str, Plan] = {}
        by = FOR_EVER
        fitted = self._found(trip, pushed, now)
        if fitted is not None:
            by, chosen = fitted.arrives(now), {**pushed, robot: fitted}
        gain_most = GAIN_LEAST_MS
        for other in pushed:
            changed = self._yielding(trip, other, pushed, now, by, gain_most)
            if changed is not None:
                later = changed[other].arrives(now) - pushed[other].arrives(now)
                gain_most, chosen = by - changed[robot].arrives(now) - later, changed
        self.plans = chosen or self.plans
        return bool(chosen)

    def overtake(self, robot: str, stay_ms: int, now: Instant) -> bool:
        """Whoever waits for somebody looks for a plan with which it is at its stop sooner: the others may be later than
        they meant. It hinders none of them; False if there is none."""
        if self.plans[robot].stop <= self.plans[robot].released:
            return False
        pushed = projected(self._layout, self.plans, now)
        old = pushed[robot]
        trip = Trip(robot, old.moves[old.stop - 1].node, stay_ms)
        found = self._found(trip, pushed, now, by=old.arrives(now) - GAIN_LEAST_MS)
        if found is None:
            return False
        self.plans = {**pushed, robot: structs.replace(found, yielded=old.yielded)}
        return True

    def _found(
        self, trip: Trip, plans: Mapping[str, Plan], now: Instant, yielding: str = "", by: Instant = FOR_EVER
    ) -> Plan | None:
        """From where its base ends, to be there by then; what is in the base stays."""
        old = plans[trip.robot]
        found = plan(
            self._layout,
            trip.robot,
            old.start if not old.released else (old.rest,),
            old.moves[old.released - 1].arrives if old.released else now,
            trip.goal,
            trip.stay_ms,
            plans,
            rests=trip.rests,
            through=(*_asides(self._layout, trip.robot), *_through(old)),
            yielding=yielding,
            by=by,
        )
        return None if found is None else _joined(old, found)

    def _yielding(
        self, trip: Trip, other: str, pushed: dict[str, Plan], now: Instant, by: Instant, gain_least: int
    ) -> dict[str, Plan] | None:
        """The plans with which this robot is there before ``by``, since another lets it go first on its way to the same
        stop, and more than ``gain_least`` is saved for both together; None if that is not to be had. Nobody does so
        more than ``YIELDS_MAX`` times for one stop, so all get there."""
        theirs = pushed[other]
        is_free = len(theirs.moves) > theirs.released and theirs.moves[-1].node == self._layout.home(other)
        if other == trip.robot or not is_free or theirs.yielded >= YIELDS_MAX:
            return None
        goes_to_stop = theirs.stop > theirs.released
        mine = self._found(trip, pushed, now, yielding=other, by=by - 1 if goes_to_stop else by - gain_least - 1)
        if mine is None:
            return None
        plans = {**pushed, trip.robot: mine}
        saved = by - mine.arrives(now)
        latest = theirs.arrives(now) + saved - gain_least - 1 if goes_to_stop else FOR_EVER
        later = self._found(_rest_of(other, theirs, now), plans, now, by=latest)
        if later is None:
            return None
        return {**plans, other: _still_to(theirs, later)}

    def cut(self, stayers: Collection[str]) -> bool:
        """Plans that run into robots which stay for ever: nothing is left of them but what is released."""
        is_any = False
        for stayer in stayers:
            its = self.plans[stayer]
            elements = its.start if not its.moves else (its.rest,)
            shut = [self._layout.near[element] for element in elements]
            for name, plan_ in self.plans.items():
                ahead = plan_.moves[plan_.released :]
                if name != stayer and any(move.lane in near or move.node in near for near in shut for move in ahead):
                    self.plans[name] = _base(plan_)
                    is_any = True
        return is_any

    def waits_for(self, robot: str) -> str | None:
        """Who must leave before this robot's next move may be released; None: nobody, or it has no move left."""
        mine = self.plans[robot]
        return waits_for(self._layout, robot, mine.released, self.plans) if mine.released < len(mine.moves) else None

    def release(self, robot: str, now: Instant) -> None:
        """Its next move goes into its base."""
        self.plans[robot] = self.plans[robot].release(now)


def _rest_of(robot: str, old: Plan, now: Instant) -> Trip:
    """What is left of its trip: to the stop and the stay, or what remains of the stay."""
    if old.stop > old.released:
        return Trip(robot, old.moves[old.stop - 1].node, old.leaves_stop - old.arrives(now))
    if old.stop == old.released:
        leaves = old.leaves_stop if old.stop else leaves_stop(old, now)
        return Trip(robot, old.rest, leaves - old.arrives(now))
    return Trip(robot, old.moves[-1].node, 0)


def _still_to(old: Plan, later: Plan) -> Plan:
    """A later way to the same stop, or home from it."""
    if old.stop > old.released:
        return structs.replace(later, yielded=old.yielded + 1)
    return structs.replace(later, stop=old.stop, leaves_stop=old.leaves_stop, yielded=old.yielded + 1)


def _base(old: Plan) -> Plan:
    moves = old.moves[: old.released]
    return structs.replace(old, moves=moves, stop=min(old.stop, old.released))


def _joined(old: Plan, found: Plan) -> Plan:
    """What is in the base stays; from its end on, the plan that was found."""
    return structs.replace(
        found,
        start=old.start,
        moves=(*old.moves[: old.released], *found.moves),
        stop=old.released + found.stop,
        released=old.released,
    )


def _through(old: Plan) -> Collection[str]:
    """The way through the stop that it does not go to any more: so its old plan is still among those it can find."""
    return (old.moves[old.stop - 1].node,) if old.stop > old.released else ()


def _asides(layout: Layout, robot: str) -> tuple[str, ...]:
    """Bays into which a robot may step aside until another has passed: all but the desks', where people would take it
    for theirs. Without them two robots pass each other only at stops and at home, and a single lane carries less."""
    desks = [layout.station_node(desk.station) for desk in layout.desks.values()]
    return tuple(bay for bay in layout.lanes[robot].bays if bay not in desks)

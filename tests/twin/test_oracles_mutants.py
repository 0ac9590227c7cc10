"""An oracle that has never failed is a guess. Here are shops with one thing wrong in each, and the oracle that sees it.

Every mutant is played beside its sound sister, with the same chance. Plays are short, so widths are not asked for here.
"""

from collections.abc import Iterable
from functools import partial
from random import Random

import pytest
from msgspec import Struct
from msgspec.structs import replace

from shopfloor.contract.actor import Instant
from simulations.oracles import hall as halls
from simulations.oracles.hall import Flow, Played, Shop
from simulations.oracles.laws import Exponential, LogNormal
from simulations.oracles.rows import (
    SAME_DRAWS,
    Oracle,
    arrivals,
    cabinet_and_robots,
    desks,
    every_wait,
    impatience,
    issue_before_background,
    machine_interference,
    one_engineer,
    prefetch,
)
from simulations.oracles.same_draws import SameDraws
from simulations.oracles.stations import Came, Station, by_line
from simulations.oracles.suite import run
from simulations.oracles.verdicts import Verdict
from simulations.scenarios.parameters import Demand
from simulations.stage import Alarm, Stage
from simulations.streams import Streams

SEED = 1


def verdicts(oracle: Oracle, shop: Shop | None = None) -> tuple[Verdict, ...]:
    """Of this oracle and, last, of Little's law."""
    return run((replace(oracle, shop=shop or oracle.shop),), lambda _: None, SEED, 1)


def holds(told: Iterable[Verdict]) -> list[bool]:
    """Inside, however wide; or, where there is no interval, passed."""
    return [
        verdict.low <= verdict.closed_form <= verdict.high if verdict.half_width_relative else verdict.passed
        for verdict in told
    ]


def sees(oracle: Oracle, mutant: Shop) -> bool:
    """Silent about the sound shop, and not about the mutant."""
    assert all(holds(verdicts(oracle)))
    return not all(holds(verdicts(oracle, mutant)))


MM1 = desks(1, 0.7, plays=20, customers=2_000, bar=0.05)
MM8 = desks(8, 0.9, plays=12, customers=3_000, bar=0.1)
MG1 = one_engineer(1.5, plays=16, customers=3_000)
CLERK = machine_interference(plays=20, minutes=5_000)
PRIORITY = issue_before_background(plays=12, customers=1_500)
PATIENCE = impatience(plays=12, customers=1_700)
TANDEM = cabinet_and_robots(plays=16, orders=1_500)
FETCH = prefetch(plays=12, repairs=800)
WAITS = every_wait(3, "exponential", plays=2, customers=1_000)
HOURS = arrivals(Demand(), plays=8, days=30)


def every_wait_with(station) -> SameDraws:
    assert isinstance(WAITS.shop, SameDraws)
    return replace(WAITS.shop, hall=replace(WAITS.shop.hall, station=station))


# ── stations that serve otherwise ───────────────────────────────────────────────────────────────


def last_come(came: Came) -> tuple[int, int]:
    return 0, -came.id


def test_mutant_last_come_first_served_is_seen_wait_by_wait():
    assert sees(WAITS, every_wait_with(partial(Station, 3, last_come)))


def test_mutant_last_come_first_served_has_the_same_mean_so_only_single_waits_tell():
    """Why the suite has Kiefer–Wolfowitz beside Erlang."""
    assert not sees(MM1, replace(MM1.shop, station=partial(Station, 1, last_come)))


def test_mutant_a_desk_fewer_is_seen_by_erlang_and_wait_by_wait():
    assert sees(MM8, replace(MM8.shop, station=partial(Station, 7)))
    assert sees(WAITS, every_wait_with(partial(Station, 2)))


class Slow(Station):
    """Takes a hundredth longer for everything."""

    def handle(self, message, now):
        if isinstance(message, Came):
            message = replace(message, work_ms=round(message.work_ms * 1.01))
        return super().handle(message, now)


def test_mutant_service_a_hundredth_slower_is_seen_wait_by_wait():
    assert sees(WAITS, every_wait_with(partial(Slow, 3)))


def test_mutant_service_a_tenth_slower_is_seen_by_erlang():
    """In so short a play; the suite's own length sees the hundredth."""
    flow = replace(MM8.shop.flows[0], work=Exponential(1.1 * 48))
    assert sees(MM8, replace(MM8.shop, flows=(flow,)))


def test_mutant_background_is_served_in_turn_is_seen_by_cobham():
    assert sees(PRIORITY, replace(PRIORITY.shop, station=partial(Station, 1)))


class Interrupting(Station):
    """Puts background down for issue, and goes on with it later."""

    def _admit(self, who, now):
        if who.line == 1 and self._at_work and self._at_work[0][2].line == 2:
            until, _, other, came, _ = self._at_work.pop()
            self._free += 1
            super()._admit(who, now)
            super()._admit(replace(other, work_ms=until - now), came)
        else:
            super()._admit(who, now)


def test_mutant_background_is_interrupted_is_seen_by_cobham():
    assert sees(PRIORITY, replace(PRIORITY.shop, station=partial(Interrupting, 1, by_line)))


def test_mutant_a_second_clerk_is_seen_by_interference():
    assert sees(CLERK, replace(CLERK.shop, station=partial(Station, 2)))


def test_mutant_a_third_robot_is_seen_by_jackson():
    assert sees(TANDEM, replace(TANDEM.shop, robots=partial(Station, 3)))


def test_mutant_one_part_at_a_time_is_seen_by_prefetch():
    assert sees(FETCH, replace(FETCH.shop, cabinet=partial(Station, 1)))


class Stubborn(Station):
    """Who has given up is served all the same."""

    def _give_up(self, now, outs):
        waiting = dict(self._waiting)
        super()._give_up(now, outs)
        self._waiting = waiting


def test_mutant_nobody_gives_up_is_seen_by_birth_and_death():
    flow = PATIENCE.shop.flows[0]
    assert sees(PATIENCE, replace(PATIENCE.shop, flows=(replace(flow, patience=Exponential(10_000)),)))


def test_mutant_who_gave_up_is_served_all_the_same_is_seen_by_birth_and_death():
    assert sees(PATIENCE, replace(PATIENCE.shop, station=partial(Stubborn, 8)))


class Forgetful(Station):
    """Loses one in a hundred on their way out."""

    def handle(self, message, now):
        return [out for out in super().handle(message, now) if out.id % 100 != 99]


def test_mutant_one_in_a_hundred_is_lost_is_seen_by_little_and_wait_by_wait():
    (_, little), (_, lost) = verdicts(MM1), verdicts(MM1, replace(MM1.shop, station=partial(Forgetful, 1)))
    assert little.passed
    assert not lost.passed
    assert sees(WAITS, every_wait_with(partial(Forgetful, 3)))


# ── chance that is not what it should be ────────────────────────────────────────────────────────


class OneStream(Streams):
    """Every concern begins the same stream."""

    def named(self, name: str) -> Random:  # noqa: ARG002 - that is what is wrong
        return super().apart("all", 0)


class Sharing(Struct, frozen=True):
    """The same shop, with one stream for everything."""

    shop: Shop

    def play(self, streams: Streams) -> Played:
        return self.shop.play(OneStream(streams.seed))


def test_mutant_arrivals_and_service_from_one_stream_is_seen_by_erlang():
    assert sees(MM1, Sharing(MM1.shop))


def test_mutant_the_spread_of_work_is_mistaken_is_seen_by_khinchine():
    flow = Flow(gap=MG1.shop.flows[0].gap, work=LogNormal(48, 1.0))
    assert sees(MG1, replace(MG1.shop, flows=(flow,)))


def test_mutant_rush_hour_at_another_time_is_seen_by_chi_square():
    weights = Demand().weights
    mutant = replace(HOURS.shop, demand=Demand(weights=(*weights[1:], weights[0])))
    sound, moved = verdicts(HOURS)[0], verdicts(HOURS, mutant)[0]
    assert sound.passed
    assert not moved.passed


class Moody(Struct, frozen=True):
    """Every other set of days is a quarter too busy or too quiet: right in the mean."""

    days: Shop

    def play(self, streams: Streams) -> Played:
        factor = 1.25 if streams.seed % 2 else 0.75
        demand = self.days.demand
        rates = {name: getattr(demand, name) * factor
                 for name in ("repairs_a_day", "advice_a_day", "care_a_day", "questions_a_day")}  # fmt: skip
        return replace(self.days, demand=replace(demand, **rates)).play(streams)


def test_mutant_days_that_are_moodier_than_poisson_are_seen_by_their_variance():
    (_, sound, _), (_, moody, _) = verdicts(HOURS), verdicts(HOURS, Moody(HOURS.shop))
    assert sound.measured == pytest.approx(1, abs=0.07)
    assert moody.measured > 1.2
    assert not moody.passed


# ── a stage that keeps other time ───────────────────────────────────────────────────────────────


class Late(Stage):
    """Rings a millisecond late."""

    def note(self, at: Instant, place, act) -> None:
        super().note(at + 1, place, act)


def test_mutant_an_alarm_a_millisecond_late_is_seen_wait_by_wait(monkeypatch):
    assert all(holds(verdicts(WAITS)))
    monkeypatch.setattr(halls, "Stage", Late)
    assert not verdicts(WAITS)[0].passed


def test_mutant_an_alarm_that_cannot_be_set_earlier_is_seen_wait_by_wait(monkeypatch):
    set_alarm = Alarm.set

    def set_once(self, due):
        if self._due is None:
            set_alarm(self, due)

    monkeypatch.setattr(Alarm, "set", set_once)
    assert not verdicts(WAITS)[0].passed


@pytest.mark.parametrize("laws", SAME_DRAWS)
@pytest.mark.parametrize("servers", [1, 3, 8])
def test_every_wait_is_the_recursions_whatever_the_laws(servers, laws):
    waits, little = verdicts(every_wait(servers, laws, plays=1, customers=400))
    assert waits.passed
    assert waits.relative_error == 0
    assert little.passed

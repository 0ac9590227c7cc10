"""What a row of the suite can be: a small shop beside its closed form. Times are minutes.

Each function fixes what theory needs to know and leaves open how long it is played.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from msgspec import Struct

from simulations.oracles.closed_forms import (
    at_the_clerk,
    birth_death,
    impatient_hall,
    later_of_two,
    mean_wait_from_empty,
    served_by_the_clerk,
    share_that_gives_up,
    time_through,
    wait_of_mg1,
    wait_of_mmc,
    waits_by_line,
)
from simulations.oracles.days import Days
from simulations.oracles.found import Backlog, Crowd
from simulations.oracles.hall import Flow, Hall, Shop, mean_wait, mean_wait_by_line, share_given_up
from simulations.oracles.laws import Constant, Exponential, Gamma, Law, LogNormal
from simulations.oracles.networks import Clerk, InLine, Prefetch
from simulations.oracles.same_draws import SameDraws
from simulations.oracles.shop_days import DrawnDays, ShopDay
from simulations.oracles.stations import Station, by_line
from simulations.oracles.verdicts import ByHour, Equal, Form, Inside, Judge
from simulations.scenarios.parameters import Demand
from simulations.scenarios.scenario import Scenario, load

UNLIMITED: Final = 1 << 30
"""Servers of a station at which nobody waits."""
CROWD_MOST: Final = 500
"""A hall of the suite is fuller less than once in 10¹² openings."""


class Oracle(Struct, frozen=True, kw_only=True):
    """A shop, how often it is played, and what is known of it."""

    name: str
    """Also the name of its chance."""
    shop: Shop
    plays: int
    judge: Judge


def desks(count: int, load: float, *, plays: int, customers: int, bar: float) -> Oracle:
    """M/M/c. Mean work 48 min; ``load`` is per desk."""
    work, coming = 48.0, load * count / 48.0
    law = birth_death(lambda _present: coming, lambda present: min(present, count) / work, CROWD_MOST)
    name = f"M/M/{count}, load {load}: wait (min)"
    hall = Hall(
        flows=(Flow(gap=Exponential(1 / coming), work=Exponential(work)),),
        customers=customers,
        measure=mean_wait,
        station=partial(Station, count),
        found=Crowd(law, Exponential(work)),
    )
    form = Form(name, wait_of_mmc(count, coming, work), bar)
    return Oracle(name=name, shop=hall, plays=plays, judge=Inside((form,)))


def one_engineer(cv: float, *, plays: int, customers: int) -> Oracle:
    """M/G/1, load 0.8, log-normal work of mean 48 min."""
    work, coming = LogNormal(48, cv), 0.8 / 48
    name = f"M/G/1, load 0.8, cv {cv}: wait (min)"
    hall = Hall(
        flows=(Flow(gap=Exponential(1 / coming), work=work),),
        customers=customers,
        measure=mean_wait,
        station=partial(Station, 1),
        found=Backlog(0.8, work),
    )
    form = Form(name, wait_of_mg1(coming, work.mean, work.mean_square), 0.08)
    return Oracle(name=name, shop=hall, plays=plays, judge=Inside((form,)))


def machine_interference(*, plays: int, minutes: int) -> Oracle:
    """8 engineers who work alone for 30 min, then need the one clerk for 4."""
    shop = Clerk(
        alone=Exponential(30),
        work=Exponential(4),
        found=at_the_clerk(8, 30, 4),
        minutes=minutes,
        station=partial(Station, 1),
    )
    form = Form("8 engineers, 1 clerk: served a minute", served_by_the_clerk(8, 30, 4), 0.02)
    return Oracle(name=form.name, shop=shop, plays=plays, judge=Inside((form,)))


def issue_before_background(*, plays: int, customers: int) -> Oracle:
    """The clerk issues parts (log-normal) before they put others away in chunks (exponential); load 0.35 + 0.24.

    The law of the long run is not known. Both lines come equally often, relaxation takes about 20 customers, and the
    first and last 500 are not counted.
    """
    issue, chunk, coming = LogNormal(5.6, 0.5), Exponential(3.84), 1 / 16
    lines = [(coming, work.mean, work.mean_square) for work in (issue, chunk)]
    first, second = waits_by_line(lines)
    shop = Hall(
        flows=(
            Flow(gap=Exponential(1 / coming), work=issue, line=1),
            Flow(gap=Exponential(1 / coming), work=chunk, line=2),
        ),
        customers=customers,
        measure=mean_wait_by_line,
        station=partial(Station, 1, by_line),
        unseen=500,
    )
    forms = Form("Clerk: wait for issue (min)", first, 0.03), Form("Clerk: wait of background (min)", second, 0.05)
    return Oracle(name="Clerk: issue before background", shop=shop, plays=plays, judge=Inside(forms))


def impatience(*, plays: int, customers: int) -> Oracle:
    """M/M/8+M at load 1.25: work 48 min, patience 35 min."""
    work, coming, patience = 48.0, 10 / 48.0, 35.0
    shop = Hall(
        flows=(Flow(gap=Exponential(1 / coming), work=Exponential(work), patience=Exponential(patience)),),
        customers=customers,
        measure=share_given_up,
        station=partial(Station, 8),
        found=Crowd(impatient_hall(8, coming, work, patience), Exponential(work)),
    )
    form = Form("M/M/8+M, load 1.25: share that gives up", share_that_gives_up(8, coming, work, patience), 0.03)
    return Oracle(name=form.name, shop=shop, plays=plays, judge=Inside((form,)))


def cabinet_and_robots(*, plays: int, orders: int) -> Oracle:
    """One cabinet (1.2 min), then two robots (2 min); an order every 2 min."""
    coming, pick, ride = 0.5, Exponential(1.2), Exponential(2)
    at_cabinet = birth_death(lambda _present: coming, lambda _present: 1 / pick.mean, CROWD_MOST)
    at_robots = birth_death(lambda _present: coming, lambda present: min(present, 2) / ride.mean, CROWD_MOST)
    shop = InLine(
        flow=Flow(gap=Exponential(1 / coming), work=pick),
        ride=ride,
        found_at_cabinet=Crowd(at_cabinet, pick),
        found_at_robots=Crowd(at_robots, ride),
        orders=orders,
        cabinet=partial(Station, 1),
        robots=partial(Station, 2),
    )
    form = Form("Cabinet, then 2 robots: time through (min)", time_through([(1, 1.2), (2, 2)], coming), 0.02)
    return Oracle(name=form.name, shop=shop, plays=plays, judge=Inside((form,)))


def prefetch(*, plays: int, repairs: int) -> Oracle:
    """The phone is opened in 6 min, the part comes in 4; repairs never wait for each other."""
    shop = Prefetch(
        flow=Flow(gap=Exponential(5), work=Exponential(6)),
        delivery=Exponential(4),
        repairs=repairs,
        hands=partial(Station, UNLIMITED),
        cabinet=partial(Station, UNLIMITED),
    )
    form = Form("Prefetch: later of opening and part (min)", later_of_two(6, 4), 0.01)
    return Oracle(name=form.name, shop=shop, plays=plays, judge=Inside((form,)))


SAME_DRAWS: Final[dict[str, tuple[Callable[[float], Law], float, Law]]] = {
    "exponential": (Exponential, 50, Exponential(45)),
    "log-normal": (partial(LogNormal, cv=1.5), 50, Gamma(45, 2)),
    "constant": (Constant, 36, Constant(48)),  # comings and leavings in the same ms
    "at once": (Constant, 0, LogNormal(48, 0.5)),  # all customers in the same ms
}
"""Law of the gaps, their mean if there is one server, and law of the work."""


def every_wait(servers: int, laws: str, *, plays: int, customers: int) -> Oracle:
    """Kiefer–Wolfowitz."""
    law, gap, work = SAME_DRAWS[laws]
    hall = Hall(
        flows=(Flow(gap=law(gap / servers), work=work),),
        customers=customers,
        measure=mean_wait,
        station=partial(Station, servers),
    )
    name = f"Kiefer–Wolfowitz, {servers} server{'s' * (servers > 1)}, {laws}: every wait (min)"
    return Oracle(name=name, shop=SameDraws(hall=hall, servers=servers), plays=plays, judge=Equal(name))


EIGHT_ENGINEERS: Final = 8
HANDS_MIN: Final = 48.0
OPEN_HOURS: Final = 10


def exponential_shop() -> Scenario:
    """The shipped shop as M/M/8 at load 0.9 while it is open: no parts, all steps but one take no time."""
    no_time = dict.fromkeys(("intake", "diagnosis", "teardown", "goodbye"), (0.0,))
    return load("reference-cabinet").replaced(
        {
            "demand.repairs_a_day": 0.9 * EIGHT_ENGINEERS * OPEN_HOURS * 60 / HANDS_MIN,
            "demand.weights": (1.0,) * OPEN_HOURS,
            "demand.parts_share": 0.0,
            "work.law": "exponential",
            "work.repair_min": (HANDS_MIN,),
            "opening.overtime_h": 12.0,
            **{f"work.{step}_min": none for step, none in no_time.items()},
        },
        name="M/M/8",
    )


def unjammed_shop() -> Scenario:
    """The reference shop whose cabinet never jams: a jam may send a customer home while the engineer keeps the phone,
    and then a ticket is not all that an engineer is busy with."""
    return load("reference-cabinet").replaced({"cabinet.jam": 0.0}, name="reference-cabinet, no jams")


def whole_shop(words: str, scenario: Scenario, *, plays: int) -> Oracle:
    """Kiefer–Wolfowitz and, by the floor's own books, Little, through floor, devices and people."""
    name = f"Whole shop, {words}: every wait (min)"
    shop = ShopDay(scenario=scenario, engineers=EIGHT_ENGINEERS)
    return Oracle(name=name, shop=shop, plays=plays, judge=Equal(name))


def whole_shop_from_empty(*, plays: int, days: int, bar: float) -> Oracle:
    """M/M/8 from its opening on: a day is over before the long run begins."""
    scenario = exponential_shop()
    coming = scenario.demand.repairs_a_day / OPEN_HOURS / 60
    truth = mean_wait_from_empty(EIGHT_ENGINEERS, coming, HANDS_MIN, OPEN_HOURS * 60)
    form = Form("Whole shop's customers, M/M/8 from empty: wait (min)", truth, bar)
    shop = DrawnDays(scenario=scenario, engineers=EIGHT_ENGINEERS, days=days)
    return Oracle(name=form.name, shop=shop, plays=plays, judge=Inside((form,)))


def arrivals(demand: Demand, *, plays: int, days: int) -> Oracle:
    """The customers of each hour. The spread of a ratio is √(2/days): the bar needs some 2,000 days."""
    shop = Days(demand=demand, days=days)
    return Oracle(name="Arrivals", shop=shop, plays=plays, judge=ByHour(shop.means, days, 0.1))

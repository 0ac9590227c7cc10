"""Which bad day a seed stands for: the shop, its customers, their whims, and what is wrong with the machines."""

from itertools import islice
from typing import Final

from msgspec import Struct, structs

from shopfloor.contract.actor import HOUR, MINUTE, Instant
from simulations.demand import Visit, coming
from simulations.faults import BY_NAME, Faults, drawn
from simulations.scenarios.plans import plan_of
from simulations.scenarios.scenario import Scenario, load
from simulations.scenarios.table import Value
from simulations.streams import Streams
from simulations.twin.day import Plan
from simulations.twin.fittings import Dials

TICKETS: Final = 12
"""Customers of one bad day."""
DOORS_MS: Final = 16 * MINUTE
LAST_COMER_MS: Final = 13 * MINUTE
"""After the opening; a queue machine that does not answer has some minutes left."""
HEALED_MS: Final = 40 * MINUTE
"""After the opening everything that was wrong is mended."""
CALM_SHARE: Final = 0.05
"""Of the seeds: nothing goes wrong. What a storm costs, and whether it finds too much, is seen beside these."""
BUSY: Final = 200.0
"""Repairs a day from which the customers are taken: enough for any number of tickets."""

NEARLY_EMPTY: Final = 32.0
"""Per cent in a robot's battery: a few errands."""

NO_DIALS: Final = ("robot.dies", "robot.battery", "pos.closed")
"""Named after machines, and no matter of chance per occasion: when they strike is the mischief's and the hands'."""
SHOPS: Final = (("cabinet", 0.6), ("counter", 0.4))
"""Scenarios, and the share of seeds that play in them."""


class BadDay(Struct, frozen=True, kw_only=True):
    """One seed's day, before it begins."""

    seed: int
    plan: Plan
    faults: Faults
    comers: tuple[Visit, ...]
    healed_at: Instant

    @property
    def doors_close_at(self) -> Instant:
        return self.plan.doors_close_at


def bad_day(seed: int, tickets: int = TICKETS, faults: Faults | None = None, healed_ms: int = HEALED_MS) -> BadDay:
    """The same seed, tickets and faults give the same day. ``faults``: those of the seed when None."""
    streams = Streams(f"storm {seed}")
    strength = _of_seed(streams) if faults is None else faults
    scenario = _scenario(streams, strength)
    plan = plan_of(scenario, seed, 0)
    plan = structs.replace(
        plan, seed=f"storm {seed}", doors_close_at=plan.opens + DOORS_MS, dials=_dials(plan.dials, strength)
    )
    return BadDay(
        seed=seed,
        plan=plan,
        faults=strength,
        comers=_comers(plan, streams, tickets),
        healed_at=plan.opens + healed_ms,
    )


def faults_of(seed: int) -> Faults:
    """What goes wrong on this seed's day, if nobody chooses."""
    return _of_seed(Streams(f"storm {seed}"))


def _of_seed(streams: Streams) -> Faults:
    return Faults({}) if streams.named("calm").random() < CALM_SHARE else drawn(streams)


def _scenario(streams: Streams, faults: Faults) -> Scenario:
    """A small shop whose repairs are short, with the whims of this day's people."""
    share = streams.named("shop").random()
    name = SHOPS[0][0] if share < SHOPS[0][1] else SHOPS[1][0]
    fickle, amend = faults.strength("people.fickle"), faults.strength("people.amend")
    hand_over, walk_away = faults.strength("people.hand_over"), faults.strength("people.walk_away")
    changed: dict[str, Value] = {
        "demand.repairs_a_day": BUSY,
        "demand.advice_a_day": 45.0,
        "demand.care_a_day": 20.0,
        "demand.questions_a_day": 25.0,
        "opening.stock_for": 8.0 if streams.named("stock").random() < 0.5 else 60.0,
        "opening.overtime_h": 2.0,
        "staff.lunch": False,
        "work.scale": 0.2,
    }
    if fickle:
        changed |= {
            "shares.refused": fickle / 3,
            "shares.thinks": fickle / 3,
            "shares.leaves_phone": fickle / 3,
            "shares.unrepairable": fickle / 5,
            "shares.proxy": fickle,
            "shares.loaner": fickle,
            "shares.wipe": fickle,
            "shares.quality_failed": fickle / 2,
            "shares.acceptance_refused": fickle / 4,
            "shares.wrong_part": fickle / 4,
            "shares.dead_part": fickle / 4,
            "shares.broken_part": fickle / 4,
        }
    if amend:
        changed |= {"shares.more_found": amend, "shares.more_refused": 0.5}
    if hand_over:
        changed |= {"shares.second_engineer": hand_over}
    if walk_away:
        changed |= {
            "shares.call_no_show": walk_away,
            "shares.call_late": walk_away / 2,
            "demand.patience_median_min": 15.0,
        }
    return load(name).replaced(changed)


def _dials(usual: Dials, faults: Faults) -> Dials:
    """The machines of this day. Their chances are exactly those that were drawn."""

    def chances(group: str) -> dict[str, float]:
        prefix = f"{group}."
        own = {name: s for name, s in faults.strengths.items() if name.startswith(prefix) and name not in NO_DIALS}
        return {name.removeprefix(prefix): s for name, s in own.items()}

    battery = NEARLY_EMPTY if faults.strength("robot.battery") else 100.0
    healthy = healed(usual)
    return Dials(
        pos=structs.replace(healthy.pos, **chances("pos")),
        cabinet=structs.replace(healthy.cabinet, **chances("cabinet")),
        archive=structs.replace(healthy.archive, **chances("archive")),
        notifier=structs.replace(healthy.notifier, **chances("notifier")),
        entitlement=structs.replace(healthy.entitlement, **chances("entitlement")),
        robot=structs.replace(healthy.robot, battery_start=battery, **chances("robot")),
    )


def healed(dials: Dials) -> Dials:
    """The same machines with nothing wrong with them."""
    return Dials(
        pos=structs.replace(dials.pos, **_off("pos")),
        cabinet=structs.replace(dials.cabinet, **_off("cabinet")),
        archive=structs.replace(dials.archive, **_off("archive")),
        notifier=structs.replace(dials.notifier, **_off("notifier")),
        entitlement=structs.replace(dials.entitlement, **_off("entitlement")),
        robot=structs.replace(dials.robot, **_off("robot")),
    )


def _off(group: str) -> dict[str, float]:
    names = [name for name in BY_NAME if name.startswith(f"{group}.") and name not in NO_DIALS]
    return dict.fromkeys((name.partition(".")[2] for name in names), 0.0)


def _comers(plan: Plan, streams: Streams, tickets: int) -> tuple[Visit, ...]:
    """The first customers of a busy day, all of them before the doors close."""
    day = coming(plan.catalogue, plan.scenario, streams, plan.opens, plan.opens + 10 * HOUR)
    first = list(islice((visit for visit in day if not visit.stays_away), tickets))
    span = max(1, first[-1].at - plan.opens) if first else 1
    return tuple(structs.replace(v, at=plan.opens + (v.at - plan.opens) * LAST_COMER_MS // span) for v in first)

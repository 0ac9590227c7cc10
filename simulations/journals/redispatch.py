"""``replay JOURNAL --policy …``: the customers of a recorded day, sent through the shop under another policy.

Recorded events cannot simply be told to another floor: they answer what the recorded floor had asked, and would be
refused. So the day is taken apart. What came from outside stays as it was: arrivals, phones, faults, decisions, and how
long each customer kept hands busy. What the floor chose is chosen anew, and machines and people act on that.

Two days are played on the same customers and the same chance: one under the recorded policy, which shows how near the
twin comes to what was recorded, and one under the other. Only their difference is a statement about the policy.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.core.kpi_reckoning import Number, Numbers
from shopfloor.core.kpis import KPIS
from shopfloor.core.policies import Policy
from shopfloor.service.store import JournalRefused
from simulations.journals.arrivals import OpenDay, days_of
from simulations.journals.seen import Seen, seen_in
from simulations.journals.visits_again import ASSUMED, play_again, remember
from simulations.scenarios.scenario import Scenario
from simulations.twin.day import Plan

TIMES: Final = 5
TIMES_MAX: Final = 100
SHOWN: Final = (
    ("K1", "n"), ("K1", "mean"), ("K1", "p90"), ("K3", "value"), ("K5", "n"), ("K5", "mean"), ("K5", "p90"),
    ("K5", "tat_mean"), ("K8", "mean"), ("K10", "value"), ("K11", "value"),
)  # fmt: skip
"""KPI and which of its numbers."""


class PolicyError(ValueError):
    """A policy that no shop can have; the message names the setting and what is allowed."""


class Compared(Struct, frozen=True, kw_only=True):
    """One number. Means over the times that were played; None where there were no data."""

    kpi: str
    number: str
    name: str
    unit: str
    recorded: float | None
    same: float | None
    """The twin under the recorded policy."""
    off: float | None
    """How far that is from what was recorded, as a share of it."""
    other: float | None
    """The twin under the other policy."""
    difference: float | None
    """other − same, each pair on the same chance …"""
    least: float | None
    most: float | None
    """… and between which values the pairs lie. Not an interval: all of them are this one day."""


class Redispatched(Struct, frozen=True, kw_only=True):
    """What came of one recorded day."""

    journal: str
    date: str
    visits: int
    times: int
    policy: dict[str, str]
    """What is different → as it was → as it is."""
    drawn: dict[str, int]
    left_out: int
    numbers: tuple[Compared, ...]
    remarks: tuple[str, ...]


def policy_of(recorded: Policy, changes: Mapping[str, str]) -> Policy:
    """The recorded policy with these settings changed, as they are written on a command line. Raises PolicyError."""
    written = msgspec.to_builtins(recorded)
    for name, value in changes.items():
        if name not in written:
            raise PolicyError(f"{name} = {value}: there is no such setting; there are {', '.join(written)}.")
        old = written[name]
        written[name] = value.split(",") if isinstance(old, list | tuple) else value
    try:
        return msgspec.convert(written, Policy, strict=False)
    except msgspec.ValidationError as fault:
        told = ", ".join(f"{name} = {value}" for name, value in changes.items())
        raise PolicyError(f"{told}: {fault}") from fault


def redispatch(
    journal: str, changes: Mapping[str, str], date: str = "", times: int = TIMES, assumed: Scenario = ASSUMED
) -> Redispatched:
    """Play a recorded day again under a policy with these changes; people's habits are as in this scenario.

    Raises JournalRefused or PolicyError.
    """
    if not 1 <= times <= TIMES_MAX:
        raise PolicyError(f"times = {times}: play the day 1 to {TIMES_MAX} times.")
    seen, replayed = seen_in(journal)
    opening = replayed.opening
    other = policy_of(opening.policy, changes)
    day = _chosen(seen, date)
    catalogue = Catalogue.from_text(opening.catalogue)
    plan = Plan(
        layout=Layout.from_source(opening.layout),
        catalogue=catalogue,
        seed=0,
        opens=day.opens,
        doors_close_at=day.closes,
        policy=opening.policy,
    )
    same_runs, other_runs = [], []
    for seed in range(1, times + 1):
        remembered = remember(seen, day, catalogue, seed, assumed)
        same_runs.append(play_again(remembered, plan, opening.policy, seed).summary())
        other_runs.append(play_again(remembered, plan, other, seed).summary())
    recorded = seen.kpis[day.date].summary()
    return Redispatched(
        journal=journal,
        date=day.date,
        visits=len(remembered.visits),
        times=times,
        policy=_changed(opening.policy, other),
        drawn=remembered.drawn,
        left_out=remembered.left_out,
        numbers=tuple(_compared(kpi, number, recorded, same_runs, other_runs) for kpi, number in SHOWN),
        remarks=_remarks(seen, day),
    )


def _chosen(seen: Seen, date: str) -> OpenDay:
    days = {day.date: day for day in days_of(seen)}
    if not days:
        raise JournalRefused(f"{seen.journal}: nobody came while the shop was open; there is no day to play again.")
    if date and date not in days:
        raise JournalRefused(f"{seen.journal}: it has no customers on {date}; it has on {', '.join(days)}.")
    return days[date or next(iter(days))]


def _changed(recorded: Policy, other: Policy) -> dict[str, str]:
    before, after = msgspec.to_builtins(recorded), msgspec.to_builtins(other)
    return {name: f"{before[name]} → {after[name]}" for name in before if before[name] != after[name]}


def _compared(
    kpi: str, number: str, recorded: dict[str, Numbers], same: Sequence[dict[str, Numbers]],
    other: Sequence[dict[str, Numbers]],
) -> Compared:  # fmt: skip
    was = recorded[kpi].get(number)
    ours = [run[kpi].get(number) for run in same]
    theirs = [run[kpi].get(number) for run in other]
    pairs = [b - a for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None]
    mean = _mean(ours)
    return Compared(
        kpi=kpi,
        number=number,
        name=KPIS[kpi].name,
        unit="" if number == "n" else KPIS[kpi].unit,
        recorded=was,
        same=mean,
        off=mean / was - 1 if was and mean is not None else None,
        other=_mean(theirs),
        difference=_mean(pairs),
        least=min(pairs, default=None),
        most=max(pairs, default=None),
    )


def _mean(values: Sequence[Number]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _remarks(seen: Seen, day: OpenDay) -> tuple[str, ...]:
    """What a reader must know before believing the difference."""
    found = ["One day: the difference holds for these customers; it says nothing about other days."]
    found.append(
        "Machines' and people's small times are drawn anew, the same under both policies where the same is done."
    )
    if days_of(seen)[0].date != day.date:
        found.append(
            "Not the first day of this journal: it is played with the opening stock, and without phones kept over."
        )
    if day.date not in seen.days_ended:
        found.append("The recorded day was not closed: what was still open then counts as not finished.")
    return tuple(found)

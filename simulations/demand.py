"""Who comes when, with which phone, and what they will decide: one day of customers, drawn before it begins.

Shares and times are those of the shop's own assumptions, all in ``Demand`` and all easy to change. Whatever a customer
decides is drawn with the customer, so that the same customers can be sent through two different shops.
"""

import math
from collections.abc import Iterator
from random import Random
from typing import Literal, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import HOUR, MINUTE, Instant
from shopfloor.contract.catalogue import FOLD_FAULT, Catalogue, Model
from shopfloor.contract.kinds import Language, Line
from simulations.streams import Streams

Purpose: TypeAlias = Literal["repair", "advice", "care", "question"]
Comes: TypeAlias = Literal["at-once", "late", "never"]
Decision: TypeAlias = Literal["sign", "refuse", "think", "leave"]
PartLuck: TypeAlias = Literal["right", "wrong", "dead", "broken"]

FOLD_SHARE = 0.25
"""Of a foldable's faults; the others are scaled."""
BOOKED_AHEAD = 45 * MINUTE
"""Nobody books a time that is nearer than this."""
SERIALS = 10**9


class Shares(Struct, frozen=True, kw_only=True):
    """How often what happens: of repairs, of calls, of lines (all assumed)."""

    booked: float = 0.35
    booked_no_show: float = 0.10
    call_no_show: float = 0.04
    call_late: float = 0.02
    refused: float = 0.09
    thinks: float = 0.09
    leaves_phone: float = 0.09
    unrepairable: float = 0.015
    more_found: float = 0.06
    more_refused: float = 0.30
    proxy: float = 0.04
    loaner: float = 0.03
    wipe: float = 0.06
    second_engineer: float = 0.02
    wrong_part: float = 0.03
    dead_part: float = 0.01
    broken_part: float = 0.005
    quality_failed: float = 0.04
    acceptance_refused: float = 0.005
    accident: float = 0.30
    survey: float = 0.35
    accessibility: float = 0.03


class Demand(Struct, frozen=True, kw_only=True):
    """A normal day."""

    repairs_a_day: float = 40
    advice_a_day: float = 6
    care_a_day: float = 4
    questions_a_day: float = 3
    weights: tuple[float, ...] = (6, 9, 11, 11, 9, 10, 12, 12, 11, 9)
    """Per cent of the day's customers in the first, second … hour after opening."""
    patience_median_min: float = 35
    patience_sigma: float = 0.6
    shares: Shares = Shares()


SERVICE_DAY = Demand(
    repairs_a_day=75, advice_a_day=9, care_a_day=45, questions_a_day=6, shares=Shares(booked=0.20)
)  # fmt: skip
"""Labour is free: twice the repairs, and everybody wants care and film."""


class Visit(Struct, frozen=True, kw_only=True):
    """One customer and all that they will decide. ``id`` counts by time of arrival."""

    id: int
    at: Instant
    """At the entrance; for a booking, the booked time."""
    purpose: Purpose
    line: Line
    booked: bool
    comes: Comes
    """When called: at once, only after they have been put back once, or never."""
    stays_away: bool
    """Booked and does not come at all."""
    early_ms: int
    """Booked: so long before the time (after it, if negative)."""
    patience_ms: int
    language: Language
    accessibility: bool
    model: str
    fault: str
    imei: str
    accident: bool
    decision: Decision
    signs_later: bool
    """Of those who think about it."""
    more_found: str
    """Another fault, seen when the phone is open; "" for none."""
    signs_more: bool
    unrepairable: bool
    proxy: bool
    loaner: bool
    wipe: bool
    second_engineer: bool
    part: PartLuck
    first_pass: bool
    accepts: bool
    score: int
    """1 to 5 in the survey, 0 if it is not answered."""


def visits(catalogue: Catalogue, demand: Demand, streams: Streams, opens: Instant, until: Instant) -> list[Visit]:
    """Everybody who comes between the opening and ``until``, by time."""
    times = {
        "repair": _arrivals(demand, demand.repairs_a_day, streams.named("repair times"), opens, until),
        "advice": _arrivals(demand, demand.advice_a_day, streams.named("advice times"), opens, until),
        "care": _arrivals(demand, demand.care_a_day, streams.named("care times"), opens, until),
        "question": _arrivals(demand, demand.questions_a_day, streams.named("question times"), opens, until),
    }
    purposes: tuple[Purpose, ...] = ("repair", "advice", "care", "question")
    comers = sorted((at, place, purpose) for place, purpose in enumerate(purposes) for at in times[purpose])
    return [
        visit(catalogue, demand, streams, number, purpose, at, opens)
        for number, (at, _, purpose) in enumerate(comers, start=1)
    ]


def visit(
    catalogue: Catalogue, demand: Demand, streams: Streams, number: int, purpose: Purpose, at: Instant, opens: Instant
) -> Visit:
    """One customer. Everything is drawn, also what this one will not need, so that all draws stay in step."""
    chance, shares = streams.apart("visit", number), demand.shares
    model = _weighed(chance, {row.id: row.mix_pct for row in catalogue.models.values()})
    faults = fault_shares(catalogue, catalogue.models[model])
    fault, other = _weighed(chance, faults), _weighed(chance, faults)
    booked = chance.random() < shares.booked and purpose == "repair" and at - opens >= BOOKED_AHEAD
    never, late, away = (chance.random() < share for share in
                         (shares.call_no_show, shares.call_late, shares.booked_no_show))  # fmt: skip
    return Visit(
        id=number,
        at=at,
        purpose=purpose,
        line="B" if booked else "A" if purpose == "repair" else "C",
        booked=booked,
        comes="never" if never else "late" if late else "at-once",
        stays_away=booked and away,
        early_ms=round(min(29.0, max(-14.0, chance.gauss(5, 8))) * MINUTE),
        patience_ms=_patience(chance, demand),
        language=chance.choice(("zh-Hans", "zh-Hans", "zh-Hant", "en")),
        accessibility=chance.random() < shares.accessibility,
        model=model,
        fault=fault,
        imei=_imei(chance),
        accident=chance.random() < shares.accident,
        decision=_decision(chance, shares),
        signs_later=chance.random() < 0.6,
        more_found=other if chance.random() < shares.more_found and other != fault else "",
        signs_more=chance.random() >= shares.more_refused,
        unrepairable=chance.random() < shares.unrepairable,
        proxy=chance.random() < shares.proxy,
        loaner=chance.random() < shares.loaner,
        wipe=chance.random() < shares.wipe,
        second_engineer=chance.random() < shares.second_engineer,
        part=_part(chance, shares),
        first_pass=chance.random() >= shares.quality_failed,
        accepts=chance.random() >= shares.acceptance_refused,
        score=_score(chance, shares),
    )


def fault_shares(catalogue: Catalogue, model: Model) -> dict[str, float]:
    """What can be wrong with this model, in shares of 1: the catalogue's, spread over the faults it can have."""
    own = catalogue.rows[model.id]
    percents = {fault: catalogue.faults[fault].mix_pct for fault in own if fault != FOLD_FAULT}
    fold = FOLD_SHARE if FOLD_FAULT in own else 0.0
    total = sum(percents.values())
    shares = {fault: (1 - fold) * percent / total for fault, percent in percents.items()}
    return {**shares, FOLD_FAULT: fold} if fold else shares


def _arrivals(demand: Demand, a_day: float, chance: Random, opens: Instant, until: Instant) -> list[Instant]:
    """A Poisson process whose rate changes by the hour."""
    return list(_hours(demand, a_day, chance, opens, until))


def _hours(demand: Demand, a_day: float, chance: Random, opens: Instant, until: Instant) -> Iterator[Instant]:
    total = sum(demand.weights)
    for hour, weight in enumerate(demand.weights):
        rate = a_day * weight / total / HOUR
        begins = opens + hour * HOUR
        at = float(begins)
        while rate > 0 and (at := at + chance.expovariate(rate)) < min(begins + HOUR, until):
            yield round(at)


def _weighed(chance: Random, shares: dict[str, float] | dict[str, int]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _patience(chance: Random, demand: Demand) -> int:
    return round(chance.lognormvariate(math.log(demand.patience_median_min), demand.patience_sigma) * MINUTE)


def _decision(chance: Random, shares: Shares) -> Decision:
    drawn = chance.random()
    if drawn < shares.refused:
        return "refuse"
    if drawn < shares.refused + shares.thinks:
        return "think"
    return "leave" if drawn < shares.refused + shares.thinks + shares.leaves_phone else "sign"


def _part(chance: Random, shares: Shares) -> PartLuck:
    drawn = chance.random()
    if drawn < shares.wrong_part:
        return "wrong"
    if drawn < shares.wrong_part + shares.dead_part:
        return "dead"
    return "broken" if drawn < shares.wrong_part + shares.dead_part + shares.broken_part else "right"


def _score(chance: Random, shares: Shares) -> int:
    """Mean about 4.6 of those who answer."""
    answers, drawn = chance.random() < shares.survey, chance.random()
    score = 5 if drawn < 0.72 else 4 if drawn < 0.92 else 3 if drawn < 0.97 else 2
    return score if answers else 0


def _imei(chance: Random) -> str:
    """A number from the test range 00101, with its check digit (Luhn)."""
    digits = f"00101{chance.randrange(SERIALS):09d}"
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-sum(d // 10 + d % 10 for d in doubled) % 10}"

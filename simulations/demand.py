"""Who comes when, with which phone, and what they will decide: one day of customers, drawn before it begins.

Whatever a customer decides is drawn with the customer, from streams of their own: so the same customers can be sent
through two different shops, and a busier day has all the customers of the quieter one, and more.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from random import Random
from statistics import NormalDist
from typing import Literal, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import HOUR, MINUTE, Instant
from shopfloor.contract.catalogue import FOLD_FAULT, Catalogue, Model
from shopfloor.contract.kinds import Language, Line
from simulations.scenarios.parameters import Demand, Shares, Step, Work
from simulations.scenarios.scenario import Scenario
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
PATIENCE_MAX_MIN = 100_000


CANDIDATES_AN_HOUR = 60.0
"""Everybody who might come is drawn at this rate (doubled until it is enough); how full the day is decides who does."""
LINES_MORE_MAX = 4
LOOKS = 16
BOARD_FAULT = "MBD"
NORMAL = NormalDist()
UNIFORM_MIN = 2.0**-53


class Minutes(Struct, frozen=True, kw_only=True):
    """How long one customer keeps hands busy, in ms, drawn with the customer."""

    intake: int
    diagnosis: int
    quote: int
    teardown: int
    """What can be done before the part is there."""
    repair: int
    """The rest of the repair."""
    quality: int
    goodbye: int
    advice: int

    @property
    def hands_on(self) -> int:
        """All that a plain repair needs."""
        steps = (self.intake, self.diagnosis, self.quote, self.teardown, self.repair, self.quality, self.goodbye)
        return sum(steps)


class Visit(Struct, frozen=True, kw_only=True):
    """One customer and all that they will decide. ``id`` counts by time of arrival."""

    id: int
    key: str = ""
    """Who it is, on every day that has the same candidates: "repair 17"."""
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
    minutes: Minutes
    also: tuple[str, ...] = ()
    """Further faults that are on the quote from the beginning, each with a part of its own."""
    old_back: float = 1.0
    """Uniform: brings the old part back at once in a shop where a greater share does."""
    searches: tuple[float, ...] = (0.5,) * LOOKS
    """Uniform, one for each line that somebody may have to look for."""


def visits(catalogue: Catalogue, scenario: Scenario, streams: Streams, opens: Instant, until: Instant) -> list[Visit]:
    """Everybody who comes between the opening and ``until``, by time."""
    return list(coming(catalogue, scenario, streams, opens, until))


def coming(
    catalogue: Catalogue, scenario: Scenario, streams: Streams, opens: Instant, until: Instant
) -> Iterator[Visit]:
    """The same one after the other, for those who need only the first of them."""
    drawn = Drawn(catalogue, scenario, streams, opens)
    for nth, (at, purpose, number) in enumerate(arrivals(scenario.demand, streams, opens, until), start=1):
        yield drawn.visit(nth, purpose, number, at)


def arrivals(demand: Demand, streams: Streams, opens: Instant, until: Instant) -> list[tuple[Instant, Purpose, int]]:
    """When somebody comes, what for, and which candidate it is; by time."""
    a_day: dict[Purpose, float] = {
        "repair": demand.repairs_a_day,
        "advice": demand.advice_a_day,
        "care": demand.care_a_day,
        "question": demand.questions_a_day,
    }
    comers = sorted(
        (at, place, number, purpose)
        for place, (purpose, mean) in enumerate(a_day.items())
        for number, at in _comers(demand, mean, streams.named(f"{purpose} times"), opens, until)
    )
    return [(at, purpose, number) for at, _, number, purpose in comers]


def _comers(
    demand: Demand, a_day: float, chance: Random, opens: Instant, until: Instant
) -> Iterator[tuple[int, Instant]]:
    """A Poisson process whose rate changes by the hour, thinned by marks: candidate number and time of who comes."""
    total = sum(demand.weights)
    if not a_day:
        return
    rates = [demand.factor * a_day * weight / total for weight in demand.weights]
    most = CANDIDATES_AN_HOUR
    while most < max(rates):
        most *= 2
    at, number = float(opens), 0
    while (at := at + chance.expovariate(most / HOUR)) < until:
        number += 1
        hour = min(int((at - opens) // HOUR), len(rates) - 1)
        if chance.random() < rates[hour] / most:
            yield number, round(at)


class Drawn:
    """The customers of one day. Everything is drawn, also what one will not need, so that all draws stay in step."""

    def __init__(self, catalogue: Catalogue, scenario: Scenario, streams: Streams, opens: Instant) -> None:
        self.catalogue, self.streams, self.opens = catalogue, streams, opens
        self.demand, self.shares, self.work = scenario.demand, scenario.shares, scenario.work
        self.wrong_part = self.shares.cabinet_wrong_part if scenario.switches.cabinet else self.shares.wrong_part
        demand = self.demand
        self.models = {
            row.id: row.mix_pct for row in catalogue.models.values() if not (demand.plain_mix and row.foldable)
        }
        self.faults = {model: self._faults_of(catalogue.models[model]) for model in self.models}

    def visit(self, nth: int, purpose: Purpose, number: int, at: Instant) -> Visit:
        shares, key = self.shares, f"{purpose} {number}"
        chance = self.streams.apart("visit", key)
        model = _weighed(chance, self.models)
        fault, other, also = self._what_is_wrong(model, chance, key)
        booked = chance.random() < shares.booked and purpose == "repair" and at - self.opens >= BOOKED_AHEAD
        never, late, away = (chance.random() < share for share in
                             (shares.call_no_show, shares.call_late, shares.booked_no_show))  # fmt: skip
        parts = self.streams.apart("parts", key)
        return Visit(
            id=nth,
            key=key,
            at=at,
            purpose=purpose,
            line="B" if booked else "A" if purpose == "repair" else "C",
            booked=booked,
            comes="never" if never else "late" if late else "at-once",
            stays_away=booked and away,
            early_ms=round(min(29.0, max(-14.0, chance.gauss(5, 8))) * MINUTE),
            patience_ms=_patience(chance, self.demand),
            language=chance.choice(("zh-Hans", "zh-Hans", "zh-Hant", "en")),
            accessibility=chance.random() < shares.accessibility,
            model=model,
            fault=fault,
            imei=_imei(chance),
            accident=chance.random() < shares.accident,
            decision=_decision(chance, shares),
            signs_later=chance.random() < 0.6,
            more_found=other if chance.random() < shares.more_found else "",
            signs_more=chance.random() >= shares.more_refused,
            unrepairable=chance.random() < shares.unrepairable,
            proxy=chance.random() < shares.proxy,
            loaner=chance.random() < shares.loaner,
            wipe=chance.random() < shares.wipe,
            second_engineer=chance.random() < shares.second_engineer,
            part=_part(chance, shares, self.wrong_part),
            first_pass=chance.random() >= shares.quality_failed,
            accepts=chance.random() >= shares.acceptance_refused,
            score=_score(chance, shares),
            minutes=self._minutes(model, fault, key),
            also=also,
            old_back=parts.random(),
            searches=tuple(parts.random() for _ in range(LOOKS)),
        )

    def _faults_of(self, model: Model) -> dict[str, float]:
        shares = fault_shares(self.catalogue, model)
        return {fault: share for fault, share in shares.items() if not (self.demand.plain_mix and fault == BOARD_FAULT)}

    def _what_is_wrong(self, model: str, chance: Random, key: str) -> tuple[str, str, tuple[str, ...]]:
        """The fault, one that is found later (if it is), and those that are quoted with the first.

        Only who opens a phone for a part sees another part that is broken.
        """
        shares, rows = self.faults[model], self.catalogue.rows[model]
        fault, seen_later = _weighed(chance, shares), chance.random()
        extra = self.streams.apart("lines", key)
        needs_part, first, more = extra.random(), extra.random(), _poisson(extra, self.demand.lines_extra)
        with_part = {name: share for name, share in shares.items() if rows[name].sku}
        if self.demand.parts_share is not None:
            without = {name: share for name, share in shares.items() if name not in with_part}
            fault = _at(with_part if needs_part < self.demand.parts_share or not without else without, first)
        if not rows[fault].sku:
            return fault, "", ()
        found = [fault]
        for _ in range(more):
            if left := _without(with_part, found):
                found.append(_at(left, extra.random()))
        left = _without(with_part, found)
        return fault, _at(left, seen_later) if left else "", tuple(found[1:])

    def _minutes(self, model: str, fault: str, key: str) -> Minutes:
        work, chance = self.work, self.streams.apart("hands", key)
        row = self.catalogue.row(model, fault)
        labour = (row.labour_least_min, row.labour_mode_min, row.labour_most_min) if row else (5, 10, 20)
        share = row.teardown_share if row else 0.0
        whole, intake, diagnosis, quote, quality, goodbye, advice, teardown, repair = (
            _span(chance.random(), step, work)
            for step in (labour, work.intake_min, work.diagnosis_min, work.quote_min, work.check_min,
                         work.goodbye_min, work.advice_min, work.teardown_min, work.repair_min)
        )  # fmt: skip
        return Minutes(
            intake=_ms(intake),
            diagnosis=_ms(diagnosis),
            quote=_ms(quote),
            teardown=_ms(teardown if work.teardown_min else whole * share * work.scale),
            repair=_ms((repair if work.repair_min else whole * (1 - share)) * work.scale),
            quality=_ms(quality),
            goodbye=_ms(goodbye),
            advice=_ms(advice),
        )


def lines_wanted(catalogue: Catalogue, scenario: Scenario) -> dict[str, float]:
    """SKU → its share of all first lines, as the mix of models and faults has it."""
    lines = _first_lines(catalogue, scenario)
    whole = sum(share for sku, share in lines.items() if sku)
    return {sku: share / whole for sku, share in lines.items() if sku}


def parts_share(catalogue: Catalogue, scenario: Scenario) -> float:
    """Of repairs: need a part."""
    set_so = scenario.demand.parts_share
    return set_so if set_so is not None else 1 - _first_lines(catalogue, scenario).get("", 0.0)


def _first_lines(catalogue: Catalogue, scenario: Scenario) -> dict[str, float]:
    """SKU of the first fault → share of repairs; "" for those without a part."""
    drawn = Drawn(catalogue, scenario, Streams(0), 0)
    whole = sum(drawn.models.values())
    lines: dict[str, float] = {}
    for model, weight in drawn.models.items():
        shares = drawn.faults[model]
        for fault, share in shares.items():
            sku = catalogue.rows[model][fault].sku
            lines[sku] = lines.get(sku, 0.0) + weight / whole * share / sum(shares.values())
    return lines


def _ms(span: float) -> int:
    return round(span * MINUTE)


def _span(uniform: float, step: Step, work: Work) -> float:
    """Minutes: triangular, a mean times a draw of mean 1, or nothing. By inversion: one uniform number each."""
    if len(step) == 3:
        return _triangular(uniform, *step)
    if not step or not step[0]:
        return 0.0
    if work.law == "exponential":
        return -step[0] * math.log1p(-uniform)
    sigma_squared = math.log(1 + work.cv * work.cv)
    normal = NORMAL.inv_cdf(max(uniform, UNIFORM_MIN))
    return step[0] * math.exp(math.sqrt(sigma_squared) * normal - sigma_squared / 2)


def _triangular(uniform: float, least: float, mode: float, most: float) -> float:
    """By inversion, so that a longer step is longer for everybody."""
    width = most - least
    if not width:
        return mode
    if uniform * width < mode - least:
        return least + math.sqrt(uniform * width * (mode - least))
    return most - math.sqrt((1 - uniform) * width * (most - mode))


def _poisson(chance: Random, mean: float) -> int:
    """By inversion of one uniform number, so that a greater mean never means fewer."""
    left, count, term = chance.random(), 0, math.exp(-mean)
    while left >= term and count < LINES_MORE_MAX:
        left -= term
        count += 1
        term *= mean / count
    return count


def _without(shares: Mapping[str, float], names: Collection[str]) -> dict[str, float]:
    return {name: share for name, share in shares.items() if name not in names}


def _at(shares: Mapping[str, float], uniform: float) -> str:
    """The name at this place of the whole."""
    left = uniform * sum(shares.values())
    for name, share in shares.items():
        left -= share
        if left < 0:
            return name
    return list(shares)[-1]


def fault_shares(catalogue: Catalogue, model: Model) -> dict[str, float]:
    """What can be wrong with this model, in shares of 1: the catalogue's, spread over the faults it can have."""
    own = catalogue.rows[model.id]
    percents = {fault: catalogue.faults[fault].mix_pct for fault in own if fault != FOLD_FAULT}
    fold = FOLD_SHARE if FOLD_FAULT in own else 0.0
    total = sum(percents.values())
    shares = {fault: (1 - fold) * percent / total for fault, percent in percents.items()}
    return {**shares, FOLD_FAULT: fold} if fold else shares


def _weighed(chance: Random, shares: dict[str, float] | dict[str, int]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _patience(chance: Random, demand: Demand) -> int:
    drawn = chance.lognormvariate(math.log(demand.patience_median_min), demand.patience_sigma)
    return round(min(drawn, PATIENCE_MAX_MIN) * MINUTE)


def _decision(chance: Random, shares: Shares) -> Decision:
    drawn = chance.random()
    if drawn < shares.refused:
        return "refuse"
    if drawn < shares.refused + shares.thinks:
        return "think"
    return "leave" if drawn < shares.refused + shares.thinks + shares.leaves_phone else "sign"


def _part(chance: Random, shares: Shares, wrong: float) -> PartLuck:
    drawn = chance.random()
    if drawn < wrong:
        return "wrong"
    if drawn < wrong + shares.dead_part:
        return "dead"
    return "broken" if drawn < wrong + shares.dead_part + shares.broken_part else "right"


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

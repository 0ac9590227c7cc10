"""The anchors: as the independent model has them, judged as they should be, and what they taught about the people."""

import hashlib
from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from benchmarks import idiomatic_anchors
from shopfloor.contract import facts as f
from simulations.commands.line import obey
from simulations.demand import visits
from simulations.experiments.days import play
from simulations.experiments.diary import SUMS, Diary
from simulations.experiments.finding import Estimate
from simulations.experiments.result import BINS, DayResult
from simulations.oracles.anchors import (
    ANCHORS,
    BOTH,
    BUSY_CABINET,
    BUSY_COUNTER,
    CABINET,
    COUNTER,
    Anchor,
    judged,
    shops,
    shops_beside,
)
from simulations.scenarios.plans import plan_of
from simulations.scenarios.premises import catalogue
from simulations.scenarios.scenario import Scenario, load
from simulations.streams import Streams
from simulations.twin.day import Day

SEED = 1
MINUTE = 60_000
ROBOTS = "robots busy, as the model counts"
FIELDS = {
    "desk time": "desk",
    "desk time, nine in ten within": "desk_p90",
    "queue before the desk": "queue",
    "parts time per customer": "parts",
    "order → in hand": "lead",
    "clerk busy": "clerk_busy",
    "engineers busy": "engineers_busy",
    ROBOTS: "robots_busy",
    "lines per staff-hour": "lines_per_staff_hour",
}


# ── the table ───────────────────────────────────────────────────────────────────────────────────


def test_every_anchor_of_the_independent_model_is_in_the_table():
    mine = {(one.figure, one.shop): one.value for one in ANCHORS if one.shop in (COUNTER, CABINET)}
    for shop, model in idiomatic_anchors.ANCHORS.items():
        for figure, field in FIELDS.items():
            if (figure, shop) != (ROBOTS, COUNTER):
                assert mine[figure, shop] == getattr(model, field), (figure, shop)
        assert mine["ticket → hand-over", shop] == model.turnaround


def test_desk_times_may_differ_by_minutes_shares_by_a_twentieth_and_queues_by_three_twentieths():
    within = {(one.figure, one.shop): one.within for one in ANCHORS}
    assert within["desk time", COUNTER] == within["desk time, nine in ten within", CABINET] == 0.6
    assert within["clerk busy", COUNTER] == pytest.approx(0.05 * 0.78)
    assert within["queue before the desk", COUNTER] == pytest.approx(0.15 * 8.6)
    assert within["ticket → hand-over", COUNTER] == pytest.approx(0.6 + 0.15 * 8.6)


POINT = Anchor(figure="x", unit="min", shop=COUNTER, value=10, within=1, read=lambda _: Estimate(value=0))
BY_INTERVAL = Anchor(
    figure="x", unit="min", shop=COUNTER, value=10, within=1, read=lambda _: Estimate(value=0), by_interval=True
)


@pytest.mark.parametrize(("value", "is_met"), [(9.0, True), (11.0, True), (11.01, False), (8.9, False), (None, False)])
def test_a_value_has_to_lie_within_its_tolerance(value, is_met):
    assert POINT.is_met(Estimate(value=value, low=0, high=100)) is is_met


@pytest.mark.parametrize(
    ("low", "high", "is_met"), [(10.9, 14, True), (11.1, 14, False), (6, 9.1, True), (None, None, False)]
)
def test_an_interval_has_to_overlap_and_without_one_nothing_is_met(low, high, is_met):
    assert BY_INTERVAL.is_met(Estimate(value=10, low=low, high=high)) is is_met


# ── the command ─────────────────────────────────────────────────────────────────────────────────


def day_as_modelled(scenario: Scenario, seed: int, day: int, desk_more: float = 0.0) -> DayResult:
    """Every anchor's own figure, with some chance in the desk times."""
    shop, busy = (CABINET if scenario.switches.cabinet else COUNTER), scenario.demand.factor > 1
    model = idiomatic_anchors.ANCHORS[shop]
    desk = model.desk + (Random(f"{seed} {day}").gauss(0, 0.5) if shop == COUNTER else 0) + desk_more
    tat = {COUNTER: 107, CABINET: 63}[shop] if busy else model.turnaround
    clerk = 1.06 if busy and shop == COUNTER else model.clerk_busy
    histogram = [0] * BINS
    whole = int(model.desk_p90)
    histogram[40], histogram[whole], histogram[90] = round(990 - 100 * (model.desk_p90 - whole)), 10, 100
    sums = dict.fromkeys(SUMS, 0) | {
        "repairs": 62, "seated": 62, "fetches": 1, "rides": 1, "brought": 1,
        "desk_ms": round(62 * desk * MINUTE),
        "tat_ms": round(62 * tat * MINUTE),
        "queue_ms": round(62 * model.queue * MINUTE),
        "parts_ms": round(62 * model.parts * MINUTE),
        "fetch_ms": round(model.lead * MINUTE),
        "clerk_ms": round(clerk * 600 * MINUTE), "clerk_there_ms": 600 * MINUTE,
        "taken_ms": round(model.engineers_busy * 4800 * MINUTE), "engineers_there_ms": 4800 * MINUTE,
        "ride_ms": round(model.robots_busy * 1200 * MINUTE), "robots_there_ms": 1200 * MINUTE,
    }  # fmt: skip
    sums["lines"] = round(model.lines_per_staff_hour * clerk * 10)
    digest = hashlib.sha256(repr(sums).encode()).hexdigest()
    return DayResult(
        scenario=scenario.hash(), seed=seed, day=day, digest=digest, sums=sums, histograms={"desk": histogram}
    )


Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def ask(*words: str, play=day_as_modelled) -> tuple[int, str]:
        try:
            code = obey(["anchors", "--jobs", "1", "--no-cache", *words], play)
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return code, out + err

    return ask


def test_a_twin_that_is_the_model_meets_every_anchor_and_says_so_first(said: Said):
    code, words = said()
    assert code == 0, words
    assert words.startswith(f"All {len(ANCHORS)} anchors are met over 200 days, seed 1.")
    assert "MISSED" not in words


def test_a_twin_whose_engineers_are_a_minute_slower_misses_anchors_and_the_exit_code_says_so(said: Said):
    code, words = said("--days", "220", "--seed", "5", play=partial(day_as_modelled, desk_more=1.0))
    assert code == 1
    assert words.startswith(f"2 of {len(ANCHORS)} anchors are missed over 220 days, seed 5: desk time (counter); ")
    assert words.count("MISSED") == 2, "what both shops lose is no saving lost"


def test_fewer_days_than_the_anchors_are_of_are_refused(said: Said):
    code, words = said("--days", "199")
    assert code == 2
    assert "allowed is a whole number from 200" in words


# ── played ──────────────────────────────────────────────────────────────────────────────────────


def days_of(scenario: Scenario, days: int = 2) -> Diary:
    diary = Diary(scenario, SEED, range(days))
    for day in diary.days:
        diary.enter(play(scenario, SEED, day))
    return diary


def test_a_few_days_of_the_shipped_shop_come_near_the_anchors_that_have_little_chance_in_them():
    played = {COUNTER: days_of(shops()[COUNTER]), CABINET: days_of(shops()[CABINET])}
    busy = {BUSY_COUNTER: played[COUNTER], BUSY_CABINET: played[CABINET]}
    found = {(one.anchor.figure, one.anchor.shop): one for one in judged(played | busy, played)}
    assert found["order → in hand", CABINET].measured.value == pytest.approx(2.1, rel=0.4)
    assert found[ROBOTS, CABINET].measured.value == pytest.approx(0.06, rel=0.3)
    assert found["parts time per customer", CABINET].measured.value == pytest.approx(1.5, abs=0.8)
    saving = found["saving of desk time, paired", BOTH]
    assert 4 < saving.measured.value < 14
    assert not saving.is_met, "two days have no interval"
    assert saving.beside == saving.measured
    assert found["ticket → hand-over", BUSY_COUNTER].beside is None


def test_the_catalogues_shops_stand_beside_without_a_verdict_of_their_own():
    assert {scenario.name for scenario in shops_beside().values()} == {"counter", "cabinet"}
    assert {scenario.demand.factor for scenario in shops().values()} == {1, 1.35}


# ── what the anchors taught ─────────────────────────────────────────────────────────────────────


class Facts:
    """Some kinds of facts of one day at the parts counter."""

    def __init__(self, day: int, *kinds: type) -> None:
        self.heard: list[f.Fact] = []
        self.day = Day(plan_of(load("reference-counter"), SEED, day), self._watch)
        self._kinds = kinds
        self.day.play()

    def _watch(self, _now, _message, outs) -> None:
        self.heard += [out for out in outs if isinstance(out, self._kinds)]


def test_p11_all_lines_of_an_order_are_fetched_in_one_walk():
    facts = Facts(0, f.PartsOrderOpened)
    lines = len(facts.heard)
    again = sum(bool(fact.replaces) for fact in facts.heard)
    more = sum("SUPPLEMENT" in bench.guest.signed for bench in facts.day.world.benches.values())
    with_parts = sum(bool(bench.fitted) for bench in facts.day.world.benches.values())
    assert facts.day.world.counter.fetches == with_parts + again + more
    assert lines > with_parts + again + more, "some orders have several lines"


def test_e22_who_stands_in_line_at_the_counter_has_not_left():
    """Day 33 has waits of more than twenty minutes there."""
    facts = Facts(33, f.HandoverOpened, f.DeviceHandedOver)
    assert not [fact for fact in facts.heard if isinstance(fact, f.HandoverOpened)]
    assert len(facts.heard) == len(facts.day.visits)


def test_r17_one_in_ten_who_need_a_part_has_a_second_fault_with_a_part_and_nobody_else_has():
    scenario, rows = load("reference-cabinet"), catalogue().rows
    come = [visit for day in range(30) for visit in visits(catalogue(), scenario, Streams(day), 0, 600 * MINUTE)]
    opened = [visit for visit in come if rows[visit.model][visit.fault].sku]
    more = [visit for visit in come if visit.more_found]
    assert len(more) / len(opened) == pytest.approx(0.10, abs=0.03)
    assert all(rows[visit.model][visit.fault].sku and rows[visit.model][visit.more_found].sku for visit in more)
    assert not any(visit.more_found in (visit.fault, *visit.also) for visit in more)

"""Who comes to the shop: drawn once, by name of concern, alike in every shop that these customers are sent through."""

from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopfloor.contract.actor import HOUR
from shopfloor.contract.catalogue import FOLD_FAULT
from simulations.demand import BOOKED_AHEAD, FOLD_SHARE, fault_shares, visits
from simulations.scenarios.scenario import load
from simulations.scenarios.table import Value
from simulations.streams import Streams
from tests.shop.day_book import CATALOGUE, MORNING

CLOSES = MORNING + 10 * HOUR
SHOP = load("catalogue")


def a_day(seed: int, **values: Value):
    changed = {key.replace("__", "."): value for key, value in values.items()}
    return visits(CATALOGUE, SHOP.replaced(changed), Streams(seed), MORNING, CLOSES)


def test_a_name_and_a_seed_give_the_same_numbers_and_another_name_others():
    one, again = Streams(1).named("a"), Streams(1).named("a")
    assert [one.random() for _ in range(3)] == [again.random() for _ in range(3)]
    assert Streams(1).named("a").random() != Streams(1).named("b").random() != Streams(2).named("b").random()


def test_what_one_visit_draws_is_nothing_to_the_next():
    streams = Streams(1)
    before = streams.apart("visit", 2).random()
    streams.apart("visit", 1).random()
    assert streams.apart("visit", 2).random() == before


def test_the_same_seed_gives_the_same_customers():
    assert a_day(3) == a_day(3)
    assert a_day(3) != a_day(4)


def test_common_random_numbers_another_share_leaves_everything_else_as_it_was():
    plain, gloomy = a_day(5), a_day(5, shares__refused=0.5)
    assert [(v.at, v.model, v.fault, v.imei, v.patience_ms) for v in plain] == [
        (v.at, v.model, v.fault, v.imei, v.patience_ms) for v in gloomy
    ]
    assert sum(v.decision == "refuse" for v in gloomy) > sum(v.decision == "refuse" for v in plain)


def test_a_normal_day_brings_about_so_many_as_it_should():
    days = [a_day(seed) for seed in range(60)]
    assert mean(sum(v.purpose == "repair" for v in day) for day in days) == pytest.approx(40, abs=3)
    assert mean(sum(v.purpose == "advice" for v in day) for day in days) == pytest.approx(6, abs=1)


def test_more_come_in_busy_hours_than_in_quiet_ones():
    arrivals = [(v.at - MORNING) // HOUR for seed in range(60) for v in a_day(seed)]
    assert arrivals.count(6) > 1.5 * arrivals.count(0)  # weights 12 and 6


@pytest.mark.parametrize("model", CATALOGUE.models.values(), ids=lambda model: model.id)
def test_the_faults_of_a_model_are_those_it_can_have(model):
    shares = fault_shares(CATALOGUE, model)
    assert sum(shares.values()) == pytest.approx(1)
    assert set(shares) == set(CATALOGUE.rows[model.id])
    assert shares.get(FOLD_FAULT, 0) == (FOLD_SHARE if model.foldable else 0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_every_customer_is_possible(seed):
    for visit in a_day(seed):
        assert MORNING <= visit.at < CLOSES
        assert CATALOGUE.row(visit.model, visit.fault) is not None
        assert not visit.more_found or CATALOGUE.row(visit.model, visit.more_found) is not None
        assert visit.more_found != visit.fault
        assert not visit.booked or visit.at - MORNING >= BOOKED_AHEAD
        assert visit.line == ("C" if visit.purpose != "repair" else "B" if visit.booked else "A")
        assert len(visit.imei) == 15
        assert luhn(visit.imei) == 0


def luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number // 10 + number % 10
    return total % 10


def test_nobody_comes_after_the_doors_have_closed():
    assert all(v.at < MORNING + HOUR for v in visits(CATALOGUE, SHOP, Streams(1), MORNING, MORNING + HOUR))

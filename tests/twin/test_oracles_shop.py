"""The whole shop, through the shipped floor and its people, is the queue that theory says; its mutants are not."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shopfloor.core.policies import CALLING_RULES
from simulations.demand import visits
from simulations.oracles.closed_forms import mean_wait_from_empty, wait_of_mmc
from simulations.oracles.rows import HANDS_MIN, exponential_shop, unjammed_shop, whole_shop, whole_shop_from_empty
from simulations.oracles.shop_days import DrawnDays, ShopDay, Tickets
from simulations.oracles.suite import ORACLES, run
from simulations.oracles.verdicts import Verdict
from simulations.scenarios.premises import catalogue
from simulations.scenarios.scenario import Scenario, load
from simulations.streams import Streams

SEED = 1
MM8 = exponential_shop()


def told(words: str, scenario: Scenario, plays: int = 1, engineers: int = 8) -> tuple[Verdict, Verdict]:
    """Of the recursion, and of Little's law."""
    oracle = whole_shop(words, scenario, plays=plays)
    oracle = replace(oracle, shop=ShopDay(scenario=scenario, engineers=engineers))
    waits, little = run((oracle,), lambda _: None, SEED, 1)
    return waits, little


def hold(verdicts: Iterable[Verdict]) -> bool:
    return all(verdict.passed and verdict.relative_error == 0 for verdict in verdicts)


# ── every wait, to the millisecond ──────────────────────────────────────────────────────────────


def test_the_shipped_floor_with_people_and_devices_is_an_m_m_8_wait_by_wait():
    waits, little = told("M/M/8", MM8, plays=2)
    assert hold((waits, little))
    assert waits.measured > 1, "a day without any queue proves nothing"
    assert little.measured > 100


@pytest.mark.parametrize("scenario", [load("reference-counter"), unjammed_shop()], ids=lambda scenario: scenario.name)
def test_whatever_engineers_do_with_a_phone_the_queue_before_them_is_first_come_first_served(scenario):
    assert hold(told(scenario.name, scenario))


def test_p14_what_no_robot_brings_is_fetched_also_by_who_waits_for_the_rest_already():
    """On this day the first part of R38 came by robot while its engineer waited; the second lay on a shelf."""
    shop = ShopDay(scenario=unjammed_shop(), engineers=8)
    ours, theirs, largest, waits = shop.play(Streams(1035)).measured
    assert ours == theirs
    assert largest == 0
    assert waits > 50


def test_mutant_last_come_first_called_is_seen_wait_by_wait(monkeypatch):
    monkeypatch.setitem(CALLING_RULES, "first-come", lambda ticket, _now: (-ticket.anchor, -len(ticket.id), ticket.id))
    waits, little = told("M/M/8", MM8)
    assert not waits.passed
    assert "largest difference is 0 ms" not in waits.words
    assert little.passed, "Little's law holds in any order"


def test_mutant_an_engineer_fewer_is_seen_wait_by_wait():
    waits, _ = told("M/M/8", MM8.replaced({"staff.engineers": (7,)}))
    assert not waits.passed


def test_mutant_customers_who_take_a_second_to_the_desk_are_seen_wait_by_wait():
    waits, _ = told("M/M/8", MM8.replaced({"habits.to_desk_s": (1.0, 1.0)}))
    assert not waits.passed


def test_a_customer_who_is_never_seated_has_a_wait_that_nobody_can_have():
    tickets = Tickets()
    tickets.issued["T1"] = 5_000
    assert tickets.wait("T1") < 0


def test_the_whole_shop_is_in_the_suite_for_twenty_days_and_more():
    plays = {oracle.name: oracle.plays for oracle in ORACLES if oracle.name.startswith("Whole shop,")}
    assert len(plays) == 3
    assert plays["Whole shop, M/M/8: every wait (min)"] >= 20


# ── from an empty opening ───────────────────────────────────────────────────────────────────────


def test_the_twins_own_customers_wait_as_erlangs_hall_does_from_its_opening_on():
    oracle = whole_shop_from_empty(plays=20, days=8, bar=0.5)
    assert run((oracle,), lambda _: None, SEED, 1)[0].passed


def test_mutant_seven_engineers_are_seen_from_the_opening_on():
    oracle = whole_shop_from_empty(plays=20, days=8, bar=2)
    assert isinstance(oracle.shop, DrawnDays)
    mutant = replace(oracle, shop=replace(oracle.shop, engineers=7))
    assert not run((mutant,), lambda _: None, SEED, 1)[0].passed


def test_hands_of_an_exponential_law_are_exponential():
    drawn = [
        visit.minutes.hands_on / 60_000
        for day in range(12)
        for visit in visits(catalogue(), MM8, Streams(day), 0, 36_000_000)
    ]
    mean = sum(drawn) / len(drawn)
    assert mean == pytest.approx(HANDS_MIN, rel=0.1)
    assert sum(minutes > HANDS_MIN for minutes in drawn) / len(drawn) == pytest.approx(0.368, abs=0.05)


@given(st.integers(1, 4), st.floats(0.1, 0.8), st.floats(1, 20))
def test_whoever_comes_later_after_the_opening_waits_longer_up_to_the_long_run(servers, load_, work):
    coming = load_ * servers / work
    short, longer = (mean_wait_from_empty(servers, coming, work, minutes) for minutes in (work, 4 * work))
    assert 0 <= short <= longer <= wait_of_mmc(servers, coming, work) * (1 + 1e-6)


def test_long_after_the_opening_the_wait_is_erlangs():
    assert mean_wait_from_empty(2, 0.1, 10, 3_000) == pytest.approx(wait_of_mmc(2, 0.1, 10), rel=0.01)

"""The closed forms agree with each other where two of them know the same shop, and with numbers from the books."""

from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.oracles.closed_forms import (
    at_the_clerk,
    birth_death,
    erlang_c,
    impatient_hall,
    later_of_two,
    served_by_the_clerk,
    share_that_gives_up,
    time_through,
    wait_of_mg1,
    wait_of_mmc,
    waits_by_line,
    waits_by_recursion,
)

LOADS = st.floats(0.05, 0.95)
MINUTES = st.floats(0.5, 90)


@pytest.mark.parametrize(("servers", "load", "waits"), [(1, 0.7, 0.7), (2, 1.0, 1 / 3), (10, 8.0, 0.40918)])
def test_who_must_wait_as_in_erlangs_tables(servers, load, waits):
    assert erlang_c(servers, load) == pytest.approx(waits, rel=1e-4)


def test_a_queue_that_grows_without_end_has_no_mean():
    with pytest.raises(AssertionError, match="grow without end"):
        erlang_c(8, 8.0)


@given(st.integers(1, 12), LOADS)
def test_erlang_is_a_birth_and_death(servers, load):
    law = birth_death(lambda _present: load * servers, lambda present: min(present, servers), 2_000)
    assert fsum(law) == pytest.approx(1)
    assert fsum(law[servers:]) == pytest.approx(erlang_c(servers, load * servers), rel=1e-6)


@given(LOADS, MINUTES)
def test_khinchine_with_exponential_work_is_erlang_with_one_server(load, work):
    assert wait_of_mg1(load / work, work, 2 * work**2) == pytest.approx(wait_of_mmc(1, load / work, work))


@given(LOADS, MINUTES, st.floats(0, 9))
def test_cobham_with_one_line_is_khinchine(load, work, cv2):
    squared = work**2 * (1 + cv2)
    assert waits_by_line([(load / work, work, squared)]) == pytest.approx((wait_of_mg1(load / work, work, squared),))


@given(st.floats(0.05, 0.45), st.floats(0.05, 0.45), MINUTES, MINUTES)
def test_a_line_that_goes_first_takes_its_time_from_the_other(load, other, work, slower):
    """Kleinrock's conservation: Σ load · wait is the same in any order."""
    one, two = (load / work, work, 2 * work**2), (other / slower, slower, 2 * slower**2)
    (first, second), (second_first, first_second) = waits_by_line([one, two]), waits_by_line([two, one])
    assert load * first + other * second == pytest.approx(load * first_second + other * second_first)
    assert first <= first_second


def test_one_engineer_never_meets_another_at_the_clerk():
    assert served_by_the_clerk(1, 30, 4) == pytest.approx(1 / 34)


@given(st.integers(1, 20), MINUTES, MINUTES)
def test_as_many_come_to_the_clerk_as_are_served(engineers, alone, work):
    law = at_the_clerk(engineers, alone, work)
    away = fsum(chance * (engineers - there) for there, chance in enumerate(law))
    assert away / alone == pytest.approx(served_by_the_clerk(engineers, alone, work))


@given(st.integers(1, 8), st.floats(0.2, 1.6), MINUTES, MINUTES)
def test_who_does_not_give_up_is_served(servers, load, work, patience):
    coming = load * servers / work
    law = impatient_hall(servers, coming, work, patience)
    served = fsum(chance * min(present, servers) for present, chance in enumerate(law)) / work
    assert 1 - share_that_gives_up(servers, coming, work, patience) == pytest.approx(served / coming)
    assert law[-1] < 1e-12


def test_hardly_anybody_gives_up_who_has_all_day_and_then_the_wait_is_erlangs():
    given_up = share_that_gives_up(2, 0.1, 10, 1_000_000)
    assert given_up * 1_000_000 == pytest.approx(wait_of_mmc(2, 0.1, 10), rel=1e-3)


def test_stations_in_line_add_up():
    assert time_through([(1, 1.2)], 0.5) == pytest.approx(1.2 / (1 - 0.6))
    assert time_through([(1, 1.2), (2, 2)], 0.5) == pytest.approx(1.2 / (1 - 0.6) + 2 / (1 - 0.25))


def test_the_later_of_two_alike_takes_half_as_long_again():
    assert later_of_two(4, 4) == pytest.approx(6)
    assert later_of_two(4, 1e-9) == pytest.approx(4)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60)), min_size=1, max_size=60))
def test_with_one_server_the_recursion_is_lindleys(drawn):
    at, comes, works, lindley = 0, [], [], []
    for gap, work in drawn:
        at += gap
        lindley.append(max(0, lindley[-1] + works[-1] - gap) if works else 0)
        comes.append(at)
        works.append(work)
    assert waits_by_recursion(1, comes, works) == lindley


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60)), min_size=1, max_size=40),
    st.integers(1, 7),
)
def test_one_server_more_makes_nobody_wait_longer(drawn, servers):
    comes = [sum(gap for gap, _ in drawn[: place + 1]) for place in range(len(drawn))]
    works = [work for _, work in drawn]
    fewer, more = (waits_by_recursion(count, comes, works) for count in (servers, servers + 1))
    assert all(wait <= longer for wait, longer in zip(more, fewer, strict=True))

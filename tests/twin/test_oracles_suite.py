"""The suite in short: it holds, it tells, and it says the same for any number of jobs."""

import pytest

from simulations.oracles.rows import desks, every_wait, prefetch
from simulations.oracles.suite import ORACLES, run
from simulations.oracles.verdicts import Form, inside, promised
from simulations.statistics.coverage import Coverage

SHORT = (
    desks(1, 0.7, plays=12, customers=500, bar=0.9),
    every_wait(3, "log-normal", plays=2, customers=300),
    prefetch(plays=12, repairs=200),
)


def test_verdicts_depend_on_the_seed_alone_and_not_on_the_jobs():
    told: list[str] = []
    alone, beside = run(SHORT, told.append, 5, 1), run(SHORT, lambda _: None, 5, 2)
    assert alone == beside
    assert alone != run(SHORT, lambda _: None, 6, 1)
    assert told == [f"{verdict.name}: {verdict.words}" for verdict in alone]
    assert [verdict.name.split(":")[0] for verdict in alone] == [
        "M/M/1, load 0.7", "Kiefer–Wolfowitz, 3 servers, log-normal", "Prefetch", "Little"
    ]  # fmt: skip


def test_every_oracle_has_a_name_and_so_chance_of_its_own():
    names = [oracle.name for oracle in ORACLES]
    assert len(names) == len(set(names))


def test_all_oracles_of_the_issue_are_in_the_table():
    names = " ".join(oracle.name for oracle in ORACLES)
    for one in ("M/M/1", "M/M/8, load 0.75", "M/M/8, load 0.9", "M/G/1", "8 engineers, 1 clerk", "issue before",
                "gives up", "2 robots", "Prefetch", "Kiefer–Wolfowitz, 8 servers", "Arrivals"):  # fmt: skip
        assert one in names


def around(middle: float, spread: float) -> list[float]:
    return [middle + spread * place / 6 for place in (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6)]


@pytest.mark.parametrize(
    ("means", "passed", "words"),
    [
        (around(10.0, 0.1), True, "12 plays: 9.939 to 10.06 holds 10"),
        (around(11.0, 0.1), False, "12 plays: 10.94 to 11.06 misses 10"),
        (around(10.0, 5.0), False, "12 plays: 6.961 to 13.04 holds 10, wider than ±5.0%"),
        (around(10.0, 0.1)[:9], False, "9 days, 10 are needed for an interval"),
        ([10.0] * 12, False, "all 12 days gave the same figure: there is no spread to judge by"),
    ],
)
def test_a_verdict_passes_inside_a_narrow_interval_and_not_in_a_wide_one(means, passed, words):
    verdict = inside(Form("wait", 10.0, 0.05), means)
    assert (verdict.passed, verdict.words) == (passed, words)


def covered(share: float, runs: int) -> Coverage:
    return Coverage(
        what="mean", population="days", n=100, covered=share, truth_above=1 - share, truth_below=0.0, runs=runs,
        bar=(0.94, 0.96),
    )  # fmt: skip


def test_an_interval_that_holds_the_truth_often_enough_keeps_its_promise():
    kept = promised(covered(0.948, 20_000))
    assert kept.passed
    assert kept.words == "20,000 runs: 0.948 ± 0.004, and must be 0.94 to 0.96"


def test_an_interval_that_holds_the_truth_too_seldom_breaks_its_promise():
    assert not promised(covered(0.91, 20_000)).passed


def test_so_few_runs_that_chance_could_hide_a_broken_promise_are_no_proof():
    assert covered(0.923, 600).kept
    assert not promised(covered(0.923, 600)).passed
    assert promised(covered(0.923, 600)).words.endswith("; too few runs, chance may move it by 0.01 at most")

"""What may be said of so many days: figures, differences on the same days, the best of several."""

import io

import pytest
from msgspec import structs
from rich.console import Console

from simulations.experiments.choose import choose
from simulations.experiments.compare import compare
from simulations.experiments.diary import Diary
from simulations.experiments.differences import differences
from simulations.experiments.figures import day_values, measured
from simulations.experiments.finding import LEVEL, Finding
from simulations.experiments.progress import DaysBar
from simulations.experiments.question import Question, QuestionError
from simulations.experiments.replications import Play, Replications
from simulations.experiments.result import FIGURES, DayResult
from simulations.experiments.run import PILOT_DAYS, run, run_until
from simulations.scenarios.scenario import Scenario, load
from tests.twin.experiments_shop import day_of_a_small_shop

COUNTER, CABINET = load("counter"), load("cabinet")


def replications(play: Play = day_of_a_small_shop) -> Replications:
    return Replications(1, DaysBar(Console(file=io.StringIO())), play=play)


def diary(scenario: Scenario, days: range, seed: int = 7) -> Diary:
    return replications().play([scenario], seed, days)[0]


def question(*scenarios: Scenario, days: int, kpis: tuple[str, ...] = ("repair_time",)) -> Question:
    return Question(scenarios=scenarios, seed=7, days=days, kpis=kpis, words=("run",))


def with_scale(scale: float) -> Scenario:
    return CABINET.replaced({"work.scale": scale}, name=f"scale-{scale}")


# ── figures ─────────────────────────────────────────────────────────────────────────────────────


def test_a_figure_is_the_sum_over_the_sum_and_lies_in_its_interval() -> None:
    days = diary(CABINET, range(120))
    row = next(row for row in measured(days) if row.figure == "repair_time")
    assert row.mean.value == pytest.approx(days.sums("desk_ms").sum() / days.sums("repairs").sum() / 60_000)
    assert row.mean.low < row.mean.value < row.mean.high
    assert row.quantiles["p50"].value < row.mean.value < row.quantiles["p90"].value


def test_too_few_days_get_a_figure_and_no_interval() -> None:
    for row in measured(diary(CABINET, range(20))):
        for found in (row.mean, *row.quantiles.values()):
            assert (found.low, found.high) == (None, None)
            assert found.note in ("too few days for an interval: 20 of 100", "nothing to measure")


def test_a_figure_of_what_is_not_there_has_no_value() -> None:
    robots = next(row for row in measured(diary(CABINET, range(20))) if row.figure == "robots_busy")
    assert (robots.mean.value, robots.mean.note) == (None, "nothing to measure")


def test_a_figure_that_never_moves_gets_no_interval_however_many_days() -> None:
    shares = next(row for row in measured(diary(CABINET, range(120))) if row.figure == "lines_per_staff_hour")
    assert shares.mean.value is None
    served = next(row for row in measured(diary(CABINET, range(120))) if row.figure == "served")
    assert served.mean.low < served.mean.value < served.mean.high


def test_the_answer_of_a_run_is_one_sentence_with_its_tail() -> None:
    found, _ = run(question(CABINET, days=120), replications())
    assert found.answer.startswith("Over 120 days, seed 7 — cabinet: repair time ")
    assert ", nine in ten within " in found.answer
    short, _ = run(question(CABINET, days=8), replications())
    assert short.answer.endswith("(too few days for an interval: 8 of 100).")
    assert short.answer.count("too few") == 1


def test_a_broken_rule_of_the_program_stands_beside_the_answer() -> None:
    found, _ = run(question(CABINET, days=8), replications(day_with_a_broken_rule))
    assert found.shops[0].broken_days == 2
    assert found.shops[0].broken == ["day 3: a unit in two places", "day 4: a unit in two places"]
    assert "On 2 of 8 days of cabinet the program broke a rule of its own" in found.remarks[0]


def day_with_a_broken_rule(scenario: Scenario, seed: int, day: int) -> DayResult:
    broken = ["a unit in two places"] if day in (3, 4) else []
    return structs.replace(day_of_a_small_shop(scenario, seed, day), broken=broken)


# ── until a precision ───────────────────────────────────────────────────────────────────────────


def test_a_precision_is_reached_on_fresh_days_only() -> None:
    found, _ = run_until(question(CABINET, days=2000), 0.01, replications())
    shop = found.shops[0]
    repair_time = next(row.mean for row in shop.figures if row.figure == "repair_time")
    assert shop.first_day == PILOT_DAYS
    assert shop.days >= 100
    assert (repair_time.high - repair_time.low) / 2 / repair_time.value < 0.0125


def test_a_precision_that_costs_more_days_than_allowed_says_how_many() -> None:
    found, _ = run_until(question(CABINET, days=120), 0.002, replications())
    assert found.shops[0].days == 120
    assert any("would need --days" in remark and "120 were allowed" in remark for remark in found.remarks)
    assert any("not ±0.20%" in remark for remark in found.remarks)


def test_a_precision_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(QuestionError, match=r"--until-precision in cabinet: "):
        run_until(question(CABINET, days=120, kpis=("robots_busy",)), 0.01, replications())


# ── compared ────────────────────────────────────────────────────────────────────────────────────


def test_differences_are_taken_day_by_day_on_the_same_customers() -> None:
    base, shop = diary(COUNTER, range(200)), diary(CABINET, range(200))
    mean = next(one for one in differences([base, shop], ["repair_time"]) if one.part == "mean")
    by_day = day_values(shop, FIGURES["repair_time"]) - day_values(base, FIGURES["repair_time"])
    assert mean.by_day == [float(value) for value in by_day]
    assert mean.difference.low < mean.difference.value < mean.difference.high < 0
    assert mean.verdict == "less, better"
    assert mean.variance_ratio > 10
    single = next(row for row in measured(base) if row.figure == "repair_time").mean
    assert mean.difference.high - mean.difference.low < (single.high - single.low) / 2


def test_no_mean_of_a_difference_is_told_without_its_tail() -> None:
    found = differences([diary(COUNTER, range(200)), diary(CABINET, range(200))], ["repair_time", "served"])
    assert [(one.kpi, one.part) for one in found] == [
        ("repair_time", "mean"),
        ("repair_time", "p90"),
        ("served", "mean"),
    ]


def test_intervals_of_more_differences_are_wider_so_that_they_hold_together() -> None:
    base, shop, third = (diary(scenario, range(200)) for scenario in (COUNTER, CABINET, with_scale(0.9)))
    alone = differences([base, shop], ["served"])[0].difference
    among = next(
        one for one in differences([base, shop, third], ["repair_time", "turnaround"]) if one.shop == "cabinet"
    )
    assert alone.level == LEVEL
    assert among.difference.level == pytest.approx(1 - 0.05 / 8)


@pytest.mark.parametrize(
    ("days", "seed"), [(range(1, 201), 7), (range(100), 7), (range(200), 8)], ids=["shifted", "fewer", "other seed"]
)
def test_different_days_are_not_compared(days: range, seed: int) -> None:
    with pytest.raises(QuestionError, match="only the same days have the same customers"):
        differences([diary(COUNTER, range(200)), diary(CABINET, days, seed)], ["repair_time"])


def test_below_a_hundred_days_no_claim_is_made() -> None:
    found, _ = compare(question(COUNTER, CABINET, days=99), replications())
    assert {one.verdict for one in found.differences} == {"no claim"}
    assert "too few days for an interval: 99 of 100" in found.answer
    assert found.answer.startswith("On the same 99 days, seed 7 — repair time of cabinet was ")


def test_equal_shops_are_refused_and_shops_of_one_name() -> None:
    twin = CABINET.replaced({"robots.count": 2}, name="one")
    with pytest.raises(QuestionError, match="one and other are equal in every value"):
        compare(question(twin, twin.replaced({}, name="other"), days=8), replications())
    with pytest.raises(QuestionError, match="Two scenarios are called one"):
        compare(question(twin, twin.replaced({"robots.count": 1}), days=8), replications())


def test_shops_with_other_customers_are_compared_with_a_warning() -> None:
    busy = CABINET.replaced({"demand.factor": 1.35}, name="busy")
    found, _ = compare(question(CABINET, busy, days=8), replications())
    assert any("differ in who comes" in remark for remark in found.remarks)
    plain, _ = compare(question(COUNTER, CABINET, days=8), replications())
    assert not any("differ in who comes" in remark for remark in plain.remarks)


# ── chosen ──────────────────────────────────────────────────────────────────────────────────────


def chosen(*scales: float, delta: float, days: int = 400) -> Finding:
    return choose(question(*map(with_scale, scales), days=days), delta, replications())[0]


def test_the_best_is_chosen_and_laggards_are_played_no_longer() -> None:
    found = chosen(1.0, 0.97, 1.3, delta=0.2)
    assert found.selection.best == "scale-0.97"
    assert found.selection.worse[-1] == "scale-1.3"
    assert found.selection.days["scale-1.3"] < 400
    assert found.answer.startswith("scale-0.97 is the best of 3 in repair time, or within 0.20 min of the best (95%)")
    assert found.differences == []
    assert any("was decided by looking" in remark for remark in found.remarks)


def test_shops_nearer_than_what_matters_are_one_group() -> None:
    found = chosen(1.0, 1.0001, 1.3, delta=1.0)
    assert sorted(found.selection.alike) == ["scale-1.0", "scale-1.0001"]
    assert found.selection.worse == ["scale-1.3"]


def test_a_choice_that_runs_out_of_days_says_so() -> None:
    asked = question(with_scale(1.0), with_scale(1.0005), days=30)
    found = choose(asked, 0.01, replications(day_with_luck_of_its_own))[0]
    assert found.selection.best == ""
    assert "After 28 days nothing tells scale-1.0 and scale-1.0005 apart" in found.answer


def day_with_luck_of_its_own(scenario: Scenario, seed: int, day: int) -> DayResult:
    """Other customers in every shop."""
    number = seed + int(scenario.hash()[:8], 16)
    return structs.replace(day_of_a_small_shop(scenario, number, day), seed=seed)


def test_a_figure_without_a_better_side_or_without_a_value_on_some_day_cannot_choose() -> None:
    shops = (with_scale(1.0), with_scale(1.1))
    with pytest.raises(QuestionError, match="neither more nor less of clerk_busy is better"):
        choose(question(*shops, days=40, kpis=("clerk_busy",)), 0.1, replications())
    with pytest.raises(QuestionError, match=r"on day 0 of scale-1.0 there is nothing to measure"):
        choose(question(*shops, days=40, kpis=("parts_wait",)), 0.1, replications())


def test_where_more_is_better_the_most_is_chosen() -> None:
    found = choose(
        question(with_scale(1.0), with_scale(1.2), days=40, kpis=("served",)), 0.5, replications(day_with_more_served)
    )[0]
    assert found.selection.best == "scale-1.2"


def day_with_more_served(scenario: Scenario, seed: int, day: int) -> DayResult:
    found = day_of_a_small_shop(scenario, seed, day)
    more = found.sums | {"handed_over": found.sums["handed_over"] + round(10 * scenario.work.scale)}
    return structs.replace(found, sums=more)

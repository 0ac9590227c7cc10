"""A prediction is blind: only the old shop is fitted, and what was published about the new one decides nothing."""

import io
from collections.abc import Iterator
from functools import cache
from typing import get_type_hints

import msgspec
import pytest
from msgspec import structs
from rich.console import Console

from simulations.experiments.progress import DaysBar
from simulations.experiments.question import QuestionError
from simulations.experiments.replications import Play, Replications
from simulations.experiments.result import DayResult
from simulations.prediction import calibration
from simulations.prediction.blind import predict
from simulations.prediction.calibration import (
    CLERK_TOO_BUSY,
    OUT_OF_REACH,
    REPAIR_MIN,
    TOO_SHORT,
    Goal,
    Start,
    Task,
    calibrate,
)
from simulations.prediction.draws import latin, values_of
from simulations.prediction.found import Predicted
from simulations.prediction.plays import Plays
from simulations.prediction.protocol import (
    SCALE,
    SETS,
    SWITCHES,
    Baseline,
    Counts,
    Protocol,
    Published,
    drawn_value,
    frozen,
)
from simulations.scenarios.scenario import Scenario, load
from simulations.scenarios.table import ROWS
from tests.twin.prediction_shop import OPEN_MS, papers_min, parts_min, predictable_day

FEW = Counts(calibration_days=4, days=8, draws=8, draw_days=2)
ENOUGH = Counts(calibration_days=8, days=200, draws=24, draw_days=4)
PUBLISHED = Published()


class Played:
    """Every day that was played, in the order it was asked for."""

    def __init__(self, play: Play = predictable_day) -> None:
        self.days: list[tuple[Scenario, int]] = []
        self._play = play

    def __call__(self, scenario: Scenario, seed: int, day: int) -> DayResult:
        self.days.append((scenario, day))
        return self._play(scenario, seed, day)

    def smart(self) -> list[Scenario]:
        """The new shops, each once."""
        return [shop for shop in dict.fromkeys(shop for shop, _ in self.days) if shop.switches.cabinet]


def replications(play: Play) -> Replications:
    return Replications(1, DaysBar(Console(file=io.StringIO())), play=play)


def protocol(published: Published = PUBLISHED, counts: Counts = FEW, set_of: str = "catalogue") -> Protocol:
    return frozen(set_of, counts, 7, published)


def predicted(published: Published = PUBLISHED, play: Play = predictable_day, counts: Counts = FEW) -> Predicted:
    return predict(protocol(published, counts), ["predict"], replications(play))[0]


@cache
def usual() -> Predicted:
    return predicted(counts=ENOUGH)


@cache
def seen(published: Published) -> tuple[Predicted, Played]:
    played = Played()
    return predicted(published, played), played


def anonymous(shop: Scenario) -> dict[str, dict[str, object]]:
    """Every value but the one that is calibrated."""
    return msgspec.to_builtins(structs.replace(shop.replaced({SCALE: 1.0}), name="", title=""))


# ── only the old shop is fitted ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("other", [Published(after_min=50), Published(ratio=2), Published(within_share=0.2)])
def test_what_was_published_of_the_new_shop_moves_nothing_but_what_counts_as_a_hit(other: Published) -> None:
    before, played = seen(PUBLISHED)
    after, other_played = seen(other)
    assert other_played.days == played.days, "the very same shops were played, field by field, in the same order"
    assert after.readings[0].pair == before.readings[0].pair
    assert after.attributed == before.attributed
    assert after.draws == before.draws
    assert after.protocol_hash != before.protocol_hash
    assert after.readings[0].chances is not None
    assert before.readings[0].chances is not None
    assert after.readings[0].chances.after == before.readings[0].chances.after


@pytest.mark.parametrize("other", [Published(before_min=62), Published(before_min=70, after_min=50, ratio=2)])
def test_another_time_of_the_old_shop_moves_the_calibrated_number_and_no_other_parameter(other: Published) -> None:
    before, played = seen(PUBLISHED)
    after, other_played = seen(other)
    assert after.readings[0].fit.shown_min == pytest.approx(other.before_min, abs=0.05)
    assert after.readings[0].fit.scale > before.readings[0].fit.scale
    smart, moved = ([anonymous(shop) for shop in one.smart()] for one in (played, other_played))
    assert smart == moved, "every value of every new shop, but work.scale"
    assert [shop.work.scale for shop in played.smart()] != [shop.work.scale for shop in other_played.smart()]
    for old, new in zip(before.draws, after.draws, strict=True):
        assert old.values == new.values
        assert new.scale > old.scale


def test_the_calibration_cannot_be_handed_a_new_shop_or_its_time() -> None:
    def told(kind: type) -> set[str]:
        return set(get_type_hints(kind))

    hints = get_type_hints(calibrate)
    assert set(hints) == {"tasks", "days", "plays", "near_min", "return"}
    assert told(Task) == {"baseline", "goal", "start"}
    assert told(Goal) == {"figure", "minutes", "within_min"}
    assert told(Start) == {"scale", "slope_min"}
    assert get_type_hints(Task)["baseline"] is Baseline
    assert not {"Published", "Protocol", "load"} & set(vars(calibration))
    with pytest.raises(AssertionError, match="only the old shop is calibrated"):
        Baseline(load("cabinet"))


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_shop_with_any_switch_on_is_no_baseline(switch: str) -> None:
    with pytest.raises(AssertionError, match=switch):
        Baseline(load("counter").replaced({f"switches.{switch}": True}))


# ── the calibration ─────────────────────────────────────────────────────────────────────────────


def plays(play: Play = predictable_day) -> Plays:
    return Plays(replications(play), 7)


def goal(minutes: float, figure: str = "repair_time") -> Goal:
    return Goal(figure=figure, minutes=minutes, within_min=1.5)


def test_many_old_shops_are_calibrated_side_by_side_in_few_rounds() -> None:
    shops = [Baseline(load("counter").replaced({"counter.search_min": search})) for search in (0.8, 1.5, 2.5)]
    fits = calibrate([Task(baseline=shop, goal=goal(58)) for shop in shops], range(40), plays(), near_min=0.05)
    assert [fit.is_feasible for fit in fits] == [True] * 3
    for fit in fits:
        assert fit.shown_min == pytest.approx(58, abs=0.05)
        assert fit.baseline.shop.value(SCALE) == fit.scale
        assert fit.repair_min == pytest.approx(20 * fit.scale, rel=0.05)
        assert len(fit.tries) <= 3
    assert fits[0].scale > fits[1].scale > fits[2].scale, "the slower the counter, the shorter the repairs"


def test_each_reading_is_calibrated_by_its_own_clock() -> None:
    shop = Baseline(load("counter"))
    tasks = [Task(baseline=shop, goal=goal(58, figure)) for figure in ("repair_time", "turnaround")]
    desk, whole = calibrate(tasks, range(40), plays(), near_min=0.05)
    assert (desk.shown_min, whole.shown_min) == (pytest.approx(58, abs=0.05), pytest.approx(58, abs=0.05))
    assert whole.scale < desk.scale


def test_equal_shops_are_played_once() -> None:
    played = Played()
    tasks = [Task(baseline=Baseline(load("counter")), goal=goal(58)) for _ in range(3)]
    calibrate(tasks, range(4), plays(played), near_min=1.0)
    assert len(played.days) == len(set(played.days))


@pytest.mark.parametrize(
    ("values", "minutes", "flaw"),
    [
        ({}, 20.0, OUT_OF_REACH),
        ({}, 400.0, OUT_OF_REACH),
        ({"counter.search_min": 12.0}, 58.0, TOO_SHORT),
        ({"counter.background_min": 20.0}, 58.0, CLERK_TOO_BUSY),
    ],
)
def test_a_shop_that_nobody_has_is_told_by_its_flaw(values: dict[str, float], minutes: float, flaw: str) -> None:
    shop = Baseline(load("counter").replaced(values))
    fit = calibrate([Task(baseline=shop, goal=goal(minutes))], range(8), plays(), near_min=0.1)[0]
    assert flaw in fit.flaws
    assert (fit.repair_min <= REPAIR_MIN) == (TOO_SHORT in fit.flaws)


@pytest.mark.parametrize(
    ("before_min", "words"),
    [(15.0, "counter cannot be calibrated to 15 min: whatever its repairs take"), (37.0, "as a shop that nobody has")],
)
def test_without_a_calibrated_old_shop_nothing_is_predicted(before_min: float, words: str) -> None:
    played = Played()
    with pytest.raises(QuestionError, match=words):
        predicted(Published(before_min=before_min), played)
    assert not played.smart()


# ── what it says ────────────────────────────────────────────────────────────────────────────────


def test_the_prediction_is_the_sum_that_can_be_done_in_the_head() -> None:
    """The counter's parts time and papers go, the cabinet's come; hands and repair stay."""
    found = usual()
    old, new = load("counter"), load("cabinet")
    saved = parts_min(old) - parts_min(new) + papers_min(old) - papers_min(new)
    pair = found.readings[0].pair
    assert pair is not None
    assert pair.saving.value == pytest.approx(saved, rel=0.03)
    assert pair.saving.low is not None
    assert pair.saving.low < pair.saving.value < pair.saving.high
    assert [one.definition.letter for one in pair.efficiency] == ["D1", "D2", "D3", "D4"]
    assert all(one.ratio.value > 1 for one in pair.efficiency if one.ratio.value is not None)


def test_the_shares_of_the_switches_add_up_and_their_days_are_the_cells() -> None:
    credit = usual().attributed
    assert sum(one.share.value for one in credit.credits) == pytest.approx(credit.total.value, abs=1e-9)
    assert [cell.letters for cell in credit.cells][:4] == ["", "C", "P", "CP"]
    assert len(credit.cells) == 16
    whole = credit.cells[-1].time.mean.value - credit.cells[0].time.mean.value
    assert credit.total.value == pytest.approx(whole, abs=0.01)
    assert credit.cells[0].less_counter is None
    documents = credit.credits[3]
    assert (documents.letter, documents.share.value) == ("E", pytest.approx(-1.5))


def test_counter_and_cabinet_are_two_of_the_cells_and_no_day_is_played_twice() -> None:
    _, played = seen(PUBLISHED)
    days = [(shop.hash(), day) for shop, day in played.days]
    assert len(days) == len(set(days))
    names = {shop.name for shop, _ in played.days}
    assert {"counter", "cabinet", "counter-B", "cabinet-B", "PS", "CPSE"} <= names
    assert "CPE" not in names, "that is the cabinet itself"


def test_the_sentence_is_honest() -> None:
    found = usual()
    said = " ".join([found.finding.answer, *found.sentences]).lower()
    assert found.finding.answer.startswith("A shop calibrated to 58 min desk time is predicted at ")
    assert "with cabinet and robots, order ahead, documents on the PAD; nine in ten within " in found.finding.answer
    assert "45 lies inside" in found.finding.answer or "45 lies outside" in found.finding.answer
    assert found.finding.answer.endswith("_min moves the saving most.")
    for wanted in ("without n, dates or definition", "not about the store", "s + p, no cabinet, no robot", "d1",
                   "chosen before the run", "draws were rejected", "not the robots' doing", "p(both)"):  # fmt: skip
        assert wanted in said
    for forbidden in ("validat", "reproduc", "proves", "confirmed"):
        assert forbidden not in said


def test_few_days_get_no_interval_and_few_draws_no_range() -> None:
    counts = Counts(calibration_days=4, days=6, draws=3, draw_days=2)
    found = predict(protocol(counts=counts), ["predict"], replications(predictable_day))[0]
    assert "too few days for an interval: 6 of 100" in found.finding.answer
    assert "3 feasible of 3 draws are too few to say a range, and whether 45 lies in it" in found.finding.answer
    assert found.readings[0].pair is not None
    assert found.readings[0].pair.saving.low is None


def test_without_draws_nothing_is_said_of_the_published_time() -> None:
    found = predict(protocol(counts=structs.replace(FEW, draws=0)), ["predict"], replications(predictable_day))[0]
    assert found.finding.answer.endswith("; no draws were asked for, so nothing is said about 45.")
    assert found.readings[0].chances is None


# ── draws ───────────────────────────────────────────────────────────────────────────────────────


def busy_clerk(scenario: Scenario, seed: int, day: int) -> DayResult:
    """The clerk does not get through his work when there is much of it in the background."""
    found = predictable_day(scenario, seed, day)
    much = scenario.counter.background_min > 2.3 and not scenario.switches.cabinet
    return structs.replace(found, sums=found.sums | {"clerk_ms": OPEN_MS}) if much else found


def test_infeasible_draws_are_counted_told_and_not_played_further() -> None:
    played = Played(busy_clerk)
    found = predicted(play=played)
    for read in found.readings:
        assert read.chances is not None
        assert 0 < read.chances.feasible < read.chances.drawn == FEW.draws
        assert read.chances.flaws[CLERK_TOO_BUSY] == read.chances.drawn - read.chances.feasible
        own = [draw for draw in found.draws if draw.reading == read.reading.letter]
        busy = [draw.values["counter.background_min"] > 2.3 for draw in own]
        assert [draw.after_min is None for draw in own] == busy
        assert read.chances.hits_both is not None
        assert read.chances.hits_both.n == read.chances.feasible
    rejected = FEW.draws - found.readings[0].chances.feasible
    assert any(f"{rejected} of {FEW.draws} draws were rejected" in words for words in found.sentences)
    assert not [shop for shop in played.smart() if shop.counter.background_min > 2.3]


def test_when_no_draw_is_feasible_there_is_no_chance_to_tell() -> None:
    def never(scenario: Scenario, seed: int, day: int) -> DayResult:
        found = predictable_day(scenario, seed, day)
        is_drawn = not scenario.switches.cabinet and scenario.counter.search_min != 1.5 and not scenario.switches.e_sign
        return structs.replace(found, sums=found.sums | {"clerk_ms": OPEN_MS}) if is_drawn else found

    found = predicted(play=never)
    assert found.readings[0].chances is not None
    assert (found.readings[0].chances.feasible, found.readings[0].chances.hits_both) == (0, None)
    assert any("8 of 8 draws were rejected" in words for words in found.sentences)


def test_with_enough_draws_the_drivers_come_from_one_regression() -> None:
    counts = Counts(calibration_days=4, days=8, draws=90, draw_days=2)
    found = predict(protocol(counts=counts), ["predict"], replications(predictable_day))[0]
    assert found.readings[0].chances is not None
    saving, parts = found.readings[0].chances.drivers
    assert saving.r_squared is not None
    assert saving.r_squared > 0.8
    assert [one.name for one in saving.strongest[:2]] == ["counter.search_min", "papers.paper_min"]
    assert parts.sure()[0].coefficient < 0 < saving.sure()[0].coefficient
    assert "counter.way_m" not in [one.name for one in saving.sure()], "this shop's engineers walk in no time"


def ends() -> Iterator[tuple[str, str, float]]:
    for set_of in SETS:
        for span in frozen(set_of, FEW, 1).ranges:
            yield set_of, span.key, span.low
            yield set_of, span.key, span.high


@pytest.mark.parametrize(("set_of", "key", "end"), list(ends()))
def test_both_ends_of_every_range_make_a_shop(set_of: str, key: str, end: float) -> None:
    fixed = frozen(set_of, FEW, 1)
    for shop in (fixed.baseline.shop, fixed.smart):
        assert shop.replaced({key: drawn_value(key, end)}).value(key) == pytest.approx(end)


def test_every_range_of_the_table_is_drawn_but_what_moves_nothing_in_the_set() -> None:
    ranged = [key for key, row in ROWS.items() if row.spread is not None]
    assert [span.key for span in frozen("reference", FEW, 1).ranges] == ranged
    assert [span.key for span in frozen("catalogue", FEW, 1).ranges] == [key for key in ranged if key != "work.cv"]


def test_draws_are_the_same_for_the_same_seed_and_whole_numbers_stay_whole() -> None:
    fixed = protocol()
    first, again = latin(fixed), latin(fixed)
    assert values_of(first, 0) == values_of(again, 0)
    assert values_of(first, 0) != values_of(latin(frozen("catalogue", FEW, 8)), 0)
    assert isinstance(drawn_value("robots.count", 2.4), int)
    assert isinstance(drawn_value("demand.repairs_a_day", 50.5), float)


# ── the protocol ────────────────────────────────────────────────────────────────────────────────


def test_whatever_is_changed_gives_the_protocol_another_hash() -> None:
    usual_one = protocol()
    others = [
        protocol(Published(after_min=46)),
        protocol(counts=structs.replace(FEW, draws=25)),
        frozen("catalogue", FEW, 8),
        frozen("reference", FEW, 7),
        structs.replace(usual_one, chosen="D2"),
        structs.replace(usual_one, ranges=usual_one.ranges[1:]),
        structs.replace(usual_one, smart=usual_one.smart.replaced({"cabinet.cover": 0.93})),
    ]
    hashes = [one.hash() for one in (usual_one, *others)]
    assert len(set(hashes)) == len(hashes)
    assert usual_one.hash() == protocol().hash()


def test_a_broken_rule_on_any_day_is_said_before_anything_else() -> None:
    def broken(scenario: Scenario, seed: int, day: int) -> DayResult:
        found = predictable_day(scenario, seed, day)
        return structs.replace(found, broken=["two units in one hand"]) if day == FEW.fresh[0] else found

    found = predicted(play=broken)
    assert found.broken_days > 16
    assert found.sentences[0].startswith(f"On {found.broken_days} days the program broke a rule of its own")

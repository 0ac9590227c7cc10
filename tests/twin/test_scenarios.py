"""A planner writes a scenario: what it says is what is played, and what cannot be is told with file, key and value."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from shopfloor.contract.actor import DAY, HOUR
from simulations.demand import Visit, visits
from simulations.people.crew import hours_of
from simulations.scenarios.plans import plan_of
from simulations.scenarios.premises import catalogue, layout_of, opens_of, policy_of
from simulations.scenarios.scenario import Scenario, ScenarioError, load, packaged
from simulations.scenarios.table import ROWS, Value
from simulations.streams import Streams

CABINET = load("cabinet")


def written(directory: Path, text: str) -> str:
    file = directory / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


# ── what is written ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", packaged())
def test_every_packaged_scenario_is_a_shop_that_can_open(name: str):
    scenario = load(name)
    assert scenario.title
    assert layout_of(scenario).open_from(opens_of(scenario)) == opens_of(scenario)
    assert plan_of(scenario, 1, 0).policy == policy_of(scenario)


def test_every_parameter_has_words_a_unit_and_a_source():
    assert len(ROWS) > 90
    for row in ROWS.values():
        assert row.words, row.key
        assert row.unit, row.key
        assert row.source == "assumed" or "published" in row.source, row.key
        if row.spread is not None:
            CABINET.replaced({row.key: row.spread[0]})
            CABINET.replaced({row.key: row.spread[1]})


def test_a_file_says_only_what_differs_from_its_base(tmp_path: Path):
    mine = load(written(tmp_path, 'base = "counter"\ntitle = "two clerks"\n[counter]\nclerks = 2\n'))
    theirs = load("counter")
    assert (mine.counter.clerks, mine.title, mine.name) == (2, "two clerks", "mine")
    assert structs.replace(mine.counter, clerks=1) == theirs.counter
    assert mine.demand == theirs.demand


def test_equal_shops_have_equal_hashes_whatever_they_are_called():
    again = CABINET.replaced({"demand.repairs_a_day": 40, "robots.speed_mps": 1}, name="another name")
    assert again.hash() == CABINET.hash()
    assert CABINET.replaced({"robots.speed_mps": 1.01}).hash() != CABINET.hash()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[demand]\nrepairs_per_day = 3\n", ["demand.repairs_per_day = 3", "demand.repairs_a_day"]),
        ("[demands]\nrepairs_a_day = 3\n", ["demands", "demand"]),
        ("[demand]\nrepairs_a_day = -3\n", ["demand.repairs_a_day = -3", "from 0 to 400 repairs/day"]),
        ("[counter]\nwalk_min = 1\n", ["counter.walk_min = 1", "no such parameter"]),
        ("[counter]\nentry_min = -0.5\n", ["counter.entry_min = -0.5", "from 0 to 600 min"]),
        ("[counter]\nentry_min = nan\n", ["counter.entry_min = nan"]),
        ("[work]\nintake_min = [3, 2, 1]\n", ["work.intake_min", "must not fall"]),
        ("[work]\nintake_min = []\n", ["work.intake_min", "least, most likely"]),
        ("[staff]\nengineers = [4, 5]\n", ["staff.engineers", "one for each of 10 hours"]),
        ("[staff]\nengineers = [0]\n", ["staff.engineers = [0]"]),
        ("[switches]\ncabinet = 'yes'\n", ["switches.cabinet = 'yes'", "true or false"]),
        ("[habits]\npay_s = [9, 3]\n", ["habits.pay_s", "must not be the greater"]),
        ("switches = 3\n", ["switches = 3", "write it as a table"]),
        ("[demand\n", ["is not TOML"]),
        ('base = "mine"\n', ["circle"]),
        ('base = "nowhere"\n', ["nowhere"]),
    ],
)
def test_a_bad_scenario_is_told_with_file_key_value_and_what_is_allowed(tmp_path: Path, text: str, told: list[str]):
    with pytest.raises(ScenarioError) as refused:
        load(written(tmp_path, text))
    for words in told:
        assert words in str(refused.value)


def test_a_file_that_is_not_there_is_told_by_its_name():
    with pytest.raises(ScenarioError, match=r"mine\.toml: there is no such file"):
        load("mine.toml")
    with pytest.raises(ScenarioError, match="Packaged are cabinet"):
        load("cabinets")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"staff.engineers": (9,)}, "there are 8 desks"),
        ({"robots.count": 3}, "has parks for 2"),
        ({"opening.layout": "elsewhere"}, "cannot be read"),
        ({"opening.hours": 14, "demand.weights": (1.0,) * 14}, "ok"),
    ],
)
def test_impossible_staffing_robots_and_layouts_are_told(values: dict[str, Value], told: str):
    scenario = CABINET.replaced(values)
    if told == "ok":
        assert layout_of(scenario).open_until(opens_of(scenario)) == opens_of(scenario) + 14 * HOUR
        return
    with pytest.raises(ScenarioError, match=told):
        layout_of(scenario)


# ── what it makes of the drawn shop ─────────────────────────────────────────────────────────────


def test_a_counter_is_the_same_shop_without_machines():
    old, new = layout_of(load("counter")), layout_of(CABINET)
    assert list(old.desks) == list(new.desks)
    assert not old.robots
    assert len(new.robots) == 2
    assert [row.shelves for row in old.cabinets.values()] == [True]
    assert [row.shelves for row in new.cabinets.values()] == [False, True]
    assert not [device for device in old.devices if device.startswith("cabinet/")]


def test_what_no_cabinet_covers_lies_on_the_shelves():
    most = layout_of(CABINET.replaced({"cabinet.cover": 1.0}))
    some, few = (layout_of(CABINET.replaced({"cabinet.cover": cover})) for cover in (0.9, 0.6))
    assert list(most.cabinets) == ["c1"]
    assert few.cabinets["shelves"].bins > some.cabinets["shelves"].bins > 0


def test_an_engineer_comes_for_the_hours_in_which_so_many_are_wanted():
    assert hours_of(0, (8,), 0) == [(0, DAY)]
    assert hours_of(2, (2, 3, 3, 2, 3), 0) == [(HOUR, 3 * HOUR), (4 * HOUR, 4 * HOUR + DAY - 4 * HOUR)]
    assert hours_of(5, (2, 3, 3, 2, 3), 0) == []


# ── common random numbers ───────────────────────────────────────────────────────────────────────


def customers(scenario: Scenario, seed: int = 5) -> dict[str, Visit]:
    plan = plan_of(scenario, seed, 0)
    come = visits(catalogue(), scenario, Streams(plan.seed), plan.opens, plan.doors_close_at)
    return {visit.key: structs.replace(visit, id=0) for visit in come}


def test_the_same_customers_come_to_every_shop():
    """Old shop and new: the same people, phones, decisions and hands; only what the shop does to them differs."""
    assert customers(load("counter").replaced({"shares.wrong_part": 0.01})) == customers(CABINET)
    assert customers(CABINET.replaced({"robots.count": 1})) == customers(CABINET)


@settings(max_examples=20)
@given(st.floats(0.3, 1.9), st.floats(1.0, 1.8))
def test_a_busier_day_has_all_the_customers_of_the_quieter_one(quiet: float, more: float):
    few = customers(CABINET.replaced({"demand.factor": quiet}))
    many = customers(CABINET.replaced({"demand.factor": min(2.0, quiet * more)}))
    assert few.items() <= many.items()


def test_another_day_and_another_seed_bring_others():
    one = plan_of(CABINET, 1, 0)
    for other in (plan_of(CABINET, 1, 1), plan_of(CABINET, 2, 0), plan_of(CABINET, 11, 0)):
        come = [
            [visit.imei for visit in visits(catalogue(), CABINET, Streams(plan.seed), plan.opens, plan.doors_close_at)]
            for plan in (one, other)
        ]
        assert not set(come[0]) & set(come[1])


@settings(max_examples=20)
@given(st.floats(1.0, 3.0))
def test_slower_hands_are_slower_for_everybody_and_change_nothing_else(scale: float):
    usual, slow = customers(CABINET), customers(CABINET.replaced({"work.scale": scale}))
    for key, visit in usual.items():
        assert slow[key].minutes.repair >= visit.minutes.repair
        assert structs.replace(slow[key], minutes=visit.minutes) == visit

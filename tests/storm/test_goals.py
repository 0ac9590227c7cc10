"""Rare situations have names; a day that had one says so, and a day on which nothing was done to the shop does not."""

from collections.abc import Mapping

import pytest

from shopfloor.contract.facts import FACTS
from shopfloor.core.lifecycles import TABLES
from shopfloor.service.seams import SEAMS
from simulations.faults import BY_NAME, CALM, Faults
from simulations.storm.bad_day import Verdict, played
from simulations.storm.campaign import Asked, Found
from simulations.storm.goals import DEMANDED_FROM, GOALS, NEED_FAULTS, ROWS, Goal, reached, rows_walked
from simulations.storm.lookout import LATE
from simulations.storm.plan import bad_day

ARROWS = {f"{row.row} {source}>{row.target}" for table in TABLES.values() for row in table for source in row.sources}


def day(seed: int, strengths: Mapping[str, float], tickets: int = 4) -> Verdict:
    return played(bad_day(seed, tickets, Faults(dict(strengths))))


# ── the table ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_a_goal_can_be_seen_its_sights_are_names_of_the_shop(goal: Goal) -> None:
    known = {"fact": FACTS, "row": ROWS, "step": ARROWS, "struck": BY_NAME, "died": (*SEAMS, "torn")}
    assert goal.sights
    assert goal.words
    for sight in goal.sights:
        kind, _, name = sight.partition(" ")
        assert name in known.get(kind, (name,)) or name.startswith("tail "), sight


def test_a_goal_is_reached_by_any_of_its_sights_and_by_nothing_else() -> None:
    assert reached({"row r8": 2, "row r37+": 1}) == {"people.unrepairable": 3}
    assert reached({"row r8": 0}) == {}
    assert reached({"row r7": 5}) == {}


def test_rows_are_told_in_the_order_of_the_page() -> None:
    assert rows_walked({"row y7": 1, "row q1": 3, "row r4": 0}) == ("q1", "y7")


def test_a_repeat_is_late_after_five_minutes() -> None:
    assert LATE == 5 * 60_000


# ── days ────────────────────────────────────────────────────────────────────────────────────────


def test_on_calm_days_nothing_happens_that_only_faults_bring_about() -> None:
    for seed in (1, 2):
        verdict = day(seed, CALM.strengths, tickets=3)
        assert [name for name in verdict.goals if name in NEED_FAULTS] == []
        assert "q1" in verdict.rows
        assert "r24" in verdict.rows, "phones go home, and that is seen"
        assert verdict.deaths == {}


def test_a_card_that_is_declined_is_seen_and_so_is_its_second_attempt() -> None:
    verdict = day(4, {"pos.declined": 0.6})
    assert verdict.goals["money.declined"]
    assert verdict.goals["money.declined.again"]
    assert "money.unknown" not in verdict.goals


def test_a_coordinator_that_dies_with_receipts_unsaid_is_seen() -> None:
    verdict = day(5, {"core.killed": 30.0, "core.torn": 0.9})
    assert sum(verdict.deaths.values()) > 5
    assert verdict.goals["coordinator.outbox.full"]
    assert verdict.goals["wires.answer.after_restart"]
    assert any(name.startswith("coordinator.tail.") for name in verdict.goals)


def test_a_device_that_loses_its_power_with_work_in_its_hands_is_asked_again() -> None:
    verdict = day(1, {"device.reboot": 25.0}, tickets=4)
    assert verdict.goals["devices.off.with_work"]
    assert verdict.goals["devices.asked_again"]
    assert "coordinator.died.written" not in verdict.goals


def test_an_old_word_of_a_device_that_has_been_switched_on_again_is_refused_and_seen() -> None:
    """For a while no day was seen to have one: its code had got another name at the floor."""
    lost_and_said_again = {"net.loss": 0.3, "hostile.impostor": 40.0}
    assert day(4, {**lost_and_said_again, "device.all": 4.0}).goals["wires.stale_boot"]
    assert "wires.stale_boot" not in day(4, lost_and_said_again).goals


# ── what is demanded ────────────────────────────────────────────────────────────────────────────


def found(seeds: int, asked: Asked, *goals: str) -> Found:
    found = Found(asked=asked)
    for seed in range(seeds):
        found.enter(Verdict(seed=seed, tickets=12, broken=(), digest="d", goals=dict.fromkeys(goals, 1)))
    return found


def test_from_a_thousand_seeds_on_a_goal_that_was_never_reached_is_a_failure() -> None:
    all_but_one = [goal.name for goal in GOALS if goal.name != "robots.loaded.taken_over"]
    assert found(DEMANDED_FROM, Asked(), *all_but_one).never == ["robots.loaded.taken_over"]
    assert not found(DEMANDED_FROM, Asked(), *all_but_one).is_clean
    assert found(DEMANDED_FROM, Asked(), *(goal.name for goal in GOALS)).is_clean


def test_with_fewer_seeds_or_with_faults_left_out_it_is_only_told() -> None:
    assert found(DEMANDED_FROM - 1, Asked()).is_clean
    assert found(DEMANDED_FROM, Asked(only=("network",))).is_clean
    assert found(DEMANDED_FROM, Asked(tickets=2)).is_clean
    assert found(3, Asked()).goals["money.unknown"] == 0

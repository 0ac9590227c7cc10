"""One customer in the old shop: the engineer walks, the clerk looks, and every scan is believed by the same floor."""

import pytest
from msgspec import structs

from shopfloor.contract import facts as f
from shopfloor.contract.actor import MINUTE
from shopfloor.core.invariants import check_all
from simulations.experiments.days import play
from simulations.scenarios.plans import plan_of
from simulations.scenarios.scenario import load
from simulations.scenarios.table import Value
from tests.shop.day_book import ORDINARY, Watched, told

OLD, NEW = load("reference-counter"), load("reference-cabinet")


def day(scenario: str = "reference-counter", *, values: dict[str, Value] | None = None, **traits: object) -> Watched:
    """A day of two hours on which only this customer comes, and the clerk has nothing else to do."""
    quiet: dict[str, Value] = {"counter.background_min": 0, "cabinet.bin_loading_min": 0, "opening.hours": 2}
    shop = load(scenario).replaced(quiet | (values or {}))
    plan = plan_of(shop, 7, 0)
    watched = Watched(plan)
    watched.play([structs.replace(ORDINARY, at=plan.opens + MINUTE, **traits)])
    check_all(watched.floor.shop)
    return watched


def at(day: Watched, kind: type[f.Fact]) -> list[float]:
    """When such facts were noted, in minutes after the opening."""
    return [(now - day.plan.opens) / MINUTE for now, fact in day.facts if isinstance(fact, kind)]


def desk_time(day: Watched) -> float:
    return at(day, f.DeviceHandedOver)[0] - at(day, f.TicketSeated)[0]


def test_the_engineer_walks_once_and_the_part_is_fitted():
    old = day(old_back=1.0)
    assert [fact.state for fact in told(old, f.PartsOrderEnded)] == ["FITTED"]
    assert old.world.counter.visits == {"d1": 1}
    assert not told(old, f.JobOpened)
    assert [move.target for move in told(old, f.UnitMoved) if move.unit][:3] == ["HAND:pk1", "HAND:e3", "DESK:d1"]


def test_what_the_counter_costs_is_two_ways_the_form_the_search_and_the_scan():
    """Desk time less hands: nothing but the trip, to a few seconds of taps and pages."""
    old = day(old_back=1.0, searches=(0.5,) * 16)
    counter = OLD.counter
    ways = 2 * (counter.way_m / counter.speed_mps / 60 + counter.door_min)
    search = counter.search_min / 2 * 2 * 0.6931
    hands = ORDINARY.minutes.hands_on / MINUTE
    cost = ways + counter.entry_min + counter.scan_min + search
    assert desk_time(old) - hands == pytest.approx(cost, abs=0.35)


def test_an_old_part_is_brought_back_before_the_phone_goes_out_or_booked_in_the_evening():
    at_once, later = day(old_back=0.0), day(old_back=1.0)
    assert at_once.world.counter.visits == {"d1": 2}
    assert at_once.world.counter.spent["return"] == OLD.counter.return_min * MINUTE
    assert later.world.counter.spent["batch"] == OLD.counter.return_batch_min * MINUTE
    assert desk_time(at_once) > desk_time(later) + 2


def test_a_wrong_part_is_seen_at_the_desk_and_costs_the_whole_trip_again():
    right, wrong = day(old_back=1.0), day(old_back=1.0, part="wrong")
    assert wrong.world.counter.visits == {"d1": 2}
    assert [fact.reason for fact in told(wrong, f.PartRefused)] == ["wrong"]
    assert [fact.state for fact in told(wrong, f.PartsOrderEnded)] == ["RETURNED", "FITTED"]
    assert desk_time(wrong) > desk_time(right) + 2


def test_with_prefetch_the_clerk_picks_while_the_engineer_takes_the_phone_apart():
    """P without C: an order button is all it needs."""
    on = {"switches.prefetch": True}
    waits, ahead = day(old_back=1.0), day(old_back=1.0, values=on)
    assert ahead.world.counter.visits in ({"d1": 1}, {})
    assert at(ahead, f.PartsOrderOpened)[0] < at(ahead, f.RepairStarted)[0] + 0.1
    assert desk_time(ahead) < desk_time(waits) - 1


def test_what_the_robot_cannot_bring_is_fetched_on_foot():
    """No line is covered: cabinet and robots stand idle, and the shop is the old one."""
    new = day("reference-cabinet", old_back=1.0, values={"cabinet.cover": 0.0})
    assert [fact.state for fact in told(new, f.PartsOrderEnded)] == ["FITTED"]
    assert new.world.counter.visits == {"d1": 1}
    assert not told(new, f.JobOpened)


def test_goods_find_the_engineer():
    """The same customer in the new shop: nobody walks, and the part comes while the phone is taken apart."""
    new = day("reference-cabinet", old_back=1.0, values={"cabinet.cover": 1.0})
    assert new.world.counter.visits == {}
    assert [fact.state for fact in told(new, f.PartsOrderEnded)] == ["FITTED"]
    assert len(told(new, f.JobDone)) == 1
    assert desk_time(new) < desk_time(day(old_back=1.0)) - 2


def test_several_lines_are_one_trip():
    old = day(old_back=1.0, fault="BAT", also=("SCR",))
    assert old.world.counter.visits == {"d1": 1}
    assert [fact.state for fact in told(old, f.PartsOrderEnded)] == ["FITTED", "FITTED"]


def test_a_clerk_who_is_busy_is_waited_for():
    """One uninterruptible piece of other work after the other: the engineer stands at the counter."""
    crowded = {"counter.background_min": 60, "counter.chunk_min": 7, "cabinet.bin_loading_min": 0}
    quiet, busy = day(old_back=1.0), day(old_back=1.0, values=crowded)
    assert desk_time(busy) > desk_time(quiet)
    assert busy.world.counter.spent["background"] > 30 * MINUTE


def test_the_same_day_is_the_same_to_the_byte_and_another_is_another():
    short = OLD.replaced({"opening.hours": 2})
    assert play(short, 3, 4) == play(short, 3, 4)
    assert play(short, 3, 4).digest != play(short, 3, 5).digest

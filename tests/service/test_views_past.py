"""Yesterday's board: at any moment it shows what the live one showed then."""

import random
from collections.abc import Iterator

import pytest

from shopfloor.contract.actor import DAY, MINUTE, SECOND
from shopfloor.contract.events import EngineerSignedOff, ModeSet, NextRequested, TicketTaken
from shopfloor.service.views.floor import FloorSeen
from shopfloor.service.views.past import Past, days_seen
from tests.service.view_day import LAYOUT, MORNING, TODAY, Live, morning, without_figures

TOMORROW = LAYOUT.date(MORNING + DAY)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    shop = Live(tmp_path_factory.mktemp("past"), morning())
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def next_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, list[FloorSeen]]]:
    """The morning, a night, and a few things on the day after."""
    shop = Live(tmp_path_factory.mktemp("days"), morning())
    evening = shop.floor()
    tomorrow = MORNING + DAY
    shop.wait(tomorrow)
    shown = [evening]
    said = [
        ("handheld/h4", EngineerSignedOff(engineer="e4")),
        ("queue/q1", TicketTaken(line="A")),
        ("queue/q1", TicketTaken(line="C")),
        ("handheld/h3", NextRequested()),
        ("board/b1", ModeSet(what="line-closed", on=True, about="C")),
    ]
    for minute, (device, event) in enumerate(said):
        shop.say(device, event, tomorrow + minute * MINUTE)
        shown.append(shop.floor())
    yield shop, shown
    shop.close()


def test_the_board_of_any_moment_is_the_one_that_was_shown_then(live: Live) -> None:
    past = Past(live.database, LAYOUT, TODAY)
    assert len(live.seen) > 10
    assert any(seen.queue for seen in live.seen) or any(seen.shop.hall["SERVING"] for seen in live.seen)
    for seen in live.seen:
        assert without_figures(past.at(seen.shop.now)) == without_figures(seen)
    past.close()


def test_going_back_and_forth_shows_the_same_as_going_straight_on(live: Live) -> None:
    past = Past(live.database, LAYOUT, TODAY)
    moments = [seen.shop.now for seen in live.seen]
    straight = {moment: past.at(moment) for moment in moments}
    shuffled = moments * 2
    random.Random(5).shuffle(shuffled)
    for moment in shuffled:
        assert past.at(moment) == straight[moment]
    past.close()


def test_the_figures_of_a_first_day_are_those_that_the_shop_had(live: Live) -> None:
    past = Past(live.database, LAYOUT, TODAY)
    assert past.at(live.now).figures == live.floor().figures
    assert past.at(past.first).figures["K1"]["n"] == 0
    assert past.at(past.first).figures["K1"]["mean"] is None, "no data is not a nought"
    past.close()


def test_before_the_first_fact_nobody_is_there(live: Live) -> None:
    past = Past(live.database, LAYOUT, TODAY)
    seen = past.at(past.first - SECOND)
    past.close()
    assert set(seen.shop.hall.values()) == {0}
    assert not any(desk.engineer for desk in seen.desks)
    assert all(device.online is None for device in seen.devices)


def test_a_day_without_facts_is_empty_and_not_an_error(live: Live) -> None:
    past = Past(live.database, LAYOUT, LAYOUT.date(MORNING - DAY))
    seen = past.at(past.last)
    past.close()
    assert seen.outcomes == {}
    assert seen.queue == ()


def test_the_days_that_there_are(next_day: tuple[Live, list[FloorSeen]]) -> None:
    shop, _shown = next_day
    latest, first = days_seen(shop.database, LAYOUT)
    assert (latest.date, first.date) == (TOMORROW, TODAY)
    assert first.first < first.last < latest.first < latest.last


def test_the_second_day_begins_with_what_the_first_has_left(next_day: tuple[Live, list[FloorSeen]]) -> None:
    """People, devices, repairs that are still open, alarms and closed lines: from facts of the day before."""
    shop, (evening, *shown) = next_day
    past = Past(shop.database, LAYOUT, TOMORROW)
    for seen in shown:
        assert without_figures(past.at(seen.shop.now)) == without_figures(seen)
    past.close()
    there = [desk.engineer for desk in evening.desks]
    assert [desk.engineer for desk in shown[0].desks] == ["" if person == "e4" else person for person in there]


def test_the_first_day_stays_as_it_was_when_a_second_has_come(next_day: tuple[Live, list[FloorSeen]]) -> None:
    shop, (evening, *_shown) = next_day
    past = Past(shop.database, LAYOUT, TODAY)
    seen = past.at(evening.shop.now)
    past.close()
    assert without_figures(seen) == without_figures(evening)


def test_a_line_that_was_closed_yesterday_is_open_today(next_day: tuple[Live, list[FloorSeen]]) -> None:
    _shop, (evening, first, *_others, last) = next_day
    assert first.shop.lines_closed == ()
    assert last.shop.lines_closed == ("C",)
    assert evening.shop.date < first.shop.date

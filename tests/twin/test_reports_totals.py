"""Days added up for a page, and the rows for a spreadsheet."""

import csv
import io

import msgspec

from simulations.experiments.result import DayResult
from simulations.reports.experiment import Measured, Played
from simulations.reports.sheet import HEAD, sheet
from tests.twin.report_days import CABINET, COUNTER, experiment_of


def day(number: int, queue: list[int], **more: dict[str, int]) -> DayResult:
    return DayResult(scenario="h", seed=1, day=number, digest="", sums={}, curves={"queue": queue}, **more)


def test_days_are_added_slot_by_slot_and_a_shorter_day_counts_as_quiet_there():
    total = Played.of(COUNTER, [day(0, [5, 1]), day(1, [7, 2, 3])])
    assert (total.days, total.curves["queue"]) == (2, [12, 3, 3])


def test_nine_days_in_ten_stay_under_the_ninetieth_percentile():
    total = Played.of(COUNTER, [day(number, [number]) for number in range(1, 21)])
    assert total.queue_p90 == [18]


def test_drives_and_ways_are_counted_over_days():
    first, second = day(0, [], lanes={"a": 1}, ways={"d1": 2}), day(1, [], lanes={"a": 2, "b": 1})
    total = Played.of(CABINET, [first, second])
    assert (total.lanes, total.ways) == ({"a": 3, "b": 1}, {"d1": 2})


def test_no_days_are_no_days():
    assert Played.of(COUNTER, []) == Played(scenario=COUNTER, days=0)


def test_the_sheet_has_every_figure_and_difference_with_its_interval_or_an_empty_cell():
    experiment = experiment_of()
    rows = list(csv.DictReader(io.StringIO(sheet(experiment))))
    assert len(rows) == len(experiment.measured) + len(experiment.differences)
    assert tuple(rows[0]) == HEAD
    assert rows[-1]["less"] == "counter"
    assert rows[-1]["high"] == "-10.1"
    robots = next(row for row in rows if row["figure"] == "robots_busy")
    assert (robots["estimate"], robots["low"], robots["note"]) == ("", "", "no robots")


def test_a_spreadsheet_does_not_take_a_name_for_a_formula():
    named = Measured(figure="served", scenario='=HYPERLINK("x")', estimate=-3.0, days=1)
    row = sheet(msgspec.structs.replace(experiment_of(days=1), measured=(named,), differences=())).splitlines()[1]
    assert row.startswith("served,mean,per day,\"'=HYPERLINK")
    assert ",-3.0," in row

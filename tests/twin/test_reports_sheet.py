"""The rows for a spreadsheet."""

import csv
import io

import msgspec

from simulations.reports.experiment import Measured
from simulations.reports.sheet import HEAD, sheet
from tests.twin.report_days import experiment_of


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

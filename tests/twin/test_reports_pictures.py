"""What pictures show: lanes as they were driven, ways as they were walked, hours as hours, colours that can be seen."""

import re
from pathlib import Path

import pytest

from simulations.experiments.result import BINS
from simulations.reports import drawing
from simulations.reports.distributions import distributions, percentile_min
from simulations.reports.experiment import Played
from simulations.reports.floor_plan import WIDEST, strokes, width_of
from simulations.reports.over_the_day import over_the_day, worked
from simulations.reports.pictures import clock, drawn, shortened
from simulations.reports.pieces import Bars, Curves, FloorPlan, Intervals, Mark, Series
from simulations.reports.ways import walked
from simulations.reports.words import number, value_words
from tests.shop.day_book import LAYOUT
from tests.twin.report_days import CABINET, COUNTER, experiment_of

STYLE = Path(drawing.__file__).parent / "page.css"


def floor(lanes: dict[str, float], ways: dict[str, float]) -> str:
    made = drawn(FloorPlan(title="t", words="w", layout=LAYOUT, lanes=lanes, ways=ways, most=40.0), "plan-1")
    assert made is not None
    return str(made)


def test_a_lane_never_driven_is_drawn_faint_and_a_busy_one_wide():
    quiet, busy = floor({}, {}), floor({"s1:s2": 40.0}, {})
    assert f"stroke: var(--robot); stroke-width: {WIDEST:g}" in busy
    never = quiet.count("stroke-dasharray: 2.4,2.4; stroke-dashoffset: 0; stroke: var(--faint)")
    still = busy.count("stroke-dasharray: 2.4,2.4; stroke-dashoffset: 0; stroke: var(--faint)")
    assert never == len(strokes(LAYOUT, {})) + 1, "each lane and the legend"
    assert still == never - 1


def test_a_two_way_lane_is_one_stroke_with_both_directions_and_no_arrow():
    there = strokes(LAYOUT, {"bay-desk-1:s5": 3.0, "s5:bay-desk-1": 4.0})[-1]
    assert (there.times, there.one_way) == (7.0, False)
    assert strokes(LAYOUT, {"s1:s2": 3.0})[-1].one_way


def test_busy_lanes_lie_on_top_and_width_keeps_proportion():
    times = [stroke.times for stroke in strokes(LAYOUT, {"s1:s2": 9.0, "s4:s5": 2.0})]
    assert times == sorted(times)
    assert width_of(10, 40) < width_of(20, 40) < width_of(40, 40) == WIDEST


def test_engineers_walk_the_aisle_and_share_its_pieces():
    found = walked(LAYOUT, {"d1": 3.0, "d4": 2.0})
    assert found[((1.2, 5.8), (10.6, 5.8))] == 5.0
    assert found[((15.4, 5.8), (17.8, 5.8))] == 2.0
    assert found[((10.6, 2.8), (10.6, 5.8))] == 3.0
    assert all(y >= 2.8 for stretch in found for _, y in stretch), "not along the customers' side"


def test_a_desk_that_the_layout_does_not_know_walks_nowhere():
    assert walked(LAYOUT, {"d99": 3.0}) == {}


def test_everything_on_the_plan_has_its_name():
    made = floor({}, {"d3": 1.0})
    for words in (*LAYOUT.desks, "cabinet c1", "dock-1", "park-2", "receiving", "entrance", "call display", "5 m"):
        assert f">{words}</text>" in made, words
    assert "seat (16)" in made


def test_an_interval_is_drawn_as_a_bar_and_its_absence_as_a_hollow_dot_with_words():
    def of(low: float | None, high: float | None) -> str:
        mark = Mark(label="counter", estimate=57.6, low=low, high=high)
        return str(drawn(Intervals(title="t", words="w", x_label="min", marks=(mark,)), "i"))

    assert "57.6 (57.1 to 58.0)" in of(57.1, 58.0)
    assert "stroke-width: 2.2" in of(57.1, 58.0)
    assert "57.6 (no interval)" in of(None, None)
    assert "stroke-width: 2.2" not in of(None, None)


def test_hours_are_written_as_on_a_clock():
    series = Series(label="a", xs=(600.0, 1210.0), ys=(1.0, 2.0))
    made = str(
        drawn(Curves(title="t", words="w", x_label="time", y_label="people", series=(series,), x_as="clock"), "c")
    )
    assert all(f">{hour}</text>" in made for hour in ("10:00", "12:00", "20:00"))
    assert clock(615) == "10:15"


def test_nothing_but_gaps_is_no_picture():
    gaps = Series(label="a", xs=(1.0, 2.0), ys=(None, None))
    assert drawn(Curves(title="t", words="w", x_label="x", y_label="y", series=(gaps,)), "c") is None
    empty = Bars(title="t", words="w", x_label="x", y_label="y", edges=(0.0, 1.0), rows=(("a", (0.0,)),))
    assert drawn(empty, "b") is None


def test_a_shop_without_robots_has_no_share_of_robots_and_a_closed_desk_no_share_of_engineers():
    slots = {"engineers": [900_000, 0], "staffed": [7_200_000, 0], "robots": [0, 0], "clerk": [450_000, 0]}
    assert worked(Played(scenario=COUNTER, days=1, curves=slots), "robots") == [None, None]
    assert worked(Played(scenario=CABINET, days=1, curves=slots), "robots") == [0.0, 0.0]
    assert worked(Played(scenario=COUNTER, days=1, curves=slots), "engineers") == [0.125, None]
    assert worked(Played(scenario=COUNTER, days=1, curves=slots), "clerk") == [0.5, 0.0]


def test_nine_days_in_ten_are_not_drawn_from_a_handful():
    def labels(days: int) -> list[str]:
        waiting = over_the_day(experiment_of(days=days)).pieces[0]
        assert isinstance(waiting, Curves)
        return [series.label for series in waiting.series]

    assert "counter, nine days in ten under" in labels(20)
    assert labels(19) == ["counter", "cabinet"]


def test_classes_of_all_scenarios_are_aligned_and_hold_nearly_everybody():
    bars = [piece for piece in distributions(experiment_of()).pieces if isinstance(piece, Bars)]
    assert [one.title for one in bars] == ["Time at the desk", "Turnaround", "Waiting", "Waiting for parts"]
    for one in bars:
        widths = [high - low for low, high in zip(one.edges, one.edges[1:], strict=False)]
        assert min(widths) == max(widths)
        assert all(len(shares) == len(widths) and sum(shares) >= 0.99 for _, shares in one.rows)


def test_percentiles_lie_inside_their_minute_and_the_last_class_is_open():
    counts = [0] * BINS
    counts[10], counts[20] = 50, 50
    assert percentile_min(counts, 25) == 10.5
    assert percentile_min(counts, 50) == 11.0
    assert percentile_min(counts, 75) == 20.5
    counts[BINS - 1] = 100
    assert percentile_min(counts, 90) is None
    assert percentile_min([0] * BINS, 50) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_lines_stand_out_from_the_paper(scheme):
    colours = variables()[scheme]
    for name in ("ink", "soft", "link", "robot", "walker", *(f"series-{at}" for at in range(1, 7))):
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
    assert contrast(colours["soft"], colours["shade"]) >= 4.5
    assert contrast(colours["ink"], colours["warn"]) >= 4.5


def test_the_colours_of_matplotlib_are_those_of_the_page():
    assert {name: colour for colour, name in drawing.COLOURS.items()}.items() <= variables()["light"].items()
    told = re.findall(r": ([0-9a-f]{6})$", drawing.STYLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [colour for colour in told if f"#{colour}" not in drawing.COLOURS] == []
    assert "#" not in re.sub(r'="#[^"]*"|url\(#[^)]*\)', "", floor({"s1:s2": 3.0}, {"d1": 1.0}))


def test_numbers_are_written_for_people():
    assert [number(value) for value in (47.26, -3.0, 0.783, 1234.5, -0.001)] == [
        "47.3",
        "−3.00",
        "0.78",
        "1\u202f234",
        "0.00",
    ]
    assert [value_words(value) for value in (None, (), True, (8,), 0.5, "sample")] == [
        "–",
        "–",
        "yes",
        "8",
        "0.5",
        "sample",
    ]
    assert value_words(False, "on/off") == "off"
    assert shortened("a rather long name", 8) == "a rathe…"


def variables() -> dict[str, dict[str, str]]:
    """The colours of the style sheet, light and dark."""
    light, dark = STYLE.read_text(encoding="utf-8").split("@media screen and (prefers-color-scheme: dark)")
    return {
        scheme: dict(re.findall(r"--([\w-]+): (#\w{6});", part)) for scheme, part in (("light", light), ("dark", dark))
    }


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: from 1 (none) to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

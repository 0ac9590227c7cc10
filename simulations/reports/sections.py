"""The sections that every page has: figures, differences, floor plan, parameters, and how to get it again."""

from typing import Final

from shopfloor.contract.layout import Layout
from simulations.experiments.result import FIGURES, Figure
from simulations.reports.distributions import distributions
from simulations.reports.experiment import Difference, Experiment, Measured, Part, Played
from simulations.reports.floor_plan import strokes
from simulations.reports.over_the_day import over_the_day
from simulations.reports.pieces import Code, FloorPlan, Intervals, Mark, Note, Piece, Section, Table
from simulations.reports.ways import walked
from simulations.reports.words import interval_words, number, value_words
from simulations.scenarios.table import ROWS, Row

PLANS_MAX: Final = 6
"""Floor plans on one page; more are not compared by eye."""
BUSIEST: Final = 12
"""Rows of the table of lanes."""
PARTS: Final[dict[Part, str]] = {"mean": "mean", "p50": "half within", "p90": "nine in ten within"}


def sections_of(experiment: Experiment) -> tuple[Section, ...]:
    """All of the page, in its order."""
    return (
        _figures(experiment),
        *([_differences(experiment)] if len(experiment.played) > 1 or experiment.differences else []),
        *experiment.sections,
        distributions(experiment),
        over_the_day(experiment),
        _floor(experiment),
        _parameters(experiment),
        _again(experiment),
    )


def _figures(experiment: Experiment) -> Section:
    names = tuple(one.scenario.name for one in experiment.played)
    found = {(one.figure, one.part, one.scenario): one for one in experiment.measured}
    rows = []
    for figure in FIGURES.values():
        for part, words in PARTS.items():
            if part == "mean" or any((figure.name, part, name) in found for name in names):
                cells = [_measured_words(found.get((figure.name, part, name))) for name in names]
                rows.append((_said(figure, words), *cells))
    asked = [one for one in experiment.measured if one.figure == experiment.kpi and one.part == "mean"]
    figure = FIGURES[experiment.kpi]
    return Section(
        anchor="figures",
        title="Figures",
        pieces=(
            Intervals(
                title=_title(figure),
                words=f"The mean in {figure.unit} with its {_percent(experiment)} interval, one row a scenario.",
                x_label=figure.unit,
                marks=tuple(_mark(one.scenario, one) for one in asked),
            ),
            Table(
                caption=f"All figures; in brackets the {_percent(experiment)} interval, or why there is none",
                head=("figure, statistic, unit", *names),
                rows=tuple(rows),
            ),
        ),
    )


def _differences(experiment: Experiment) -> Section:
    figure = FIGURES[experiment.kpi]
    asked = [one for one in experiment.differences if one.figure == experiment.kpi and one.part == "mean"]
    rows = tuple(
        (
            _said(FIGURES[one.figure], PARTS[one.part]),
            _pair(one),
            interval_words(one.estimate, one.low, one.high, one.words),
            _verdict(one),
        )
        for one in experiment.differences
    )
    return Section(
        anchor="differences",
        title="Differences, on the same customers",
        pieces=(
            Note("The same days with the same customers were played in each scenario, and subtracted day by day."),
            Intervals(
                title=f"{_title(figure)}: difference",
                words=f"Paired differences of the mean in {figure.unit}, with their {_percent(experiment)} intervals.",
                x_label=f"difference, {figure.unit}",
                marks=tuple(_mark(_pair(one), one) for one in asked),
                line=0.0,
                line_words="no difference",
            ),
            Table(
                caption=f"Paired differences; in brackets the {_percent(experiment)} interval, or why there is none",
                head=("figure, statistic, unit", "scenarios", "difference", "what may be said"),
                rows=rows,
            ),
        ),
    )


def _floor(experiment: Experiment) -> Section:
    drawn = [(one, one.layout) for one in experiment.played if one.layout is not None and one.days]
    most = max((_most(one, layout) for one, layout in drawn), default=1.0)
    pieces: list[Piece] = []
    for one, layout in drawn[:PLANS_MAX]:
        lanes = {lane: times / one.days for lane, times in one.lanes.items()}
        ways = {desk: times / one.days for desk, times in one.ways.items()}
        pieces.append(
            FloorPlan(
                title=f"Scenario {one.scenario.name}",
                words=f"{layout.store.name}: lanes by how often robots drove them, ways between desks and parts room "
                "by how often they were walked. The wider the line, the more; all plans have one scale.",
                layout=layout,
                lanes=lanes,
                ways=ways,
                most=most,
            )
        )
        pieces.append(_travelled(one))
    if len(drawn) > PLANS_MAX:
        pieces.append(Note(f"The plans of the first {PLANS_MAX} scenarios are shown, of {len(drawn)}."))
    if not drawn:
        pieces.append(Note("No layout was given with these days, so there is no plan to draw."))
    return Section(anchor="floor", title="Where it was driven and walked", pieces=tuple(pieces))


def _most(one: Played, layout: Layout) -> float:
    """A day, of the busiest lane or piece of path; 1 where nothing moved."""
    driven = [stroke.times for stroke in strokes(layout, {lane: float(times) for lane, times in one.lanes.items()})]
    on_foot = walked(layout, {desk: float(times) for desk, times in one.ways.items()}).values()
    return max((*driven, *on_foot), default=0.0) / one.days or 1.0


def _travelled(one: Played) -> Table:
    busiest = sorted(one.lanes.items(), key=lambda row: (-row[1], row[0]))[:BUSIEST]
    rows = [(f"lane {lane}", number(times / one.days)) for lane, times in busiest]
    rows += [
        (f"desk {desk} to the parts room and back, on foot", number(times / one.days))
        for desk, times in one.ways.items()
    ]
    return Table(
        caption=f"Scenario {one.scenario.name}: the {BUSIEST} busiest lanes, and all ways on foot, a day",
        head=("where", "times a day"),
        rows=tuple(rows) or (("nothing was driven or walked", number(0)),),
        numeric=(1,),
        folded=True,
    )


def _parameters(experiment: Experiment) -> Section:
    scenarios = [one.scenario for one in experiment.played]
    names = tuple(scenario.name for scenario in scenarios)
    differing: list[tuple[str, ...]] = []
    others: list[tuple[str, ...]] = []
    for row in ROWS.values():
        values = [scenario.value(row.key) for scenario in scenarios]
        cells = (
            row.key,
            row.words,
            row.unit,
            *(value_words(value, row.unit) for value in values),
            _range(row),
            row.source,
        )
        (differing if any(value != values[0] for value in values) else others).append(cells)
    head = ("parameter", "meaning", "unit", *names, "range", "source")
    first = [Table(caption="Where the scenarios differ", head=head, rows=tuple(differing))] if differing else []
    same = "The same in all scenarios" if len(scenarios) > 1 else "All parameters"
    return Section(
        anchor="parameters",
        title="Parameters",
        pieces=(*first, Table(caption=f"{same} ({len(others)})", head=head, rows=tuple(others), folded=True)),
    )


def _again(experiment: Experiment) -> Section:
    rows = [("seed", str(experiment.seed)), ("program", experiment.release)]
    for one in experiment.played:
        rows.append((f"days of {one.scenario.name}", str(one.days)))
        rows.append((f"hash of {one.scenario.name}", one.scenario.hash()))
    return Section(
        anchor="again",
        title="The same again",
        pieces=(
            Note(
                "The same program, scenarios, seed and days give the same figures, however many processes work on them."
            ),
            Code(experiment.command),
            Table(caption="What went in", head=("what", "value"), rows=tuple(rows)),
        ),
    )


def _measured_words(one: Measured | None) -> str:
    return "not measured" if one is None else interval_words(one.estimate, one.low, one.high, one.words)


def _mark(label: str, one: Measured | Difference) -> Mark:
    return Mark(label=label, estimate=one.estimate, low=one.low, high=one.high)


def _pair(one: Difference) -> str:
    return f"{one.scenario} less {one.against}"


def _verdict(one: Difference) -> str:
    """In words, so that nobody has to read it off a colour."""
    if one.estimate is None or one.low is None or one.high is None:
        return "no claim"
    if one.low <= 0.0 <= one.high:
        return "may be no difference at all"
    better = FIGURES[one.figure].better
    more = one.low > 0.0
    judged = {"": "", "more": ", better" if more else ", worse", "less": ", worse" if more else ", better"}
    return ("more" if more else "less") + judged[better]


def _said(figure: Figure, statistic: str) -> str:
    return f"{figure.words} · {statistic}, {figure.unit}"


def _title(figure: Figure) -> str:
    return figure.words[:1].upper() + figure.words[1:]


def _percent(experiment: Experiment) -> str:
    return f"{100 * experiment.confidence:g} %"


def _range(row: Row) -> str:
    return "held" if row.spread is None else f"{row.spread[0]:g} to {row.spread[1]:g}"

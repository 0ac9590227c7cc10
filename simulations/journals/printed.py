"""Calibrations and replays as people and programs read them: tables, TOML, JSON."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulations.journals.calibration import Calibration, StepFit, Value, Verdict
from simulations.journals.counting import Breakdowns
from simulations.journals.redispatch import Compared, Redispatched
from simulations.journals.retrace import Retraced

NOTHING: Final = "–"


def as_json(result: Struct) -> str:
    """Any result as a JSON document."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2).decode() + "\n"


# ── calibrate ───────────────────────────────────────────────────────────────────────────────────


def as_toml(calibration: Calibration) -> str:
    """What is taken over, as a fragment of a scenario; what is kept stands in comments, with the reason."""
    journals = ", ".join(source.journal for source in calibration.sources)
    lines = [f"# Calibrated from {' '.join(journals.split())}"]
    for section in dict.fromkeys(verdict.key.partition(".")[0] for verdict in calibration.verdicts):
        lines += ["", f"[{section}]"]
        own = (verdict for verdict in calibration.verdicts if verdict.key.startswith(f"{section}."))
        lines += [_toml_line(verdict) for verdict in own]
    lines += ["", "# Not identified by these journals:"]
    lines += [f"# {unknown.what}: {unknown.why}" for unknown in calibration.unknown]
    return "\n".join(lines) + "\n"


def _toml_line(verdict: Verdict) -> str:
    name = verdict.key.partition(".")[2]
    between = f", 95 %: {_number(verdict.low)} to {_number(verdict.high)}" if verdict.low is not None else ""
    if verdict.value is None:
        return f"# {name} = {_toml_value(verdict.assumed)}  # {verdict.words}; n = {verdict.n}{between}"
    words = f"; {verdict.words}" if verdict.words else ""
    assumed = f"assumed was {_toml_value(verdict.assumed)}"
    return f"{name} = {_toml_value(verdict.value)}  # n = {verdict.n}{between}{words}; {assumed}"


def _toml_value(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(f'{each:g}' for each in value)}]"
    return NOTHING if value is None else f"{value:g}"


def calibration_tables(calibration: Calibration) -> RenderableType:
    """For a terminal."""
    days = sum(len(source.days) for source in calibration.sources)
    entries = sum(source.entries for source in calibration.sources)
    counts = f"{len(calibration.sources)} journal(s), {days} day(s), {entries} entries."
    head = Text(f"{counts} Inputs only: no wait, queue or lead time was fitted.")
    return Group(
        head,
        _verdicts(calibration.verdicts),
        _steps(calibration.steps),
        _breakdowns(calibration.breakdowns),
        _words("Left out", (f"{n} × {name}" for name, n in calibration.unclean.items())),
        _words("Not identified", (f"{unknown.what}: {unknown.why}" for unknown in calibration.unknown)),
    )


def _verdicts(verdicts: Sequence[Verdict]) -> Table:
    table = Table("parameter", "assumed", "journal", "95 %", "n", "", title="Parameters")
    for verdict in verdicts:
        between = f"{_number(verdict.low)} – {_number(verdict.high)}" if verdict.low is not None else NOTHING
        table.add_row(verdict.key, _toml_value(verdict.assumed), _toml_value(verdict.value), between, str(verdict.n),
                      verdict.words)  # fmt: skip
    return table


def _steps(steps: Sequence[StepFit]) -> Table:
    table = Table("step", "n (cut)", "mean, min", "p10 / p50 / p90", "family", "p (A–D)", "AIC of the others", "",
                  title="Hands")  # fmt: skip
    for step in steps:
        fit, times = step.fit, step.times
        others = (
            ", ".join(f"{one.family} +{one.aic - fit.candidates[0].aic:.0f}" for one in fit.candidates[1:])
            if fit
            else ""
        )
        table.add_row(
            step.step,
            f"{fit.n} ({fit.cut})" if fit else str(times.n if times else 0),
            _number(times.mean.value) if times else NOTHING,
            f"{times.p10:.1f} / {times.p50:.1f} / {times.p90:.1f}" if times else NOTHING,
            fit.family if fit else NOTHING,
            f"{fit.p:.3f}" if fit and fit.p is not None else NOTHING,
            others,
            step.words,
        )
    return table


def _breakdowns(all_: Sequence[Breakdowns]) -> Table:
    table = Table("machine", "failures", "hours", "MTBF, h", "95 %", "down, min", title="Breakdowns")
    for one in all_:
        between = f"{one.low_h:.1f} – {one.high_h:.1f}" if one.high_h is not None else f"above {one.low_h:.1f}"
        table.add_row(
            one.machine, str(one.failures), f"{one.hours:.1f}", _number(one.mtbf_h), between, _number(one.mttr_min)
        )
    return table


def _words(title: str, lines: Iterable[str]) -> Text:
    told = [f"  {line}" for line in lines] or ["  nothing"]
    return Text("\n".join([f"{title}:", *told]))


# ── replay ──────────────────────────────────────────────────────────────────────────────────────


def retraced_words(retraced: Retraced) -> RenderableType:
    """For a terminal: same or not, and where first not."""
    verdict = "0 differences: the same commands and facts." if retraced.same else f"{retraced.differences} differences."
    head = f"{retraced.journal}: {retraced.entries} entries, {retraced.told} told to the floor. {verdict}"
    return Text("\n".join([head, *(f"  {line}" for line in retraced.first), f"digest {retraced.digest}"]))


def redispatch_tables(result: Redispatched) -> RenderableType:
    """For a terminal: what was recorded, what the twin makes of it, and what the other policy changes."""
    changed = "; ".join(f"{name}: {change}" for name, change in result.policy.items()) or "nothing is different"
    table = Table("", "recorded", "twin, same policy", "off", "twin, other policy", "difference", "least – most", "",
                  title=f"{result.date}: {changed}")  # fmt: skip
    for row in result.numbers:
        table.add_row(*_compared_cells(row))
    drawn = (f"{what}: drawn for {n} of {result.visits}" for what, n in result.drawn.items())
    kept_over = [f"{result.left_out} came for a phone of an earlier day: not played"] if result.left_out else []
    return Group(table, _words("Not in the journal", [*drawn, *kept_over]), _words("Beware", result.remarks))


def _compared_cells(row: Compared) -> tuple[str, ...]:
    spread = f"{_number(row.least)} – {_number(row.most)}" if row.least is not None else NOTHING
    return (
        f"{row.kpi} {row.name}, {row.number}",
        _number(row.recorded),
        _number(row.same),
        f"{row.off:+.1%}" if row.off is not None else NOTHING,
        _number(row.other),
        f"{row.difference:+.3g}" if row.difference is not None else NOTHING,
        spread,
        row.unit,
    )


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.4g}"

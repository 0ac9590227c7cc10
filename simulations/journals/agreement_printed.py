"""An agreement, or the lack of it, for a terminal."""

from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulations.journals.agreement import Agreement, Check
from simulations.journals.side_by_side import Difference

NOTHING: Final = "–"
SHOWN_MAX: Final = 20
"""Differences that are told of one by one."""


def agreement_tables(result: Agreement) -> RenderableType:
    """The sentence, the table, and what differs and why."""
    return Group(Text(_sentence(result)), _checks(result), Text("\n".join(_differences(result))))


def _sentence(result: Agreement) -> str:
    demo, failed = result.demo, [check.what for check in result.checks if not check.holds]
    asked = f"--seed {demo.seed} --hours {demo.hours:g} --customers {demo.customers:g} --speed {demo.speed:g}"
    if result.agrees:
        return f"{result.journal}: this demo and the twin agree ({asked}; {result.visits} customers)."
    words = "; ".join(failed)
    hint = " These are not this demo's draws: check seed, hours, customers and speed." if _others(result) else ""
    return f"{result.journal}: this demo and the twin do not agree ({asked}): {words}.{hint}"


def _others(result: Agreement) -> bool:
    """Other people came than were drawn."""
    return any(check.what == "phones that nobody drew" and not check.holds for check in result.checks)


def _checks(result: Agreement) -> Table:
    table = Table("", "demo", "twin", "difference", "tolerance", "", "", title="Demo and twin")
    for check in result.checks:
        table.add_row(
            check.what, _number(check.live), _number(check.twin), _off(check), f"± {check.tolerance:.3g}",
            check.unit, "" if check.holds else "outside",
        )  # fmt: skip
    return table


def _off(check: Check) -> str:
    return NOTHING if check.off is None else f"{check.off:+.3g}"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.4g}"


def _differences(result: Agreement) -> list[str]:
    facts = result.facts
    same = f"{facts.same} of {facts.threads} threads of facts are the same."
    order = (
        f"Of {facts.pairs} pairs of their facts {facts.turned} stand in the other order, and {facts.close} close calls."
    )
    lines = [f"{same} {order}"]
    if facts.seated_once:
        lines.append(f"  At a desk on one of the days only: customers {', '.join(map(str, facts.seated_once))}.")
    if facts.farthest:
        far = facts.farthest
        lines.append(
            f"  The farthest apart: customer {far.visit}, {far.first} and {far.then}, {far.apart / 1000:.1f} s."
        )
    lines += [_difference(one) for one in facts.differences[:SHOWN_MAX]]
    if len(facts.differences) > SHOWN_MAX:
        lines.append(f"  … and {len(facts.differences) - SHOWN_MAX} more.")
    return lines


def _difference(one: Difference) -> str:
    live, twin = ", ".join(one.live) or "nothing", ", ".join(one.twin) or "nothing"
    return f"  Customer {one.visit}, {one.thread}: only in the demo {live}; only in the twin {twin}: {one.why}."

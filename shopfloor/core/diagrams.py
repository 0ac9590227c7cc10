"""The state tables, drawn: Mermaid text for the README, made from the tables themselves."""

from shopfloor.core.lifecycles import FINAL, TABLES, WAITS, Machine


def mermaid(machine: Machine) -> str:
    """A state diagram of one table: row numbers on the arrows, and beside each state the party that must act.

    A machine without a row of birth (phone, loaner, cabinet) begins where it also comes to rest.
    """
    rows = TABLES[machine]
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for source in row.sources:
            numbers = arrows.setdefault((source, row.target), [])
            if row.row not in numbers:
                numbers.append(row.row)
    states = dict.fromkeys(state for ends in arrows for state in ends if state)
    without_birth = all(source for source, _ in arrows)
    begins = [state for state in FINAL[machine] if without_birth and any(source == state for source, _ in arrows)]
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_title(machine, state)}" as {_name(state)}' for state in states]
    lines += [f"    [*] --> {_name(state)}" for state in begins]
    lines += [f"    {_name(source)} --> {_name(target)}: {', '.join(n)}" for (source, target), n in arrows.items()]
    lines += [f"    {_name(state)} --> [*]" for state in FINAL[machine]]
    return "\n".join(lines) + "\n"


def _name(state: str) -> str:
    """Mermaid takes no brackets in names."""
    return state.replace("(", "_").rstrip(")") or "[*]"


def _title(machine: Machine, state: str) -> str:
    limit = WAITS[machine].get(state)
    return f"{state} · {limit.party}" if limit else state

"""The state tables: whole, reachable, and with a way out by time; and the diagrams drawn from them."""

import re

import pytest

from shopfloor.core.diagrams import mermaid
from shopfloor.core.floor import TIMEOUTS
from shopfloor.core.lifecycles import FINAL, STEPS, TABLES, WAITS, Machine

PARTIES = ("CU", "EN", "PK", "MG", "NT")
BEGINS: dict[Machine, tuple[str, ...]] = {
    "phone": ("CUSTOMER", "COURIER"),
    "loaner": ("IN_STOCK",),
    "cabinet": ("READY",),
}
"""What is there before anything happens to it; all else begins by a row."""

MACHINES = tuple(TABLES)


def states(machine: Machine) -> dict[str, None]:
    return {state: None for row in TABLES[machine] for state in (*row.sources, row.target) if state}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_can_be_reached(machine: Machine) -> None:
    reached = dict.fromkeys(BEGINS.get(machine, ()))
    grown = -1
    while len(reached) > grown:
        grown = len(reached)
        for row in TABLES[machine]:
            if "" in row.sources or any(source in reached for source in row.sources):
                reached[row.target] = None
    assert [state for state in states(machine) if state not in reached] == []


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_that_is_not_final_names_its_party_and_its_limit(machine: Machine) -> None:
    limits = WAITS[machine]
    assert [state for state in states(machine) if state not in FINAL[machine] and state not in limits] == []
    assert [state for state in limits if state in FINAL[machine] or state not in states(machine)] == []
    for state, limit in limits.items():
        assert limit.party in PARTIES, state
        assert limit.ms is None or limit.ms > 0, state


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_that_is_not_final_has_a_way_out_by_time(machine: Machine) -> None:
    """A row that time takes, answered by a room; or a reminder, after which the manager is named (Shop.remind)."""
    for state, limit in WAITS[machine].items():
        if limit.row:
            assert state in STEPS[machine][limit.row], f"{limit.row} does not start from {state}"
            assert (machine, state) in TIMEOUTS, f"no room answers the due of {machine} {state} ({limit.row})"


def test_no_room_answers_a_due_that_cannot_come() -> None:
    assert [(machine, state) for machine, state in TIMEOUTS if state not in WAITS[machine]] == []


@pytest.mark.parametrize("machine", MACHINES)
def test_final_states_are_left_only_by_the_odd_rows(machine: Machine) -> None:
    """q10 (they came after all), y13–y15 (money undone, or stamped), s14 (a mark) and what begins anew."""
    odd = {"q10", "y13", "y14", "y15", "s14"}
    for row in TABLES[machine]:
        for source in row.sources:
            begins_anew = source in BEGINS.get(machine, ())
            assert source not in FINAL[machine] or row.row in odd or begins_anew, row


@pytest.mark.parametrize("machine", MACHINES)
def test_rows_are_unique_and_say_who(machine: Machine) -> None:
    ways = [(row.row, source, row.target, row.by) for row in TABLES[machine] for source in row.sources]
    assert len(ways) == len(dict.fromkeys(ways))
    for row in TABLES[machine]:
        assert re.fullmatch(r"[a-z][0-9]{1,2}\+?", row.row), row
        assert row.by, row
        assert row.sources, row


def test_row_numbers_belong_to_one_table() -> None:
    """A number quoted in a test means one thing."""
    owner: dict[str, Machine] = {}
    for machine, rows in TABLES.items():
        for row in rows:
            assert owner.setdefault(row.row, machine) == machine, row


@pytest.mark.parametrize("machine", MACHINES)
def test_the_diagram_draws_every_row(machine: Machine) -> None:
    drawn = mermaid(machine)
    assert drawn.startswith("stateDiagram-v2\n")
    for row in TABLES[machine]:
        assert re.search(rf": (.*, )?{re.escape(row.row)}(,|$)", drawn, re.MULTILINE), row
    for state in states(machine):
        assert f'"{state}' in drawn
    names = re.findall(r" as (\S+)$", drawn, re.MULTILINE)
    assert len(names) == len(dict.fromkeys(names)) == len(states(machine))


def test_the_diagram_is_plain_mermaid() -> None:
    """No brackets in names, one start, and an end for each final state."""
    drawn = mermaid("ticket").splitlines()
    assert '    state "WAITING · EN" as WAITING' in drawn
    assert "    [*] --> WAITING: q1" in drawn
    assert "    CALLED --> CALLED: q7" in drawn
    assert "    NO_SHOW --> [*]" in drawn
    assert "    REPAIRING --> ON_HOLD_handover: r29" in mermaid("repair").splitlines()
    assert "    [*] --> IN_STOCK" in mermaid("loaner").splitlines()

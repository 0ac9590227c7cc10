"""The table of what can go wrong: nothing of the catalogue is forgotten, and each day draws its own."""

import re
from pathlib import Path

import pytest

from simulations.faults import BY_NAME, KINDS, drawn, only, unknown
from simulations.streams import Streams

TESTS = Path(__file__).parents[1]
IN_THE_STORM = {fault for kind in KINDS for fault in kind.faults}
ELSEWHERE = {
    "F08": "service/test_coordinator.py::"
    "test_f08_an_event_on_which_the_floor_fails_is_quarantined_and_the_rest_goes_on",
    "F09": "fire/test_store_in_service.py::test_f09_a_second_coordinator_is_refused_and_the_first_one_serves_on",
    "F11": "service/test_mqtt.py::test_f11_a_network_thread_that_died_in_a_callback_ends_its_owner_within_seconds",
    "F13": "service/test_coordinator.py::test_another_release_needs_a_checkpoint_first",
    "F14": "service/test_journal_start.py::test_a_newer_format_is_refused_and_the_release_is_named",
    "F22": "service/test_device_driver.py::test_f22_a_retained_command_is_ignored_at_every_reboot",
    "F23": "service/test_device_driver.py::test_f23_presence_has_an_age_since_the_picture_is_told_again",
    "F30": "service/test_mqtt.py::test_f30_a_message_over_the_limit_costs_its_sender_the_connection_and_nobody_else",
    "F55": "fire/test_store_in_service.py::"
    "test_f55_a_full_disk_stops_the_shop_with_a_sentence_and_with_room_it_goes_on_where_it_was",
    "F56": "fire/test_store_in_service.py::"
    "test_f56_a_stranger_who_holds_the_database_for_a_while_only_makes_receipts_late",
    "F57": "service/test_journal_start.py::test_a_flipped_bit_in_the_database_is_noticed_or_harmless",
    "F58": "fire/test_store_in_service.py::"
    "test_f58_a_write_that_fails_half_way_ends_the_process_and_the_next_start_reads_what_is_there",
}
"""Faults of the real process, its broker and its files, and the test that injects each."""
NOT_TRIED = {
    "F27": "a captive portal or a dead DNS",
    "F38": "summer time and leap days: the floor's time is UTC, and the demo's shop has no summer time",
    "F59": "PostgreSQL: journals are kept in SQLite only",
    "F60": "failover: as F59",
    "F61": "a backup of last night: refused by the anchor, and not reconciled",
}


def test_every_fault_of_the_catalogue_is_injected_or_named_as_not_tried() -> None:
    catalogue = {f"F{number:02}" for number in range(1, 64)}
    assert IN_THE_STORM | set(ELSEWHERE) | set(NOT_TRIED) == catalogue
    assert not IN_THE_STORM & set(NOT_TRIED)


@pytest.mark.parametrize("fault", ELSEWHERE)
def test_the_test_that_injects_it_is_there(fault: str) -> None:
    file, _, name = ELSEWHERE[fault].partition("::")
    assert re.search(rf"^def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_a_days_faults_are_drawn_from_its_seed_within_their_bounds() -> None:
    seen: dict[str, int] = {}
    for seed in range(200):
        faults = drawn(Streams(seed))
        assert faults == drawn(Streams(seed))
        for name, strength in faults.strengths.items():
            seen[name] = seen.get(name, 0) + 1
            assert 0 < strength <= max(1.0, BY_NAME[name].most), name
    for kind in KINDS:
        assert abs(seen[kind.name] / 200 - kind.exists) < 0.15, kind.name


def test_taking_kinds_away_leaves_the_others_as_they_were() -> None:
    faults = next(
        faults for seed in range(50) if {"net.loss", "core.killed"} <= set((faults := drawn(Streams(seed))).names)
    )
    fewer = only(faults, ["core.killed"])
    assert fewer.strengths == {"core.killed": faults.strength("core.killed")}
    assert fewer.strength("net.loss") == 0.0
    network = only(faults, ["network"])
    assert network.names
    assert all(name.startswith("net.") for name in network.names)


def test_a_fault_that_is_not_is_named() -> None:
    assert unknown(["net.loss", "coordinator", "net.lost"]) == ["net.lost"]
    with pytest.raises(AssertionError, match=r"net\.lost"):
        drawn(Streams(1)).strength("net.lost")

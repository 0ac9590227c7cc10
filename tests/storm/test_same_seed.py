"""The same seed is the same day: on every run, under any hash seed, for any number of jobs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SEEDS = 2
TICKETS = 2


def digests(folder: Path, name: str, *, jobs: int = 1, hash_seed: str = "random") -> dict[int, str]:
    """Of seeds from 1 on, played in another process: theirs, and under -1 that of all together."""
    file = folder / f"{name}.json"
    command = [sys.executable, "-m", "simulations", "storm", "--first", "1", "--seeds", str(SEEDS)]
    command += ["--tickets", str(TICKETS), "--jobs", str(jobs), "--json", str(file)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run(command, env=environment, capture_output=True, check=False, timeout=100)
    report = json.loads(file.read_text())
    return {-1: report["digest"], **{each["seed"]: each["digest"] for each in report["verdicts"]}}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    return digests(tmp_path_factory.mktemp("storm"), "first", hash_seed="0")


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_the_same_seed_has_the_same_digest_under_another_hash_seed(
    hash_seed: str, first: dict[int, str], tmp_path: Path
) -> None:
    assert digests(tmp_path, "again", hash_seed=hash_seed) == first


def test_the_same_digests_with_two_jobs(first: dict[int, str], tmp_path: Path) -> None:
    assert digests(tmp_path, "two", jobs=2) == first


def test_other_seeds_are_other_days(first: dict[int, str]) -> None:
    assert len(set(first.values())) == SEEDS + 1
    assert all(len(digest) == 64 for digest in first.values()), "no day ended without one"

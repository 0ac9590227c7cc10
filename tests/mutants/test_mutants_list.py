"""The list of mutants is sound: each still fits its file, is a program, and names tests that exist."""

import ast
from collections import Counter
from functools import cache

import pytest

from shopfloor.core.invariants import INVARIANTS
from tests.mutants.catalogue import MUTANTS, by_names
from tests.mutants.mutant import ROOT, Mutant

AT_LEAST = {"money": 15, "stock": 15, "signature": 12, "custody": 8, "queue": 6, "jobs": 6, "fleet": 30, "delivery": 8}


@cache
def names_in(path: str) -> frozenset[str]:
    """Functions and classes of a test file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_still_fits_and_is_a_program(mutant: Mutant) -> None:
    text = mutant.applied_to(ROOT)
    assert text != (ROOT / mutant.file).read_text(encoding="utf-8")
    compile(text, mutant.file, "exec")
    assert mutant.story.endswith(".")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_test_and_invariant_that_is_named_exists(mutant: Mutant) -> None:
    assert mutant.meant
    for node_id in mutant.node_ids:
        path, _, test = node_id.partition("::")
        assert not test or test in names_in(path), node_id
    assert mutant.invariant in ("", *(invariant.id for invariant in INVARIANTS))


def test_no_name_stands_twice() -> None:
    assert [name for name, times in Counter(mutant.name for mutant in MUTANTS).items() if times > 1] == []


def test_every_subject_has_its_share() -> None:
    there = Counter(mutant.subject for mutant in MUTANTS)
    assert {subject: there[subject] >= least for subject, least in AT_LEAST.items()} == dict.fromkeys(AT_LEAST, True)  # type: ignore[index]


def test_a_mutant_that_does_not_fit_any_more_is_named() -> None:
    gone = Mutant(
        name="gone",
        subject="money",
        file="shopfloor/core/prices.py",
        before="this text is nowhere",
        after="",
        story="Nothing.",
        meant=("core/test_prices.py",),
    )
    with pytest.raises(ValueError, match="gone: its text stands 0 times"):
        gone.applied_to(ROOT)


def test_mutants_are_asked_for_by_name_or_subject() -> None:
    assert by_names(["no_dedupe"])[0].name == "no_dedupe"
    assert {mutant.subject for mutant in by_names(["custody"])} == {"custody"}
    assert by_names([]) == MUTANTS
    with pytest.raises(KeyError, match="no mutant and no subject nobody"):
        by_names(["nobody"])

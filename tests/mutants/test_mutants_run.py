"""The runner itself: it tests the mutated copy and nothing else, and a mutant that nobody notices is a survivor."""

from collections.abc import Iterator

import pytest
from msgspec import structs

from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.run import NO_NET, BaselineFailed, Net, baseline, copies, judge, play
from tests.mutants.trees import Ran, Tree
from tests.mutants.verdicts import Verdict, good_enough, of_meant, score
from tests.mutants.witness import Failed, Statement

YUAN = "core/test_prices.py::test_yuan_reads_like_money"
TOTAL = "core/test_prices.py::test_worked_example_screen_and_battery_of_one_phone"


def mutant(**changed: str | tuple[str, ...]) -> Mutant:
    """Amounts are shown with their sign lost."""
    plain = Mutant(
        name="sign_lost",
        subject="money",
        file="shopfloor/core/prices.py",
        before='    sign = "-" if fen < 0 else ""\n',
        after='    sign = ""\n',
        story="Who is owed money is asked for it.",
        meant=(YUAN,),
    )
    return structs.replace(plain, **changed)


@pytest.fixture(scope="module")
def tree() -> Iterator[Tree]:
    with copies(1, [f"tests/{YUAN}", f"tests/{TOTAL}"]) as (copy,):
        yield copy


def test_a_mutant_is_found_by_the_test_that_is_meant_for_it(tree: Tree) -> None:
    verdict = judge(tree, mutant(), NO_NET)
    assert verdict.outcome == "found"
    assert "test_yuan_reads_like_money" in verdict.by
    assert "AssertionError" in verdict.by


def test_a_mutant_that_changes_nothing_survives_and_the_runner_says_so(tree: Tree) -> None:
    verdict = judge(tree, mutant(after='    sign = "-" if fen <= -1 else ""\n'), Net((f"tests/{TOTAL}",)))
    assert (verdict.outcome, verdict.by) == ("survived", "nobody")


def test_found_by_another_test_than_its_own_is_found_elsewhere(tree: Tree) -> None:
    verdict = judge(tree, mutant(meant=(TOTAL,)), Net((f"tests/{YUAN}",)))
    assert verdict.outcome == "elsewhere"
    assert "test_yuan_reads_like_money" in verdict.by


def test_when_an_invariant_is_meant_another_failure_is_no_find(tree: Tree) -> None:
    assert judge(tree, mutant(invariant="I07"), NO_NET).outcome == "elsewhere"


@pytest.mark.parametrize("after", ["    sign = (\n", "    import nowhere\n", "    sign = nobody\n"])
def test_what_is_no_program_any_more_is_invalid(tree: Tree, after: str) -> None:
    assert judge(tree, mutant(after=after), NO_NET).outcome == "invalid"


def test_a_named_test_that_is_not_there_is_invalid(tree: Tree) -> None:
    assert judge(tree, mutant(meant=("core/test_prices.py::test_that_nobody_wrote",)), NO_NET).outcome == "invalid"


def test_afterwards_the_copy_is_as_it_was_and_the_project_was_never_touched(tree: Tree) -> None:
    sound = (ROOT / "shopfloor/core/prices.py").read_text(encoding="utf-8")
    with tree.spoilt(mutant()):
        assert (tree.place / "shopfloor/core/prices.py").read_text(encoding="utf-8") != sound
        assert (ROOT / "shopfloor/core/prices.py").read_text(encoding="utf-8") == sound
    assert (tree.place / "shopfloor/core/prices.py").read_text(encoding="utf-8") == sound
    assert tree.run([f"tests/{YUAN}"]).passed


def test_a_run_on_another_tree_than_the_copy_is_no_run(tree: Tree) -> None:
    elsewhere = Statement(imported_from=str(ROOT / "shopfloor"), tests=1, failed=None)
    with pytest.raises(RuntimeError, match="instead of the copy"):
        tree.believed(elsewhere, passed=True)
    here = Statement(imported_from=str(tree.place / "shopfloor"), tests=0, failed=None)
    assert not tree.believed(here, passed=True).passed


def test_whoever_hangs_is_found_by_the_time_out() -> None:
    hung = Ran(passed=False, failed=Failed(YUAN, "Failed", "Timeout (>30.0s) from pytest-timeout."), timed_out=True)
    told = of_meant(mutant(), hung)
    assert told is not None
    assert told == ("found", f"{YUAN} ended by its time-out")


def test_nothing_is_measured_when_the_sound_tree_fails() -> None:
    with pytest.raises(BaselineFailed, match="sound tree"):
        baseline(Ran(passed=False, failed=Failed(YUAN, "AssertionError", "assert 1 == 2")))


def test_the_verdicts_come_in_the_order_of_the_list_and_are_told_as_they_come() -> None:
    told: list[Verdict] = []
    second = mutant(name="fen_lost", before="fen) % FEN_A_YUAN:02d}", after="fen) % FEN_A_YUAN:d}")
    verdicts = play([mutant(), second], 2, told.append, NO_NET)
    assert [verdict.mutant for verdict in verdicts] == ["sign_lost", "fen_lost"]
    assert sorted(told, key=lambda verdict: verdict.mutant) == sorted(verdicts, key=lambda verdict: verdict.mutant)
    assert (score(verdicts), good_enough(verdicts)) == (1.0, True)


def test_one_invalid_mutant_or_too_many_survivors_are_not_good_enough() -> None:
    found = Verdict("a", "money", "found", "", 1.0)
    assert good_enough([found] * 20)
    assert not good_enough([*[found] * 99, structs.replace(found, outcome="invalid")])
    assert good_enough([*[found] * 19, structs.replace(found, outcome="survived")])
    assert not good_enough([*[found] * 18, *[structs.replace(found, outcome="elsewhere")] * 2])
    assert score([]) == 0.0

"""A failure is made small: fewest customers, fewest kinds of faults, earliest healing, and always the same promise."""

from collections.abc import Callable

from simulations.faults import KINDS
from simulations.storm.bad_day import Verdict
from simulations.storm.campaign import Asked
from simulations.storm.plan import faults_of
from simulations.storm.shrink import PLAYS_MAX, shrunk

WANTED = ("net.repeat", "core.killed")
SEED = next(seed for seed in range(100) if set(WANTED) <= set(faults_of(seed).names))
KINDS_THEN = faults_of(SEED).names


def has(asked: Asked, *kinds: str) -> bool:
    return all(asked.only is None or kind in asked.only for kind in kinds)


def shop(breaks: Callable[[Asked], str]) -> Callable[[Asked, int], Verdict]:
    """A shop of which it is known when it breaks, and what."""

    def judge(asked: Asked, seed: int) -> Verdict:
        broken = breaks(asked)
        return Verdict(seed=seed, tickets=asked.tickets, broken=(broken,) if broken else (), digest="d")

    return judge


def failure(words: str) -> Verdict:
    return Verdict(seed=SEED, tickets=12, broken=(words,), digest="d")


def test_two_customers_and_two_kinds_are_left_of_twelve_and_all() -> None:
    judge = shop(lambda asked: f"I11: done {asked.tickets} times" if has(asked, *WANTED) and asked.tickets >= 2 else "")
    small = shrunk(Asked(), failure("I11: done twice"), judge)
    assert small.asked == Asked(tickets=2, only=tuple(k for k in KINDS_THEN if k in WANTED), healed_min=10)
    assert small.words == "I11: done 2 times"
    kinds = ",".join(kind for kind in KINDS_THEN if kind in WANTED)
    assert small.line == f"python -m simulations storm --seed {SEED} --tickets 2 --only {kinds} --heal-after 10"
    assert small.plays <= PLAYS_MAX


def test_what_breaks_without_any_fault_is_shown_on_a_calm_day() -> None:
    small = shrunk(Asked(), failure("B06: sold twice"), shop(lambda _: "B06: sold twice"))
    assert small.line == f"python -m simulations storm --seed {SEED} --tickets 1 --calm"


def test_another_promise_broken_on_the_way_is_another_story() -> None:
    judge = shop(lambda asked: "I21: stuck" if asked.tickets >= 7 else "I07: money")
    small = shrunk(Asked(only=()), failure("I21: stuck"), judge)
    assert small.promise == "I21"
    assert small.asked.tickets == 7


def test_what_cannot_be_made_smaller_stays_as_it_is() -> None:
    judge = shop(lambda asked: "I21: stuck" if asked == Asked() else "")
    assert shrunk(Asked(), failure("I21: stuck"), judge).line == f"python -m simulations storm --seed {SEED}"


def test_it_ends_after_so_many_plays_and_keeps_what_it_has() -> None:
    judge = shop(lambda asked: "I21: stuck" if has(asked, *WANTED) else "")
    small = shrunk(Asked(), failure("I21: stuck"), judge, plays_max=4)
    assert small.plays == 4
    assert small.asked.tickets == 1


def test_it_ends_when_the_time_is_up() -> None:
    small = shrunk(Asked(), failure("I21: stuck"), shop(lambda _: "I21: stuck"), wall_s=-1.0)
    assert (small.plays, small.asked) == (0, Asked())


def test_of_a_group_the_kinds_are_tried_one_by_one() -> None:
    judge = shop(
        lambda asked: "I21: stuck" if asked.only and ("net.repeat" in asked.only or "network" in asked.only) else ""
    )
    small = shrunk(Asked(only=("network", "broker")), failure("I21: stuck"), judge)
    assert small.asked.only == ("net.repeat",)


def test_the_kinds_of_a_day_are_those_of_the_table() -> None:
    assert [kind.name for kind in KINDS if kind.name in KINDS_THEN] == list(KINDS_THEN)

"""Stories of the link: a good cable, and bad ones that are other links in the same place."""

from collections.abc import Callable
from functools import partial

import pytest
import simpy

from shopfloor.contract.actor import Instant
from simulations.link import DELAY_MS, Link
from simulations.stage import Stage


class Post:
    """A stage, and what has arrived on it."""

    def __init__(self) -> None:
        self.stage = Stage(simpy.Environment())
        self.arrived: list[tuple[str, Instant]] = []

    def deliver(self, letter: str, now: Instant) -> None:
        self.arrived.append((letter, now))


@pytest.fixture
def post() -> Post:
    return Post()


def carry(post: Post, link: Link[str], *letters: str) -> None:
    """One after another, a millisecond apart."""
    for at, letter in enumerate(letters):
        post.stage.after(at, partial(link.carry, letter))
    post.stage.env.run()


def test_everything_arrives_once_in_order_after_the_delay(post: Post):
    carry(post, Link(post.stage, post.deliver), "a", "b", "c")
    assert post.arrived == [("a", DELAY_MS), ("b", DELAY_MS + 1), ("c", DELAY_MS + 2)]


def test_nothing_arrives_before_it_was_sent(post: Post):
    Link(post.stage, post.deliver).carry("a")
    post.stage.env.run(until=DELAY_MS - 1)
    assert post.arrived == []


def test_a_link_without_delay_delivers_in_the_same_millisecond(post: Post):
    carry(post, Link(post.stage, post.deliver, delay_ms=0), "a")
    assert post.arrived == [("a", 0)]


def test_two_letters_of_the_same_millisecond_arrive_in_the_order_of_their_receivers(post: Post):
    first, second = post.stage.next_place(), post.stage.next_place()
    Link(post.stage, post.deliver, place=second).carry("to the second")
    Link(post.stage, post.deliver, place=first).carry("to the first")
    post.stage.env.run()
    assert [letter for letter, _ in post.arrived] == ["to the first", "to the second"]


def test_two_letters_to_one_receiver_keep_their_order(post: Post):
    link = Link(post.stage, post.deliver, place=post.stage.next_place())
    link.carry("a")
    link.carry("b")
    post.stage.env.run()
    assert [letter for letter, _ in post.arrived] == ["a", "b"]


# ── bad cables ──────────────────────────────────────────────────────────────────────────────────


class Losing(Link[str]):
    """Loses these."""

    lost = ("b",)

    def carry(self, message: str) -> None:
        if message not in self.lost:
            super().carry(message)


class Repeating(Link[str]):
    """Says everything again, a little later."""

    def carry(self, message: str) -> None:
        super().carry(message)
        self.stage.after(100, lambda: super(Repeating, self).carry(message))


class Reordering(Link[str]):
    """Is slow with what comes first."""

    slow = ("a",)

    def carry(self, message: str) -> None:
        at = self.stage.now + (10 if message in self.slow else 1) * self.delay_ms
        self.stage.note(at, self.place, partial(self.deliver, message))


class Parted(Link[str]):
    """Cut until this moment; then all comes that was held back."""

    mended_at = 500

    def carry(self, message: str) -> None:
        at = max(self.stage.now, self.mended_at) + self.delay_ms
        self.stage.note(at, self.place, partial(self.deliver, message))


@pytest.mark.parametrize(
    ("kind", "letters"),
    [(Link, "abc"), (Losing, "ac"), (Repeating, "abcabc"), (Reordering, "bca"), (Parted, "abc")],
    ids=["good", "loses", "repeats", "reorders", "is cut for a while"],
)
def test_the_link_decides_when_and_how_often_a_letter_is_delivered(
    post: Post, kind: Callable[[Stage, Callable[[str, Instant], None]], Link[str]], letters: str
):
    carry(post, kind(post.stage, post.deliver), "a", "b", "c")
    assert [letter for letter, _ in post.arrived] == list(letters)


def test_what_a_cut_link_held_back_comes_when_it_is_mended(post: Post):
    carry(post, Parted(post.stage, post.deliver), "a")
    assert post.arrived == [("a", Parted.mended_at + DELAY_MS)]

"""Stories of the stage: who is woken when, and who comes first when several are due in the same millisecond."""

import pytest
import simpy
from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Instant, TimePassed
from simulations.people.attention import Attention, Bell
from simulations.stage import Alarm, Role, Stage

TEN: Instant = 10 * MINUTE


class Knock(Struct, frozen=True):
    """Somebody knocks, and asks to be answered at ``answer_at``."""

    answer_at: Instant | None = None


class Porter:
    """Answers when it was asked to, and tells when it was woken or knocked at."""

    def __init__(self, deadline: Instant | None = None) -> None:
        self.deadline = deadline

    def handle(self, message: Knock | TimePassed, now: Instant) -> list[str]:
        if isinstance(message, Knock):
            self.deadline = message.answer_at
            return [f"knock {now}"]
        self.deadline = None
        return [f"woken {now}"]


class Hall:
    """A stage with porters, and all that they say."""

    def __init__(self) -> None:
        self.env = simpy.Environment()
        self.stage = Stage(self.env)
        self.said: list[str] = []

    def porter(self, name: str, deadline: Instant | None = None) -> Role[Knock]:
        return self.stage.enter(name, Porter(deadline), lambda words: self.hear(name, words))

    def hear(self, name: str, words: list[str]) -> None:
        self.said += [f"{name} {word}" for word in words]


@pytest.fixture
def hall() -> Hall:
    return Hall()


# ── deadlines ───────────────────────────────────────────────────────────────────────────────────


def test_an_actor_is_woken_at_the_deadline_with_which_it_enters(hall: Hall):
    hall.porter("ann", deadline=TEN)
    hall.env.run()
    assert hall.said == [f"ann woken {TEN}"]


def test_an_actor_without_a_deadline_sleeps_until_it_is_spoken_to(hall: Hall):
    hall.porter("ann")
    hall.stage.after(5, lambda: hall.stage.tell("ann", Knock()))
    hall.env.run()
    assert hall.said == ["ann knock 5"]


def test_a_wake_up_that_is_not_wanted_any_more_does_nothing(hall: Hall):
    ann = hall.porter("ann", deadline=TEN)
    hall.stage.after(5, lambda: ann.tell(Knock(answer_at=None)))
    hall.env.run()
    assert hall.said == ["ann knock 5"]
    assert hall.env.now == TEN, "the gong strikes, and nobody heeds it"


def test_a_deadline_that_moves_away_is_kept_once_and_at_the_later_moment(hall: Hall):
    ann = hall.porter("ann", deadline=TEN)
    hall.stage.after(5, lambda: ann.tell(Knock(answer_at=2 * TEN)))
    hall.env.run()
    assert hall.said == ["ann knock 5", f"ann woken {2 * TEN}"]


def test_a_deadline_that_comes_nearer_is_kept_once_and_at_the_earlier_moment(hall: Hall):
    ann = hall.porter("ann", deadline=TEN)
    hall.stage.after(5, lambda: ann.tell(Knock(answer_at=7)))
    hall.env.run()
    assert hall.said == ["ann knock 5", "ann woken 7"]


def test_a_deadline_that_goes_and_comes_back_is_kept_once(hall: Hall):
    ann = hall.porter("ann", deadline=TEN)
    hall.stage.after(5, lambda: ann.tell(Knock(answer_at=7)))
    hall.stage.after(6, lambda: ann.tell(Knock(answer_at=TEN)))
    hall.env.run()
    assert hall.said == ["ann knock 5", "ann knock 6", f"ann woken {TEN}"]


def test_a_deadline_that_is_past_is_kept_now(hall: Hall):
    ann = hall.porter("ann")
    hall.stage.after(TEN, lambda: ann.tell(Knock(answer_at=3)))
    hall.env.run()
    assert hall.said == [f"ann knock {TEN}", f"ann woken {TEN}"]


def test_what_follows_is_told_also_when_it_is_nothing(hall: Hall):
    class Mute:
        deadline: Instant | None = None

        def handle(self, _message: Knock | TimePassed, _now: Instant) -> list[str]:
            return []

    told: list[list[str]] = []
    hall.stage.enter("mute", Mute(), told.append).tell(Knock())
    assert told == [[]]


def test_nobody_enters_twice(hall: Hall):
    hall.porter("ann")
    with pytest.raises(AssertionError, match="ann is on the stage already"):
        hall.porter("ann")


def test_what_is_past_cannot_be_asked_for(hall: Hall):
    with pytest.raises(AssertionError, match="past"):
        hall.stage.after(-1, lambda: None)


# ── ties ────────────────────────────────────────────────────────────────────────────────────────


def test_two_who_are_due_in_the_same_millisecond_act_in_the_order_in_which_they_entered(hall: Hall):
    ann, ben = hall.porter("ann"), hall.porter("ben")
    ben.tell(Knock(answer_at=TEN))
    ann.tell(Knock(answer_at=TEN))
    hall.env.run()
    assert hall.said[2:] == [f"ann woken {TEN}", f"ben woken {TEN}"]


def test_a_millisecond_apart_the_order_of_entry_does_not_matter(hall: Hall):
    hall.porter("ann", deadline=TEN + 1)
    hall.porter("ben", deadline=TEN)
    hall.env.run()
    assert hall.said == [f"ben woken {TEN}", f"ann woken {TEN + 1}"]


def test_what_belongs_to_nobody_comes_before_all_and_what_is_of_one_owner_in_the_order_of_noting(hall: Hall):
    done: list[str] = []
    ann, ben = hall.porter("ann"), hall.porter("ben")
    for words, place in (("ben 1", ben.place), ("ann 1", ann.place), ("ben 2", ben.place), ("nobody", 0)):
        hall.stage.after(TEN, lambda words=words: done.append(words), place)
    hall.env.run()
    assert done == ["nobody", "ann 1", "ben 1", "ben 2"]


def test_the_order_does_not_depend_on_how_often_the_gong_was_overtaken(hall: Hall):
    """Each is noted for an earlier moment than the one before, so that SimPy holds a stale gong for each."""
    done: list[int] = []
    for ms in range(20, 0, -1):
        hall.stage.after(ms, lambda ms=ms: done.append(ms))
    hall.env.run()
    assert done == list(range(1, 21))


def test_processes_of_simpy_go_on_after_the_stage_has_done_all_of_that_millisecond(hall: Hall):
    done: list[str] = []

    def person() -> simpy.events.ProcessGenerator:
        yield hall.env.timeout(TEN)
        done.append("person")

    hall.env.process(person())
    hall.env.run(until=1)
    hall.stage.after(TEN - 1, lambda: hall.stage.after(0, lambda: done.append("stage, by itself")))
    hall.stage.after(TEN - 1, lambda: done.append("stage"))
    hall.env.run()
    assert done == ["stage", "stage, by itself", "person"]


# ── people ──────────────────────────────────────────────────────────────────────────────────────


def sleeper(hall: Hall, name: str, bell: Bell, patience: int) -> None:
    attention = Attention(hall.stage)

    def live() -> simpy.events.ProcessGenerator:
        bell.heed(attention)
        yield attention.until(hall.stage.now + patience)
        bell.forget(attention)
        hall.said.append(f"{name} {hall.stage.now}")

    hall.env.process(live())


def test_a_bell_wakes_all_who_heed_it_in_the_order_of_their_entry(hall: Hall):
    bell = Bell()
    sleeper(hall, "ann", bell, TEN)
    sleeper(hall, "ben", bell, TEN)
    hall.stage.after(5, bell.ring)
    hall.env.run()
    assert hall.said == ["ann 5", "ben 5"]


def test_who_hears_no_bell_wakes_when_their_patience_ends(hall: Hall):
    sleeper(hall, "ann", Bell(), TEN)
    hall.stage.after(5, Bell().ring)
    hall.env.run()
    assert hall.said == [f"ann {TEN}"]


def test_a_bell_that_rings_twice_wakes_once(hall: Hall):
    bell = Bell()
    sleeper(hall, "ann", bell, TEN)
    hall.stage.after(5, lambda: (bell.ring(), bell.ring()))
    hall.stage.after(6, bell.ring)
    hall.env.run()
    assert hall.said == ["ann 5"]


def test_who_is_awake_is_not_disturbed(hall: Hall):
    attention = Attention(hall.stage)
    attention.draw()
    hall.env.run()
    assert hall.env.now == 0


def test_an_alarm_set_for_never_is_silent(hall: Hall):
    rung: list[Instant] = []
    alarm = Alarm(hall.stage, rung.append)
    alarm.set(TEN)
    alarm.set(None)
    hall.env.run()
    assert rung == []

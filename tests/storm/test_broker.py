"""The storm's broker keeps what MQTT promises, and no more: then what the shop promises is proven with as little."""

from collections.abc import Sequence
from functools import partial

import simpy

from shopfloor.mqtt import Arrival, Connected, Disconnected, Publication
from simulations.stage import Stage
from simulations.storm.broker import Broker, Line, matches


class Fair:
    """Weather in which everything arrives, unless somebody says otherwise."""

    def __init__(self) -> None:
        self.lost = False

    def copies(self, _line: Line, _publication: Publication, *, up: bool) -> Sequence[int]:
        return () if self.lost and not up else (10,)

    def between_ms(self, least: int, _most: int) -> int:
        return least


class Hall:
    """A broker, a speaker and those who hear."""

    def __init__(self) -> None:
        self.env = simpy.Environment()
        self.weather = Fair()
        self.broker = Broker(Stage(self.env), self.weather)
        self.heard: dict[str, list[object]] = {}

    def client(self, name: str, *filters: str, will: Publication | None = None, clean: bool = True) -> Line:
        items = self.heard.setdefault(name, [])
        line = self.broker.line(name, [(each, 1) for each in filters], items.append, will=will, clean=clean)
        line.open()
        return line

    def run(self, ms: int = 1_000) -> None:
        self.env.run(until=self.env.now + ms)

    def arrivals(self, name: str) -> list[Arrival]:
        return [item for item in self.heard[name] if isinstance(item, Arrival)]


def said(payload: bytes, **how: object) -> Publication:
    return Publication("shop/queue/event", payload, **how)  # type: ignore[arg-type]


def test_what_is_published_arrives_at_whoever_wants_to_hear_it() -> None:
    hall = Hall()
    speaker = hall.client("q1")
    hall.client("floor", "shop/+/event")
    hall.client("other", "shop/+/state")
    hall.run()
    assert speaker.publish(said(b"one"))
    hall.run()
    assert [each.payload for each in hall.arrivals("floor")] == [b"one"]
    assert hall.arrivals("other") == []


def test_before_it_is_connected_nothing_can_be_said() -> None:
    hall = Hall()
    assert not hall.client("q1").publish(said(b"one"))


def test_a_kept_session_gets_again_what_it_did_not_acknowledge_and_what_came_meanwhile() -> None:
    hall = Hall()
    speaker, floor = hall.client("q1"), hall.client("floor", "shop/+/event", clean=False)
    hall.run()
    for payload in (b"one", b"two"):
        speaker.publish(said(payload))
    hall.run(100)
    floor.ack(hall.arrivals("floor")[0])
    floor.break_()
    speaker.publish(said(b"three"))
    hall.run()
    assert [each.payload for each in hall.arrivals("floor")] == [b"one", b"two", b"two", b"three"]
    assert any(isinstance(item, Disconnected) for item in hall.heard["floor"])


def test_a_clean_session_gets_nothing_of_the_time_it_was_away() -> None:
    hall = Hall()
    speaker, device = hall.client("floor"), hall.client("q1", "shop/+/event")
    hall.run()
    device.break_()
    speaker.publish(said(b"one"))
    hall.run()
    assert hall.arrivals("q1") == []


def test_an_acknowledgement_from_before_a_reconnect_is_worth_nothing() -> None:
    hall = Hall()
    speaker, floor = hall.client("q1"), hall.client("floor", "shop/+/event", clean=False)
    hall.run()
    speaker.publish(said(b"one"))
    hall.run(100)
    before = hall.arrivals("floor")[0]
    floor.break_()
    hall.run()
    floor.ack(before)
    floor.break_()
    hall.run()
    assert [each.payload for each in hall.arrivals("floor")] == [b"one"] * 3


def test_a_retained_message_is_told_to_who_comes_later_and_marked_as_such() -> None:
    hall = Hall()
    speaker = hall.client("q1")
    hall.client("there", "shop/+/event")
    hall.run()
    speaker.publish(said(b"here", retain=True))
    hall.run()
    hall.client("late", "shop/+/event")
    hall.run()
    assert [each.retain for each in hall.arrivals("there")] == [False]
    assert [each.retain for each in hall.arrivals("late")] == [True]


def test_the_last_will_is_spoken_for_who_dies_and_not_for_who_is_back_in_time() -> None:
    hall = Hall()
    hall.client("floor", "shop/+/event")
    device = hall.client("q1", will=said(b"gone"))
    hall.run()
    device.break_(cable=True)
    hall.run(20_000)
    assert hall.arrivals("floor") == [], "it was connected again before the broker had given it up"
    device.drop()
    hall.run()
    assert [each.payload for each in hall.arrivals("floor")] == [b"gone"]


def test_a_broker_that_forgets_has_neither_retained_nor_waiting_messages() -> None:
    hall = Hall()
    speaker, floor = hall.client("q1"), hall.client("floor", "shop/+/event", clean=False)
    hall.run()
    speaker.publish(said(b"here", retain=True))
    hall.run()
    floor.drop()
    speaker.publish(said(b"one"))
    hall.run()
    hall.broker.restart(100, forgets=True)
    hall.run()
    hall.client("floor", "shop/+/event", clean=False)
    hall.run()
    assert [each.payload for each in hall.arrivals("floor")] == [b"here"], "and that was before"


def test_a_broker_that_remembers_has_both() -> None:
    hall = Hall()
    speaker, floor = hall.client("q1"), hall.client("floor", "shop/+/event", clean=False)
    hall.run()
    floor.drop()
    speaker.publish(said(b"one"))
    hall.run()
    hall.broker.restart(100, forgets=False)
    hall.run()
    hall.client("floor", "shop/+/event", clean=False)
    hall.run(10_000)
    assert [each.payload for each in hall.arrivals("floor")] == [b"one"]


def test_while_it_is_down_nobody_is_connected_and_then_all_come_back() -> None:
    hall = Hall()
    device = hall.client("q1")
    hall.run()
    hall.broker.restart(5_000, forgets=False)
    assert not device.connected
    hall.run(4_000)
    assert not device.connected
    hall.run(3_000)
    assert device.connected
    assert sum(isinstance(item, Connected) for item in hall.heard["q1"]) == 2


def test_what_is_lost_on_the_way_down_comes_with_the_next_connection() -> None:
    hall = Hall()
    speaker, floor = hall.client("q1"), hall.client("floor", "shop/+/event", clean=False)
    hall.run()
    hall.weather.lost = True
    speaker.publish(said(b"one"))
    hall.run()
    assert hall.arrivals("floor") == []
    hall.weather.lost = False
    floor.break_()
    hall.run()
    assert [each.payload for each in hall.arrivals("floor")] == [b"one"]


def test_f24_a_second_client_of_one_name_throws_the_first_one_out() -> None:
    hall = Hall()
    first = hall.client("q1")
    hall.run()
    hall.client("q1")
    hall.run()
    assert not first.connected
    assert hall.broker.lines["q1"].connected


def test_filters_are_matched_as_mqtt_has_it() -> None:
    fits = partial(matches, "a/+/c")
    assert fits("a/b/c")
    assert not fits("a/b")
    assert not fits("a/b/c/d")
    assert matches("a/#", "a/b/c")
    assert not matches("a/b", "a/c")

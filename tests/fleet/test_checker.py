"""The checker finds what it is there to find: for each point a real conversation with one thing spoilt in it."""

import json
from collections.abc import Callable
from functools import cache

import pytest
from msgspec import structs

from devices.robot_body import RobotDials
from shopfloor.contract.actor import MINUTE, SECOND
from tests.core.story import LAYOUT
from tests.fleet.checker import Checker
from tests.fleet.rough_day import RoughDay, speaking
from tests.fleet.wire_words import Post
from tests.fleet.wired_stage import RoughWire, WiredStage

Talk = list[tuple[str, Post]]
VERSIONS = ("2.0.0", "2.1.0", "3.0.0")
SAYS, HEARS = "control_says", "control_hears"
TOLD, REACHED = "robot_says", "robot_hears"


@cache
def talk(version: str) -> tuple[tuple[str, Post], ...]:
    """What is said while one robot carries a tote to a desk, is paused, cut off, and cancelled at its panel."""
    layout = speaking(LAYOUT.with_robots(1), (version,))
    day = RoughDay.calm(WiredStage(layout, RoughWire.calm(), {"r1": RobotDials()}))
    stage = day.stage
    stage.deliver("d3")
    stage.run(25 * SECOND)
    day.by_hand("r1", "startPause")
    stage.run(5 * SECOND)
    day.by_hand("r1", "stopPause")
    day.by_hand("r1", "factsheetRequest")
    stage.run(30 * SECOND)
    stage.cut_off("r1")
    stage.run(5 * SECOND)
    stage.connect("r1")
    stage.run(2 * SECOND)
    day.by_hand("r1", "cancelOrder")
    stage.run(3 * MINUTE)
    day.by_hand("r1", "cancelOrder")
    stage.run(SECOND)
    assert not stage.checker.found.faults, stage.checker.found.faults[0]
    return tuple(stage.posts)


def broken(posts: Talk) -> list[str]:
    checker = Checker()
    for tap, post in posts:
        getattr(checker, tap)(post)
    return checker.found.points


def spoilt(posts: Talk, tap: str, level: str, which: Callable[[dict], bool], change: Callable[[dict], object]) -> Talk:
    """The same talk; of the first message that fits, something is changed, on both ends of the wire."""
    changed, old = [], None
    for its_tap, post in posts:
        plain = json.loads(post.payload)
        if old is None and its_tap == tap and post.level == level and which(plain):
            old = post.payload
            change(plain)
            new = json.dumps(plain).encode()
            assert new != old
        changed.append((its_tap, structs.replace(post, payload=new) if post.payload == old else post))
    assert old is not None, "nothing in the talk fits"
    return changed


def put(**fields) -> Callable[[dict], object]:
    return lambda plain: plain.update(fields)


def anything(_plain) -> bool:
    return True


def update(plain) -> bool:
    return plain["orderUpdateId"] > 0


def first_order(plain) -> bool:
    return plain["orderUpdateId"] == 0 and len(plain["nodes"]) > 1


def with_way(plain) -> bool:
    return len(plain["nodeStates"]) > 1


def acting(plain) -> bool:
    return any(each["actionStatus"] == "RUNNING" and "-pick" in each["actionId"] for each in plain["actionStates"])


def paused(plain) -> bool:
    return plain["paused"]


def late(plain) -> bool:
    return plain["headerId"] > 3


def second_update(plain) -> bool:
    return plain["orderUpdateId"] > 1


def cancelled(plain) -> bool:
    states = plain["actionStates"] + plain.get("instantActionStates", [])
    return any((each["actionType"], each["actionStatus"]) == ("cancelOrder", "FINISHED") for each in states)


def failed_cancel(plain) -> bool:
    states = plain["actionStates"] + plain.get("instantActionStates", [])
    return any(each["actionStatus"] == "FAILED" and "panel" in each["actionId"] for each in states)


def after_pick(plain) -> bool:
    return any(each["actionStatus"] == "FINISHED" and "-pick" in each["actionId"] for each in plain["actionStates"])


def doubled_action(plain) -> None:
    plain["actionStates"] = plain["actionStates"] * 2


REFUSAL = {
    "errorType": "orderUpdateError",
    "errorLevel": "WARNING",
    "errorReferences": [{"referenceKey": "orderId", "referenceValue": "O0"}],
}

SPOILT: dict[str, tuple[str, str, Callable[[dict], bool], Callable[[dict], object]]] = {
    # point: whose message, which sort of it, which of them, and what is spoilt in it
    "M3": (SAYS, "order", update, lambda plain: plain.update(headerId=plain["headerId"] + 1)),
    "M4": (SAYS, "order", anything, lambda plain: plain.update(timestamp=plain["timestamp"][:-5] + "Z")),
    "M5": (SAYS, "order", anything, lambda plain: plain.update(version=plain["version"][:-1] + "9")),
    "M6": (SAYS, "order", anything, lambda plain: plain["nodes"][0].update(colour="red")),
    "M7": (SAYS, "order", first_order, lambda plain: plain["edges"].pop()),
    "M8": (SAYS, "order", first_order, lambda plain: plain["nodes"][0].update(released=False)),
    "M9": (SAYS, "order", first_order, lambda plain: plain.update(orderUpdateId=3)),
    "M10": (HEARS, "state", anything, put(operatingMode="MANUAL")),
    "M11": (SAYS, "order", update, lambda plain: plain.update(orderUpdateId=plain["orderUpdateId"] + 1)),
    "M12": (SAYS, "order", update, lambda plain: plain["nodes"][1].update(sequenceId=0)),
    "M24": (HEARS, "state", anything, put(operatingMode="SERVICE")),
    "V2": (TOLD, "connection", anything, put(connectionState="OFFLINE")),
    "V4": (TOLD, "state", late, lambda plain: plain.update(timestamp=plain["timestamp"][:11] + "00:00:00.000Z")),
    "V8": (TOLD, "state", second_update, put(orderUpdateId=0)),
    "V10": (TOLD, "state", with_way, put(orderId="other")),
    "V13": (TOLD, "state", paused, put(errors=[REFUSAL])),
    "V14": (TOLD, "state", with_way, put(lastNodeSequenceId=98)),
    "V15": (TOLD, "state", acting, doubled_action),
    "V16": (TOLD, "state", after_pick, put(actionStates=[])),
    "V17": (TOLD, "state", acting, put(driving=True)),
    "V18": (TOLD, "state", cancelled, put(nodeStates=[{"nodeId": "s1", "sequenceId": 98, "released": True}])),
    "V19": (TOLD, "state", failed_cancel, put(errors=[])),
    "V20": (TOLD, "state", paused, put(driving=True)),
    "V22": (TOLD, "state", with_way, put(operatingMode="MANUAL")),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_faultless_talk_breaks_no_point_and_many_were_looked_at(version):
    checker = Checker()
    for tap, post in talk(version):
        getattr(checker, tap)(post)
    assert checker.found.points == []
    assert {"M11", "M14", "V10", "V14", "V17", "V18", "V19", "V20", "V22"} <= set(checker.found.looked_at)
    assert checker.found.messages > 50


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("point", SPOILT)
def test_each_point_is_found_when_it_is_broken(point, version):
    assert point in broken(spoilt(list(talk(version)), *SPOILT[point]))


def found_after(posts: Talk, at: int, *more: tuple[str, Post]) -> list[str]:
    return broken([*posts[:at], *more, *posts[at:]])


def where(posts: Talk, tap: str, level: str, which: Callable[[dict], bool] = anything) -> int:
    return next(
        at
        for at, (its, post) in enumerate(posts)
        if its == tap and post.level == level and which(json.loads(post.payload))
    )


def resent(post: Post, **changes) -> Post:
    plain = json.loads(post.payload)
    plain["headerId"] += 1
    plain.update(changes)
    return structs.replace(post, payload=json.dumps(plain).encode())


@pytest.mark.parametrize("version", VERSIONS)
class TestWholeMessages:
    """Points that are not one field of one message."""

    @pytest.mark.parametrize(("qos", "retain"), [(1, False), (0, True)])
    def test_m2_an_order_at_another_qos_or_retained(self, version, qos, retain):
        posts = list(talk(version))
        at = where(posts, SAYS, "order")
        posts[at] = (SAYS, structs.replace(posts[at][1], qos=qos, retain=retain))
        assert "M2" in broken(posts)

    def test_v1_v2_v3_connection_and_factsheet_that_are_not_retained(self, version):
        for tap, level, point in (
            ("broker_says", "connection", "V1"),
            (TOLD, "connection", "V2"),
            (TOLD, "factsheet", "V3"),
        ):
            posts = list(talk(version))
            at = where(posts, tap, level)
            posts[at] = (tap, structs.replace(posts[at][1], retain=False))
            assert point in broken(posts)

    def test_v3_a_factsheet_that_does_not_come_when_asked_for(self, version):
        posts = list(talk(version))
        at = [at for at, (tap, post) in enumerate(posts) if (tap, post.level) == (TOLD, "factsheet")][1]
        assert "V3" in broken([*posts[:at], *posts[at + 1 :]])

    def test_m13_the_same_ids_with_another_content(self, version):
        posts = list(talk(version))
        at = where(posts, SAYS, "order", first_order)
        order = json.loads(posts[at][1].payload)
        order["nodes"][1]["nodePosition"]["x"] += 1
        assert "M13" in found_after(posts, at + 1, (SAYS, resent(posts[at][1], nodes=order["nodes"])))

    def test_m14_an_update_before_the_last_one_is_echoed(self, version):
        posts = list(talk(version))
        at = where(posts, SAYS, "order", update)
        key = json.loads(posts[at][1].payload)
        before = key["orderId"], key["orderUpdateId"] - 1
        deaf = [(tap, post) for tap, post in posts if (tap, post.level) != (HEARS, "state") or _ids(post) != before]
        assert "M14" in broken(deaf)

    def test_m16_an_update_or_an_order_after_a_cancel(self, version):
        posts = list(talk(version))
        at = where(posts, SAYS, "order", update)
        for point, which in (("M16", update), ("M16", first_order)):
            later = where(posts, SAYS, "order", which)
            assert point in found_after(posts, min(at, later), (SAYS, _cancel(posts, "I900")))

    def test_m16_a_cancel_that_is_never_answered_is_given_up_after_some_repeats(self, version):
        posts = list(talk(version))
        at = where(posts, SAYS, "order", first_order)
        order = _put(posts[at][1], orderId="O900")
        for sendings, points in ((3, True), (4, False)):
            asked = [(SAYS, _cancel(posts, "I900"))] * sendings
            assert ("M16" in found_after(posts, at, *asked, (SAYS, order))) is points

    def test_m17_a_cancel_without_end(self, version):
        posts = list(talk(version))
        assert "M17" in broken([*posts, *[(SAYS, _cancel(posts, "I900"))] * 11])

    def test_m18_what_its_factsheet_does_not_list(self, version):
        posts = list(talk(version))
        assert "M18" in broken([*posts, (SAYS, _cancel(posts, "I900", actionType="dance"))])

    def test_m19_a_node_that_another_robot_has(self, version):
        posts = list(talk(version))
        at = where(posts, SAYS, "order", first_order)
        other = structs.replace(posts[at][1], topic=posts[at][1].topic.replace("carrier-1", "carrier-2"))
        assert "M19" in found_after(posts, at + 1, (SAYS, other))

    def test_m22_an_order_to_a_robot_that_is_gone(self, version):
        posts = list(talk(version))
        will = posts[where(posts, "broker_says", "connection")][1]
        at = where(posts, SAYS, "order")
        will = structs.replace(will, at=posts[at][1].at)
        assert "M22" in found_after(posts, at, (HEARS, will))

    def test_m25_an_action_id_for_something_else_and_an_instant_action_that_blocks(self, version):
        posts = list(talk(version))
        twice = (SAYS, _cancel(posts, "I900")), (SAYS, _cancel(posts, "I900", actionType="startPause"))
        assert "M25" in broken([*posts, *twice])
        if version != "3.0.0":  # there the schema says so
            assert "M25" in broken([*posts, (SAYS, _cancel(posts, "I901", blockingType="HARD"))])

    def test_v5_the_first_node_among_those_to_be_driven_to(self, version):
        def with_first(plain):
            plain["nodeStates"].insert(0, {**plain["nodeStates"][0], "sequenceId": 0})

        assert "V5" in broken(spoilt(list(talk(version)), TOLD, "state", with_way, with_first))

    def test_v6_v7_v8_v9_orders_that_come_again_changed_late_or_too_early(self, version):
        posts = list(talk(version))
        at = where(posts, REACHED, "order", update)
        order, told = posts[at][1], where(posts[at:], TOLD, "state") + at
        plain = json.loads(order.payload)
        cases = {
            "V7": {"nodes": [plain["nodes"][0]], "edges": []},
            "V8": {"orderUpdateId": 0, "nodes": [plain["nodes"][0]], "edges": []},
            "V9": {"orderId": "other", "orderUpdateId": 0},
        }
        for point, changes in cases.items():
            assert point in found_after(posts, told + 1, (REACHED, resent(order, **changes))), point
        blame = [{"referenceKey": "orderId", "referenceValue": plain["orderId"]}]
        blame.append({"referenceKey": "orderUpdateId", "referenceValue": str(plain["orderUpdateId"])})
        error = {"errorType": "SAME_ORDER_UPDATE_ID", "errorLevel": "WARNING", "errorReferences": blame}
        again = [*posts[: told + 1], (REACHED, order), *posts[told + 1 :]]
        assert "V6" not in broken(again)
        later = where(again[told + 1 :], TOLD, "state") + told + 1
        again[later] = (TOLD, _put(again[later][1], errors=[error]))
        assert "V6" in broken(again)


def test_m26_in_3_0_a_list_that_nobody_clears():
    posts = list(talk("3.0.0"))
    at = where(posts, HEARS, "state")
    many = [{"actionId": f"I{n}", "actionType": "stateRequest", "actionStatus": "FINISHED"} for n in range(40)]
    posts[at] = (HEARS, _put(posts[at][1], instantActionStates=many))
    assert "M26" in broken(posts)


@pytest.mark.parametrize(("apart_m", "points"), [(0.79, ["distance"]), (0.81, [])])
def test_robots_that_come_too_near_are_found(apart_m, points):
    checker = Checker()
    checker.sees({"r1": (0.0, 0.0), "r2": (apart_m, 0.0), "r3": (9.0, 9.0)}, 0)
    assert checker.found.points == points
    assert checker.closest_m == pytest.approx(apart_m)


def test_a_fault_says_its_point_robot_time_and_message():
    posts = spoilt(list(talk("2.1.0")), *SPOILT["M7"])
    checker = Checker()
    for tap, post in posts:
        getattr(checker, tap)(post)
    text = str(checker.found.faults[0])
    assert text.startswith("M7 demo/carrier-1 at ")
    assert '"orderId"' in text


def _ids(post: Post):
    plain = json.loads(post.payload)
    return plain["orderId"], plain["orderUpdateId"]


def _put(post: Post, **fields) -> Post:
    return structs.replace(post, payload=json.dumps({**json.loads(post.payload), **fields}).encode())


def _cancel(posts: Talk, action_id: str, **changes) -> Post:
    """A cancelOrder by fleet control."""
    post = next(post for tap, post in posts if tap == REACHED and post.level == "instantActions")
    action = {"actionType": "cancelOrder", "actionId": action_id, "blockingType": "NONE", **changes}
    return _put(post, actions=[action])

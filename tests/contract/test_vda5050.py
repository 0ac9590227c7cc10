"""VDA 5050 2.1 on paper: what we write is what the schemas ask for; bad handwriting is read or refused."""

import contextlib
import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from shopfloor.contract import vda5050 as vda
from shopfloor.contract.vda5050_codec import PAYLOAD_BYTES_MAX, timestamp_instant, timestamp_text
from shopfloor.contract.vda5050_rules import order_faults
from shopfloor.contract.vda5050_wire import codec_for
from tests.data.vda5050 import schemas

v2 = codec_for("2.1.0")
SEVEN = vda.Identity("dobby", "r7")
NOON = 1_767_268_800_123


def header(number: int = 1, now: int = NOON) -> vda.Header:
    return vda.Header(number, now, "2.1.0", SEVEN.manufacturer, SEVEN.serial_number)


def an_order(stops: int = 3, released: int = 2) -> vda.Order:
    """Cabinet to desk over ``stops`` nodes a metre apart, with a pick at the last."""
    pick = vda.Action("pick", "R-1.pick", vda.BlockingType.HARD, (vda.ActionParameter("tote", "T1"),))
    nodes = tuple(
        vda.Node(
            f"n{at}",
            2 * at,
            at < released,
            (pick,) if at == stops - 1 else (),
            vda.NodePosition(float(at), 0.0, "shop", 0.0, vda.AllowedDeviation(0.3, 0.2, 0.0), 3.14),
        )
        for at in range(stops)
    )
    edges = tuple(
        vda.Edge(f"n{at}-n{at + 1}", 2 * at + 1, at + 1 < released, maximum_speed=0.8) for at in range(stops - 1)
    )
    return vda.Order(header(), "J88-1", 0, nodes, edges)


def a_state(**changes: object) -> vda.State:
    plain = vda.State(
        header=header(),
        order_id="J88-1",
        order_update_id=0,
        last_node_id="n0",
        last_node_sequence_id=0,
        driving=True,
        operating_mode=vda.OperatingMode.AUTOMATIC,
        power_supply=vda.PowerSupply(87.5, charging=False, range=900.0),
        safety_state=vda.SafetyState(vda.EmergencyStop.NONE, field_violation=False),
        node_states=(vda.NodeState("n1", 2, released=True),),
        edge_states=(vda.EdgeState("n0-n1", 1, released=True),),
        action_states=(vda.ActionState("R-1.pick", vda.ActionStatus.WAITING, "pick"),),
        instant_action_states=(vda.ActionState("I-1", vda.ActionStatus.RUNNING, "startPause"),),
        paused=False,
        mobile_robot_position=vda.MobileRobotPosition(0.5, 0.0, 0.0, "shop", localized=True),
    )
    return structs.replace(plain, **changes)


def a_factsheet() -> vda.Factsheet:
    kind = vda.TypeSpecification("tug", "DIFFERENTIAL", "CARRIER", 20.0, ("NATURAL",), ("FREELY_NAVIGATING",))
    limits = vda.ProtocolLimits(
        vda.StringLengths(maximum_id_length=40), {"order.nodes": 30}, vda.Timing(0.0, 0.2, 30.0)
    )
    pick = vda.MobileRobotAction(
        "pick", ("NODE",), blocking_types=(vda.BlockingType.HARD,), pause_allowed=False, cancel_allowed=False
    )
    return vda.Factsheet(
        header(),
        kind,
        vda.PhysicalParameters(0.0, 1.2, 0.5, 0.5, 0.3, 0.4, 0.5, 0.7),
        limits,
        vda.ProtocolFeatures((), (pick,)),
        vda.LoadSpecification(("tote-1",), (vda.LoadSet("tote", "TOTE", ("tote-1",), 5.0),)),
    )


def messages() -> list[vda.VdaMessage]:
    actions = (vda.Action("cancelOrder", "I-1", vda.BlockingType.NONE),)
    online = vda.ConnectionState.ONLINE
    return [
        an_order(),
        vda.InstantActions(header(), actions),
        a_state(),
        vda.Connection(header(), online),
        a_factsheet(),
    ]


def wire(message: vda.VdaMessage) -> dict[str, object]:
    return json.loads(v2.encode(message).payload)


def read(level: vda.Level, plain: object, **hints: object) -> vda.VdaMessage:
    return v2.decode(v2.topic(SEVEN, level), msgspec.json.encode(plain), **hints)


# Writing


@pytest.mark.parametrize("message", messages(), ids=lambda message: type(message).__name__)
def test_m6_every_kind_of_message_is_valid_and_has_no_key_of_its_own(message):
    post = v2.encode(message)
    level = vda.LEVELS[type(message)]
    assert not schemas.faults("2.1.0", level, json.loads(post.payload))
    assert post.topic == f"uagv/v2/dobby/r7/{level}"


@pytest.mark.parametrize("message", messages(), ids=lambda message: type(message).__name__)
def test_what_was_written_reads_back_the_same(message):
    post = v2.encode(message)
    again = v2.decode(post.topic, post.payload, {"I-1"})
    assert v2.encode(again).payload == post.payload


@pytest.mark.parametrize("message", messages(), ids=lambda message: type(message).__name__)
def test_the_structs_can_be_journaled_as_they_are(message):
    assert msgspec.json.decode(msgspec.json.encode(message), type=type(message)) == message


def test_m2_orders_are_not_retained_and_the_connection_is():
    order, actions, state, connection, factsheet = (v2.encode(message) for message in messages())
    assert [(post.qos, post.retain) for post in (order, actions, state)] == [(0, False)] * 3
    assert (connection.qos, connection.retain) == (1, True)
    assert (factsheet.qos, factsheet.retain) == (0, True)


def test_s9_required_lists_are_written_when_empty():
    order = structs.replace(an_order(stops=1, released=1), edges=())
    bare = structs.replace(order, nodes=(structs.replace(order.nodes[0], actions=()),))
    assert wire(bare)["edges"] == []
    assert wire(bare)["nodes"][0]["actions"] == []
    idle = wire(a_state(node_states=(), edge_states=(), action_states=(), instant_action_states=()))
    assert [idle[key] for key in ("nodeStates", "edgeStates", "actionStates", "errors")] == [[], [], [], []]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_s8_a_number_that_is_none_is_refused_and_not_written_as_null(bad):
    with pytest.raises(vda.MalformedVda, match="not finite"):
        v2.encode(a_state(distance_since_last_node=bad))
    assert wire(a_state(distance_since_last_node=1.5))["distanceSinceLastNode"] == 1.5


def test_m4_timestamps_are_utc_with_milliseconds_and_z():
    assert wire(an_order())["timestamp"] == "2026-01-01T12:00:00.123Z"
    assert timestamp_text(0) == "1970-01-01T00:00:00.000Z"


@given(st.integers(min_value=-(10**13), max_value=10**14))
def test_m4_a_timestamp_comes_back_to_the_millisecond(instant):
    assert timestamp_instant(timestamp_text(instant)) == instant


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T12:00:00.12Z",
        "2026-01-01T13:00:00.12+01:00",
        "2026-01-01T12:00:00.120000",
        "20260101T120000.120Z",
    ],
)
def test_any_iso_8601_is_read(text):
    assert timestamp_instant(text) == NOON - 3


def test_m5_the_version_travels_letter_for_letter():
    odd = structs.replace(an_order(), header=structs.replace(header(), version="2.1"))
    assert wire(odd)["version"] == "2.1"
    assert read(vda.Level.ORDER, wire(odd)).header.version == "2.1"


# What 2.1 says otherwise


def test_single_becomes_hard_and_the_other_blocking_types_stay():
    def on_wire(blocking):
        return wire(vda.InstantActions(header(), (vda.Action("beep", "a", blocking),)))["actions"][0]["blockingType"]

    words = [vda.BlockingType.NONE, vda.BlockingType.SOFT, vda.BlockingType.SINGLE, vda.BlockingType.HARD]
    assert [on_wire(word) for word in words] == ["NONE", "SOFT", "HARD", "HARD"]


def test_an_ellipse_becomes_the_circle_inside_it():
    assert wire(an_order())["nodes"][0]["nodePosition"]["allowedDeviationXY"] == 0.2
    back = read(vda.Level.ORDER, wire(an_order())).nodes[0].node_position
    assert back.allowed_deviation_xy == vda.AllowedDeviation(0.2, 0.2, 0.0)


def test_edges_name_their_ends_as_the_numbering_says():
    ends = [(edge["startNodeId"], edge["endNodeId"]) for edge in wire(an_order())["edges"]]
    assert ends == [("n0", "n1"), ("n1", "n2")]


def test_an_edge_between_no_two_nodes_cannot_be_written():
    order = an_order()
    adrift = structs.replace(order.edges[0], sequence_id=99)
    with pytest.raises(vda.MalformedVda, match="does not lie between"):
        v2.encode(structs.replace(order, edges=(adrift, *order.edges[1:])))


def test_autoack_is_read_as_a_stop_and_none_is_not():
    def stopped(word):
        plain = {**wire(a_state()), "safetyState": {"eStop": word, "fieldViolation": False}}
        return read(vda.Level.STATE, plain).safety_state.stopped

    assert [stopped(word) for word in ("AUTOACK", "MANUAL", "REMOTE", "NEWSTOP", "NONE")] == [True] * 4 + [False]


def test_m26_instant_actions_are_told_apart_by_the_ids_we_remember():
    mixed = wire(a_state())
    assert [each["actionId"] for each in mixed["actionStates"]] == ["R-1.pick", "I-1"]
    state = read(vda.Level.STATE, mixed, instant_actions={"I-1"})
    assert [each.action_id for each in state.instant_action_states] == ["I-1"]
    assert [each.action_id for each in state.action_states] == ["R-1.pick"]


def test_m26_without_our_memory_they_all_count_for_the_order():
    state = read(vda.Level.STATE, wire(a_state()))
    assert [each.action_id for each in state.action_states] == ["R-1.pick", "I-1"]
    assert state.action("I-1").action_status is vda.ActionStatus.RUNNING
    assert state.action("I-2") is None


@pytest.mark.parametrize(
    ("word", "references", "meaning"),
    [
        ("validationError", {}, vda.ErrorType.VALIDATION_FAILURE),
        ("orderUpdateError", {"orderId": "o"}, vda.ErrorType.OTHER_ORDER_ACTIVE),
        ("orderUpdateError", {"orderId": "o", "orderUpdateId": "1"}, vda.ErrorType.OUTDATED_ORDER_UPDATE),
        ("orderError", {"orderId": "o", "actionId": "a"}, vda.ErrorType.INVALID_ORDER_ACTION),
        ("orderError", {"actionId": "a"}, vda.ErrorType.INVALID_INSTANT_ACTION),
        ("noRouteError", {"orderId": "o"}, vda.ErrorType.START_NODE_OUT_OF_RANGE),
        ("noOrderToCancel", {"actionId": "a"}, vda.ErrorType.NO_ORDER_TO_CANCEL),
        ("motorTooHot", {}, "motorTooHot"),
    ],
)
def test_r6_the_fewer_error_types_of_2_1_are_told_apart_by_what_they_refer_to(word, references, meaning):
    entry = {"errorType": word, "errorLevel": "WARNING"}
    if references:
        entry["errorReferences"] = [{"referenceKey": key, "referenceValue": references[key]} for key in references]
    state = read(vda.Level.STATE, {**wire(a_state()), "errors": [entry]})
    assert state.errors[0].error_type == meaning
    assert wire(state)["errors"] == [entry], "and go out again as they came"


@pytest.mark.parametrize(
    "message",
    [
        vda.Connection(header(), vda.ConnectionState.HIBERNATING),
        a_state(operating_mode=vda.OperatingMode.STARTUP),
        a_state(action_states=(vda.ActionState("a", vda.ActionStatus.RETRIABLE),)),
        a_state(operating_mode=vda.OperatingMode.UNKNOWN),
    ],
)
def test_what_2_1_has_no_word_for_is_refused(message):
    with pytest.raises(vda.MalformedVda, match=r"2\.1 has no"):
        v2.encode(message)


def test_the_four_error_levels_become_two():
    levels = [vda.ErrorLevel.WARNING, vda.ErrorLevel.URGENT, vda.ErrorLevel.CRITICAL, vda.ErrorLevel.FATAL]
    plain = wire(a_state(errors=tuple(vda.Error("motorTooHot", level) for level in levels)))
    assert [each["errorLevel"] for each in plain["errors"]] == ["WARNING", "WARNING", "FATAL", "FATAL"]


def test_setting_the_position_has_another_name_in_2_1():
    setting = vda.Action("initializePosition", "a", vda.BlockingType.NONE)
    plain = wire(vda.InstantActions(header(), (setting,)))
    assert plain["actions"][0]["actionType"] == "initPosition"
    assert read(vda.Level.INSTANT_ACTIONS, plain).actions[0].action_type == "initializePosition"


def test_idle_is_no_way_left_and_no_action_open():
    done = (vda.ActionState("a", vda.ActionStatus.FINISHED), vda.ActionState("b", vda.ActionStatus.FAILED))
    assert a_state(node_states=(), edge_states=(), action_states=done).idle
    running = (*done, vda.ActionState("c", vda.ActionStatus.RUNNING))
    assert not a_state(node_states=(), edge_states=(), action_states=running).idle
    assert not a_state(edge_states=(), action_states=done).idle


# Reading


def test_m27_unknown_fields_nulls_and_words_are_passed_over():
    plain = {
        **wire(a_state()),
        "zebra": {"powerSupply": [1]},
        "maps": None,
        "loads": None,
        "errors": None,
        "operatingMode": "DANCING",
    }
    state = read(vda.Level.STATE, plain)
    assert state.operating_mode is vda.OperatingMode.UNKNOWN
    assert state.last_node_id == "n0"


def test_the_value_of_a_parameter_is_never_translated():
    value = {"batteryState": {"eStop": "CONNECTIONBROKEN"}, "timing": ["minOrderInterval"]}
    action = vda.Action("beep", "a", vda.BlockingType.NONE, (vda.ActionParameter("how", value),))
    message = vda.InstantActions(header(), (action,))
    assert wire(message)["actions"][0]["actionParameters"][0]["value"] == value
    assert read(vda.Level.INSTANT_ACTIONS, wire(message)).actions[0].parameter("how") == value
    assert action.parameter("where") is None


def test_r8_a_factsheet_may_be_a_bare_header():
    bare = {"version": "2.1.0", "manufacturer": "dobby", "serialNumber": "r7"}
    sheet = read(vda.Level.FACTSHEET, bare)
    assert (sheet.header.header_id, sheet.header.timestamp, sheet.protocol_features) == (0, 0, None)


def test_only_a_factsheet_may_come_without_number_and_time():
    plain = wire(a_state())
    del plain["timestamp"]
    with pytest.raises(vda.MalformedVda):
        read(vda.Level.STATE, plain)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"headerId": 1}',
        b'{"a":' + b"[" * 50_000,
        b'{"distanceSinceLastNode": 1e999}',
        json.dumps({**wire(a_state()), "headerId": "one"}).encode(),
        json.dumps({**wire(a_state()), "errors": 7}).encode(),
        json.dumps({**wire(a_state()), "timestamp": "yesterday"}).encode(),
        json.dumps({**wire(a_state()), "distanceSinceLastNode": math.nan}).encode(),
        json.dumps({**wire(a_state()), "zebra": "z" * PAYLOAD_BYTES_MAX}).encode(),
    ],
    ids=range(13),
)
def test_garbage_is_refused_with_a_sentence(payload):
    with pytest.raises(vda.MalformedVda) as refusal:
        v2.decode(v2.topic(SEVEN, vda.Level.STATE), payload)
    assert len(str(refusal.value)) > 10


@given(st.sampled_from(list(vda.Level)), st.binary(max_size=200) | st.text(max_size=99).map(str.encode))
def test_no_payload_raises_anything_else(level, payload):
    with pytest.raises(vda.MalformedVda):
        v2.decode(v2.topic(SEVEN, level), payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_one_field_turned_to_anything_is_read_or_refused(data):
    message = data.draw(st.sampled_from(messages()))
    plain = wire(message)
    plain[data.draw(st.sampled_from(sorted(plain)))] = data.draw(json_values)
    with contextlib.suppress(vda.MalformedVda):
        assert type(read(vda.LEVELS[type(message)], plain)) is type(message)


def test_a_robot_cannot_speak_for_another():
    post = v2.encode(vda.Connection(header(), vda.ConnectionState.OFFLINE))
    with pytest.raises(vda.MalformedVda, match="on the topic of"):
        v2.decode(post.topic.replace("r7", "r8"), post.payload)


# Topics


@pytest.mark.parametrize("level", list(vda.Level))
def test_a_topic_says_who_and_what(level):
    assert v2.parse_topic(v2.topic(SEVEN, level)) == (SEVEN, level)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "uagv/v2/dobby/r7",
        "uagv/v3/dobby/r7/state",
        "uagv/v2/dobby/r7/gossip",
        "uagv/v2//r7/state",
        "uagv/v2/a/b/c/d",
    ],
)
def test_other_topics_are_none_of_ours(text):
    with pytest.raises(vda.MalformedVda):
        v2.parse_topic(text)


@pytest.mark.parametrize("serial", ["", "r/7", "r+", "#", "$r"])
def test_a_name_that_would_break_a_topic_is_refused(serial):
    with pytest.raises(vda.MalformedVda, match="level of a topic"):
        v2.topic(vda.Identity("dobby", serial), vda.Level.STATE)


# The rules between fields


@given(st.integers(1, 8).flatmap(lambda stops: st.tuples(st.just(stops), st.integers(1, stops))))
def test_m7_m8_a_well_formed_order_has_no_fault(shape):
    assert order_faults(an_order(*shape)) == []


def _with_node(at, **changes):
    order = an_order()
    nodes = list(order.nodes)
    nodes[at] = structs.replace(nodes[at], **changes)
    return structs.replace(order, nodes=tuple(nodes))


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        (structs.replace(an_order(), nodes=(), edges=()), "no node"),
        (structs.replace(an_order(), edges=an_order().edges[:1]), "3 nodes need 2 edges"),
        (structs.replace(an_order(), order_update_id=-1), "negative"),
        (_with_node(0, sequence_id=1), "even"),
        (_with_node(1, sequence_id=4), "gap"),
        (structs.replace(an_order(), edges=an_order().edges[::-1]), "between"),
        (_with_node(0, released=False), "first node is not released"),
        (_with_node(2, released=True), "exactly with the node"),
        (_with_node(1, released=False), "exactly with the node"),
        (
            structs.replace(_with_node(1, released=False), nodes=_with_node(1, released=False).nodes[::-1]),
            "prefix",
        ),
        (_with_node(1, node_id="über"), "is no id"),
        (structs.replace(an_order(), order_id=""), "is no id"),
        (_with_node(1, actions=an_order().nodes[2].actions), "same actionId"),
        (_with_node(1, node_position=vda.NodePosition(math.nan, 0.0, "shop")), "not finite"),
    ],
)
def test_m7_m8_each_broken_rule_is_named(order, fault):
    assert any(fault in each for each in order_faults(order)), order_faults(order)

"""A mixed fleet on paper: the same words in 2.0, 2.1 and 3.0, held against the official schemas of each."""

import json
import math

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from shopfloor.contract import vda5050 as vda
from shopfloor.contract import vda5050_wire as wire
from shopfloor.contract.vda5050_codec import DEPTH_MAX
from tests.contract import vda_messages
from tests.data.vda5050 import schemas

SEVEN = vda.Identity("dobby", "r7")
NOON = 1_767_268_800_123

some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
every_version = pytest.mark.parametrize("version", vda_messages.VERSIONS)
every_kind = pytest.mark.parametrize("kind", vda_messages.KINDS, ids=lambda kind: kind.__name__)


def header(version: str) -> vda.Header:
    return vda.Header(1, NOON, version, SEVEN.manufacturer, SEVEN.serial_number)


def plainly(message: vda.VdaMessage, dialect: vda.Dialect = vda.AS_PUBLISHED) -> dict[str, object]:
    return json.loads(wire.encode(message, dialect).payload)


def an_order(version: str, *actions: vda.Action, **position: object) -> vda.Order:
    """Stand where you are, within an ellipse, and do this."""
    spot = vda.NodePosition(1.0, 2.0, "shop", 0.0, vda.AllowedDeviation(0.3, 0.2, 0.5))
    node = vda.Node("n0", 0, True, actions, structs.replace(spot, **position))
    return vda.Order(header(version), "O1", 0, (node,))


def a_state(version: str, **changes: object) -> vda.State:
    plain = vda.State(
        header=header(version),
        order_id="O1",
        order_update_id=0,
        last_node_id="n0",
        last_node_sequence_id=0,
        driving=False,
        operating_mode=vda.OperatingMode.AUTOMATIC,
        power_supply=vda.PowerSupply(87.5, charging=False),
        safety_state=vda.SafetyState(vda.EmergencyStop.NONE, field_violation=False),
    )
    return structs.replace(plain, **changes)


def a_factsheet(version: str, *actions: vda.MobileRobotAction, **limits: int) -> vda.Factsheet:
    return vda.Factsheet(
        header(version),
        vda.TypeSpecification("tug", "DIFFERENTIAL", "CARRIER", 20.0),
        vda.PhysicalParameters(0.0, 1.2, 0.5, 0.5, 0.3, 0.4, 0.5, 0.7),
        vda.ProtocolLimits(vda.StringLengths(), dict(limits), vda.Timing(0.0, 0.2)),
        vda.ProtocolFeatures((), actions),
        vda.LoadSpecification(("tote-1",)),
    )


def an_instant(version: str, action_type: str = "stateRequest", blocking=vda.BlockingType.NONE) -> vda.InstantActions:
    return vda.InstantActions(header(version), (vda.Action(action_type, "I1", blocking),))


def read(version: str, level: vda.Level, plain: object) -> vda.VdaMessage:
    return wire.decode(wire.codec_for(version).topic(SEVEN, level), msgspec.json.encode(plain))


# The schema files (S1 to S3, S8)


@pytest.mark.parametrize("version", schemas.VERSIONS)
@pytest.mark.parametrize("level", schemas.LEVELS)
def test_s1_every_schema_file_is_json_and_a_schema(version, level):
    schemas.validator(version, level)


@pytest.mark.parametrize(("place", "patches"), schemas.PATCHES.items(), ids=[str(place) for place in schemas.PATCHES])
def test_s2_s3_a_patch_fits_the_published_file_and_no_mended_one(place, patches):
    for patch in patches:
        schema = schemas.published(*place)
        patch(schema)
        with pytest.raises(schemas.PatchFitsNoMoreError):
            patch(schema)


@every_version
def test_s6_s8_the_judge_sees_a_bad_date_and_a_misspelt_key(version):
    plain = plainly(an_order(version))
    assert schemas.faults(version, vda.Level.ORDER, plain) == []
    assert schemas.faults(version, vda.Level.ORDER, {**plain, "timestamp": "noon"})
    assert schemas.faults(version, vda.Level.ORDER, {**plain, "orderUpdateID": 0}) == ["$.orderUpdateID"]


# Any message in any version (M6)


@every_version
@every_kind
@some
@given(data=st.data())
def test_m6_whatever_can_be_said_is_valid_and_comes_back_but_for_the_decided_losses(version, kind, data):
    message = data.draw(vda_messages.of_kind[kind](version))
    post = wire.encode(message)
    level = vda.LEVELS[kind]
    assert schemas.faults(version, level, json.loads(post.payload)) == []
    assert wire.decode(post.topic, post.payload, InstantIds()) == vda_messages.after_the_wire(message)


class InstantIds:
    def __contains__(self, action_id: object) -> bool:
        return isinstance(action_id, str) and action_id.startswith("I-")


@every_version
@some
@given(data=st.data())
def test_what_came_back_once_loses_nothing_more(version, data):
    message = vda_messages.after_the_wire(data.draw(vda_messages.messages(version)))
    post = wire.encode(message)
    assert wire.decode(post.topic, post.payload, InstantIds()) == message


numbers = st.floats() | st.integers(-(2**70), 2**70)


@every_version
@some
@given(data=st.data())
def test_m6_wild_numbers_are_refused_or_valid_and_never_sent_broken(version, data):
    x, y, theta, a, b, turn = (data.draw(numbers) for _ in range(6))
    order = an_order(
        version,
        x=x,
        y=y,
        theta=theta,
        allowed_deviation_xy=vda.AllowedDeviation(a, b, theta),
        allowed_deviation_theta=turn,
    )
    state = a_state(
        version,
        power_supply=vda.PowerSupply(data.draw(numbers), False, range=data.draw(numbers)),
        mobile_robot_position=vda.MobileRobotPosition(x, y, theta, "shop", True, data.draw(numbers), a),
        loads=(vda.Load(weight=b),),
    )
    for message in (order, state):
        try:
            plain = plainly(message)
        except vda.MalformedVda:
            continue
        assert schemas.faults(version, vda.LEVELS[type(message)], plain) == []


# Picking the codec (M5)


@pytest.mark.parametrize(
    ("version", "codec"),
    [
        ("2.0.0", "2.0.0"),
        ("2.0.1", "2.0.0"),
        ("2.1.0", "2.1.0"),
        ("2.1", "2.1.0"),
        ("2", "2.1.0"),
        ("2.2.0", "2.1.0"),
        ("v2.0.0", "2.0.0"),
        ("3.0.0", "3.0.0"),
        ("3.1.0-rc1", "3.0.0"),
    ],
)
def test_m5_each_robot_is_spoken_to_in_its_own_version_and_a_later_minor_one_as_in_the_last_known(version, codec):
    assert wire.codec_for(version).version == codec


@pytest.mark.parametrize("version", ["", "1.1.0", "4.0.0", "22.0.0", "two", "3,0"])
def test_m5_a_version_that_nobody_speaks_is_refused_with_its_name(version):
    with pytest.raises(vda.MalformedVda, match="is not spoken here") as refusal:
        wire.codec_for(version)
    assert repr(version) in str(refusal.value)


def test_g11_one_run_speaks_to_three_robots_each_in_its_own_way():
    told = {version: wire.encode(an_order(version)) for version in vda_messages.VERSIONS}
    assert [post.topic for post in told.values()] == [
        "uagv/v2/dobby/r7/order",
        "uagv/v2/dobby/r7/order",
        "vda5050/v3/dobby/r7/order",
    ]
    deviations = [json.loads(post.payload)["nodes"][0]["nodePosition"]["allowedDeviationXY"] for post in told.values()]
    assert deviations == [0.2, 0.2, {"a": 0.3, "b": 0.2, "theta": 0.5}]


@every_version
def test_m5_a_robot_that_names_one_version_on_the_topic_of_another_is_not_understood(version):
    codec = wire.codec_for(version)
    other = "2.1.0" if version.startswith("3") else "3.0.0"
    post = codec.encode(vda.Connection(header(version), vda.ConnectionState.ONLINE))
    payload = post.payload.replace(version.encode(), other.encode())
    with pytest.raises(vda.MalformedVda, match=f"version '{other}' on a topic of"):
        wire.decode(post.topic, payload)
    with pytest.raises(vda.MalformedVda, match="is not for the codec"):
        codec.encode(vda.Connection(header(other), vda.ConnectionState.ONLINE))


def test_m1_fleet_control_hears_connections_first_and_never_its_own_orders():
    assert wire.FROM_ROBOTS == (
        "uagv/v2/+/+/connection",
        "vda5050/v3/+/+/connection",
        "uagv/v2/+/+/state",
        "vda5050/v3/+/+/state",
        "uagv/v2/+/+/factsheet",
        "vda5050/v3/+/+/factsheet",
    )
    assert [qos for _, qos in wire.from_robot(SEVEN)] == [1, 1, 0, 0, 0, 0]
    assert [topic.replace("dobby/r7", "+/+") for topic, _ in wire.from_robot(SEVEN)] == list(wire.FROM_ROBOTS)


@every_version
@pytest.mark.parametrize("level", list(vda.Level))
def test_a_topic_finds_its_codec_and_says_who_and_what(version, level):
    topic = wire.codec_for(version).topic(SEVEN, level)
    assert wire.parse_topic(topic) == (SEVEN, level)
    assert wire.codec_of(topic).speaks(version)


@pytest.mark.parametrize(
    "topic", ["uagv/v3/dobby/r7/state", "vda5050/v2/dobby/r7/state", "vda5050/v3/r7/state", "vda5050/v33/a/b/state"]
)
def test_other_topics_are_none_of_ours(topic):
    with pytest.raises(vda.MalformedVda):
        wire.parse_topic(topic)


# Dialects: what one robot spells otherwise

FIRST_FILES = vda.Dialect(
    instant_actions="instantActions", instant_action_type="actionName", deviation="allowedDeviationXy"
)


def test_r1_r4_the_first_files_of_2_0_are_spoken_to_robots_that_know_nothing_else():
    position = plainly(an_order("2.0.0"), FIRST_FILES)["nodes"][0]["nodePosition"]
    assert (position["allowedDeviationXy"], "allowedDeviationXY" in position) == (0.2, False)
    plain = plainly(an_instant("2.0.0"), FIRST_FILES)
    assert "actions" not in plain
    assert plain["instantActions"] == [{"actionName": "stateRequest", "actionId": "I1", "blockingType": "NONE"}]


def test_r4_the_actions_of_an_order_are_named_alike_in_both_files():
    pick = vda.Action("pick", "P1", vda.BlockingType.HARD)
    assert plainly(an_order("2.0.0", pick), FIRST_FILES)["nodes"][0]["actions"][0]["actionType"] == "pick"


def test_r1_r4_each_dialect_reads_itself():
    codec = wire.codec_for("2.0.0", FIRST_FILES)
    for message in (an_order("2.0.0"), an_instant("2.0.0")):
        post = codec.encode(message)
        assert codec.decode(post.topic, post.payload) == vda_messages.after_the_wire(message)


def test_r4_a_robot_passes_over_the_other_spelling_without_a_word():
    post = wire.encode(an_order("2.0.0"), FIRST_FILES)
    heard = wire.codec_for("2.0.0").decode(post.topic, post.payload)
    assert heard.nodes[0].node_position.allowed_deviation_xy is None


def test_r1_a_robot_refuses_the_other_key():
    post = wire.encode(an_instant("2.0.0"), FIRST_FILES)
    with pytest.raises(vda.MalformedVda, match="actions"):
        wire.codec_for("2.0.0").decode(post.topic, post.payload)


# What only some versions say


@every_version
def test_s9_lists_that_a_version_requires_are_written_when_empty(version):
    plain = plainly(an_order(version))
    assert (plain["edges"], plain["nodes"][0]["actions"]) == ([], [])
    state = plainly(a_state(version))
    required = ["nodeStates", "edgeStates", "actionStates", "errors"]
    assert [state[key] for key in required] == [[]] * 4
    assert state.get("instantActionStates") == ([] if version == "3.0.0" else None)


@every_version
def test_s10_a_turn_away_from_the_nodes_angle_is_never_negative(version):
    assert plainly(an_order(version, allowed_deviation_theta=0.1))
    with pytest.raises(vda.MalformedVda, match=r"allowedDeviationTheta is -0\.1, outside 0 to"):
        plainly(an_order(version, allowed_deviation_theta=-0.1))


@every_version
def test_s10_an_orientation_is_of_one_of_two_types(version):
    def said(orientation_type):
        order = an_order(version)
        edge = vda.Edge("e", 1, True, orientation_type=orientation_type)
        return plainly(structs.replace(order, nodes=(*order.nodes, vda.Node("n1", 2, True)), edges=(edge,)))

    assert said("GLOBAL")["edges"][0]["orientationType"] == "GLOBAL"
    with pytest.raises(vda.MalformedVda, match="has no orientationType SIDEWAYS"):
        said("SIDEWAYS")


@every_version
@pytest.mark.parametrize(("theta", "same"), [(3 * math.pi / 2, -math.pi / 2), (-7.0, 2 * math.pi - 7), (1.0, 1.0)])
def test_an_angle_is_turned_into_its_range_where_a_robot_would_refuse_it(version, theta, same):
    assert plainly(an_order(version, theta=theta))["nodes"][0]["nodePosition"]["theta"] == pytest.approx(same)


def test_s11_a_float_is_a_number_to_3_0():
    plain = plainly(a_factsheet("2.1.0", vda.MobileRobotAction("pick", ("NODE",))))
    parameter = {"key": "height", "valueDataType": "FLOAT"}
    plain["protocolFeatures"]["agvActions"][0]["actionParameters"] = [parameter]
    sheet = read("2.1.0", vda.Level.FACTSHEET, plain)
    assert sheet.protocol_features.mobile_robot_actions[0].action_parameters[0].value_data_type == "NUMBER"
    risen = structs.replace(sheet, header=header("3.0.0"))
    assert schemas.faults("3.0.0", vda.Level.FACTSHEET, plainly(risen)) == []


def test_s13_a_robot_that_went_off_is_offline_in_every_version():
    gone = [
        plainly(vda.Connection(header(version), vda.ConnectionState.OFFLINE))["connectionState"]
        for version in vda_messages.VERSIONS
    ]
    assert gone == ["OFFLINE"] * 3


@pytest.mark.parametrize("key", ["batteryCharging", "batteryCharging "])
def test_s14_the_blank_behind_a_key_of_the_first_3_0_files_is_read_over(key):
    plain = plainly(a_factsheet("3.0.0"))
    plain["mobileRobotConfiguration"] = {key: {"criticalLowChargingLevel": 15.0}}
    sheet = read("3.0.0", vda.Level.FACTSHEET, plain)
    assert sheet.mobile_robot_configuration.battery_charging.critical_low_charging_level == 15.0


@every_version
def test_s5_limits_have_dotted_keys_and_one_that_a_version_does_not_know_is_not_told_it(version):
    sheet = a_factsheet(version, **{"order.nodes": 30, "state.instantActionStates": 20})
    plain = plainly(sheet)["protocolLimits"]
    known = {"order.nodes": 30, "state.instantActionStates": 20} if version == "3.0.0" else {"order.nodes": 30}
    assert plain["maximumArrayLengths" if version == "3.0.0" else "maxArrayLens"] == known
    with pytest.raises(vda.MalformedVda, match=r"'order\.noodles'"):
        plainly(a_factsheet(version, **{"order.noodles": 1}))


def test_s4_lists_that_2_1_closes_are_read_open_and_never_written_open():
    plain = plainly(a_factsheet("2.1.0"))
    plain["typeSpecification"]["localizationTypes"] = ["STARS"]
    plain["agvGeometry"] = {"envelopes3d": [{"set": "all", "format": "DXF", "description": 7}]}
    sheet = read("2.1.0", vda.Level.FACTSHEET, plain)
    assert sheet.type_specification.localization_types == ("STARS",)
    with pytest.raises(vda.MalformedVda, match=r"2\.1 has no localizationTypes STARS"):
        wire.encode(sheet)
    assert wire.encode(structs.replace(sheet, header=header("2.0.0"))), "2.0 leaves the list open"


@every_version
@pytest.mark.parametrize("sections", [{}, {"typeSpecification": {}, "protocolLimits": {}, "protocolFeatures": None}])
def test_r8_a_bare_factsheet_is_read_and_can_be_said(version, sections):
    bare = {"headerId": 1, "version": version, "manufacturer": "dobby", "serialNumber": "r7"}
    sheet = read(version, vda.Level.FACTSHEET, {**bare, **sections})
    assert (sheet.protocol_limits, sheet.protocol_features) == (None, None)
    assert set(plainly(sheet)) == {*bare, "timestamp"}


@every_version
@pytest.mark.parametrize("section", ["loadSpecification", "mobileRobotConfiguration"])
def test_r8_a_section_of_a_factsheet_in_which_we_know_no_word_is_none(section, version):
    bare = {"headerId": 1, "version": version, "manufacturer": "dobby", "serialNumber": "r7"}
    for said in ({}, {"hoverHeight": 3}):
        sheet = read(version, vda.Level.FACTSHEET, {**bare, section: said})
        assert (sheet.load_specification, sheet.mobile_robot_configuration) == (None, None)
    places = {"loadSpecification": {"loadPositions": ["tote-1"]}}
    assert read(version, vda.Level.FACTSHEET, {**bare, **places}).load_specification is not None


def test_an_instant_action_that_blocks_has_no_word_in_3_0():
    blocking = vda.BlockingType.HARD
    with pytest.raises(vda.MalformedVda, match=r"3\.0 has no instant action that blocks"):
        plainly(an_instant("3.0.0", "beep", blocking))
    assert plainly(an_instant("2.1.0", "beep", blocking))["actions"][0]["blockingType"] == "HARD"


def test_m26_3_0_keeps_instant_actions_apart_by_itself():
    state = a_state(
        "3.0.0",
        action_states=(vda.ActionState("P1", vda.ActionStatus.RETRIABLE),),
        instant_action_states=(vda.ActionState("I1", vda.ActionStatus.FINISHED),),
    )
    assert read("3.0.0", vda.Level.STATE, plainly(state)) == state


def test_m26_a_3_0_robot_that_forgot_the_list_of_instant_actions_is_read():
    plain = plainly(a_state("3.0.0"))
    del plain["instantActionStates"]
    assert read("3.0.0", vda.Level.STATE, plain).instant_action_states == ()


def test_a_stop_that_acknowledges_itself_is_one_of_2_x_and_never_becomes_none():
    stop = vda.SafetyState(vda.EmergencyStop.AUTOACK, field_violation=False)
    assert plainly(a_state("2.0.0", safety_state=stop))["safetyState"]["eStop"] == "AUTOACK"
    with pytest.raises(vda.MalformedVda, match=r"3\.0 has no activeEmergencyStop AUTOACK"):
        plainly(a_state("3.0.0", safety_state=stop))


def test_the_health_of_a_battery_is_a_whole_number_to_2_0():
    def health(version):
        supply = vda.PowerSupply(50.0, charging=False, battery_health=97.6)
        state = plainly(a_state(version, power_supply=supply))
        return state["powerSupply" if version == "3.0.0" else "batteryState"]["batteryHealth"]

    assert [health(version) for version in vda_messages.VERSIONS] == [98, 97.6, 97.6]


# Reading leniently (M27)


@every_version
@some
@given(data=st.data())
def test_m27_nulls_and_unknown_fields_anywhere_change_nothing(version, data):
    message = data.draw(vda_messages.messages(version))
    post = wire.encode(message)
    noisy = with_noise(json.loads(post.payload))
    assert wire.decode(post.topic, json.dumps(noisy).encode()) == wire.decode(post.topic, post.payload)


def with_noise(plain, key=""):
    """Fields that nobody knows in every part, but for what an action parameter holds."""
    if isinstance(plain, dict) and plain and key not in ("value", "maxArrayLens", "maximumArrayLengths"):
        return {**{each: with_noise(plain[each], each) for each in plain}, "zebra": {"stripes": [1]}, "gnu": None}
    return [with_noise(each) for each in plain] if isinstance(plain, list) and key != "value" else plain


@every_version
def test_m27_unknown_words_are_read_as_unknown(version):
    plain = plainly(a_state(version, errors=(vda.Error("motorTooHot", vda.ErrorLevel.WARNING),)))
    plain["operatingMode"] = "DANCING"
    plain["errors"][0]["errorLevel"] = "SAD"
    state = read(version, vda.Level.STATE, plain)
    assert (state.operating_mode, state.errors[0].error_level) == (vda.OperatingMode.UNKNOWN, vda.ErrorLevel.UNKNOWN)


@every_version
def test_a_reference_may_be_the_number_that_it_is(version):
    told = vda.Error("motorTooHot", vda.ErrorLevel.WARNING, (vda.Reference("orderUpdateId", "7"),))
    plain = plainly(a_state(version, errors=(told,)))
    plain["errors"][0]["errorReferences"][0]["referenceValue"] = 7
    assert read(version, vda.Level.STATE, plain).errors == (told,)


@every_version
def test_a_radius_where_an_ellipse_is_asked_for_is_read(version):
    plain = plainly(an_order(version))
    plain["nodes"][0]["nodePosition"]["allowedDeviationXY"] = 0.4
    heard = read(version, vda.Level.ORDER, plain).nodes[0].node_position.allowed_deviation_xy
    assert heard == vda.AllowedDeviation(0.4, 0.4, 0.0)


@every_version
@pytest.mark.parametrize("level", list(vda.Level))
@pytest.mark.parametrize("deep", [DEPTH_MAX, 50_000])
def test_what_is_nested_without_end_is_refused(version, level, deep):
    topic = wire.codec_for(version).topic(SEVEN, level)
    with pytest.raises(vda.MalformedVda):
        wire.decode(topic, b'{"a":' + b"[" * deep + b"]" * deep + b"}")


@every_version
@given(level=st.sampled_from(list(vda.Level)), payload=st.binary(max_size=200) | st.text(max_size=99).map(str.encode))
def test_no_payload_raises_anything_else(version, level, payload):
    with pytest.raises(vda.MalformedVda):
        wire.decode(wire.codec_for(version).topic(SEVEN, level), payload)

"""Every type of device from its one row: made, touched by words, turned, and wired; and robots on their own wires."""

import json

import pytest

from devices.cabinet_touches import CloseDoor, TakeAtMachine
from devices.dials import BadDial
from devices.registry import KINDS, BadOption, Wanted, make
from devices.robot import Unreadable
from devices.robot_port import RobotActor, RobotPort
from devices.vocabularies import WORDS, vocabulary
from devices.words import BadLine
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract import vda5050_wire
from shopfloor.contract.actor import SECOND, TimePassed
from shopfloor.contract.codec import DeviceState
from shopfloor.contract.roster import TYPES
from shopfloor.contract.vda5050 import (
    Action,
    BlockingType,
    Connection,
    ConnectionState,
    Header,
    Identity,
    InstantActions,
    Level,
    State,
)
from shopfloor.mqtt import Arrival, Delivery, Stamp
from tests.core.story import LAYOUT
from tests.devices.held import MORNING

CARRIER = Identity("demo", "carrier-1")


@pytest.fixture
def want(tmp_path):
    def wanted(device, **more):
        return Wanted(
            **{
                "device": device,
                "store": "s1",
                "shop": "Sample shop",
                "seed": "1",
                "dials": {},
                "state": tmp_path,
                "now": MORNING,
                "layout": LAYOUT,
                **more,
            }
        )

    return wanted


def test_every_type_of_the_roster_can_be_run():
    assert list(KINDS) == list(TYPES)


@pytest.mark.parametrize("name", list(KINDS))
def test_each_tells_how_it_is_as_soon_as_it_is_switched_on(want, name):
    machine = make(want(f"{name}/{'r1' if name == 'robot' else 'x1'}"))
    assert machine.actor.deadline == MORNING
    said = machine.actor.handle(TimePassed(), MORNING)
    assert [type(each) for each in said][-1] is (State if name == "robot" else DeviceState)
    assert not any(machine.port.needs_receipt(each) for each in said)
    assert machine.port.write(said[0], Stamp(1, 1, MORNING)).payload


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.dials])
def test_each_dial_can_be_set_and_a_misspelt_one_is_named_with_the_others(want, name):
    device = f"{name}/{'r1' if name == 'robot' else 'x1'}"
    (dial, *_) = [field for field in KINDS[name].dials.__struct_fields__ if field == "dead_after"]
    make(want(device, dials={dial: "5000"}))
    with pytest.raises(BadDial, match="dead_after"):
        make(want(device, dials={"jamm": "1"}))


def test_a_device_without_dials_has_none_to_set(want):
    with pytest.raises(BadDial, match="no dials"):
        make(want("pad/pad-1", dials={"jam": "1"}))


def test_a_dial_is_turned_while_it_runs(want):
    machine = make(want("archive/a1"))
    machine.turn("silent", "1")
    ask = c.RenderDocument(id="C1", to="archive/a1", request="S1", document="WIPE", language="en", values={}, lines=())
    machine.actor.handle(ask, MORNING)
    assert machine.actor.deadline is None
    with pytest.raises(BadDial):
        machine.turn("silent", "2")
    with pytest.raises(BadDial):
        make(want("pad/pad-1")).turn("silent", "1")


def test_an_unknown_type_is_refused_with_those_that_there_are(want):
    with pytest.raises(BadOption, match="queue, calls, handheld"):
        make(want("toaster/t1"))


def test_a_cabinets_first_stock_comes_from_a_file_and_only_the_first_time(want, tmp_path):
    contents = tmp_path / "stock.json"
    contents.write_text('{"c1.1": ["BAT#1"]}')
    count = c.CountBin(id="C1", to="cabinet/c1", bin="c1.1")
    for _start in range(2):
        machine = make(want("cabinet/c1", contents=contents))
        said = machine.actor.handle(count, MORNING)
        said += machine.actor.handle(TimePassed(), MORNING + 60 * SECOND)
        assert [each.counted.units for each in said if isinstance(each, e.CountMade)] == [("BAT#1",)]
        contents.write_text("{}")
    contents.write_text("[]")
    with pytest.raises(BadOption, match="bin, then its units"):
        make(want("cabinet/c2", contents=contents))


def test_an_archive_has_the_same_key_after_a_restart(want, tmp_path):
    make(want("archive/a1"))
    key = json.loads((tmp_path / "archive-a1.json").read_text())["key_hex"]
    make(want("archive/a1"))
    assert json.loads((tmp_path / "archive-a1.json").read_text())["key_hex"] == key
    assert len(key) == 64


# ── words ──


@pytest.mark.parametrize(
    ("name", "line", "touch"),
    [
        ("queue", "take A", e.TicketTaken(line="A")),
        ("queue", "take B language=en accessibility=true", e.TicketTaken(line="B", language="en", accessibility=True)),
        ("handheld", "order R1 AST-M60-BAT", e.PartsOrdered(repair="R1", sku="AST-M60-BAT")),
        ("handheld", 'HandoverRequested repair=R1 note="off to the dentist"',
         e.HandoverRequested(repair="R1", note="off to the dentist")),
        ("handheld", "passed R1 e2 12", e.QualityPassed(repair="R1", checker="e2", checks=12)),
        ("board", "close", e.DayClosed()),
        ("link", "survey R1 5 9 nice", e.SurveyAnswered(repair="R1", score=5, recommend=9, words="nice")),
    ],
)  # fmt: skip
def test_a_line_is_a_touch(name, line, touch):
    assert vocabulary(name).read(line) == touch


@pytest.mark.parametrize(
    ("name", "touch"),
    [
        ("cabinet", CloseDoor(door="outlet")),
        ("cabinet", TakeAtMachine(unit="BAT#1", bin="c1.1")),
        ("handheld", e.HandoverRequested(repair="R1", note='off to the "dentist"; back=soon')),
        ("queue", e.TicketTaken(line="B", accessibility=True)),
    ],
)
def test_what_is_typed_for_a_touch_is_that_touch(name, touch):
    words = vocabulary(name)
    assert words.read(words.line(touch)) == touch


def test_lists_are_typed_as_json():
    quote = vocabulary("handheld").read("""QuotePrepared repair=R1 lines='[{"fault": "BAT"}]' promised_min=45""")
    assert (quote.lines[0].fault, quote.promised_min) == ("BAT", 45)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("take Z", "Invalid enum value 'Z'"),
        ("take", "missing required field `line`"),
        ("take A en loud", "too much"),
        ("tkae A", "try help"),
        ('take "A', "No closing quotation"),
        ("take line=[", "malformed|truncated"),
    ],
)
def test_a_line_that_says_nothing_tells_what_would(line, what):
    with pytest.raises(BadLine, match=what):
        vocabulary("queue").read(line)


def test_nobody_types_what_a_surface_finds_out_itself():
    with pytest.raises(BadLine):
        vocabulary("link").read("ConsentGiven request=S1 consent_text=x identified=phone-code")


@pytest.mark.parametrize("name", list(KINDS))
def test_help_has_every_short_word_with_its_fields(name):
    text = vocabulary(name).help()
    for word in WORDS.get(name, ()):
        assert word.usage in text
        assert set(word.fields) <= set(word.kind.__struct_fields__)


# ── robots ──


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"layout": None}, "--layout and --side"),
        ({"device": "robot/r9"}, "There are: r1, r2"),
    ],
)
def test_a_robot_that_has_no_place_in_the_layout_is_refused(want, more, what):
    with pytest.raises(BadOption, match=what):
        make(want(**{"device": "robot/r1", **more}))


def test_v1_v2_presence_is_said_by_the_port_and_counted():
    port = RobotPort("robot/r1", CARRIER, "2.1.0")
    stamp = Stamp(1, 0, MORNING)
    said = [port.hello(stamp), port.will(stamp), port.goodbye(stamp)]
    states = [vda5050_wire.decode(each.topic, each.payload) for each in said]
    assert all(isinstance(each, Connection) for each in states)
    assert [each.connection_state for each in states] == [
        ConnectionState.ONLINE,
        ConnectionState.CONNECTION_BROKEN,
        ConnectionState.OFFLINE,
    ]
    assert [each.header.header_id for each in states] == [1, 2, 3]
    assert all((each.qos, each.retain) == (1, True) for each in said)


def test_a_robot_stands_at_its_park_and_carries_what_its_row_says(want):
    machine = make(want("robot/r1"))
    assert isinstance(machine.actor, RobotActor)
    factsheet, state = machine.actor.handle(TimePassed(), MORNING)
    park = LAYOUT.nodes[LAYOUT.station_node(LAYOUT.robots["r1"].park)]
    assert state.last_node_id == park.id
    assert state.header.identity == CARRIER
    assert factsheet.load_specification.load_positions == ("tote-1", "tote-2", "tote-3")
    assert machine.look() == state


def test_v11_what_cannot_be_read_is_told_to_the_robot():
    port = RobotPort("robot/r1", CARRIER, "2.1.0")
    heard = port.read(
        Arrival(vda5050_wire.codec_for("2.1.0").topic(CARRIER, Level.ORDER), b"{", 0, False, False, 1, 1, None)
    )
    assert isinstance(heard, Delivery)
    assert isinstance(heard.message, Unreadable)


def test_a_robot_hears_on_its_own_topics_and_answers(want):
    machine = make(want("robot/r1"))
    assert [topic for topic, _ in machine.port.filters()] == list(vda5050_wire.codec_for("2.1.0").to_robot(CARRIER))
    ask = Action(action_type="stateRequest", action_id="a1", blocking_type=BlockingType.NONE)
    header = Header(1, MORNING, "2.1.0", CARRIER.manufacturer, CARRIER.serial_number)
    post = vda5050_wire.encode(InstantActions(header, (ask,)))
    heard = machine.port.read(Arrival(post.topic, post.payload, 0, False, False, 1, 1, None))
    assert isinstance(heard.message, InstantActions)
    machine.actor.handle(TimePassed(), MORNING)
    assert any(isinstance(each, State) for each in machine.actor.handle(heard.message, MORNING + SECOND))


def test_a_person_at_the_robot_turns_its_key(want):
    machine = make(want("robot/r1"))
    machine.actor.handle(machine.touch(machine.vocabulary.read("key MANUAL")), MORNING)
    machine.actor.handle(TimePassed(), MORNING + SECOND)
    assert machine.look().operating_mode == "MANUAL"


@pytest.mark.parametrize(("version", "root"), [("2.0.0", "uagv/v2"), ("2.1.0", "uagv/v2"), ("3.0.0", "vda5050/v3")])
def test_a_robot_speaks_the_version_that_is_asked_for_whatever_its_row_says(want, version, root):
    machine = make(want("robot/r1", version=version))
    assert all(topic.startswith(f"{root}/") for topic, _ in machine.port.filters())
    machine.actor.handle(TimePassed(), MORNING)
    assert machine.look().header.version == version


def test_a_version_that_no_robot_speaks_is_refused(want):
    with pytest.raises(BadOption, match=r"2\.0\.0, 2\.1\.0, 3\.0\.0"):
        make(want("robot/r1", version="1.1.0"))


def test_r1_r2_a_robots_wire_has_dials_too(want):
    machine = make(want("robot/r1", dials={"connection_qos": "0"}))
    assert machine.port.hello(Stamp(1, 0, MORNING)).qos == 0
    with pytest.raises(BadDial, match="connection_qos"):
        make(want("robot/r1", dials={"connection_qos": "2"}))

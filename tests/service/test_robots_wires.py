"""Robots of any version on the coordinator's wires: each is heard in its own words and spoken to in them (M5, G11)."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

import shopfloor
from shopfloor.contract import vda5050 as vda
from shopfloor.contract import vda5050_wire
from shopfloor.contract.layout import LayoutSource
from shopfloor.contract.vda5050 import Identity
from shopfloor.core.fleet.master import INSTANT_PREFIX
from shopfloor.service.coordinator import Arrived, Coordinator, Post
from shopfloor.service.journal import Journal
from shopfloor.service.reading import Bad, Reading, Seen
from shopfloor.service.records import Records
from shopfloor.service.replay import rebuild
from shopfloor.service.serve import open_shop, sessions_of
from tests.core.story import LAYOUT, MORNING
from tests.data.vda5050 import schemas
from tests.service.test_coordinator import STORE, Shop, opening

every_version = pytest.mark.parametrize("version", ["2.0.0", "2.1.0", "3.0.0"])
R1 = LAYOUT.robots["r1"]
WHO = Identity(R1.manufacturer, R1.serial_number)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.journal.close()


def said(message: vda.VdaMessage) -> Arrived:
    post = vda5050_wire.encode(message)
    return Arrived(post.topic, post.payload)


def hungry_in_its_park(version: str) -> list[Arrived]:
    """It comes online, knows where it stands, and has to charge soon."""
    header = vda.Header(1, MORNING, version, WHO.manufacturer, WHO.serial_number)
    park = LAYOUT.nodes[LAYOUT.station_node(R1.park)]
    state = vda.State(
        header=header,
        order_id="",
        order_update_id=0,
        last_node_id=park.id,
        last_node_sequence_id=0,
        driving=False,
        operating_mode=vda.OperatingMode.AUTOMATIC,
        power_supply=vda.PowerSupply(8.0, charging=False),
        safety_state=vda.SafetyState(vda.EmergencyStop.NONE, field_violation=False),
        mobile_robot_position=vda.MobileRobotPosition(park.position.x, park.position.y, 0.0, park.map_id, True),
    )
    return [said(vda.Connection(header, vda.ConnectionState.ONLINE)), said(state)]


def to_robots(posts: list[Post]) -> list[Post]:
    return [post for post in posts if not post.topic.startswith("shopfloor/")]


@every_version
def test_m5_a_robot_is_spoken_to_in_the_version_it_speaks_whatever_the_roster_says(shop: Shop, version: str) -> None:
    codec = vda5050_wire.codec_for(version)
    posts = to_robots(shop.take(*hungry_in_its_park(version)))
    assert {post.topic for post in posts} == set(codec.to_robot(WHO)), "an order to its dock, and what it can do"
    for post in posts:
        plain = json.loads(post.payload)
        assert (plain["version"], post.qos) == (version, 0)
        assert schemas.faults(version, codec.parse_topic(post.topic)[1], plain) == []


@pytest.mark.parametrize(
    ("row", "key"), [("", "actions"), ('dialect = { instant_actions = "instantActions" }', "instantActions")]
)
def test_r1_a_robot_is_spoken_to_as_its_row_of_the_side_file_says(tmp_path: Path, row: str, key: str) -> None:
    whole = opening()
    side = whole.layout.side.replace('id = "r1"\n', f'id = "r1"\n{row}\n', 1)
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    open_shop(url, structs.replace(whole, layout=LayoutSource(whole.layout.lif, side)), MORNING).close()
    with closing(Journal.open(url, STORE, shopfloor.release())) as journal:
        coordinator = Coordinator(journal, rebuild(journal), Records())
        posts = to_robots(coordinator.take(hungry_in_its_park("2.0.0"), MORNING))
    plain = next(json.loads(post.payload) for post in posts if post.topic.endswith("/instantActions"))
    assert [each for each in ("actions", "instantActions") if each in plain] == [key]


@every_version
def test_whose_robot_it_is_the_roster_says_and_no_topic(version: str) -> None:
    reading = Reading(LAYOUT, INSTANT_PREFIX)
    _, state = hungry_in_its_park(version)
    heard = reading.read(state)
    assert isinstance(heard, Seen)
    assert heard.heard.device == "robot/r1"
    stranger = state.topic.replace(WHO.serial_number, "nobody")
    assert reading.read(Arrived(stranger, state.payload)) is None


@every_version
def test_m5_a_robot_that_says_another_version_than_its_topic_is_told_from_one_that_can_be_answered(
    version: str,
) -> None:
    """Believed, it would be answered in a version that nobody here speaks."""
    _, state = hungry_in_its_park(version)
    for lie in ("9.9.9", "", "1.1.0"):
        lying = state.payload.replace(f'"version":"{version}"'.encode(), f'"version":"{lie}"'.encode())
        bad = Reading(LAYOUT, INSTANT_PREFIX).read(Arrived(state.topic, lying))
        assert isinstance(bad, Bad)
        assert f"version '{lie}' on a topic of" in bad.reason


def test_m1_each_robot_is_listened_to_in_every_version_connections_first() -> None:
    heard = next(filters for name, _, filters in sessions_of(LAYOUT) if name == "robot")
    rows = [Identity(row.manufacturer, row.serial_number) for row in LAYOUT.robots.values()]
    assert heard == [each for who in rows for each in vda5050_wire.from_robot(who)]
    assert [qos for _, qos in heard[:2]] == [1, 1]

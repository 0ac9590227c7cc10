"""What to begin with: for each decoder, messages that it really hears, one of each kind at least."""

import msgspec
from msgspec import Struct, structs

from devices.archive import ArchiveMemory
from devices.cabinet_memory import CabinetMemory
from devices.notifier import NotifierMemory
from devices.pos import PosMemory
from shopfloor.contract import codec, vda5050_wire
from shopfloor.contract.codec import Connection, DeviceState, Receipt
from shopfloor.contract.commands import COMMANDS, Command
from shopfloor.contract.events import EVENTS
from shopfloor.contract.roster import ROSTER, TYPES
from shopfloor.contract.vda5050 import LEVELS, Level
from tests.contract import vda_messages
from tests.hostile.decoders import DATA, HEARERS, IDENTITY, SPOKEN, STORE
from tests.hostile.small_shop import SMALL_LIF, SMALL_SIDE
from tests.hostile.words import gathered, gathered_from

NOON = 1_760_000_000_000
EACH = 2
"""Of each kind so many."""


def seeds() -> dict[str, list[bytes]]:
    """Decoder → payloads that it accepts, or very nearly."""
    events = [letter for kind in EVENTS.values() for letter in letters(kind)]
    commands = {kind: letters(kind) for kind in COMMANDS.values()}
    return {
        "floor": [*_said(), *_seen()],
        "identity": events[:EACH],
        "event": events,
        "command": [letter for each in commands.values() for letter in each],
        "receipt": [codec.encode_plain(each) for each in gathered(Receipt, 8)],
        "connection": [codec.encode_plain(each) for each in gathered(Connection, 4)],
        "state": [codec.encode_plain(each) for each in gathered(DeviceState, 8)],
        "topic": [codec.topic(STORE, f"{row.name}/x1", "event").encode() for row in ROSTER],
        **{
            f"{name}-{level}": [payload for _, payload in robots_words(level, version=version)]
            for name, version in SPOKEN.items()
            for level in Level
        },
        **{f"to-{name}": [letter for kind in TYPES[name].hears for letter in _to(kind, name)] for name in HEARERS},
        "to-robot": [_line(*words) for level in (Level.ORDER, Level.INSTANT_ACTIONS) for words in robots_words(level)],
        **{
            f"memory-{kind.__name__}": [msgspec.json.encode(each) for each in gathered(kind, 8)]
            for kind in (CabinetMemory, PosMemory, ArchiveMemory, NotifierMemory)
        },
        "lif": [_compact(DATA / "layouts" / "sample.lif.json"), SMALL_LIF.encode()],
        "side-file": [(DATA / "layouts" / "sample.toml").read_bytes(), SMALL_SIDE.encode()],
        "catalogue": [SMALL_CATALOGUE],
    }


def letters(kind: type[Struct]) -> list[bytes]:
    """A few of this kind in their envelopes."""
    return [codec.encode(each, 1, 1, NOON) for each in gathered(kind, EACH)]


def robots_words(level: Level, count: int = 6, version: str = SPOKEN["vda"]) -> list[tuple[str, bytes]]:
    """(topic, payload) of what the sample shop's robot could say or hear on this level."""
    kind = next(kind for kind, its_level in LEVELS.items() if its_level is level)
    words = []
    for each in gathered_from(vda_messages.of_kind[kind](version), 2 * count):
        header = structs.replace(
            each.header, timestamp=NOON, manufacturer=IDENTITY.manufacturer, serial_number=IDENTITY.serial_number
        )
        sent = vda5050_wire.encode(structs.replace(each, header=header))
        words.append((sent.topic, sent.payload))
    return words[:count]


def _said() -> list[bytes]:
    """What each type of device says, on its own topic; a robot has other topics."""
    return [
        _line(codec.topic(STORE, f"{row.name}/x1", "event"), letter)
        for row in ROSTER
        for kind in row.says
        if row.name != "robot"
        for letter in letters(kind)[:1]
    ]


def _seen() -> list[bytes]:
    """Presence, and a robot's words."""
    presence = [
        _line(codec.topic(STORE, f"{row.name}/x1", "connection"), codec.encode_plain(Connection(online=True, boot=1)))
        for row in ROSTER
    ]
    robot = [
        _line(*words) for level in (Level.STATE, Level.CONNECTION, Level.FACTSHEET) for words in robots_words(level)
    ]
    return presence + robot


def _to(kind: type[Command], name: str) -> list[bytes]:
    return [codec.encode(structs.replace(each, to=f"{name}/x1"), 1, 1, NOON) for each in gathered(kind, EACH)]


def _line(topic: str, payload: bytes) -> bytes:
    return topic.encode() + b"\n" + payload


def _compact(path) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(path.read_bytes()))


SMALL_CATALOGUE = msgspec.json.encode(
    {
        "models": [{"id": "M", "name": "Model", "tier": "mid", "mix_pct": 100, "median_age_years": 2}],
        "faults": [{"code": "BAT", "zh": "电池", "en": "Battery", "mix_pct": 100}],
        "rows": [
            {
                "model_id": "M",
                "model": "Model",
                "fault": "BAT",
                "fault_zh": "电池",
                "part_no": "M-BAT",
                "part_kind": "battery",
                "labour_min": 10,
                "labour_mode": 15,
                "labour_max": 30,
                "teardown_share": 0.3,
                "consumables": "-",
                "part_price_cny": 200,
                "labour_fee_cny": 100,
                "fixed_price_cny": "",
                "repair_warranty_days": 90,
                "in_warranty_share": 0.2,
            }
        ],
    }
)
"""One model and one fault; the real one is a hundred times larger and has nothing else in it."""

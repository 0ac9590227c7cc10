"""Bytes from outside: whatever they are, a decoder answers with a message or its own documented refusal (F31, F32)."""

import base64
from functools import cache
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs

from devices import robot
from devices.cabinet_memory import CabinetMemory
from devices.keeping import MemoryFile, UnreadableMemory
from shopfloor.contract import codec, vda5050_wire
from shopfloor.contract.catalogue import Catalogue, CatalogueError
from shopfloor.contract.codec import Connection, DeviceState, Receipt, Unreadable
from shopfloor.contract.commands import COMMANDS, AskSignature
from shopfloor.contract.events import EVENTS, CustomerLeft, TicketTaken
from shopfloor.contract.lif_reading import LayoutError, read_lif
from shopfloor.contract.linter import inspect
from shopfloor.contract.roster import TYPES
from shopfloor.contract.side_reading import read_side
from shopfloor.contract.vda5050 import LEVELS, Level
from shopfloor.mqtt import ShopPort
from shopfloor.service.reading import Arrived, Bad
from tests.devices.test_robot import Aisle, order
from tests.hostile.decoders import DECODERS, IDENTITY, READING, SPOKEN, STORE, arrival
from tests.hostile.mutation import spoil
from tests.hostile.seeds import NOON, robots_words, seeds
from tests.hostile.small_shop import SMALL_LIF, SMALL_SIDE
from tests.hostile.words import gathered

KEPT = Path(__file__).parents[1] / "data" / "hostile" / "decoders.jsonl"
"""What the fuzzer found worth keeping: one ``[decoder, payload as base64]`` a line."""

EACH = 6
KIOSK = codec.topic(STORE, "queue/q1", "event")
TOPICS = (
    KIOSK,
    codec.topic(STORE, "queue/q1", "connection"),
    codec.topic("elsewhere", "queue/q1", "event"),
    codec.topic(STORE, "toaster/t1", "event"),
    *(vda5050_wire.codec_for(version).topic(IDENTITY, level) for version in SPOKEN.values() for level in Level),
    "uagv/v2/nobody/nothing/state",
    "\ufffd/\x00",
    "",
)

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "half a message": b'{"kind":"TicketTaken","boot":1,',
    "not json": b"<xml/>",
    "two messages": b"{}{}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a number": b"17",
    "NaN": b'{"boot":NaN}',
    "infinity": b'{"boot":-Infinity}',
    "too large for a float": b'{"boot":1e999}',
    "four hundred digits": b'{"boot":' + b"9" * 400 + b"}",
    "five thousand digits": b'{"boot":' + b"9" * 5_000 + b"}",
    "ten thousand brackets": b"[" * 10_000,
    "ten thousand braces": b'{"a":' * 10_000,
    "nested and closed": b"[" * 10_000 + b"]" * 10_000,
    "as deep as it goes": b'{"a":' * 900 + b"1" + b"}" * 900,
    "bad UTF-8": b'{"kind":"\xff\xfe"}',
    "a lone surrogate": b'{"kind":"\\ud800"}',
    "U+0000": b'{"kind":"\\u0000"}',
    "U+0000 as a key": b'{"\\u0000":1}',
    "a raw U+0000": b'{"kind":"\x00"}',
    "orders to a terminal": b'{"\\u001b[2J\\u202e":1}',
    "a key twice": b'{"boot":1,"boot":2}',
    "more than is read": b'{"a":"' + b"x" * 70_000 + b'"}',
    "more than a robot may say": b'{"a":"' + b"x" * 1_100_000 + b'"}',
}
"""What anybody may put on a wire, or a broken disk leave in a file."""


@cache
def kept() -> list[tuple[str, bytes]]:
    lines = [msgspec.json.decode(line, type=tuple[str, str]) for line in KEPT.read_bytes().splitlines()]
    return [(name, base64.b64decode(text)) for name, text in lines]


@cache
def seed_messages() -> dict[str, list[bytes]]:
    return seeds()


# ── anything at all ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_f31_no_decoder_raises_anything_but_its_own_refusal(payload: bytes) -> None:
    for name, decode in DECODERS.items():
        if name == "side-file" and len(payload) > codec.PAYLOAD_MAX:
            continue  # tomllib's own dotted keys take minutes there, and that file comes from nobody but the shop
        decode(payload)
    for topic in TOPICS:
        for name in ("floor", "to-robot"):
            DECODERS[name](topic.encode() + b"\n" + payload)


@pytest.mark.parametrize("decoder", DECODERS)
def test_f31_a_real_message_with_one_thing_changed_is_read_or_refused(decoder: str) -> None:
    real = seed_messages()[decoder]

    @settings(max_examples=40, derandomize=True, deadline=None)
    @given(st.sampled_from(real), st.sampled_from(real), st.integers(0, 2**32), st.booleans())
    def changed(message: bytes, other: bytes, chance: int, as_tree: bool) -> None:
        DECODERS[decoder](changed_somewhere(message, other, Random(chance), as_tree=as_tree))

    changed()


def changed_somewhere(message: bytes, other: bytes, chance: Random, *, as_tree: bool) -> bytes:
    """A place of its tree, or a few of its bytes: flipped, dropped or doubled."""
    head, line_end, payload = message.rpartition(b"\n") if b"/" in message[:10] else (b"", b"", message)
    spoilt = spoil(payload, other[other.find(b"\n") + 1 :], chance) if as_tree else None
    if spoilt is not None:
        return head + line_end + spoilt
    spoilt_bytes = bytearray(message)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(spoilt_bytes) + 1)
        spoilt_bytes[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(spoilt_bytes)


def test_f31_what_the_fuzzer_found_stays_found() -> None:
    inputs = kept()
    assert len(inputs) >= 50
    for name, payload in inputs:
        DECODERS[name](payload)
    assert {name for name, _ in inputs} == set(DECODERS), "every decoder has been fuzzed"


# ── what is written is read ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [*EVENTS.values(), *COMMANDS.values()], ids=lambda kind: kind.__name__)
def test_whatever_a_message_may_say_comes_back_equal(kind: type[Struct]) -> None:
    decode = codec.decode_event if kind.__name__ in EVENTS else codec.decode_command
    for number, message in enumerate(gathered(kind, EACH), 1):
        letter = decode(codec.encode(message, number, codec.NUMBER_MAX - 1, NOON))
        assert (letter.message, letter.boot, letter.seq, letter.sent_at) == (
            message,
            number,
            codec.NUMBER_MAX - 1,
            NOON,
        )


@pytest.mark.parametrize(
    ("kind", "decode"),
    [(Receipt, codec.decode_receipt), (Connection, codec.decode_connection), (DeviceState, codec.decode_state)],
)
def test_what_has_no_envelope_comes_back_equal_too(kind: type[Struct], decode) -> None:
    for message in gathered(kind, 20):
        assert decode(codec.encode_plain(message)) == message


@pytest.mark.parametrize("version", SPOKEN.values())
@pytest.mark.parametrize("level", Level)
def test_m_whatever_a_robot_is_told_or_says_comes_back_the_same(level: Level, version: str) -> None:
    words = robots_words(level, 10, version)
    assert len(words) == 10
    for topic, payload in words:
        message = vda5050_wire.decode(topic, payload)
        assert type(message) is next(kind for kind, its_level in LEVELS.items() if its_level is level)
        again = vda5050_wire.encode(message)
        assert vda5050_wire.decode(topic, again.payload) == message


# ── who says it, and which one it is ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", ["0", "-1", "9007199254740992", "1" + "0" * 30, "1.5", "true", '"1"', "null", "NaN"])
@pytest.mark.parametrize("which", ["boot", "seq"])
def test_f32_a_numbering_that_is_none_is_refused(which: str, number: str) -> None:
    words = {"boot": "1", "seq": "1", which: number}
    envelope = '{{"kind":"TicketTaken","boot":{boot},"seq":{seq},"sent_at":0,"body":{{"line":"A"}}}}'
    with pytest.raises(Unreadable, match="malformed"):
        codec.decode_event(envelope.format(**words).encode())


def test_f32_a_body_of_another_kind_a_kind_of_nobody_and_a_field_too_many_are_refused() -> None:
    real = codec.encode(TicketTaken(line="A"), 1, 1, NOON)
    assert codec.decode_event(real)
    left = codec.encode(CustomerLeft(ticket="T1"), 1, 1, NOON)
    swapped = real.replace(b'"kind":"TicketTaken"', b'"kind":"CustomerLeft"', 1)
    for wrong, code in (
        (swapped, "bad-body"),
        (real.replace(b"TicketTaken", b"TicketEaten"), "unknown-kind"),
        (real.replace(b'"line":"A"', b'"line":"A","v":2'), "bad-body"),
        (real.replace(b'"boot":1', b'"boot":1,"version":2'), "malformed"),
        (left.replace(b'"T1"', b"true"), "bad-body"),
    ):
        with pytest.raises(Unreadable) as caught:
            codec.decode_event(wrong)
        assert caught.value.code == code


def test_b16_a_robot_that_speaks_on_anothers_topic_is_not_believed() -> None:
    topic, payload = robots_words(Level.STATE, 1)[0]
    plain = msgspec.json.decode(payload)
    stranger = msgspec.json.encode({**plain, "serialNumber": f"{IDENTITY.serial_number}x"})
    assert not isinstance(READING.read(Arrived(topic, payload)), Bad)
    assert isinstance(READING.read(Arrived(topic, stranger)), Bad)


# ── found by the fuzzer and by these tests ──────────────────────────────────────────────────────


def test_a_reason_that_quotes_a_stranger_can_be_read_by_people_terminals_and_the_sender() -> None:
    """``{"\\u0000": 1}``: the receipt quoted the key, and the device then refused the receipt for its U+0000."""
    for key in ("\\u0000", "\\u001b[2J", "\\u202e", "\\n"):
        bad = READING.read(Arrived(KIOSK, f'{{"{key}":1}}'.encode()))
        assert isinstance(bad, Bad)
        assert bad.reason.isprintable()
        answer = Receipt(boot=0, seq=0, status="refused", code=bad.code, reason=bad.reason)
        assert codec.decode_receipt(codec.encode_plain(answer)) == answer


def test_an_order_whose_parameters_nest_as_deep_as_the_stack_is_answered_by_the_robot_and_not_its_end() -> None:
    """It was just readable, and then too deep for the robot's own checks: RecursionError out of the client."""
    aisle = Aisle()
    sent = vda5050_wire.encode(order())
    plain = msgspec.json.decode(sent.payload)
    action = {"actionType": "pick", "actionId": "a1", "blockingType": "HARD"}
    for depth, readable in ((20, True), (40, False), *((depth, False) for depth in range(930, 1_000))):
        plain["nodes"][0]["actions"] = [{**action, "actionParameters": [{"key": "k", "value": "?"}]}]
        nested = b'{"a":' * depth + b"1" + b"}" * depth
        heard = aisle.voice.read(sent.topic, msgspec.json.encode(plain).replace(b'"?"', nested))
        assert isinstance(heard, robot.Unreadable) != readable
        assert aisle.tell(heard)


@pytest.mark.parametrize("content", [b'{"a":' * 10_000, b'{"answers":{"\xff":1}}', b"", b"[]"])
def test_a_devices_memory_that_the_disk_has_spoilt_is_refused_with_its_path(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cabinet-c1.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableMemory, match=r"cabinet-c1\.json"):
        MemoryFile(path, CabinetMemory).read()
    assert path.read_bytes() == content, "never begun anew over it"


@pytest.mark.parametrize("text", ["1e999", '{"layouts":1e999}', "[" * 10_000, "[", "9" * 5_000, '{"layouts":[{]}'])
def test_a_lif_file_with_a_flaw_before_its_last_letter_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(LayoutError, match="LIF file"):
        read_lif(text)


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, "a = " + "9" * 5_000, "a = \x00"])
def test_a_side_file_that_no_toml_reader_takes_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(LayoutError, match="side file"):
        read_side(text)


@pytest.mark.parametrize("sign", ["\\n", "\\u001b[2J", "\\u202e"])
def test_what_is_told_of_a_layout_gives_a_terminal_no_orders_and_stays_on_its_line(sign: str) -> None:
    """An edge began at ``"outlet\\n"``: the fault quoted it, line end and all."""
    found = inspect(SMALL_LIF.replace('"startNodeId":"outlet"', f'"startNodeId":"outlet{sign}"'), SMALL_SIDE)
    assert any("is no node of this file" in flaw.fault for flaw in found.faults)
    assert all(str(flaw).isprintable() for flaw in found.flaws)


def test_the_small_shop_that_is_fuzzed_is_a_sound_one() -> None:
    assert inspect(SMALL_LIF, SMALL_SIDE).faults == ()


def test_a_catalogue_of_brackets_is_refused_with_a_sentence() -> None:
    with pytest.raises(CatalogueError, match="nested too deeply"):
        Catalogue.from_text('{"a":' * 10_000)
    with pytest.raises(CatalogueError, match="not JSON"):
        Catalogue.from_text("{")


def test_a_command_that_only_just_fits_is_read_by_its_device_although_its_body_leaves_its_kind_out() -> None:
    """Written by another hand it has no ``kind`` in its body; with one it would be larger than what may travel."""
    asked = next(each for each in gathered(AskSignature, 3))
    full = structs.replace(asked, to="pad/x1", text="x" * 60_000)
    plain = msgspec.json.decode(codec.encode(full, 1, 1, NOON))
    del plain["body"]["kind"]
    plain["body"]["text"] += "x" * (codec.PAYLOAD_MAX - len(msgspec.json.encode(plain)))
    payload = msgspec.json.encode(plain)
    assert len(payload) == codec.PAYLOAD_MAX
    port = ShopPort(STORE, "pad/x1", TYPES["pad"].hears)
    mail = port.read(arrival(codec.topic(STORE, "pad/x1", "command"), payload))
    assert mail is not None
    assert mail.id == asked.id


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_b16_a_line_end_behind_an_id_does_not_make_it_another_id(kind: type[Struct]) -> None:
    """``$`` of a pattern lets one line end pass in Python: ``"U1\\n"`` was a unit beside ``"U1"``."""
    plain = msgspec.to_builtins(gathered(kind, EACH)[-1])
    patterned = [
        field.encode_name
        for field in msgspec.inspect.type_info(kind).fields
        if isinstance(field.type, msgspec.inspect.StrType) and field.type.pattern and field.encode_name in plain
    ]
    for name in patterned:
        body = {**plain, name: f"{plain[name]}\n"}
        envelope = {"kind": kind.__name__, "boot": 1, "seq": 1, "sent_at": 0, "body": body}
        with pytest.raises(Unreadable, match="bad-body"):
            codec.decode_event(msgspec.json.encode(envelope))

"""Topics and envelopes: what is ours is read, what is hostile is refused, and nothing else ever happens (F31, F32)."""

import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopfloor.contract.codec import (
    NUMBER_MAX,
    PAYLOAD_MAX,
    REASON_MAX,
    Address,
    Connection,
    DeviceState,
    Reader,
    Receipt,
    Unreadable,
    decode_command,
    decode_connection,
    decode_event,
    decode_receipt,
    decode_state,
    encode,
    encode_plain,
    parse_topic,
    topic,
    topic_filter,
)
from shopfloor.contract.commands import COMMANDS, Announce
from shopfloor.contract.events import EVENTS, CallShown, CustomerLeft, TicketTaken

NOON = 1_760_000_000_000
TAKEN = encode(TicketTaken(line="A"), 7, 42, NOON)

ids = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)
levels = st.sampled_from(["event", "receipt", "command", "state", "connection"])
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def wrapped(body: str, *, kind: str = "TicketTaken", boot: str = "7", seq: str = "42", more: str = "") -> bytes:
    """An envelope written by hand."""
    text = f'{{"kind":"{kind}","boot":{boot},"seq":{seq},"sent_at":{NOON},"body":{body}{more}}}'
    return text.encode("utf-8", "surrogateescape")


def refusal(payload: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        decode_event(payload)
    return caught.value


# ── topics ──


@given(store=ids, kind=ids, name=ids, level=levels)
def test_every_topic_that_is_built_is_read_back(store, kind, name, level):
    assert parse_topic(topic(store, f"{kind}/{name}", level)) == Address(store, f"{kind}/{name}", level)


@given(st.text())
def test_any_text_is_a_topic_of_ours_or_none(text):
    address = parse_topic(text)
    assert address is None or topic(address.store, address.device, address.level) == text


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "shopfloor/v1/s1/cabinet/c1",
        "shopfloor/v1/s1/cabinet/c1/event/more",
        "shopfloor/v1/s1/cabinet/c1/event\n",
        "shopfloor/v1/s1/cabinet/c1/gossip",
        "shopfloor/v2/s1/cabinet/c1/event",
        "shopfloor/v1/S1/cabinet/c1/event",
        "shopfloor/v1/s1/cabinet/+/event",
        "shopfloor/v1/s1/cabinet/#",
        f"shopfloor/v1/s1/cabinet/{'c' * 33}/event",
        "shopfloor/v1/s1//c1/event",
        "shopfloor/v1/s1/cabinet/柜/event",
        "uagv/v2/maker/r1/state",
    ],
)
def test_a_foreign_topic_is_nobodys(foreign):
    assert parse_topic(foreign) is None


@pytest.mark.parametrize("device", ["cabinet", "cabinet/c1/x", "cabinet/C1", "cabinet/+", ""])
def test_we_build_no_topic_for_a_device_that_cannot_exist(device):
    with pytest.raises(AssertionError):
        topic("s1", device, "event")


def test_the_floor_subscribes_to_one_class_of_devices():
    assert topic_filter("s1", "cabinet", "event") == "shopfloor/v1/s1/cabinet/+/event"


# ── letters ──


def test_a_ticket_taken_is_read_as_it_was_sent():
    letter = decode_event(TAKEN)
    assert (letter.kind, letter.boot, letter.seq, letter.sent_at) == ("TicketTaken", 7, 42, NOON)
    assert letter.message == TicketTaken(line="A")


def test_the_same_message_gives_the_same_bytes_so_that_a_repeat_is_known():
    assert encode(TicketTaken(line="A"), 7, 42, NOON) == TAKEN


def test_a_letter_written_by_another_hand_is_read_too():
    spaced = json.dumps(json.loads(TAKEN), indent=2, sort_keys=True).encode()
    assert spaced != TAKEN
    assert decode_event(spaced) == decode_event(TAKEN)


def test_a_body_may_leave_its_kind_out():
    assert decode_event(wrapped('{"line":"A"}')).message == TicketTaken(line="A")


def test_a_body_of_another_kind_than_its_envelope_is_refused():
    fault = refusal(wrapped('{"kind":"CustomerLeft","ticket":"A017"}'))
    assert (fault.code, fault.boot, fault.seq) == ("bad-body", 7, 42)


def test_a_command_travels_in_the_same_envelope():
    command = Announce(id="X1", to="calls/d1", ticket="T1", number="A017", desk="D2", calls=1, language="en")
    assert decode_command(encode(command, 1, 1, NOON)).message == command


def test_a_command_is_no_event_and_an_event_no_command():
    with pytest.raises(Unreadable, match="unknown-kind"):
        decode_command(TAKEN)


def test_a_reader_reads_only_the_kinds_that_it_was_given():
    display = Reader([CallShown])
    assert display.read(encode(CallShown(ticket="A017", calls=1), 1, 1, NOON)).kind == "CallShown"
    with pytest.raises(Unreadable, match="unknown-kind"):
        display.read(TAKEN)


@pytest.mark.parametrize("kind", sorted({*EVENTS, *COMMANDS}))
def test_every_word_of_the_contract_has_a_reader(kind):
    read = decode_event if kind in EVENTS else decode_command
    with pytest.raises(Unreadable) as caught:
        read(wrapped('"no body at all"', kind=kind))
    assert (caught.value.code, caught.value.seq) == ("bad-body", 42)


@given(reason=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=500))
def test_whatever_a_customer_says_arrives_as_it_was_said(reason):
    event = CustomerLeft(ticket="A017", reason=reason)
    assert decode_event(encode(event, 1, 1, NOON)).message == event
    ascii_only = json.dumps(json.loads(encode(event, 1, 1, NOON))).encode()
    assert decode_event(ascii_only).message == event


# ── hostile letters ──


def test_an_unknown_kind_is_refused_with_a_receipt_to_the_sender():
    fault = refusal(wrapped("{}", kind="CoffeeOrdered"))
    assert (fault.code, fault.boot, fault.seq) == ("unknown-kind", 7, 42)
    assert "CoffeeOrdered" in fault.reason


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{}", "bad-body"),
        ("null", "bad-body"),
        ("[]", "bad-body"),
        ('{"line":"Z"}', "bad-body"),
        ('{"line":"A","tip":1}', "bad-body"),
        ('{"line":"A","rework":"yes"}', "bad-body"),
        ('{"line":"A","repair":"\udcff"}', "bad-body"),
        ('{"line":"A","line":"A"}', "malformed"),
        ('{"line":"A","repair":"a\\u0000b"}', "malformed"),
    ],
)
def test_a_bad_body_is_refused_and_the_sender_can_be_told(body, code):
    fault = refusal(wrapped(body))
    assert fault.code == code
    assert (fault.boot, fault.seq) == (7, 42)


def test_a_backslash_before_u0000_is_no_hostile_letter():
    event = CustomerLeft(ticket="A017", reason="C:\\u0000")
    assert decode_event(encode(event, 1, 1, NOON)).message == event


@pytest.mark.parametrize("number", ["9007199254740992", "9" * 400, "9" * 5000, "-9007199254740993"])
def test_no_whole_number_is_larger_than_json_readers_agree_on(number):
    read = Reader([Counted]).read
    with pytest.raises(Unreadable):
        read(wrapped(f'{{"count":{number}}}', kind="Counted"))
    assert read(wrapped('{"count":9007199254740991}', kind="Counted")).message == Counted(count=NUMBER_MAX - 1)


def test_nor_one_that_our_own_encoder_wrote():
    with pytest.raises(Unreadable, match=r"2\*\*53"):
        Reader([Counted]).read(encode(Counted(count=NUMBER_MAX), 1, 1, NOON))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "0x10", "01", "1_000"])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(Unreadable):
        Reader([Counted]).read(wrapped(f'{{"weight":{number}}}', kind="Counted"))


class Counted(msgspec.Struct, frozen=True, tag=True, tag_field="kind", forbid_unknown_fields=True):
    """A word with open numbers, which no word of the contract should have."""

    count: int = 0
    weight: float = 0.0


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"{}",
        b"[]",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf" + TAKEN,
        TAKEN[:-1],
        TAKEN + TAKEN,
        b"[" * 60_000,
        b"[" * 30_000 + b"]" * 30_000,
        wrapped("[" * 30_000 + "]" * 30_000),
        wrapped("{}", more=',"extra":1'),
        wrapped("{}", boot="0"),
        wrapped("{}", boot="-1"),
        wrapped("{}", boot="1.0"),
        wrapped("{}", boot="true"),
        wrapped("{}", boot='"1"'),
        wrapped("{}", boot="9007199254740992"),
        wrapped("{}", seq="1e3"),
        wrapped("{}", seq="null"),
        wrapped("{}", kind=""),
        wrapped("{}", kind="K" * 65),
        wrapped("{}", kind="\udcff"),
        wrapped("{NaN}"),
        wrapped('{"line":"A","repair":"\\ud800"}'),
    ],
)
def test_what_is_no_envelope_is_malformed_and_has_no_number(payload):
    fault = refusal(payload)
    assert (fault.code, fault.boot, fault.seq) == ("malformed", None, None)


def test_a_key_of_the_envelope_told_twice_is_refused():
    assert refusal(wrapped('{"line":"A"}', boot='1,"boot":7')).code == "malformed"


def test_64_kib_are_read_and_one_byte_more_is_not():
    room = PAYLOAD_MAX - len(TAKEN)
    assert decode_event(TAKEN + b" " * room) == decode_event(TAKEN)
    assert refusal(TAKEN + b" " * (room + 1)).code == "oversized"


def test_a_message_that_would_grow_over_the_limit_when_rewritten_is_still_read():
    body = '{"line":"A"}'
    padded = wrapped(body)
    padded += b" " * (PAYLOAD_MAX - len(padded))
    assert decode_event(padded).message == TicketTaken(line="A")


def test_we_never_send_what_nobody_would_read():
    with pytest.raises(AssertionError, match="too large"):
        encode(CustomerLeft(ticket="A017", reason="x" * PAYLOAD_MAX), 1, 1, NOON)


@pytest.mark.parametrize(("boot", "seq"), [(0, 1), (1, 0), (-1, 1), (NUMBER_MAX, 1)])
def test_we_never_number_a_message_as_nobody_would_read_it(boot, seq):
    with pytest.raises(AssertionError):
        encode(TicketTaken(line="A"), boot, seq, NOON)


def test_a_reason_is_short_enough_for_a_receipt():
    assert len(refusal(wrapped(json.dumps({"line": "A", "x" * 5_000: 1}))).reason) == REASON_MAX


@given(st.binary(max_size=300))
def test_any_bytes_are_a_letter_or_unreadable(payload):
    for read in (decode_event, decode_command, decode_receipt, decode_connection, decode_state):
        with contextlib.suppress(Unreadable):
            read(payload)


@given(kind=st.sampled_from(sorted(EVENTS)), body=jsons, boot=jsons, seq=st.integers())
def test_any_json_is_a_letter_or_unreadable(kind, body, boot, seq):
    payload = json.dumps({"kind": kind, "boot": boot, "seq": seq, "sent_at": 1, "body": body}).encode()
    try:
        letter = decode_event(payload)
    except Unreadable:
        return
    assert decode_event(encode(letter.message, letter.boot, letter.seq, letter.sent_at)) == letter


@given(at=st.integers(0, len(TAKEN) - 1), byte=st.integers(0, 255))
def test_one_wrong_byte_gives_another_letter_or_unreadable(at, byte):
    damaged = bytearray(TAKEN)
    damaged[at] = byte
    try:
        letter = decode_event(bytes(damaged))
    except Unreadable:
        return
    assert bytes(damaged) == TAKEN or letter != decode_event(TAKEN)


# ── what needs no envelope ──


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (decode_receipt, Receipt(boot=7, seq=42, status="committed", entry=1001)),
        (decode_receipt, Receipt(boot=7, seq=42, status="refused", code="q4", reason="the ticket was called already")),
        (decode_connection, Connection(online=False, boot=7)),
        (decode_state, DeviceState(words={"door": "open", "bins": 120, "lit": True, "load": 0.5}, boot=7, at=NOON)),
    ],
)
def test_receipt_presence_and_state_are_read_as_they_were_sent(read, message):
    payload = encode_plain(message)
    assert read(payload) == message
    with pytest.raises(Unreadable):
        read(payload[:-1] + b',"extra":1}')
    with pytest.raises(Unreadable):
        read(payload[:-1] + b',"boot":8}')

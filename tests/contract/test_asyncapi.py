"""The committed AsyncAPI document is fresh, valid, and says what the roster says."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

import shopfloor
from shopfloor.contract.asyncapi import COMMITTED, document, document_text
from shopfloor.contract.codec import encode
from shopfloor.contract.events import EVENTS, PickFailed, TicketTaken
from shopfloor.contract.roster import EVERY_DEVICE, ROSTER

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "asyncapi" / "3.0.0.json").read_text(encoding="utf-8"))
SPOKEN = [row for row in ROSTER if row.name != "robot"]


def payload_schema(kind: str) -> dict[str, object]:
    """The schema of one message, with the components it refers to."""
    whole = document()
    components = whole["components"]
    assert isinstance(components, dict)
    return {**components["messages"][kind]["payload"], "components": components}


def test_the_committed_document_is_what_the_roster_says_now() -> None:
    assert (Path(shopfloor.__file__).parent / COMMITTED).read_text(encoding="utf-8") == document_text(), (
        "run `shopfloor contract --write` and look at the diff"
    )


def test_the_document_is_valid_asyncapi_3_0() -> None:
    validator = jsonschema.Draft7Validator(SCHEMA)
    faults = [f"{list(fault.path)}: {fault.message[:200]}" for fault in validator.iter_errors(document())]
    assert faults == []


def test_a_spoiled_document_is_not_valid() -> None:
    spoiled = document()
    del spoiled["info"]
    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(spoiled)


@pytest.mark.parametrize("row", SPOKEN, ids=lambda row: row.name)
def test_each_device_has_its_five_channels_and_all_its_words(row: object) -> None:
    channels = document()["channels"]
    assert isinstance(channels, dict)
    for level in ("event", "receipt", "command", "state", "connection"):
        assert f"{row.name}-{level}" in channels
    assert set(channels[f"{row.name}-event"]["messages"]) == {kind.__name__ for kind in (*EVERY_DEVICE, *row.says)}
    assert set(channels[f"{row.name}-command"]["messages"]) == {kind.__name__ for kind in row.hears}


def test_what_the_encoder_writes_is_what_the_document_promises() -> None:
    letter = json.loads(encode(TicketTaken(line="A"), boot=1, seq=1, sent_at=0))
    jsonschema.Draft202012Validator(payload_schema("TicketTaken")).validate(letter)


def test_a_body_may_leave_its_own_kind_out_but_no_field() -> None:
    validator = jsonschema.Draft202012Validator(payload_schema("PickFailed"))
    body = msgspec.to_builtins(PickFailed(command="C1", why="incomplete"))
    del body["kind"]
    letter = {"kind": "PickFailed", "boot": 1, "seq": 1, "sent_at": 0, "body": body}
    assert validator.is_valid(letter)
    del body["why"]
    assert not validator.is_valid(letter)


def test_every_event_belongs_to_some_device() -> None:
    said = {kind for row in ROSTER for kind in row.says} | set(EVERY_DEVICE)
    silent = {name for name, kind in EVENTS.items() if kind not in said}
    assert silent == {"DeviceConnected", "DeviceLost", "JournalRecovered", "DueSetAside"}, "nobody sends these"

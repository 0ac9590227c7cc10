"""The contract as an AsyncAPI 3.0 document, made from the roster; ``asyncapi.json`` beside this file is its copy."""

import json
from typing import TypeAlias

import msgspec

from shopfloor.contract.codec import NUMBER_MAX, PAYLOAD_MAX, Connection, DeviceState, Receipt
from shopfloor.contract.commands import COMMANDS
from shopfloor.contract.events import EVENTS
from shopfloor.contract.roster import EVERY_DEVICE, ROSTER, DeviceType

Json: TypeAlias = dict[str, object]

REF = "#/components/schemas/{name}"
COMMITTED = "contract/asyncapi.json"
"""The copy, below the package; a test keeps it fresh."""
VERSION = "1.0.0"
PLAIN = {"receipt": Receipt, "state": DeviceState, "connection": Connection}
"""What travels without an envelope, since its topic says what it is."""

DESCRIPTION = f"""\
Devices say events and hear commands. Each event is kept by its device until the floor's receipt says that it is
committed or refused, and sent again with the same (boot, seq); the floor knows repeats for ever. A command is asked
again, with the same id in its body, until the device has answered. QoS 1 (receipts 0), MQTT 3.1.1, at most
{PAYLOAD_MAX} bytes. `connection` and `state` are retained, with a last will on `connection`; commands never are.
Robots speak VDA 5050 2.0, 2.1 or 3.0 on its own topics (`uagv/v2/…`, `vda5050/v3/…`), which that standard describes.
"""


def document() -> Json:
    """The whole document as plain data, keys in a fixed order."""
    spoken = [row for row in ROSTER if row.name != "robot"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "shopfloor",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": dict(channel for row in spoken for channel in _channels(row)),
        "operations": dict(operation for row in spoken for operation in _operations(row)),
        "components": {"schemas": _schemas(), "messages": _messages()},
    }


def document_text() -> str:
    """As committed: two spaces, a line end at the end."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _channels(row: DeviceType) -> list[tuple[str, Json]]:
    events = [kind.__name__ for kind in (*EVERY_DEVICE, *row.says)]
    commands = [kind.__name__ for kind in row.hears]
    return [
        (f"{row.name}-event", _channel(row, "event", events, f"{row.purpose} What it says.")),
        (f"{row.name}-command", _channel(row, "command", commands, f"{row.purpose} What it is asked.")),
        *(
            (f"{row.name}-{level}", _channel(row, level, [kind.__name__], (kind.__doc__ or "").strip()))
            for level, kind in PLAIN.items()
        ),
    ]


def _channel(row: DeviceType, level: str, names: list[str], description: str) -> Json:
    return {
        "address": f"shopfloor/v1/{{store}}/{row.name}/{{device}}/{level}",
        "description": description,
        "parameters": {
            "store": {"description": "Id of the shop: a-z, 0-9 and -."},
            "device": {"description": "Id of the device within its type: a-z, 0-9 and -."},
        },
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
    }


def _operations(row: DeviceType) -> list[tuple[str, Json]]:
    """From the floor's side: it receives events, states and connections, it sends receipts and commands."""
    directions = {"event": "receive", "state": "receive", "connection": "receive", "receipt": "send", "command": "send"}
    return [
        (
            f"{action}-{row.name}-{level}",
            {"action": action, "channel": {"$ref": f"#/channels/{row.name}-{level}"}},
        )
        for level, action in directions.items()
    ]


def _messages() -> Json:
    enveloped = [*EVENTS.values(), *COMMANDS.values()]
    spoken = {row for row in ROSTER if row.name != "robot"}
    used = {kind.__name__ for row in spoken for kind in (*EVERY_DEVICE, *row.says, *row.hears)}
    messages: Json = {}
    for kind in enveloped:
        if kind.__name__ in used:
            messages[kind.__name__] = {
                "name": kind.__name__,
                "summary": " ".join((kind.__doc__ or "").split()),
                "payload": _envelope(kind.__name__),
            }
    for plain in PLAIN.values():
        messages[plain.__name__] = {"name": plain.__name__, "payload": {"$ref": REF.format(name=plain.__name__)}}
    return messages


def _envelope(kind: str) -> Json:
    number = {"type": "integer", "minimum": 1, "exclusiveMaximum": NUMBER_MAX}
    return {
        "type": "object",
        "required": ["kind", "boot", "seq", "sent_at", "body"],
        "additionalProperties": False,
        "properties": {
            "kind": {"const": kind},
            "boot": {**number, "description": "Grows with each start of the sender."},
            "seq": {**number, "description": "Counts the sender's messages of this boot."},
            "sent_at": {"type": "integer", "minimum": 0, "description": "The sender's own clock, ms since 1970."},
            "body": {"$ref": REF.format(name=kind)},
        },
    }


def _schemas() -> Json:
    said = [kind for row in ROSTER if row.name != "robot" for kind in (*row.says, *row.hears)]
    kinds = list(dict.fromkeys([*EVERY_DEVICE, *said, *PLAIN.values()]))
    _, components = msgspec.json.schema_components(kinds, ref_template=REF)
    return {name: _kind_optional(schema) for name, schema in components.items()}


def _kind_optional(schema: Json) -> Json:
    """A body may leave its own ``kind`` out, since the envelope has it."""
    required = schema.get("required")
    if isinstance(required, list) and "kind" in required:
        return {**schema, "required": [name for name in required if name != "kind"]}
    return schema

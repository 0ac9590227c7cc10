"""The official VDA 5050 schemas as validators, mended where wrong.

``faults`` is what a test asks about a message that it saw on the wire.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

Schema = dict[str, object]
FOLDER = Path(__file__).parent
VERSIONS = ("v2.0", "v2.1", "v3.0")
LEVELS = ("connection", "factsheet", "instantActions", "order", "state")


class PatchFitsNoMoreError(Exception):
    """The published file is not as the patch expects it: was it mended upstream?"""


def s2_paused_is_an_action_status(schema):
    """2.1's text has PAUSED, its state.schema forgot it."""
    words = schema["properties"]["actionStates"]["items"]["properties"]["actionStatus"]["enum"]
    if "PAUSED" in words:
        raise PatchFitsNoMoreError("S2")
    words.append("PAUSED")


def s3_blocking_types_are_the_elements(schema):
    """The enum sits on the array, so that every list is refused."""
    actions = schema["properties"]["protocolFeatures"]["properties"]["agvActions"]
    blocking_types = actions["items"]["properties"]["blockingTypes"]
    if "enum" not in blocking_types or "items" in blocking_types:
        raise PatchFitsNoMoreError("S3")
    blocking_types["items"] = {"type": "string", "enum": blocking_types.pop("enum")}


PATCHES: dict[tuple[str, str], tuple[Callable[[Schema], None], ...]] = {
    ("v2.1", "state"): (s2_paused_is_an_action_status,),
    ("v2.0", "factsheet"): (s3_blocking_types_are_the_elements,),
    ("v2.1", "factsheet"): (s3_blocking_types_are_the_elements,),
}


def folder_of(version):
    """``2.1.0``, as a header has it → the folder of its schemas."""
    return "v" + ".".join(version.split(".")[:2])


def published(version, level):
    """The schema as it was published."""
    return json.loads((FOLDER / version / f"{level}.schema").read_text(encoding="utf-8"))


def mended(version, level):
    schema = published(version, level)
    for patch in PATCHES.get((version, level), ()):
        patch(schema)
    return schema


@cache
def validator(version, level):
    """Checks dates too, which is off by default (S8)."""
    schema = mended(version, level)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(version, level, plain):
    """What is wrong with a message of this version, as its header has it; empty if nothing is.

    Beside the schema's own complaints these are the keys that it does not name (S6).
    """
    judge = validator(folder_of(version), str(level))
    return [error.message for error in judge.iter_errors(plain)] + undeclared(judge.schema, plain)


def undeclared(schema, value, where="$"):
    """The keys of a message that its schema does not name: it would let a misspelt one pass (S6)."""
    root = schema

    def walk(schema, value, where):
        if "$ref" in schema:
            schema = root["definitions"][schema["$ref"].rsplit("/", 1)[1]]
        if isinstance(value, dict) and "properties" in schema:
            for key, each in value.items():
                if key in schema["properties"]:
                    yield from walk(schema["properties"][key], each, f"{where}.{key}")
                else:
                    yield f"{where}.{key}"
        if isinstance(value, list) and isinstance(schema.get("items"), dict):
            for number, each in enumerate(value):
                yield from walk(schema["items"], each, f"{where}[{number}]")

    return list(walk(schema, value, where))

"""How routes are described: request bodies and answers as Structs, which the OpenAPI document has as its components."""

from typing import Final

import msgspec
from fastapi import FastAPI
from msgspec import Struct

from shopfloor.contract.codec import NUMBER_MAX
from shopfloor.contract.events import EVENTS
from shopfloor.web.access.guard import declared
from shopfloor.web.answers import JSON, No

REF: Final = "#/components/schemas/{name}"
REFUSALS: Final = {
    400: "cannot be read",
    401: "sign in, or enrol, first",
    403: "not yours",
    404: "there is no such thing",
    409: "this number was used for something else",
    413: "too long",
    415: "not JSON",
    422: "the floor refuses, and says why",
    429: "too often: wait for Retry-After",
    503: "the floor does not answer: send it again",
}

Description = dict[str, object]

_described: dict[str, type[Struct]] = {No.__name__: No}
"""Every Struct that a route reads or answers with."""


def reading(kind: type[Struct]) -> Description:
    """``openapi_extra`` of a route with such a body."""
    return {"requestBody": {"required": True, "content": {JSON: {"schema": _schema(kind)}}}}


def answering(kind: type[Struct] | None, *refusals: int, many: bool = False) -> dict[int | str, Description]:
    """``responses`` of a route: what it answers with (None: nothing, 204), and with which codes it may refuse."""
    no: dict[int | str, Description] = {
        code: {"description": REFUSALS[code], "content": {JSON: {"schema": _schema(No)}}} for code in refusals
    }
    if kind is None:
        return {204: {"description": "done"}, **no}
    schema = {"type": "array", "items": _schema(kind)} if many else _schema(kind)
    return {200: {"description": (kind.__doc__ or "").strip(), "content": {JSON: {"schema": schema}}}, **no}


def reading_events() -> Description:
    """``openapi_extra`` of the route that takes every device's events: an envelope for each word of the contract."""
    for kind in EVENTS.values():
        _described[kind.__name__] = kind
    envelopes = [_envelope(kind) for kind in EVENTS.values()]
    return {"requestBody": {"required": True, "content": {JSON: {"schema": {"oneOf": envelopes}}}}}


def _envelope(kind: type[Struct]) -> Description:
    number = {"type": "integer", "minimum": 1, "exclusiveMaximum": NUMBER_MAX}
    sent_at = {"type": "integer", "minimum": 0, "exclusiveMaximum": NUMBER_MAX}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "boot", "seq", "sent_at", "body"],
        "properties": {
            "kind": {"const": kind.__name__},
            "boot": number,
            "seq": number,
            "sent_at": sent_at,
            "body": _schema(kind),
        },
    }


def _schema(kind: type[Struct]) -> Description:
    _described[kind.__name__] = kind
    return {"$ref": REF.format(name=kind.__name__)}


def openapi(app: FastAPI, version: str) -> Description:
    """The whole document, of the routes that the application has now."""
    app.version = version
    app.openapi_schema = None
    document: Description = app.openapi()
    _, components = msgspec.json.schema_components(list(_described.values()), schema_hook=_anything, ref_template=REF)
    known = document.setdefault("components", {})
    assert isinstance(known, dict)
    known["schemas"] = {**known.get("schemas", {}), **components}
    _add_roles(app, document)
    return document


def _anything(_kind: type) -> Description:
    """A section of a picture may be any JSON."""
    return {"title": "any JSON"}


def _add_roles(app: FastAPI, document: Description) -> None:
    """Who may use a route stands with it."""
    paths = document["paths"]
    assert isinstance(paths, dict)
    for route in declared(app):
        operation = paths.get(route.path, {}).get(route.method.lower())
        if operation is not None:
            operation["x-roles"] = [role or "anybody" for role in route.roles]

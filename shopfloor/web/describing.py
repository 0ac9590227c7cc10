"""How routes are described: request bodies and answers as Structs, which the OpenAPI document has as its components."""

from typing import Final

import msgspec
from fastapi import FastAPI
from msgspec import Struct

from shopfloor.contract.codec import NUMBER_MAX, Letter, encode
from shopfloor.contract.events import EVENTS, Event
from shopfloor.web.access.credentials import SCHEMES, needed_for
from shopfloor.web.access.guard import Route, declared
from shopfloor.web.access.origin import SAFE_METHODS
from shopfloor.web.access.visitor import Role
from shopfloor.web.answers import JSON, No

REF: Final = "#/components/schemas/{name}"
REFUSALS: Final = {
    400: "cannot be read",
    401: "sign in, or enrol, first",
    403: "not yours",
    404: "there is no such thing",
    408: "the body did not come to its end",
    409: "taken: this number by another event, or this device by another program",
    413: "too long",
    415: "not JSON",
    422: "understood, and refused with the reason",
    429: "too often: wait for Retry-After",
    503: "the floor does not answer: send it again",
}

LATER: Final = (429, 503)
RETRY_AFTER: Final = {"description": "seconds", "schema": {"type": "integer", "minimum": 1}}

Description = dict[str, object]

ABOUT: Final = """\
What pages and other programs ask of one shop and tell it. A device's events are answered with 200 only when they are in
the floor's journal; the same envelope (device, boot, seq) again gets the same receipt. Whatever is refused has a `code`
for a program, a `reason` in English and `words` in the reader's language (`Accept-Language`). Times are milliseconds
since 1970, money is in fen. What changes while one looks comes over the WebSocket `live` beside these routes.
"""

PARAMETERS: Final[dict[str, tuple[str, object]]] = {
    "badge": ("a person's, as in the layout", "e8"),
    "day": ("a day of the shop", "2026-11-23"),
    "date": ("a day of the shop; empty: today", "2026-11-23"),
    "desk": ("which desk", "d4"),
    "device_id": ("its id in the layout", "q2"),
    "device_type": ("what kind of device it is", "queue"),
    "language": ("in which it is said", "zh-Hans"),
    "number": ("a visit's, as it is called", "A001"),
    "parts_order": ("which parts order", "P1"),
    "repair": ("which repair", "R1"),
    "t": ("a moment of the past, ms since 1970", 1795399200000),
    "ticket": ("which visit", "T1"),
}
"""Each parameter of a path or query: what it is, and one that might be."""

IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "the id under which the sender keeps this event; the answer names it",
    "required": False,
    "schema": {"type": "string"},
}
FASTAPIS_OWN: Final = ("HTTPValidationError", "ValidationError")
"""How FastAPI would refuse a parameter; here that is 400, with a ``No`` as everywhere."""

_described: dict[str, type[Struct]] = {No.__name__: No}
"""Every Struct that a route reads or answers with."""


def reading(example: Struct) -> Description:
    """``openapi_extra`` of a route with such a body as this one."""
    content = {"schema": _schema(type(example)), "example": msgspec.to_builtins(example)}
    return {"requestBody": {"required": True, "content": {JSON: content}}}


def answering(kind: type[Struct] | None, *refusals: int, many: bool = False) -> dict[int | str, Description]:
    """``responses`` of a route: what it answers with (None: nothing, 204), and with which codes it may refuse."""
    no = refusing(*refusals)
    if kind is None:
        return {204: {"description": "done"}, **no}
    schema = {"type": "array", "items": _schema(kind)} if many else _schema(kind)
    return {200: {"description": (kind.__doc__ or "").strip(), "content": {JSON: {"schema": schema}}}, **no}


def refusing(*codes: int) -> dict[int | str, Description]:
    """The part of ``responses`` that says no."""
    return {code: _refusal(code) for code in codes}


def _refusal(code: int) -> Description:
    told: Description = {"description": REFUSALS[code], "content": {JSON: {"schema": _schema(No)}}}
    return told | {"headers": {"Retry-After": RETRY_AFTER}} if code in LATER else told


def reading_events(example: Letter[Event]) -> Description:
    """``openapi_extra`` of the route that takes every device's events: an envelope for each word of the contract."""
    for kind in EVENTS.values():
        _described[kind.__name__] = kind
    envelopes = [_envelope(kind) for kind in EVENTS.values()]
    body = {"required": True, "content": {JSON: {"schema": {"oneOf": envelopes}, "example": _as_sent(example)}}}
    return {"parameters": [IDEMPOTENCY_KEY], "requestBody": body}


def _as_sent(letter: Letter[Event]) -> object:
    return msgspec.json.decode(encode(letter.message, letter.boot, letter.seq, letter.sent_at))


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
    app.description = ABOUT
    app.openapi_schema = None
    document: Description = app.openapi()
    _, components = msgspec.json.schema_components(list(_described.values()), schema_hook=_anything, ref_template=REF)
    known = document.setdefault("components", {})
    assert isinstance(known, dict)
    theirs = {name: schema for name, schema in known.get("schemas", {}).items() if name not in FASTAPIS_OWN}
    known["schemas"] = {**theirs, **{name: _bounded(schema) for name, schema in sorted(components.items())}}
    known["securitySchemes"] = SCHEMES
    _add_door(app, document)
    return document


def _anything(_kind: type) -> Description:
    """A section of a picture may be any JSON."""
    return {"title": "any JSON"}


def _bounded(schema: object) -> object:
    """No whole number is beyond what every reader of JSON has exactly; the codec refuses others."""
    if isinstance(schema, list):
        return [_bounded(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _bounded(each) for name, each in schema.items()}
    if told.get("type") != "integer":
        return told
    least = {} if "minimum" in told or "exclusiveMinimum" in told else {"exclusiveMinimum": -NUMBER_MAX}
    most = {} if "maximum" in told or "exclusiveMaximum" in told else {"exclusiveMaximum": NUMBER_MAX}
    return told | least | most


def _add_door(app: FastAPI, document: Description) -> None:
    """Who may use a route stands with it, and how everybody else, or a stray parameter, is turned away."""
    paths = document["paths"]
    assert isinstance(paths, dict)
    for route in declared(app):
        operation = paths.get(route.path, {}).get(route.method.lower())
        if operation is not None:
            operation["x-roles"] = [role or "anybody" for role in route.roles]
            operation["security"] = needed_for(route)
            _tell_parameters(operation)
            _turn_away(operation, route)


def _tell_parameters(operation: Description) -> None:
    parameters = operation.get("parameters", [])
    assert isinstance(parameters, list)
    for parameter in parameters:
        if parameter["in"] != "header":
            parameter["description"], parameter["example"] = PARAMETERS[parameter["name"]]


def _turn_away(operation: Description, route: Route) -> None:
    told, parameters = operation["responses"], operation.get("parameters", [])
    assert isinstance(told, dict)
    assert isinstance(parameters, list)
    if any(name in str(told.get("422")) for name in FASTAPIS_OWN):
        del told["422"]
    is_for_everybody = set(route.roles) == set(Role)
    codes = [429]
    if any(parameter["in"] == "query" for parameter in parameters):
        codes.append(400)
    if "requestBody" in operation:
        codes.append(408)
    if not is_for_everybody:
        codes.append(401)
    if not is_for_everybody or route.method not in SAFE_METHODS:
        codes.append(403)
    told = {str(code): each for code, each in refusing(*codes).items()} | told
    operation["responses"] = dict(sorted(told.items()))

"""The OpenAPI document as each caller uses it: as the server tells it, and once more with the shop's own names.

With names, only visits, repairs, parts, people and desks that there are may be asked for, so that such requests get
past "no such thing". Everything else, and every answer, is as the server tells it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import schemathesis
from msgspec import Struct
from schemathesis.schemas import APIOperation

from shopfloor.contract.actor import DAY
from shopfloor.contract.events import Event
from shopfloor.contract.roster import EVERY_DEVICE, TYPES
from shopfloor.web.events import BY_LINK
from shopfloor.web.serving import wall
from shopfloor.web.shop import Shop
from tests.web.house import PIN
from tests.web.schema_callers import EVERYBODY, Who

EVENTS_PATH: Final = "/{device_type}/{device_id}/events"
RECORDS: Final = {
    "ticket": "ticket",
    "visit": "ticket",
    "repair": "repair",
    "parent": "repair",
    "parts_order": "parts_order",
    "request": "document",
    "payment": "payment",
}
"""Names that the records hold: property → table."""
LEFT_OUT: Final = frozenset({"DayClosed"})
"""After it the floor would refuse nearly everything else."""
CODES: Final = 2
"""One-time codes that somebody may find."""

Schema: TypeAlias = dict[str, object]
Names: TypeAlias = Mapping[str, Sequence[str | int]]
"""Property of a body, or parameter → values that there are."""


def names_in(shop: Shop) -> Names:
    """What there is in this shop just now."""
    layout, look, now = shop.layout, shop.look(), shop.clock()
    recorded = {name: _recorded(look.execute(f"SELECT id FROM {table} ORDER BY id")) for name, table in RECORDS.items()}
    people = [*layout.engineers, *layout.parts_keepers, *layout.managers]
    known = [who.device for who in EVERYBODY]
    free = [pad for desk in layout.desks.values() if (pad := f"pad/{desk.pad}") not in known]
    lockers = [f"locker/{number + 1}" for number in range(layout.lockers)]
    things = [*recorded["repair"], *layout.robots, *layout.cabinets, *layout.loaners, "A", "D"]
    days = [layout.date(now), layout.date(now + DAY)]
    return {
        **recorded,
        **dict.fromkeys(("engineer", "checker", "person"), people),
        **dict.fromkeys(("date", "effective"), days),
        "about": things,
        "badge": [*(who.badge for who in EVERYBODY if who.badge), "e8"],
        "code": [shop.access.new_code(device, wall())[0] for device in free[:CODES]],
        "desk": [*layout.desks],
        "device": free,
        "device_id": [device.partition("/")[2] for device in free],
        "device_type": ["pad"],
        "fault": [*shop.catalogue.faults],
        "language": ["en", "zh-Hans", "zh-Hant"],
        "loaner": [*layout.loaners],
        "locker": lockers,
        "model": [*shop.catalogue.models],
        "number": ["A001", "B12"],
        "parts_order": recorded["parts_order"] or recorded["repair"],
        "pin": [PIN],
        "place": [*(f"desk/{desk}" for desk in layout.desks), *lockers, "qc", "courier", "customer"],
        "revision": [0],
        "sku": [*shop.catalogue.parts],
        "t": [now, now - DAY],
    }


def _recorded(rows: Iterator[tuple[str]]) -> list[str]:
    return [name for (name,) in rows]


class Asked(Struct, frozen=True):
    """An operation, twice: as told, and with names."""

    told: APIOperation
    named: APIOperation
    kinds: int = 0
    """Of events that may be said there."""

    @property
    def may_go_awry(self) -> bool:
        """Whether a request can break what the document tells: a path is never wrong, it leads elsewhere."""
        return bool(self.told.body or self.told.query)

    @property
    def is_always_the_same(self) -> bool:
        return not (self.told.body or self.told.query or self.told.path_parameters)

    def is_open_to(self, who: Who) -> bool:
        return (who.role or "anybody") in self.told.definition.raw["x-roles"]


def operations_for(everybody: Sequence[Who], document: str, names: Names) -> Mapping[str, Sequence[Asked]]:
    """Name of a caller → all operations. Of all events, only those that their type of device may say."""
    told = json.loads(document)
    del told["components"]["securitySchemes"]  # callers bring what they have
    events = {path: methods for path, methods in told["paths"].items() if path.endswith(EVENTS_PATH)}
    others = {path: methods for path, methods in told["paths"].items() if path not in events}
    common = list(map(Asked, _loaded(told | {"paths": others}), _loaded(_named(told | {"paths": others}, names))))
    return {who.name: [*common, _events_of(who, told | {"paths": events}, names)] for who in everybody}


def _events_of(who: Who, document: Schema, names: Names) -> Asked:
    said = TYPES[who.says].says if who.says else ()
    offered = BY_LINK if who.says == "link" else said
    told, named = (_saying(document, kinds) for kinds in ((*EVERY_DEVICE, *said), offered or EVERY_DEVICE))
    return Asked(*_loaded(told), *_loaded(_named(named, names)), len(offered))


def _saying(document: Schema, kinds: Iterable[type[Event]]) -> Schema:
    told = json.loads(json.dumps(document))
    names = {kind.__name__ for kind in kinds} - LEFT_OUT
    for methods in told["paths"].values():
        body = methods["post"]["requestBody"]["content"]["application/json"]["schema"]
        body["oneOf"] = [each for each in body["oneOf"] if each["properties"]["kind"]["const"] in names]
    return told


def _named(document: Schema, names: Names) -> Schema:
    named = json.loads(json.dumps(document))
    schemas = named["components"]["schemas"]
    operations = [operation for methods in named["paths"].values() for operation in methods.values()]
    for body in _referred([operation.get("requestBody") for operation in operations], schemas):
        properties = schemas[body].get("properties", {})
        properties |= {name: _one_of(names[name]) for name in properties if names.get(name)}
    for operation in operations:
        for parameter in operation.get("parameters", ()):
            if names.get(parameter["name"]):
                parameter["schema"] = _one_of(names[parameter["name"]])
    return named


def _loaded(document: Schema) -> list[APIOperation]:
    return [each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations()]


def _referred(described: object, schemas: Mapping[str, object]) -> list[str]:
    """Schemas that something refers to, and those that they refer to."""
    found: list[str] = []
    todo = [described]
    while todo:
        for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(todo.pop())):
            if name not in found:
                found.append(name)
                todo.append(schemas[name])
    return found


def _one_of(values: Sequence[str | int]) -> Schema:
    return {"enum": list(values)}

"""How a message is spoilt so that it still gets deep: as a tree of JSON, one place at a time."""

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import TypeAlias

Tree: TypeAlias = object
Place: TypeAlias = tuple[list[Tree] | dict[str, Tree], int | str]

EXTREMES: tuple[Tree, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**53 - 1, 2**53, 2**63, 2**64, -(2**63), 10**30, 0.1, -0.0, 1e308, 5e-324,
    "", "0", "\x00", "\x1b[2J", "\ud800", "\u202e", "null", "x" * 501, "U1\n", "工" * 64, [], {}, [[]], {"": {}},
    "2026-11-23T10:00:00Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+14:00", "-", "NaN", "Infinity",
)  # fmt: skip
"""What one finds at the edges of types, or beyond them."""

RAW: tuple[str, ...] = ("NaN", "-Infinity", "1e999", "1E+2", "-0", "9" * 400, '"\\ud800"', "[" * 1200, "{}x", "\\")
"""What no writer of JSON writes."""

_HOLE = "\ue000hole\ue000"


def places(tree: Tree) -> Iterator[Place]:
    """Every place of a tree that can be told something else."""
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        keys = list(each) if isinstance(each, dict) else list(range(len(each))) if isinstance(each, list) else []
        for key in keys:
            yield each, key
            waiting.append(each[key])


def spoil(payload: bytes, other: bytes, chance: Random) -> bytes | None:
    """One place of a JSON payload changed, or None where it is no JSON with places. ``other`` lends its own."""
    tree = _tree(payload)
    found = list(places(tree))
    if not found:
        return None
    holder, key = chance.choice(found)
    match chance.randrange(6):
        case 0:
            holder[key] = deepcopy(chance.choice(EXTREMES))
        case 1:
            _lend(holder, key, other, chance)
        case 2:
            del holder[key]
        case 3:
            _double(holder, key)
        case 4:
            _nudge(holder, key, chance)
        case _:
            return _with_raw(tree, holder, key, chance.choice(RAW))
    return _bytes(tree)


def _tree(payload: bytes) -> Tree:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _lend(holder: list[Tree] | dict[str, Tree], key: int | str, other: bytes, chance: Random) -> None:
    theirs = list(places(_tree(other)))
    if theirs:
        their_holder, their_key = chance.choice(theirs)
        holder[key] = their_holder[their_key]


def _double(holder: list[Tree] | dict[str, Tree], key: int | str) -> None:
    if isinstance(holder, list):
        holder.insert(key, holder[key])
    else:
        holder[f"{key}x"] = holder[key]


def _nudge(holder: list[Tree] | dict[str, Tree], key: int | str, chance: Random) -> None:
    """A little beside the truth: the neighbour of a number, a text that lost or won a letter."""
    match holder[key]:
        case bool() as flag:
            holder[key] = not flag
        case int() as number:
            holder[key] = number + chance.choice((-1, 1, 2**53))
        case float() as number:
            holder[key] = number + chance.choice((-1.0, 0.5, 1e300))
        case str() as text:
            at = chance.randrange(len(text) + 1)
            holder[key] = text[:at] + chance.choice(("", "0", "-", "/", "\n", "é")) + text[at + 1 :]
        case value:
            holder[key] = [value]


def _with_raw(tree: Tree, holder: list[Tree] | dict[str, Tree], key: int | str, raw: str) -> bytes:
    holder[key] = _HOLE
    return _bytes(tree).replace(json.dumps(_HOLE, ensure_ascii=False).encode(), raw.encode())


def _bytes(tree: Tree) -> bytes:
    try:
        text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return b"[" * 2_000
    return text.encode("utf-8", "surrogatepass")

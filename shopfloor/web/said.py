"""Every sentence that the shop's programs can say, read from their source.

The floor speaks English: its refusals, alarms and reasons are f-strings beside the rules they belong to, and so they
stand in journals and on the wire. For each of them this finds the *template*, the sentence with numbered holes:

    shop.refuse("wrong-state", f"{repair.id} is {repair.state}; nobody works on it.")
    →  "{0} is {1:repair}; nobody works on it."

A hole that holds a term of the shop is marked with its table, see ``HOLES``; any other holds a value or, whatever
stands there, another sentence. What may or may not be said (``x if y else ""``, ``or``, a name that was given a text a
few lines before) makes a template of its own for each case. This module reads source; it runs when catalogues are
made, never in a shop.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import shopfloor

ROOT: Final = Path(shopfloor.__file__).parents[1]

SILENT: Final = re.compile(r"core/(invariants\w*|kpi\w*|lifecycles|diagrams|opening|policies|documents)\.py$")
"""What these hold is for programmers, or has tables of its own."""
FLOOR: Final = ("shopfloor/core/**/*.py", "shopfloor/service/coordinator.py", "shopfloor/service/reading.py")
WIRE: Final = ("shopfloor/contract/codec.py",)
DEVICES: Final = ("devices/*.py",)
PAGES: Final = ("shopfloor/web/**/*.py",)
NOT_FOR_PAGES: Final = re.compile(
    r"web/(access/(command|credentials)|certificates|command|extraction|said|sentences|serving|terms/.*)\.py$"
)
"""These talk to whoever sits at a terminal, to a database, or are read as tables."""

NOT_SAID: Final = frozenset({"fold jig"})
"""Two words, and not for a reader."""

HOLE_SIGN: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
WHOLE: Final = re.compile(rf"(?!SELECT )[A-Z{HOLE_SIGN}].* .*[.?!]\Z", re.DOTALL)
"""A sentence, begun and ended."""
LETTERS: Final = re.compile(r"[A-Za-z]{2}")
TERM: Final = re.compile(r"\{\d+:(?!words\})\w+\}")

HOLES: Final[tuple[tuple[str, str], ...]] = (
    (r"(\w*repair|found)\.state", "repair"),
    (r"(order|coming|fact)\.state", "parts_order"),
    (r"(payment|p)\.state|state", "payment"),
    (r"request\.state", "signature"),
    (r"ticket\.state", "ticket"),
    (r"robot\.state", "robot"),
    (r"loaner\.state", "loaner"),
    (r"thing\.state", "state"),
    (r"unit\.status", "unit"),
    (r"((unit|known|phone|event)\.)?place|custody\.place_of\(.*\)|last", "place"),
    (r"((request|event)\.)?document", "document"),
    (r"kind", "thing"),
    (r"([\w.]+\.)?(\w*why|why_not|reason|words|cause|trouble|do|what|wanted)|(_cause|trouble_of)\(.*\)", "words"),
    (r"cabinet\.bins_to_count\.get\(.*\)|differences\[0\]", "words"),
    (r"goal|source|job\.target|where\(robot\)|robot\.standing\[-1\]|state\.last_node_id", "words"),
    (r"', '\.join\((repair\.accessories|still_here)\)", "accessory"),
    (r"', '\.join\(.*\)|work\.units|missing|surplus|envelope\.kind|name|_name\(event\)|lines", "words"),
    (r"_minutes\(.*\)|life|self\._badges\(\)|known", "words"),
)
"""An expression in a hole → the table of its terms; ``state``: of whatever thing it is; ``words``: another sentence, a
list, a place as the layout calls it. What is not here is a name or a number, and has no space in it."""


class Hole(NamedTuple):
    """What stands in it, as written in the source."""

    expression: str


Piece: TypeAlias = str | Hole
Pieces: TypeAlias = tuple[Piece, ...]


class Said(NamedTuple):
    """A template, what its holes hold (for translators), and the file that says it."""

    template: str
    holes: tuple[str, ...]
    file: str


def everything_said() -> list[Said]:
    """Of floor, wire, devices and pages, in the order of their files and lines."""
    said: list[Said] = []
    floor = [file for file in _files((*FLOOR, *WIRE)) if not SILENT.search(file)]
    names = frozenset(name for file in floor for name in _closed_list(_read(file)))
    for file in floor:
        said += _sayings(file, _Speech(_read(file), names).anything())
    for file in _files(DEVICES):
        said += _sayings(file, _Speech(_read(file)).answers())
    for file in _files(PAGES):
        if not NOT_FOR_PAGES.search(file):
            said += _sayings(file, _Speech(_read(file)).whole_sentences())
    return said


def _files(patterns: Iterable[str]) -> list[str]:
    found = (path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern))
    return sorted(dict.fromkeys(found))


def _read(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def _sayings(file: str, found: Iterable[Pieces]) -> Iterator[Said]:
    for pieces in found:
        yield Said(*template_of(pieces), file)


def template_of(pieces: Pieces) -> tuple[str, tuple[str, ...]]:
    """The template, and its holes' expressions; the same expression twice is the same hole."""
    numbers: dict[str, int] = {}
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            assert "{" not in piece, f"a brace in {piece!r} would look like a hole"
            text += piece
        else:
            number = numbers.setdefault(piece.expression, len(numbers))
            table = next((table for form, table in HOLES if re.fullmatch(form, piece.expression)), "")
            text += f"{{{number}:{table}}}" if table else f"{{{number}}}"
    return text, tuple(numbers)


def templates_in(source: str) -> list[str]:
    """All that the source of one module of the floor may say."""
    return [template_of(pieces)[0] for pieces in _Speech(source).anything()]


# ── one module ──────────────────────────────────────────────────────────────────────────────────

Words: TypeAlias = ast.Constant | ast.JoinedStr | ast.BinOp
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


class _Speech:
    """The texts of one module, with what stands around each."""

    def __init__(self, source: str, names: frozenset[str] = frozenset()) -> None:
        """``names`` look like sentences and are none."""
        self._tree = ast.parse(source)
        self._parents = {child: node for node in ast.walk(self._tree) for child in ast.iter_child_nodes(node)}
        self._names = names | NOT_SAID

    def anything(self) -> Iterator[Pieces]:
        """Whatever has two words."""
        for node in self._roots():
            for pieces in self._cases(self._stripped(node)):
                if _is_speech(pieces) and pieces[0] not in self._names:
                    yield _trimmed(pieces)

    def answers(self) -> Iterator[Pieces]:
        """What a device says when it cannot do what it was asked."""
        for node in self._roots():
            if self._is_answer(node):
                yield from (_trimmed(pieces) for pieces in self._cases(node) if _is_speech(pieces))

    def whole_sentences(self) -> Iterator[Pieces]:
        """With a capital letter, a space and an end; those with holes of another kind are the pages' own."""
        for node in self._roots():
            for pieces in self._cases(node):
                text = "".join(piece if isinstance(piece, str) else HOLE_SIGN for piece in pieces)
                if WHOLE.match(text) and "{" not in text and not self._is_translated(node):
                    yield _trimmed(pieces)

    # ── which texts ──

    def _roots(self) -> Iterator[Words]:
        """Texts that are no part of another text, and stand where something may be said."""
        for node in ast.walk(self._tree):
            if isinstance(node, Words) and _is_text(node) and not self._is_silent(node) and not self._is_built_in(node):
                yield node

    def _is_silent(self, node: ast.AST) -> bool:
        """Part of another text, a docstring, a type, a log, or what we say to ourselves when we are wrong."""
        for inner, outer in self._upwards(node):
            match outer:
                case ast.JoinedStr() | ast.Assert() | ast.arg() | ast.Subscript(value=ast.Name(id="Literal")):
                    return True
                case ast.BinOp() if _is_text(outer):
                    return True
                case ast.Expr(value=ast.Constant()):
                    return True
                case ast.AnnAssign() if inner is outer.annotation:
                    return True
                case ast.Call(func=ast.Attribute(value=ast.Name(id="_log"))):
                    return True
                case ast.Call(func=ast.Name(id="AssertionError")):
                    return True
                case ast.Attribute(attr="encode") | ast.Dict() if outer is not None and _keys_or_bytes(inner, outer):
                    return True
                case _:
                    pass
        return False

    def _is_built_in(self, node: ast.expr) -> bool:
        """Given a name that is only ever put into other texts: those say it."""
        outer = self._parents.get(node)
        if isinstance(outer, ast.IfExp):
            outer = self._parents.get(outer)
        if not (isinstance(outer, ast.Assign) and len(outer.targets) == 1 and isinstance(outer.targets[0], ast.Name)):
            return False
        function = self._function_of(outer)
        if function is None or self._given(outer.targets[0].id, function) is None:
            return False
        loads = [use for use in ast.walk(function) if _is_load_of(use, outer.targets[0].id)]
        return bool(loads) and all(self._is_inside_text(use) for use in loads)

    def _stripped(self, node: Words) -> ast.expr:
        """With the ``.rstrip()`` behind it, if there is one."""
        outer = self._parents[node]
        call = self._parents[outer] if isinstance(outer, ast.Attribute) and outer.attr == "rstrip" else None
        return call if isinstance(call, ast.Call) else node

    def _is_inside_text(self, node: ast.AST) -> bool:
        outer = self._parents.get(node)
        return isinstance(outer, ast.FormattedValue) or (isinstance(outer, ast.BinOp) and _is_text(outer))

    def _is_answer(self, node: ast.AST) -> bool:
        for inner, outer in self._upwards(node):
            match outer:
                case (
                    ast.Call(func=ast.Name(id="cannot" | "NotMade" | "refusal" | "Arrived")) | ast.keyword(arg="reason")
                ):
                    return True
                case ast.Assign() | ast.AnnAssign() if inner is node and WHOLE.match(ast.unparse(node)[1:-1]):
                    return True
                case ast.FunctionDef(name=name):
                    return name.lstrip("_").startswith("why_")
                case _:
                    pass
        return False

    def _is_translated(self, node: ast.AST) -> bool:
        """By the page itself: ``_("…")``."""
        calls = [outer for _inner, outer in self._upwards(node) if isinstance(outer, ast.Call)]
        return bool(calls) and ast.unparse(calls[0].func).rpartition(".")[2] in ("_", "gettext", "ngettext")

    def _upwards(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """(inner, outer) up to the statement, then the function around it."""
        while node in self._parents:
            yield node, self._parents[node]
            node = self._parents[node]

    def _function_of(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        return next((outer for _inner, outer in self._upwards(node) if isinstance(outer, FUNCTIONS)), None)

    # ── in which cases ──

    def _cases(self, node: ast.expr) -> list[Pieces]:
        """What it can be, as pieces of text with holes between."""
        match node:
            case ast.Constant(value=str(text)):
                return [(text,)]
            case ast.JoinedStr(values=parts):
                return _joined(self._cases(part) for part in parts)
            case ast.BinOp(left=left, op=ast.Add(), right=right) if _is_text(node):
                return _joined((self._cases(left), self._cases(right)))
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._cases(value)
            case ast.FormattedValue(value=value):
                return [(Hole(ast.unparse(value)),)]
            case ast.IfExp(body=body, orelse=orelse) if _has_text(body) or _has_text(orelse):
                return [*self._cases(body), *self._cases(orelse)]
            case ast.BoolOp(op=ast.Or(), values=values) if _has_text(values[-1]):
                return [case for value in values for case in self._cases(value)]
            case ast.Call(func=ast.Attribute(value=ast.JoinedStr() as inner, attr="rstrip")):
                return [case for whole in self._cases(inner) for case in (whole, _without_last(whole))]
            case ast.Name(id=name):
                function = self._function_of(node)
                given = self._given(name, function) if function is not None else None
                return self._cases(given) if given is not None else [(Hole(name),)]
            case _:
                return [(Hole(ast.unparse(node)),)]

    def _given(self, name: str, function: ast.AST) -> ast.expr | None:
        """The text that a name stands for, if it is given one, and once only."""
        given = [
            node
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        ]
        if len(given) != 1:
            return None
        outer = self._parents[given[0]]
        return outer.value if isinstance(outer, ast.Assign) and _has_text(outer.value) else None


def _closed_list(source: str) -> Iterator[str]:
    """The members of a module's Literals: names, even where they have two words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
            for inner in ast.walk(node.slice):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value


def _keys_or_bytes(inner: ast.AST, outer: ast.AST) -> bool:
    return isinstance(outer, ast.Attribute) or (isinstance(outer, ast.Dict) and inner in outer.keys)


def _is_load_of(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _is_text(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_text(left) or _is_text(right)
        case _:
            return False


def _has_text(node: ast.AST) -> bool:
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            return _has_text(body) or _has_text(orelse)
        case _:
            return _is_text(node)


def _joined(parts: Iterable[list[Pieces]]) -> list[Pieces]:
    return [tuple(piece for pieces in case for piece in pieces) for case in product(*parts)]


def _without_last(pieces: Pieces) -> Pieces:
    """As it reads when nothing is in its last hole."""
    last = pieces[-2]
    return (*pieces[:-2], last.rstrip()) if isinstance(last, str) else pieces[:-1]


def _trimmed(pieces: Pieces) -> Pieces:
    return tuple(piece for piece in pieces if piece)


def _is_speech(pieces: Pieces) -> bool:
    """Two words at least, letters or a term of the shop among them, and no piece of a longer one."""
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    if " " not in text or (isinstance(pieces[0], str) and pieces[0][:1] in " ,"):
        return False
    return LETTERS.search(text) is not None or TERM.search(template_of(pieces)[0]) is not None

"""Every sentence of the floor is found in its source, as a template with holes."""

import ast
from pathlib import Path

import pytest

from shopfloor.web.catalogues import TRANSLATED, catalogue
from shopfloor.web.said import FLOOR, ROOT, everything_said, templates_in
from shopfloor.web.terms import LABELS
from shopfloor.web.terms.next_steps import NEXT_STEPS


def told(*lines: str) -> list[str]:
    return templates_in("def rule(shop, repair, order):\n" + "\n".join(f"    {line}" for line in lines))


# ── one sentence ────────────────────────────────────────────────────────────────────────────────


def test_holes_are_numbered_and_a_state_is_marked_with_its_table():
    assert told('shop.refuse("wrong-state", f"{repair.id} is {repair.state}; nobody works on it.")') == [
        "{0} is {1:repair}; nobody works on it."
    ]


def test_the_same_value_twice_is_one_hole():
    assert told('shop.alarm(f"{repair.id} and {repair.owner}: {repair.id} again", "x")') == ["{0} and {1}: {0} again"]


def test_what_may_or_may_not_be_said_makes_two_sentences():
    assert told(
        'carries = f", with {order.unit} aboard" if order else ""',
        'return f"It stands at {repair.desk}{carries}. Go there."',
    ) == ["It stands at {0}, with {1} aboard. Go there.", "It stands at {0}. Go there."]


def test_an_or_makes_two_sentences_too():
    found = told("""return f"It belongs to {repair.owner or 'nobody yet'}.\"""")
    assert found == ["It belongs to {0}.", "It belongs to nobody yet."]


def test_a_text_that_was_given_a_name_is_said_where_the_name_stands():
    assert told('words = f"{order.id} differs, "', 'shop.alarm(repair.id, words + "so look at it", "MG")') == [
        "{0} differs, so look at it"
    ]


def test_what_is_cut_at_its_end_may_lack_its_last_word():
    assert told('return f"{order.module} has failed {order.reason}".rstrip()') == [
        "{0} has failed {1:words}",
        "{0} has failed",
    ]


@pytest.mark.parametrize(
    "line",
    [
        '"""A docstring says much."""',
        'assert order, f"{order.id} is not there"',
        'raise AssertionError("this cannot be")',
        '_log.error("it went wrong: %s", order)',
        'seen: Literal["pick FAILED", "drop FAILED"] = order',
        'table = {"two words": 1}',
        'f"{order.id}: {order.unit}".encode()',
        'return f"{order.line}{order.number:03d}"',
    ],
)
def test_what_is_for_programmers_is_not_said(line):
    assert told(line, "return None") == []


def test_a_brace_in_a_sentence_is_our_own_mistake():
    with pytest.raises(AssertionError, match="would look like a hole"):
        told('return f"Say {{this}} word by word."')


# ── all of them ─────────────────────────────────────────────────────────────────────────────────


def sources() -> list[Path]:
    return sorted(path for pattern in FLOOR for path in ROOT.glob(pattern))


def refusals() -> list[tuple[str, str]]:
    """(code, where) of each ``refuse(code, reason)`` in the core."""
    found: list[tuple[str, str]] = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "refuse":
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    found.append((str(code.value), f"{path.name}:{node.lineno}"))
    return found


def test_every_refusal_has_its_sentence_among_those_that_are_said():
    """In each file that refuses something, and more of them than refusals: a blind extractor would find no fault."""
    said = [one for one in everything_said() if one.file.startswith("shopfloor/core")]
    assert len(said) > len(refusals()) > 250
    refusing = {where.partition(":")[0] for _code, where in refusals()}
    assert refusing - {Path(one.file).name for one in said} == set()


def test_the_committed_sentences_are_those_of_the_source():
    source = {one.template for one in everything_said()}
    for language in TRANSLATED:
        assert {str(message.id) for message in catalogue(language, "floor") if message.id} == source


def test_every_table_that_a_hole_names_is_there():
    tables = {hole.partition(":")[2] for one in everything_said() for hole in holes(one.template)} - {""}
    assert tables - {str(table) for table in LABELS} == {"state", "words"}


def test_no_state_stands_in_a_hole_without_a_table():
    bare = [
        (one.template, expression)
        for one in everything_said()
        for hole, expression in zip(dict.fromkeys(holes(one.template)), one.holes, strict=True)
        if expression.endswith((".state", ".status")) and ":" not in hole
    ]
    assert bare == []


def holes(template: str) -> list[str]:
    return [piece.partition("}")[0] for piece in template.split("{")[1:]]


# ── what to do next ─────────────────────────────────────────────────────────────────────────────


def says_what_to_do(reason: ast.expr) -> bool:
    """It has a second sentence, or is itself what to do."""
    text = "".join(
        part.value for part in ast.walk(reason) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return any(f"{end} " in text for end in ".;:") or text.startswith(IMPERATIVES)


IMPERATIVES = (
    "Ask", "Bring", "Cancel", "Choose", "Finish", "Read", "Record", "Say", "Scan", "Sign", "Take", "Tick", "Give",
    "Look", "Please", "Still to give back", "Check-in opens",
)  # fmt: skip


def test_a_reason_that_does_not_say_what_to_do_has_a_next_step():
    silent: list[str] = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="refuse"), args=[ast.Constant(value=str(code)), reason]):
                    if code not in NEXT_STEPS and not says_what_to_do(reason):
                        silent.append(f"{path.name}:{node.lineno} {code}: {ast.unparse(reason)}")
                case _:
                    pass
    assert silent == []


def test_every_next_step_belongs_to_a_code_that_is_given():
    text = "".join(path.read_text(encoding="utf-8") for path in [*sources(), ROOT / "shopfloor/contract/codec.py"])
    assert [code for code in NEXT_STEPS if f'"{code}"' not in text] == []

"""Any message of the contract, made from its own definition: what its types allow, and nothing else."""

from collections.abc import Callable
from functools import cache

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, inspect

from shopfloor.contract.codec import NUMBER_MAX
from shopfloor.contract.kinds import ID_MAX

ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:#-"
TEXT_LETTERS_MAX = 12
"""Texts may be longer; most say no more in more letters."""
ITEMS_MAX = 3

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=TEXT_LETTERS_MAX)
floats = st.floats(allow_nan=False, allow_infinity=False, width=32)
plain = st.recursive(
    st.booleans() | st.integers(-(2**40), 2**40) | floats | texts,
    lambda inner: st.lists(inner, max_size=ITEMS_MAX) | st.dictionaries(texts, inner, max_size=ITEMS_MAX),
    max_leaves=6,
)
"""What ``object`` may be in a message."""


@cache
def any_of(kind: type[Struct]) -> st.SearchStrategy[Struct]:
    """Any instance of this struct that its own decoder would accept."""
    return _values(inspect.type_info(kind))


def gathered(kind: type[Struct], count: int) -> list[Struct]:
    """So many different ones, the plainest first; the same at each call."""
    return gathered_from(any_of(kind), count)


def gathered_from(strategy: st.SearchStrategy[Struct], count: int) -> list[Struct]:
    """So many different ones of what is drawn there, the plainest first; the same at each call."""
    found: dict[bytes, Struct] = {}

    @settings(max_examples=count, derandomize=True, database=None, deadline=None, suppress_health_check=HealthCheck)
    @given(strategy)
    def gather(message: Struct) -> None:
        found[msgspec.json.encode(message)] = message

    gather()
    return list(found.values())


def _values(info: inspect.Type) -> st.SearchStrategy[object]:
    return MAKERS[type(info)](info)


def _struct(info: inspect.StructType) -> st.SearchStrategy[Struct]:
    required = {field.name: _values(field.type) for field in info.fields if field.required}
    optional = {field.name: _values(field.type) for field in info.fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda words: info.cls(**words))


def _text(info: inspect.StrType) -> st.SearchStrategy[str]:
    least, most = info.min_length or 0, info.max_length
    if info.pattern is None:
        return st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=least,
                       max_size=min(most or ID_MAX, least + TEXT_LETTERS_MAX))  # fmt: skip
    if "A-Za-z0-9_./:#-" in info.pattern:
        return st.text(ID_LETTERS, min_size=least, max_size=most)
    return st.from_regex(info.pattern, fullmatch=True).filter(lambda text: not text.endswith("\n"))


def _whole(info: inspect.IntType) -> st.SearchStrategy[int]:
    least = info.ge if info.ge is not None else 1 - NUMBER_MAX
    most = info.le if info.le is not None else NUMBER_MAX - 1
    return st.integers(int(least), int(most if info.lt is None else info.lt - 1))


def _several(info: inspect.VarTupleType) -> st.SearchStrategy[tuple[object, ...]]:
    least = info.min_length or 0
    most = min(info.max_length or ITEMS_MAX, least + ITEMS_MAX)
    return st.lists(_values(info.item_type), min_size=least, max_size=most).map(tuple)


def _each(info: inspect.TupleType) -> st.SearchStrategy[tuple[object, ...]]:
    return st.tuples(*(_values(each) for each in info.item_types))


def _members(info: inspect.DictType) -> st.SearchStrategy[dict[object, object]]:
    return st.dictionaries(_values(info.key_type), _values(info.value_type), max_size=ITEMS_MAX)


MAKERS: dict[type[inspect.Type], Callable[..., st.SearchStrategy[object]]] = {
    inspect.StructType: _struct,
    inspect.StrType: _text,
    inspect.IntType: _whole,
    inspect.FloatType: lambda _: floats,
    inspect.BoolType: lambda _: st.booleans(),
    inspect.NoneType: lambda _: st.none(),
    inspect.LiteralType: lambda info: st.sampled_from(info.values),
    inspect.EnumType: lambda info: st.sampled_from(list(info.cls)),
    inspect.UnionType: lambda info: st.one_of(*(_values(each) for each in info.types)),
    inspect.VarTupleType: _several,
    inspect.TupleType: _each,
    inspect.DictType: _members,
    inspect.ListType: lambda info: st.lists(_values(info.item_type), max_size=ITEMS_MAX),
    inspect.AnyType: lambda _: plain,
    inspect.CustomType: lambda _: plain,  # ``object``
}
"""Every sort of type that a message has, and what may stand there."""

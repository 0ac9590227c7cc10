"""What a person types to touch a device: short words, or any touch by its full name.

``take A``, ``order R1 AST-M60-BAT``, ``DiagnosisRecorded repair=R1 fault=BAT cause="swollen"``. Lists and records are
JSON in quotes: ``lines='[{"fault":"BAT"}]'``.
"""

import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct, structs

T = TypeVar("T", bound=Struct)


class BadLine(ValueError):
    """A line that says nothing to this device; the message says what would."""


class Word(Struct, frozen=True):
    """A short word for one touch; what follows fills ``fields`` in order. ``fixed`` fields are not typed."""

    name: str
    kind: type[Struct]
    fields: tuple[str, ...] = ()
    reads: Mapping[str, Callable[[str], object]] = {}
    """How to read a field that is not a plain value."""

    @property
    def usage(self) -> str:
        return " ".join((self.name, *(field.upper() for field in self.fields)))


class Vocabulary:
    """The words of one kind of device."""

    def __init__(self, words: Iterable[Word], kinds: Iterable[type[Struct]]) -> None:
        self._words = {word.name: word for word in words}
        self._kinds = {kind.__name__: kind for kind in kinds}

    def read(self, line: str) -> Struct:
        """The touch that the line means. Raises BadLine."""
        try:
            name, *rest = shlex.split(line)
        except ValueError as fault:
            raise BadLine(f"{line!r}: {fault}") from None
        word = self._words.get(name)
        if word is None and name in self._kinds:
            kind = self._kinds[name]
            word = Word(name, kind, kind.__struct_fields__)
        if word is None:
            raise BadLine(f"There is no word {name!r} here; try help.")
        return _touch(word, _values(word, rest))

    def line(self, touch: Struct) -> str:
        """What a person types for it: read again, it is the same touch. For touches of plain values."""
        word = next((word.name for word in self._words.values() if word.kind is type(touch)), type(touch).__name__)
        fields = {name: value for name, value in structs.asdict(touch).items() if value != ""}
        return " ".join((word, *(shlex.quote(f"{name}={value}") for name, value in fields.items())))

    def help(self) -> str:
        """Every word, and every touch by its full name."""
        lines = [word.usage for word in self._words.values()]
        names = sorted(self._kinds)
        if names:
            lines += ["", "by full name, with field=value:", *(f"  {_signature(self._kinds[name])}" for name in names)]
        return "\n".join(lines)


def _values(word: Word, rest: list[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    free = list(word.fields)
    for text in rest:
        field, is_named, value = text.partition("=")
        if is_named and field in word.kind.__struct_fields__:
            free = [each for each in free if each != field]
        elif free:
            field, value = free.pop(0), text
        else:
            raise BadLine(f"{text!r} is too much: {word.usage}")
        values[field] = word.reads[field](value) if field in word.reads else _plain(value)
    return values


def _plain(text: str) -> object:
    if text[:1] not in "[{" or not text:
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as fault:
        raise BadLine(f"{text}: {fault}") from None


def _touch(word: Word, values: dict[str, object]) -> Struct:
    try:
        return msgspec.convert(values, word.kind, strict=False)
    except msgspec.ValidationError as fault:
        raise BadLine(f"{word.usage}: {fault}") from None


def _signature(kind: type[Struct]) -> str:
    fields = [field.name if field.required else f"[{field.name}]" for field in structs.fields(kind)]
    return " ".join((kind.__name__, *fields))

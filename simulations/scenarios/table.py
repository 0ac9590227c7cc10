"""The parameters as one table: for checks, for help texts, for reports and for the ranges of a prediction."""

from typing import Annotated, Final, TypeAlias, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from simulations.scenarios import parameters as p

Value: TypeAlias = bool | int | float | str | tuple[float, ...] | tuple[int, ...] | None

SECTIONS: Final[dict[str, type[Struct]]] = {
    "switches": p.Switches,
    "opening": p.Opening,
    "demand": p.Demand,
    "shares": p.Shares,
    "work": p.Work,
    "papers": p.Papers,
    "counter": p.Counter,
    "cabinet": p.Cabinet,
    "robots": p.Robots,
    "staff": p.Staff,
    "habits": p.Habits,
}


class Row(Struct, frozen=True, kw_only=True):
    """One parameter."""

    key: str
    words: str
    unit: str
    source: str
    default: Value
    least: float | None
    most: float | None
    above: float | None
    spread: tuple[float, float] | None
    """The range of a prediction; None: held."""
    type: object
    is_step: bool
    is_span: bool

    def allowed(self) -> str:
        """For the person who wrote something else."""
        if self.is_step:
            return "one number (mean) or three (least, most likely, most), 0 to 600 min"
        if self.least is not None or self.above is not None:
            begins = f"from {self.least:g}" if self.least is not None else f"above {self.above:g}"
            return f"{begins} to {self.most:g} {self.unit}"
        return {bool: "true or false", str: "a text"}.get(type(self.default), f"like {self.default!r} ({self.unit})")


def _rows() -> dict[str, Row]:
    return {f"{section}.{name}": _row(section, name, kind, hint)
            for section, kind in SECTIONS.items()
            for name, hint in get_type_hints(kind, include_extras=True).items()}  # fmt: skip


def _row(section: str, name: str, kind: type[Struct], hint: object) -> Row:
    assert get_origin(hint) is Annotated, (section, name)
    inner, *notes = get_args(hint)
    meta = next(note for note in notes if isinstance(note, Meta) and note.extra)
    assert meta.extra is not None
    return Row(
        key=f"{section}.{name}",
        words=meta.description or "",
        unit=meta.extra["unit"],
        source=meta.extra["source"],
        default=getattr(kind(), name),
        least=_number(meta.ge),
        most=_number(meta.le),
        above=_number(meta.gt),
        spread=meta.extra["spread"],
        type=hint,
        is_step=inner == p.Step,
        is_span=inner == p.Span,
    )


def _number(limit: float | None) -> float | None:
    return None if limit is None else float(limit)


ROWS: Final = _rows()
"""Dotted name → parameter."""

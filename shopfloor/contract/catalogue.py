"""What the shop repairs: phone models, faults, and for each pair the part, the labour and the prices.

Parses text; callers read files. Prices come in whole yuan and are kept in fen, tax included.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from shopfloor import Unusable
from shopfloor.contract.kinds import Fen, Id

CATALOGUE_CHARS_MAX = 4_000_000
FLAWS_MAX = 20
PERCENT = 100
FEN_A_YUAN = 100

FOLDABLES = ("fold", "flip")
FOLD_FAULT = "FLD"
"""Fold screen and hinge: the one fault that only foldables can have."""

Tier: TypeAlias = Literal["flag", "ultra", "fold", "flip", "mid", "budget", "old"]
PartKind: TypeAlias = Literal["battery", "screen", "back", "usb", "cam", "audio", "board"]
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=80)]
Percent: TypeAlias = Annotated[int, Meta(ge=0, le=PERCENT)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Yuan: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000)]
Minutes: TypeAlias = Annotated[int, Meta(ge=1, le=600)]


class CatalogueError(Unusable, ValueError):
    """A catalogue that cannot be used; each line of the message names a row, its fault and what to do."""


class Model(Struct, frozen=True):
    """A phone model; ``mix_pct`` is its share of customers, the age drives the maker's warranty."""

    id: Id
    name: Text
    tier: Tier
    mix_pct: Percent
    median_age_years: Annotated[int, Meta(ge=0, le=20)]

    @property
    def foldable(self) -> bool:
        """Needs an engineer certified for foldables."""
        return self.tier in FOLDABLES


class Fault(Struct, frozen=True):
    """What can be wrong; ``mix_pct`` is its share of repairs over all models."""

    code: Id
    zh: Text
    en: Text
    mix_pct: Percent


class Row(Struct, frozen=True):
    """One fault of one model: what it takes to mend it and what that costs.

    Labour is triangular hands-on minutes (least, mode, most); a foldable's longer work is already in it.
    """

    model_id: str
    fault: str
    sku: str
    """"" = no part is needed."""
    labour_least_min: int
    labour_mode_min: int
    labour_most_min: int
    teardown_share: float
    """Share of the labour that can be done before the part has come."""
    consumables: tuple[str, ...]
    part_price_fen: Fen
    labour_fee_fen: Fen
    fixed_price_fen: Fen | None
    """The whole price where the shop offers a fixed one."""
    warranty_days: int
    """Of the repair."""
    in_warranty_share: float
    """Probability that a phone with this fault comes under its maker's warranty."""


class Part(Struct, frozen=True):
    """A SKU, the models it fits and its list price."""

    sku: str
    kind: PartKind
    models: tuple[str, ...]
    price_fen: Fen


class Catalogue(Struct, frozen=True):
    """Plain data all through: it goes into a journal and comes back equal."""

    models: dict[str, Model]
    faults: dict[str, Fault]
    rows: dict[str, dict[str, Row]]
    """Model id → fault code → row."""
    parts: dict[str, Part]

    @classmethod
    def from_text(cls, text: str) -> "Catalogue":
        """Catalogue JSON as a checked Catalogue. Raises CatalogueError."""
        written = _read(text)
        _refuse(_written_flaws(written))
        models = {model.id: model for model in written.models}
        faults = {fault.code: fault for fault in written.faults}
        rows: dict[str, dict[str, Row]] = {model_id: {} for model_id in models}
        for row in written.rows:
            rows[row.model_id][row.fault] = _row(row)
        return cls(models=models, faults=faults, rows=rows, parts=_parts(written.rows))

    def row(self, model_id: str, fault: str) -> Row | None:
        """What this fault of this model takes, or None: there is no such model, or it cannot have that fault."""
        return self.rows.get(model_id, {}).get(fault)


class _WrittenRow(Struct, frozen=True):
    """A row as the file spells it."""

    model_id: str
    model: str
    fault: str
    fault_zh: str
    part_no: Annotated[str, Meta(max_length=40, pattern=r"^[A-Za-z0-9_.:-]*$(?!\n)")]
    part_kind: PartKind | Literal[""]
    labour_min: Minutes
    labour_mode: Minutes
    labour_max: Minutes
    teardown_share: Share
    consumables: str
    part_price_cny: Yuan
    labour_fee_cny: Yuan
    fixed_price_cny: Yuan | Literal[""]
    repair_warranty_days: Annotated[int, Meta(ge=0, le=3650)]
    in_warranty_share: Share

    def __str__(self) -> str:
        return f"row {self.model_id} {self.fault}"


class _Written(Struct, frozen=True):
    """The file as it is spelt; its ``note`` is a remark."""

    models: tuple[Model, ...]
    faults: tuple[Fault, ...]
    rows: tuple[_WrittenRow, ...]


def _read(text: str) -> _Written:
    if len(text) > CATALOGUE_CHARS_MAX:
        raise CatalogueError(f"catalogue: it has more than {CATALOGUE_CHARS_MAX} characters; is this the right file?")
    try:
        return msgspec.json.decode(text, type=_Written)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"catalogue: {error}; correct that field (rows count from 0)") from error
    except msgspec.DecodeError as error:
        raise CatalogueError(f"catalogue: it is not JSON ({error}); mend it with a JSON editor") from error
    except RecursionError as error:
        raise CatalogueError("catalogue: it is nested too deeply; is this the right file?") from error


def _refuse(flaws: Iterable[str]) -> None:
    found = list(islice(flaws, FLAWS_MAX))
    if found:
        raise CatalogueError("\n".join(found))


def _row(row: _WrittenRow) -> Row:
    fixed = row.fixed_price_cny
    return Row(
        model_id=row.model_id,
        fault=row.fault,
        sku=row.part_no,
        labour_least_min=row.labour_min,
        labour_mode_min=row.labour_mode,
        labour_most_min=row.labour_max,
        teardown_share=row.teardown_share,
        consumables=() if row.consumables == "-" else tuple(name.strip() for name in row.consumables.split(",")),
        part_price_fen=row.part_price_cny * FEN_A_YUAN,
        labour_fee_fen=row.labour_fee_cny * FEN_A_YUAN,
        fixed_price_fen=None if fixed == "" else fixed * FEN_A_YUAN,
        warranty_days=row.repair_warranty_days,
        in_warranty_share=row.in_warranty_share,
    )


def _parts(rows: Iterable[_WrittenRow]) -> dict[str, Part]:
    """The SKUs that rows name, in the file's order; one SKU may fit several models."""
    parts: dict[str, Part] = {}
    for row in rows:
        if row.part_kind:
            known = parts.get(row.part_no)
            models = dict.fromkeys((*(known.models if known else ()), row.model_id))
            parts[row.part_no] = Part(row.part_no, row.part_kind, tuple(models), row.part_price_cny * FEN_A_YUAN)
    return parts


def _written_flaws(written: _Written) -> Iterator[str]:
    for model_id in _repeated(model.id for model in written.models):
        yield f"model {model_id}: two models have this id; give each its own"
    for code in _repeated(fault.code for fault in written.faults):
        yield f"fault {code}: two faults have this code; give each its own"
    for what, mix in (("models", written.models), ("faults", written.faults)):
        total = sum(entry.mix_pct for entry in mix)
        if total != PERCENT:
            yield f"{what}: mix_pct sums to {total}; shares must sum to {PERCENT}"
    for pair in _repeated(str(row) for row in written.rows):
        yield f"{pair}: there are two; keep one"
    for row in written.rows:
        yield from _name_flaws(row, written)
        yield from _row_flaws(row)
    yield from _missing_rows(written)
    yield from _part_flaws(written.rows)


def _name_flaws(row: _WrittenRow, written: _Written) -> Iterator[str]:
    model = next((model for model in written.models if model.id == row.model_id), None)
    fault = next((fault for fault in written.faults if fault.code == row.fault), None)
    if model is None:
        yield f"{row}: there is no model {row.model_id}; add it to models or correct the row"
    elif model.name != row.model:
        yield f"{row}: it calls the model {row.model}, models says {model.name}; make them equal"
    if fault is None:
        yield f"{row}: there is no fault {row.fault}; add it to faults or correct the row"
    elif fault.zh != row.fault_zh:
        yield f"{row}: it calls the fault {row.fault_zh}, faults says {fault.zh}; make them equal"
    if model is not None and row.fault == FOLD_FAULT and not model.foldable:
        yield f"{row}: only foldables have this fault, and {row.model_id} is {model.tier}; delete the row"


def _row_flaws(row: _WrittenRow) -> Iterator[str]:
    if not row.labour_min <= row.labour_mode <= row.labour_max:
        labour = f"{row.labour_min}, {row.labour_mode}, {row.labour_max}"
        yield f"{row}: labour is {labour}; write it as minimum ≤ mode ≤ maximum"
    if (row.part_no == "") != (row.part_kind == ""):
        yield f"{row}: part_no is '{row.part_no}' and part_kind '{row.part_kind}'; give both, or neither"
    if row.part_no == "" and row.part_price_cny:
        yield f"{row}: it needs no part and asks {row.part_price_cny} CNY for one; write 0"
    if row.part_no == "" and row.teardown_share:
        yield f"{row}: it needs no part, so nothing is done before it comes; write teardown_share 0"
    if row.fixed_price_cny == 0:
        yield f'{row}: fixed_price_cny is 0; write "" for none'


def _missing_rows(written: _Written) -> Iterator[str]:
    pairs = {(row.model_id, row.fault): None for row in written.rows}
    for model in written.models:
        for fault in written.faults:
            possible = fault.code != FOLD_FAULT or model.foldable
            if possible and (model.id, fault.code) not in pairs:
                yield f"row {model.id} {fault.code}: it is missing; add it"


def _part_flaws(rows: Iterable[_WrittenRow]) -> Iterator[str]:
    first: dict[str, _WrittenRow] = {}
    for row in rows:
        other = first.setdefault(row.part_no, row)
        if row.part_no and other.part_kind != row.part_kind:
            yield f"{row}: {row.part_no} is a {row.part_kind} here, a {other.part_kind} in {other}; two SKUs"
        if row.part_no and other.part_price_cny != row.part_price_cny:
            prices = f"{row.part_price_cny} CNY here, {other.part_price_cny} in {other}"
            yield f"{row}: {row.part_no} costs {prices}; make them equal"


def _repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)

"""The books of a shop that opens for the first time, and how much stock it begins with."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from heapq import heapify, heappop, heapreplace
from math import ceil
from typing import NamedTuple

from shopfloor.contract.catalogue import FOLD_FAULT, Catalogue, Model
from shopfloor.contract.layout import Layout
from shopfloor.core.books import Bin, Books, CabinetState, DeskState, Loaner, Unit
from shopfloor.core.stock import SHELF, add_unit, consumables_of, tally

REPAIRS_A_DAY = 40
MIN_DAYS = 2
MORE_DAYS = 3
"""On top of the minimum: what is bought."""
QUANTILE_PERMILLE = 975
"""So likely is it that the minimum lasts ``MIN_DAYS``."""
FOLD_SHARE = Fraction(1, 4)
"""Of a foldable's faults; the others are scaled."""
LEVELS_KEPT = 4_096
"""Shops that open many times (in the twin) ask for the same levels again and again."""
ONE = 10**40
"""Fixed point, so that every machine finds the same quantile."""


class Level(NamedTuple):
    """How many free units should be there at least, and how many at most."""

    minimum: int
    maximum: int


def opening_books(layout: Layout, catalogue: Catalogue, repairs_a_day: int = REPAIRS_A_DAY) -> Books:
    """Desks, loaners, cabinets and the first stock: every SKU at its maximum, no phone and no ticket."""
    books = Books(
        desks={desk: DeskState(desk=desk) for desk in layout.desks},
        loaners={name: Loaner(id=name, state="IN_STOCK") for name in layout.loaners},
        cabinets={
            name: CabinetState(id=name, state="SHELVES" if row.shelves else "READY")
            for name, row in layout.cabinets.items()
        },
        bins={name: Bin(id=name) for name in (*_bins(layout, shelves=False), *_bins(layout, shelves=True))},
    )
    parts = stock_levels(catalogue, repairs_a_day)
    _lay_in(books, layout, parts)
    consumables = consumable_levels(catalogue, repairs_a_day)
    for sku, level in consumables.items():
        tally(books, sku, SHELF).quantity = level.maximum
        books.received[sku] = level.maximum
    books.stock_min = {sku: level.minimum for sku, level in (*parts.items(), *consumables.items())}
    return books


def stock_levels(catalogue: Catalogue, repairs_a_day: int = REPAIRS_A_DAY) -> dict[str, Level]:
    """Minimum and maximum of each part, from the catalogue's mix of models and faults."""
    return {sku: level(a_day) for sku, a_day in demand_a_day(catalogue, repairs_a_day).items()}


def consumable_levels(catalogue: Catalogue, repairs_a_day: int = REPAIRS_A_DAY) -> dict[str, Level]:
    """The same rule for what has no serial: one portion for each repair that uses it."""
    a_day: dict[str, Fraction] = {}
    for model, fault, share in _mix(catalogue):
        for sku in consumables_of(catalogue.rows[model][fault]):
            a_day[sku] = a_day.get(sku, Fraction(0)) + repairs_a_day * share
    return {sku: level(demand) for sku, demand in a_day.items()}


def demand_a_day(catalogue: Catalogue, repairs_a_day: int = REPAIRS_A_DAY) -> dict[str, Fraction]:
    """SKU → mean number wanted on a normal day, in the catalogue's order."""
    wanted = dict.fromkeys(catalogue.parts, Fraction(0))
    for model, fault, share in _mix(catalogue):
        sku = catalogue.rows[model][fault].sku
        if sku:
            wanted[sku] += repairs_a_day * share
    return wanted


@lru_cache(maxsize=LEVELS_KEPT)
def level(a_day: Fraction) -> Level:
    """Enough for two days but for one time in forty; three days' mean more are bought."""
    minimum = poisson_quantile(MIN_DAYS * a_day, QUANTILE_PERMILLE)
    return Level(minimum, minimum + ceil(MORE_DAYS * a_day))


def poisson_quantile(mean: Fraction, permille: int) -> int:
    """The smallest n with P(N ≤ n) ≥ permille/1000 for a Poisson N; in integers, so that it is the same everywhere.

    P(N ≤ n) is Σ mean^k/k! up to n over the same sum without an end, so e^−mean is not needed.
    """
    terms = [ONE]
    while terms[-1]:
        terms.append(terms[-1] * mean.numerator // (mean.denominator * len(terms)))
    needed = sum(terms) * permille
    reached = 0
    for count, term in enumerate(terms):
        reached += term * 1000
        if reached >= needed:
            return count
    raise AssertionError("all of the terms reach the whole sum")


def _mix(catalogue: Catalogue) -> Iterator[tuple[str, str, Fraction]]:
    """Model, fault, share of all repairs. The shares sum to 1."""
    for model in catalogue.models.values():
        for fault, share in _faults_of(catalogue, model).items():
            yield model.id, fault, Fraction(model.mix_pct, 100) * share


def _faults_of(catalogue: Catalogue, model: Model) -> dict[str, Fraction]:
    """The catalogue's shares scaled to the faults this model can have; a foldable's fold has its own share."""
    percents = {fault: catalogue.faults[fault].mix_pct for fault in catalogue.rows[model.id] if fault != FOLD_FAULT}
    fold = FOLD_SHARE if FOLD_FAULT in catalogue.rows[model.id] else Fraction(0)
    total = sum(percents.values())
    shares = {fault: (1 - fold) * Fraction(percent, total) for fault, percent in percents.items()}
    return {**shares, FOLD_FAULT: fold} if fold else shares


def _bins(layout: Layout, *, shelves: bool) -> list[str]:
    """All bins of all cabinets (of all shelves), in turns, so that a SKU lies in more than one if there are several."""
    rows = [(name, row) for name, row in layout.cabinets.items() if row.shelves is shelves]
    places = [(n, at, name) for at, (name, row) in enumerate(rows) for n in range(1, row.bins + 1)]
    return [f"{name}.{n}" for n, _, name in sorted(places)]


def _lay_in(books: Books, layout: Layout, levels: dict[str, Level]) -> None:
    """Cabinets have the SKUs that are wanted most; beside them shelves have the others, one for each of their bins."""
    in_cabinets, on_shelves = _bins(layout, shelves=False), _bins(layout, shelves=True)
    by_want = sorted(levels, key=lambda sku: (-levels[sku].maximum, sku))
    kept = by_want[: max(0, len(levels) - len(on_shelves))] if in_cabinets else []
    inside = dict.fromkeys(kept if on_shelves else by_want)
    _fill_bins(books, in_cabinets, {sku: levels[sku] for sku in levels if sku in inside})
    _fill_bins(books, on_shelves, {sku: levels[sku] for sku in levels if sku not in inside})


def _fill_bins(books: Books, names: list[str], levels: dict[str, Level]) -> None:
    """Bins go to SKUs, then units into them, spread evenly: a failed pick finds another bin (p10)."""
    shares = _share_out(len(names), levels)
    free_bins = iter([books.bins[name] for name in names])
    for sku, bins in shares.items():
        own = [next(free_bins) for _ in range(bins)]
        for bin_ in own:
            bin_.sku = sku
        for serial in range(levels[sku].maximum if own else 0):
            bin_ = own[serial % len(own)]
            add_unit(books, Unit(id=f"{sku}#{serial + 1:04d}", sku=sku, place=f"BIN:{bin_.id}"))


def _share_out(bins: int, levels: dict[str, Level]) -> dict[str, int]:
    """How many bins each SKU gets: one each, the most wanted first, then a second, then always to the fullest bins.

    No SKU gets more bins than units, so a big cabinet keeps some for later.
    """
    order = sorted(levels, key=lambda sku: (-levels[sku].maximum, sku))
    shares = {sku: 1 if place < bins else 0 for place, sku in enumerate(order)}
    left = bins - sum(shares.values())
    fullest: list[tuple[bool, float, str]] = [
        (False, -levels[sku].maximum, sku) for sku in order if levels[sku].maximum > 1
    ]
    heapify(fullest)
    while left > 0 and fullest:
        sku = fullest[0][-1]
        shares[sku] += 1
        left -= 1
        if shares[sku] < levels[sku].maximum:
            heapreplace(fullest, (True, -levels[sku].maximum / shares[sku], sku))
        else:
            heappop(fullest)
    return {sku: shares[sku] for sku in levels}

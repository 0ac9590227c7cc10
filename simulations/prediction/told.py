"""A prediction in sentences: what follows from the assumed numbers, how sure, and what may not be read into it."""

from collections.abc import Sequence
from typing import Final

from simulations.experiments.finding import Estimate
from simulations.experiments.words import estimate
from simulations.prediction.calibration import OUT_OF_REACH, Calibrated
from simulations.prediction.cells import what_is_on
from simulations.prediction.chances import ONE_BY_ONE
from simulations.prediction.found import Attributed, Cell, Chances, Drivers, Pair, Quantiles, Read, row_of
from simulations.prediction.pairs import turned
from simulations.prediction.protocol import Protocol, Published
from simulations.reports.words import number
from simulations.statistics.intervals import Interval

CALCULATED: Final = "This is a calculation from assumed numbers; it confirms nothing about that store."
RANGES_NOT_STORE: Final = "These shares speak about our ranges, not about the store."


def answer(protocol: Protocol, read: Read) -> str:
    """The sentence that may be quoted."""
    assert read.pair is not None
    after = row_of(read.pair.after, read.reading.figure)
    return (
        f"A shop calibrated to {protocol.published.before_min:g} min {read.reading.clock} is predicted at "
        f"{estimate(after.mean, 'min')} with {what_is_on(protocol.smart)}; nine in ten within "
        f"{estimate(after.quantiles['p90'], 'min')}{_over_ranges(protocol.published, read.chances)}."
    )


def _beside(read: Read, pair: Pair) -> str:
    """Where it came from, on the same days."""
    before = row_of(pair.before, read.reading.figure)
    return (
        f"Reading {read.reading.letter}, {read.reading.clock} ({read.reading.words}): with the counter "
        f"{estimate(before.mean, 'min')} on the same fresh days, nine in ten within "
        f"{estimate(before.quantiles['p90'], 'min')}; the new shop saves {estimate(pair.saving, 'min')}."
    )


def _over_ranges(published: Published, chances: Chances | None) -> str:
    target = f"{published.after_min:g}"
    if chances is None:
        return f"; no draws were asked for, so nothing is said about {target}"
    if chances.after.q50 is None:
        return f"; {_draws(chances)} are too few to say a range, and whether {target} lies in it"
    low, high = chances.after.q025, chances.after.q975
    assert low is not None
    assert high is not None
    lies = "inside" if low <= published.after_min <= high else "outside"
    saving = chances.drivers[0]
    return (
        f"; over our ranges at {number(chances.after.q50)} min ({number(low)} to {number(high)}): "
        f"{target} lies {lies}{_decides(saving)}"
    )


def _draws(chances: Chances) -> str:
    return f"{chances.feasible} feasible of {chances.drawn} draws"


def _decides(drivers: Drivers) -> str:
    """The first, if it is more than chance."""
    sure = drivers.sure()
    return f", and {sure[0].name} moves the saving most" if sure else ""


def out_of_reach(protocol: Protocol, fit: Calibrated) -> str:
    """Why there is nothing to predict."""
    goal, name = fit.goal, protocol.baseline.shop.name
    if OUT_OF_REACH in fit.flaws:
        return (
            f"{name} cannot be calibrated to {goal.minutes:g} min: whatever its repairs take, the "
            f"nearest is {number(fit.shown_min)} min, at {protocol.calibrated} = {fit.scale:.3g}. Without a calibrated "
            "old shop there is nothing to predict."
        )
    return (
        f"{name} shows {goal.minutes:g} min only as a shop that nobody has: {'; '.join(fit.flaws)} "
        f"({protocol.calibrated} = {fit.scale:.3g}, repairs of {number(fit.repair_min)} min, clerk "
        f"{fit.clerk_busy:.0%} busy). Without a calibrated old shop there is nothing to predict."
    )


def sentences(protocol: Protocol, reads: Sequence[Read], credit: Attributed) -> list[str]:
    """What must be said beside the answer."""
    first = reads[0]
    assert first.pair is not None
    return [
        _beside(first, first.pair),
        *(words for read in reads[1:] for words in _reading(protocol, read)),
        _efficiency(protocol, first.pair, first.chances),
        *(words for read in reads for words in _hits(protocol, read)),
        _without_robots(credit),
        _documents(credit),
        *_chance_of_draws(protocol, reads),
        *_outside(protocol),
        f"{published_words(protocol.published)}: {protocol.published.source}. {CALCULATED}",
    ]


def broken_words(days: int, words: Sequence[str]) -> list[str]:
    """Above all: the program was wrong."""
    if not days:
        return []
    return [f"On {days} days the program broke a rule of its own; do not trust any of this. First: {words[0]}"]


def published_words(published: Published) -> str:
    """The three targets."""
    return f"{published.before_min:g} → {published.after_min:g} min and × {published.ratio:g} parts efficiency"


def _reading(protocol: Protocol, read: Read) -> list[str]:
    if read.pair is not None:
        return [answer(protocol, read), _beside(read, read.pair)]
    why = "; ".join(read.fit.flaws)
    return [f"Reading {read.reading.letter}: there is no such shop, because {why} ({number(read.fit.shown_min)} min)."]


def _efficiency(protocol: Protocol, pair: Pair, chances: Chances | None) -> str:
    chosen = next(one for one in pair.efficiency if one.definition.letter == protocol.chosen)
    said = f"Parts efficiency by {protocol.chosen} ({chosen.definition.words}), chosen before the run: " + times(
        chosen.ratio
    )
    ranged = chances.ratio if chances is not None else Quantiles(draws=0)
    if ranged.q50 is None or ranged.q025 is None or ranged.q975 is None:
        return f"{said}."
    lies = "inside" if ranged.q025 <= protocol.published.ratio <= ranged.q975 else "outside"
    return (
        f"{said}; over our ranges × {number(ranged.q50)} ({number(ranged.q025)} to {number(ranged.q975)}): "
        f"{protocol.published.ratio:g} lies {lies}."
    )


def times(found: Estimate) -> str:
    """``× 1.62 (1.60 to 1.65)``."""
    return found.note if found.value is None else f"× {estimate(found, '')}"


def _hits(protocol: Protocol, read: Read) -> list[str]:
    """The chance of a hit, and how many draws were thrown out for what."""
    chances, published = read.chances, protocol.published
    if chances is None:
        return []
    if chances.hits_time is None or chances.hits_ratio is None or chances.hits_both is None:
        return [f"Reading {read.reading.letter}: {rejected_words(chances)}, so there is no chance of a hit to tell."]
    said = (
        f"Reading {read.reading.letter}, of {_draws(chances)}: P({published.after_min:g} ± {published.within_min:g}) = "
        f"{percent(chances.hits_time)}, P({published.ratio:g} ± {100 * published.within_share:g} %) = "
        f"{percent(chances.hits_ratio)}, P(both) = {percent(chances.hits_both)}."
    )
    return [f"{said} {RANGES_NOT_STORE} {rejected_words(chances)}."]


def rejected_words(chances: Chances) -> str:
    """How many draws were thrown out, and for what."""
    thrown = "; ".join(f"in {count} {flaw}" for flaw, count in chances.flaws.items() if count)
    return f"{chances.drawn - chances.feasible} of {chances.drawn} draws were rejected" + (
        f" ({thrown}; a draw may have several flaws)" if thrown else ""
    )


def percent(found: Interval) -> str:
    """``13 % (9 to 19)``."""
    return f"{100 * found.point:.0f} % ({100 * found.low:.0f} to {100 * found.high:.0f})"


def _without_robots(credit: Attributed) -> str:
    plain, robots = (_cell(credit, name) for name in ("PS", "CP"))
    return (
        f"Addressed bins and an order ahead alone (S + P, no cabinet, no robot) save {_saved(plain)}; cabinet and "
        f"robots with the order ahead (C + P) save {_saved(robots)}."
    )


def _documents(credit: Attributed) -> str:
    own = next(one for one in credit.credits if one.letter == "E")
    return f"Documents on the PAD (E) save {_less(own.share)} by assumption; that is not the robots' doing."


def _cell(credit: Attributed, wanted: str) -> Cell:
    return next(cell for cell in credit.cells if cell.letters == wanted)


def _saved(cell: Cell) -> str:
    assert cell.less_counter is not None
    return _less(cell.less_counter)


def _less(found: Estimate) -> str:
    """A change, as what it saves."""
    return estimate(turned(found), "min")


def _chance_of_draws(protocol: Protocol, reads: Sequence[Read]) -> list[str]:
    days = protocol.counts.draw_days
    moved = [
        f"±{number(found.high)} min in reading {read.reading.letter} (here {number(found.value)})"
        for read in reads
        if read.chances is not None
        and read.pair is not None
        and (found := read.pair.chance_of_draws_min).high is not None
        and found.value is not None
    ]
    if not moved:
        return []
    said = f"All draws were played on the same {days} days; chance moves a mean saving of so few, and all draws with it"
    return [f"{said}, by about {', '.join(moved)}."]


def _outside(protocol: Protocol) -> list[str]:
    keys = protocol.outside()
    if not keys or not protocol.counts.draws:
        return []
    return [f"The {protocol.set_of} set puts {', '.join(keys)} outside the range that the draws vary."]


def method_words(drivers: Drivers) -> str:
    """How the drivers were found, and how far that goes."""
    if not drivers.strongest:
        return drivers.note
    explained = f"; together they explain {drivers.r_squared:.0%}" if drivers.r_squared is not None else ""
    few = "; with more --draws a regression would tell them apart" if drivers.method == ONE_BY_ONE else ""
    return f"{drivers.method}{explained}{few}; below {drivers.beyond_chance:.2f} it may be chance"

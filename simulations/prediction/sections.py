"""What only a prediction's page has: what was frozen, both readings, what the ranges allow, whose doing it is."""

from collections.abc import Sequence

from simulations.experiments.finding import Estimate
from simulations.experiments.words import name_of
from simulations.prediction.found import Attributed, Chances, Draw, Pair, Predicted, Quantiles, Read, row_of
from simulations.prediction.protocol import Protocol
from simulations.prediction.told import RANGES_NOT_STORE, method_words, percent, published_words, rejected_words
from simulations.reports.pieces import Cloud, Intervals, Mark, Note, Piece, Section, Table
from simulations.reports.words import NOTHING, interval_words, number
from simulations.scenarios.table import ROWS


def sections(predicted: Predicted) -> tuple[Section, ...]:
    """In the order of the protocol."""
    return (
        _frozen(predicted),
        _readings(predicted),
        *(_ranges(predicted, read, read.chances) for read in predicted.readings if read.chances is not None),
        _attributed(predicted.attributed, predicted.protocol),
        *(_costs(read.pair) for read in predicted.readings[:1] if read.pair is not None),
    )


# ── what was frozen ─────────────────────────────────────────────────────────────────────────────


def _frozen(predicted: Predicted) -> Section:
    protocol = predicted.protocol
    counts, published = protocol.counts, protocol.published
    rows = [
        ("asked about", f"{published_words(published)}; {published.source}"),
        ("a hit", f"within ±{published.within_min:g} min, and within ±{100 * published.within_share:g} % of the ratio"),
        ("calibrated", f"{protocol.calibrated} of {protocol.baseline.shop.name}, and nothing else"),
        ("old shop, new shop", f"{protocol.baseline.shop.name}, {protocol.smart.name} ({protocol.set_of} set)"),
        *((f"reading {one.letter}", f"{one.clock}, {one.words} ({one.figure})") for one in protocol.readings),
        *((f"efficiency {one.letter}", f"{one.words} ({one.figure})") for one in protocol.definitions),
        ("efficiency meant", f"{protocol.chosen}, chosen before the run"),
        ("days", f"{counts.calibration_days} to calibrate, then {counts.days} fresh ones"),
        ("draws", f"{counts.draws}, each on the first {counts.draw_days} of the fresh days; seed {protocol.seed}"),
        ("feasible", "old shop within the hit of the published time, repairs over 5 min, clerk under 95 % busy"),
        ("protocol", predicted.protocol_hash),
        ("program", predicted.finding.program),
    ]
    ranges = Table(
        caption=f"Ranges of the draws ({len(protocol.ranges)}); all other parameters are held",
        head=("parameter", "meaning", "unit", "from", "to"),
        rows=tuple((span.key, ROWS[span.key].words, ROWS[span.key].unit, f"{span.low:g}", f"{span.high:g}")
                   for span in protocol.ranges),
        numeric=(3, 4),
        folded=True,
    )  # fmt: skip
    return Section(
        anchor="frozen",
        title="Frozen before anything was played",
        pieces=(Table(caption="The protocol", head=("what", "value"), rows=tuple(rows)), ranges),
    )


# ── both readings ───────────────────────────────────────────────────────────────────────────────


def _readings(predicted: Predicted) -> Section:
    pieces: list[Piece] = [Note(sentence) for sentence in predicted.sentences]
    pieces.append(
        Table(
            caption="The one calibrated number, by each reading, on the calibration days",
            head=("reading", predicted.protocol.calibrated, "clock shows", "mean repair", "clerk", "tries", "flaws"),
            rows=tuple(_fit(read) for read in predicted.readings),
        )
    )
    pieces.append(
        Table(
            caption="Repair time on the fresh days, min; in brackets the 95 % interval, or why there is none",
            head=("reading, statistic", "before", "after", "saving"),
            rows=tuple(row for read in predicted.readings if read.pair is not None for row in _clock(read, read.pair)),
        )
    )
    pieces += [_efficiency(read, read.pair, predicted.protocol) for read in predicted.readings if read.pair is not None]
    return Section(
        anchor="readings", title="Two readings of repair time, four of parts efficiency", pieces=tuple(pieces)
    )


def _fit(read: Read) -> tuple[str, ...]:
    fit = read.fit
    tries = "; ".join(f"{one.scale:.4f}: {number(one.shown_min)}" for one in fit.tries)
    return (
        read.reading.letter,
        f"{fit.scale:.4f}",
        f"{number(fit.shown_min)} min",
        f"{number(fit.repair_min)} min",
        f"{fit.clerk_busy:.0%} busy",
        tries,
        "; ".join(fit.flaws) or "none",
    )


def _clock(read: Read, pair: Pair) -> list[tuple[str, ...]]:
    before, after = (row_of(rows, read.reading.figure) for rows in (pair.before, pair.after))
    said = f"{read.reading.letter}: {read.reading.clock}, {read.reading.words}"
    means, tails = (before.mean, after.mean, pair.saving), (
        before.quantiles["p90"], after.quantiles["p90"], pair.saving_p90
    )  # fmt: skip
    return [
        (f"{said} · mean", *map(_written, means)),
        (f"{said} · nine in ten within", *map(_written, tails)),
    ]


def _efficiency(read: Read, pair: Pair, protocol: Protocol) -> Table:
    rows = tuple(
        (
            f"{one.definition.letter}: {one.definition.words}"
            + (" · chosen before the run" if one.definition.letter == protocol.chosen else ""),
            one.before.unit,
            _written(one.before.mean),
            _written(one.after.mean),
            _written(one.ratio),
        )
        for one in pair.efficiency
    )
    return Table(
        caption=f"Parts efficiency, by the calibration of reading {read.reading.letter}",
        head=("definition", "unit", "before", "after", "times better"),
        rows=rows,
        folded=read.reading != protocol.readings[0],
    )


# ── what the ranges allow ───────────────────────────────────────────────────────────────────────


def _ranges(predicted: Predicted, read: Read, found: Chances) -> Section:
    letter, published = read.reading.letter, predicted.protocol.published
    draws = [draw for draw in predicted.draws if draw.reading == letter]
    hits = [
        (f"P({published.after_min:g} ± {published.within_min:g} min)", found.hits_time),
        (f"P({published.ratio:g} ± {100 * published.within_share:g} %)", found.hits_ratio),
        ("P(both)", found.hits_both),
    ]
    pieces: list[Piece] = [
        Note(f"{rejected_words(found)}. {RANGES_NOT_STORE}"),
        _cloud(predicted.protocol, read, draws),
        Table(
            caption="Quantiles over the feasible draws",
            head=("outcome", "2.5 %", "25 %", "50 %", "75 %", "97.5 %"),
            rows=(
                ("time after, min", *_quantiles(found.after)),
                ("saving, min", *_quantiles(found.saving)),
                (f"{predicted.protocol.chosen}, times", *_quantiles(found.ratio)),
            ),
            numeric=(1, 2, 3, 4, 5),
        ),
        Table(
            caption="Share of the feasible draws that hit, with its 95 % binomial interval",
            head=("hit", "share"),
            rows=tuple((words, NOTHING if share is None else percent(share)) for words, share in hits),
        ),
        *_drivers(found),
    ]
    return Section(
        anchor=f"ranges-{letter.lower()}", title=f"Reading {letter}: what the ranges allow", pieces=tuple(pieces)
    )


def _cloud(protocol: Protocol, read: Read, draws: Sequence[Draw]) -> Cloud:
    published = protocol.published
    time, part = published.within_min, published.ratio * published.within_share
    return Cloud(
        title=f"Feasible draws by reading {read.reading.letter}",
        words="Each point is one draw from all ranges: the time with cabinet and robots, and how many times better "
        f"{protocol.chosen} is. The box is what was published.",
        x_label="time after, min",
        y_label=f"{protocol.chosen}, after ÷ before",
        points=tuple(
            (draw.after_min, draw.ratio) for draw in draws if draw.after_min is not None and draw.ratio is not None
        ),
        box=(published.after_min - time, published.after_min + time, published.ratio - part, published.ratio + part),
        box_words=f"{published.after_min:g} ± {time:g} min, {published.ratio:g} ± {100 * published.within_share:g} %",
    )


def _drivers(found: Chances) -> list[Table]:
    return [
        Table(
            caption=f"Ranges that move {name_of(one.of)} most: {method_words(one)}",
            head=("parameter", "meaning", "coefficient", ""),
            rows=tuple(
                (
                    each.name,
                    ROWS[each.name].words,
                    number(each.coefficient),
                    "" if each in one.sure() else "may be chance",
                )
                for each in one.strongest
            ),
            numeric=(2,),
        )
        for one in found.drivers
        if one.strongest
    ]


# ── whose doing it is ───────────────────────────────────────────────────────────────────────────


def _attributed(credit: Attributed, protocol: Protocol) -> Section:
    cells = tuple(_mark(cell.letters or "counter", cell.time.mean) for cell in credit.cells)
    shares = tuple(_mark(f"{one.letter} {name_of(one.switch)}", one.share) for one in credit.credits)
    return Section(
        anchor="attribution",
        title="Whose doing it is",
        pieces=(
            Note(
                "C: cabinet and robots. P: parts are ordered ahead. S: addressed bins, nothing to look for. E: "
                "documents on the PAD. A switch's share is its mean effect over all orders of turning the four on "
                "(Shapley); the shares add up to the whole change. Learning, another mix or other prices are no "
                "switches: they are equal in all."
            ),
            Intervals(
                title="Every combination of the switches",
                words="Mean time in minutes with its 95 % interval, one row a combination.",
                x_label="min",
                marks=cells,
                line=protocol.published.after_min,
                line_words="published",
            ),
            Intervals(
                title="Share of each switch",
                words="Paired change of the mean in minutes, with its 95 % interval.",
                x_label="change, min",
                marks=shares,
                line=0.0,
                line_words="no change",
            ),
            Table(
                caption=f"All combinations: {name_of(credit.figure)}, and less the counter (all intervals together)",
                head=(
                    "on",
                    "what that is",
                    "mean, min",
                    "nine in ten within, min",
                    "less the counter, min",
                    "D1, lines/h",
                ),
                rows=tuple(
                    (
                        cell.letters or NOTHING,
                        cell.name,
                        _written(cell.time.mean),
                        _written(cell.time.quantiles["p90"]),
                        NOTHING if cell.less_counter is None else _written(cell.less_counter),
                        _written(cell.parts.mean),
                    )
                    for cell in credit.cells
                ),
            ),
            Table(
                caption="Shares, min; alone: on top of nothing; last: on top of the three others",
                head=("switch", "share", "alone", "last"),
                rows=(
                    *(
                        (f"{one.letter} {name_of(one.switch)}", *map(_written, (one.share, one.alone, one.last)))
                        for one in credit.credits
                    ),
                    ("all four", _written(credit.total), NOTHING, NOTHING),
                ),
            ),
        ),
    )


# ── what it costs ───────────────────────────────────────────────────────────────────────────────


def _costs(pair: Pair) -> Section:
    return Section(
        anchor="costs",
        title="What it costs",
        pieces=(
            Table(
                caption="Beside what is gained, by the calibration of the first reading",
                head=("what", "unit", "before", "after"),
                rows=tuple((row.words, row.unit, _written(row.before), _written(row.after)) for row in pair.costs),
            ),
        ),
    )


def _mark(label: str, found: Estimate) -> Mark:
    return Mark(label=label, estimate=found.value, low=found.low, high=found.high)


def _written(found: Estimate) -> str:
    return interval_words(found.value, found.low, found.high, found.note)


def _quantiles(found: Quantiles) -> list[str]:
    cells = (found.q025, found.q25, found.q50, found.q75, found.q975)
    return [NOTHING if cell is None else number(cell) for cell in cells]

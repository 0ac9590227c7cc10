"""``calibrate JOURNAL``: the parameters of the twin as journals of a real shop show them, with intervals.

Inputs only (who comes, how long hands take, how often what happens), never outputs: waits, queues and lead times are
what the twin must then predict.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.facts import CauseFound, PhoneDescribed
from shopfloor.service.replay import Replayed
from shopfloor.service.store import JournalRefused
from simulations.journals import machines, outcomes, verdicts
from simulations.journals.arrivals import OpenDay, arrivals_of, days_of
from simulations.journals.calibration import Calibration, Counted, Source, StepFit, Unknown
from simulations.journals.counting import share_of
from simulations.journals.families import TRIANGULAR
from simulations.journals.fitting import LEAST_N, RESAMPLES, SURE, Estimate, Fit, chance_of, fit_times
from simulations.journals.patience import fit_patience, waits_of
from simulations.journals.seen import Seen, seen_in
from simulations.journals.steps import STEPS, Steps, Took, steps_of

MINUTE_MS: Final = 60_000
CLAIMED_FROM_MIN: Final = 0.5
"""People tap late: nothing is claimed about steps that are shorter on average."""
ALIKE: Final = 1e-3
"""A cv below this is a constant."""
JOURNALS_MAX: Final = 400


def calibrate(journals: Sequence[str], resamples: int = RESAMPLES) -> Calibration:
    """Everything that these journals of one shop say. Raises JournalRefused with file and reason."""
    if not 1 <= len(journals) <= JOURNALS_MAX:
        raise JournalRefused(f"Give 1 to {JOURNALS_MAX} journals, not {len(journals)}.")
    read = [seen_in(journal) for journal in journals]
    stores = list(dict.fromkeys(seen.layout.store.id for seen, _ in read))
    if len(stores) > 1:
        raise JournalRefused(f"These journals are of different shops ({', '.join(stores)}): calibrate each alone.")
    return _calibrated([seen for seen, _ in read], [replayed for _, replayed in read], resamples)


def _calibrated(all_: list[Seen], replayed: list[Replayed], resamples: int) -> Calibration:
    days = [days_of(seen) for seen in all_]
    catalogue = Catalogue.from_text(replayed[-1].opening.catalogue)
    read = [steps_of(seen) for seen in all_]
    steps = tuple(_step_fit(step, read, resamples) for step in STEPS)
    scale, repairs = _scale(all_, read, catalogue)
    arrivals = tuple(arrivals_of([day for own in days for day in own]))
    waits = waits_of(all_)
    patience = fit_patience(waits, resamples)
    shares = tuple(_counted(all_, outcome) for outcome in outcomes.OUTCOMES)
    drives = machines.drives_of(all_)
    loading = machines.plain_of([each for seen in all_ for each in machines.loads_min(seen)])
    pick, _words = _fit("pick", [each for seen in all_ for each in machines.picks_min(seen)], [], resamples)
    made = [
        *verdicts.of_arrivals(arrivals),
        *verdicts.of_patience(patience, len(waits.left)),
        *verdicts.of_steps(steps),
        *verdicts.of_scale(scale, repairs),
        *verdicts.of_shares(shares),
        *verdicts.of_machines(drives, loading),
    ]
    return Calibration(
        sources=tuple(_source(*each) for each in zip(all_, replayed, days, strict=True)),
        arrivals=arrivals,
        patience=patience,
        steps=steps,
        unclean=_unclean(read),
        scale=scale,
        shares=shares,
        pick=pick,
        drives=drives,
        loading=loading,
        by_hand=machines.plain_of([each for seen in all_ for each in machines.by_hand_min(seen)]),
        breakdowns=tuple(machines.broken_down(all_, days)),
        verdicts=tuple(made),
        unknown=tuple(Unknown(what=what, why=why) for what, why in UNKNOWN),
    )


def _source(seen: Seen, replayed: Replayed, days: Sequence[OpenDay]) -> Source:
    return Source(
        journal=seen.journal,
        store=seen.layout.store.id,
        entries=replayed.entries + 1,
        digest=replayed.floor.digest(),
        days=tuple(day.date for day in days),
    )


def _counted(all_: Sequence[Seen], outcome: outcomes.Outcome) -> Counted:
    return Counted(name=outcome.name, of=outcome.of, key=outcome.key, share=share_of(*outcomes.count(all_, outcome)))


def _unclean(read: Sequence[Steps]) -> dict[str, int]:
    names = sorted(dict.fromkeys(name for steps in read for name in steps.unclean))
    return {name: sum(steps.unclean.get(name, 0) for steps in read) for name in names}


# ── hands ───────────────────────────────────────────────────────────────────────────────────────


def _step_fit(step: str, read: Sequence[Steps], resamples: int) -> StepFit:
    took: list[Took] = [each for steps in read for each in steps.took[step]]
    whole = [each.ms / MINUTE_MS for each in took if not each.cut and each.ms > 0]
    cut = [each.ms / MINUTE_MS for each in took if each.cut and each.ms > 0]
    fit, words = _fit(step, whole, cut, resamples)
    return StepFit(step=step, times=machines.plain_of(whole), fit=fit, words=words)


def _fit(name: str, whole: Sequence[float], cut: Sequence[float], resamples: int) -> tuple[Fit | None, str]:
    """A family for these minutes, or why there is none."""
    times = np.asarray(whole, dtype=np.float64)
    if times.size < LEAST_N:
        return None, f"{times.size} observations, and {LEAST_N} are needed"
    if times.mean() < CLAIMED_FROM_MIN:
        return None, f"{times.mean():.2f} min on average: shorter than people tap"
    if times.std() < ALIKE * times.mean():
        return None, f"a constant of {times.mean():.2f} min"
    fit = fit_times(name, times, np.asarray(cut, dtype=np.float64), resamples=resamples)
    return fit, "no family fits; the least bad one is shown" if fit.rejected else ""


def _scale(all_: Sequence[Seen], read: Sequence[Steps], catalogue: Catalogue) -> tuple[Estimate | None, int]:
    """Σ hands-on repair ÷ Σ what the catalogue's rows expect, with an interval from resampled repairs."""
    pairs = [
        pair for seen, steps in zip(all_, read, strict=True) for pair in _against_catalogue(seen, steps, catalogue)
    ]
    if len(pairs) < 2:
        return None, len(pairs)
    table = np.asarray(pairs, dtype=np.float64)
    rng = chance_of("work.scale")
    again = [_ratio(table[rng.integers(0, len(pairs), len(pairs))]) for _ in range(RESAMPLES)]
    low, high = np.quantile(again, [(1 - SURE) / 2, (1 + SURE) / 2])
    return Estimate(value=_ratio(table), low=float(low), high=float(high)), len(pairs)


def _ratio(table: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float(table[:, 0].sum() / table[:, 1].sum())


def _against_catalogue(seen: Seen, steps: Steps, catalogue: Catalogue) -> list[tuple[float, float]]:
    pairs = []
    for took in steps.took["repair"]:
        told = [said for _, said in seen.repairs[took.of].told]
        model = next((said.model for said in told if isinstance(said, PhoneDescribed)), "")
        fault = next((said.fault for said in told if isinstance(said, CauseFound)), "")
        row = catalogue.row(model, fault)
        if row is not None:
            labour = (row.labour_least_min, row.labour_mode_min, row.labour_most_min)
            pairs.append((took.ms / MINUTE_MS, TRIANGULAR.mean(labour)))
    return pairs


# ── what no journal of today tells ──────────────────────────────────────────────────────────────

UNKNOWN: Final = (
    ("demand.advice_a_day, care_a_day, questions_a_day", "line C does not say what for; only their sum is seen"),
    ("shares.booked", "who finds the hour full walks in: what is seen is the share of those who got a time"),
    ("cabinet.fix_min and line_min apart", "each pick is of one unit: only their sum is seen, as the time of a pick"),
    ("cabinet.cover", "a part that is not in the cabinet is fetched by hand for other reasons too"),
    (
        "counter.entry_min, scan_min, search_min",
        "a scan at the end of the search is needed besides the one at its start",
    ),
    ("counter.way_m, speed_mps, door_min", "nobody's way without a unit in hand is seen"),
    ("counter.background_min, chunk_min", "what the clerk does besides is not journaled"),
    ("robots.hand_min", "the unit waits for the engineer's hands before it is taken: what is seen is an upper bound"),
    ("work.teardown_min", "its end is seen only where the part came later; its fit is of those and of the cut others"),
    ("work.order_min", "the tap that orders a part has no beginning"),
    ("papers.paper_min, pad_min", "reading and signing are seen as one, on the PAD only"),
    ("habits.*", "seconds between taps are below what is claimed from people's taps"),
    ("staff.*", "who is on duty is chosen, not observed"),
)
"""What, and why."""

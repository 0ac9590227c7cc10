"""How long people wait before they give up, from those who did and those who were called first.

Who was called is a censored observation: they would have waited longer. Some who give up say nothing, and some never
come when called although they still sit there; both look alike in a journal (nobody comes), and differ only in how that
depends on the wait. All four are estimated together:

    came at w       S(w)·(1 − never)              left at t       (1 − silent)·f(t)
    nobody at w     S(w)·never + silent·F(w)      still there at w  S(w) + silent·F(w)
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from shopfloor.contract.actor import MINUTE
from simulations.journals.families import GAMMA, LOGNORMAL, WEIBULL, Family, Numbers, Times
from simulations.journals.fitting import RESAMPLES, SURE, Candidate, Estimate, chance_of, turned_round
from simulations.journals.seen import Seen

LEAST_LEFT: Final = 20
"""Fewer who said that they gave up, and nothing is claimed (assumed)."""
LEAST_MS: Final = 1_000
FAMILIES: Final = (LOGNORMAL, GAMMA, WEIBULL)
SEARCH_STEPS: Final = 1_500
START: Final = 0.05
INSIDE: Final = 1e-6
HALVINGS: Final = 50


class Waits(Struct, kw_only=True):
    """Minutes from the number to …"""

    came: list[float]
    """… the call that they came to."""
    missed: list[float]
    """… the call that nobody came to."""
    left: list[float]
    """… giving up, and saying so."""
    closed: list[float]
    """… the end of the day (or of the journal), uncalled."""


class Patience(Struct, frozen=True, kw_only=True):
    """What follows from them."""

    came: int
    missed: int
    left: int
    closed: int
    family: str
    numbers: dict[str, Estimate]
    median_min: Estimate
    never: Estimate
    """Share of the called who sit there and do not come."""
    silent: Estimate
    """Share of those who give up without a word."""
    candidates: tuple[Candidate, ...]


def waits_of(all_: Iterable[Seen]) -> Waits:
    """The waits of everybody who took a number or checked in, but for those who fetch a phone."""
    waits = Waits(came=[], missed=[], left=[], closed=[])
    for ends, ticket in ((seen.ended, ticket) for seen in all_ for ticket in seen.tickets.values()):
        if not ticket.issued_at or ticket.line == "D":
            continue
        if ticket.called_at:
            into = waits.missed if ticket.end == "missed" and not ticket.seated_at else waits.came
            into.append(max(LEAST_MS, ticket.called_at - ticket.issued_at) / MINUTE)
        elif ticket.end == "left":
            waits.left.append(max(LEAST_MS, ticket.ended_at - ticket.issued_at) / MINUTE)
        elif ticket.end in ("", "closed"):
            waits.closed.append(max(LEAST_MS, (ticket.ended_at or ends) - ticket.issued_at) / MINUTE)
    return waits


def fit_patience(waits: Waits, resamples: int = RESAMPLES) -> Patience | None:
    """The best family of patience; None where too few gave up."""
    if len(waits.left) < LEAST_LEFT:
        return None
    groups = _groups(waits)
    fitted = [(family, *_best(family, groups)) for family in FAMILIES]
    scored = sorted((2 * 4 - 2 * likelihood, place) for place, (_, _, likelihood) in enumerate(fitted))
    family, free, _ = fitted[scored[0][1]]
    rng = chance_of("patience")
    again = np.array([_told(family, _best(family, _drawn(groups, rng), free)[0]) for _ in range(resamples)])
    value = _told(family, free)
    left = len(waits.left)
    estimates = [turned_round(value[at], list(again[:, at]), left) for at in (0, 1, 4)]
    named = [
        Candidate(family=fitted[at][0].name, aic=aic, numbers=_by_name(fitted[at][0], fitted[at][1]))
        for aic, at in scored
    ]
    return Patience(
        came=len(waits.came),
        missed=len(waits.missed),
        left=len(waits.left),
        closed=len(waits.closed),
        family=family.name,
        numbers=dict(zip(family.names, estimates, strict=False)),
        median_min=estimates[2],
        never=_share(value[2], again[:, 2]),
        silent=_share(value[3], again[:, 3]),
        candidates=tuple(named),
    )


def _groups(waits: Waits) -> tuple[Times, ...]:
    return tuple(np.asarray(each, dtype=np.float64) for each in (waits.came, waits.missed, waits.left, waits.closed))


def _drawn(groups: tuple[Times, ...], rng: np.random.Generator) -> tuple[Times, ...]:
    """As many tickets, drawn with replacement; how many of each kind varies too."""
    kinds = np.repeat(np.arange(len(groups)), [group.size for group in groups])
    all_ = np.concatenate(groups)
    drawn = rng.integers(0, all_.size, all_.size)
    return tuple(all_[drawn][kinds[drawn] == kind] for kind in range(len(groups)))


def _best(family: Family, groups: tuple[Times, ...], start: Times | None = None) -> tuple[Times, float]:
    """Free numbers (family's two, logit of never and of silent) and the log-likelihood there."""
    came, missed, left, closed = groups

    def misfit(free: Times) -> float:
        numbers, never, silent = _unpacked(family, free)
        with np.errstate(all="ignore"):
            gone = [
                np.log(np.exp(family.log_longer(numbers, at)) * share + silent * family.cumulative(numbers, at))
                for at, share in ((missed, never), (closed, 1.0))
            ]
            stayed = family.log_longer(numbers, came).sum() + came.size * np.log1p(-never)
            said = family.log_density(numbers, left).sum() + left.size * np.log1p(-silent)
            sum_ = float(stayed + said + gone[0].sum() + gone[1].sum())
        return -sum_ if np.isfinite(sum_) else 1e12

    if start is None:
        first = family.fit(left, np.concatenate([came, closed])) if left.size > 1 else (1.0, 1.0)
        start = np.concatenate([family.pack(first), logit([START, START])])
    found = minimize(misfit, start, method="Nelder-Mead",
                     options={"maxiter": SEARCH_STEPS, "xatol": 1e-4, "fatol": 1e-5})  # fmt: skip
    return np.asarray(found.x, dtype=np.float64), -float(found.fun)


def _unpacked(family: Family, free: Times) -> tuple[Numbers, float, float]:
    never, silent = np.clip(expit(free[2:]), INSIDE, 1 - INSIDE)
    return family.unpack(free[:2]), float(never), float(silent)


def _told(family: Family, free: Times) -> list[float]:
    """The family's two numbers, never, silent, and the median."""
    numbers, never, silent = _unpacked(family, free)
    return [*numbers, never, silent, _median(family, numbers)]


def _median(family: Family, numbers: Numbers) -> float:
    """By halving; the median lies within a hundredfold of the mean either way."""
    low, high = float(np.log(family.mean(numbers) / 1e4)), float(np.log(family.mean(numbers) * 1e2))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = float(family.cumulative(numbers, np.exp([middle]))[0]) < 0.5
        low, high = (middle, high) if below else (low, middle)
    return float(np.exp(low))


def _by_name(family: Family, free: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(family.names, _told(family, free), strict=False))


def _share(value: float, again: Times) -> Estimate:
    """Between the percentiles: a share of 0 among the resampled is no reason for one above 1."""
    low, high = (float(q) for q in np.quantile(again, [(1 - SURE) / 2, (1 + SURE) / 2]))
    return Estimate(value=value, low=low, high=high)

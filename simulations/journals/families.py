"""Families of times, each with its likelihood and its best parameters: log-normal, gamma, Weibull, triangular.

Own maximum-likelihood fits on ``scipy.special``: closed or one-dimensional where everything was seen to its end, a
search over the likelihood where some observations were cut (a time that was cut at c took longer than c). scipy.stats
is their oracle in the tests. Times are minutes, as arrays of float64, all above 0.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import digamma, gammainc, gammaincc, gammaln, log_ndtr, ndtr
from scipy.special import gamma as gamma_function

Times: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = tuple[float, ...]

TINY: Final = 1e-300
SHAPE_LEAST: Final = 1e-3
SHAPE_MOST: Final = 1e6
SEARCH_STEPS: Final = 2_000
EDGE: Final = 1e-9


class Family(Struct, frozen=True, kw_only=True):
    """One kind of distribution. All functions take the parameters in the order of ``names``."""

    name: str
    names: tuple[str, ...]
    log_density: Callable[[Numbers, Times], Times]
    log_longer: Callable[[Numbers, Times], Times]
    """log P(longer than t)."""
    cumulative: Callable[[Numbers, Times], Times]
    draw: Callable[[Numbers, Generator, int], Times]
    mean: Callable[[Numbers], float]
    variance: Callable[[Numbers], float]
    additive: bool = False
    """Errors of its parameters add to them; else they multiply them."""
    fit_whole: Callable[[Times], Numbers]
    """Best parameters where nothing was cut."""
    pack: Callable[[Numbers], Times]
    """Parameters as free numbers, for a search …"""
    unpack: Callable[[Times], Numbers]
    """… and back."""

    def fit(self, times: Times, cut: Times) -> Numbers:
        """Best parameters for times seen to their end and times that were cut."""
        start = self.fit_whole(times)
        if not cut.size:
            return start

        def misfit(free: Times) -> float:
            return -self.log_likelihood(self.unpack(free), times, cut)

        found = minimize(misfit, self.pack(start), method="Nelder-Mead",
                         options={"maxiter": SEARCH_STEPS, "xatol": 1e-5, "fatol": 1e-6})  # fmt: skip
        return self.unpack(np.asarray(found.x, dtype=np.float64))

    def log_likelihood(self, numbers: Numbers, times: Times, cut: Times) -> float:
        """−inf where the parameters are impossible."""
        with np.errstate(all="ignore"):
            sum_ = float(self.log_density(numbers, times).sum() + self.log_longer(numbers, cut).sum())
        return sum_ if np.isfinite(sum_) else -1e12

    def cv(self, numbers: Numbers) -> float:
        return float(np.sqrt(self.variance(numbers))) / self.mean(numbers)


def _logs(numbers: Numbers) -> Times:
    return np.log(np.asarray(numbers, dtype=np.float64))


def _exponentials(free: Times) -> Numbers:
    return tuple(float(number) for number in np.exp(np.clip(free, -50, 50)))


# ── log-normal: median and sigma of the logarithm ───────────────────────────────────────────────


def _lognormal_fit(times: Times) -> Numbers:
    logs = np.log(times)
    return float(np.exp(logs.mean())), max(float(logs.std()), EDGE)


def _lognormal_z(numbers: Numbers, times: Times) -> Times:
    return np.asarray((np.log(times) - np.log(numbers[0])) / numbers[1])


LOGNORMAL: Final = Family(
    name="log-normal",
    names=("median", "sigma"),
    log_density=lambda p, t: -(_lognormal_z(p, t) ** 2) / 2 - np.log(t * p[1]) - np.log(2 * np.pi) / 2,
    log_longer=lambda p, t: np.asarray(log_ndtr(-_lognormal_z(p, t))),
    cumulative=lambda p, t: np.asarray(ndtr(_lognormal_z(p, t))),
    draw=lambda p, rng, n: rng.lognormal(np.log(p[0]), p[1], n),
    mean=lambda p: p[0] * float(np.exp(p[1] ** 2 / 2)),
    variance=lambda p: p[0] ** 2 * float(np.exp(p[1] ** 2) * np.expm1(p[1] ** 2)),
    fit_whole=_lognormal_fit,
    pack=_logs,
    unpack=_exponentials,
)


# ── gamma: shape and scale ──────────────────────────────────────────────────────────────────────


def _gamma_fit(times: Times) -> Numbers:
    """log k − ψ(k) = log mean − mean log has one root."""
    mean = float(times.mean())
    gap = max(float(np.log(mean) - np.log(times).mean()), EDGE)
    shape = _root(lambda k: float(np.log(k) - digamma(k)) - gap)
    return shape, mean / shape


def _root(function: Callable[[float], float]) -> float:
    """Of a falling (or rising) function of a shape."""
    if function(SHAPE_LEAST) * function(SHAPE_MOST) > 0:
        return SHAPE_MOST
    return float(brentq(function, SHAPE_LEAST, SHAPE_MOST, xtol=1e-10, rtol=1e-12))


GAMMA: Final = Family(
    name="gamma",
    names=("shape", "scale"),
    log_density=lambda p, t: (p[0] - 1) * np.log(t) - t / p[1] - p[0] * np.log(p[1]) - gammaln(p[0]),
    log_longer=lambda p, t: np.log(np.maximum(gammaincc(p[0], t / p[1]), TINY)),
    cumulative=lambda p, t: np.asarray(gammainc(p[0], t / p[1])),
    draw=lambda p, rng, n: rng.gamma(p[0], p[1], n),
    mean=lambda p: p[0] * p[1],
    variance=lambda p: p[0] * p[1] ** 2,
    fit_whole=_gamma_fit,
    pack=_logs,
    unpack=_exponentials,
)


# ── Weibull: shape and scale ────────────────────────────────────────────────────────────────────


def _weibull_fit(times: Times) -> Numbers:
    logs = np.log(times)
    highest = float(logs.max())

    def slope(k: float) -> float:
        weights = np.exp(k * (logs - highest))
        return float((weights * logs).sum() / weights.sum() - 1 / k - logs.mean())

    shape = _root(slope) if logs.std() > EDGE else SHAPE_MOST
    scale = float(np.exp(highest + np.log(np.exp(shape * (logs - highest)).mean()) / shape))
    return shape, scale


def _weibull_mean(p: Numbers) -> float:
    return p[1] * float(gamma_function(1 + 1 / p[0]))


WEIBULL: Final = Family(
    name="Weibull",
    names=("shape", "scale"),
    log_density=lambda p, t: np.log(p[0] / p[1]) + (p[0] - 1) * np.log(t / p[1]) - (t / p[1]) ** p[0],
    log_longer=lambda p, t: -((t / p[1]) ** p[0]),
    cumulative=lambda p, t: -np.expm1(-((t / p[1]) ** p[0])),
    draw=lambda p, rng, n: p[1] * rng.weibull(p[0], n),
    mean=_weibull_mean,
    variance=lambda p: p[1] ** 2 * float(gamma_function(1 + 2 / p[0])) - _weibull_mean(p) ** 2,
    fit_whole=_weibull_fit,
    pack=_logs,
    unpack=_exponentials,
)


# ── triangular: least, mode, most ───────────────────────────────────────────────────────────────


def _triangular_mode(least: float, most: float, ordered: Times) -> tuple[float, float]:
    """The best mode between given ends is one of the observations; and its log-likelihood, in one pass.

    Source: Oliver, A maximum likelihood oddity, The American Statistician 26 (1972) 43.
    """
    n = ordered.size
    rising, falling = np.log(ordered - least), np.log(most - ordered)
    below = np.cumsum(rising)
    above = falling.sum() - np.cumsum(falling)
    place = np.arange(1, n + 1)
    scores = below - place * rising + above - (n - place) * falling
    best = int(scores.argmax())
    return float(ordered[best]), float(scores[best]) + n * float(np.log(2 / (most - least)))


def _triangular_fit(times: Times) -> Numbers:
    """A search over how far the ends lie outside of what was seen; never below 0."""
    ordered = np.sort(times)
    low, high = float(ordered[0]), float(ordered[-1])
    width = max(high - low, EDGE)

    def ends(free: Times) -> tuple[float, float]:
        out = np.exp(np.clip(free, -30, 5)) * width
        return max(0.0, low - float(out[0])), high + float(out[1])

    def misfit(free: Times) -> float:
        least, most = ends(free)
        return -_triangular_mode(min(least, low - EDGE), most, ordered)[1]

    found = minimize(misfit, np.log([0.05, 0.05]), method="Nelder-Mead",
                     options={"maxiter": SEARCH_STEPS, "xatol": 1e-4, "fatol": 1e-6})  # fmt: skip
    least, most = ends(np.asarray(found.x, dtype=np.float64))
    return least, _triangular_mode(min(least, low - EDGE), most, ordered)[0], most


def _triangular_log_density(p: Numbers, t: Times) -> Times:
    least, mode, most = p
    left = (t - least) / max(mode - least, EDGE)
    right = (most - t) / max(most - mode, EDGE)
    return np.asarray(np.log(np.maximum(np.where(t <= mode, left, right), 0)) + np.log(2 / (most - least)))


def _triangular_cumulative(p: Numbers, t: Times) -> Times:
    least, mode, most = p
    inside = np.clip(t, least, most)
    left = (inside - least) ** 2 / max((most - least) * (mode - least), EDGE)
    right = 1 - (most - inside) ** 2 / max((most - least) * (most - mode), EDGE)
    return np.asarray(np.where(inside <= mode, left, right))


def _triangular_pack(p: Numbers) -> Times:
    least, mode, most = p
    return np.asarray(np.log(np.maximum([least, mode - least, most - mode], EDGE)))


def _triangular_unpack(free: Times) -> Numbers:
    least, rise, fall = _exponentials(free)
    return least, least + rise, least + rise + fall


TRIANGULAR: Final = Family(
    name="triangular",
    names=("least", "mode", "most"),
    log_density=_triangular_log_density,
    log_longer=lambda p, t: np.log(np.maximum(1 - _triangular_cumulative(p, t), 0)),
    cumulative=_triangular_cumulative,
    draw=lambda p, rng, n: rng.triangular(p[0], p[1], max(p[2], p[0] + EDGE), n),
    mean=lambda p: sum(p) / 3,
    variance=lambda p: (p[0] ** 2 + p[1] ** 2 + p[2] ** 2 - p[0] * p[1] - p[0] * p[2] - p[1] * p[2]) / 18,
    additive=True,
    fit_whole=_triangular_fit,
    pack=_triangular_pack,
    unpack=_triangular_unpack,
)

FAMILIES: Final = (LOGNORMAL, GAMMA, WEIBULL, TRIANGULAR)
"""In this order; the first of equals is taken."""

"""What a calibration says: all that was fitted, what follows for the parameters, and what could not be known."""

from typing import TypeAlias

from msgspec import Struct

from simulations.journals.arrivals import Arrivals
from simulations.journals.counting import Breakdowns, Share
from simulations.journals.fitting import Estimate, Fit
from simulations.journals.machines import Drives, Plain
from simulations.journals.patience import Patience

Value: TypeAlias = float | int | tuple[float, ...] | None


class Source(Struct, frozen=True, kw_only=True):
    """One journal that was read."""

    journal: str
    store: str
    entries: int
    digest: str
    """Of the floor at its end: which journal it was, whatever its file is called."""
    days: tuple[str, ...]


class StepFit(Struct, frozen=True, kw_only=True):
    """Hands-on times of one step, in minutes; ``fit`` is None where they are too few or all alike."""

    step: str
    times: Plain | None
    fit: Fit | None
    words: str
    """Why there is no fit, or what to beware of; "" for nothing."""


class Counted(Struct, frozen=True, kw_only=True):
    """One share, and of what."""

    name: str
    of: str
    key: str
    share: Share


class Verdict(Struct, frozen=True, kw_only=True):
    """One parameter of the twin: what the journal says, and whether it is taken over."""

    key: str
    assumed: Value
    value: Value
    """None: the assumed value is kept."""
    low: float | None
    high: float | None
    n: int
    words: str


class Unknown(Struct, frozen=True, kw_only=True):
    """What these journals cannot tell, and what would."""

    what: str
    why: str


class Calibration(Struct, frozen=True, kw_only=True):
    """Everything, as one JSON document."""

    sources: tuple[Source, ...]
    arrivals: tuple[Arrivals, ...]
    patience: Patience | None
    steps: tuple[StepFit, ...]
    unclean: dict[str, int]
    """"step: reason" → observations that were left out for it."""
    scale: Estimate | None
    """Hands-on repair over what the catalogue's rows expect, on average."""
    shares: tuple[Counted, ...]
    pick: Fit | None
    drives: Drives | None
    loading: Plain | None
    by_hand: Plain | None
    breakdowns: tuple[Breakdowns, ...]
    verdicts: tuple[Verdict, ...]
    unknown: tuple[Unknown, ...]

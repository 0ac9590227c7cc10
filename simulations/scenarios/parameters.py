"""Every number that a scenario may set: what it means, its unit, where it comes from and what is allowed.

The defaults are the *catalogue* set: demand, mix and step times of the sample shop. All of it is assumed (our own
plausible numbers, to be replaced from a journal) unless ``source`` says otherwise. ``spread`` is the range over which
``predict`` lets a value vary; a value without one is held.
"""

from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, Struct

ASSUMED: Final = "assumed"
PUBLISHED: Final = "published by one store, without n, dates or definition"


def of(
    unit: str,
    words: str,
    *,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    source: str = ASSUMED,
    spread: tuple[float, float] | None = None,
) -> Meta:
    """One row of the table."""
    extra = {"unit": unit, "source": source, "spread": spread}
    if least is not None:
        return Meta(description=words, ge=least, le=most, extra=extra)
    if above is not None:
        return Meta(description=words, gt=above, le=most, extra=extra)
    return Meta(description=words, extra=extra)


def share(words: str, spread: tuple[float, float] | None = None) -> Meta:
    """A chance or a part of the whole."""
    return of("share", words, least=0, most=1, spread=spread)


def minutes(words: str, spread: tuple[float, float] | None = None) -> Meta:
    return of("min", words, least=0, most=600, spread=spread)


def seconds(words: str) -> Meta:
    return of("s", words, least=0, most=3600)


Minute: TypeAlias = Annotated[float, Meta(ge=0, le=600)]
Step: TypeAlias = tuple[Minute, ...]
"""One number: the mean of a time drawn by ``work.law``. Three: triangular least, most likely, most. None: as the
catalogue's row of model and fault says, times ``work.scale``."""
Span: TypeAlias = tuple[Annotated[float, Meta(ge=0, le=3600)], Annotated[float, Meta(ge=0, le=3600)]]
"""Seconds, uniform between the two."""
Rate: TypeAlias = Annotated[float, Meta(ge=0, le=1000)]


class Switches(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The four switches of the factorial, each alone."""

    cabinet: Annotated[bool, of("on/off", "C: cabinet and robots; off: parts counter and walking")] = True
    prefetch: Annotated[bool, of("on/off", "P: parts are ordered as the quote is signed; off: when needed")] = True
    tidy_stock: Annotated[bool, of("on/off", "S: addressed bins at the counter, nothing to look for")] = False
    e_sign: Annotated[bool, of("on/off", "E: documents on the PAD; off: on paper")] = True


class Demand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who comes, and when."""

    repairs_a_day: Annotated[float, of("repairs/day", "mean", least=0, most=400, spread=(50, 70))] = 40
    advice_a_day: Annotated[float, of("visits/day", "consultations", least=0, most=400)] = 6
    care_a_day: Annotated[float, of("visits/day", "care and film", least=0, most=400)] = 4
    questions_a_day: Annotated[float, of("visits/day", "price questions", least=0, most=400)] = 3
    factor: Annotated[float, of("×", "on all rates; customers of a quiet day are among a busy day's",
                                above=0, most=2)] = 1.0  # fmt: skip
    weights: Annotated[tuple[Rate, ...], of("%", "of the day's customers in each hour after opening")] = (
        6, 9, 11, 11, 9, 10, 12, 12, 11, 9,
    )  # fmt: skip
    plain_mix: Annotated[bool, of("yes/no", "only phones and faults that every engineer may do alone")] = False
    parts_share: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None,
        of("share", "of repairs that need a part; unset: as the mix has it", spread=(0.75, 0.95)),
    ] = None  # fmt: skip
    lines_extra: Annotated[float, of("lines", "mean number of further parts of a repair (Poisson, at most 4)",
                                     least=0, most=3, spread=(0.20, 0.80))] = 0.0  # fmt: skip
    patience_median_min: Annotated[float, of("min", "until half have given up waiting (log-normal)",
                                             above=0, most=100_000)] = 35  # fmt: skip
    patience_sigma: Annotated[float, of("–", "of the logarithm", least=0, most=3)] = 0.6


class Shares(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often what happens: of repairs, of calls, of lines."""

    booked: Annotated[float, share("come with a booking")] = 0.35
    booked_no_show: Annotated[float, share("of bookings: never come")] = 0.10
    call_no_show: Annotated[float, share("are called and do not come")] = 0.04
    call_late: Annotated[float, share("miss their calls and come after being put back")] = 0.02
    refused: Annotated[float, share("refuse the quote")] = 0.09
    thinks: Annotated[float, share("go home to think about it")] = 0.09
    leaves_phone: Annotated[float, share("sign and leave the phone")] = 0.09
    unrepairable: Annotated[float, share("cannot be repaired")] = 0.015
    more_found: Annotated[
        float, share("of those that need a part: have a second fault, seen when open", spread=(0.03, 0.20))
    ] = 0.06
    more_refused: Annotated[float, share("of these: do not want it mended")] = 0.30
    proxy: Annotated[float, share("are fetched by somebody else")] = 0.04
    loaner: Annotated[float, share("of phones left: get a loaner")] = 0.03
    wipe: Annotated[float, share("agree to a wipe")] = 0.06
    second_engineer: Annotated[float, share("are handed over to a second engineer")] = 0.02
    wrong_part: Annotated[float, share("get a wrong part first, at the counter", spread=(0.02, 0.10))] = 0.03
    cabinet_wrong_part: Annotated[float, share("get a wrong part first, from the cabinet", spread=(0.005, 0.03))] = 0.01
    dead_part: Annotated[float, share("get a part that is dead on arrival")] = 0.01
    broken_part: Annotated[float, share("get a part that breaks in our hands")] = 0.005
    quality_failed: Annotated[float, share("fail the check once")] = 0.04
    acceptance_refused: Annotated[float, share("do not sign the acceptance")] = 0.005
    accident: Annotated[float, share("of faults: by accident, not covered")] = 0.30
    survey: Annotated[float, share("answer the survey")] = 0.35
    accessibility: Annotated[float, share("ask for help at the queue machine")] = 0.03
    payment_declined: Annotated[float, share("of payments: declined")] = 0.03
    payment_unknown: Annotated[float, share("of payments: the terminal does not know")] = 0.003


class Work(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Engineers' hands."""

    law: Annotated[
        Literal["log-normal", "exponential"],
        of("law", "of steps given by a mean; exponential: theory knows the queue, no hands work so"),
    ] = "log-normal"
    cv: Annotated[float, of("–", "of a log-normal step: its coefficient of variation", least=0, most=3,
                            spread=(0.35, 0.70))] = 0.5  # fmt: skip
    intake_min: Annotated[Step, of("min", "greeting, what is wrong, photos")] = (2.5, 3.6, 6.5)
    diagnosis_min: Annotated[Step, of("min", "to the cause")] = (3, 5, 10.5)
    quote_min: Annotated[Step, of("min", "prepare and explain it")] = (1.5, 2.5, 5)
    teardown_min: Annotated[Step, of("min", "what can be done before the part is there; none: the row's share")] = ()
    repair_min: Annotated[Step, of("min", "the rest of the repair; none: the catalogue's labour")] = ()
    check_min: Annotated[Step, of("min", "quality check")] = (2, 4, 7)
    goodbye_min: Annotated[Step, of("min", "explain, pay, say goodbye")] = (2, 3.2, 6)
    advice_min: Annotated[Step, of("min", "a visit without a repair")] = (4, 8, 18)
    scale: Annotated[float, of("×", "on the repair itself: the one number that is calibrated", above=0, most=10)] = 1.0
    order_min: Annotated[float, minutes("order a part on the handheld", spread=(0.20, 0.50))] = 0.30


class Papers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Documents. On paper the same documents are read and signed; only the time differs (assumed)."""

    paper_min: Annotated[float, minutes("per document, on paper", spread=(0.4, 1.5))] = 0.8
    pad_min: Annotated[float, minutes("per document, on the PAD", spread=(0.2, 0.5))] = 0.3


class Counter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts counter and its clerks (parts keepers), and the way there."""

    clerks: Annotated[int, of("persons", "on duty all day", least=1, most=4)] = 1
    way_m: Annotated[float, of("m", "desk → counter, one way", least=0, most=500, spread=(12, 35))] = 22
    speed_mps: Annotated[float, of("m/s", "of a walking engineer", above=0, most=5, spread=(1.0, 1.4))] = 1.2
    door_min: Annotated[float, minutes("through the door, each way", spread=(0, 0.5))] = 0.25
    entry_min: Annotated[float, minutes("per visit: find the order, form, sign", spread=(0.7, 2.0))] = 1.2
    scan_min: Annotated[float, minutes("per line: serial out", spread=(0.3, 0.8))] = 0.5
    search_min: Annotated[float, minutes("per line: look for it (Gamma, shape 2)", spread=(0.8, 2.5))] = 1.5
    tidy_search_min: Annotated[float, minutes("the same with addressed bins")] = 0.3
    picks_ahead: Annotated[
        bool, of("yes/no", "with prefetch: clerks pick before the engineer comes, also what no cabinet has")
    ] = True
    collect_min: Annotated[float, minutes("take from the shelf what was picked ahead")] = 0.3
    old_back: Annotated[float, share("of old parts brought back 1:1 before closing", spread=(0.2, 1.0))] = 0.5
    return_min: Annotated[float, minutes("clerk's time for one brought back", spread=(0.8, 2.5))] = 1.5
    return_batch_min: Annotated[float, minutes("clerk's time for one in the day-end batch", spread=(0.4, 1.5))] = 0.8
    background_min: Annotated[
        float, minutes("receive, put away, count, claims, per issued line", spread=(1.2, 3.5))
    ] = 2.2
    chunk_min: Annotated[float, minutes("one uninterruptible piece of that (exponential)", spread=(2, 7))] = 4.0


class Cabinet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The spare-parts cabinet: engineering values, none fitted."""

    fix_min: Annotated[float, minutes("per order: open and verify")] = 0.25
    line_min: Annotated[float, minutes("per line", spread=(0.25, 0.80))] = 0.45
    cover: Annotated[float, share("of lines that are stocked in it; the rest is on shelves", spread=(0.80, 0.98))] = (
        0.92
    )
    bin_loading_min: Annotated[float, minutes("extra clerk time per line", spread=(0, 0.8))] = 0.25
    jam: Annotated[float, share("of picks; freed by the clerk")] = 0.003
    jam_min: Annotated[float, minutes("to free it")] = 3.0


class Robots(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Delivery robots: engineering values, none fitted. Ways come from the layout's lanes."""

    count: Annotated[int, of("robots", "in service", least=0, most=20)] = 2
    speed_mps: Annotated[float, of("m/s", "on every lane", above=0, most=3, spread=(0.8, 1.2))] = 1.0
    load_min: Annotated[float, minutes("at the cabinet")] = 0.30
    hand_min: Annotated[float, minutes("at the desk, the engineer's hands", spread=(0.20, 0.50))] = 0.35


class Staff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who works. Engineers by the hour, or one number for the whole day."""

    engineers: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=60)], ...], of("persons", "at desks, in each hour after opening")
    ] = (8,)
    lunch: Annotated[bool, of("yes/no", "two by two, half an hour from noon")] = True
    colleague_checks: Annotated[
        bool, of("yes/no", "whoever stands idle checks; off: oneself, where that is allowed")
    ] = True
    one_skill: Annotated[bool, of("yes/no", "every engineer may do everything")] = False


class Habits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Small times of people and machines between the steps."""

    kiosk_s: Annotated[Span, of("s", "at the queue machine")] = (5, 15)
    to_desk_s: Annotated[Span, of("s", "from the seat to the desk")] = (15, 45)
    read_page_s: Annotated[Span, of("s", "a page, when papers.pad_min is 0")] = (4, 12)
    sign_s: Annotated[Span, of("s", "draw a name")] = (2, 5)
    pay_s: Annotated[Span, of("s", "card to the reader")] = (5, 20)
    keeper_comes_s: Annotated[Span, of("s", "the parts keeper, to what the list shows")] = (20, 50)
    keeper_carries_s: Annotated[Span, of("s", "the parts keeper, with a unit in the hand")] = (30, 70)
    machines: Annotated[float, of("×", "on the times of archive, terminals, notifier", least=0, most=20)] = 1.0
    load_return_s: Annotated[float, seconds("put a unit into a robot that waits")] = 15
    glance_s: Annotated[float, seconds("look whether a tap was refused")] = 3


class Opening(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The day itself."""

    hours: Annotated[float, of("h", "from the doors' opening to their closing", above=0, most=14)] = 10
    service_day: Annotated[bool, of("yes/no", "labour is free")] = False
    overtime_h: Annotated[float, of("h", "after closing, then phones stay overnight", least=0, most=12)] = 2
    layout: Annotated[str, of("name or file", "a packaged layout, or the side file of one's own")] = "sample"
    stock_for: Annotated[float, of("repairs/day", "for which the stock is laid in", above=0, most=1000)] = 40
    calling: Annotated[Literal["bonus", "first-come"], of("rule", "who is called next")] = "bonus"
    robots_rule: Annotated[
        Literal["insertion", "fifo_nearest", "nearest_job"], of("rule", "which robot carries what")
    ] = "insertion"

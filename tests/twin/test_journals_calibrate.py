"""From a journal to the twin: what is read off it is what really happened, and what cannot be known is said."""

import hashlib
import json
import tomllib
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from msgspec import structs
from rich.console import Console

from devices.cabinet_simulation import CabinetDials
from devices.dials import Span
from shopfloor.contract.actor import HOUR, MINUTE, Instant
from shopfloor.contract.events import QualityPassed
from shopfloor.contract.facts import PartFitted, RepairBlocked, RepairFinished, RepairStarted
from shopfloor.core.policies import Policy
from shopfloor.service.store import Corrupt, JournalRefused
from simulations.demand import Visit
from simulations.journals import outcomes
from simulations.journals.arrivals import arrivals_of, days_of
from simulations.journals.calibrate import UNKNOWN, calibrate
from simulations.journals.calibration import Calibration
from simulations.journals.keep import keep, keep_day
from simulations.journals.outcomes import OUTCOMES
from simulations.journals.printed import as_toml
from simulations.journals.programs import calibrate_journals, replay_strictly, replay_under
from simulations.journals.redispatch import PolicyError, Redispatched, policy_of, redispatch
from simulations.journals.seen import Said, Seen, SeenRepair, seen_in
from simulations.journals.steps import steps_of
from simulations.journals.verdicts import STEP_KEYS
from simulations.journals.visits_again import ASSUMED, IN_MINUTES, remember
from simulations.people.world import Guest
from simulations.scenarios.scenario import Scenario, load
from simulations.scenarios.table import ROWS
from simulations.twin.day import Day
from simulations.twin.fittings import Dials
from tests.shop.day_book import CATALOGUE, LAYOUT, MORNING, ORDINARY, plan

RESAMPLES = 9


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "day.db"


@pytest.fixture(scope="module")
def day(kept: Path) -> Day:
    """A busy afternoon: more customers than engineers at times."""
    return keep(plan(seed=5, hours=3, demand__repairs_a_day=130), str(kept))


@pytest.fixture(scope="module")
def seen(day: Day, kept: Path) -> Seen:
    assert day.world.closed
    return seen_in(str(kept))[0]


@pytest.fixture(scope="module")
def calibration(day: Day, kept: Path) -> Calibration:
    assert day.world.closed
    return calibrate([str(kept)], resamples=RESAMPLES)


def shown(what: object) -> str:
    console = Console(file=StringIO(), width=240)
    console.print(what)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


# ── hands ───────────────────────────────────────────────────────────────────────────────────────


def truth(day: Day) -> dict[str, Guest]:
    """Repair → whose it was; the journal knows nothing of it."""
    return {repair: bench.guest for repair, bench in day.world.benches.items()}


@pytest.mark.parametrize("step", [step for step in IN_MINUTES if step != "advice"])
def test_a_step_took_as_long_as_hands_were_really_busy(step: str, day: Day, seen: Seen) -> None:
    """To a tenth of a second (two ways over the wires), whatever waiting, robots and colleagues came in between."""
    word, _ = IN_MINUTES[step]
    guests, took = truth(day), steps_of(seen).took[step]
    for one in took:
        if not one.cut:
            assert one.ms == pytest.approx(getattr(guests[one.of].minutes, word), abs=150), one.of
    assert len(took) >= 0.3 * len(guests), "many repairs tell of it, also when colleagues are busy"


def test_a_repair_took_as_long_as_hands_were_really_on_the_phone(day: Day, seen: Seen) -> None:
    """Less the waiting for parts, and the taking of what robots bring meanwhile."""
    guests, took = truth(day), steps_of(seen).took["repair"]
    for one in took:
        minutes = guests[one.of].minutes
        assert one.ms == pytest.approx(minutes.teardown + minutes.repair, abs=150), one.of
    assert len(took) >= 0.5 * len(guests)


def test_a_repair_for_which_somebody_walked_is_left_out_with_the_reason(tmp_path: Path) -> None:
    """At a counter the way is not seen, so what is left of it is not believed."""
    scenario = load("counter").replaced({"opening.hours": 1, "demand.repairs_a_day": 100})
    keep_day(scenario, 1, 1, str(tmp_path / "day.db"))
    steps = steps_of(seen_in(str(tmp_path / "day.db"))[0])
    assert steps.unclean["repair: the part was fetched on foot"] > 0
    assert steps.took["intake"]


def test_a_step_that_others_got_in_the_way_of_is_left_out_with_the_reason(seen: Seen) -> None:
    steps = steps_of(seen)
    assert steps.unclean, "on a busy day somebody is always called away"
    assert all(": " in name and n > 0 for name, n in steps.unclean.items())


def test_a_repair_that_waited_for_its_part_is_not_longer_for_it(tmp_path: Path) -> None:
    """A slow cabinet, and the wrong part first: from start to fitted, with the waiting in it, it would be too long."""
    pick = round(1.9 * MINUTE)
    plan_ = structs.replace(plan(seed=3, hours=0.2), dials=Dials(cabinet=CabinetDials(pick=Span(pick, pick, pick))))
    day = keep(plan_, str(tmp_path / "day.db"), [structs.replace(ORDINARY, part="wrong")])
    seen = seen_in(str(tmp_path / "day.db"))[0]
    ((name, guest),) = truth(day).items()
    steps, repair = steps_of(seen), seen.repairs[name]
    (took,) = steps.took["repair"]
    (teardown,) = steps.took["teardown"]
    assert took.ms == pytest.approx(guest.minutes.teardown + guest.minutes.repair, abs=150)
    assert teardown.ms == pytest.approx(guest.minutes.teardown, abs=150)
    assert not teardown.cut
    assert outcomes.when(repair, RepairStarted) < outcomes.when(repair, RepairBlocked)
    assert outcomes.when(repair, PartFitted) - outcomes.when(repair, RepairStarted) > took.ms + MINUTE // 2


@pytest.mark.parametrize(("owner_checked", "believed"), [(False, 1), (True, 0)])
def test_a_check_is_believed_only_if_its_owner_could_ask_for_it_at_once(*, owner_checked: bool, believed: int) -> None:
    """Two phones are finished in one moment: e4 checks the other one first, and only then asks for a check of R12."""
    done, mid, end = MORNING + 60 * MINUTE, MORNING + 65 * MINUTE, MORNING + 68 * MINUTE
    seen = Seen(journal="hand-made", layout=LAYOUT, began=MORNING, ended=end)
    told: list[tuple[Instant, Said]] = [
        (done, RepairFinished(repair="R12", labour_min=20, lines_done=(1,))),
        (end, QualityPassed(repair="R12", checker="e6", checks=3)),
    ]
    seen.repairs["R12"] = SeenRepair(id="R12", ticket="", owner="e4", told=told)
    seen.on_duty = {"e4": [[MORNING, 0]], "e6": [[MORNING, 0]]}
    seen.checks = {"e4": [(mid, "R6")] if owner_checked else [], "e6": [(end, "R12")]}
    steps = steps_of(seen)
    assert len(steps.took["check"]) == believed
    assert sum(steps.unclean.values()) == 1 - believed


# ── who comes, what happens ─────────────────────────────────────────────────────────────────────


def test_everybody_who_came_is_counted_in_their_hour(day: Day, seen: Seen) -> None:
    (open_day,) = days_of(seen)
    repairs, others = arrivals_of([open_day])
    expected = [visit for visit in day.visits if visit.purpose == "repair"]
    assert sum(hour.count for hour in repairs.hours) == pytest.approx(len(expected), abs=2)
    assert sum(hour.count for hour in others.hours) == pytest.approx(len(day.visits) - len(expected), abs=2)
    by_hour = [sum((visit.at - MORNING) // HOUR == hour for visit in expected) for hour in range(3)]
    assert [hour.count for hour in repairs.hours] == pytest.approx(by_hour, abs=2)
    assert repairs.covered == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(
    ("name", "really"),
    [
        ("quote refused", lambda visit: visit.decision == "refuse"),
        ("went home to think", lambda visit: visit.decision == "think"),
        ("by accident", lambda visit: visit.accident),
        ("fetched by somebody else", lambda visit: visit.proxy),
        ("first check failed", lambda visit: not visit.first_pass),
        ("unrepairable", lambda visit: visit.unrepairable),
    ],
)
def test_what_customers_decided_is_counted_as_it_was(
    name: str, really: Callable[[Visit], bool], day: Day, seen: Seen
) -> None:
    row = next(outcome for outcome in OUTCOMES if outcome.name == name)
    k, n = outcomes.count([seen], row)
    repairs = [visit for visit in day.visits if visit.purpose == "repair"]
    of_all = sum(really(visit) for visit in repairs)
    assert n <= len(repairs)
    assert k <= of_all
    assert k >= of_all - (len(repairs) - n), "only those of whom it could be seen are missing"


def test_who_found_the_hour_full_is_no_booking_and_that_is_said(day: Day, seen: Seen) -> None:
    """They walked in, and nothing in the journal says that they had wanted a time."""
    row = next(outcome for outcome in OUTCOMES if outcome.name == "booked")
    k, _ = outcomes.count([seen], row)
    assert 0 < k < sum(visit.booked for visit in day.visits)
    assert any("hour full" in why for what, why in UNKNOWN if what == "shares.booked")


def test_each_share_names_a_parameter_of_the_twin_or_none() -> None:
    assert all(outcome.key in ROWS for outcome in OUTCOMES if outcome.key)
    assert all(key in ROWS for key, _ in STEP_KEYS.values())


# ── the verdicts ────────────────────────────────────────────────────────────────────────────────


def test_a_calibration_finds_what_the_twin_drew(day: Day, calibration: Calibration) -> None:
    by_key = {verdict.key: verdict for verdict in calibration.verdicts}
    intake = by_key["work.intake_min"]
    assert intake.value is not None
    assert intake.low is not None
    assert intake.high is not None
    drawn = [guest.minutes.intake / MINUTE for guest in truth(day).values()]
    assert intake.low <= sum(drawn) / len(drawn) <= intake.high
    assert calibration.loading is not None
    assert calibration.loading.mean.value == pytest.approx(0.3, abs=0.01)


def test_what_is_too_little_to_tell_is_kept_and_said(calibration: Calibration) -> None:
    """Three of ten hours are not a day, and nobody knows a patience that hardly anybody has run out of."""
    by_key = {verdict.key: verdict for verdict in calibration.verdicts}
    a_day = by_key["demand.repairs_a_day"]
    assert (a_day.value, a_day.assumed) == (None, ROWS["demand.repairs_a_day"].default)
    assert "30% of the opening hours" in a_day.words
    assert by_key["shares.more_refused"].value is None
    assert all(verdict.words.startswith("kept (assumed)") for verdict in calibration.verdicts if verdict.value is None)


def test_no_wait_and_no_lead_time_is_fitted(calibration: Calibration) -> None:
    """Inputs, never outputs: these the twin must predict."""
    names = " ".join(verdict.key for verdict in calibration.verdicts)
    assert not any(word in names for word in ("wait", "queue", "lead", "tat", "repair_time"))


def test_the_toml_is_a_piece_of_a_scenario(calibration: Calibration) -> None:
    tree = tomllib.loads(as_toml(calibration))
    values = {f"{section}.{key}": value for section, keys in tree.items() for key, value in keys.items()}
    assert values
    scenario = Scenario(name="calibrated").replaced(
        {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    )
    assert scenario.hash() != Scenario(name="assumed").hash()


def test_what_cannot_be_identified_is_listed_with_the_reason(calibration: Calibration) -> None:
    assert [unknown.what for unknown in calibration.unknown] == [what for what, _ in UNKNOWN]
    assert "search_min" in as_toml(calibration)


def test_the_same_journal_gives_the_same_calibration(kept: Path, calibration: Calibration) -> None:
    assert calibrate([str(kept)], resamples=RESAMPLES) == calibration


def test_calibrate_writes_whole_files_and_prints_a_table(kept: Path, tmp_path: Path) -> None:
    before = hashlib.sha256(kept.read_bytes()).hexdigest()
    code, tables = calibrate_journals([str(kept)], tmp_path / "out", RESAMPLES)
    assert code == 0
    assert "work.intake_min" in shown(tables)
    assert json.loads((tmp_path / "out" / "calibration.json").read_text())["sources"][0]["store"] == "s1"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["calibration.json", "calibration.toml"]
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == before


def test_a_broken_journal_is_refused_by_name_and_nothing_is_written(kept: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(kept.read_bytes().replace(b"IntakeRecorded", b"IntakeRecordee", 1))
    with pytest.raises(Corrupt, match=rf"^{copy}: Entry \d+ is not what was written"):
        calibrate_journals([str(copy)], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(JournalRefused, match="Give 1 to"):
        calibrate([])


# ── a recorded day under another policy ─────────────────────────────────────────────────────────


def test_the_customers_of_a_day_are_remembered_as_they_were(day: Day, seen: Seen) -> None:
    """Phone, fault, decision, part, and when they came: of everybody of whom the journal tells."""
    (open_day,) = days_of(seen)
    again = remember(seen, open_day, CATALOGUE, seed=1)
    by_imei = {visit.imei: visit for visit in day.visits}
    told = [(visit, by_imei[visit.imei]) for visit in again.visits if visit.imei in by_imei]
    assert len(again.visits) == pytest.approx(len(day.visits), abs=2)
    assert len(told) > 20
    for ours, true in told:
        assert abs(ours.at - true.at) < 3 * MINUTE
        assert (ours.model, ours.fault, ours.accident) == (true.model, true.fault, true.accident)
        assert (ours.unrepairable, ours.proxy, ours.wipe) == (true.unrepairable, true.proxy, true.wipe)
    undecided = sum(ours.decision != true.decision for ours, true in told)
    assert undecided <= again.drawn.get("decision", 0) + sum(true.decision == "leave" for _, true in told)


def test_a_phone_with_several_faults_is_remembered_with_all_of_them(tmp_path: Path) -> None:
    """And nobody gets a fault that their phone cannot have."""
    day = keep(plan(seed=2, hours=1, demand__repairs_a_day=150, demand__lines_extra=1.5), str(tmp_path / "day.db"))
    seen, _ = seen_in(str(tmp_path / "day.db"))
    again = remember(seen, days_of(seen)[0], CATALOGUE, seed=1)
    by_imei = {visit.imei: visit for visit in day.visits}
    quoted = [(ours, by_imei[ours.imei]) for ours in again.visits if ours.imei in by_imei]
    assert sum(len(ours.also) for ours, _ in quoted) > 3
    assert all(fault in CATALOGUE.rows[ours.model] for ours in again.visits for fault in ours.also)
    finished = {visit.visit.imei for visit in truth(day).values() if visit.goodbye == "done"}
    assert all(ours.also == true.also for ours, true in quoted if true.imei in finished)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("short") / "day.db"
    keep(plan(seed=6, hours=1, demand__repairs_a_day=150), str(file))
    return file


@pytest.fixture(scope="module")
def first_come(short: Path) -> Redispatched:
    return redispatch(str(short), {"calling": "first-come", "auto_call": "true"}, times=1)


def test_the_twin_comes_near_to_the_recorded_day(first_come: Redispatched) -> None:
    """Under the recorded policy: repair time within 5 %, as many repairs."""
    rows = {(row.kpi, row.number): row for row in first_come.numbers}
    repair_time, done = rows["K5", "mean"], rows["K5", "n"]
    assert repair_time.off is not None
    assert abs(repair_time.off) < 0.05
    assert done.recorded is not None
    assert done.same == pytest.approx(done.recorded, abs=2)


def test_another_policy_changes_the_waiting_and_says_of_what_day(first_come: Redispatched) -> None:
    rows = {(row.kpi, row.number): row for row in first_come.numbers}
    assert rows["K1", "mean"].difference != 0
    assert first_come.policy == {"calling": "bonus → first-come", "auto_call": "False → True"}
    assert "says nothing about other days" in first_come.remarks[0]


def test_the_same_policy_makes_no_difference_at_all(short: Path) -> None:
    """The negative sister: paired to the millisecond."""
    same = redispatch(str(short), {}, times=1)
    assert same.policy == {}
    assert {row.difference for row in same.numbers if row.difference is not None} == {0}


def test_habits_that_no_journal_shows_are_those_of_the_scenario_that_is_named(tmp_path: Path) -> None:
    """A day at a parts counter, played again with the people of that shop, and with others."""
    scenario = load("reference-counter").replaced({"opening.hours": 1})
    day = keep_day(scenario, 1, 1, str(tmp_path / "day.db"))
    seen, _ = seen_in(str(tmp_path / "day.db"))
    ours, theirs = (remember(seen, days_of(seen)[0], CATALOGUE, 1, assumed) for assumed in (scenario, ASSUMED))
    assert len(ours.visits) == len(theirs.visits) == len(day.visits) > 2
    assert {visit.patience_ms for visit in ours.visits} == {visit.patience_ms for visit in day.visits}
    assert max(visit.patience_ms for visit in theirs.visits) < 1_000 * MINUTE
    assert ours.dials.cabinet.pick == day.plan.dials.cabinet.pick != theirs.dials.cabinet.pick
    assert not ours.scenario.switches.cabinet, "what the journal shows is as it was in both"
    assert not theirs.scenario.switches.cabinet


def test_a_policy_that_no_shop_can_have_is_refused_in_a_sentence() -> None:
    with pytest.raises(PolicyError, match="calling = loudest: Invalid enum value"):
        policy_of(Policy(), {"calling": "loudest"})
    with pytest.raises(PolicyError, match="colour = red: there is no such setting; there are calling"):
        policy_of(Policy(), {"colour": "red"})
    assert policy_of(Policy(), {"tickets_open_max": "9", "service_days": "2026-11-24"}).tickets_open_max == 9


def test_a_day_that_the_journal_does_not_have_is_refused(short: Path) -> None:
    with pytest.raises(JournalRefused, match=r"no customers on 1999-01-01; it has on 2026-11-23"):
        redispatch(str(short), {}, date="1999-01-01", times=1)
    with pytest.raises(PolicyError, match="times = 0"):
        redispatch(str(short), {}, times=0)
    with pytest.raises(PolicyError, match="first-come: write a setting as NAME=VALUE"):
        replay_under(str(short), ["first-come"])


def test_replay_prints_and_a_strict_replay_ends_with_0(short: Path, tmp_path: Path) -> None:
    code, words = replay_strictly(str(short))
    assert code == 0
    assert "0 differences" in shown(words)
    code, tables = replay_under(str(short), ["auto_call=true"], times=1, out=tmp_path)
    assert code == 0
    assert "K5 repair time" in shown(tables)
    assert json.loads((tmp_path / "replay.json").read_text())["policy"] == {"auto_call": "False → True"}

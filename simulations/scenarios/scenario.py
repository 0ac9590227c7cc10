"""A scenario: one way of running a shop, as a TOML file that says only what differs from its base.

``base`` names another scenario (packaged, or a file beside this one); what neither says is the default of
parameters.py. A misspelt key, a wrong type or an impossible value is refused with file, key, value and what is allowed.
"""

import difflib
import hashlib
import math
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias, cast

import msgspec
from msgspec import Struct, structs

from simulations.scenarios import parameters as p
from simulations.scenarios.table import ROWS, SECTIONS, Row, Value

Tree: TypeAlias = dict[str, dict[str, object]]

HERE: Final = Path(__file__).parent
BASES_MAX: Final = 8
HASHES_KEPT: Final = 4_096


class ScenarioError(ValueError):
    """What is wrong with a scenario, in a sentence that names file and key."""


class Scenario(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All parameters of one shop, by section."""

    name: str
    title: str = ""
    switches: p.Switches = p.Switches()
    opening: p.Opening = p.Opening()
    demand: p.Demand = p.Demand()
    shares: p.Shares = p.Shares()
    work: p.Work = p.Work()
    papers: p.Papers = p.Papers()
    counter: p.Counter = p.Counter()
    cabinet: p.Cabinet = p.Cabinet()
    robots: p.Robots = p.Robots()
    staff: p.Staff = p.Staff()
    habits: p.Habits = p.Habits()

    def value(self, key: str) -> Value:
        """One parameter by its dotted name."""
        section, _, field = key.partition(".")
        return cast("Value", getattr(getattr(self, section), field))

    def replaced(self, values: Mapping[str, Value], name: str = "") -> "Scenario":
        """The same with other values, by dotted names. Raises ScenarioError on what is not allowed."""
        tree = {section: cast("dict[str, object]", msgspec.to_builtins(getattr(self, section))) for section in SECTIONS}
        for key, value in values.items():
            section, _, field = key.partition(".")
            if key not in ROWS:
                raise ScenarioError(f"There is no parameter {key}. {_nearest(key)}")
            tree[section][field] = value
        return _made(name or self.name, self.title, tree, "these values")

    def hash(self) -> str:
        """SHA-256 of every value, whatever the scenario is called: equal shops have equal hashes."""
        return _hash_of(structs.replace(self, name="", title=""))


@lru_cache(maxsize=HASHES_KEPT)
def _hash_of(scenario: Scenario) -> str:
    """Of 40 and 40.0 alike: numbers are read as their parameters want them."""
    plain = msgspec.convert(msgspec.to_builtins(scenario), Scenario)
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()


def packaged() -> tuple[str, ...]:
    """The names of the scenarios that come with the program."""
    return tuple(sorted(path.stem for path in HERE.glob("*.toml")))


def load(name: str) -> Scenario:
    """A packaged scenario by name, or a TOML file by path. Raises ScenarioError."""
    path = _find(name)
    tree: Tree = {}
    title = ""
    for one in reversed(list(_chain(path))):
        read = _read(one)
        title = str(read.pop("title", title))
        read.pop("base", None)
        _lay_over(tree, read, one)
    return _made(path.stem, title, tree, str(path))


def _find(name: str) -> Path:
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise ScenarioError(f"{name}: there is no such file.")
        return path
    found = HERE / f"{name}.toml"
    if not found.is_file():
        raise ScenarioError(
            f"There is no scenario {name!r}. Packaged are {', '.join(packaged())}; or give a .toml file."
        )
    return found


def _chain(path: Path) -> Iterator[Path]:
    """The file, its base, the base's base …"""
    for _ in range(BASES_MAX):
        yield path
        base = _read(path).get("base")
        if base is None:
            return
        beside = path.parent / f"{base}.toml"
        path = beside if beside.is_file() else _find(str(base))
    raise ScenarioError(f"{path}: bases lead in a circle, or through more than {BASES_MAX} files.")


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise ScenarioError(f"{path}: cannot be read ({fault}).") from fault
    except tomllib.TOMLDecodeError as fault:
        raise ScenarioError(f"{path}: is not TOML ({fault}).") from fault


def _lay_over(tree: Tree, read: Mapping[str, object], path: Path) -> None:
    for section, values in read.items():
        if section not in SECTIONS:
            raise ScenarioError(f"{path}: {section}: no such section. {_nearest(section)}")
        if not isinstance(values, dict):
            raise ScenarioError(f"{path}: {section} = {values!r}: write it as a table, [{section}].")
        for key, value in values.items():
            if f"{section}.{key}" not in ROWS:
                raise ScenarioError(
                    f"{path}: {section}.{key} = {value!r}: no such parameter. {_nearest(f'{section}.{key}')}"
                )
            tree.setdefault(section, {})[key] = value


def _made(name: str, title: str, tree: Tree, where: str) -> Scenario:
    for section, values in tree.items():
        for field, value in values.items():
            _check(ROWS[f"{section}.{field}"], value, where)
    scenario = msgspec.convert({**tree, "name": name, "title": title}, Scenario)
    for key, words in _contradictions(scenario):
        raise ScenarioError(f"{where}: {key} = {scenario.value(key)!r}: {words}")
    return scenario


def _check(row: Row, value: object, where: str) -> None:
    try:
        msgspec.convert(value, row.type)
    except msgspec.ValidationError as fault:
        raise ScenarioError(f"{where}: {row.key} = {value!r}: allowed is {row.allowed()} ({fault}).") from fault
    numbers = value if isinstance(value, list | tuple) else (value,)
    if any(isinstance(number, float) and not math.isfinite(number) for number in numbers):
        raise ScenarioError(f"{where}: {row.key} = {value!r}: allowed is {row.allowed()}; finite numbers.")


STEPS: Final = tuple(key for key, row in ROWS.items() if row.is_step)
SPANS: Final = tuple(key for key, row in ROWS.items() if row.is_span)


def _contradictions(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """What each value alone does not show."""
    hours = math.ceil(scenario.opening.hours)
    if len(scenario.demand.weights) < hours or sum(scenario.demand.weights[:hours]) <= 0:
        yield "demand.weights", f"the doors are open in {hours} hours; give that many weights, not all of them 0."
    if len(scenario.staff.engineers) not in (1, hours):
        yield "staff.engineers", f"give one number for the whole day, or one for each of {hours} hours."
    for key in STEPS:
        yield from _step_flaws(key, cast("p.Step", scenario.value(key)))
    for key in SPANS:
        least, most = cast("p.Span", scenario.value(key))
        if least > most:
            yield key, "the first of the two must not be the greater."
    if sum((scenario.shares.refused, scenario.shares.thinks, scenario.shares.leaves_phone)) > 1:
        yield "shares.refused", "refused, thinks and leaves_phone exclude each other; together they must not be over 1."


def _step_flaws(key: str, step: p.Step) -> Iterator[tuple[str, str]]:
    if not step and key not in ("work.repair_min", "work.teardown_min"):
        yield key, "give a mean, or least, most likely and most."
    if len(step) not in (0, 1, 3):
        yield key, "give one number (mean) or three (least, most likely, most)."
    if len(step) == 3 and not step[0] <= step[1] <= step[2]:
        yield key, "least, most likely, most must not fall."


def _nearest(key: str) -> str:
    """The names that are most like a misspelt one."""
    like = difflib.get_close_matches(key, [*ROWS, *SECTIONS], n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(like)}?" if like else f"There are {', '.join(SECTIONS)}."

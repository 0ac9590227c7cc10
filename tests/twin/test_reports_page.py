"""The page of an experiment, as its reader meets it: whole, alone, honest, and the same every time."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from simulations.experiments.result import FIGURES
from simulations.reports.experiment import Difference, Experiment, Played
from simulations.reports.limits import ALWAYS, limits_of
from simulations.reports.page import page
from simulations.reports.pieces import Cloud, Code, Intervals, Mark, Note, Section, Table
from simulations.scenarios.scenario import load
from simulations.scenarios.table import ROWS
from tests.twin.report_days import CABINET, COUNTER, added_up, day_of, experiment_of

VOID = ("meta", "link", "br", "img")
BARE = Experiment(title="Nothing", answer="There is nothing to tell.", command="python", seed=1, release="0")


class Reader(HTMLParser):
    """Reads a page as a strict browser would: every tag closed in turn, no id twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", " ".join(data.split())))

    def every(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute)) is not None]


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def text() -> str:
    return page(experiment_of())


def body_of(text: str) -> Reader:
    return read(text[text.index("<body>") : text.index("</html>")])


def test_the_answer_is_the_first_thing_that_is_read(text):
    assert body_of(text).texts[0] == ("h1", experiment_of().answer)


def test_every_tag_is_closed_and_no_id_is_given_twice(text):
    ids = read(text).every("id")
    assert len(ids) == len(dict.fromkeys(ids))


def test_every_reference_inside_the_page_leads_somewhere(text):
    reader = read(text)
    ids = dict.fromkeys(reader.every("id"))
    wanted = [each for value in reader.every("aria-labelledby") for each in value.split()]
    wanted += [value.removeprefix("#") for value in reader.every("href")]
    wanted += re.findall(r"url\(#([^)]+)\)", text)
    assert [each for each in wanted if each not in ids] == []


def test_the_page_needs_no_network_and_no_script(text):
    reader = read(text)
    assert "http" not in text
    assert "//" not in text
    assert "@import" not in text
    assert "<script" not in text
    assert reader.every("src") == []
    assert [value for value in reader.every("href") if not value.startswith("#")] == []
    assert re.findall(r"url\((?!#)", text) == []
    assert [name for _, attrs in reader.tags for name in attrs if name.startswith("on")] == []


def test_every_figure_has_its_row_measured_or_not(text):
    heads = [words for tag, words in read(text).texts if tag == "th"]
    for figure in FIGURES.values():
        assert any(words.startswith(f"{figure.words} · mean, ") for words in heads), figure.name
    assert "not measured" in text


def test_the_mean_does_not_stand_without_nine_in_ten_and_its_interval(text):
    assert "57.6 (57.3 to 57.9)" in text
    assert "nine in ten within, min" in text
    assert "62.1 (61.2 to 63.0)" in text


def test_too_few_days_get_words_instead_of_an_interval_and_no_claim():
    bare = tuple(Played(scenario=scenario, days=10) for scenario in (COUNTER, CABINET))
    few = page(msgspec.structs.replace(experiment_of(days=10), played=bare))
    assert "57.6 (too few days (10 of 100))" in few
    assert "no claim" in few
    assert "57.3 to 57.9" not in few


@pytest.mark.parametrize(
    ("low", "high", "figure", "said"),
    [
        (-10.6, -10.1, "repair_time", "less, better"),
        (0.2, 0.9, "repair_time", "more, worse"),
        (0.2, 0.9, "served", "more, better"),
        (-0.2, 0.9, "repair_time", "may be no difference at all"),
        (0.2, 0.9, "clerk_busy", "more"),
    ],
)
def test_a_difference_is_said_in_words_not_in_colours(low, high, figure, said):
    one = Difference(figure=figure, scenario="b", against="a", estimate=(low + high) / 2, low=low, high=high, days=200)
    cells = [words for tag, words in read(page(msgspec.structs.replace(BARE, differences=(one,)))).texts if tag == "td"]
    assert said in cells


def test_the_limits_stand_on_every_page(text):
    said = [words for tag, words in read(text).texts if tag == "li"]
    assert list(ALWAYS) == said[: len(ALWAYS)]
    assert text.index(ALWAYS[0]) < text.index("<table")


def test_what_a_scenario_leaves_out_is_said_of_it_and_not_of_the_fuller_one():
    def left_out(name: str) -> tuple[str, ...]:
        played = (Played(scenario=load(name), days=1),)
        return limits_of(msgspec.structs.replace(BARE, played=played, limits=("Our own.",)))

    assert left_out("reference-counter")[0] == "Our own."
    assert left_out("reference-counter")[-1].startswith("Scenario reference-counter leaves out: lunch breaks, appointm")
    assert left_out("counter") == ("Our own.", *ALWAYS)


def test_every_parameter_stands_with_unit_and_source_the_differing_ones_first(text):
    heads = [words for tag, words in read(text).texts if tag == "th"]
    assert all(key in heads for key in ROWS)
    assert heads.index("switches.cabinet") < heads.index("opening.hours")
    assert text.count("assumed</td>") == len(ROWS)


def test_the_page_says_how_to_get_it_again(text):
    experiment = experiment_of()
    for words in (experiment.command, COUNTER.hash(), CABINET.hash(), experiment.release):
        assert words in text


def test_hostile_names_are_only_names():
    name = '_"><script>alert(1)</script>&$x$\n名 id="floor" url(http:x)'
    hostile = msgspec.structs.replace(CABINET, name=name)
    made = page(experiment_of(days=20, second=hostile))
    reader = read(made)
    assert "script" not in [tag for tag, _ in reader.tags]
    ids = reader.every("id")
    assert len(ids) == len(dict.fromkeys(ids))
    assert any(words.startswith('_"><script>alert(1)</script>&$x$') for tag, words in reader.texts if tag == "text")


def test_tables_are_tables_and_pictures_are_told(text):
    reader = read(text)
    names = [tag for tag, _ in reader.tags]
    assert names.count("table") == names.count("caption") > 0
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in reader.tags if tag == "th")
    pictures = [attrs for tag, attrs in reader.tags if tag == "svg"]
    assert len(pictures) == names.count("figure") == names.count("desc") > 0
    assert all(attrs["role"] == "img" and attrs["aria-labelledby"] for attrs in pictures)


def test_the_same_experiment_gives_the_same_bytes_in_another_process(text):
    code = "import sys; from tests.twin.report_days import experiment_of; from simulations.reports.page import page; "
    code += "sys.stdout.buffer.write(page(experiment_of()).encode())"
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    root = Path(__file__).parents[2]
    other = subprocess.run([sys.executable, "-c", code], cwd=root, env=env, check=True, capture_output=True, timeout=60)
    assert other.stdout.decode() == text


def test_missing_data_is_told_in_words_and_no_empty_picture_is_drawn():
    made = page(msgspec.structs.replace(BARE, played=(Played(scenario=COUNTER, days=0),)))
    reader = read(made)
    assert "svg" not in [tag for tag, _ in reader.tags]
    assert made.count("there is nothing to draw") == 13
    assert "No layout was given" in made


def test_a_broken_rule_of_the_floor_forbids_the_figures():
    day = msgspec.structs.replace(day_of(COUNTER, 3, 57.0), broken=["I7: a unit in two bins"], histograms={}, curves={})
    made = page(msgspec.structs.replace(BARE, played=(added_up(COUNTER, [day]),)))
    assert "Do not use these figures: 1 rules" in made
    assert "counter, day 3: I7: a unit in two bins" in made
    assert "Do not use" not in page(BARE)


def test_an_experiment_adds_sections_of_its_own_after_the_figures():
    own = Section(
        anchor="targets",
        title="How near to what was published",
        pieces=(
            Note("A note & nothing else."),
            Intervals(
                title="Reading", words="w", x_label="min", marks=(Mark(label="A", estimate=47.0, low=41, high=52),)
            ),
            Cloud(
                title="Draws", words="w", x_label="min", y_label="×", points=((47, 1.6),), box=(43.5, 46.5, 1.4, 1.7)
            ),
            Table(caption="Empty", head=("a", "b"), rows=()),
            Code("python -m simulations predict"),
        ),
    )
    made = page(msgspec.structs.replace(BARE, sections=(own,)))
    assert made.index('id="figures"') < made.index('id="targets"') < made.index('id="distributions"')
    assert "A note &amp; nothing else." in made
    assert made.count("<svg") == 2
    assert "nothing to show" in made

"""The reader's language: which it is, and how words, money and times are said in it."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import Response

from shopfloor.contract.kinds import Language
from shopfloor.web.reader import chosen, language_for, remember_choice
from shopfloor.web.words import Words, client_words

CHINA_MIN = 480
AFTERNOON = 1_795_327_380_000
"""22 November 2026, 14:03 in China."""
JS = Path(__file__).parent / "js"


# ── which language ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "zh-Hans"),  # a screen of the shop's own, or a tool
        ("*", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("yue-HK", "zh-Hant"),
        ("en-GB,en;q=0.9,zh-CN;q=0.5", "en"),
        ("en;q=0.5, zh-TW;q=0.9", "zh-Hant"),
        ("en;q=0, zh-TW;q=0.1", "zh-Hant"),
        ("fr-FR, en;q=0.4", "en"),
        ("fr-FR, de", "en"),  # a visitor who has none of ours reads English rather than Chinese
        ("en;q=wrong", "zh-Hans"),
        (",;=,", "zh-Hans"),
    ],
)
def test_what_the_browser_asks_for_decides_when_nobody_has_chosen(accept, language):
    assert chosen(accept=accept) == language


def test_a_link_goes_before_what_was_chosen_before_and_that_before_the_browser():
    assert chosen(link="zh-Hant", cookie="en", accept="zh-CN") == "zh-Hant"
    assert chosen(cookie="en", accept="zh-CN") == "en"
    assert chosen(link="ZH-HANT") == "zh-Hant"


def test_a_language_that_we_have_not_is_no_choice():
    assert chosen(link="tlh", cookie="../../etc/passwd", accept="en") == "en"


@given(st.text(), st.text(), st.text())
def test_whatever_a_stranger_sends_a_language_is_chosen(link, cookie, accept):
    assert chosen(link, cookie, accept) in ("en", "zh-Hans", "zh-Hant")


def asked(query: str = "", scheme: str = "https", **headers: str) -> HTTPConnection:
    return HTTPConnection(
        {
            "type": "http",
            "scheme": scheme,
            "server": ("shop.lan", 443),
            "path": "/",
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
    )


def kept(connection: HTTPConnection) -> str:
    """The cookie that the answer sets, if it sets one."""
    response = Response()
    remember_choice(connection, response)
    return response.headers.get("set-cookie", "")


def test_a_request_tells_its_language_by_link_cookie_and_header():
    assert language_for(asked("lang=zh-Hant", cookie="language=en")) == "zh-Hant"
    assert language_for(asked(cookie="language=en", accept_language="zh-CN")) == "en"
    assert language_for(asked(accept_language="zh-TW")) == "zh-Hant"
    assert language_for(asked()) == "zh-Hans"


def test_whoever_follows_a_link_to_a_language_stays_with_it():
    cookie = kept(asked("lang=zh-Hant"))
    assert cookie.startswith("language=zh-Hant; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax")
    assert "Secure" in cookie
    assert "Secure" not in kept(asked("lang=zh-Hant", scheme="http"))


def test_without_such_a_link_or_with_one_to_no_language_nothing_is_kept():
    assert kept(asked(accept_language="en")) == ""
    assert kept(asked("lang=tlh")) == ""


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def words(language: Language) -> Words:
    return Words(language, CHINA_MIN)


def test_a_pages_own_sentence_is_said_with_its_values():
    assert words("en").gettext("{n} min", n=5) == "5 min"
    assert words("zh-Hans").gettext("{n} min", n=5) == "5 分钟"
    assert words("zh-Hant").gettext("{n} min", n=5) == "5 分鐘"


def test_a_sentence_that_is_not_translated_stays_english():
    assert words("zh-Hans").gettext("Never {what}", what="said") == "Never said"


def test_a_number_chooses_the_words_where_a_language_has_a_choice():
    assert [words("en").ngettext("{n} desk", "{n} desks", n) for n in (0, 1, 1200)] == [
        "0 desks",
        "1 desk",
        "1,200 desks",
    ]


def test_a_value_is_never_read_as_a_placeholder():
    assert words("en").gettext("{first}, {second}", first="{second}", second="B") == "{second}, B"


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_money_is_written_alike_in_each_language(language):
    assert [words(language).money(fen) for fen in (0, 5, 99_900, 123_456_789, -1250)] == [
        "¥0.00",
        "¥0.05",
        "¥999.00",
        "¥1,234,567.89",
        "-¥12.50",
    ]


@given(st.integers(-100_000_000, 100_000_000))
def test_no_fen_is_lost_in_writing(fen):
    written = words("en").money(fen)
    assert int(written.replace("¥", "").replace(",", "").replace(".", "")) == fen


def test_times_are_by_the_shops_clock():
    assert words("en").clock(AFTERNOON) == "14:03"
    assert Words("en", 0).clock(AFTERNOON) == "06:03"


def test_a_day_is_written_as_the_reader_writes_it():
    assert words("en").day(AFTERNOON) == "22 Nov 2026"
    assert words("zh-Hans").day(AFTERNOON) == words("zh-Hant").day(AFTERNOON) == "2026年11月22日"
    assert words("en").weekday(AFTERNOON) == "Sun 22 Nov"
    assert words("zh-Hans").weekday(AFTERNOON) == "11月22日 周日"
    assert words("zh-Hant").weekday(AFTERNOON) == "11月22日 週日"


def test_a_span_is_told_in_its_largest_unit():
    assert [words("en").span(ms) for ms in (-5, 40_000, 720_000, 3_900_000)] == ["0 s", "40 s", "12 min", "1 h 5 min"]
    assert words("zh-Hans").span(3_900_000) == "1 小时 5 分钟"


def test_a_next_step_is_told_where_the_reason_does_not_say_it():
    assert words("zh-Hans").next_step("wrong-state", "R1 is QC; nobody works on it.") == "请查看当前状态，再继续。"
    assert words("zh-Hans").next_step("wrong-state", "R1 is QC. Start the work first.") == ""
    assert words("zh-Hans").next_step("no-such-code", "So it is.") == ""


# ── templates and scripts ───────────────────────────────────────────────────────────────────────


def test_a_template_speaks_and_what_it_says_is_escaped():
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        "{{ language }}|{{ _('{n} min', n=name) }}|{{ label('repair', 'PARTS_WAIT') }}|{{ money(1250) }}"
        "|{{ clock(at) }}|{{ say(reason) }}|{{ place('desk/d3') }}"
    )
    shown = page.render(
        **words("zh-Hans").for_templates(), name="<b>5</b>", at=AFTERNOON, reason="R1 is QC; nobody works on it."
    )
    assert shown == (
        "zh-Hans|&lt;b&gt;5&lt;/b&gt; 分钟|等待零件|¥12.50|14:03|R1 现为“等待质检”，目前无人维修。|d3 号工作台"
    )


def test_scripts_get_their_own_sentences_and_no_others():
    told = client_words("zh-Hans", ("words.js",))
    assert told == {"{n} s": "{n} 秒", "{n} min": "{n} 分钟", "{h} h {min} min": "{h} 小时 {min} 分钟"}
    assert client_words("zh-Hans", ()) == {}
    assert client_words("en", ("words.js",)) == {}, "English is the key"


def test_a_page_gets_the_tables_that_it_asks_for():
    tables = words("zh-Hans").labels_for(("repair", "line"))
    assert list(tables) == ["repair", "line"]
    assert tables["line"]["D"] == "取机"


def test_scripts_say_the_same_as_the_server():
    """``node --test``: words.js itself."""
    told = subprocess.run(
        ["node", "--test", str(JS / "words.test.js")], check=False, capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stdout + told.stderr

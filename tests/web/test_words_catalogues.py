"""The committed catalogues are whole: what the source says, each sentence translated, each placeholder kept."""

import pytest
from babel.messages.catalog import Catalog

from shopfloor.web.catalogues import DOMAINS, TRANSLATED, catalogue
from shopfloor.web.extraction import STALE, flaws, flaws_of, updated

SIMPLIFIED_ONLY = frozenset("维员应请读对错协议单据货营业电话时间联网络确认证经检测选择项显软")
"""Characters that traditional Chinese never uses."""


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_what_the_source_says_and_all_of_it_is_translated(language, domain):
    assert flaws_of(language, domain) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_traditional_chinese_has_no_simplified_characters(domain):
    strings = [str(message.string) for message in catalogue("zh-Hant", domain) if message.id]
    assert [string for string in strings if SIMPLIFIED_ONLY & set(string)] == []
    simplified = [str(message.string) for message in catalogue("zh-Hans", domain) if message.id]
    assert any(SIMPLIFIED_ONLY & set(string) for string in simplified), "and simplified Chinese has them"


def said(*english: str) -> Catalog:
    catalog = Catalog()
    for text in english:
        catalog.add(text, locations=[("a.py", 0)])
    return catalog


BOTH = said("{0} is here", "{0} has gone")


def with_words(file: bytes, english: str, words: str) -> bytes:
    text = file.decode()
    assert f'"{english}"\nmsgstr ""' in text
    return text.replace(f'"{english}"\nmsgstr ""', f'"{english}"\nmsgstr "{words}"').encode()


def test_what_is_new_is_found_untranslated():
    assert flaws(b"", BOTH, "zh_Hans") == [STALE]
    assert flaws(updated(b"", BOTH, "zh_Hans"), BOTH, "zh_Hans") == [
        "not translated: '{0} has gone'",
        "not translated: '{0} is here'",
    ]


def test_what_is_translated_keeps_its_words():
    file = with_words(updated(b"", BOTH, "zh_Hans"), "{0} has gone", "{0} 走了")
    more = said("{0} is here", "{0} has gone", "{0} comes")
    assert "{0} 走了" in updated(file, more, "zh_Hans").decode()
    assert flaws(updated(file, more, "zh_Hans"), more, "zh_Hans") == [
        "not translated: '{0} comes'",
        "not translated: '{0} is here'",
    ]


def test_what_is_not_said_any_more_goes():
    file = with_words(updated(b"", BOTH, "zh_Hans"), "{0} has gone", "{0} 走了")
    fewer = said("{0} is here")
    assert flaws(file, fewer, "zh_Hans")[0] == STALE
    assert "gone" not in updated(file, fewer, "zh_Hans").decode()


def test_other_placeholders_than_in_english_are_found():
    file = with_words(updated(b"", BOTH, "zh_Hans"), "{0} has gone", "{0} 走了")
    assert flaws(with_words(file, "{0} is here", "{1} 在"), BOTH, "zh_Hans") == [
        "other placeholders than '{0} is here': '{1} 在'"
    ]
    assert flaws(with_words(file, "{0} is here", "{0} 在"), BOTH, "zh_Hans") == []


def test_a_file_is_written_the_same_each_time_with_no_dates_in_it():
    file = updated(b"", BOTH, "zh_Hans")
    assert file == updated(file, BOTH, "zh_Hans")
    assert b"Date" not in file


def test_a_message_that_depends_on_a_number_needs_its_words_too():
    desks = Catalog()
    desks.add(("{n} desk", "{n} desks"), locations=[("a.js", 0)])
    file = updated(b"", desks, "zh_Hans")
    assert flaws(file, desks, "zh_Hans") == ["not translated: '{n} desk'"]
    done = file.decode().replace('msgstr[0] ""', 'msgstr[0] "{n} 个工作台"').encode()
    assert flaws(done, desks, "zh_Hans") == []

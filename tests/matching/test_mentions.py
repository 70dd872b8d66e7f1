"""Names of people in texts: what surely names them, what may, and what does neither."""

import html
import json
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.matching.mentions import Mentions
from foc_graph.matching.names import romanised
from foc_graph.matching.words import LITTLE
from tests.support.campaign import campaign

SURE = [
    ("Ada Q. Lovelace", "As Ada Q. Lovelace said"),
    ("Ada Q. Lovelace", "as ÁDA LOVELACE said"),
    ("Ada Q. Lovelace", "Lovelace, Ada"),
    ("Ada Q. Lovelace", "LOVELACE Ada Q."),
    ("Ada Q. Lovelace", "mail ada.lovelace@example.org"),
    ("Ihsan O'Neill", "Ihsan O&#x27;Neill"),
    ("Jörg Müller", "Jo\u0308rg Muller"),
    ("Νίκος Ράπτης", "ΝΙΚΟΣ ΡΑΠΤΗΣ"),
    ("王小明", "主席王小明说"),
    ("王小明", "王·小 明"),
    ("張偉", "張偉 主席"),
    ("김철수", "김철수가 말했다"),
    ("山田太郎", "山田 太郎さん"),
    ("สมชาย ใจดี", "นายสมชาย ใจดีกล่าว"),
    ("สมชาย ใจดี", "นายสมชายใจดี"),
    ("สมชาย ใจดี", "ใจดี สมชาย"),
    ("प्रिया शर्मा", "प्रिया शर्मा ने कहा"),
]
PERHAPS = [
    ("Ada Q. Lovelace", "Lovelaces Rede"),
    ("Ada Q. Lovelace", "alovelace99@example.org"),
    ("Ada Q. Lovelace", "Ada asked for it"),
    ("Ada Lovelace", "Ada Q. Lovelace"),
    ("Suharto", "President Suharto"),
    ("Jörg Müller", "Joerg Mueller"),
    ("Bjørn Sæther", "Bjorn Saether"),
    ("Иван Петров", "Ivan Petrov"),
    ("Иван Петров", "речь Петрова"),
    ("Νίκος Ράπτης", "Mr Raptis"),
    ("Bo Li", "@boli"),
    ("王小明", "小明说"),
    ("王小明", "Wang Xiaoming"),
    ("王小明", "xiaoming.wang@example.org wangxiaoming"),
    ("張偉", "主席張偉说"),
    ("張偉", "主席张伟说"),
    ("山田太郎", "山田さん"),
]
NEITHER = [
    ("Ada Lovelace", "Ben Lovelace"),
    ("Ada Lovelace", "Canada"),
    ("Bo Li", "symbolic"),
    ("王小明", "国王"),
    ("王小明", "王小紅说"),
    ("Maria de la Cruz Vega", "la liste de"),
]
OTHERS = ("Ben Lovelace", "王小紅")


@pytest.mark.parametrize(("name", "text"), SURE)
def test_a_full_name_surely_names_its_bearer(name: str, text: str) -> None:
    assert Mentions([name]).is_named(text)


@pytest.mark.parametrize(("name", "text"), PERHAPS)
def test_a_part_of_a_name_may_name_its_bearer(name: str, text: str) -> None:
    mentions = Mentions([name])
    assert mentions.may_be_named(text) and not mentions.is_named(text)


@pytest.mark.parametrize(("name", "text"), NEITHER)
def test_the_names_of_others_and_parts_of_words_name_nobody(name: str, text: str) -> None:
    assert not Mentions([name], others=OTHERS).may_be_named(text)


def test_an_iri_names_its_thing_and_no_longer_one() -> None:
    mentions = Mentions([], ["https://example.org/id/person/p-kqwzbdmt"])
    assert mentions.is_named("<https://example.org/id/person/p-kqwzbdmt>")
    assert not mentions.may_be_named("<https://example.org/id/person/p-kqwzbdmtt>")


def test_an_excerpt_shows_what_was_found() -> None:
    line = f'{"x" * 500} "Ms Lovelace\x1b[31m chaired it." {"y " * 500}'
    found = Mentions(["Ada Lovelace"]).read(line)
    assert found is not None and not found[0]
    assert "Ms Lovelace" in found[1] and len(found[1]) < 78 and found[1].isprintable()


LATIN, CYRILLIC, GREEK = "abcdefghilmnoprstuvßøéüñ", "абвгдежзиклмнопрстуфхшыюя", "αβγδεζηθικλμνξοπρστυφχψω"
SPACED = st.sampled_from((LATIN, CYRILLIC, GREEK)).flatmap(
    lambda letters: st.lists(st.text(letters, min_size=2, max_size=9).map(str.title), min_size=2, max_size=4)
)
UNSPACED = st.sampled_from(("王李張陈小明伟芳娜国强", "김이박철수영희민준", "やまだたろうはなこ")).flatmap(
    lambda letters: st.lists(st.text(letters, min_size=1, max_size=1), min_size=3, max_size=5)
)
ESCAPES = st.sampled_from(
    (str, quote, html.escape, json.dumps, str.upper, str.casefold, lambda text: unicodedata.normalize("NFD", text))
)


@given(SPACED, ESCAPES, st.sampled_from((" ", "-", ".", "_", "\u00a0", " \u00b7 ")), st.booleans())
@campaign(1000)
def test_a_name_is_found_however_it_is_written(
    words: list[str], escape: Callable[[str], str], between: str, is_turned: bool
) -> None:
    mentions = Mentions([" ".join(words)])
    order = words[-1:] + words[:-1] if is_turned else words
    assert mentions.is_named(f"<x> {escape(between.join(order))}, and so on")
    assert mentions.may_be_named(f"@{''.join(words).casefold()}")
    if romanised(words[-1]) not in LITTLE:
        assert mentions.may_be_named(f"see {escape(words[-1])}")
        assert mentions.may_be_named(f"{words[0][0]}. {words[-1]}")


@given(UNSPACED, ESCAPES, st.sampled_from(("", " ", "\u00b7", "\u30fb")))
@campaign(1000)
def test_a_name_without_spaces_is_found_within_a_text(
    letters: list[str], escape: Callable[[str], str], between: str
) -> None:
    mentions = Mentions(["".join(letters)])
    assert mentions.is_named(f"主席{escape(between.join(letters))}说")


def test_an_address_in_an_address_and_a_text_of_html_in_a_feed_are_read() -> None:
    mentions = Mentions(["王小明"])
    inner = "https://zh.example.org/" + quote("王小明")
    assert mentions.is_named("https://archive.example.org/?url=" + quote(quote(inner)))
    assert mentions.is_named("<content type='html'>&amp;lt;b&amp;gt;&amp;#29579;&amp;#23567;&amp;#26126;</content>")

"""Names as they are compared: what is written differently and means the same, and what does not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.matching.names import MAX_NAME, Name, is_acronym, normalised, readings


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("ESTONIA", "Estonia"),
        ("Côte d’Ivoire", "Cote d'Ivoire"),
        ("Türkiye", "Turkiye"),
        ("Эстония", "Estonia"),
        ("Bosnia & Herzegovina", "Bosnia and Herzegovina"),
        ("The Gambia", "Gambia"),
        ("Gambia, The", "Gambia"),
        ("St. Lucia", "Saint Lucia"),
        ("Korea, Rep.", "Republic of Korea"),
        ("Korea, Dem. People's Rep.", "Democratic People’s Republic of Korea"),
        ("Bolivia (Plurinational State of)", "Plurinational State of Bolivia"),
        ("Smith, Anna", "Anna Smith"),
        ("Amazon.com, Inc.", "Amazon.com"),
        ("Deutsche Welle GmbH & Co. KG", "Deutsche Welle"),
        ("Telefonaktiebolaget LM Ericsson", "ERICSSON LM TELEPHONE CO"),
        ("Scottish Government", "Government of Scotland"),
        ("ООО «Яндекс»", "Yandeks"),
        ("Centre for Law & Democracy", "Center for Law and Democracy"),
        ("Min. of Foreign Affairs", "Ministry of Foreign Affairs"),
        ("\u200eEstonia\x00", "Estonia"),
    ],
)
def test_what_is_written_differently_has_the_same_words(written: str, same: str) -> None:
    assert Name.of(written).sorted == Name.of(same).sorted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Niger", "Nigeria"),
        ("Republic of the Congo", "Democratic Republic of the Congo"),
        ("Ministry of Justice", "Ministry of Finance"),
        ("Government of Estonia", "Estonia"),
    ],
)
def test_what_means_something_else_does_not(one: str, other: str) -> None:
    assert Name.of(one).sorted != Name.of(other).sorted


@pytest.mark.parametrize("nothing", ["", " ", "\x00\x01", "–", "x" * (MAX_NAME + 1), "🙂" * MAX_NAME * 2])
def test_what_is_no_name_has_no_words(nothing: str) -> None:
    assert normalised(nothing) == "" and not list(readings(nothing))


@pytest.mark.parametrize("little", ["The", "A", "Inc", "Y"])
def test_a_name_of_one_little_word_keeps_it(little: str) -> None:
    assert normalised(little) == little.lower()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "Center for Democracy & Technology (CDT)",
            ["center democracy technology cdt", "center democracy technology", "cdt"],
        ),
        (
            "Global Affairs Canada / Affaires mondiales Canada",
            ["global affairs canada affairs mondiales canada", "global affairs canada", "affairs mondiales canada"],
        ),
        ("Government of the United Kingdom", ["government united kingdom", "united kingdom"]),
        ("Gouvernement de l’Estonie", ["government estonie", "estonie"]),
        ("Royal Government of Bhutan", ["royal government bhutan", "bhutan"]),
    ],
)
def test_a_part_of_a_name_may_be_the_name(name: str, parts: list[str]) -> None:
    assert [reading.name.text for reading in readings(name)] == parts


@pytest.mark.parametrize(
    "name", ["Government", "Local Government Association", "Ministry of Foreign Affairs of Estonia"]
)
def test_what_is_no_government_is_not_read_as_one(name: str) -> None:
    assert not any(reading.is_government for reading in readings(name))


@pytest.mark.parametrize(
    ("text", "expected"), [("FOC", True), ("F.O.C.", True), ("G7", True), ("Foc", False), ("A", False)]
)
def test_acronyms_are_words_of_capitals(text: str, expected: bool) -> None:
    assert is_acronym(text) is expected


@given(st.text(max_size=60))
def test_the_words_of_a_name_are_stable(text: str) -> None:
    words = normalised(text)
    assert words == normalised(words) == normalised(text.strip())
    assert words.isascii() and words == words.lower() and words == " ".join(words.split())


@given(st.text(st.characters(whitelist_categories=("L", "Mn", "Zs")), max_size=40))
def test_how_accents_are_encoded_makes_no_difference(text: str) -> None:
    assert normalised(unicodedata.normalize("NFD", text)) == normalised(unicodedata.normalize("NFC", text))

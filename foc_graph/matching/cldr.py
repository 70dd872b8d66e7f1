"""What countries are called in many languages, by the Unicode Common Locale Data Repository as Babel has it."""

from __future__ import annotations

from collections.abc import Collection

LANGUAGES = (
    # of the United Nations
    *("ar", "zh", "en", "fr", "ru", "es"),
    # of the European Union
    *("bg", "hr", "cs", "da", "nl", "et", "fi", "de", "el", "hu", "ga", "it", "lv", "lt", "mt", "pl", "pt", "ro", "sk"),
    *("sl", "sv"),
    # of its neighbours, and of other members of the Freedom Online Coalition
    *("hy", "is", "ka", "mk", "mn", "nb", "sq", "sr", "uk"),
    # with many speakers
    *("bn", "fa", "he", "hi", "id", "ja", "ko", "ms", "sw", "ta", "th", "tr", "ur", "vi", "zh_Hant"),
)
"""The languages in which a country is known: enough for most tables, and few enough to be read at once."""


def country_names(codes: Collection[str]) -> dict[str, dict[str, str]]:
    """By the code of each country, two letters of ISO 3166-1, its names and the English name of the language of each.

    A name that several languages have is told of the first of them.
    """
    from babel.localedata import load

    called = load("en")["languages"]
    found: dict[str, dict[str, str]] = {code: {} for code in codes}
    for language in LANGUAGES:
        territories = load(language, merge_inherited=False).get("territories", {})
        for code, names in found.items():
            if name := territories.get(code):
                names.setdefault(name, called[language])
    return found

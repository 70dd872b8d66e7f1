"""The names of countries in many languages, which the package carries: `python .ci/country_names.py`.

It writes `foc_graph/matching/country_names.json` from the Unicode CLDR that the Python package Babel holds.
"""

from __future__ import annotations

import json
from pathlib import Path

from babel.localedata import load

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

TABLE = Path(__file__).parents[1] / "foc_graph" / "matching" / "country_names.json"


def country_names() -> dict[str, dict[str, str]]:
    """By the English name of each language, the names of countries by their code (ISO 3166-1, two letters).

    A name that several languages share is that of the first of them alone.
    """
    called = load("en")["languages"]
    found: dict[str, dict[str, str]] = {}
    seen: set[tuple[str, str]] = set()
    for language in LANGUAGES:
        territories = load(language, merge_inherited=False).get("territories", {})
        names = {code: name for code, name in territories.items() if len(code) == 2 and (code, name) not in seen}
        seen |= names.items()
        found[called[language]] = dict(sorted(names.items()))
    return found


if __name__ == "__main__":
    lines = (f"{json.dumps(one)}: {json.dumps(names, ensure_ascii=False)}" for one, names in country_names().items())
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")

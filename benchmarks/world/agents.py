"""Places and agents that all coalitions share, and the sources: everything about one follows from its number."""

from __future__ import annotations

from typing import NamedTuple

COUNTRIES = 200
SUBREGIONS = 20
REGIONS = 5
REGISTERED = 4
"""Of how many organisations one is in a register."""
DIRECTORIES = 40
"""How many sources name the organisations and places that all coalitions share."""

CATEGORIES = (
    "civil-society",
    "academia",
    "private-sector",
    "technical-community",
    "international-organisation",
    "media",
)
_KINDS = ("Institute", "Network", "Foundation", "Association", "Centre", "Company", "Forum", "Observatory")
_CAUSES = ("Digital Rights", "Open Data", "Free Expression", "Secure Networks", "Access", "Transparency", "Media")
_PUBLISHERS = ("Register of Coalitions", "Daily Digest", "Ministry of Records", "Archive of Minutes")


class Pool(NamedTuple):
    """Organisations and persons from which coalitions draw: `organisation/<prefix>o<n>`, `person/<prefix>p<n>`."""

    prefix: str
    organisations: int

    def organisation(self, number: int) -> str:
        """The slug of an organisation; numbers beyond the last begin anew."""
        return f"organisation/{self.prefix}o{number % self.organisations}"

    def person(self, number: int) -> str:
        """The slug of a person."""
        return f"person/{self.prefix}p{number}"


def code(country: int) -> str:
    """The two letters of a country."""
    return chr(97 + country // 26) + chr(97 + country % 26)


def country_of(agent: str) -> int | None:
    """The country that an agent governs."""
    kind, _, letters = agent.partition("/")
    return (ord(letters[0]) - 97) * 26 + ord(letters[1]) - 97 if kind == "government" else None


def country_name(country: int) -> str:
    """The English name of a country now."""
    return f"Country {code(country).upper()}"


def former_name(country: int) -> str:
    """The English name that a country bore before."""
    return f"Old Country {code(country).upper()}"


def former_name_end(country: int) -> str:
    """The year in which the former name of a country ended; every tenth country had one."""
    return str(2008 + country // 10 % 9) if country % 10 == 3 else ""


def subregion_of(country: int) -> str:
    """The M49 code of the region that holds a country."""
    return f"{1 + country % SUBREGIONS % REGIONS}{1 + country % SUBREGIONS // REGIONS:02}"


def region_of(country: int) -> int:
    """The number of the region of the world that holds a country."""
    return 1 + country % SUBREGIONS % REGIONS


def label_of(agent: str) -> str:
    """The preferred label of a government, organisation or person."""
    country = country_of(agent)
    if country is not None:
        return f"Government of {country_name(country)}"
    kind, _, name = agent.partition("/")
    if kind == "person":
        return f"Person {name.upper()}"
    number = number_of(agent)
    return f"{_KINDS[number % len(_KINDS)]} for {_CAUSES[number % len(_CAUSES)]} {name.upper()}"


def category_of(agent: str) -> str:
    """The stakeholder category of an agent; only every fifth person has one of its own."""
    if agent.startswith("government"):
        return "government"
    number = number_of(agent)
    if agent.startswith("person"):
        return "" if number % 5 else "academia"
    return CATEGORIES[number % len(CATEGORIES)]


def register_notation(organisation: str) -> str:
    """The number of an organisation in a register; every fourth is in one."""
    return "" if number_of(organisation) % REGISTERED else f"xx/{organisation.partition('/')[2]}"


def title_of_source(source: str) -> str:
    """The title of a source."""
    return f"Page {source.partition('/')[2].upper()}"


def publisher_of(source: str) -> str:
    """Who published a source."""
    return _PUBLISHERS[number_of(source, "-") % len(_PUBLISHERS)]


def number_of(slug: str, mark: str = "") -> int:
    """The number at the end of a slug."""
    return int(slug[slug.rindex(mark or ("o" if slug.startswith("organisation") else "p")) + 1 :])

"""Schemes of identifiers: which things they identify, under which addresses, and what their check digits say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from stdnum import isni, lei
from stdnum.iso7064 import mod_97_10

from foc_graph.namespaces import LINKED

_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"
"""Digits by Douglas Crockford (https://www.crockford.com/base32.html)."""


class Scheme(NamedTuple):
    """A scheme of identifiers: its name, and the kinds of things that it identifies; none means any kind.

    `end` is what follows an identifier in its address; `is_valid` tells whether its check digits fit.
    """

    name: str
    kinds: tuple[str, ...] = ()
    end: str = ""
    is_valid: Callable[[str], bool] | None = None


def is_ror(text: str) -> bool:
    """Whether the two check digits of a ROR identifier fit: ISO 7064, MOD 97-10, over digits of base 32.

    Source: https://ror.readme.io/docs/identifier.
    """
    digits = text[1:-2]
    if len(text) != 9 or not text.startswith("0") or not set(digits) <= set(_BASE_32):
        return False
    number = 0
    for digit in digits:
        number = 32 * number + _BASE_32.index(digit)
    return text[-2:] == mod_97_10.calc_check_digits(str(number))


_PLACES = ("country", "city", "region")

SCHEMES: Mapping[str, Scheme] = {
    "cowc": Scheme("Correlates of War abbreviation", ("country",)),
    "cown": Scheme("Correlates of War number", ("country",)),
    "eu-authority-corporate-body": Scheme("EU corporate body code", ("organisation",)),
    "eu-authority-corporate-body-classification": Scheme("EU corporate body classification code", ("concept",)),
    "eu-authority-country": Scheme("EU country code", ("country",)),
    "eu-authority-resource-type": Scheme("EU resource type code", ("concept",)),
    "eu-authority-role": Scheme("EU role code", ("concept",)),
    "eurovoc": Scheme("EuroVoc identifier", ("concept",)),
    "geonames": Scheme("GeoNames identifier", _PLACES, "/"),
    "grid": Scheme("GRID identifier", ("organisation",)),
    "gwn": Scheme("Gleditsch and Ward number", ("country",)),
    "isni": Scheme("ISNI", ("organisation", "person"), is_valid=isni.is_valid),
    "iso3166-1-alpha-2": Scheme("ISO 3166-1 alpha-2 code", ("country",)),
    "iso3166-1-alpha-3": Scheme("ISO 3166-1 alpha-3 code", ("country",)),
    "lei": Scheme("legal entity identifier", ("organisation",), is_valid=lei.is_valid),
    "opencorporates": Scheme("OpenCorporates identifier", ("organisation",)),
    "ror": Scheme("ROR identifier", ("organisation",), is_valid=is_ror),
    "unbis": Scheme("UNBIS Thesaurus identifier", ("concept",)),
    "un-m49": Scheme("UN M49 code", ("country", "region")),
    "vdem": Scheme("V-Dem country number", ("country",)),
    "wikidata": Scheme("Wikidata item"),
}
"""By notation, as `concept/identifier-scheme/` has them; a workspace may have more, of which nothing is known here."""


def address_of(scheme: str, notation: str) -> str:
    """Return the address of an identifier, or "" where the scheme has none."""
    return f"{LINKED[scheme]}{notation}{SCHEMES[scheme].end}" if scheme in LINKED else ""

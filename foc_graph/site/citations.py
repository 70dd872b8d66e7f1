"""Citations of pages, answers and releases, for people and for reference managers.

In BibTeX, in RIS (https://en.wikipedia.org/wiki/RIS_(file_format)), and in CSL-JSON
(https://docs.citationstyles.org/en/stable/specification.html). What names the release may be marked: see `about`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from markupsafe import Markup

from foc_graph.namespaces import slugged
from foc_graph.site.about import Site
from foc_graph.site.addresses import CITATIONS

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "{}&%$#_"},
}
_SPECIALS = re.compile("[" + re.escape("".join(_SPECIAL)) + "]")
_LIGATURES = re.compile("(?<=[-'`!?,<>])(?=[-'`,<>])")
"""Between characters that TeX may join to others, such as two hyphens to a dash."""


class Citation(NamedTuple):
    """A citation of a page or an answer in a site, by its title, or without one of the release itself."""

    site: Site
    title: str
    address: str

    @property
    def key(self) -> Sequence[str]:
        """Return the key by which the entry is cited, in pieces: no other has the same."""
        name = slugged(self.title or self.site.title)[:40].rstrip("-") or "entry"
        if not self.title:
            return (f"{name}-", self.site.version)
        return (f"{name}-{blake2b(self.address.encode(), digest_size=4).hexdigest()}-", self.site.year)


Pieces = Iterator[str]
"""Text in pieces: those that name the release stand alone, for they may be marked."""


class Format(NamedTuple):
    """A format of citations: its name, media type and writer."""

    name: str
    type: str
    write: Callable[[Citation], Pieces]


def write_citation(cited: Citation, ending: str) -> str:
    """Write a citation in one of `FORMATS`, as text."""
    return "".join(FORMATS[ending].write(cited))


def write_words(cited: Citation) -> str:
    """Say in words how something is cited, as its page does."""
    site = cited.site
    edition = f"release {site.version}" if site.version else f"as of {site.day_in_words}"
    inside = f"“{cited.title}”. In " if cited.title else ""
    kind = "" if cited.title else " [data set]"
    return f"{site.publisher} ({site.year}). {inside}{site.title}, {edition}{kind}. {cited.address}"


def show_citations(cited: Citation) -> list[tuple[str, str, Markup]]:
    """Return a citation in each format, for a page: the format's name, its ending, and the text."""
    return [(one.name, ending, Markup("").join(one.write(cited))) for ending, one in FORMATS.items()]


def _write_bibtex(cited: Citation) -> Pieces:
    site = cited.site
    yield from ("@misc{", *cited.key, ",\n")
    yield f"  author = {{{{{_escape(site.publisher)}}}}},\n"
    yield f"  title = {{{{{_escape(cited.title or site.title)}}}}},\n"
    if cited.title:
        yield f"  howpublished = {{In: {_escape(site.title)}}},\n"
    edition = ("release ", site.version) if site.version else ("as of ", site.day)
    yield from ("  note = {Data set, ", *edition, "},\n")
    yield from ("  year = {", site.year, "},\n", "  url = {", cited.address, "}\n}\n")


def _write_ris(cited: Citation) -> Pieces:
    site = cited.site
    yield f"TY  - {'ELEC' if cited.title else 'DATA'}\n"
    yield f"AU  - {_line(site.publisher)}\nTI  - {_line(cited.title or site.title)}\n"
    if cited.title:
        yield f"T2  - {_line(site.title)}\n"
    if site.version:
        yield from ("ET  - ", site.version, "\n")
    yield from ("PY  - ", site.year, "\n", f"PB  - {_line(site.publisher)}\n", "UR  - ", cited.address, "\nER  - \n")


def _write_csl(cited: Citation) -> Pieces:
    site = cited.site
    yield from ('[{\n  "id": "', *cited.key, '",\n')
    yield f'  "type": "{"webpage" if cited.title else "dataset"}",\n'
    yield f'  "author": [{{"literal": {_json(_line(site.publisher))}}}],\n'
    yield f'  "title": {_json(_line(cited.title or site.title))},\n'
    if cited.title:
        yield f'  "container-title": {_json(_line(site.title))},\n'
    if site.version:
        yield from ('  "version": "', site.version, '",\n')
    yield f'  "publisher": {_json(_line(site.publisher))},\n'
    yield from ('  "issued": {"date-parts": [[', site.year, ']]},\n  "URL": "', cited.address, '"\n}]\n')


def _escape(text: str) -> str:
    return _LIGATURES.sub("{}", _SPECIALS.sub(lambda found: _SPECIAL[found[0]], _line(text)))


def _line(text: str) -> str:
    return " ".join(text.split())


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_KNOWN = (
    Format("BibTeX", "application/x-bibtex", _write_bibtex),
    Format("RIS", "application/x-research-info-systems", _write_ris),
    Format("CSL-JSON", "application/vnd.citationstyles.csl+json", _write_csl),
)
FORMATS = dict(zip(CITATIONS, _KNOWN, strict=True))
"""The formats of citations by the ending of their files."""

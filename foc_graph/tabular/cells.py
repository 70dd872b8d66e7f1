"""Cells of a table as RDF terms: dates and texts, and the agents and sources that they name, known or new."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

import pyoxigraph as ox

from foc_graph.dates import PartialDate, read_date
from foc_graph.errors import ParameterError, quoted
from foc_graph.matching.lookup import Lookup
from foc_graph.namespaces import BASE, iri_digest, iri_of, slugged
from foc_graph.rdf.csvw import Described
from foc_graph.rdf.terms import RDF_TYPE, XSD, is_iri
from foc_graph.tabular.kinds import Column, Kind
from foc_graph.tabular.table import Row
from foc_graph.workspace.files import Term, Things, Values

_NOTHING = frozenset(["", "-", "\u2013", "\u2014", "n/a", "#n/a", "none"])

EARLIEST, LATEST = 1800, 2100
"""Years outside which a date counts as a mistake."""

_MIDNIGHT = re.compile(r"[T ]00:00(:00)?$")

_LETTERS = "abcdefghjkmnpqrstuvwxyz"
"""Letters of the addresses of people: without i, l and o, which look like others."""

_CODE = 3
_TITLE = re.compile(r"^(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Amb|Ambassador)\.? )+")
_NO_NAME = re.compile(r"[@,/;0-9]| and | & |^(?:n/?a|tb[acd]|vacant|unknown|none|various)$", re.IGNORECASE)
_ARTICLE = re.compile(
    r"(United|Netherlands|Philippines|Maldives|Bahamas|Gambia|Comoros|Czech|Dominican Republic|"
    r"Central African|Seychelles|Congo|Holy See|.* Islands|.* Republic)\b"
)


class CellError(Exception):
    """A cell that cannot be read; the text says what to write instead."""


def split(cell: str, column: Column, described: Described) -> list[str]:
    """Split a cell into its values: `;` separates sources and names, line ends separate texts."""
    if cell in described.null or cell.casefold() in _NOTHING:
        return []
    if not column.many:
        return [" ".join(cell.split())]
    if described.separator:
        parts = cell.split(described.separator)
    else:
        parts = cell.splitlines() if column.holds == "text" else re.split(r";\s+|;$|;(?=https?:)|\n", cell)
    return list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def join(values: list[str], column: Column) -> str:
    """Join values into the cell that `split` splits into them."""
    return ("\n" if column.holds == "text" else "; ").join(values)


def term(text: str, column: Column, names: Lookup, described: Described, within: str) -> Term:
    """Return the term that a value stands for; bodies and documents are looked for in `within` (a slug) first.

    Raises:
        CellError: if it stands for none.
    """
    match column.holds:
        case "text":
            return ox.Literal(text, language="en")
        case "date" | "day":
            day = cell_date(text, described.date_format)
            if column.holds == "day" and len(day.text) < 10:
                raise CellError(f"{quoted(text)} is not a day: write it as 2015-05-04")
            return literal(day)
        case "url":
            return ox.NamedNode(address(text))
        case "body" | "document" | "act":
            segment = "" if column.holds == "body" else "document/"
            iri = names.find(column.holds, f"{within}/{segment}{text}")
            return ox.NamedNode(iri) if iri else ox.NamedNode(_found(names, column.holds, text))
        case _:
            return ox.NamedNode(_found(names, column.holds, text))


def literal(date: PartialDate) -> ox.Literal:
    """Return a date as a term."""
    return ox.Literal(date.text, datatype=ox.NamedNode(date.datatype))


def address(text: str) -> str:
    """Check that a text is a web address, and return it.

    Raises:
        CellError: if it is none.
    """
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and parts.hostname and is_iri(text)
    except ValueError:
        is_address = False
    if not is_address:
        raise CellError(f"{quoted(text)} is not a web address: write it in full, with https:// and without spaces")
    if parts.username:
        raise CellError("is an address with a user name: leave that out")
    return text


def shown(value: Term, column: Column, names: Lookup) -> str:
    """Return a term as a cell shows it, so that reading the cell gives the term again."""
    if isinstance(value, ox.Literal):
        return value.value
    if column.holds == "url":
        return value.value
    if column.holds == "id":
        return names.slug(value.value)
    label = names.label(value.value)
    kind = "agent" if column.holds in ("person", "holder") else column.holds
    return label if names.find(kind, label) == value.value else names.slug(value.value)


def _found(names: Lookup, kind: str, text: str) -> str:
    iri = names.find(kind, text)
    if iri is None:
        raise CellError(names.advice(kind, text))
    return iri


def cell_date(text: str, pattern: str = "") -> PartialDate:
    """Read a date as a person types it; a spreadsheet adds midnight to some.

    Raises:
        CellError: for what is none, or of an unlikely year.
    """
    try:
        found = read_date(_MIDNIGHT.sub("", text), pattern)
    except ParameterError as error:
        raise CellError(str(error)) from error
    if not EARLIEST <= int(found.text[:4]) <= LATEST:
        raise CellError(f"{quoted(text)}: is the year right?")
    return found


class Referents:
    """Finds what cells name; what is new is described in `things`, and told by `new`.

    `source` is the address that rows without one rest on; `today` is the day on which sources were read, YYYY-MM-DD.
    """

    def __init__(self, kind: Kind, names: Lookup, things: Things, coalition: str, source: str, today: str) -> None:
        self._names, self._things, self._source, self._today = names, things, source, today
        self._coalition = coalition
        self._base = things.workspace.base
        self._file = f"sources/{coalition.rpartition('/')[2]}.ttl"
        self._headings = {column.heading for column in kind.columns}
        self._withdrawn = {
            digest.value
            for _, values in things.items(f"{self._base}id/tombstone/")
            for digest in values.get(iri_of("coal:digest"), [])
        }
        self.new: list[str] = []

    def agent(self, row: Row, column: Column, text: str) -> ox.NamedNode:
        """Return the agent that a cell names.

        Raises:
            CellError: if it names none and says too little to describe a new one, or contradicts the code beside it.
        """
        if column.holds in ("person", "holder"):
            text = _TITLE.sub("", text)
        elif text == "NA":
            raise CellError("'NA' may be Namibia or mean nothing: write the name, or leave the cell empty")
        iri = self._names.find(column.holds, text)
        if iri is None and column.holds == "person" and len(text) > _CODE:
            iri = self._names.find("agent", text)
        category = row.value("category")
        is_state = category is None or category.value.endswith("/government")
        if iri and category and not is_state and iri == self._names.find("government", text):
            label = self._names.label(category.value)
            raise CellError(f"{quoted(text)} names a country, but the category is {label}: write the name in full")
        if is_state and (code := row.text("code")):
            by_code = self._government(code)
            if by_code is None:
                raise CellError(f"the code {quoted(code)} beside it is not a country code")
            if iri not in (None, by_code):
                raise CellError(f"{quoted(text)} and the code {quoted(code)} are different countries")
            iri = by_code
        if iri is None and is_state and column.holds in ("agent", "holder"):
            iri = self._government(text)
        if iri is None:
            iri = self._describe(row, column, text)
        return ox.NamedNode(iri)

    def function(self, row: Row, text: str) -> ox.NamedNode:
        """Return the function that a cell names: one of the body that the row names, else the only one of that name.

        Raises:
            CellError: if it names none.
        """
        named = self._names.named(("function",), text)
        body = row.value("body")
        start = f"{body.value if body else self._coalition}/function/"
        own = [iri for iri in named if iri.startswith(start)] or named
        return ox.NamedNode(own[0] if len(own) == 1 else _found(self._names, "function", text))

    @property
    def has_source(self) -> bool:
        """Whether a source was given for all rows."""
        return bool(self._source)

    def check_sources(self, row: Row) -> None:
        """Note which sources of a row are neither known nor web addresses."""
        for text in row.texts.get("source", []):
            if self._names.find("source", text) is None:
                try:
                    address(text)
                except CellError as error:
                    row.problem("source", str(error))

    def sources(self, row: Row) -> list[Term]:
        """Return the sources of a row, else the one given for all; new ones are described.

        Raises:
            CellError: if there is none, or one is no address.
        """
        texts = row.texts.get("source") or ([self._source] if self._source else [])
        if not texts:
            raise CellError("is empty: give the address of the source, or one for all rows with --source")
        return [ox.NamedNode(self._names.find("source", text) or self._describe_source(text)) for text in texts]

    def _government(self, text: str) -> str | None:
        """Return the government of the country that has this name or code."""
        iri = self._names.find("government", text)
        if iri is None:
            country = self._names.find("country", text)
            if country is not None:
                iri = self._describe_government(country)
        return iri

    def _describe_government(self, country: str) -> str:
        name = self._names.label(country)
        iri = f"{self._base}id/government/{country.rpartition('/')[2]}"
        article = "the " if _ARTICLE.match(name) else ""
        self._put(
            iri,
            "coal:Government",
            f"Government of {article}{name}",
            "agents/governments.ttl",
            {
                "coal:governs": [ox.NamedNode(country)],
                "coal:stakeholderCategory": [ox.NamedNode(f"{BASE}concept/stakeholder-category/government")],
                "coal:categoryBasis": [ox.NamedNode(f"{BASE}concept/basis/stated")],
            },
        )
        self._names.add("government", iri, name)
        return iri

    def _describe(self, row: Row, column: Column, text: str) -> str:
        if near := self._names.misspelt(column.holds, text):
            raise CellError(
                f"{quoted(text)} is not known, but {near} is: write that, or first describe the other in data/agents"
            )
        if column.holds == "person" or (column.holds == "holder" and row.value("category") is None):
            advice = self._names.advice("agent", text) if column.holds == "holder" else ""
            if "did you mean" in advice or (column.holds == "holder" and " " not in text):
                raise CellError(f"{advice}; a new person stands in the sheet people first")
            if _NO_NAME.search(text):
                raise CellError(f"{quoted(text)} is not the name of one person, given name first")
            iri = self._new_person(text)
            self._put(iri, "foaf:Person", text, "agents/persons.ttl", {})
            self.new.append(f"person {text}")
            kind = "person"
        else:
            category = row.value("category")
            if category is None or category.value.endswith("/government"):
                advice = self._names.advice(column.holds, text)
                more = "; a new organisation needs its stakeholder group in a column category"
                raise CellError(
                    advice + (more if "did you mean" not in advice and "category" in self._headings else "")
                )
            if not slugged(text):
                raise CellError(f"{quoted(text)} contains no letter or digit to make a name of")
            iri = f"{self._base}id/organisation/{slugged(text)}"
            self._put(
                iri,
                "org:Organization",
                text,
                "agents/organisations.ttl",
                {
                    "coal:stakeholderCategory": [category],
                    "coal:categoryBasis": [ox.NamedNode(f"{BASE}concept/basis/stated")],
                    "dcterms:isReferencedBy": self.sources(row),
                },
            )
            self.new.append(f"organisation {text} ({self._names.label(category.value)})")
            kind = "organisation"
        self._names.add(kind, iri, text)
        return iri

    def _new_person(self, name: str) -> str:
        """Return a new IRI for a person, which does not tell the name."""
        if iri_digest(f"{self._base}id/person/{slugged(name)}") in self._withdrawn:
            raise CellError(f"{quoted(name)} asked to be removed from the data: leave the row out")
        while True:
            iri = f"{self._base}id/person/p-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"
            is_taken = iri in self._things or self._names.find("agent", iri) or iri_digest(iri) in self._withdrawn
            if not is_taken:
                return iri

    def _describe_source(self, text: str) -> str:
        host = urlsplit(address(text)).hostname or ""
        start = f"{self._base}id/source/{slugged(text.partition('://')[2]) or 'page'}"
        iri, number = start, 2
        while iri in self._things:
            iri, number = f"{start}-{number}", number + 1
        values: Values = {
            RDF_TYPE: [ox.NamedNode(iri_of("coal:Source"))],
            iri_of("dcterms:title"): [ox.Literal(f"Page at {host}", language="en")],
            iri_of("dc:publisher"): [ox.Literal(host)],
            iri_of("coal:retrieved"): [ox.Literal(self._today, datatype=ox.NamedNode(f"{XSD}date"))],
            iri_of("schema:url"): [ox.NamedNode(text)],
        }
        self._things.put(iri, values, self._file)
        self._names.add("source", iri, text)
        self.new.append(f"source {text}")
        return iri

    def _put(self, iri: str, type_: str, label: str, file: str, values: Values) -> None:
        if iri in self._things or self._names.find("agent", iri):
            slug = self._names.slug(iri)
            raise CellError(f"{quoted(label)} would be named {slug}, which is another: write that if it is meant")
        described = {iri_of(property): terms for property, terms in values.items()}
        described[RDF_TYPE] = [ox.NamedNode(iri_of(type_))]
        described[iri_of("skos:prefLabel")] = [ox.Literal(label, language="en")]
        self._things.put(iri, described, file)

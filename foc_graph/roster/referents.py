"""The agents and sources that rows refer to: known ones, and new ones as they are met."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pyoxigraph as ox

from foc_graph.errors import quoted
from foc_graph.roster.cells import CellError, address
from foc_graph.roster.columns import Column
from foc_graph.roster.names import Names, slugged
from foc_graph.roster.row import Row
from foc_graph.terms import BASE, RDF_TYPE, XSD, iri_of
from foc_graph.workspace.things import Term, Things, Values

_ARTICLE = re.compile(
    r"(United|Netherlands|Philippines|Maldives|Bahamas|Gambia|Comoros|Czech|Dominican Republic|"
    r"Central African|Seychelles|Congo|Holy See|.* Islands|.* Republic)\b"
)


class Referents:
    """Finds what cells name; what is new is described in `things`, and told by `new`.

    `source` is the address that rows without one rest on; `today` is the day on which sources were read, YYYY-MM-DD.
    """

    def __init__(self, names: Names, things: Things, coalition: str, source: str, today: str) -> None:
        self._names, self._things, self._source, self._today = names, things, source, today
        self._base = things.workspace.base
        self._file = f"sources/{coalition.rpartition('/')[2]}.ttl"
        self.new: list[str] = []

    def agent(self, row: Row, column: Column, text: str) -> ox.NamedNode:
        """The agent that a cell names.

        Raises:
            CellError: if it names none and says too little to describe a new one, or contradicts the code beside it.
        """
        iri, advice = self._names.find(column.holds, text)
        if iri is None and column.holds == "person":
            iri, _ = self._names.find("agent", text)
        category = row.value("category")
        is_state = category is None or category.value.endswith("/government")
        if is_state and (code := row.text("code")):
            by_code = self._government(code)
            if by_code is None:
                raise CellError(f"the code {quoted(code)} beside it is no country's")
            if iri not in (None, by_code):
                raise CellError(f"{quoted(text)} and the code {quoted(code)} are two different countries")
            iri = by_code
        if iri is None and is_state and column.holds == "agent":
            iri = self._government(text)
        if iri is None:
            iri = self._describe(row, column, text, advice)
        return ox.NamedNode(iri)

    def sources(self, row: Row) -> None:
        """Set the sources of a row from its addresses, else from the one given for all.

        A source may also be named by its slug.
        """
        found: list[Term] = []
        for text in row.texts.get("source") or [self._source]:
            try:
                iri, _ = self._names.find("source", text)
                found.append(ox.NamedNode(iri or self._describe_source(text)))
            except CellError as error:
                row.problem("source", str(error) if text else "is empty: give an address, or one for all with --source")
        row.values["source"] = found

    def _government(self, text: str) -> str | None:
        """The government of the country that has this name or code."""
        iri, _ = self._names.find("government", text)
        if iri is None:
            country, _ = self._names.find("country", text)
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
        self._names.add(("agent", "organisation", "government"), iri, name)
        return iri

    def _describe(self, row: Row, column: Column, text: str, advice: str) -> str:
        if near := self._names.misspelt(column.holds, text):
            raise CellError(
                f"{quoted(text)} is not known, but {near} is: write that, or first describe the other in data/agents"
            )
        if not slugged(text):
            raise CellError(f"{quoted(text)} has no letter or digit that a name could be made of")
        if column.holds == "person":
            iri = f"{self._base}id/person/{slugged(text)}"
            self._put(iri, "foaf:Person", text, "agents/persons.ttl", {})
            self.new.append(f"person {text}")
            kinds = ("person", "agent")
        else:
            category = row.value("category")
            if category is None or category.value.endswith("/government"):
                raise CellError(f"{advice}; to add an organisation, give its stakeholder group in a column category")
            self.sources(row)
            iri = f"{self._base}id/organisation/{slugged(text)}"
            self._put(
                iri,
                "org:Organization",
                text,
                "agents/organisations.ttl",
                {
                    "coal:stakeholderCategory": [category],
                    "coal:categoryBasis": [ox.NamedNode(f"{BASE}concept/basis/stated")],
                    "dcterms:source": row.values["source"],
                },
            )
            self.new.append(f"organisation {text} ({self._names.label(category.value)})")
            kinds = ("organisation", "agent")
        self._names.add(kinds, iri, text)
        return iri

    def _describe_source(self, text: str) -> str:
        host = urlsplit(address(text)).hostname or ""
        start = f"{self._base}id/source/{slugged(text.partition('://')[2])}"
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
        self._names.add(("source",), iri, text)
        self.new.append(f"source {text}")
        return iri

    def _put(self, iri: str, type_: str, label: str, file: str, values: Values) -> None:
        if iri in self._things or self._names.find("agent", iri)[0]:
            slug = self._names.slug(iri)
            raise CellError(f"{quoted(label)} would be named {slug}, which is another: write that if it is meant")
        described = {iri_of(property): terms for property, terms in values.items()}
        described[RDF_TYPE] = [ox.NamedNode(iri_of(type_))]
        described[iri_of("skos:prefLabel")] = [ox.Literal(label, language="en")]
        self._things.put(iri, described, file)

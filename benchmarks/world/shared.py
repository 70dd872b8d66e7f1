"""Statements about what all coalitions share: places, agents, sources and the named graphs themselves."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.world import agents
from benchmarks.world.draws import VERIFIED
from benchmarks.world.terms import ID, PAGE, a, concept, date, english, name, thing

Statements = tuple[str, list[str]]
"""A slug and what is said of the thing."""

WITHIN = name("schema:containedInPlace")
LABEL = name("skos:prefLabel")
DIRECTORY = f"<{ID}source/directory-"
TOLD_IN, SOURCE = name("dcterms:isReferencedBy"), name("dcterms:source")
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"

GOVERNMENT_TRIPLES = 5
ORGANISATION_TRIPLES = 6
PERSON_TRIPLES = 3
REGISTER_TRIPLES = 7
SOURCE_TRIPLES = 5


def places() -> Iterator[Statements]:
    """Regions, countries and a city in each."""
    source = f"{TOLD_IN} {DIRECTORY}0>"
    yield "region/001", [a("coal:Region"), f'{LABEL} "World"@en', source]
    for region in range(1, agents.REGIONS + 1):
        slug = f"region/{region}99"
        yield slug, [a("coal:Region"), f'{LABEL} "Region {region}"@en', source, f"{WITHIN} {thing('region/001')}"]
    for number in range(agents.SUBREGIONS):
        region, code = agents.region_of(number), agents.subregion_of(number)
        within = f"{WITHIN} {thing(f'region/{region}99')}"
        yield f"region/{code}", [a("coal:Region"), f'{LABEL} "Subregion {code}"@en', source, within]
    for country in range(agents.COUNTRIES):
        code = agents.code(country)
        within = f"{WITHIN} {thing(f'region/{agents.subregion_of(country)}')}"
        label = f"{LABEL} {english(agents.country_name(country))}"
        yield f"country/{code}", [a("schema:Country"), label, source, within]
        within = f"{WITHIN} {thing(f'country/{code}')}"
        yield f"place/city-{code}", [a("schema:City"), f"{LABEL} {english(f'City {code.upper()}')}", source, within]


def former_names() -> Iterator[Statements]:
    """Names that countries bore before."""
    for country in range(agents.COUNTRIES):
        if end := agents.former_name_end(country):
            code = agents.code(country)
            yield (
                f"country/{code}/name/en-old",
                [
                    a("skosxl:Label"),
                    f"{name('coal:nameOf')} {thing(f'country/{code}')}",
                    f"{name('coal:rank')} {concept('claim-rank/preferred')}",
                    f"{name('coal:end')} {date(end)}",
                    f"{name('skosxl:literalForm')} {english(agents.former_name(country))}",
                    f"{SOURCE} {DIRECTORY}1>",
                ],
            )


def governments() -> Iterator[Statements]:
    """The government of each country."""
    for country in range(agents.COUNTRIES):
        code = agents.code(country)
        slug = f"government/{code}"
        yield (
            slug,
            [
                a("coal:Government"),
                f"{LABEL} {english(agents.label_of(slug))}",
                f"{name('coal:governs')} {thing(f'country/{code}')}",
                f"{name('coal:stakeholderCategory')} {concept('stakeholder-category/government')}",
                f"{name('coal:categoryBasis')} {concept('basis/stated')}",
            ],
        )


def organisation(slug: str) -> list[str]:
    """What is said of an organisation."""
    number = agents.number_of(slug)
    return [
        a("org:Organization"),
        f"{LABEL} {english(agents.label_of(slug))}",
        f"{name('coal:stakeholderCategory')} {concept(f'stakeholder-category/{agents.category_of(slug)}')}",
        f"{name('coal:categoryBasis')} {concept('basis/stated' if number % 3 else 'basis/inferred')}",
        f"{name('foaf:homepage')} <{PAGE}{slug}>",
        f"{TOLD_IN} {DIRECTORY}{number % agents.DIRECTORIES}>",
    ]


def entry(slug: str) -> Statements:
    """The entry of an organisation in a register of companies."""
    notation = agents.register_notation(slug)
    return (
        f"{slug}/identifier/opencorporates",
        [
            a("adms:Identifier"),
            f"{name('coal:identifies')} {thing(slug)}",
            f"{name('coal:linkProperty')} {name('rdfs:seeAlso')}",
            f"{name('coal:scheme')} {concept('identifier-scheme/opencorporates')}",
            f'{name("skos:notation")} "{notation}"',
            f"{name('schema:url')} <{PAGE}register/{notation}>",
            f"{SOURCE} {DIRECTORY}{agents.number_of(slug) % agents.DIRECTORIES}>",
        ],
    )


def person(slug: str) -> list[str]:
    """What is said of a person."""
    found = [
        a("foaf:Person"),
        f"{LABEL} {english(agents.label_of(slug))}",
        f"{TOLD_IN} {DIRECTORY}{agents.number_of(slug) % agents.DIRECTORIES}>",
    ]
    if category := agents.category_of(slug):
        found.append(f"{name('coal:stakeholderCategory')} {concept(f'stakeholder-category/{category}')}")
        found.append(f"{name('coal:categoryBasis')} {concept('basis/inferred')}")
    return found


def source(slug: str) -> list[str]:
    """What is said of a source."""
    return [
        a("coal:Source"),
        f"{name('dcterms:title')} {english(agents.title_of_source(slug))}",
        f'{name("dc:publisher")} "{agents.publisher_of(slug)}"',
        f"{name('coal:retrieved')} {date(VERIFIED)}",
        f"{name('schema:url')} <{PAGE}{slug}>",
    ]


def named_graph(slug: str, title: str) -> Statements:
    """The title and terms of a named graph; the slug is that of the graph."""
    return (
        slug,
        [
            a("void:Dataset"),
            f"{name('dcterms:title')} {english(title)}",
            f"{name('dcterms:license')} <{LICENCE}>",
            f"{name('dcterms:rights')} {english('Made up, and in the public domain.')}",
        ],
    )

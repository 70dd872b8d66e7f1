"""The static site of a release: every page, link and description of a small workspace, and part of the packaged one."""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from foc_graph.assets import script
from foc_graph.graph.cache import open_built
from foc_graph.namespaces import COAL, iri_of
from foc_graph.release.incremental import write_pages
from foc_graph.release.redirects import list_redirects
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.site.about import PICTURED, Site
from foc_graph.site.addresses import DESCRIPTIONS, Addresses, find_document, fragment, whole
from foc_graph.site.pages import Pages, Task
from foc_graph.store.embedded import save
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.html import Reader
from tests.support.releases import files
from tests.support.workspaces import new_workspace

OWN = "https://example.org/coalition/"
DIGEST = "0a4d55a8d778e502"
ATTACK = """</script><script>alert(1)</script><b>'"&amp;"""
CORRECTIONS = "https://example.org/corrections/new"
RELEASE_FILES = ("manifest.json", "SHA256SUMS", "CHANGES.md")
ANSWERS = {
    "search.html": ["assets/questions.js"],
    "query/": ["assets/ask.js"],
    "learn.html": ["assets/learn.js"],
    "sparql.html": ["assets/sparql.css", "assets/sparql.js"],
}
"""Files that pages load which answer queries, by the beginnings of their names."""

MADE_ELSEWHERE = ("dumps/", ".well-known/", "catalog.", "SHA256SUMS")

HOSTILE = f"""
PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
BASE <{OWN}>

<id/organisation/hostile>
    a org:Organization ;
    dcterms:description '''{ATTACK}'''@en ;
    foaf:homepage <javascript:alert(1)> ;
    rdfs:seeAlso <data:text/html,x> , <http://127.0.0.1:80/a%22b> , <mailto:x@example.org> ;
    skos:altLabel '''{ATTACK}''' , "–\u2028 ]]>"@de-x-a ;
    skos:prefLabel '''<!--<script>{ATTACK}'''@en ;
.

<id/person/ada-example>
    a foaf:Person ;
    skos:prefLabel "Ada Example"@en ;
.

<id/example/membership/ada-example-chair>
    a coal:Membership ;
    coal:begin "2015-05"^^xsd:gYearMonth ;
    coal:verified "2026-11-24"^^xsd:date ;
    coal:periodState <https://w3id.org/coalition/concept/period-state/open> ;
    org:member <id/person/ada-example> ;
    org:organization <id/example> ;
    org:role <https://w3id.org/coalition/concept/role/chair> ;
.

<id/example/claim/memberCount-1>
    a coal:Claim ;
    coal:rank <https://w3id.org/coalition/concept/claim-rank/preferred> ;
    coal:ruling "The newest count."@en ;
    rdf:object 3 ;
    rdf:predicate coal:memberCount ;
    rdf:subject <id/example> ;
.

<id/example/claim/memberCount-2>
    a <id/example/claim/memberCount-2> , coal:Claim ;
    coal:scheme <id/example/claim/memberCount-2> ;
    rdf:object <id/example/claim/memberCount-2> ;
    rdf:predicate <id/example/claim/memberCount-2> ;
    rdf:subject <id/example/claim/memberCount-2> ;
.

coal:keeps
    a <http://www.w3.org/2002/07/owl#ObjectProperty> ;
    dcterms:isReplacedBy coal:hostedBy ;
    <http://www.w3.org/2002/07/owl#deprecated> true ;
    skos:definition "Held, as a host."@en ;
.

<id/tombstone/{DIGEST}>
    a coal:Tombstone ;
    coal:digest "0a4d55a8d778e5022fab701977c5d840bbc486d0d6f5a1c5b2bd54a5e1f6b1a0" ;
    dcterms:date "2026-11-25"^^xsd:date ;
.
"""


class Built:
    """A site that was written, and the snapshot's quads."""

    def __init__(self, folder: Path, one: Snapshot) -> None:
        self.folder = folder
        self.base, self.workspace, self.version, self.day = one.base, one.workspace, one.version, one.day
        self.quads = list(one.store.quads())
        self.redirects = list(list_redirects(one, "https://data.example.org", {}))
        self.files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        self.read = cache(lambda name: Reader((folder / name).read_text(encoding="utf-8")))

    @property
    def pages(self) -> list[str]:
        """Its pages but for the one that a web server shows at any address: a browser's test reads that."""
        return sorted(name for name in self.files if name.endswith(".html") and name != "404.html")

    def triples(self, name: str) -> set[ox.Triple]:
        format = ox.RdfFormat.from_extension(name.rpartition(".")[2])
        return {quad.triple for quad in ox.parse(path=self.folder / name, format=format)}


def make_hostile(root: Path) -> Workspace:
    """A new workspace with its own base, the shared vocabulary, and things meant to break pages."""
    new_workspace(root, '["ontology", "queries"]')
    (root / "data" / "agents" / "hostile.ttl").write_text(HOSTILE, encoding="utf-8")
    (root / "queries" / "example" / "hostile.rq").write_text(
        f"#+ summary: {json.dumps(ATTACK)}\n#+ question: {json.dumps(ATTACK)}\n"
        f"#+ columns: {{s: {json.dumps(ATTACK)}}}\n#+ expect: []\nSELECT ?s WHERE {{ ?s ?p {json.dumps(ATTACK)} }}\n",
        encoding="utf-8",
    )
    with (root / "workspace.toml").open("a", encoding="utf-8") as file:
        file.write(f'corrections = "{CORRECTIONS}?title={{title}}&body={{body}}"\n')
    return Workspace(root)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Built]:
    """The whole site of a small hostile workspace with its own base."""
    workspace = make_hostile(tmp_path_factory.mktemp("hostile") / "workspace")
    folder = tmp_path_factory.mktemp("site")
    (folder / "dumps").mkdir()
    for name in ("all.ttl", "all.ttl.gz", "example.nt"):
        (folder / "dumps" / name).write_bytes(b"x" * 1500)
    with take_snapshot(workspace, open_built(workspace).store) as one:
        traces = folder.with_suffix(".traces")
        write_pages(one, folder, lambda *told: None, traces, ["2026.10"], workers=2, pictured=PICTURED)
        yield Built(folder, one)


def test_every_thing_concept_shape_query_and_graph_has_its_page(site: Built) -> None:
    nodes = {node for quad in site.quads for node in (quad.subject, quad.graph_name)}
    subjects = {node.value for node in nodes if isinstance(node, ox.NamedNode) and whole(node.value) is None}
    bases = (site.base, "https://w3id.org/coalition/")
    for kind, folder in (("id/", "doc/"), ("concept/", "concept/"), ("graph/", "graph/")):
        rests = [iri[len(base + kind) :] for iri in subjects for base in bases if iri.startswith(base + kind)]
        pages = {f"{folder}{rest}" for rest in rests} & {name.removesuffix(".html") for name in site.files}
        wanted = {f"{page}.html" for page in pages} | {
            f"{find_document(page)}.{ending}" for page in pages for ending in DESCRIPTIONS
        }
        assert wanted and (folder != "doc/" or len(pages) == len(rests))
        assert wanted - site.files == set()
    for path in [*ROOT.glob("queries/*/*.rq"), Path("joined_since.rq"), Path("hostile.rq")]:
        assert {f"query/{path.stem}.html", f"query/{path.stem}.rq"} <= site.files
    assert {"index.html", "ns.html", "ns.ttl", "sitemap.xml", "robots.txt", "style.css"} <= site.files


def test_every_link_and_anchor_leads_somewhere(site: Built) -> None:
    broken, reached = [], {"index.html"}
    for name in site.pages:
        page = site.read(name)
        assert len(set(page.ids)) == len(page.ids), name
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                assert parts.scheme in ("http", "https", "mailto"), (name, link)
                continue
            target = os.path.normpath(Path(name).parent / unquote(parts.path)) if parts.path else name
            reached.add(target)
            missing = target not in site.files | set(RELEASE_FILES)
            if missing or (parts.fragment and parts.fragment not in site.read(target).ids):
                broken.append((name, link))
    assert broken == []
    assert set(site.pages) - reached == set()


def test_pages_say_what_they_are_about_where_they_are_shared(site: Built) -> None:
    shared = {
        name: {
            one.get("property") or one.get("name"): one["content"] for one in site.read(name).metas if "content" in one
        }
        for name in site.pages
    }
    for name, about in shared.items():
        if "noindex" in (about.get("robots") or ""):
            assert "og:title" not in about, name
        elif name.startswith("doc/") or name in ("index.html", "query/joined_since.html"):
            assert about["og:title"] and about["og:description"] == about["description"], name
            assert len(about["description"] or "") <= 300
            assert about["og:url"] == f"{site.base}release/current/{name}", name
            assert (about["og:image"] or "").removeprefix(f"{site.base}release/current/") in site.files, name
    assert ATTACK in (shared["doc/organisation/hostile.html"]["description"] or "")
    assert "noindex" in (shared["doc/person/ada-example.html"]["robots"] or "")


def test_pages_say_how_to_cite_and_to_correct_them(site: Built) -> None:
    for name in [
        name for name in site.pages if name.startswith(("doc/", "query/")) and not name.endswith("index.html")
    ]:
        page = site.read(name)
        tags = {one["name"]: one["content"] for one in page.metas if (one.get("name") or "").startswith("citation_")}
        address = tags.pop("citation_public_url", "")
        assert ("citation_title" in tags) is not page.is_hidden, name
        if tags:
            assert address in page.text
            assert (tags["citation_author"], tags["citation_publication_date"]) == ("The Example Coalition", "2026")
            assert f"release {site.version}" in page.text and "@misc{" in page.text
        asked = [parse_qs(urlsplit(link).query) for link in page.links if link.startswith(CORRECTIONS)]
        assert asked or name.startswith("doc/tombstone/"), name
        for one in asked:
            assert f"Release: {site.version}" in one["body"][0].split("\r\n")
            assert not tags or f"Address: {address}" in one["body"][0].split("\r\n")
    page = site.read("doc/example.html")
    asked = [parse_qs(urlsplit(link).query)["body"][0] for link in page.links if link.startswith(CORRECTIONS)]
    assert any("Value: state: still active (checked 24 November 2026)" in body for body in asked)


def test_pages_are_sound_and_load_nothing_but_the_style_and_a_script(site: Built) -> None:
    ours = ["style.css", *filter(None, [script()])]
    for name in site.pages:
        page = site.read(name)
        assert page.tags.count("h1") == 1, name
        assert {"header", "nav", "main", "footer", "title"} <= set(page.tags), name
        others = next((files for start, files in ANSWERS.items() if name.startswith(start) and script()), [])
        others = [] if name == "query/index.html" else others
        assert page.loaded == ["../" * name.count("/") + one for one in [*ours, *others]], name
        assert {os.path.normpath(Path(name).parent / one) for one in page.loaded} <= site.files
        text = (site.folder / name).read_text(encoding="utf-8")
        assert text.startswith(f'<!doctype html>\n<html lang="en" data-root="{"../" * name.count("/")}">'), name


def test_descriptions_are_alike_in_all_formats_and_say_what_the_graph_says(site: Built) -> None:
    said: dict[str, set[ox.Triple]] = {}
    for quad in site.quads:
        said.setdefault(str(quad.subject), set()).add(quad.triple)
    everything = set().union(*said.values())
    told: dict[str, set[ox.Triple]] = {}
    for subject, found in said.items():
        iri = subject.strip("<>")
        page = Addresses(site.base).page(iri)
        if page and page != "ns" and not iri.endswith("/claim/memberCount-2"):  # which is a part of itself alone
            told.setdefault(find_document(page), set()).update(found)
    described = [
        name.removesuffix(".ttl") for name in sorted(site.files) if re.fullmatch(r"(doc|concept|graph)/.*\.ttl", name)
    ]
    for path in described:
        triples = site.triples(f"{path}.ttl")
        assert site.triples(f"{path}.jsonld") == triples <= everything
        own = told.pop(path, set())  # nothing is said of some named graphs
        assert own <= triples, path
        things, named = {triple.subject for triple in own}, {triple.object for triple in own}
        assert all(triple.subject in named or triple.object in things for triple in triples - own), path
    assert all(page.startswith("concept/") for page in told), "concepts of others that nothing here has"
    assert len(described) > 10


def test_a_workspace_of_another_base_has_the_shapes_in_files_alone(site: Built) -> None:
    assert "shapes/Membership.html" not in site.files and len(site.triples("shapes/index.ttl")) > 1000


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("doc/example", ["coalition", "The Example Coalition", "Chair 1", "Ada Example", "May 2015"]),
        ("doc/example", ["still active (checked 24 November 2026)", "member count 3", "The newest count."]),
        ("doc/person/ada-example", ["Memberships and offices 1", "The Example Coalition", "chair"]),
        ("doc/example/membership/ada-example-chair", ["membership", "who Ada Example", "began May 2015"]),
        (f"doc/tombstone/{DIGEST}", ["was withdrawn"]),
        (
            "concept/role",
            ["concept scheme", "chair", "Concepts", "made by The foc-graph contributors", "version 0.3.0"],
        ),
        ("concept/role/chair", ["also présidence", "Held by 1", "Ada Example"]),
        ("ns", ["Coalition vocabulary", "Membership", "label appartenance", "kind of org:Membership"]),
        (
            "ns",
            ["version 0.3.0 earlier version", "status draft", "Tombstone class, unstable", "Terms are stable"],
        ),
        (
            "ns",
            [
                "Pattern 2: a mandate with",
                "assigns <https://example.org/coalition/id/example/secretariat/function/minutes>",
                "Who belonged",
            ],
        ),
        ("ns", ["org:FormalOrganization kinds of it Government", "prov:Association near it Appearance"]),
        ("ns", ["see also Claim ranks", "refers to https://www.wikidata.org/wiki/Help:Ranking", "CIDOC CRM"]),
        ("ns", ["Deprecated terms", "keeps property, deprecated: not for new data", "replaced by hostedBy"]),
        ("query/members", ["Who belonged to this coalition", "as_of", "period", "certainty"]),
        ("index", ["release 2026.11", "1 coalition, 1 body", "all.ttl.gz 1.5 kB", "How to cite", "2026.10"]),
        ("graph/agents", ["named graph", "Organisations 2", "Ada Example"]),
    ],
)
def test_pages_tell_what_they_are_about(site: Built, page: str, words: list[str]) -> None:
    text = site.read(f"{page}.html").text
    assert [word for word in words if word not in text] == []


def test_the_vocabulary_leads_to_the_query_that_answers_each_question(site: Built) -> None:
    queries = {name for name in site.pages if name.startswith("query/")} - {"query/index.html"}
    assert len(queries) > 30
    assert {link for link in site.read("ns.html").links if link.startswith("query/")} - {"query/index.html"} == queries


def test_the_vocabulary_offers_current_terms_for_terms_of_others(site: Built) -> None:
    page = (site.folder / "ns.html").read_text("utf-8")
    aligned = Reader(page[page.index('<section id="alignments">') : page.index('<section id="classes">')])
    own = {link for link in aligned.links if link.startswith("#")}
    said = site.triples("ns.ttl")
    deprecated = {one.subject.value for one in said if one.predicate.value == iri_of("owl:deprecated")}
    assert len(own) > 40 and deprecated and own.isdisjoint(one.replace(COAL, "#") for one in deprecated)
    pages = {one.object.value for one in said if one.predicate.value == iri_of("dcterms:references")}
    assert len(pages) == 2 and pages.isdisjoint(aligned.links)


def test_persons_ask_not_to_be_indexed(site: Built) -> None:
    parts = [site.folder / name for name in sorted(site.files) if re.fullmatch(r"sitemap-\d+\.xml", name)]
    listed = [node.text or "" for part in parts for node in ElementTree.parse(part).iter() if node.tag.endswith("loc")]
    latest = f"{OWN}release/current/"
    pages = {one.removeprefix(latest) if one.startswith(latest) else f"{one.removeprefix(OWN)}.html" for one in listed}
    assert {"doc/example.html", "index.html", "compare.html", "search.html", "downloads.html"} <= pages <= site.files
    assert len(pages) == len(listed)
    assert [page for page in pages if "ada-example" in page or "tombstone" in page] == []
    hidden = {name for name in site.pages if site.read(name).is_hidden}
    assert {name for name in site.pages if "ada-example" in name} <= hidden
    assert hidden.isdisjoint(pages)
    robots = (site.folder / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {OWN}release/current/sitemap.xml" in robots


def test_hostile_text_stays_text(site: Built) -> None:
    for name in ("doc/organisation/hostile.html", "query/hostile.html", "query/index.html", "graph/agents.html"):
        assert ATTACK in site.read(name).text, name
    hostile = site.read("doc/organisation/hostile.html")
    assert set(hostile.scripts) == {"schema-org"}
    assert json.loads(hostile.scripts["schema-org"])["description"] == ATTACK
    assert not any(re.match("javascript|data", link) for link in hostile.links)
    assert "mailto:x@example.org" in hostile.links


def test_redirects_lead_to_pages_of_the_site(site: Built) -> None:
    start = "https://data.example.org/"
    led = [
        one.location.removeprefix(start).partition("/")[2] for one in site.redirects if one.location.startswith(start)
    ]
    placed = {path for path in led if "#" in path}
    for name, _, place in (path.partition("#") for path in placed):
        page = site.read(f"{name.rpartition('.')[0]}.html")
        assert place in page.ids, (name, place)
    assert led
    assert {path for path in led if not path.startswith(MADE_ELSEWHERE)} - placed - site.files == set()


def test_the_number_of_processes_changes_no_byte(site: Built, tmp_path: Path) -> None:
    """The site was written in two; here are the pages of all things in one."""
    about = Site.of(site.workspace.settings, site.base, site.version, site.day.isoformat())
    folder = open_built(site.workspace).store.folder
    pages = Pages(site.workspace, folder, about._replace(pictured=PICTURED), tmp_path)
    pages.write([Task(iri) for iri in sorted(pages.view.subjects())])
    written = files(tmp_path)
    assert len(written) > 50
    assert written.items() <= files(site.folder).items()


@pytest.mark.sweep
def test_packaged_things_have_pages_with_good_links(tmp_path: Path, cache: Path) -> None:
    workspace = find_workspace(ROOT)
    save(open_built(workspace).store.quads(), tmp_path / "store")
    about = Site.of(workspace.settings, workspace.base, "2026.11", "2026-11-24")
    pages = Pages(workspace, tmp_path / "store", about, tmp_path / "site")
    iris = sorted(pages.view.subjects())
    paths = {iri: pages.view.page(iri) for iri in iris}
    own = [iri for iri in iris if iri.startswith(workspace.base)]
    assert [iri for iri in own if paths[iri] is None] == []
    known = {f"{path}.html" for path in paths.values()} | {"index.html", "style.css"}
    known |= {f"{name}/index.html" for name in ("query", "concept", "shapes", "graph")}
    known |= {f"{name}.html" for name in ("search", "compare", "downloads", "sparql")}
    kinds = ("coal:Coalition", "coal:Body", "foaf:Person", "coal:Government", "coal:Document", "coal:MembershipPhase")
    chosen = [whole(one) or one for kind in kinds for one in sorted(pages.view.of_class(kind))[:1]]
    chosen += sorted({whole(one) or one for one in pages.view.of_class("coal:Endorsement")})[:5]
    pages.write([Task(iri) for iri in (*chosen, *own[::150])])
    written = sorted(path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*.html"))
    assert len(written) > 30
    told: set[str] = set()
    for name in written:
        page = Reader((tmp_path / "site" / name).read_text(encoding="utf-8"))
        links = [urlsplit(link).path for link in page.links if not urlsplit(link).scheme]
        targets = {os.path.normpath(Path(name).parent / link) for link in links if link.endswith(".html")}
        others = {one for one in targets - known if not one.startswith(("query/", "list/"))}
        assert others == set(), name
        assert {one for one in targets if one.startswith("list/")} <= set(written), name
        if thing := pages.view.iri(name.removesuffix(".html")):
            assert {fragment(part.iri) for part in pages.view.parts(thing)} <= set(page.ids), name
            told.update(fragment(part.iri).partition("/")[0] for part in pages.view.parts(thing))
    assert told == {"completeness", "endorsement", "facts", "identifier", "name", "phase", "sources"}

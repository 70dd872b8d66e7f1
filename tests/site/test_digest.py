"""The facts at the top of pages: who leads, what was done last, what came before and after."""

import re

import pyoxigraph as ox
import pytest

from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.site import digest as digests
from foc_graph.site.digest import digest_coalition
from foc_graph.site.pages import Pages, Task
from foc_graph.site.view import View
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import as_rows
from tests.support.html import Reader


def read(pages: Pages, name: str) -> str:
    return (pages.renderer.folder / name).read_text("utf-8")


def digest(pages: Pages, page: str) -> dict[str, str]:
    """The facts at the top of a page: what they are called, and their values as a reader sees them."""
    (facts,) = re.findall(r'<dl class="facts" id="facts">.*?</dl>', read(pages, page), re.DOTALL)
    found = re.findall(r"<dt[^>]*>(.*?)</dt>(.*?)(?=<dt|</dl>)", facts, re.DOTALL)
    return {name: " ".join(re.sub("<sup.*?</sup>|<[^>]*>", "", values).split()) for name, values in found}


def adopted(graph: Graph) -> dict[str, str]:
    """The documents of the packaged coalition, and when they were issued, if that is known."""
    asked = "SELECT DISTINCT ?it ?on { ?it coal:adoptedBy|dcterms:creator ?foc OPTIONAL { ?it dcterms:issued ?on } }"
    rows = as_rows(graph.sparql(asked.replace("?foc", f"<{graph.base}id/foc>")))
    return {row["it"].removeprefix(f"{graph.base}id/"): row["on"] or "" for row in rows}


def test_a_coalition_answers_first_who_leads_it_and_what_it_did_last(packaged: Pages) -> None:
    graph, day = packaged.graph, packaged.renderer.site.day
    told = digest(packaged, "doc/foc.html")
    names = [
        "members",
        "former members",
        "chair",
        "latest document on record",
        "latest event on record",
        "how complete",
    ]
    assert list(told)[:6] == names
    for row in graph.rows("leavers", coalition="foc"):
        assert f"{row['name']} left {in_words(row['end'])}" in told["former members"]
        packaged.write([Task(row["member"])])
        left = digest(packaged, f"{packaged.view.page(row['member'])}.html")["left"]
        assert f"Freedom Online Coalition {in_words(row['end'])}" in left
    members = [row for row in graph.rows("members", coalition="foc", as_of=day) if row["role"] != "observer"]
    assert told["members"].startswith(f"{len(members)} members and ")
    for row in graph.rows("chairs", coalition="foc", as_of=day):
        assert (row["name"] in told["chair"]) == (row["certainty"] != "possible")
    newest = max(issued for issued in adopted(graph).values() if issued <= day)
    assert in_words(newest) in told["latest document on record"]
    (state,) = {
        row["state"]
        for row in graph.rows("completeness", coalition="foc")
        if row["body"].endswith("/foc") and row["list"] == "members"
    }
    assert re.search(rf"{state}: [a-z, ]*members", told["how complete"])


def test_a_body_says_first_what_it_was_to_do(packaged: Pages) -> None:
    packaged.write([Task(f"{packaged.view.base}id/foc/wg1")])
    tasks = {row["text"] for row in packaged.graph.rows("functions", body="foc/wg1")}
    told = digest(packaged, "doc/foc/wg1.html")
    assert next(iter(told)) == "tasks" and tasks and all(text in told["tasks"] for text in tasks)


def test_who_leads_a_body_is_on_its_page_however_many_belong_to_it(packaged: Pages) -> None:
    packaged.write([Task(f"{packaged.view.base}id/foc/an")])
    (section,) = re.findall(
        r'<section id="org-organization">.*?</section>', read(packaged, "doc/foc/an.html"), re.DOTALL
    )
    captions = re.findall(r"<caption>(.*?)(?: <|</caption>)", section)
    seats = "SELECT DISTINCT ?role { ?seat org:organization ?body ; org:role/skos:prefLabel ?role }"
    rows = as_rows(packaged.graph.sparql(seats.replace("?body", f"<{packaged.view.base}id/foc/an>")))
    roles = {row["role"].capitalize() for row in rows}
    assert len(captions) > 1 and {role for role in roles if "chair" in role.lower()} <= set(captions) <= roles


def test_a_conference_leads_to_those_before_and_after_it(packaged: Pages) -> None:
    rows = [row for row in packaged.graph.rows("events", coalition="foc", kind="conference") if row["begin"]]
    held = [row["title"] for row in sorted(rows, key=lambda row: row["begin"])]
    assert len(held) > 5
    packaged.write([Task(row["event"]) for row in rows])
    for at, row in enumerate(sorted(rows, key=lambda row: row["begin"])):
        told = digest(packaged, f"{packaged.view.page(row['event'])}.html")
        beside = [told[name] for name in ("previous", "next") if name in told]
        named = [*held[max(at - 1, 0) : at], *held[at + 1 : at + 2]]
        assert [one.startswith(name) for one, name in zip(beside, named, strict=True)] == [True] * len(named)


def test_a_statement_leads_to_those_before_and_after_it_joint_or_not(packaged: Pages) -> None:
    kind = f"{packaged.view.base}concept/document-type/statement"
    adopted = f"?it coal:adoptedBy <{packaged.view.base}id/foc> ; dcterms:issued ?day ; dcterms:title ?title"
    of_kind = f"?it dcterms:type/skos:broader? <{kind}>"
    rows = as_rows(packaged.graph.sparql(f"SELECT ?it ?day ?title {{ {adopted} . {of_kind} }}"))
    issued = sorted(rows, key=lambda row: (row["day"], row["it"]))
    packaged.write([Task(row["it"]) for row in issued])
    told = [digest(packaged, f"{packaged.view.page(row['it'])}.html") for row in issued]
    assert len(told) > 20
    assert all(one["previous"].startswith(row["title"]) for one, row in zip(told[1:], issued, strict=False))
    assert all(one["next"].startswith(row["title"]) for one, row in zip(told, issued[1:], strict=False))


def test_a_coalition_without_members_says_so_and_one_that_cannot_be_counted_nothing() -> None:
    organisation, coalition = (ox.NamedNode(iri_of(name)) for name in ("org:organization", "coal:Coalition"))
    of = {name: ox.NamedNode(f"{BASE}id/{name}") for name in ("empty", "full")}
    graph = ox.NamedNode(f"{BASE}graph/test")
    quads = [ox.Quad(one, ox.NamedNode(RDF_TYPE), coalition, graph) for one in of.values()]
    quads.append(ox.Quad(ox.NamedNode(f"{BASE}id/full/membership/a"), organisation, of["full"], graph))
    store = ox.Store()
    store.extend(quads)
    view = View(EmbeddedStore(store), BASE)
    for name, told in (("empty", ["none on record"]), ("full", [])):
        facts = digest_coalition(view, of[name].value, [], None, [], "2026-11-24", "")
        assert [link.text for fact in facts for link in fact.values] == told


def test_many_coalitions_are_named_in_part(packaged: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_MOST_NAMED", 2)
    packaged.write([Task(f"{packaged.view.base}id/government/ee")])
    told = digest(packaged, "doc/government/ee.html")["member of"]
    assert re.search(r" and \d+ more$", told)
    assert '<a href="#org-member">and ' in read(packaged, "doc/government/ee.html")


@pytest.mark.parametrize("page", ["country", "government"])
@pytest.mark.parametrize("country", ["ee", "nl", "us"])
def test_a_country_and_its_government_say_first_what_it_belongs_to_and_signed(
    packaged: Pages, country: str, page: str
) -> None:
    agent, graph = f"government/{country}", packaged.graph
    coalitions = {row["coalition"]: row["name"] for row in graph.rows("coalitions")}
    seats = graph.rows("memberships_of", agent=agent)
    packaged.write([Task(f"{packaged.view.base}id/{one}") for one in (f"country/{country}", agent)])
    names = {coalitions[row["body"]] for row in seats if row["body"] in coalitions and row["state"] == "open"}
    told = digest(packaged, f"doc/{page}/{country}.html")
    belongs = " ".join(told.get(f"{role} of", "") for role in ("member", "endorser", "observer"))
    assert names and all(name in belongs for name in names)
    assert next(name for name in told if name != "left") == "member of"
    if page == "government":
        return
    stated = "FILTER(!STRENDS(STR(?graph), '/derived'))"  # a membership of endorsers is not told again
    asked = f"SELECT ?it {{ GRAPH ?graph {{ ?it coal:endorsedBy <{graph.base}id/{agent}> }} {stated} }}"
    endorsed = as_rows(graph.sparql(asked))
    signed = len({row["it"] for row in endorsed})
    assert told["also endorsed"] == f"{signed} {'statement' if signed == 1 else 'statements'}"
    page, own = (read(packaged, f"doc/{one}.html") for one in (agent, f"country/{country}"))
    (place,) = re.findall(rf'/government/{country}.html#([^"]*)"', own)
    assert f'id="{place}"' in page


def test_an_event_whose_end_is_not_known_says_when_it_began(packaged: Pages) -> None:
    endless = "SELECT ?it { ?it a coal:Event ; coal:begin ?on FILTER NOT EXISTS { ?it coal:end ?end } }"
    found = sorted(row["it"].partition("/event/")[0] for row in as_rows(packaged.graph.sparql(endless)))
    packaged.write([Task(found[0])])
    assert " to not known" not in read(packaged, f"{packaged.view.page(found[0])}.html")
    texts = [path.read_text("utf-8") for path in packaged.renderer.folder.glob("doc/*.html")]
    assert any('<th scope="col">when</th>' in text for text in texts)


def test_lists_begin_with_the_newest_and_have_each_thing_once(packaged: Pages) -> None:
    text = read(packaged, "doc/foc.html")
    issued = adopted(packaged.graph)
    (section,) = re.findall(r'<section id="coal-adoptedBy">.*?</section>', text, re.DOTALL)
    shown = re.findall(r'<tr><td><a href="../doc/(.*?).html"', section)
    assert len(shown) == len(set(shown)) == 12
    assert [issued[one] for one in shown] == sorted(issued.values(), reverse=True)[:12]
    listed = [link for link in Reader(section).links if "/list/" in link]
    assert len(listed) == 1 and f">Show all {len(issued)}<" in section

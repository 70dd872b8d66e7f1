"""Redirects from the permanent addresses to where releases are served: rules for Apache, as w3id.org takes them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from foc_graph.errors import ParameterError, quoted
from foc_graph.namespaces import BASE
from foc_graph.release.dumps import FOLDER, OF_WHOLE
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.addresses import (
    ADDRESSES,
    DESCRIPTIONS,
    ENDINGS,
    MADE,
    PART,
    PLACED,
    TOLD_BY,
    XML,
    Addresses,
    fault,
    find_document,
    fragment,
    name_files,
    whole,
)
from foc_graph.site.view import find_shared

_NAME = "[A-Za-z0-9][A-Za-z0-9._/-]*"
_PLACE = f"(?:{PLACED})/[A-Za-z0-9._-]+"
_SHAPE = "[A-Za-z0-9._]+"
_FILE = "[A-Za-z0-9._/-]+"
_VERSION = r"[0-9]{4}\.[0-9]{2}(?:\.[0-9]+)?|current"
_ENDING = f"(?:{'|'.join((*ENDINGS, XML))})"
_FIRST = "id|doc|concept|shapes|graph|query|ns|catalogue|dataset|release|\\.well-known"
_PLAIN = re.compile(r"[A-Za-z0-9:/._~-]+")

_TYPES = {
    "jsonld": r"application/(?:ld\+)?json",
    "ttl": r"(?:(?:text|application)/(?:x-)?turtle|application/n-triples|text/n3)",
    "rdf": r"application/rdf\+xml",
    "html": r"(?:text/html|application/xhtml\+xml)",
}
"""Media types by the ending of the file that answers them.

Who asks for RDF in another format gets Turtle, which most clients read too.
"""

_QUERY = "application/sparql-query"
_ACCEPTED = {
    "": "html",
    "*/*": "html",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "html",
    "text/turtle": "ttl",
    "application/x-turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/n-triples": "ttl",
    "APPLICATION/N-Triples; charset=utf-8": "ttl",
    "application/rdf+xml, application/xml; q=0.5, text/xml; q=0.3, */*; q=0.2": "rdf",
    "text/n3": "ttl",
    "text/turtle, text/html;q=0.5": "ttl",
    "text/html;q=0.9, text/turtle;q=1.0, */*;q=0.1": "ttl",
    "application/rdf+xml, text/turtle;q=0.8": "rdf",
    "text/turtle;q=0, */*": "html",
    "text/turtle;q=0.0,application/ld+json;q=0.3": "jsonld",
    "application/turtle-not": "html",
    "image/png": "html",
}
"""Values of `Accept`, and the ending of the file that answers them."""


class Redirect(NamedTuple):
    """A request, its path relative to the base, and the answer; `location` is empty where there is none."""

    path: str
    accept: str
    status: int
    location: str


def write_redirects(snapshot: Snapshot, folder: Path, site: str, vocabularies: Mapping[str, str]) -> None:
    """Write `.htaccess` for the folder of the base, and `redirects.csv`: requests and the answers to expect.

    `site` is the http(s) address at which the folder of releases is served; `vocabularies` names the first
    release of each version of the vocabulary.

    Raises:
        ParameterError: for a base or site that such rules cannot hold.
    """
    site = check_address("site", site).removesuffix("/")
    base = check_address("base", snapshot.base)
    (folder / ".htaccess").write_text(_rules(base, site, vocabularies), encoding="utf-8", newline="\n")
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Redirect._fields)
    writer.writerows(list_redirects(snapshot, site, vocabularies))
    (folder / "redirects.csv").write_text(text.getvalue(), encoding="utf-8", newline="")


def check_address(what: str, address: str) -> str:
    """Return an address if it can stand in rules of Apache.

    Raises:
        ParameterError: if it is not http(s), or holds more than ASCII letters, digits and - . _ ~ : /
    """
    try:
        good = urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname
    except ValueError:
        good = False
    if not good or not _PLAIN.fullmatch(address):
        problem = "redirects need an http or https address of ASCII letters, digits and - . _ ~ : / only"
        raise ParameterError(f"{what} {quoted(address)}: {problem}")
    return address


def _rules(base: str, site: str, vocabularies: Mapping[str, str]) -> str:
    """Return the rules: first what the client prefers, as the ending of a file, then where each kind of address leads.

    A type without a quality, or of quality 1, counts before a lesser one; among equals HTML comes first, then Turtle,
    JSON-LD and RDF/XML. RFC 9110, section 12.5.1, would also weigh lesser qualities against each other.
    """
    lines = [
        f"# Redirects of {base}",
        "# Releases are served at",
        f"#   {site}/",
        "",
        "Options +FollowSymLinks",
        "RewriteEngine on",
        "",
        "<IfModule mod_headers.c>",
        "Header always set Access-Control-Allow-Origin *",
        "Header always merge Vary Accept",
        "</IfModule>",
        "",
        "# Nothing else, and not the copy of these rules in the folder of a release.",
        f"RewriteCond %{{REQUEST_URI}} !^{re.escape(urlsplit(base).path)}(?:(?:{_FIRST})(?:[/.]|$)|$)",
        "RewriteRule ^ - [L]",
        "",
        "# What the client prefers; the last rule that fits decides.",
        "RewriteRule ^ - [E=ENDING:html]",
    ]
    refused = r"(?![^,]*;\s*q=0(?:\.0*)?\s*(?:[;,]|$))"
    lesser = r"(?![^,]*;\s*q=0)"
    for without, endings in ((refused, ("rdf", "jsonld", "ttl")), (lesser, ("rdf", "jsonld", "ttl", "html"))):
        for ending in endings:
            lines += [
                rf"RewriteCond %{{HTTP_ACCEPT}} (?:^|,)\s*{_TYPES[ending]}{without}\s*(?:[;,]|$) [NC]",
                f"RewriteRule ^ - [E=ENDING:{ending}]",
            ]
    lines += [
        "",
        "# What the end of the address asks for; N-Triples went.",
        rf"RewriteRule ^((?:doc|concept|shapes|graph)/{_NAME}|ns)\.({_ENDING})$ $1 [E=ENDING:$2,DPI]",
        rf"RewriteRule ^((?:doc|concept|shapes|graph)/{_NAME}|ns)\.nt$ $1 [E=ENDING:ttl,DPI]",
        "# RDF/XML there is of the vocabulary, schemes, shapes and graphs.",
        "RewriteCond %{ENV:ENDING} =rdf",
        "RewriteRule !^(?:ns$|(?:concept|shapes|graph)/) - [E=ENDING:ttl]",
    ]
    current = f"{site}/current"
    chosen = "%{ENV:ENDING}"
    lines += [
        *("", "# Things, and the documents about them; parts of a thing are told in the document about the thing."),
        *_rules_of((path.replace("doc/", "id/", 1), f"{base}doc/$1#{place}") for path, place in _parts("doc")),
        *_rule(f"id/({_NAME})", f"{base}doc/$1"),
        *_rule(r"((?:concept|shapes|graph|query)/)", f"{current}/$1index.html"),
        *(
            line
            for path, target in _described(f"(?:/{_FILE})")
            for line in ("RewriteCond %{ENV:ENDING} !=html", *_rule(path, f"{current}/{target}.{chosen}"))
        ),
        *_rules_of((path, f"{current}/{target}") for path, target in _documents(chosen)),
        *("", "# Stored queries."),
        *_rule(rf"(query/{_NAME}\.(?:html|rq))", f"{current}/$1"),
        rf"RewriteCond %{{HTTP_ACCEPT}} {_QUERY}{refused} [NC]",
        *_rule(f"(query/{_NAME})", f"{current}/$1.rq"),
        *_rule(f"(query/{_NAME})", f"{current}/$1.html"),
        *("", "# The vocabulary."),
        *_rule("ns", f"{current}/ns.{chosen}"),
        *(
            line
            for number, release in vocabularies.items()
            for line in _rule(re.escape(f"ns/{number}"), f"{site}/{release}/ns.{chosen}")
        ),
        *("", "# The catalogue, and what it describes."),
        "RewriteCond %{ENV:ENDING} =html",
        *_rule("(?:catalogue|dataset)?", f"{current}/index.html"),
        "RewriteCond %{ENV:ENDING} =jsonld",
        *_rule("(?:catalogue|dataset)?", f"{current}/catalog.jsonld"),
        *_rule("(?:catalogue|dataset)?", f"{current}/catalog.ttl"),
        *_rule(r"(\.well-known/void)", f"{current}/$1"),
        *("", "# Releases."),
        "RewriteCond %{ENV:ENDING} =html",
        *_rule(f"release/({_VERSION})/?", f"{site}/$1/index.html"),
        "RewriteCond %{ENV:ENDING} =jsonld",
        *_rule(f"release/({_VERSION})/?", f"{site}/$1/catalog.jsonld"),
        *_rule(f"release/({_VERSION})/?", f"{site}/$1/catalog.ttl"),
        *_rule(f"release/((?:{_VERSION})/{_FILE})", f"{site}/$1"),
    ]
    return "\n".join(lines) + "\n"


def _rule(path: str, target: str) -> list[str]:
    return [f"RewriteRule ^{path}$ {target} [R=303,NE,L]"]


def _rules_of(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [rule for path, target in pairs for rule in _rule(path, target)]


def _parts(folder: str) -> Iterator[tuple[str, str]]:
    """Give patterns for the addresses of parts of the things in a folder, with their places on a page."""
    yield f"{folder}/({_NAME}?)/({_PLACE})(?:{PART})?", "$2"
    yield from ((f"{folder}/({_NAME}?)(?=/{kind}){PART}", place) for kind, place in TOLD_BY.items())


def _documents(ending: str) -> Iterator[tuple[str, str]]:
    """Give patterns for the addresses of documents, with the files in a release to which they lead."""
    for folder in ("doc", "concept"):
        yield from ((path, f"{folder}/$1.{ending}#{place}") for path, place in _parts(folder))
    yield f"shapes/({_SHAPE})-({_NAME})", f"shapes/$1.{ending}#$2"
    yield f"((?:doc|concept|shapes|graph)/{_NAME})", f"$1.{ending}"


def _described(name: str) -> Iterator[tuple[str, str]]:
    """Give patterns for the addresses of what documents describe together, with these documents (`find_document`)."""
    yield f"(concept/[A-Za-z0-9._-]+?){name}", "$1"
    yield f"(shapes|graph){name}", "$1/index"


def write_addresses(folder: Path) -> None:
    """Write `addresses.json`, by which `404.html` leads on where a server only sends files.

    It holds pairs of a regular expression for a path in the release and the file to which it leads, of which the first
    that fits counts.
    """
    gone = (one for ending in (*DESCRIPTIONS, XML) for one in _described(rf"/{_FILE}\.{ending}"))
    pairs = [
        *((path, f"{target}.{path.rpartition('.')[2]}") for path, target in gone),
        *_documents("html"),
        (f"(query/{_NAME})", "$1.html"),
        (rf"({FOLDER}/[^/]+\.(?:{'|'.join(OF_WHOLE)}))", "$1.gz"),
    ]
    text = json.dumps([(f"^{path}$", target) for path, target in pairs], indent=1) + "\n"
    (folder / ADDRESSES).write_text(text, encoding="utf-8", newline="\n")


def list_redirects(snapshot: Snapshot, site: str, vocabularies: Mapping[str, str]) -> Iterator[Redirect]:
    """Give requests for things of a snapshot, for its other addresses, and for unknown ones, with their answers."""
    base, current = snapshot.base, f"{site}/current"
    for accept, ending in _ACCEPTED.items():
        for path in _examples(snapshot):
            if path.startswith("id/"):
                yield Redirect(path, accept, 303, f"{base}doc/{path[3:]}")
                path = f"doc/{path[3:]}"
            yield Redirect(path, accept, 303, f"{current}/{_file(path, ending)}")
        yield Redirect("ns", accept, 303, f"{current}/ns.{ending}")
        for number, release in vocabularies.items():
            yield Redirect(f"ns/{number}", accept, 303, f"{site}/{release}/{_file(f'ns/{number}', ending)}")
        described = {"html": "index.html", "jsonld": "catalog.jsonld"}.get(ending, "catalog.ttl")
        for path in ("", "catalogue", "dataset"):
            yield Redirect(path, accept, 303, f"{current}/{described}")
        for version in (snapshot.version, "current"):
            yield Redirect(f"release/{version}/", accept, 303, f"{site}/{version}/{described}")
    for path in _examples(snapshot):
        path = re.sub("^id/", "doc/", path)
        for asked in (*ENDINGS, *MADE):
            yield Redirect(f"{path}.{asked}", "application/ld+json", 303, f"{current}/{_file(path, asked)}")
    for path in _examples_of_parts(snapshot):
        place, name = fragment(path), whole(path)
        assert name is not None
        if path.startswith("id/"):
            yield Redirect(path, "", 303, f"{base}doc/{name[3:]}#{place}")
            path, name = f"doc/{path[3:]}", f"doc/{name[3:]}"
        told = "" if find_document(name) != name else f"#{place}"
        yield Redirect(path, "text/turtle", 303, f"{current}/{name_files(name)['ttl']}{told}")
        yield Redirect(f"{path}.html", "", 303, f"{current}/{name}.html#{place}")
    query = next((path.stem for path in snapshot.workspace.query_files), None)
    if query:
        for accept, ending in ((_QUERY, "rq"), ("text/turtle", "html"), ("", "html")):
            yield Redirect(f"query/{query}", accept, 303, f"{current}/query/{query}.{ending}")
        yield Redirect(f"query/{query}.rq", "", 303, f"{current}/query/{query}.rq")
    for name in ("concept", "shapes", "graph", "query"):
        yield Redirect(f"{name}/", "", 303, f"{current}/{name}/index.html")
    yield Redirect("ns/99.0.0", "text/turtle", 404, "")
    yield Redirect("ns.jsonld", "", 303, f"{current}/ns.jsonld")
    yield Redirect(".well-known/void", "", 303, f"{current}/.well-known/void")
    for path in ("dumps/all.ttl.gz", "dumps/all.ttl", ".well-known/void", "compare.html", "search.json", "SHA256SUMS"):
        for version in (snapshot.version, "current"):
            yield Redirect(f"release/{version}/{path}", "text/turtle", 303, f"{site}/{version}/{path}")
    for path in ("sparql", "identifier/x", "id/", "id/%22x", "id/a%0d%0ab", "release/x/SHA256SUMS", "release/2026/x"):
        yield Redirect(path, "", 404, "")


def _examples(snapshot: Snapshot) -> Iterator[str]:
    """Give paths below the base of a thing of each class, a concept, a graph: the first by IRI."""
    addresses, shared = Addresses(snapshot.base), find_shared(snapshot.store, snapshot.base)
    classes = ("coal:Coalition", "coal:Body", "coal:Membership", "coal:Event", "skos:Concept", "void:Dataset")
    for name in classes:
        for iri in snapshot.instances(name):
            known = addresses.rest(iri) if shared is None or addresses.is_own(iri) or iri in shared else None
            if known and fault(known[1].partition("/")[2]) is None:
                yield known[1]
                break


def _examples_of_parts(snapshot: Snapshot) -> Iterator[str]:
    """Give paths below the base of a part of each kind, the first by IRI, and of what a shape asks."""
    addresses = Addresses(snapshot.base)
    for name in (
        "coal:Claim",
        "coal:Completeness",
        "coal:Endorsement",
        "adms:Identifier",
        "skosxl:Label",
        "time:Instant",
    ):
        paths = (known[1] for iri in snapshot.instances(name) if (known := addresses.rest(iri)))
        yield from islice((path for path in paths if whole(path)), 1)
    if snapshot.base == BASE:
        yield "shapes/Membership-dated"


def _file(page: str, ending: str) -> str:
    """Return the file of a release that answers who wants a page, or what describes its thing, in a format."""
    has_xml = page.startswith(("concept/", "shapes/", "graph/"))
    ending = "ttl" if ending == "nt" or (ending == XML and not has_xml) else ending
    return f"ns.{ending}" if page.startswith("ns/") else name_files(page)[ending]

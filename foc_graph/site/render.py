"""Pages rendered from templates, with their style sheet, and the descriptions that lie beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from posixpath import dirname, relpath
from typing import Any

import pyoxigraph as ox
from jinja2 import BytecodeCache, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from foc_graph.assets import ENGINE, is_built, script
from foc_graph.charts.svg import draw_swatch, style
from foc_graph.dates import in_words
from foc_graph.graph.remarks import CERTAINTIES
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.jsonld import write_jsonld
from foc_graph.rdf.rdf_xml import write_xml
from foc_graph.rdf.turtle import format_triples
from foc_graph.rdf.xml_text import clean
from foc_graph.site.about import DESCRIPTION, Marks, Site, mark, stamp
from foc_graph.site.addresses import DESCRIPTIONS, XML, find_document
from foc_graph.site.citations import Citation, show_citations
from foc_graph.site.corrections import suggest_correction

STYLE = "style.css"
_SHEETS = (STYLE, "explore.css")
_EXCEPTIONS = "; ".join(f"{name}: {CERTAINTIES[name]}" for name in ("presumed", "possible"))
_CERTAINTIES = f"Certain unless marked; {_EXCEPTIONS}"


class _Compiled(BytecodeCache):
    """Keeps what templates are compiled to, so that a process compiles each once."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def environment(*packages: str, **known: object) -> Environment:
    """Return the templates of pages: those of packages, then those of a site; `known` is what all of them know."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, __package__)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_COMPILED,
    )
    environment.globals.update(
        known,
        script=script(),
        answers=is_built(ENGINE),
        swatch=draw_swatch,
        in_words=in_words,
        certainties=_CERTAINTIES,
    )
    environment.globals.update(
        Citation=Citation,
        show_citations=show_citations,
        suggest=suggest_correction,
        lead=DESCRIPTION,
        link_document=_link_document,
    )
    return environment


def _link_document(page: str, ending: str) -> str:
    """Return the reference from a page to a document that describes its thing."""
    return relpath(f"{find_document(page)}.{ending}", dirname(page) or ".")


def rendered(environment: Environment, template: str, **context: Any) -> bytes:
    """Render a page of a template, with U+FFFD in place of what HTML has no characters for."""
    return clean(environment.get_template(f"{template}.html").render(**context)).encode()


class Renderer:
    """Writes below the folder of a release; templates are read once.

    Pages that are `live` are answered by a server, and so have forms.
    """

    def __init__(self, site: Site, folder: Path, live: bool = False) -> None:
        self.site = site
        self.folder = folder
        self._made: set[Path] = set()
        self._environment = environment(site=mark(site), live=live)

    def page(self, template: str, path: str, **context: Any) -> Marks:
        """Write a page, and return where it names the release; `path` is relative to that, without ending."""
        page = rendered(self._environment, template, root="../" * path.count("/"), **context)
        content, marks = stamp(page, self.site)
        self.write(f"{path}.html", content)
        return marks

    def describe(self, path: str, triples: Sequence[ox.Triple], endings: Sequence[str] = DESCRIPTIONS) -> None:
        """Write a description in formats given by their endings; the path is without."""
        for ending in endings:
            self.write(f"{path}.{ending}", description(triples, ending, self.site.base))

    def write(self, path: str, content: bytes) -> None:
        """Write a file of the release."""
        target = self.folder / path
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        target.write_bytes(content)


def description(triples: Sequence[ox.Triple], ending: str, base: str) -> bytes:
    """Return a description as a file of one of the endings in `SERVED`, of things most of which have a base.

    Raises:
        ParameterError: for what RDF/XML cannot express.
    """
    if ending == "ttl":
        return format_triples(list(triples), prefixes=PREFIXES, base=base).encode()
    if ending == "jsonld":
        return write_jsonld(triples, PREFIXES, base)
    written = BytesIO()
    if ending == XML:
        write_xml(triples, written, PREFIXES)
    else:
        ox.serialize(triples, written, ox.RdfFormat.N_TRIPLES)
    return written.getvalue()


def embedded_json(value: object) -> Markup:
    """Return a value as JSON that can stand in a script element."""
    return embedded(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def embedded(text: str) -> Markup:
    """Return JSON without the characters that could end a script element or begin a comment in it."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def style_sheet() -> bytes:
    """Return the style sheets of pages and of charts in one, without comments and without needless white space."""
    here = files(__package__)
    text = "".join([*(here.joinpath(name).read_text("utf-8") for name in _SHEETS), style()])
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    tight = re.sub(" ?([{};>]) ?", r"\1", " ".join(plain.split())).replace(";}", "}")
    short = re.sub(r"(?<!\")([:,]) ", r"\1", tight)
    return re.sub(r"(?<![\w.])0(?=\.\d)", "", short).encode()

"""RDF/XML that any reader takes."""

from io import BytesIO

import pyoxigraph as ox

from foc_graph.rdf.rdf_xml import write_xml

THING, TITLE = ox.NamedNode("https://example.org/id/thing"), ox.NamedNode("https://example.org/ns#title")


def test_a_text_in_an_unknown_language_has_none() -> None:
    written = BytesIO()
    texts = [ox.Literal("Nom", language="und"), ox.Literal("Name", language="en")]
    write_xml([ox.Quad(THING, TITLE, text) for text in texts], written, {})
    read = [quad.object for quad in ox.parse(written.getvalue(), format=ox.RdfFormat.RDF_XML)]
    assert read == [ox.Literal("Nom"), ox.Literal("Name", language="en")]

"""`foc sparql`: an ad-hoc query."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.output import FORMAT, OUT, cell, check_out, print_result
from foc_graph.errors import ParseError
from foc_graph.rdf.parser import read_text


@click.command("sparql")
@click.argument("query", metavar="QUERY|FILE|-")
@FORMAT
@click.option("--columns", metavar="NAMES", help="Show only these columns, separated by commas.")
@OUT
@store_options
@click.pass_obj
def command(context: Context, query: str, format: str | None, columns: str | None, out: Path | None) -> None:
    """Run a SPARQL query of your own.

    Give a SPARQL 1.1 query as text or as a file, or - for standard input. It asks all named graphs together, though an
    endpoint may choose otherwise. You need not declare the usual prefixes (coal, org, skos, dcterms, ...).

    \b
    Examples:
      foc sparql 'SELECT ?group WHERE { ?group a coal:WorkingGroup }'
      foc sparql query.rq --format json
      foc sparql 'DESCRIBE <https://w3id.org/coalition/id/foc>' --format jsonld
    """
    from foc_graph.graph.remarks import unknown_terms

    check_out(out, format)
    where = "query"
    if query == "-":
        query = sys.stdin.read()
    elif query.endswith(".rq") or _exists(query):
        where, query = query, read_text(Path(query), query)
    graph = context.graph
    try:
        result = graph.sparql(query)
    except ParseError as error:
        raise ParseError(where, error.line, error.column, error.problem) from error
    for remark in unknown_terms(graph, query):
        print(f"foc: {cell(remark, '')}", file=sys.stderr)
    print_result(result, format, graph.base, columns=columns, out=out)


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False

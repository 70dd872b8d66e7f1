"""`foc link suggest`: links to another dataset that may be missing."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

from foc_graph.cli import Context, notify, store_options
from foc_graph.cli.output import progress, write
from foc_graph.errors import ParameterError, require
from foc_graph.matching.index import KINDS
from foc_graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from foc_graph.links.suggest import Suggestion, Years
    from foc_graph.links.targets import Columns, Record
    from foc_graph.matching.index import Thing
    from foc_graph.progress import Track

_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm")


@click.command("suggest")
@click.option(
    "--target",
    required=True,
    metavar="FILE|ENDPOINT",
    help="The other dataset: an RDF file, a table, or the URL of a SPARQL endpoint.",
)
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(tuple(KINDS)), help="Kind of thing to link (may be repeated)."
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write instead of standard output."
)
@click.option("--least", type=click.FloatRange(0, 1), help="Lowest probability of a suggestion (default 0.4).")
@click.option("--id-column", metavar="HEADING", help="In a table: column with IRIs or CURIEs.")
@click.option("--name-column", metavar="HEADING", help="In a table: column with the names.")
@click.option("--country-column", metavar="HEADING", help="In a table: column with the country.")
@click.option(
    "--engine",
    type=click.Choice(("local", "spark")),
    default="local",
    show_default=True,
    help="Compare with this program, or with Spark, which also reads Parquet.",
)
@store_options
@click.pass_obj
def suggest(
    context: Context,
    target: str,
    kinds: tuple[str, ...],
    out: Path | None,
    least: float | None,
    id_column: str | None,
    name_column: str | None,
    country_column: str | None,
    engine: str,
) -> None:
    """Propose links to another dataset.

    The proposals are SSSOM; go through them with `foc link review`. ENDPOINT is the URL of a SPARQL endpoint. FILE is
    RDF (Turtle, N-Triples, TriG or N-Quads, compressed or not) or a table (CSV or XLSX) with a column of IRIs or CURIEs
    and one of names; columns with the usual headings are found automatically. Country, homepage, identifiers, kind and
    year are compared too. Links already accepted or rejected in the workspace are not proposed again.

    \b
    Examples:
      foc link suggest --target institutes.ttl.gz --kind organisation --out proposals.sssom.tsv
      foc link suggest --target register.csv --id-column uri --name-column title
      foc link suggest --target https://example.org/sparql --kind person --kind organisation
      foc link suggest --target companies.parquet --kind organisation --engine spark
    """
    from foc_graph.links.review import Decided, Link
    from foc_graph.links.suggest import LEAST, best, format_proposals, read_years
    from foc_graph.links.targets import Columns
    from foc_graph.matching.index import read_things

    columns = Columns(id_column, name_column, country_column)
    graph = context.graph
    decided = Decided(graph.workspace)
    store = graph.store
    asked = _Asked(read_things(store), kinds, read_years(store), LEAST if least is None else least)
    with _leaving_in_order(), progress() as track, _suggestions(engine, target, columns, asked, track) as found:
        chosen = best(one for one in found if decided.may_be(Link(one.thing.iri, one.record.iri)))
    text = format_proposals(chosen, graph.workspace, decided.prefixes, date.today())
    if out is None:
        write(text.encode())
    else:
        from foc_graph.store.files import write_file

        write_file(text.encode(), out)
    notify(f"{len(chosen)} suggestion{'' if len(chosen) == 1 else 's'}; review them with foc link review")


class _Asked(NamedTuple):
    """The things for which links are suggested."""

    things: Sequence[Thing]
    kinds: tuple[str, ...]
    years: Years
    least: float


@contextmanager
def _suggestions(
    engine: str, target: str, columns: Columns, asked: _Asked, track: Track
) -> Iterator[Iterable[Suggestion]]:
    """Iterate over suggestions, for as long as the other dataset is open."""
    if engine == "local":
        from foc_graph.links.suggest import suggest

        with (
            _records(target, columns, track) as (records, total),
            closing(suggest(records=records, total=total, track=track, **asked._asdict())) as found,
        ):
            yield found
        return
    require("splink", "pyspark", "pyarrow")
    from foc_graph.links.linkage import spark, suggest_in

    if Path(target).suffix.lower() == ".parquet" and not _is_address(target):
        if any(columns):
            raise ParameterError(f"{target}: no column of Parquet can be named: they must be id, name, ...")
        with spark() as session:
            yield suggest_in(session, records=Path(target), **asked._asdict())
        return
    with _records(target, columns, track) as (records, _), spark() as session:
        yield suggest_in(session, records=records, **asked._asdict())


@contextmanager
def _records(target: str, columns: Columns, track: Track) -> Iterator[tuple[Iterable[Record], int]]:
    """Open the other dataset, and give its things and how many there are."""
    from foc_graph.links.targets import table_records

    path = Path(target)
    if path.suffix.lower() in _TABLES and not _is_address(target):
        from foc_graph.tabular.table import read_table

        table = read_table(path)
        for problem in table.problems:
            if not problem.heading:
                raise ParameterError(f"{target}: {problem}")
        records = table_records(table.headings, table.rows, columns, target)
        yield records, len(records)
        return
    from foc_graph.links.targets import ELSEWHERE, HERE, named_things, opened, stated_records

    if any(columns):
        raise ParameterError(f"{target}: is not a table: leave out the column options")
    if _is_address(target):
        from foc_graph.store.remote import RemoteStore

        remote = RemoteStore(target, prefixes=PREFIXES)
        iris = named_things(remote, ELSEWHERE, target)
        yield stated_records(remote, iris, ELSEWHERE), len(iris)
        return
    with opened(path, track) as store:
        iris = named_things(store, HERE, target)
        yield stated_records(store, iris, HERE), len(iris)


def _is_address(target: str) -> bool:
    return target.lower().startswith(("http://", "https://"))


@contextmanager
def _leaving_in_order() -> Iterator[None]:
    """Let SIGINT and SIGTERM close first what is open; only the main thread may set that."""
    before = {number: signal.signal(number, _leave) for number in (signal.SIGINT, signal.SIGTERM)}
    came = 0
    try:
        yield
    except KeyboardInterrupt:  # what others make of SIGINT
        came = signal.SIGINT
        raise
    except SystemExit as error:
        came = error.code - 128 if isinstance(error.code, int) else 0
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came in before:
            signal.raise_signal(came)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    # Another one must not stop what closes.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(128 + number)

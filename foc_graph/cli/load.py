"""`foc load`: whole graphs into a store on disk or a SPARQL server."""

from __future__ import annotations

from pathlib import Path

import click

from foc_graph.cli import Context, notify
from foc_graph.cli.output import print_records, progress
from foc_graph.namespaces import PREFIXES

TIMEOUT = 3600.0
"""Seconds for one request of a load, such as a rule over all that is loaded."""


@click.command("load")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--store", metavar="DIR", type=click.Path(path_type=Path), help="Load into a store on disk.")
@click.option("--endpoint", metavar="URL", help="Load into the SPARQL server with this query URL.")
@click.option(
    "--update-endpoint",
    metavar="URL",
    help="With --endpoint: its update URL; by default the query URL, with /update for a final /query.",
)
@click.option(
    "--graph-store", metavar="URL", help="With --endpoint: its Graph Store Protocol URL, which is faster than updates."
)
@click.option("--timeout", metavar="SECONDS", type=float, help="With --endpoint: limit for one request (default 3600).")
@click.option("--graph", metavar="IRI", help="Named graph for triples from outside the workspace.")
@click.option(
    "--restart", is_flag=True, help="With --endpoint: discard the remains of an interrupted load and start again."
)
@click.pass_obj
def command(
    context: Context,
    sources: tuple[Path, ...],
    store: Path | None,
    endpoint: str | None,
    update_endpoint: str | None,
    graph_store: str | None,
    timeout: float | None,
    graph: str | None,
    restart: bool,
) -> None:
    """Load data larger than memory, or into a SPARQL server.

    SOURCE is a file or folder of Turtle, TriG, N-Triples or N-Quads, compressed or not; without it, the whole workspace
    is loaded. Rules are applied too. Each loaded graph replaces the graph of the same name, all at once and only after
    everything has been loaded and compared. A file of the workspace is loaded with the other files of its graph, and
    the ontology always is. To resume an interrupted load, run the same command again.

    \b
    Examples:
      foc load --store graph
      foc load data --endpoint http://localhost:7878/query --graph-store http://localhost:7878/store
      foc load world.nq.gz --store graph
      foc load parliament.ttl --graph https://example.org/graph/parliament --store graph
    """
    from foc_graph.load.sources import find_sources
    from foc_graph.workspace.settings import find_workspace

    context.choose(store=store, endpoint=endpoint, graph=graph, timeout=timeout)
    options = context.store_options
    if len({"store", "endpoint"} & options.keys()) != 1:
        raise click.UsageError("say where to load the data: either --store DIR or --endpoint URL")
    if "store" in options and (update_endpoint or graph_store or restart or "timeout" in options):
        raise click.UsageError("--update-endpoint, --graph-store, --timeout and --restart go with --endpoint only")
    workspace = find_workspace(context.workspace)
    found = find_sources(sources, workspace, options.get("graph"))
    with progress() as track:
        if "store" in options:
            from foc_graph.load.disk import load_folder

            loaded = load_folder(options["store"], found, workspace, track)
        else:
            from foc_graph.load.endpoint import load_endpoint
            from foc_graph.store.remote import RemoteStore

            server = RemoteStore(
                options["endpoint"],
                timeout=options.get("timeout", TIMEOUT),
                update_url=update_endpoint,
                graph_store_url=graph_store,
                prefixes=PREFIXES,
            )
            loaded = load_endpoint(server, found, workspace, track, restart)
    records = [{"graph": graph, "triples": count} for graph, count in loaded.graphs.items()]
    print_records(("graph", "triples"), records, workspace.base)
    notify(f"{loaded.statements:,} statements read; the graphs above hold {sum(loaded.graphs.values()):,} triples")

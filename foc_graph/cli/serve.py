"""`foc serve`: the graph over HTTP."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click

from foc_graph.cli import Context, notify

_CHECKOUT = Path(__file__).parent.parent.parent
"""The folder of the sources, unless this is a copy."""


def serving(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options; it takes what they say as `served`, by the names of `server.snapshot.Settings`."""

    @click.option(
        "--data",
        metavar="FILE",
        multiple=True,
        help="Serve these files and folders, in any format that `foc load` reads (may be repeated).",
    )
    @click.option("--store", metavar="DIR", help="Serve a store on disk.")
    @click.option("--release-dir", metavar="DIR", help="Serve the current release in this folder of releases.")
    @click.option(
        "--unconfined",
        is_flag=True,
        help="Answer SPARQL even where the kernel cannot keep it from files and the network.",
    )
    @wraps(command)
    def chosen(
        *arguments: Any,
        data: tuple[str, ...],
        store: str | None,
        release_dir: str | None,
        unconfined: bool,
        **options: Any,
    ) -> Any:
        if sum(map(bool, (data, store, release_dir))) > 1:
            raise click.UsageError("choose only one of --data, --store and --release-dir")
        folder = Context.of(click.get_current_context()).workspace
        workspace = None if folder is None else str(folder)
        served = {"workspace": workspace, "data": data, "store": store, "release_dir": release_dir}
        return command(*arguments, served={**served, "unconfined": unconfined}, **options)

    return chosen


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no address or network: write it like 127.0.0.1 or 10.0.0.0/8") from error
    return text


@click.command("serve")
@serving
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0 to be reached from other machines.",
)
@click.option(
    "--port",
    metavar="NUMBER",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 for any free one.",
)
@click.option(
    "--allowed-host",
    "hosts",
    metavar="NAME",
    multiple=True,
    help="Accept requests only for this host name (may be repeated). On a loopback address the default is localhost.",
)
@click.option(
    "--proxy",
    "proxies",
    metavar="ADDRESS",
    multiple=True,
    callback=lambda context, parameter, given: tuple(map(_network, given)),
    help="Trust this proxy, or network such as 10.0.0.0/8, to say who its clients are (may be repeated).",
)
@click.option("--cors", is_flag=True, help="Let web pages of any site read the answers.")
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Number of worker processes.",
)
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
def command(
    served: dict[str, Any],
    host: str,
    port: int,
    hosts: tuple[str, ...],
    proxies: tuple[str, ...],
    cors: bool,
    workers: int,
    log_level: str,
) -> None:
    """Run the website and the SPARQL endpoint.

    The server is read-only. It prints its address, and who can read there, when it is ready, and writes logs as JSON to
    standard error. SIGHUP makes it reload its data; a new current release is loaded automatically. SIGTERM or Ctrl+C
    stops it once pending answers are sent.

    \b
    Examples:
      foc serve
      foc serve --release-dir out --port 8080 --workers 2
      foc serve --data parliament.ttl --data world.nq.gz
      foc serve --store graph
      foc serve --release-dir out --proxy 127.0.0.1 --allowed-host data.example.org --cors
    """
    from foc_graph.assets import script
    from foc_graph.server.app import run
    from foc_graph.server.snapshot import Settings

    if not script():
        again = "" if (_CHECKOUT / "Makefile").is_file() else ", then install from there again"
        notify(
            f"the scripts of pages are not built, so maps and tables do not move: run `make ui` in a checkout{again}"
        )
    spare = ((os.cpu_count() or 1) - 1) // workers
    settings = Settings(**served, hosts=hosts, proxies=proxies, cors=cors)
    settings = settings._replace(processes=max(1, min(settings.processes, spare)))
    run(settings, host, port, workers, log_level, lambda url, who: click.echo(f"serving {url}\nreadable by {who}"))

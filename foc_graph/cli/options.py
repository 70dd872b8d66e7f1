"""The options that say what a server answers from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from foc_graph.cli import Context


def serving(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options; it takes what they say as `served`, by the names of `web.served.Settings`."""

    @click.option(
        "--data",
        metavar="FILE",
        multiple=True,
        help="Serve these files and folders, as load takes them (may be repeated).",
    )
    @click.option("--store", metavar="DIR", help="Serve a store on disk.")
    @click.option("--release-dir", metavar="DIR", help="Serve the current release of a folder of releases.")
    @wraps(command)
    def chosen(
        *arguments: Any, data: tuple[str, ...], store: str | None, release_dir: str | None, **options: Any
    ) -> Any:
        if sum(map(bool, (data, store, release_dir))) > 1:
            raise click.UsageError("one thing is served: choose --data, --store or --release-dir")
        folder = Context.of(click.get_current_context()).workspace
        workspace = None if folder is None else str(folder)
        served = {"workspace": workspace, "data": data, "store": store, "release_dir": release_dir}
        return command(*arguments, served=served, **options)

    return chosen

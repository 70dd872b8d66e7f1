"""`foc mcp`: the graph for language models."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import click

from foc_graph.cli.serve import serving
from foc_graph.errors import require


@click.command("mcp")
@serving
def command(served: dict[str, Any]) -> None:
    """Give the graph to a language model, over MCP.

    A program with a language model starts this command. The model gets the stored queries as tools, and can describe
    things and ask SPARQL; it can change nothing.

    \b
    Examples:
      foc mcp
      foc --workspace coalitions mcp
      foc mcp --release-dir out
    """
    import asyncio

    require("mcp")
    from foc_graph.mcp import LIMITS, serve
    from foc_graph.server.snapshot import Snapshot

    settings = LIMITS._replace(**served)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(settings, Snapshot.open(settings)))

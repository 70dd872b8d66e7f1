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
    """Give a language model access to the graph, over MCP.

    Name this command in the settings of a program that uses a language model. The model gets six tools: it finds
    things, asks questions in words and stored queries, describes a thing, says which sources a fact has, and asks
    SPARQL. Access is read-only.

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

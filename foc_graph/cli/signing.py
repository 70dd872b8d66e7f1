"""The option `--sign` of the commands that write releases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from foc_graph.errors import ParameterError


class _SecretKeyFile(click.Path):
    """A file with a secret key of minisign, which becomes the key."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from foc_graph.release.signature import read_secret_key

        return read_secret_key(Path(value), lambda: _ask(value))


def _ask(path: str) -> str:
    if not sys.stdin.isatty():
        raise ParameterError(f"{path}: encrypted, and no terminal to ask for the password: use a key without one")
    return str(click.prompt("Password of the key", hide_input=True, err=True))


signing = click.option(
    "--sign",
    "key",
    metavar="KEY",
    type=_SecretKeyFile(),
    help="Sign with this secret key of minisign (Ed25519); its password is asked for.",
)

"""`foc verify`: verification that releases are as they were published."""

from __future__ import annotations

import os
from pathlib import Path

import click

from foc_graph.cli.output import progress


@click.command("verify")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--key", metavar="KEY", help="Public key of minisign, or its file, by which each release must be signed.")
def command(directory: Path, key: str | None) -> None:
    """Check that releases are as they were published.

    DIR is a release or a folder of releases. Every file must match its checksum and every dataset its hash, every
    thing must have its page, and each patch must apply to the previous release. Every IRI ever published must be
    described in the current release, or marked as withdrawn.
    Whoever can change a release can change its checksums too: with --key, each release must be signed by its publisher.

    \b
    Examples:
      foc verify out
      foc verify out/2026.11
      foc verify out --key minisign.pub
    """
    from foc_graph.release.signature import read_public_key
    from foc_graph.release.verify import verify
    from foc_graph.workspace.releases import CURRENT, read_release

    known = None if key is None else read_public_key(key)
    with progress() as track:
        faults = verify(directory, track, known)
    for fault in faults:
        print(fault)
    if faults:
        raise click.exceptions.Exit(1)
    is_folder = os.path.lexists(directory / CURRENT)
    release = read_release(directory / CURRENT if is_folder else directory)
    print(f"{directory}: as it was published" + (", and signed with this key" if key else ""))
    print(f"{'current ' if is_folder else ''}release: {release.version} of {release.day} ({release.base})")

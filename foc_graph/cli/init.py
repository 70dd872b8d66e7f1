"""`foc init`: a new workspace."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from foc_graph.errors import FocGraphError
from foc_graph.namespaces import slugged


@click.command("init", short_help="Create a workspace for a coalition of your own.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", metavar="TEXT", help="Name of the coalition; by default taken from the folder.")
@click.option("--slug", metavar="NAME", help="Short name for addresses and files; by default taken from the title.")
@click.option(
    "--base", metavar="URL", help="Beginning of the addresses of your data, such as https://example.org/alliance/."
)
@click.option("--contact", metavar="ADDRESS", help="Whom to ask about your data: an e-mail address or a page.")
def command(directory: Path, title: str | None, slug: str | None, base: str | None, contact: str | None) -> None:
    """Create a workspace for a coalition of your own, with one worked example.

    The workspace uses the vocabulary, shapes, queries and shared data that come with foc. On a terminal, the command
    asks for any option that you leave out.

    \b
    Examples:
      foc init alliance --title "Example Alliance" --base https://example.org/alliance/
      foc --workspace alliance query members example-alliance
    """
    from foc_graph.workspace.init import (
        TO_FILL_IN,
        check_folder,
        check_own_base,
        check_slug,
        check_title,
        find_origin,
        init_workspace,
        title_of,
    )
    from foc_graph.workspace.settings import check_contact

    check_folder(directory)
    title = _asked("Title", title, title_of(directory), check_title)
    slug = check_slug(slugged(title) if slug is None else slug)
    proposed = f"https://example.org/{slug}/"
    settled = _asked("Base, what its addresses begin with", base, proposed, check_own_base)
    contact = _asked(
        "Whom to ask about the data, an e-mail address or a page (may stay empty)", contact, "", check_contact
    )
    for path in init_workspace(directory, title, settled, slug, contact):
        print(directory / path)
    if base is None and settled == proposed:
        advice = "to have your own, make it again with --base, before the first release"
        print(f"addresses begin with {proposed}: {advice}", file=sys.stderr)
    print(f"next: read {directory / 'README.md'}")
    if find_origin() == TO_FILL_IN:
        print("to fill in: where others can install foc-graph from, in .github/workflows/check.yml")


def _asked(what: str, given: str | None, default: str, check: Callable[[str], str]) -> str:
    """Return what was given, else the answer to a question, else the default; on a terminal ask until it is right."""

    def checked(text: str) -> str:
        try:
            return check(text)
        except FocGraphError as error:
            raise click.UsageError(str(error)) from error

    if given is not None or not sys.stdin.isatty():
        return check(default if given is None else given)
    answer: str = click.prompt(what, default=default, show_default=bool(default), value_proc=checked, err=True)
    return answer

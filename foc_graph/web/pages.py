"""Pages for people, in the look of the static site."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from foc_graph.publishing.site.render import Site
from foc_graph.web.stored import State


def site_of(state: State) -> Site:
    """What the pages of a state say of it; without a release there is no version."""
    settings, release, base = state.graph.workspace.settings, state.release, state.graph.base
    about = (settings.title, settings.publisher, settings.licence, base)
    if release is None:
        return Site(*about, "", settings.verified, base, base)
    start = f"{base}release/"
    return Site(*about, release.version, str(release.manifest["day"]), f"{start}{release.version}/", f"{start}current/")


def rendered(template: str, state: State, root: str, **context: Any) -> bytes:
    """A page from a template; `root` leads from its address to that of the front page."""
    return _environment().get_template(f"{template}.html").render(site=site_of(state), root=root, **context).encode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader("foc_graph.web"), PackageLoader("foc_graph.publishing.site")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

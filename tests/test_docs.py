"""Pages of the docs lead somewhere and name what there is; `make check` runs their blocks and compares the answers."""

import re
import shlex
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.commands import foc
from tests.support.documentation import BLOCK, COMMANDS, PAGES, Command, renewed_lines
from tests.support.screenshots import FOLDER, SHOTS

LINK = re.compile(r"\]\((?!\w+:)([^)#:]*)#?([^)]*)\)")


@pytest.mark.parametrize("command", {one.text: one for one in COMMANDS}.values(), ids=lambda command: command.text)
def test_a_command_names_what_there_is(command: Command) -> None:
    """Click refuses an unknown command, query or option before it shows help."""
    words, _, rest = command.text.partition(" -- ")
    done = foc(*shlex.split(words)[1:], "--help", *(["--", rest] if rest else []))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("shown", "printed", "renewed"),
    [
        (["a,1", "..."], ["a,1", "b,2"], ["a,1", "..."]),
        (
            ["Austria,2011", "...", "Spain,2015"],
            ["Austria,2012", "Italy", "Spain,2015"],
            ["Austria,2012", "...", "Spain,2015"],
        ),
        (["a longer line", "a longer line"], ["a longer lime", "a longer line"], None),
        (["0 findings"], ["something else"], None),
    ],
)
def test_shown_lines_are_renewed_in_order(shown: list[str], printed: list[str], renewed: list[str] | None) -> None:
    if renewed is None:
        with pytest.raises(ValueError, match="nothing like this is printed any more"):
            list(renewed_lines(shown, printed))
    else:
        assert list(renewed_lines(shown, printed)) == renewed


def test_every_command_has_its_line_in_the_docs() -> None:
    from foc_graph.cli import foc as group

    page = (ROOT / "docs" / "reference" / "command-line.md").read_text("utf-8")
    assert [name for name in group.list_commands(None) if f"`foc {name}" not in page] == []


def test_every_stored_query_has_its_line_in_the_docs() -> None:
    page = (ROOT / "docs" / "reference" / "queries.md").read_text("utf-8")
    assert [path.stem for path in sorted(ROOT.glob("queries/*/*.rq")) if f"`{path.stem}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        place = page.parent / target if target else page
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            broken.append(f"{target}#{anchor}")
    assert broken == []


def anchors(page: Path) -> set[str]:
    """The names that hosts of Markdown give to its headings."""
    headings = re.findall(r"^#+ (.*)", BLOCK.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_index_leads_to_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    listed = {(index.parent / target).resolve() for target, _ in LINK.findall(index.read_text("utf-8"))}
    kinds = ("tutorials", "how-to", "reference", "explanation")
    assert {page for page in PAGES if page.parent.name in kinds} <= listed


def test_every_picture_is_made_shown_and_small() -> None:
    pictures = sorted(FOLDER.iterdir())
    assert [path.name for path in pictures] == sorted(f"{name}.webp" for name in SHOTS)
    shown = {(page.parent / target).resolve() for page in PAGES for target, _ in LINK.findall(page.read_text("utf-8"))}
    assert [path.name for path in pictures if path not in shown] == []
    assert sum(path.stat().st_size for path in pictures) <= 600_000

"""Runs the examples of README and docs: console blocks as commands, Python blocks as they stand.

`make check` reports stale answers.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.documentation import BLOCK, COMMANDS, PAGES, READING, TUTORIALS, Command, follow, renewed_lines, run
from tests.support.screenshots import FOLDER, SHOTS

WORKING = re.compile(
    r"^(?:foc: (?:.* \.\.\.|the addresses of this release lead nowhere: .*)|\S+: [\d,]+ (?:rows|files))\n", re.MULTILINE
)
LINK = re.compile(r"\]\((?!\w+:)([^)#:]*)#?([^)]*)\)")


PYTHON = [
    pytest.param(text, id=page.stem)
    for page in PAGES
    for language, _, text in BLOCK.findall(page.read_text("utf-8"))
    if language == "python"
]


@pytest.mark.parametrize("command", {one.text: one for one in COMMANDS}.values(), ids=lambda command: command.text)
def test_a_command_runs(command: Command, tmp_path: Path) -> None:
    done = run(command, tmp_path)
    assert WORKING.sub("", READING.sub("", done.stderr)) == ""
    assert done.stdout or " --out " in command.text or " --replicate " in command.text


@pytest.mark.extended
@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_can_be_followed(page: Path, tmp_path: Path) -> None:
    for command, done in follow(page, tmp_path):
        assert done.stdout or " --out " in command.text


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


@pytest.mark.parametrize("text", PYTHON)
def test_a_python_block_runs(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path if ".to_csv(" in text else ROOT)
    exec(compile(text, "block", "exec"), {})


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

"""What README and docs show is run: console blocks as commands, Python blocks as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT
from pictures import FOLDER, SHOTS
from tables import TABLES, marked
from test_cli import foc

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), ROOT / "CONTRIBUTING.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = [(page, language, text) for page in PAGES for language, text in BLOCK.findall(page.read_text("utf-8"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def commands() -> dict[str, list[str]]:
    """Each command of a console block with the lines shown below it."""
    found: dict[str, list[str]] = {}
    for _, language, text in BLOCKS:
        shown: list[str] = []
        for line in text.splitlines() if language == "console" else []:
            if line.startswith("$ "):
                shown = found.setdefault(line[2:], [])
            else:
                shown.append(line)
    return found


COMMANDS = commands()
LEFT = {match[1]: command for command in COMMANDS if (match := re.search(r" --out (\S+)", command))}
"""The files that commands leave, each with the command that does."""
PYTHON = [pytest.param(text, id=page.stem) for page, language, text in BLOCKS if language == "python"]


def run(command: str, folder: Path) -> str:
    """What a command prints; the files that commands leave lie in a folder."""
    program, *arguments = shlex.split(command)
    assert program == "foc"
    for maker in {LEFT[one] for one in arguments if one in LEFT} - {command}:
        run(maker, folder)
    done = foc(*(str(folder / one) if one in LEFT else one for one in arguments))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs_and_prints_what_is_shown(command: str, tmp_path: Path) -> None:
    lines = iter(run(command, tmp_path).splitlines())
    for shown in COMMANDS[command]:
        assert shown == "..." or shown in lines, f"{shown!r} is not printed (in this order)"


@pytest.mark.parametrize("text", PYTHON)
def test_a_python_block_runs(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(text, "block", "exec"), {})


def test_every_command_has_its_line_in_the_docs() -> None:
    from foc_graph.cli import foc as group

    page = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    assert [name for name in group.list_commands(None) if f"`foc {name}" not in page] == []


def test_every_stored_query_has_its_line_in_the_docs() -> None:
    page = (ROOT / "docs" / "queries.md").read_text("utf-8")
    assert [path.stem for path in sorted(ROOT.glob("queries/*/*.rq")) if f"`{path.stem}`" not in page] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_made_is_up_to_date(name: str) -> None:
    page, table = TABLES[name]
    match = marked(name).search(page.read_text("utf-8"))
    assert match is not None
    assert match[2].strip() == table(), "`make tables` renews it"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    broken = [target for target in LINK.findall(page.read_text("utf-8")) if not (page.parent / target).exists()]
    assert broken == []


def test_every_picture_is_made_shown_and_small() -> None:
    pictures = sorted(FOLDER.iterdir())
    assert [path.name for path in pictures] == sorted(f"{name}.webp" for name in SHOTS)
    shown = {(page.parent / target).resolve() for page in PAGES for target in LINK.findall(page.read_text("utf-8"))}
    assert [path.name for path in pictures if path not in shown] == []
    assert sum(path.stat().st_size for path in pictures) <= 600_000

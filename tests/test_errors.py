"""Messages of errors: what is not installed comes with the command that installs it."""

import shlex
import sys
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from foc_graph.errors import ParameterError, ParseError, install_command, require
from tests.support.campaign import campaign


def test_what_is_installed_is_enough() -> None:
    require("click", "rdflib")


def test_all_missing_packages_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pandas", "duckdb"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ParameterError, match=r"^pandas and duckdb are not installed: .* 'pandas.*' 'duckdb.*'$"):
        require("click", "pandas", "duckdb")


@pytest.mark.parametrize("extra", metadata("foc-graph").get_all("Provides-Extra") or [])
def test_the_command_installs_what_an_extra_requires(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [Requirement(text) for text in requires("foc-graph") or [] if f"extra == '{extra}'" in text]
    wanted = [one for one in wanted if one.name != "foc-graph"]
    program, *options = shlex.split(install_command(one.name for one in wanted))
    assert Path(program).samefile(sys.executable) and options[:3] == ["-m", "pip", "install"]
    given = [Requirement(text) for text in options[3:]]
    assert [(one.name, one.specifier) for one in given] == [(one.name, one.specifier) for one in wanted]


def test_the_command_is_short_in_the_folder_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    assert install_command(["mcp"]).startswith(f"{Path('.venv', 'bin', 'python')} -m pip install 'mcp")


def test_a_python_without_pip_is_filled_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.chdir(tmp_path)
    assert install_command(["duckdb"]).startswith(f"uv pip install --python {shlex.quote(sys.executable)} 'duckdb")


def test_a_checkout_that_is_only_on_the_path_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.requires", not_found)
    assert install_command(["duckdb"]).endswith(" -m pip install duckdb")


@campaign(200)
@given(where=st.text(max_size=400), problem=st.text(max_size=400), line=st.none() | st.integers(min_value=1))
def test_the_message_of_a_parse_error_is_one_line_that_can_be_printed(
    where: str, problem: str, line: int | None
) -> None:
    message = str(ParseError(where, line, None, problem))
    assert message.isprintable()
    assert not f"{where}{problem}".isprintable() or (message.startswith(where) and message.endswith(problem))


@pytest.mark.parametrize("character", ["\n", "\x1b", "\x85", "\u2028", "\u202e", "\ud800"])
def test_a_message_escapes_what_does_not_print(character: str) -> None:
    escape = ascii(character)[1:-1]
    assert str(ParameterError(f"no column {character}a")) == f"no column {escape}a"
    error = ParseError("a.ttl", 1, None, f"not Turtle: {character}")
    assert (error.problem, str(error)) == (f"not Turtle: {escape}", f"a.ttl:1: not Turtle: {escape}")


def test_a_message_is_short_whatever_it_quotes() -> None:
    assert [len(str(ParameterError(character * 10**6))) for character in "a\0"] == [1000, 1000]

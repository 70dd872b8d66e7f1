"""Readers of outside data: each takes any bytes, or refuses them in a line."""

import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foc_graph.errors import FocGraphError
from tests.support import ROOT
from tests.support.campaign import examples
from tests.support.fuzz.targets import TARGETS, Place, Reader, Target

CORPUS = ROOT / "tests" / "corpus"
"""The inputs of each target, in a folder of its name; those that failed once are called by what was wrong."""

WORDS = [
    *(b"\0", b"\r\n", b"\xff", b"\x1b[31m", b"\xed\xa0\x80", "\ufeff".encode(), "\u202e".encode(), b"\\uD800", b"%00"),
    *(b'"', b"'''", b"<<( " * 70, b"[" * 2000, b'{"a":' * 200, b"<a>" * 300, b"- " * 200, b"@en--ltr", b"_:b", b"../"),
    *(b"file:///etc/passwd", b"http://[", b"SERVICE <x:>", b"!!python/object:os.system", b"=cmd", b"9" * 400, b"1e400"),
    *(b"-1", b"NaN", b"null", b"2015-02-30", b"10000-01-01", b"T24:00:00", b"+14:01"),
]
"""Words and signs that readers treat as special, and brackets without end."""

MAX_LENGTH = 2**16


@pytest.fixture(scope="module")
def place(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as opened:
        yield Place(tmp_path_factory.mktemp("readers"), opened)


def corpus(target: Target) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((CORPUS / target.name).iterdir())}


def problem(target: Target, place: Place, content: bytes) -> str:
    """Return what is wrong with what a reader makes of an input, or nothing."""
    try:
        target.read(place, content)
    except FocGraphError as error:
        message = str(error)
        return "" if message.isprintable() and 0 < len(message) <= 1000 else f"message {message[:200]!r}"
    except target.refusals:
        return ""
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also the panic of a library in Rust
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error}"
    return ""


@st.composite
def mutants(draw: st.DrawFn, inputs: list[bytes]) -> bytes:
    """An input with up to four parts cut out, doubled, exchanged with the next, or put in place of others."""
    content = draw(st.sampled_from(inputs))
    for _ in range(draw(st.integers(1, 4))):
        place = st.integers(0, len(content))
        start, end = sorted((draw(place), draw(place)))
        before, part, after = content[:start], content[start:end], content[end:]
        match draw(st.sampled_from(["cut", "double", "swap", "put", "truncate"])):
            case "cut":
                content = before + after
            case "double":
                content = before + part + part + after
            case "swap":
                content = before + after[:8] + part + after[8:]
            case "put":
                content = before + draw(st.sampled_from(WORDS) | st.binary(max_size=2)) + after
            case "truncate":
                content = before
    return content[:MAX_LENGTH]


def test_every_target_has_inputs_and_every_input_a_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} == TARGETS.keys()


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_no_input_of_the_corpus_fails(target: Target, place: Place) -> None:
    problems = {name: problem(target, place, content) for name, content in corpus(target).items()}
    assert {name: text for name, text in problems.items() if text} == {}


@pytest.mark.campaign
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_no_mutant_fails(target: Target, place: Place) -> None:
    @settings(max_examples=examples(20 if target.is_slow else 200))
    @given(mutants(list(corpus(target).values())))
    def read_mutant(content: bytes) -> None:
        assert problem(target, place, content) == ""

    read_mutant()


def fail(place: Place, content: bytes) -> None:
    raise KeyError(content)


def refuse_in_two_lines(place: Place, content: bytes) -> None:
    error = FocGraphError("one")
    error.args = ("one\nother",)
    raise error


@pytest.mark.parametrize(
    ("read", "expected"), [(fail, "KeyError at test_readers.py:"), (refuse_in_two_lines, "message 'one\\nother'")]
)
def test_an_exception_and_a_message_of_two_lines_are_problems(read: Reader, expected: str, place: Place) -> None:
    assert problem(Target("bad", read, False, ()), place, b"").startswith(expected)

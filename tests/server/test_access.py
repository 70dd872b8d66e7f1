"""Who may read a server, by which names it is called, and who its clients are."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

import pytest
import uvicorn

from foc_graph.server.snapshot import Settings
from tests.support import ROOT
from tests.support.commands import foc
from tests.support.foc_server import FocServer, ServerHere
from tests.support.hostile_requests import get
from tests.support.http import DATA, SECONDS, exchange, received, until
from tests.support.http_servers import running
from tests.support.workspaces import bare_workspace

_NUMBERS = count()


@pytest.fixture(scope="module")
def behind(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FocServer]:
    """A server that believes the proxy at 127.0.0.1 and those of 10.0.0.0/8, and answers for a public name."""
    folder = tmp_path_factory.mktemp("behind")
    (folder / "data.trig").write_text(DATA, "utf-8")
    served, proxies = Settings(str(small_root), data=(str(folder / "data.trig"),)), ("127.0.0.1", "10.0.0.0/8")
    with ServerHere(folder, served._replace(hosts=("data.example.org",), proxies=proxies)) as one:
        yield one


def port(server: FocServer) -> int:
    return urlsplit(server.url).port or 0


def client(server: FocServer, forwarded: str, address: str = "127.0.0.1", host: str = "localhost") -> str:
    """The client that a server logs for a request from an address, with a header `X-Forwarded-For`."""
    path = f"/nowhere/{next(_NUMBERS)}"
    headers = [f"X-Forwarded-For: {forwarded}"] if forwarded else []
    with create_connection(("127.0.0.1", port(server)), SECONDS, (address, 0)) as connection:
        connection.sendall(get(path, *headers, host=host))
        received(connection)
    return logged(server, path)


OBEYED = [
    "Forwarded: host=evil.example",
    *(f"X-Forwarded-{name}" for name in ("Host: evil.example", "Prefix: /evil", "Port: 1", "Proto: gopher")),
    *(f"X-{name}: /metrics" for name in ("Original-URL", "Rewrite-URL")),
    "X-HTTP-Method-Override: DELETE",
]
"""Headers that other servers take addresses and methods from."""


@pytest.mark.parametrize("header", OBEYED)
def test_no_other_header_says_what_is_asked_for(behind: FocServer, header: str) -> None:
    def answer(*headers: str) -> list[bytes]:
        _, got = exchange(port(behind), get("/reconcile", *headers, host="data.example.org"))
        return [line for line in got.split(b"\r\n") if not line.startswith((b"date:", b"x-request-id:"))]

    assert answer(header) == answer() and b"evil" not in b"".join(answer(header))


def logged(server: FocServer, path: str) -> str:
    """The client of the request for a path."""

    def found() -> list[str]:
        whole, _, _ = server.log.read_text("utf-8").rpartition("\n")
        lines = [json.loads(line) for line in whole.splitlines()]
        return [line["client"] for line in lines if line.get("path") == path]

    until(lambda: bool(found()))
    return found()[0]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:80"])
def test_a_server_of_this_machine_answers_by_its_names(small_server: FocServer, host: str) -> None:
    assert exchange(port(small_server), get("/health", host=host))[0] == 200


@pytest.mark.parametrize("host", ["other.example", "localhost.other.example", "192.0.2.1", "[::2]", "0.0.0.0"])
def test_a_page_of_another_site_cannot_reach_it_by_another_name(small_server: FocServer, host: str) -> None:
    status, answer = exchange(port(small_server), get("/health", host=host))
    assert status == 421
    assert f"start it with `--allowed-host {host}`" in answer.decode()


@pytest.mark.parametrize(
    ("options", "who"),
    [
        ([], "programs on this machine"),
        (["--proxy", "10.0.0.0/8"], "programs on this machine, and whoever the proxy lets in"),
        (["--cors"], "programs on this machine, also from web pages of any site"),
        (["--host", "0.0.0.0", "--proxy", "10.0.0.0/8"], "everyone who can reach this address"),
    ],
)
def test_it_says_who_can_read_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], who: str
) -> None:
    run: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: run.append(server.config))
    monkeypatch.setattr("signal.signal", lambda *given: None)
    monkeypatch.setattr("foc_graph.server.app._configure_logs", lambda level: None)
    done = foc("--workspace", str(bare_workspace(tmp_path)), "serve", "--port", "0", *options)
    assert done.stdout.splitlines()[1:] == [f"readable by {who}"]
    assert run[0].forwarded_allow_ips == (["10.0.0.0/8"] if "--proxy" in options else [])


def test_a_preflight_of_another_site_is_told_what_to_do(small_server: FocServer) -> None:
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    answer = small_server.client.options("/sparql", headers=asked)
    assert (answer.status_code, "--cors" in answer.json()["detail"]) == (400, True)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_nobody_says_who_they_are_without_a_proxy(small_server: FocServer) -> None:
    assert client(small_server, "203.0.113.7") == "127.0.0.0/24"
    forwarded = {"X-Forwarded-Proto": "https"}
    assert small_server.client.get("/reconcile", headers=forwarded).json()["view"]["url"].startswith("http:")


@pytest.mark.parametrize(
    ("address", "forwarded", "seen"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.0/24"),
        ("127.0.0.1", "198.51.100.9, 203.0.113.7", "203.0.113.0/24"),
        ("127.0.0.1", "198.51.100.9, 203.0.113.7, 10.1.2.3", "203.0.113.0/24"),
        ("127.0.0.1", "[2001:db8:1:2::3]:4711", "2001:db8:1::/48"),
        ("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.0/24"),
        ("127.0.0.1", "", "127.0.0.0/24"),
        ("127.0.0.2", "203.0.113.7", "127.0.0.0/24"),
    ],
)
def test_a_proxy_says_who_its_client_is_and_nobody_else_does(
    behind: FocServer, address: str, forwarded: str, seen: str
) -> None:
    assert client(behind, forwarded, address, "data.example.org") == seen


@pytest.mark.parametrize("address", ["proxy.example", "10.0.0.1/8", "*", ""])
def test_a_proxy_is_an_address_or_a_network(address: str) -> None:
    done = foc("serve", "--proxy", address)
    assert done.returncode == 2
    assert "is no address or network: write it like 127.0.0.1 or 10.0.0.0/8" in done.stderr


@pytest.mark.extended
def test_behind_apache_a_client_is_the_one_that_apache_saw(
    behind: FocServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = (ROOT / "docs/how-to/serve.md").read_text("utf-8")
    lines = text.partition("```apache\n")[2].partition("```")[0]
    assert "127.0.0.1:8000" in lines
    folder = tmp_path_factory.mktemp("apache")
    (folder / "root").mkdir()
    modules = ("authz_core", "headers", "proxy", "proxy_http")
    lines = lines.replace("127.0.0.1:8000", f"127.0.0.1:{port(behind)}")
    with running("apache2", folder, lines, modules) as apache:
        for forged in ({}, {"X-Forwarded-For": "203.0.113.7"}):
            for address in ("127.0.0.1", "127.9.8.7"):
                path = f"/nowhere/{next(_NUMBERS)}"
                headers = {"Host": "data.example.org", **forged}
                assert apache.ask(path, headers, address).status == 404
                assert logged(behind, path) == f"{address.rpartition('.')[0]}.0/24"
        assert apache.ask("/metrics", {"Host": "data.example.org"}).status in (403, 404)
        assert apache.ask("/health", {"Host": "data.example.org"}).status == 200

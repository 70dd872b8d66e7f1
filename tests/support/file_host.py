"""A host that only sends files, as many hosts of static pages are."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from os import PathLike
from pathlib import Path
from typing import Any

BELOW = "some/path"
"""A path below the root of a host, where a release lies in tests."""


class _Handler(SimpleHTTPRequestHandler):
    """Sends files, and the page for what is none."""

    def __init__(self, *arguments: Any, missing: Path, **named: Any) -> None:
        self._missing = missing
        super().__init__(*arguments, **named)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = self._missing.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def list_directory(self, path: str | PathLike[str]) -> None:
        self.send_error(404)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def sending(root: Path, below: str) -> Iterator[str]:
    """Send the files in a folder meanwhile; give the address of a site in a folder below, whose 404.html it has."""
    handler = partial(_Handler, directory=str(root), missing=root / below / "404.html")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{below}/"
    finally:
        server.shutdown()
        server.server_close()

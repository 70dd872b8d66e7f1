"""What `foc serve` runs, on a free loopback port: in a process of its own, or in this one."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx2
import pytest

from tests.support import ROOT
from tests.support.http import until
from tests.support.kernels import without

if TYPE_CHECKING:
    from foc_graph.server.snapshot import Settings

STOP_SECONDS = 60


class FocServer:
    """A server of the repository's workspace, or of what the options say; `url` ends without a slash."""

    def __init__(self, folder: Path, *options: str, workspace: Path = ROOT, lacking: Collection[str] = ()) -> None:
        """Start it, on a kernel that lacks these layers; its log, and what it keeps for itself, go into `folder`.

        Raises:
            RuntimeError: if it does not start.
        """
        self.log = folder / "log.jsonl"
        foc = [*without(lacking), sys.executable, "-m", "foc_graph", "--workspace", str(workspace)]
        command = [*foc, "serve", "--port", "0", *options]
        environment = {**os.environ, "TMPDIR": str(folder)}
        with self.log.open("wb") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if not said.startswith("serving "):
            self.stop()
            raise RuntimeError(f"foc serve does not start:\n{self.log.read_text(errors='replace')[-2000:]}")
        self.url = said.removeprefix("serving ").rstrip("/\n")
        self.client = httpx2.Client(base_url=self.url, timeout=60, trust_env=False)

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.client.close()
        self.stop()


class ServerHere(FocServer):
    """A server in this process; its log has what all servers of this process log."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Start it; its log goes into `folder`."""
        import uvicorn

        from foc_graph.server import app
        from foc_graph.server.middleware import LOOPBACK

        settings = settings._replace(hosts=settings.hosts or LOOPBACK)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(app, "_configure_logs", lambda level: None)  # which would take those of the tests away
            self._server = uvicorn.Server(app._config(app.application(settings), settings, "info"))
        self.log = folder / "log.jsonl"
        self._handler = logging.FileHandler(self.log)
        self._handler.setFormatter(app.JsonLines())
        app._logger.addHandler(self._handler)
        app._logger.setLevel(logging.INFO)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],))
        self._thread.start()
        until(lambda: self._server.started or not self._thread.is_alive())
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.client = httpx2.Client(base_url=self.url, timeout=60, trust_env=False)

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()
        logging.getLogger("foc_graph.server").removeHandler(self._handler)
        self._handler.close()

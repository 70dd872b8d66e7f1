"""`foc serve` in a process of its own, on a free loopback port."""

import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2

from tests.support import ROOT
from tests.support.kernels import without

STOP_SECONDS = 60


class FocServer:
    """A server of the repository's workspace, or of what the options say; `url` ends without a slash.

    `readers` is who it says can read there.
    """

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
        self.readers = self.process.stdout.readline().removeprefix("readable by ").strip()
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

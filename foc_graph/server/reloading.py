"""Another state of what is served, without a lost request: on SIGHUP, and when another release is in force."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import signal
import threading
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from foc_graph.errors import FocGraphError
from foc_graph.server.snapshot import Settings
from foc_graph.server.state import State
from foc_graph.workspace.releases import CURRENT

_SECONDS = 1.0
"""How often it is looked which release is in force."""
_logger = logging.getLogger(__package__)


class Reloading:
    """Keeps `app.state.served` the state that the settings name now, once it is there."""

    def __init__(self, app: Starlette, settings: Settings) -> None:
        """From here on, SIGHUP asks for a reload, where this is the main thread of its process."""
        self._app, self._settings = app, settings
        self._asked = asyncio.Event()
        if threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._asked.set)

    async def run(self) -> None:
        """Reload when it is due, until this is cancelled; a state that cannot be opened leaves the one before."""
        seen = self._tell("opened")
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), _SECONDS)
            if self._asked.is_set() or self._current() != seen:
                self._asked.clear()
                seen = self._current()
                await self._reload()

    def _current(self) -> str | None:
        """The version of the release in force, where releases are served."""
        if self._settings.release_dir is None:
            return None
        with suppress(OSError):
            return str((Path(self._settings.release_dir) / CURRENT).readlink())
        return None

    async def _reload(self) -> None:
        """Answer from what the settings name now; requests under way end with what they began with."""
        state = self._app.state
        before = state.served
        try:
            state.served = await State.open(self._settings, state.metrics)
        except (FocGraphError, OSError) as error:
            state.metrics.reloaded("failed")
            _logger.error("reload failed: the state before is served on", extra={"about": {"problem": str(error)}})
            return
        state.metrics.reloaded("done")
        self._tell("reloaded")
        await before.end()
        del before
        await run_in_threadpool(_give_back)

    def _tell(self, event: str) -> str | None:
        """Log what is served now, and give its version, if it is a release."""
        state: State = self._app.state.served
        version = state.release and state.release.version
        _logger.info(event, extra={"about": {"state": state.current.digest, "release": version}})
        return version


def _give_back() -> None:
    """Give memory that nothing uses any more back to the system, which the allocator of GNU does not by itself."""
    gc.collect()
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

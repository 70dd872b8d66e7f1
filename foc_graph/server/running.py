"""Running the application: a listening socket, uvicorn in this process or in several, logs on standard error."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.supervisors import Multiprocess

from foc_graph.errors import ServiceError
from foc_graph.server.app import ENVIRONMENT, application
from foc_graph.server.connections import Connection
from foc_graph.server.metrics import SHARED
from foc_graph.server.snapshot import Settings, Snapshot

_BACKLOG = 1024
_GRACE = 5
"""Seconds that answers under way have to end, beyond the time of a query."""

LEVELS = ("debug", "info", "warning", "error")

_logger = logging.getLogger(__package__)


def run(
    settings: Settings, host: str, port: int, workers: int, log_level: str, announce: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT; `announce` is told the address once what is served has been opened.

    Raises:
        FocGraphError: if it cannot be opened.
        ServiceError: if nothing can listen there.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until a process can reload; those that start inherit it
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))  # uvicorn sends them on once it has ended
    with closing(_listening(host, port)) as listening, closing(Snapshot.open(settings)) as snapshot:
        name = f"[{host}]" if ":" in host else host
        announce(f"http://{name}:{listening.getsockname()[1]}/")
        if workers == 1:
            uvicorn.Server(_config(application(settings, snapshot), settings, log_level)).run([listening])
            return
        with TemporaryDirectory(prefix="foc-serve-") as counts:
            os.environ |= {ENVIRONMENT: json.dumps(settings._asdict()), SHARED: counts}
            factory = "foc_graph.server.app:from_environment"
            config = _config(factory, settings, log_level, workers=workers, factory=True)
            _Processes(config, [listening]).run()


def _config(app: object, settings: Settings, log_level: str, **options: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        lifespan="on",
        http=Connection,
        ws="none",
        log_config=_configure_logs(log_level),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.seconds) + _GRACE,
        **options,  # type: ignore[arg-type]
    )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        problem = str(error.strerror).partition(" (")[0]  # Python adds the address
        raise ServiceError(f"{host}:{port}: cannot be listened to: {problem}: choose --host and --port") from error


class _Processes(Multiprocess):
    """Several processes that share a socket; each reloads by itself."""

    def handle_hup(self) -> None:
        """Hand it on."""
        for process in self.processes:
            if process.pid is not None:
                os.kill(process.pid, signal.SIGHUP)

    def keep_subprocess_alive(self) -> None:
        """Replace processes that ended, and forget what of their counts is of the moment."""
        before = {process.pid for process in self.processes}
        super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            _logger.error("process ended: another one starts", extra={"about": {"process": pid}})
            mark_process_dead(pid)  # type: ignore[no-untyped-call]


class JsonLines(logging.Formatter):
    """Writes a record with `time`, `level`, `event` and what its attribute `about` adds; ASCII only."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= getattr(record, "about", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _configure_logs(level: str) -> dict[str, Any]:
    """Return the settings of `logging.config` for a level; of other libraries, only warnings and errors are logged."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "ERROR" if level == "error" else "WARNING"},
        "loggers": {__package__: {"level": level.upper()}},
    }

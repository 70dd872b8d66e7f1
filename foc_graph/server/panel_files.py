"""Files of panels: made in a process of the sandbox."""

from __future__ import annotations

import errno
import tempfile
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from foc_graph.errors import FocGraphError
from foc_graph.namespaces import PREFIXES
from foc_graph.panel.build import connect, tabulate
from foc_graph.panel.size import LargePanelError
from foc_graph.panel.statistics import STATISTICS
from foc_graph.panel.table import Choice
from foc_graph.sandbox.pool import Task
from foc_graph.sandbox.worker import Fault, Opening, Output, Work
from foc_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    import duckdb

_MEMORY = "512MB"
"""Most memory that DuckDB takes, before the limit of the process ends it."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_LIBRARIES = {"xlsx": ("openpyxl",), **dict.fromkeys(STATISTICS, ("pandas", "pyreadstat"))}


def task(base: str, coalitions: list[str], choice: Choice, last: int, most: int, ending: str) -> Task:
    """Return the task of making the file of a panel, as `foc_graph.panel.build.tabulate` does it, in a format."""
    request = {"base": base, "coalitions": coalitions, "choice": choice, "last": last, "most": most}
    return Task(__name__, request, ending)


def prepare(ending: str) -> Opening:
    """Import what a format needs, and make a database, before the process is confined."""
    for library in _LIBRARIES.get(ending, ()):
        import_module(library)
    return partial(_open, ending, connect(threads=1, async_threads=0, memory_limit=_MEMORY, temp_directory=""))


def _open(ending: str, connection: duckdb.DuckDBPyConnection, folder: Path) -> Work:
    store = EmbeddedStore.read_only(folder, PREFIXES)
    next(iter(store.quads()), None)
    return partial(_make, store, connection, ending)


def _make(
    store: EmbeddedStore, connection: duckdb.DuckDBPyConnection, ending: str, request: dict[str, Any], output: Output
) -> None:
    from duckdb import OutOfMemoryException

    unit, years, *others = request["choice"]
    coalitions = map(ox.NamedNode, request["coalitions"])
    try:
        connection.execute("SET allowed_directories = [$folder]", {"folder": tempfile.gettempdir()})
        connection.execute("SET enable_external_access = false")
        choice = Choice(unit, tuple(years), *others)
        made = tabulate(store, request["base"], [*coalitions], choice, request["last"], connection, request["most"])
        content = made.serialise(ending)
    except LargePanelError as error:
        raise Fault("rows", str(error)) from error
    except FocGraphError as error:
        raise Fault("evaluation", str(error)) from error
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise Fault("file") from error
    except (MemoryError, OutOfMemoryException) as error:
        raise Fault("memory") from error
    output.head(ending)
    output.write(content)

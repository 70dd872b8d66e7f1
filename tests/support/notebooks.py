"""Notebooks of the docs: run, with the answers of their cells as a hosting site shows them."""

import subprocess
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.support import ROOT

NOTEBOOKS = sorted((ROOT / "docs").glob("**/*.ipynb"))


def renewed_notebook(path: Path) -> str:
    """A notebook with the answers that its cells give now; the same answers give the same text.

    A chart is kept as a picture: hosting sites strip SVG from the HTML of others.

    Raises:
        ValueError: if a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    fresh = notebook.copy()
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            fresh,
            timeout=120,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute(stderr=subprocess.DEVNULL)
        except CellExecutionError as error:
            raise ValueError(f"a cell fails: {error.ename}: {error.evalue}") from error
    fresh.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": {"name": "python"}}
    for cell in fresh.cells:
        for data in (output.data for output in cell.get("outputs", ()) if "data" in output):
            if data.get("text/html", "").startswith("<svg"):
                data["image/svg+xml"] = data.pop("text/html")
    return nbformat.writes(fresh) + "\n"

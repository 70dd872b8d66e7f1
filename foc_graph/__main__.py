"""The commands `foc` and `foc-graph`, also as `python -m foc_graph`."""

from __future__ import annotations

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line. Collecting garbage while modules load would slow every short command."""
    gc.disable()
    from foc_graph import cli

    cli.main()


if __name__ == "__main__":
    main()

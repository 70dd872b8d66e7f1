"""The commands `foc` and `foc-graph`, also as `python -m foc_graph`."""

from __future__ import annotations

import gc
import signal
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line.

    Garbage is collected seldom, which makes a short command faster; an interrupt ends the process at once, also in
    native code.
    """
    gc.set_threshold(100_000)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from foc_graph import cli

    cli.main()


if __name__ == "__main__":
    main()

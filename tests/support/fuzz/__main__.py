"""`python -m tests.support.fuzz`: a campaign over all targets, or some; it ends with 1 if an input failed."""

from __future__ import annotations

import argparse
import sys
import time

from tests.support.fuzz.campaign import run
from tests.support.fuzz.targets import TARGETS


def main() -> int:
    """Run a campaign."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"some of: {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    if unknown := [name for name in options.targets if name not in TARGETS]:
        parser.error(f"no targets: {', '.join(unknown)}")
    print(f"seed {options.seed}", flush=True)
    targets = [TARGETS[name] for name in options.targets or TARGETS]
    tally = run(targets, options.seconds, options.seed, options.processes, report=lambda line: print(line, flush=True))
    for name in sorted(TARGETS.keys() & tally.inputs.keys()):
        print(f"{name}: {tally.inputs[name]:,} inputs, the slowest took {tally.slowest[name]:.2f} s of CPU")
    return int(bool(tally.failures))


if __name__ == "__main__":
    sys.exit(main())

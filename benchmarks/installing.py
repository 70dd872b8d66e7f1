"""Installing: seconds and megabytes of a fresh `pip install`, and of `make demo` in a fresh clone.

Run `python -m benchmarks.installing`; `--packages` lists the packages by size. What pip has cached is used.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from importlib.metadata import Distribution, distributions
from pathlib import Path

from benchmarks.report import show_head, show_row, timed

ROOT = Path(__file__).parent.parent
BLOCK = 4096
"""Bytes that a file takes at the least on most disks."""
OF_THE_ENVIRONMENT = ("pip", "setuptools")


def size(path: Path) -> int:
    """The bytes on disk of a file, or of all files below a folder."""
    files = (one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    return sum(-(-one.lstat().st_size // BLOCK) * BLOCK for one in files)


def installed(environment: Path) -> dict[str, int]:
    """The bytes of each package of an environment, without those that each environment has."""
    (site,) = environment.glob("lib/python*/site-packages")
    found = {one.metadata["Name"]: package_size(one) for one in distributions(path=[str(site)])}
    return {
        name: found[name] for name in sorted(found, key=lambda name: -found[name]) if name not in OF_THE_ENVIRONMENT
    }


def package_size(package: Distribution) -> int:
    """The bytes of the files of a package."""
    return sum(size(path) for file in package.files or () if (path := Path(str(package.locate_file(file)))).is_file())


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extras", action="append", default=[], metavar="NAMES", help="measure with these too")
    parser.add_argument("--packages", action="store_true", help="list the packages")
    options = parser.parse_args()
    show_head("way", ">s", ">MB")
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "clone")
        run("git", "clone", "--quiet", str(ROOT), str(clone))
        for extras in ("", *options.extras):
            environment, wanted = Path(folder, f"with-{extras}"), f"{clone}[{extras}]" if extras else str(clone)
            run(sys.executable, "-m", "venv", str(environment))
            seconds, _ = timed(lambda: run(str(environment / "bin" / "pip"), "install", "--quiet", wanted))  # noqa: B023
            packages = installed(environment)
            show_row(
                f"pip install '.{extras and f'[{extras}]'}'", f"{seconds:.1f}", f"{sum(packages.values()) / 1e6:.0f}"
            )
            if options.packages:
                for name, bytes in packages.items():
                    show_row(name, "", f"{bytes / 1e6:.1f}")
        seconds, _ = timed(lambda: run("make", "-C", str(clone), "demo"))
        packages = installed(clone / ".venv")
        show_row("make demo", f"{seconds:.1f}", f"{sum(packages.values()) / 1e6:.0f}")


def run(*command: str) -> bytes:
    """Standard output of a command that succeeds."""
    return subprocess.run(command, check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()

"""A kernel without Landlock or seccomp, as it is on older machines and in some containers.

`python tests/support/kernels.py landlock seccomp -- COMMAND` runs a command there: a filter has the kernel answer that
it lacks them.
"""

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Collection

from foc_graph.sandbox.seccomp import ALLOW, EQUAL, ERROR, LOAD, NUMBER, RETURN, install

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP = {"x86_64": 317, "aarch64": 277}


def without(layers: Collection[str]) -> list[str]:
    """Return what comes before a command that is to run on a kernel without these layers; nothing, without any."""
    return [sys.executable, "-P", __file__, *layers, "--"] if layers else []


def main() -> None:
    """Run the command."""
    separator = sys.argv.index("--")
    refused = {"landlock": (444, errno.ENOSYS), "seccomp": (_SECCOMP[platform.machine()], errno.EINVAL)}
    steps = [(LOAD, 0, 0, NUMBER)]
    for number, error in map(refused.__getitem__, sys.argv[1:separator]):
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERROR | error)]
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    assert install([*steps, (RETURN, 0, 0, ALLOW)])
    command = sys.argv[separator + 1 :]
    os.execv(command[0], command)


if __name__ == "__main__":
    main()

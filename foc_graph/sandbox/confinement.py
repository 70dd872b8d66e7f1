"""Confinement of a process that works for strangers: it opens no files, reaches no network, starts no programs.

Linux only. Two layers keep it from everything outside, each by itself: Landlock (landlock(7), Linux 5.13), which holds
from before the store is opened, and a list of the system calls that may be made (`sandbox.seccomp`). Where the kernel
lacks one, the process says so. What remains holds everywhere: limits of memory and of open files (setrlimit(2)), no
capabilities (capabilities(7)), and for one started by root the id of nobody.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from foc_graph.sandbox.seccomp import allow_few

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 8, 24, 38
_CAPABILITY_VERSION = 0x20080522
_DAC_READ_SEARCH, _KILL, _SETGID, _SETUID = 1 << 2, 1 << 5, 1 << 6, 1 << 7
"""Capabilities: to read all files, to signal all processes, to change ids."""
_CAPABILITIES = 64
_NOBODY = 65534
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_LANDLOCK_READ_FILE, _LANDLOCK_READ_DIR = 1 << 2, 1 << 3
_LANDLOCK_FILE_RIGHTS = (13, 14, 15, 15, 16, 16, 16)
"""How many rights on files there are in each version of Landlock, from version 1."""
_TABLE = ".sst"
"""The ending of a store's tables: RocksDB opens the first 16 with the store, and others when a query needs them."""
_SCRATCH_FILES = 32
"""How many files may be open besides, where files may be written."""


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


class Layers(NamedTuple):
    """The layers of a confinement, and whether each is in force."""

    landlock: bool
    seccomp: bool

    def name_missing(self) -> str:
        """Name those that are not in force; return nothing if both are."""
        return " and ".join(name for name, holds in zip(("Landlock", "seccomp"), self, strict=True) if not holds)


_libc = ctypes.CDLL(None, use_errno=True)


class Confinement:
    """The confinement of this process in two steps: before it opens a store and before it reads a request."""

    def __init__(self, folder: Path, scratch: Path | None = None) -> None:
        """Allow no TCP sockets, and no files but those below a folder, to be read; close all but the standard streams.

        With a folder to write in, that may be done there, and what Python imports be read. That holds for this thread
        and those that it starts. Root keeps the capability to read a store that is another user's, and to change its
        id.
        """
        self._folder, self._scratch = folder, scratch
        os.closerange(3, max(map(int, os.listdir("/proc/self/fd"))) + 1)  # noqa: PTH208 - its names are numbers
        self._descriptors = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY)
        self._memory = os.open("/proc/self/statm", os.O_RDONLY)
        for capability in range(_CAPABILITIES):
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        needed = _SETUID | _SETGID | _KILL
        self._changes_id = os.geteuid() == 0 and _permitted() & needed == needed
        if scratch is not None and self._changes_id:
            os.chown(scratch, _NOBODY, _NOBODY)
        _keep(_DAC_READ_SEARCH | (_SETUID | _SETGID if self._changes_id else 0))
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        shown = (
            {folder, *map(Path, (*sys.path, sys.prefix, sys.base_prefix, "/lib", "/lib64"))} if scratch else {folder}
        )
        alone = len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - threads before this one stay free
        self._landlock = alone and _see_only([path for path in shown if path.is_dir()], scratch)

    def seal(self, memory: int, file: int = 0) -> Layers:
        """Allow no more files, no programs and only so many more bytes of memory; nothing can be imported after.

        Tables of the store that are not open yet may be opened still, to be read; with a folder to write in, files
        there of so many bytes each too. A process of root takes the id of nobody, if root may signal others here: who
        starts it must be able to end it. Where it does not, threads that the store has started keep what the
        constructor left them; the layers hold for these too.

        Returns:
            Which layers of the confinement are in force.
        """
        used = int(os.read(self._memory, 100).split()[0]) * resource.getpagesize()
        highest, unopened = self._look_at_files()
        os.close(self._memory)
        os.close(self._descriptors)
        while os.dup(2) < highest:
            pass
        opens = unopened > 0 or self._scratch is not None
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 2 + unopened + _SCRATCH_FILES * bool(self._scratch),) * 2)
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (file if self._scratch else 0,) * 2)
        for limit in (resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
            resource.setrlimit(limit, (0, 0))
        if self._changes_id:
            _libc.prctl(_PR_SET_KEEPCAPS, opens, 0, 0, 0)
            _become_nobody()
        _keep(_DAC_READ_SEARCH if opens else 0)
        end_with_parent(signal.SIGKILL)  # from here on: a change of id undoes it
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        return Layers(self._landlock, allow_few(unopened > 0, self._scratch is not None))

    def _look_at_files(self) -> tuple[int, int]:
        """Return the highest number of an open file, and how many tables of the store are not open."""
        names = os.listdir(self._descriptors)  # noqa: PTH208 - of a descriptor
        opened = 0
        for name in names:
            with suppress(FileNotFoundError):  # that of the list itself
                opened += os.readlink(name, dir_fd=self._descriptors).endswith(_TABLE)
        tables = sum(name.endswith(_TABLE) for name in os.listdir(self._folder))  # noqa: PTH208
        return max(map(int, names)), tables - opened


def end_with_parent(number: signal.Signals) -> None:
    """Have the kernel send a signal to this process once its parent has ended (prctl(2))."""
    _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def _permitted() -> int:
    """Return the first 32 of the capabilities that this thread is permitted, as bits."""
    header, sets = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    _libc.capget(header, sets)
    return sets[1]


def _keep(capabilities: int) -> None:
    """Give up all capabilities of this thread but those of these that it is permitted."""
    kept = _permitted() & capabilities
    _libc.capset((ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)(kept, kept))


def _become_nobody() -> None:
    """Change the ids of all threads, by which they lose their capabilities, where the user namespace has nobody's."""
    with suppress(OSError):
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _see_only(shown: Iterable[Path], scratch: Path | None) -> bool:
    """Restrict this thread by Landlock to read in some folders and write in one; return whether it is restricted."""
    version = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return False
    rights = (1 << _LANDLOCK_FILE_RIGHTS[min(version, len(_LANDLOCK_FILE_RIGHTS)) - 1]) - 1
    ruleset = _Ruleset(rights, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 * (1 + (version >= 4) + (version >= 6))
    rules = _libc.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    if rules < 0:
        return False
    try:
        _allow(rules, _LANDLOCK_READ_FILE | _LANDLOCK_READ_DIR, *shown)
        if scratch is not None:
            _allow(rules, rights, scratch)
        return bool(_libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(rules: int, rights: int, *folders: Path) -> None:
    """Add rights beneath folders to a ruleset; without them, less is allowed."""
    for folder in folders:
        descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        beneath = _Beneath(rights, descriptor)
        _libc.syscall(_LANDLOCK_ADD_RULE, rules, _LANDLOCK_RULE_PATH_BENEATH, ctypes.byref(beneath), 0)
        os.close(descriptor)

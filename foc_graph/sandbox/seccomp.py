"""A list of the system calls that a process may make (seccomp(2)), on 64-bit x86-64 and ARM64."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LOAD, EQUAL, ANY_SET, RETURN = 0x20, 0x15, 0x45, 0x06
"""Instructions of classic BPF on 32-bit words: load, jump if equal, jump if any of the bits is set, return."""
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Offsets of the fields of `struct seccomp_data`, in bytes; each argument has eight."""
ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
"""Verdicts on a call; an error has its number in the lowest bits."""

Step = tuple[int, int, int, int]
"""An instruction: its code, how many others are skipped if a comparison holds and if not, and its value."""

_SET_MODE_FILTER, _FLAG_TSYNC = 1, 1
_X32 = 0x40000000
"""The bit of the numbers of another ABI of x86-64."""


class _Machine(NamedTuple):
    """A processor: its AUDIT_ARCH value, the number of seccomp(2), and its column in the tables of calls."""

    architecture: int
    seccomp: int
    column: int


_MACHINES = {"x86_64": _Machine(0xC000003E, 317, 0), "aarch64": _Machine(0xC00000B7, 277, 1)}

_ALLOWED = {
    "read": (0, 63),
    "pread64": (17, 67),
    "readahead": (187, 213),
    "fadvise64": (221, 223),
    "write": (1, 64),
    "writev": (20, 66),
    "lseek": (8, 62),
    "fstat": (5, 80),
    "close": (3, 57),
    "brk": (12, 214),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "madvise": (28, 233),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
"""Calls that reach nothing but the memory, the threads and the open files of the process, by processor."""

_NONE = 0xFFFFFFFF
"""In place of the number of a call that a processor does not have."""

_OF_FILES = {
    "openat": (257, 56),
    "stat": (4, _NONE),
    "lstat": (6, _NONE),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "statfs": (137, 43),
    "access": (21, _NONE),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "getdents64": (217, 61),
    "readlink": (89, _NONE),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    "mkdir": (83, _NONE),
    "mkdirat": (258, 34),
    "unlink": (87, _NONE),
    "rmdir": (84, _NONE),
    "unlinkat": (263, 35),
    "pwrite64": (18, 68),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "fsync": (74, 82),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "flock": (73, 32),
}
"""Calls that open, look at and change files, which Landlock and limits keep to a folder."""

_MMAP, _MPROTECT, _TGKILL, _OPENAT = (9, 222), (10, 226), (234, 131), (257, 56)


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction))]


def allow_few(may_open: bool, may_write: bool = False) -> bool:
    """Allow this process, in all its threads, the calls that evaluating a query takes; others fail with EPERM.

    No thread or process can be started, no memory made executable, no signal sent to another process and, unless it
    `may_open` files to read them or `may_write` them too, no file opened. A call of another ABI ends the process. The
    process must have given up new privileges (PR_SET_NO_NEW_PRIVS).

    Returns:
        Whether that is in force: not on other processors, or where the kernel has no such filters.
    """
    machine = _machine()
    return machine is not None and install(list(_steps(machine, may_open, may_write)))


def install(steps: Sequence[Step]) -> bool:
    """Install a filter program for all threads of this process; return whether the kernel took it."""
    machine = _machine()
    if machine is None:
        return False
    program = _Program(len(steps), (_Instruction * len(steps))(*(_Instruction(*step) for step in steps)))
    found = ctypes.CDLL(None).syscall(machine.seccomp, _SET_MODE_FILTER, _FLAG_TSYNC, ctypes.byref(program))
    return bool(found == 0)


def _machine() -> _Machine | None:
    """Return the processor, unless it is unknown or the program one of 32 bits on it."""
    return _MACHINES.get(platform.machine()) if sys.maxsize > 2**32 else None


def _steps(machine: _Machine, may_open: bool, may_write: bool) -> Iterator[Step]:
    """Write the filter program; seccomp(2) describes its input and results."""
    yield from [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, machine.architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (ANY_SET, 0, 1, _X32),
        (RETURN, 0, 0, KILL),
    ]
    for numbers in (_ALLOWED | _OF_FILES if may_write else _ALLOWED).values():
        yield from [(EQUAL, 0, 1, numbers[machine.column]), (RETURN, 0, 0, ALLOW)]
    refused = (RETURN, 0, 0, ERROR | errno.EPERM)
    none_set, same = (ANY_SET, 1, 0), (EQUAL, 0, 1)
    checked = [
        (_MMAP, 2, none_set, mmap.PROT_EXEC),
        (_MPROTECT, 2, none_set, mmap.PROT_EXEC),
        (_TGKILL, 0, same, os.getpid()),
        *([(_OPENAT, 2, same, os.O_RDONLY | os.O_CLOEXEC)] if may_open and not may_write else []),
    ]
    for numbers, argument, test, value in checked:
        # Of each of these the kernel takes an `int`, or looks at single bits of the lower half.
        yield (EQUAL, 0, 4, numbers[machine.column])
        yield (LOAD, 0, 0, ARGUMENTS + 8 * argument)
        yield (*test, value)
        yield (RETURN, 0, 0, ALLOW)
        yield refused
    yield refused

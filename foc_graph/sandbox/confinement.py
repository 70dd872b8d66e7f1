"""Confinement of a process that answers public queries: it opens no files, reaches no network, starts no programs.

Linux only. The memory limit and the limit of open files (setrlimit(2)) hold everywhere; Landlock (landlock(7), Linux
5.13) and a seccomp filter (seccomp(2)) on x86-64 and ARM64 hold where the kernel has them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
from pathlib import Path
from typing import NamedTuple

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_LANDLOCK_READ_FILE, _LANDLOCK_READ_DIR = 1 << 2, 1 << 3
_LANDLOCK_FILE_RIGHTS = (13, 14, 15, 15, 16, 16, 16)
"""How many rights on files there are in each version of Landlock, from version 1."""
_SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC = 1, 1
_LOAD, _EQUAL, _ALL_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
"""Instructions of classic BPF on 32-bit words: load, jump if equal, jump if any of the bits is set, return."""
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Offsets of the fields of `struct seccomp_data`, in bytes."""
_CLONE_THREAD = 0x10000


class _Machine(NamedTuple):
    """A processor: its AUDIT_ARCH value, and the numbers of system calls."""

    architecture: int
    seccomp: int
    clone: int
    clone3: int
    denied: tuple[int, ...]


_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        *(317, 56, 435),
        (
            *(2, 85, 257, 437, 319),  # open, creat, openat, openat2, memfd_create
            *(41, 42, 43, 49, 50, 53, 288),  # socket, connect, accept, bind, listen, socketpair, accept4
            *(57, 58, 59, 322, 62, 101, 310, 311),  # fork, vfork, execve, execveat, kill, ptrace, process_vm_*
            *(425, 321, 250, 165, 272, 308, 298, 323, 438),  # io_uring_setup, bpf, keyctl, mount, unshare, setns, ...
        ),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        *(277, 220, 435),
        (
            *(56, 437, 279),
            *(198, 203, 202, 200, 201, 199, 242),
            *(221, 281, 129, 117, 270, 271),
            *(425, 280, 219, 40, 97, 268, 241, 282, 438),
        ),
    ),
}


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction))]


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


_libc = ctypes.CDLL(None, use_errno=True)


class Confinement:
    """The confinement of this process in two steps: before it opens a store and before it reads public queries."""

    def __init__(self, folder: Path) -> None:
        """Allow no TCP sockets, and no files but those below a folder, to be read.

        That holds for this thread and those that it starts.
        """
        self._descriptors = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY)
        self._memory = os.open("/proc/self/statm", os.O_RDONLY)
        end_with_parent(signal.SIGKILL)
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _see_only(folder)

    def seal(self, memory: int) -> None:
        """Allow no more files, no programs and only so many more bytes of memory; nothing can be imported after."""
        used = int(os.read(self._memory, 100).split()[0]) * resource.getpagesize()
        descriptors = max(map(int, os.listdir(self._descriptors))) + 1  # noqa: PTH208 - of a descriptor
        os.close(self._memory)
        os.close(self._descriptors)
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
        if (machine := _MACHINES.get(platform.machine())) is not None:
            filters = _filters(machine)
            program = _Program(len(filters), (_Instruction * len(filters))(*filters))
            call = (machine.seccomp, _SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC)
            _libc.syscall(*call, ctypes.byref(program))


def end_with_parent(number: signal.Signals) -> None:
    """Have the kernel send a signal to this process once its parent has ended (prctl(2))."""
    _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def _see_only(folder: Path) -> None:
    version = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return
    rights = (1 << _LANDLOCK_FILE_RIGHTS[min(version, len(_LANDLOCK_FILE_RIGHTS)) - 1]) - 1
    ruleset = _Ruleset(rights, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 * (1 + (version >= 4) + (version >= 6))
    rules = _libc.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        beneath = _Beneath(_LANDLOCK_READ_FILE | _LANDLOCK_READ_DIR, descriptor)
        added = _libc.syscall(_LANDLOCK_ADD_RULE, rules, _LANDLOCK_RULE_PATH_BENEATH, ctypes.byref(beneath), 0)
        if rules >= 0 and added == 0:
            _libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0)
    finally:
        os.close(descriptor)
        if rules >= 0:
            os.close(rules)


def _filters(machine: _Machine) -> list[_Instruction]:
    """Write a filter program that denies system calls; seccomp(2) describes its input and results."""
    refused, unknown = _ERROR | errno.EPERM, _ERROR | errno.ENOSYS
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_ALL_SET, 0, 1, 0x40000000),  # another ABI of x86-64 has its numbers there
        (_RETURN, 0, 0, _KILL),
        (_EQUAL, 0, 1, machine.clone3),  # its flags cannot be seen; the C library then takes clone
        (_RETURN, 0, 0, unknown),
    ]
    for number in machine.denied:
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, refused)]
    program += [
        (_EQUAL, 0, 3, machine.clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ALL_SET, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, refused),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return [_Instruction(*one) for one in program]

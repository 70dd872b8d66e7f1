"""Attempts of somebody who runs code of their own in a process that answers public queries.

`python -m tests.support.sandbox_attempts STORE FOLDER SCRATCH [NAME ...]` confines itself as such a process does, makes
the attempts of these names, by default all but those that end a process, and writes what came of each as JSON. FOLDER,
outside the store, is what it tries to change; SCRATCH, unless it is empty, is the folder that it may write in.
"""

import ctypes
import errno
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.sandbox.confinement import Confinement

SECRET = "secret.txt"
_HERE, _FAR, _NO_PROCESS = -100, 2**46, 2**22 + 1
_MEMORY = 2**28
_NODE = os.uname().nodename.encode()


class World(NamedTuple):
    """The surroundings of the process: a file that it must not reach, its folder, a new path there, its parent."""

    file: bytes
    folder: bytes
    new: bytes
    parent: int
    buffer: ctypes.Array[ctypes.c_char]


class Attempt(NamedTuple):
    """A system call: its numbers on x86-64 and ARM64 (None: none, so that it is refused), its arguments.

    `alone` says why it may succeed without seccomp; where it is empty, Landlock and the limits keep it off alone.
    """

    numbers: tuple[int, int | None]
    arguments: Callable[[World], tuple[object, ...]]
    alone: str = ""


SHOWN = "tells names, sizes and times, and changes nothing"
_OWNED = "changes a file of the same user, which Landlock does not cover; one of root's is out of reach of nobody"
_OWN = "of the process itself"
_SHARED = "reaches what all processes of a user share in the kernel, which Landlock does not cover"

ATTEMPTS = {
    "open a file": Attempt((2, None), lambda world: (world.file, 0)),
    "open a file by openat": Attempt((257, 56), lambda world: (_HERE, world.file, os.O_RDONLY | os.O_CLOEXEC)),
    "open a file by openat2": Attempt((437, 437), lambda world: (_HERE, world.file, world.buffer, 24)),
    "open its own memory": Attempt((257, 56), lambda world: (_HERE, b"/proc/self/mem", os.O_RDWR)),
    "open the environment of its parent": Attempt((257, 56), lambda world: (_HERE, _proc(world, "environ"), 0)),
    "open the memory of its parent": Attempt((257, 56), lambda world: (_HERE, _proc(world, "mem"), os.O_RDWR)),
    "make a file": Attempt((85, None), lambda world: (world.new, 0o600)),
    "make a file by openat": Attempt((257, 56), lambda world: (_HERE, world.new, os.O_CREAT | os.O_WRONLY, 0o600)),
    "open a path": Attempt((257, 56), lambda world: (_HERE, b"/", os.O_PATH)),
    "open a tree": Attempt((428, 428), lambda world: (_HERE, b"/", 0)),
    "open by handle": Attempt((304, 265), lambda world: (_HERE, world.buffer, 0)),
    "remove a file": Attempt((87, None), lambda world: (world.file,)),
    "remove a file by unlinkat": Attempt((263, 35), lambda world: (_HERE, world.file, 0)),
    "rename a file": Attempt((82, None), lambda world: (world.file, world.new)),
    "rename a file by renameat2": Attempt((316, 276), lambda world: (_HERE, world.file, _HERE, world.new, 0)),
    "make a folder": Attempt((83, None), lambda world: (world.new, 0o700)),
    "make a folder by mkdirat": Attempt((258, 34), lambda world: (_HERE, world.new, 0o700)),
    "make a symbolic link": Attempt((88, None), lambda world: (world.file, world.new)),
    "make a link": Attempt((86, None), lambda world: (world.file, world.new)),
    "change a mode": Attempt((90, None), lambda world: (world.file, 0o777), _OWNED),
    "change a mode by fchmodat": Attempt((268, 53), lambda world: (_HERE, world.file, 0o777), _OWNED),
    "change an owner": Attempt((92, None), lambda world: (world.file, os.getuid(), os.getgid()), _OWNED),
    "truncate a file": Attempt((76, 45), lambda world: (world.file, 0)),
    "change times": Attempt((132, None), lambda world: (world.file, None), _OWNED),
    "change times by utimensat": Attempt((280, 88), lambda world: (_HERE, world.file, None, 0), _OWNED),
    "set an attribute": Attempt((188, 5), lambda world: (world.file, b"user.a", b"b", 1, 0), _OWNED),
    "make a pipe with a name": Attempt((133, None), lambda world: (world.new, 0o10600, 0)),
    "look at a file": Attempt((4, None), lambda world: (world.file, world.buffer), SHOWN),
    "look at a file by statx": Attempt((332, 291), lambda world: (_HERE, world.file, 0, 0xFFF, world.buffer), SHOWN),
    "read a link of its parent": Attempt((89, None), lambda world: (_proc(world, "exe"), world.buffer, 4000), SHOWN),
    "watch files": Attempt((294, 26), lambda world: (0,)),
    "watch file systems": Attempt((300, 262), lambda world: (0, 0)),
    "change folder": Attempt((80, 49), lambda world: (world.folder,), _OWN),
    "change root": Attempt((161, 51), lambda world: (world.folder,)),
    "open a file system": Attempt((430, 430), lambda world: (b"tmpfs", 0)),
    "mount": Attempt((165, 40), lambda world: (b"none", world.folder, b"tmpfs", 0, None)),
    "unmount": Attempt((166, 39), lambda world: (world.folder, 0)),
    "reach the network by TCP": Attempt((41, 198), lambda world: (2, 1, 0)),
    "reach the network by UDP": Attempt((41, 198), lambda world: (2, 2, 0)),
    "reach a local service": Attempt((41, 198), lambda world: (1, 1, 0)),
    "make a pair of sockets": Attempt((53, 199), lambda world: (1, 1, 0, world.buffer)),
    "send a message": Attempt((46, 211), lambda world: (1, world.buffer, 0)),
    "make a ring of calls": Attempt((425, 425), lambda world: (1, world.buffer)),
    "make a file in memory": Attempt((319, 279), lambda world: (b"x", 0)),
    "make secret memory": Attempt((447, 447), lambda world: (0,)),
    "name its parent": Attempt((434, 434), lambda world: (world.parent, 0)),
    "signal its parent": Attempt((62, 129), lambda world: (world.parent, 0), _SHARED),
    "signal its parent by tkill": Attempt((200, 130), lambda world: (world.parent, 0), _SHARED),
    "signal its parent by tgkill": Attempt((234, 131), lambda world: (world.parent, world.parent, 0), _SHARED),
    "signal a process that is not there": Attempt((234, 131), lambda world: (_NO_PROCESS, _NO_PROCESS, 0)),
    "signal its parent by rt_sigqueueinfo": Attempt((129, 138), lambda world: (world.parent, 0, world.buffer)),
    "trace its parent": Attempt((101, 117), lambda world: (16, world.parent, 0, 0)),
    "read the memory of its parent": Attempt(
        (310, 270), lambda world: (world.parent, _piece(world), 1, _piece(world), 1, 0)
    ),
    "see limits of its parent": Attempt((302, 261), lambda world: (world.parent, 7, None, world.buffer), _SHARED),
    "change the priority of its parent": Attempt((141, 140), lambda world: (0, world.parent, 0), _SHARED),
    "move its parent to a processor": Attempt((203, 122), lambda world: (world.parent, 8, b"\xff" * 8), _SHARED),
    "share memory": Attempt((29, 194), lambda world: (0, 4096, 0o1600), _SHARED),
    "open a queue of messages": Attempt((240, 180), lambda world: (b"x", 0o102, 0o600, None)),
    "add a key": Attempt((248, 217), lambda world: (b"user", b"x", b"y", 1, -3), _SHARED),
    "ask for a key": Attempt((249, 218), lambda world: (b"user", b"x", None, 0), _SHARED),
    "read keys": Attempt((250, 219), lambda world: (0, -3, 0), _SHARED),
    "count events of processors": Attempt((298, 241), lambda world: (world.buffer, 0, -1, -1, 0)),
    "handle page faults": Attempt((323, 282), lambda world: (1,)),
    "load a program into the kernel": Attempt((321, 280), lambda world: (0, world.buffer, 0)),
    "change the name of the machine": Attempt((170, 161), lambda world: (_NODE, len(_NODE))),
    "start a process": Attempt((57, None), lambda world: ()),
    "start a process by clone": Attempt((56, 220), lambda world: (17, None, None, None, None)),
    "start a process by clone3": Attempt((435, 435), lambda world: (world.buffer, 64)),
    "run a program": Attempt((59, 221), lambda world: (b"/bin/true", None, None)),
    "run a program by execveat": Attempt((322, 281), lambda world: (_HERE, b"/bin/true", None, None, 0)),
    "leave its namespaces": Attempt((272, 97), lambda world: (0x10000000,)),
    "raise its limit of open files": Attempt((302, 261), lambda world: (0, 7, (ctypes.c_uint64 * 2)(4096, 4096), None)),
    "raise its limit of memory": Attempt((302, 261), lambda world: (0, 9, (ctypes.c_uint64 * 2)(_FAR, _FAR), None)),
    "become root": Attempt((105, 146), lambda world: (0,)),
    "map memory to run": Attempt((9, 222), lambda world: (None, 4096, 7, 0x22, -1, 0), _OWN),
    "make memory run": Attempt((10, 226), lambda world: (None, 4096, 5), _OWN),
    "double a descriptor": Attempt((32, 23), lambda world: (1,)),
    "make a pipe": Attempt((293, 59), lambda world: (world.buffer, 0)),
    "make an event": Attempt((290, 19), lambda world: (0, 0)),
    "wait for events": Attempt((291, 20), lambda world: (0,)),
    "control a device": Attempt((16, 29), lambda world: (1, 0x5401, world.buffer)),
    "restrict itself further": Attempt((444, 444), lambda world: (None, 0, 1), _OWN),
}
"""Attempts to touch what lies outside, by name. With both layers of the confinement none succeeds."""

DEADLY = {"call by the numbers of another ABI": Attempt((0x40000000 | 39, None), lambda world: ())}
"""Attempts that end the process."""


def _proc(world: World, name: str) -> bytes:
    return f"/proc/{world.parent}/{name}".encode()


def _piece(world: World) -> ctypes.Array[ctypes.c_uint64]:
    return (ctypes.c_uint64 * 2)(ctypes.addressof(world.buffer), 8)


def _make(attempt: Attempt, world: World, libc: ctypes.CDLL) -> str:
    number = attempt.numbers[platform.machine() == "aarch64"]
    if number is None:
        return "EPERM"
    arguments = [ctypes.c_long(one) if isinstance(one, int) else one for one in attempt.arguments(world)]
    ctypes.set_errno(0)
    process, value = os.getpid(), libc.syscall(number, *arguments)
    if os.getpid() != process:
        os._exit(0)
    return "done" if value >= 0 else errno.errorcode[ctypes.get_errno()]


def main() -> None:
    """Make the attempts."""
    store, folder, scratch, *names = sys.argv[1:]
    libc, path = ctypes.CDLL(None, use_errno=True), Path(folder)
    libc.syscall.restype = ctypes.c_long
    world = World(
        bytes(path / SECRET), bytes(path), bytes(path / "new"), os.getppid(), ctypes.create_string_buffer(4096)
    )
    confinement = Confinement(Path(store), Path(scratch) if scratch else None)
    opened = ox.Store.read_only(store)
    layers = confinement.seal(_MEMORY)
    results = {name: _make((ATTEMPTS | DEADLY)[name], world, libc) for name in names or ATTEMPTS}
    assert bool(opened.query("ASK { GRAPH ?g { ?s ?p ?o } }"))
    print(json.dumps({"layers": layers._asdict(), "results": results}))


if __name__ == "__main__":
    main()

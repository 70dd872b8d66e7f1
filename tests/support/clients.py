"""Clients of others that `make clients` installs, each in an environment of its own below .clients."""

from pathlib import Path

from tests.support import ROOT
from tests.support.programs import give_up


def find_client(name: str) -> Path:
    """Find the environment of a client: of Python with `bin/python`, of Node.js with `node_modules`.

    A test that needs it is given up where it is not installed as its lock says now.
    """
    (lock,) = (ROOT / "tests" / "clients" / name).glob("*lock*")
    environment = ROOT / ".clients" / name
    installed = environment / lock.name
    if not installed.is_file() or installed.read_bytes() != lock.read_bytes():
        give_up(f"{name} is not installed as its lock says: make clients")
    return environment

"""Clients of the servers that tests only read."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.foc_server import FocServer


@pytest.fixture(scope="session")
def client(foc_server: FocServer) -> httpx2.Client:
    """A client of a server of the packaged workspace."""
    return foc_server.client


@pytest.fixture(scope="session")
def small_client(small_server: FocServer) -> httpx2.Client:
    """A client of a server of the small workspace."""
    return small_server.client

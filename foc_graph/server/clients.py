"""Who asks: the network that an address belongs to."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_network

from starlette.types import Scope


def client_of(scope: Scope) -> str:
    """Who takes turns with others: an address of IPv4, or the 64 bits of IPv6 of which one client has all."""
    return network(scope, 32, 64)


def network(scope: Scope, ipv4: int, ipv6: int) -> str:
    """The network of a client's address, of so many bits in either version of the protocol; empty if it has none."""
    return _network(scope["client"][0], ipv4, ipv6) if scope.get("client") else ""


@lru_cache(1024)
def _network(address: str, ipv4: int, ipv6: int) -> str:
    try:
        whole = ip_network(address)
    except ValueError:
        return ""
    return str(whole.supernet(new_prefix=ipv4 if whole.version == 4 else ipv6))

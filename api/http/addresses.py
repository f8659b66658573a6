"""Where a request comes from: the peer, or what trusted proxies say of it."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from litestar.connection import ASGIConnection

_REMEMBERED = 4096
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def trusted_networks(proxies: Sequence[str]) -> tuple[_Network, ...]:
    """Addresses and networks in CIDR form. Raises ValueError."""
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def address_of(connection: ASGIConnection[Any, Any, Any, Any], trusted: tuple[_Network, ...]) -> str | None:
    """The nearest address that is not a trusted proxy of ours.

    `X-Forwarded-For` counts only while the one who wrote it is trusted, read from the right: the rest anybody can write.
    """
    peer = connection.client.host if connection.client else None
    if peer is None or not trusted or not _is_trusted(peer, trusted):
        return peer
    forwarded = [part.strip() for part in ",".join(connection.headers.getall("x-forwarded-for", [])).split(",")]
    for hop in reversed(forwarded):
        try:
            found = str(ipaddress.ip_address(hop))
        except ValueError:
            return peer
        if not _is_trusted(found, trusted):
            return found
        peer = found
    return peer


@lru_cache(maxsize=_REMEMBERED)
def _is_trusted(address: str, trusted: tuple[_Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)

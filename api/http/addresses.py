"""The address that a request comes from: the peer's, or the one that trusted proxies report."""

import ipaddress
import socket
from collections.abc import Sequence
from functools import lru_cache

from litestar.types import Scope

_REMEMBERED = 4096


class Networks:
    """The trusted proxies: addresses and networks in CIDR form. Raises ValueError."""

    def __init__(self, proxies: Sequence[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)
        self._fourth = [(int(one.network_address), int(one.netmask)) for one in self._networks if one.version == 4]
        self.peer = lru_cache(maxsize=_REMEMBERED)(self._peer)
        """Of a connection's other end: its address, and whether that is a trusted proxy."""

    def _peer(self, host: str) -> tuple[str, bool]:
        return self.read(host) or (host, False)

    def read(self, text: str) -> tuple[str, bool] | None:
        """An address in its canonical spelling, and whether it is a trusted proxy; None for text that is no address."""
        try:
            packed = socket.inet_pton(socket.AF_INET, text)
        except (OSError, ValueError):  # the latter for a zero character
            return self._parse_and_look(text)
        number = int.from_bytes(packed)
        for base, mask in self._fourth:
            if number & mask == base:
                return socket.inet_ntop(socket.AF_INET, packed), True
        return socket.inet_ntop(socket.AF_INET, packed), False

    def _parse_and_look(self, text: str) -> tuple[str, bool] | None:
        try:
            parsed = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            return None
        address = getattr(parsed, "ipv4_mapped", None) or parsed
        return str(address), any(address in network for network in self._networks)


def address_of(scope: Scope, trusted: Networks) -> str | None:
    """The nearest address that is not a trusted proxy of ours.

    `X-Forwarded-For` is read from the right for as long as the writer of an entry is trusted: anybody can write the rest.
    """
    client = scope.get("client")
    if not client:
        return None
    peer, is_trusted = trusted.peer(client[0])
    if not is_trusted:
        return peer
    forwarded = b",".join([value for name, value in scope["headers"] if name == b"x-forwarded-for"])
    if not forwarded:
        return peer
    for hop in reversed(forwarded.decode("latin-1").split(",")):
        found = trusted.read(hop.strip())
        if found is None:
            return peer
        peer, is_trusted = found
        if not is_trusted:
            return peer
    return peer

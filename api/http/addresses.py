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
        self._hold_other = lru_cache(maxsize=_REMEMBERED)(self._parse_and_look)
        self.peer = lru_cache(maxsize=_REMEMBERED)(self._peer)
        """Of a connection's other end: its address, and whether that is a trusted proxy."""

    def _peer(self, host: str) -> tuple[str, bool]:
        address = _address(host) or host
        return address, self.hold(address)

    def hold(self, address: str) -> bool:
        """False for text that is not an address."""
        try:
            number = int.from_bytes(socket.inet_pton(socket.AF_INET, address))
        except (OSError, ValueError):
            return self._hold_other(address)
        return any(number & mask == base for base, mask in self._fourth)

    def _parse_and_look(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


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
        found = _address(hop.strip())
        if found is None:
            return peer
        if not trusted.hold(found):
            return found
        peer = found
    return peer


def _address(text: str) -> str | None:
    """The address in its canonical spelling; None if it is not one."""
    try:
        return socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, text))
    except (OSError, ValueError):  # the latter for a zero character
        pass
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)

"""What stands in front of the product and beside it bounds what strangers may cost, and lets nothing through that need not pass."""

import re
from pathlib import Path
from typing import Any

import msgspec

from api.app import MAX_BODY_BYTES
from api.cli import HEADER_MILLISECONDS
from api.http.security import BODY_SECONDS

_ROOT = Path(__file__).parents[2]
_CADDY = (_ROOT / "deploy" / "Caddyfile").read_text()
_COMPOSE: dict[str, Any] = msgspec.yaml.decode((_ROOT / "compose.yaml").read_text())
_SERVICES: dict[str, dict[str, Any]] = _COMPOSE["services"]
_BYTES = {"KB": 1_000, "MB": 1_000_000}


def bound(name: str) -> float:
    """Seconds or bytes, as the shipped Caddyfile has them."""
    found = re.search(rf"(?m)^\s*{name}\s+(\d+)(s|KB|MB)$", _CADDY)
    assert found, f"the Caddyfile does not bound {name}"
    return int(found[1]) * _BYTES.get(found[2], 1)


def test_the_proxy_waits_for_nobody_longer_than_the_product_does() -> None:
    assert bound("read_header") <= HEADER_MILLISECONDS / 1000
    assert bound("read_body") <= BODY_SECONDS
    assert bound("idle") <= 30 and bound("write") <= 120
    assert bound("max_header_size") <= 16_000


def test_the_proxy_lets_through_the_biggest_body_and_no_bigger() -> None:
    assert bound("max_size") == MAX_BODY_BYTES


def test_what_is_for_operators_is_not_at_the_door() -> None:
    assert "/metrics" in _CADDY and "/api/v1/health/*" in _CADDY and "respond @inside 404" in _CADDY
    assert [
        name for name, service in _SERVICES.items() if service.get("ports") not in (None, ["127.0.0.1:3000:3000"])
    ] == ["proxy"]


def test_the_database_is_reached_by_the_product_alone_and_reaches_nothing() -> None:
    def of(name: str) -> set[str]:
        return set(_SERVICES[name].get("networks", ()))

    members = {name for name, service in _SERVICES.items() if str(service.get("image", "")).startswith("mongo:")}
    assert len(members) == 3 and all(of(name) == {"data"} for name in members)
    assert _COMPOSE["networks"]["data"] == {"internal": True}
    assert {name for name in _SERVICES if "data" in of(name)} - members == {"api", "worker"}
    assert not of("proxy") & of("prometheus") and _SERVICES["secrets"]["network_mode"] == "none"
    for name, service in _SERVICES.items():
        assert service.get("networks") or service.get("network_mode"), (
            f"{name} would stand in a network with all others"
        )

"""The worker's own port, whoever else is connected to it."""

import socket
import threading

import httpx
import pytest

from schedulers.metrics import Metrics, MetricsServer
from tests.support.mongo import free_port


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_who_connects_and_says_nothing_keeps_nobody_waiting(host: str) -> None:
    port = free_port()
    server = MetricsServer(Metrics(), host, port, list)
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    with socket.create_connection((host, port)), socket.create_connection((host, port)) as half:
        half.sendall(b"GET /metr")
        try:
            assert httpx.get(f"{url}/ready", timeout=3).json() == {"status": "ready", "faults": []}
            assert "credit_window_outbox_backlog" in httpx.get(f"{url}/metrics", timeout=3).text
        finally:
            closing = threading.Thread(target=server.close, daemon=True)
            closing.start()
            closing.join(3)
        assert not closing.is_alive(), "nor the worker that is to stop"

"""Metrics of the HTTP side: counts and durations by route template, never by address. Served on a port of their own."""

import shutil
import tempfile
from pathlib import Path

from litestar.plugins.prometheus import PrometheusConfig, PrometheusMiddleware
from litestar.types import Receive, Scope, Send
from prometheus_client import CollectorRegistry, start_http_server, values
from prometheus_client.multiprocess import MultiProcessCollector

PREFIX = "credit_window"
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0)


def make_config() -> PrometheusConfig:
    return PrometheusConfig(app_name="api", prefix=PREFIX, group_path=True, buckets=list(_BUCKETS))


class RequestCount:
    """Counts requests that the middleware does not see into the same series, under labels bound once."""

    def __init__(self, method: str, template: str, status: int) -> None:
        config = make_config()
        middleware = PrometheusMiddleware(_nothing, config)
        labels: dict[str, str | int | float] = {
            "method": method,
            "path": template,
            "status_code": status,
            "app_name": config.app_name,
        }
        self._requests = middleware.request_count(labels).labels(*labels.values())
        self._seconds = middleware.request_time(labels).labels(*labels.values())

    def __call__(self, seconds: float) -> None:
        self._requests.inc()
        self._seconds.observe(seconds)


async def _nothing(_: Scope, __: Receive, ___: Send) -> None:
    """What the middleware stands before where it only lends its series."""


def count_in_shared_folder() -> None:
    """In a server process, before anything is counted.

    A forked process has the library as its parent loaded it, which was before the folder had a name.
    """
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


class MetricsPort:
    """The parent of the server processes shows the sum of what they count in a folder they share."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._folder = Path(tempfile.mkdtemp(prefix="credit-window-metrics-"))

    @property
    def environ(self) -> dict[str, str]:
        """For the server processes, before they import prometheus_client."""
        return {"PROMETHEUS_MULTIPROC_DIR": str(self._folder)}

    def open(self) -> None:
        """Raises OSError when the port is taken."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]
        start_http_server(self._port, addr=self._host, registry=registry)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

"""HTTP metrics: counts and durations by route template, never by address. Served on a separate port."""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server, values
from prometheus_client.multiprocess import MultiProcessCollector

_LABELS = ("method", "path", "status_code", "app_name")
_APP = "api"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_NO_ROUTE = "none"
_FAULT = 500
_MOST_SERIES = 4096
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0)

_requests = Counter("credit_window_requests_total", "Requests answered.", _LABELS)
_faults = Counter("credit_window_requests_error_total", "Requests answered with 500 and above.", _LABELS)
_seconds = Histogram("credit_window_request_duration_seconds", "How long an answer took.", _LABELS, buckets=_BUCKETS)


def measured(app: ASGIApp) -> ASGIApp:
    """The outermost layer, which sees every answer, whichever layer gives it."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = _FAULT

        async def listen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, listen)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            count_answers(method, scope.get("path_template") or _NO_ROUTE, status, [time.perf_counter() - begun])

    return counted


def count_answers(method: str, template: str, status: int, took: Sequence[float]) -> None:
    """Answers of one kind, each with its seconds. `template` is a route's path, never the requested one: each value makes a time series
    for good."""
    _series(method, template, status)(took)


@lru_cache(maxsize=_MOST_SERIES)
def _series(method: str, template: str, status: int) -> Callable[[Sequence[float]], None]:
    """The counters of one combination of labels, bound once."""
    labels = (method, template, str(status), _APP)
    requests, seconds = _requests.labels(*labels), _seconds.labels(*labels)
    faults = _faults.labels(*labels) if status >= _FAULT else None

    def count(took: Sequence[float]) -> None:
        requests.inc(len(took))
        for one in took:
            seconds.observe(one)
        if faults is not None:
            faults.inc(len(took))

    return count


def count_in_shared_folder() -> None:
    """In a server process, before anything is counted.

    A forked process has the library as its parent loaded it, before the folder was known. Labels that were bound by
    then would count where nothing is collected.
    """
    values.ValueClass = values.get_value_class()


class MetricsPort:
    """Shows the sum of what all server processes count, from a folder they share. Runs in their parent process."""

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
        MultiProcessCollector(registry, path=str(self._folder))
        start_http_server(self._port, addr=self._host, registry=registry)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

"""The worker's own port with /metrics for Prometheus and /ready."""

import socket
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, make_wsgi_app

_SECONDS = 10  # for a request to arrive
_Start = Callable[[str, list[tuple[str, str]]], Any]


class Metrics:
    """Has its own registry, so that two workers in one test do not share metrics."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._last_run = self._gauge("job_last_run_seconds", "When the job last ran (Unix time)", "job")
        self._last_success = self._gauge("job_last_success_seconds", "When it last succeeded (Unix time)", "job")
        self._failing = self._gauge("job_failing", "1 while the last run failed", "job")
        self._done = Counter(
            "credit_window_job_done", "What the jobs of this worker did", ["job", "what"], registry=self.registry
        )
        self._missed = Counter(
            "credit_window_job_missed", "Runs that came too late to start", ["job"], registry=self.registry
        )
        self._backlog = self._gauge(
            "outbox_backlog", "Notices that are due and not yet done, with those that wait for another try"
        )
        self._oldest = self._gauge("outbox_oldest_waiting_seconds", "How long the longest of them has waited")
        self._stopped = self._gauge(
            "templates_stopped", "WeChat templates that rest because WeChat refuses them, their page or our use of them"
        )

        self._backup = self._gauge(
            "backup_last_success_seconds", "When the last whole backup was made (Unix time), or 0"
        )
        self._keys_used = self._gauge(
            "keys_used",
            "Values that the key module has sealed, opened, … since its start; none without a module",
            "what",
        )

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"credit_window_{name}", text, labels, registry=self.registry)

    def ran(self, job: str, now: datetime, done: dict[str, int], *, failed: bool) -> None:
        self._last_run.labels(job).set(now.timestamp())
        self._failing.labels(job).set(failed)
        if not failed:
            self._last_success.labels(job).set(now.timestamp())
        for what, count in done.items():
            self._done.labels(job, what).inc(count)

    def missed(self, job: str) -> None:
        self._missed.labels(job).inc()

    def outbox(self, backlog: int, oldest_seconds: float, stopped: int) -> None:
        self._backlog.set(backlog)
        self._oldest.set(oldest_seconds)
        self._stopped.set(stopped)

    def keys_used(self, counts: dict[str, int]) -> None:
        for what, count in counts.items():
            self._keys_used.labels(what).set(count)

    def backed_up(self, at: datetime | None) -> None:
        self._backup.set(at.timestamp() if at else 0)


class _Quiet(WSGIRequestHandler):
    timeout = _SECONDS

    def log_message(self, *_: Any) -> None:
        """Does not log scrapes."""


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each connection: one that says nothing, such as a scanner's, keeps neither probe nor SIGTERM waiting."""

    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Whoever asked is gone, or was too slow."""


class _ServerOfIPv6(_Server):
    address_family = socket.AF_INET6


class MetricsServer:
    """Serves /metrics and /ready from a thread until closed. Raises OSError for a taken port."""

    def __init__(self, metrics: Metrics, host: str, port: int, is_ready: Callable[[], list[str]]) -> None:
        scrape = make_wsgi_app(metrics.registry)

        def answer(environ: dict[str, Any], start: _Start) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/ready":
                result: Iterable[bytes] = scrape(environ, start)
                return result
            faults = is_ready()
            start("503 Not Ready" if faults else "200 OK", [("Content-Type", "application/json")])
            return [msgspec.json.encode({"status": "not-ready" if faults else "ready", "faults": faults})]

        kind = _ServerOfIPv6 if ":" in host else _Server
        self._server = make_server(host, port, answer, kind, _Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

"""Structured logs with ids of cases and codes, never of people: only the keys allowed here are written."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]  # it draws faults with the values of variables, and takes 50 ms of each start
try:
    import structlog
finally:
    del sys.modules["rich"]
    if _rich is not None:
        sys.modules["rich"] = _rich

_ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "logger",
        "room",
        "action",
        "case",
        "code",
        "status",
        "route",
        "method",
        "milliseconds",
        "job",
        "count",
        "worker",
        "port",
        "address_family",
        "reason",
        "attempt",
        "backlog",
        "oldest_seconds",
        "version",
        "incident",
        "exception",
        "process",
        "errcode",
        "template",
        "rid",
        "keyword",
        "provider",
        "rows",
        "refused",
        "database",
        "seconds",
        "fault",
        "trace_id",
        "span_id",
        "signal",
        "total",
        "done",
        "sealed",
        "opened",
        "digests",
        "signed",
        "unopened",
        "limited",
        "strangers",
    ]
)


def _keep_allowed(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in entry.items() if key in _ALLOWED}


def set_up_logs(*, is_json: bool) -> None:
    """Called at the start of both processes. Libraries log from WARNING up; those that would log URLs are silenced."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _keep_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False) if is_json else structlog.dev.ConsoleRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    for name in ("httpx", "httpcore", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def get_log(name: str) -> Any:
    return structlog.get_logger(room=name)

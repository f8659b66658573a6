"""Structured logs with ids of cases and codes, never of people: only the keys allowed here are written."""

import logging
import sys
import threading
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


class _Library(logging.Handler):
    """What a library says, as a line of our own: who, how grave, and of a fault its kind and place. Its words may hold an address, and
    those of a fault nobody knows what.
    """

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        what = {} if fault is None else {"fault": type(fault).__name__, "reason": place_of(fault)}
        log = get_log(record.name)
        say = log.error if record.levelno >= logging.ERROR else log.warning  # a library may have levels of its own
        say("library", **what)


def _of_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and given.exc_type is not SystemExit:
        get_log("thread").error("library", fault=type(given.exc_value).__name__, reason=place_of(given.exc_value))


def place_of(fault: BaseException) -> str:
    """Folder, file and line where it was raised; never its message, which may contain a person's words."""
    frame = fault.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    if frame is None:
        return "?"
    return f"{'/'.join(frame.tb_frame.f_code.co_filename.rsplit('/', 2)[-2:])}:{frame.tb_lineno}"


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
    logging.basicConfig(level=logging.WARNING, handlers=[_Library(logging.WARNING)])
    threading.excepthook = _of_thread
    for name in ("httpx", "httpcore", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("apscheduler").setLevel(
        logging.ERROR
    )  # it warns every few seconds while a job takes longer than its interval


def get_log(name: str) -> Any:
    return structlog.get_logger(room=name)

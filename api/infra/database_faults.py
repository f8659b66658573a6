"""What the driver's errors mean: a unique key that is taken, an outage that passes, or a defect."""

from collections.abc import Awaitable
from typing import Any, TypeVar

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from api.infra.errors import Unavailable

T = TypeVar("T")
DUPLICATE = 11000
_PASSING = frozenset({
    6,  # HostUnreachable
    7,  # HostNotFound
    43,  # CursorNotFound: it belonged to the former primary
    64,  # WriteConcernFailed
    89,  # NetworkTimeout
    91,  # ShutdownInProgress
    134,  # ReadConcernMajorityNotAvailableYet
    189,  # PrimarySteppedDown
    202,  # NetworkInterfaceExceededTimeLimit
    246,  # SnapshotUnavailable
    262,  # ExceededTimeLimit
    9001,  # SocketException
    10107,  # NotWritablePrimary
    11600,  # InterruptedAtShutdown
    11601,  # Interrupted
    11602,  # InterruptedDueToReplStateChange
    13435,  # NotPrimaryNoSecondaryOk
    13436,  # NotPrimaryOrSecondary
    14031,  # OutOfDiskSpace
})  # fmt: skip
"""Codes of faults that pass: another server, or the same one later, can do it."""


class AlreadyThere(Exception):
    """A unique key is taken. `index` is the name of the index that refused."""

    def __init__(self, index: str) -> None:
        super().__init__(index)
        self.index = index


def taken_by(fault: PyMongoError) -> str | None:
    """The name of the unique index of a duplicate-key error; None for any other error."""
    details: Any = None
    if isinstance(fault, DuplicateKeyError):
        details = fault.details
    elif isinstance(fault, BulkWriteError):
        errors = (fault.details or {}).get("writeErrors", [])
        details = next((e for e in errors if e.get("code") == DUPLICATE), None)
    if details is None:
        return None
    message = str(details.get("errmsg", ""))
    _, _, rest = message.partition("index: ")
    return rest.split(" ", 1)[0] if rest else ""


async def write(operation: Awaitable[T]) -> T:
    """Awaits a single write outside a transaction. Raises AlreadyThere for a taken unique key."""
    try:
        return await operation
    except (DuplicateKeyError, BulkWriteError) as fault:
        if (taken := taken_by(fault)) is not None:
            raise AlreadyThere(taken) from fault
        raise


def is_outage(fault: BaseException) -> bool:
    """Whether the database is unreachable or too slow: answered with 503, not a defect."""
    if isinstance(
        fault,
        Unavailable
        | ConnectionFailure
        | NetworkTimeout
        | ServerSelectionTimeoutError
        | ExecutionTimeout
        | WTimeoutError,
    ):
        return True
    if not isinstance(fault, PyMongoError):
        return False
    codes = codes_of(fault)
    return fault.timeout or is_retryable(fault) or bool(codes and codes <= _PASSING)


def codes_of(fault: PyMongoError) -> set[int]:
    """The server's error codes, of each part of a bulk write. A member that steps down may report it as a failed write concern."""
    if isinstance(fault, BulkWriteError):
        details = fault.details or {}
        return {error["code"] for name in ("writeErrors", "writeConcernErrors") for error in details.get(name, ())}
    return {fault.code} if isinstance(fault, OperationFailure) and fault.code is not None else set()


def is_retryable(fault: PyMongoError) -> bool:
    return isinstance(fault, OperationFailure) and (
        fault.has_error_label("TransientTransactionError") or fault.has_error_label("RetryableWriteError")
    )

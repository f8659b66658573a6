"""`ETag` and `If-None-Match`."""

import hashlib
from typing import Any

from litestar import Request, Response

from api.http.handling import Ready

PUBLIC = "public, max-age=300"
PRIVATE = "private, no-cache"
_BY_CALLER = ((b"vary", b"Authorization, On-Behalf-Of"),)


def digest_of(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\x00")
    return f'"{digest.hexdigest()[:32]}"'


def is_unchanged(request: Request[Any, Any, Any], etag: str) -> bool:
    """Whether the caller already has this version."""
    given = request.headers.get("if-none-match")
    return given is not None and has_version(given, etag)


def has_version(given: str, etag: str) -> bool:
    """Whether an `If-None-Match` names the version."""
    return given.strip() == "*" or etag in (part.strip().removeprefix("W/") for part in given.split(","))


def unchanged(etag: str, cache_control: str) -> Response[Any]:
    return Ready(b"", 304, *_headers(etag, cache_control))


def answer(body: bytes, etag: str, cache_control: str) -> Response[Any]:
    """JSON that is already encoded."""
    return Ready(body, 200, *_headers(etag, cache_control))


def _headers(etag: str, cache_control: str) -> tuple[tuple[bytes, bytes], ...]:
    """What is private differs by who asks and for whom: a browser keeps an answer to one of them for no other."""
    shared = (b"etag", etag.encode()), (b"cache-control", cache_control.encode())
    return (*shared, *_BY_CALLER) if cache_control == PRIVATE else shared

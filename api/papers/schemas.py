"""Replies about verification."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from api.infra.wire import In, Out


class VerifyDocument(In):
    """`code` as typed from the paper, or as it stands behind the `#` of the QR code."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class VerificationView(Out):
    """Whether a document is genuine; nothing about the person. What follows `isComplete` is None where it is not.

    `answer`: `genuine`; `outdated`, genuine while the person's facts have changed since; `unknown`, no such code, which with
    `isComplete` false was not typed in full.
    """

    is_genuine: bool
    answer: Literal["genuine", "outdated", "unknown"]
    is_complete: bool
    kind: str | None = None
    issued_at: datetime | None = None
    digest: str | None = None
    digest_algorithm: str | None = None
    has_newer_facts: bool | None = None

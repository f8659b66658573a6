"""Keeps uploaded files in memory until they are sealed, so that none is ever written to disk in plain form."""

from typing import Any

from litestar import _multipart
from litestar.datastructures import UploadFile


class HeldUpload(UploadFile):
    """An uploaded file in memory, up to the limit of a body. Litestar's own writes more than a megabyte to a temporary folder, unencrypted."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **{**named, "max_spool_size": 0})  # no size from which it is written out


def hold_uploads() -> None:
    """Replaces the class for the whole process: Litestar's form parser has it hard-coded."""
    _multipart.UploadFile = HeldUpload  # type: ignore[attr-defined]  # a private module's name

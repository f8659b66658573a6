"""Keeps uploaded files in memory until they are sealed, so that none is ever written to disk in plain form."""

from typing import Any

from litestar import _multipart
from litestar.datastructures import UploadFile


class HeldUpload(UploadFile):
    """As large as a body may be. Litestar's own lays what is over a megabyte into a temporary folder, in plain text."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **{**named, "max_spool_size": 0})  # no size from which it is written out


def hold_uploads() -> None:
    """For the whole process: Litestar's reader of forms names the class of its files itself."""
    _multipart.UploadFile = HeldUpload  # type: ignore[attr-defined]  # a private module's name

"""An operator's command by its own `main`, in this process: to start one of its own takes two seconds of processor time.

`tests/api/test_commands.py` and `tests/api/records/test_command.py` start the processes that an operator starts.
"""

import contextlib
import io
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import msgspec

from api.cli import main


class Done(msgspec.Struct):
    status: int
    out: str
    err: str


def command(environ: Mapping[str, str], *words: Any) -> Done:
    """`python -m api WORDS`. In a thread: whoever asks may have a loop running."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(_run, environ, [str(word) for word in words]).result()


def _run(environ: Mapping[str, str], words: list[str]) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environ, clear=True),
        patch("api.cli.set_up_logs", lambda **_: None),  # which would hold for every test after this one
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            status = main(words)
        except SystemExit as end:
            said = end.code
            status = said if isinstance(said, int) else 1
            err.write("" if isinstance(said, int) else str(said))
    return Done(status, out.getvalue().strip(), err.getvalue().strip())


def good(environ: Mapping[str, str], *words: Any) -> str:
    """What it printed."""
    done = command(environ, *words)
    assert done.status == 0, (words, done)
    return done.out

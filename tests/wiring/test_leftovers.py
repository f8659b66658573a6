"""Data of servers whose runs were killed does not pile up in memory, and nobody's running server loses its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.mongo import sweep


def left(where: Path, made_by: int, server: int | None = None) -> Path:
    folder = where / f"cw-mongo-{made_by}-x"
    folder.mkdir()
    (folder / "data").write_text("data")
    if server is not None:
        (folder / "mongod.lock").write_text(f"{server}\n")
    return folder


def test_only_what_nobody_uses_any_more_is_taken_away(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    kept = [left(tmp_path, os.getpid()), left(tmp_path, ended.pid, os.getpid()), tmp_path / "cw-mongo-nameless"]
    kept[2].mkdir()
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(kept)

    (kept[1] / "mongod.lock").write_text("")  # as a server leaves it that was asked to stop
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([kept[0], kept[2]])

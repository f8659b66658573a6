"""A key module in a thread of the test, behind a real socket."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.infra.held_keys import HeldKeys
from api.infra.key_file import KeyFile
from api.infra.key_module import KeyModule, ModuleSettings


@contextmanager
def key_module(
    path: Path, file: KeyFile, *, peers: frozenset[int] = frozenset({os.getuid()}), most_opened: int = 0
) -> Iterator[KeyModule]:
    """Answers until the end, and then is gone with all its connections, as if its process had ended."""
    module = KeyModule(ModuleSettings(HeldKeys(file), path, peers, most_opened, is_production=False))
    thread = threading.Thread(target=module.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield module
    finally:
        module.shutdown()
        module.server_close()
        module.hang_up()
        thread.join()
        path.unlink(missing_ok=True)

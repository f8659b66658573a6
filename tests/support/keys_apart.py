"""Every test with its keys behind a socket: `pytest -p tests.support.keys_apart`. What works with keys in the process works so as well."""

import itertools
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from api.infra.asked_keys import AskedKeys
from api.infra.held_keys import HeldKeys
from api.infra.key_file import KeyFile
from api.infra.key_module import KeyModule, ModuleSettings
from api.infra.privacy import KeyRing

_MODULES: list[KeyModule] = []
_NUMBERS = itertools.count(1)
_OF_THE_KEYS_THEMSELVES = {
    "test_it_can_be_told_how_much_it_opens_and_counts_what_it_did",
    "test_who_asks_the_key_module_holds_no_keys_and_does_not_ask_for_them_at_the_start",
}


def pytest_configure(config: pytest.Config) -> None:
    folder = tempfile.TemporaryDirectory(prefix="cw-keys-")
    config.add_cleanup(folder.cleanup)
    own = frozenset({os.getuid()})

    def of(cls: type[KeyRing], file: KeyFile) -> KeyRing:
        path = Path(folder.name) / str(next(_NUMBERS))
        module = KeyModule(ModuleSettings(HeldKeys(file), path, own, 0, is_production=False))
        _MODULES.append(module)
        threading.Thread(target=module.serve_forever, daemon=True).start()
        return cls(AskedKeys(path))

    KeyRing.of = classmethod(of)  # type: ignore[assignment, method-assign]  # every ring asks a module


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Two tests ask where the keys are, or count what one module did."""
    own = [item for item in items if item.name in _OF_THE_KEYS_THEMSELVES]
    config.hook.pytest_deselected(items=own)
    items[:] = [item for item in items if item not in own]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    done = sum(sum(module._counted.values()) for module in _MODULES)
    terminalreporter.write_line(f"{done} values were sealed, opened, digested or signed by {len(_MODULES)} key modules")

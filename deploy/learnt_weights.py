"""Puts what the bot has learnt from its data into the wheel (hatchling runs this; git ignores the files). An editable
installation gets none: whoever installs it runs `python -m bot learn`, or the first start learns.
"""

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_LEARNING_NEEDS = ("jieba", "msgspec", "numpy", "platformdirs", "pyahocorasick", "rapidfuzz", "tomli")


class LearntWeights(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """Those of the product's own that learning uses, in the versions that the product asks for."""
        return [name for name in self.metadata.core.dependencies if name.startswith(_LEARNING_NEEDS)]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            subprocess.run([sys.executable, "-m", "bot", "learn"], cwd=self.root, check=True)
            build_data["artifacts"].append("bot/data/*.msgpack")

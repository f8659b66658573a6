"""`make audit`: pip-audit over what is pinned, where it is installed and its advisory source answers; otherwise says why not."""

import importlib.util
import subprocess
import sys
from pathlib import Path

_SECONDS = 120
_AWAY = (
    "ConnectionError",
    "Max retries",
    "Connection refused",
    "Name or service",
    "timed out",
    "HTTPError",
    "ServiceError",
)


def main() -> int:
    if importlib.util.find_spec("pip_audit") is None:
        print("Dependency audit skipped: pip-audit is not installed here (pip install pip-audit).")
        return 0
    constraints = Path(__file__).parents[2] / "constraints.txt"
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(constraints),
        "--no-deps",
        "--progress-spinner",
        "off",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print("Dependency audit skipped: the advisory source did not answer in two minutes.")
        return 0
    said = done.stdout + done.stderr
    if done.returncode and any(sign in said for sign in _AWAY):
        print("Dependency audit skipped: no advisory source is reachable from here.")
        return 0
    print(said.strip())
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())

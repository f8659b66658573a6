"""`make audit`: pip-audit over what is pinned. A finding fails; where no advisory source answers, one line says so and why."""

import subprocess
import sys
from pathlib import Path

import msgspec

_CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
_SECONDS = 120
_SOURCE = "https://api.osv.dev/v1/query"
_AWAY = (
    "ConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
    "SSLError",
    "ServiceError",
    "JSONDecodeError",
)


class Advice(msgspec.Struct, frozen=True):
    id: str
    fix_versions: tuple[str, ...] = ()


class Package(msgspec.Struct, frozen=True):
    name: str
    version: str = "?"
    vulns: tuple[Advice, ...] = ()
    skip_reason: str | None = None


class Report(msgspec.Struct, frozen=True):
    dependencies: tuple[Package, ...]


def audit(constraints: Path, source: str = _SOURCE, seconds: float = _SECONDS) -> tuple[int, str]:
    """The exit status and what to print. `source` speaks the protocol of OSV."""
    try:
        done = subprocess.run(
            [
                sys.executable, "-m", "pip_audit", "--requirement", str(constraints), "--no-deps", "--disable-pip",
                "--vulnerability-service", "osv", "--osv-url", source, "--format", "json", "--progress-spinner", "off",
            ],
            capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 0, f"Dependency audit skipped: {source} did not answer within {seconds:.0f} seconds."
    try:
        packages = msgspec.json.decode(done.stdout, type=Report).dependencies
    except msgspec.DecodeError:
        sign = next((one for one in _AWAY if one in done.stderr), None)
        if sign:
            return 0, f"Dependency audit skipped: the advisory source {source} is not reachable from here ({sign})."
        return 1, done.stderr.strip() or f"pip-audit ended with {done.returncode} and said nothing."
    looked = [one for one in packages if one.skip_reason is None]
    if not looked:
        return 0, f"Dependency audit skipped: {source} knows none of the packages."
    found = [
        f"{one.name} {one.version}: {fault.id}"
        + (f", mended in {', '.join(fault.fix_versions)}" if fault.fix_versions else "")
        for one in looked
        for fault in one.vulns
    ]
    if found:
        return 1, "Dependencies with known faults:\n" + "\n".join(found)
    return 0, f"{len(looked)} dependencies, no known faults ({source})."


def main() -> int:
    status, words = audit(_CONSTRAINTS)
    print(words)
    return status


if __name__ == "__main__":
    raise SystemExit(main())

"""Fuzzing by coverage (atheris, with libFuzzer behind it): ten minutes over the parsers of foreign input, two at a time.

`python -m tests.bench.guided` runs all; `--target NAME` is one, in the process that atheris takes over and ends. Inputs that reach
something new go to a folder of their own beside those of `tests/faults/corpus/`; `--keep` adds the smallest of them there.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "faults" / "corpus"
TARGETS = sorted(folder.name for folder in CORPUS.iterdir())
"""By name only: what is imported before the fuzzer looks is not seen by it."""
BIGGEST = 4096  # bytes of an input
_SECONDS = 300.0
_AT_ONCE = 2
_SLOWEST = 10  # seconds for one input: more is a finding
_MEGABYTES = 2048
_DONE = re.compile(rb"Done (\d+) runs in (\d+) second")
_SO_FAR = re.compile(rb"^#(\d+)\t", re.MULTILINE)
_PATIENCE = 1.25  # times what the fuzzing itself takes: a share of it goes into starting
_COVERED = re.compile(rb"cov: (\d+)")
_START_SECONDS = 240  # to instrument and import everything on a busy machine, before the first input, and to end


def fuzz(target: str, folder: Path, seconds: int) -> None:
    """Does not return: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["api", "bot", "knowledge", "litestar._multipart", "multipart"]):
        from tests.faults.guided import TARGETS as instrumented
    for file in (CORPUS / target).iterdir():  # what is loaded on first use is not the time of an input
        instrumented[target](file.read_bytes())
    bounds = (
        f"-max_total_time={seconds}",
        f"-max_len={BIGGEST}",
        f"-timeout={_SLOWEST}",
        f"-rss_limit_mb={_MEGABYTES}",
    )
    new = folder / "new"
    new.mkdir(exist_ok=True)
    atheris.Setup(
        [sys.argv[0], *bounds, f"-artifact_prefix={folder}/", "-print_final_stats=1", str(new), str(CORPUS / target)],
        instrumented[target],
    )
    atheris.Fuzz()


def run(*, quick: bool = False, seconds: float = _SECONDS) -> list[dict[str, object]]:
    each = max(5, int((15 if quick else seconds) * _AT_ONCE / len(TARGETS)))
    rows: list[dict[str, object]] = []
    faults, end = 0, time.monotonic() + each * len(TARGETS) / _AT_ONCE * _PATIENCE
    with tempfile.TemporaryDirectory(prefix="cw-guided-") as folder:
        waiting, running = list(TARGETS), dict[str, tuple[subprocess.Popen[bytes], float]]()
        try:
            while waiting or running:
                if time.monotonic() > end:  # a busy machine: what there is of it is told
                    rows += [
                        {"name": f"guided: {name}", "value": 0, "unit": "inputs", "note": "no time"} for name in waiting
                    ]
                    waiting.clear()
                while waiting and len(running) < _AT_ONCE:
                    target = waiting.pop(0)
                    running[target] = _started(target, Path(folder) / target, each), time.monotonic()
                for target, (process, since) in list(running.items()):
                    now = time.monotonic()
                    if process.poll() is None and now - since < each + _START_SECONDS and now < end:
                        continue
                    row = _row(target, process, Path(folder) / target)
                    faults += row["fault"] is not None
                    rows.append(row)
                    del running[target]
                time.sleep(0.2)
        finally:
            for process, _ in running.values():
                process.kill()
                process.wait()
    return [*rows, {"name": "guided: parsers with a fault", "value": faults, "unit": "parsers", "target": "0"}]


def _started(target: str, folder: Path, seconds: int) -> subprocess.Popen[bytes]:
    folder.mkdir()
    command = [
        sys.executable,
        "-m",
        "tests.bench.guided",
        "--target",
        target,
        "--into",
        str(folder),
        "--seconds",
        str(seconds),
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _row(target: str, process: subprocess.Popen[bytes], folder: Path) -> dict[str, object]:
    is_broken_off = process.poll() is None
    if is_broken_off:
        process.kill()
        process.wait()
    log = (folder / "log").read_bytes()
    done, covered = _DONE.search(log), _COVERED.findall(log)
    harmful = [file for file in folder.iterdir() if file.name.startswith(("crash-", "timeout-", "oom-"))]
    fault = None
    if harmful or (done is None and not is_broken_off):
        shown = harmful[0].read_bytes()[:200] if harmful else b""
        fault = f"{[file.name[:12] for file in harmful]} {shown!r}: {log[-1500:].decode(errors='replace')}"
    return {
        "name": f"guided: {target}",
        "value": int(done[1]) if done else int((_SO_FAR.findall(log) or [b"0"])[-1]),
        "unit": "inputs",
        "covered": int(covered[-1]) if covered else 0,
        "fault": fault,
    }


def keep(target: str, folder: Path, most: int) -> int:
    """The smallest of the new inputs, after libFuzzer has merged them: as few as reach the same."""
    added = 0
    for file in sorted((folder / "new").iterdir(), key=lambda one: one.stat().st_size)[:most]:
        shutil.copy(file, CORPUS / target / file.name[:12])
        added += 1
    return added


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.guided", description=__doc__)
    parser.add_argument("--target", choices=list(TARGETS))
    parser.add_argument("--into", type=Path, help="a folder for what is found")
    parser.add_argument("--seconds", type=int, default=int(_SECONDS))
    parser.add_argument("--keep", type=int, metavar="MOST", help="copy so many of what --into holds to the corpus")
    chosen = parser.parse_args()
    if chosen.target is None:
        for row in run(seconds=chosen.seconds):
            print(row)
    elif chosen.keep is not None:
        print(keep(chosen.target, chosen.into, chosen.keep))
    else:
        chosen.into.mkdir(exist_ok=True)
        fuzz(chosen.target, chosen.into, chosen.seconds)


if __name__ == "__main__":
    main()

"""What libraries and threads have to say goes the same way as our own lines: without the words of a fault, which may be a person's."""

import subprocess
import sys

import msgspec
import pytest

from api.infra.log import place_of

_NUMBER = "110105199001012337"
_SAID = f"""
import asyncio, logging, sys, threading
from api.infra.log import set_up_logs

set_up_logs(is_json=sys.argv[1] == "json")

def fail():
    raise ValueError("{_NUMBER}")

async def forgotten():
    asyncio.ensure_future(asyncio.to_thread(fail))
    await asyncio.sleep(0.2)

asyncio.run(forgotten())
logging.getLogger("apscheduler.scheduler").warning("a job takes longer than its interval, as it may")
logging.getLogger("odd").log(35, "a level of its own")
logging.getLogger("pymongo").warning("nobody answers at %s", "{_NUMBER}")
for end in (fail, sys.exit):
    thread = threading.Thread(target=end)
    thread.start()
    thread.join()
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_fault_that_nobody_caught_brings_its_words_into_the_log(form: str) -> None:
    done = subprocess.run([sys.executable, "-c", _SAID, form], capture_output=True, encoding="utf-8", check=True)
    assert _NUMBER not in done.stderr + done.stdout
    lines = done.stderr.splitlines()
    assert "warning" in (odd := lines.pop(1)) and "odd" in odd
    assert len(lines) == 3 and "ValueError" in lines[0] and "asyncio" in lines[0] and "pymongo" in lines[1]
    assert "ValueError" in lines[2] and "<string>:8" in lines[2]
    if form == "json":
        first, second, third = (msgspec.json.decode(line) for line in lines)
        assert (first["level"], first["room"], first["fault"]) == ("error", "asyncio", "ValueError")
        assert (second["level"], second["event"], second["room"]) == ("warning", "library", "pymongo")
        assert third["reason"] == "<string>:8"


def test_the_place_of_a_fault_says_which_of_the_many_files_of_one_name_it_is() -> None:
    with pytest.raises(ValueError, match=_NUMBER) as raised:
        raise ValueError(_NUMBER)
    assert place_of(raised.value).startswith("infra/test_log.py:")
    assert place_of(ValueError()) == "?"

"""The key module as a process with a user of its own, beside the product's and somebody else's."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest

from api.infra.key_file import make_development_keys

_AS_MODULE = """
import os, resource  # as that user it may not reach Python's own files
from api.infra.key_module import main
os.setgroups([]); os.setgid(10002); os.setuid(10002)
raise SystemExit(main())
"""
_AS_ASKER = """
import os, sys
from pathlib import Path
from api.infra.asked_keys import AskedKeys, KeysAway
from api.infra.privacy import KeyRing
user, group, path, file, module = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5]
os.setgroups([]); os.setgid(group); os.setuid(user)
ring = KeyRing(AskedKeys(path))
try:
    print(ring.open(ring.seal(b"opened", "place"), "place").decode())
except KeysAway as away:
    print(away.why)
ring.close()
for forbidden in (file, Path("/proc") / module / "environ", Path("/proc") / module / "mem"):
    try:
        forbidden.read_bytes()
        print("read", forbidden)
    except PermissionError:
        pass
try:
    path.with_name("other").touch()
    print("another socket could be put there")
except PermissionError:
    pass
"""


@pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0,
    reason="the kernel of Linux tells who asks, and only the administrator starts processes of several users",
)
def test_with_a_user_of_its_own_its_keys_are_read_by_nobody_who_asks_it() -> None:
    """As compose.yaml has it: the module is 10002, the product 10001, and somebody else is neither."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder, file = Path(name) / "run", Path(name) / "keys.json"
        folder.mkdir()
        os.chown(folder, 10002, 10001)
        folder.chmod(0o2750)
        file.write_bytes(msgspec.json.encode(msgspec.structs.replace(make_development_keys(), development=False)))
        os.chown(file, 10002, 10002)
        file.chmod(0o400)
        environ = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3]),
            "CW_KEYS_FILE": str(file), "CW_KEYS_SOCKET": str(folder / "ring"), "CW_KEYS_PEERS": "10001",
        }  # fmt: skip
        module = subprocess.Popen([sys.executable, "-c", _AS_MODULE], env=environ, stderr=subprocess.PIPE)
        try:
            assert module.stderr is not None
            assert b"keys-serving" in module.stderr.readline()

            def said_to(user: int, group: int) -> list[str]:
                what = [str(one) for one in (user, group, folder / "ring", file, module.pid)]
                done = subprocess.run(
                    [sys.executable, "-c", _AS_ASKER, *what], env=environ, capture_output=True, text=True, check=True
                )
                return [line for line in done.stdout.splitlines() if " keys-" not in line]

            assert said_to(10001, 10001) == ["opened"]
            assert said_to(65534, 10001)[-1] == "keys-away", "in the group, but not the user who may ask"
            assert said_to(65534, 65534)[-1] == "keys-away"
        finally:
            module.terminate()
            assert module.wait(20) == 0
        assert b"strangers" in module.stderr.read()
        assert not (folder / "ring").exists()
        module.stderr.close()

"""The composed installation is what Compose takes: asked of Compose itself where it is installed, and of the file always."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.infra.settings import read_settings
from deploy.database import MEMBERS, PARAMETERS
from tests.wiring.test_operating import CENTRES, documented_settings

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "compose.yaml").read_text()
_FILE: dict[str, Any] = msgspec.yaml.decode(_TEXT)
_SERVICES: dict[str, dict[str, Any]] = _FILE["services"]
_NEEDED = sorted(set(re.findall(r"\$\{(\w+):\?", _TEXT)))
_KEYS = {
    "image", "build", "command", "environment", "restart", "secrets", "depends_on", "healthcheck", "volumes", "ports",
    "deploy", "stop_grace_period", "user", "network_mode", "networks",
}  # fmt: skip


def _compose() -> list[str] | None:
    """Compose as it is on this machine: the plug-in of today, or the program of before."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True).returncode == 0:
            return command
    return None


def _ask(command: list[str], **settings: str) -> subprocess.CompletedProcess[str]:
    """What it makes of the file. The program of before does not know a name at the top."""
    text = _TEXT if command[-1] == "compose" else re.sub(r"(?m)^name:.*\n", "", _TEXT)
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [*command, "--project-directory", str(_ROOT), "-f", "-", "config"],
        input=text, env={**environ, **settings}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_compose_takes_the_file_and_refuses_it_without_its_settings() -> None:
    command = _compose()
    if command is None:
        pytest.skip("Compose is not on this machine: only the structure of compose.yaml is checked")
    settings = dict.fromkeys(_NEEDED, "x")
    taken = _ask(command, **settings)
    assert taken.returncode == 0, taken.stderr
    resolved = msgspec.yaml.decode(taken.stdout)
    assert resolved["services"].keys() == _SERVICES.keys()
    assert resolved["services"]["api"]["environment"]["CW_ALLOWED_HOSTS"] == "x"
    left_out = _NEEDED[0]
    refused = _ask(command, **{name: value for name, value in settings.items() if name != left_out})
    assert refused.returncode != 0


_OF_THE_FILE_ITSELF = {
    "MONGODB_URI", "CW_DATABASE", "CW_KEYS", "CW_KEYS_FILE", "CW_KEYS_PEERS", "CW_KEYS_OPENED_A_MINUTE", "CW_HOST",
    "CW_PORT", "CW_METRICS_PORT", "CW_WORKER_METRICS_PORT", "CW_PACE", "CW_WECHAT_URL",
}  # fmt: skip


def test_what_an_operator_may_set_reaches_the_processes_and_means_the_default_where_it_is_not_set() -> None:
    """A variable in .env that the file does not name reaches nobody, and nobody says so: files would go unscanned."""
    environ = _SERVICES["api"]["environment"]
    ours = {
        name for name, when in documented_settings().items() if when not in ("`make run` only", "never in production")
    }
    assert ours - environ.keys() == _OF_THE_FILE_ITSELF
    given = {"MONGODB_URI": "mongodb://x", "CW_CENTRES": CENTRES}
    unset = {
        name: re.sub(r"\$\{(\w+)(:-)?([^}]*)\}", lambda one: one[3] if one[2] else one[1].replace("_", "-"), text)
        for name, text in environ.items()
    }
    bare = {name: text for name, text in unset.items() if ":-" not in environ[name] or name == "CW_TRUSTED_PROXIES"}
    said, silent = (msgspec.structs.replace(read_settings(one | given), keys=None) for one in (unset, bare))
    assert said == silent


def test_the_first_commands_make_every_secret_that_the_file_mounts(tmp_path: Path) -> None:
    said = re.search(r"# First: (.+?), and", _TEXT)
    assert said
    for command in said[1].split(" && "):
        program, *words = shlex.split(command.replace("deploy/secrets", str(tmp_path / "secrets")))
        assert program == "python"
        subprocess.run([sys.executable, *words], cwd=_ROOT, check=True, timeout=60)
    mounted = {secret["file"].rpartition("/")[2] for secret in _FILE["secrets"].values()}
    assert {file.name for file in (tmp_path / "secrets").iterdir()} == mounted


def test_every_service_names_only_what_the_file_has() -> None:
    for name, service in _SERVICES.items():
        assert service.keys() <= _KEYS, name
        assert ("image" in service) or ("build" in service), name
        for other, wanted in service.get("depends_on", {}).items():
            assert other in _SERVICES, f"{name} waits for {other}"
            if wanted["condition"] == "service_healthy":
                assert _SERVICES[other]["healthcheck"]["test"][0] == "CMD", f"nobody can tell when {other} is healthy"
            else:
                assert wanted["condition"] == "service_completed_successfully"
                assert _SERVICES[other]["restart"] == "no", f"{other} never ends"
        for secret in service.get("secrets", ()):
            assert secret in _FILE["secrets"]
        for volume in service.get("volumes", ()):
            source, target, *rights = volume.split(":")
            assert target.startswith("/") and rights in ([], ["ro"])
            assert (_ROOT / source).is_file() if source.startswith("./") else source in _FILE["volumes"], volume


def test_each_image_from_elsewhere_is_named_by_its_digest() -> None:
    built = {service["image"] for service in _SERVICES.values() if "build" in service}
    named = {service["image"] for service in _SERVICES.values()} - built
    named |= set(re.findall(r"(?m)^FROM (\S+)", (_ROOT / "Dockerfile").read_text()))
    assert len(named) == 6
    moving = {image for image in named if not re.fullmatch(r"[a-z/]+:[\w.-]+@sha256:[0-9a-f]{64}", image)}
    assert not moving, f"a tag can be given to another image tomorrow: {moving}"


def test_nodes_and_processes_are_as_many_as_the_documents_say() -> None:
    nodes = [name for name, service in _SERVICES.items() if str(service.get("command")).startswith("['mongod'")]
    assert nodes == ["mongo1", "mongo2", "mongo3"]
    assert len({_SERVICES[node]["volumes"][0] for node in nodes}) == 3, "each keeps its own data"
    assert [member.partition(":")[0] for member in MEMBERS] == nodes
    assert [_SERVICES[name]["deploy"]["replicas"] for name in ("api", "worker")] == [2, 2]
    assert _SERVICES["mongo-init"]["network_mode"] == f"service:{nodes[0]}", "only there a first user can be made"
    for node in nodes:
        command = _SERVICES[node]["command"]
        assert "--keyFile" in command
        assert [word for word in command if word.endswith(tuple("0123456789")) and "=" in word] == list(PARAMETERS)
    published = {port for service in _SERVICES.values() for port in service.get("ports", ())}
    assert published == {"80:80", "443:443", "127.0.0.1:3000:3000"}, (
        "neither database nor metrics are open to the world"
    )


def test_secrets_reach_who_needs_them_and_nobody_reads_them_as_they_lie_on_the_host() -> None:
    """A file secret keeps the host's owner and mode, which neither mongod nor the product could read: they get copies."""
    with_secrets = {name for name, service in _SERVICES.items() if service.get("secrets")}
    assert with_secrets == {"secrets", "mongo-init"}
    assert all(_SERVICES[name]["user"] == "root" for name in with_secrets)
    script = _SERVICES["secrets"]["command"][-1]
    assert "-o 999 -g 999 -m 400" in script and "-o 10001 -g 10001 -m 400" in script
    environ = _SERVICES["api"]["environment"]
    for name in (environ["MONGODB_URI_FILE"], _SERVICES["keys"]["environment"]["CW_KEYS_FILE"]):
        assert Path(name).parent == Path("/secrets") and Path(name).name in script
    assert "10001" in (_ROOT / "Dockerfile").read_text()


def test_keys_are_given_to_the_key_module_alone_and_api_and_worker_have_its_socket() -> None:
    """What stands for ASVS 6.4.2: a process of a user of its own, without a network, seals and opens for the others."""
    keys = _SERVICES["keys"]
    copied = re.findall(r"install -o (\d+) -g \d+ -m 400 ([^&]*?)(/of-\S+)", _SERVICES["secrets"]["command"][-1])
    assert [owner for owner, files, _ in copied if "keys.json" in files] == ["10002"]
    folder = {target: source for source, target in (v.split(":")[:2] for v in _SERVICES["secrets"]["volumes"])}
    (with_keys,) = [folder[to.rstrip("/")] for _, files, to in copied if "keys.json" in files]
    assert {name for name, one in _SERVICES.items() if any(v.startswith(f"{with_keys}:") for v in one.get("volumes", ()))} == {
        "secrets", "keys",
    }  # fmt: skip
    assert keys["user"].split(":")[0] == "10002" and keys["network_mode"] == "none"
    assert keys["environment"]["CW_KEYS_PEERS"] == "10001" and not keys.get("secrets")
    assert "chown 10002:10001 /of-socket && chmod 2750 /of-socket" in _SERVICES["secrets"]["command"][-1]
    for name in ("api", "worker"):
        environ = _SERVICES[name]["environment"]
        assert not {"CW_KEYS", "CW_KEYS_FILE"} & environ.keys()
        assert environ["CW_KEYS_SOCKET"] == keys["environment"]["CW_KEYS_SOCKET"]
        assert "keys-socket:/keys:ro" in _SERVICES[name]["volumes"]
        assert _SERVICES[name]["depends_on"]["keys"]["condition"] == "service_healthy"
    assert {"CW_KEYS_FILE": "/secrets/keys.json", "CW_KEYS_SOCKET": "/keys/ring"}.items() <= keys["environment"].items()
    assert "10002" in (_ROOT / "Dockerfile").read_text()

"""The operators' commands: the long ones as the process that an operator starts, the short ones by the same `main`."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.infra import migrations
from api.infra.ids import read_code
from tests.support.commands import Done, command
from tests.support.files import commendation, to_lines
from tests.support.mongo import Server
from tests.support.processes import _REPOSITORY

pytestmark = pytest.mark.processes


class Shell:
    """Runs `python -m api ...` against one database with the keys of one file."""

    def __init__(self, server: Server, keys: Path) -> None:
        self.environ = {
            "CW_MODE": "development",
            "MONGODB_URI": server.uri,
            "CW_DATABASE": server.new_name(),
            "CW_KEYS_FILE": str(keys),
            "CW_WECHAT_APPID": "wx-test",
            "CW_WECHAT_SECRET": "secret-test",
            "CW_WECHAT_EVENT_TOKEN": "event-token-test",
        }

    def run(self, *arguments: Any, database: str | None = None, outside: bool = False) -> Done:
        environ = {**os.environ, **self.environ, "CW_DATABASE": database or self.environ["CW_DATABASE"]}
        environ.pop("CW_KEYS", None)
        words = [str(argument) for argument in arguments]
        if not outside:
            return command(environ, *words)
        done = subprocess.run(
            [sys.executable, "-m", "api", *words],
            env=environ, cwd=_REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout.strip(), done.stderr.strip())

    def good(self, *arguments: Any, **how: Any) -> str:
        done = self.run(*arguments, **how)
        assert done.status == 0, (arguments, done)
        return done.out

    def bad(self, *arguments: Any, **how: Any) -> str:
        """One clear line on standard error, or what was printed where there is none."""
        done = self.run(*arguments, **how)
        assert done.status == 1, (arguments, done)
        assert "Traceback" not in done.err
        return done.err.splitlines()[-1] if done.err else done.out


@pytest.fixture
def shell(mongo_server: Server, tmp_path: Path) -> Shell:
    return Shell(mongo_server, tmp_path / "keys.json")


def test_an_installation_is_set_up_filled_backed_up_restored_and_rekeyed(shell: Shell, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    shell.good("keys", "make", keys)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert json.loads(keys.read_text())["development"] is False
    assert "never overwritten" in shell.bad("keys", "make", keys)

    person = ("staff", "add", "officer1", "--name", "赵一", "--role", "officer", "--jurisdiction", "dalian")
    added = shell.run(*person)
    assert read_code(added.out) == added.out, "a code to choose a password with, and neither password nor second factor"
    assert "赵一" in added.err and "/desk" in added.err and "24 hours" in added.err
    assert shell.bad(*person).startswith("officer1 is taken")
    assert "is of a unit" in shell.bad(*(one.replace("officer", "clerk") for one in person))
    assert "3 to 40" in shell.bad(*(one.replace("officer1", "赵一") for one in person))
    assert read_code(shell.good("staff", "reset", "officer1")) not in (None, added.out)
    shell.good("staff", "leave", "officer1")
    assert "staff return officer1" in shell.bad("staff", "reset", "officer1")

    unit = shell.good(
        "provider", "add", "--name", "大连市文明办", "--jurisdiction", "dalian", "--code", "11210200000000000X"
    )
    assert "is of the centre" in shell.bad(*(one.replace("officer1", "officer2") for one in person), "--provider", unit)
    key = shell.good("provider", "key", "issue", unit, "--scope", "records", "--days", 30)
    assert key.startswith("pk_") and "." in key
    for days in (0, -1, 3651, "three"):
        never = shell.run("provider", "key", "issue", unit, "--days", days)
        assert (never.status, never.out) == (2, "") and "from 1 to 3650" in never.err, "never one without an end"
    same = ("--name", "大连市文明办", "--jurisdiction", "dalian", "--code", "11210200000000001X")
    assert f"--id {unit}" in shell.bad("provider", "add", *same)
    for code in ("112102000000001X", "1121020000000000IX"):  # every row that names its unit by code would be refused
        mistyped = shell.run("provider", "add", *same[:-1], code)
        assert (mistyped.status, mistyped.out) == (2, "") and "18 digits and letters" in mistyped.err
    assert shell.good("provider", "add", *same, "--id", unit) == unit
    elsewhere = ["yunnan" if one == "dalian" else one for one in same]
    assert f"{unit} is a unit of dalian" in shell.bad("provider", "add", *elsewhere, "--id", unit)
    assert shell.good("provider", "key", "revoke", key)
    for step in ("revoke", "rotate"):
        assert shell.bad("provider", "key", step, "pk_none").startswith("There is no key pk_none")
    for step in ("issue", "list"):
        assert shell.bad("provider", "key", step, "prv_none").startswith(
            "There is no unit prv_none; python -m api provider"
        )
    whose = ("--role", "clerk", "--provider", "prv_none", "--jurisdiction", "dalian")
    assert shell.bad("staff", "add", "clerk1", "--name", "林芳", *whose).startswith("There is no unit prv_none")

    whose = ("--role", "clerk", "--provider", unit, "--jurisdiction", "yunnan")
    assert shell.bad("staff", "add", "clerk1", "--name", "林芳", *whose).endswith("--jurisdiction dalian.")

    rows = [commendation(serial) for serial in range(1, 1202)]
    rows[4]["documentNumber"] = "210202198001010000"
    (tmp_path / "rows.jsonl").write_bytes(to_lines(rows))
    taken = shell.run("import", tmp_path / "rows.jsonl", "--provider", unit)
    assert taken.status == 1, "a refused row is not a success"
    assert "1000 rows" in taken.err
    assert taken.out.splitlines()[0].startswith("line 5\tdocumentNumber\t")
    assert "1 refused" in taken.out
    assert "210202198001010000" not in taken.out + taken.err
    back = tmp_path / "refused.xlsx"
    back.write_bytes(b"an earlier one")
    back.chmod(0o644)
    shell.run("import", tmp_path / "rows.jsonl", "--provider", unit, "--refused", back)
    assert back.read_bytes()[:2] == b"PK"
    assert back.stat().st_mode & 0o777 == 0o600, "people's names and whole numbers stand in it"
    assert "There is no unit prv_none" in shell.bad("import", tmp_path / "rows.jsonl", "--provider", "prv_none")
    assert "No such file" in shell.bad("import", tmp_path / "none", "--provider", unit)

    assert shell.good("audit", "verify") == "The audit is whole."
    heads = shell.good("audit", "head")
    (tmp_path / "heads").write_text(heads)
    assert shell.good("audit", "verify", "--heads", tmp_path / "heads")
    forged = json.loads(heads.splitlines()[-1]) | {"chain": "0" * 64}
    (tmp_path / "heads").write_text(json.dumps(forged))
    assert "head" in shell.bad("audit", "verify", "--heads", tmp_path / "heads")

    shell.good("backup", tmp_path / "backup", outside=True)
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    assert "not empty" in shell.bad("restore", tmp_path / "backup")
    other = shell.environ["CW_DATABASE"] + "_restored"
    shell.good("restore", tmp_path / "backup", database=other, outside=True)
    rows.pop(4)
    (tmp_path / "rows.jsonl").write_bytes(to_lines(rows))
    again = shell.good("import", tmp_path / "rows.jsonl", "--provider", unit, database=other)
    assert "0 taken in" in again, "every record came back with what makes it the same record"
    assert "whole" in shell.good("audit", "verify", database=other)

    shell.good("keys", "add", keys)
    assert json.loads(keys.read_text())["current"] == "k2"
    assert int(shell.good("keys", "rotate", database=other).split()[0]) > 0
    assert shell.good("keys", "rotate", database=other).split()[0] == "0"
    shell.good("keys", "add-index", keys)
    assert "under way" in shell.bad("keys", "add-index", keys)
    _kill_in_the_middle(shell, other, "keys", "rotate-index")
    assert "not through" in shell.bad("keys", "retire-index", keys, database=other)
    (tmp_path / "rows.jsonl").write_bytes(to_lines(rows[::12]))  # of those who have moved and of those who have not
    assert "0 taken in" in shell.good("import", tmp_path / "rows.jsonl", "--provider", unit, database=other)
    shell.good("keys", "rotate-index", database=other)
    assert shell.good("keys", "rotate-index", database=other).split()[0] == "0"
    shell.good("keys", "retire-index", keys, database=other)
    assert json.loads(keys.read_text())["former_index_keys"] == {}
    assert "0 taken in" in shell.good("import", tmp_path / "rows.jsonl", "--provider", unit, database=other)
    assert "whole" in shell.good("audit", "verify", database=other)
    assert "former_index_keys" in shell.bad("audit", "verify"), "another database, which is still under the first key"
    assert f"version {migrations.newest()}." in shell.good("migrate", database=other)
    assert shell.good("feedback", database=other) == ""


def test_no_key_gets_the_name_of_one_that_was_taken_out_of_the_file(shell: Shell, tmp_path: Path) -> None:
    """What is stored and backed up names its key: two keys of one name would each be tried on what the other made."""
    keys = tmp_path / "keys.json"
    shell.good("keys", "make", keys)
    shell.good("keys", "add", keys)
    shell.good("keys", "add-index", keys)
    file = json.loads(keys.read_text())
    assert (file["current"], file["index_name"]) == ("k2", "i2")
    del file["field_keys"]["k1"]
    keys.write_text(json.dumps(file | {"former_index_keys": {}}))
    shell.good("keys", "add", keys)
    shell.good("keys", "add-index", keys)
    after = json.loads(keys.read_text())
    assert (after["current"], list(after["field_keys"])) == ("k3", ["k2", "k3"])
    assert (after["index_name"], after["former_index_keys"]) == ("i3", {"i2": file["index_key"]})
    assert "another --name" in shell.bad("keys", "add", keys, "--name", "k2")
    before = keys.read_text()
    for words in (["make", tmp_path / "other.json"], ["add", keys]):
        assert "255" in shell.bad("keys", *words, "--name", "k" * 256), "it stands before each value, in one byte"
    assert keys.read_text() == before and not (tmp_path / "other.json").exists()


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only the administrator changes another's file"
)
def test_a_file_of_keys_stays_its_owners_whoever_adds_to_it(shell: Shell, tmp_path: Path) -> None:
    """The key module, which is of a user of its own, could not read it at its next start."""
    keys = tmp_path / "keys.json"
    shell.good("keys", "make", keys)
    os.chown(keys, 12345, 54321)
    for word in ("add", "add-index"):
        shell.good("keys", word, keys)
        found = keys.stat()
        assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (12345, 54321, 0o600), word


def test_where_metrics_cannot_be_shown_the_setting_is_named_that_is_wrong(shell: Shell, tmp_path: Path) -> None:
    shell.good("keys", "make", tmp_path / "keys.json")
    shell.environ["CW_METRICS_HOST"] = "192.0.2.1"  # of nobody
    said = shell.bad("serve")
    assert "192.0.2.1" in said and "CW_METRICS_HOST" in said and "taken" not in said


def _kill_in_the_middle(shell: Shell, database: str, *words: str) -> None:
    """With SIGKILL, as soon as it says how far it is."""
    environ = {**os.environ, **shell.environ, "CW_DATABASE": database}
    command = [sys.executable, "-m", "api", *words]
    with subprocess.Popen(command, env=environ, cwd=_REPOSITORY, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        process.kill()
    assert "moved" in said, said


def test_every_command_explains_itself_and_faults_are_one_line(shell: Shell, tmp_path: Path) -> None:
    for words in (
        ["audit"], ["audit", "verify"], ["audit", "head"], ["backup"], ["restore"], ["migrate"], ["keys"], ["keys", "make"],
        ["keys", "add"], ["keys", "rotate"], ["keys", "add-index"], ["keys", "rotate-index"], ["keys", "retire-index"], ["staff", "add"], ["staff", "reset"], ["provider", "add"], ["provider", "key", "issue"],
        ["provider", "key", "revoke"], ["feedback"], ["import"],
    ):  # fmt: skip
        assert "usage: python -m api " + " ".join(words) in _help(words)
    shell.environ["CW_KEYS_FILE"] = str(tmp_path / "none")
    assert "CW_KEYS" in shell.run("migrate").err
    shell.environ |= {"MONGODB_URI": "mongodb://127.0.0.1:1"}
    (tmp_path / "garbage").write_bytes(b"something else")
    shell.good("keys", "make", tmp_path / "none")
    assert "does not answer" in shell.bad("feedback")
    assert "no backup" in shell.bad("restore", tmp_path / "garbage")


def _help(command: list[str]) -> str:
    """Without a process each: the parser is the same."""
    from api.cli import parser

    chosen: Any = parser()
    for name in command:
        chosen = next(
            action.choices[name]
            for action in chosen._actions
            if isinstance(action.choices, dict) and name in action.choices
        )
    text: str = chosen.format_help()
    assert chosen.description
    return text

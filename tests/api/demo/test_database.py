"""The database of `make run`: MongoDB's own server as a replica set of one, or one line that says why it cannot be."""

import subprocess
from pathlib import Path
from typing import Any

import pymongo
import pytest

from api.demo import database as embedded
from api.demo.supervisor import CannotStart, last_words
from tests.support.mongo import end, free_port, launch


def test_it_is_a_replica_set_with_a_journal_whose_data_is_found_again_under_another_port(tmp_path: Path) -> None:
    for value in (1, 2):
        port = free_port()
        process = launch(tmp_path, port)
        try:
            client: Any
            with pymongo.MongoClient(embedded.uri(("127.0.0.1", port)), w="majority") as client:
                client.test.things.insert_one({"_id": value})
                assert client.test.things.count_documents({}) == value
                assert client.admin.command("serverStatus")["storageEngine"]["name"] == "wiredTiger"
                assert client.admin.command("buildInfo")["versionArray"][0] >= 6
                config = client.admin.command("replSetGetConfig")["config"]
                assert config["writeConcernMajorityJournalDefault"] and len(config["members"]) == 1
        finally:
            end(process)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -ILL $$", "AVX"),
        ("echo \"mongod: /lib/libc.so.6: version 'GLIBC_2.35' not found\" >&2; exit 1", "older than 2.35"),
        ("echo 'libcurl.so.4: cannot open shared object file' >&2; exit 127", "libcurl4"),
    ],
)
def test_where_it_cannot_run_one_line_says_why(
    script: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "fiftyone" / "db"
    (package / "bin").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "bin" / "mongod").write_text(f"#!/bin/bash\n{script}\n")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: _Spec(str(package / "__init__.py")))
    with pytest.raises(CannotStart) as refused:
        embedded.program()
    line = str(refused.value)
    assert words in line and "MONGODB_URI" in line and "\n" not in line


def test_where_the_extra_is_not_installed_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(CannotStart, match=r"\[embedded\].*MONGODB_URI"):
        embedded.program()


def test_its_last_words_are_the_error_and_not_the_end_of_the_log(tmp_path: Path) -> None:
    folder, log = tmp_path / "none", tmp_path / "log"
    with log.open("wb") as output:
        ended = subprocess.run(embedded.command(embedded.program(), folder, free_port()), stdout=output, timeout=60)
    assert ended.returncode
    assert "not found" in last_words(log) and str(folder) in last_words(log)


def test_its_last_words_are_of_this_start_and_not_of_an_earlier_one(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("the port was taken, yesterday\n")
    since = log.stat().st_size
    assert last_words(log, since) == "it said nothing"
    with log.open("a") as more:
        more.write("no key, today\n")
    assert last_words(log, since) == "no key, today"


class _Spec:
    def __init__(self, origin: str) -> None:
        self.origin = origin

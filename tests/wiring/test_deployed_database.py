"""What `compose.yaml` makes of its database, on a real server: members with a key, and a product's user with no more than it needs."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.errors import OperationFailure

from api.composition import Services
from api.demo import database as embedded
from api.infra.ability import look
from api.infra.backup import back_up
from api.infra.clock import SystemClock
from api.infra.mongo import Database
from deploy import database as deployed
from tests.support import replicas
from tests.support.api import make_settings
from tests.support.mongo import end, free_port, wait_for_port
from tests.support.world import KEYS


class Deployed:
    def __init__(self, folder: Path) -> None:
        self.secrets = folder / "secrets"
        self.made = deployed.make_secrets(self.secrets)
        self.address = f"127.0.0.1:{free_port()}"
        self.uri = (self.secrets / "mongodb-uri").read_text().replace(",".join(deployed.MEMBERS), self.address)

    def form(self) -> None:
        deployed.form(self.address, (self.address,), (self.secrets / "mongo-admin-password").read_text(), self.uri)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("deployed")
    here = Deployed(folder)
    (folder / "data").mkdir()
    port = int(here.address.rpartition(":")[2])
    command = embedded.command(embedded.program(), folder / "data", port, "--keyFile", str(here.secrets / "mongo-key"))
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        here.form()
        yield here
    finally:
        end(process)


def test_secrets_are_the_owners_alone_and_are_made_once(database: Deployed) -> None:
    assert {file.name for file in database.made} == {"mongo-key", "mongo-admin-password", "mongodb-uri"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in database.made)
    assert deployed.make_secrets(database.secrets) == []


def test_forming_it_again_changes_nothing(database: Deployed) -> None:
    database.form()


def test_without_a_password_nothing_is_told(database: Deployed) -> None:
    client: Any
    with pymongo.MongoClient(f"mongodb://{database.address}/?directConnection=true") as client:
        for command in ("listDatabases", "usersInfo"):
            with pytest.raises(OperationFailure):
                client.admin.command(command)
        with pytest.raises(OperationFailure):
            client[deployed.DATABASE].records.find_one({})


def test_the_products_user_has_its_own_database_and_no_other(database: Deployed) -> None:
    client: Any
    with pymongo.MongoClient(database.uri) as client:
        client[deployed.DATABASE].things.insert_one({"_id": 1})
        for name in ("other", "admin", "local", "config"):
            with pytest.raises(OperationFailure):
                client[name].things.insert_one({"_id": 1})
            with pytest.raises(OperationFailure):
                client[name].things.find_one({})
        for command in ("replSetGetConfig", "shutdown", "listDatabases"):
            refused = None
            try:
                listed = client.admin.command(command)
            except OperationFailure as fault:
                refused = fault
            assert refused or [one["name"] for one in listed["databases"]] == [deployed.DATABASE], command


async def test_with_those_rights_the_product_starts_is_ready_writes_and_backs_up(
    database: Deployed, tmp_path: Path
) -> None:
    made = Database(database.uri, deployed.DATABASE, timeout_ms=20_000)
    services = Services(make_settings(), database=made)
    await services.prepare()
    ability = await look(made, SystemClock().now())
    assert ability.fault is None
    await made.transact(lambda tx: made.collection("limits").insert_one({"_id": "x"}, session=tx))
    await asyncio.wait_for(back_up(made, KEYS, tmp_path / "backup", lambda *_: None), 60)
    await made.close()


def test_the_tests_set_is_the_one_that_is_deployed() -> None:
    assert vars(replicas)["SETTINGS"] is deployed.SETTINGS

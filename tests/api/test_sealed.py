"""Rotation reaches every secret: a collection that is forgotten would be lost with its old key."""

import base64
import random
import secrets
from typing import Any

import msgspec
import pytest

from api.composition import Services
from api.evidence.store import PIECES, EvidenceStore
from api.infra.collections import codecs_of
from api.infra.documents import Codec
from api.infra.key_file import KeyFile
from api.infra.mongo import Database
from api.infra.privacy import KeyRing, sm3
from api.infra.rotation import rotate
from schedulers.work import Work
from tests.support.api import Api, make_settings, resident
from tests.support.pdfs import made
from tests.support.records import make_record, put_records
from tests.support.world import KEY_FILE


def test_every_collection_with_secrets_is_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, bool] = {}
    build = Codec.__init__

    def note(self: Codec[Any], struct: Any, collection: str, keys: KeyRing) -> None:
        build(self, struct, collection, keys)
        made[collection] = made.get(collection, False) or self.has_secrets

    monkeypatch.setattr(Codec, "__init__", note)
    services = Services(make_settings())
    services.chat_feedback()
    assert services.answers is not None
    sealed = {collection for collection, has_secrets in made.items() if has_secrets}
    assert sealed | {PIECES.name} == set(codecs_of(Services.COLLECTIONS, services.keys))


def test_no_store_opens_a_collection_that_is_not_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: set[str] = set()
    find = Database.collection

    def note(self: Database, name: str) -> Any:
        opened.add(name)
        return find(self, name)

    monkeypatch.setattr(Database, "collection", note)
    Work(Services(make_settings()))
    declared = [one.name for one in Services.COLLECTIONS]
    assert opened <= set(declared) and len(declared) == len(set(declared))
    assert all(one.why for one in Services.COLLECTIONS)


async def test_after_a_rotation_the_old_key_is_needed_nowhere(api: Api, database: Database) -> None:
    owner = resident(api.services)
    await put_records(api.services, make_record(api.services, owner))
    pdf = ("单据.pdf", made(content=b"%" + random.Random(1).randbytes(1_500_000)), "application/pdf")
    answer = await api.as_(owner).post("/me/evidence", files={"file": pdf}, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 201, answer.text

    again = await api.as_(owner).post("/me/evidence", files={"file": pdf}, headers={"Idempotency-Key": "one"})
    assert again.json() == answer.json(), "the same file under the same key, whatever the form's boundary"

    old = msgspec.json.decode(KEY_FILE, type=KeyFile)
    fresh = base64.b64encode(secrets.token_bytes(16)).decode()
    both = msgspec.structs.replace(old, current="k2", field_keys={**old.field_keys, "k2": fresh})
    last: dict[str, tuple[int, int]] = {}
    changed = await rotate(
        database,
        codecs_of(Services.COLLECTIONS, KeyRing.of(both)),
        lambda name, seen, done: last.update({name: (seen, done)}),
    )
    assert changed == sum(done for _, done in last.values())
    assert {name for name, (_, done) in last.items() if done} == {"records", "evidence", PIECES.name, "once"}
    assert last[PIECES.name] == (2, 2)
    assert await rotate(database, codecs_of(Services.COLLECTIONS, KeyRing.of(both)), lambda *_: None) == 0, (
        "a second run has nothing to do"
    )

    only_new = KeyRing.of(msgspec.structs.replace(both, field_keys={"k2": fresh}))
    for name, codec in codecs_of(Services.COLLECTIONS, only_new).items():
        async for document in database.collection(name).find({}):
            if name != PIECES.name:
                codec.decode(document)
    store = EvidenceStore(database, only_new)
    assert sm3(await store.content(await store.get(answer.json()["id"]))) == answer.json()["digest"]

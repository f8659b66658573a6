"""Records as intake would have stored them, for the tests of what residents choose."""

import io
from datetime import UTC, date, datetime
from typing import Any

import httpx
from PIL import Image

from api.accounts.models import Account, Identity
from api.composition import Services
from api.infra.actors import Actor, Role
from api.infra.documents import Codec
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.providers.models import Provider
from api.records.models import Copy, Particulars, Record, Section
from api.records.store import RecordStore
from tests.support.api import Api, officer


def provider(name: str = "prv_one", jurisdiction: str = "yunnan") -> Actor:
    return Actor(role=Role.PROVIDER, id=name, unit="某志愿服务联合会", jurisdiction=jurisdiction, session="key")


def make_record(actor: Actor, **fields: Any) -> Record:
    """A Yunnan commendation that stands, unless told otherwise."""
    key = new_id("rec")
    values: dict[str, Any] = {
        "id": key,
        "natural_key": key,
        "jurisdiction": "yunnan",
        "section": Section.COMMENDATION,
        "code": "commendation",
        "title": "优秀志愿者",
        "subject": actor.bound_subject,
        "provider": "prv_one",
        "source_unit": "某志愿服务联合会",
        "received_at": datetime(2026, 3, 1, tzinfo=UTC),
        "particulars": Particulars(
            name="王小明",
            document_kind="resident_id",
            document_number="110105199001012337",
            items={"表彰名称": "优秀志愿者"},
        ),
        "copies": (Copy(system="某银行系统", shared_at=datetime(2026, 3, 2, tzinfo=UTC)),),
        **fields,
    }
    return Record(**values)


async def stored(services: Services, record: Record) -> Record:
    await RecordStore(services.database, services.keys).insert(None, record)
    return record


def dishonesty(actor: Actor, **fields: Any) -> Record:
    return make_record(
        actor,
        **{
            "section": Section.DISHONESTY,
            "code": "admin-penalty",
            "title": "行政处罚信息",
            "document_type": "penalty",
            "record_class": "general",
            "decided_on": date(2026, 1, 5),
            **fields,
        },
    )


async def known_as(services: Services, actor: Actor, name: str, number: str = "110105199001012337") -> Actor:
    """Gives the actor an account that is bound to the name."""
    account = Account(
        id=actor.id,
        openid_index=services.keys.blind_index("openid", actor.id),
        openid=f"openid-{actor.id}",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        subject=actor.subject,
        identity=Identity(name=name, document_kind="resident_id", document_number=number),
    )
    codec = Codec(Account, "accounts", services.keys)
    await services.database.collection("accounts").insert_one(codec.encode(account))
    return actor


async def keyed(api: Api, name: str = "prv_one", jurisdiction: str = "yunnan") -> httpx.AsyncClient:
    """A client that holds a key of the unit, which is made known first."""
    now, providers = api.services.clock.now(), api.services.providers
    unit = Provider(id=name, name="某志愿服务联合会", jurisdiction=jurisdiction, unified_code=f"code-{name}")
    staff = officer(jurisdiction)

    async def add(tx: Tx) -> str:
        await providers.add(tx, staff, unit, now)
        return await providers.issue_key(tx, staff, name, now)

    return api.with_key(await api.services.database.transact(add))


class Person:
    """Somebody who is signed in anew for each request, however far the clock was moved."""

    def __init__(self, api: Api, actor: Actor) -> None:
        self._api = api
        self._actor = actor

    async def get(self, path: str) -> httpx.Response:
        return await self._api.as_(self._actor).get(path)

    async def post(self, path: str, json: Any = None) -> httpx.Response:
        return await self._api.as_(self._actor).post(path, json=json)


async def uploaded(api: Api, actor: Actor) -> str:
    """The id of a small picture that the actor has given and no case has taken yet."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    file = {"file": ("回执.png", picture.getvalue(), "image/png")}
    answer = await api.as_(actor).post("/me/evidence", files=file)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])

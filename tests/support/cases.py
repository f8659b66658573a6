"""Records and actors for the journeys of cases, and short ways to say what an official does."""

from datetime import UTC, date, datetime
from typing import Any

import httpx

from api.accounts.models import Staff
from api.accounts.store import StaffStore
from api.composition import Services
from api.infra.actors import Actor, Role
from api.infra.ids import new_id
from api.providers.models import Provider
from api.records.digests import act_key
from api.records.models import AppliedMeasure, Copy, Particulars, Record, Section
from api.records.store import RecordStore
from tests.support.api import Api, officer
from tests.support.pdfs import plain
from tests.support.world import KEYS

PROVIDER = "prv_transport"
UNIT = "市交通运输局"
PDF = {"file": ("缴款凭证.pdf", plain(), "application/pdf")}
"""As it is uploaded."""


def unit(name: str = PROVIDER, jurisdiction: str = "dalian") -> Actor:
    return Actor(role=Role.PROVIDER, id=name, unit=UNIT, jurisdiction=jurisdiction, session="key")


def penalty(owner: Actor, jurisdiction: str = "dalian", **fields: Any) -> Record:
    """A penalty of general class decided on 2026-05-08, as intake would have stored it, shared with one system."""
    key = new_id("rec")
    values: dict[str, Any] = {
        "id": key,
        "natural_key": KEYS.blind_index("natural", key),
        "act_key": act_key(KEYS, key),
        "jurisdiction": jurisdiction,
        "section": Section.DISHONESTY,
        "code": "admin-penalty",
        "title": "行政处罚信息",
        "subject": owner.bound_subject,
        "provider": PROVIDER,
        "source_unit": UNIT,
        "received_at": datetime(2026, 5, 10, tzinfo=UTC),
        "document_type": "penalty",
        "record_class": "general",
        "decided_on": date(2026, 5, 8),
        "ended_on": date(2026, 4, 20),
        "duty_performed_on": date(2026, 6, 1),
        "particulars": Particulars(
            name="王小明",
            document_kind="resident_id",
            document_number="110105199001012337",
            items={"违法事实": "超限运输", "罚款金额": "0.02"},
        ),
        "measures": (AppliedMeasure(code="DL-01", unit="市公共资源交易中心", since=date(2026, 6, 1)),),
        "copies": (Copy(system="信用中国", shared_at=datetime(2026, 5, 11, tzinfo=UTC)),),
        **fields,
    }
    return Record(**values)


def lease(owner: Actor, **fields: Any) -> Record:
    """Market information of Yunnan, to which the person consented."""
    key = new_id("rec")
    values: dict[str, Any] = {
        "id": key,
        "natural_key": KEYS.blind_index("natural", key),
        "jurisdiction": "yunnan",
        "section": Section.OTHER,
        "code": "market-contract",
        "title": "合同履约信息",
        "subject": owner.bound_subject,
        "provider": PROVIDER,
        "source_unit": UNIT,
        "received_at": datetime(2026, 5, 10, tzinfo=UTC),
        "is_market": True,
        "decided_on": date(2026, 5, 4),
        "consented_on": date(2026, 3, 1),
        "consent_proof": "授权书2026-118号",
        "consent_purpose": "租房",
        "particulars": Particulars(
            name="王小明",
            document_kind="resident_id",
            document_number="110105199001012337",
            items={"合同事项": "房屋租赁合同", "履约情况": "欠租两月"},
        ),
        **fields,
    }
    return Record(**values)


async def stored(services: Services, record: Record) -> Record:
    await RecordStore(services.database, services.keys).insert(None, record)
    return record


def done(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: httpx.Response, status: int, code: str) -> Any:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), answer.text
    assert body["nextStep"]["text"] and body["title"] and body["detail"]
    return body


def clocks(case: Any) -> dict[str, str]:
    """Clock to due date, for the steps that are still owed."""
    return {step["clock"]: step["due"]["on"] for step in case["clocks"] if step["doneAt"] is None}


def allowed(case: Any) -> set[str]:
    return {action["action"] for action in case["actions"]}


def signed_in(api: Api, actor: Actor) -> httpx.AsyncClient:
    """A client whose token is always fresh, however far the clock is moved."""
    client = api.as_(actor)

    async def renew(request: httpx.Request) -> None:
        token = api.services.tokens.issue(actor, api.services.clock.now())
        request.headers["Authorization"] = f"Bearer {token}"

    client.event_hooks = {"request": [renew]}
    return client


async def employed(api: Api, name: str, jurisdiction: str = "dalian", **fields: Any) -> None:
    """A member of staff with that id, an active officer unless told otherwise."""
    values: dict[str, Any] = {
        "id": name,
        "username": name,
        "role": "officer",
        "jurisdiction": jurisdiction,
        "unit": f"{jurisdiction}-centre",
        "display_name": "李四",
        "password_hash": "none",
        "totp_secret": "A" * 32,
        "created_at": api.services.clock.now(),
        **fields,
    }
    await StaffStore(api.services.database, api.services.keys).insert(None, Staff(**values))


async def keyed(api: Api, jurisdiction: str = "dalian", name: str = PROVIDER) -> httpx.AsyncClient:
    """A client that holds a key of the unit."""
    now, who = api.services.clock.now(), officer(jurisdiction)
    await api.services.providers.add(
        None, who, Provider(id=name, name=UNIT, jurisdiction=jurisdiction, unified_code="12210200000000000X"), now
    )
    return api.with_key(await api.services.providers.issue_key(None, who, name, now))


def application(record_id: str, **fields: Any) -> dict[str, Any]:
    """Of a repair."""
    return {
        "recordId": record_id,
        "addressee": "centre",
        "pledgeVersion": "2026-1",
        "performance": "罚款已于6月1日缴清，车辆已整改",
        **fields,
    }

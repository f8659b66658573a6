"""The two worlds of the matrix: what a resident, a unit and an officer of one place have, one of everything, and who attacks it."""

from datetime import timedelta
from typing import Any

import httpx
import msgspec

from api.accounts.models import Passkey, Session, Signer
from api.accounts.store import PasskeyStore, SessionStore
from api.infra.actors import Actor, Role
from api.infra.documents import Codec
from api.infra.ids import new_id
from api.records.deliveries import Delivery, Returned, State
from api.records.models import FeedEntry
from api.records.store import FeedStore
from tests.support.api import Api, admin, officer, resident
from tests.support.cases import done, employed
from tests.support.choices import dishonesty, keyed, known_as, make_record, stored, uploaded
from tests.support.sign_in import resident_number

PLACES = ("yunnan", "dalian")


class World(msgspec.Struct):
    """`clients` by role; `ids` by the name of the parameter."""

    clients: dict[str, httpx.AsyncClient]
    ids: dict[str, str]


async def populate(api: Api, place: str, name: str, number: str) -> World:
    """One of everything, handed in over HTTP by those who may."""
    actor = await known_as(api.services, resident(api.services, f"acc_{name}", number), "王小明", number)
    unit_id = f"prv_{name}"
    me, unit = api.as_(actor, stepped_up=True), await keyed(api, unit_id, place)
    desk = api.as_(officer(place, f"stf_{name}"))
    await employed(api, f"stf_{name}", place)
    ids: dict[str, str] = {}

    async def made(path: str, body: Any, who: httpx.AsyncClient = me) -> Any:
        return done(await who.post(path, json=body), 201)

    bad = [
        await stored(api.services, dishonesty(actor, jurisdiction=place, provider=unit_id, title=f"处罚{n}"))
        for n in range(3)
    ]
    praise = await stored(api.services, make_record(actor, jurisdiction=place, provider=unit_id))
    ids["record_id"] = bad[0].id
    files = [await uploaded(api, actor) for _ in range(4)]
    ids["evidence_id"], ids["repair_evidence"], ids["listing_evidence"], ids["mandate_evidence"] = files
    filing = {"recordId": bad[0].id, "addressee": "provider", "reasons": ["wrong"], "text": "不是我"}
    ids["objection_id"] = ids["case_ref"] = (await made("/me/objections", {**filing, "evidence": files[:1]}))["id"]
    repair = {
        "recordId": bad[1].id,
        "addressee": "unit",
        "pledgeVersion": "2026-1",
        "performance": "已缴清",
        "dutyPerformedOn": "2026-06-01",
    }
    ids["repair_id"] = (await made("/me/repairs", {**repair, "evidence": files[1:2]}))["id"]
    declared: dict[str, object] = {
        "jurisdiction": place,
        "kind": "contract-performance",
        "text": "按期付清租金",
        "statementAccepted": True,
    }
    ids["declaration_id"] = (await made("/me/declarations", {**declared, "statementVersion": f"{place}-2026-1"}))["id"]
    promise: dict[str, object] = {
        "jurisdiction": place,
        "kind": "approval",
        "textVersion": "approval-2026-1",
        "content": "补交材料",
    }
    promise |= {"dueOn": "2026-12-15", "consequenceAccepted": True, "recipient": unit_id}
    ids["pledge_id"] = (await made("/me/pledges", promise))["id"]
    grantee = {"kind": "person", "name": "李房东", "documentNumber": resident_number("21020319900101233")}
    terms: dict[str, object] = {"grantee": grantee, "purpose": "租房", "sections": ["commendation"]}
    terms |= {"expiresOn": "2026-11-30", "uses": 1, "consentVersion": "2026-1"}
    ids["grant_id"] = (await made("/me/grants", terms))["grant"]["id"]
    helper: dict[str, object] = {
        "helper": {"kind": "family", "name": "李小红"},
        "items": ["report"],
        "untilOn": "2026-12-15",
    }
    helper["consentVersion"] = done(await me.get("/me/helpers/form"))["version"]
    ids["helper_id"] = (await made("/me/helpers", helper))["appointment"]["id"]
    company = {
        "kind": "organisation",
        "name": "某某有限公司",
        "documentNumber": "91530100MA6K000013",
        "items": ["report"],
    }
    company |= {"untilOn": "2026-12-15", "jurisdiction": place, "evidence": files[3:]}
    ids["mandate_id"] = (await made("/me/mandates", company))["id"]
    done(await desk.post(f"/staff/cases/objections/{ids['objection_id']}/questions", json={"text": "是哪一天？"}), 201)
    (ids["message_id"],) = [one["id"] for one in done(await me.get("/me/messages"))["items"]]
    drafted = {"action": "reject", "reasons": "事实核对无误。", "reason": "交审核"}
    ids["review_id"] = (await made(f"/staff/objections/{ids['objection_id']}/proposal", drafted, desk))["id"]
    shown = {"name": "孙丽", "documentKind": "resident_id", "documentNumber": resident_number("21020319500101222")}
    shown["proof"] = "in-person"
    ids["visit_id"] = (await made("/staff/window", shown, desk))["id"]
    classless = await stored(
        api.services, dishonesty(actor, jurisdiction=place, provider=unit_id, title="处罚", record_class=None)
    )
    question = {"kind": "question", "recordId": classless.id, "topics": ["class"]}
    ids["letter_id"], ids["errand"] = (await made("/me/letters", question))["id"], "objections"
    notice = {
        "recordId": bad[2].id,
        "listTitle": "失信联合惩戒对象名单",
        "grounds": "仍未支付",
        "basis": "名单管理办法",
    }
    notice |= {"rights": "可以陈述申辩", "remedies": "可以复议", "answerBy": "2026-12-01", "replyBy": "2026-12-08"}
    ids["listing_id"] = (await made("/provider/listings", notice, unit))["id"]
    done(await me.post(f"/me/listings/{ids['listing_id']}/read"))
    done(await me.post(f"/me/listings/{ids['listing_id']}/answer", json={"text": "已付清", "evidence": files[2:3]}))
    if place == "yunnan":
        ids["withdrawal_id"] = (await made("/me/withdrawals", {"recordIds": [praise.id]}))["withdrawals"][0]["id"]
    answer = {"questions": ["失信会影响我养的猫吗"], "text": "不会。", "articles": [f"{place}-3"]}
    ids["answer_id"] = (await made("/staff/bot/answers", answer, desk))["id"]
    ids["notice_id"] = done(await me.get("/me/notices"))["items"][0]["id"]
    ids["footprint_id"] = done(await me.get("/me/footprints"))["items"][0]["id"]
    ids |= await _put_in(api, actor, f"stf_{name}", unit_id, bad[0].id)
    ids["member_id"], ids["unit_id"] = f"stf_{name}", unit_id
    await employed(api, f"stf_{name}_two", place)
    away = {"substitute": f"stf_{name}_two", "fromOn": "2026-12-14", "untilOn": "2026-12-16"}
    ids["absence_id"] = (await made("/staff/absences", away, desk))["id"]
    ids["key_id"] = (await api.services.providers.list_keys(unit_id))[0].id
    looks_after = api.as_(admin(place, f"stf_{name}_admin"), stepped_up=True)
    clients = {"resident": me, "provider": unit, "officer": desk, "admin": looks_after}
    return World(clients=clients, ids=ids)


async def _put_in(api: Api, actor: Actor, staff: str, unit: str, record: str) -> dict[str, str]:
    """What comes about only over days, or with a telephone in the hand."""
    services, now = api.services, api.services.clock.now()
    later = now + timedelta(days=30)
    entry = FeedEntry(id=new_id("chg"), provider=unit, record=record, at=now, kind="objection.corrected")
    await FeedStore(services.database, services.keys).insert(None, entry)
    file = Delivery(
        id=new_id("dlv"), provider=unit, by="key", person="接口密钥", at=now, file_name="a.csv", is_dry=False,
        expires_at=later, state=State.DONE, has_returned=True,
    )  # fmt: skip
    returned = Returned(id=file.id, provider=unit, workbook=b"PK", expires_at=later)
    for collection, stored_one in (("deliveries", file), ("delivery_returns", returned)):
        codec: Codec[Any] = Codec(type(stored_one), collection, services.keys)
        await services.database.collection(collection).insert_one(codec.encode(stored_one))
    sessions = SessionStore(services.database, services.keys)
    passkey = Passkey(new_id("psk"), staff, staff, Signer(staff, staff, ""), "钥匙扣上的", now)
    await PasskeyStore(services.database, services.keys).insert(None, passkey)
    ids = {"change_id": entry.id, "delivery_id": file.id, "passkey_id": passkey.id}
    for name, holder, kind in (("device_id", actor.id, "resident"), ("staff_device", staff, "staff")):
        ids[name] = new_id("ses")
        session = Session(
            id=ids[name], holder=holder, kind=kind, salt="s", device="手机", created_at=now, last_used_at=now,
            expires_at=later,
        )  # fmt: skip
        await sessions.insert(None, session)
    return ids


async def attackers(api: Api, mine: World, place: str) -> dict[str, httpx.AsyncClient]:
    """Those of the other world, each with all that a role can have there, and those who have nothing."""
    unbound = Actor(role=Role.UNBOUND, id="acc_unbound", session="ses_unbound")
    auditor = Actor(role=Role.AUDITOR, id="stf_auditor", jurisdiction=place, session="ses_auditor", unit="x")
    # of the victim's own place, where only whose it is can keep it out; its key notes the first use of the day
    neighbour = await keyed(api, "prv_neighbour", next(one for one in PLACES if one != place))
    assert (await neighbour.get("/provider/records")).json()["items"] == []
    return {
        **mine.clients,
        "neighbour": neighbour,
        "nobody": api.anyone,
        "unbound": api.as_(unbound, stepped_up=True),
        "auditor": api.as_(auditor),
    }

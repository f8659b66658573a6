"""The readable export of somebody with a case of every kind: every name and every status in words, nothing as it is coded."""

import re
from html.parser import HTMLParser
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from api.accounts.models import Account, Consent, Session
from api.accounts.readable import label_of, value_words
from api.audits.models import AuditEntry
from api.composition import Services
from api.declarations.models import Declaration
from api.errands import ERRANDS
from api.evidence.models import Evidence
from api.footprints.models import Footprint
from api.grants.models import Grant
from api.helpers.models import Appointment
from api.infra.actors import Actor
from api.journal.models import Entry
from api.letters.models import Letter
from api.listings.models import Listing
from api.mandates.models import Mandate
from api.notices.models import Notice, NoticeState, PushState, Subscription
from api.objections.models import Objection
from api.papers.models import Issued
from api.pledges.models import Pledge
from api.records.models import Record, Section, Standing
from api.repairs.models import Repair
from api.window.models import WindowVisit
from api.withdrawals.models import Withdrawal
from tests.api.accounts.test_personal_data import enter
from tests.api.declarations.test_routes import declaration
from tests.api.grants.test_routes import terms
from tests.api.listings.test_routes import notice
from tests.support.api import Api, make_settings, officer
from tests.support.cases import done, keyed, penalty, signed_in
from tests.support.choices import make_record, stored
from tests.support.sign_in import bearer
from tests.wiring.test_states import tables

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_STORED: dict[str, type[msgspec.Struct]] = {
    "account": Account,
    "devices": Session,
    "subscriptions": Subscription,
    "consents": Consent,
    "grants": Grant,
    "helpers": Appointment,
    "mandates": Mandate,
    "window": WindowVisit,
    "records": Record,
    "footprints": Footprint,
    "notices": Notice,
    "objections": Objection,
    "repairs": Repair,
    "withdrawals": Withdrawal,
    "declarations": Declaration,
    "pledges": Pledge,
    "letters": Letter,
    "listings": Listing,
    "evidence": Evidence,
    "documents": Issued,
    "journal": Entry,
    "audits": AuditEntry,
}
_OURS = {"salt", "natural_key", "content_key", "act_key", "code_index", "openid_index", "officer", "said"}


class Leaves(HTMLParser):
    """What stands in the file, each piece with the heading and the names over it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self._part, self._tag, self._names = "", "", [""]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        if tag == "dl":
            self._names.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "dl":
            self._names.pop()

    def handle_data(self, data: str) -> None:
        if self._tag == "style":
            return
        if self._tag == "h2":
            self._part = data
        elif self._tag == "dt":
            self._names[-1] = data
        else:
            self.found.append((self._part, self._names[-1], data))


async def a_case_of_every_kind(api: Api, actor: Actor) -> None:
    me, desk, unit = signed_in(api, actor), signed_in(api, officer("dalian")), await keyed(api)
    disputed, repaired, listed = [await stored(api.services, penalty(actor)) for _ in range(3)]
    filing = {"recordId": disputed.id, "addressee": "centre", "reasons": ["wrong"], "text": "不是我"}
    objection = done(await me.post("/me/objections", json=filing), 201)
    done(await desk.post(f"/staff/objections/{objection['id']}/dispatch", json={"reason": "转核查"}))
    done(await unit.post(f"/provider/verifications/{objection['id']}/receipt", json={}))
    asked = {"recordId": repaired.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "罚款已缴清"}
    repair = done(await me.post("/me/repairs", json=asked), 201)
    done(await unit.post(f"/provider/repairs/{repair['id']}/accept", json={}))
    done(await unit.post(f"/provider/repairs/{repair['id']}/refuse", json={"reasons": "义务没有履行完。"}))
    (pledge,) = done(await me.get("/me/pledges"))["items"]
    done(await me.post(f"/me/pledges/{pledge['id']}/performance", json={"note": "年报已补。", "evidence": []}))
    finding = {"outcome": "partly", "reason": "年报已补，公示晚了。"}
    done(await unit.post(f"/provider/pledges/{pledge['id']}/finding", json=finding))
    listing = done(await unit.post("/provider/listings", json=notice(listed)), 201)
    done(await me.post(f"/me/listings/{listing['id']}/answer", json={"text": "已经改正。", "evidence": []}))
    done(await me.post("/me/declarations", json=declaration(jurisdiction="dalian")), 201)
    praise = await stored(api.services, make_record(actor))
    other = await stored(api.services, make_record(actor, jurisdiction="dalian", copies=()))
    done(await me.post("/me/withdrawals", json={"recordIds": [praise.id]}), 201)
    request = done(await me.post("/me/withdrawals", json={"recordIds": [other.id], "asCourtesy": True}), 201)
    done(await me.post(f"/me/withdrawals/{request['withdrawals'][0]['id']}/cancel"))
    granted = done(await api.as_(actor, stepped_up=True).post("/me/grants", json=terms()), 201)
    done(await me.post(f"/me/grants/{granted['grant']['id']}/revoke"))
    done(await me.post("/me/consents", json={"purpose": "bot-questions", "version": "2026-1"}), 201)


async def test_what_an_objection_stopped_is_not_exported_as_if_its_time_were_over(api: Api) -> None:
    _, stepped = await enter(api)
    actor, _when = api.services.tokens.read(stepped, api.services.clock.now())
    me, desk = signed_in(api, actor), signed_in(api, officer("yunnan"))
    private = await stored(api.services, make_record(actor))
    await stored(api.services, make_record(actor, standing=Standing.EXPIRED, standing_since=api.services.clock.now()))
    filing = {"recordId": private.id, "addressee": "centre", "reasons": ["wrong"], "text": "涉及个人隐私"}
    at = f"/staff/objections/{done(await me.post('/me/objections', json=filing), 201)['id']}"
    stopped = {"reason": "核实", "reasons": "涉及隐私", "correction": {"outcome": "stopped"}}
    done(await desk.post(f"{at}/uphold", json=stopped))
    answer = await api.anyone.get("/me/export.html", headers=bearer(stepped))
    standings = sorted(words for _, name, words in Leaves(answer.text).found if name == "披露状态" and "停止" in words)
    assert standings == ["异议成立，停止披露", "期满，停止披露"]


async def test_who_has_a_case_of_every_kind_reads_no_status_as_it_is_coded(api: Api) -> None:
    _, stepped = await enter(api)
    actor, _when = api.services.tokens.read(stepped, api.services.clock.now())
    await a_case_of_every_kind(api, actor)
    answer = await api.anyone.get("/me/export.html", headers=bearer(stepped))
    leaves = Leaves(answer.text).found
    assert {part for part, _, _ in leaves} >= {text.title for text in api.services.personal_data.texts.values()}

    codes = {code for table in tables() for code in (*table.states, *table.actions)}
    codes |= {*NoticeState, *PushState, *Standing, "open", "closed", "given", "refused"}
    assert not [leaf for leaf in leaves if leaf[2] in codes]
    assert not [leaf for leaf in leaves if re.search(r"[{}\[\]']|\d{4}-\d\d-\d\d", leaf[2])], (
        "as Python or ISO writes it"
    )
    assert not [leaf for leaf in leaves if re.fullmatch(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*", leaf[2])], "a code"
    assert not [leaf for leaf in leaves if re.search(r"年0|月0|Mozilla|httpx|版本", leaf[2])]
    assert not [leaf for leaf in leaves if leaf[1] and not _CHINESE.search(leaf[1])]

    texts = {text.name: text.title for text in api.services.personal_data.texts.values()}
    said = {(part, name, words) for part, name, words in leaves}
    for part, name, words in (
        ("account", "状态", "使用中"),
        ("consents", "状态", "已同意"),
        ("grants", "状态", "已收回"),
        ("grants", "范围", "表彰奖励等信息"),
        ("records", "种类", "异议处理中"),
        ("objections", "状态", "提供单位正在核查"),
        ("objections", "之前的状态", "尚未提出"),
        ("objections", "事项", "通知提供单位核查"),
        ("objections", "步骤", "提供主体回复核查通知"),
        ("repairs", "状态", "不予修复"),
        ("repairs", "种类", "不予修复"),
        ("withdrawals", "状态", "已撤销公示"),
        ("withdrawals", "状态", "已取消"),
        ("withdrawals", "事项", "撤回请求"),
        ("declarations", "状态", "已申报"),
        ("pledges", "状态", "部分履行"),
        ("pledges", "结果", "部分履行"),
        ("listings", "状态", "已收到您的意见"),
    ):
        assert (texts[part], name, words) in said, f"{part} does not say {name}: {words}"


async def test_what_officers_note_for_each_other_is_in_no_export_and_reasons_given_to_the_person_are(api: Api) -> None:
    _, stepped = await enter(api)
    actor, _when = api.services.tokens.read(stepped, api.services.clock.now())
    await a_case_of_every_kind(api, actor)
    for path in ("/me/export", "/me/export.html"):
        text = (await api.anyone.get(path, headers=bearer(stepped))).text
        assert "转核查" not in text and officer("dalian").id not in text.partition("操作日志")[0]
        assert "义务没有履行完。" in text and "罚款已缴清" in text
    parts = (await api.anyone.get("/me/export", headers=bearer(stepped))).json()["parts"]
    (objection,) = next(part["data"] for part in parts if part["name"] == "objections")
    filed, dispatched, *_ = objection["history"]
    assert filed["by"] == actor.id and not {"by", "note"} & set(dispatched)


async def test_the_export_for_machines_keeps_the_codes(api: Api) -> None:
    _, stepped = await enter(api)
    actor, _when = api.services.tokens.read(stepped, api.services.clock.now())
    done(await signed_in(api, actor).post("/me/declarations", json=declaration(jurisdiction="dalian")), 201)
    parts = (await api.anyone.get("/me/export", headers=bearer(stepped))).json()["parts"]
    (declared,) = next(part["data"] for part in parts if part["name"] == "declarations")
    assert declared["status"] == "declared" and "statusLabel" not in declared


@pytest.mark.parametrize("part", _STORED)
def test_every_field_that_is_stored_about_a_person_has_a_name(part: str) -> None:
    assert set(_STORED) == set(Services(make_settings()).personal_data.texts)
    own = ERRANDS[part].labels if part in ERRANDS else {}
    unnamed = [name for name in _fields(_STORED[part]) - _OURS - set(own) if not _CHINESE.search(label_of(part, name))]
    assert not unnamed and all(_CHINESE.search(label) for label in own.values())


def test_sections_standings_and_states_of_notices_have_words() -> None:
    for field, codes in (("section", Section), ("standing", Standing)):
        assert all(_CHINESE.search(value_words(field, code)) for code in codes)
    for field, states in (("state", NoticeState), ("push", PushState)):
        assert all(_CHINESE.search(value_words(field, code, "notices")) for code in states)


def _fields(kind: Any) -> set[str]:
    """Of a struct and of the structs in it."""
    found = {name for inner in get_args(kind) for name in _fields(inner)}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        found |= {field.name for field in msgspec.structs.fields(kind)}
        found |= {name for inner in get_type_hints(kind).values() for name in _fields(inner)}
    return found

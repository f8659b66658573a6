"""异议 without a disclosed record: what is missing (Dalian 41, Yunnan 36 遗漏), and what is stored though no longer disclosed."""

from datetime import date
from typing import Any

import pytest

from api.infra.actors import SYSTEM
from api.providers.models import Provider
from api.records.models import NOT_DISCLOSED, Standing
from tests.support.api import Api, officer, resident
from tests.support.cases import allowed, clocks, done, lease, penalty, refused, signed_in, stored
from tests.support.files import corrected

CIVIL = Provider("prv_civil", "市民政局", "dalian", "11210200MB0000009X")
CIVIL_YN = Provider("prv_civil_yn", "昆明市民政局", "yunnan", "11530100MB0000009X")
BANK = Provider("prv_bank", "某银行", "yunnan", "91530100MB0000009X", is_market=True)


@pytest.fixture(autouse=True)
async def units(api: Api) -> None:
    for one in (CIVIL, CIVIL_YN, BANK):
        await api.services.providers.add(None, SYSTEM, one, api.services.clock.now())


def omission(place: str, provider: str, addressee: str = "provider", **more: Any) -> dict[str, Any]:
    what = "2026年5月获得的志愿服务表彰没有记入"
    missing = {"jurisdiction": place, "provider": provider, "what": what}
    return {"missing": missing, "addressee": addressee, "reasons": ["missing"], "text": what, **more}


async def test_for_what_is_missing_only_adding_and_explaining_are_offered(api: Api) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    case = done(await me.post("/me/objections", json=omission("dalian", CIVIL.id, "centre")), 201)
    assert done(await desk.get(f"/staff/objections/{case['id']}"))["outcomes"] == ["supplemented", "explained"]


async def test_what_is_missing_goes_to_the_unit_with_the_days_of_the_place(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    dalian = done(await me.post("/me/objections", json=omission("dalian", CIVIL.id)), 201)
    yunnan = done(await me.post("/me/objections", json=omission("yunnan", CIVIL_YN.id)), 201)
    assert dalian["recordId"] is None and dalian["missing"].startswith("2026年5月") and not dalian["isMarked"]
    assert set(clocks(dalian)) == {"objection.provider_direct"} and set(clocks(yunnan)) == {"objection.finish"}
    assert all(step["due"]["isStatutory"] for step in (*dalian["clocks"], *yunnan["clocks"]))
    assert "objection.annotate" not in {one["clock"] for one in dalian["path"]}


async def test_the_unit_finds_it_missing_and_says_what_it_will_supplement(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    case = done(await me.post("/me/objections", json=omission("yunnan", CIVIL_YN.id)), 201)
    unit = api.with_key(await api.services.providers.issue_key(None, SYSTEM, CIVIL_YN.id, api.services.clock.now()))
    reply = {
        "founded": True,
        "reasons": "确有遗漏，明日补报",
        "correction": {"outcome": "corrected", "items": {"甲": "乙"}},
    }
    at = f"/provider/verifications/{case['id']}/reply"
    refused(
        await unit.post(at, json=reply, headers={"Idempotency-Key": str(len(str(reply)))}),
        400,
        "objection-correction-needed",
    )
    reply["correction"] = {"outcome": "supplemented", "items": {"荣誉名称": "优秀志愿者"}}
    done(await unit.post(at, json=reply, headers={"Idempotency-Key": str(len(str(reply)))}))
    after = done(await me.get(f"/me/objections/{case['id']}"))
    assert after["status"] == "upheld" and after["finding"]["changes"][0]["name"] == "荣誉名称" and clocks(after) == {}
    paper = done(await me.get(f"/me/objections/{case['id']}/result"))
    assert "遗漏" in str(paper) and "标注已取消" not in str(paper)


async def test_not_missing_is_said_with_reasons_and_remedies(api: Api) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    case = done(await me.post("/me/objections", json=omission("yunnan", CIVIL_YN.id, "centre")), 201)
    at = f"/staff/objections/{case['id']}/reject"
    after = done(await desk.post(at, json={"reason": "核查", "reasons": "表彰单位不在目录内"}))
    assert after["status"] == "rejected" and [way["title"] for way in after["remedies"]][:1] == ["申请行政复议"]
    assert "request-review" in allowed(done(await me.get(f"/me/objections/{case['id']}")))


async def test_an_objection_names_a_record_or_what_is_missing_and_a_public_unit(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    both = omission("dalian", CIVIL.id, recordId=record.id)
    neither = {"addressee": "centre", "reasons": ["missing"], "text": "漏了"}
    for body in (both, neither, omission("yunnan", BANK.id), omission("yunnan", CIVIL.id)):
        refused(await me.post("/me/objections", json=body), 400, "objection-missing-unclear")


@pytest.mark.parametrize("standing", [Standing.EXPIRED, Standing.REPAIRED, Standing.WITHDRAWN, Standing.REVOKED])
async def test_what_is_stored_and_no_longer_disclosed_can_be_objected_to(api: Api, standing: Standing) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services), standing=standing, disclosure=NOT_DISCLOSED))
    body = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"], "text": "金额写错了"}
    case = done(await me.post("/me/objections", json=body), 201)
    assert not case["isMarked"] and set(clocks(case)) == {"objection.provider_direct"}
    deleted = {"reason": "核实", "reasons": "不应归集", "correction": {"outcome": "deleted"}}
    done(await desk.post(f"/staff/objections/{case['id']}/uphold", json=deleted))
    assert (await api.services.records.get(record.id)).standing is Standing.REMOVED
    refused(await me.post("/me/objections", json=body), 409, "objection-record-removed")


async def test_what_a_correction_brings_back_is_marked_while_the_objection_is_open(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    old = date(2016, 8, 20)
    record = await stored(
        api.services,
        penalty(
            resident(api.services),
            provider=CIVIL.id,
            standing=Standing.EXPIRED,
            disclosure=NOT_DISCLOSED,
            ended_on=old,
            disclosed_until=date(2021, 8, 20),
            copies=(),
        ),
    )
    body = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"], "text": "金额写错了"}
    case = done(await me.post("/me/objections", json=body), 201)
    after = await corrected(api.services, record, ended_on=date(2026, 8, 20))
    assert after.is_disclosed
    (mark,) = (await api.services.records.get(record.id)).marks
    assert mark.case_id == case["id"]


async def test_market_information_has_days_of_the_service_and_no_article_of_public_information(api: Api) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, lease(resident(api.services)))
    advice = done(await me.get("/me/objections/advice", params={"recordId": record.id}))
    assert advice["needsWrittenReasons"] is False and "市场信用信息" in advice["notes"][0]
    body = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
    case = done(await me.post("/me/objections", json=body), 201)
    assert case["isMarket"] and set(clocks(case)) == {"objection.market_finish"} and case["isMarked"]
    assert not any(step["due"]["isStatutory"] for step in case["clocks"])
    assert all(entry["law"] == [] for entry in case["history"])
    no = done(
        await desk.post(f"/staff/objections/{case['id']}/reject", json={"reason": "核实", "reasons": "与合同一致"})
    )
    assert {way["title"] for way in no["remedies"]} == {"投诉信用服务机构等单位", "请求更正、删除，提起民事诉讼"}


async def test_market_information_that_is_wrong_is_put_right_by_its_unit_and_by_an_objection(api: Api) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    unit = api.with_key(await api.services.providers.issue_key(None, SYSTEM, BANK.id, api.services.clock.now()))
    record = await stored(api.services, lease(resident(api.services), provider=BANK.id))
    late = {"items": {"履约情况": "逾期一次，已补缴"}}
    at = f"/provider/records/{record.id}/corrections"
    assert done(await unit.post(at, json={"reason": "录入有误", "fields": late}))["changed"] == ["履约情况"]
    barred = {"items": {"履约情况": "因患有癌症欠租"}}
    assert refused(await unit.post(at, json={"reason": "录入有误", "fields": barred}), 400, "invalid")["errors"]
    body = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
    case = done(await me.post("/me/objections", json=body), 201)
    prompt = {"outcome": "corrected", "items": {"履约情况": "按期付租"}}
    upheld = {"reason": "核实", "reasons": "与流水不一致", "correction": prompt}
    done(await desk.post(f"/staff/objections/{case['id']}/uphold", json=upheld))
    assert (await api.services.records.get(record.id)).particulars.items["履约情况"] == "按期付租"

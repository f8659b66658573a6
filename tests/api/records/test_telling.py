"""Yunnan 24: who gets a new record or a measure is told, with facts, basis, reasons, rights and remedies."""

import io
from datetime import date
from typing import Any

import pytest

from api.infra.actors import Actor, Role
from api.infra.privacy import subject_index
from api.providers.models import Provider
from tests.support.api import Api
from tests.support.files import DALIAN, YUNNAN, add_providers, commendation, penalty, person, to_csv, to_lines

MEASURE = "cn-p2"


async def take(api: Api, body: bytes, provider: Provider = DALIAN, **options: Any) -> Any:
    report = await api.services.intake.import_file(
        io.BytesIO(body), provider.id, now=api.services.clock.now(), **options
    )
    assert report.refused == ()
    return report


@pytest.fixture
async def me(api: Api) -> Actor:
    await add_providers(api.services)
    subject = subject_index(api.services.keys, "resident_id", person(1))
    return Actor(role=Role.RESIDENT, id="acc_one", subject=subject, session="ses_one")


async def inbox(api: Api, me: Actor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.as_(me).get("/me/notices")).json()["items"]
    return found


def a_penalty_with_measure(**fields: Any) -> dict[str, Any]:
    return {
        "code": "admin-penalty",
        "documentType": "penalty",
        "actNumber": "昆市监罚〔2026〕1号",
        "recordClass": "general",
        "decidedOn": "2026-09-01",
        "endedOn": "2026-08-20",
        "name": "甲一",
        "documentNumber": person(1),
        "measures": [MEASURE],
        "items": {"违法事实": "未取得营业执照从事经营活动", "处罚依据": "《无证无照经营查处办法》第十三条"},
        **fields,
    }


async def test_a_penalty_is_told_once_with_unit_and_day_and_without_what_was_done(api: Api, me: Actor) -> None:
    body = to_csv([penalty(1)])
    await take(api, body)
    await take(api, body)  # the same file again
    (told,) = await inbox(api, me)
    assert told["title"] == "请核对2026年9月1日的行政处罚信息"
    assert "大连市市场监督管理局" in told["text"] and "2026年9月1日的行政处罚" in told["text"]
    assert "营业执照" not in told["text"] and told["ref"].startswith("rec_")


async def test_the_telling_has_facts_basis_reasons_rights_and_remedies_with_their_days(api: Api, me: Actor) -> None:
    await take(api, to_csv([penalty(1)]))
    (told,) = await inbox(api, me)
    sheet = (await api.as_(me).get(f"/me/records/{told['ref']}/telling")).json()
    assert sheet["facts"]["违法事实"] == "未取得营业执照从事经营活动"
    assert (
        sheet["basis"]["处罚依据"] == "《无证无照经营查处办法》第十三条"
        and sheet["reasons"]["违法行为类型"] == "无照经营"
    )
    assert sheet["lacks"] == []
    assert any("异议" in right["title"] and right["sources"][0]["article"] == 42 for right in sheet["rights"])
    ways = {way["title"]: way for way in sheet["remedies"]}
    assert ways["申请行政复议"]["due"]["on"] == "2026-11-02" and ways["提起行政诉讼"]["due"]["on"] == "2027-03-01"
    assert "送达" in sheet["counted"]


async def test_each_measure_is_told_by_itself(api: Api, me: Actor) -> None:
    await take(api, to_lines([a_penalty_with_measure()]), YUNNAN)
    titles = sorted(one["title"] for one in await inbox(api, me))
    assert titles == ["有一项与您有关的措施", "请核对2026年9月1日的行政处罚信息"]
    told = next(one for one in await inbox(api, me) if "措施" in one["title"])
    sheet = (await api.as_(me).get(f"/me/records/{told['ref']}/telling")).json()
    assert len(sheet["measures"]) == 1 and sheet["measures"][0] in told["text"]
    assert any(right["sources"][0]["article"] == 24 for right in sheet["rights"])
    assert sheet["lacks"] and "理由" in sheet["lacks"][0]  # nobody invents what the unit did not say


async def test_a_commendation_tells_nobody_and_a_trial_run_neither(api: Api, me: Actor) -> None:
    await take(api, to_lines([commendation(1)]))
    await take(api, to_csv([penalty(1)]), is_dry=True)
    assert await inbox(api, me) == []


async def test_what_is_held_is_told_when_it_is_released(api: Api, me: Actor) -> None:
    row = penalty(1, 证件类型="护照", 证件号码="E12345678")
    await take(api, to_csv([row]))
    services = api.services
    subject = subject_index(services.keys, "passport", "E12345678")
    holder = Actor(role=Role.RESIDENT, id="acc_two", subject=subject, session="ses_two")
    assert await inbox(api, holder) == []
    (record,) = await services.records.list_of_subject(subject)
    unit = Actor(role=Role.PROVIDER, id=DALIAN.id, unit=DALIAN.name, jurisdiction="dalian", session="ses_unit")

    async def correct(tx: Any) -> Any:
        fields = {"born_on": date(1980, 1, 1)}
        return await services.corrections.correct(tx, unit, record, fields, "核对了护照", services.clock.now())

    await services.database.transact(correct)
    assert any(one["title"].startswith("请核对") for one in await inbox(api, holder))
    after = await services.records.get(record.id)
    assert after.disclosure.is_published and [copy.system for copy in after.copies] == list(DALIAN.systems)
    prints = (await services.footprints.page(subject, None, None, 20)).items
    assert {one.kind.value: one.unit for one in prints if one.kind.value in ("published", "shared")} == {
        "published": "大连市信用中心（示例）",
        "shared": DALIAN.systems[0],
    }, "who sees it from now on is in the footprints (大连第四十条、云南第三十五条)"


async def test_another_person_reads_no_telling(api: Api, me: Actor) -> None:
    await take(api, to_csv([penalty(1)]))
    (told,) = await inbox(api, me)
    other = Actor(role=Role.RESIDENT, id="acc_two", subject="someone-else", session="ses_two")
    assert (await api.as_(other).get(f"/me/records/{told['ref']}/telling")).status_code == 404


async def test_an_act_older_than_the_law_on_remedies_is_told_without_days(api: Api, me: Actor) -> None:
    old = a_penalty_with_measure(decidedOn="1998-05-04", endedOn="1998-05-01", recordClass=None)
    await take(api, to_lines([old]), YUNNAN)
    told = next(one for one in await inbox(api, me) if "1998" in one["title"])
    answer = await api.as_(me).get(f"/me/records/{told['ref']}/telling")
    assert answer.status_code == 200
    ways = {way["title"]: way for way in answer.json()["remedies"]}
    assert ways["申请行政复议"]["due"] is None and ways["提起行政诉讼"]["due"] is None

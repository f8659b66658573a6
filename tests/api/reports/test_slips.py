"""A page for those without a phone: their days, no name, and a code that says whether it still holds."""

import io
from typing import Any

import pypdf
import pytest

from tests.api.reports.test_results import text_of
from tests.support.api import Api, auditor, officer, resident
from tests.support.cases import done, penalty, refused, stored
from tests.support.sign_in import resident_number

NUMBER = resident_number("11010519900101233")


def asked(number: str) -> dict[str, str]:
    return {"documentKind": "resident_id", "documentNumber": number}


async def test_a_slip_says_what_stands_until_when_and_whom_to_ask_on_one_page(api: Api) -> None:
    who = resident(api.services, number=NUMBER)
    record = await stored(api.services, penalty(who, "yunnan"))
    client, desk = api.as_(who), api.as_(officer("yunnan"))
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await client.post("/me/objections", json=body), 201)
    answer = await desk.post("/staff/slips", json=asked(NUMBER))
    assert answer.status_code == 200, answer.text
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 1
    flat = text_of(answer.content)
    for words in ("我的信用日子", "有1条处罚", "网上看得到", "报告里还有", "能申请修复", case["number"], "电话"):
        assert words in flat, (words, flat)
    assert NUMBER not in flat and NUMBER[-4:] not in flat
    code = flat.split("查验码：")[1][:23]
    shown = done(await api.anyone.get(f"/reports/verify/{code}"))
    assert (shown["answer"], shown["kind"]) == ("genuine", "slip")
    traces = done(await client.get("/me/footprints"))["items"]
    assert any(one["why"] == "本人到窗口查询" for one in traces), "the person reads that the centre looked"
    entries = await api.services.audits.all_of_subject(who.bound_subject, 50)
    assert "reports.issue-slip" in {one.action for one in entries}


async def test_a_slip_has_the_records_and_cases_of_the_officers_place_alone(api: Api) -> None:
    who = resident(api.services, number=NUMBER)
    numbers = {}
    for place in ("dalian", "yunnan"):
        record = await stored(api.services, penalty(who, place))
        body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
        numbers[place] = done(await api.as_(who).post("/me/objections", json=body), 201)["number"]
    flat = text_of((await api.as_(officer("yunnan")).post("/staff/slips", json=asked(NUMBER))).content)
    assert numbers["yunnan"] in flat and numbers["dalian"] not in flat


async def test_a_slip_says_whose_place_it_speaks_of(api: Api) -> None:
    """Somebody with a penalty in the other place read that there was none."""
    who = resident(api.services, number=NUMBER)
    await stored(api.services, penalty(who, "dalian"))
    flat = text_of((await api.as_(officer("yunnan")).post("/staff/slips", json=asked(NUMBER))).content)
    assert "云南的平台上没有处罚记录" in flat and "别的地方的记录" in flat, flat


@pytest.mark.parametrize("count", [0, 1, 3, 12])
async def test_however_many_records_there_are_it_stays_one_page(api: Api, count: int) -> None:
    who = resident(api.services, number=NUMBER)
    for _ in range(count):
        record = await stored(api.services, penalty(who, "yunnan"))
        body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
        done(await api.as_(who).post("/me/objections", json=body), 201)
    answer = await api.as_(officer("yunnan")).post("/staff/slips", json=asked(NUMBER))
    assert answer.status_code == 200, answer.text
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 1
    flat = text_of(answer.content)
    assert ("没有处罚记录" if count == 0 else f"有{count}条处罚") in flat
    assert ("条，请看信用报告" in flat) == (count > 3)


async def test_only_an_officer_prints_and_only_by_a_whole_number(api: Api) -> None:
    for other in (resident(api.services), auditor()):
        assert (await api.as_(other).post("/staff/slips", json=asked(NUMBER))).status_code == 403
    refused(await api.as_(officer("yunnan")).post("/staff/slips", json=asked("5301021990")), 400, "invalid")


@pytest.mark.parametrize(
    ("place", "fields", "says"),
    [
        ("dalian", {}, "报告里还有到2031年4月20日"),
        ("dalian", {"severe_list": "listed", "record_class": "serious"}, "报告里还有到移出名单那天"),
        ("dalian", {"is_serving": True}, "报告里还有刑罚未执行完，还没开始算"),
        ("dalian", {"ended_on": None}, "报告里还有还算不出"),
        ("yunnan", {}, "报告里还有条例没写多少年"),
        ("yunnan", {}, "网上看得到最晚到2027年5月8日"),
        ("yunnan", {"unperformed": "罚款没有缴"}, "网上看得到单位写明义务没有履行，到期后还会公示"),
    ],
)
async def test_a_slip_says_until_when_in_the_words_of_the_phone(
    api: Api, place: str, fields: dict[str, Any], says: str
) -> None:
    """Of the list, of a sentence that runs and of a missing day it said that the regulation names no end."""
    who = resident(api.services, number=NUMBER)
    await stored(api.services, penalty(who, place, **fields))
    flat = text_of((await api.as_(officer(place)).post("/staff/slips", json=asked(NUMBER))).content)
    assert says in flat, flat

"""A founded objection changes what the record has, where it stands, and the paper says what was there and what is now."""

from datetime import date
from typing import Any

import msgspec
import pytest

from api.records.models import Particulars
from api.records.store import RecordStore
from tests.support.api import Api, officer, resident
from tests.support.cases import done, penalty, refused, signed_in, stored
from tests.support.world import FixedClock

ITEMS = {
    "行政处罚决定书文号": "大市监罚〔2026〕12号",
    "罚款金额（万元）": "0.1",
    "处罚内容": "罚款一千元",
    "处罚决定日期": "2026-05-08",
}
UPHOLD = {"reason": "核对决定书", "reasons": "录入有误"}


async def objected(api: Api, items: dict[str, str] = ITEMS) -> tuple[Any, Any, Any]:
    """The officer's client, the record and the open objection of Yunnan, where the officer decides at once."""
    actor = resident(api.services)
    me, desk = signed_in(api, actor), signed_in(api, officer("yunnan"))
    particulars = Particulars(
        name="王小明", document_kind="resident_id", document_number="110105199001012337", items=items
    )
    record = await stored(api.services, penalty(actor, "yunnan", particulars=particulars))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额错了"}
    return desk, record, done(await me.post("/me/objections", json=filing), 201)


@pytest.mark.parametrize("written", ["罚款金额", "罚款金额（万元）", "罚款金额(万元)"])
async def test_a_correction_changes_the_value_where_it_stands_and_the_paper_names_both(
    api: Api, clock: FixedClock, written: str
) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, record, case = await objected(api)
    body = {**UPHOLD, "correction": {"outcome": "corrected", "items": {written: "0.2"}}}
    upheld = done(await desk.post(f"/staff/objections/{case['id']}/uphold", json=body))
    after = await api.services.records.get(record.id)
    assert after.particulars.items == {**ITEMS, "罚款金额（万元）": "0.2"}
    assert upheld["finding"]["changes"] == [{"name": "罚款金额（万元）", "before": "0.1", "after": "0.2"}]
    paper = done(await desk.get(f"/staff/objections/{case['id']}/result"))
    text = "".join(text for passage in paper["passages"] for text in passage["paragraphs"])
    assert "“罚款金额（万元）”原为“0.1”，更正为“0.2”。" in text


async def test_a_label_that_the_record_calls_by_another_name_is_not_added_beside_it(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, record, case = await objected(api, {"违法事实": "超限运输", "罚款金额": "0.1"})
    body = {**UPHOLD, "correction": {"outcome": "corrected", "items": {"罚款金额（万元）": "0.2"}}}
    done(await desk.post(f"/staff/objections/{case['id']}/uphold", json=body))
    after = await api.services.records.get(record.id)
    assert after.particulars.items == {"违法事实": "超限运输", "罚款金额": "0.2"}


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ({"我们": "有话说"}, "我们"),
        ({"罚款金额（万元）": "二十万"}, "罚款金额（万元）"),
        ({"罚款金额（万元）": "5000"}, "罚款金额（万元）"),
        ({"处罚决定日期": "昨天"}, "处罚决定日期"),
    ],
)
async def test_what_intake_would_refuse_is_refused_here_too(
    api: Api, clock: FixedClock, items: dict[str, str], field: str
) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, record, case = await objected(api)
    body = {**UPHOLD, "correction": {"outcome": "corrected", "items": items}}
    answer = refused(await desk.post(f"/staff/objections/{case['id']}/uphold", json=body), 400, "invalid")
    assert [error["field"] for error in answer["errors"]] == [field]
    assert (await api.services.records.get(record.id)).particulars.items == ITEMS


async def test_what_is_right_already_is_no_correction(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, _, case = await objected(api)
    body = {**UPHOLD, "correction": {"outcome": "corrected", "items": {"罚款金额（万元）": "0.1"}}}
    refused(await desk.post(f"/staff/objections/{case['id']}/uphold", json=body), 409, "nothing-to-change")


async def test_the_officer_is_shown_what_can_be_changed_and_the_resident_is_not(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, _, case = await objected(api)
    cells = {cell["name"]: cell for cell in done(await desk.get(f"/staff/objections/{case['id']}"))["cells"]}
    assert cells["罚款金额（万元）"] == {
        "name": "罚款金额（万元）", "label": "罚款金额（万元）", "kind": "amount", "value": "0.1", "isItem": True,
    }  # fmt: skip
    assert cells["处罚决定日期"]["kind"] == "date" and "decidedOn" not in cells
    assert cells["endedOn"]["value"] == "2026-04-20" and cells["recordClass"]["value"] == "general"
    assert cells["违法事实"]["value"] is None and "证件号码" not in cells
    assert not case["cells"]


@pytest.mark.parametrize("severe_list", [None, "removed"])
async def test_nothing_is_taken_off_a_list_on_which_it_is_not(
    api: Api, clock: FixedClock, severe_list: str | None
) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, record, case = await objected(api)
    fresh = await api.services.records.get(record.id)
    await RecordStore(api.services.database, api.services.keys).save(
        None, fresh, msgspec.structs.replace(fresh, severe_list=severe_list)
    )
    offered = done(await desk.get(f"/staff/objections/{case['id']}"))["outcomes"]
    assert "deleted" in offered and "unlisted" not in offered, "nor is it offered"
    body = {**UPHOLD, "correction": {"outcome": "unlisted"}}
    refused(await desk.post(f"/staff/objections/{case['id']}/uphold", json=body), 400, "objection-not-on-list")
    assert (await api.services.records.get(record.id)).severe_list == severe_list


async def test_only_what_is_possible_is_offered(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, record, case = await objected(api)
    fresh = await api.services.records.get(record.id)
    await RecordStore(api.services.database, api.services.keys).save(
        None, fresh, msgspec.structs.replace(fresh, severe_list="listed")
    )
    assert "unlisted" in done(await desk.get(f"/staff/objections/{case['id']}"))["outcomes"]
    assert case["outcomes"] == [], "the resident has nothing to choose"

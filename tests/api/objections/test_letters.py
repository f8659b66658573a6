"""A letter says later what it said when it was sent, whatever becomes of the record."""

from datetime import date

import pytest

from tests.support.api import Api, officer, resident
from tests.support.cases import allowed, done, penalty, refused, signed_in, stored
from tests.support.choices import make_record
from tests.support.world import FixedClock

NOTE = {"reason": "核对材料", "reasons": "查明属实"}
TOLD = "已通知接收过这条信息的单位一并处理：信用中国。"


async def test_a_later_change_of_the_record_changes_no_earlier_letter(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    letters = []
    for correction in (
        {"outcome": "explained"},
        {"outcome": "corrected", "items": {"罚款金额": "0.01"}},
        {"outcome": "corrected", "items": {"罚款金额": "0.03"}},
    ):
        case = done(await me.post("/me/objections", json=filing), 201)
        at = f"/staff/objections/{case['id']}"
        done(await desk.post(f"{at}/uphold", json={**NOTE, "correction": correction}))
        where = f"/me/objections/{case['id']}"
        letters.append((where, done(await me.get(f"{where}/result"))))
        if correction["outcome"] == "explained":
            explained = where
        else:  # what a system owes again was not told by the letter
            done(await desk.post(f"{at}/acknowledge-copy", json={"reason": "来函", "system": "信用中国"}))
            done(await me.post(f"{where}/report-still-wrong", json={"system": "信用中国", "text": "还是旧的金额"}))
        clock.move_to(date(2026, 12, 23) if len(letters) == 1 else date(2027, 1, 25))
    assert [TOLD in "".join(p for part in letter["passages"] for p in part["paragraphs"]) for _, letter in letters] == [
        False, True, True,
    ]  # fmt: skip
    for where, letter in letters:
        assert done(await me.get(f"{where}/result")) == letter
    seen = done(await me.get(explained))  # nor does the page show as told of this one who was told of another change
    assert seen["followThrough"] == [] and "report_still_wrong" not in allowed(seen)
    body = {"system": "信用中国", "text": "还是旧的金额"}
    refused(await me.post(f"{explained}/report-still-wrong", json=body), 409, "copy-not-to-report")


@pytest.mark.parametrize("back", ["never", "meanwhile", "before the review"])
async def test_a_letter_says_that_a_mark_was_lifted_also_where_it_was_made_after_the_filing(
    api: Api, clock: FixedClock, back: str
) -> None:
    """What its person had taken out of view is marked once it is public again, and the letter forgot that mark."""
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, make_record(resident(api.services)))
    hidden = done(await me.post("/me/withdrawals", json={"recordIds": [record.id]}), 201)["withdrawals"][0]
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "获奖年份写错了"}
    case = done(await me.post("/me/objections", json=filing), 201)
    at, where = f"/staff/objections/{case['id']}", f"/me/objections/{case['id']}"

    async def comes_back() -> None:
        clock.advance(days=1)
        done(await me.post(f"/me/withdrawals/{hidden['id']}/undo", json={"consentVersion": "2026-1"}))

    if back == "meanwhile":
        await comes_back()
        seen = done(await me.get(where))
        assert seen["history"][-1]["label"] == "信息重新披露，作异议标注" and seen["history"][-1]["law"] == [
            "yunnan-36"
        ]
        assert not [step for step in seen["path"] if step["due"]["on"] < "2026-11-25"], "no mark was owed at the filing"
    done(await desk.post(f"{at}/reject", json=NOTE))
    if back == "before the review":
        await comes_back()
        done(await me.post(f"{where}/review", json={"text": "请再看一次"}))
        assert len((await api.services.records.get(record.id)).marks) == 1
        done(await desk.post(f"{at}/reject", json=NOTE))
    assert (await api.services.records.get(record.id)).marks == ()
    letter = done(await me.get(f"{where}/result"))
    said = "".join(line for part in letter["passages"] for line in part["paragraphs"])
    assert ("处理期间作出的异议标注已取消。" in said) is (back != "never")

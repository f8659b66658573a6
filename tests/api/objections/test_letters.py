"""A letter says later what it said when it was sent, whatever becomes of the record."""

from datetime import date

from tests.support.api import Api, officer, resident
from tests.support.cases import allowed, done, penalty, refused, signed_in, stored
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

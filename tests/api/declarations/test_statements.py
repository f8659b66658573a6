"""The resident's own words beside an item, after an objection to it has failed."""

from tests.support.api import Api, officer, resident
from tests.support.cases import done, penalty, refused, signed_in, stored


async def test_own_words_stand_beside_the_item_once_an_objection_has_failed_and_go_at_will(api: Api) -> None:
    actor = resident(api.services)
    me, desk = signed_in(api, actor), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(actor, "yunnan", copies=(), measures=()))
    path = f"/me/records/{record.id}/statement"
    words = {"text": "罚款已于六月缴清，当时车辆由他人驾驶。"}

    problem = refused(await me.post(path, json=words), 403, "no-failed-objection")
    assert problem["nextStep"]["flow"] == "objection"

    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "内容与事实不符"}
    case = done(await me.post("/me/objections", json=filing), 201)
    refused(await me.post(path, json=words), 403, "no-failed-objection")
    decided = await desk.post(
        f"/staff/objections/{case['id']}/reject", json={"reasons": "经核对与文书一致", "reason": "核对文书"}
    )
    done(decided)

    for text in ("我的月收入为3000元，无力缴纳。", "当时我患有糖尿病。", "  "):
        assert (await me.post(path, json={"text": text})).status_code == 400
    assert (await me.post(path, json={"text": "字" * 201})).status_code == 400
    assert done(await me.post(path, json={"text": "字" * 200}))["text"] == "字" * 200
    written = done(await me.post(path, json=words))
    assert written["text"] == words["text"] and "未经核验" in written["label"]
    assert (await api.services.records.get(record.id)).statement == words["text"]

    assert done(await me.delete(path))["text"] is None
    assert (await api.services.records.get(record.id)).statement is None
    refused(await me.delete(path), 409, "no-statement")


async def test_anothers_item_looks_like_none(api: Api) -> None:
    record = await stored(api.services, penalty(resident(api.services)))
    other = api.as_(resident(api.services, "acc_two", "11010519491231002X"))
    refused(await other.post(f"/me/records/{record.id}/statement", json={"text": "不是我"}), 404, "not-found")
    refused(await other.delete(f"/me/records/{record.id}/statement"), 404, "not-found")


async def test_income_and_property_are_refused_with_a_step_that_can_be_taken(api: Api) -> None:
    """Beside an item nothing can be agreed to, so the refusal does not ask for that."""
    actor = resident(api.services)
    record = await stored(api.services, penalty(actor, "yunnan", has_failed_objection=True))
    path = f"/me/records/{record.id}/statement"
    told = refused(await signed_in(api, actor).post(path, json={"text": "我的月收入为3000元。"}), 400, "barred-content")
    said = [told["detail"], told["nextStep"]["text"], *(one["message"] for one in told["errors"])]
    assert not any("书面同意" in text and "否则" not in text for text in said), said
    assert (told["citation"]["article"], told["citation"]["regulation"]) == (34, "yunnan")

"""A provider that has followed a correction in its feed has followed the case's step too: one acknowledgement, not two."""

from api.infra.actors import Actor, Role
from tests.support.api import Api, officer, resident
from tests.support.cases import PROVIDER, UNIT, done, penalty, signed_in, stored


async def test_a_change_acknowledged_in_the_feed_ends_the_step_of_the_case(api: Api) -> None:
    actor = resident(api.services)
    me, desk = signed_in(api, actor), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(actor, "yunnan"))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额与决定书不符"}
    case = done(await me.post("/me/objections", json=filing), 201)
    at = f"/staff/objections/{case['id']}"
    founded = {
        "reason": "核对决定书",
        "reasons": "金额录入有误，已更正",
        "correction": {"outcome": "corrected", "items": {"罚款金额": "0.01"}},
    }
    upheld = done(await desk.post(f"{at}/uphold", json=founded))
    assert [copy["acknowledgedAt"] for copy in upheld["followThrough"]] == [None]
    assert done(await desk.get("/staff/queue"))["items"]

    services, now = api.services, api.services.clock.now()
    unit = Actor(role=Role.PROVIDER, id=PROVIDER, unit=UNIT, jurisdiction="yunnan", session="key")
    (entry,) = (await services.corrections.page(unit, None, 10)).items
    await services.database.transact(lambda tx: services.corrections.acknowledge(tx, unit, entry.id, None, now))

    assert done(await desk.get("/staff/queue"))["items"] == []
    seen = done(await me.get(f"/me/objections/{case['id']}"))
    assert all(copy["acknowledgedAt"] for copy in seen["followThrough"])
    assert seen["history"][-1]["action"] == "acknowledge-copy"
    await services.database.transact(lambda tx: services.corrections.acknowledge(tx, unit, entry.id, None, now))
    assert done(await me.get(f"/me/objections/{case['id']}"))["history"] == seen["history"]
    (told,) = [one for one in done(await me.get("/me/notices"))["items"] if one["kind"] == "objections.copy_done"]
    assert seen["followThrough"][0]["system"] in told["text"], "told whoever noted it, as after an officer's note"

"""Granting a query and redeeming it, over HTTP."""

import asyncio
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from api.grants.store import GrantStore
from api.infra.actors import SYSTEM, Actor
from api.providers.models import Provider
from api.records.models import Mark, Section
from tests.api.declarations.test_routes import declaration
from tests.support.api import Api, resident
from tests.support.choices import dishonesty, keyed, known_as, make_record, stored
from tests.support.sign_in import resident_number
from tests.support.world import FixedClock

PURPOSE = "租房审核"


def terms(**fields: Any) -> dict[str, Any]:
    return {
        "grantee": {"kind": "person", "name": "李房东", "documentNumber": "11010519491231002X"},
        "purpose": PURPOSE,
        "sections": ["commendation"],
        "expiresOn": "2026-11-30",
        "uses": 1,
        "consentVersion": "2026-1",
        **fields,
    }


async def people(api: Api) -> tuple[Actor, Actor]:
    giver = await known_as(api.services, resident(api.services), "王小明")
    number = "11010519491231002X"
    return giver, await known_as(api.services, resident(api.services, "acc_two", number), "李房东", number)


async def give(api: Api, giver: Actor, **fields: Any) -> dict[str, Any]:
    answer = await api.as_(giver, stepped_up=True).post("/me/grants", json=terms(**fields))
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


async def test_the_one_named_sees_only_what_was_granted_marked_with_who_and_why(api: Api) -> None:
    giver, taker = await people(api)
    praise = await stored(
        api.services, make_record(giver, marks=(Mark("objection", "obj_1", api.services.clock.now()),))
    )
    await stored(api.services, dishonesty(giver))
    given = await give(api, giver)
    assert given["fragment"].endswith(given["code"]) and len(given["code"].replace("-", "")) == 20

    look = (await api.as_(taker).post("/grants/look", json={"code": given["code"]})).json()
    assert look["purpose"] == PURPOSE and look["usesLeft"] == 1
    assert {duty["citation"]["article"] for duty in look["duties"]} == {19, 20}

    body = {"code": given["code"].lower().replace("-", "　"), "acceptedPurpose": look["purpose"]}
    seen = (await api.as_(taker).post("/grants/redeem", json=body)).json()
    assert [section["section"] for section in seen["sections"]] == ["commendation"]
    (item,) = seen["sections"][0]["items"]
    assert item["title"] == praise.title and item["marks"] == ["objection"]
    assert seen["subjectName"] == "王*明" and seen["watermark"]["viewer"] == "李*东"
    assert PURPOSE in seen["watermark"]["text"] and seen["usesLeft"] == 0
    assert "110105199001012337" not in str(seen) and "王小明" not in str(seen)

    (footprint,) = (await api.services.footprints.page(giver.bound_subject, None, None, 10)).items
    assert footprint.kind == "queried" and footprint.ref == given["grant"]["id"] and footprint.records == (praise.id,)
    kept = await api.services.database.collection("footprints").find({}).to_list(10)
    assert "李房东" not in repr(kept)
    (read,) = (await api.as_(giver).get("/me/footprints?kind=queried")).json()["items"]
    assert (read["granteeName"], read["unit"]) == ("李房东", "您授权的个人")
    assert await api.services.grants.grantee_names(taker.bound_subject, [given["grant"]["id"]]) == {}
    mine = (await api.as_(giver).get("/me/grants")).json()["items"][0]
    assert mine["status"] == "used_up" and mine["uses"][0]["viewer"] == "李*东"
    inbox = (
        await api.services.database.collection("notices").find({"subject": giver.subject, "state": "told"}).to_list(10)
    )
    assert [notice["kind"] for notice in inbox] == ["grants.used"]


@pytest.mark.parametrize("written", ["阿依古丽•买买提", "阿依古丽・买买提", "阿依古丽 · 买买提", "阿依古丽·買買提"])
async def test_the_receiver_is_known_in_whatever_spelling_of_the_middle_dot(api: Api, written: str) -> None:
    number = "11010519491231002X"
    giver = await known_as(api.services, resident(api.services), "王小明")
    taker = await known_as(api.services, resident(api.services, "acc_two", number), "阿依古丽·买买提", number)
    given = await give(api, giver, grantee={"kind": "person", "name": written, "documentNumber": number})
    look = await api.as_(taker).post("/grants/look", json={"code": given["code"]})
    assert look.status_code == (403 if "買" in written else 200), look.text


async def test_the_code_is_shown_once_and_stored_nowhere_in_the_open(api: Api) -> None:
    giver, _ = await people(api)
    given = await give(api, giver)
    assert given["code"] not in (await api.as_(giver).get("/me/grants")).text
    stored_grant = await api.services.database.collection("grants").find_one({})
    assert given["code"] not in repr(stored_grant) and PURPOSE not in repr(stored_grant)


async def test_giving_needs_the_identity_to_be_shown_again(api: Api) -> None:
    giver, _ = await people(api)
    answer = await api.as_(giver).post("/me/grants", json=terms())
    assert (answer.status_code, answer.json()["code"]) == (403, "step-up-needed")


async def test_market_items_are_shown_only_where_they_were_ticked(api: Api) -> None:
    giver, taker = await people(api)
    ticked = await stored(api.services, make_record(giver, is_market=True, title="租赁履约", section=Section.OTHER))
    await stored(api.services, make_record(giver, is_market=True, title="消费贷款", section=Section.OTHER))
    plain = await stored(api.services, make_record(giver, section=Section.OTHER, title="志愿服务"))
    me = api.as_(giver, stepped_up=True)
    wrong = await me.post("/me/grants", json=terms(includesMarket=[plain.id]))
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["field"] == "includesMarket"
    given = await give(api, giver, sections=["other"], includesMarket=[ticked.id])
    seen = await api.as_(taker).post("/grants/redeem", json={"code": given["code"], "acceptedPurpose": PURPOSE})
    assert sorted(item["title"] for item in seen.json()["sections"][0]["items"]) == ["志愿服务", "租赁履约"]


async def test_what_was_withdrawn_is_not_given_out(api: Api) -> None:
    giver, taker = await people(api)
    record = await stored(api.services, make_record(giver))
    given = await give(api, giver)
    assert (await api.as_(giver).post("/me/withdrawals", json={"recordIds": [record.id]})).status_code == 201
    seen = await api.as_(taker).post("/grants/redeem", json={"code": given["code"], "acceptedPurpose": PURPOSE})
    assert seen.json()["sections"][0]["items"] == []


@pytest.mark.parametrize(
    "grantee",
    [
        {"name": "王小明"},
        {"name": "某某有限公司", "documentKind": "unified_code", "documentNumber": "91530100MA6K000013"},
    ],
)
async def test_nothing_is_given_to_whom_could_never_redeem_it(api: Api, grantee: dict[str, str]) -> None:
    """Oneself, who needs none, and a unit by its code, which signs in as nobody."""
    number = resident_number("11010519900101233")
    giver = await known_as(api.services, resident(api.services, number=number), "王小明", number)
    body = terms(grantee={"kind": "person", "documentNumber": number, **grantee})
    answer = await api.as_(giver, stepped_up=True).post("/me/grants", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "grantee-unclear"), answer.text


async def test_a_line_that_ended_the_purpose_or_the_name_closes_nothing(api: Api) -> None:
    giver, taker = await people(api)
    await stored(api.services, make_record(giver))
    grantee = {"kind": "person", "name": "李房东\n", "documentNumber": "11010519491231002X"}
    given = await give(api, giver, purpose=f"{PURPOSE}\n", grantee=grantee)
    look = (await api.as_(taker).post("/grants/look", json={"code": given["code"]})).json()
    body = {"code": given["code"], "acceptedPurpose": look["purpose"]}
    answer = await api.as_(taker).post("/grants/redeem", json=body)
    assert answer.status_code == 200, answer.text
    assert "\n" not in answer.json()["watermark"]["text"]


async def test_a_record_past_its_last_day_is_given_to_nobody_also_before_the_worker_came(
    api: Api, clock: FixedClock
) -> None:
    """大连第三十五条: after the period nothing is disclosed; the last day itself still counts."""
    giver, taker = await people(api)
    today = clock.today()
    days = {"昨天": today - timedelta(days=1), "今天": today, "没有期限": None}
    for title, until in days.items():
        await stored(api.services, make_record(giver, title=title, disclosed_until=until))
    given = await give(api, giver)
    body = {"code": given["code"], "acceptedPurpose": PURPOSE}
    seen = (await api.as_(taker).post("/grants/redeem", json=body)).json()
    assert {item["title"] for item in seen["sections"][0]["items"]} == {"今天", "没有期限"}


async def test_a_revoked_grant_opens_nothing_from_that_moment(api: Api) -> None:
    giver, taker = await people(api)
    given = await give(api, giver, uses=3)
    body = {"code": given["code"], "acceptedPurpose": PURPOSE}
    assert (await api.as_(taker).post("/grants/redeem", json=body)).status_code == 200
    revoked = await api.as_(giver).post(f"/me/grants/{given['grant']['id']}/revoke")
    assert revoked.json()["status"] == "revoked" and not revoked.json()["canRevoke"]
    answer = await api.as_(taker).post("/grants/redeem", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "grant-ended")


async def test_closing_the_account_ends_a_grant_behind_a_thousand_newer_ones(api: Api) -> None:
    giver, taker = await people(api)
    await stored(api.services, make_record(giver))
    given = await give(api, giver, uses=3)
    store = GrantStore(api.services.database, api.services.keys)
    kept = await store.get(given["grant"]["id"])
    used_up = [
        msgspec.structs.replace(kept, id=f"{kept.id}z{n:04}", code_index=f"{n}", status="used_up") for n in range(1001)
    ]
    await store.add(None, *used_up)
    assert (await api.as_(giver, stepped_up=True).delete("/me")).status_code == 200
    body = {"code": given["code"], "acceptedPurpose": PURPOSE}
    answer = await api.as_(taker).post("/grants/redeem", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "grant-ended")


async def test_a_grant_given_while_its_account_was_closed_opens_nothing(api: Api) -> None:
    giver, taker = await people(api)
    await stored(api.services, make_record(giver))
    given = await give(api, giver, uses=3)
    assert (await api.as_(giver, stepped_up=True).delete("/me")).status_code == 200
    await api.services.database.collection("grants").update_one(
        {"_id": given["grant"]["id"]}, {"$set": {"status": "active"}}
    )
    for path, body in (("look", {}), ("redeem", {"acceptedPurpose": PURPOSE})):
        answer = await api.as_(taker).post(f"/grants/{path}", json={"code": given["code"], **body})
        assert (answer.status_code, answer.json()["code"]) == (409, "grant-ended"), path


async def test_it_can_be_redeemed_on_its_last_day_and_not_the_day_after(api: Api, clock: FixedClock) -> None:
    giver, taker = await people(api)
    given = await give(api, giver, uses=3)
    body = {"code": given["code"], "acceptedPurpose": PURPOSE}
    clock.move_to(date(2026, 11, 30), hour=23)
    assert (await api.as_(taker).post("/grants/redeem", json=body)).status_code == 200
    clock.move_to(date(2026, 12, 1), hour=0)
    answer = await api.as_(taker).post("/grants/redeem", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "grant-ended")
    closed = await api.services.grants.expire_due(clock.now())
    assert closed == 1
    assert (await api.as_(giver).get("/me/grants")).json()["items"][0]["status"] == "expired"


async def test_of_two_that_redeem_the_last_use_at_once_one_wins(api: Api) -> None:
    giver, taker = await people(api)
    await stored(api.services, make_record(giver))
    given = await give(api, giver)
    me, body = api.as_(taker), {"code": given["code"], "acceptedPurpose": PURPOSE}
    answers = await asyncio.gather(*(me.post("/grants/redeem", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len((await api.services.footprints.page(giver.bound_subject, None, None, 10)).items) == 1


async def test_somebody_else_with_the_code_is_refused_and_uses_nothing_up(api: Api) -> None:
    giver, _ = await people(api)
    other = await known_as(api.services, resident(api.services, "acc_three", "110101199003070011"), "赵六")
    given = await give(api, giver)
    for path in ("look", "redeem"):
        body = {"code": given["code"], **({"acceptedPurpose": PURPOSE} if path == "redeem" else {})}
        answer = await api.as_(other).post(f"/grants/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-the-grantee")
    assert (await api.as_(giver).get("/me/grants")).json()["items"][0]["usesLeft"] == 1
    entry = await api.services.database.collection("audits").find_one({"outcome": "not-the-grantee"})
    assert entry["by"] == "acc_three"


async def test_a_unit_redeems_with_its_own_key_alone(api: Api) -> None:
    """A resident once redeemed what was given to a bank and was written down as its clerk."""
    giver, taker = await people(api)
    await stored(api.services, make_record(giver))
    providers, now = api.services.providers, api.services.clock.now()
    for name, title in (("prv_lease", "某租赁公司"), ("prv_other", "某银行")):
        await providers.add(None, SYSTEM, Provider(name, title, "dalian", "91210200MB0000009X", is_market=True), now)
    unit, other = [
        api.with_key(await providers.issue_key(None, SYSTEM, name, now)) for name in ("prv_lease", "prv_other")
    ]
    given = await give(api, giver, grantee={"kind": "unit", "name": "某租赁公司"}, uses=2)
    body = {"code": given["code"], "acceptedPurpose": PURPOSE}
    refused = await api.as_(taker).post("/grants/redeem", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "grant-for-unit")
    strange = await other.post("/provider/grants/redeem", json=body, headers={"Idempotency-Key": "other-unit"})
    assert (strange.status_code, strange.json()["code"]) == (403, "not-the-grantee")
    look = (await unit.post("/provider/grants/look", json={"code": given["code"]})).json()
    assert look["usesLeft"] == 2
    seen = (await unit.post("/provider/grants/redeem", json=body, headers={"Idempotency-Key": "own-unit"})).json()
    assert seen["watermark"]["viewer"] == "某租赁公司（单位密钥）" and seen["usesLeft"] == 1


async def test_of_two_units_of_one_name_the_one_that_redeemed_first_is_meant(api: Api) -> None:
    giver, _ = await people(api)
    units = [await keyed(api, "prv_here", "dalian"), await keyed(api, "prv_there", "yunnan")]
    given = await give(api, giver, grantee={"kind": "unit", "name": "某志愿服务联合会"}, uses=3)
    body = {"code": given["code"], "acceptedPurpose": PURPOSE}
    answers = [await one.post("/provider/grants/redeem", json=body) for one in (*units, *units)]
    assert [answer.status_code for answer in answers] == [200, 403, 200, 403]
    assert answers[1].json()["code"] == "not-the-grantee"


async def test_a_namesake_with_another_document_is_not_the_one_named(api: Api) -> None:
    giver, _ = await people(api)
    number = "110105199001012345"
    namesake = await known_as(api.services, resident(api.services, "acc_three", number), "李房东", number)
    given = await give(api, giver)
    answer = await api.as_(namesake).post("/grants/redeem", json={"code": given["code"], "acceptedPurpose": PURPOSE})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-the-grantee")


async def test_a_grant_says_which_document_a_person_has_and_keeps_no_number(api: Api) -> None:
    giver, _ = await people(api)
    for grantee in (
        {"kind": "person", "name": "李房东"},
        {"kind": "person", "name": "李房东", "documentNumber": "110105194912310021"},
        {"kind": "unit", "name": "某租赁公司", "documentNumber": "11010519491231002X"},
    ):
        answer = await api.as_(giver, stepped_up=True).post("/me/grants", json=terms(grantee=grantee))
        assert (answer.status_code, answer.json()["code"]) == (400, "grantee-unclear"), answer.text
    await give(api, giver)
    kept = await api.services.database.collection("grants").find({}).to_list(10)
    assert len(kept) == 1 and "11010519491231002X" not in repr(kept)


async def test_another_purpose_than_the_agreed_one_is_refused(api: Api) -> None:
    giver, taker = await people(api)
    given = await give(api, giver)
    answer = await api.as_(taker).post("/grants/redeem", json={"code": given["code"], "acceptedPurpose": "贷款审批"})
    assert (answer.status_code, answer.json()["code"]) == (409, "purpose-not-accepted")
    own = await api.as_(giver).post("/grants/redeem", json={"code": given["code"], "acceptedPurpose": PURPOSE})
    assert (own.status_code, own.json()["code"]) == (409, "own-grant")


async def test_an_unknown_code_is_refused_and_in_the_audit(api: Api) -> None:
    _, taker = await people(api)
    answer = await api.as_(taker).post("/grants/redeem", json={"code": "AAAAA-BBBBB", "acceptedPurpose": PURPOSE})
    assert (answer.status_code, answer.json()["code"]) == (404, "grant-code-unknown")
    assert (await api.services.database.collection("audits").find_one({}))["outcome"] == "not-found"


REFUSED: tuple[tuple[dict[str, Any], str | None], ...] = (
    ({"expiresOn": "2026-11-20"}, "grant-term-invalid"),
    ({"expiresOn": "2028-01-01"}, "grant-term-invalid"),
    ({"expiresOn": "2026-13-01"}, None),
    ({"sections": []}, None),
    ({"sections": ["everything"]}, None),
    ({"uses": 0}, None),
    ({"uses": 51}, None),
    ({"purpose": "x" * 101}, None),
    ({"consentVersion": "2020-1"}, "consent-text-outdated"),
    ({"includesMarket": ["rec_of_somebody"]}, "not-found"),
    ({"surplus": True}, None),
)


async def test_bad_terms_are_refused_and_nothing_is_stored(api: Api) -> None:
    giver, _ = await people(api)
    for fields, code in REFUSED:
        answer = await api.as_(giver, stepped_up=True).post("/me/grants", json=terms(**fields))
        assert answer.status_code in (400, 404) and answer.json()["nextStep"]["text"], fields
        assert code is None or answer.json()["code"] == code
    assert (await api.as_(giver).get("/me/grants")).json()["items"] == []


async def test_anothers_grant_looks_like_none(api: Api) -> None:
    giver, taker = await people(api)
    given = await give(api, giver)
    assert (await api.as_(taker).get(f"/me/grants/{given['grant']['id']}")).status_code == 404
    assert (await api.as_(taker).post(f"/me/grants/{given['grant']['id']}/revoke")).status_code == 404


async def test_anothers_grant_declaration_and_withdrawal_look_like_none_and_the_attempts_are_in_the_audit(
    api: Api,
) -> None:
    giver, taker = await people(api)
    record = await stored(api.services, make_record(giver))
    me, other = api.as_(giver), api.as_(taker)
    grant = (await give(api, giver))["grant"]["id"]
    declared = (await me.post("/me/declarations", json=declaration())).json()["id"]
    withdrawn = (await me.post("/me/withdrawals", json={"recordIds": [record.id]})).json()["withdrawals"][0]["id"]
    unit = await keyed(api, "prv_other")
    answer = await unit.post(f"/provider/withdrawals/{withdrawn}/answer", json={"isAgreed": True})
    assert answer.status_code == 404
    assert (await other.post(f"/me/grants/{grant}/revoke")).status_code == 404
    for errand, case in (("grants", grant), ("declarations", declared), ("withdrawals", withdrawn)):
        seen = await other.get(f"/me/{errand}/{case}")
        assert (seen.status_code, seen.json()["code"]) == (404, "not-found")
        query = {"action": f"{errand}.read", "ref": case, "outcome": "not-found"}
        by = {entry["by"] for entry in await api.services.database.collection("audits").find(query).to_list(9)}
        assert by == ({"acc_two", "prv_other"} if errand == "withdrawals" else {"acc_two"})


async def test_a_unit_redeems_as_many_as_it_is_given_and_only_wrong_codes_are_counted(api: Api) -> None:
    """A look and a use each took one of twenty permits an hour, so the eleventh customer was sent away."""
    giver, _ = await people(api)
    unit = await keyed(api)
    to_unit = {"kind": "unit", "name": "某志愿服务联合会"}
    for number in range(11):
        body = {"code": (await give(api, giver, grantee=to_unit))["code"]}
        assert (await unit.post("/provider/grants/look", json=body)).status_code == 200, number
        taken = await unit.post("/provider/grants/redeem", json={**body, "acceptedPurpose": PURPOSE})
        assert taken.status_code == 200, number
    body = {"code": "aaaaa-bbbbb-ccccc-ddddd", "acceptedPurpose": PURPOSE}
    codes = [(await unit.post("/provider/grants/redeem", json=body)).status_code for _ in range(21)]
    assert codes == [404] * 20 + [429]

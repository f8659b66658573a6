"""Binding an identity document: what is checked, who is refused, and that a refusal tells nothing of others."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from api.accounts.errors import IdentityInvalid
from api.accounts.identity import check_identity, is_elderly
from api.infra.privacy import subject_index
from api.records.models import Section
from knowledge.identity import normal_name
from tests.support.api import Api, resident
from tests.support.choices import dishonesty, stored
from tests.support.sign_in import bearer, resident_number, sign_in
from tests.support.world import FixedClock

NUMBER = resident_number("11010519900101233")
MINOR = resident_number("11010520100101233")
ON = date(2026, 11, 21)


def body(name: str = "王小明", number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {"name": name, "documentKind": "resident_id", "documentNumber": number, **more}


async def bind(api: Api, who: str, attempt: int = 1, **more: Any) -> httpx.Response:
    session = await sign_in(api.anyone, who, attempt)
    return await api.anyone.post("/me/identity", json=body(**more), headers=bearer(session["accessToken"]))


async def test_a_bound_resident_sees_name_and_number_masked(api: Api) -> None:
    response = await bind(api, "wang", jurisdiction="dalian")
    assert response.status_code == 201, response.text
    account = response.json()["account"]
    assert account["isBound"] and account["maskedName"] == "王*明" and account["maskedNumber"].startswith("1101**")
    assert "王小明" not in response.text and NUMBER not in response.text
    me = await api.anyone.get("/me", headers=bearer(response.json()["accessToken"]))
    assert me.json()["documentTitle"] == "居民身份证"


async def test_binding_puts_the_basic_information_into_the_record_once(api: Api) -> None:
    await bind(api, "wang", jurisdiction="yunnan")
    again = await bind(api, "wang", 2, jurisdiction="yunnan")
    assert again.status_code == 201
    subject = subject_index(api.services.keys, "resident_id", NUMBER)
    records = await api.services.records.list_of_subject(subject)
    assert [(r.section, r.jurisdiction, r.particulars.items["姓名"]) for r in records] == [
        (Section.BASIC, "yunnan", "王小明")
    ]


async def test_a_number_in_small_or_full_width_letters_is_the_same_number(api: Api) -> None:
    number = resident_number("11010519900101200")
    found = next(n for n in (resident_number(f"110105199001012{i:02d}") for i in range(99)) if n.endswith("X"))
    assert number
    wide = found[:-1].translate({48 + i: 0xFF10 + i for i in range(10)}) + "x"
    await bind(api, "wang", number=f" {wide} ")
    index = subject_index(api.services.keys, "resident_id", found)
    assert await api.services.database.read(api.services.accounts.open_of(index)) is not None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"documentNumber": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")}, "documentNumber"),
        ({"documentNumber": resident_number("11010519900231233")}, "documentNumber"),
        ({"documentNumber": "123"}, "documentNumber"),
        ({"documentKind": "library_card"}, "documentKind"),
        ({"name": "🙂"}, "name"),
        ({"name": "<script>"}, "name"),
        ({"documentKind": "passport", "documentNumber": "E12345678"}, "bornOn"),
        ({"bornOn": "1991-01-01"}, "bornOn"),
    ],
)
async def test_what_is_filled_in_wrongly_is_named_and_not_repeated(
    api: Api, change: dict[str, Any], field: str
) -> None:
    session = await sign_in(api.anyone, "wang")
    response = await api.anyone.post("/me/identity", json={**body(), **change}, headers=bearer(session["accessToken"]))
    assert response.status_code == 400 and response.json()["code"] == "identity-invalid"
    assert [fault["field"] for fault in response.json()["errors"]] == [field]
    assert str(change.get("documentNumber", "—")) not in response.text


async def test_a_passport_is_bound_with_a_birth_date(api: Api) -> None:
    response = await bind(
        api, "smith", name="John Smith", number="e12345678", documentKind="passport", bornOn="1990-01-01"
    )
    assert response.status_code == 201, response.text


@pytest.mark.parametrize(("place", "article"), [("yunnan", 3), ("dalian", 3)])
async def test_a_minor_is_refused_with_the_article_and_a_way_to_go_on(api: Api, place: str, article: int) -> None:
    response = await bind(api, "kid", number=MINOR, jurisdiction=place)
    problem = response.json()
    assert response.status_code == 403 and problem["code"] == "identity-under-age"
    assert (problem["citation"]["regulation"], problem["citation"]["article"]) == (place, article)
    assert "监护人" in problem["nextStep"]["text"]


async def test_somebody_of_sixteen_is_told_of_the_window_and_of_their_own_income(api: Api) -> None:
    response = await bind(api, "teen", number=resident_number("11010520100601233"))
    assert "劳动收入" in response.json()["nextStep"]["text"]


async def test_on_the_eighteenth_birthday_the_door_opens(api: Api, clock: FixedClock) -> None:
    number = resident_number("11010520081121233")
    assert (await bind(api, "young", number=number)).status_code == 201
    late = resident_number("11010520081122233")
    assert (await bind(api, "younger", number=late)).status_code == 403


async def test_from_sixty_on_large_type_is_suggested_until_it_is_on_and_no_birth_date_is_told(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 20))
    bound = await bind(api, "li", name="李秀英", number=resident_number("53010219661121042"), jurisdiction="yunnan")
    assert bound.json()["account"]["suggestElderMode"] is False
    clock.move_to(date(2026, 11, 21), hour=0)
    fresh = bearer((await sign_in(api.anyone, "li", 2))["accessToken"])
    told = await api.anyone.get("/me", headers=fresh)
    assert told.json()["suggestElderMode"] is True and "1966" not in told.text
    changed = await api.anyone.patch("/me", json={"isElderlyMode": True}, headers=fresh)
    assert changed.json()["suggestElderMode"] is False


@pytest.mark.parametrize(
    ("born", "on", "is_so"),
    [
        (date(1966, 11, 21), date(2026, 11, 20), False),
        (date(1966, 11, 21), date(2026, 11, 21), True),
        (date(1968, 2, 29), date(2028, 2, 28), False),
        (date(1968, 2, 29), date(2028, 2, 29), True),
        (date(2040, 2, 29), date(2100, 2, 28), True),
    ],
)
def test_the_day_from_which_large_type_is_suggested(born: date, on: date, is_so: bool) -> None:
    assert is_elderly(born, on) is is_so


async def test_a_held_document_and_a_wrong_name_get_the_same_answer(api: Api) -> None:
    await bind(api, "wang")
    held = await bind(api, "thief")
    other = resident(api.services, number=(number := resident_number("11010519850505123")))
    await stored(api.services, dishonesty(other))  # whose particulars name 王小明
    misnamed = await bind(api, "li", name="李四", number=number)
    assert held.status_code == misnamed.status_code == 409
    first, second = held.json(), misnamed.json()
    first.pop("instance"), second.pop("instance")
    assert first == second and first["code"] == "identity-not-confirmed"
    assert "王" not in held.text and "微信" in first["nextStep"]["text"]


async def test_a_wrong_name_in_one_units_file_shuts_nobody_out_before_or_after_the_first_time(api: Api) -> None:
    number = resident_number("53010219900925028")
    person = resident(api.services, number=number)
    right = dishonesty(person)  # whose particulars name 王小明
    wrong = dishonesty(person, provider="prv_other")
    wrong = replace(wrong, particulars=replace(wrong.particulars, name="王晓明"))
    for record in (wrong, right):
        await stored(api.services, record)
    assert (await bind(api, "stranger", name="李四", number=number)).json()["code"] == "identity-not-confirmed"
    first = await bind(api, "ming", number=number)
    assert first.status_code == 201, first.text
    report = await api.anyone.get("/me/report", headers=bearer(first.json()["accessToken"]))
    seen = {record["id"] for section in report.json()["sections"] for record in section["records"]}
    assert {right.id, wrong.id} <= seen, "and both can be objected to"
    later = dishonesty(person, provider="prv_third")
    await stored(api.services, replace(later, particulars=replace(later.particulars, name="王明")))
    again = await bind(api, "ming", 2, number=number)
    assert again.status_code == 201, "a name that was bound stays, whatever is written after it"


async def test_names_written_with_another_dot_or_width_are_one_name(api: Api) -> None:
    person = resident(api.services, number=(number := resident_number("65010519850505123")))
    record = dishonesty(person)
    await stored(api.services, replace(record, particulars=replace(record.particulars, name="阿依古丽·买买提")))
    assert (await bind(api, "guli", name="阿依古丽．买买提", number=number)).status_code == 201


async def test_of_two_accounts_that_bind_one_document_at_once_one_wins(api: Api) -> None:
    sessions = [await sign_in(api.anyone, f"p{i}") for i in range(4)]
    answers = await asyncio.gather(
        *(api.anyone.post("/me/identity", json=body(), headers=bearer(s["accessToken"])) for s in sessions)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"identity-not-confirmed"}
    accounts = api.services.database.collection("accounts")
    assert await accounts.count_documents({"subject": {"$ne": None}}) == 1
    assert await api.services.database.collection("records").count_documents({}) == 2  # one in each jurisdiction


async def test_another_document_cannot_take_the_place_of_the_first(api: Api) -> None:
    await bind(api, "wang")
    second = await bind(api, "wang", 2, number=resident_number("11010519850505123"))
    assert second.status_code == 409 and second.json()["code"] == "identity-already-set"


async def test_a_number_in_full_width_binds_and_is_shown_again_alike(api: Api) -> None:
    wide = NUMBER.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    bound = await bind(api, "wang", number=wide)
    assert bound.status_code == 201
    token = bearer(bound.json()["accessToken"])
    for spelt in (wide, f" {NUMBER} "):
        shown = await api.anyone.post("/session/step-up", json={"documentNumber": spelt}, headers=token)
        assert shown.status_code == 201, shown.text


async def test_attempts_are_limited_by_account_and_by_document(api: Api) -> None:
    await bind(api, "wang")
    session = await sign_in(api.anyone, "thief")
    codes = []
    for i in range(8):
        number = resident_number(f"1101051985050{i + 500}"[:17].ljust(17, "1"))
        answer = await api.anyone.post(
            "/me/identity", json=body("王小明", number), headers=bearer(session["accessToken"])
        )
        codes.append(answer.status_code)
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) > 0
    assert codes[-1] in (429, 409)
    by_document = [(await bind(api, f"t{i}")).status_code for i in range(22)]
    assert by_document[-1] == 429 and 429 not in by_document[:8], "no one account can use up a document's attempts"


async def test_no_number_or_name_stands_in_the_database_or_the_log(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    await bind(api, "wang")
    dump = ""
    for name in await api.services.database.raw.list_collection_names():
        dump += repr(await api.services.database.collection(name).find({}).to_list(1000))
    printed = capsys.readouterr()
    for secret in (NUMBER, "王小明", "openid-wang"):
        assert secret not in dump and secret.encode().hex() not in dump and secret not in printed.out + printed.err
    assert ascii("王小明")[1:-1] not in dump


async def test_a_step_up_is_needed_once_more_after_five_minutes(api: Api, clock: FixedClock) -> None:
    token = (await bind(api, "wang")).json()["accessToken"]
    wrong = await api.anyone.post(
        "/session/step-up", json={"documentNumber": resident_number("11010519850505123")}, headers=bearer(token)
    )
    assert wrong.status_code == 403 and wrong.json()["code"] == "step-up-refused"
    right = await api.anyone.post("/session/step-up", json={"documentNumber": NUMBER}, headers=bearer(token))
    assert right.status_code == 201
    stepped = right.json()["accessToken"]
    now = clock.now()
    assert api.services.tokens.read(stepped, now)[1]
    clock.advance(minutes=5, seconds=1)
    assert not api.services.tokens.read(stepped, clock.now())[1]


async def test_six_wrong_numbers_close_the_step_up_and_right_ones_do_not_count(api: Api) -> None:
    headers = bearer((await bind(api, "wang")).json()["accessToken"])
    wrong = {"documentNumber": resident_number("11010519850505123")}
    for _ in range(8):
        assert (
            await api.anyone.post("/session/step-up", json={"documentNumber": NUMBER}, headers=headers)
        ).status_code == 201
    codes = [(await api.anyone.post("/session/step-up", json=wrong, headers=headers)).status_code for _ in range(7)]
    assert codes == [403] * 6 + [429]


@given(st.text(max_size=70), st.text(max_size=20), st.text(max_size=40), st.dates() | st.none())
def test_whatever_is_written_is_a_claim_or_a_refusal(name: str, kind: str, number: str, born_on: date | None) -> None:
    for one in (kind, "resident_id", "passport"):
        try:
            claim = check_identity(name, one, number, born_on, ON)
        except IdentityInvalid as refusal:
            named = [fault.field for fault in refusal.faults]
        else:
            named = ["none"]
            assert claim.born_on <= ON and claim.document_number == claim.document_number.strip().upper()
        assert named


@given(st.text(max_size=40))
def test_a_normal_name_stays_as_it_is(name: str) -> None:
    assert normal_name(normal_name(name)) == normal_name(name)


async def test_a_place_that_is_not_ours_is_a_field_to_mend_and_no_fault_of_the_server(api: Api) -> None:
    answer = await bind(api, "elsewhere", jurisdiction="beijing")
    assert answer.status_code == 400, answer.text
    assert "jurisdiction" in answer.text
    assert (await bind(api, "elsewhere", 2, jurisdiction="yunnan")).status_code == 201

"""What a provider reported, in the words a resident reads."""

import pytest

from api.infra.privacy import mask_number
from api.records.models import Particulars
from api.records.wording import plain_items
from tests.api.grants.test_routes import terms
from tests.support.api import Api, officer, resident
from tests.support.cases import done, keyed, penalty, signed_in, stored
from tests.support.choices import known_as
from tests.support.sign_in import resident_number


@pytest.mark.parametrize(
    ("label", "said", "shown"),
    [
        ("罚款金额（万元）", "0.2", ("罚款金额", "2,000元")),
        ("罚款金额(万元)", "12", ("罚款金额", "120,000元")),
        ("罚款金额（万元）", "0.00015", ("罚款金额", "1.5元")),
        ("罚款金额（万元）", "另行计算", ("罚款金额（万元）", "另行计算")),
        ("罚款金额（万元）", "NaN", ("罚款金额（万元）", "NaN")),
        ("处罚有效期", "2099-12-31", ("处罚有效期", "长期")),
        ("处罚有效期", "2099/12/31", ("处罚有效期", "长期")),
        ("公示截止期", "2027-08-05", ("公示截止期", "2027年8月5日")),
        ("公示截止期", "2027-02-31", ("公示截止期", "2027-02-31")),
        ("处罚内容", "罚款0.2万元", ("处罚内容", "罚款0.2万元")),
    ],
)
def test_plain_words(label: str, said: str, shown: tuple[str, str]) -> None:
    assert list(plain_items(Particulars("某某", "resident_id", "1", {label: said})).items()) == [shown]


def test_the_persons_own_number_is_masked() -> None:
    number = "110105199001012337"
    assert plain_items(Particulars("某某", "resident_id", number, {"证件号码": number})) == {
        "证件号码": "1101************37"
    }


async def test_whoever_is_shown_a_records_items_reads_the_number_in_part(api: Api) -> None:
    """The receiver of a grant, the officer with a case, and the unit were shown it whole where it stands among the items."""
    number = resident_number("11010519900101233")
    giver = await known_as(api.services, resident(api.services, number=number), "王小明", number)
    other = resident_number("11010519491231002")
    taker = await known_as(api.services, resident(api.services, "acc_two", other), "李房东", other)
    items = {"姓名": "王小明", "证件号码": number.lower(), "罚款金额（万元）": "0.02"}
    kept = Particulars(name="王小明", document_kind="resident_id", document_number=number, items=items)
    record = await stored(api.services, penalty(giver, particulars=kept))
    grant = terms(grantee={"kind": "person", "name": "李房东", "documentNumber": other}, sections=["dishonesty"])
    given = done(await api.as_(giver, stepped_up=True).post("/me/grants", json=grant), 201)
    redeem = {"code": given["code"], "acceptedPurpose": grant["purpose"]}
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await signed_in(api, giver).post("/me/objections", json=filing), 201)
    desk, unit = signed_in(api, officer("dalian")), await keyed(api)
    for answer in (
        await api.as_(taker).post("/grants/redeem", json=redeem),
        await desk.get(f"/staff/cases/objections/{case['id']}"),
        await desk.get(f"/staff/objections/{case['id']}"),
        await unit.get(f"/provider/records/{record.id}"),
    ):
        done(answer)
        assert number not in answer.text.upper() and mask_number(number) in answer.text.upper(), answer.request.url

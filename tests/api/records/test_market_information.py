"""Market information: it comes in with the person's consent, and reaches nobody by itself (Yunnan 13, 34, 63)."""

from datetime import date
from typing import Any

import pytest

from api.composition import Services
from api.records.showing import view_of
from tests.support.files import MARKET, commendation, lease, person, subject, take, to_csv, to_lines


async def test_market_information_comes_in_with_its_consent_and_reaches_nobody_by_itself(services: Services) -> None:
    for _ in range(2):  # sent again, it is known
        report = await take(services, to_lines([lease(1)]), MARKET)
    assert (report.accepted, report.unchanged, report.refused) == (0, 1, ())
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.is_market and not record.disclosure.is_published and not record.disclosure.is_shared
    assert record.copies == () and record.disclosure.is_queryable
    view = view_of(record, services.clock.today())
    assert view.is_market and view.consent is not None and view.consent.is_proven
    assert (view.consent.on, view.consent.proof) == (date(2026, 3, 1), "授权书2026-118号")
    assert view.consent.source.article == 13


@pytest.mark.parametrize(
    ("line", "field", "code", "article"),
    [
        (lease(1, consentProof=None), "consentProof", "market-consent-missing", 13),
        (lease(1, consentedOn="2027-01-01"), "consentedOn", "date-in-future", None),
        (lease(1, items={"履约情况": "月收入三千元"}), "履约情况", "written-consent-required", 34),
        (lease(1, items={"履约情况": "因患有癌症欠租"}, isWarned=True), "履约情况", "barred-personal-data", 34),
        (commendation(1), "code", "not-of-this-unit", 63),
        (commendation(1, code="admin-penalty"), "code", "not-of-this-unit", 63),
    ],
)
async def test_what_a_market_unit_may_not_send_is_refused_with_the_article(
    services: Services, line: dict[str, Any], field: str, code: str, article: int | None
) -> None:
    report = await take(services, to_lines([{key: value for key, value in line.items() if value is not None}]), MARKET)
    (fault,) = [one for one in report.refused if one.column == field]
    assert fault.code == code and (fault.citation.article if fault.citation else None) == article


async def test_a_consent_to_one_persons_means_does_not_pass_for_the_next(services: Services) -> None:
    said = {"履约情况": "月收入三千元，按期付租"}
    report = await take(services, to_lines([lease(1, items=said, isWarned=True), lease(2, items=said)]), MARKET)
    assert report.accepted == 1 and report.refused[0].code == "written-consent-required"


async def test_a_market_unit_hands_in_a_table_with_the_consent_in_its_columns(services: Services) -> None:
    row = {
        "姓名": "甲一",
        "证件号码": person(1),
        "合同事项": "房屋租赁合同",
        "发生日期": "2026-05-04",
        "履约情况": "按期付清租金",
        "本人同意日期": "2026-03-01",
        "授权书编号": "118号",
        "约定用途": "租房",
    }
    bare = {**row, "证件号码": person(2), "授权书编号": ""}
    report = await take(services, to_csv([row, bare], header=list(row)), MARKET)
    assert report.accepted == 1
    assert [(one.column, one.code) for one in report.refused] == [("授权书编号", "market-consent-missing")]

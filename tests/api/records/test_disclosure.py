"""What of a record is disclosed when it comes in and after it was corrected, and when that ends."""

from datetime import date

import pytest

from api.composition import Services
from api.infra.clock import start_of
from api.infra.errors import Invalid
from api.infra.privacy import subject_index
from api.records.models import NOT_DISCLOSED, Standing
from api.records.showing import view_of
from tests.support.files import (
    DALIAN,
    YUNNAN,
    commendation,
    corrected,
    penalty,
    subject,
    take,
    to_csv,
    to_lines,
)


async def test_an_entry_of_the_list_is_not_published_once_it_is_off_the_list(services: Services) -> None:
    """大连第三十三条、云南第三十八条: the list is published, and whoever was removed is not on it."""
    line = {
        "code": "severe-list",
        "documentType": "listing_decision",
        "recordClass": "严重",
        "decidedOn": "2026-02-01",
        "endedOn": "2026-01-01",
    }
    rows = [
        commendation(1, **line, actNumber="列1号"),
        commendation(2, **line, actNumber="列2号", severeList="removed", removedOn="2026-10-01"),
    ]
    assert (await take(services, to_lines(rows))).accepted == 2
    (listed,), (removed,) = [await services.records.list_of_subject(subject(services, n)) for n in (1, 2)]
    assert listed.disclosure.is_published and not removed.disclosure.is_published
    assert removed.standing is Standing.STANDING and removed.disclosure.is_queryable, "大连第三十五条: five years"
    after = await corrected(services, listed, severe_list="removed", removed_on=date(2026, 11, 1))
    assert not after.disclosure.is_published and after.disclosure.is_queryable


async def test_a_minor_class_is_not_published_in_principle(services: Services) -> None:
    await take(services, to_csv([penalty(1, **{"失信类别(轻微/一般/严重)": "轻微"})]))
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert not record.disclosure.is_published and record.disclosure.is_queryable


async def test_what_had_ended_by_a_day_that_was_wrong_is_disclosed_when_the_day_is_put_right(
    services: Services,
) -> None:
    """2016 for 2026: nothing else could bring it back, since the same row is there already."""
    await take(services, to_csv([penalty(1, 违法行为终止日期="2016-08-20")]))
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.standing is Standing.EXPIRED
    still = await corrected(services, record, ended_on=date(2017, 8, 20))
    assert still.standing is Standing.EXPIRED and still.disclosure == NOT_DISCLOSED
    after = await corrected(services, still, ended_on=date(2026, 8, 20))
    assert after.standing is Standing.STANDING and after.disclosure.is_published and after.disclosure.is_queryable
    after = await services.records.get(record.id)
    assert [copy.system for copy in after.copies] == list(DALIAN.systems)
    kinds = [one.kind.value for one in (await services.footprints.page(record.subject, None, None, 20)).items]
    assert kinds.count("published") == kinds.count("shared") == 1
    told = [one.kind for one in (await services.notices.inbox(record.subject, None, 20))[0].items]
    assert told.count("records.told") == 1


async def test_what_has_ended_does_not_come_back_by_another_class_or_statement(services: Services) -> None:
    row = penalty(1, 处罚机关=YUNNAN.name, 处罚决定日期="2025-06-01", 公示截止期="", 违法行为终止日期="2025-05-01")
    await take(services, to_csv([row]), YUNNAN)
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.standing is Standing.EXPIRED
    for fields in (
        {"record_class": "serious"},
        {"authority_until": date(2027, 5, 1)},
        {"unperformed": "罚款没有缴纳，已申请强制执行"},
    ):
        record = await corrected(services, record, **fields)
        assert record.standing is Standing.EXPIRED and record.disclosure == NOT_DISCLOSED


async def test_what_is_past_its_disclosure_period_comes_in_undisclosed(services: Services) -> None:
    await take(services, to_csv([penalty(1, 处罚决定日期="2021-08-01", 违法行为终止日期="2021-07-02")]))
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.standing is Standing.EXPIRED and not record.disclosure.is_queryable


async def test_without_a_birth_date_a_record_is_held_until_the_unit_names_it(services: Services) -> None:
    row = penalty(1, 证件类型="护照", 证件号码="E12345678")
    assert (await take(services, to_csv([row]))).accepted == 1
    held = subject_index(services.keys, "passport", "E12345678")
    (record,) = await services.records.list_of_subject(held)
    assert record.awaits_birth_date and record.disclosure == NOT_DISCLOSED and record.copies == ()
    assert "只有您本人看得到" in (view_of(record, services.clock.today()).held or "")

    with pytest.raises(Invalid):
        await corrected(services, record, born_on=date(2012, 1, 1))
    await corrected(services, record, born_on=date(1980, 1, 1))
    (after,) = await services.records.list_of_subject(held)
    assert after.disclosure.is_published and not after.awaits_birth_date
    named = penalty(2, 证件类型="护照", 证件号码="E22345678", 出生日期="1980-01-01")
    assert (await take(services, to_csv([named]))).accepted == 1
    (other,) = await services.records.list_of_subject(subject_index(services.keys, "passport", "E22345678"))
    assert other.disclosure.is_published


async def test_the_units_own_date_ends_publicity_and_a_stated_non_performance_keeps_it(services: Services) -> None:
    rows = [
        penalty(1, 公示截止期="2026-10-01"),
        penalty(2, 公示截止期="2099-12-31", 处罚决定日期="2024-05-06", 违法行为终止日期="2024-05-01"),
        penalty(
            3,
            公示截止期="2099-12-31",
            处罚决定日期="2024-05-06",
            违法行为终止日期="2024-05-01",
            公示延续理由="罚款没有缴纳，已申请强制执行",
        ),
    ]
    assert (await take(services, to_csv(rows))).accepted == 3
    today = services.clock.today()
    views = [view_of((await services.records.list_of_subject(subject(services, n)))[0], today) for n in (1, 2, 3)]
    assert [view.disclosure.is_published for view in views] == [False, False, True]
    periods = [view.publicity for view in views if view.publicity is not None]
    assert [(one.ends_on, one.ends_by) for one in periods] == [
        (date(2026, 10, 1), "authority"),
        (date(2025, 5, 6), "maximum"),
        (None, "stated_unperformed"),
    ]
    assert "早于" in (periods[0].difference or "") and periods[0].authority_until == date(2026, 10, 1)


async def test_in_yunnan_sharing_and_query_end_with_publicity(services: Services) -> None:
    """Yunnan 15: publication, sharing and authorised query are one disclosure."""
    assert (await take(services, to_csv([penalty(1, 处罚机关=YUNNAN.name)]), YUNNAN)).accepted == 1
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.disclosed_until == record.published_until == date(2027, 9, 1)
    assert await services.expiry.expire(start_of(date(2027, 9, 1))) == 0
    assert await services.expiry.expire(start_of(date(2027, 9, 2))) == 1
    (after,) = await services.records.list_of_subject(subject(services, 1))
    assert after.standing is Standing.EXPIRED and after.disclosure == NOT_DISCLOSED

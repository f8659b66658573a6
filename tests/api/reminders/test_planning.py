"""Planning is a pure function of facts and the day: properties over random histories of a record."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from api.infra.actors import Actor, Role
from api.infra.clock import civil_date, start_of
from api.notices.models import NoticeState
from api.notices.service import notice_key, notice_of
from api.notices.texts import load_texts
from api.records.models import Record, Section, Standing
from api.records.service import with_ends
from api.reminders.planning import (
    KINDS,
    PLEDGE_DUE,
    PLEDGE_SOON,
    REPAIR_LACKS,
    REPAIR_MOVED,
    REPAIR_OPENS,
    corrections,
    plan,
    plan_record,
)
from tests.support.choices import dishonesty, make_record

ME = Actor(role=Role.RESIDENT, id="acc_one", subject="sub_one")
RECEIVED = datetime(2026, 6, 1, 4, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def penalty(**fields: Any) -> Record:
    values: dict[str, Any] = {
        "id": "rec_1",
        "received_at": RECEIVED,
        "decided_on": date(2026, 5, 20),
        "duty_performed_on": date(2026, 5, 25),
        "ended_on": date(2026, 5, 1),
        "jurisdiction": "dalian",
        **fields,
    }
    return with_ends(dishonesty(ME, **values))


def on_of(record: Record, kind: str, today: date = TODAY) -> list[date]:
    return [draft.on for draft in plan_record(record, today) if draft.kind == kind]


def test_a_general_record_opens_the_day_after_three_months() -> None:
    assert on_of(penalty(), REPAIR_OPENS, date(2026, 7, 1)) == [date(2026, 8, 21)]


def test_nothing_is_promised_for_a_day_after_all_has_ended_by_itself() -> None:
    day = date(2026, 7, 1)
    for ended in ({"barred_until": date(2029, 5, 20)}, {"authority_until": date(2026, 8, 20)}):
        record = penalty(jurisdiction="yunnan", **ended)
        assert [draft.kind for draft in plan_record(record, day) if draft.kind in (REPAIR_OPENS, REPAIR_LACKS)] == []
    assert on_of(penalty(jurisdiction="yunnan", authority_until=date(2026, 8, 21)), REPAIR_OPENS, day) == [
        date(2026, 8, 21)
    ]


def test_what_was_told_open_and_can_be_applied_for_no_more_is_said_to_be_so() -> None:
    now = start_of(TODAY)
    (told,) = [draft for draft in plan_record(penalty(jurisdiction="yunnan"), TODAY) if draft.kind == REPAIR_OPENS]
    there = [notice_of(told, load_texts()[told.kind], now, NoticeState.TOLD)]
    barred = penalty(jurisdiction="yunnan", barred_until=date(2029, 5, 20))
    (moved,) = corrections(barred, there, plan_record(barred, TODAY), now)
    assert moved.params["day"] == "没有可以申请的日子了"
    unclear = penalty(jurisdiction="yunnan", record_class=None)
    (moved,) = corrections(unclear, there, plan_record(unclear, TODAY), now)
    assert "无法确定" in moved.params["day"]


def test_the_day_is_the_same_before_on_and_after_it_so_that_it_is_told_once() -> None:
    days = [date(2026, 7, 1), date(2026, 8, 20), date(2026, 8, 21), date(2026, 11, 1)]
    assert {tuple(on_of(penalty(), REPAIR_OPENS, day)) for day in days} == {(date(2026, 8, 21),)}


def test_without_performance_time_alone_is_announced_and_not_that_it_opens() -> None:
    record = penalty(duty_performed_on=None)
    assert on_of(record, REPAIR_OPENS) == []
    assert on_of(record, REPAIR_LACKS) == [date(2026, 8, 21)]


def test_without_a_class_nothing_is_guessed() -> None:
    assert on_of(penalty(record_class=None), REPAIR_OPENS) == on_of(penalty(record_class=None), REPAIR_LACKS) == []


def test_a_record_that_comes_late_is_announced_on_the_day_it_came() -> None:
    record = penalty(decided_on=date(2026, 1, 5), duty_performed_on=date(2026, 1, 8))
    assert on_of(record, REPAIR_OPENS) == [civil_date(RECEIVED)]


def test_a_pledge_is_announced_seven_days_before_and_on_the_day_until_it_is_performed() -> None:
    pledge = make_record(ME, id="rec_2", section=Section.PLEDGE, due_on=date(2026, 12, 10), received_at=RECEIVED)
    assert on_of(pledge, PLEDGE_SOON) == [date(2026, 12, 3)]
    assert on_of(pledge, PLEDGE_DUE) == [date(2026, 12, 10)]
    assert plan_record(msgspec.structs.replace(pledge, duty_performed_on=TODAY), TODAY) == ()


_day = st.dates(date(2026, 1, 1), date(2028, 12, 31))
_records = st.builds(
    lambda **fields: penalty(**fields),
    record_class=st.sampled_from(["minor", "general", "serious", None]),
    decided_on=st.one_of(st.none(), _day),
    duty_performed_on=st.one_of(st.none(), _day),
    corrected_on=st.one_of(st.none(), _day),
    ended_on=st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 12, 31))),
    barred_until=st.one_of(st.none(), _day),
    standing=st.sampled_from(list(Standing)),
    jurisdiction=st.sampled_from(["dalian", "yunnan"]),
    non_repairable_basis=st.sampled_from([None, "某法律"]),
)


@settings(max_examples=300)
@given(_records, _day)
def test_every_plan_is_of_known_kinds_each_key_once_and_never_before_the_record_came(
    record: Record, today: date
) -> None:
    drafts = plan((record, record), start_of(today))
    once = plan_record(record, today)
    assert drafts == once + once
    assert len({notice_key(draft) for draft in once}) == len(once)
    for draft in once:
        assert draft.kind in KINDS
        assert draft.on >= civil_date(record.received_at)
        assert (draft.subject, draft.ref) == (record.subject, record.id)
    if record.standing is not Standing.STANDING:
        assert once == ()


@settings(max_examples=200)
@given(_records, _day, st.integers(0, 900))
def test_the_passing_of_days_moves_no_day_that_was_planned(record: Record, today: date, later: int) -> None:
    """Only `opens` becoming `open`, or a record leaving its period, may change the set; a date never drifts."""
    before = {d.kind: d.on for d in plan_record(record, today)}
    after = {d.kind: d.on for d in plan_record(record, today + timedelta(days=later))}
    for kind in before.keys() & after.keys():
        assert before[kind] == after[kind]


@settings(max_examples=100)
@given(st.lists(_records, min_size=1, max_size=4), _day)
def test_a_history_of_changes_ends_with_exactly_what_its_last_facts_deserve(history: list[Record], today: date) -> None:
    """What reconciling does, in a model: whatever came before, what stands booked is the plan of the present facts."""
    booked: dict[str, str] = {}
    for record in history:
        desired = {notice_key(draft): draft.kind for draft in plan_record(record, today)}
        booked = {key: kind for key, kind in booked.items() if key in desired} | desired
    assert booked == {notice_key(draft): draft.kind for draft in plan_record(history[-1], today)}


def test_what_was_told_and_is_no_longer_true_is_taken_back_at_once() -> None:
    now = start_of(TODAY)
    told = [
        notice_of(draft, load_texts()[draft.kind], now, NoticeState.TOLD)
        for draft in plan_record(penalty(), TODAY)
        if draft.kind == REPAIR_OPENS
    ]
    moved = penalty(record_class="serious")
    (correction,) = corrections(moved, told, plan_record(moved, TODAY), now)
    assert correction.kind == REPAIR_MOVED
    assert "2027年" in correction.params["day"]
    assert corrections(penalty(), told, plan_record(penalty(), TODAY), now) == ()
    assert corrections(moved, [], plan_record(moved, TODAY), now) == ()

"""What intake encodes in its own way is stored as anything else is, whatever rows came before."""

import io
from collections.abc import Mapping
from typing import Any

import bson
from bson.codec_options import CodecOptions

from api.composition import Services
from api.infra.mongo import Database
from api.notices.models import NoticeState
from api.notices.service import notice_of
from api.notices.texts import load_texts
from api.providers.models import Provider
from api.records.admission import Admission
from api.records.files.reading import Reading
from api.records.intake import _admit
from api.records.models import Record
from api.records.store import RecordStore
from api.records.telling import drafts_of
from api.records.traces import traces_of
from tests.support.files import (
    DALIAN,
    MARKET,
    YUNNAN,
    commendation,
    lease,
    open_services,
    penalty,
    take,
    to_csv,
    to_lines,
)
from tests.support.world import KEYS, FixedClock

PENALTIES = [
    penalty(1),
    penalty(2, 处罚决定日期="2026-08-03", 违法行为终止日期="", 公示截止期=""),
    penalty(3, **{"失信类别(轻微/一般/严重)": "轻微", "备注": "100%"}),
    penalty(4, 公示延续理由="罚款没有缴清"),
    penalty(5, 行政处罚决定书文号="连市监罚〔2026〕〇五号之一"),
    penalty(
        6,
        **{
            "失信类别(轻微/一般/严重)": "",
            "违法行为终止日期": "2019-08-20",
            "处罚决定日期": "2019-09-01",
            "公示截止期": "",
        },
    ),
    penalty(7),
]
LINES = [
    commendation(8),
    commendation(9, measures=["yn-i2"], actNumber="云文明〔2026〕1号"),
    commendation(10, decidedOn=None),
]
FILES = [
    (DALIAN, to_csv(PENALTIES)),
    (YUNNAN, to_csv(PENALTIES)),
    (YUNNAN, to_lines(LINES)),
    (MARKET, to_lines([lease(11), lease(12, actNumber="合同1号")])),
]


def records_of(body: bytes, provider: Provider) -> list[Record]:
    reading = Reading(io.BytesIO(body))
    reading.survey()
    admission = Admission(provider, KEYS, FixedClock.at("2026-11-21T10:00+08:00").now())
    return admission.records_of([_admit(admission, row) for row in reading.rows()])


def plain(document: Mapping[str, Any]) -> dict[str, Any]:
    aware: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
    return bson.decode(bson.encode(document), aware)


def readable(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in plain(document).items() if not isinstance(part, bytes)}


def test_records_are_stored_as_they_are_and_with_the_fields_that_others_have(database: Database) -> None:
    store = RecordStore(database, KEYS)
    records = [record for provider, body in FILES for record in records_of(body, provider)]
    assert {record.act_key is None for record in records} == {True, False}
    for _ in range(2):
        made = [*store.documents_of(records), *(one for record in records for one in store.documents_of([record]))]
        assert store.codec.decode_all(list(map(plain, made))) == records * 2
        assert list(map(readable, made)) == list(map(readable, store.codec.encode_all(records))) * 2


async def test_footprints_and_notices_are_those_of_each_record(database: Database, clock: FixedClock) -> None:
    services: Services = await open_services(database, clock)
    for provider, body in FILES:
        assert not (await take(services, body, provider)).refused
        clock.advance(minutes=1)
    store, texts, told = RecordStore(database, services.keys), load_texts(), 0
    records = store.codec.decode_all(await database.collection("records").find({}).to_list(100))
    assert len(records) == sum(len(records_of(body, provider)) for provider, body in FILES)
    for record in records:
        trail = traces_of(record, "信用中心", record.id, record.received_at)
        page = await services.footprints.page(record.subject, None, None, 100)
        left = [one for one in page.items if one.records == (record.id,)]
        assert [(one.id, one.kind, one.at, one.why, one.basis) for one in left] == [
            (one.id, one.kind, one.at, one.why, one.basis) for one in trail.each()
        ]
        for draft in drafts_of(record, record.id, record.received_at):
            wanted = notice_of(draft, texts[draft.kind], record.received_at, NoticeState.TOLD)
            assert await services.notices.owned(record.subject, wanted.id) == wanted
            told += 1
    assert told and told == await database.collection("notices").count_documents({})

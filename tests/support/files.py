"""Providers' files as tests write them, with document numbers that pass their checks and belong to nobody."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from api.composition import Services
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import Clock
from api.infra.mongo import Database
from api.infra.privacy import subject_index
from api.providers.models import Provider
from api.records.models import IntakeReport, Record
from tests.support.api import make_settings

DALIAN = Provider(
    id="prv_dalian",
    name="大连市市场监督管理局",
    jurisdiction="dalian",
    unified_code="11210200MB0000000X",
    systems=("大连市政务服务平台",),
)
YUNNAN = Provider(
    id="prv_yunnan",
    name="昆明市市场监督管理局",
    jurisdiction="yunnan",
    unified_code="11530100MB0000001X",
    systems=("云南省信用信息共享平台", "昆明市政务服务平台"),
    represents=("大连市市场监督管理局",),  # the authority of `penalty`
)
MARKET = Provider(
    id="prv_lessor",
    name="某住房租赁有限公司",
    jurisdiction="yunnan",
    unified_code="91530100MB0000009X",
    is_market=True,
    systems=("云南省信用信息共享平台",),
)
HEADER = (
    "行政相对人名称", "行政相对人类别", "证件类型", "证件号码", "行政处罚决定书文号", "违法行为类型", "违法事实",
    "处罚依据", "处罚类别", "处罚内容", "罚款金额（万元）", "没收违法所得、没收非法财物的金额（万元）",
    "暂扣或吊销证照名称及编号", "处罚决定日期", "处罚有效期", "公示截止期", "处罚机关", "处罚机关统一社会信用代码",
    "数据来源单位", "数据来源单位统一社会信用代码", "备注", "失信类别(轻微/一般/严重)", "违法行为终止日期",
    "义务履行日期", "刑罚执行完毕日期", "刑罚执行中", "公示延续理由", "出生日期",
)  # fmt: skip
_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def person(serial: int, born: str = "19800101", region: str = "210202") -> str:
    """A number that passes GB 11643."""
    first = f"{region}{born}{serial % 1000:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def named(serial: int) -> str:
    """A name for each number."""
    return "甲" + str(serial).translate(_NUMERALS)


def penalty(serial: int = 1, **cells: str) -> dict[str, str]:
    """A good row of the layout; keyword arguments replace cells by column."""
    return {
        "行政相对人名称": named(serial),
        "行政相对人类别": "自然人",
        "证件类型": "身份证",
        "证件号码": person(serial),
        "行政处罚决定书文号": f"连市监罚〔2026〕{serial}号",
        "违法行为类型": "无照经营",
        "违法事实": "未取得营业执照从事经营活动",
        "处罚依据": "《无证无照经营查处办法》第十三条",
        "处罚类别": "罚款",
        "处罚内容": "罚款二千元",
        "罚款金额（万元）": "0.2",
        "处罚决定日期": "2026-09-01",
        "处罚有效期": "2099-12-31",
        "公示截止期": "2027-09-01",
        "处罚机关": "大连市市场监督管理局",
        "失信类别(轻微/一般/严重)": "一般",
        "违法行为终止日期": "2026-08-20",
        **cells,
    }


def to_csv(rows: Iterable[Mapping[str, str]], encoding: str = "utf-8", header: Iterable[str] = HEADER) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(header), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def commendation(serial: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "code": "commendation",
        "name": named(serial),
        "documentNumber": person(serial),
        "decidedOn": "2026-05-04",
        "items": {"荣誉名称": "大连市道德模范", "授予单位": "大连市文明办"},
        **fields,
    }


def lease(serial: int = 1, **fields: Any) -> dict[str, Any]:
    """A good line of market information."""
    return {
        "code": "market-contract",
        "name": named(serial),
        "documentNumber": person(serial),
        "decidedOn": "2026-05-04",
        "consentedOn": "2026-03-01",
        "consentProof": "授权书2026-118号",
        "consentPurpose": "本人申请租房时证明履约情况",
        "items": {"合同事项": "房屋租赁合同", "履约情况": "按期付清租金"},
        **fields,
    }


def to_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


async def open_services(database: Database, clock: Clock) -> Services:
    """Services without a web, which know both providers."""
    services = Services(make_settings(), clock=clock, database=database)
    await services.prepare()
    await add_providers(services)
    return services


async def add_providers(services: Services) -> None:
    for provider in (DALIAN, YUNNAN, MARKET):
        await services.providers.add(None, SYSTEM, provider, services.clock.now())


async def key_of(services: Services, provider: Provider = DALIAN) -> str:
    """An API key of the unit with every scope."""
    return await services.providers.issue_key(None, SYSTEM, provider.id, services.clock.now())


async def take(services: Services, body: bytes, provider: Provider = DALIAN, **options: Any) -> IntakeReport:
    """Hands a file in."""
    return await services.intake.import_file(io.BytesIO(body), provider.id, now=services.clock.now(), **options)


async def corrected(services: Services, record: Record, **fields: Any) -> Record:
    """As its unit puts it right."""
    unit = Actor(
        role=Role.PROVIDER, id=record.provider, unit=record.source_unit, jurisdiction=record.jurisdiction, session="ses"
    )

    async def correct(tx: Any) -> Record:
        return await services.corrections.correct(tx, unit, record, fields, "录入有误", services.clock.now())

    return await services.database.transact(correct)


def subject(services: Services, serial: int) -> str:
    """The index of `person(serial)`."""
    return subject_index(services.keys, "resident_id", person(serial))


async def footprints_of(services: Services, first: int, beyond: int) -> int:
    """How many footprints these people have together."""
    pages = [await services.footprints.page(subject(services, n), None, None, 20) for n in range(first, beyond)]
    return sum(len(page.items) for page in pages)

"""What the demo's providers send: six residents in both places, with dates counted from today, through the real intake.

Every name and number is made up; the numbers pass their check digit and belong to nobody.
"""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from api.composition import Services
from api.demo.people import DEMO_PROVIDERS, DEMO_RESIDENTS, DemoResident
from api.infra.actors import SYSTEM
from api.infra.clock import civil_date
from api.infra.privacy import subject_index
from api.providers.models import Provider
from api.records.models import IntakeReport
from knowledge.clocks import add_months
from knowledge.periods import publicity

_PROVIDER_IDS = frozenset(provider.id for provider in DEMO_PROVIDERS)
_HEADER = (
    "行政相对人名称", "行政相对人类别", "证件类型", "证件号码", "行政处罚决定书文号", "违法行为类型", "违法事实",
    "处罚依据", "处罚类别", "处罚内容", "罚款金额（万元）", "没收违法所得、没收非法财物的金额（万元）",
    "暂扣或吊销证照名称及编号", "处罚决定日期", "处罚有效期", "公示截止期", "处罚机关", "处罚机关统一社会信用代码",
    "数据来源单位", "数据来源单位统一社会信用代码", "备注", "失信类别(轻微/一般/严重)", "违法行为终止日期",
    "义务履行日期", "纠正日期",
)  # fmt: skip


class DemoFile(msgspec.Struct, frozen=True):
    """One file as a provider would send it."""

    name: str
    provider: str
    body: bytes


def demo_files(today: date) -> tuple[DemoFile, ...]:
    """The providers' files of the day: one CSV in UTF-8 with BOM, one in GB18030, the others of JSON lines."""
    return (
        DemoFile("dalian-penalties.csv", "demo_dalian_market", _csv(_dalian_penalties(today), "utf-8-sig")),
        DemoFile("yunnan-penalties.csv", "demo_yunnan_market", _csv(_yunnan_penalties(today), "gb18030")),
        DemoFile("dalian-honours.jsonl", "demo_dalian_civil", _lines(_dalian_honours(today))),
        DemoFile("yunnan-honours.jsonl", "demo_yunnan_civil", _lines(_yunnan_honours(today))),
        DemoFile("yunnan-lists.jsonl", "demo_yunnan_market", _lines(_yunnan_lists(today))),
        DemoFile("yunnan-leases.jsonl", "demo_yunnan_lease", _lines(_yunnan_leases(today))),
    )


async def load_demo(services: Services, now: datetime) -> list[tuple[DemoFile, IntakeReport]]:
    """Adds the providers and takes in their files of the day on which the demo was first loaded. Harmless to repeat, and completes
    an interrupted first run."""
    for provider in DEMO_PROVIDERS:
        if await services.providers.find_by_id(provider.id) is None:
            await services.providers.add(None, SYSTEM, provider, now)
    first = await _first_day(services) or civil_date(now)
    reports = []
    for file in demo_files(first):
        report = await services.intake.import_file(io.BytesIO(file.body), file.provider, now=now)
        reports.append((file, report))
    return reports


async def _first_day(services: Services) -> date | None:
    days = [
        civil_date(record.received_at)
        for resident in DEMO_RESIDENTS
        for record in await services.records.list_of_subject(
            subject_index(services.keys, "resident_id", resident.number)
        )
        if record.provider in _PROVIDER_IDS
    ]
    return min(days, default=None)


def decided_for_opening(opens_on: date) -> date:
    """The latest document date of a general penalty whose minimum period lets repair open on `opens_on`, or the nearest day before it."""
    decided_on = opens_on - timedelta(days=1)
    for _ in range(500):
        found = publicity("general", decided_on).opens_on
        if found is not None and found <= opens_on:
            return decided_on
        decided_on -= timedelta(days=1)
    raise ValueError(f"no document date opens on {opens_on}")


def _penalty(resident: DemoResident, provider: Provider, decided_on: date, **cells: str) -> dict[str, str]:
    return {
        "行政相对人名称": resident.name,
        "行政相对人类别": "自然人",
        "证件类型": "身份证",
        "证件号码": resident.number,
        "处罚类别": "罚款",
        "处罚决定日期": decided_on.isoformat(),
        "处罚有效期": "2099-12-31",
        "公示截止期": add_months(decided_on, 12).isoformat(),
        "处罚机关": provider.name,
        "处罚机关统一社会信用代码": provider.unified_code,
        "数据来源单位": provider.name,
        "数据来源单位统一社会信用代码": provider.unified_code,
        "违法行为终止日期": (decided_on - timedelta(days=20)).isoformat(),
        **cells,
    }


def _dalian_penalties(today: date) -> list[dict[str, str]]:
    provider = DEMO_PROVIDERS[0]
    _, li, _, _, _, sun = DEMO_RESIDENTS
    opening = decided_for_opening(today + timedelta(days=10))
    paid = (opening + timedelta(days=15)).isoformat()
    old = add_months(today, -5 * 12) + timedelta(days=40)
    return [
        _penalty(
            li,
            provider,
            opening,
            行政处罚决定书文号=f"连市监罚〔{opening.year}〕0118号（示例）",
            违法行为类型="未按规定明码标价",
            违法事实="经营的便民超市部分商品未标明价格",
            处罚依据="《中华人民共和国价格法》第四十二条",
            处罚内容="罚款人民币贰仟元整",
            **{"罚款金额（万元）": "0.2", "失信类别(轻微/一般/严重)": "一般", "义务履行日期": paid, "纠正日期": paid},
        ),
        _penalty(
            sun,
            provider,
            today - timedelta(days=60),
            行政处罚决定书文号=f"连市监罚〔{(today - timedelta(days=60)).year}〕0231号（示例）",
            违法行为类型="广告违法",
            违法事实="在店铺橱窗张贴使用绝对化用语的广告",
            处罚依据="《中华人民共和国广告法》第五十七条",
            处罚内容="责令停止发布，罚款人民币叁仟元整",
            **{"罚款金额（万元）": "0.3"},
        ),
        _penalty(
            sun,
            provider,
            old + timedelta(days=5),
            行政处罚决定书文号=f"连市监罚〔{old.year}〕0007号（示例）",
            违法行为类型="无照经营",
            违法事实="未取得营业执照从事零售经营",
            处罚依据="《无证无照经营查处办法》第十三条",
            处罚内容="罚款人民币壹仟元整",
            **{
                "罚款金额（万元）": "0.1",
                "失信类别(轻微/一般/严重)": "一般",
                "违法行为终止日期": old.isoformat(),
            },
        ),
    ]


def _yunnan_penalties(today: date) -> list[dict[str, str]]:
    provider = DEMO_PROVIDERS[2]
    _, _, zhao, _, chen, _ = DEMO_RESIDENTS
    opened = decided_for_opening(today - timedelta(days=5))
    paid = (opened + timedelta(days=7)).isoformat()
    recent = today - timedelta(days=30)
    return [
        _penalty(
            zhao,
            provider,
            opened,
            行政处罚决定书文号=f"昆市监罚〔{opened.year}〕0456号（示例）",
            违法行为类型="食品经营不规范",
            违法事实="经营的小吃店未按要求公示健康证明",
            处罚依据="《中华人民共和国食品安全法》第一百二十六条",
            处罚内容="罚款人民币伍仟元整",
            **{"罚款金额（万元）": "0.5", "失信类别(轻微/一般/严重)": "一般", "义务履行日期": paid, "纠正日期": paid},
        ),
        _penalty(
            chen,
            provider,
            recent,
            行政处罚决定书文号=f"昆市监罚〔{recent.year}〕0512号（示例）",
            违法行为类型="计量违法",
            违法事实="使用的电子秤超过检定周期",
            处罚依据="《中华人民共和国计量法》第二十六条",
            处罚内容="罚款人民币伍佰元整",
            备注="演示：决定书上的罚款是五百元，这里的金额多记了一位",
            **{"罚款金额（万元）": "0.5", "失信类别(轻微/一般/严重)": "一般"},
        ),
    ]


def _line(resident: DemoResident, code: str, decided_on: date, **fields: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": resident.name,
        "documentNumber": resident.number,
        "decidedOn": decided_on.isoformat(),
        **fields,
    }


def _dalian_honours(today: date) -> list[dict[str, Any]]:
    wang = DEMO_RESIDENTS[0]
    return [
        _line(
            wang,
            "commendation",
            add_months(today, -30),
            items={"荣誉名称": "大连市最美志愿者（示例）", "授予单位": "大连市精神文明建设办公室（示例）"},
        ),
        _line(
            wang,
            "commendation",
            add_months(today, -8),
            items={"荣誉名称": "街道优秀楼长（示例）", "授予单位": "中山区某街道办事处（示例）"},
        ),
        _line(
            wang,
            "volunteering",
            add_months(today, -2),
            items={"服务项目": "社区义务辅导", "服务时长": "126小时", "组织单位": "大连市志愿服务联合会（示例）"},
        ),
    ]


def _yunnan_honours(today: date) -> list[dict[str, Any]]:
    chen, yang = DEMO_RESIDENTS[4], DEMO_RESIDENTS[3]
    return [
        _line(
            chen,
            "donation",
            add_months(today, -5),
            items={"捐赠项目": "乡村学校图书", "捐赠方式": "图书", "受赠单位": "云南省慈善总会（示例）"},
        ),
        _line(
            chen,
            "volunteering",
            add_months(today, -3),
            items={"服务项目": "滇池岸线清洁", "服务时长": "48小时", "组织单位": "昆明市志愿服务联合会（示例）"},
        ),
        _line(
            yang,
            "pledge-performance",
            add_months(today, -4),
            items={"承诺事项": "按期付清拖欠的工资", "履约情况": "按期履行"},
        ),
    ]


def _yunnan_lists(today: date) -> list[dict[str, Any]]:
    yang = DEMO_RESIDENTS[3]
    decided = add_months(today, -7)
    return [
        _line(
            yang,
            "severe-list",
            decided,
            documentType="listing_decision",
            actNumber=f"昆人社列决〔{decided.year}〕003号（示例）",
            sourceUnit="昆明市人力资源和社会保障局（示例）",
            recordClass="serious",
            endedOn=(decided - timedelta(days=30)).isoformat(),
            measures=["cn-p6", "cn-p8"],
            items={
                "列入事由": "拖欠农民工工资，经责令限期支付仍未支付",
                "列入依据": "《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条",
                "移出条件": "付清拖欠的工资；公示满最短期限；作出信用承诺",
            },
        ),
    ]


def _yunnan_leases(today: date) -> list[dict[str, Any]]:
    """Market information, with its person's consent."""
    return [
        _line(
            DEMO_RESIDENTS[3],
            "market-contract",
            add_months(today, -6),
            consentedOn=add_months(today, -18).isoformat(),
            consentProof="租赁合同第九条（示例）",
            consentPurpose="本人再租房时证明履约情况",
            items={"合同事项": "房屋租赁合同", "履约情况": "按期付清租金"},
        ),
    ]


def _csv(rows: list[dict[str, str]], encoding: str) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(_HEADER), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)

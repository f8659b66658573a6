"""Two invented residents with their records, two units and two members of staff, put in the way the product takes them in."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import msgspec
from playwright.sync_api import FilePayload

from api.composition import Services
from api.infra.actors import SYSTEM
from api.infra.centres import Centre
from api.infra.settings import read_settings
from api.providers.models import Provider
from knowledge.places import places
from tests.support.processes import Installation
from tests.support.sign_in import resident_number
from tests.support.staff import enrolled


class Issued(msgspec.Struct, frozen=True):
    """What was given out when the installation was filled: secrets by username of staff, keys by unit."""

    otp_secrets: dict[str, str]
    unit_keys: dict[str, str]


class Person(msgspec.Struct, frozen=True):
    """`code` is good for signing in at the stand-in, again and again."""

    code: str
    name: str
    number: str
    jurisdiction: str


WANG = Person("demo-wang", "王小明", resident_number("21020319900101233"), "dalian")
LI = Person("demo-li", "李秀英", resident_number("53010219580312042"), "yunnan")
CHEN = Person("demo-chen", "陈静", resident_number("21020319880707122"), "dalian")  # whom no test changes
SUN = Person("demo-sun", "孙丽", resident_number("21020319850615202"), "dalian")
ZHOU = Person("demo-zhou", "周梅", resident_number("21020319820909222"), "dalian")  # with a case of every kind
HAN = Person("demo-han", "韩梅", resident_number("21020319910305242"), "dalian")  # whose cases the desk decides
HE = Person("demo-he", "何芳", resident_number("21020319560303202"), "dalian")  # whom somebody helps
TAO = Person("demo-tao", "陶然", resident_number("21020319870707242"), "dalian")  # whose taps are counted
GAO = Person("demo-gao", "高洋", resident_number("21020319830101212"), "dalian")  # whose cases fill a first day
MU = Person("demo-mu", "穆春", resident_number("53010219840202122"), "yunnan")  # likewise
MA = Person("demo-ma", "马俊", resident_number("21020319830404202"), "dalian")  # whom a unit means to bar
OFFICER_PASSWORD = "correct-horse-battery-9"

_MARKET = Provider(
    "prv_market",
    "大连市市场监督管理局",
    "dalian",
    "11210200000000001A",
    systems=("信用中国（辽宁大连）",),
    represents=("大连市民政局",),
)
_CIVIL = Provider(
    "prv_civil",
    "云南省民政厅",
    "yunnan",
    "11530000000000002B",
    systems=("信用中国（云南）",),
    represents=("昆明市城市管理局",),
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000080000000808020000004b6d29dc0000001449444154789c633c2127c7800d3061151db412"
    "00d0ca01143e63a8990000000049454e44ae426082"
)
PROOF: FilePayload = {"name": "证明.png", "mimeType": "image/png", "buffer": PNG}


def _line(person: Person, code: str, **fields: Any) -> dict[str, Any]:
    return {"code": code, "name": person.name, "documentNumber": person.number, **fields}


def _penalty(person: Person, number: str, **fields: Any) -> dict[str, Any]:
    return _line(
        person, "admin-penalty", documentType="penalty", actNumber=number, sourceUnit="大连市市场监督管理局", **fields
    )


def _penalties(person: Person, series: str) -> list[dict[str, Any]]:
    """One that can be repaired now, one that can be in January, one whose class nobody stated."""
    return [
        _penalty(person, f"大市监罚〔2026〕{series}01号", recordClass="general", decidedOn="2026-05-10", endedOn="2026-04-20",
                 dutyPerformedOn="2026-06-01", correctedOn="2026-06-01",
                 items={"违法行为类型": "未按规定公示年度报告", "处罚内容": "罚款"}),
        _penalty(person, f"大市监罚〔2026〕{series}02号", recordClass="general", decidedOn="2026-10-20", endedOn="2026-10-01",
                 dutyPerformedOn="2026-11-01", correctedOn="2026-11-01",
                 items={"违法行为类型": "无照经营", "处罚内容": "罚款", "处罚决定日期": "2026-10-20"}),
        _penalty(person, f"大市监罚〔2026〕{series}03号", decidedOn="2026-09-01", endedOn="2026-08-15",
                 items={"违法行为类型": "占道经营"}),
    ]  # fmt: skip


def centres() -> str:
    """Those of the example; in Yunnan a second officer signs before a paper goes out."""
    examples = {one.id: one.example_centre for one in places()}
    return msgspec.json.encode({
        place: Centre(one.name, one.telephone, one.windows, one.hours, True, 1 if place == "yunnan" else 0)
        for place, one in examples.items()
    }).decode()  # fmt: skip


DALIAN = [
    *_penalties(WANG, "1"),
    *_penalties(CHEN, "2"),
    *_penalties(SUN, "3"),
    *_penalties(ZHOU, "4"),
    *_penalties(ZHOU, "5"),
    *_penalties(HAN, "6"),
    *_penalties(TAO, "7"),
    *_penalties(HE, "7"),
    *_penalties(GAO, "8"),
    *_penalties(GAO, "9"),
    *_penalties(MA, "10"),
    _line(WANG, "volunteering", items={"服务项目": "社区助老", "服务时长": "120小时"}, sourceUnit="大连市民政局"),
    _line(SUN, "volunteering", items={"服务项目": "河道清理", "服务时长": "16小时"}, sourceUnit="大连市民政局"),
    _line(WANG, "licence", items={"许可名称": "食品经营许可"}, sourceUnit="大连市市场监督管理局"),
]
YUNNAN = [
    _line(LI, "commendation", items={"表彰名称": "优秀志愿者"}, sourceUnit="云南省民政厅"),
    _line(LI, "volunteering", items={"服务项目": "敬老服务", "服务时长": "300小时"}, sourceUnit="云南省民政厅"),
    _line(LI, "admin-penalty", documentType="penalty", actNumber="云罚〔2026〕9号", recordClass="minor",
          decidedOn="2026-10-10", endedOn="2026-10-01", dutyPerformedOn="2026-10-12", correctedOn="2026-10-12",
          sourceUnit="昆明市城市管理局", items={"违法行为类型": "占道经营", "处罚内容": "警告"}),
    *(_line(MU, "admin-penalty", documentType="penalty", actNumber=f"云罚〔2026〕2{n}号", recordClass="minor",
            decidedOn="2026-10-10", endedOn="2026-10-01", sourceUnit="昆明市城市管理局",
            items={"违法行为类型": "占道经营", "处罚内容": "警告"}) for n in range(4)),
    _line(ZHOU, "donation", items={"捐赠项目": "教育捐赠"}, sourceUnit="云南省民政厅"),
    _line(WANG, "donation", items={"捐赠项目": "教育捐赠"}, sourceUnit="云南省民政厅"),
    _line(TAO, "donation", items={"捐赠项目": "图书捐赠"}, sourceUnit="云南省民政厅"),
    _line(TAO, "volunteering", items={"服务项目": "湖岸清洁", "服务时长": "8小时"}, sourceUnit="云南省民政厅"),
]  # fmt: skip


def populate(place: Installation) -> Issued:
    """Fills a fresh installation."""
    listed = [
        {"code": one.code, "name": one.name, "try": "看报告、办事项"}
        for one in (WANG, CHEN, LI, SUN, ZHOU, HAN, HE, TAO, MU, MA)
    ]
    (place.folder / "residents.json").write_bytes(msgspec.json.encode(listed))
    # In a thread of its own: the browser's driver keeps a loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(_populate(place))).result()


async def _populate(place: Installation) -> Issued:
    services = Services(read_settings(place.environ))
    try:
        await services.prepare()
        now = services.clock.now()
        keys = {}
        for provider, lines in ((_MARKET, DALIAN), (_CIVIL, YUNNAN)):
            await services.providers.add(None, SYSTEM, provider, now)
            keys[provider.id] = await services.providers.issue_key(None, SYSTEM, provider.id, now)
            await _take_in(services, provider, lines, now)
        secrets = {
            username: (await enrolled(
                services, username=username, password=OFFICER_PASSWORD, role=role, jurisdiction=place_of,
                unit=unit, display_name=name,
            ))[0].totp_secret
            for username, role, name, place_of, unit in (
                ("officer1", "officer", "赵一", "dalian", "大连市信用中心"),
                ("officer2", "officer", "周三", "dalian", "大连市信用中心"),
                ("auditor1", "auditor", "钱二", "dalian", "大连市信用中心"),
                ("admin1", "admin", "吴九", "dalian", "大连市信用中心"),
                ("officer3", "officer", "段五", "yunnan", "云南省信用中心"),
                ("officer4", "officer", "余六", "yunnan", "云南省信用中心"),
            )
        }  # fmt: skip
        return Issued(secrets, keys)
    finally:
        await services.close()


async def _take_in(services: Services, provider: Provider, lines: list[dict[str, Any]], now: datetime) -> None:
    body = b"\n".join(msgspec.json.encode(line) for line in lines)
    report = await services.intake.import_file(io.BytesIO(body), provider.id, now=now)
    assert not report.refused, report.refused

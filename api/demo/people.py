"""Who is in the demo: six residents of both places and a child, and the units that send their records.

Every name and number is made up; the numbers pass their check digit and belong to nobody.
"""

from datetime import date

import msgspec

from api.providers.models import Provider
from knowledge.clocks import add_months


class DemoResident(msgspec.Struct, frozen=True):
    """`code` is the sign-in code at the stand-in for WeChat; `tries` are what this person's story shows."""

    code: str
    name: str
    number: str
    jurisdiction: str
    story: str
    tries: tuple[str, ...]


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _number(first: str) -> str:
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


DEMO_RESIDENTS = (
    DemoResident(
        "demo-wangxiulan",
        "王秀兰",
        _number("21020219580312002"),
        "dalian",
        "大连，退休教师，有两项表彰和志愿服务",
        ("打开长辈模式，看信用报告", "问：志愿服务能不能不公开"),
    ),
    DemoResident(
        "demo-lijianguo",
        "李建国",
        _number("21020219850614031"),
        "dalian",
        "大连，有一条一般失信的处罚，十天后可以申请修复",
        ("问：我有条处罚记录怎么弄掉", "打开记录，看还差哪一天，订提醒"),
    ),
    DemoResident(
        "demo-zhaomin",
        "赵敏",
        _number("53010219900925028"),
        "yunnan",
        "云南，处罚的义务已履行，今天就可以申请修复",
        ("申请信用修复", "看修复条件逐条满足"),
    ),
    DemoResident(
        "demo-yangzhiqiang",
        "杨志强",
        _number("53010219780108015"),
        "yunnan",
        "云南，在严重失信主体名单上，有两项惩戒措施",
        ("看列入决定和惩戒措施", "问：什么时候能移出名单"),
    ),
    DemoResident(
        "demo-chenjing",
        "陈静",
        _number("53010219951120046"),
        "yunnan",
        "云南，有捐赠和志愿服务可以撤销公示，一条处罚的金额记错了",
        ("撤销公示一条捐赠", "对金额提出异议"),
    ),
    DemoResident(
        "demo-sunlei",
        "孙磊",
        _number("21020219720430013"),
        "dalian",
        "大连，一条处罚没有写明类别，算不出公示期；另有一条旧处罚即将期满",
        ("看“现在算不出来”的原因", "向认定单位询问类别"),
    ),
)
DEMO_MINOR = DemoResident(
    "demo-xiaoming",
    "周小明",
    "",
    "dalian",
    "大连，未成年人：核验身份时会被说明为什么没有报告",
    ("核验身份，看依据的条文",),
)

DEMO_PROVIDERS = (
    Provider(
        id="demo_dalian_market",
        name="大连市市场监督管理局（示例）",
        jurisdiction="dalian",
        unified_code="11210200MB0000001A",
        systems=("大连市政务服务平台（示例）",),
    ),
    Provider(
        id="demo_dalian_civil",
        name="大连市精神文明建设办公室（示例）",
        jurisdiction="dalian",
        unified_code="11210200MB0000002B",
        systems=("大连市志愿服务平台（示例）",),
    ),
    Provider(
        id="demo_yunnan_market",
        name="昆明市市场监督管理局（示例）",
        jurisdiction="yunnan",
        unified_code="11530100MB0000003C",
        systems=("云南省信用信息共享平台（示例）", "昆明市政务服务平台（示例）"),
        represents=("昆明市人力资源和社会保障局（示例）",),
    ),
    Provider(
        id="demo_yunnan_civil",
        name="云南省民政厅（示例）",
        jurisdiction="yunnan",
        unified_code="11530000MB0000004D",
        systems=("云南省信用信息共享平台（示例）",),
    ),
    Provider(
        id="demo_yunnan_lease",
        name="昆明某某住房租赁有限公司（示例）",
        jurisdiction="yunnan",
        unified_code="91530100MA6K000013",
        is_market=True,
    ),
)


def everybody(today: date) -> tuple[DemoResident, ...]:
    """The residents with records, and the child."""
    return (*DEMO_RESIDENTS, minor(today))


def minor(today: date) -> DemoResident:
    """The demo's child, fifteen years old on the day."""
    born = add_months(today, -15 * 12)
    return msgspec.structs.replace(DEMO_MINOR, number=_number(f"210202{born:%Y%m%d}017"))

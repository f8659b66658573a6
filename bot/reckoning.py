"""Reads dates in a message and computes with them: how long somebody has waited, when something ended, and what follows.

Counts working days by the published calendar. A day without a year is the nearest one in the past.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from bot.aspects import TEXTS, Words
from bot.lookups import number
from bot.places import JURISDICTIONS
from bot.replies import RecordClass
from knowledge import clocks, rules
from knowledge.errors import KnowledgeError
from knowledge.loading import library

_NUMBER = "[0-9]{1,4}|[零〇一二三四五六七八九十两百俩仨]{1,4}"  # 12两年 is no number of twelve-two
_WAITED = re.compile(
    rf"(?P<half>半)?(?P<count>{_NUMBER})?(?P<some>来|多)?(?P<half_after>个半)?个?"
    r"(?P<unit>工作日|天|日(?!期)|星期|礼拜|周(?!岁)|月(?!\d|份)|年(?!\d|度|报))"
)
WAITING = Words(
    "才 了 还没 没人 没动静 没消息 没回 没办 没结果 没信 一直 第 已经 压 拖 等 逾 超 过去 快 都 没给 没理 没处理 没答复 没告诉 没改"
)
UNITS = Words("工作日 天 日 星期 礼拜 周 月 年")
_ASKS_LENGTH = re.compile("几天|多久|多少天|几个工作日")
_DATE = re.compile(
    r"((?:19|20)\d\d|(?<!\d)[12]\d(?=年\d{1,2}月\d))(?:[年./-](\d{1,2})(?:[月./-](?:(\d{1,2})[日号]?)?)?|年(?!度))"
)
_DAY = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[号日](?:[(（]?(?:星期|周|礼拜)([一二三四五六日天]))?")
_TELLS_DAY = re.compile("号|日|星期|礼拜|周")  # part of everything that the two patterns beside it find
_WEEKDAY = re.compile(r"(?<!下)(?<!每)(?<!下个)(上个?)?(?:星期|周|礼拜)([一二三四五六日天])")
MEANT = Words("打算 准备 想在 要是 如果 假如 计划")
_THIS_YEAR = re.compile(r"(?:(今|去|前)年)?(\d{1,2})月(\d{1,2})[日号]")
_INSTEAD = re.compile(
    r"(?:(?:不对|[说讲记弄]错了?|[说讲]岔了?)[,， ]*)?(?:那是|应该是|应当是|是)?(\d{1,2})月(?:份|(\d{1,2})[日号])?"
    "(?:的|才对|终止|结束|完|结清|交清|停|停手|改好|改正|改|结|缴清|还清|办结|了)*"
)
_CLASSES: dict[str, RecordClass] = {"一般": "general", "轻微": "minor", "严重": "serious"}
DECIDED = Words("落款 罚单是 罚单上 文书 决定书 处罚书 判决书 裁定书 处罚决定 单子 文件 通知书 下的 开的 罚的 认定")
_WEEKDAYS = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6}
_WORKING = {"天": 5 / 7, "日": 5 / 7, "星期": 5, "礼拜": 5, "周": 5, "月": 21, "年": 250}
_CALENDAR = {"工作日": 7 / 5, "天": 1, "日": 1, "星期": 7, "礼拜": 7, "周": 7, "月": 30, "年": 365}
_SHOWN_FOR = re.compile(
    rf"(?:挂|公示|公开|展示|上网|在网上)(?:了|才|已经|都|快|有|也|整整|出来|着|上去)*{_WAITED.pattern}"
)
_LIMITS = {"objection": "objection.result", "repair": "repair.answer"}  # by area, the rule with its time limit
_MONTH = 31
_IS_PAST = re.compile(
    "了|过|还没|[交递提收送接](?:上去|到|走|下)?的|今年以前|去年"
)  # 12月3号交的 was handed in the year before
_AHEAD = 15  # days within which a date without a year is the coming one
_LITTLE = 7  # days at least by which 一年多 is more than a year
_CENTURY = 100
_GONE_BY = re.compile(
    "(?:的期限|期限|时限)?(?:都|也|早|已经|已|就|全)*过(?:了|去|掉|完)"
)  # 五个工作日过了: it is the sixth at least
_TO_COME = re.compile(
    "(?:再等|还要等|还得等|要等|让我等|叫我等|喊我等|再过|再给|还差|还剩|(?:^|[,，。;；])过|[写记登录填标弄报算][早晚错多少长短差]了?)(?:他|她|它|个|上)?$"
)
_FURTHEST = 400  # working days; beyond it nothing is counted


class Waited(Struct, frozen=True):
    """How long somebody has waited, as said and in working days. `is_exact`: it was said in working days."""

    said: str
    working_days: int
    is_exact: bool


@lru_cache(TEXTS)
def waited(text: str) -> Waited | None:
    """八天了, 第七个工作日, 三个礼拜, 半个月: how long somebody has waited, if that is said."""
    if not UNITS.found(text) or not WAITING.found(text):
        return None
    for found in _WAITED.finditer(text):
        count = _count(found)
        if count is None or count > _FURTHEST:
            continue
        unit = found["unit"]
        if unit in ("月", "年") and text[: found.start()].endswith("满"):
            continue  # 也满三个月了: the shortest time on the web, not one of waiting
        if _TO_COME.search(text, 0, found.start()):
            continue  # 让我再等一个月: not gone by yet; 日期写早了一年: nobody waits
        days = round(count) if unit == "工作日" else int(count * _WORKING[unit])
        if unit == "工作日" and _GONE_BY.match(text, found.end()):
            days += 1
        if 0 < days <= _FURTHEST:
            return Waited(found[0].lstrip("个"), days, unit == "工作日")
    return None


def _count(found: re.Match[str]) -> float | None:
    if found["half"]:
        return 0.5
    if not found["count"]:
        return None
    written = found["count"].replace("俩", "两").replace("仨", "三")
    return number(written) + (0.5 if found["half_after"] else 0)


def shown_since(text: str, on: date) -> date | None:
    """挂了八个月, 公示才俩礼拜: about the day since which something has been published, if that is said."""
    found = _SHOWN_FOR.search(text) if UNITS.found(text) else None
    count = _count(found) if found else None
    if found is None or count is None or count > _FURTHEST:
        return None
    unit = found["unit"]
    months = count * 12 if unit == "年" else count if unit == "月" else 0
    days = months % 1 * _MONTH if months else count * _CALENDAR[unit]
    more = _LITTLE if found["some"] else 0
    return clocks.add_months(on, -int(months)) - timedelta(days=round(days) + more)


def asks_length(text: str) -> bool:
    """Whether the message asks for a length of time, so that one named in it is not a time waited."""
    return _ASKS_LENGTH.search(text) is not None


def day(text: str) -> date | None:
    """2023年5月8日, 2020年6月, 2021-03-02: the day on which something ended; of a month or year alone its last day."""
    found = _DATE.search(text) if "20" in text or "19" in text or "年" in text else None
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    if year < _CENTURY:
        year += 2000  # 22年11月20号
    try:
        if found[3]:
            return date(year, month, int(found[3]))
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    except ValueError:
        return None


def another_day(text: str, told: date) -> date | None:
    """不是6月，是9月30号, of which the end is left: the day that is meant instead of one told before, in its year."""
    found = _INSTEAD.fullmatch(text)
    if found is None:
        return None
    try:
        if found[2]:
            return told.replace(month=int(found[1]), day=int(found[2]))
        last = monthrange(told.year, int(found[1]))[1]  # a month without a day was taken for its last day
        return told.replace(month=int(found[1]), day=last if _is_last(told) else min(told.day, last))
    except ValueError:
        return None


def _is_last(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def tells_a_day(text: str) -> bool:
    """Whether the text can tell a day at all; most texts do not."""
    return "20" in text or "19" in text or _TELLS_DAY.search(text) is not None


def without_dates(text: str) -> str:
    """The text without dates, since 2025年 is not 5年."""
    return _DATE.sub("", text)


def record_class(text: str) -> RecordClass | None:
    """我是一般的, 严重失信: the class of a record, as `knowledge.periods` names it; None for none or several."""
    said = [name for word, name in _CLASSES.items() if word in text]
    return said[0] if len(said) == 1 else None


def decided(text: str, on: date) -> date | None:
    """文书是今年8月1号的: the day of a document; without a year the nearest such day before `on`."""
    if not DECIDED.found(text):
        return None
    whole = _DATE.search(text)
    if whole:
        found = day(text) if whole[3] else None
    else:
        told = _THIS_YEAR.search(text)
        if not told:
            return None
        year = on.year - {"今": 0, "去": 1, "前": 2}.get(told[1] or "今", 0)
        try:
            found = date(year, int(told[2]), int(told[3]))
            if told[1] is None and found > on:
                found = found.replace(year=year - 1)
        except ValueError:
            return None
    return found if found and found <= on else None


def handed_in(text: str, on: date) -> date | None:
    """10号星期二交的: the day something was handed in, the nearest one before `on` that fits."""
    if not _TELLS_DAY.search(text):
        return None
    found = _DAY.search(text)
    if not found:
        return _last_weekday(text, on)
    told = day(text) if (whole := _DATE.search(text)) and whole[3] else None
    if told is not None:
        return told if abs((on - told).days) < _FURTHEST else None
    soon = None if _IS_PAST.search(text) else _soon(found, on)
    if soon is not None:
        return soon
    wanted_month = int(found[1]) if found[1] else None
    weekday = _WEEKDAYS.get(found[3]) if found[3] else None
    for back in range(_FURTHEST):
        candidate = on - timedelta(days=back)
        if (
            candidate.day == int(found[2])
            and (wanted_month is None or candidate.month == wanted_month)
            and (weekday is None or candidate.weekday() == weekday)
        ):
            return candidate
        if weekday is None and wanted_month is None and back > _MONTH:
            break
    return None


def _soon(found: re.Match[str], on: date) -> date | None:
    """11月30号 said on the 28th: the day of a month named that is still ahead, when it is near."""
    if not found[1]:
        return None
    ahead = (on + timedelta(days=days) for days in range(1, _AHEAD))
    return next((day for day in ahead if (day.month, day.day) == (int(found[1]), int(found[2]))), None)


def _last_weekday(text: str, on: date) -> date | None:
    """星期四交了, 上周三交的: the nearest such day in the past, or that of the week before; None for something still to be done."""
    found = _WEEKDAY.search(text)
    if not found or MEANT.found(text):
        return None
    wanted = _WEEKDAYS[found[2]]
    back = on.weekday() + 7 - wanted if found[1] else (on.weekday() - wanted) % 7
    return on - timedelta(days=back)


def between(text: str, on: date) -> int | None:
    """2号星期一送的，到13号星期五: working days from the day something was handed in to the second day named, or to `on`."""
    received = handed_in(text, on)
    if received is None:
        return None
    told = [*_DAY.finditer(text)]
    until = on
    if len(told) > 1:
        day, month = int(told[1][2]), int(told[1][1]) if told[1][1] else None
        until = next(
            (
                later
                for later in (received + timedelta(days=ahead) for ahead in range(1, _FURTHEST))
                if later.day == day and (month is None or later.month == month)
            ),
            on,
        )
    days = library().working_days
    counted = sum(not days.why_off(received + timedelta(days=ahead)) for ahead in range(1, (until - received).days + 1))
    return counted if 0 < counted <= _FURTHEST else None


def limit(area: str, place: str, on: date) -> int | None:
    """Working days within which an objection or a repair is answered; None where no rule counts."""
    named = _LIMITS.get(area)
    if named is None:
        return None
    try:
        value = rules.in_force(named, place, on).value
    except KnowledgeError:
        return None
    return value if isinstance(value, int) else None


def due(area: str, place: str, received_on: date) -> date | None:
    """The last day for an objection or a repair that was received on a day."""
    named = _LIMITS.get(area)
    if named is None:
        return None
    try:
        return clocks.due(named, place, received_on).on
    except KnowledgeError:
        return None


def step_due(clock: str, place: str, received_on: date) -> date | None:
    """The last day for a step of an objection; None where the regulation sets none."""
    try:
        step = clocks.due(clock, place, received_on)
    except KnowledgeError:
        return None
    return step.on if step.is_statutory else None


def with_years_of_disclosure(place: str | None, on: date) -> str | None:
    """The place, or without one the first, whose regulation says for how many years a record is disclosed."""
    for name in (place,) if place else JURISDICTIONS:
        try:
            rules.in_force("disclosure.length", name, on)
        except KnowledgeError:
            continue
        return name
    return None


def disclosed_until(ended_on: date, place: str, on: date) -> date | None:
    """The day on which the years of disclosure of the place end."""
    years = rules.in_force("disclosure.length", place, on).value
    return clocks.add_months(ended_on, years * 12) if isinstance(years, int) else None


def written(when: date) -> str:
    return f"{when.year}年{when.month}月{when.day}日"


def short(when: date, on: date) -> str:
    """12月10日（星期四）; with its year where that is not the year of `on`."""
    year = f"{when.year}年" if when.year != on.year else ""
    return f"{year}{when.month}月{when.day}日（星期{'一二三四五六日'[when.weekday()]}）"

"""Answers a message that names dates: whether something is late, when it is due, until when it is shown."""

import re
from datetime import date

from msgspec import Struct

from bot import packaged, reckoning
from bot.aspects import Words
from bot.places import JURISDICTIONS, PLACE_NAMES
from bot.replies import Dialogue
from bot.sentences import value
from knowledge import periods
from knowledge.rules import NATIONAL

LATE = Words(
    "拖过头 过没过 超了 超期 超时 逾期 逾没逾 过期 过了 超没超 到期没 晚了 违规 算不算超 是不是超 不就超 还没 没人 没动静 没回 没信 没结果 没消息 没办 没理 没答复 没告诉 压了 拖了 还没个 不给 咋治 没有回音 没音 没处理 没下文 没回音 能催 可以催 催吗 有结果了没 该有结果 有没有结果 有信了没 有没有信儿 该有信 有没有回音 催一下 正常吗 过头 超没 是不是超 算不算超 拖过"
)
HANDED_IN = Words("交 递 提 送 申请 收到 收了 签收 收下 收走 收的 收着 接了 接收 寄")
DUE = Words(
    "星期几 周几 礼拜几 最晚 最迟 哪天 几号 到期 办完 办结 截止 什么时候 啥时候 多会 该办 哪一天 满在 满到 期满 到头 最末一天 截至"
)
ENDED = Words(
    "终止 办结 完结 结了 了了 了结 结束 完的 完事 交清 缴清 处理完 执行完 结案 履行完 放出来 出来那天 出来的 释放 刑满 出狱 还清 罚的 改完 完成 补齐 缴齐 交齐 结清 补缴 补交 彻底了 了断 清账 清完"
)
SHOWN = Words("挂 披露 公示 没了 能没 到哪天 到期 撤 消 哪年 几时 什么时候 啥时候 哪天 还在 展示 显示")
ELSEWHERE = Words("异议 收到 交的 递的 提的 披露 五年 5年")  # words beside which a day is of something else
ELSE = Words(
    "原单位 标注 标签 打标 个标 加标 算在 占不占 检测 鉴定 检验 送检 送验 再验 评审 专家 处分 责任 受罚 提醒 喊我 记得 公示 挂 刚 网站 名单 进度 进展 到哪 在哪查 在哪看 在哪瞧 哪一步 还能提 还给提 还给不给提 还让提 还让不让提 还可以提 还来得及提 还能不能提"
)


OPEN_NOW = Words(
    "能修了 能修不 能修吗 能修没 可以修 能申请 可以申请 够期 够不够 满了没 满没满 满了吗 到期没 哪天能 啥时候能 什么时候能 几时能 多会儿能 最早哪天 最快哪天"
)
ENOUGH = Words(
    "够 能修 可以修 能申请 可以申请 能递 现在递 能办修复 收吗 收不 递收 修得了 修得成 修不修得 能不能修 申请修复 修复行"
)  # may repair be applied for, now that something has been shown for so long
MAY_APPLY = re.compile(
    "(?:能|可以?)[^,，。;；]{0,3}(?:申请|修|递)[^,，。;；]{0,3}[吧吗么不嘛没]"
)  # 过了半年，能申请修复了吧
STEPS = (  # of an objection, each with a clock of its own
    ("objection.annotate", "标注", "objection-mark", Words("标注 标签 标记 标上 打标 打上标 加标 加个标")),
    (
        "objection.verify",
        "核查",
        "objection-steps",
        Words("核查那 核查这 自己核查 先核查 核查最晚 核查到 核查完 核查的"),
    ),
)
UPON = re.compile("怎么办|咋办|咋整|咋个整|后果|责任|担责|处分|找谁|赔")  # 超了怎么办 does not ask whether it is late
COUNTS = re.compile("算不算(?!超|逾|过期|晚|违|拖|迟|耽)")  # 鉴定那几天算不算 is about how days are counted
OF_ANOTHER = Words("名下 盘给 盘出 转让 转给 卖给 过户 不是我 冒用 冒名")  # what ended is not what is shown
UNTIL_THEN = re.compile("到(?:哪天|哪年|几时|啥时候|什么时候|几号|多会)")  # of something that is over
PASSED = re.compile(  # 都第十二个工作日了: tells how long it has been
    "(?:今天|现在|这)?(?:都|已经|到现在|眼看|也)?(?:是|过去?|等了|有|拖了)?第?[0-9一二两三四五六七八九十]{1,3}个?多?(?:工作日|天|日|星期|礼拜|周|月)了[吧呢啊。!]*"
)
BRIEF = 14  # characters up to which a message can ask what follows from days told earlier
TODAY = re.compile(
    "^(?:今天|今儿|今日|现在|眼下|这)?(?:都|已经|是)?(?:[0-9]{1,2}月)?[0-9一二三十]{1,3}[号日]了"
)  # tells how late it is


class Told(Struct, frozen=True):
    """A sentence and the topic whose articles stand behind it."""

    topic: str
    text: str


class Days:
    """Puts computed days into the editors' sentences."""

    def __init__(self) -> None:
        self._say: dict[str, str] = packaged.toml("days.toml")

    def told(
        self, text: str, area: str | None, place: str, on: date, dialogue: Dialogue, aspects: frozenset[str]
    ) -> Told | None:
        """None where the message tells no day, or nothing follows from it."""
        opens = self._opens(text, area, on, dialogue)
        if opens is not None:
            return opens
        shown = self._enough(text, area, on) or self._until(text, area, place, on, dialogue)
        if shown is not None:
            return shown
        if area not in ("objection", "repair"):
            return None
        if DUE.found(text) and HANDED_IN.found(text):
            received = reckoning.handed_in(text, on)
            if received is not None:
                step = next((step for step in STEPS if step[-1].found(text)), None)
                return self._of_a_step(step, place, received, on) if step else self._due(area, place, received, on)
        waited = None if MAY_APPLY.search(text) and "异议" not in text else reckoning.waited(text)
        if (
            waited is not None
            and not reckoning.asks_length(text)
            and not self._is_else(text)
            and (
                LATE.found(text)
                or ("了" in text and HANDED_IN.found(text))
                or (dialogue.point is not None and PASSED.fullmatch(text))
            )
        ):
            if area == "repair" and not ("修复" in text or dialogue.point):
                return None
            return self._late(area, place, on, waited.working_days)
        if waited is None and LATE.found(text) and HANDED_IN.found(text) and not self._is_else(text):
            since = reckoning.between(text, on)
            if since is not None:
                return self._late(area, place, on, since)
        if (
            waited is None
            and dialogue.waited
            and not UPON.search(text)
            and (TODAY.search(text) or "超" in text or "逾期" in text or "晚了" in text or "过期" in text)
        ):
            return self._late(area, place, on, dialogue.waited)
        return None

    @staticmethod
    def _is_else(text: str) -> bool:
        return ELSE.found(text) or COUNTS.search(text) is not None

    def _opens(self, text: str, area: str | None, on: date, dialogue: Dialogue) -> Told | None:
        """From which day repair may be applied for, given the day of the document; by class if the class is told too."""
        decided = reckoning.decided(text, on)
        record_class = reckoning.record_class(text)
        is_told = decided is not None and record_class is not None and area is None
        if (area not in ("repair", "severe") and not is_told) or ELSEWHERE.found(reckoning.without_dates(text)):
            return None
        asks_now = dialogue.decided_on is not None and len(text) <= BRIEF and OPEN_NOW.found(text)
        record_class = record_class or (dialogue.record_class if asks_now else None)
        if decided is None and (dialogue.decided_on is None or (record_class is None and not asks_now)):
            return None
        decided = decided or dialogue.decided_on
        record_class = record_class or dialogue.record_class
        if not record_class:
            days = {name: periods.publicity(name, decided).opens_on for name in ("general", "serious")}
            told = {name: reckoning.written(opens) for name, opens in days.items() if opens}
            return Told("repair-conditions", self._say["opens-by-class"].format(**told))
        period = periods.publicity(record_class, decided)
        if period.opens_on is None or period.minimum_ends_on is None:
            return Told("repair-conditions", self._say["opens-minor"])
        said = self._say["opens" if period.opens_on > on else "open"].format(
            name=self._say[record_class],
            minimum=reckoning.written(period.minimum_ends_on),
            opens=reckoning.written(period.opens_on),
        )
        return Told("repair-conditions", said)

    def _enough(self, text: str, area: str | None, on: date) -> Told | None:
        """Whether what has been published for so long is out of its shortest time: 严重的挂了半年，够修复了吧."""
        if area not in ("repair", "severe") or not ENOUGH.found(text):
            return None
        since = reckoning.shown_since(text, on)
        record_class = reckoning.record_class(text)
        if since is None or record_class is None:
            return None
        period = periods.publicity(record_class, since)
        if period.opens_on is None or period.minimum_ends_on is None:
            return Told("repair-conditions", self._say["opens-minor"])
        shortest = value(f"publicity.{record_class}.minimum", NATIONAL, on)
        say = self._say["too-early" if period.minimum_ends_on > on else "long-enough"]
        return Told("repair-conditions", say.format(name=self._say[record_class], shortest=shortest))

    def _of_a_step(self, step: tuple[str, str, str, Words], place: str, received: date, on: date) -> Told | None:
        """By when an objection is marked or verified: only where the place's regulation says so."""
        clock, name, topic, _ = step
        due = reckoning.step_due(clock, place, received) if place else None
        if due is None:
            return None
        said = self._say["step"].format(
            name=name,
            received=reckoning.short(received, on),
            due=reckoning.short(due, on),
            limit=value(clock, place, received),
        )
        return Told(topic, said)

    def _until(self, text: str, area: str | None, place: str, on: date, dialogue: Dialogue) -> Told | None:
        """Until when something is shown that ended on a day told in this message or the one before."""
        ended = reckoning.day(text) or (dialogue.ended_on and reckoning.another_day(text, dialogue.ended_on))
        was_asked = (dialogue.point or dialogue.topic or "").startswith("disclosure")  # the bot asked for this day
        is_of_an_end = ENDED.found(text) or SHOWN.found(text) or was_asked or dialogue.ended_on is not None
        if OF_ANOTHER.found(text):
            return None
        if ended is None or area not in ("repair", "severe", None) or not is_of_an_end:
            asks_then = len(text) <= BRIEF and UNTIL_THEN.search(text) is not None
            ended = dialogue.ended_on if ended is None and asks_then else None
        where = reckoning.with_years_of_disclosure(place, on) if ended else None
        return self._shown_until(ended, where, on) if ended and where else None

    def _shown_until(self, ended: date, place: str, on: date) -> Told | None:
        until = reckoning.disclosed_until(ended, place, on)
        if until is None:
            return None
        say = self._say["shown" if until > on else "shown-no-more"]
        return Told(
            "disclosure-period",
            say.format(
                ended=reckoning.written(ended),
                until=reckoning.written(until),
                years=value("disclosure.length", place, on),
            ),
        )

    def _due(self, area: str, place: str, received: date, on: date) -> Told | None:
        lines = []
        for name in (place,) if place else JURISDICTIONS:
            due = reckoning.due(area, name, received)
            if due is not None:
                say = self._say["due"].format(received=reckoning.short(received, on), due=reckoning.short(due, on))
                lines.append(say if place else f"{PLACE_NAMES[name]}：{say}")
        return (
            Told("objection-time" if area == "objection" else "repair-where", "\n".join(dict.fromkeys(lines)))
            if lines
            else None
        )

    def _late(self, area: str, place: str, on: date, waited: int) -> Told | None:
        lines = []
        for name in (place,) if place else JURISDICTIONS:
            limit = reckoning.limit(area, name, on)
            if limit is not None:
                say = self._say[f"{'late' if waited > limit else 'in-time'}-{area}"]
                told = say.format(limit=f"{limit}个工作日", waited=f"{waited}个工作日")
                lines.append(told if place or area == "repair" else f"{PLACE_NAMES[name]}：{told}")
        if not lines:
            return None
        return Told("objection-time" if area == "objection" else "flow-status", "\n".join(dict.fromkeys(lines)))

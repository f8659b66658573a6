"""Decides whether the bot starts an errand that matches a message.

A question about it, a report of it or a prohibition does not start it: the bot then only offers or mentions it.
"""

import re

from msgspec.structs import replace

from bot import several
from bot.choosing import PLAINLY, squeezed
from bot.decision import Decision
from bot.dialogue import Following
from bot.points import Points
from bot.ranking import Ranker
from bot.reading import Reading
from bot.replies import Dialogue
from bot.staging import DEMANDED
from bot.verdicts import norm

FORBIDDEN = re.compile(  # or says that it is not yet due
    "偷偷|背着|瞒着|不告诉|替别人|替人家|替朋友|帮别人|帮人家|帮朋友|没交|没缴|没还清|没结清|还欠着|没满|没到期|不签承诺|不肯签承诺|假材料|假证明|编个|编一|糊弄|托关系|走后门"
)
CAN_BE_FORBIDDEN = frozenset({"report", "repair", "withdrawal", "authorization"})
SAID_PLAINLY = 0.8  # score from which an errand counts as named outright: 查进度
NEEDED = re.compile("有没有必要|还有必要|有必要[吗不么]|要紧[不吗么]|要不要紧|打紧|用得着|还用不用|还要不要")
BINDING = "pledge"
MADE_TO = re.compile(
    "[让叫逼要](?:全员|大家|员工)|非[让叫要]|硬[让叫要]|签了|(?:公司|单位|老板|厂里|学校|社区|村里|银行|房东|物业|人家|他们).{0,2}(?:让|叫|要|逼|喊)(?:我|俺)们?签"
)  # somebody who was made to sign, or has signed, asks about it
CAN_BE_DEMANDED = frozenset({"authorization", "report", "footprint"})
THEY_WANT = re.compile(
    "(?:公司|单位|老板|房东|中介|人家|对方|银行|甲方|平台|亲家|相亲的?|他|她|他们)[^,，。 ]{0,5}(?:要|想|说要|要求|叫|让)[^,，。 ]{0,4}(?:查|看|瞧|瞅|报告)"
)  # somebody tells what another person wants
GIVES = re.compile("给.{0,8}(?:开|码|授权|权限)|我同意|我自己|我先|让[他她]|开授权")  # and says that they are willing
TO_GO = re.compile(
    "撤|不再|不公开|不展示|不露|不想|不愿|不要|别|删|下来|下掉|去掉|拿|抹|取消|藏|遮|消|摘|停|隐|公示.{0,6}(?:咋|怎)"
)  # something that is shown is to be removed
TRUTH = re.compile("真假|真的假的|是真是假|是不是真|真的吗|是真的|有这回事|有这种事|有没有上限")  # is a rule true
HANDED_IN = re.compile(  # 我都提异议咯咋个还挂起
    "(?:都|已经|早就|早|刚)(?:提|递|申请)(?:了|过|咯|上去|的)?.{0,3}(?:异议|修复|申诉)|(?:异议|申请)[^,，。]{0,4}(?:交|提|递)(?:了|咯|上去)"
)
RULE = re.compile("有没有规定|有没有写|规定没有|条例.{0,3}(?:写|说|规定|要求)")  # asks what the law says
TIMED = re.compile("(?:几个?|多少个?)(?:工作日|天|日)")  # 几个工作日给我答复: how long it takes
ONCE = frozenset({"objection", "repair"})  # what was handed in is not begun again
DOING = frozenset({"where", "how", "may", "bring"})  # aspects that people ask about an errand they want


class Beginning:
    def __init__(self, points: Points, following: Following, ranker: Ranker) -> None:
        self._points = points
        self._following = following
        self._ranker = ranker

    def settled(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Decision:
        """The decision; turned into a plain answer where the errand must not be started."""
        if decision.kind != "flow":
            return decision
        flow = flow_of(decision, self._points)
        offered = replace(decision, kind="article", is_offered=True)
        if decision.point and norm(decision.point.says(decision.place or "") or "", decision.point.norm) == "not":
            return replace(decision, kind="article")  # 不得转给第三方: no errand is offered together with a no
        if not dialogue.turns and self._only_asks(flow, reading):
            return offered
        if flow in CAN_BE_FORBIDDEN and FORBIDDEN.search(reading.text):
            return replace(decision, kind="article")
        if dialogue.turns and not dialogue.options and not self._wants_it_now(reading):
            return offered
        if decision.style == "full" and (decision.is_numbered or NEEDED.search(squeezed(reading.bare))):
            return offered
        return decision

    def _only_asks(self, flow: str | None, reading: Reading) -> bool:
        """签承诺书要当心啥: a question about something binding, which does not ask where or how it is done. It does not start
        the errand.
        """
        wants = self._following.asks_for_an_errand(reading)
        does = bool(self._points.aspects(squeezed(reading.bare)) & DOING)
        asks = several.ASKING.search(reading.bare) is not None
        if (RULE.search(reading.bare) and asks) or (TRUTH.search(reading.bare) and not wants):
            return True
        if flow in ONCE and (TIMED.search(reading.bare) or (HANDED_IN.search(reading.bare) and asks)):
            return True
        is_told = THEY_WANT.search(reading.bare) and not (wants or GIVES.search(reading.bare))
        demanded = DEMANDED.search(reading.bare) or is_told
        if flow in CAN_BE_DEMANDED and demanded and not does:
            return True
        if flow == "withdrawal" and not TO_GO.search(reading.bare):
            return True
        if flow != BINDING:
            return False
        return MADE_TO.search(reading.bare) is not None or (asks and not wants and not does)

    def _wants_it_now(self, reading: Reading) -> bool:
        """Within a dialogue an errand is only offered, unless the message asks for it and contains no question."""
        aspects = self._points.aspects(squeezed(reading.bare))
        if several.ASKING.search(reading.bare) and "where" not in aspects:
            return False
        if self._following.is_errand(reading) and self._ranker.best(reading.features)[1] >= SAID_PLAINLY:
            return True
        return self._following.asks_for_an_errand(reading) and not aspects & PLAINLY - {"where", "proxy"}


def flow_of(decision: Decision, points: Points) -> str | None:
    """The errand that a decision leads into, or that its topic has."""
    if decision.point:
        return points.offers(decision.point) if decision.kind == "flow" else None
    return decision.topic.flow if decision.topic else None

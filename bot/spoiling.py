"""Replaces a yes where something in the question forbids it: 偷偷, 没交清, 编一份, 转给同事.

A point permits something to somebody who does it openly, truthfully, for themselves and when it is due. A message that
says otherwise gets the point that forbids or doubts it, or "it depends" where there is none; it starts no errand. Words
that belong to the point itself do not count, since its editor knew them; nor does what somebody else has done, where
the answer is a remedy against it.

Nobody can list every way of saying otherwise. So "it depends" also answers a question for a yes with any word of
restraint that is not the point's own: a no, another person, something done first, besides, instead or once more.
"""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from bot import packaged
from bot.aspects import Each, alternatives, bits
from bot.beginning import flow_of
from bot.choosing import LONG, TAIL, squeezed
from bot.decision import Decision
from bot.matching import Matching
from bot.places import JURISDICTIONS
from bot.points import Chosen, Point, Points
from bot.reading import Reading
from bot.verdicts import ASKS_MAY, norm

REMEDY = re.compile(  # remedies against what somebody else did
    "^(?:可以|能|有权)(?:依法|马上|随时|直接|先|自己|再|拿来|要求|准备|向.{1,12})*(?:提异议|提：|催|投诉|打 ?12345|举报|反映|主张|赔|收回|不|告|报警|知道|查清|核实|讨)"
)
BY_OTHERS = "(?:他|她|它|对方|房东|老板|公司|单位|中介|平台|人家|有人|别人|银行|物业|部门|机构|被|叫我|让我|要我|逼我)[^,。;，；]{0,10}"
FALLBACK = "spoilt"
HOPES = re.compile("(?:吧|嘛|噶|哈|是不|对不|没错|不违法)[?？。!！]*$")  # wants a yes
BLESSED = re.compile(  # tells how it would be done, and wants it blessed: 同意书是他儿子签的, 一样吧. Who says why is no such
    "^(?!.*(?:不想[让给公被]|不愿|怕[人被别]|嫌)).*[^,，;；。 ]{4,}[,，;；。 ]+(?![^,，;；。]*[给帮][^,，;；。]*[弄整办开设])[^,，;；。]*(?:(?:没问题|没事|没关系|行|可以|能用|一样|算数|算|认|靠得住|妥|成|中|要得|得行|好)(?:了?吧|嘛|噶|哈|呗|咯)|[^给帮查看]呗|[写填点签]咯|得不得|给过)[?？。!！]*$"
)
LATER = re.compile(  # what is still to be done, or was done too late: 明天才去交, 还差半年, 第20天才改好
    "(?:明天|后天|明早|下(?:个?月|周|礼拜|星期)|月底|年底|过[几两些]天)(?:.{0,4}才|[再去来]{0,2}[交缴付补改拆验清还])|还差.{1,6}[天月年块元万百千样份张]|第.{1,3}天才|刚满|才(?:[交缴付改拆补清验]|完工|弄完)"
)
ENDING = re.compile(  # of a question: its 不 and 没 deny nothing
    "([\u4e00-\u9fff])不\\1|(?:行|成|中|可以|得行|要得|能|对|是|好|妥|准|得)(?:不|没|么|吗)[?？。]*$|(?:不|没有|没|么|吗|吧|嘛|噶|啊|呀|呢|哈)+[?？。!！]*$|没(?:事|问题|关系|毛病)"
)
RESTRAINS = re.compile(
    "没(?!有?(?:手机|智能|电脑|网|文化|公开)|公开|想到|上过学|读过|念过|见过|弄过|办过|用过|人|出过|犯过|欠过|违过|失过)|未(?!公开)|非(?:法|要)"
    "|不(?!能|行|可以|许|准|了|会(?:用|使|写|弄|上网|操作|打|玩|讲|说|摆)|过|仅|但|管|少|错|同|断|久|良|好意思|晓得|知道|清楚|懂|识|认字|认得|明白|对|服|准确|符|公开|是我|[想愿]意?再?(?:挂|公开|让|给|展示|露|留|要|用)|要再?(?:挂|公开|展示|露)|让(?:它|这条|那条|再)|介意|再犯|记得)"
    "|先|回头|后补|提前|等.{1,6}[再就]|早点|占.{0,2}[号位]|只(?![准让给])|光(?!荣)|就(?:能|可以|行|没|算|会)|自动|自己就?[能会](?:没|下|消|掉|撤)|默认|凭|差|尾巴|欠|顺[便手带势]|拿[来去](?!盖章|打印|办)|用来|当成?.{1,6}用|照.{1,6}[撤办]|一起|一并"
    "|算同意|当没|复印|上回的|再用|黑名单|发网上|发到网|孩子|别人|人家|旁人|对手|同行|客户|员工|学生|家长|邻居|同事|债主|前[夫妻任]|婆婆|公公|捡|翻|登他|登她|随便|故意|反正|又|第[二三四五两]次|[两三四五六七八九几]次|烦"
)  # what may hold a yes back, whatever it is that is asked
ASIDE = re.compile("[^,，;；。]*[,，;；。](?=.)")  # a clause before the one that asks
BEARS = re.compile(  # of which something bears on the matter, unlike of 厂里走不开, 字看不清, 也没吵
    "交|缴|改|还[钱款清没]|同意|授权|答应|点头|签|证|满|期|月|罚|名|履行|材料|承诺|公示|记录|信用|报告|账号|手机|码|查|看[他她]|做|假|真|钱|款|办|修|撤|错|写|填|图"
    "|[他她它]|别人|人家|客户|员工|学生|邻居|同事|租客|妈|爸|哥|弟|姐|妹|儿|女|孩|娃|老公|老婆|媳妇|丈夫|妻"
)
_UNDENIED = str.maketrans(dict.fromkeys("没不未", "。"))
OTHERS = re.compile(
    "[他她它]|别人|人家|旁人|对手|同行|客户|员工|学生|家长|邻居|同事|前[夫妻任]|对象|捡|主任"
)  # whose matter it may be
SHARED = re.compile("是(?!我|咱|自己)[^,，;；。]{2,8}的[,，;；。]")  # 奖状是整个车间的
SPIED = "query"
GRANT = "authorization"
SEEN = frozenset({"report", "footprint", "status"})  # errands that only show something
OWN = "report"  # offered by what is said of one's own
FREE = frozenset({"app", "withdrawal"})  # what nobody needs a reason for: only another's matter holds a yes back
BESIDE = frozenset(
    {"status", "reminder", "report", "footprint", "authorization"}
)  # errands that match by chance: 去催债, 喊她瞄一眼


class Spoil(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that forbid a yes, in some areas or in all; `turns` names, by area, the point to answer instead. `spied`:
    about looking somebody up, whichever errand the message also matches.
    """

    id: str
    words: str
    unless: str = ""
    within: str = ""
    remedies: bool = False
    spied: bool = False
    turns: dict[str, str] = {}


class Spoiling:
    """All spoils, in the order of the data: the first that is found counts."""

    def __init__(self, points: Points, matching: Matching) -> None:
        self._points = points
        self._matching = matching
        data = packaged.toml("spoils.toml")
        rows = packaged.table(data["spoil"], Spoil, "spoils.toml")
        self._instead: dict[str, str] = data["instead"]
        self._rows = [(row, frozenset(row.within.split())) for row in rows]
        self._words, self._unless = Each([row.words for row in rows]), Each([row.unless for row in rows])

    def turned(self, decision: Decision, reading: Reading) -> Decision:
        """The decision, or another one where something in the message forbids what it permits."""
        if decision.kind not in ("article", "flow") or decision.told or decision.style not in ("full", "there"):
            return decision
        if not self._permits(decision):
            return decision
        text = squeezed(reading.bare)
        area = self._points.area(
            decision.point.id if decision.point else None, decision.topic.id if decision.topic else None
        )
        row = self._met(text, area, decision)
        if row is None:
            return self._held_back(decision, reading, text, area)
        name = row.turns.get(area or "") or (row.turns[SPIED] if row.spied else FALLBACK)
        point = self._points.by_id[name]
        turned = self._matching.on_point(
            Chosen(point, point.topics[0], 1.0, True), (), decision.place, decision.features
        )
        if name == FALLBACK:
            turned = replace(turned, topic=decision.topic, articles=decision.articles, cited=decision.cited)
        return replace(turned, scene=decision.scene, asked=decision.asked, is_story=decision.is_story, is_spoilt=True)

    def _held_back(self, decision: Decision, reading: Reading, text: str, area: str | None) -> Decision:
        """No yes to a question that holds a word of restraint which nobody foresaw."""
        point, flow = decision.point, flow_of(decision, self._points)
        is_later = flow not in BESIDE and LATER.search(text) is not None
        is_blessed = decision.kind == "flow" and flow not in SEEN and BLESSED.search(reading.bare) is not None
        if not (is_blessed or ASKS_MAY.found(text) or HOPES.search(text)) or self._is_remedy(decision):
            return decision
        wants_it = not (is_blessed or is_later) and self._matching.following.asks_for_an_errand(reading)
        is_long = len(text) > LONG  # whoever tells so much is willing
        if (wants_it and (is_long or not OTHERS.search(text))) or (flow == GRANT and (wants_it or is_long)):
            return decision
        text = text[-TAIL:]  # a story tells of much that holds nothing back
        known = [] if point is None else list(_spans(point.words, text))
        rest = ENDING.sub(lambda found: "。" * len(found[0]), _beside_the_aside(text))
        if area in FREE and not (OTHERS.search(rest) or SHARED.search(rest)):
            return decision
        is_of_another = point is not None and self._points.offers(point) == OWN and OTHERS.search(rest) is not None
        if not (is_of_another or is_blessed or is_later) and all(
            any(start < found.end() and found.start() < end for start, end in known)
            for found in RESTRAINS.finditer(rest)
        ):
            return decision
        name = self._instead.get(flow or "") if point is None or decision.kind == "flow" else None
        if area == SPIED and not OTHERS.search(text):
            name = None
        if name is not None:
            said = self._points.by_id[name]
            chosen = Chosen(said, said.topics[0], 1.0, True)
            turned = self._matching.on_point(chosen, (), decision.place, decision.features)
            decision = replace(turned, scene=decision.scene, asked=decision.asked, is_story=decision.is_story)
        return replace(decision, kind="article", is_spoilt=True)

    def _permits(self, decision: Decision) -> bool:
        point = decision.point
        if decision.kind == "flow":
            return True
        if point is None:
            return decision.topic is not None and decision.topic.flow is not None
        return bool(point.verdict) or any(norm(said, None) == "may" for said in self._said(point, decision.place))

    def _met(self, text: str, area: str | None, decision: Decision) -> Spoil | None:
        point, flow = decision.point, flow_of(decision, self._points)
        is_beside = decision.kind == "flow" and flow in BESIDE
        is_remedy = self._is_remedy(decision)
        for number in bits(self._words.found(text) & ~self._unless.found(text)):
            row, within = self._rows[number]
            if within and area not in within and not (row.spied and is_beside):
                continue
            if is_remedy and not row.remedies:
                continue
            told = [word for word in _told(row.words, text) if not self._explained(word, text, point)]
            if is_remedy:
                told = [word for word in told if not re.search(BY_OTHERS + re.escape(word), text)]
            if told:
                return row
        return None

    def _is_remedy(self, decision: Decision) -> bool:
        """Whether what is answered is a remedy against what somebody else did."""
        point, flow = decision.point, flow_of(decision, self._points)
        if (point is None or decision.kind == "flow") and flow in ("objection", "footprint"):
            return True
        return point is not None and any(REMEDY.match(said) for said in self._said(point, decision.place))

    @staticmethod
    def _said(point: Point, place: str | None) -> list[str]:
        return [point.says(name) for name in ((place,) if place else JURISDICTIONS)]

    @staticmethod
    def _explained(word: str, text: str, point: Point | None) -> bool:
        """Whether the point's own phrases contain this word."""
        if point is None:
            return False
        own = {part for alternative in alternatives(point.words, text) for part in alternative if len(part) > 1}
        return any(part in word or word in part for part in own)


def _beside_the_aside(text: str) -> str:
    """The text, without the denials of clauses that bear nothing on the matter."""
    return ASIDE.sub(lambda found: found[0] if BEARS.search(found[0]) else found[0].translate(_UNDENIED), text)


def _spans(written: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words of alternatives stand that are met."""
    for alternative in alternatives(written, text):
        for word in alternative:
            yield from ((found.start(), found.end()) for found in re.finditer(re.escape(word), text))


def _told(written: str, text: str) -> Iterator[str]:
    for alternative in alternatives(written, text):
        yield max(alternative, key=len)

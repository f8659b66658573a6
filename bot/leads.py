"""What is recognised before any topic: a wish to speak to a person, a scam, a demand about the last answer."""

import re
from functools import lru_cache

from bot import packaged
from bot.aspects import TEXTS, Each, bits

CORRECTION = re.compile(
    r"^(?:不对|错了|搞错了|说错了)?\W*(?:我)?(?:说的|问的|讲的)?不是(.{1,8}?)\W*(?:而是|是|我(?:问|说|要)的是|我(?:人)?在|我(?:想|只)?(?:要看|要查|想要|想看|要|问|查)(?:的)?)(.{1,30})$"
)
NOT_THE_OTHER = re.compile(
    r"^\W*(?:我)?(?:要的|问的|说的|讲的)?就?是(.{2,20}?)\W*不是.{1,8}$"
)  # matches 是你们这儿的，不是征信
_SUM = "(?:[0-9]{3,6}(?![年0-9])|[0-9一二两三四五六七八九十几]+[百千万块元][0-9一二三四五六七八九]?(?!多?[条个次天年人家]))"
_REMOVED = "(?:铲|勾掉|划掉|弄没|弄掉|弄脱|整没|整掉|搞没|抹|洗|删|撤|消(?!息)|清)"
FOR_MONEY = re.compile(  # 花三百能恢复信用, 收两千帮删记录, 600块帮我洗掉; a fine that was paid is none
    "[0-9一二两三四五六七八九十百千万几]{1,5}[块元百千万]钱?.{0,3}(?:帮|替|给|包|保证).{0,4}(?:洗|删|消(?!息)|撤|抹|清|修|弄掉|弄没|搞|摆)|"
    "(?:花|交|给|收|要|付|转|打)(?:我|他|你|您|了)?.{0,2}[0-9一二两三四五六七八九十百千万几]{1,5}(?![份条个张封次天日月年0-9一二两三四五六七八九十百千万几来多])[块元百千万]{0,2}钱?.{0,5}"
    "(?:恢复|修复|清信用|清记录|清掉|处理掉|解决|洗|删|消(?!息)|撤|搞定|摆平|抹|解除)|"
    "(?:有人|群里|网上|中介|朋友圈|熟人|他们?).{0,4}(?:说|讲|喊|称).{0,4}(?:给|交|花|出|掏|拿|塞)(?:点|些)?钱(?:就|便)?(?:能|可以|会|给|包|把).{0,12}(?:洗|删|消(?!息)|撤|抹|清|弄掉|弄没|摆平)|"
    "(?:帮|替|给|包)(?:我|俺|咱|你|您)?(?:处理|解决|搞定|摆平|弄好|弄掉|消掉?|洗掉?|删掉?|撤掉?|抹掉?).{0,4}(?:收|要|开价|交|打|转)(?:我|他)?[0-9一二两三四五六七八九十百千万几]{1,5}[块元百千万]|"
    "(?:出|拿|掏|花|交|给|转|打)(?:我|他|你|您)?(?:[0-9]{2,6}|[一二两三四五六七八九十几]+[百千万])[块元]?.{0,12}(?:铲|勾掉|划掉|弄没|弄掉|整没|抹|消(?!息)|删|撤)|"
    "(?:加(?:了|我|个)*(?:好友|微信|人)|微信|抖音|快手|有人|群里|朋友圈|刷到|中介|熟人|老乡|人家|对方|客服).{0,10}"
    f"{_SUM}[^罚]{{0,10}}{_REMOVED}|"
    f"(?:能|可以|包|帮|会).{{0,4}}{_REMOVED}.{{0,8}}先(?:收|要)(?:我|俺)?(?:一半|定金|订金|押金|头款|[三五]成)"
)
# 转过去五百了, 他让我转三百, 叫我扫他个人的码: money that went or is to go to somebody
SENT = re.compile(
    f"(?:转|打|汇)(?:了|过去|出去|给(?:他|她|对方|那人|人家))+{_SUM}"
    f"|(?:转|打|汇)了?{_SUM}.{{0,3}}(?:给(?:他|她|对方|那人|人家)|过去|出去)"
    f"|(?:他|她|对方|那人|人家|客服|那边|中介)(?:又|还)?(?:(?:让|叫|喊|催)我?|要我)(?:先|再)?(?:转|打|汇|付|交){_SUM}"
    "|(?:扫|付|交|转|收).{0,6}(?:个人|私人)的?(?:微信|支付宝|收款|二维)*码|(?:个人|私人)的?(?:微信|支付宝|收款|二维)*码.{0,6}(?:付|交|转|收)"
)
OWED = re.compile("借|欠|不还|还我|还钱|货|工资|工钱|租|押金|定金|买|订|学费|彩礼|授权码|登录|老板|工程|合伙")
A_FINE = re.compile(
    "(?<!处)罚(?![他她它公这那你您一]|中介|代办|骗|不罚|吗|不$)|处罚(?=[交缴付了款金单])"
)  # 罚款交了三千能删吗; 你们能罚他吗 is no fine of one's own, and 收三千把处罚撤了 is paid for
HOTLINES = re.compile(  # 打12345投诉，能早点撤吗 names no sum; 花12345元 does
    "(?<![0-9])(?:12345|12348|12315|12366|12368|12333|12378|12309|96110|110)(?![0-9]|[多来几]?[块元钱百千万])"
)
_ONE = "真人|活人|大活人|喘气儿?的|人工(?!智能)|工作人员|客服|接线员|坐席"
SOMEBODY = re.compile(  # 换个真人, 来个人给我说说, 给我个能问事情的电话; 人家, 别人, 本人 and 法人 are nobody to speak to
    f"(?:换|找|叫|派|喊|请|转|接|要|来|给我?|有)(?:我|俺|咱)?[一个位名]{{0,2}}(?:会说|能说|能讲|懂|管事|明白|靠谱)?.{{0,4}}(?:{_ONE})(?!说|打|联系|来电|收|让|要|查|泄)"
    f"|(?:{_ONE})(?:服务|在吗|在不|呢|有吗|怎么|咋|接)"
    "|(?:[来找换派叫请]一?个|有没有|有没得|想跟|要跟|只想跟|想和|想找)(?:明白|懂行|懂|会|管事)?的?(?:大活)?人(?:来)?(?:给我|跟我|帮我|教我|为我)?(?:来)?(?:说说|讲讲|讲话|说话|讲|聊|念|读|教|解释|接听|坐班|接待)"
    "|(?:跟|和|同|找)(?:一?个|一?位)?(?:真人|活人|大活人|懂的人|明白人|管事的?)(?:唠|聊|说|讲|谈|摆|扯|讲讲|说说)|(?:喊|叫|请|找)(?:来|出来|过来)?(?:你们)?(?:管事|主事|当头)儿?的|管事儿?的(?:给我)?(?:喊|叫|请|找)|(?:我要|我想)?见人[。!]?$|^人呢[?？]?$|换人[。!吧]?$|叫人来|转接[。!吧]?$|找个(?:明白|懂行|懂的|会的)人"
    "|(?:给|要|留|报|发|告诉|说)(?:我|俺|咱)?.{0,10}(?<!不了)(?<!不到)(?<!不通)(?<!打)(?<!打个)(?<!来)(?:电话|号码|联系方式|热线)(?:号码?)?[吧呗嘛啊呀]?[。!?]?$"
    "|(?:电话|热线|号码|座机)(?:号码?)?(?:是|发|报|给)?(?:多少|几号|哪个|啥|我)"
    "|(?:打|拨)(?:个)?(?:电话|12345)(?:问|咨询|行|能|可以|管用|有用)"
)
OFFICE = re.compile(  # in a short message
    "(?:你们|您们|信用中心|信用办|信用窗口|窗口|大厅|单位|办公|现场|上班|下班|营业|中午|周[末六日]|星期[六天日]|礼拜[六天]|节假日).{0,8}"
    "(?:在哪|哪条街|哪条路|哪栋|几楼|怎么走|咋走|地址|地点|几点|时间|上班|下班|营业|开门|开不开|开吗|关门|坐班|有人吗|有人不|有人没|休息)"
    "|^几点(?:上班|下班|开门|关门|开始)|^(?:办公|单位)?(?:地址|地点)|哪个窗口(?:管|办|能|收)|哪(?:儿|里)能当面|现场办(?:行|可以|成)"
)
INFIRM = re.compile(
    "(?:[我妈爸他她眼睛奶爷娘]看不见|看不清|眼神|耳朵|耳背|听不见|听不清|轮椅|拐杖|住院|瘫|卧床|走不动|下不了|动不了|腿脚|残疾|聋|哑巴|盲|字.{0,3}打不来|打不来字|不会打字).{0,10}"
    "(?:怎么办|咋办|咋整|怎么弄|咋弄|用不了|来不了|去不了|进不了|念给|读给|电话|$)"
)
USELESS = re.compile(
    "(?:电话|热线|座机).{0,4}(?:没人接|占线|总不接)|管不管事|投诉.{0,4}(?:机器人|客服|你们|小窗|程序|系统|窗口)|(?:机器|机器人|你).{0,6}(?:掰扯不清|掰扯不明白|说不明白|讲不明白|讲不通|扯不清|说不清|聊不通|解决不了|不顶用|没用|答非所问)"
)
SHORTLY = 32  # characters up to which a message can ask for a person to speak to
NEAR_OFFICE = 14
# One of these words is in all that the pattern finds. Most texts have none, and a pattern takes longer to tell.
SOUGHT: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        SOMEBODY,
        "真人 活人 喘气 人工 工作人员 客服 接线员 坐席 人来 人给我 人跟我 人帮我 人教 人为我 人说 人讲 人聊 人念 人读 人解释 人接听 "
        "人坐班 人接待 懂的人 明白人 管事 主事 当头 见人 人呢 换人 叫人来 转接 找个 电话 号码 联系方式 热线 座机 12345",
    ),
    (
        INFIRM,
        "看不见 看不清 眼神 耳朵 耳背 听不见 听不清 轮椅 拐杖 住院 瘫 卧床 走不动 下不了 动不了 腿脚 残疾 聋 哑巴 盲 打不来 不会打字",
    ),
    (
        USELESS,
        "没人接 占线 总不接 管不管事 投诉 掰扯 说不明白 讲不明白 讲不通 扯不清 说不清 聊不通 解决不了 不顶用 没用 答非所问",
    ),
    (
        FOR_MONEY,
        "洗 删 消 撤 抹 清 修 弄掉 弄没 弄好 弄脱 搞 摆 恢复 处理 解决 解除 铲 勾掉 划掉 整没 整掉",
    ),
    (SENT, "转 打 汇 让 叫 喊 催 要我 码"),
)
_SOMEBODY, _INFIRM, _USELESS, _FOR_MONEY, _SENT = (1 << number for number in range(len(SOUGHT)))
TAKEN_BACK = re.compile(
    r"^(?:(?:不对|错了|我?[说讲弄]岔了)\W+)*"
    r"(?:不对|错了|(?:我(?:刚才?)?)?(?:[说讲弄记]岔了|[说讲记搞弄]错了|说反了)|不是这个|不是这个意思|我?不是问这个|算了|等会儿?|等一下)\W*"
)

SLIPPED = re.compile(  # 打错了，是云南: of a place that was named wrongly, where nothing else stands in the clause
    r"(?:^|(?<=[,，。;； ]))(?:我|刚才?|刚刚|哎呀?|哦|抱歉|不好意思|对不起|对不住)*[,， ]*(?:我|刚才?|刚刚)*(?:[打说写讲弄记搞选]错|[说讲弄]岔)(?:地方|地儿)?(?:了|啦|咯)?(?:[,，。;； ]+|$)|^(?:不对|错了|错啦)[,，。;； ]+"
)
MISTOOK = re.compile(r"^我(?:刚才?)?[弄搞记打]错了(?=\W)")  # 我弄错了，是2021年…: nothing is wrong with a record

NEW_MATTER = re.compile(
    r"^(?:还有|另外|再|换|对了|顺便|顺带|顺嘴|顺口|插一?嘴|插句|扯句|最后)(?:有|再|问|说)*(?:一?[个件]|一嘴|一?句|一声)?(?:别的)?(?:事儿?|问题|话)?(?:想|要)?(?:问|请教|打听)?(?:你|您|一下|下|哈)*[,，。:：\s]+"
)  # 还有个事 没公布过的…: begins a new subject


class Leads:
    """The leads of `leads.toml`: words that decide before any topic is compared."""

    def __init__(self) -> None:
        rows: dict[str, dict[str, str]] = packaged.toml("leads.toml")
        self._bit_of = {name: 1 << number for number, name in enumerate(rows)}
        self._names = tuple(rows)
        self._words = Each([row["words"] for row in rows.values()])
        self._unless = Each([row.get("unless", "") for row in rows.values()])
        self._signs = Each([words for _, words in SOUGHT], are_known=False)
        self.given = lru_cache(TEXTS)(self._given)

    def gives(self, name: str, text: str) -> bool:
        return name in self.given(text)

    def _given(self, text: str) -> frozenset[str]:
        """The names of all leads that the text has."""
        untold, signs = self._unless.found(text), self._signs.found(text)
        found = {self._names[number] for number in bits(self._words.found(text) & ~untold)}
        if not untold & self._bit_of["person"] and (
            (len(text) <= SHORTLY and asks_for_somebody(text, signs))
            or (len(text) <= NEAR_OFFICE and OFFICE.search(text))
        ):
            found.add("person")
        if signs & _FOR_MONEY and not untold & self._bit_of["scam"]:
            paid = HOTLINES.sub("", text) if "1" in text else text
            if FOR_MONEY.search(paid) and not A_FINE.search(text):
                found.add("scam")
        may_be_sent = signs & _SENT and not untold & self._bit_of["scam"]
        if may_be_sent and SENT.search(text) and not (A_FINE.search(text) or OWED.search(text)):
            found.add("scam")
        return frozenset(found)


def asks_for_somebody(text: str, signs: int) -> bool:
    """Whether a short message wants to speak to a person, or cannot be helped by a machine. `signs` are those of SOUGHT."""
    return bool(
        (signs & _SOMEBODY and SOMEBODY.search(text))
        or (signs & _INFIRM and INFIRM.search(text))
        or (signs & _USELESS and USELESS.search(text))
    )


def corrected(text: str) -> str | None:
    """不是云南，是大连; 是大连，不是云南: what was meant. None where the message corrects nothing."""
    found = CORRECTION.match(text.strip()) if "不是" in text else None
    turned = NOT_THE_OTHER.match(text.strip()) if "不是" in text and found is None else None
    if turned is not None and not turned[1].endswith(("吗", "么", "不")):
        return turned[1].strip(" ,，。.!！?？吧啊呀呢")
    return found[2].strip(" ,，。.!！?？吧啊呀呢") if found else None


def taken_back(text: str) -> str | None:
    """弄岔了 事是真的…: what follows the words that take something back. None without such words."""
    found = TAKEN_BACK.match(text.strip())
    return text.strip()[found.end() :] if found else None


def without_slip(text: str) -> str:
    """不是大连是云南 打错了 without 打错了; the text as it is where nothing else is left."""
    return SLIPPED.sub("", text).rstrip(" ,，。;；") or text


def own_mistake(text: str) -> str:
    """我弄错了，… in words that are not those of an objection to a record."""
    return MISTOOK.sub("说错了", text)


def new_matter(text: str) -> str | None:
    """还有个事 …: what follows the words that begin a new subject. None without such words."""
    found = NEW_MATTER.match(text.strip())
    return text.strip()[found.end() :] if found else None

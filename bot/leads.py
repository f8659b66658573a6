"""What is recognised before any topic: a wish to speak to a person, a scam, a demand about the last answer."""

import re

from bot import packaged
from bot.aspects import Words

CORRECTION = re.compile(
    r"^(?:不对|错了|搞错了|说错了)?\W*(?:我)?(?:说的|问的|讲的)?不是(.{1,8}?)\W*(?:而是|是|我(?:问|说|要)的是|我(?:想|只)?(?:要看|要查|想要|想看|要|问|查)(?:的)?)(.{1,30})$"
)
NOT_THE_OTHER = re.compile(
    r"^\W*(?:我)?(?:要的|问的|说的|讲的)?就?是(.{2,20}?)\W*不是.{1,8}$"
)  # 是你们这儿的，不是征信
FOR_MONEY = re.compile(  # 花三百能恢复信用, 收两千帮删记录; a fine that was paid is none
    "(?:花|交|给|收|要|付|转|打)(?:我|他|你|您|了)?.{0,2}[0-9一二两三四五六七八九十百千万几]{1,5}(?![份条个张封次天日月年0-9一二两三四五六七八九十百千万几来多])[块元百千万]{0,2}钱?.{0,5}"
    "(?:恢复|修复|清信用|清记录|清掉|处理掉|解决|洗|删|消(?!息)|撤|搞定|摆平|抹|解除)"
)
SOMEBODY = re.compile(  # 换个真人, 给我个能问事情的电话; 人家, 别人, 本人 and 法人 are nobody to speak to
    "(?:换|找|叫|派|喊|请|转|接|要|来|给我?|有)(?:我|俺|咱)?[一个位名]{0,2}(?:会说|能说|能讲|懂|管事|明白|靠谱)?.{0,4}(?:真人|活人|大活人|人工(?!智能)|工作人员|客服|接线员|坐席)(?!说|打|联系|来电|收|让|要|查|泄)"
    "|(?:给|要|留|报|发|告诉|说)(?:我|俺|咱)?.{0,10}(?<!不了)(?<!不到)(?<!不通)(?:电话|号码|联系方式|热线)(?:号码?)?[吧呗嘛啊呀]?[。!?]?$"
    "|(?:电话|热线|号码)(?:号码?)?(?:是)?(?:多少|几号|哪个|啥)"
)
TAKEN_BACK = re.compile(
    r"^(?:不对|错了|弄岔了|说岔了|讲岔了|讲错了|记岔了|说反了|弄错了|搞错了|说错了|不是这个|不是这个意思|我不是问这个|不是问这个|算了|等会儿?|等一下)\W*"
)


class Leads:
    """`of` names the lead that a message gives, if any; leads are tried in the order of the data."""

    def __init__(self) -> None:
        self._leads = {
            name: (Words(row["words"]), Words(row.get("unless", "")))
            for name, row in packaged.toml("leads.toml").items()
        }

    def gives(self, name: str, text: str) -> bool:
        words, unless = self._leads[name]
        if name == "person" and SOMEBODY.search(text):
            return not unless.found(text)
        if name == "scam" and "罚" not in text and FOR_MONEY.search(text):
            return not unless.found(text)
        return words.found(text) and not unless.found(text)


def corrected(text: str) -> str | None:
    """不是云南，是大连; 是大连，不是云南: what was meant; None where nothing is corrected."""
    found = CORRECTION.match(text.strip()) if "不是" in text else None
    turned = NOT_THE_OTHER.match(text.strip()) if "不是" in text and found is None else None
    if turned is not None and not turned[1].endswith(("吗", "么", "不")):
        return turned[1].strip(" ,，。.!！?？吧啊呀呢")
    return found[2].strip(" ,，。.!！?？吧啊呀呢") if found else None


def taken_back(text: str) -> str | None:
    """弄岔了 事是真的…: what follows the words that take back what was said before; None without them."""
    found = TAKEN_BACK.match(text.strip())
    return text.strip()[found.end() :] if found else None

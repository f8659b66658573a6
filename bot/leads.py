"""What is recognised before any topic is looked for: a wish to speak to a person, a scam, a demand about the last answer."""

import re

from bot import packaged
from bot.aspects import Words

CORRECTION = re.compile(
    r"^(?:不对|错了|搞错了|说错了)?\W*(?:我)?(?:说的|问的|讲的)?不是(.{1,8}?)\W*(?:而是|是|我(?:问|说|要)的是|我(?:想|只)?(?:要看|要查|想要|想看|要|问|查)(?:的)?)(.{1,30})$"
)
FOR_MONEY = re.compile(  # 花三百能恢复信用, 收两千帮删记录; a fine that was paid is none
    "(?:花|交|给|收|要|付|转|打)(?:我|他|你|您|了)?.{0,2}[0-9一二两三四五六七八九十百千万几]{1,5}(?![份条个张封次天日月年0-9一二两三四五六七八九十百千万几来多])[块元百千万]{0,2}钱?.{0,5}"
    "(?:恢复|修复|清信用|清记录|清掉|处理掉|解决|洗|删|消(?!息)|撤|搞定|摆平|抹|解除)"
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
        if name == "scam" and "罚" not in text and FOR_MONEY.search(text):
            return not unless.found(text)
        return words.found(text) and not unless.found(text)


def corrected(text: str) -> str | None:
    """不是云南，是大连: what was meant; None where nothing is corrected."""
    found = CORRECTION.match(text.strip()) if "不是" in text else None
    return found[2].strip(" ,，。.!！?？吧啊呀呢") if found else None


def taken_back(text: str) -> str | None:
    """弄岔了 事是真的…: what follows the words that take back what was said before; None without them."""
    found = TAKEN_BACK.match(text.strip())
    return text.strip()[found.end() :] if found else None

"""Splits a message with several questions at its punctuation."""

import re

STOPS = re.compile(r"[,;?!:、，。；？！\s]+|另外|还有就是|再问")
SHORTEST = 3  # characters that a question has at least
ASKING = re.compile(
    "吗|么|不$|没$|呢$|几|多久|多少|谁|哪|啥|什么|怎|咋|能不能|可不可|要不要|是不是|会不会|用不用|该不该|写不写|告不告"
    "|不(?<=([\u4e00-\u9fff]).)\\1|没(?<=([\u4e00-\u9fff]).)\\2|好多|几多|有没有|吧$|有没得"
    "|给(?:要|收|会|能|得|有|是|用|管)|合法|还是|多长|收费不|要钱不|给不给|行不|不得"
)
TOLD = re.compile(  # asks nothing where it stands: 没出结果的这几天, 化验了才晓得谁对谁错, 谁知道又挂上了
    "(?:这|那|前|后|头|好|过|没|十|近)几(?:天|日|年|个|条|回|次|样|周|月)|几(?:天|年|个月|个星期)前"
    "|(?:才|就|再|好)(?:能|会)?(?:晓得|知道|清楚|明白|搞清|弄清|分清|分得清|看得出|说得清|认定|判断|定得了|定得下).{0,3}"
    "(?:谁|哪|什么|啥|多少|几|怎|咋|是不是|有没有|对不对)[一-鿿]*"
    "|不(?:知道|晓得|清楚)是?(?:谁|哪个|哪家|什么人|啥人)(?!.{0,6}(?:管|收|负责|办|能|说了算))[一-鿿]*"
    "|谁(?:知道|晓得|想到|曾想|料)|哪(?:想到|晓得|知道|料|怕)|(?:不管|无论|随便)(?:谁|怎|咋|什么|啥|哪)|怎么说呢|什么的|多少有[点些]"
)
MARKED = re.compile("[^?]*[?]")  # a question with its mark
COUNTED = re.compile("[两二三几]个?(?:件事|个问题|样事|个事)|一是.+二是")  # announces several questions


def marked(text: str) -> list[str]:
    """The questions of a message that end in marks of their own, where there are several."""
    if text.count("?") < 2:
        return []
    found = [part.strip(",。;?! ") for part in MARKED.findall(text)]
    asking = [part for part in found if len(part) >= SHORTEST and ASKING.search(part)]
    return asking if len(asking) == len(found) > 1 else []


def questions(text: str) -> list[str]:
    """The questions of a message, in order; a part that only tells something belongs to the question after it."""
    found: list[str] = []
    told = ""
    parts = [part for part in STOPS.split(text) if part]
    asking = [len(part) >= SHORTEST and ASKING.search(part) is not None for part in parts]
    if sum(asking) > 1:  # of one question it does not matter
        asking = [
            is_so and ASKING.search(TOLD.sub("", part)) is not None for is_so, part in zip(asking, parts, strict=True)
        ]
    for is_so, part in zip(asking, parts, strict=True):
        if is_so:
            found.append(told + part)
            told = ""
        else:
            told += part
    if told and found:
        found[-1] += told
    return found

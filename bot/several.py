"""Splits a message with several questions at its punctuation."""

import re

STOPS = re.compile(r"[,;?!:、，。；？！\s]+|另外|还有就是|再问")
SHORTEST = 3  # characters that a question has at least
ASKING = re.compile(
    "吗|么|不$|没$|呢$|几|多久|多少|谁|哪|啥|什么|怎|咋|能不能|可不可|要不要|是不是|会不会|用不用|该不该|写不写|告不告"
    "|不(?<=([\u4e00-\u9fff]).)\\1|没(?<=([\u4e00-\u9fff]).)\\2|好多|几多|有没有|吧$|有没得"
    "|给(?:要|收|会|能|得|有|是|用|管)|合法|还是|多长|收费不|要钱不|给不给|行不|不得"
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
    for part in STOPS.split(text):
        if not part:
            continue
        if len(part) >= SHORTEST and ASKING.search(part):
            found.append(told + part)
            told = ""
        else:
            told += part
    if told and found:
        found[-1] += told
    return found

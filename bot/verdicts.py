"""Puts the verdict first: an answer to a yes-or-no question begins with a yes, a no, or "against the rules".

Each point has a norm: something may be done, must be done, will be done, must not be done, is not regulated, happens by
itself, depends, or is a mere fact (a number, a name, a way). The norm is read from the beginning of the sentence, or
declared where the sentence begins with a number, a name or a way.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from bot.aspects import Words
from bot.places import PLACE_NAMES

SENTENCES = 4096  # editors' sentences whose norm is cached: about as many as there are
Norm = Literal["may", "must", "will", "not", "silent", "auto", "depends", "fact"]

PLACES = "|".join(map(re.escape, PLACE_NAMES.values()))
HEAD = re.compile(f"^(?:{PLACES})：")
OPENS: tuple[tuple[Norm, re.Pattern[str]], ...] = (
    (
        "silent",
        re.compile(
            "^.{0,14}(?:没有写|没有列|没有单写|没有专写|没有另|没有这|没有给|没看到|看不到|看不全|不在.{0,4}条例)"
        ),
    ),
    (
        "not",
        re.compile(
            "^(?:还|都|也)?(?:不行|不得|不能|不许|不可以|不会|不要|不用|不合|不够|不妥|不算|不是|不该|不一定|不急|不强制|不影响|不限|没有|没|别|违法|假的|跑不了|马上|只能|不)"
        ),
    ),
    ("may", re.compile("^(?:都|也|您自己也)?(?:可以|能|有权|有地方|有窗口|有电话|有：|有，)")),
    ("must", re.compile("^(?:都|也|就|还)?(?:应当|应该|必须|要(?!看)|得)")),
    ("will", re.compile("^(?:都|也|就)?(?:会|公开|够|算|是)")),
    ("auto", re.compile("^(?:一般)?(?:自动|立即)")),
    ("depends", re.compile("^(?:要看|看)")),
)
ASKS_MAY = Words(
    "能不能 可不可以 行不$ 行不行 行么$ 行吗 成不$ 成不成 成么$ 成吗 中不中 中不$ 可以吗 可以不 可以么 能+吗$ 能+不$ 能+么$ 能+没$ "
    "路子没 门路没 这条路没 办法没 作数不 作数吗 算数不 算数吗 得行不 得不得行 可行不 得着不$ 得着吗$ 得到不$ 得了不$ 有没有资格 有资格+吗$ 有资格+不$ 可否 能否 给得行 要得不 让不让"
)
ASKS_PROPER = Words(
    "合规 合不合 合法 违法 违规 违不违 允许 允不允 行得通 站得住 对吗 对不对 这么规定 这样规定 规定的吗 应该吗 有这道理 能这么 能这样 可以这么 可以这样 "
    "像话 在理 讲得通 说得过去 合理"
)
ASKS_MUST = Words("该不该 要不要 用不用 需不需要 得不得 要+吗$ 要+不$ 要+么$ 得+吗$ 该+吗$ 必须+吗 非得+吗")
QUESTION = re.compile("([\u4e00-\u9fff])不\\1|是不是|[行成中可]不$|不$|不[?？。]$|没$")
FORBIDS = re.compile("不|没|未|非|硬|擅自|偷|瞒|背着|替|代|帮[他她人家朋]|别人|人家|假|编|骗|冒")
EITHER = re.compile(
    "(?:你|你们|这儿|这里)收不$|([收给让准许认批管报查用修撤改])不\\1|[让准许给][收认批管报查用修撤改办提看][不么吗]$"
)  # 收不收, 让不让
ASKS_TEXT = re.compile(
    "(?:写|讲|说|规定|定|提)没(?:有)?(?:写|讲|说|规定|定|提|$)|(?:有没有|有没得|有)(?:写|讲|说|规定).{0,12}(?:没|吗|不|么)?|条例.{0,3}(?:写|讲|规定).{0,10}(?:没|吗|不|么)$"
)
SILENT = re.compile(
    f"(?:两部|{PLACES})?(?:的)?条例没有(?:另|单|专)?写[^；。，：、]{{0,14}}(?=[；。，：])"
)  # in the middle of a sentence
CLAUSES = re.compile("[^0-9a-z\u4e00-\u9fff]+")
DENIES = re.compile("不|没(?!收)|未|非|硬|擅自|偷|瞒|只.{1,6}就|随便|拖着|光.{1,8}就")


def norm(sentence: str, declared: Norm | None) -> Norm | None:
    """The norm by which a sentence begins, else the declared one."""
    return _opening(sentence) or declared


@lru_cache(SENTENCES)
def _opening(sentence: str) -> Norm | None:
    said = HEAD.sub("", sentence)
    return next((name for name, opens in OPENS if opens.match(said)), None)


def front(text: str, sentence: str, declared: Norm | None, verdict: str, say: Mapping[str, str]) -> str:
    """What to put before a sentence so that it answers the question in `text`; empty where it already does. `verdict`
    is the editor's own wording of a yes, since a bare yes could permit something else.
    """
    opens = norm(sentence, None)
    is_of = opens or declared
    if is_of == "must":
        denies = DENIES.search(QUESTION.sub("", text)) is not None
        if denies and ASKS_PROPER.found(text):
            return say["improper"]
        if opens is None and not denies and ASKS_MUST.found(text) and not text.endswith(("什么", "怎么")):
            return say["must"]
    elif is_of == "may" and opens is None and verdict:
        denies = FORBIDS.search("".join(CLAUSES.split(QUESTION.sub("", text))[-2:])) is not None
        if not denies and (ASKS_MAY.found(text) or EITHER.search(text)):
            return verdict
    if is_of != "silent" and ("条例" in text or "规定" in text) and ASKS_TEXT.search(text):
        clause = SILENT.search(sentence)
        return f"{clause[0]}：" if clause else ""
    return ""


def asks_for_the_text(text: str) -> bool:
    """条例写没写, 有没有规定: asks whether the law itself says it."""
    return ASKS_TEXT.search(text) is not None

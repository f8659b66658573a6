"""Which place a message is about."""

import re

from bot import packaged
from bot.aspects import Words
from knowledge.places import places

ELSEWHERE = "elsewhere"
SUFFIX = "(?:省(?!级)|市(?!场|民|政|区|里)|州(?!市)|县(?!级|里)|区(?!别|分|域))?"  # 市 of 云南市场 is not taken off
HERE = re.compile(
    "(?:[我俺]们?|咱们?)(?:自己)?(?:这|那)(?!个|条|事|种|些|样|次|回|么|笔|份)|本地|本市|当地"
    "|^那?(?:这边|这儿|这里|这头)的?(?:呢|咋样|怎么样)[?？]?$"
)  # words for the resident's own place
LIVES = re.compile("户口|户籍|老家|[家住]在|家是|家住|我住|人在|搬")
HAPPENED = re.compile("发的|发给|挂在|公示在|评的|颁|罚|挨|记|上的|列|录|失信|违|被|办的|判")
# 我甘井子的: words before the name of one's own place.
MINE = re.compile("[我俺咱]们?(?:自己)?(?:是|在)?$")
PUNISHED = re.compile("罚|挨|被|判|失信|违|认定|列入|列进")  # a record with these belongs to the place that made it
# 昆明的朋友能撤，我也行不: somebody in another place, then oneself.
ALSO_MINE = re.compile("^那?[我俺咱]们?(?:这边|这儿|这里|这|呢|也|能(?!不能|[查看帮替给])|.{0,4}也[行成能可中])")
LIKE = re.compile(
    "(?<![按依遵参对])照着?$|(?<![同大中小上留])学着?$|(?<!好)像$"
)  # 照云南那样: words before a place that is only compared with
THERE_TOO = re.compile(
    "(?:这边|那边|这头|那头)?的?(?:那条|这条|那个|那些)?(?:也|一起|一并|顺便)"
)  # stands after the place
AT = re.compile(
    "(?:(?:人|跟船|跑船|出差|打工|当兵|读书|上学|上班|旅游)(?:还|都|现在|目前)?在|远在|身在|嫁[到去在来]了?)$"
)  # 我人在浙江: where somebody is, not what it is about
BUSY = re.compile(
    "(?:(?:那边|这边|那头)?的?[^，,。]{0,5}?)?(?:打工|务工|做工|上班|干活|出差|当兵|服役|读书|念书|上学|上大学|读大学|念大学|读研|念高中|学习|跟船|进修|实习|带娃|带孙|看病|住院|养老|旅游|跑车|跑船|出海|做生意|过年|厂里|工地)"
)  # stands after the name of a place where somebody is for a while
WHILE_THERE = re.compile("罚|挨|被|判|列|违")  # 在浙江打工被罚了
OF_THERE = re.compile(
    "(?<!家)(?:这边|那边|这里|那里|那头|当地)的?[^，,。]{0,4}(?:条例|规定|政策|办法|法规|信用|罚|判|列|公示|记)"
)
SOMEBODY = re.compile("朋友|同学|亲戚|同事|老乡|人家|别人|邻居|他们|战友|工友|网友")
EITHER = re.compile(  # both places have one: 高新区的
    "(?:那|我在|我是|我们|俺们|在)*((?:高新|开发|经开|经济开发|高新技术开发)区|新区)(?:的|呢|这边|那边|这|那|人|里|办的|罚的)*[?？]?"
)
CLAUSES = re.compile(r"[^0-9a-z\u4e00-\u9fff]+|但是?|可是?(?!以)|不过")
_IN_ORDER = sorted(places(), key=lambda place: place.order)
JURISDICTIONS = tuple(place.id for place in _IN_ORDER)  # in the order in which answers show them
PLACE_NAMES = {place.id: place.name for place in _IN_ORDER}


class Places:
    """Finds place names and takes them out of the text, so that they do not influence the matching."""

    def __init__(self) -> None:
        data = packaged.toml("places.toml") | {place: own.names for place, own in packaged.of_places().items()}
        self.jurisdiction_of = {name: place for place, names in data.items() for name in names.split()}
        names = sorted(self.jurisdiction_of, key=len, reverse=True)
        self._any = Words(" ".join(names), are_known=False)
        self._pattern = re.compile("(?:" + "|".join(map(re.escape, names)) + ")" + SUFFIX)

    def read(self, text: str) -> tuple[str, frozenset[str]]:
        """The text without place names, and the jurisdictions named (`elsewhere` for any other place)."""
        if not self._any.found(text):
            return text, frozenset()
        found = set()
        bare, end = "", 0
        for match in self._pattern.finditer(text):
            name = match[0]
            found.add(self.jurisdiction_of.get(name) or self.jurisdiction_of[name[:-1]])
            bare += text[end : match.start()] + " "
            end = match.end()
        return bare + text[end:], frozenset(found)

    def own(self, text: str) -> str | None:
        """昆明的朋友能撤，我甘井子的也行?: one's own place, named in another clause than the other one."""
        mine = set[str]()
        for clause in CLAUSES.split(text):
            found = [*self._pattern.finditer(clause)]
            if found and HAPPENED.search(clause):
                return None
            if any(MINE.search(clause[: match.start()]) for match in found):
                mine |= self.read(clause)[1]
        return next(iter(mine)) if len(mine) == 1 and ELSEWHERE not in mine else None

    def asks_there(self, text: str) -> str | None:
        """云南能撤的，我把大连的也撤了可以吧: of two places the one that is asked for as well."""
        named = [match for match in self._pattern.finditer(text) if THERE_TOO.match(text, match.end())]
        found = self.read(named[-1][0])[1] if len(named) == 1 else frozenset[str]()
        return next(iter(found)) if len(found) == 1 and ELSEWHERE not in found else None

    def asks_here(self, text: str, home: str) -> bool:
        """云南能撤，我们这儿行不: whether the last clause is about one's own place, after a clause about another."""
        named = [*self._pattern.finditer(text)]
        if named and LIKE.search(text[: named[-1].start()]):
            return True
        *told, last = [clause for clause in CLAUSES.split(text) if clause] or [""]
        others = frozenset[str]().union(*(self.read(clause)[1] for clause in told)) - {home}
        named_last = self.read(last)[1]
        if not others or named_last - {home}:
            return False
        before = "".join(told)
        if PUNISHED.search(before):
            return False
        return bool(named_last or HERE.search(last) or (SOMEBODY.search(before) and ALSO_MINE.search(last)))

    def is_away(self, text: str) -> bool:
        """我人在浙江厂里走不开: every other place that is named only tells where somebody is; nothing happened or is asked there."""
        if OF_THERE.search(text):
            return False
        for clause in CLAUSES.split(text):
            for match in self._pattern.finditer(clause):
                if self.read(match[0])[1] != {ELSEWHERE}:
                    continue
                is_there = AT.search(clause[: match.start()]) or BUSY.match(clause, match.end())
                if not is_there or WHILE_THERE.search(clause, match.end()):
                    return False
        return True

    def happened_in(self, text: str) -> str | None:
        """我户口大连 罚是在丽江挨的: a record belongs to the place that made it, not to where somebody lives."""
        lives, happened = set[str](), set[str]()
        for clause in CLAUSES.split(text):
            found = self.read(clause)[1] - {ELSEWHERE}
            if LIVES.search(clause):
                lives |= found
            elif HAPPENED.search(clause):
                happened |= found
        return next(iter(happened)) if lives and len(happened) == 1 else None

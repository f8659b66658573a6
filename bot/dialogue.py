"""What a follow-up takes over from the message before it."""

import re

from bot import packaged
from bot.aspects import SOME_DAYS, Words
from bot.reading import Reading
from bot.replies import Dialogue

EITHER = re.compile(r"([\u4e00-\u9fff])不\1")  # 摘不摘, 收不收
SUPPOSES = re.compile("^(?:那么?)?(?:要是|如果|万一|假如|倘若|要真|真要|就算|假使)")
POINTS_BACK = re.compile("它|他|她|这样|那样|这种|这条|那条|这个|那个")  # these refer to the last answer
SHORT = 12  # characters without the place up to which a message can be a follow-up
AND_THEY = re.compile(
    "..[人的他她它]呢[?？]?$|^那?(?:小工|工人|员工|店员|伙计|会计|司机|老板|经理|股东|业务员)呢[?？]?$"
)  # 干这事的人呢, 他是政府的呢
TO_ME = re.compile(
    "(?:也|会|得|才|必须|真)给我(?=[^，,。？?]{0,3}(?:记|写|改|留|算|回|打))"
)  # 也给我记上 is feared, not wanted


class Following:
    """Recognises follow-ups: 那云南呢, 要多久, 需要什么材料."""

    def __init__(self) -> None:
        data = packaged.toml("followups.toml")
        self._questions = frozenset(data["question_concepts"])
        self._anything = self._questions | frozenset(data["anything_concepts"])
        self._openers = tuple(data["openers"])
        fillers = sorted(data["fillers"], key=len, reverse=True)
        self._fillers = re.compile("|".join(map(re.escape, fillers)) + r"|[^0-9a-z\u4e00-\u9fff]")
        self._tells = re.compile(f"(?![{re.escape(''.join(fillers))}])[0-9a-z\u4e00-\u9fff]")  # not in a filler
        self._asks_rule = Words(" ".join(data["asks_rule"]))
        self._ending = re.compile("[" + "".join(data["question_endings"]) + r"](?![0-9a-z\u4e00-\u9fff])")
        self._may_ask = Words(" ".join(data["may_ask_rule"]))
        self._asks_errand = Words(" ".join(data["asks_errand"]))
        self._asking = Words(" ".join(data["asking"]))
        self._subjects: dict[str, str] = data["subject"]
        self.families: dict[str, set[str]] = {}  # the articles of both regulations on each subject
        for name, subject in self._subjects.items():
            self.families.setdefault(subject, set()).add(name)
        self._first, self._second = tuple(data["first"]), tuple(data["second"])

    def names_only_a_place(self, reading: Reading) -> bool:
        """那云南呢: a place and nothing else to look up."""
        if (reading.place is None and not reading.names_both) or self._tells.search(reading.bare):
            return False
        return not self._fillers.sub("", reading.bare)

    def supposes(self, reading: Reading) -> bool:
        """要是没做到呢: supposes something; nothing is to be done."""
        return SUPPOSES.match(reading.bare.strip()) is not None and not self.asks_for_an_errand(reading)

    def asks_of_another(self, text: str) -> bool:
        """那干这事的人呢: asks the same of somebody else, and is no greeting."""
        return AND_THEY.search(text) is not None

    def names_something(self, reading: Reading) -> bool:
        """Whether the message has a concept that is a subject and not a way of asking."""
        return not reading.concepts <= self._questions

    def points_back(self, reading: Reading) -> bool:
        """它这样子算不算失信: refers to the last answer, and names only words that every topic here has."""
        return reading.concepts <= self._anything and POINTS_BACK.search(reading.bare) is not None

    def is_errand(self, reading: Reading) -> bool:
        """Whether the message only asks for something to be done, or states a wish and contains no question."""
        return self.asks_for_an_errand(reading) or not (self._asks(reading) or EITHER.search(reading.bare))

    def subject(self, reading: Reading, dialogue: Dialogue) -> str | None:
        """The last subject, when the message asks something without naming a subject."""
        if not dialogue.articles or len(reading.bare) > SHORT:
            return None
        says_how = reading.concepts <= self._questions
        opens = reading.bare.strip().startswith(self._openers)
        if not says_how and not opens:
            return None
        return self._subjects.get(dialogue.articles[0])  # the articles after the first only came near

    def asks_for_the_rule(self, reading: Reading) -> bool:
        """会不会, 收费吗, 合法吗: asks what the law says rather than to have something done."""
        bare = SOME_DAYS.sub("", reading.bare) if "几" in reading.bare else reading.bare
        return self._asks_rule.found(bare)

    def _asks(self, reading: Reading) -> bool:
        return self._asking.found(reading.bare) or self._ending.search(reading.bare) is not None

    def may_ask_for_the_rule(self, reading: Reading) -> bool:
        """吗, 什么, 算: usually a question about the law, when no words ask for an errand."""
        asks = self._may_ask.found(reading.bare) or self._ending.search(reading.bare) is not None
        return asks and not self.asks_for_an_errand(reading)

    def asks_for_an_errand(self, reading: Reading) -> bool:
        """帮我, 在哪操作: somebody wants something done."""
        return self._asks_errand.found(TO_ME.sub("", reading.bare) if "给我" in reading.bare else reading.bare)

    def wants_it_done(self, reading: Reading) -> bool:
        """帮我办, or a statement without any question in it; never when the message asks for the rule."""
        if self.asks_for_the_rule(reading):
            return False
        return self.asks_for_an_errand(reading) or not (self._asks(reading) or EITHER.search(reading.bare))

    def chosen(self, reading: Reading, dialogue: Dialogue) -> str | None:
        """The topic that the resident picked from the two offered."""
        said = reading.bare.strip()
        for index, words in enumerate((self._first, self._second)):
            if said in words and index < len(dialogue.options):
                return dialogue.options[index]
        return None

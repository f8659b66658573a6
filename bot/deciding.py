"""Decides what to do with a message: answer, lead to an errand, ask back, make small talk or decline."""

import re
from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from bot import lookups, packaged, reckoning
from bot.beginning import Beginning, flow_of
from bot.choosing import FOLLOWS, STORY, squeezed
from bot.days import Days
from bot.decision import Decision, name_of
from bot.denying import ALIKE_SYSTEMS, OTHERS, Denying
from bot.english import English
from bot.feeling import Feeling
from bot.last_answer import LastAnswer
from bot.leading import Leading
from bot.leads import Leads, corrected, new_matter, own_mistake, without_slip
from bot.matching import SHOWN, Matching
from bot.others import Others
from bot.pairing import Pairing
from bot.places import EITHER, HERE, JURISDICTIONS
from bot.points import Chosen, Points
from bot.ranking import Ranker
from bot.reading import Reader, Reading
from bot.rehearing import Rehearing
from bot.replies import Dialogue
from bot.spoiling import Spoiling
from bot.text import MASK
from bot.topics import Topic
from bot.ways import Ways
from knowledge import articles

LITTLE = 6  # characters that a rule told as hearsay has at least
END = 12  # characters at the end of a long story that are read by themselves
OFFICE = frozenset({"person-place", "person-phone", "person-hours", "person-where"})  # windows, hours and telephones
OFFICE_OF_ANOTHER = 0.4  # score from which a topic outside our subject is the one whose window is asked for
WAITED_FOR = frozenset({"objection-time", "repair-where", "flow-status"})  # what was handed in, which has a progress
REMEMBERED = 6  # answers that are remembered, so that none is repeated word for word


WHO_ELSE = re.compile(
    "(?:那|要是|换成)?.{1,5}(?:局|委|街道|社区|村里|派出所|公安|法院|税务|政府|机关|学校|医院|银行)呢[?？]?"
)  # asks about another body
OF_A_RECORD = re.compile("罚|名单|记录|失信")
ALIKE_NAMED = re.compile("不是.{0,4}(?:征信|银行|人行|法院|央行|贷款)")
# The question that is answered where somebody says that they did not mean the bank's or the court's system.
OURS_MEANT = "查自己的信用有哪些途径"
HEARSAY = re.compile("^我?(?:听说|听人说|听人讲|据说|人家说|都说|网上说)[,，:： ]*")
TRUE_END = re.compile(
    "[,，。 ]*(?:是不是真的?|是真的吗|是真的不|真的吗|真的假的|真假|是真是假|有这回事[吗不么])[?？。]*$"
)
MEASURED = frozenset({"days", "until", "fee", "bring"})  # asked at the end of a story these start no errand
COMPARED = re.compile("照|像|学|那样|(?<!不)一样")  # 能照云南那样撤不 asks about the resident's own place
DIFFER = re.compile(
    "不一样|都一样|一样[吗不么]|不同|区别|差别|差在|(?:两边|两地|两个地方)(?!都有)|哪边|哪个地方好|哪个好"
)
WHY_THERE = re.compile(
    "不是.{0,6}(?:可以|能|有|行)|凭啥|凭什么|为啥|为什么|怎么.{0,4}(?:可以|能|行|有)|咋.{0,4}(?:可以|能|行|有)|人家|听说|听人说|听人讲|据说|都说|网上说"
    "|(?:就|都)(?:撤|修|删|弄|办|消|改)(?:成|好|掉|下来)"
)


class Decider:
    """Reads a message and settles what kind of answer it gets."""

    def __init__(self, topics: Sequence[Topic], reader: Reader, ranker: Ranker) -> None:
        self.topics = topics
        self.reader = reader
        self.ranker = ranker
        self._articles = frozenset(
            article.id for place in JURISDICTIONS for article in articles.regulation(place).articles
        )
        self._last = {place: len(articles.regulation(place).articles) for place in JURISDICTIONS}
        data = packaged.toml("denials.toml")
        stays = frozenset[str](data["stays"])
        self.points = Points()
        self._matching = Matching(topics, reader, ranker, self.points, stays, frozenset(data["stays_unless"]))
        self._beginning = Beginning(self.points, self._matching.following, ranker)
        self.leads = Leads()
        self._last_answer = LastAnswer(self.points, self._matching, self.leads, self._articles)
        self._leading = Leading(self.points, self._matching, self.leads)
        self._feeling = Feeling(self.points, self._matching, self.leads, packaged.toml("referrals.toml")["feeling"])
        self._spoiling = Spoiling(self.points, self._matching)
        self._days = Days()
        self._english = English()
        self.denying = Denying(data, topics, ranker, self.points, stays)
        ways = Ways(self.points, reader, ranker.table)
        others = Others(topics, reader, ranker.table)
        self._rehearing = Rehearing(self.points, self._matching, ranker, ways, others, self.denying)
        self._pairing = Pairing(self.points, reader, self._matching, self._rehearing)

    def decide(self, message: str, on: date, home: str | None, dialogue: Dialogue) -> Decision:
        """Reads the message once. The decision keeps nothing of it but its features and the days that it tells."""
        plain = self.reader.plain(message)
        plain = own_mistake(plain) if dialogue.turns else plain
        urgent = self._feeling.urgent(squeezed(plain), dialogue.place or home, dialogue)
        if urgent is not None:  # said as often as it is told, and never as something said before
            return replace(self._remembered(urgent, self.reader.read(""), on, dialogue), again=0)
        if self._english.speaks(plain) and not self.denying.has_word(plain):
            return self._remembered(
                self._in_english(plain, dialogue.place or home, dialogue), self.reader.read(""), on, dialogue
            )
        reading = self.reader.read_plain(plain)
        if dialogue.turns and (reading.place or reading.names_both) and (rest := without_slip(plain)) != plain:
            reading = self.reader.read_plain(rest)
        meant = corrected(reading.text)
        if meant:
            reading = self.reader.read(meant)
            is_other = dialogue.refer in ALIKE_SYSTEMS and "信用" in meant  # 不是征信，是信用云南那个
            if is_other or (
                ALIKE_NAMED.search(plain.replace(meant, "", 1))
                and not (OF_A_RECORD.search(meant) or self.points.named(squeezed(meant)))
            ):
                reading = self.reader.read(f"{meant} {OURS_MEANT}")
            dialogue = replace(dialogue, refer=None)
        reading, dialogue = self._anew(reading, dialogue)
        reading, dialogue = self._at_home(reading, home, dialogue)
        place = reading.place or dialogue.place or home
        if reading.names_both and not (home and COMPARED.search(reading.text)):
            place = None
        decision = self._in_either(reading, place, dialogue) or self._compared(reading, home, dialogue)
        decision = decision or self._heard(reading, on, place, dialogue)
        decision = self._rehearing.unheard(self._rehearing.heard(decision, reading, dialogue), reading, dialogue)
        decision = self._own_right(decision, reading, home)
        if len(reading.bare) > STORY:
            decision = replace(decision, is_story=True)
        if decision.kind in ("article", "flow") and decision.style == "full":
            is_scam = decision.point is not None and decision.point.id.startswith("scam")
            is_numbered = self.leads.gives("cite", squeezed(reading.bare)) and not is_scam
            decision = replace(decision, asked=reading.bare.rstrip("?？!！。. "), is_numbered=is_numbered)
        decision = self._matching.barred(self._beginning.settled(decision, reading, dialogue), reading, dialogue)
        decision = self._spoiling.turned(decision, reading)
        if dialogue.turns and reading.place not in (None, dialogue.place or home) and decision.place == reading.place:
            decision = self._named(decision)
        if decision.style == "compare" and home and reading.place == home:
            dialogue = replace(dialogue, place=home)  # 大连凭啥不: asked of the resident's own, after the other's
        return self._remembered(decision, reading, on, dialogue)

    def _anew(self, reading: Reading, dialogue: Dialogue) -> tuple[Reading, Dialogue]:
        """还有个事，没公布过的惩戒…: if the rest names something, it is answered as the first question of a new dialogue."""
        rest = new_matter(reading.text) if dialogue.turns else None
        if not rest:
            return reading, dialogue
        other = self.reader.read(rest)
        text = squeezed(other.bare)
        names = len(rest) > LITTLE and (self.points.named(text) or self._matching.following.names_something(other))
        if not names and self.denying.matters.found(text) is None:
            return reading, dialogue
        return other, replace(dialogue, area=None, topic=None, point=None, articles=(), scene=None, options=())

    def _at_home(self, reading: Reading, home: str | None, dialogue: Dialogue) -> tuple[Reading, Dialogue]:
        """A question about the resident's own place is answered for that place, whichever other place the message
        mentions.
        """
        is_of_another = reading.names_both or reading.place not in (None, home)
        if home and is_of_another and self.reader.asks_for_home(reading.text, home):
            reading = replace(reading, place=home, names_both=False)
        if reading.is_elsewhere and self._is_ours(reading.text, home, dialogue):
            reading = replace(reading, is_elsewhere=False)
        if home and reading.place is None and not reading.names_both and HERE.search(reading.text):
            dialogue = replace(dialogue, place=home)
        return reading, dialogue

    def _is_ours(self, text: str, home: str | None, dialogue: Dialogue) -> bool:
        """我人在浙江厂里走不开, 四川的朋友能撤，我们这儿呢: a place that is not ours is named, and the matter is ours all the same."""
        if home and self.reader.asks_for_home(text, home):
            return True
        return bool(home or dialogue.place or "你们" in text) and self.reader.is_away(text)

    def _heard(self, reading: Reading, on: date, place: str | None, dialogue: Dialogue) -> Decision:
        """听说交了罚款记录自己就没了，是不是真的: the question is the rule between the two phrases, if it is understood."""
        end = TRUE_END.search(reading.text) if "真" in reading.text or "回事" in reading.text else None
        rule = HEARSAY.sub("", reading.text[: end.start()]).strip() if end else ""
        if len(rule) >= LITTLE:
            decision = self._decision(self.reader.read(rule), on, place, dialogue)
            if decision.kind != "flow" and decision.refer not in ("unknown", "noise"):
                return decision
        return self._decision(reading, on, place, dialogue)

    def _own_right(self, decision: Decision, reading: Reading, home: str | None) -> Decision:
        """Where the resident's own place lacks a rule, only that is said, unless both places are to be compared."""
        point, topic = decision.point, decision.topic
        is_of_both = decision.place is None and decision.style != "compare" and not DIFFER.search(reading.text)
        if home is None or point is None or topic is None or point.silent != home or not is_of_both:
            return decision
        return self._matching.on_point(Chosen(point, topic.id, 1.0, True), (), home, decision.features)

    @staticmethod
    def _named(decision: Decision) -> Decision:
        """听说大连是五年, from Yunnan: the answer says whose rule it is."""
        is_of_one = decision.style == "full" and decision.point is not None and bool(decision.point.own)
        return replace(decision, style="there") if is_of_one and not decision.also else decision

    def _in_either(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """高新区的: both places have one. The resident's own is meant if it is known; else the bot asks which."""
        topic = self._matching.by_id.get(dialogue.topic or "")
        if topic is None or not EITHER.fullmatch(squeezed(reading.text)):
            return None
        if place is None:
            articles = tuple(name for name in dialogue.articles if name in self._articles)
            point = self.points.by_id.get(dialogue.point or "")
            return Decision("clarify", True, topic, articles, point=point, told="either")
        return replace(self._matching.on_last(topic, reading, place, dialogue), style="there")

    def _compared(self, reading: Reading, home: str | None, dialogue: Dialogue) -> Decision | None:
        """两边咋不一样, 云南不是可以吗: the last answer again, for both places."""
        point = self.points.by_id.get(dialogue.point or "")
        if point is None or not point.own or len(reading.text) > FOLLOWS or self.points.named(squeezed(reading.bare)):
            return None
        here = dialogue.place or home
        is_other = reading.place not in (None, here) and here is not None
        if not (DIFFER.search(reading.text) or (is_other and WHY_THERE.search(reading.text))):
            return None
        topic = self._matching.topic_of(point, self._matching.by_id.get(dialogue.topic or ""))
        cited = self._matching.cited(point, topic, None)
        return Decision(
            "article", True, topic, cited, cited, None, features=reading.features, point=point, style="compare"
        )

    def _in_english(self, text: str, place: str | None, dialogue: Dialogue) -> Decision:
        """A short English sentence, with the articles and the Chinese answer of its point. A message that names nothing
        is about the last topic.
        """
        place = next((name for name in JURISDICTIONS if name in text), place)
        row = self._english.row(text) or self._english.goes_on(text, dialogue.topic, self.points)
        if row is None:
            return Decision("out_of_scope", False, refer="english", place=place)
        if row.refer:
            return replace(Decision("out_of_scope", False, refer=row.refer, place=place), told=row.say)
        point = self.points.by_id.get(row.point or "")
        if point is None:
            return Decision("smalltalk", True, place=place, told=row.say)
        decision = self._matching.on_point(Chosen(point, point.topics[0], 1.0, True), (), place, frozenset())
        return replace(decision, told=row.say, style="english")

    def _decision(self, reading: Reading, on: date, place: str | None, dialogue: Dialogue) -> Decision:
        text = squeezed(reading.text)
        if not text:
            return Decision("out_of_scope", False, refer="empty", place=place)
        if MASK in text and not text.replace(MASK, "").strip("。，,.!！:："):
            return Decision("out_of_scope", False, refer="number", place=place)
        felt = self._feeling.unable(text, place, dialogue) or self._feeling.mood(text, dialogue)
        if felt is not None:
            return replace(felt, place=place)
        refer = None if dialogue.scene and WHO_ELSE.fullmatch(text) else self.denying.refer(reading)
        if refer == "injection":
            return Decision("out_of_scope", False, refer=refer, place=place)
        matter = None if refer else self.denying.matter(reading, is_first=not dialogue.turns)
        led = self._leading.led(text, reading, place, dialogue)
        if led and not (led.point and led.point.id.startswith("scam")):
            is_of_another = not dialogue.turns and self._is_of_another_office(led, reading)
            led = None if matter or reading.is_elsewhere or is_of_another else led
        return (
            self._last_answer.again(text, reading, place, dialogue)
            or led
            or (self._elsewhere(refer, self.denying.words_in(text), text, reading, place) if refer else None)
            or (self._elsewhere(*matter, text, reading, place) if matter else None)
            or self.denying.still(text, reading, place, dialogue)
            or self._reckoned(text, reading, on, place, dialogue)
            or self._by_number(reading, place, dialogue)
            or self._pairing.both(reading, place, dialogue)
            or self._at_the_end(reading, place, dialogue)
            or self._matching.by_topic(reading, place, dialogue)
        )

    def _is_of_another_office(self, led: Decision, reading: Reading) -> bool:
        """房产证去哪个窗口办: who asks for the window, hours or telephone of another office does not wish to speak to us."""
        is_ours = reading.concepts & self.denying.stays or "你们" in reading.text
        if led.point is None or led.point.id not in OFFICE or is_ours:
            return False
        number, score = self.ranker.best(reading.features)
        return self.topics[number].sort == "out_of_scope" and score >= OFFICE_OF_ANOTHER

    def _elsewhere(self, refer: str, words: Sequence[str], text: str, reading: Reading, place: str | None) -> Decision:
        """Another system's matter, unless a sentence of ours lies between the two: 老公是老赖, 用我的名字买房行吗."""
        point = self.points.between(text, self.points.aspects(text), words)
        if point is None:
            return Decision("out_of_scope", False, refer=refer, place=place)
        said = self._matching.on_point(Chosen(point, point.topics[0], 1.0, True), (), place, reading.features)
        return self._matching.unsettled(said)

    def _remembered(self, decision: Decision, reading: Reading, on: date, dialogue: Dialogue) -> Decision:
        """The decision together with the dialogue after it. An answer that was given before is not repeated word for
        word.
        """
        again = 0
        while (name := name_of(decision, again)) in dialogue.said:
            again += 1
        keeps = decision.kind in ("smalltalk", "out_of_scope") and decision.point is None
        waited = reckoning.waited(reading.text)
        tells = reckoning.tells_a_day(reading.text)
        days = waited.working_days if waited else reckoning.between(reading.text, on) if tells else None
        area = self.points.area(
            decision.point.id if decision.point else None, decision.topic.id if decision.topic else None
        )
        names = self.points.named(squeezed(reading.text)) or self._matching.following.names_something(reading)
        after = Dialogue(
            area=dialogue.area if keeps or (dialogue.area and not names) else area,
            topic=dialogue.topic if keeps else decision.topic.id if decision.topic else None,
            point=dialogue.point if keeps else decision.point.id if decision.point else None,
            articles=dialogue.articles if keeps else decision.articles[:4],
            place=dialogue.place if decision.style == "compare" else reading.place or dialogue.place,
            flow=dialogue.flow if keeps else flow_of(decision, self.points),
            options=tuple(topic.id for topic in decision.options),
            said=(name, *dialogue.said)[:REMEMBERED],
            again=again,
            refer=decision.refer if decision.kind == "out_of_scope" and decision.refer in OTHERS else None,
            failures=dialogue.failures + 1 if decision.refer in ("unknown", "noise") else 0,
            waited=days or dialogue.waited,
            ended_on=(reckoning.day(reading.text) if tells else None)
            or (dialogue.ended_on and reckoning.another_day(reading.text, dialogue.ended_on))
            or dialogue.ended_on,
            decided_on=(reckoning.decided(reading.text, on) if tells else None) or dialogue.decided_on,
            record_class=reckoning.record_class(reading.text) or dialogue.record_class,
            scene=(decision.scene or dialogue.scene) if keeps else self._matching.staging.goes_on(decision, dialogue),
            turns=dialogue.turns + 1,
        )
        return replace(decision, dialogue=after, again=again)

    def _reckoned(
        self, text: str, reading: Reading, on: date, place: str | None, dialogue: Dialogue
    ) -> Decision | None:
        """已经八天了, 10号星期二交的, 2023年5月8日终止: what follows from the days in the message, or from those told before."""
        told_before = dialogue.waited or dialogue.ended_on or dialogue.decided_on
        if not told_before and reckoning.waited(text) is None and not reckoning.tells_a_day(text):
            return None
        named = self.points.named(text)
        area = next(
            (name for name in ("repair", "objection") if name in named), None
        ) or self._matching.choosing.last_area(dialogue)
        starts = False
        if reckoning.waited(text) and not dialogue.point:
            best = self.topics[self.ranker.best(reading.features)[0]]
            starts = best.flow == "status"
        if area is None and reckoning.waited(text):
            area = "objection" if best.flow == "status" else self.points.area(None, best.id)
        is_told = reckoning.day(text) is not None or reckoning.decided(text, on) is not None
        if self.points.aspects(text) & {"start", "auto"} and not is_told:
            return None  # 过了五天没人答 那条就自动删了吧 asks for no count of days
        told = self._days.told(text, area, place or "", on, dialogue, self.points.aspects(text))
        if told is None:
            return None
        topic = self._matching.by_id[told.topic]
        articles = topic.articles(place)
        return Decision(
            "flow" if starts and told.topic in WAITED_FOR else "article",
            True,
            topic=topic,
            articles=articles,
            cited=articles[: 1 if place else 2],
            place=place,
            features=reading.features,
            told=told.text,
        )

    def _at_the_end(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """A long story asks its question at the end, so the end is read as a follow-up to the whole."""
        if len(reading.bare) <= STORY:
            return None
        end = self.reader.read_plain(reading.bare[-END:])
        if not self.points.aspects(squeezed(end.bare)) & MEASURED:
            return None
        whole = self._matching.by_topic(reading, place, dialogue)
        if whole.topic is None or not whole.answered:
            return None
        told = replace(
            dialogue,
            topic=whole.topic.id,
            point=whole.point.id if whole.point else None,
            articles=whole.articles[:4],
            turns=dialogue.turns + 1,
        )
        asked = self._matching.by_topic(end, place, told)
        area = self.points.area(whole.point.id if whole.point else None, whole.topic.id)
        if asked.point is None or self.points.area(asked.point.id, None) != area:
            return whole
        return replace(asked, kind="article")

    def _by_number(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        numbers = lookups.articles(reading.bare, reading.place is not None)
        chapter = None if numbers else lookups.chapter(reading.bare)
        if dialogue.topic is None and dialogue.articles and self._matching.following.names_only_a_place(reading):
            numbers = tuple(dict.fromkeys(int(name.split("-")[1]) for name in dialogue.articles))
        if not numbers and chapter is None:
            return None
        if reading.is_elsewhere:
            return Decision("out_of_scope", False, refer="other-place", place=place)
        places = (place,) if place else JURISDICTIONS
        if chapter is not None:
            found = tuple(
                article.id
                for name in places
                for article in articles.regulation(name).articles
                if lookups.chapter(article.chapter) == chapter
            )
        else:
            found = tuple(f"{p}-{n}" for n in numbers for p in places if 1 <= n <= self._last[p])
        if not found:
            return Decision("out_of_scope", False, refer="no-such-article", place=place)
        shown = found[:SHOWN]
        return Decision("article", True, articles=shown, cited=shown, place=place, features=reading.features)

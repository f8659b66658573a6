"""Finds contradictions in the data files and reports them in words an editor can act on."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from bot import others, packaged, points, scenes, topics, verdicts, ways
from bot.denying import LEVELS, Denial, Matter
from bot.places import JURISDICTIONS
from bot.saying import Flow
from bot.sentences import TEMPLATE, Sentences
from bot.text import GAPS, Plain
from bot.topics import Topic
from knowledge import articles, rules

DIGITS = re.compile(r"[0-9]|[一二三四五六七八九十]+(?:个工作日|日内|天|万元|个月|年内)")
HOTLINE = re.compile(r"(?<![0-9])12\d{3}(?![0-9])")
FEWEST = 4  # phrasings that a topic needs
Areas = Mapping[str, points.Area]


def contradictions() -> list[str]:
    """One line for each; empty when the data is sound."""
    known, areas = topics.load(), points.load()
    return [
        *_topics(known),
        *_phrasings(known),
        *_lexicon(),
        *_denials(known),
        *_sentences(known),
        *_coverage(known),
        *_lay_words(),
        *_scenes(known, areas),
        *_points(areas),
        *_norms(areas),
        *_ways(areas),
        *_others(known),
        *_next(areas),
    ]


def _points(areas: Areas) -> list[str]:
    """The later of two points with one id would hide the earlier one."""
    ids = Counter(point.id for area in areas.values() for point in area.points)
    return [f"{point}：同一个 id 用了两次" for point, times in ids.items() if times > 1]


def _ways(areas: Areas) -> list[str]:
    """Each way of asking belongs to a point that there is; that of a first message to one sentence only."""
    said = {point.id: point.spoken(None) for area in areas.values() for point in area.points}
    found = [f"问法 {point}：没有这件事" for point in ways.written() if point not in said]
    told: dict[str, str] = {}
    for point, asked in ways.firsts().items():
        twice = [way for way in asked if said.get(told.setdefault(way, point)) != said.get(point)]
        found += [f"问法“{way}”：{told[way]} 和 {point} 都写了" for way in twice]
    return found


def _next(areas: Areas) -> list[str]:
    """What follows an errand is a point that there is; else its resident is only offered other questions."""
    there = {point.id for area in areas.values() for point in area.points}
    flows = packaged.table(packaged.toml("flows.toml")["flow"], Flow, "flows.toml")
    return [f"{flow.id}：next 没有 {flow.next} 这件事" for flow in flows if flow.next and flow.next not in there]


def _others(known: tuple[Topic, ...]) -> list[str]:
    """What is asked of us is learnt as ours."""
    phrasings = {said for topic in known if topic.sort in ("article", "flow") for said in topic.phrasings}
    ours = phrasings.union(*ways.written().values())
    return [f"别处的事“{said}”：也写在我们的问法里" for said in others.theirs() if said in ours]


def _norms(areas: Areas) -> list[str]:
    """Each sentence begins with its verdict (see `verdicts.norm`), or its point declares one."""
    return [
        f"{point.id}：{place} 的句子不以结论开头，又没有写 norm"
        for area in areas.values()
        for point in area.points
        for place in JURISDICTIONS
        if (said := point.says(place)) and verdicts.norm(said, point.norm) is None
    ]


def _topics(known: tuple[Topic, ...]) -> list[str]:
    found = []
    flows = {flow.id for flow in packaged.table(packaged.toml("flows.toml")["flow"], Flow, "flows.toml")}
    referrals = packaged.toml("referrals.toml")
    ids: set[str] = set()
    for topic in known:
        if topic.id in ids:
            found.append(f"{topic.id}：同一个 id 用了两次")
        ids.add(topic.id)
        for place in JURISDICTIONS:
            last = len(articles.regulation(place).articles)
            found += [
                f"{topic.id}：{place} 没有第 {number} 条"
                for number in topic.numbers.get(place, ())
                if not 1 <= number <= last
            ]
        if topic.sort in ("article", "flow") and not any(topic.numbers.values()):
            found.append(f"{topic.id}：没有写条文")
        if topic.gap and topic.numbers.get(topic.gap):
            found.append(f"{topic.id}：gap 写了 {topic.gap}，却又列了它的条文")
        if topic.flow and topic.flow not in flows:
            found.append(f"{topic.id}：flows.toml 里没有 {topic.flow}")
        if topic.sort == "out_of_scope" and topic.refer not in referrals:
            found.append(f"{topic.id}：referrals.toml 里没有 {topic.refer}")
        if topic.sort == "smalltalk" and not topic.reply:
            found.append(f"{topic.id}：寒暄没有回话")
        if len(topic.phrasings) < FEWEST:
            found.append(f"{topic.id}：问法少于 {FEWEST} 种")
    return found


def _phrasings(known: tuple[Topic, ...]) -> list[str]:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for topic in known:
        for phrasing in topic.phrasings:
            owners[GAPS.sub("", phrasing.lower())].add(topic.id)
    return [f"“{said}”写在了几个主题里：{'、'.join(sorted(ids))}" for said, ids in owners.items() if len(ids) > 1]


def _lexicon() -> list[str]:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for concept, words in packaged.toml("lexicon.toml")["concept"].items():
        for word in words:
            owners[word].add(concept)
    return [f"“{word}”属于几个概念：{'、'.join(sorted(names))}" for word, names in owners.items() if len(names) > 1]


def _denials(known: tuple[Topic, ...]) -> list[str]:
    """No phrasing may contain words that lead to a denial before any topic is compared."""
    data = packaged.toml("denials.toml")
    rows = packaged.table(data["denial"], Denial, "denials.toml")
    matters = packaged.table(data["matter"], Matter, "denials.toml")
    referrals = packaged.toml("referrals.toml")
    named = [row.refer for row in rows] + [row.refer for row in matters]
    found = [f"denials.toml：referrals.toml 里没有 {refer}" for refer in dict.fromkeys(named) if refer not in referrals]
    found += [f"denials.toml：back 里没有 {row.back}" for row in matters if row.back not in LEVELS]
    any_word = re.compile("|".join(re.escape(word) for row in rows for word in row.words))
    for topic in known:
        if topic.sort not in ("article", "flow"):
            continue
        for phrasing in filter(any_word.search, topic.phrasings):
            for row in rows:
                word = next((word for word in row.words if word in phrasing), None)
                if word and not any(word in phrasing for word in row.unless):
                    found.append(f"{topic.id}：问法“{phrasing}”会被 denials.toml 的“{word}”挡下")
    return found


def _sentences(known: tuple[Topic, ...]) -> list[str]:
    """Every template names a rule that exists; no deadline or amount is typed."""
    found = []
    sentences = Sentences()
    there = {(rule.id, rule.jurisdiction) for rule in rules.rules()} | {("since", place) for place in JURISDICTIONS}
    said = {f"{topic.id}.say.{place}": text for topic in known for place, text in topic.say.items()}
    for name, sentence in (sentences.templates | said).items():
        found += [
            f"{name}：没有规则 {rule}.{of}" for rule, of, _ in TEMPLATE.findall(sentence) if (rule, of) not in there
        ]
        typed = DIGITS.search(HOTLINE.sub("", TEMPLATE.sub("", sentence)))
        if typed:
            found.append(f"{name}：句子里直接写了“{typed[0]}”，应当用规则")
    for place in JURISDICTIONS:
        for article in articles.regulation(place).articles:
            if article.id not in sentences.templates:
                found.append(f"articles.toml：没有 {article.id}")
    return found


def _coverage(known: tuple[Topic, ...]) -> list[str]:
    """Every article can be found by asking."""
    led = {name for topic in known for place in JURISDICTIONS for name in topic.articles(place)}
    everything = (article.id for place in JURISDICTIONS for article in articles.regulation(place).articles)
    return [f"没有主题指向 {name}" for name in everything if name not in led]


def _lay_words() -> list[str]:
    """Each everyday word stands once, in plain characters."""
    found, plain = [], Plain()
    for law, said in packaged.toml("lay_words.toml")["said"].items():
        words = said.split()
        if not words:
            found.append(f"lay_words.toml：“{law}”没有说法")
        for word in dict.fromkeys(words):
            if words.count(word) > 1:
                found.append(f"lay_words.toml：“{law}”的“{word}”写了两次")
            if word in law.split():
                found.append(f"lay_words.toml：“{word}”就是法律用语")
            if plain.all(word) != word:
                found.append(f"lay_words.toml：“{word}”不是规范写法，应为“{plain.all(word)}”")
    return found


def _scenes(known: tuple[Topic, ...], areas: Areas) -> list[str]:
    """Every point, topic and scene that scenes.toml names is there."""
    said = scenes.Scenes()
    there = {point.id for area in areas.values() for point in area.points}
    ours = {topic.id for topic in known}
    named = {name for turn in said.turns for name in turn.within.split()}
    return [
        *(f"scenes.toml：没有“{name}”这个点" for name in scenes.points(said) if name not in there),
        *(
            f"scenes.toml：{row.id} 的主题 {name} 没有"
            for row in said.rows
            for name in row.under.split()
            if name not in ours
        ),
        *(f"scenes.toml：没有“{name}”这件事" for name in sorted(named - set(said.by_id))),
        *(f"scenes.toml：{turn.point} 没有写怎么问" for turn in said.turns if not (turn.words or turn.asks)),
    ]

"""Pinyin and homophones of the words of this field: caiji → 采集, 异义 → 异议."""

import re
from collections.abc import Callable, Mapping

import ahocorasick
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from bot import packaged
from bot.aspects import INDEX
from bot.lexicon import Lexicon

LATIN = re.compile(r"[a-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LONGEST = 80  # letters up to which a sentence in pinyin is read
SLIP_FROM = 6  # letters from which a slip is looked for: shorter runs resemble too many words
NEAR = 0.8
SOUNDS = 0xD800  # a syllable is written as one character from here on, which no text has
COMMON = 400  # a homophone at least this frequent in the dictionary is kept as typed
DIALECT = (  # words of Yunnan's and Dalian's dialects, by a character that they contain
    (
        "克",
        re.compile(
            "(?<=[送搬拿进上下回出过跑带交拉])克(?![服隆制扣拉莱里星期])|(?<=[我你他她家己])克(?=[\u4e00-\u9fff]{2})"
        ),
        "去",
    ),
    (
        "着",
        re.compile(
            "(?<=[我你他她它们会也还又都家店厂司部铺馆行次年])着(?=罚|记|列|查|处罚|挂|公示|限|告|卡)|^着(?=罚|记|列|查)"
        ),
        "被",
    ),
    ("好多", re.compile("(?<=[补赔罚要收给交挂管等扣])好多(?=$|[?？。!,，]|钱|天|年|个月)"), "多少"),
    ("给", re.compile("(?<!能)(?<!要)给(行|成|得|中|要得|可以)(?=$|[?？,，。嘛么噶咯])"), r"\1不\1"),
    ("儿", re.compile("(?<=[事信招数条味劲词活])儿(?![子媳女童科园孙])"), ""),
)
ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"))


class Replacing:
    """Puts words in place of others, from left to right, and of several that begin at one place of the longest. One
    pattern of a thousand words would take ten times as long.
    """

    def __init__(self, meant: Mapping[str, str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for said, word in meant.items():
            self._automaton.add_word(said, (len(said), word))
        self._automaton.make_automaton()

    def __call__(self, text: str) -> str:
        # By where it begins: the longer one ends later. `iter_long` passes over words within the beginning of another.
        longest: dict[int, tuple[int, str]] = {}
        for last, (length, word) in self._automaton.iter(text):
            longest[last + 1 - length] = (last + 1, word)
        if not longest:
            return text
        parts, done = list[str](), 0
        for begin in sorted(longest):
            if begin >= done:
                end, word = longest[begin]
                parts += (text[done:begin], word)
                done = end
        return "".join([*parts, text[done:]])


class Spelling:
    """Corrects what sounds or looks like a word of this field and is not a common word itself."""

    def __init__(self, lexicon: Lexicon, frequency: Callable[[str], int]) -> None:
        sounds, typos = lexicon.sounds, lexicon.typos
        self._syllable: dict[str, str] = {}
        for line in packaged.text("syllables.txt").splitlines():
            syllable, characters = line.split()
            self._syllable.update(dict.fromkeys(characters, syllable))
        blurred = {char: _blur(syllable) for char, syllable in self._syllable.items()}
        letters = {sound: sound if len(sound) == 1 else chr(SOUNDS + n) for n, sound in enumerate({*blurred.values()})}
        letter_of = {char: letters[sound] for char, sound in blurred.items()}
        upto = map(chr, range(ord(max(letter_of)) + 1))
        self._letters = "".join([letter_of.get(char, char) for char in upto])  # by code, for `translate`
        self._without_typos = Replacing(typos)
        self._frequency = frequency
        self._typed = lexicon.typed
        self._silent = lexicon.silent
        self._by_pinyin: dict[str, str] = {}
        by_pair: dict[str, list[tuple[str, str]]] = {}
        self._right: set[str] = set()
        for word in sounds:
            self._by_pinyin.setdefault("".join(self._syllable.get(char, char) for char in word), word)
            if len(word) > 1:
                sound = word.translate(self._letters)
                by_pair.setdefault(sound[:2], []).append((sound, word))
                self._right.add(word[:2])
        self._alike = ahocorasick.Automaton()
        for pair, words in by_pair.items():
            self._alike.add_word(pair, words)
        self._alike.make_automaton()
        self._by_pinyin["shei"] = "谁"
        self._sentence = dict(self._by_pinyin)
        for word in lexicon.pinyin:
            self._sentence.setdefault("".join(self._syllable.get(char, char) for char in word), word)
        self._longest = max(map(len, self._by_pinyin))

    def __call__(self, text: str) -> tuple[str, bool]:
        """The corrected text, and whether nothing in it can be read otherwise, so that its parts need no correction."""
        typed = text
        text = self._without_typos(typed)
        is_plain = text is typed
        if LATIN.search(text):
            is_plain = False
            text = self._sentence_in_pinyin(text) or text
            text = LATIN.sub(lambda found: self._from_pinyin(found[0]), text)
        for sign, said, meant in DIALECT:
            if sign in text:
                is_plain = False
                text = said.sub(meant, text)
        text, sounds_plain = self._from_homophones(text)
        return text, is_plain and sounds_plain

    def _sentence_in_pinyin(self, text: str) -> str | None:
        """xin yong xiu fu yao qian ma: a message without any Chinese, in which every syllable belongs to a known word."""
        if CHINESE.search(text):
            return None
        runs = LATIN.findall(text)
        if not runs or len("".join(runs)) > LONGEST:
            return None
        return self._spelt("".join(runs), self._sentence)

    def _from_pinyin(self, run: str) -> str:
        """The run as words of the field, if it consists of such words; else unchanged."""
        return self._spelt(run, self._by_pinyin) or self._nearly(run)

    def _spelt(self, run: str, words: dict[str, str]) -> str | None:
        """The run as words, the longest first where several fit."""
        best: list[str | None] = [None] * (len(run) + 1)
        best[0] = ""
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - self._longest), end):
                before, word = best[start], words.get(run[start:end])
                if before is not None and word is not None:
                    best[end] = before + word
                    break
        return best[-1]

    def _nearly(self, run: str) -> str:
        """The most similar word for a long run with a slip, such as yiyii or xinyongbaogoa, if one is similar enough."""
        if len(run) < SLIP_FROM:
            return run
        found = process.extractOne(
            run, self._by_pinyin.keys(), scorer=Levenshtein.normalized_similarity, score_cutoff=NEAR
        )
        return self._by_pinyin[found[0]] if found else run

    def _from_homophones(self, text: str) -> tuple[str, bool]:
        blurred = text.translate(self._letters)
        done, is_plain = 0, True
        for last, alike in self._alike.iter(blurred):
            position = last - 1
            if position < done or text[position : position + 2] in self._right:
                continue
            for sound, word in alike:
                end = position + len(word)
                if blurred[position:end] != sound or self._is_meant(text[position:end]):
                    continue
                is_plain = False
                if self._stands_alone(text, position, end):
                    text = text[:position] + word + text[end:]
                    done = end
                    break
        return text, is_plain

    def _is_meant(self, word: str) -> bool:
        """Whether it is a common word, or one that is looked for (三天包消 is not 报销), or two words that only happen to
        stand together: 条例里|有 is no 理由, 要写|些哪样 no 谢谢.
        """
        is_met = len(word) == 2 and not self._silent.isdisjoint(word)
        return is_met or word in self._typed or self._frequency(word) >= COMMON or INDEX.knows(word)

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        """Whether neither of its ends makes a word with its neighbour: 更正信息 stays as it is."""
        return (start == 0 or not self._frequency(text[start - 1 : start + 1])) and (
            end >= len(text) or not self._frequency(text[end - 1 : end + 1])
        )


def _blur(syllable: str) -> str:
    for exact, near in ALIKE:
        syllable = syllable.replace(exact, near)
    return syllable

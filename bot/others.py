"""How near a message is to what people ask of others, beside how near it is to what they ask of us.

Whatever is typed has a nearest topic, and words such as 授权, 名单 or 异议 are everybody's. So a ranking of only two kinds is
learnt as the topics are: all questions that the editors wrote for us, and messages that are others' matter
(`others.toml`, and the topics of other systems). Nothing is told from it but that a message is not ours
(docs/decisions/0051).
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot import kept, packaged, ways
from bot.ranking import Learnt, Ranker, Table, learn
from bot.reading import Reader
from bot.topics import Topic
from bot.weights import CODE, features_from

FILE = "others.msgpack"
DRAWS = 1
SEEN = 3  # messages that a feature has to be in; with all features it tells no more, and takes three megabytes
OURS, THEIRS = 0, 1


class Others:
    """`table` is that of the topics, which are ranked by the same features."""

    def __init__(self, topics: Sequence[Topic], reader: Reader, table: Table) -> None:
        self._ranker = Ranker(kept.kept(FILE, _key(topics), Learnt, lambda: _learnt(topics, reader)), table)

    def surplus(self, features: frozenset[str]) -> float:
        """By how much the message is nearer to what is asked of others: near 1 for a message of theirs word for word, near -1 for
        one of ours.
        """
        scores = self._ranker.scores(features)
        return float(scores[THEIRS] - scores[OURS])


def theirs() -> tuple[str, ...]:
    """Messages that are others' matter, in the order of the data."""
    return tuple(said.strip() for row in packaged.toml("others.toml")["others"].values() for said in row.split("|"))


def write(folder: Path, topics: Sequence[Topic], reader: Reader) -> None:
    """Learns and keeps the weights in the folder, unless they are there; the same data gives the same file."""
    kept.renew(folder / FILE, _key(topics), Learnt, lambda: _learnt(topics, reader))


def _said(topics: Sequence[Topic]) -> tuple[list[str], list[str]]:
    """Ours and theirs. Small talk is neither."""
    ours = [way for said in ways.written().values() for way in said]
    ours += [phrasing for topic in topics if topic.sort in ("article", "flow") for phrasing in topic.phrasings]
    elsewhere = [phrasing for topic in topics if topic.sort == "out_of_scope" for phrasing in topic.phrasings]
    return ours, [*elsewhere, *theirs()]


def _key(topics: Sequence[Topic]) -> str:
    spelling = packaged.toml("lexicon.toml")["spelling"]
    return kept.key((*CODE, "others.py", "spelling.py"), _said(topics), features_from(), spelling)


def _learnt(topics: Sequence[Topic], reader: Reader) -> Learnt:
    rows = [(reader.read(said).features, kind) for kind, those in enumerate(_said(topics)) for said in those]
    seen = Counter(feature for features, _ in rows for feature in features)
    often = {feature for feature, count in seen.items() if count >= SEEN}
    rows = [(common, kind) for features, kind in rows if (common := features & often)]
    return learn([features for features, _ in rows], [kind for _, kind in rows], 2, DRAWS)

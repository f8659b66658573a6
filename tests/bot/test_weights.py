"""Where learnt weights, words and likeness are kept, and when they are worked out anew."""

import io
import re
import stat
import tempfile
from datetime import UTC, datetime
from fnmatch import fnmatch
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import platformdirs
import pytest
from msgspec import structs

from bot import cli, kept, likeness, others, packaged, segmenting, topics, ways, weights
from bot.engine import Bot
from bot.lexicon import Lexicon
from bot.likeness import Likeness
from bot.points import Point, Points
from bot.ranking import Learnt, Ranker, learn
from bot.reading import Reader
from bot.segmenting import Segmenter
from bot.topics import Topic

REPOSITORY = Path(__file__).parents[2]
FEW = topics.load()[:3]
FILES = (weights.FILE, segmenting.FILE, likeness.FILE, ways.FILE, others.FILE)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Lexicon())


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folder of the data and the user's own cache, both empty."""
    beside, cache = tmp_path / "data", tmp_path / "cache" / "credit-window"
    beside.mkdir()
    monkeypatch.setattr(kept, "folders", lambda: iter((beside, cache)))
    return beside, cache


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[Point]:
    """Three points, with a way of going on for each."""
    few = [*Points().by_id.values()][:3]
    monkeypatch.setattr(likeness, "asked", lambda: {point.id: (f"那{point.any[:8]}呢",) for point in few})
    monkeypatch.setattr(ways, "written", lambda: {point.id: (f"请问{point.any[:8]}吗",) for point in few})
    return few


@pytest.fixture
def learnings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that weights are learnt."""
    times: list[int] = []

    def counted(known: tuple[Topic, ...], reader: Reader) -> Learnt:
        times.append(len(known))
        return _from_topics(known, reader)

    monkeypatch.setattr(weights, "from_topics", counted)
    return times


_from_topics = weights.from_topics


def test_the_first_start_learns_and_the_second_reads(
    places: tuple[Path, Path], learnings: list[int], reader: Reader
) -> None:
    first = weights.ranker(FEW, reader)
    second = weights.ranker(FEW, reader)
    assert learnings == [3]
    features = reader.phrasing("什么是社会信用")
    assert np.array_equal(first.scores(features), second.scores(features))
    assert [entry.name for entry in places[0].iterdir()] == [weights.FILE]
    assert not places[1].exists()


def test_another_phrasing_is_learnt_and_takes_the_place_of_the_former(
    places: tuple[Path, Path], learnings: list[int], reader: Reader
) -> None:
    weights.ranker(FEW, reader)
    weights.ranker(FEW[:2], reader)
    weights.ranker(FEW[:2], reader)
    assert learnings == [3, 2]
    assert len([*places[0].iterdir()]) == 1


def test_a_file_cut_short_is_learnt_anew(places: tuple[Path, Path], learnings: list[int], reader: Reader) -> None:
    weights.ranker(FEW, reader)
    file = places[0] / weights.FILE
    file.write_bytes(file.read_bytes()[:-100])
    weights.ranker(FEW, reader)
    weights.ranker(FEW, reader)
    assert learnings == [3, 3]


def test_where_the_data_is_read_only_the_users_cache_holds_the_file(
    places: tuple[Path, Path], learnings: list[int], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_writing(monkeypatch, places[0])
    weights.ranker(FEW, reader)
    weights.ranker(FEW, reader)
    assert learnings == [3]
    assert [*places[0].iterdir()] == []
    assert stat.S_IMODE(places[1].stat().st_mode) == 0o700


def test_where_nothing_can_be_written_the_bot_learns_at_each_start(
    places: tuple[Path, Path], learnings: list[int], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_writing(monkeypatch, *places)
    for _ in range(2):
        assert weights.ranker(FEW, reader).scores(reader.phrasing("什么是社会信用")).argmax() < 3
    assert learnings == [3, 3]


def test_the_cache_is_the_users_own_and_no_folder_is_guessed_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [*kept.folders()] == [packaged.FOLDER, platformdirs.user_cache_path("credit-window", appauthor=False)]
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache/credit-window"))
    assert [*kept.folders()] == [packaged.FOLDER]


def test_the_key_changes_with_what_is_learnt_from_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    known = topics.load()
    key = weights.key(known)
    said = [*known]
    said[0] = Topic(**{name: getattr(said[0], name) for name in Topic.__struct_fields__} | {"title": "另一个标题"})
    assert weights.key(tuple(said)) == key
    said[0] = Topic(**{name: getattr(said[0], name) for name in Topic.__struct_fields__} | {"ask": "另一种问法"})
    assert weights.key(tuple(said)) != key
    monkeypatch.setattr(weights, "dictionary_version", lambda: "another")
    assert weights.key(known) != key


def test_ways_are_learnt_anew_when_words_are_spelt_otherwise(
    tmp_path: Path, reader: Reader, known: list[Point], monkeypatch: pytest.MonkeyPatch
) -> None:
    of_data, by_id = packaged.toml, {point.id: point for point in known}
    ways.write(tmp_path, by_id, reader)
    before = (tmp_path / ways.FILE).read_bytes()
    lexicon = of_data("lexicon.toml")
    lexicon["spelling"]["said"]["异议"] = "掰扯掰扯"
    monkeypatch.setattr(packaged, "toml", lambda name: lexicon if name == "lexicon.toml" else of_data(name))
    ways.write(tmp_path, by_id, reader)
    assert (tmp_path / ways.FILE).read_bytes() != before


def test_a_comment_in_the_code_changes_no_key_and_a_number_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in weights.CODE:
        (tmp_path / name).write_bytes((REPOSITORY / "bot" / name).read_bytes())
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(packaged, "text", lambda _: "")
    monkeypatch.setattr(packaged, "toml", lambda _: {"concept": {}, "spelling": {"silent": [], "sounds": ""}})
    key = weights.key(())
    code = tmp_path / "ranking.py"
    text = code.read_text(encoding="utf-8")
    code.write_text("# A comment.\n" + text.replace('"""Which topic', '"""Whichever topic'), encoding="utf-8")
    assert weights.key(()) == key
    code.write_text(text.replace("MARGIN = 0.5", "MARGIN = 0.4"), encoding="utf-8")
    assert weights.key(()) != key


def test_the_same_data_gives_the_same_file(tmp_path: Path, reader: Reader) -> None:
    weights.write(tmp_path / "a", FEW, reader)
    weights.write(tmp_path / "b", FEW, reader)
    assert (tmp_path / "a" / weights.FILE).read_bytes() == (tmp_path / "b" / weights.FILE).read_bytes()


def test_learning_tells_topics_apart_and_keeps_what_it_learnt() -> None:
    phrasings = [frozenset(said) for said in ("abc", "abd", "xyz", "xyw", "axq", "ayq")]
    ranker = Ranker(learn(phrasings, [0, 0, 1, 1, 2, 2], 3))
    assert [int(ranker.scores(phrasing).argmax()) for phrasing in phrasings] == [0, 0, 1, 1, 2, 2]
    assert ranker.why(frozenset("xyz"), 1)[0][1] > 0


def test_a_phrasing_without_a_word_teaches_nothing(reader: Reader) -> None:
    silent = Topic(id="x", title="x", ask="…… | ？？ | 什么是信用")
    assert weights.from_topics((silent,), reader).size == 1


@pytest.mark.parametrize("name", FILES)
def test_git_ignores_what_is_kept_and_the_wheel_takes_it(name: str) -> None:
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").split()
    assert any(fnmatch(f"bot/data/{name}", line) for line in ignored)
    hook = (REPOSITORY / "deploy/learnt_weights.py").read_text(encoding="utf-8")
    assert any(fnmatch(f"bot/data/{name}", pattern) for pattern in re.findall('"(bot/data/[^"]+)"', hook))


def test_words_and_likeness_are_kept_as_they_were_worked_out(
    places: tuple[Path, Path], known: list[Point], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Likeness(known, reader.phrasing)
    words = Segmenter(())
    assert sorted(entry.name for entry in places[0].iterdir()) == [likeness.FILE, segmenting.FILE]
    monkeypatch.setattr(likeness, "_table", _never)
    monkeypatch.setattr(segmenting, "_frequent", _never)
    features = reader.phrasing("那没在目录里的呢")
    assert Likeness(known, reader.phrasing).of(features).tolist() == first.of(features).tolist()
    assert Segmenter(()).cut("信用修复需要多久") == words.cut("信用修复需要多久")


def test_a_changed_sentence_is_compared_anew(places: tuple[Path, Path], known: list[Point], reader: Reader) -> None:
    features = reader.phrasing("彩虹萝卜蘑菇汤")
    assert not Likeness(known, reader.phrasing).of(features)[0]
    changed = [structs.replace(known[0], any="彩虹萝卜蘑菇汤。"), *known[1:]]
    assert Likeness(changed, reader.phrasing).of(features)[0]


def test_the_command_keeps_what_fits_the_data(
    tmp_path: Path, known: list[Point], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a few topics and points. `make` runs it for all of them after installing."""
    monkeypatch.setattr(packaged, "FOLDER", tmp_path)
    monkeypatch.setattr(topics, "load", lambda: FEW)
    monkeypatch.setattr(cli, "Points", lambda: SimpleNamespace(by_id={point.id: point for point in known}))
    assert cli.main(["learn"], datetime(2026, 11, 20, tzinfo=UTC), io.BytesIO(), io.BytesIO()) == 0
    found = kept.read(tmp_path / weights.FILE, Learnt)
    assert found is not None
    assert found.key == weights.key(FEW)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(FILES)


def test_what_fits_is_not_learnt_again(tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    weights.write(tmp_path, FEW, reader)
    monkeypatch.setattr(weights, "from_topics", _never)
    weights.write(tmp_path, FEW, reader)
    with pytest.raises(AssertionError):
        weights.write(tmp_path, FEW[:2], reader)


def test_what_is_kept_for_the_bot_fits_all_the_data(bot: Bot) -> None:
    found = [kept.read(folder / weights.FILE, Learnt) for folder in kept.folders()]
    assert weights.key(topics.load()) in [one.key for one in found if one is not None]


def _never(*_: object) -> None:
    raise AssertionError("worked out though it is kept")


def _refuse_writing(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """As a read-only file system does, to root as well."""
    make = tempfile.mkstemp

    def refused(**named: Any) -> tuple[int, str]:
        if named["dir"] in folders:
            raise OSError(30, "Read-only file system", str(named["dir"]))
        return make(**named)

    monkeypatch.setattr(tempfile, "mkstemp", refused)

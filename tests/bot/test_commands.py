import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.engine import Bot

NOW = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _loaded_once(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command loads it, which takes longer than what it then does; as a module it is loaded for itself, below."""
    monkeypatch.setattr(Bot, "load", lambda: bot)


def run(*argv: str, typed: str = "") -> tuple[int, str]:
    written = io.BytesIO()
    status = main(argv, NOW, io.BytesIO(typed.encode()), written)
    return status, written.getvalue().decode()


def rows(*items: dict[str, Any]) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def test_answer_writes_a_line_for_each_question_and_reads_no_label() -> None:
    typed = rows(
        {
            "id": "a",
            "text": "异议多久处理完",
            "place": "dalian",
            "articles": ["yunnan-1"],
            "kind": "smalltalk",
        },
        {"id": "b", "text": "你好", "kind": "article"},
    )
    status, written = run("answer", typed=typed)
    first, second = [json.loads(line) for line in written.splitlines()]
    assert status == 0
    assert set(first) == {"id", "kind", "articles", "flow", "answered", "text"}
    assert (first["id"], first["kind"], first["articles"][0]) == ("a", "article", "dalian-42")
    assert (second["id"], second["kind"], second["articles"]) == ("b", "smalltalk", [])


def test_converse_keeps_the_thread_inside_a_line_and_starts_every_line_afresh() -> None:
    typed = rows(
        {
            "id": "a",
            "place": "yunnan",
            "turns": [{"user": "异议多久处理完", "expect": {"flow": None}}, {"user": "那大连呢"}],
        },
        {"id": "b", "turns": [{"user": "那大连呢"}]},
    )
    status, written = run("converse", typed=typed)
    first, second = [json.loads(line) for line in written.splitlines()]
    assert status == 0
    assert set(first["replies"][0]) == {"kind", "articles", "flow", "answered", "text", "actions", "quick_replies"}
    assert [reply["articles"][0] for reply in first["replies"]] == ["yunnan-36", "dalian-42"]
    assert "提出异议" in first["replies"][0]["actions"]
    assert len(second["replies"]) == 1
    assert "dalian-42" not in second["replies"][0]["articles"]


def test_search_indexes_any_corpus(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        rows(
            {"name": "道路交通安全法第九十一条", "text": "饮酒后驾驶机动车的，处暂扣六个月机动车驾驶证。"},
            {"name": "民法典第一千零六十二条", "text": "夫妻在婚姻关系存续期间所得的工资、奖金为共同财产。"},
            {
                "name": "劳动法第四十四条",
                "text": "安排劳动者延长工作时间的，支付不低于工资的百分之一百五十的工资报酬。",
            },
        ),
        encoding="utf-8",
    )
    typed = rows({"id": 1, "text": "喝酒开车驾驶证会被扣吗"}, {"id": 2, "text": "老公的工资算不算共同财产"})
    status, written = run("search", "--corpus", str(corpus), "--k", "2", typed=typed)
    hits = {row["id"]: row["hits"] for row in map(json.loads, written.splitlines())}
    assert status == 0
    assert hits[1][0] == "道路交通安全法第九十一条"
    assert hits[2][0] == "民法典第一千零六十二条"
    assert all(len(found) <= 2 for found in hits.values())


def test_review_groups_what_is_alike_and_counts_by_week_without_numbers() -> None:
    typed = rows(
        {"text": "网贷逾期怎么办", "answered": False, "at": "2026-11-16T01:00:00+08:00"},
        {"text": "网贷逾期了怎么办", "answered": False, "at": "2026-11-22T17:00:00Z"},
        {"text": "网贷逾期怎么办", "answered": False, "at": "2026-11-20"},
        {"text": "我210283199001011234的异议要多久", "answered": True, "thumb": "down"},
        {"text": "谁查过我", "answered": True, "thumb": "up"},
        {"text": "公示期多久", "answered": True},
        {"text": "公示期多久", "answered": True},
        {"text": "怎么查自己", "answered": True},
    )
    status, written = run("review", typed=typed)
    lines = [line.split("\t") for line in written.splitlines()]
    assert status == 0
    assert lines[0][:5] == ["次数", "没答上", "踩", "又问", "按周"]
    assert lines[1][:7] == ["3", "3", "0", "0", "2026-W47:2 2026-W48:1", "网贷逾期怎么办", "网贷逾期了怎么办"]
    assert [line[:4] for line in lines[2:]] == [["2", "0", "0", "1"], ["1", "0", "1", "0"]]
    assert lines[2][5] == "公示期多久" and "yunnan-36" in lines[3][7]
    assert "210283" not in written
    assert "谁查过我" not in written and "怎么查自己" not in written


def test_review_takes_a_row_without_a_day_and_one_that_is_none() -> None:
    typed = rows({"text": "网贷逾期怎么办"}, {"text": "网贷逾期怎么办", "at": "soon"})
    assert run("review", typed=typed)[1].splitlines()[1].startswith("2\t2\t0\t0\t\t网贷逾期怎么办")
    assert run("review", typed=rows({"text": "公示期多久", "answered": True})) == (0, "没有需要看的问题。\n")


def test_check_is_silent_about_sound_data() -> None:
    assert run("check") == (0, "没有发现矛盾。\n")


def test_talk_keeps_the_thread_until_an_empty_line() -> None:
    status, written = run(typed="异议多久处理完\n那大连呢\n\n不再读\n")
    assert status == 0
    assert written.count("《大连市社会信用条例》第四十二条") == 2
    assert "没听明白" not in written


@pytest.mark.parametrize(
    ("argv", "typed"),
    [
        (("answer",), "not json\n"),
        (("answer",), '{"id": "a"}\n'),
        (("converse",), '{"id": "a"}\n'),
        (("converse",), '{"id": "a", "turns": [{"say": "x"}]}\n'),
        (("search", "--corpus", "/nowhere/corpus.jsonl"), ""),
        (("review", "/nowhere/feedback.jsonl"), ""),
    ],
)
def test_a_bad_input_is_one_clear_line_and_a_status(
    capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], typed: str
) -> None:
    status, _ = run(*argv, typed=typed)
    told = capsys.readouterr().err
    assert status == 1
    assert told.count("\n") == 1
    assert told.startswith("bot: ")


@pytest.mark.parametrize(
    "command", [[], ["answer"], ["converse"], ["search"], ["review"], ["check"], ["talk"], ["learn"], ["tables"]]
)
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run(*command, "--help")
    assert stop.value.code == 0
    assert "usage: python -m bot" in capsys.readouterr().out


@pytest.mark.processes
def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "answer", "--on", "2026-11-20"],
        input=rows({"id": "q", "text": "谁查过我"}).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["flow"] == "footprint"

"""The command line, as a reader of the README would use it."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import knowledge
from knowledge.__main__ import main


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out.splitlines()


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = int(str(stop.code))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1, "one clear line"
    return status, printed.err


def test_an_article_comes_with_its_citation(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "article", "yunnan", "36")
    assert lines[0] == "《云南省社会信用条例》第三十六条　第四章 信用主体权益保护"
    assert len(lines) == 4
    assert answer(capsys, "article", "dalian", "41")[-1] == "［本条所列可以提出异议的情形在所用文本中缺失］"


def test_a_due_date_comes_first_and_the_reason_next(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "due", "objection.annotate", "--jurisdiction", "yunnan", "--from", "2026-02-13")
    assert lines[0] == "2026-02-14"
    assert "第三十六条第二款" in lines[1]
    assert len(lines) == 2


def test_a_due_date_may_be_paused(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(
        capsys,
        *("due", "objection.finish", "--jurisdiction", "yunnan", "--from", "2026-03-02"),
        *("--pause", "appraisal:2026-03-03:2026-03-04", "--pause", "testing:2026-03-05:2026-03-06"),
    )
    assert lines[0] == "2026-03-13"


def test_rules_show_value_source_and_certainty(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "rules", "--on", "2026-11-21", "--jurisdiction", "yunnan")
    (line,) = [line for line in lines if line.startswith("objection.annotate\t")]
    assert line.split("\t")[1:] == [
        "yunnan",
        "作出异议标注",
        "1 working_days",
        "2023-01-01 –",
        "《云南省社会信用条例》第三十六条第二款（seed：条例原文）",
    ]
    assert any("是 claim" in line for line in lines)
    assert any("（recall：未核实）" in line for line in lines)
    assert any("（非法定）" in line for line in answer(capsys, "rules", "--jurisdiction", "dalian"))


def test_one_rule_shows_its_history_once(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "rules", "--rule", "remedy.reconsideration")
    assert [line.split("\t")[4] for line in lines] == ["1999-10-01 – 2023-12-31", "2024-01-01 –"]


def test_periods_are_json_with_sources(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "--class",
        "general",
        "--decided",
        "2026-05-06",
        "--ended",
        "2026-04-01",
        "--on",
        "2026-11-21",
    ]
    found = json.loads("\n".join(answer(capsys, "periods", "--jurisdiction", "dalian", *arguments)))
    assert found["publicity"]["minimum_ends_on"] == "2026-08-06"
    assert found["publicity"]["maximum_ends_on"] == "2027-05-06"
    assert found["publicity"]["source"] == ["《信用修复管理办法》"]
    assert (found["repair"]["state"], found["repair"]["opens_on"]) == ("unmet", "2026-08-07")
    assert found["disclosure"]["until"] == "2031-04-01"
    assert found["disclosure"]["source"] == ["《大连市社会信用条例》第三十五条"]


def test_periods_answer_what_if(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "--class",
        "general",
        "--decided",
        "2026-05-06",
        "--performed",
        "2026-12-01",
        "--on",
        "2026-11-21",
    ]
    found = json.loads("\n".join(answer(capsys, "periods", "--jurisdiction", "yunnan", *arguments)))
    assert (found["repair"]["state"], found["repair"]["opens_on"]) == ("opens", "2026-12-01")
    assert found["disclosure"]["state"] == "no_number"


def test_lists_are_printed_for_one_place_or_both(capsys: pytest.CaptureFixture[str]) -> None:
    both = answer(capsys, "measures", "--on", "2026-11-21")
    one = answer(capsys, "measures", "--on", "2026-11-21", "--jurisdiction", "yunnan")
    assert set(one) < set(both)
    assert {line.split("\t")[0] for line in both} == {"dalian", "yunnan"}
    catalogue = answer(capsys, "catalogue", "--jurisdiction", "dalian", "--on", "2026-11-21")
    assert any(line.startswith("dalian\tblood-donation\t") and line.count("\t") == 8 for line in catalogue)


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ("article yunnan 66", 1, "articles 1 to 65"),
        ("article beijing 1", 1, "known: dalian, liaoning, yunnan"),
        ("article yunnan six", 2, "invalid int value"),
        ("due objection.sleep --jurisdiction dalian --from 2026-03-02", 1, "unknown clock"),
        ("due objection.finish --jurisdiction dalian --from 2026-03-02", 1, "it has: objection.annotate"),
        ("due objection.verify --jurisdiction beijing --from 2026-03-02", 1, "known: dalian, yunnan"),
        (
            "due objection.verify --jurisdiction dalian --from 2026-02-30",
            2,
            "not a date (YYYY-MM-DD): '2026-02-30'",
        ),
        ("due objection.verify --jurisdiction dalian --from 2040-01-01", 1, "packaged years: 2021–2031"),
        ("due objection.verify --jurisdiction dalian", 2, "--from"),
        ("due objection.finish --jurisdiction yunnan --from 2026-03-02 --pause x", 2, "KIND:FROM:UNTIL"),
        ("due objection.finish --jurisdiction yunnan --from 2026-03-02 --pause a:b:c", 2, "not a date"),
        ("rules --rule objection.sleep", 1, "unknown rule"),
        ("periods --jurisdiction dalian --class terrible", 2, "invalid choice"),
        ("periods --jurisdiction dalian --on 2026-03-31", 1, "2026-04-01 to today"),
        ("measures --jurisdiction beijing", 1, "known: dalian, yunnan"),
        ("", 2, "COMMAND"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: str, status: int, message: str
) -> None:
    code, line = refusal(capsys, *arguments.split())
    assert code == status
    assert message in line


@pytest.mark.parametrize("command", ["article", "rules", "due", "periods", "measures", "catalogue", None])
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: str | None) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"] if command else ["--help"])
    assert stop.value.code == 0
    assert "usage: python -m knowledge" in capsys.readouterr().out


def test_a_reader_who_stops_early_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m knowledge rules | head -1`: the pipe is closed while there is more to say."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert main(["rules"]) == 0


def test_the_module_ends_with_the_status_of_its_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["knowledge", "article", "yunnan", "66"])
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(Path(knowledge.__file__).with_name("__main__.py")), run_name="__main__")
    assert stop.value.code == 1
    assert "articles 1 to 65" in capsys.readouterr().err


def test_the_command_runs_by_itself() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "knowledge",
            "due",
            "objection.verify",
            "--jurisdiction",
            "dalian",
            "--from",
            "2026-09-30",
        ],
        capture_output=True,
        cwd=Path(knowledge.__file__).parents[1],
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode().splitlines()[0] == "2026-10-10"


@pytest.mark.parametrize(
    "asked",
    [
        "periods --jurisdiction dalian --class minor --decided 9999-12-31 --ended 2026-01-01",
        "periods --jurisdiction yunnan --class general --decided 2026-01-01 --ended 2025-12-01 --barred-until 9999-12-31",
        "periods --jurisdiction dalian --class minor --decided 2026-01-01 --ended 9999-12-31",
        "due objection.verify --jurisdiction dalian --from 9999-12-31",
        "due objection.verify --jurisdiction dalian --from 2040-01-01",
    ],
)
def test_a_date_at_the_end_of_all_dates_is_refused_in_one_line(capsys: pytest.CaptureFixture[str], asked: str) -> None:
    status, said = refusal(capsys, *asked.split())
    assert status == 1 and "Traceback" not in said

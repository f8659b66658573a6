"""A broken data file stops the start, and the start says everything that is wrong."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

import knowledge
from knowledge.errors import BrokenData
from knowledge.loading import library, read_library
from knowledge.packaged import DATA
from tests.bench.knowledge import fresh_load

CASES = tomllib.loads((Path(__file__).parent / "cases" / "broken.toml").read_text(encoding="utf-8"))["cases"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def spoil(data: Path, case: dict[str, Any]) -> None:
    path = data / case["file"]
    if case.get("remove"):
        path.unlink()
        return
    text = path.read_text(encoding="utf-8")
    assert case["old"] in text, "the case no longer finds what it spoils"
    path.write_text(text.replace(case["old"], case["new"], 1), encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}: {case['fault']}")
def test_a_mistake_in_the_data_is_reported_with_file_and_key(data: Path, case: dict[str, Any]) -> None:
    spoil(data, case)
    with pytest.raises(BrokenData) as broken:
        read_library(data)
    assert any(case["fault"] in fault for fault in broken.value.faults), broken.value.faults
    assert all(": " in fault for fault in broken.value.faults)


def test_all_faults_of_all_files_are_reported_together(data: Path) -> None:
    spoil(data, CASES[0])
    (data / "measures.toml").unlink()
    (data / "capabilities.toml").write_bytes(b"\xff\xfe")
    for year in (data / "calendar").iterdir():
        year.unlink()
    with pytest.raises(BrokenData) as broken:
        read_library(data)
    whole = str(broken.value)
    assert "objection.toml: rules[0] (objection.annotate)" in whole
    assert "measures.toml: the file is missing" in whole
    assert "capabilities.toml: the file is not UTF-8" in whole
    assert "calendar: the folder holds no data files" in whole


def test_an_unnamed_row_is_named_by_its_place(data: Path) -> None:
    (data / "measures.toml").write_text("measures = [1]", encoding="utf-8")
    with pytest.raises(BrokenData, match=r"measures\.toml: measures\[0\]: Expected `object`"):
        read_library(data)


def test_a_table_that_is_no_list_of_rows_is_a_fault(data: Path) -> None:
    (data / "measures.toml").write_text("[measures]\ncode = 1", encoding="utf-8")
    with pytest.raises(BrokenData, match=r"must be written as \[\[measures\]\]"):
        read_library(data)


def test_a_copy_of_the_packaged_data_is_sound(data: Path) -> None:
    assert read_library(data).rules.keys()


def test_loading_at_start_reads_what_is_asked_later() -> None:
    knowledge.load()
    before = library()
    knowledge.load()
    assert library() is before


def test_loading_everything_takes_less_than_150_milliseconds() -> None:
    """In a fresh process. Processor time: the machine may be busy with other tests."""
    assert fresh_load() < 0.150

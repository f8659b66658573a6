"""Where a document breaks: what is read together stands on one page."""

import io
from datetime import UTC, date, datetime

import pypdf
import pytest

from api.papers import setting as papers
from api.papers.setting import Block, Point, Segment, TimeLine, blank

_PERIODS = TimeLine(
    (
        Segment("公示期", date(2026, 11, 1), date(2027, 11, 1)),
        Segment("披露期限", date(2026, 10, 1), date(2031, 10, 1)),
    ),
    (Point("今天", date(2026, 12, 11)), Point("最早可申请修复", date(2027, 2, 2))),
)


@pytest.fixture(scope="module")
def pages() -> list[list[str]]:
    """Of documents with a record that begins lower and lower on the first page."""
    compiler = papers._compiler()
    record = Block(
        heading="行政处罚信息", tags=("正在披露",), lines=tuple((f"名目{n}", words) for n, words in enumerate("甲乙丙丁戊己庚辛")), time_line=_PERIODS,
        note="依据：某条",
    )  # fmt: skip
    section = Block(heading="失信信息", level=1, note="每条都标出日子。")
    made = []
    for above in range(36):
        filler = Block(heading="记录", level=1, lines=tuple((f"项目{n}", "内容") for n in range(above)))
        sheet = blank("报告", "某中心", "本人查阅", (filler, section, record), ("头一条。", "末一条。"))
        now = datetime(2026, 12, 11, tzinfo=UTC)
        pdf = papers.compile_paper(compiler, sheet.numbered("BG1", now, "ABCDE-FGHJK", "https://example.cn"))
        made.append([page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages])
    return made


def test_a_time_line_stands_with_its_record(pages: list[list[str]]) -> None:
    assert {len(one) for one in pages} >= {1, 2}, "some break, some do not"
    for one in pages:
        drawn = next(page for page in one if "最早可申请修复" in page)
        for words in ("失信信息", "每条都标出日子。", "行政处罚信息", "正在披露", "甲"):
            assert words in drawn, words


def test_the_notes_stand_together(pages: list[list[str]]) -> None:
    for one in pages:
        told = next(page for page in one if "说明" in page)
        assert "头一条。" in told and "末一条。" in told and "查验：打开" in told

"""Where a document breaks: what is read together stands on one page."""

import io
from datetime import date

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
    made = []
    for above in range(12, 30):
        filler = Block(heading="记录", level=1, lines=tuple((f"项目{n}", "内容") for n in range(above)))
        pdf = papers.compile_paper(compiler, blank("报告", "某中心", "本人查阅", (filler, record)))
        made.append([page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages])
    return made


def test_a_time_line_stands_with_its_record(pages: list[list[str]]) -> None:
    assert {len(one) for one in pages} >= {1, 2}, "some break, some do not"
    for one in pages:
        drawn = next(page for page in one if "最早可申请修复" in page)
        for words in ("行政处罚信息", "正在披露", "甲", "辛", "依据：某条"):
            assert words in drawn, words

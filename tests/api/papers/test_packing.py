"""A packed document is the same document, smaller: read back by two libraries that had no part in writing it."""

import io
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pikepdf
import pypdf
import pytest

from api.papers import setting as papers
from api.papers.packing import packed
from api.papers.setting import Block, blank

NASTY = (
    "endobj",
    "stream\nendstream",
    "trailer <</Size 3>> startxref 9 %%EOF",
    "(((",
    r"\)\\(",
    "1 0 obj",
    "普通的一句话。",
)


def whole(*words: str, lines: int = 0) -> bytes:
    """As Typst writes it."""
    rows = tuple((f"项目{n}", "未按规定公示年度报告") for n in range(lines))
    sheet = blank(
        "个人公共信用报告", "某中心", "本人查阅", (Block(heading="记录", level=1, lines=rows, paragraphs=words),)
    )
    numbered = sheet.numbered(
        "BG1", datetime(2026, 11, 21, tzinfo=UTC), "ABCDE-FGHJK-MNPQR-STVWX", "https://example.cn"
    )
    return papers._compiled(papers._compiler(), numbered, is_accessible=True)


def words_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def tags_of(pdf: bytes) -> list[str]:
    """The kinds of all structure elements, from the root down."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(str(node.S))
            if "/K" in node:
                walk(node.K)

    with pikepdf.open(io.BytesIO(pdf)) as document:
        walk(document.Root.StructTreeRoot.K)
    return found


@pytest.mark.parametrize("word", NASTY)
def test_whatever_the_text_says_the_packed_document_says_it_too(word: str) -> None:
    before = whole(word, f"{word}（另一段）{word}")
    after = packed(before)
    assert words_of(after) == words_of(before)
    with pikepdf.open(io.BytesIO(after)) as document:
        assert document.check_pdf_syntax() == []
        assert str(document.docinfo["/Title"]) == "个人公共信用报告"


def test_a_long_document_keeps_every_tag_and_loses_more_than_half() -> None:
    before = whole(lines=300)
    after = packed(before)
    assert len(after) < len(before) / 2
    assert words_of(after) == words_of(before)
    tags = tags_of(after)
    assert tags == tags_of(before) and tags.count("/TR") == 300
    with pikepdf.open(io.BytesIO(after)) as document:
        assert document.check_pdf_syntax() == []


def test_the_same_document_is_packed_into_the_same_bytes() -> None:
    before = whole("一句话")
    assert packed(before) == packed(before)


def test_a_document_of_another_make_is_refused() -> None:
    for other in (b"", b"%PDF-1.7\n", packed(whole("一句话")), whole("一句话")[:-900]):
        with pytest.raises(ValueError, match="table"):
            packed(other)


def test_a_document_of_another_form_goes_out_as_it_was_made_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> bytes:
        raise ValueError

    monkeypatch.setattr(papers, "packed", refuse)
    counter = papers._left_as_made.labels(version("typst"))
    before = counter._value.get()
    sheet = blank("个人公共信用报告", "某中心", "本人查阅", (Block(heading="记录", level=1, paragraphs=("一句话。",)),))
    made = papers.compile_paper(papers._compiler(), sheet.numbered("BG1", datetime(2026, 11, 21, tzinfo=UTC), "A", "B"))
    assert made.startswith(b"%PDF") and counter._value.get() == before + 1

"""Reads the text of a regulation as published: a list of chapters, then articles, one paragraph (款) a line,
each numbered item (项) on its own line after its paragraph."""

import re

from knowledge.citations import chinese_number
from knowledge.models import Article, Paragraph
from knowledge.packaged import Faults

_CHAPTER = re.compile(r"第[一二三四五六七八九十百]+章 .+")
_ARTICLE = re.compile(r"第(?P<number>[一二三四五六七八九十百]+)条 (?P<text>.+)")
_ITEM = re.compile(r"\([一二三四五六七八九十]+\).+")


class RegulationText:
    """`chapters` and `articles` as read; `outside` holds the lines that are no part of the law, such as the
    note of adoption.
    """

    def __init__(self, regulation: str, missing: dict[int, str]) -> None:
        self.regulation = regulation
        self.missing = missing
        self.contents: list[str] = []
        self.chapters: list[str] = []
        self.articles: list[Article] = []
        self.outside: list[str] = []

    def add_chapter(self, line: str) -> None:
        """A chapter line stands once in the table of contents and once above its first article."""
        if not self.articles and line not in self.contents:
            self.contents.append(line)
        else:
            self.chapters.append(line)

    def add_article(self, line: str) -> None:
        self.articles.append(
            Article(
                regulation=self.regulation,
                number=len(self.articles) + 1,
                chapter=self.chapters[-1] if self.chapters else "",
                paragraphs=(Paragraph(line),),
                missing=self.missing.get(len(self.articles) + 1),
            )
        )

    def add_line(self, line: str) -> None:
        last = self.articles[-1]
        *before, paragraph = last.paragraphs
        if _ITEM.fullmatch(line):
            tail: tuple[Paragraph, ...] = (Paragraph(paragraph.text, (*paragraph.items, line)),)
        else:
            tail = (paragraph, Paragraph(line))
        self.articles[-1] = Article(last.regulation, last.number, last.chapter, (*before, *tail), last.missing)


def parse(regulation: str, text: str, missing: dict[int, str], faults: Faults) -> RegulationText:
    """No line may be left over; articles must be numbered from one without a gap."""
    read = RegulationText(regulation, missing)
    for line in text.splitlines():
        if _CHAPTER.fullmatch(line):
            read.add_chapter(line)
        elif match := _ARTICLE.fullmatch(line):
            expected = chinese_number(len(read.articles) + 1)
            if match["number"] != expected:
                faults.add(f"{regulation}.txt", f"article 第{match['number']}条 stands where 第{expected}条 should")
            read.add_article(match["text"])
        elif read.articles and not line.startswith("相关文章"):
            read.add_line(line)
        else:
            read.outside.append(line)
    if read.contents != read.chapters:
        faults.add(f"{regulation}.txt", "the chapters differ from the table of contents")
    for number in missing:
        if number > len(read.articles):
            faults.add("instruments.toml: missing", f"{regulation} has no article {number}")
    return read

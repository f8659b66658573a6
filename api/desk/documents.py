"""A written decision as data: shown on the page, and handed to the code that sets it on paper."""

from collections.abc import Iterable
from datetime import date

from api.desk.models import Remedy
from api.infra.wire import Out
from api.papers.setting import Block, Paper, blank
from knowledge.citations import Citation
from knowledge.clocks import chinese_date
from knowledge.remedies import remedy as way

NOTE = "草稿预览"  # the note of a rehearsed step, which is rolled back and never read
FREE = "查询、异议、修复和撤销公示都不收费。"


class Passage(Out):
    """A heading and its paragraphs, in order."""

    heading: str
    paragraphs: tuple[str, ...]


class ResultDocument(Out):
    """Names nobody: the receipt number stands for the resident. `lawNames` are the articles it rests on, in words."""

    title: str
    number: str
    issued_by: str
    issued_on: date
    passages: tuple[Passage, ...]
    law_names: tuple[str, ...]


def remedies_passage(remedies: Iterable[Remedy], jurisdiction: str) -> tuple[Passage, list[Citation]]:
    """Where to go next and until which day, with the articles; without remedies the passage is empty."""
    found = [one for remedy in remedies if (one := way(remedy.clock, jurisdiction, remedy.starts_on)) is not None]
    lines = tuple(
        f"{one.title}：向{one.body}；"
        + (f"最迟{chinese_date(one.due.on)}，" if one.due else "")
        + f"依据{one.citation.label}（{one.certainty.label}）。{one.note}"
        for one in found
    )
    return Passage("不服本结果的救济途径", lines), [one.citation for one in found]


def law_names(citations: Iterable[Citation]) -> tuple[str, ...]:
    """Each once, in order, without those that are only a promise of the service."""
    return tuple(dict.fromkeys(citation.label for citation in citations if citation.regulation != "service"))


def sheet_of_result(document: ResultDocument) -> Paper:
    """Passage by passage; the law it rests on at the end."""
    blocks = [
        Block(heading=passage.heading, level=1, paragraphs=passage.paragraphs)
        for passage in document.passages
        if passage.paragraphs
    ]
    if document.law_names:
        blocks.append(Block(heading="依据", level=1, paragraphs=("、".join(document.law_names),)))
    return blank(document.title, document.issued_by, "送达申请人", tuple(blocks), (FREE,))

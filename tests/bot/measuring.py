"""How well answers fit labelled questions."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from bot.engine import Bot

DATA = Path(__file__).parent / "data"
Question = dict[str, Any]


def questions(name: str) -> list[Question]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


class Measured:
    """The figures of one file of questions."""

    def __init__(self, bot: Bot, asked: list[Question], on: date) -> None:
        pairs = [(question, bot.answer(question["text"], on=on)) for question in asked]
        about_articles = [(q, r) for q, r in pairs if q["kind"] == "article"]
        errands = [(q, r) for q, r in pairs if q["kind"] == "flow"]
        inside = [(q, r) for q, r in pairs if q["kind"] in ("article", "flow") and not q.get("abstain_ok")]
        self.first = share([_fits(q, r.articles[:1], r.answered) for q, r in about_articles])
        self.first_three = share([_fits(q, r.articles[:3], r.answered) for q, r in about_articles])
        self.flows = share([r.flow in {q["flow"], *q.get("flow_ok", ())} for q, r in errands])
        self.declined = share([not r.answered for q, r in pairs if q["kind"] == "out_of_scope"])
        self.wrongly_declined = share([not r.answered for _, r in inside])
        self.smalltalk = share([r.kind == "smalltalk" for q, r in pairs if q["kind"] == "smalltalk"])
        self.sent_to_a_flow = share([r.answered and r.kind == "flow" for _, r in about_articles])
        self.wrong_regulation = share(
            [
                not r.articles[0].startswith(q["jurisdiction"])
                for q, r in pairs
                if q["jurisdiction"] and q["kind"] in ("article", "flow") and r.articles
            ]
        )
        self.both = share([_shows_both(q, r.articles[:4]) for q, r in about_articles if _wants_both(q)])


def _fits(question: Question, names: tuple[str, ...], answered: bool) -> bool:
    if not answered:
        return bool(question.get("abstain_ok"))
    return bool(set(names) & set(question["articles"]))


def _wants_both(question: Question) -> bool:
    return not question["jurisdiction"] and len({name.split("-")[0] for name in question["articles"]}) > 1


def _shows_both(question: Question, names: tuple[str, ...]) -> bool:
    return len({name.split("-")[0] for name in names if name in question["articles"]}) > 1

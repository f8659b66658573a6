"""Entries of journals as stored."""

from datetime import date, datetime

from api.infra.documents import Kept, Secret, Stored

NOTE, QUESTION, ANSWER, REMINDER, SERVED = "note", "question", "answer", "reminder", "served"
KINDS = {NOTE: "内部备注", QUESTION: "问当事人", ANSWER: "当事人答复", REMINDER: "催办单位", SERVED: "文书送达"}
WAYS = {
    "hand": "当面交付",
    "post": "邮寄",
    "electronic": "电子送达",
    "left": "留置",
    "announced": "公告",
}
"""How a paper can be served."""
HERE = "here"
REACHED = {HERE: "在系统里", "phone": "打电话", "letter": "发函", "visit": "当面"}
"""How a unit was reminded."""


class Entry(Stored):
    """`unit` is who speaks, as the other side reads it, `officer` the member of staff, None where the party speaks.

    `about` is the question that an answer belongs to; `provider` and `addressee` the unit that is reminded; `way` and `on` how
    and on which civil day in Shanghai a paper was served or a unit was reminded: an earlier reminder, without a way, was one here. `seen_at`: when an officer first saw an answer.
    """

    KEPT = Kept(
        ours="id case number officer about",
        keyed="subject",
        word="errand kind way",
        place="jurisdiction",
        unit="unit provider addressee",
        when="at on seen_at",
    )

    id: str
    case: str
    errand: str
    number: str
    jurisdiction: str
    subject: str
    kind: str
    at: datetime
    unit: str
    officer: str | None = None
    text: Secret[str] | None = None
    about: str | None = None
    provider: str | None = None
    addressee: str | None = None
    way: str | None = None
    on: date | None = None
    seen_at: datetime | None = None

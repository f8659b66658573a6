"""A case in a line, for its resident and for the queue."""

from collections.abc import Mapping

from api.desk import copies
from api.desk.models import Docket
from api.listings import states as listings
from api.objections import states as objections
from api.pledges import states as pledges
from api.repairs import states as repairs
from knowledge.clocks import chinese_date

_ERRANDS = {
    "objections": "异议",
    "repairs": "信用修复",
    "pledges": "信用承诺",
    "listings": "名单事项",
    copies.ERRAND: "共享单位跟进",
}
_PLACES = {"dalian": "大连", "yunnan": "云南"}
_STATUSES: dict[str, Mapping[str, str]] = {
    "objections": objections.TABLE.words,
    "repairs": repairs.TABLE.words,
    "pledges": pledges.TABLE.words,
    "listings": listings.TABLE.words,
    copies.ERRAND: copies.WORDS,
}
_YOURS = {
    ("pledges", "effective"): "请您在{day}前履行并提交证明；之后",
    ("listings", "noticed"): "您可以在{day}前陈述、申辩或者提出异议；之后",
}
"""What the resident may do first, up to the day on which the step of the other side starts."""


def errand_name(errand: str) -> str:
    return _ERRANDS.get(errand, "事项")


def status_label(errand: str, status: str) -> str:
    """As it was written where an older version wrote what this one does not know."""
    return _STATUSES.get(errand, {}).get(status, status)


def place_name(jurisdiction: str) -> str:
    return _PLACES.get(jurisdiction, jurisdiction)


def under_way(docket: Docket) -> str:
    """The step that is due next, whose it is, and by which day."""
    name = f"{errand_name(docket.errand)}（{docket.number}）"
    if not docket.steps:
        return f"{name}：正在办理。"
    first = docket.steps[0]
    due = first.due
    owed = f"{due.title}，由{first.owed_by}在{chinese_date(due.on)}前完成。"
    yours = _YOURS.get((docket.errand, docket.status))
    return f"{name}：{yours.format(day=chinese_date(first.started_on))}{owed}" if yours else f"{name}：{owed}"

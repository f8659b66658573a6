"""One line about a case, for its resident and for the queue."""

from api.desk.models import Docket
from api.infra.errands import Errand
from knowledge.clocks import chinese_date


def under_way(docket: Docket, errand: Errand) -> str:
    """One sentence: the next due step, who owes it, and by which day."""
    name = f"{errand.title}（{docket.number}）"
    if not docket.steps:
        return f"{name}：正在办理。"
    first = docket.steps[0]
    due = first.due
    meanwhile = errand.meanwhile.get(docket.status, "").format(day=chinese_date(first.started_on))
    return f"{name}：{meanwhile}{due.title}，由{first.owed_by}最晚在{chinese_date(due.on)}完成。"

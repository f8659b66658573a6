"""A case in a line, for its resident."""

from api.desk.models import Docket

_ERRANDS = {"objections": "异议", "repairs": "信用修复", "pledges": "信用承诺", "listings": "名单事项"}


def under_way(docket: Docket) -> str:
    """The step that is due next, whose it is, and by which day."""
    name = f"{_ERRANDS.get(docket.errand, '事项')}（{docket.number}）"
    if not docket.steps:
        return f"{name}：正在办理。"
    due = docket.steps[0].due
    day = f"{due.on.year}年{due.on.month}月{due.on.day}日"
    return f"{name}：{due.title}，由{docket.steps[0].owed_by}在{day}前完成。"

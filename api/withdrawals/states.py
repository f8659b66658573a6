"""The transitions of a withdrawal. One by right (Yunnan 37) begins as withdrawn: nobody decides about it."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table
from api.withdrawals.models import Kind

_PROVIDER = (Role.PROVIDER, Role.OFFICER)  # an officer enters what the unit answered on paper

RIGHT = Table(
    name="withdrawals",
    initial="withdrawn",
    final=("restored",),
    rows=(
        Row((), "withdraw", (Role.RESIDENT,), "withdrawn", "撤销公示", ("withdrawal",)),
        Row(("withdrawn",), "undo", (Role.RESIDENT,), "restored", "重新公开（需要重新同意）"),
    ),
    words={"withdrawn": "已撤销公示", "restored": "已恢复公示"},
)
COURTESY = Table(
    name="withdrawal-requests",
    initial="asked",
    final=("declined", "cancelled", "record_ended", "restored"),
    rows=(
        Row((), "ask", (Role.RESIDENT,), "asked", "请求提供单位不再公开"),
        Row(("asked",), "cancel", (Role.RESIDENT,), "cancelled", "撤回请求"),
        Row(("asked",), "pass_on", (Role.OFFICER,), "asked", "书面转给提供单位"),
        Row(("asked",), "agree", _PROVIDER, "agreed", "同意不再公开"),
        Row(("asked",), "decline", _PROVIDER, "declined", "说明理由后不同意"),
        Row(("asked",), "end_with_record", (Role.SYSTEM,), "record_ended", "信息已经停止披露，请求随之办结"),
        Row(("agreed",), "undo", (Role.RESIDENT,), "restored", "重新公开（需要重新同意）"),
    ),
    words={
        "asked": "等提供单位答复",
        "agreed": "提供单位同意",
        "declined": "提供单位不同意",
        "cancelled": "已取消",
        "record_ended": "信息已停止披露",
        "restored": "已恢复公示",
    },
)


def table_of(kind: Kind) -> Table:
    return RIGHT if kind is Kind.RIGHT else COURTESY

"""How an appeal moves."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

TABLE = Table(
    name="appeals",
    initial="lodged",
    final=("noted", "closed"),
    rows=(
        Row((), "lodge", (Role.RESIDENT,), "lodged", "登记复议"),
        Row(("lodged",), "note", (Role.OFFICER,), "noted", "记载复议情况"),
        Row(("lodged",), "withdraw", (Role.RESIDENT,), "closed", "撤回登记"),
    ),
    words={"lodged": "已登记，等待记载", "noted": "已记载", "closed": "已撤回"},
)

"""The transitions of an appointment."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

_LAW = ("civil-code-165",)
_OPEN = ("offered", "active")

TABLE = Table(
    name="helpers",
    initial="offered",
    final=("revoked", "resigned", "expired"),
    rows=(
        Row((), "appoint", (Role.RESIDENT,), "offered", "请帮手", _LAW),
        Row(("offered",), "accept", (Role.RESIDENT,), "active", "接受"),
        Row(_OPEN, "revoke", (Role.RESIDENT,), "revoked", "收回", ("civil-code-173",)),
        Row((), "entrust", (Role.OFFICER,), "active", "按核对过的证明开通", _LAW),
        Row(_OPEN, "end", (Role.OFFICER,), "revoked", "信用中心取消", ("civil-code-173",)),
        Row(("active",), "resign", (Role.RESIDENT,), "resigned", "不再帮忙", ("civil-code-173",)),
        Row(_OPEN, "expire", (Role.SYSTEM,), "expired", "到期", ("civil-code-173",)),
    ),
    words={
        "offered": "等对方接受",
        "active": "正在帮忙",
        "revoked": "已收回",
        "resigned": "对方不再帮忙",
        "expired": "已到期",
    },
)

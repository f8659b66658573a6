"""The transitions of a grant."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

_LAW = ("grant",)

TABLE = Table(
    name="grants",
    initial="active",
    final=("used_up", "revoked", "expired"),
    rows=(
        Row((), "grant", (Role.RESIDENT,), "active", "授权", _LAW),
        Row(("active",), "redeem", (Role.RESIDENT, Role.PROVIDER), "active", "查询", _LAW),
        Row(("active",), "redeem-last", (Role.RESIDENT, Role.PROVIDER), "used_up", "最后一次查询", _LAW),
        Row(("active",), "revoke", (Role.RESIDENT,), "revoked", "撤回授权", _LAW),
        Row(("active",), "expire", (Role.SYSTEM,), "expired", "到期"),
    ),
    words={"active": "有效", "used_up": "次数已用完", "revoked": "已收回", "expired": "已到期"},
)

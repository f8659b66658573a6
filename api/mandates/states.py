"""The transitions of a request to act for others."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

_ME, _DESK = (Role.RESIDENT,), (Role.OFFICER,)
AWAITED = ("asked",)

TABLE = Table(
    name="mandates",
    initial="asked",
    final=("refused", "withdrawn", "revoked"),
    rows=(
        Row((), "ask", _ME, "asked", "申请代办资格"),
        Row(("asked",), "confirm_mandate", _DESK, "confirmed", "核对属实，开通"),
        Row(("asked",), "refuse_mandate", _DESK, "refused", "不予开通"),
        Row(("asked",), "urge", _ME, "asked", "催办"),
        Row(("asked",), "add_evidence", _ME, "asked", "补充材料"),
        Row(("asked",), "withdraw", _ME, "withdrawn", "撤回"),
        Row(("confirmed",), "revoke_mandate", _DESK, "revoked", "取消代办资格", ("civil-code-173",)),
    ),
    words={
        "asked": "等信用中心核对",
        "confirmed": "已开通",
        "refused": "没有开通",
        "withdrawn": "已撤回",
        "revoked": "已取消",
    },
)

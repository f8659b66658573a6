"""The transitions of a pledge."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

_LAW = ("pledge",)
_FINDERS = (Role.PROVIDER, Role.OFFICER)
_OPEN = ("effective", "performed")
AWAITED = ("performed",)

TABLE = Table(
    name="pledges",
    initial="cooling",
    final=("withdrawn", "kept", "partly", "broken", "released"),
    rows=(
        Row((), "sign", (Role.RESIDENT,), "cooling", "签署", _LAW),
        Row((), "sign", (Role.RESIDENT,), "effective", "随修复申请签署", _LAW),
        Row(("cooling",), "withdraw", (Role.RESIDENT,), "withdrawn", "撤回（冷静期内）"),
        Row(("cooling",), "take-effect", (Role.SYSTEM,), "effective", "生效", _LAW),
        Row(_OPEN, "perform", (Role.RESIDENT,), "performed", "提交履行证明", _LAW),
        Row(_OPEN, "find-kept", _FINDERS, "kept", "认定：已履行", _LAW),
        Row(_OPEN, "find-partly", _FINDERS, "partly", "认定：部分履行", _LAW),
        Row(_OPEN, "find-broken", _FINDERS, "broken", "认定：未履行", _LAW),
        Row(_OPEN, "release", (Role.SYSTEM,), "released", "随修复申请终止"),
    ),
    words={
        "cooling": "冷静期内",
        "effective": "已生效",
        "performed": "已提交履行证明",
        "kept": "已履行",
        "partly": "部分履行",
        "broken": "未履行",
        "withdrawn": "已撤回",
        "released": "随修复申请终止",
    },
)

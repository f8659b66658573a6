"""The transitions of a listing. There is none from `answered` to `listed`: each answer has to be replied to first, also one that
comes after a reply, which is taken until the day that the notice names."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

_LAW = ("listing",)
_AUTHORITY = (Role.PROVIDER,)

TABLE = Table(
    name="listings",
    initial="noticed",
    final=("not_listed", "removed"),
    rows=(
        Row((), "tell", _AUTHORITY, "noticed", "列入前告知", _LAW),
        Row(("noticed",), "open", (Role.RESIDENT,), "noticed", "查看告知书", _LAW),
        Row(
            ("noticed", "answered", "responded"), "answer", (Role.RESIDENT,), "answered", "陈述、申辩或者提出异议", _LAW
        ),
        Row(("answered",), "reply", _AUTHORITY, "responded", "核实并反馈", _LAW),
        Row(("noticed", "responded"), "list", _AUTHORITY, "listed", "决定列入", _LAW),
        Row(("noticed", "answered", "responded"), "drop", _AUTHORITY, "not_listed", "决定不列入", _LAW),
        Row(("noticed", "answered", "responded"), "drop", (Role.SYSTEM,), "not_listed", "信息已停止披露，不再列入"),
        Row(("listed",), "open", (Role.RESIDENT,), "served", "打开决定书，电子送达", _LAW),
        Row(("listed",), "look", (Role.RESIDENT,), "listed", "查看决定书，等书面送达", _LAW),
        Row(("listed",), "serve", (*_AUTHORITY, Role.OFFICER), "served", "登记书面送达", _LAW),
        Row(("served",), "correct_service", (Role.OFFICER,), "served", "更正送达日期"),
        Row(
            ("listed", "served"),
            "remove",
            (*_AUTHORITY, Role.SYSTEM),
            "removed",
            "移出名单",
            (*_LAW, "listing.removal"),
        ),
    ),
    words={
        "noticed": "已告知，可以申辩",
        "answered": "已收到您的意见",
        "responded": "已反馈",
        "listed": "决定列入，还没有送达",
        "served": "决定书已送达",
        "not_listed": "没有列入",
        "removed": "已移出名单",
    },
)

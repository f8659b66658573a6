"""The transitions of a visit at the window."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

_LAW = ("personal-information-law-45",)

TABLE = Table(
    name="window",
    initial="open",
    final=("closed", "expired"),
    rows=(
        Row((), "open", (Role.OFFICER,), "open", "核对证件，开始代办", _LAW),
        Row(("open",), "close", (Role.OFFICER,), "closed", "结束代办"),
        Row(("open",), "let_go", (Role.SYSTEM,), "closed", "账号注销，随之结束"),
        Row(("open",), "expire", (Role.SYSTEM,), "expired", "到时间结束"),
    ),
    words={"open": "正在窗口办", "closed": "已经办完", "expired": "到时间已结束"},
)

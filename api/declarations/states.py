"""The transitions of a declaration. Only its author moves it."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

TABLE = Table(
    name="declarations",
    initial="declared",
    final=("withdrawn",),
    rows=(
        Row((), "declare", (Role.RESIDENT,), "declared", "申报", ("declaration",)),
        Row(("declared",), "edit", (Role.RESIDENT,), "declared", "修改", ("declaration",)),
        Row(("declared",), "withdraw", (Role.RESIDENT,), "withdrawn", "撤回", ("declaration",)),
    ),
    words={"declared": "已申报", "withdrawn": "已撤回"},
)

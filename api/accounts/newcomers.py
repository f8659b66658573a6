"""Who may become a member of staff, in which role and with which rights. Pure."""

import re

import msgspec

from api.infra.actors import Role
from api.infra.errors import FieldFault

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
ROLES = {
    "officer": Role.OFFICER,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMIN,
    "clerk": Role.PROVIDER,
    "lead": Role.PROVIDER,
}
UNIT_SCOPES = {
    "clerk": ("records", "verifications", "repairs", "changes", "pledges", "listings", "withdrawals", "grants"),
    "lead": (
        "records", "corrections", "revocations", "verifications", "repairs", "changes", "pledges", "listings", "withdrawals",
        "grants",
    ),
}  # fmt: skip
"""What a unit's people may do: a clerk hands in records and answers cases, a lead also corrects and revokes."""


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to become a member of staff. `unit` is what people read; `provider` the unit's id, for its clerks and leads."""

    username: str
    role: str
    jurisdiction: str
    unit: str
    display_name: str
    provider: str | None = None


def is_username(text: str) -> bool:
    return _USERNAME.fullmatch(text) is not None


def faults_of(one: Newcomer) -> tuple[FieldFault, ...]:
    faults = []
    if not is_username(one.username):
        faults.append(FieldFault(field="username", message="用户名为3至40个小写字母、数字、点、横线。"))
    if one.role not in ROLES:
        faults.append(FieldFault(field="role", message=f"角色为 {'、'.join(ROLES)}。"))
    elif (one.role in UNIT_SCOPES) != (one.provider is not None):
        faults.append(FieldFault(field="provider", message="单位的人员要写明是哪个单位，信用中心的人员不写。"))
    return tuple(faults)

"""The audit in Chinese: `names.toml` names every action, role and outcome that the product writes."""

from functools import cache
from importlib import resources

import msgspec

from knowledge.citations import Citation, titles


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """An action of the audit and what it is called."""

    action: str
    name: str


class _Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    roles: dict[str, str]
    outcomes: dict[str, str]
    actions: dict[str, str]
    earlier: dict[str, str]


@cache
def _names() -> _Names:
    return msgspec.toml.decode((resources.files("api.audits") / "names.toml").read_bytes(), type=_Names)


def action_names() -> tuple[Named, ...]:
    """Every action there is, in the order of the file."""
    return tuple(Named(action, name) for action, name in _names().actions.items())


def action_name(action: str) -> str:
    """As it was written where an older version wrote what this one does not know."""
    names = _names()
    return names.actions.get(action) or names.earlier.get(action, action)


def role_name(role: str) -> str:
    return _names().roles.get(role, role)


def outcome_name(outcome: str) -> str:
    return _names().outcomes.get(outcome, outcome)


def basis_words(basis: str | None) -> str | None:
    """Articles by their labels; a purpose, a reason or the number of a case as it was written."""
    if basis is None:
        return None
    cited = [_cited(part) for part in basis.split(",")]
    known = [citation.label for citation in cited if citation is not None]
    return "、".join(known) if len(known) == len(cited) else basis


def _cited(law: str) -> Citation | None:
    """`yunnan-36` is an article of an instrument, `order-36` an instrument."""
    if law in titles():
        return Citation(law)
    regulation, _, article = law.rpartition("-")
    return Citation(regulation, int(article)) if regulation in titles() and article.isdecimal() else None

"""Chinese names for every action, role and outcome that the product writes to the audit."""

from functools import cache

from api.infra import data_files
from api.infra.data_files import FromFile
from api.infra.errands import Errands
from api.infra.wire import Out
from knowledge.citations import Citation, titles


class Named(Out):
    """An action of the audit and what it is called."""

    action: str
    name: str


class _Names(FromFile):
    roles: dict[str, str]
    outcomes: dict[str, str]
    actions: dict[str, str]
    earlier: dict[str, str]


@cache
def _names() -> _Names:
    return data_files.read("api.audits", "names.toml", _Names)


class ActionNames:
    """The steps of errands have the names of their tables; `names.toml` has the names of all other actions."""

    def __init__(self, errands: Errands) -> None:
        steps = {
            f"{errand.name}.{action}": f"{errand.title}：{row.label}"
            for errand in errands.values()
            for action, row in errand.steps.items()
        }
        reads = {f"{errand.name}.read": f"{errand.title}：查看" for errand in errands.values() if errand.steps}
        self._actions = {**steps, **reads, **_names().actions}

    def all(self) -> tuple[Named, ...]:
        """Every action there is."""
        return tuple(Named(action, name) for action, name in sorted(self._actions.items()))

    def of(self, action: str) -> str:
        """As it was written where an older version wrote what this one does not know."""
        return self._actions.get(action) or _names().earlier.get(action, action)


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

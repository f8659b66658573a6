"""Requests and replies of appeals."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.desk.schemas import ActionView, HappenedView, StepView
from api.infra.actors import Role
from api.infra.wire import In, Out
from tests.specimen.models import Appeal
from tests.specimen.states import TABLE


class Lodge(In):
    jurisdiction: Literal["dalian", "yunnan"]
    authority: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]


class AppealView(Out):
    id: str
    number: str
    version: int
    status: str
    status_label: str
    authority: str
    lodged_at: datetime
    clocks: tuple[StepView, ...]
    history: tuple[HappenedView, ...]
    actions: tuple[ActionView, ...]

    @classmethod
    def of(cls, case: Appeal, today: date, viewer: Role = Role.RESIDENT) -> "AppealView":
        return cls(
            id=case.id,
            number=case.number,
            version=case.version,
            status=case.status,
            status_label=TABLE.label(case.status),
            authority=case.authority,
            lodged_at=case.lodged_at,
            clocks=tuple(StepView.of(step, today) for step in case.steps),
            history=tuple(HappenedView.of(entry, TABLE, viewer, case.jurisdiction) for entry in case.history),
            actions=tuple(ActionView.of(row, case.jurisdiction) for row in TABLE.allowed(case.status, viewer)),
        )

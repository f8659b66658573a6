"""Routes for officers: who stands in for whom."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody

from api.desk.absences import Absence, AbsenceService
from api.desk.colleagues import Colleagues
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.wire import In, Items, Out

StaffId = Annotated[str, msgspec.Meta(pattern=r"^stf_[0-9a-z_]{1,60}$")]


class NameSubstitute(In):
    """Without `officer` it is the caller. Both days are included."""

    substitute: StaffId
    from_on: date
    until_on: date
    officer: StaffId | None = None


class AbsenceView(Out):
    id: str
    officer: str
    officer_name: str
    substitute: str
    substitute_name: str
    from_on: date
    until_on: date

    @classmethod
    def of(cls, absence: Absence, names: Mapping[str, str]) -> "AbsenceView":
        return cls.showing(
            absence,
            officer_name=names.get(absence.officer, "已离开的同事"),
            substitute_name=names.get(absence.substitute, "已离开的同事"),
        )


class Ended(Out):
    id: str


class AbsenceController(Controller):
    path = "/staff/absences"
    tags = ("desk",)
    opt = needs("officer")

    @get(operation_id="listAbsences")
    async def absences(
        self, visit: Needs[Visit], absences: Needs[AbsenceService], staff: Needs[Colleagues]
    ) -> Items[AbsenceView]:
        """Lists who in your place is or will be away, and who stands in."""
        found = await absences.of_place(visit.actor, visit.now)
        names = await staff.names({who for one in found for who in (one.officer, one.substitute)})
        return Items(tuple(AbsenceView.of(one, names) for one in found))

    @post(operation_id="nameSubstitute", stored_first=True)
    async def name(
        self,
        data: JSONBody[NameSubstitute],
        visit: Needs[Visit],
        absences: Needs[AbsenceService],
        staff: Needs[Colleagues],
    ) -> Response[AbsenceView]:
        """Name a substitute for yourself or a colleague. The substitute sees the cases until the absence ends."""
        officer = data.officer or visit.actor.id
        names = await staff.names({officer, data.substitute})
        return await visit.run(
            lambda tx: absences.name(tx, visit.actor, officer, data.substitute, data.from_on, data.until_on, visit.now),
            lambda named: AbsenceView.of(named, names),
        )

    @post("/{absence_id:str}/end", operation_id="endAbsence", status_code=200)
    async def end(
        self, absence_id: FromPath[str], visit: Needs[Visit], absences: Needs[AbsenceService]
    ) -> Response[Ended]:
        """End or cancel an absence."""
        return await visit.run(
            lambda tx: absences.end(tx, visit.actor, absence_id, visit.now), lambda _: Ended(absence_id)
        )


ROUTES = (AbsenceController,)

"""The URLs of letters: the resident's, the officers', and a unit's with its own key."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody

from api.desk.schemas import Nothing
from api.evidence.service import EvidenceService
from api.evidence.transfer import Upload, download
from api.http.paging import Limit
from api.http.places import OnePlace
from api.http.steps import StepRoutes, Steps, Turn, by_id
from api.http.visit import Visit
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page
from api.letters.kinds import kinds
from api.letters.models import Letter
from api.letters.schemas import (
    Heard,
    KindView,
    LetterLine,
    LetterView,
    Sent,
    StaffAnswer,
    StaffForward,
    UnitAnswer,
    Write,
)
from api.letters.service import LetterService


async def make_own(
    letter_id: FromPath[str], visit: NamedDependency[Visit], letters: NamedDependency[LetterService]
) -> Steps[LetterService, str, Letter, LetterView]:
    return Steps(visit, letters, letter_id, by_id, letters.show)


async def make_worked(
    letter_id: FromPath[str], visit: NamedDependency[Visit], letters: NamedDependency[LetterService]
) -> Steps[LetterService, Letter, Letter, LetterView]:
    return Steps(visit, letters, letter_id, letters.for_step, letters.show)


OWN, WORKED = {"steps": Provide(make_own)}, {"steps": Provide(make_worked)}
_PATH, _ANSWER = "/{letter_id:str}", Response[LetterView]
step = StepRoutes[LetterService, str, Letter, LetterView](_PATH, _ANSWER, access="resident")
officer_step = StepRoutes[LetterService, Letter, Letter, LetterView](_PATH, _ANSWER, access="officer")
unit_step = StepRoutes[LetterService, Letter, Letter, LetterView](
    _PATH, _ANSWER, access="provider", scope="verifications"
)


class LetterController(Controller):
    path = "/me/letters"
    tags = ("letters",)
    dependencies = OWN

    @get("/kinds", access="resident", operation_id="listLetterKinds")
    async def list_kinds(self, jurisdiction: OnePlace) -> list[KindView]:
        """What can be written, with the articles that each rests on in the place."""
        return [KindView.of(code, jurisdiction) for code in kinds()]

    @post(access="resident", operation_id="writeLetter")
    async def write(
        self, data: JSONBody[Write], visit: NamedDependency[Visit], letters: NamedDependency[LetterService]
    ) -> Response[LetterView]:
        """Write one: to the unit of a record it is sent at once, to who stands outside it waits to be passed on."""

        async def work(tx: Tx) -> LetterView:
            return await letters.show(visit.actor, await letters.write(tx, visit.actor, data, visit.now), visit.now, tx)

        return await visit.run(work)

    @get(access="resident", operation_id="listLetters")
    async def page(
        self,
        visit: NamedDependency[Visit],
        letters: NamedDependency[LetterService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[LetterView]:
        """One's own, newest first."""
        found = await letters.page(visit.actor, cursor, limit)
        return found.map(lambda case: LetterView.of(case, letters.table_of(case), visit.today, visit.actor.role))

    @get("/{letter_id:str}", access="resident", operation_id="readLetter")
    async def read(
        self, letter_id: FromPath[str], visit: NamedDependency[Visit], letters: NamedDependency[LetterService]
    ) -> LetterView:
        """One letter with its clock, its answer and its files."""
        return await letters.show(visit.actor, await letters.owned(visit.actor, letter_id, visit.now), visit.now)

    @step("urge", "urgeLetter")
    async def urge(self, letters: LetterService, turn: Turn[str], data: JSONBody[Nothing]) -> Letter:
        """Urge whoever owes the next step."""
        return await letters.urge(*turn)

    @step("withdraw", "withdrawLetter")
    async def withdraw(self, letters: LetterService, turn: Turn[str], data: JSONBody[Nothing]) -> Letter:
        """Take an open one back."""
        return await letters.withdraw(*turn)

    @step("send", "sendLetter")
    async def send(self, letters: LetterService, turn: Turn[str], data: JSONBody[Sent]) -> Letter:
        """Say that one has handed in oneself what goes outside; the days for an answer run from then."""
        return await letters.send(*turn, data.on)

    @step("note-answer", "noteLetterAnswer")
    async def note_answer(self, letters: LetterService, turn: Turn[str], data: JSONBody[Heard]) -> Letter:
        """Enter what the one outside answered."""
        return await letters.hear(*turn, data.text)

    @post("/{letter_id:str}/evidence", access="resident", operation_id="addLetterEvidence")
    async def add_evidence(
        self,
        letter_id: FromPath[str],
        data: MultipartBody[Upload],
        visit: NamedDependency[Visit],
        letters: NamedDependency[LetterService],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[LetterView]:
        """Add a file to an open letter."""
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def work(tx: Tx) -> LetterView:
            case = await letters.add_evidence(tx, visit.actor, letter_id, file, visit.now)
            return await letters.show(visit.actor, case, visit.now, tx)

        return await visit.run(work)


class StaffLetterController(Controller):
    path = "/staff/letters"
    tags = ("letters",)
    dependencies = WORKED

    @get("/{letter_id:str}", access="officer", operation_id="readLetterAtDesk")
    async def read(
        self, letter_id: FromPath[str], visit: NamedDependency[Visit], letters: NamedDependency[LetterService]
    ) -> LetterView:
        """One letter of the officer's place; the read is in the audit."""
        return await letters.show(visit.actor, await letters.read_by(visit.actor, letter_id, visit.now), visit.now)

    @get("/{letter_id:str}/evidence/{evidence_id:str}", access="officer", operation_id="downloadLetterEvidence")
    async def download_evidence(
        self,
        letter_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        letters: NamedDependency[LetterService],
    ) -> Response[bytes]:
        """A file of the letter, as an attachment; the read is in the audit."""
        return download(*await letters.open_file(visit.actor, letter_id, evidence_id, visit.now))

    @officer_step("forward-letter", "forwardLetter")
    async def forward(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[StaffForward]) -> Letter:
        """Say that it was passed on to who stands outside."""
        return await letters.forward(*turn, data.on, data.reason)

    @officer_step("answer-letter", "enterLetterAnswer")
    async def answer(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[StaffAnswer]) -> Letter:
        """Enter what a unit answered on paper, or the one outside."""
        return await letters.answer(*turn, data.text, data.agreed, data.reason)


class UnitLetterController(Controller):
    path = "/provider/letters"
    tags = ("letters",)
    dependencies = WORKED

    @get(access="provider", scope="verifications", operation_id="listLettersOfProvider")
    async def page(
        self,
        visit: NamedDependency[Visit],
        letters: NamedDependency[LetterService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[LetterLine]:
        """Questions about one's own records that wait for one's answer, newest first."""
        found = await letters.page_of_provider(visit.actor, ("asked",), cursor, limit)
        return found.map(lambda case: LetterLine.of(case, letters.table_of(case), visit.today))

    @get("/{letter_id:str}", access="provider", scope="verifications", operation_id="readLetterAsProvider")
    async def read(
        self, letter_id: FromPath[str], visit: NamedDependency[Visit], letters: NamedDependency[LetterService]
    ) -> LetterView:
        """What is asked; the read is in the audit."""
        return await letters.show(visit.actor, await letters.read_by(visit.actor, letter_id, visit.now), visit.now)

    @unit_step("answer-letter", "answerLetter")
    async def answer(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[UnitAnswer]) -> Letter:
        """Answer; what is missing on the record is put right by a correction."""
        return await letters.answer(*turn, data.text, data.agreed, None)


ROUTES = (LetterController, StaffLetterController, UnitLetterController)

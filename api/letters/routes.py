"""Routes of letters: for the resident, for officers, and for a unit with its own key."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.desk.routing import CaseRoutes, Served, Turn
from api.desk.schemas import Nothing
from api.http.paging import Asked
from api.http.places import OnePlace
from api.http.visit import Visit
from api.infra.mongo import Tx
from api.infra.paging import Page
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

LETTERS = Served("letters", LetterService)
own = CaseRoutes(LETTERS, LETTERS, "letter_id", LetterService.show, LetterView, access="resident")
officer = CaseRoutes(LETTERS, LETTERS, "letter_id", LetterService.show, LetterView, access="officer")
unit = CaseRoutes(
    LETTERS, LETTERS, "letter_id", LetterService.show, LetterView, access="provider", scope="verifications"
)


@own.controller("/me/letters")
class LetterController(Controller):
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

    read = own.read("readLetter", "One letter with its clock, its answer and its files.")
    add_evidence = own.add_file("addLetterEvidence")

    @own.list("listLetters")
    def page(self, letters: LetterService, case: Letter, visit: Visit) -> LetterView:
        """One's own, newest first."""
        return LetterView.of(case, letters.table_of(case), visit.today, visit.actor.role)

    @own("urge", "urgeLetter")
    async def urge(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[Nothing]) -> Letter:
        """Urge whoever owes the next step."""
        return await letters.urge(*turn)

    @own("withdraw", "withdrawLetter")
    async def withdraw(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[Nothing]) -> Letter:
        """Take an open one back."""
        return await letters.withdraw(*turn)

    @own("send", "sendLetter")
    async def send(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[Sent]) -> Letter:
        """Say that one has handed in oneself what goes outside; the days for an answer run from then."""
        return await letters.send(*turn, data.on)

    @own("note-answer", "noteLetterAnswer")
    async def note_answer(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[Heard]) -> Letter:
        """Enter what the one outside answered."""
        return await letters.hear(*turn, data.text)


@officer.controller("/staff/letters")
class StaffLetterController(Controller):
    read = officer.read("readLetterAtDesk", "One letter of the officer's place; the read is in the audit.")
    read_evidence = officer.file("downloadLetterEvidence")

    @officer("forward-letter", "forwardLetter")
    async def forward(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[StaffForward]) -> Letter:
        """Say that it was passed on to who stands outside."""
        return await letters.forward(*turn, data.on, data.reason)

    @officer("answer-letter", "enterLetterAnswer")
    async def answer(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[StaffAnswer]) -> Letter:
        """Enter what a unit answered on paper, or the one outside."""
        return await letters.answer(*turn, data.text, data.agreed, data.reason)


async def _waiting(letters: LetterService, visit: Visit, asked: Asked) -> Page[Letter]:
    return await letters.page_of_provider(visit.actor, ("asked",), *asked)


@unit.controller("/provider/letters")
class UnitLetterController(Controller):
    @unit.list("listLettersOfProvider", _waiting)
    def page(self, letters: LetterService, case: Letter, visit: Visit) -> LetterLine:
        """Questions about one's own records that wait for one's answer, newest first."""
        return LetterLine.of(case, letters.table_of(case), visit.today)

    read = unit.read("readLetterAsProvider", "What is asked; the read is in the audit.")

    @unit("answer-letter", "answerLetter")
    async def answer(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[UnitAnswer]) -> Letter:
        """Answer; what is missing on the record is put right by a correction."""
        return await letters.answer(*turn, data.text, data.agreed, None)


ROUTES = (LetterController, StaffLetterController, UnitLetterController)

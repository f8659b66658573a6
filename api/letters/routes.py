"""Routes of letters: for the resident, for officers, and for a unit with its own key."""

from litestar import Controller, Response, get, post
from litestar.params import JSONBody

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes, Served
from api.http.injection import Needs
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
officer = own.to("officer")
unit = own.to("provider", "verifications")


@own.controller("/me/letters")
class LetterController(Controller):
    @get("/kinds", operation_id="listLetterKinds")
    async def list_kinds(self, jurisdiction: OnePlace) -> list[KindView]:
        """Lists the kinds of letters, with the articles behind each in the place."""
        return [KindView.of(code, jurisdiction) for code in kinds()]

    @post(quota="letters", operation_id="writeLetter")
    async def write(
        self, data: JSONBody[Write], visit: Needs[Visit], letters: Needs[LetterService]
    ) -> Response[LetterView]:
        """Write a letter. A letter to the unit that provided a record is sent at once; a letter to a body without an account
        here waits to be passed on."""

        async def work(tx: Tx) -> LetterView:
            return await letters.show(visit.actor, await letters.write(tx, visit.actor, data, visit.now), visit.now, tx)

        return await visit.run(work)

    read = own.read("readLetter", "Shows one letter with its due date, its answer and its files.")
    add_evidence = own.add_file("addLetterEvidence")

    @own.list("listLetters")
    def page(self, letters: LetterService, case: Letter, visit: Visit) -> LetterView:
        """Lists your own, newest first."""
        return LetterView.of(case, letters.table_of(case), visit.today, visit.actor.role)

    urge = own.plain("urge", "urgeLetter", LetterService.urge, "Urge whoever owes the next step.")

    withdraw = own.plain("withdraw", "withdrawLetter", LetterService.withdraw, "Withdraw an open letter.")

    @own("send", "sendLetter")
    async def send(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[Sent]) -> Letter:
        """Say that you have handed in the letter yourself. The days for an answer are counted from then."""
        return await letters.send(turn, data.on)

    @own("note-answer", "noteLetterAnswer")
    async def note_answer(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[Heard]) -> Letter:
        """Enter the answer of a body that has no account here."""
        return await letters.hear(turn, data.text)


@officer.controller("/staff/letters")
class StaffLetterController(Controller):
    read = officer.read("readLetterAtDesk", "Shows one letter of your place. The read is recorded in the audit.")
    read_evidence = officer.file("downloadLetterEvidence")

    @officer("forward-letter", "forwardLetter")
    async def forward(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[StaffForward]) -> Letter:
        """Confirm that the letter was passed on to a body without an account here."""
        return await letters.forward(turn, data.on, data.reason)

    @officer("answer-letter", "enterLetterAnswer")
    async def answer(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[StaffAnswer]) -> Letter:
        """Enter an answer that a unit or another body gave on paper."""
        return await letters.answer(turn, data.text, data.agreed, data.reason)


async def _waiting(letters: LetterService, visit: Visit, asked: Asked) -> Page[Letter]:
    return await letters.page_of_provider(visit.actor, ("asked",), *asked)


@unit.controller("/provider/letters")
class UnitLetterController(Controller):
    @unit.list("listLettersOfProvider", _waiting)
    def page(self, letters: LetterService, case: Letter, visit: Visit) -> LetterLine:
        """Lists the letters about your unit's records that wait for its answer, newest first."""
        return LetterLine.of(case, letters.table_of(case), visit.today)

    read = unit.read("readLetterAsProvider", "Shows one letter. The read is recorded in the audit.")

    @unit("answer-letter", "answerLetter")
    async def answer(self, letters: LetterService, turn: Turn[Letter], data: JSONBody[UnitAnswer]) -> Letter:
        """Answer a letter. Use a correction to add what is missing in the record."""
        return await letters.answer(turn, data.text, data.agreed, None)


ROUTES = (LetterController, StaffLetterController, UnitLetterController)

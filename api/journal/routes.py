"""The URLs of journals: for officers, for the party, for the unit that is reminded."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Annotated, Protocol, runtime_checkable

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.http.visit import Visit
from api.infra.mongo import Tx
from api.journal.schemas import EntryView, JournalView, Remind, Say, Serve
from api.journal.service import JournalService


@runtime_checkable
class Colleagues(Protocol):
    """Who works here, as far as an entry names them."""

    async def names(self, ids: AbstractSet[str]) -> Mapping[str, str]: ...


class StaffJournalController(Controller):
    path = "/staff"
    tags = ("desk",)

    @get("/journal/answers", access="officer", operation_id="listUnseenAnswers")
    async def unseen(self, visit: NamedDependency[Visit], journal: NamedDependency[JournalService]) -> JournalView:
        """Answers of parties at which nobody has looked, without their words."""
        found = await journal.unseen(visit.actor)
        return JournalView(tuple(_without_words(EntryView.of(one)) for one in found))

    @get("/cases/{errand:str}/{case_ref:str}/journal", access="officer", operation_id="readJournal")
    async def read(
        self,
        errand: FromPath[str],
        case_ref: FromPath[str],
        visit: NamedDependency[Visit],
        journal: NamedDependency[JournalService],
        staff: NamedDependency[Colleagues],
    ) -> JournalView:
        """Notes, questions and answers, reminders, and how papers were served; the read is in the audit."""
        found = await journal.read(visit.actor, errand, case_ref, visit.now)
        names = await staff.names({one.officer for one in found if one.officer})
        return JournalView(tuple(EntryView.of(one, names) for one in found))

    @post("/cases/{errand:str}/{case_ref:str}/notes", access="officer", operation_id="noteInJournal")
    async def note(
        self,
        errand: FromPath[str],
        case_ref: FromPath[str],
        data: JSONBody[Say],
        visit: NamedDependency[Visit],
        journal: NamedDependency[JournalService],
    ) -> Response[EntryView]:
        """For colleagues; the party never sees it, nor gets it in their export."""
        return await visit.run(
            lambda tx: journal.note(tx, visit.actor, errand, case_ref, data.text, visit.now), EntryView.of
        )

    @post("/cases/{errand:str}/{case_ref:str}/questions", access="officer", operation_id="askParty")
    async def ask(
        self,
        errand: FromPath[str],
        case_ref: FromPath[str],
        data: JSONBody[Say],
        visit: NamedDependency[Visit],
        journal: NamedDependency[JournalService],
    ) -> Response[EntryView]:
        """Ask the party something; they are told and answer from the phone. No clock stands still for it."""
        return await visit.run(
            lambda tx: journal.ask(tx, visit.actor, errand, case_ref, data.text, visit.now), EntryView.of
        )

    @post("/cases/{errand:str}/{case_ref:str}/reminders", access="officer", operation_id="remindUnit")
    async def remind(
        self,
        errand: FromPath[str],
        case_ref: FromPath[str],
        data: JSONBody[Remind],
        visit: NamedDependency[Visit],
        journal: NamedDependency[JournalService],
    ) -> Response[EntryView]:
        """Remind the unit that owes the next step, once a day; the party is told that it was."""
        return await visit.run(
            lambda tx: journal.remind(tx, visit.actor, errand, case_ref, data.text, visit.now), EntryView.of
        )

    @post("/cases/{errand:str}/{case_ref:str}/service", access="officer", operation_id="notePaperServed")
    async def serve(
        self,
        errand: FromPath[str],
        case_ref: FromPath[str],
        data: JSONBody[Serve],
        visit: NamedDependency[Visit],
        journal: NamedDependency[JournalService],
    ) -> Response[EntryView]:
        """Note how the paper of a decided case was served, and on which day."""

        async def work(tx: Tx) -> EntryView:
            return EntryView.of(
                await journal.serve(tx, visit.actor, errand, case_ref, data.way, data.on, data.text, visit.now)
            )

        return await visit.run(work)


class PartyJournalController(Controller):
    path = "/me/messages"
    tags = ("desk",)

    @get(access="resident", operation_id="listMessages")
    async def own(
        self,
        visit: NamedDependency[Visit],
        journal: NamedDependency[JournalService],
        case: Annotated[str | None, QueryParameter(max_length=64)] = None,
    ) -> JournalView:
        """What the centre asked in one's cases, one's answers, who was reminded, and how papers were served."""
        return JournalView(tuple(EntryView.of(one) for one in await journal.shown_to(visit.actor, case)))

    @post("/{message_id:str}/answer", access="resident", operation_id="answerMessage")
    async def answer(
        self,
        message_id: FromPath[str],
        data: JSONBody[Say],
        visit: NamedDependency[Visit],
        journal: NamedDependency[JournalService],
    ) -> Response[EntryView]:
        """Answer a question of the centre, once."""
        return await visit.run(
            lambda tx: journal.answer(tx, visit.actor, message_id, data.text, visit.now), EntryView.of
        )


class UnitJournalController(Controller):
    path = "/provider/reminders"
    tags = ("provider",)

    @get(access="provider", scope="verifications", operation_id="listRemindersToUnit")
    async def reminders(self, visit: NamedDependency[Visit], journal: NamedDependency[JournalService]) -> JournalView:
        """What the centre reminded the unit of, newest first."""
        return JournalView(tuple(EntryView.of(one) for one in await journal.reminders_of(visit.actor)))


def _without_words(view: EntryView) -> EntryView:
    return msgspec.structs.replace(view, text=None)


ROUTES = (StaffJournalController, PartyJournalController, UnitJournalController)

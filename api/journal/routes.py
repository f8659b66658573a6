"""Routes of journals: for officers, for the party, for the unit that is reminded."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from api.desk.colleagues import Colleagues
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.wire import Items
from api.journal.models import Entry
from api.journal.schemas import EntryView, Remind, Say, Serve
from api.journal.service import JournalService

_CASE = "/cases/{errand:str}/{case_ref:str}"


class OneJournal:
    """The journal of the case that the URL names: what officers' handlers ask for as `one`."""

    def __init__(self, visit: Visit, journal: JournalService, errand: str, case_ref: str) -> None:
        self.visit = visit
        self.journal = journal
        self._case = (errand, case_ref)

    async def read(self) -> list[Entry]:
        return await self.journal.read(self.visit.actor, *self._case, self.visit.now)

    async def write(self, entry: Callable[..., Awaitable[Entry]], *said: Any) -> Response[EntryView]:
        """Writes by one of the journal's use cases, which take `said` between the case and the time."""
        actor, now = self.visit.actor, self.visit.now
        return await self.visit.run(lambda tx: entry(tx, actor, *self._case, *said, now), EntryView.of)


async def make_one(
    visit: Needs[Visit], journal: Needs[JournalService], errand: FromPath[str], case_ref: FromPath[str]
) -> OneJournal:
    return OneJournal(visit, journal, errand, case_ref)


DEPENDENCIES = {"one": Provide(make_one)}


class StaffJournalController(Controller):
    path = "/staff"
    tags = ("desk",)
    dependencies = DEPENDENCIES
    opt = needs("officer")

    @get("/journal/answers", operation_id="listUnseenAnswers")
    async def unseen(self, visit: Needs[Visit], journal: Needs[JournalService]) -> Items[EntryView]:
        """Lists answers of parties that no officer has seen yet, without their text."""
        found = await journal.unseen(visit.actor)
        return Items(tuple(_without_words(EntryView.of(one)) for one in found))

    @get(f"{_CASE}/journal", operation_id="readJournal")
    async def read(self, one: Needs[OneJournal], staff: Needs[Colleagues]) -> Items[EntryView]:
        """Lists notes, questions and answers, reminders, and how papers were served. The read is recorded in the audit."""
        found = await one.read()
        names = await staff.names({entry.officer for entry in found if entry.officer})
        return Items(tuple(EntryView.of(entry, names) for entry in found))

    @post(f"{_CASE}/notes", operation_id="noteInJournal")
    async def note(self, data: JSONBody[Say], one: Needs[OneJournal]) -> Response[EntryView]:
        """Write a note for colleagues. The party never sees it, and it is not in their export."""
        return await one.write(one.journal.note, data.text)

    @post(f"{_CASE}/questions", operation_id="askParty")
    async def ask(self, data: JSONBody[Say], one: Needs[OneJournal]) -> Response[EntryView]:
        """Ask the party a question. They are told and can answer on the phone. No clock is paused."""
        return await one.write(one.journal.ask, data.text)

    @post(f"{_CASE}/reminders", operation_id="remindUnit")
    async def remind(self, data: JSONBody[Remind], one: Needs[OneJournal]) -> Response[EntryView]:
        """Remind the unit that owes the next step, at most once a day: here, or note how else it was done. The party is told."""
        return await one.write(one.journal.remind, data.text, data.way)

    @post(f"{_CASE}/service", operation_id="notePaperServed")
    async def serve(self, data: JSONBody[Serve], one: Needs[OneJournal]) -> Response[EntryView]:
        """Note how the paper of a decided case was served, and on which day."""
        return await one.write(one.journal.serve, data.way, data.on, data.text)


class PartyJournalController(Controller):
    path = "/me/messages"
    tags = ("desk",)
    opt = needs("resident")

    @get(operation_id="listMessages")
    async def own(
        self,
        visit: Needs[Visit],
        journal: Needs[JournalService],
        case: Annotated[str | None, QueryParameter(max_length=64)] = None,
    ) -> Items[EntryView]:
        """Lists what the centre asked about your cases, your answers, reminders to units, and how papers were served."""
        return Items(tuple(EntryView.of(one) for one in await journal.shown_to(visit.actor, case)))

    @post("/{message_id:str}/answer", quota="steps", operation_id="answerMessage")
    async def answer(
        self, message_id: FromPath[str], data: JSONBody[Say], visit: Needs[Visit], journal: Needs[JournalService]
    ) -> Response[EntryView]:
        """Answer a question of the centre, once."""
        return await visit.run(
            lambda tx: journal.answer(tx, visit.actor, message_id, data.text, visit.now), EntryView.of
        )


class UnitJournalController(Controller):
    path = "/provider/reminders"
    tags = ("provider",)

    @get(access="provider", scope="verifications", operation_id="listRemindersToUnit")
    async def reminders(self, visit: Needs[Visit], journal: Needs[JournalService]) -> Items[EntryView]:
        """Lists the centre's reminders to the unit, newest first."""
        return Items(tuple(EntryView.of(one) for one in await journal.reminders_of(visit.actor)))


def _without_words(view: EntryView) -> EntryView:
    return msgspec.structs.replace(view, text=None)


ROUTES = (StaffJournalController, PartyJournalController, UnitJournalController)

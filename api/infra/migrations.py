"""Schema migrations: forward steps that can be interrupted at any time and resumed. Operators run `python -m api migrate`.

A step works through one collection in batches of updates that are harmless to repeat, and stores its position after each batch.
A process refuses to serve a database of another version than its own.
"""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from api.infra.clock import civil_date
from api.infra.log import get_log
from api.infra.mongo import Database, one_answer
from api.infra.privacy import KeyRing, Unsealable, key_name
from api.infra.steps import begin

COLLECTION = "schema"
_BATCH = 500
_log = get_log("migrations")


Change = Callable[[dict[str, Any], KeyRing], dict[str, Any] | None]


Beside = Callable[[dict[str, Any]], tuple[str, dict[str, Any]] | None]


class Step(msgspec.Struct, frozen=True):
    """The step from version `number - 1` to `number`. `change` returns the new document, or None if it stays as it is. It also stays
    where another document has its new unique key already. `beside` is made from each document as it is then: a collection, and a
    document for it, which is inserted where there is none with its `_id`.
    """

    number: int
    title: str
    collection: str
    change: Change
    beside: Beside | None = None


_FILED = {
    "verifying": "file_for_checking",
    "with_provider": "file_directly",
    "handling": "file_for_handling",
    "provider_handling": "file_for_provider_handling",
}


def _filed_by_procedure(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
    """Old filing steps of objections were named by place and addressee; their target status tells the new name."""
    first, *rest = document["history"]
    action = _FILED[first["target"]]
    return None if first["action"] == action else {**document, "history": [{**first, "action": action}, *rest]}


def _renamed_status(before: str, after: str) -> Change:
    """Renames a status, in the case and in its history."""

    def change(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
        history = [
            entry | {key: after for key in ("source", "target") if entry.get(key) == before}
            for entry in document["history"]
        ]
        status = after if document["status"] == before else document["status"]
        changed = document | {"status": status, "history": history}
        return None if changed == document else changed

    return change


RENAMED_NOTICES = {
    "case.step-late": "desk.step_late",
    "declaration.declared": "declarations.declared",
    "declaration.edited": "declarations.edited",
    "declaration.withdrawn": "declarations.withdrawn",
    "disclosure.ended": "records.disclosure_ended",
    "grant.expires": "grants.expires",
    "grant.revoked": "grants.revoked",
    "grant.used": "grants.used",
    "listing.answer-due": "listings.answer_due",
    "listing.decided": "listings.decided",
    "listing.dropped": "listings.dropped",
    "listing.removed": "listings.removed",
    "listing.replied": "listings.replied",
    "listing.served": "listings.served",
    "listing.told": "listings.told",
    "pledge.broken": "pledges.broken",
    "pledge.due": "pledges.due",
    "pledge.due-soon": "pledges.due_soon",
    "pledge.effective": "pledges.effective",
    "pledge.kept": "pledges.kept",
    "pledge.partly": "pledges.partly",
    "pledge.signed": "pledges.signed",
    "pledge.withdrawn": "pledges.withdrawn",
    "publicity.ended": "records.publicity_ended",
    "repair.lacks": "repairs.lacks",
    "repair.moved": "repairs.moved",
    "repair.opens": "repairs.opens",
    "statement.removed": "declarations.statement_removed",
    "statement.written": "declarations.statement_written",
    "withdrawal.agreed": "withdrawals.agreed",
    "withdrawal.declined": "withdrawals.declined",
    "withdrawal.done": "withdrawals.done",
    "withdrawal.restored": "withdrawals.restored",
}
"""The kinds of notices by their first names. Ids are still made from the first name (`notice_key`), so no line may ever go."""


def _renamed_kind(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
    kind = RENAMED_NOTICES.get(document["kind"])
    return None if kind is None else document | {"kind": kind}


def _taken_back_at(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
    """Of some nobody had noted when they were taken back: it was before the day for which they were booked."""
    is_undated = document["state"] == "cancelled" and document.get("cancelled_at") is None
    return document | {"cancelled_at": document["due_at"]} if is_undated else None


def _as_it_is(document: dict[str, Any], _: KeyRing) -> None:
    """For a new shape beside the old one: nothing is rewritten, but an earlier program does not start on it."""


def _in_capitals(document: dict[str, Any], keys: KeyRing) -> dict[str, Any] | None:
    """The natural key was made from the document's number with small letters as written. Only the number's text tells."""
    if not document.get("act_key"):
        return None
    old = document["natural_key"]
    said = msgspec.msgpack.decode(keys.open(document["particulars"], f"records/{document['_id']}/particulars"))

    def value(number: str) -> str:
        return "\x00".join((document["provider"], document["code"], document["subject"], number))

    for text in said["items"].values():
        if text != text.upper() and keys.matches(old, "record", value(text)):
            made = keys.blind_indexes("record", value(text.upper()))
            return document | {"natural_key": next(key for key in made if key_name(key) == key_name(old))}
    return None


def _remedies_of_the_bar(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
    """A bar took the place of the decision's remedies: they are the bar's own, and the decision's count from its day again."""
    bar, decision = document.get("bar") or {}, document.get("decision") or {}
    if not bar.get("imposed_at") or "ways" in bar:
        return None
    there = document.get("remedies", [])
    told_on = civil_date(decision["at"]).isoformat()
    own = [] if decision["kind"] == "approved" else [remedy | {"starts_on": told_on} for remedy in there]
    return document | {"bar": bar | {"ways": there}, "remedies": own}


def _remedies_before_review(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
    """A rejected review counted the remedies anew, although it leaves their days as they are."""
    if document["status"] != "review_rejected":
        return None
    told_on = civil_date(document["first_finding"]["at"]).isoformat()
    return document | {"remedies": [remedy | {"starts_on": told_on} for remedy in document.get("remedies", [])]}


def _review_withdrawn(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
    """An objection whose review was withdrawn stays rejected, as it was before the review."""
    *earlier, last = document["history"]
    if (last.get("source"), last["target"]) != ("review", "withdrawn"):
        return None
    return document | {"status": "rejected", "history": [*earlier, last | {"target": "rejected"}]}


def _courtesy_owed(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
    """A request that waits for its unit had no step, and stood in no queue."""
    if (document["kind"], document["status"]) != ("courtesy", "asked") or document.get("steps"):
        return None
    on, place = civil_date(document["asked_at"]), document["jurisdiction"]
    owed = begin("withdrawal.courtesy", place, on, document["source_unit"])
    return document | {"steps": [msgspec.to_builtins(owed)]}


def _courtesy_queued(document: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    if (document["kind"], document["status"]) != ("courtesy", "asked"):
        return None
    same = {name: document[name] for name in ("_id", "jurisdiction", "number", "status", "steps", "subject")}
    return "queue", {**same, "errand": "withdrawals", "due_on": document["steps"][0]["due_on"], "assignee": None}


STEPS: Sequence[Step] = (
    Step(2, "objections: filing is called by its procedure", "objections", _filed_by_procedure),
    Step(3, "grants: used-up is used_up", "grants", _renamed_status("used-up", "used_up")),
    Step(4, "listings: not-listed is not_listed", "listings", _renamed_status("not-listed", "not_listed")),
    Step(5, "notices: a kind is errand.event", "notices", _renamed_kind),
    Step(6, "footprints: several of one event may be one document", COLLECTION, _as_it_is),
    Step(7, "footprints: the kinds of one document are one word", COLLECTION, _as_it_is),
    Step(8, "notices: what was taken back says when", "notices", _taken_back_at),
    Step(9, "records: a document's number is one in small letters and in capitals", "records", _in_capitals),
    Step(10, "repairs: a bar has remedies of its own", "repairs", _remedies_of_the_bar),
    Step(11, "objections: a review leaves the days of the remedies", "objections", _remedies_before_review),
    Step(12, "objections: a withdrawn review leaves them rejected", "objections", _review_withdrawn),
    Step(13, "withdrawals: a request to a unit is in the queue", "withdrawals", _courtesy_owed, _courtesy_queued),
)
"""All steps in order; version 1 needs none. A step is added here when a stored shape changes."""

FIRST = 1


class WrongVersion(Exception):
    """Database and program have different versions; the message says which command helps."""


class NotRead(Exception):
    """A step wants to read a value that no key of the file opens; the message names the document and what helps."""


def newest(steps: Sequence[Step] = STEPS) -> int:
    return FIRST + len(steps)


async def version_of(database: Database) -> int | None:
    """The database's version; None if it is still empty."""
    found = await database.collection(COLLECTION).find_one({"_id": "schema"})
    return None if found is None else int(found["version"])


async def check(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Stamps an empty database with the newest version. Raises WrongVersion."""
    there = await version_of(database)
    if there is None:
        await database.collection(COLLECTION).update_one(
            {"_id": "schema"}, {"$setOnInsert": {"version": newest(steps), "after": None}}, upsert=True
        )
        return
    if there < newest(steps):
        raise WrongVersion(
            f"the database is at version {there}, this program at {newest(steps)}: run python -m api migrate"
        )
    if there > newest(steps):
        raise WrongVersion(f"the database is at version {there}, newer than this program ({newest(steps)})")


async def migrate(
    database: Database,
    keys: KeyRing,
    progress: Callable[[str, int], None],
    steps: Sequence[Step] = STEPS,
    *,
    leaves_unreadable: bool = False,
) -> int:
    """Brings the database to the newest version, from wherever an earlier run stopped. Returns the version.

    Raises NotRead for a document whose value does not open; with `leaves_unreadable` it stays as it is.
    """
    schema = database.collection(COLLECTION)
    await schema.update_one({"_id": "schema"}, {"$setOnInsert": {"version": newest(steps), "after": None}}, upsert=True)
    state = await schema.find_one({"_id": "schema"})
    for step in steps:
        if step.number <= state["version"]:
            continue
        done, after = 0, state["after"]
        while batch := await _next(database, step.collection, after):
            for document in batch:
                try:
                    changed = step.change(dict(document), keys)
                except Unsealable:
                    if not leaves_unreadable:
                        raise NotRead(what_helps(step.collection, document["_id"])) from None
                    changed = None
                    _log.error("not-read", case=document["_id"])
                if changed is not None:
                    with contextlib.suppress(DuplicateKeyError):
                        await database.collection(step.collection).replace_one({"_id": document["_id"]}, changed)
                if step.beside is not None and (made := step.beside(changed or document)) is not None:
                    where, other = made
                    await database.collection(where).update_one(
                        {"_id": other.pop("_id")}, {"$setOnInsert": other}, upsert=True
                    )
            after = batch[-1]["_id"]
            done += len(batch)
            await schema.update_one({"_id": "schema"}, {"$set": {"after": after}})
            progress(step.title, done)
        await schema.update_one({"_id": "schema"}, {"$set": {"version": step.number, "after": None}})
        state = {"version": step.number, "after": None}
    return int(state["version"])


def what_helps(collection: str, key: Any) -> str:
    return (
        f"{collection}/{key} has a value that no key of the file opens: put its key back into field_keys and run it again, "
        "or leave such documents as they are with --leave-unreadable"
    )


async def _next(database: Database, collection: str, after: Any) -> list[dict[str, Any]]:
    query = {} if after is None else {"_id": {"$gt": after}}
    return await one_answer(database.collection(collection).find(query).sort("_id", 1), _BATCH)

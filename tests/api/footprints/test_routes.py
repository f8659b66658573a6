"""Who did what with my records: newest first, by kind and by date, and a way to object."""

import asyncio
import time
from datetime import date, datetime

import pytest

from api.footprints import store
from api.footprints.models import OWN, FootprintKind, Trail, among, together
from api.footprints.service import footprint
from api.infra import gathered
from api.infra.database_faults import is_outage
from api.infra.errors import NotFound
from api.infra.mongo import Database
from tests.support.api import Api, resident
from tests.support.mongo import hindered
from tests.support.world import KEYS, FixedClock


async def leave(api: Api, kind: FootprintKind, unit: str = "某银行", name: str = "acc_one") -> None:
    me = resident(api.services)
    entry = footprint(
        me.bound_subject, kind, api.services.clock.now(), unit=unit, why="贷款审批", basis="授权", records=("rec_1",)
    )
    await api.services.footprints.note(entry)


def trail(subject: str, at: datetime, number: int, minute: int = 0) -> Trail:
    """What a record leaves that two systems got; number 0 as earlier versions stored it."""
    shared = FootprintKind.SHARED
    kinds = (FootprintKind.COLLECTED, FootprintKind.GATHERED, shared, shared)
    return Trail(
        id=f"fp_{minute}{number:025}a",
        subject=subject,
        at=at,
        kind=together(kinds) if number else kinds,
        unit=("某局", "信用中心", "甲系统", "乙系统"),
        why=("记录", "归集", "共享", "共享"),
        basis=("第八条", "第八条", "第十九条", "第十九条"),
        records=("rec_1",),
        ends=("a", "b", "d0", "d1"),
    )


async def test_footprints_page_newest_first_without_gaps_or_doubles(api: Api, clock: FixedClock) -> None:
    client = api.as_(resident(api.services))
    for number in range(7):
        if number in (1, 6):
            clock.advance(minutes=1)  # five of one instant lie over several pages
        await leave(api, FootprintKind.QUERIED, f"单位{number}")
    units: list[str] = []
    cursor = ""
    for _ in range(5):
        page = (await client.get(f"/me/footprints?limit=2{cursor}")).json()
        units += [item["unit"] for item in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"
    assert sorted(units) == [f"单位{number}" for number in range(7)]
    assert units[0] == "单位6" and units[-1] == "单位0"


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 20])
@pytest.mark.parametrize("kind", [None, "shared", "queried"])
async def test_footprints_of_one_event_are_shown_each_by_itself_in_the_order_of_ids_on_pages_of_any_length(
    api: Api, clock: FixedClock, limit: int, kind: str | None
) -> None:
    """A record's intake leaves several at one instant as one document; others of that instant stand between."""
    client, me = api.as_(resident(api.services)), resident(api.services).bound_subject
    for minute in range(2):
        trails = [trail(me, clock.now(), number, minute) for number in range(3)]
        await api.services.footprints.note_once(trails.copy)
        await leave(api, FootprintKind.QUERIED)
        clock.advance(minutes=1)
    wanted = 2 * (3 * 4 + 1) if kind is None else 2 * 3 * 2 if kind == "shared" else 2
    seen: list[tuple[str, str]] = []
    cursor = f"&kind={kind}" if kind else ""
    for _ in range(wanted + 1):
        page = (await client.get(f"/me/footprints?limit={limit}{cursor}")).json()
        seen += [(item["at"], item["id"]) for item in page["items"]]
        assert len(page["items"]) <= limit
        if page["nextCursor"] is None:
            break
        assert len(page["items"]) == limit
        cursor = (f"&kind={kind}" if kind else "") + f"&cursor={page['nextCursor']}"
    assert len(seen) == len(set(seen)) == wanted
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("number", [0, 1])
async def test_one_of_several_is_found_by_its_own_id_and_by_its_person_only(
    api: Api, clock: FixedClock, number: int
) -> None:
    me, footprints = resident(api.services).bound_subject, api.services.footprints
    several = trail(me, clock.now(), number)
    await footprints.note_once(lambda: [several])
    for one in several.each():
        assert await footprints.owned(me, one.id) == one
        with pytest.raises(NotFound):
            await footprints.owned("another", one.id)
    for unknown in (several.id + "x", several.id[:-1], several.id[:-1] + "z"):
        with pytest.raises(NotFound):
            await footprints.owned(me, unknown)


def test_a_document_of_several_is_among_those_of_each_of_its_kinds_and_of_no_other() -> None:
    """Whatever of the three an event leaves beside the two that it always does."""
    always = (FootprintKind.COLLECTED, FootprintKind.GATHERED)
    perhaps = (FootprintKind.PUBLISHED, FootprintKind.SHARED, FootprintKind.USED)
    for number in range(8):
        kinds = {*always, *(kind for place, kind in enumerate(perhaps) if number >> place & 1)}
        found = {kind for kind in FootprintKind if together(kinds) in among(kind)}
        assert found == kinds
    for kind in FootprintKind:
        assert kind in among(kind)
        with pytest.raises(KeyError):
            together([kind])


async def test_they_are_filtered_by_kind_and_by_both_days_included(api: Api, clock: FixedClock) -> None:
    client = api.as_(resident(api.services))
    for day in (1, 2, 3):
        clock.move_to(date(2026, 11, day), hour=0)
        await leave(api, FootprintKind.QUERIED, f"{day}日零点")
        clock.move_to(date(2026, 11, day), hour=23)
        await leave(api, FootprintKind.USED, f"{day}日夜里")
    clock.move_to(date(2026, 11, 21))
    found = (await client.get("/me/footprints?from=2026-11-02&to=2026-11-02")).json()["items"]
    assert [item["unit"] for item in found] == ["2日夜里", "2日零点"]
    found = (await client.get("/me/footprints?kind=used&from=2026-11-02")).json()["items"]
    assert [(item["unit"], item["kindLabel"]) for item in found] == [("3日夜里", "使用"), ("2日夜里", "使用")]


async def test_a_query_of_a_stranger_can_be_objected_to_and_ones_own_cannot(api: Api, clock: FixedClock) -> None:
    client = api.as_(resident(api.services))
    await leave(api, FootprintKind.QUERIED)
    clock.advance(minutes=1)
    await leave(api, FootprintKind.QUERIED, "本人")
    own, strange = (await client.get("/me/footprints")).json()["items"]
    assert not own["canDispute"] and own["dispute"] is None
    assert strange["dispute"] == {
        "flow": "objection",
        "label": "我不认识这次查询",
        "reason": "unknown_query",
        "footprintId": strange["id"],
        "recordId": "rec_1",
    }


async def test_nobody_sees_anothers_footprints_and_bad_asking_is_refused(api: Api) -> None:
    await leave(api, FootprintKind.QUERIED)
    other = api.as_(resident(api.services, "acc_two", "110105198502021231"))
    assert (await other.get("/me/footprints")).json()["items"] == []
    for query in ("kind=seen", "from=yesterday", "limit=0", "limit=101", "cursor=xx", "cursor=WyJhIiwiYiJd"):
        assert (await other.get(f"/me/footprints?{query}")).status_code == 400, query


async def test_nobody_waits_long_for_a_footprint_that_is_not_written(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that waits behind another's write waits no longer than that one."""
    monkeypatch.setattr(gathered, "_SECONDS", 0.3)
    footprints = store.FootprintStore(database, KEYS)
    entries = [
        footprint(f"sub_{n}", FootprintKind.QUERIED, clock.now(), unit="本人", why="", basis="") for n in range(3)
    ]
    async with hindered(database, failCommands=["insert"], blockConnection=True, blockTimeMS=2000):
        began = time.monotonic()
        first = footprints.append(entries[0])
        await asyncio.sleep(0.05)
        outcomes = await asyncio.gather(footprints.append(entries[1]), first, return_exceptions=True)
        assert [isinstance(one, Exception) and is_outage(one) for one in outcomes] == [True, True], outcomes
        assert time.monotonic() - began < 1.8
    monkeypatch.setattr(gathered, "_SECONDS", 30)  # the server is still about the first
    await footprints.append(entries[2])
    assert await database.collection("footprints").count_documents({"subject": "sub_2"}) == 1


async def test_ones_own_looks_are_asked_for_apart_and_crowd_nobody_out(api: Api, clock: FixedClock) -> None:
    client, me = api.as_(resident(api.services)), resident(api.services).bound_subject
    await leave(api, FootprintKind.QUERIED)
    await api.services.footprints.note_once([trail(me, clock.now(), 1)].copy)
    for _ in range(3):
        clock.advance(minutes=1)
        await leave(api, FootprintKind.QUERIED, OWN)
    await leave(api, FootprintKind.REPAIRED, OWN)  # no look
    others = (await client.get("/me/footprints?limit=6&own=false")).json()
    assert [one["kind"] for one in others["items"]].count("queried") == 1 and others["nextCursor"] is None
    assert {one["unit"] for one in others["items"]} == {"某银行", "某局", "信用中心", "甲系统", "乙系统", OWN}
    looks = [(await client.get(f"/me/footprints?limit=2&own=true{more}")).json() for more in ("", "&kind=queried")]
    assert [[one["unit"] for one in page["items"]] for page in looks] == [[OWN, OWN], [OWN, OWN]]
    assert all(page["nextCursor"] for page in looks)
    by_kind = (await client.get("/me/footprints?limit=1&own=false&kind=queried")).json()
    assert [one["unit"] for one in by_kind["items"]] == ["某银行"]

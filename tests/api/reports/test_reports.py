"""The report over HTTP: complete, marked, foot-printed before it leaves, unchanged when nothing changed."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pypdf
import pytest
import zxingcpp
from PIL import Image
from pymongo.monitoring import CommandListener, CommandStartedEvent

from api.composition import Services
from api.infra.mongo import Database
from api.papers import setting
from api.papers.models import IssuedDocument
from api.papers.setting import blank
from api.records.models import AppliedMeasure, Disclosure, Particulars, Section, Standing
from api.reports.assembly import assemble
from tests.support.api import Api, make_settings, open_api, resident
from tests.support.choices import known_as
from tests.support.kept import emptied
from tests.support.mongo import Server
from tests.support.records import NAME, NUMBER, make_record, put_records
from tests.support.world import FixedClock


async def test_a_report_shows_each_record_with_its_source_both_periods_and_what_can_be_done(api: Api) -> None:
    who = await known_as(api.services, resident(api.services), NAME)
    open_now = make_record(api.services, who)
    later = make_record(
        api.services, who, decided_on=date(2026, 11, 1), ended_on=date(2026, 11, 1), duty_performed_on=date(2026, 11, 2)
    )
    praise = make_record(
        api.services, who, section=Section.COMMENDATION, code="commendation", title="表彰奖励", record_class=None
    )
    await put_records(api.services, open_now, later, praise)
    answer = await api.as_(who).get("/me/report")
    assert answer.status_code == 200
    report = answer.json()
    assert report["name"] == NAME
    assert NUMBER not in answer.text
    sections = {section["section"]: section["records"] for section in report["sections"]}
    assert {record["id"] for record in sections["dishonesty"]} == {open_now.id, later.id}
    by_id = {record["id"]: record for record in sections["dishonesty"]}
    assert by_id[open_now.id]["repair"]["state"] == "open"
    assert by_id[later.id]["repair"]["state"] == "opens"
    assert by_id[later.id]["repair"]["opensOn"] == "2027-02-02"
    assert by_id[later.id]["publicity"]["maximumEndsOn"] == "2027-11-01"
    assert by_id[later.id]["disclosurePeriod"]["endsOn"] == "2031-11-01"
    assert by_id[open_now.id]["sourceUnit"]
    assert report["summary"] == {
        "text": "有2条失信信息，其中1条现在就可以申请修复。",
        "dishonesty": 2,
        "commendations": 1,
        "canRepairNow": 1,
        "nextOpensOn": "2027-02-02",
        "marked": 0,
    }


@pytest.mark.parametrize("section", [Section.DECLARATION, Section.PLEDGE, Section.DISHONESTY])
async def test_the_report_names_its_person_whatever_the_newest_record_says(api: Api, section: Section) -> None:
    """A declaration and a pledge keep no second copy of the name, and came first in the report."""
    who = await known_as(api.services, resident(api.services), NAME, NUMBER)
    nameless = make_record(
        api.services, who, section=section, particulars=Particulars("", "", "", {"内容": "按时还款"})
    )
    await put_records(api.services, make_record(api.services, who), nameless)
    client = api.as_(who, stepped_up=True)
    report = (await client.get("/me/report")).json()
    assert (report["name"], report["documentKind"], report["documentNumber"]) == (
        NAME, "居民身份证", "1101************37",
    )  # fmt: skip
    pdf = (await client.get("/me/report.pdf")).content
    flat = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")
    assert NAME in flat
    assert "居民身份证 1101************37" in flat


async def test_the_paper_says_the_day_of_shanghai(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 21), hour=1)  # the 20th in Greenwich
    who = resident(api.services)
    await put_records(api.services, make_record(api.services, who))
    pdf = (await api.as_(who, stepped_up=True).get("/me/report.pdf")).content
    flat = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "2026年11月21日" in flat.replace(" ", "").split("归集时间")[1][:12]


async def test_the_paper_draws_no_publicity_of_what_is_not_published(api: Api) -> None:
    """As on the page, which says 看不到 of it."""
    who = resident(api.services)
    hidden = Disclosure(is_published=False, is_shared=True, is_queryable=True)
    minor = make_record(
        api.services,
        who,
        record_class="minor",
        decided_on=date(2026, 11, 1),
        ended_on=date(2026, 11, 1),
        disclosure=hidden,
    )
    await put_records(api.services, minor)
    pdf = (await api.as_(who, stepped_up=True).get("/me/report.pdf")).content
    flat = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")
    assert "披露期限" in flat and "公示期（至迟）" not in flat


async def test_the_paper_draws_the_last_day_that_the_page_tells(api: Api, clock: FixedClock) -> None:
    who = resident(api.services)
    until = clock.now().date() + timedelta(days=100)
    await put_records(api.services, make_record(api.services, who, record_class=None, authority_until=until))
    pdf = (await api.as_(who, stepped_up=True).get("/me/report.pdf")).content
    flat = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    drawn = flat.replace(" ", "").split("公示期（至迟）")[1][:21]
    assert drawn.endswith(f"{until:%Y.%m.%d}"), "the day of the unit, where no class tells another"


async def test_what_is_no_longer_disclosed_stands_apart(api: Api) -> None:
    who = resident(api.services)
    gone = make_record(api.services, who, standing=Standing.REPAIRED, disclosure=Disclosure(False, False, False))
    await put_records(api.services, gone)
    report = (await api.as_(who).get("/me/report")).json()
    assert [section["section"] for section in report["sections"]] == ["stopped"]
    assert report["summary"]["dishonesty"] == 0


async def test_another_residents_records_are_not_in_it(api: Api) -> None:
    mine, other = resident(api.services), resident(api.services, "acc_two", "210202195803124526")
    await put_records(api.services, make_record(api.services, other))
    assert (await api.as_(mine).get("/me/report")).json()["sections"] == []


async def test_reading_ones_report_leaves_a_footprint(api: Api) -> None:
    who = resident(api.services)
    await api.as_(who).get("/me/report")
    page = await api.services.footprints.page(who.bound_subject, None, None, 10)
    assert [(entry.kind, entry.unit) for entry in page.items] == [("queried", "本人")]


async def test_an_unchanged_report_is_not_sent_again_until_a_fact_or_the_day_changes(
    api: Api, clock: FixedClock
) -> None:
    who = resident(api.services)
    record = make_record(api.services, who)
    await put_records(api.services, record)
    client = api.as_(who)
    etag = (await client.get("/me/report")).headers["etag"]
    again = await client.get("/me/report", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")

    await put_records(api.services, make_record(api.services, who))
    assert (await client.get("/me/report", headers={"If-None-Match": etag})).status_code == 200
    etag = (await client.get("/me/report")).headers["etag"]
    clock.move_to(clock.today() + timedelta(days=1))
    assert (await api.as_(who).get("/me/report", headers={"If-None-Match": etag})).status_code == 200


async def test_the_version_of_one_persons_empty_report_is_no_other_persons(api: Api) -> None:
    """A helper's browser sends the version that it keeps for the address, whomever it helps now."""
    one, other = resident(api.services), resident(api.services, "acc_other", "21020319900101233X")
    first = await api.as_(one).get("/me/report")
    assert {part.strip() for part in first.headers["vary"].split(",")} >= {"Authorization", "On-Behalf-Of"}
    kept = {"If-None-Match": first.headers["etag"]}
    unchanged = await api.as_(one).get("/me/report", headers=kept)
    assert unchanged.status_code == 304 and unchanged.headers["vary"] == first.headers["vary"]
    assert (await api.as_(other).get("/me/report", headers=kept)).status_code == 200


class Commands(CommandListener):
    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: object) -> None: ...
    def failed(self, event: object) -> None: ...


async def test_a_report_takes_two_round_trips_side_by_side_and_an_unchanged_one_a_single_covered_query(
    mongo_server: Server, clock: FixedClock
) -> None:
    commands = Commands()
    async with emptied(mongo_server, [commands]) as database, open_api(database, clock) as api:
        who = resident(api.services)
        await put_records(api.services, *(make_record(api.services, who) for _ in range(20)))
        client = api.as_(who)
        etag = (await client.get("/me/report")).headers["etag"]
        commands.names.clear()
        assert (await client.get("/me/report")).status_code == 200
        assert sorted(commands.names) == ["aggregate", "insert"]
        commands.names.clear()
        assert (await client.get("/me/report", headers={"If-None-Match": etag})).status_code == 304
        assert commands.names == ["find"]
        plan = await database.raw.command(
            "explain",
            {
                "find": "records",
                "filter": {"subject": who.subject},
                "projection": {"_id": 1, "version": 1},
                "sort": {"_id": -1},
            },
            verbosity="executionStats",
        )
        assert plan["executionStats"]["totalKeysExamined"] <= 21


async def test_the_pdf_asks_for_the_identity_again(api: Api) -> None:
    answer = await api.as_(resident(api.services)).get("/me/report.pdf")
    assert answer.status_code == 403
    assert answer.json()["code"] == "step-up-needed"
    assert answer.json()["nextStep"]["flow"] == "step-up"


async def test_the_pdf_says_what_the_page_says_and_its_code_verifies_it(api: Api) -> None:
    who = await known_as(api.services, resident(api.services), NAME)
    await put_records(api.services, make_record(api.services, who))
    client = api.as_(who, stepped_up=True)
    answer = await client.get("/me/report.pdf", params={"purpose": "求职"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    flat = text.replace("\n", "").replace(" ", "")
    report = (await client.get("/me/report")).json()
    for expected in (NAME, "求职", report["summary"]["text"], "大连市市场监督管理局（示例）", "未按规定明码标价"):
        assert expected.replace(" ", "") in flat
    assert NUMBER not in flat
    code = flat.split("查验码：")[1][:23]

    verified = (await api.anyone.post("/reports/verify", json={"code": code})).json()
    assert verified["isGenuine"] is True
    assert verified["hasNewerFacts"] is False
    assert verified["answer"] == "genuine"
    assert set(verified) == {
        "isGenuine", "answer", "isComplete", "kind", "issuedAt", "digest", "digestAlgorithm", "hasNewerFacts"
    }  # fmt: skip
    await put_records(api.services, make_record(api.services, who))
    verified = (await api.anyone.post("/reports/verify", json={"code": code})).json()
    assert (verified["hasNewerFacts"], verified["answer"]) == (True, "outdated")


async def test_the_pdf_writes_the_days_of_a_units_items_like_all_others(api: Api) -> None:
    who = await known_as(api.services, resident(api.services), NAME)
    sent = Particulars(NAME, "resident_id", NUMBER, {"处罚决定日期": "2026-09-09"})
    await put_records(api.services, make_record(api.services, who, particulars=sent))
    answer = await api.as_(who, stepped_up=True).get("/me/report.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "2026年9月9日" in text.replace("\n", "").replace(" ", "") and "2026-09-09" not in text


async def test_a_code_is_read_as_people_type_it_and_in_no_other_way(api: Api) -> None:
    code = "A0CDE-FGH1K-MNPQR-STVWX"
    papers = api.services.papers
    await papers._store.insert(
        None,
        IssuedDocument(
            id=papers._index(code), kind="report", number="one", subject="s", facts="f", digest="d",
            issued_at=api.services.clock.now(),
        )
    )  # fmt: skip
    full_width = code.translate({ord(letter): ord(letter) + 0xFEE0 for letter in code})
    for said in (
        code, code.lower(), f" {code} ", code.replace("-", ""), code.replace("-", " "), code.replace("-", "‐"),
        code.replace("-", "—"), code.replace("0", "O"), code.replace("1", "I").lower(), code.replace("1", "l"),
        full_width, full_width.replace("－", "　"), code + "\u200b",
    ):  # fmt: skip
        assert (await api.anyone.post("/reports/verify", json={"code": said})).json()["isGenuine"] is True, said
    for said in (code.lower().replace("s", "ſ"), code.replace("A", "А"), code[:-1], code + "X", "U" + code[1:]):
        answer = (await api.anyone.post("/reports/verify", json={"code": said})).json()
        assert (answer["answer"], answer["isComplete"]) == ("unknown", False), said


async def test_a_code_nobody_issued_is_not_genuine(api: Api) -> None:
    verified = (await api.anyone.post("/reports/verify", json={"code": "AAAAA-AAAAA-AAAAA-AAAAA"})).json()
    assert (verified["isGenuine"], verified["answer"], verified["isComplete"]) == (False, "unknown", True)
    assert verified["digest"] is None
    assert (await api.anyone.get("/reports/verify/AAAAA-AAAAA-AAAAA-AAAAA")).json() == verified, (
        "as programs ask it still"
    )


async def test_forty_records_fit_into_120_kilobytes_and_are_tagged(api: Api) -> None:
    who = resident(api.services)
    await put_records(api.services, *(make_record(api.services, who) for _ in range(40)))
    pdf = (await api.as_(who, stepped_up=True).get("/me/report.pdf")).content
    assert len(pdf) <= 120_000
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    resources: Any = reader.pages[0]["/Resources"]
    assert root["/MarkInfo"]["/Marked"]
    assert any("Noto" in str(font) for font in resources["/Font"].get_object().values())


def test_the_qr_on_the_paper_reads_back() -> None:
    sheet = blank("个人公共信用报告", "大连市信用中心（示例）", "本人查阅", ()).numbered(
        "BG1", datetime(2026, 11, 21, tzinfo=UTC), "ABCDE-FGHJK-MNPQR-STVWX", "https://example.cn/verify"
    )
    data = {"data": msgspec.json.encode(setting._data(sheet)).decode()}
    made: Any = setting._compiler().compile(format="png", ppi=144, sys_inputs=data)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(made[0] if isinstance(made, list) else made)))
    assert found.text == "https://example.cn/verify#ABCDE-FGHJK-MNPQR-STVWX"


def test_settings_name_the_centre_that_issues(database: Database) -> None:
    services = Services(make_settings(), database=database)
    assert services.centre_name("dalian") == "大连市信用中心（示例）"
    assert "云南" in services.centre_name(None)


async def test_a_character_that_the_font_lacks_costs_nobody_their_document(api: Api) -> None:
    who = resident(api.services)
    await put_records(api.services, make_record(api.services, who))
    for purpose in ("给🧚看", "\x99", "\U000db1a3"):
        answer = await api.as_(who, stepped_up=True).get("/me/report.pdf", params={"purpose": purpose})
        assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")


def test_what_is_encoded_beforehand_reads_as_if_it_were_not(database: Database, clock: FixedClock) -> None:
    services = Services(make_settings(), database=database, clock=clock)
    who = resident(services)
    records = [
        make_record(services, who),
        make_record(services, who, jurisdiction="yunnan", record_class=None, duty_performed_on=None),
        make_record(services, who, standing=Standing.REPAIRED),
        make_record(services, who, section=Section.COMMENDATION, code="commendation", record_class=None),
        make_record(services, who, code="none-such"),
    ]
    plain = assemble(records, None, clock.now())
    assert plain.summary.dishonesty == 3
    assert msgspec.json.encode(assemble(records, None, clock.now(), is_encoded=True)) == msgspec.json.encode(plain)


async def test_the_paper_calls_an_incentive_by_its_name(api: Api) -> None:
    """It stood there as a penalty measure, on a paper that is shown to others."""
    who = resident(api.services)
    eased = AppliedMeasure(code="yn-i2", unit="昆明市税务局", since=date(2026, 5, 4))
    praise = make_record(
        api.services, who, jurisdiction="yunnan", section=Section.COMMENDATION, code="commendation", title="表彰奖励",
        record_class=None, measures=(eased,),
    )  # fmt: skip
    await put_records(api.services, praise)
    pdf = (await api.as_(who, stepped_up=True).get("/me/report.pdf")).content
    flat = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")
    assert "惩戒措施" not in flat and "激励措施" in flat, flat


@pytest.mark.parametrize(("place", "is_said"), [("dalian", False), ("yunnan", True)])
async def test_a_report_speaks_of_withdrawing_only_where_a_record_of_such_a_place_stands(
    api: Api, place: str, is_said: bool
) -> None:
    """Who has commendations of 大连 alone read that those of 云南 can be withdrawn at any time."""
    who = resident(api.services)
    await put_records(api.services, make_record(api.services, who, section=Section.COMMENDATION, jurisdiction=place))
    sections = {one["section"]: one for one in (await api.as_(who).get("/me/report")).json()["sections"]}
    assert ("随时申请撤销公示" in sections["commendation"]["note"]) is is_said

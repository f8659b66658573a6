"""A unit over HTTP: dry runs, the rows that come back, ids, its own records read back and put right by the checks of intake."""

import inspect
import io
import re
from typing import Any

import httpx
import openpyxl
import pytest
import python_calamine
import xlsxwriter

from api.infra.actors import SYSTEM
from api.infra.clock import civil_date
from api.providers.service import ROTATION_OVERLAP
from api.records.faults import CURES
from knowledge import catalogue
from tests.support.api import Api
from tests.support.files import DALIAN, HEADER, YUNNAN, add_providers, key_of, penalty, person, to_csv
from tests.support.world import FixedClock

CSV = {"Content-Type": "text/csv"}
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@pytest.fixture
async def unit(api: Api) -> httpx.AsyncClient:
    await add_providers(api.services)
    return api.with_key(await key_of(api.services, DALIAN))


def done(reply: httpx.Response, status: int = 200) -> Any:
    assert reply.status_code == status, reply.text
    return reply.json()


def cells(workbook: bytes) -> list[list[Any]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("处罚")
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(line, place, cell)
    return out.getvalue()


CLASS, UNIFIED = "失信类别(轻微/一般/严重)", "行政相对人代码_1(统一社会信用代码)"
FINE = "罚款金额（万元）"
WRONG: tuple[dict[str, tuple[str, str | None]], ...] = (
    # in the cell; on the paper that the clerk holds, None where there is nothing to be reported
    {"证件号码": ("2.10204E+17", person(1)), "处罚决定日期": ("昨天", "2026年9月1日"), FINE: ("5000", "5000元")},
    {"证件号码": ("210202800101002", person(2)), CLASS: ("中等", "轻微")},
    {"行政相对人类别": ("外星人", "自然人"), "处罚决定日期": ("2026.9", "2026年9月2日")},
    {"行政处罚决定书文号": ("", "连市监罚〔2026〕4号"), "违法行为终止日期": ("2026-13-40", "2026年8月20日")},
    {"处罚决定日期": ("2027-09-01", "2026年9月1日"), "证件类型": ("月票", "身份证")},
    {FINE: ("很多", "2000元"), "刑罚执行中": ("也许", "否")},
    {"数据来源单位": ("最高人民法院", "大连市市场监督管理局"), "处罚机关": ("#REF!", "大连市市场监督管理局")},
    {"证件号码": (person(8)[:-2] + "00", person(8)), "当前状态": ("审理中", "正常")},
    {"违法事实": ("当事人信仰佛教，未取得营业执照", "未取得营业执照")},
    {"证件号码": (person(10, born="20150101"), None)},
    {"行政相对人类别": ("法人", "法人"), "证件号码": ("", ""), UNIFIED: ("91210200MA0000000X", "91210200MA0000001M")},
    {"当前状态": ("撤销", None)},
    {"证件号码": ("", person(13)), "公示截止期": ("2020-01-01", "2027年9月1日")},
)  # fmt: skip


def typed(reason: str, paper: str | None) -> str | None:
    """What a clerk types who has read the reason and nothing else, and holds the paper; None: takes the row out."""
    if paper is None:
        assert re.search("从表里删掉这一行|的处罚不报", reason), reason
        return None
    if found := re.search(r"改成“(.+?)”", reason):
        return found[1]
    if found := re.search(r"就写“(.+?)”，真是万元就写“(.+?)”", reason):
        return next(one for one in found.groups() if one == paper)
    if "写成 2026-01-31 的样子" in reason:
        return "-".join(f"{int(part):02}" for part in re.findall(r"\d+", paper))
    copied = "写明单位，如|按原件重新填写|对照(?:证件原件重新填写|营业执照或者登记证书重新填写|证件填上|文书填上|文书改|生效的文书填上)|换成 18 位的公民身份号码"
    if re.search(f"{copied}|改成真实的内容|把这些内容从这一格删掉", reason):
        return paper
    if found := re.search(r"(?:写成 ?|的写 )(.+?)[；。，]", reason):
        assert paper in re.split(r" ?(?:、|或者) ?", found[1]), reason
        return paper
    pytest.fail(f"nobody knows what to write: {reason}")


async def test_a_clerk_mends_the_refused_rows_in_excel_by_what_the_sheet_says(
    api: Api, unit: httpx.AsyncClient
) -> None:
    header = [*HEADER, "当前状态", UNIFIED]
    rows = [penalty(n, **{title: cell for title, (cell, _) in wrong.items()}) for n, wrong in enumerate(WRONG, 1)]
    rows += [penalty(20), penalty(20, 违法事实="另外一件事")]
    body = workbook([header, *([row.get(title, "") for title in header] for row in rows)])
    sent = done(await unit.post("/provider/records", content=body, headers=XLSX))
    assert (sent["accepted"], sent["refusedCount"]) == (1, len(WRONG) + 1)
    book = openpyxl.load_workbook(
        io.BytesIO((await unit.get(f"/provider/deliveries/{sent['deliveryId']}/refused")).content)
    )
    page = book.worksheets[0]
    titles = [cell.value for cell in page[1]]
    assert titles == [*header, "退回原因", "原来的行"]
    left = []
    for line in range(2, page.max_row + 1):
        number = int(page.cell(line, len(titles)).value)
        papers = WRONG[number - 2] if number - 2 < len(WRONG) else {"": ("", None)}
        reasons = page.cell(line, len(titles) - 1).value.split("\n")
        told = {found[1] or "": said for said in reasons if (found := re.match("(?:【(.+?)】)?", said))}
        assert set(told) <= set(papers) and len(told) == len(reasons), told
        red = {titles[cell.column - 1] for cell in page[line] if cell.fill.fgColor.rgb == "FFFDF1DC"}
        assert red == set(told) - {""}
        for title, reason in told.items():
            text = typed(reason, papers[title][1])
            if text is None:
                left.append(line)
                break
            page.cell(line, titles.index(title) + 1).value = text
    for line in reversed(left):
        page.delete_rows(line)
    out = io.BytesIO()
    book.save(out)
    again = done(await unit.post("/provider/records", content=out.getvalue(), headers=XLSX))
    assert again["refused"] == [] and again["accepted"] == len(WRONG) + 1 - len(left)
    assert len(left) == 3


def test_every_refusal_of_the_law_says_what_to_do() -> None:
    source = inspect.getsource(catalogue)
    codes = set(re.findall(r'Refused\(\s*"([a-z-]+)"', source)) | set(re.findall(r'code = "([a-z-]+)" if', source))
    codes |= set(re.findall(r'else "([a-z-]+)"\n', source))
    assert codes == set(CURES)


async def test_a_dry_run_stores_nothing_and_says_what_would_be(api: Api, unit: httpx.AsyncClient) -> None:
    body = to_csv([penalty(1), penalty(1), penalty(2, 处罚决定日期="2026-02-30")])
    dry = done(await unit.post("/provider/records?dryRun=true", content=body, headers=CSV))
    assert (dry["accepted"], dry["unchanged"], dry["refusedCount"], dry["isDry"]) == (1, 1, 1, True)
    assert dry["records"][0]["recordId"] is None
    assert (await unit.get(f"/provider/deliveries/{dry['deliveryId']}/refused")).status_code == 200
    assert done(await unit.get("/provider/records"))["items"] == []
    assert done(await unit.get("/provider/deliveries"))["items"] == []


async def test_a_row_that_is_not_as_another_of_its_file_names_that_row_and_leads_to_no_record_before_there_is_one(
    api: Api, unit: httpx.AsyncClient
) -> None:
    body = to_csv([penalty(1), penalty(1, **{FINE: "9"})])
    dry = done(await unit.post("/provider/records?dryRun=true", content=body, headers=CSV))
    (fault,) = dry["refused"]
    assert "第2行" in fault["reason"] and "已经入库" not in fault["reason"] and fault["line"] == 3
    assert "recordId" not in fault and "打开" not in fault["howToMend"]
    _, (*_, said, _) = cells((await unit.get(f"/provider/deliveries/{dry['deliveryId']}/refused")).content)
    assert said == fault["reason"] + fault["howToMend"]
    (fault,) = done(await unit.post("/provider/records", content=body, headers=CSV))["refused"]
    assert "第2行" in fault["reason"]
    assert done(await unit.get(f"/provider/records/{fault['recordId']}"))["id"] == fault["recordId"]


async def test_a_clerk_who_is_refused_is_told_what_a_person_does_there(api: Api, unit: httpx.AsyncClient) -> None:
    done(await unit.post("/provider/records", content=to_csv([penalty(1)]), headers=CSV))
    body = to_csv([penalty(1, **{FINE: "9"})])
    (fault,) = done(await unit.post("/provider/records", content=body, headers=CSV))["refused"]
    unreadable = done(await unit.post("/provider/records", content=b"%PDF-1.7", headers=CSV), 400)
    for words in (fault["reason"], fault["howToMend"], unreadable["detail"], unreadable["nextStep"]["text"]):
        assert not any(word in words for word in ("接口", "JSON", "命令行")), words


async def test_ids_come_back_and_lead_to_the_record(api: Api, unit: httpx.AsyncClient) -> None:
    headers = {**CSV, "X-File-Name": "%E5%A4%84%E7%BD%9A.csv"}
    sent = done(await unit.post("/provider/records", content=to_csv([penalty(1), penalty(2)]), headers=headers))
    first, second = sent["records"]
    assert (first["line"], second["line"]) == (2, 3) and first["isNew"]
    record = done(await unit.get(f"/provider/records/{first['recordId']}"))
    assert record["actNumber"] == "连市监罚〔2026〕1号" and person(1) not in str(record)
    found = done(await unit.post("/provider/records/search", json={"actNumber": "连市监罚[2026] 1号"}))
    assert [one["id"] for one in found["items"]] == [record["id"]]
    found = done(await unit.post("/provider/records/search", json={"documentNumber": person(2)}))
    assert [one["id"] for one in found["items"]] == [second["recordId"]]
    (delivery,) = done(await unit.get("/provider/deliveries"))["items"]
    assert (delivery["fileName"], delivery["accepted"], delivery["person"]) == ("处罚.csv", 2, "接口密钥")
    assert done(await unit.get(f"/provider/deliveries/{delivery['id']}"))["state"] == "done"


async def test_a_file_whose_process_was_killed_is_not_taken_in_for_two_years(
    api: Api, unit: httpx.AsyncClient, clock: FixedClock
) -> None:
    sent = done(await unit.post("/provider/records", content=to_csv([penalty(1)]), headers=CSV))
    begun = {"state": "running", "accepted": 0}  # as it stands while the file is taken in
    await api.services.database.collection("deliveries").update_one({"_id": sent["deliveryId"]}, {"$set": begun})

    async def states() -> set[str]:
        (listed,) = done(await unit.get("/provider/deliveries"))["items"]
        return {listed["state"], done(await unit.get(f"/provider/deliveries/{sent['deliveryId']}"))["state"]}

    assert await states() == {"running"}
    clock.advance(hours=1, seconds=1)
    assert await states() == {"interrupted"}


async def test_another_unit_finds_neither_records_nor_deliveries(api: Api, unit: httpx.AsyncClient) -> None:
    bad = penalty(2, 处罚决定日期="昨天")
    sent = done(await unit.post("/provider/records", content=to_csv([penalty(1), bad]), headers=CSV))
    other = api.with_key(await key_of(api.services, YUNNAN))
    record, delivery = sent["records"][0]["recordId"], sent["deliveryId"]
    for path in (f"records/{record}", f"deliveries/{delivery}", f"deliveries/{delivery}/refused"):
        assert (await other.get(f"/provider/{path}")).status_code == 404
    found = done(await other.post("/provider/records/search", json={"documentNumber": person(1)}))
    assert found["items"] == done(await other.get("/provider/records"))["items"] == []


async def test_a_column_nobody_understands_stops_the_file_until_it_is_confirmed_or_left_out(
    api: Api, unit: httpx.AsyncClient
) -> None:
    header = [*(one for one in HEADER if one != "处罚决定日期"), "处罚决订日期", "案件来源"]
    rows = [{**penalty(1), "处罚决订日期": "2026-09-01", "案件来源": "举报"}]
    rows[0].pop("处罚决定日期")
    body = to_csv(rows, header=header)
    stopped = done(await unit.post("/provider/records", content=body, headers=CSV), 400)
    assert stopped["code"] == "columns-unclear" and "处罚决订日期”像是“处罚决定日期" in stopped["detail"]
    confirmed = {"column": "处罚决订日期=处罚决定日期"}
    stopped = done(await unit.post("/provider/records", params=confirmed, content=body, headers=CSV), 400)
    assert [fault["field"] for fault in stopped["errors"]] == ["案件来源"]
    params = {**confirmed, "leave": "案件来源"}
    taken = done(await unit.post("/provider/records", params=params, content=body, headers=CSV))
    assert taken["accepted"] == 1 and taken["ignoredColumns"] == ["案件来源"]


async def test_resending_something_else_names_the_record_that_is_there(api: Api, unit: httpx.AsyncClient) -> None:
    sent = done(await unit.post("/provider/records", content=to_csv([penalty(1)]), headers=CSV))
    other = to_csv([penalty(1, **{"罚款金额（万元）": "0.3", "处罚内容": "罚款三千元"})])
    refused = done(await unit.post("/provider/records", content=other, headers=CSV))["refused"]
    assert [fault["recordId"] for fault in refused] == [sent["records"][0]["recordId"]]
    path = f"/provider/records/{refused[0]['recordId']}/corrections"
    fields = {"items": {"罚款金额": "0.3", "处罚内容": "罚款三千元"}}
    put_right = done(await unit.post(path, json={"reason": "录错了", "fields": fields}))
    assert set(put_right["changed"]) == {"罚款金额（万元）", "处罚内容"}
    again = done(await unit.post("/provider/records", content=other, headers=CSV))
    assert (again["unchanged"], again["refusedCount"]) == (1, 0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"items": {"罚款金额（万元）": "二十万"}}, "罚款金额（万元）"),
        ({"items": {"罚款金额（万元）": "5000"}}, "罚款金额（万元）"),
        ({"items": {"公示截止期": "昨天"}}, "公示截止期"),
        ({"items": {"我们": "有话说"}}, "我们"),
        ({"items": {"处罚机关": "最高人民法院"}}, "处罚机关"),
        ({"actNumber": "连市监罚(2026)2号"}, "actNumber"),
        ({"items": {"行政处罚决定书文号": "连市监罚〔2026〕2号"}}, "actNumber"),
        ({"actNumber": "LJ〔2026〕3号"}, "actNumber"),
        ({"decidedOn": "1926-09-01"}, "decidedOn"),
        ({"sentenceCompletedOn": "9995-01-01"}, "sentenceCompletedOn"),
        ({"items": {"公示截止期": "2026-01-01"}}, "authorityUntil"),
        ({"unperformed": "当事人血型为A型"}, "unperformed"),
        ({"nonRepairableBasis": "当事人信仰佛教"}, "nonRepairableBasis"),
        ({"endedOn": "1997-12-31"}, "subject"),
        ({"name": "甲某某"}, "name"),
        ({"name": "甲、乙"}, "name"),
        ({"isServing": True, "sentenceCompletedOn": "2026-10-01"}, "isServing"),
    ],
)
async def test_corrections_pass_the_checks_of_intake(
    api: Api, unit: httpx.AsyncClient, fields: dict[str, Any], field: str
) -> None:
    others = [penalty(2), penalty(3, 行政处罚决定书文号="lj〔2026〕3号")]
    rows = [one | {"证件号码": person(1), "行政相对人名称": "甲一"} for one in (penalty(1), *others)]
    sent = done(await unit.post("/provider/records", content=to_csv(rows), headers=CSV))
    record = sent["records"][0]["recordId"]
    before = done(await unit.get(f"/provider/records/{record}"))
    refused = done(
        await unit.post(f"/provider/records/{record}/corrections", json={"reason": "更正", "fields": fields}), 400
    )
    assert [fault["field"] for fault in refused["errors"]] == [field]
    assert done(await unit.get(f"/provider/records/{record}")) == before


async def test_what_was_lawful_at_intake_is_so_in_a_correction(api: Api, unit: httpx.AsyncClient) -> None:
    """Somebody of sixteen with an income of their own, though not of fifteen."""
    young = penalty(1, 证件号码=person(1, born="20091001"), 以自己劳动收入为主要生活来源="是")
    sent = done(await unit.post("/provider/records", content=to_csv([young], header=young), headers=CSV))
    path = f"/provider/records/{sent['records'][0]['recordId']}/corrections"
    for day, status in (("2026-08-21", 200), ("2025-01-01", 400)):
        done(await unit.post(path, json={"reason": "日期录错", "fields": {"endedOn": day}}), status)


async def test_a_held_record_of_somebody_of_sixteen_is_released_by_an_income_of_their_own(
    api: Api, unit: httpx.AsyncClient
) -> None:
    row = penalty(1, 证件类型="护照", 证件号码="E12345678")
    sent = done(await unit.post("/provider/records", content=to_csv([row]), headers=CSV))
    record = sent["records"][0]["recordId"]

    async def correct(status: int, **fields: Any) -> Any:
        path = f"/provider/records/{record}/corrections"
        return done(await unit.post(path, json={"reason": "核对护照", "fields": fields}), status)

    for too_young in ({"bornOn": "2010-01-01"}, {"bornOn": "2011-06-01", "hasOwnIncome": True}):
        assert [one["field"] for one in (await correct(400, **too_young))["errors"]] == ["bornOn"]
    await correct(409, hasOwnIncome=True)
    await correct(200, bornOn="2010-01-01", hasOwnIncome=True)
    after = await api.services.records.get(record)
    assert not after.awaits_birth_date and after.disclosure.is_published


async def test_a_field_and_the_label_that_shows_it_change_together(api: Api, unit: httpx.AsyncClient) -> None:
    sent = done(await unit.post("/provider/records", content=to_csv([penalty(1)]), headers=CSV))
    path = f"/provider/records/{sent['records'][0]['recordId']}"
    body = {"reason": "日期录错", "fields": {"decidedOn": "2026-09-02"}}
    done(await unit.post(f"{path}/corrections", json=body))
    assert done(await unit.get(path))["items"]["处罚决定日期"] == "2026-09-02"
    body = {"reason": "日期又错", "fields": {"items": {"处罚决定日期": "2026年9月3日"}}}
    assert done(await unit.post(f"{path}/corrections", json=body))["changed"] == ["文书日期"]
    record = done(await unit.get(path))
    assert record["decidedOn"] == record["items"]["处罚决定日期"] == "2026-09-03"
    body = {"reason": "文号录错", "fields": {"actNumber": "连市监罚[2026]9号"}}
    done(await unit.post(f"{path}/corrections", json=body))
    assert done(await unit.get(path))["actNumber"] == "连市监罚〔2026〕9号"


async def test_templates_can_be_filled_in_and_sent(api: Api, unit: httpx.AsyncClient) -> None:
    kinds = done(await unit.get("/provider/templates"))["items"]
    assert [kind["id"] for kind in kinds] == ["penalty", "licence", "market"]
    header = cells((await unit.get("/provider/templates/penalty")).content)[0]
    row = {title.lstrip("*"): value for title, value in penalty(1).items()}
    filled = workbook([header, [row.get(title.lstrip("*"), "") for title in header]])
    assert done(await unit.post("/provider/records", content=filled, headers=XLSX))["accepted"] == 1
    assert (await unit.get("/provider/templates/none")).status_code == 404


async def test_every_answer_to_a_key_that_ends_names_its_last_day(api: Api, unit: httpx.AsyncClient) -> None:
    assert "key-ends-on" not in (await unit.get("/provider/records")).headers
    now, services = api.services.clock.now(), api.services
    old = await services.providers.issue_key(None, SYSTEM, DALIAN.id, now)
    await services.providers.rotate_key(None, SYSTEM, old.partition(".")[0], now)
    last = civil_date(now + ROTATION_OVERLAP).isoformat()
    for path in ("/provider/records", "/provider/records/rec_none"):
        assert (await api.with_key(old).get(path)).headers["key-ends-on"] == last


async def test_a_bad_key_is_called_a_bad_key(api: Api, unit: httpx.AsyncClient) -> None:
    refused = done(await api.with_key("pk_none.secret").get("/provider/records"), 401)
    assert refused["code"] == "key-refused" and "登录" not in refused["nextStep"]["text"]


@pytest.mark.parametrize("name", ["最高人民法院", "大连市公安局"])
async def test_a_unit_speaks_for_itself_alone(api: Api, unit: httpx.AsyncClient, name: str) -> None:
    for cells_ in ({"处罚机关": name}, {"数据来源单位": name}):
        sent = done(await unit.post("/provider/records", content=to_csv([penalty(1, **cells_)]), headers=CSV))
        assert [fault["code"] for fault in sent["refused"]] == ["not-own-unit"]


async def test_another_name_is_taken_with_a_written_relation(api: Api, unit: httpx.AsyncClient) -> None:
    from msgspec.structs import replace

    await api.services.providers.add(
        None, SYSTEM, replace(DALIAN, represents=("大连市公安局",)), api.services.clock.now()
    )
    body = to_csv([penalty(1, 处罚机关="大连市公安局")])
    assert done(await unit.post("/provider/records", content=body, headers=CSV))["accepted"] == 1


async def test_a_row_handed_in_again_under_the_number_that_was_wrong_is_no_second_record(
    api: Api, unit: httpx.AsyncClient
) -> None:
    """Units send cumulative files: the sheet keeps the typing error that was put right here."""
    wrong, right = to_csv([penalty(1)]), to_csv([penalty(1, 行政处罚决定书文号="连市监罚〔2026〕9号")])
    sent = done(await unit.post("/provider/records", content=wrong, headers=CSV))
    record = sent["records"][0]["recordId"]
    body = {"reason": "文号录错", "fields": {"actNumber": "连市监罚〔2026〕9号"}}
    done(await unit.post(f"/provider/records/{record}/corrections", json=body))
    for again in (wrong, right):
        sent = done(await unit.post("/provider/records", content=again, headers=CSV))
        assert (sent["accepted"], sent["unchanged"], sent["refusedCount"]) == (0, 1, 0)
        assert sent["records"][0]["recordId"] == record
    trial = done(await unit.post("/provider/records?dryRun=true", content=wrong, headers=CSV))
    assert (trial["accepted"], trial["unchanged"]) == (0, 1)
    other = to_csv([penalty(1, 处罚内容="罚款三千元")])
    sent = done(await unit.post("/provider/records", content=other, headers=CSV))
    assert sent["accepted"] == 1, "another document that really has the number"

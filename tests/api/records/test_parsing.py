"""Whatever bytes come: rows or faults by line, and nothing that is not caught."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.records.errors import ColumnsUnclear, UnreadableFile
from api.records.files.columns import find, taken_apart
from api.records.files.lines import Line, read_line
from api.records.files.reading import Reading
from api.records.files.tables import RawRow
from api.records.files.values import Misread
from tests.support.files import HEADER, commendation, penalty, person, to_csv, to_lines


def rows_of(body: bytes) -> list[RawRow]:
    reading = Reading(io.BytesIO(body))
    reading.survey()
    return list(reading.rows())


def lines_of(body: bytes) -> list[Line]:
    """Raises the first fault of a row."""
    found = [read_line(row) for row in rows_of(body)]
    for read in found:
        if read.faults:
            raise read.faults[0]
    return [read.line for read in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_same_rows_come_out_of_every_encoding(encoding: str) -> None:
    rows = [penalty(1, 备注="𠮷野家，“引号”，换\n行"), penalty(2)]
    assert lines_of(to_csv(rows, encoding)) == lines_of(to_csv(rows))


@pytest.mark.parametrize(
    "written",
    [
        "罚款金额（万元）",
        "罚款金额(万元)",
        " 罚款 金额 ",
        "罚款金额（万元)",
        "\ufeff罚款金额〔万元〕".replace("〔", "[").replace("〕", "]"),
    ],
)
def test_a_header_is_known_whatever_its_brackets_and_spaces(written: str) -> None:
    column = find(written, "penalty")
    assert column is not None and column.title == "罚款金额（万元）"
    assert taken_apart(written).unit == ("万元" if "万元" in written else None)


def test_faults_of_a_row_come_in_the_order_of_its_columns() -> None:
    row = {
        "罚款金额（万元）": "两千",
        "处罚决定日期": "九月一日",
        "行政处罚决定书文号": "1.2E+20",
        "行政相对人名称": "甲" * 201,
        "公示截止期": "明年",
    }
    (read,) = map(read_line, rows_of(to_csv([penalty(1, **row)], header=[*row, *(set(HEADER) - row.keys())])))
    assert [fault.column for fault in read.faults] == list(row)


def test_rows_are_named_by_the_row_that_excel_shows() -> None:
    body = to_csv([penalty(1, 备注="一\n二\n三"), penalty(2)])
    assert [row.line for row in rows_of(body)] == [2, 3]


def test_a_short_row_ends_early_and_names_what_is_missing() -> None:
    header, row = to_csv([penalty(1)]).decode().split("\r\n")[:2]
    short = ",".join(row.split(",")[:5])
    whole, cut = (read_line(one) for one in rows_of("\r\n".join([header, row + ",,,", short]).encode()))
    assert whole.faults == () and {fault.column for fault in cut.faults} == {"处罚决定日期", "处罚机关"}


def test_bytes_that_are_no_text_are_a_fault_of_their_row_only() -> None:
    body = to_csv([penalty(1), penalty(2)])
    broken = body.replace("甲一".encode(), b"\xff\xff")
    found = rows_of(broken)
    assert found[0].fault is not None and len(found) == 2


@pytest.mark.parametrize("body", [b"", b"  \n", b"\xff\xfea\x00", b"[1,", b"[", "\ufeff".encode()])
def test_a_file_without_rows_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(UnreadableFile):
        rows_of(body)


def test_json_lines_and_an_array_of_the_same_say_the_same() -> None:
    rows = [commendation(1), commendation(2)]
    array = b"[" + b",".join(to_lines([row]).strip() for row in rows) + b"]"
    assert lines_of(array) == lines_of(to_lines(rows)) == lines_of(b"\xef\xbb\xbf" + to_lines(rows))


def test_a_line_that_is_no_object_is_a_fault_and_the_next_is_read() -> None:
    found = rows_of(
        b"{\n" + to_lines([commendation(1)]) + b'{"a": "' + b"x" * 400_000 + b'"}\n' + to_lines([commendation(2)])
    )
    assert [row.fault is None for row in found] == [False, True, False, True]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"decidedOn": "2026-02-30"}, "decidedOn"),
        ({"colour": "red"}, "colour"),
        ({"items": {"a": 1}}, "items"),
        ({"documentNumber": ""}, "documentNumber"),
        ({"severeList": "perhaps"}, "severeList"),
    ],
)
def test_a_json_fault_names_its_field_and_never_its_value(change: dict[str, object], column: str) -> None:
    with pytest.raises(Misread) as misread:
        lines_of(to_lines([commendation(1, **change)]))
    assert misread.value.column == column
    assert all(str(value) not in misread.value.reason for value in change.values() if value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-31", "2026-01-31"),
        ("2026/1/31", "2026-01-31"),
        ("2026年1月31日", "2026-01-31"),
        ("20260131", "2026-01-31"),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, read: str) -> None:
    (line,) = lines_of(to_csv([penalty(1, 处罚决定日期=written)]))
    assert str(line.decided_on) == read and line.items["处罚决定日期"] == read


CODE, COMPANY = "行政相对人代码_1(统一社会信用代码)", "91210200MA0000001M"


@pytest.mark.parametrize("cells", [{CODE: "/"}, {"居民身份证号": person(1)}, {"居民身份证号": f" {person(1).lower()}"}])
def test_the_same_number_again_and_nothing_are_no_fault(cells: dict[str, str]) -> None:
    (line,) = lines_of(to_csv([penalty(1, **cells)], header=(*HEADER, *cells)))
    assert line.document_number == person(1)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"处罚决定日期": "2026-02-30"}, "处罚决定日期", "bad-date"),
        ({"公示截止期": "明年"}, "公示截止期", "bad-date"),
        ({"罚款金额（万元）": "约两千"}, "罚款金额（万元）", "bad-amount"),
        ({"行政相对人类别": "法人及非法人组织", "证件号码": ""}, "行政相对人代码_1(统一社会信用代码)", "missing"),
        ({"行政相对人类别": "外星人"}, "行政相对人类别", "category-unclear"),
        *(({CODE: code}, CODE, "category-unclear") for code in (COMPANY, person(77), "1" * 18, "9121020", "某公司")),
        ({CODE: COMPANY, "行政相对人类别": ""}, CODE, "category-unclear"),
        ({"居民身份证号": person(2)}, "居民身份证号", "number-unclear"),
        ({"失信类别(轻微/一般/严重)": "很严重"}, "失信类别(轻微/一般/严重)", "class-unknown"),
        ({"刑罚执行中": "不知道"}, "刑罚执行中", "flag-unclear"),
        ({"证件号码": ""}, "证件号码", "missing"),
        ({"违法事实": "长" * 5001}, "违法事实", "too-long"),
    ],
)
def test_a_bad_cell_is_named_by_its_column(cells: dict[str, str], column: str, code: str) -> None:
    with pytest.raises(Misread) as misread:
        lines_of(to_csv([penalty(1, **cells)], header=dict.fromkeys((*HEADER, *cells))))
    assert (misread.value.column, misread.value.code) == (column, code)


def test_the_header_says_what_is_missing_and_what_nobody_knows() -> None:
    with pytest.raises(ColumnsUnclear) as missing:
        rows_of("行政相对人名称,证件号码,法定代表人,行政相对人代码_1(统一社会信用代码)\n甲,1,,\n".encode())
    assert missing.value.detail == "表头缺少必需的列：行政处罚决定书文号、处罚决定日期、处罚机关。"
    with pytest.raises(ColumnsUnclear) as unknown:
        rows_of(to_csv([penalty(1, 心情="好")], header=(*HEADER, "心情")))
    assert [one.header for one in unknown.value.columns] == ["心情"]
    assert len(rows_of(to_csv([penalty(1)], header=(*HEADER, "心情")))) == 1  # empty, it loses nothing


def read_all(body: bytes) -> int:
    """Reads as intake does; only the product's own refusals come out."""
    count = 0
    try:
        for row in rows_of(body):
            count += 1
            try:
                read_line(row)
            except Misread:
                continue
    except (UnreadableFile, ColumnsUnclear):
        return count
    return count


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    read_all(body)


@given(st.binary(max_size=300), st.sampled_from([b"{", b"[", to_csv([]), b"\xef\xbb\xbf"]))
def test_any_bytes_after_a_good_beginning_are_read_or_refused(body: bytes, beginning: bytes) -> None:
    read_all(beginning + body)


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=4))
def test_any_damage_inside_a_good_file_is_read_or_refused(place: int, damage: bytes) -> None:
    body = to_csv([penalty(1), penalty(2), penalty(3)])
    at = place % len(body)
    read_all(body[:at] + damage + body[at + len(damage) :])


@given(st.lists(st.dictionaries(st.sampled_from(HEADER), st.text(max_size=30)), max_size=5), st.integers(0, 5))
def test_any_text_in_the_layout_is_read_or_refused(rows: list[dict[str, str]], seed: int) -> None:
    body = (
        to_csv(
            [{**penalty(n), **{k: v.replace("\r", "") for k, v in row.items()}} for n, row in enumerate(rows)],
            "utf-8" if zlib.crc32(bytes([seed])) % 2 else "utf-8-sig",
        )
        if _encodable(rows)
        else b""
    )
    read_all(body)


def _encodable(rows: list[dict[str, str]]) -> bool:
    return all("\x00" not in value and value.isprintable() for row in rows for value in row.values())

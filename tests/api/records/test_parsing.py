"""Whatever bytes come: rows or faults by line, and nothing that is not caught."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.records.errors import UnreadableFile
from api.records.layouts import Line, Misread, faults_of_header, read_line
from api.records.parsing import RawRow, canonical, columns_of, read_rows
from tests.support.files import HEADER, commendation, penalty, to_csv, to_lines


def rows_of(body: bytes) -> list[RawRow]:
    return list(read_rows(io.BytesIO(body)))


def lines_of(body: bytes) -> list[Line]:
    return [read_line(row) for row in rows_of(body)]


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
    assert canonical(written) == "罚款金额"


def test_rows_are_named_by_the_line_on_which_they_begin() -> None:
    body = to_csv([penalty(1, 备注="一\n二\n三"), penalty(2)])
    assert [row.line for row in rows_of(body)] == [2, 5]


def test_a_row_with_another_number_of_cells_is_a_fault_and_the_next_is_read() -> None:
    good = to_csv([penalty(1)]).decode()
    header, row = good.split("\r\n")[:2]
    short = ",".join(row.split(",")[:5])
    found = rows_of("\r\n".join([header, short, row + ",多余", row]).encode())
    assert [row.fault is None for row in found] == [False, False, True]


def test_bytes_that_are_no_text_are_a_fault_of_their_row_only() -> None:
    body = to_csv([penalty(1), penalty(2)])
    broken = body.replace("甲1".encode(), b"\xff\xff")
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


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"处罚决定日期": "2026-02-30"}, "处罚决定日期", "bad-date"),
        ({"公示截止期": "明年"}, "公示截止期", "bad-date"),
        ({"罚款金额（万元）": "约两千"}, "罚款金额", "bad-amount"),
        ({"行政相对人类别": "法人及非法人组织"}, "行政相对人类别", "out-of-scope"),
        ({"行政相对人类别": "个体工商户"}, "行政相对人类别", "out-of-scope"),
        ({"失信类别(轻微/一般/严重)": "很严重"}, "失信类别", "class-unknown"),
        ({"证件号码": ""}, "证件号码", "missing"),
        ({"违法事实": "长" * 5001}, "违法事实", "too-long"),
    ],
)
def test_a_bad_cell_is_named_by_its_column(cells: dict[str, str], column: str, code: str) -> None:
    with pytest.raises(Misread) as misread:
        lines_of(to_csv([penalty(1, **cells)]))
    assert (misread.value.column, misread.value.code) == (column, code)


def test_the_header_says_what_is_missing_and_what_nobody_knows() -> None:
    missing, unknown = faults_of_header(
        ("行政相对人名称", "证件号码", "心情", "法定代表人", "行政相对人代码_1(统一社会信用代码)")
    )
    assert missing == ("行政处罚决定书文号", "处罚决定日期", "处罚机关") and unknown == ("心情",)
    assert faults_of_header(HEADER) == ((), ())


def read_all(body: bytes) -> int:
    """Reads as intake does; only the product's own refusals come out."""
    count = 0
    try:
        columns_of(io.BytesIO(body))
        for row in read_rows(io.BytesIO(body)):
            count += 1
            if row.fault is None:
                try:
                    read_line(row)
                except Misread:
                    continue
    except UnreadableFile:
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

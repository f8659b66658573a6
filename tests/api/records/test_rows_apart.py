"""What a row comes to is its own: what was read and checked in rows before it, and is kept, changes nothing."""

import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.infra.held_keys import HeldKeys
from api.infra.key_file import make_development_keys
from api.infra.privacy import KeyRing
from api.records.admission import Admission
from api.records.files.lines import read_line
from api.records.files.reading import Reading
from api.records.files.values import act_number
from api.records.models import Record
from tests.support.files import DALIAN, HEADER, penalty, to_csv
from tests.support.judged import NOW, Judged

_ODD = (
    "", "/", "无", "同上", "长期", "2099-12-31", "2026年9月1日", "20260830", "46200", "2026-02-30", "2027-12-01", "1989-01-01",
    "#REF!", "１２３", "0.2", "2000元", "贰仟元整", "5000", "-1", "一般", "严重", "轻微", "是", "否", "撤销", "正常", "张　三", "王某某",
    "张三、李四", "护照", "E12345678", "统一社会信用代码", "法人及非法人组织", "个体工商户", "大连市市场监督管理局", "昆明市市场监督管理局",
    "连市监罚(2026)5号", "1.2E+10", "信奉宗教，血型为A型", "罚款五万元", "'罚款", "\u200b", "字" * 201,
)  # fmt: skip
_rows = st.lists(
    st.tuples(st.integers(0, 3), st.dictionaries(st.sampled_from(HEADER), st.sampled_from(_ODD), max_size=4)),
    min_size=1,
    max_size=8,
)


def _said(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Record.__struct_fields__ if name != "id"}


@settings(max_examples=60, deadline=None)
@given(_rows)
def test_a_row_gives_in_a_file_what_it_gives_alone(rows: list[tuple[int, dict[str, str]]]) -> None:
    written = [penalty(serial, **cells) for serial, cells in rows]
    together = Judged(to_csv(written))
    alone = [Judged(to_csv([row])) for row in written]
    assert list(map(_said, together.records)) == [_said(record) for one in alone for record in one.records]
    assert together.faults == [
        (line, column, code) for line, one in enumerate(alone, 2) for _, column, code in one.faults
    ]


@given(
    st.text("连市监罚字第〔〕[]()（）【】2０6号日.eE+-－—\u3000 ①⼀豈", max_size=12),
    st.sampled_from(("", "连市监罚〔2026〕")),
)
def test_a_documents_number_in_one_form_stays_as_it_is(written: str, before: str) -> None:
    once = act_number(f"{before}{written}号")
    assert act_number(once) == once


class _Counting(HeldKeys):
    questions = 0

    def digest(self, values: Any) -> list[str]:
        self.questions += 1
        return super().digest(values)


def test_the_keys_are_asked_for_a_batch_and_not_for_each_row() -> None:
    holder = _Counting(make_development_keys())
    admission = Admission(DALIAN, KeyRing(holder), NOW)
    rows = Reading(io.BytesIO(to_csv(penalty(serial) for serial in range(300)))).rows()
    records = admission.records_of([admission.admit(row, read_line(row).line) for row in rows])
    assert len({record.natural_key for record in records}) == 300
    assert holder.questions == 4

"""Citations as they are shown."""

import pytest

from knowledge.citations import Certainty, Citation


@pytest.mark.parametrize(
    ("citation", "label"),
    [
        (Citation("dalian", 42, 1), "《大连市社会信用条例》第四十二条第一款"),
        (Citation("yunnan", 10, item=2), "《云南省社会信用条例》第十条第（二）项"),
        (Citation("yunnan", 36, 2, quote="1个工作日"), "《云南省社会信用条例》第三十六条第二款"),
        (Citation("order-36"), "《信用修复管理办法》"),
        (Citation("civil-code", 1029), "《中华人民共和国民法典》第一千零二十九条"),
        (Citation("no-such-law"), "《no-such-law》"),
    ],
)
def test_a_citation_is_labelled_as_lawyers_write_it(citation: Citation, label: str) -> None:
    assert citation.label == label


def test_only_what_was_read_is_verified() -> None:
    assert {c for c in Certainty if c.is_verified} == {Certainty.SEED, Certainty.SEEN}
    assert all("未核实" in c.label for c in Certainty if not c.is_verified)
    assert not any("未核实" in c.label for c in Certainty if c.is_verified)

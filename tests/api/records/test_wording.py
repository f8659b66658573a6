"""What a provider reported, in the words a resident reads."""

import pytest

from api.records.models import Particulars
from api.records.wording import plain_items


@pytest.mark.parametrize(
    ("label", "said", "shown"),
    [
        ("罚款金额（万元）", "0.2", ("罚款金额", "2,000元")),
        ("罚款金额(万元)", "12", ("罚款金额", "120,000元")),
        ("罚款金额（万元）", "0.00015", ("罚款金额", "1.5元")),
        ("罚款金额（万元）", "另行计算", ("罚款金额（万元）", "另行计算")),
        ("罚款金额（万元）", "NaN", ("罚款金额（万元）", "NaN")),
        ("处罚有效期", "2099-12-31", ("处罚有效期", "长期")),
        ("处罚有效期", "2099/12/31", ("处罚有效期", "长期")),
        ("公示截止期", "2027-08-05", ("公示截止期", "2027年8月5日")),
        ("公示截止期", "2027-02-31", ("公示截止期", "2027-02-31")),
        ("处罚内容", "罚款0.2万元", ("处罚内容", "罚款0.2万元")),
    ],
)
def test_plain_words(label: str, said: str, shown: tuple[str, str]) -> None:
    assert list(plain_items(Particulars("某某", "resident_id", "1", {label: said})).items()) == [shown]


def test_the_persons_own_number_is_masked() -> None:
    number = "110105199001012337"
    assert plain_items(Particulars("某某", "resident_id", number, {"证件号码": number})) == {
        "证件号码": "1101************37"
    }

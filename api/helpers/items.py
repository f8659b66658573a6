"""The operations of the API that each item allows a helper. Only the resident may do whatever is not listed here.

Nothing that binds or reveals more than an errand needs: no identity, consents or export, no documents with the full number, no
withdrawing of what the resident filed, no statement or pledge in the resident's name.
"""

from collections.abc import Mapping

import msgspec

from api.helpers.models import Item

_SEE = frozenset({"getReport", "readRecord", "askWhatIf"})


class Power(msgspec.Struct, frozen=True):
    """`label` and `text` are for the resident who ticks it; `deed` is the same in words for the helper."""

    label: str
    text: str
    deed: str
    operations: frozenset[str]


POWERS = {
    Item.REPORT: Power("看我的报告", "每条记录、日子和条件", "看报告", _SEE),
    Item.OBJECTION: Power(
        "替我提异议",
        "也看得到记录；替您提交、补材料、催办、看进度",
        "提异议",
        _SEE
        | {
            "adviseObjection", "fileObjection", "listObjections", "getObjection", "urgeObjection",
            "addObjectionEvidence", "addEvidence",
        },
    ),
    Item.REPAIR: Power(
        "替我申请信用修复",
        "也看得到记录；替您提交、补材料、催办、看进度",
        "申请信用修复",
        _SEE
        | {
            "getRepairEligibility", "fileRepair", "listRepairs", "getRepair", "urgeRepair", "giveRepairMaterial",
            "addRepairEvidence", "addEvidence",
        },
    ),
    Item.WITHDRAWAL: Power(
        "替我撤销公示",
        "也看得到记录；表彰、志愿服务、捐赠这类信息，替您撤销公示、恢复公示",
        "撤销公示",
        _SEE
        | {
            "previewWithdrawal", "withdraw", "listWithdrawals", "readWithdrawal", "readWithdrawalConsent",
            "undoWithdrawal",
        },
    ),
    Item.NOTICE: Power(
        "看我的消息", "办理进度、结果和提醒", "看消息", frozenset({"listNotices", "showNotice", "readNotice"})
    ),
}  # fmt: skip

LOOKS: Mapping[str, str] = {
    **dict.fromkeys(("listObjections", "getObjection", "adviseObjection"), "异议"),
    **dict.fromkeys(("listRepairs", "getRepair", "getRepairEligibility"), "信用修复"),
    **dict.fromkeys(("listWithdrawals", "readWithdrawal", "previewWithdrawal"), "撤销公示"),
    **dict.fromkeys(("listNotices", "showNotice"), "消息"),
    "askWhatIf": "一条记录的日子",
}
"""The operations that show something of the resident's and change nothing, and what the footprint says was seen. The report and a
record leave footprints of their own.
"""

"""What each item lets a helper do, by the operations of the API; what stands nowhere here is done by the resident alone.

Nothing that binds or reveals more than one errand needs: no identity, no consents, no export, no documents with the full number,
no taking back of what the resident filed, no statement or pledge in the resident's name.
"""

import msgspec

from api.helpers.models import Item

_SEE = frozenset({"getReport", "readRecord", "askWhatIf"})


class Power(msgspec.Struct, frozen=True):
    """`label` is what a resident ticks."""

    label: str
    text: str
    operations: frozenset[str]


POWERS = {
    Item.REPORT: Power("看我的报告", "每条记录、日子和条件", _SEE),
    Item.OBJECTION: Power(
        "替我提异议",
        "也看得到记录；替您提交、补材料、催办、看进度",
        _SEE
        | {
            "adviseObjection", "fileObjection", "listObjections", "getObjection", "urgeObjection",
            "addObjectionEvidence", "addEvidence",
        },
    ),
    Item.REPAIR: Power(
        "替我申请信用修复",
        "也看得到记录；替您提交、补材料、催办、看进度",
        _SEE
        | {
            "getRepairEligibility", "fileRepair", "listRepairs", "getRepair", "urgeRepair", "giveRepairMaterial",
            "addRepairEvidence", "addEvidence",
        },
    ),
}  # fmt: skip

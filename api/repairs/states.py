"""The transitions of a repair: every transition, who may take it, and by which article."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table, stays
from api.repairs.models import Addressee

_LOCAL = ("repair",)
_ORDER = ("order-36",)
_DECIDER = (Role.PROVIDER, Role.OFFICER)  # the unit decides; an officer enters what it sent on paper

NEW = "new"
OPEN = ("submitted", "material_asked", "forwarded", "unit_material_asked", "accepted")
AWAITED = OPEN
ASKED = ("material_asked", "unit_material_asked")
FINAL = ("approved", "refused", "declined", "lapsed", "withdrawn", "record_ended")
DECIDED = ("approved", "refused", "declined")
WITH_UNIT = ("forwarded", "unit_material_asked", "accepted")
FILING = {Addressee.CENTRE: "file_with_centre", Addressee.UNIT: "file_with_unit"}


TABLE = Table(
    "repairs",
    NEW,
    FINAL,
    (
        Row((NEW,), "file_with_centre", (Role.RESIDENT,), "submitted", "提交修复申请", _LOCAL),
        Row((NEW,), "file_with_unit", (Role.RESIDENT,), "forwarded", "向认定单位提交修复申请", _LOCAL),
        Row(("submitted",), "forward", (Role.OFFICER,), "forwarded", "转送认定单位", _ORDER),
        Row(("submitted",), "ask_for_material", (Role.OFFICER,), "material_asked", "一次列明要补的材料"),
        Row(("material_asked",), "give_material", (Role.RESIDENT,), "submitted", "补交材料"),
        # what is never given: no refusal on the merits, and not before the day that was told
        Row(("material_asked",), "give_time", (Role.OFFICER,), "material_asked", "写明补材料的最后一天"),
        Row(("material_asked",), "lapse", (Role.OFFICER,), "lapsed", "材料没有补交，结束办理"),
        Row(("unit_material_asked",), "give_time", _DECIDER, "unit_material_asked", "写明补材料的最后一天"),
        Row(("unit_material_asked",), "lapse", _DECIDER, "lapsed", "材料没有补交，结束办理"),
        Row(("forwarded",), "accept", _DECIDER, "accepted", "受理", _ORDER),
        Row(("forwarded",), "ask_for_material", _DECIDER, "unit_material_asked", "一次列明要补的材料"),
        Row(("unit_material_asked",), "give_material", (Role.RESIDENT,), "forwarded", "补交材料"),
        Row(("forwarded",), "decline", _DECIDER, "declined", "不予受理", _ORDER),
        Row(("accepted",), "approve", _DECIDER, "approved", "同意修复", (*_LOCAL, *_ORDER)),
        Row(("accepted",), "refuse", _DECIDER, "refused", "不予修复", _ORDER),
        Row(("accepted",), "extend", _DECIDER, "accepted", "延长作出决定的期限", _ORDER),
        Row(OPEN, "withdraw", (Role.RESIDENT,), "withdrawn", "撤回申请"),
        Row(OPEN, "end_with_record", (Role.SYSTEM,), "record_ended", "信息已经停止披露，申请随之办结"),
        *stays("urge", Role.RESIDENT, "催办", OPEN),
        *stays("add_evidence", Role.RESIDENT, "补充材料", tuple(status for status in OPEN if status not in ASKED)),
        *stays("acknowledge_copy", Role.OFFICER, "共享单位已停止使用", ("approved",), _LOCAL),
        *stays("acknowledge_copy", Role.PROVIDER, "共享单位已停止使用", ("approved",), _LOCAL),
        Row(("approved",), "lift_measure", _DECIDER, "approved", "实施单位已解除措施", _LOCAL),
        Row(("approved",), "confirm_removal", _DECIDER, "approved", "已从公布的名单中移出", _LOCAL),
        *(Row((state,), "propose_bar", _DECIDER, state, "告知拟禁止申请修复", _ORDER) for state in DECIDED),
        *stays("answer_bar", Role.RESIDENT, "陈述和申辩", DECIDED),
        *(Row((state,), "drop_bar", _DECIDER, state, "不再禁止申请") for state in DECIDED),
        *(Row((state,), "bar", _DECIDER, state, "记载禁止申请修复的截止日期", _ORDER) for state in DECIDED),
    ),
    {
        NEW: "尚未提交",
        "submitted": "已提交，等待转送",
        "material_asked": "请您补材料",
        "forwarded": "已转认定单位",
        "unit_material_asked": "请您补材料",
        "accepted": "已受理，正在审核",
        "approved": "同意修复，已停止公示",
        "refused": "不予修复",
        "declined": "不予受理",
        "lapsed": "材料没有补交，已结束",
        "withdrawn": "已撤回",
        "record_ended": "信息已停止披露，不用修复",
    },
)

"""The transitions of a letter, inside the product and outside."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table

_ME, _DESK, _UNIT = (Role.RESIDENT,), (Role.OFFICER,), (Role.OFFICER, Role.PROVIDER)
AWAITED = ("asked", "written", "sent")  # a letter handed in directly is in no queue

INSIDE = Table(
    "letters-inside",
    "asked",
    ("answered", "withdrawn"),
    (
        Row((), "ask", _ME, "asked", "提出"),
        Row(("asked",), "answer_letter", _UNIT, "answered", "答复"),
        Row(("asked",), "urge", _ME, "asked", "催办"),
        Row(("asked",), "add_evidence", _ME, "asked", "补充材料"),
        Row(("asked",), "withdraw", _ME, "withdrawn", "撤回"),
    ),
    {"asked": "等待单位答复", "answered": "已答复", "withdrawn": "已撤回"},
)
OUTSIDE = Table(
    "letters-outside",
    "written",
    ("heard", "withdrawn"),
    (
        Row((), "write", _ME, "written", "写成信件"),
        Row(("written",), "send", _ME, "sent", "我已经自己交出去了"),
        Row(("written",), "forward_letter", _DESK, "sent", "转交"),
        Row(("sent",), "note_answer", _ME, "heard", "登记收到的答复"),
        Row(("sent",), "answer_letter", _DESK, "heard", "登记答复"),
        Row(("written",), "urge", _ME, "written", "催办"),
        Row(("written",), "add_evidence", _ME, "written", "补充材料"),
        Row(("sent",), "add_evidence", _ME, "sent", "补充材料"),
        Row(("written", "sent"), "withdraw", _ME, "withdrawn", "撤回"),
    ),
    {"written": "已写成，等待转交", "sent": "已交出，等待答复", "heard": "已收到答复", "withdrawn": "已撤回"},
)
DIRECT = Table(
    "letters-direct",
    "to_hand_in",
    ("heard", "withdrawn"),
    (
        Row((), "write", _ME, "to_hand_in", "写成信件"),
        Row(("to_hand_in",), "send", _ME, "sent", "我已经直接交给主管部门了"),
        Row(("sent",), "note_answer", _ME, "heard", "登记收到的答复"),
        Row(("to_hand_in",), "add_evidence", _ME, "to_hand_in", "补充材料"),
        Row(("sent",), "add_evidence", _ME, "sent", "补充材料"),
        Row(("to_hand_in", "sent"), "withdraw", _ME, "withdrawn", "撤回"),
    ),
    {"to_hand_in": "已写成，请您直接交出", "sent": "已交出，等待答复", "heard": "已收到答复", "withdrawn": "已撤回"},
)
"""Letters about the centre itself go past its desk, from the person to the competent department (Yunnan 59, Dalian 57 and 58)."""

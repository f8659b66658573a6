"""The declaration of requests to act for others as an errand."""

from api.helpers.items import POWERS
from api.infra.errands import Errand, Kept
from api.mandates.kinds import kinds
from api.mandates.states import TABLE
from api.mandates.store import COLLECTIONS
from knowledge.citations import Citation

CONFIRM = "mandate.confirm"

ERRAND = Errand(
    name="mandates",
    prefix="mdt",
    flow="mandate",
    title="代办资格",
    begun="您申请替别人办",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=(CONFIRM,),
    reminded_as="代办资格申请",
    kept=Kept("谁在哪天凭什么证明替谁办，信用中心怎样核对的，要留存备查。", Citation("civil-code", 165)),
    words={
        "kind": {kind: one.title for kind, one in kinds().items()},
        "items": {item: power.deed for item, power in POWERS.items()},
    },
    labels={
        "represented": "替谁办",
        "items": "办什么",
        "until_on": "有效期至",
        "asked_at": "申请时间",
        "decision": "核对结果",
        "appointment": "开通的代办",
    },
    tones={"confirmed": "good", "refused": "bad", "revoked": "bad"},
    texts={
        "mandates.asked": {
            "title": "代办资格申请已收到",
            "text": "您的申请（编号 {number}）已收到，信用中心会核对证明材料，结果会告诉您。",
            "flow": "mandate",
        },
        "mandates.confirmed": {
            "title": "可以开始代办了",
            "text": "您的申请（编号 {number}）核对属实。在“我的”“请人帮忙”里打开对方的报告，就可以看和办。",
            "flow": "helper",
            "template": "case_progress",
            "push": "您办理的事项有了结果",
        },
        "mandates.refused": {
            "title": "代办资格没有开通",
            "text": "您的申请（编号 {number}）没有开通，理由和怎么办点开查看。",
            "flow": "mandate",
            "template": "case_progress",
            "push": "您办理的事项有了结果",
        },
        "mandates.revoked": {
            "title": "代办资格已经取消",
            "text": "信用中心取消了您的代办资格（编号 {number}），理由点开查看。",
            "flow": "mandate",
        },
        "mandates.urged": {
            "title": "已为您催办",
            "text": "已就编号 {number} 的申请提醒{unit}。",
            "flow": "mandate",
        },
    },
)

"""The declaration of helpers as an errand."""

from api.helpers.items import POWERS
from api.helpers.states import TABLE
from api.helpers.store import COLLECTIONS
from api.infra.errands import Errand, Kept
from knowledge.citations import Citation

ERRAND = Errand(
    name="helpers",
    prefix="hlp",
    flow="helper",
    title="帮手",
    tables=(TABLE,),
    collections=COLLECTIONS,
    kept=Kept("还有效的委托立即收回；谁在何时替您看过、办过，要留存备查。", Citation("personal-information-law", 23)),
    words={
        "kind": {
            "family": "家人",
            "community": "社区工作人员",
            "organisation": "代表人",
            "guardian": "监护人",
            "agent": "代理人",
        },
        "items": {item: power.label for item, power in POWERS.items()},
    },
    labels={
        "helper": "帮手",
        "resident": "委托人",
        "appointed_at": "委托时间",
        "until_on": "有效期至",
        "taken_at": "接受时间",
        "taken_by": "帮手的账号",
        "consent": "委托书版本",
    },
    texts={
        "helpers.accepted": {
            "title": "您的帮手已经接受",
            "text": "您请的帮手接受了委托，可以替您看和办您勾选的事项。在“我的”“请人帮忙”里随时可以收回。",
            "flow": "helper",
        },
        "helpers.entrusted": {
            "title": "有人可以替您看和办了",
            "text": "{who}交了证明，信用中心核对后开通到{until}。不是您的意思的，在“我的”“请人帮忙”里收回，或者打电话给信用中心。",
            "flow": "helper",
        },
        "helpers.acted": {
            "title": "帮手替您办了一步",
            "text": "{who}替您办理了：{what}。不是您的意思的，请马上收回委托，并打电话给信用中心。",
            "flow": "helper",
        },
        "helpers.ended": {
            "title": "委托已经结束",
            "text": "您请的帮手从现在起不能再替您看和办。此前看过、办过的，在“谁查过我”和“消息”里都有。",
            "flow": "helper",
        },
    },
)

"""The declaration of the window as an errand."""

from api.accounts.rebinding import PROOFS
from api.infra.errands import Errand, Kept
from api.window.states import TABLE
from api.window.store import COLLECTIONS
from knowledge.citations import Citation

ERRAND = Errand(
    name="window",
    prefix="win",
    flow="footprints",
    title="窗口代办",
    tables=(TABLE,),
    collections=COLLECTIONS,
    kept=Kept("谁在哪天核对了您的证件、替您办了什么，要留存备查。", Citation("personal-information-law", 45)),
    words={"proof": PROOFS},
    labels={
        "resident": "本人",
        "proof": "核对了什么",
        "opened_at": "开始时间",
        "until": "最晚到",
    },
    texts={
        "window.opened": {
            "title": "窗口正在替您办事",
            "text": "信用中心窗口核对了您的证件，开始替您办事。不是您去的，请马上打电话给信用中心。",
            "flow": "footprints",
        },
        "window.acted": {
            "title": "窗口替您办了一步",
            "text": "{who}替您办理了：{what}。不是您的意思的，请马上打电话给信用中心。",
            "flow": "footprints",
        },
    },
)

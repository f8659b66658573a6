"""The declaration of letters as an errand."""

from api.infra.errands import Errand, Kept
from api.letters.kinds import kinds
from api.letters.states import DIRECT, INSIDE, OUTSIDE
from api.letters.store import COLLECTIONS

ERRAND = Errand(
    name="letters",
    prefix="ltr",
    flow="letter",
    title="书面请求",
    begun="您写了信",
    tables=(INSIDE, OUTSIDE, DIRECT),
    collections=COLLECTIONS,
    clocks=("question.answer", "objection.outside", "complaint.answer", "letter.forward"),
    reminded_as="书面请求",
    kept=Kept("已经交出的书面请求会继续办理，往来依法留存。", "objection"),
    words={
        "kind": {code: kind.title for code, kind in kinds().items()},
        "topics": {code: words for kind in kinds().values() for code, words in kind.topics.items()},
    },
    labels={
        "addressee": "交给",
        "body": "信件内容",
        "sent_on": "交出的日子",
        "answer": "答复",
        "asked_at": "提出时间",
        "about": "所说的事",
        "topics": "问什么",
        "is_agreed": "是否同意",
        "is_direct": "不经过信用中心，直接交出",
    },
    tones={"answered": "good", "heard": "good"},
    texts={
        "letters.asked": {
            "title": "书面请求已送到",
            "text": "您的书面请求（编号 {number}）已送到{unit}，最晚哪天答复可以点开查看。",
            "flow": "letter",
        },
        "letters.written": {
            "title": "信件已经写好",
            "text": "您的信件（编号 {number}）已经写好，由信用中心转交{unit}；您也可以自己交出去，再回来登记。",
            "flow": "letter",
        },
        "letters.to_hand_in": {
            "title": "信件已经写好",
            "text": "您的信件（编号 {number}）已经写好。说的是信用中心的事，不经过信用中心：请您直接交给{unit}，再回来登记。",
            "flow": "letter",
        },
        "letters.unanswered": {
            "title": "交出的信件该有答复了",
            "text": "您直接交出的信件已经过了约定的答复日期。收到答复的请登记；没有收到的，可以向主管部门的上级反映。",
            "flow": "letter",
        },
        "letters.sent": {
            "title": "信件已经转交",
            "text": "您的信件（编号 {number}）已转交{unit}。收到答复会在这里登记。",
            "flow": "letter",
        },
        "letters.answered": {
            "title": "书面请求有了答复",
            "text": "您的书面请求（编号 {number}）有了答复，点开查看。",
            "flow": "letter",
            "template": "case_progress",
            "push": "您办理的事项有了答复",
        },
        "letters.urged": {
            "title": "已为您催办",
            "text": "已就编号 {number} 的书面请求提醒{unit}。",
            "flow": "letter",
        },
    },
)

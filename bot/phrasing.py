"""A decision put into words."""

from datetime import date

from bot.deciding import Decision
from bot.replies import Reply


class Phrasing:
    """Sentences, quotations and next steps for a decision."""

    def reply(self, decision: Decision, on: date) -> Reply:
        topic = decision.topic
        return Reply(
            kind=decision.kind,
            answered=decision.answered,
            text=topic.title if topic else "",
            articles=decision.articles,
            flow=topic.flow if topic and decision.kind == "flow" else None,
        )

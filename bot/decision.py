"""The decision on a message, before it is put into words."""

from typing import Literal

from msgspec import Struct

from bot.points import Point
from bot.replies import Dialogue, Kind
from bot.topics import Topic

NAME = 120  # characters of an answer's name

Style = Literal["full", "plain", "again", "cite", "english", "compare", "there", "really", "uncited", "judged"]


class Decision(Struct, frozen=True):
    """`cited` are the articles to quote, `articles` all that are ranked; `features` help to choose the passage; `scene`
    is the one that the message tells of. `is_offered`: an errand matched and is offered, not started. `asked` is the
    question that the verdict in front answers. `is_numbered`: the resident also wants the article's number.
    `is_spoilt`: something in the message forbids a yes.
    """

    kind: Kind
    answered: bool
    topic: Topic | None = None
    articles: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    place: str | None = None
    refer: str | None = None
    options: tuple[Topic, ...] = ()
    dialogue: Dialogue = Dialogue()
    features: frozenset[str] = frozenset()
    point: Point | None = None
    also: Point | None = None
    more: str = ""
    is_story: bool = False
    told: str | None = None
    style: Style = "full"
    scene: str | None = None
    again: int = 0
    is_offered: bool = False
    asked: str = ""
    is_numbered: bool = False
    is_spoilt: bool = False


def name_of(decision: Decision, again: int) -> str:
    """A name for an answer, by which the dialogue knows what was said already. A long one is cut before the number of
    repetitions, so that each repetition has a name of its own.
    """
    about = decision.topic.id if decision.topic else decision.refer or " ".join(decision.cited)
    if decision.point:
        about = decision.point.spoken(decision.place)
    also = decision.also.id if decision.also else ""
    is_of_errand = decision.kind == "flow" or (decision.topic is not None and decision.topic.flow)  # begun or offered
    place = "" if decision.point or is_of_errand else decision.place or ""
    end = f"/{again}"
    said = f"{about}/{also}/{decision.refer or ''}/{place}/{decision.style}/{decision.told or ''}"
    return said[: NAME - len(end)] + end

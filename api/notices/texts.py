"""The texts of notices: data in `texts/*.toml`, checked when loaded."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Annotated, Any

import msgspec

from api.infra.data_files import FromFile
from api.infra.wechat_keywords import BrokenKeyword, checked

_FORBIDDEN = ("失信", "处罚", "黑名单")
_LINE = "thing1"
PROMISED = 4
"""The highest rank: no push is kept back from it."""
DEFAULT_PUSH = "您有一条新的通知"
DEFAULT_HINT = "点开查看，办理全程免费"


class Text(FromFile):
    """`title` and `text` with {params}; `flow` is where a tap leads; without a `template` it is not pushed.

    `push` is the line on the lock screen, for a title that has params or more than twenty characters; `rank` says which notice
    gets the last banked push: 4 (`PROMISED`) is what a receipt has promised, and what it waits for from the resident. For
    `useful_days` after its day the push still says something that is true and of use; after that the inbox alone has it.
    `ahead` is what a booked day is called while it is still to come, also in a telephone's calendar.
    """

    title: str
    text: str
    flow: str | None = None
    template: str | None = None
    push: str | None = None
    hint: str = DEFAULT_HINT
    rank: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1
    useful_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 7
    ahead: str | None = None

    @property
    def headline(self) -> str:
        """The line of the push, which fits a keyword of twenty characters."""
        if self.push is not None:
            return self.push
        return self.title if _fits(self.title) else DEFAULT_PUSH


def _fits(line: str) -> bool:
    if "{" in line:
        return False
    try:
        checked({_LINE: line})
    except BrokenKeyword:
        return False
    return True


class BrokenTexts(Exception):
    """Lists every fault of every file, one a line."""


@cache
def load_texts() -> dict[str, Text]:
    """All kinds, by name. Raises BrokenTexts."""
    found: dict[str, Text] = {}
    faults: list[str] = []
    folder = resources.files("api.notices") / "texts"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            texts = msgspec.toml.decode(file.read_bytes(), type=dict[str, Text])
        except msgspec.DecodeError as fault:
            faults.append(f"{file.name}: {fault}")
            continue
        for kind, text in texts.items():
            if kind in found:
                faults.append(f"{file.name}: {kind}: is there twice")
            faults += [f"{file.name}: {kind}: {fault}" for fault in _faults(text)]
            found[kind] = text
    if faults:
        raise BrokenTexts("\n".join(faults))
    return found


def _faults(text: Text) -> list[str]:
    if not text.template:
        return []
    whole = text.title + text.text + text.headline + text.hint + (text.ahead or "")
    lines = (text.headline, text.hint, text.ahead or text.headline)
    faults = [f"says {word}, and is read on a lock screen" for word in _FORBIDDEN if word in whole]
    faults += [f"{line!r} does not fit twenty characters" for line in lines if not _fits(line)]
    return faults


def texts_of(kinds: Mapping[str, Mapping[str, Any]]) -> dict[str, Text]:
    """Texts that an errand brings along. Raises BrokenTexts."""
    found = {kind: msgspec.convert(text, Text) for kind, text in kinds.items()}
    if faults := [f"{kind}: {fault}" for kind, text in found.items() for fault in _faults(text)]:
        raise BrokenTexts("\n".join(faults))
    return found


def fill(text: Text, params: dict[str, str]) -> tuple[str, str]:
    """Title and body with the params in place. Raises KeyError for an unknown param."""
    return text.title.format_map(params), text.text.format_map(params)


def ahead(kind: str, title: str) -> str:
    """What a booked day of this kind is called before it comes: its title is written for the day itself."""
    text = load_texts().get(kind)
    return (text and text.ahead) or f"那天会告诉您：{title}"


def useful_until(kind: str, on: date) -> date:
    """The last day on which a push of this kind about that day is worth sending."""
    text = load_texts().get(kind)
    return on + timedelta(days=text.useful_days if text else 0)

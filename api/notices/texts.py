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
DEFAULT_PUSH = "您有一条新的通知"
DEFAULT_HINT = "点开查看，办理全程免费"


class Text(FromFile):
    """`title` and `text` with {params}; `flow` is where a tap leads; without a `template` it is not pushed.

    `push` is the line on the lock screen, for a title that has params or more than twenty characters; `rank` (3 is the
    highest) says which notice gets the last banked push. For `useful_days` after its day the push still says something that
    is true and of use; after that the inbox alone has it.
    """

    title: str
    text: str
    flow: str | None = None
    template: str | None = None
    push: str | None = None
    hint: str = DEFAULT_HINT
    rank: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    useful_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 7

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
    whole = text.title + text.text + text.headline + text.hint
    faults = [f"says {word}, and is read on a lock screen" for word in _FORBIDDEN if word in whole]
    faults += [f"{line!r} does not fit twenty characters" for line in (text.headline, text.hint) if not _fits(line)]
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


def useful_until(kind: str, on: date) -> date:
    """The last day on which a push of this kind about that day is worth sending."""
    text = load_texts().get(kind)
    return on + timedelta(days=text.useful_days if text else 0)

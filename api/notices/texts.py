"""The texts of notices: data in `texts/*.toml`, checked when loaded."""

import string
from functools import cache
from importlib import resources

import msgspec

_FORBIDDEN = ("失信", "处罚", "黑名单")


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`title` and `text` with {params}; `flow` is where a tap leads; without a `template` it is not pushed."""

    title: str
    text: str
    flow: str | None = None
    template: str | None = None


class BrokenTexts(Exception):
    """Every fault of every file, one a line."""


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
            faults += [
                f"{file.name}: {kind}: says {word}, and is read on a lock screen"
                for word in _FORBIDDEN
                if text.template and word in text.title + text.text
            ]
            found[kind] = text
    if faults:
        raise BrokenTexts("\n".join(faults))
    return found


def fill(kind: str, params: dict[str, str]) -> tuple[Text, str, str]:
    """The text, its title and its body with the params in place. Raises KeyError for an unknown kind or param."""
    text = load_texts()[kind]
    return (
        text,
        string.Formatter().vformat(text.title, (), params),
        string.Formatter().vformat(text.text, (), params),
    )

"""What the settings say of WeChat: the account, its templates and their keywords, events, the check of a domain."""

import base64
import contextlib
import re
from collections.abc import Mapping

import msgspec

from api.infra.addresses import is_address, listed
from api.infra.wechat_keywords import BrokenKeyword, Slot, read_slots

_TEMPLATES = ("date_arrived", "case_progress", "task_due")
_REQUIRED = ("CW_WECHAT_APPID", "CW_WECHAT_SECRET", "CW_WECHAT_EVENT_TOKEN")
_WECHAT = "https://api.weixin.qq.com"
_AES_BYTES = 32
_STATES = ("formal", "trial", "developer")
TEMPLATE = "CW_WECHAT_TEMPLATE_"
_TEMPLATE_ID = re.compile(r"[A-Za-z0-9_-]+")
_CHECK_FILE = re.compile(r"(?P<name>[A-Za-z0-9_-]{1,64}\.txt):(?P<content>[\x21-\x7e]{1,512})")


class WeChat(msgspec.Struct, frozen=True):
    """`event_token` signs the events that WeChat sends us, and `event_key` opens them where they come encrypted (安全模式).

    `templates` maps our template names to WeChat's ids, `keywords` says what each keyword of theirs gets.
    `long_term_templates` are those of our names that need one permission for good. `state` is the version of the
    mini-program that a push opens: formal, trial or developer. `check_file` is WeChat's proof of a domain: name and content.
    """

    appid: str
    secret: str
    event_token: str
    base_url: str
    templates: dict[str, str]
    keywords: dict[str, tuple[Slot, ...]]
    state: str
    event_key: bytes | None = None
    check_file: tuple[str, str] | None = None
    long_term_templates: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "WeChat(***)"


def read_wechat(environ: Mapping[str, str], is_production: bool, faults: list[str]) -> WeChat:
    """Adds a line to `faults` for each setting that is missing or wrong."""
    faults += [f"{key} is missing" for key in _REQUIRED if not environ.get(key)]
    templates = {name: environ.get(f"{TEMPLATE}{name.upper()}", "") for name in _TEMPLATES}
    if is_production:
        faults += [f"{TEMPLATE}{name.upper()} is missing" for name, value in templates.items() if not value]
    long_term = frozenset(listed(environ.get("CW_WECHAT_LONG_TERM", "")))
    faults += _unknown_templates(environ, long_term)
    return WeChat(
        appid=environ.get("CW_WECHAT_APPID", ""),
        secret=environ.get("CW_WECHAT_SECRET", ""),
        event_token=environ.get("CW_WECHAT_EVENT_TOKEN", ""),
        base_url=_url(environ, faults),
        templates=_template_ids(templates, faults),
        keywords={name: _keywords(name, value, faults) for name, value in templates.items()},
        state=_state(environ, is_production, faults),
        event_key=_event_key(environ, faults),
        check_file=_check_file(environ, faults),
        long_term_templates=long_term,
    )


def _template_ids(templates: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Ours to WeChat's, no two of which are the same: its events and answers name a template by the id alone."""
    ids: dict[str, str] = {}
    for name, value in templates.items():
        template = value.partition(":")[0].strip() if value else f"dev-{name.replace('_', '-')}"
        if not _TEMPLATE_ID.fullmatch(template):
            faults.append(f"{TEMPLATE}{name.upper()}: {value!r} begins with no id of WeChat's")
        faults += [
            f"{TEMPLATE}{name.upper()}: has the same id as {TEMPLATE}{other.upper()}"
            for other, same in ids.items()
            if same == template
        ]
        ids[name] = template
    return ids


def _keywords(name: str, value: str, faults: list[str]) -> tuple[Slot, ...]:
    """`ID:thing1,date2,thing3`: the template's own keywords, each with what it gets."""
    _, _, listed = value.partition(":")
    try:
        return read_slots(listed)
    except BrokenKeyword as fault:
        faults.append(f"{TEMPLATE}{name.upper()}: {fault}")
        return ()


def _state(environ: Mapping[str, str], is_production: bool, faults: list[str]) -> str:
    state = environ.get("CW_WECHAT_STATE") or ("formal" if is_production else "developer")
    if state not in _STATES:
        faults.append(f"CW_WECHAT_STATE is one of {', '.join(_STATES)}")
    return state


def _event_key(environ: Mapping[str, str], faults: list[str]) -> bytes | None:
    """WeChat's EncodingAESKey: 43 characters of base64 without their padding."""
    text = environ.get("CW_WECHAT_EVENT_KEY")
    if not text:
        return None
    with contextlib.suppress(ValueError):
        key = base64.b64decode(f"{text}=", validate=True)
        if len(key) == _AES_BYTES:
            return key
    faults.append("CW_WECHAT_EVENT_KEY is the EncodingAESKey of WeChat's console: 43 letters and digits")
    return None


def _check_file(environ: Mapping[str, str], faults: list[str]) -> tuple[str, str] | None:
    text = environ.get("CW_WECHAT_CHECK_FILE")
    if not text:
        return None
    match = _CHECK_FILE.fullmatch(text)
    if match is None:
        faults.append("CW_WECHAT_CHECK_FILE is NAME.txt:CONTENT, as in the file that WeChat gives out")
        return None
    return match["name"], match["content"]


def _url(environ: Mapping[str, str], faults: list[str]) -> str:
    text = environ.get("CW_WECHAT_URL", _WECHAT).rstrip("/")
    if not is_address(text):
        faults.append(f"CW_WECHAT_URL: {text!r} is no address such as {_WECHAT}")
    return text


def _unknown_templates(environ: Mapping[str, str], long_term: frozenset[str]) -> list[str]:
    known = ", ".join(_TEMPLATES)
    named = [name.removeprefix(TEMPLATE).lower() for name in environ if name.startswith(TEMPLATE)]
    return [
        *(f"{TEMPLATE}{name.upper()}: no such template; known: {known}" for name in named if name not in _TEMPLATES),
        *(
            f"CW_WECHAT_LONG_TERM: {name!r} is no template; known: {known}"
            for name in sorted(long_term - set(_TEMPLATES))
        ),
    ]

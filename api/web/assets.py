"""The static files in memory: plain and gzipped, with the digest of each and of the whole set."""

import gzip
import hashlib
import re
from collections.abc import Iterable
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec

from knowledge.articles import regulation
from knowledge.places import places

MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_BUILD_MARK = b"__BUILD__"
_FILES_MARK = b"__FILES__"
_PLACES_MARK = b"__PLACES__"
_KEPT_OFFLINE = ("css/", "js/", "icon.svg")
_NOT_OUR_WRITING = ("vendor/",)
_NOT_OURS = ("css/desk.css", "js/desk/", "js/worker.js", "js/docs.js", "css/unit.css", "js/unit/", "js/figures/")
_STYLES = {
    "css/page.css": (
        *("tokens", "elements", "frame", "cards", "controls", "overlays"),
        *("status", "drawings", "timelines", "records", "chat", "forms", "papers"),
    ),
    "css/desk.css": ("desk/frame", "desk/queue", "desk/case", "desk/figures", "desk/pages"),
}
"""Each file that is sent, and the sheets joined in it, in order: joined, they compress to a quarter less."""
_GOES_ON = (b",", b";", b"(", b"[", b"{", b"}", b"=>", b"=", b"&&", b"||", b"?")
_GOES_ON_FROM_BEFORE = (b")", b"]", b"}", b".", b"? ", b": ", b"&& ", b"|| ")
_STYLE_BLANK = re.compile(rb" ?([{>]) ?|([:,]) |;(?=\})|(?<![\d.])0(?=\.\d)")
_SCRIPT_BLANK = re.compile(rb" ?([=(){}\[\],:?&|<>*!;]+) ?")
_SCRIPT_LAST = re.compile(rb",(?=[)}\]])|;(?=})")
_SCRIPT_COMMENT = re.compile(rb"(?<=[^:/]) +// [^'\"`]*$")  # at a line's end; one with quotes stays
_SCRIPT_SUM = re.compile(rb"(?<![+-]) ?([+\-/%]) ?(?! ?[+-])")
_STRING = rb"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_PATTERN = rb"/(?![ /*])(?:[^/\\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+/"  # a division stands between blanks
_TEMPLATE = rb"`(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^`{}\"]|\{[^`{}]*\}|" + _STRING + rb"|%s)*\})*`"
_QUOTED = re.compile(rb"(" + rb"|".join((_STRING, _PATTERN, _TEMPLATE % _TEMPLATE % rb"`[^`$]*`")) + rb")")
_STYLE_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)

SHELL_SCRIPT = "vendor/jweixin.js"
"""WeChat's own script, which the page needs to talk to the mini-program around it; made from npm (`npm run vendor`)."""


class Asset(msgspec.Struct, frozen=True, dict=True):
    """One file; `written` has its placeholders filled in. Its answers are made at the first request: making all of them would
    take a tenth of the start.
    """

    path: str
    media_type: str
    written: bytes

    @cached_property
    def plain(self) -> bytes:
        return _lean(self.path, self.written)

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.plain, 9, mtime=0)

    @cached_property
    def etag(self) -> str:
        """Quoted, as the header has it."""
        return f'"{hashlib.sha256(self.plain).hexdigest()[:32]}"'


class Assets(msgspec.Struct, frozen=True):
    """`build` is the digest of the whole set; files are named by their path under `static/`."""

    build: str
    files: dict[str, Asset]


@cache
def load_assets() -> Assets:
    """Reads every file, once a process, and fills in the build's digest and the places. Raises KeyError for an unknown extension."""
    plain = _joined(dict(_walk(resources.files("api.web") / "static", "")))
    served = _places()
    whole = hashlib.sha256(served)
    for path in sorted(plain):
        whole.update(path.encode() + b"\x00" + plain[path] + b"\x00")
    build = whole.hexdigest()[:16]
    marks = {_BUILD_MARK: build.encode(), _FILES_MARK: _kept_offline(build, plain), _PLACES_MARK: served}
    return Assets(
        build=build,
        files={
            path: Asset(path, MEDIA_TYPES[path[path.rindex(".") :]], _filled(body, marks))
            for path, body in plain.items()
        },
    )


def _joined(files: dict[str, bytes]) -> dict[str, bytes]:
    joined = {path: b"".join(files.pop(f"css/{sheet}.css") for sheet in sheets) for path, sheets in _STYLES.items()}
    return {**files, **joined}


def _kept_offline(build: str, paths: Iterable[str]) -> bytes:
    """The files that the resident's page needs without a network."""
    kept = sorted(path for path in paths if path.startswith(_KEPT_OFFLINE) and not path.startswith(_NOT_OURS))
    return msgspec.json.encode([f"/static/{build}/{path}" for path in kept])


def _places() -> bytes:
    """The places as built into the page: their names and regulations."""
    return msgspec.json.encode(
        [
            {
                "id": one.id,
                "name": one.name,
                "regulation": one.regulation,
                "title": regulation(one.regulation).title,
                "articles": len(regulation(one.regulation).articles),
            }
            for one in places()
        ]
    )


def _filled(body: bytes, marks: dict[bytes, bytes]) -> bytes:
    for mark, value in marks.items():
        body = body.replace(mark, value)
    return body


def _lean(path: str, body: bytes) -> bytes:
    """The file without indentation, comments and blanks, which are a tenth of what a phone would fetch."""
    if path.startswith(_NOT_OUR_WRITING) or not path.endswith((".js", ".css")):
        return body
    if path.endswith(".css"):
        body = _STYLE_COMMENT.sub(b"", body)
    lines = [_SCRIPT_COMMENT.sub(b"", line.strip()) for line in body.splitlines()]
    kept = [line for line in lines if line and not line.startswith(b"//")]
    # a line that goes on is joined with the next; one that ends in a comment keeps its break
    if path.endswith(".css"):
        return _STYLE_BLANK.sub(rb"\1\2", b"".join(kept))
    joined = b""
    for line, following in zip(map(_squeezed, kept), [*kept[1:], b""], strict=True):
        if b"//" in line:
            joined += line + b"\n"
            continue
        goes_on = line.endswith(_GOES_ON) or following.startswith(_GOES_ON_FROM_BEFORE)
        is_last = line.endswith((b",", b";")) and following.startswith((b")", b"]", b"}"))
        joined += (line[:-1] if is_last else line) + (b"" if goes_on else b"\n")
    return joined


def _squeezed(line: bytes) -> bytes:
    """The line without blanks around signs, except in quotes and patterns. One with a quote that does not end is left alone."""
    said = (parts := _QUOTED.split(line))[::2]
    if any(sign in part for part in said for sign in (b"//", b'"', b"'", b"`", b"\\")):
        return line
    said = [_SCRIPT_LAST.sub(b"", _SCRIPT_SUM.sub(rb"\1", _SCRIPT_BLANK.sub(rb"\1", part))) for part in said]
    parts[::2] = [part.strip() for part in said]
    return b"".join(parts)


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_dir():
            found.extend(_walk(entry, f"{path}/"))
        else:
            found.append((path, entry.read_bytes()))
    return found

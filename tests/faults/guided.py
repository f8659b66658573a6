"""Parsers fed with bytes that a fuzzer makes up by what they reach in the code: one target for each.

As in `parsers.py` a target raises only what it says; here its input is bytes alone, so that a fuzzer can change it at will. Inputs
that reached something new are kept, few and small, in `corpus/`; `test_corpus.py` feeds them on every run.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar._multipart import parse_content_header, parse_multipart_form
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException

from api.chat.schemas import DialogueBody
from api.infra.errors import Invalid
from api.infra.ids import read_code
from api.infra.paging import decode_cursor, encode_cursor
from api.notices.errors import BadEvent, BadSignature
from api.notices.push.events import open_sealed
from tests.faults import parsers

CORPUS = Path(__file__).parent / "corpus"
_KEY = bytes(range(32))


async def _form(body: bytes) -> None:
    """The first line is the head of the form: what of it Litestar's reader may raise becomes 400 in `api/http/problems.py`."""
    head, _, content = body.partition(b"\n")
    _, options = parse_content_header("multipart/form-data; " + head.decode("latin-1"))

    async def stream() -> AsyncGenerator[bytes, None]:
        for start in range(0, len(content), 50):
            yield content[start : start + 50]

    try:
        fields = await parse_multipart_form(stream(), options.get("boundary", "").encode("latin-1"), 10)
        for value in fields.values():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, UploadFile):
                    await part.close()
    except (ClientException, msgspec.MsgspecError, UnicodeError, LookupError):
        return


def form(body: bytes) -> None:
    asyncio.run(_form(body))


def cursors(body: bytes) -> None:
    for kinds in ((str,), (str, str), (int, str)):
        try:
            key = decode_cursor(body.decode("latin-1"), *kinds)
        except Invalid:
            continue
        if key is not None:
            assert decode_cursor(encode_cursor(*key), *kinds) == key


def codes(body: bytes) -> None:
    """Whatever is read as a code is read as the same one when it comes back."""
    found = read_code(body.decode(errors="replace"))
    assert found is None or read_code(found) == found


def dialogue(body: bytes) -> None:
    head, _, words = body.partition(b"\n")
    try:
        state = msgspec.json.decode(head, type=DialogueBody).to_dialogue()
        text = words.decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    parsers.bot_text((text[:500], None, state))


def events(body: bytes) -> None:
    for key in (None, _KEY):
        try:
            parsers.event(open_sealed(body, key, "wx-test", {"msg_signature": _signed(body)}, "token"))
        except (BadEvent, BadSignature):
            continue


def _signed(body: bytes) -> str:
    """As WeChat would have signed it, so that the fuzzer gets past the signature to what stands behind."""
    import hashlib

    try:
        sealed = msgspec.json.decode(body, type=dict[str, Any]).get("Encrypt")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return hashlib.sha1("".join(sorted(("token", "", "", str(sealed)))).encode()).hexdigest()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "intake": parsers.import_file,
    "forms": form,
    "cursors": cursors,
    "codes": codes,
    "dialogue": dialogue,
    "events": events,
}


@cache
def kept(target: str) -> tuple[Path, ...]:
    return tuple(sorted((CORPUS / target).iterdir()))


def seeds() -> Iterator[tuple[str, bytes]]:
    return ((target, file.read_bytes()) for target in TARGETS for file in kept(target))

"""Everything that reads what somebody else wrote, fed with what nobody would write: one target for each parser.

A target raises only what it says that it raises; anything else is a defect. None of them has a database to store into.
"""

import asyncio
import io
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st
from PIL import Image

from api.accounts.errors import IdentityInvalid, NotOfAge
from api.accounts.identity import check_identity
from api.administration.calendars import read_notice
from api.evidence.cleaning import Bench, clean
from api.http.security import is_too_deep
from api.infra.errors import Invalid, Refusal
from api.infra.paging import decode_cursor
from api.notices.errors import BadEvent, BadSignature
from api.notices.push.events import check_signature, read_event
from api.records import faults
from api.records.admission import Admission
from api.records.errors import ColumnsUnclear, UnreadableFile
from api.records.files.lines import read_line
from api.records.files.reading import Reading
from api.records.files.values import Misread
from bot.engine import Bot, Dialogue
from knowledge.errors import KnowledgeError
from knowledge.identity import check_document_number, document_kinds
from knowledge.screening import screen
from tests.support.files import DALIAN, HEADER, commendation, penalty, to_csv, to_lines
from tests.support.pdfs import plain
from tests.support.sign_in import resident_number
from tests.support.world import KEYS

ON = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)

anything = st.text(max_size=200) | st.text("0123456789Xx年月日-/.０１²⑴〇 ", max_size=40)
HOSTILE = st.sampled_from(
    ["", "\x00", "$where", '{"$ne": null}', "a.b.$c", "../../etc/passwd", "%00", "\u202egnp.exe", "ａｄｍｉｎ", "аdmin",
     "A\u0301" * 50, "\ud7ff", "=cmd|' /C calc'!A0", "<script>", "' OR 1=1 --", "1e309", "-0", "NaN", "9" * 400,
     "0000-00-00", "2026-02-30", "9999-12-31", "2026-1-1", "٢٠٢٦-٠١-٠١", "😀" * 100, "\r\nSet-Cookie: a=b"]
)  # fmt: skip
text = anything | HOSTILE
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(text, inside, max_size=4),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A good file with some bytes changed, cut out or put in."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        how = draw(st.sampled_from(("change", "cut", "put")))
        if how == "change" and content:
            content[place] = draw(st.integers(0, 255))
        elif how == "cut":
            del content[place : place + draw(st.integers(1, 40))]
        else:
            content[place:place] = draw(st.binary(max_size=20))
    return bytes(content)


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    cells = draw(st.dictionaries(st.sampled_from(HEADER), text, max_size=6))
    cells = {column: cell.encode(errors="ignore").decode() for column, cell in cells.items()}
    return to_csv([penalty(1, **cells), penalty(2)])


@st.composite
def line_files(draw: st.DrawFn) -> bytes:
    fields = draw(st.dictionaries(st.sampled_from(sorted(commendation())) | text, json_values, max_size=5))
    return to_lines([{**commendation(1), **fields}])


def import_file(content: bytes) -> None:
    admit = Admission(DALIAN, KEYS, NOW)
    try:
        reading = Reading(io.BytesIO(content))
        reading.survey()
        for row in reading.rows():
            try:
                admit.records_of([admit.admit(row, read_line(row).line)])
            except (Misread, faults.Refusal):
                continue
    except (UnreadableFile, ColumnsUnclear):
        return


def identity_number(given: tuple[str, str]) -> None:
    try:
        check_document_number(given[0], given[1], ON)
    except KnowledgeError:
        return


def identity(given: tuple[str, str, str, date | None]) -> None:
    try:
        check_identity(*given, ON)
    except (IdentityInvalid, NotOfAge):
        return


def event(body: bytes) -> None:
    try:
        assert read_event(body).key
    except BadEvent:
        return


def signature(given: tuple[str, str, str]) -> None:
    try:
        check_signature("event-token-test", *given, NOW)
    except BadSignature:
        return


def evidence(given: tuple[str, bytes]) -> None:
    try:
        kept = asyncio.run(clean(*given, Bench()))
    except Refusal:
        return
    assert kept.filename and "/" not in kept.filename and "\\" not in kept.filename
    assert kept.filename.isprintable() and len(kept.filename) <= 80


@cache
def _bot() -> Bot:
    return Bot.load()


def bot_text(given: tuple[str, str | None, Dialogue]) -> None:
    reply = _bot().answer(given[0], on=ON, place=given[1], dialogue=given[2])
    assert reply.text.strip()


def cursor(written: str) -> None:
    try:
        decode_cursor(written, str)
    except Invalid:
        return


def days_off(written: str) -> None:
    try:
        read_notice(written, ON)
    except Invalid:
        return


def depth(body: bytes) -> None:
    is_too_deep(body)


def screening(written: str) -> None:
    for finding in screen(written, "dalian"):
        assert 0 <= finding.start < finding.end <= len(written)


def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((24, 24), 80).convert("RGB").save(out, kind)
    return out.getvalue()


_kinds = st.sampled_from([kind.id for kind in document_kinds()]) | text
_numbers = (
    text
    | st.from_regex(r"[0-9]{17}[0-9Xx]", fullmatch=True)
    | st.integers(0, 10**17 - 1).map(lambda n: resident_number(f"{n:017}"))
)
_dialogues = st.builds(
    Dialogue,
    topic=st.none() | text,
    articles=st.lists(text, max_size=3).map(tuple),
    place=st.sampled_from([None, "dalian", "yunnan"]),
    flow=st.none() | text,
    options=st.lists(text, max_size=3).map(tuple),
    turns=st.integers(0, 1000),
)
_notices = st.sampled_from(["a = " + "[" * 3000, "a = " + "{a=" * 2000, "year = " + "9" * 5000]) | st.builds(
    'year = {}\nnotice = "{}"\nnumber = "x"\nnoticed_on = {}\nholidays = [{{title = "元旦", first = {}, last = {}}}]\n'.format,
    st.integers(), st.integers(2020, 2030), st.dates(), st.dates(), st.dates(),
)  # fmt: skip
_events = st.fixed_dictionaries(
    {"FromUserName": text, "CreateTime": json_values, "Event": text},
    optional={"MsgType": json_values, "List": json_values},
)


def _as_json(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()


TARGETS: Mapping[str, tuple[Callable[[Any], None], st.SearchStrategy[Any], int]] = {
    # what is fed, what with, and its share of all cases in hundredths
    "import files (CSV)": (import_file, csv_files() | damaged(to_csv([penalty(1), penalty(2)])), 16),
    "import files (JSON)": (
        import_file,
        line_files() | damaged(to_lines([commendation(1)])) | st.binary(max_size=200),
        14,
    ),
    "identity numbers": (identity_number, st.tuples(_kinds, _numbers), 14),
    "names and birth dates": (identity, st.tuples(text, _kinds, _numbers, st.none() | st.dates()), 12),
    "WeChat events": (event, _events.map(_as_json) | json_values.map(_as_json) | st.binary(max_size=100), 10),
    "WeChat signatures": (signature, st.tuples(text, text, text), 4),
    "evidence": (
        evidence,
        st.tuples(
            text,
            damaged(_picture("PNG")) | damaged(_picture("JPEG")) | damaged(plain()) | st.binary(max_size=50),
        ),
        10,
    ),
    "notices of days off": (days_off, text | _notices, 2),
    "the bot's text": (bot_text, st.tuples(text, st.sampled_from([None, "dalian", "yunnan"]), _dialogues), 8),
    "free text screened": (screening, text, 4),
    "cursors": (cursor, text, 3),
    "depth of JSON": (depth, json_values.map(_as_json) | st.binary(max_size=200), 3),
}

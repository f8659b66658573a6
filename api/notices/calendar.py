"""A calendar file (RFC 5545) for a booked day, for residents without a push. It says no more than a push would."""

from datetime import datetime, timedelta

from api.notices.models import Notice
from api.notices.texts import ahead

_MOST_OCTETS = 75
_NEVER_SPLIT = 0xC0  # the first two bits of a UTF-8 octet that continues a character are 10


def calendar_of(notice: Notice, now: datetime) -> bytes:
    """One all-day event on the day, with an alarm at half past eight in the morning."""
    said = _escaped(ahead(notice.kind, notice.headline or notice.title))
    day = notice.on.strftime("%Y%m%d")
    after = (notice.on + timedelta(days=1)).strftime("%Y%m%d")
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//credit-window//notices//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{notice.id}@credit-window",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day}",
        f"DTEND;VALUE=DATE:{after}",
        f"SUMMARY:{said}",
        f"DESCRIPTION:{_escaped('打开小程序“信用小窗”查看。办理全程免费。')}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{said}",
        "TRIGGER:PT8H30M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line.encode()) + b"\r\n" for line in lines)


def _escaped(text: str) -> str:
    for char in "\\;,":
        text = text.replace(char, "\\" + char)
    return text.replace("\n", "\\n")


def _folded(line: bytes) -> bytes:
    """Lines of at most 75 octets, no character cut in two."""
    out = b""
    room = _MOST_OCTETS
    while len(line) > room:
        cut = room
        while line[cut] & _NEVER_SPLIT == 0x80:
            cut -= 1
        out += line[:cut] + b"\r\n "
        line = line[cut:]
        room = _MOST_OCTETS - 1
    return out + line
